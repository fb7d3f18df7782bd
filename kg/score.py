"""Extraction against gold: precision, recall and F1 of entities, relations, who-runs-what-where rows and figures.

An extracted entity is matched to one gold entity of its type by name, then by any shared surface form; relations and rows are compared through
that match. Neither right nor wrong: what touches an entity that gold calls non-core, a relation that gold calls optional or past, what follows
by transitivity, a place above the right one, the government beside a party committee of the same place, a part or the whole of the right
initiative.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from kg.errors import InputError
from kg.records import Table
from kg.tables import settings
from kg.terms import (
    ENTITY_TYPES,
    GOVERNMENT,
    IMPLEMENTED_IN,
    LOCATED_IN,
    PART_OF,
    PARTNERS_WITH,
    PARTY_COMMITTEE,
    PREDICATE_IRIS,
    RESIDES_IN,
    RUNS,
    WITHIN,
)

_Article = Mapping[str, Any]
_Triple = tuple[str, str, str]
_SYMMETRIC = frozenset({PARTNERS_WITH})
_PLACED = frozenset({IMPLEMENTED_IN, LOCATED_IN, RESIDES_IN})
_GROUPS = ("entities", "relations", "rows", "figures")
_NOTHING: _Article = {"entities": [], "relations": [], "implementations": []}
#: What each item must hold, and of which kind.
_KEYS: Mapping[str, Mapping[str, type]] = {
    "entities": {"id": str, "type": str, "name": str, "names": list},
    "relations": {"s": str, "p": str, "o": str},
    "implementations": {"by": list, "of": str, "at": list, "metrics": list},
    "negatives": {"s": str, "p": str, "o": str},
}
_OPTIONAL: Mapping[str, list[str]] = {"names": [], "metrics": []}
COLUMNS = ("what", "precision", "recall", "f1", "right", "spurious", "missed")


def score(gold: Path, predicted: Path) -> Table:
    """Compare a file of JSON lines with a folder of gold annotations, micro-averaged.

    Returns:
        A row for each group, type and predicate; then `kinds`, whose precision is the share of matched entities of the right kind, and
        `negatives`, whose `spurious` counts planned, denied and mistaken facts that were asserted.

    Raises:
        InputError: a path is missing, or a file is not in the form of the gold annotation.
    """
    found = _predictions(predicted)
    files = sorted(gold.glob("*.json"))
    if not files:
        raise InputError(f"{gold} holds no gold annotation (*.json); check the path")
    total: Counter[str] = Counter()
    for path in files:
        annotation = _object(path, _text(path, "a gold annotation is JSON in UTF-8"), 1)
        _check_gold(path, annotation)
        mine = _prediction(found, path.stem)
        total.update(_Comparison(annotation, mine).counts())
    return Table(COLUMNS, tuple(_rows(total)))


def _rows(total: Counter[str]) -> Iterable[tuple[object, ...]]:
    for name in (*_GROUPS, *ENTITY_TYPES, *PREDICATE_IRIS):
        right, spurious, missed = (total[f"{name} {part}"] for part in ("right", "spurious", "missed"))
        precision = right / (right + spurious) if right + spurious else 0.0
        recall = right / (right + missed) if right + missed else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        yield name, round(precision, 3), round(recall, 3), round(f1, 3), right, spurious, missed
    kinds = total["kinds right"] / total["kinds all"] if total["kinds all"] else 0.0
    yield "kinds", round(kinds, 3), None, None, total["kinds right"], total["kinds all"] - total["kinds right"], None
    yield "negatives", None, None, None, None, total["negatives"], None


def _text(path: Path, advice: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read ({error}); {advice}") from error


def _predictions(path: Path) -> list[_Article]:
    lines = _text(path, "give what kg extract --output wrote").split("\n")  # splitlines also splits at U+2028, which JSON strings may hold
    return [_object(path, line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _prediction(found: Iterable[_Article], stem: str) -> _Article:
    """What was extracted from the article of that name without ending: exactly that first, then one that goes on, with no letter or digit next."""
    names = [(PurePath(item["doc"]), item) for item in found]
    exact = (item for name, item in names if name.stem == stem)
    longer = (item for name, item in names if name.name.startswith(stem) and not name.name[len(stem) : len(stem) + 1].isalnum())
    return next(exact, None) or next(longer, _NOTHING)


def _object(path: Path, text: str, line: int) -> _Article:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{line}: no valid JSON ({error.msg}); write it anew with kg extract") from error
    if not isinstance(found, dict) or not {"doc", "entities", "relations"} <= found.keys():
        raise InputError(f"{path}:{line}: no object with doc, entities and relations; write it anew with kg extract")
    if not isinstance(found["doc"], str):
        raise InputError(f"{path}:{line}: doc is no text; write it anew with kg extract")
    for group, keys in _KEYS.items():
        items = found.get(group, [])
        if not isinstance(items, list):
            raise InputError(f"{path}:{line}: {group} is no list; write it anew with kg extract")
        for number, item in enumerate(items, start=1):
            wrong = [key for key, kind in keys.items() if not isinstance(item, dict) or not isinstance(item.get(key, _OPTIONAL.get(key)), kind)]
            if wrong:
                raise InputError(f"{path}:{line}: {group}, number {number}: {', '.join(wrong)} is missing or of the wrong kind; mend it")
    return found


def _check_gold(path: Path, gold: _Article) -> None:
    """Every id that is used is that of an entity, and a figure that is denied is a number."""
    known = {entity["id"] for entity in gold["entities"]}
    used = [item[key] for item in gold["relations"] for key in "so"]
    used += [iri for row in gold.get("implementations", []) for iri in (*row["by"], row["of"], *row["at"])]
    unknown = sorted({str(iri) for iri in used if iri not in known})
    if unknown:
        raise InputError(f"{path}: no entity has the id {', '.join(unknown)}; mend the annotation")
    for item in gold.get("negatives", []):
        if item["p"] == "METRIC":
            try:
                float(item["o"].split()[1])
            except (IndexError, ValueError) as error:
                raise InputError(f"{path}: the negative {item['o']} names no figure; write it as METRIC and a number") from error


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


def _triple(subject: str, predicate: str, target: str) -> _Triple:
    if predicate in _SYMMETRIC and target < subject:
        subject, target = target, subject
    return predicate, subject, target


class _Comparison:
    """One article."""

    def __init__(self, gold: _Article, mine: _Article) -> None:
        self.gold, self.mine = gold, mine
        self.entities: dict[str, Any] = {entity["id"]: entity for entity in gold["entities"]}
        self.core = {iri for iri, entity in self.entities.items() if entity.get("core", True)}
        self.tally: Counter[str] = Counter()
        self.match: dict[str, str] = {}  #: my id → the gold id
        self.doubles: set[str] = set()  #: my ids of a gold entity that is matched already
        self._match()
        self.wanted, self.neutral = self._wanted()

    def counts(self) -> Counter[str]:
        self._entities()
        self._relations()
        self._implementations()
        self._figures()
        return self.tally

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
        wanted = {_triple(item["s"], item["p"], item["o"]) for item in relations}
        for row in self.gold.get("implementations", []):
            wanted |= {(RUNS, body, row["of"]) for body in row["by"]} | {(IMPLEMENTED_IN, row["of"], place) for place in row["at"]}
        self.above = _closure((s, o) for p, s, o in wanted if p == WITHIN)
        self.parts = _closure((s, o) for p, s, o in wanted if p == PART_OF)
        neutral = {(WITHIN, s, o) for s, o in self.above} | {(PART_OF, s, o) for s, o in self.parts}
        neutral |= {(p, s, upper) for p, s, o in wanted if p in _PLACED for lower, upper in self.above if lower == o}
        for item in relations:
            if item.get("optional") or item.get("past"):
                triple = _triple(item["s"], item["p"], item["o"])
                wanted.discard(triple)
                neutral.add(triple)
        led = {o for p, s, o in wanted if p == RUNS and self._kind(s) == PARTY_COMMITTEE}
        neutral |= {(RUNS, iri, o) for iri in self.entities if self._kind(iri) == GOVERNMENT for o in led}
        return wanted, neutral

    def _count(self, outcome: str, *names: str) -> None:
        self.tally.update(f"{name} {outcome}" for name in names)

    def _entities(self) -> None:
        for entity in self.mine["entities"]:
            iri = self.match.get(entity["id"])
            if iri is None or entity["id"] in self.doubles:
                self._count("spurious", "entities", entity["type"])
                continue
            if iri in self.core:
                self._count("right", "entities", entity["type"])
            if self._kind(iri):
                self.tally["kinds all"] += 1
                self.tally["kinds right"] += entity.get("kind") == self._kind(iri)
        found = {self.match[entity["id"]] for entity in self.mine["entities"] if entity["id"] in self.match and entity["id"] not in self.doubles}
        for iri in self.core - found:
            self._count("missed", "entities", self.entities[iri]["type"])

    def _denied(self) -> dict[_Triple, _Article]:
        return {_triple(item["s"], item["p"], item["o"]): item for item in self.gold.get("negatives", []) if item["p"] != "METRIC"}

    def _relations(self) -> None:
        denied = self._denied()
        uses = Counter(form for entity in self.entities.values() for form in _forms(entity))
        ambiguous = {entity["id"] for entity in self.mine["entities"] if uses[plain(entity["name"])] > 1}
        got: set[_Triple] = set()
        for item in self.mine["relations"]:
            subject, target = self.match.get(item["s"]), self.match.get(item["o"])
            triple = _triple(subject, item["p"], target) if subject and target else None
            if triple in denied and not (denied[triple].get("type") == "homonym" and ambiguous & {item["s"], item["o"]}):
                self.tally["negatives"] += 1
            elif triple is None or triple not in self.wanted | self.neutral:
                self._count("spurious", "relations", item["p"])
            elif triple in self.wanted and triple not in got:
                got.add(triple)
                if {triple[1], triple[2]} <= self.core:
                    self._count("right", "relations", item["p"])
        for predicate, subject, target in self.wanted - got:
            if {subject, target} <= self.core:
                self._count("missed", "relations", predicate)

    def _loose(self, rows: set[_Triple]) -> set[_Triple]:
        """Rows that are neither right nor wrong."""
        kin = self.parts | {(b, a) for a, b in self.parts}
        loose = {(by, other, at) for by, of, at in rows for one, other in kin if one == of}
        loose |= {(by, of, upper) for by, of, at in rows for lower, upper in self.above if lower == at}
        offices = [iri for iri in self.entities if self._kind(iri) == GOVERNMENT]
        return loose | {(office, of, at) for by, of, at in rows if self._kind(by) == PARTY_COMMITTEE for office in offices}

    def _implementations(self) -> None:
        rows = {(by, row["of"], at) for row in self.gold.get("implementations", []) for by in row["by"] for at in row["at"]}
        core = {row for row in rows if set(row) <= self.core}
        loose = self._loose(rows)
        seen: set[tuple[str | None, ...]] = set()
        for item in self.mine.get("implementations", []):
            for row in ((by, item["of"], at) for by in item["by"] for at in item["at"]):
                known = tuple(self.match.get(part) for part in row)
                if known in seen and None not in known:
                    continue
                seen.add(known)
                if known in rows:
                    self.tally["rows right"] += known in core
                elif known not in loose:
                    self.tally["rows spurious"] += 1
        self.tally["rows missed"] += len(core - seen)

    def _figures(self) -> None:
        denied = {(item["s"], float(item["o"].split()[1])) for item in self.gold.get("negatives", []) if item["p"] == "METRIC"}
        for row in self.mine.get("implementations", []):
            self.tally["negatives"] += sum((self.match.get(row["of"]), float(m["value"])) in denied for m in row.get("metrics", []) if _is_number(m))
        wanted, got = _figures_of(self.gold), _figures_of(self.mine)
        self.tally["figures right"] += sum((wanted & got).values())
        self.tally["figures spurious"] += sum((got - wanted).values())
        self.tally["figures missed"] += sum((wanted - got).values())


def _is_number(metric: Mapping[str, Any]) -> bool:
    return isinstance(metric.get("value"), (int, float))


def _figures_of(article: _Article) -> Counter[tuple[float, str]]:
    units = settings("evaluation.toml")["units"]
    metrics = (metric for row in article.get("implementations", []) for metric in row.get("metrics", []) if _is_number(metric))
    return Counter((round(float(metric["value"]), 4), metric["unit"] if metric.get("unit") in units else "count") for metric in metrics)
