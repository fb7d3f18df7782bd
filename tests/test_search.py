"""Search gives the same answers on both engines, with and without an index."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Kg
from factories import ARTICLE, DOC, OTHER_ARTICLE, OTHER_DOC, knowledge

from kg.errors import InputError
from kg.facts import RecordFacts
from kg.project import project
from kg.search import _runs, search
from kg.store import Store, open_store
from kg.store.bolt import BoltGraph
from kg.to_rdf import to_rdf

TEXTS = ("梅溪镇", "党委", "镇党委 梅溪", "村", "37场", "“埠头夜谈”", "夜谈 每月", "无此词", "Wi", "会 镇", "a'b\" OR *:*", "镇")


@pytest.fixture(scope="module")
def store(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("search") / "store"
    shutil.copytree(sample_store, copy)
    return copy


@pytest.mark.neo4j
def test_with_an_index_as_without_and_on_both_engines_alike(store: Path, sample_in_neo4j: Mapping[str, str], neo4j_session_graph: BoltGraph) -> None:
    with open_store(store, write=False) as held:
        assert held.graph.text_indexes() == {}
        without = [search(held.graph, text) for text in TEXTS]
        with open_store(store, write=False):  # another reader
            assert not held.index_text()
        assert held.index_text()
        assert len(held.graph.text_indexes()) == 5
        assert [search(held.graph, text) for text in TEXTS] == without
    assert [len(table.rows) > 0 for table in without] == [text not in ("无此词", "Wi", "a'b\" OR *:*") for text in TEXTS]
    neo4j_session_graph.ask("CALL db.awaitIndexes(60)", {})
    assert len(neo4j_session_graph.text_indexes()) == 5
    assert [search(neo4j_session_graph, text) for text in TEXTS] == without


def put(store: Store) -> None:
    store.project(project(RecordFacts(store.record.dataset)))


def test_the_index_follows_the_graph(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(ARTICLE, to_rdf(knowledge()))
        put(store)
        assert store.index_text()
        store.record.replace(OTHER_ARTICLE, to_rdf(knowledge(OTHER_DOC, OTHER_ARTICLE)))
        put(store)
        both = search(store.graph, "柳塘镇")
        assert {row[1] for row in both.rows if row[0] == "Sentence"} == {DOC, OTHER_DOC}
        store.record.remove(ARTICLE)
        put(store)
        assert {row[1] for row in search(store.graph, "柳塘镇").rows if row[0] == "Sentence"} == {OTHER_DOC}


def test_only_pairs_that_the_index_has_are_asked_of_it() -> None:
    assert list(_runs("120万元")) == ["万元"]
    assert list(_runs("37场")) == []
    assert list(_runs("“埠头夜谈”abc村民")) == ["埠头夜谈", "村民"]


def test_nothing_to_search_for(kg: Kg, store: Path) -> None:
    done = kg("search", " ", "--store", store)
    assert (done.code, len(done.lines)) == (2, 1)
    with open_store(store, write=False) as held, pytest.raises(InputError):
        search(held.graph, "")


def test_the_command(kg: Kg, store: Path) -> None:
    done = kg("search", "梅溪镇党委", "--limit", "1", "--format", "csv", "--store", store)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1].startswith("Organization,梅溪镇党委,")
