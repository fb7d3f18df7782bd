"""Store → Neo4j: only what is new travels, and whatever happens the server ends with the graph of the store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from factories import ARTICLE, OTHER_ARTICLE, OTHER_DOC, knowledge

from kg.errors import DataError, StoreError
from kg.facts import RecordFacts
from kg.load import load, wanted_of
from kg.project import project
from kg.records import Knowledge
from kg.store import Counts, LoadReport, PropertyGraph, Store, open_store
from kg.store.bolt import BoltGraph
from kg.store.watermark import read
from kg.to_rdf import to_rdf

pytestmark = pytest.mark.neo4j

CONTENTS = (
    "MATCH (n) WHERE n.kg_hash IS NOT NULL RETURN n, n.kg_hash AS h ORDER BY n.iri",
    "MATCH (a)-[r]->(b) WHERE r.kg_hash IS NOT NULL RETURN a.iri AS a, r, b.iri AS b, r.kg_hash AS h ORDER BY a, type(r), b",
)
ONE, OTHER = knowledge(), knowledge(OTHER_DOC, OTHER_ARTICLE)


def contents(graph: PropertyGraph) -> list[object]:
    return [graph.ask(statement, {}).rows for statement in CONTENTS]


def put(store: Store, *said: Knowledge, gone: tuple[str, ...] = ()) -> None:
    """As a build does, without reading texts."""
    for item in said:
        store.record.replace(item.article, to_rdf(item))
    for article in gone:
        store.record.remove(article)
    store.project(project(RecordFacts(store.record.dataset)))


def made(directory: Path, *said: Knowledge) -> Path:
    with open_store(directory, write=True) as store:
        put(store, *said)
    return directory


def loaded(directory: Path, graph: BoltGraph, *, dry_run: bool = False, full: bool = False, may_replace: bool = False) -> LoadReport:
    with open_store(directory, write=False) as store:
        return load(store, graph, dry_run=dry_run, full=full, may_replace=may_replace)


def expected(directory: Path) -> list[object]:
    """The same questions to the embedded graph."""
    with open_store(directory, write=False) as store:
        return contents(store.graph)


def changed(item: Knowledge) -> Knowledge:
    """The article with other names, another year and one fact fewer."""
    entities = (replace(item.entities[0], name="柳塘镇党委会", names=("柳塘镇党委会",)), *item.entities[1:])
    rows = (replace(item.implementations[0], when="2024"), *item.implementations[1:])
    return replace(item, entities=entities, claims=item.claims[:2] + item.claims[3:], implementations=rows)


def test_a_second_load_looks_at_nothing_and_a_change_travels_alone(tmp_path: Path, neo4j_graph: BoltGraph) -> None:
    store = made(tmp_path / "store", ONE, OTHER)
    would = loaded(store, neo4j_graph, dry_run=True)
    assert contents(neo4j_graph) == [(), ()]
    assert neo4j_graph.ask("SHOW CONSTRAINTS YIELD name", {}).rows == ()
    first = loaded(store, neo4j_graph)
    assert first == would
    assert contents(neo4j_graph) == expected(store)
    again = loaded(store, neo4j_graph)
    assert (again.written, again.nodes.unchanged, again.relationships.unchanged) == (0, first.nodes.created, first.relationships.created)
    with open_store(store, write=True) as held:
        put(held, changed(OTHER))
    would = loaded(store, neo4j_graph, dry_run=True)
    report = loaded(store, neo4j_graph)
    assert report == would
    assert report.nodes.created
    assert report.nodes.changed
    assert contents(neo4j_graph) == expected(store)
    full = loaded(store, neo4j_graph, full=True)
    assert full.written == 0
    assert (full.nodes, full.relationships) == (loaded(store, neo4j_graph).nodes, loaded(store, neo4j_graph).relationships)


def test_what_is_removed_goes_and_a_full_load_mends_what_somebody_broke(tmp_path: Path, neo4j_graph: BoltGraph) -> None:
    store = made(tmp_path / "store", ONE, OTHER)
    loaded(store, neo4j_graph)
    neo4j_graph.ask("CREATE (:Note {text: 'mine'})", {}, write=True)
    neo4j_graph.ask("MATCH (n:Person) SET n.name = 'x', n.kg_hash = 'x'", {}, write=True)
    with open_store(store, write=True) as held:
        put(held, gone=(OTHER_ARTICLE,))
    report = loaded(store, neo4j_graph)
    assert report.nodes.deleted
    assert report.relationships.changed
    neo4j_graph.ask("MATCH (n:Person) SET n.name = 'x', n.kg_hash = 'x'", {}, write=True)
    assert loaded(store, neo4j_graph).written == 0
    assert loaded(store, neo4j_graph, full=True).nodes == Counts(changed=1, unchanged=report.nodes.changed + report.nodes.unchanged - 1)
    assert contents(neo4j_graph) == expected(store)
    assert neo4j_graph.ask("MATCH (n:Note) RETURN n.text", {}).rows == (("mine",),)


def test_several_changes_behind(tmp_path: Path, neo4j_graph: BoltGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    store = made(tmp_path / "store", ONE)
    loaded(store, neo4j_graph)
    with open_store(store, write=True) as held:
        put(held, OTHER)
        put(held, changed(OTHER))
        put(held, gone=(ARTICLE,))
    loaded(store, neo4j_graph)
    assert contents(neo4j_graph) == expected(store)
    monkeypatch.setattr("kg.store.history.LIMIT", 5)
    with open_store(store, write=True) as held:
        mark = read(neo4j_graph)
        assert mark is not None
        assert mark.change is not None
        put(held, ONE)
        assert held.history.since(mark.change) is None
        assert held.history.knows(mark.change)
    report = loaded(store, neo4j_graph)  # compares everything, and that is not another store's
    assert report.nodes.unchanged
    assert contents(neo4j_graph) == expected(store)


class Stop(Exception):  # noqa: N818 - no error
    pass


def stopping(after: int) -> Callable[[int], None]:
    told = 0

    def tell(count: int) -> None:
        nonlocal told
        told += 1
        if told > after:
            raise Stop

    return tell


@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_load_that_was_cut_off_is_resumed(tmp_path: Path, neo4j_graph: BoltGraph, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr("kg.store.sync.BATCH", 3)
    store = made(tmp_path / "store", ONE)
    with open_store(store, write=False) as held, pytest.raises(Stop):
        load(held, neo4j_graph, stopping(after))
    mark = read(neo4j_graph)
    assert mark is not None
    assert (mark.change, mark.loading is None) == (None, False)
    first = loaded(store, neo4j_graph)
    assert contents(neo4j_graph) == expected(store)
    with open_store(store, write=True) as held:
        put(held, changed(ONE))
    with open_store(store, write=False) as held, pytest.raises(Stop):
        load(held, neo4j_graph, stopping(after))
    with open_store(store, write=True) as held:
        put(held, OTHER)
    report = loaded(store, neo4j_graph)
    assert contents(neo4j_graph) == expected(store)
    full = loaded(store, neo4j_graph, full=True)
    assert (full.written, full.nodes.unchanged) == (0, report.nodes.created + report.nodes.changed + report.nodes.unchanged)
    assert first.nodes.created + first.nodes.unchanged + first.nodes.changed > 10


def test_the_graph_of_another_store_is_not_deleted_unasked(tmp_path: Path, neo4j_graph: BoltGraph) -> None:
    one, both, other = (made(tmp_path / name, *said) for name, said in (("one", (ONE,)), ("both", (ONE, OTHER)), ("other", (OTHER,))))
    loaded(one, neo4j_graph)
    before = contents(neo4j_graph)
    for dry_run in (True, False):
        with pytest.raises(StoreError, match=r"holds \d+ nodes and \d+ relationships of another store.*--replace"):
            loaded(other, neo4j_graph, dry_run=dry_run)
    assert contents(neo4j_graph) == before
    assert loaded(both, neo4j_graph).nodes.deleted == 0  # nothing is lost: as when a store was made anew
    with pytest.raises(StoreError, match="--replace"):
        loaded(one, neo4j_graph)
    assert loaded(other, neo4j_graph, may_replace=True).nodes.deleted
    assert contents(neo4j_graph) == expected(other)
    assert loaded(other, neo4j_graph).written == 0


def test_copies_that_went_different_ways_are_different_stores(tmp_path: Path, neo4j_graph: BoltGraph) -> None:
    store = made(tmp_path / "store", ONE)
    loaded(store, neo4j_graph)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", store, copy], check=True)
    with open_store(store, write=True) as held:
        put(held, OTHER)
    with open_store(copy, write=True) as held:
        put(held, changed(ONE))
    loaded(store, neo4j_graph)
    with pytest.raises(StoreError, match="--replace"):
        loaded(copy, neo4j_graph)
    assert contents(neo4j_graph) == expected(store)


def test_a_store_that_was_not_built_to_the_end_is_not_loaded(tmp_path: Path, neo4j_graph: BoltGraph) -> None:
    store = made(tmp_path / "store", ONE)
    with open_store(store, write=True) as held:
        held.record.replace(OTHER_ARTICLE, to_rdf(OTHER))
    with pytest.raises(DataError, match="run kg build again"):
        loaded(store, neo4j_graph)


def test_a_damaged_history_is_named_and_costs_a_comparison(tmp_path: Path, neo4j_graph: BoltGraph) -> None:
    store = made(tmp_path / "store", ONE)
    loaded(store, neo4j_graph)
    (store / "history").write_bytes(b'{"change"')
    with pytest.raises(DataError, match="history is damaged: run kg build again"):
        loaded(store, neo4j_graph)
    with open_store(store, write=True) as held:
        put(held)
    assert loaded(store, neo4j_graph).written == 0
    (store / "history").unlink()
    assert loaded(store, neo4j_graph).written == 0
    with open_store(store, write=True) as held:
        put(held)
        assert held.history.last is not None
    assert loaded(store, neo4j_graph).written == 0


LOAD = """
import sys
from pathlib import Path
from kg.load import load
from kg.store import open_store, sync
from kg.store.neo4j import connect
sync.BATCH = int(sys.argv[2])
with open_store(Path(sys.argv[1]), write=False) as store:
    graph = connect()
    print("open", flush=True)
    load(store, graph, lambda count: print(count, flush=True))
    graph.close()
"""


def loader(store: Path, env: Mapping[str, str], batch: int = 5) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", LOAD, str(store), str(batch)], env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)


def test_two_loads_at_once(tmp_path: Path, neo4j_graph: BoltGraph, neo4j_env: Mapping[str, str]) -> None:
    store = made(tmp_path / "store", ONE, OTHER)
    loaders = [loader(store, neo4j_env) for _ in range(3)]
    said = [process.communicate(timeout=120)[0] for process in loaders]
    assert [process.returncode for process in loaders] == [0, 0, 0]
    assert sum(len(text.splitlines()) > 1 for text in said) == 1  # the others had nothing to do
    assert contents(neo4j_graph) == expected(store)


def test_what_a_load_wants_is_what_the_embedded_graph_holds(tmp_path: Path) -> None:
    store = made(tmp_path / "store", ONE)
    with open_store(store, write=False) as held:
        iris = [iri for some in wanted_of(held).chunks(100) for iri in some]
        assert held.graph.ask("MATCH (n) RETURN count(n)", {}).rows == ((len(iris),),)
