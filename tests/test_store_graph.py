"""Both engines take the same loads and give the same answers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from kg.errors import DataError, InputError, ServerError, StoreError
from kg.records import Node, Relationship, Value
from kg.store import Counts, PropertyGraph, sync
from kg.store.embedded import needs_recovery, open_embedded
from kg.store.neo4j import connect
from kg.store.plan import Given

COMMITTEE = ("Organization", "PartyCommittee")
ALL_NODES = "MATCH (n) RETURN n ORDER BY n.iri"
ALL_EDGES = "MATCH (a)-[r]->(b) RETURN a.iri, r, b.iri ORDER BY a.iri, type(r), b.iri"


def node(iri: str, kind: tuple[str, ...] = COMMITTEE, /, **properties: Value) -> Node:
    return Node(kind, iri, {"name": iri, **properties})


def edge(source: Node, kind: str, target: Node, **properties: Value) -> Relationship:
    return Relationship(kind, source.iri, source.labels, target.iri, target.labels, properties)


def contents(graph: PropertyGraph) -> tuple[object, object]:
    return graph.ask(ALL_NODES, {}), graph.ask(ALL_EDGES, {})


A, B, C = node("a", n=1), node("b", ("Place", "Township"), level="乡镇"), node("c", ("Initiative",))
NODES = [A, B, C]
EDGES = [edge(A, "RUNS", C, support=2, articles=("x", "y")), edge(A, "LOCATED_IN", B)]


def test_load_then_ask(graph: PropertyGraph) -> None:
    report = graph.load(NODES, EDGES)
    assert (report.nodes, report.relationships) == (Counts(created=3), Counts(created=2))
    assert graph.ask(ALL_NODES, {}).rows[0] == ({"labels": ["Organization", "PartyCommittee"], "properties": {"iri": "a", "n": 1, "name": "a"}},)
    assert graph.ask(ALL_EDGES, {}).rows == (
        ("a", {"type": "LOCATED_IN", "properties": {}}, "b"),
        ("a", {"type": "RUNS", "properties": {"articles": ["x", "y"], "support": 2}}, "c"),
    )


def test_second_load_writes_nothing(graph: PropertyGraph) -> None:
    graph.load(NODES, EDGES)
    before = contents(graph)
    report = graph.load(reversed(NODES), reversed(EDGES))
    assert (report.nodes, report.relationships, report.written) == (Counts(unchanged=3), Counts(unchanged=2), 0)
    assert contents(graph) == before


def test_only_what_changed_is_written(graph: PropertyGraph) -> None:
    graph.load(NODES, EDGES)
    report = graph.load([replace(A, properties={"name": "new"}), B, C], [replace(EDGES[0], properties={"support": 3}), EDGES[1]])
    assert (report.nodes, report.relationships) == (Counts(changed=1, unchanged=2), Counts(changed=1, unchanged=1))
    assert graph.ask("MATCH (n {iri: 'a'}) RETURN n.name, n.n", {}).rows == (("new", None),)  # the old property is gone
    assert graph.ask("MATCH ()-[r:RUNS]->() RETURN r.support, r.articles", {}).rows == ((3, None),)


def test_what_is_no_longer_given_is_deleted(graph: PropertyGraph) -> None:
    graph.load(NODES, EDGES)
    report = graph.load([A, B], [])
    assert (report.nodes, report.relationships) == (Counts(deleted=1, unchanged=2), Counts(deleted=2))
    assert graph.ask("MATCH (n) RETURN n.iri ORDER BY n.iri", {}).rows == (("a",), ("b",))
    assert graph.ask(ALL_EDGES, {}).rows == ()
    assert graph.load([], []).nodes == Counts(deleted=2)
    assert graph.ask(ALL_NODES, {}).rows == ()


def test_a_changed_kind_keeps_the_relationships(graph: PropertyGraph) -> None:
    graph.load(NODES, EDGES)
    moved = replace(A, labels=("Organization", "Government"))
    edges = [replace(one, source_labels=moved.labels) for one in EDGES]
    report = graph.load([moved, B, C], edges)
    assert (report.nodes, report.relationships) == (Counts(changed=1, unchanged=2), Counts(changed=2))
    assert graph.ask("MATCH (n:Government)-[r]->() RETURN labels(n), count(r)", {}).rows[0][1] == 2
    assert graph.ask("MATCH (n:PartyCommittee) RETURN count(n)", {}).rows == ((0,),)
    other_class = replace(moved, labels=("Place", "Village"))
    assert graph.load([other_class, B, C], [replace(one, source_labels=other_class.labels) for one in EDGES]).nodes.changed == 1
    assert graph.load([other_class, B, C], [replace(one, source_labels=other_class.labels) for one in EDGES]).written == 0


def test_what_would_be_written_is_told_and_not_written(graph: PropertyGraph) -> None:
    first = Given(NODES, EDGES)
    assert graph.sync(first, write=False).nodes == Counts(created=3)
    assert graph.ask(ALL_NODES, {}).rows == ()
    graph.sync(first)
    before = contents(graph)
    moved = replace(A, labels=("Organization", "Government"))
    fresh = node("d", ("Initiative",))
    edges = [replace(EDGES[0], source_labels=moved.labels), edge(moved, "RUNS", fresh)]
    would = graph.sync(Given([moved, C, fresh], edges), write=False)
    assert contents(graph) == before
    assert graph.sync(Given([moved, C, fresh], edges)) == would
    assert (would.nodes, would.relationships) == (Counts(1, 1, 1, 1), Counts(created=1, changed=1, deleted=1))


def test_what_others_wrote_is_left_alone(graph: PropertyGraph) -> None:
    graph.load(NODES, EDGES)
    graph.ask("MATCH (a {iri: 'a'}), (c {iri: 'c'}) CREATE (a)-[:RUNS {mine: true}]->(c), (:Note {text: 'mine'})-[:ABOUT]->(a)", {}, write=True)
    changed = graph.load([replace(A, properties={"name": "new"}), B, C], [replace(EDGES[0], properties={})])
    assert (changed.relationships.changed, changed.relationships.deleted) == (1, 1)
    assert graph.ask("MATCH (n:Note)-[:ABOUT]->(a) RETURN n.text, a.name", {}).rows == (("mine", "new"),)
    assert graph.ask("MATCH ()-[r:RUNS]->() RETURN r.mine ORDER BY r.mine", {}).rows == ((True,), (None,))
    graph.load([], [])
    assert graph.ask("MATCH (n) RETURN n.text", {}).rows == (("mine",),)


def test_an_iri_of_someone_else_is_refused(graph: PropertyGraph) -> None:
    graph.ask("CREATE (:Organization {iri: 'a', mine: true}), (:Other {iri: 'b'})", {}, write=True)
    with pytest.raises(StoreError, match="did not write has the IRI a"):
        graph.load(NODES, EDGES)
    assert graph.ask("MATCH (n:Organization) RETURN n.mine", {}).rows == ((True,),)


def test_text_of_every_kind(graph: PropertyGraph) -> None:
    texts = ["清河镇党委", "𠮷野家", "emoji 🏘️", "a'b\"c`d\\e\n\t", "", "e\u0301", "{}$x", "x" * 100_000]
    nodes = [node(f"https://example.org/{index}/清河?x='\"`", text=text, texts=(text, text)) for index, text in enumerate(texts)]
    graph.load(nodes, [])
    assert graph.ask("MATCH (n) RETURN n.text, n.texts ORDER BY n.iri", {}).rows == tuple((text, [text, text]) for text in texts)
    assert graph.load(nodes, []).written == 0


def test_values_of_every_kind(graph: PropertyGraph) -> None:
    values: dict[str, Value] = {
        "int": 2**53 + 1,
        "negative": -5,
        "float": 0.1,
        "whole": 2.0,
        "true": True,
        "false": False,
        "none": (),
        "many": ("b", "a"),
    }
    graph.load([Node(COMMITTEE, "a", {"name": "a", **values})], [])
    found = graph.ask("MATCH (n) RETURN n", {}).rows[0][0]
    assert isinstance(found, dict)
    expected = {**values, "none": [], "many": ["b", "a"], "iri": "a", "name": "a"}
    assert found["properties"] == expected
    assert {key: type(value) for key, value in found["properties"].items()} == {key: type(value) for key, value in expected.items()}


def test_answers_are_plain(graph: PropertyGraph) -> None:
    graph.load(NODES, EDGES)
    path = graph.ask("MATCH p = (:Organization)-[:RUNS]->(:Initiative) RETURN p", {}).rows[0][0]
    assert isinstance(path, dict)
    assert [len(path["nodes"]), path["relationships"][0]["type"]] == [2, "RUNS"]
    table = graph.ask("RETURN date('2020-03-01') AS d, duration('P1D') AS u, {b: [1], a: null} AS m, $x AS x", {"x": ["甲"]})
    assert table.columns == ("d", "u", "m", "x")
    assert table.rows == (("2020-03-01", "P1D", {"a": None, "b": [1]}, ["甲"]),)
    assert list(graph.ask("MATCH (n {iri: 'a'}) RETURN properties(n)", {}).rows[0][0]) == ["iri", "n", "name"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE (:Organization {iri: 'z'})",
        "MATCH (n) SET n.name = 'x'",
        "MATCH (n) REMOVE n.name",
        "MATCH (n) DETACH DELETE n",
        "MERGE (:Organization {iri: 'z'})",
        "MATCH (a {iri: 'a'}), (b {iri: 'b'}) CREATE (a)-[:RUNS]->(b)",
        "CALL { CREATE (:Sneaky) } RETURN 1",
        "MATCH (n) FOREACH (i IN [1] | SET n.name = 'x')",
        "CREATE INDEX sneaky FOR (n:Organization) ON (n.name)",
    ],
)
def test_a_read_only_statement_can_not_write(graph: PropertyGraph, statement: str) -> None:
    graph.load(NODES, EDGES)
    before = contents(graph)
    with pytest.raises(InputError, match="this statement writes"):
        graph.ask(statement, {})
    assert contents(graph) == before


def test_a_malformed_statement_names_the_fault(graph: PropertyGraph) -> None:
    with pytest.raises(InputError, match=r"^Cypher: .+") as caught:
        graph.ask("MATCH (n RETURN n", {})
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="missing"):
        graph.ask("RETURN $missing", {})


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ([A, A], [], "two nodes have the IRI a"),
        ([A, C], [EDGES[0], EDGES[0]], "occurs twice"),
        ([A], [EDGES[0]], "no node :Initiative with the IRI c"),
        ([replace(A, labels=("Organization) DETACH DELETE (n",))], [], "no node labels"),
        ([replace(A, labels=())], [], "no node labels"),
        ([A, C], [replace(EDGES[0], type="R`]->() DELETE a //")], "no relationship type"),
        ([replace(A, properties={"kg_hash": "x"})], [], "reserved property"),
    ],
)
def test_senseless_input_is_refused_before_anything_is_written(
    embedded_graph: PropertyGraph, nodes: list[Node], edges: list[Relationship], message: str
) -> None:
    with pytest.raises(StoreError, match=message):
        embedded_graph.load(nodes, edges)
    assert embedded_graph.ask(ALL_NODES, {}).rows == ()


def many(count: int) -> tuple[list[Node], list[Relationship]]:
    kinds = (COMMITTEE, ("Place", "Village"))
    nodes = [node(f"https://example.org/{index:06}", kinds[index % 2], n=index) for index in range(count)]
    edges = [edge(one, "NEXT", other, n=index) for index, (one, other) in enumerate(pairwise(nodes))]
    return nodes, edges


def test_more_rows_than_a_batch_holds(graph: PropertyGraph) -> None:
    nodes, edges = many(20_200)
    told: list[int] = []
    report = graph.load(nodes, edges, progress=told.append)
    assert (report.nodes.created, report.relationships.created) == (20_200, 20_199)
    assert sum(told) == 40_399
    assert max(told) == 5_000
    assert graph.ask("MATCH (n) RETURN count(n), sum(n.n)", {}).rows == ((20_200, sum(range(20_200))),)
    assert graph.ask("MATCH ()-[r]->() RETURN count(r), sum(r.n)", {}).rows == ((20_199, sum(range(20_199))),)
    assert graph.load(nodes, edges).written == 0


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_store_graph import many
from kg.store import sync
from kg.store.embedded import open_embedded
from kg.store.neo4j import connect
graph = open_embedded(Path(sys.argv[2]), write=True) if sys.argv[2] else connect()
sync.BATCH = 500
print("open", flush=True)
settled = 0
def tell(count):
    global settled
    settled += count
    print(settled, flush=True)
graph.load(*many(int(sys.argv[3])), progress=tell)
"""


def kill_when(settled: Callable[[int], bool], delay: float, directory: str, env: dict[str, str] | None = None) -> None:
    command = [sys.executable, "-c", KILLED, str(Path(__file__).parent), directory, "3000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() != "open" and settled(int(line)):
                time.sleep(delay)
                process.kill()
                break
        process.kill()
    assert process.returncode == -9


@pytest.mark.parametrize(("after", "delay"), [(0, 0.02), (1_000, 0.0), (3_000, 0.05), (4_000, 0.1)])
def test_a_killed_load_is_mended_by_the_next(tmp_path: Path, after: int, delay: float) -> None:
    directory = tmp_path / "killed"
    kill_when(lambda settled: settled >= after, delay, str(directory))
    with pytest.raises(DataError) as caught:
        open_embedded(directory, write=False).close()
    assert needs_recovery(caught.value)
    nodes, edges = many(3_000)
    killed = open_embedded(directory, write=True)
    # Acknowledged is kept: the progress told `after` rows, so that many are there.
    assert sum(count for (count,) in killed.ask("MATCH (n) RETURN count(n) AS n UNION ALL MATCH ()-[r]->() RETURN count(r) AS n", {}).rows) >= after  # type: ignore[misc]
    report = killed.load(nodes, edges)
    assert report.nodes.created + report.nodes.unchanged == 3_000
    whole = open_embedded(tmp_path / "whole", write=True)
    whole.load(nodes, edges)
    assert contents(killed) == contents(whole)
    assert killed.load(nodes, edges).written == 0
    killed.close()
    whole.close()


@pytest.mark.neo4j
def test_a_killed_load_into_neo4j_is_mended_by_the_next(neo4j_graph: PropertyGraph, neo4j_env: dict[str, str]) -> None:
    kill_when(lambda settled: settled >= 1_000, 0.05, "", {**os.environ, **neo4j_env})
    nodes, edges = many(3_000)
    report = neo4j_graph.load(nodes, edges)
    assert report.nodes.unchanged >= 1_000
    assert neo4j_graph.ask("MATCH (n) RETURN count(n), sum(n.n)", {}).rows == ((3_000, sum(range(3_000))),)
    assert neo4j_graph.ask("MATCH ()-[r]->() RETURN count(r), sum(r.n)", {}).rows == ((2_999, sum(range(2_999))),)
    assert neo4j_graph.load(nodes, edges).written == 0


def test_neighbours_that_are_deleted_are_not_walked_to(graph: PropertyGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded engine says "record not found" when a neighbour is deleted while its relationships are read."""
    monkeypatch.setattr(sync, "BATCH", 100)
    ends = [(index, (index * 7 + step * 13 + 1) % 400) for index in range(400) for step in range(8)]
    for kinds in ((COMMITTEE, ("Place", "Village")), (("Organization", "Government"), ("Place", "Township"))):
        nodes = [node(f"{index:03}", kinds[index % 2]) for index in range(400)]
        edges = [edge(nodes[one], "NEXT", nodes[other]) for one, other in sorted(set(ends))]
        report = graph.load(nodes, edges)
    assert (report.nodes.changed, report.relationships.changed) == (400, len(set(ends)))


def test_a_relative_path_is_of_the_folder_that_the_process_is_in_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    first = open_embedded(tmp_path / "graph", write=True)  # the engine remembers the folder of its first use
    first.load(NODES, EDGES)
    first.close()
    monkeypatch.chdir(tmp_path)
    second = open_embedded(Path("graph"), write=False)
    assert second.ask("MATCH (n) RETURN count(n)", {}).rows == ((3,),)
    second.close()
    assert not list((tmp_path / "else").iterdir())


def test_reopened_it_is_the_same(tmp_path: Path) -> None:
    directory = tmp_path / "graph"
    first = open_embedded(directory, write=True)
    first.load(NODES, EDGES)
    before = contents(first)
    first.close()
    first.close()
    assert directory.stat().st_mode & 0o777 == 0o700
    start = time.perf_counter()
    readers = [open_embedded(directory, write=False) for _ in range(2)]
    assert time.perf_counter() - start < 10
    assert [contents(reader) for reader in readers] == [before, before]
    with pytest.raises((InputError, StoreError)):
        readers[0].ask("MATCH (n) SET n.x = 1", {}, write=True)
    for reader in readers:
        reader.close()


def test_no_password_in_the_store(tmp_path: Path) -> None:
    graph = open_embedded(tmp_path / "graph", write=True)
    graph.load(NODES, EDGES)
    graph.close()
    assert not [path for path in (tmp_path / "graph").rglob("*") if path.is_file() and b"PBKDF2" in path.read_bytes()]


@pytest.mark.neo4j
def test_wrong_credentials_and_database(neo4j_env: dict[str, str]) -> None:
    uri, user, password = (neo4j_env.get(name) for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"))
    with pytest.raises(ServerError, match="check NEO4J_USERNAME and NEO4J_PASSWORD") as caught:
        connect(uri, user, "not-the-password")
    assert "not-the-password" not in str(caught.value)
    with pytest.raises(ServerError, match="no database nowhere: check NEO4J_DATABASE"):
        connect(uri, user, password, "nowhere")


@pytest.mark.parametrize(
    ("uri", "password", "message"),
    [
        ("bolt://127.0.0.1:1", "secret-word", "no Neo4j answers at bolt://127.0.0.1:1: start it, or check NEO4J_URI"),
        ("http://127.0.0.1:1", "secret-word", "set NEO4J_URI"),
        ("bolt://neo4j:secret-word@127.0.0.1:1", "x", "holds credentials"),
        ("bolt://127.0.0.1:1", None, "set NEO4J_PASSWORD"),
        (None, "x", "set NEO4J_URI"),
    ],
)
def test_no_server(monkeypatch: pytest.MonkeyPatch, uri: str | None, password: str | None, message: str) -> None:
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ServerError, match=message) as caught:
        connect(uri, None, password)
    assert "secret-word" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_environment_names_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("NEO4J_PASSWORD", "x")
    with pytest.raises(ServerError, match=r"bolt://127\.0\.0\.1:1"):
        connect()
    with pytest.raises(ServerError, match=r"bolt://127\.0\.0\.1:2"):
        connect("bolt://127.0.0.1:2")


def test_a_damaged_graph_names_the_remedy(tmp_path: Path) -> None:
    directory = tmp_path / "graph"
    graph = open_embedded(directory, write=True)
    graph.load(NODES, EDGES)
    graph.close()
    for name in ("schema.json", "schema.prev.json"):
        (directory / "kg" / name).write_bytes(b"\x00damaged")
    with pytest.raises(DataError, match="run kg build again"):
        open_embedded(directory, write=False).close()
