"""Figures: each quantity goes to the initiative that its clause, sentence or paragraph speaks of; rows say who runs it where."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kg.annotate.annotation import Annotation
from kg.annotate.quantities import Quantity
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.clauses import pattern
from kg.relations.programmes import Programmes, Sighting
from kg.relations.scene import Scenes


@dataclass(frozen=True)
class Row:
    """Who runs which initiative where, when, with which figures."""

    by: tuple[Thing, ...]
    of: Thing
    at: tuple[Thing, ...]
    when: str | None
    figures: tuple[Quantity, ...]
    start: int
    end: int
    status: Status


class Figures:
    """Rows of one article."""

    def __init__(self, annotation: Annotation, scenes: Scenes, programmes: Programmes, runners: dict[str, list[Thing]]) -> None:
        self.annotation, self.scenes, self.programmes = annotation, scenes, programmes
        self.layer = annotation.layer
        self.runners = runners
        self.sights = sorted(programmes.sightings, key=lambda s: s.span.start)

    def _home(self, quantity: Quantity) -> Sighting | None:
        """The sighting that a figure belongs to."""
        clause = self.scenes.clause_at(quantity.start)
        if clause is None:
            return None
        inside = [s for s in self.sights if clause.start <= s.span.start < clause.end]
        before = [s for s in inside if s.span.start <= quantity.start]
        if before or inside:
            return (before or inside)[-1 if before else 0]
        sentence = [s for s in self.sights if clause.sentence[0] <= s.span.start < clause.sentence[1]]
        before = [s for s in sentence if s.span.start <= quantity.start]
        if before or sentence:
            return (before or sentence)[-1 if before else 0]
        paragraph = self.layer.paragraphs[self.layer.paragraph_of(quantity.start)]
        before = [s for s in self.sights if paragraph[0] <= s.span.start <= quantity.start]
        if before:
            return before[-1]
        earlier = [s for s in self.sights if s.span.start <= quantity.start]
        return earlier[-1] if earlier else (self.sights[0] if self.sights else None)

    def _paired(self, quantity: Quantity) -> Sighting | None:
        """投资分别为320万元和180万元: the first figure is the first initiative's."""
        clause = self.scenes.clause_at(quantity.start)
        if clause is None or not pattern("respectively").search(self.layer.text, clause.start, quantity.start):
            return None
        mates = [q for q in self.annotation.quantities if clause.start <= q.start < clause.end and q.unit == quantity.unit]
        sentence = [s for s in self.sights if clause.sentence[0] <= s.span.start < clause.end]
        group = [s for s in sentence if s.clause == sentence[-1].clause] if sentence else []
        return group[mates.index(quantity)] if len(group) == len(mates) > 1 else None

    def _when(self, sight: Sighting, figures: list[Quantity]) -> str | None:
        offsets = [sight.span.start, *(figure.start for figure in figures)]
        for offset in offsets:
            start, _ = self.layer.sentence_of(offset)
            known = [date for date in self.annotation.dates if start <= date.start <= offset and date.value]
            if known:
                return known[-1].value
        return None

    def rows(self) -> list[Row]:
        """One row for each initiative with a known agent and each place of its own; figures with the sighting that they belong to."""
        figures: dict[int, list[Quantity]] = defaultdict(list)
        for quantity in self.annotation.quantities:
            if quantity.start < self.layer.body or quantity.in_date or quantity.kind in ("time", "age") or not quantity.unit:
                continue
            home = self._paired(quantity) or self._home(quantity)
            if home is not None:
                figures[self.sights.index(home)].append(quantity)
        found: list[Row] = []
        written: set[tuple[str, tuple[str, ...]]] = set()
        for number, sight in enumerate(self.sights):
            mine = figures.get(number, [])
            by = tuple(sight.agents) if sight.verb == "run" else tuple(self.runners.get(sight.initiative.id, ()))
            by = tuple(dict.fromkeys([*by, *(sight.clause.helpers if sight.verb == "run" else ())])) or tuple(
                self.runners.get(sight.initiative.id, ())
            )
            if not by or not sight.places:
                continue
            key = (sight.initiative.id, tuple(place.id for place in sight.places))
            if key in written and not mine:
                continue
            if sight.verb != "run" and not mine and any(s.verb == "run" for s in self.sights if s.initiative == sight.initiative):
                continue
            written.add(key)
            groups: dict[Status, list[Quantity]] = defaultdict(list)
            for quantity in mine:
                clause = self.scenes.clause_at(quantity.start)
                groups[clause.status if clause is not None else sight.status].append(quantity)
            for status, part in groups.items() or {sight.status: list[Quantity]()}.items():
                ends = [sight.clause.end, *(q.end for q in part)]
                starts = [sight.clause.start, *(q.start for q in part)]
                found.append(Row(by, sight.initiative, sight.places, self._when(sight, part), tuple(part), min(starts), max(ends), status))
        return found
