"""What holds by the build of names and headings: containment, seats, units; and partners."""

from __future__ import annotations

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.registry import Thing
from kg.relations.clauses import Clause, group_from, pattern
from kg.relations.facts import Fact
from kg.relations.scene import Scenes
from kg.tables import settings


class Structure:
    """Facts of one article that need no verb, and those of partnership."""

    def __init__(self, annotation: Annotation, scenes: Scenes) -> None:
        self.annotation, self.scenes = annotation, scenes
        self.text = annotation.layer.text
        self.rules = settings("relations.toml")["structure"]
        self.founded: list[Fact] = []
        self.where: dict[str, Span] = {}
        for span in [*annotation.bodies, *annotation.places, *annotation.initiatives]:
            thing = annotation.thing(span)
            if thing is not None:
                self.where.setdefault(thing.id, span)

    def _fact(self, subject: Thing, predicate: str, target: Thing, rule: str) -> Fact:
        span = self.where.get(subject.id) or self.where.get(target.id)
        if span is None:
            offset = min(subject.first, max(0, len(self.text) - 1))
            start, end = self.annotation.layer.sentence_of(offset)
        else:
            start, end = span.start, span.end
        return Fact(subject, predicate, target, start, end, rule)

    def said(self) -> list[Fact]:
        """PARTNERS_WITH, and SUBUNIT_OF of teams that a clause founds."""
        self.founded = self._founders()
        return [*self.founded, *self._partners()]

    def facts(self, acting: set[str]) -> list[Fact]:
        """WITHIN, LOCATED_IN and SUBUNIT_OF; `acting` are ids of bodies that a claim or a row names. To be called after `said`."""
        bodies = self.annotation.body_things.all(acting)
        self._rehome(bodies, self.founded)
        return [*self._within(), *self._located(bodies), *self._units(bodies)]

    def _founders(self) -> list[Fact]:
        """A team is a unit of the body that founds it: 月亮湾村妇联牵头成立“巾帼护河队”."""
        found = []
        for clause in self.scenes.clauses:
            for span in self.annotation.bodies:
                inside = clause.start <= span.start and span.end <= clause.end and span.kind in self.rules["founded"]
                if inside and pattern("founds").search(self.text, clause.start, span.start):
                    team = self.annotation.thing(span)
                    owners = clause.leaders or clause.bodies
                    if team is not None and len(owners) == 1 and owners[0] != team and clause.status == "asserted":
                        found.append(Fact(team, terms.SUBUNIT_OF, owners[0], clause.start, clause.end, "founded"))
        return found

    def _rehome(self, bodies: list[Thing], founded: list[Fact]) -> None:
        """Bodies that name no place are where their founder is, or where the passage is that names them first."""
        owners = {fact.subject.id: fact.object for fact in founded}
        for body in bodies:
            if not body.guessed:
                continue
            owner = owners.get(body.id)
            clause = self.scenes.clause_at(self.where[body.id].start) if body.id in self.where else None
            place = owner.place if owner is not None else clause.topic if clause is not None else None
            if place is not None and place != body.place:
                self.annotation.body_things.move(body, place)

    def _places(self) -> list[Thing]:
        things = {id(thing): thing for thing in self.annotation.place_things.things.values()}
        return list(things.values())

    def _within(self) -> list[Fact]:
        return [self._fact(thing, terms.WITHIN, thing.place, "within") for thing in self._places() if thing.place is not None]

    def _located(self, bodies: list[Thing]) -> list[Fact]:
        found = []
        for body in bodies:
            if body.kind == terms.MEDIA:
                continue
            where = self.where.get(body.id)
            of_a_level = where is not None and where.scope is not None  # 县农业农村局 where no county is named
            place = body.place if body.place is not None or of_a_level else self.scenes.focal
            if place is not None:
                found.append(self._fact(body, terms.LOCATED_IN, place, "located"))
        return found

    def _units(self, bodies: list[Thing]) -> list[Fact]:
        """A branch of a village under its township's committee, a bureau's branch under the bureau, by names and places."""
        found = []
        committees = {body.place.id: body for body in bodies if body.kind == terms.PARTY_COMMITTEE and body.place and self._is_committee(body)}
        for body in bodies:
            upper = self._upper(body, committees)
            if upper is not None and upper != body:
                found.append(self._fact(body, terms.SUBUNIT_OF, upper, "unit"))
        for span in self.annotation.bodies:
            for inner in span.inner:
                if inner.type == terms.ORGANIZATION:
                    unit, whole = self.annotation.thing(span), self.annotation.body_things.of.get((inner.start, inner.end))
                    if unit is not None and whole is not None and unit != whole:
                        found.append(Fact(unit, terms.SUBUNIT_OF, whole, span.start, span.end, "unit_name"))
        return found

    def _is_committee(self, body: Thing) -> bool:
        return body.place is not None and body.name == self.annotation.body_things.name(body.place, settings("mentions.toml")["bodies"]["committee"])

    def _upper(self, body: Thing, committees: dict[str, Thing]) -> Thing | None:
        if body.kind not in self.rules["units"] or body.place is None or body.name.endswith(tuple(self.rules["no_units"])):
            return None
        if body.name.endswith(tuple(self.rules["departments"])):
            return committees.get(body.place.id)
        place: Thing | None = body.place
        if body.kind == terms.PARTY_BRANCH and place is not None and place.kind == terms.VILLAGE:
            place = place.place
        elif self._is_committee(body):
            return None
        return committees.get(place.id) if place is not None and place.kind in self.rules["unit_levels"] else None

    # partners -----------------------------------------------------------------------------------------------------------------------
    def _partners(self) -> list[Fact]:
        """Bodies or people of one list that act together: 联合 and the like between them or right after them."""
        found = []
        for clause in self.scenes.clauses:
            actors = [a for a in self.annotation.actors if clause.start <= a.start and a.end <= clause.end]
            taken: set[int] = set()
            for index in range(len(actors)):
                if index in taken:
                    continue
                group = group_from(self.text, actors, index, "partner_gap")
                taken.update(range(index, index + len(group)))
                found.extend(self._pairs(group, clause.end))
            found.extend(self._with(actors, clause))
        return found

    def _with(self, actors: list[Span], clause: Clause) -> list[Fact]:
        """与X共建, 会同X: the subject of the clause and X."""
        found = []
        for span in actors:
            before, rest = self.text[clause.start : span.start], self.text[span.end : clause.end]
            if not (pattern("with_and").search(before) and pattern("with_after").match(rest)):
                continue
            other = self.scenes.body(span)
            for body in clause.bodies:
                if other is not None and other.type == body.type == terms.ORGANIZATION and other not in clause.bodies:
                    found.append(Fact(body, terms.PARTNERS_WITH, other, clause.start, clause.end, "partner_with", status=clause.status))
        return found

    def _pairs(self, group: list[Span], end: int) -> list[Fact]:
        tail = self.text[group[-1].end : min(end, group[-1].end + self.rules["partner_reach"])]
        together = pattern("partner_after").match(tail) is not None
        found = []
        for i, left in enumerate(group):
            for right in group[i + 1 :]:
                between = self.text[left.end : right.start]
                if not together and not pattern("partner_strong").search(between):
                    continue
                a, b = self.scenes.body(left), self.scenes.body(right)
                if a is not None and b is not None and a != b and a.type == b.type:
                    found.append(Fact(a, terms.PARTNERS_WITH, b, left.start, min(end, right.end + 6), "partner"))
        return found
