"""Who runs or joins each initiative, and where: one look at the clause of every mention, then one verdict for each initiative."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.registry import Thing, rank
from kg.records import Status
from kg.relations.clauses import Clause, pattern
from kg.relations.facts import Fact
from kg.relations.scene import Scenes


@dataclass(frozen=True)
class Sighting:
    """One mention of an initiative in its clause."""

    span: Span
    initiative: Thing
    clause: Clause
    verb: str  #: run, join or none
    agents: tuple[Thing, ...]
    places: tuple[Thing, ...]
    status: Status


class Programmes:
    """Sightings of all initiatives, and the facts that they come to."""

    def __init__(self, annotation: Annotation, scenes: Scenes) -> None:
        self.annotation, self.scenes = annotation, scenes
        self.text = annotation.layer.text
        self.seats = self._seats()
        self.sightings = [s for span in annotation.initiatives if (s := self._sight(span)) is not None]

    def _sight(self, span: Span) -> Sighting | None:
        clause = self.scenes.clause_at(span.start)
        thing = self.annotation.thing(span)
        if clause is None or thing is None:
            return None
        before = self.text[clause.start : span.start]
        verb = self._verb(before, self.text[span.end : clause.end])
        agents, places = self._agents_of(span, clause), self._where(span, clause)
        paired = self._paired(span, clause)
        if paired is not None:
            agents, places = paired
        if thing.id in self.seats:
            places = (self.seats[thing.id],)
        return Sighting(span, thing, clause, verb, agents, places, clause.status)

    def _verb(self, before: str, after: str) -> str:
        """The verb nearest before the name decides; else one right after it (…活动启动)."""
        join = list(pattern("join_in").finditer(before))
        run = list(pattern("run").finditer(before))
        if join and (not run or join[-1].start() > run[-1].start()):
            return "join"
        if run:
            return "run"
        return "run" if pattern("run_after").match(after) else "none"

    def _agents_of(self, span: Span, clause: Clause) -> tuple[Thing, ...]:
        """Leaders of the sentence, else of the next clause (X 由 Y 牵头), else the subject."""
        if clause.leaders:
            return clause.leaders
        for other in self.scenes.clauses:
            if other.sentence == clause.sentence and other.start > clause.start and other.leaders and not other.explicit:
                if span.end < clause.end - 1:
                    return clause.bodies
                return other.leaders if self._wholly(other) else tuple(dict.fromkeys((*clause.bodies, *other.leaders)))
        return clause.bodies

    def _wholly(self, clause: Clause) -> bool:
        """Whether the clause gives the whole work to its leaders (牵头, 承建), not a part of it (召集)."""
        return pattern("leads_whole").search(self.text, clause.start, clause.end) is not None

    def _paired(self, span: Span, clause: Clause) -> tuple[tuple[Thing, ...], tuple[Thing, ...]] | None:
        """A和B分别建起X和Y: the first subject has the first initiative."""
        if not pattern("respectively").search(self.text, clause.start, span.start):
            return None
        mates = [s for s in self.annotation.initiatives if clause.start <= s.start < clause.end]
        if len(mates) < 2:
            return None
        number = mates.index(span)
        bodies = clause.bodies
        mine = (bodies[number],) if len(bodies) == len(mates) else bodies
        for level in (terms.VILLAGE, terms.TOWNSHIP):
            places = [place for place in clause.places if place.kind == level]
            if len(places) == len(mates):
                return mine, (places[number],)
        home = mine[0].place if len(mine) == 1 else None
        return (mine, (home,)) if home is not None else None

    def _seats(self) -> dict[str, Thing]:
        """基地选在北洼村: where a later clause says that a work stands. Initiative id → place."""
        found: dict[str, Thing] = {}
        for match in pattern("seated").finditer(self.text):
            place = next((s for s in self.annotation.places if match.end() <= s.start <= match.end() + 8), None)
            clause = self.scenes.clause_at(match.start())
            if place is None or clause is None or place.start >= clause.end:
                continue
            last = [s for s in self.annotation.places if place.start <= s.start < clause.end]
            thing = self.annotation.thing(last[-1])
            before = [s for s in self.annotation.initiatives if s.start < match.start()]
            near = [s for s in before if clause.start <= s.start]
            named = near or [s for s in before if s.head and s.head in self.text[clause.start : match.start()]]
            initiative = self.annotation.thing(named[-1]) if named else None
            if thing is not None and initiative is not None:
                found[initiative.id] = thing
        return found

    def _where(self, span: Span, clause: Clause) -> tuple[Thing, ...]:
        """Places within the name, else of the clause, else of the bodies that act, else the passage's."""
        inside = [s for s in self.annotation.places if span.start <= s.start and s.end <= span.end]
        if inside:
            found = [t for s in inside if (t := self.annotation.thing(s)) is not None]
            return tuple(t for t in dict.fromkeys(found) if not any(o.place == t for o in found))
        if clause.places:
            lowest = max(rank(place.kind) for place in clause.places)
            return tuple(place for place in clause.places if rank(place.kind) == lowest)
        homes = [body.place for body in clause.bodies if body.place is not None]
        if clause.topic is not None and homes and all(self.scenes.holds(home, clause.topic) for home in homes):
            return (clause.topic,)
        if homes:
            return (max(homes, key=lambda place: rank(place.kind)),)
        place = clause.topic or self.scenes.focal
        return (place,) if place is not None else ()

    def facts(self) -> list[Fact]:
        """RUNS, PARTICIPATES_IN and IMPLEMENTED_IN."""
        found: list[Fact] = self._later_words()
        for initiative in self.annotation.initiative_things.all():
            mine = [s for s in self.sightings if s.initiative == initiative]
            run = [s for s in mine if s.verb == "run" and s.agents]
            found.extend(self._agents(run or [s for s in mine if s.verb == "none"][:1] or mine[:1]))
            for sight in mine:
                found.extend(self._people(sight))
                found.extend(self._fact(body, terms.PARTICIPATES_IN, sight.initiative, sight, "assists") for body in sight.clause.joiners)
                if sight.verb == "join":
                    found.extend(self._fact(body, terms.PARTICIPATES_IN, sight.initiative, sight, "join_in") for body in sight.agents)
            placed = run or mine
            for sight in placed:
                found.extend(self._fact(initiative, terms.IMPLEMENTED_IN, place, sight, "where") for place in sight.places)
        return found

    def _later_words(self) -> list[Fact]:
        """该基地由镇党委牵头；居委会也派人到场: leaders and joiners of a clause without an initiative speak of the one before."""
        found: list[Fact] = []
        before: Clause | None = None
        for clause in self.scenes.clauses:
            same = before is not None and before.sentence == clause.sentence
            leaders = [t for t in clause.leaders if not same or before is None or t not in before.leaders]
            joiners = [t for t in clause.joiners if not same or before is None or t not in before.joiners]
            before = clause
            if not leaders and not joiners:
                continue
            start, end = clause.sentence
            if any(clause.start <= s.span.start < end for s in self.sightings):
                continue
            paragraph = self.annotation.layer.paragraphs[self.annotation.layer.paragraph_of(start)][0]
            earlier = [s for s in self.sightings if paragraph <= s.span.start < clause.start]
            if not earlier:
                continue
            target = earlier[-1]
            sight = Sighting(target.span, target.initiative, clause, "run", tuple(leaders), target.places, clause.status)
            if leaders and clause.status == "asserted":
                self._led(target, tuple(leaders), wholly=self._wholly(clause))
            found.extend(self._said(body, terms.RUNS, sight) for body in leaders)
            found.extend(self._said(body, terms.PARTICIPATES_IN, sight) for body in joiners)
        return found

    def _led(self, target: Sighting, leaders: tuple[Thing, ...], *, wholly: bool) -> None:
        """Who is said to lead it takes the place of a subject that was only carried over, or that is a place."""
        carried = wholly and not target.clause.leaders and (not target.clause.explicit or all(agent.virtual for agent in target.agents))
        agents = leaders if carried else (*target.agents, *leaders)
        self.sightings[self.sightings.index(target)] = replace(target, agents=tuple(dict.fromkeys(agents)), verb="run")

    def _said(self, body: Thing, predicate: str, sight: Sighting) -> Fact:
        return Fact(body, predicate, sight.initiative, sight.clause.start, sight.clause.end, "later_words", status=sight.status)

    def _agents(self, sights: list[Sighting]) -> list[Fact]:
        found = []
        for sight in sights:
            for body in (*sight.agents, *sight.clause.helpers):
                found.append(self._fact(body, terms.RUNS, sight.initiative, sight, "run"))
        return found

    def _people(self, sight: Sighting) -> list[Fact]:
        return [self._fact(person, terms.PARTICIPATES_IN, sight.initiative, sight, "person_acts") for person in sight.clause.people]

    def _fact(self, subject: Thing, predicate: str, target: Thing, sight: Sighting, rule: str) -> Fact:
        start = min(sight.clause.start, sight.span.start)
        end = max(sight.clause.end, sight.span.end)
        return Fact(subject, predicate, target, start, end, rule, status=sight.status)
