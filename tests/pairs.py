"""Pairs of mentions in small articles: what is one thing and what is two, by our joins, by exact names, and by a fuzzy match of names."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import texts
from rapidfuzz import fuzz

from kg.identity import joins
from kg.identity.candidates import candidates_of
from kg.records import Reading
from kg.resolve import resolve

FOLDER = Path(__file__).parent / "identity"
#: The default of neo4j-graphrag's FuzzyMatchResolver: RapidFuzz's WRatio of the names, as a part of one.
THRESHOLD = 0.8


@dataclass(frozen=True)
class Side:
    """One article and what to find in it."""

    text: str
    name: str
    published: str | None


@dataclass(frozen=True)
class Pair:
    """Two mentions."""

    why: str
    type: str
    left: Side
    right: Side

    def __str__(self) -> str:
        return f"{self.why}: {self.left.name} | {self.right.name}"


def pairs(name: str) -> list[Pair]:
    """Rows of `identity/NAME.tsv`."""
    lines = [line for line in (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    found = []
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        sides = [
            Side(row[side], row[f"{side}_name"], None if row[f"{side}_published"] == "-" else row[f"{side}_published"]) for side in ("left", "right")
        ]
        found.append(Pair(row["why"], row["type"], *sides))
    return found


def read_sides(some: Iterable[Pair]) -> dict[tuple[Pair, str], Reading]:
    """Pair and side → the reading of its article; both sides have one where they are the same article."""
    wanted = []
    for number, pair in enumerate(some):
        docs = ("left", "left") if pair.left.text == pair.right.text and pair.left.published == pair.right.published else ("left", "right")
        wanted += [
            (pair, side, texts.article(getattr(pair, side).text, doc=f"{number}-{doc}.txt", published=getattr(pair, side).published))
            for side, doc in zip(("left", "right"), docs, strict=True)
        ]
    found = texts.read_all(article for _, _, article in wanted)
    return {(pair, side): read.reading for (pair, side, _), read in zip(wanted, found, strict=True)}


def ids(reading: Reading, side: Side, type_: str) -> set[str]:
    """Ids of what goes by that name in the reading: exactly, or as it is mentioned."""
    exact = {entity.id for entity in reading.entities if entity.type == type_ and side.name in (entity.name, *entity.names)}
    own = {entity.id: entity for entity in reading.entities if entity.type == type_}
    said = {mention.referent for mention in reading.mentions if mention.text.endswith(side.name)} & own.keys()
    return exact or said or {id_ for id_, entity in own.items() if entity.name.endswith(side.name) or side.name.endswith(entity.name)}


def ours(pair: Pair, readings: dict[tuple[Pair, str], Reading]) -> bool | None:
    """Whether the two are one by our joins; None where one of them isn't found."""
    left, right = readings[pair, "left"], readings[pair, "right"]
    renames = joins({c for reading in (left, right) for c in candidates_of(reading)}).renames
    found = []
    for reading, side in ((left, pair.left), (right, pair.right)):
        iris = resolve(reading, renames).iris
        found.append({iris[id_] for id_ in ids(reading, side, pair.type)})
    return None if not all(found) else len(found[0] | found[1]) == 1


def by_name(pair: Pair) -> bool:
    """Whether the names are equal."""
    return pair.left.name == pair.right.name


def by_fuzzy_match(pair: Pair) -> bool:
    """Whether RapidFuzz takes the names for one."""
    return fuzz.WRatio(pair.left.name, pair.right.name) / 100 >= THRESHOLD
