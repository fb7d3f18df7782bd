"""One set of Cypher, two engines: what analysts write gives the same answers on both, or a listed exception with its reason."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from asked import ASKED

from kg.errors import InputError
from kg.questions import answer, question
from kg.store.base import PropertyGraph
from kg.store.bolt import BoltGraph
from kg.store.embedded import open_embedded

QUERIES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "parity.toml").read_text("utf-8"))["query"]
#: Questions with parameters of which the other tests ask nothing.
FURTHER: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "who-runs-what-where, of a body": ("who-runs-what-where", {"body": "永兴镇党委"}),
    "who-runs-what-where, of nothing": ("who-runs-what-where", {"place": "无此县"}),
    "initiatives-in-several-places, of three": ("initiatives-in-several-places", {"least": "3"}),
}


@pytest.fixture(scope="module")
def embedded(sample_store: Path) -> Iterator[BoltGraph]:
    graph = open_embedded(sample_store / "graph", write=False)
    yield graph
    graph.close()


def answered(graph: PropertyGraph, item: Mapping[str, Any]) -> str:
    """Columns and rows as text, so that 1 and 1.0 differ; or that it is refused."""
    try:
        table = graph.ask(item["cypher"], item.get("given", {}))
    except InputError:
        return "refused"
    return json.dumps([table.columns if table.rows else (), table.rows], ensure_ascii=False)


@pytest.mark.neo4j
@pytest.mark.parametrize("item", QUERIES, ids=lambda item: item["name"])
def test_both_engines_give_the_same_answer(
    item: dict[str, Any], embedded: BoltGraph, sample_in_neo4j: Mapping[str, str], neo4j_session_graph: BoltGraph
) -> None:
    one, other = answered(embedded, item), answered(neo4j_session_graph, item)
    if "exception" in item:
        assert one != other, "they agree now: take the exception out"
    else:
        assert one == other
        assert one != "refused"


@pytest.mark.neo4j
@pytest.mark.parametrize("name", [*ASKED, *FURTHER])
def test_a_question_has_one_answer(name: str, embedded: BoltGraph, sample_in_neo4j: Mapping[str, str], neo4j_session_graph: BoltGraph) -> None:
    asked, given = {**ASKED, **FURTHER}[name]
    assert answer(question(asked), given, embedded) == answer(question(asked), given, neo4j_session_graph)


def test_there_are_enough() -> None:
    same = [item["name"] for item in QUERIES if "exception" not in item]
    assert len({item["name"] for item in QUERIES}) == len(QUERIES)
    assert len(same) >= 40
    assert len(ASKED) + len(FURTHER) >= 20
