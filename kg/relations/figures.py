"""Figures: each quantity goes to the initiative that its clause, sentence or paragraph speaks of; rows say who runs it where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.annotate.annotation import Annotation
from kg.annotate.quantities import Quantity
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.clauses import pattern
from kg.relations.programmes import Programmes
from kg.relations.scene import Scenes
from kg.relations.sightings import Sighting
from kg.tables import settings


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

    def __init__(self, annotation: Annotation, scenes: Scenes, programmes: Programmes) -> None:
        self.annotation, self.scenes, self.programmes = annotation, scenes, programmes
        self.layer = annotation.layer
        #: where figures may belong: what nobody is known to run has no row to hold them
        self.sights = [s for s in programmes.sightings if self._runs(s)]

    def _runs(self, sight: Sighting) -> bool:
        key = (sight.initiative.id, sight.status)
        return bool(self.programmes.runners.get(key) and self.programmes.places.get(key))

    def _home(self, quantity: Quantity) -> Sighting | None:
        """The sighting that a figure belongs to: the nearest one before it, of its clause, sentence, paragraph; of its status, if there is one."""
        clause = self.scenes.clause_at(quantity.start)
        if clause is None:
            return None
        sights = [s for s in self.sights if s.status == clause.status] or self.sights
        for start, end in ((clause.start, clause.end), clause.sentence):
            inside = [s for s in sights if start <= s.span.start < end]
            before = [s for s in inside if s.span.start <= quantity.start]
            if inside:
                return before[-1] if before else inside[0]
        paragraph = self.layer.paragraphs[self.layer.paragraph_of(quantity.start)]
        earlier = [s for s in sights if s.span.start <= quantity.start]
        near = [s for s in earlier if s.span.start >= paragraph[0]]
        return next(iter((near or earlier)[-1:] or sights[:1]), None)

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
        """One row for each initiative with a known agent and each status that it has; figures of other places than its own stand there too."""
        figures: dict[tuple[str, Status], list[tuple[Sighting, Quantity]]] = defaultdict(list)
        for quantity in self.annotation.quantities:
            if quantity.start < self.layer.body or quantity.in_date or quantity.kind in ("time", "age") or not quantity.unit:
                continue
            home = self._paired(quantity) or self._home(quantity)
            clause = self.scenes.clause_at(quantity.start)
            if home is not None:
                figures[home.initiative.id, clause.status if clause is not None else home.status].append((home, quantity))
        found: list[Row] = []
        for initiative in self.annotation.initiative_things.all():
            mine = [s for s in self.sights if s.initiative == initiative]
            for status in dict.fromkeys([*(s.status for s in mine), *(status for i, status in figures if i == initiative.id)]):
                row = self._row(initiative, status, [s for s in mine if s.status == status] or mine, figures.get((initiative.id, status), []))
                if row is not None:
                    found.append(row)
        return found

    def _row(self, initiative: Thing, status: Status, mine: list[Sighting], figures: list[tuple[Sighting, Quantity]]) -> Row | None:
        """The row of an initiative and a status; what is only planned or denied falls back on who runs it and where it is now."""
        if not figures and self.programmes.worth[initiative.id] < settings("relations.toml")["scores"]["row"]["take"]:
            return None
        if status == "asserted" and not self.programmes.runners.get((initiative.id, status)):
            return None
        by = self._of(self.programmes.runners, initiative, status)
        at = self._of(self.programmes.places, initiative, status)
        if not by or not at:
            return None
        first = figures[0][0] if figures else next((s for s in mine if s.verb == "run"), mine[0])
        part = [quantity for _, quantity in figures]
        ends = [first.clause.end, *(q.end for q in part)]
        starts = [first.clause.start, *(q.start for q in part)]
        return Row(by, initiative, at, self._when(first, part), tuple(part), min(starts), max(ends), status)

    def _of(self, verdicts: Mapping[tuple[str, Status], list[Thing]], initiative: Thing, status: Status) -> tuple[Thing, ...]:
        found = verdicts.get((initiative.id, status), [])
        if not found:
            found = next((things for (i, _), things in sorted(verdicts.items()) if i == initiative.id and things), [])
        return tuple(found)
