"""Every row of the lexicons and every relation pattern does what its example says, and leaves its counter-example alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import texts

from kg import terms
from kg.relations.clauses import pattern
from kg.tables import Row, rows, settings

LEXICONS = ("organization_heads", "place_heads", "titles", "initiative_heads", "initiative_known", "slogans")
SIDES = ("example", "counter_example")

CASES = [
    pytest.param(lexicon, row, side, id=f"{lexicon}-{next(iter(row.values()))}-{side}")
    for lexicon in LEXICONS
    for row in rows(f"lexicons/{lexicon}.tsv")
    for side in SIDES
    if row[side]
]


@pytest.fixture(scope="session")
def read() -> dict[str, texts.Read]:
    """Every example, read as an article of its own, all in one go."""
    wanted = sorted({row[side] for lexicon in LEXICONS for row in rows(f"lexicons/{lexicon}.tsv") for side in SIDES if row[side]})
    return dict(zip(wanted, texts.read_all(map(texts.article, wanted)), strict=True))


def _body(found: texts.Read, row: Row, side: str) -> bool:
    kinds = [span.kind for span in found.annotation.bodies if span.text.endswith(row["head"])]
    return row["kind"] in kinds if side == "example" and row["shape"] != "none" else not kinds


def _place(found: texts.Read, row: Row, side: str) -> bool:
    levels = [span.kind for span in found.annotation.places if span.text.endswith(row["suffix"])]
    return row["level"] in levels if side == "example" else not levels


def _title(found: texts.Read, row: Row, side: str) -> bool:
    said = {predicate for _, predicate, _, _ in found.said} & {terms.HOLDS_POST, terms.RESIDES_IN}
    if side == "counter_example" or row["use"] == "reporter":
        return not said and not found.annotation.people
    return said == {terms.RESIDES_IN if row["use"] == "resident" else terms.HOLDS_POST}


def _initiative(found: texts.Read, row: Row, side: str) -> bool:
    name = next(iter(row.values()))
    kinds = [span.kind for span in found.annotation.initiatives if name in span.text]
    return row["kind"] in kinds if side == "example" else not kinds


def _slogan(found: texts.Read, row: Row, side: str) -> bool:
    return (side == "counter_example") == bool(found.annotation.initiatives)


CHECKS: dict[str, Callable[[texts.Read, Row, str], bool]] = {
    "organization_heads": _body,
    "place_heads": _place,
    "titles": _title,
    "initiative_heads": _initiative,
    "initiative_known": _initiative,
    "slogans": _slogan,
}


@pytest.mark.parametrize(("lexicon", "row", "side"), CASES)
def test_row(lexicon: str, row: Row, side: str, read: dict[str, texts.Read]) -> None:
    found = read[row[side]]
    a = found.annotation
    spans = [f"{span.text}/{span.kind}" for span in (*a.places, *a.bodies, *a.people, *a.initiatives)]
    assert CHECKS[lexicon](found, row, side), f"lexicons/{lexicon}.tsv:{row['line']}: {row[side]} gives {spans} {sorted(found.said)}"


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_each_row_has_both_examples(lexicon: str) -> None:
    lacking = [row["line"] for row in rows(f"lexicons/{lexicon}.tsv") if not (row["example"] and row["counter_example"])]
    assert not lacking, f"lexicons/{lexicon}.tsv: rows without an example or a counter-example: {lacking}"


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_no_row_stands_twice(lexicon: str) -> None:
    keys = [tuple(row.values())[:2] for row in rows(f"lexicons/{lexicon}.tsv")]
    assert sorted(keys) == sorted(set(keys))


# relation patterns ------------------------------------------------------------------------------------------------------------------------
RELATION_CASES = rows("relation_cases.tsv", required=("pattern", "example", "counter_example"))


def _hit(expression: re.Pattern[str], case: str) -> bool:
    """Whether the pattern matches what [brackets] mark: from their start, or just up to their end."""
    before, opened, rest = case.partition("[")
    inner, closed, after = rest.partition("]")
    assert opened + closed == "[]", f"mark with [brackets] where the pattern applies: {case}"
    text, start, end = before + inner + after, len(before), len(before) + len(inner)
    whole = [match.start() for match in expression.finditer(text)]
    cut = [match.span() for match in expression.finditer(text, 0, end)] if expression.pattern.endswith("$") else []
    there = expression.match(text, start)  # at an offset, where ^ and what stands before count as the line's stages see them
    alone = expression.match(text[start:])
    return start in whole or (start, end) in cut or there is not None or alone is not None


@pytest.mark.parametrize("row", RELATION_CASES, ids=lambda row: f"{row['pattern']}-{row['example']}")
def test_relation_pattern(row: Row) -> None:
    assert row["pattern"] in settings("relations.toml")["patterns"], f"relation_cases.tsv:{row['line']}: no such pattern"
    expression = pattern(row["pattern"])
    assert _hit(expression, row["example"]), f"relation_cases.tsv:{row['line']}: {row['pattern']} misses {row['example']}"
    assert not _hit(expression, row["counter_example"]), f"relation_cases.tsv:{row['line']}: {row['pattern']} takes {row['counter_example']}"


def test_each_relation_pattern_has_a_case() -> None:
    assert {row["pattern"] for row in RELATION_CASES} == set(settings("relations.toml")["patterns"])
