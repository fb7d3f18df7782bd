"""Extraction against gold, article by article: what is right, spurious and missed, counted and judged one by one.

An extracted entity is matched to one gold entity of its type by name, then by any shared surface form; relations and rows are compared through
that match. Neither right nor wrong: what touches an entity that gold calls non-core, a relation that gold calls optional or past, what follows
by transitivity, a place above the right one, the government beside a party committee of the same place, a part or the whole of the right
initiative.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kg.gold import FIGURE, Annotated
from kg.tables import settings
from kg.terms import (
    GOVERNMENT,
    IMPLEMENTED_IN,
    LOCATED_IN,
    PART_OF,
    PARTNERS_WITH,
    PARTY_COMMITTEE,
    RESIDES_IN,
    RUNS,
    WITHIN,
)

_Triple = tuple[str, str, str]
_SYMMETRIC = frozenset({PARTNERS_WITH})
_PLACED = frozenset({IMPLEMENTED_IN, LOCATED_IN, RESIDES_IN})
#: What is counted beside types, kinds and predicates.
GROUPS = ("entities", "relations", "rows", "figures")
#: `negative`: asserted though the text plans or denies it; `neutral`: neither right nor wrong.
Outcome = Literal["right", "spurious", "missed", "negative", "neutral"]


@dataclass(frozen=True)
class Judgement:
    """One item of an article. `number`: which of my relations or implementations it is of; None for what I missed, and for entities and figures."""

    group: str
    outcome: Outcome
    item: str  #: by names, for people
    words: tuple[str, ...]  #: of the article: the quote that says so, or what the entity is called; the longest first
    number: int | None = None


def compare(gold: Annotated, mine: Annotated) -> Comparison:
    """One article's extraction against its annotation."""
    return Comparison(gold, mine)


@cache
def _ignored() -> Mapping[int, None]:
    return {ord(character): None for character in settings("evaluation.toml")["ignored"]}


@cache
def plain(name: str) -> str:
    """A name as it is compared: width folded, without quotes, brackets, blanks and marks."""
    return unicodedata.normalize("NFKC", name).translate(_ignored()).lower()


def _forms(entity: Mapping[str, Any]) -> set[str]:
    return {plain(name) for name in (entity["name"], *entity.get("names", []))}


def _closure(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    reached = set(pairs)
    while more := {(a, d) for a, b in reached for c, d in reached if b == c} - reached:
        reached |= more
    return reached


def triple_of(subject: str, predicate: str, target: str) -> _Triple:
    """The key by which a relation is compared; one without direction has its ends sorted."""
    if predicate in _SYMMETRIC and target < subject:
        subject, target = target, subject
    return predicate, subject, target


def _implied(row: Mapping[str, Any]) -> list[_Triple]:
    """The relations that an implementation says."""
    return [*((RUNS, body, row["of"]) for body in row["by"]), *((IMPLEMENTED_IN, row["of"], place) for place in row["at"])]


class Comparison:
    """One article: `tally` counts ("entities right", "RUNS missed", …), `judged` lists."""

    def __init__(self, gold: Annotated, mine: Annotated) -> None:
        self.gold, self.mine = gold, mine
        self.entities: dict[str, Any] = {entity["id"]: entity for entity in gold["entities"]}
        self.core = {iri for iri, entity in self.entities.items() if entity.get("core", True)}
        self.names = {iri: str(entity["name"]) for iri, entity in self.entities.items()}
        self.my_names = {entity["id"]: str(entity["name"]) for entity in mine["entities"]}
        self.tally: Counter[str] = Counter()
        self.judged: list[Judgement] = []
        self.match: dict[str, str] = {}  #: my id → the gold id
        self.doubles: set[str] = set()  #: my ids of a gold entity that is matched already
        self._match()
        self.wanted, self.neutral = self._wanted()
        self._entities()
        self._relations()
        self._implementations()
        self._figures()

    def _kind(self, iri: str) -> str | None:
        kind: str | None = self.entities[iri].get("kind")
        return kind

    def _match(self) -> None:
        names = {iri: _forms(entity) for iri, entity in self.entities.items()}
        taken: set[str] = set()
        for by_name in (True, False):
            for entity in self.mine["entities"]:
                if entity["id"] in self.match:
                    continue
                forms = {plain(entity["name"])} if by_name else {plain(name) for name in entity.get("names", [])}
                hits = [iri for iri in names if self.entities[iri]["type"] == entity["type"] and forms & names[iri]]
                free = [iri for iri in hits if iri not in taken]
                if free:
                    best = max(free, key=lambda iri: len(forms & names[iri]))
                    taken.add(best)
                    self.match[entity["id"]] = best
                elif hits and not by_name:
                    self.doubles.add(entity["id"])
                    self.match[entity["id"]] = hits[0]

    def _wanted(self) -> tuple[set[_Triple], set[_Triple]]:
        """Triples that gold asks for, and those that are neither right nor wrong."""
        relations = self.gold["relations"]
        wanted = {triple_of(item["s"], item["p"], item["o"]) for item in relations}
        wanted |= {triple for row in self.gold.get("implementations", []) for triple in _implied(row)}
        self.above = _closure((s, o) for p, s, o in wanted if p == WITHIN)
        self.parts = _closure((s, o) for p, s, o in wanted if p == PART_OF)
        neutral = {(WITHIN, s, o) for s, o in self.above} | {(PART_OF, s, o) for s, o in self.parts}
        neutral |= {(p, s, upper) for p, s, o in wanted if p in _PLACED for lower, upper in self.above if lower == o}
        for item in relations:
            if item.get("optional") or item.get("past"):
                triple = triple_of(item["s"], item["p"], item["o"])
                wanted.discard(triple)
                neutral.add(triple)
        led = {o for p, s, o in wanted if p == RUNS and self._kind(s) == PARTY_COMMITTEE}
        neutral |= {(RUNS, iri, o) for iri in self.entities if self._kind(iri) == GOVERNMENT for o in led}
        return wanted, neutral

    def _count(self, outcome: str, *names: str | None) -> None:
        self.tally.update(f"{name} {outcome}" for name in names if name)

    def _judge(self, group: str, outcome: Outcome, item: str, words: Iterable[str], number: int | None = None) -> None:
        self.judged.append(Judgement(group, outcome, item, tuple(sorted(filter(None, words), key=len, reverse=True)), number))

    def _entities(self) -> None:
        found: set[str] = set()
        for entity in self.mine["entities"]:
            iri, mine = self.match.get(entity["id"]), entity.get("kind")
            if iri is None or entity["id"] in self.doubles:
                self._count("spurious", "entities", entity["type"], mine)
                self._judge("entities", "spurious", f"{entity['type']} {entity['name']}", (entity["name"], *entity.get("names", [])))
                continue
            found.add(iri)
            kind = self._kind(iri)
            if iri in self.core:
                self._count("right", "entities", entity["type"])
                self._count("right", mine if mine == kind else None)
                self._count("spurious", mine if mine != kind else None)
                self._count("missed", kind if mine != kind else None)
            if kind:
                self.tally["kinds all"] += 1
                self.tally["kinds right"] += mine == kind
        for iri in sorted(self.core - found):
            self._count("missed", "entities", self.entities[iri]["type"], self._kind(iri))
            self._judge(
                "entities", "missed", f"{self.entities[iri]['type']} {self.names[iri]}", (self.names[iri], *self.entities[iri].get("names", []))
            )

    def _denied(self) -> dict[_Triple, Annotated]:
        return {triple_of(item["s"], item["p"], item["o"]): item for item in self.gold.get("negatives", []) if item["p"] != "METRIC"}

    def _relations(self) -> None:
        denied = self._denied()
        uses = Counter(form for entity in self.entities.values() for form in _forms(entity))
        ambiguous = {entity["id"] for entity in self.mine["entities"] if uses[plain(entity["name"])] > 1}
        got: set[_Triple] = set()
        for number, item in enumerate(self.mine["relations"]):
            subject, target = self.match.get(item["s"]), self.match.get(item["o"])
            triple = triple_of(subject, item["p"], target) if subject and target else None
            outcome: Outcome = "neutral"
            if triple in denied and not (denied[triple].get("type") == "homonym" and ambiguous & {item["s"], item["o"]}):
                self.tally["negatives"] += 1
                outcome = "negative"
            elif triple is None or triple not in self.wanted | self.neutral:
                self._count("spurious", "relations", item["p"])
                outcome = "spurious"
            elif triple in self.wanted:
                core = {triple[1], triple[2]} <= self.core
                self._count("right", *(("relations", item["p"]) if core and triple not in got else ()))
                got.add(triple)
                outcome = "right" if core else "neutral"
            label = " ".join((self.my_names.get(item["s"], item["s"]), item["p"], self.my_names.get(item["o"], item["o"])))
            self._judge("relations", outcome, label, _quote(item), number)
        quotes = {triple: _quote(row) for row in self.gold.get("implementations", []) for triple in _implied(row)}
        quotes |= {triple_of(item["s"], item["p"], item["o"]): _quote(item) for item in self.gold["relations"]}
        for predicate, subject, target in sorted(self.wanted - got):
            if {subject, target} <= self.core:
                self._count("missed", "relations", predicate)
                label = f"{self.names[subject]} {predicate} {self.names[target]}"
                self._judge("relations", "missed", label, quotes.get((predicate, subject, target), ()))

    def _loose(self, rows: set[_Triple]) -> set[_Triple]:
        """Rows that are neither right nor wrong."""
        kin = self.parts | {(b, a) for a, b in self.parts}
        loose = {(by, other, at) for by, of, at in rows for one, other in kin if one == of}
        loose |= {(by, of, upper) for by, of, at in rows for lower, upper in self.above if lower == at}
        offices = [iri for iri in self.entities if self._kind(iri) == GOVERNMENT]
        return loose | {(office, of, at) for by, of, at in rows if self._kind(by) == PARTY_COMMITTEE for office in offices}

    def _implementations(self) -> None:
        rows = {(by, row["of"], at): _quote(row) for row in self.gold.get("implementations", []) for by in row["by"] for at in row["at"]}
        core = {row for row in rows if set(row) <= self.core}
        loose = self._loose(set(rows))
        seen: set[tuple[str | None, ...]] = set()
        for number, item in enumerate(self.mine.get("implementations", [])):
            for row in ((by, item["of"], at) for by in item["by"] for at in item["at"]):
                known = tuple(self.match.get(part) for part in row)
                outcome: Outcome = "right" if known in core else "neutral" if known in rows or known in loose else "spurious"
                if known not in seen or None in known:
                    self._count(outcome, *(() if outcome == "neutral" else ("rows",)))
                seen.add(known)
                self._judge("rows", outcome, " · ".join(self.my_names.get(part, part) for part in row), _quote(item), number)
        for missed in sorted(core - seen):
            self._count("missed", "rows")
            self._judge("rows", "missed", " · ".join(self.names[part] for part in missed), rows[missed])

    def _figures(self) -> None:
        denied = {(item["s"], float(item["o"].split()[1])) for item in self.gold.get("negatives", []) if item["p"] == FIGURE}
        for number, row in enumerate(self.mine.get("implementations", [])):
            for metric in row.get("metrics", []):
                if _is_number(metric) and (self.match.get(row["of"]), float(metric["value"])) in denied:
                    self.tally["negatives"] += 1
                    label = f"{self.my_names.get(row['of'], row['of'])} {metric['value']} {metric.get('unit')}"
                    self._judge("figures", "negative", label, _quote(metric), number)
        wanted, got = _figures_of(self.gold), _figures_of(self.mine)
        self.tally["figures right"] += sum((wanted & got).values())
        for outcome, found, article in (("spurious", got - wanted, self.mine), ("missed", wanted - got, self.gold)):
            self.tally[f"figures {outcome}"] += sum(found.values())
            for (value, unit), count in sorted(found.items()):
                quotes = [_quote(metric) for metric in _metrics(article) if _figure(metric) == (value, unit)]
                for quote in [*quotes, *[()] * count][:count]:
                    self._judge("figures", "spurious" if outcome == "spurious" else "missed", f"{value:g} {unit}", quote)


def _quote(item: Mapping[str, Any]) -> tuple[str, ...]:
    return (item["quote"],) if item.get("quote") else ()


def _is_number(metric: Mapping[str, Any]) -> bool:
    return isinstance(metric.get("value"), (int, float))


def _metrics(article: Annotated) -> Iterable[Mapping[str, Any]]:
    return (metric for row in article.get("implementations", []) for metric in row.get("metrics", []) if _is_number(metric))


def _figure(metric: Mapping[str, Any]) -> tuple[float, str]:
    """A figure as it is compared: its value, and its unit unless that is a measure word, which is a count."""
    unit = metric.get("unit")
    return round(float(metric["value"]), 4), str(unit) if unit in settings("evaluation.toml")["units"] else settings("evaluation.toml")["counted"]


def _figures_of(article: Annotated) -> Counter[tuple[float, str]]:
    return Counter(_figure(metric) for metric in _metrics(article))
