"""The sample corpus against facts that its writer noted: what holds is found, what is planned or denied is not asserted."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.errors import KgError
from kg.evaluate import as_gold
from kg.pipeline import extract, sources
from kg.read import find
from kg.score import plain

HERE = Path(__file__).parent
FACTS = list(csv.DictReader((HERE / "sample_facts.tsv").read_text("utf-8").splitlines(), delimiter="\t"))


def _refuse(error: KgError) -> None:
    raise error


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Any]]:
    files = find([HERE.parent / "kg" / "sample" / "articles"])
    return {reading.doc: as_gold(reading) for reading in extract(sources(files, _refuse), _refuse)}


def _ids(article: dict[str, Any], name: str) -> set[str]:
    return {e["id"] for e in article["entities"] if plain(name) in {plain(n) for n in (e["name"], *e["names"])}}


def _holds(article: dict[str, Any], row: dict[str, str]) -> bool:
    subjects, objects = _ids(article, row["subject"]), _ids(article, row["object"])
    pairs = {(r["s"], r["o"]) for r in article["relations"] if r["p"] == row["predicate"]}
    if row["predicate"] == "PARTNERS_WITH":
        pairs |= {(b, a) for a, b in pairs}
    return any(a in subjects and b in objects for a, b in pairs)


def _values(article: dict[str, Any]) -> Iterator[float]:
    return (m["value"] for row in article["implementations"] for m in row["metrics"])


def test_every_fact_names_an_article(found: dict[str, dict[str, Any]]) -> None:
    assert {row["doc"] for row in FACTS} <= found.keys()


def test_most_facts_are_found_and_hardly_a_denied_one(found: dict[str, dict[str, Any]]) -> None:
    true = [_holds(found[row["doc"]], row) for row in FACTS if row["holds"] == "yes"]
    denied = [row for row in FACTS if row["holds"] == "no" and _holds(found[row["doc"]], row)]
    assert sum(true) / len(true) >= 0.6
    assert len(denied) <= 1, denied


def test_figures_are_read(found: dict[str, dict[str, Any]]) -> None:
    wanted = [(row["doc"], float(row["figure"].split()[0])) for row in FACTS if row["holds"] == "yes" and row["figure"]]
    assert wanted
    read = [any(abs(value - figure) < 1e-6 for value in _values(found[doc])) for doc, figure in wanted]
    assert sum(read) / len(read) >= 0.95


def test_names_are_normal_before_they_are_compared() -> None:
    assert plain("“党建＋” 模式") == unicodedata.normalize("NFKC", "党建模式")
