"""Who runs or joins each initiative, and where: candidates of all its sightings are weighed, then one verdict is given for each initiative."""

from __future__ import annotations

from collections.abc import Iterable

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.candidates import Candidate, Candidates
from kg.relations.facts import Fact
from kg.relations.scene import Scenes
from kg.relations.sightings import Sighting, Sightings
from kg.relations.weights import probability, strongest
from kg.tables import settings


def chosen(model: str, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that are likely enough; where none is, the likeliest one, if it is not too unlikely."""
    limits = settings("relations.toml")["scores"][model]
    scored = [(probability(model, candidate.features), candidate) for candidate in candidates]
    likely = [candidate for score, candidate in scored if score >= limits["take"]]
    if likely or not scored:
        return likely
    score, best = max(scored, key=lambda pair: pair[0])
    return [best] if score >= limits["best"] else []


class Programmes:
    """Sightings of all initiatives, and the facts that they come to."""

    def __init__(self, annotation: Annotation, scenes: Scenes) -> None:
        self.annotation, self.scenes = annotation, scenes
        found = Sightings(annotation, scenes)
        self.sightings, self.seats = found.all, found.seats()
        self.candidates = Candidates(annotation, scenes, self.sightings)
        self.runners: dict[tuple[str, Status], list[Thing]] = {}
        self.places: dict[tuple[str, Status], list[Thing]] = {}
        self.worth: dict[str, float] = {}  #: how likely an initiative is to be one that an analyst wants as a row
        self._facts = [fact for initiative in annotation.initiative_things.all() for fact in self._judge(initiative)]

    def facts(self) -> list[Fact]:
        """RUNS, PARTICIPATES_IN and IMPLEMENTED_IN."""
        return self._facts

    def _judge(self, initiative: Thing) -> Iterable[Fact]:
        mine = [s for s in self.sightings if s.initiative == initiative]
        agents = self.candidates.agents(mine)
        runners: dict[Status, list[Thing]] = {}
        for status in dict.fromkeys(sight.status for sight in mine):
            of_status = [c for c in agents if c.status == status]
            run = chosen("runs", [c for c in of_status if c.runs])
            likely = chosen("joins", of_status)
            join = [c for c in of_status if c not in run and (c.joins or c in likely)]
            runners[status] = [c.thing for c in run]
            yield from (self._fact(c.thing, terms.RUNS, initiative, c, "runs") for c in run)
            yield from (self._fact(c.thing, terms.PARTICIPATES_IN, initiative, c, "joins") for c in join)
        for status, where in self._where(mine, runners):
            self.runners[initiative.id, status] = runners[status]
            self.places[initiative.id, status] = [c.thing for c in where]
            yield from (self._fact(initiative, terms.IMPLEMENTED_IN, c.thing, c, "where") for c in where)
        self.worth[initiative.id] = probability("row", self._traits(mine, agents)) if mine else 0.0

    def _traits(self, mine: list[Sighting], agents: list[Candidate]) -> list[str]:
        best = max((probability("runs", c.features) for c in agents if c.status == "asserted" and c.runs), default=0.0)
        return [*self.candidates.traits(mine), f"i.run_{int(best * 4)}"]

    def _where(self, mine: list[Sighting], runners: dict[Status, list[Thing]]) -> Iterable[tuple[Status, list[Candidate]]]:
        seat = self.seats.get(mine[0].initiative.id) if mine else None
        places = self.candidates.places(mine, runners, seat)
        for status in runners:
            found = chosen("where", [c for c in places if c.status == status])
            yield status, [c for c in found if not any(o is not c and self.scenes.holds(c.thing, o.thing) for o in found)]

    def _fact(self, subject: Thing, predicate: str, target: Thing, candidate: Candidate, model: str) -> Fact:
        feature = strongest(model, candidate.features)
        start, end = candidate.features[feature]
        return Fact(subject, predicate, target, start, end, f"{model}:{feature}", status=candidate.status)
