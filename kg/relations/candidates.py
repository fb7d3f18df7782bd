"""Candidate facts about each initiative, with the features that speak for and against them: who may run or join it, where it may be carried out.

A feature says by what the text links the two: `same.leader` (the clause that names the initiative has the body as 由…牵头), `before.subject`
(an earlier clause of the sentence has it as its subject), `place.run` (nobody is named; the body acts for the passage's place), …
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.clauses import Clause, pattern
from kg.relations.scene import Scenes
from kg.relations.sightings import Sighting
from kg.tables import settings

#: Features by which the text itself says who runs it.
_SAID = ("same.leader", "same.subject.run", "before.leader", "after.leader")


@dataclass
class Candidate:
    """A thing that may run, join or be the place of an initiative."""

    thing: Thing
    initiative: Thing
    status: Status
    features: dict[str, tuple[int, int]] = field(default_factory=dict)  #: feature → the stretch of text that it was seen in

    @property
    def mispaired(self) -> bool:
        """分别 gives it to a neighbour."""
        return "mispaired" in self.features and "paired" not in self.features

    @property
    def runs(self) -> bool:
        """It may run the initiative: it doesn't just join it (X 参与), and no one else is said to lead the place's whole work."""
        return self.thing.type == terms.ORGANIZATION and not self.joins and "overruled" not in self.features

    @property
    def joins(self) -> bool:
        """The text says plainly that it takes part: it is the subject of 参与 and the like, and nowhere of a verb of running."""
        joins = "same.subject.join" in self.features or "same.joiner.join_in" in self.features
        return joins and "same.subject.run" not in self.features

    @property
    def beside(self) -> bool:
        """It stands in the clause, or in the name itself."""
        return any(feature.startswith(("same.", "name")) for feature in self.features)

    def add(self, feature: str, start: int, end: int) -> None:
        """Note a feature; its first place in the text is kept."""
        self.features.setdefault(feature, (start, end))


class Candidates:
    """Candidates of one article."""

    def __init__(self, annotation: Annotation, scenes: Scenes, sightings: list[Sighting]) -> None:
        self.annotation, self.scenes, self.sightings = annotation, scenes, sightings
        self.text = annotation.layer.text
        self.clauses: dict[tuple[int, int], list[Clause]] = {}
        for clause in scenes.clauses:
            self.clauses.setdefault(clause.sentence, []).append(clause)
        self.classes = tuple(settings("relations.toml")["features"]["clauses"])
        self.quotes = "".join(settings("pipeline.toml")["marks"]["quotes"])
        self._said: dict[int, tuple[str, ...]] = {}

    def said(self, clause: Clause) -> tuple[str, ...]:
        """What kinds of verbs a clause has: funds, speaks, founds, …"""
        if clause.start not in self._said:
            found = tuple(name for name in self.classes if pattern(name).search(self.text, clause.start, clause.end))
            self._said[clause.start] = found
        return self._said[clause.start]

    def _crossed(self, sight: Sighting, clause: Clause) -> str:
        """Whether another initiative is named between the clause and the sighting."""
        low, high = sorted((sight.clause.start, clause.start))
        other = any(low <= s.span.start < high and s.initiative != sight.initiative and s.named for s in self.sightings)
        return "far." if other else ""

    # who ----------------------------------------------------------------------------------------------------------------------------
    def agents(self, sights: Iterable[Sighting]) -> list[Candidate]:
        """Bodies and people that may run or join the initiative of these sightings (one initiative's)."""
        found: dict[tuple[str, Status], Candidate] = {}
        sights = list(sights)
        for sight in sights:
            if sight.span.start < self.annotation.layer.body and len(sights) > 1:
                continue  # a title says it shortly
            for thing, feature, clause in self._links(sight):
                key = (thing.id, sight.status)
                candidate = found.setdefault(key, Candidate(thing, sight.initiative, sight.status))
                candidate.add(feature, min(clause.start, sight.clause.start), max(clause.end, sight.clause.end))
                if sight.pair is not None:
                    candidate.add("paired" if thing in sight.pair[0] else "mispaired", clause.start, clause.end)
        candidates = [c for c in found.values() if not c.mispaired]
        self._context(candidates)
        return candidates

    def _links(self, sight: Sighting) -> Iterable[tuple[Thing, str, Clause]]:
        mine = sight.clause
        acting = self.annotation.body_things.acting
        for clause in self.clauses[mine.sentence]:
            where = "same" if clause is mine else ("before" if clause.start < mine.start else "after")
            far = "" if clause is mine else self._crossed(sight, clause)
            here, said = clause.here, self.said(clause)
            for role, things in (("leader", here.leaders), ("helper", here.helpers), ("joiner", here.joiners), ("other", here.others)):
                for thing in things:
                    yield from self._of(thing, clause, f"{far}{where}.{role}", said)
                    if role == "leader" and not far and pattern("leads_whole").search(self.text, clause.start, clause.end):
                        yield thing, "led", clause
            for thing in (*here.subject, *here.people):
                yield from self._of(thing, clause, f"{far}{where}.subject", said)
                if where == "same":
                    yield thing, f"same.subject.{sight.verb}", clause
        if mine.source != "clause":
            for thing in (*mine.bodies, *mine.people):
                yield thing, f"{mine.source}.{sight.verb}", mine
                if not sight.named:
                    yield thing, f"{mine.source}.again", mine
                for verb in self.said(mine):
                    yield thing, f"{mine.source}.{verb}", mine
        if mine.people and mine.bodies:
            for thing in mine.bodies:
                yield thing, "by_person", mine
        for place in self._inside(sight):
            yield acting(place), "name", mine
        if not mine.here.subject and mine.places:
            for place in mine.places:
                yield acting(place), "same.place", mine

    def _of(self, thing: Thing, clause: Clause, role: str, said: tuple[str, ...]) -> Iterable[tuple[Thing, str, Clause]]:
        sort = "person." if thing.type == terms.PERSON else ""
        yield thing, f"{sort}{role}", clause
        for verb in said:
            yield thing, f"{sort}{role}.{verb}", clause

    def _inside(self, sight: Sighting) -> list[Thing]:
        spans = [s for s in self.annotation.places if sight.span.start <= s.start and s.end <= sight.span.end]
        things = [t for s in spans if (t := self.annotation.thing(s)) is not None]
        return [t for t in dict.fromkeys(things) if not any(o.place == t for o in things)]

    def _context(self, candidates: list[Candidate]) -> None:
        """What holds of the whole set: rivals that the text names, the kind of body, what the initiative is like."""
        named = {c.thing.id for c in candidates if any(f.startswith(_SAID) for f in c.features)}
        focal = self.scenes.focal
        for candidate in candidates:
            thing = candidate.thing
            at = next(iter(candidate.features.values()))
            candidate.add(f"kind.{thing.kind or thing.type}", *at)
            if named - {thing.id}:
                candidate.add("rival", *at)
                if thing.id not in named:
                    candidate.add("outdone", *at)
            if thing.virtual and any("led" in c.features for c in candidates if c is not candidate):
                candidate.add("overruled", *at)
            if focal is not None and thing.place == focal:
                candidate.add("focal", *at)

    def traits(self, sights: list[Sighting]) -> list[str]:
        """What an initiative is like: its kind, the rule that found it, how often and with what it is named."""
        named = [s for s in sights if s.named] or sights
        first = named[0]
        found = [f"i.kind.{first.initiative.kind}", f"i.rule.{first.span.rule.partition(':')[0]}", f"i.{min(3, len(named))}_times"]
        verbs = {s.verb for s in sights}
        found.append("i.run" if "run" in verbs else "i.join" if "join" in verbs else "i.no_verb")
        statuses = {s.status for s in sights}
        if len(statuses) > 1:
            found.append("i.mixed")
        if any(s.span.start < self.annotation.layer.body for s in sights):
            found.append("i.title")
        if len(named) < len(sights):
            found.append("i.again")
        if any(s.span.text[0] in self.quotes for s in named):
            found.append("i.quoted")
        if any(self._figured(s) for s in sights):
            found.append("i.figure")
        return found

    def _figured(self, sight: Sighting) -> bool:
        """A figure stands in the clause or in those after it, before another initiative is named."""
        end = sight.clause.sentence[1]
        later = [s.span.start for s in self.sightings if sight.span.start < s.span.start < end and s.initiative != sight.initiative]
        until = min(later, default=end)
        return any(sight.clause.start <= q.start < until and not q.in_date for q in self.annotation.quantities if q.kind not in ("time", "age"))

    # where --------------------------------------------------------------------------------------------------------------------------
    def places(self, sights: Iterable[Sighting], agents: dict[Status, list[Thing]], seat: Thing | None) -> list[Candidate]:
        """Places where the initiative of these sightings may be carried out; `agents`: who runs it, by status."""
        found: dict[tuple[str, Status], Candidate] = {}
        sights = list(sights)
        for sight in sights:
            if sight.span.start < self.annotation.layer.body and len(sights) > 1:
                continue
            for place, feature, clause in self._wheres(sight, agents.get(sight.status, [])):
                candidate = found.setdefault((place.id, sight.status), Candidate(place, sight.initiative, sight.status))
                candidate.add(feature, min(clause.start, sight.clause.start), max(clause.end, sight.clause.end))
                if sight.pair is not None:
                    candidate.add("paired" if place in sight.pair[1] else "mispaired", clause.start, clause.end)
                if seat is not None:
                    candidate.add("seat" if place == seat else "unseated", clause.start, clause.end)
        candidates = [c for c in found.values() if not c.mispaired]
        for candidate in candidates:
            self._levels(candidate, [c for c in candidates if c is not candidate and c.status == candidate.status])
        return candidates

    def _levels(self, candidate: Candidate, mates: list[Candidate]) -> None:
        """Its level, and whether others lie within it or stand nearer."""
        at = next(iter(candidate.features.values()))
        candidate.add(f"level.{candidate.thing.kind}", *at)
        lower = [c for c in mates if self.scenes.holds(candidate.thing, c.thing)]
        if lower:
            candidate.add("upper", *at)
        if any(c.beside for c in lower):
            candidate.add("upper.same", *at)
        if any(c.beside for c in mates) and not candidate.beside:
            candidate.add("outdone", *at)

    def _wheres(self, sight: Sighting, agents: list[Thing]) -> Iterable[tuple[Thing, str, Clause]]:
        mine = sight.clause
        for place in self._inside(sight):
            yield place, "name", mine
        for clause in self.clauses[mine.sentence]:
            where = "same" if clause is mine else ("before" if clause.start < mine.start else "after")
            far = "" if clause is mine else self._crossed(sight, clause)
            for thing, how in self._named(clause, sight):
                yield thing, f"{far}{where}.{how}", clause
            for body in (*clause.here.subject, *clause.here.leaders):
                if body.place is not None and body.type == terms.ORGANIZATION:
                    yield body.place, f"{far}{where}.home", clause
        for body in agents:
            if body.place is not None:
                yield body.place, "agent" if len(agents) == 1 else "agents", mine
        if mine.topic is not None:
            yield mine.topic, "topic", mine
        if self.scenes.focal is not None:
            yield self.scenes.focal, "focal", mine

    def _named(self, clause: Clause, sight: Sighting) -> Iterable[tuple[Thing, str]]:
        """Places that the clause names outside names of bodies and initiatives, with how they stand there."""
        inner = self.annotation.within_names
        spans = [s for s in (*self.annotation.places, *self.scenes.pronouns) if clause.start <= s.start and s.end <= clause.end]
        for span in spans:
            thing = self.annotation.thing(span)
            if thing is None or (span.start, span.end) in inner or sight.span.covers(span):
                continue
            before = self.text[clause.start : span.start]
            side = "" if clause is not sight.clause else ("l" if span.start < sight.span.start else "r")
            if pattern("place_in").search(before):
                how = "in"
            elif pattern("place_for").search(before):
                how = "for"
            elif pattern("place_of").match(self.text, span.end):
                how = "of"
            else:
                how = "plain"
            yield thing, f"{how}{side}" + (".pronoun" if span.pronoun else "")
