"""The directory: readings, record, marker and lock."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DataError, InputError, StoreError, StoreLocked
from kg.records import Node, Reading, Table
from kg.store import Store, open_store
from kg.store.codec import decode, dumps
from kg.store.plan import Given
from kg.store.readings import Readings
from kg.store.record import RdfRecord

EX = "https://example.org/"
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
READINGS = st.from_type(Reading)
READING = Reading("a.txt", None, None, None, (), None, None, "0" * 64, (), (), (), (), ())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(READINGS)
def test_a_reading_survives_the_file(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> None:
    readings = Readings(tmp_path_factory.mktemp("readings"))
    readings.put(reading, "rules")
    assert readings.get(reading.doc) == reading
    assert list(readings) == [reading]
    assert readings.is_current(reading.doc, reading.raw_sha256, "rules")
    assert not readings.is_current(reading.doc, reading.raw_sha256, "other rules")
    assert not readings.is_current(reading.doc, reading.raw_sha256 + "0", "rules")


def test_readings_are_found_by_doc_whatever_it_is(tmp_path: Path) -> None:
    readings = Readings(tmp_path / "readings")
    docs = ["../../etc/passwd", "a/b", "a-b", "a.csv#1", "", "NUL", "清河镇" * 60, ".", "A.txt", "a.txt"]
    for doc in docs:
        readings.put(replace(READING, doc=doc), "rules")
    assert readings.docs() == tuple(sorted(docs))
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "readings"}
    assert readings.remove("a/b")
    assert not readings.remove("a/b")
    assert readings.get("a/b") is None
    assert readings.get("a-b") is not None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"doc":"a.txt","fingerprint":"x","sha256":"x"}\n{}', b'{"doc":1,"fingerprint":"x","sha256":"x"}', b"\xff"]
)
def test_a_damaged_reading_is_named_and_read_again(tmp_path: Path, content: bytes) -> None:
    readings = Readings(tmp_path)
    readings.put(READING, "rules")
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"delete it and run kg build again"):
        readings.get("a.txt")
    assert not readings.is_current("a.txt", READING.raw_sha256, "rules")


def test_the_codec_is_strict() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        dumps({"x": float("nan")})
    for kind, wrong in ((int, True), (str, 1), (bool, 0)):
        with pytest.raises(ValueError, match="is no"):
            decode(kind, wrong)
    assert type(decode(float, 2)) is float


def triple(subject: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(EX + subject), ox.NamedNode(EX + "name"), ox.Literal(text, language="zh"))


def quad(of: ox.Triple, graph: str) -> ox.Quad:
    return ox.Quad(of.subject, of.predicate, of.object, ox.NamedNode(EX + graph))


def test_record_holds_what_replace_was_given_last(tmp_path: Path) -> None:
    changes: list[Collection[str]] = []
    record = RdfRecord(tmp_path / "record", write=True, before_change=changes.append)
    first, second = triple("a", '清河"镇\\ \n𠮷'), triple("b", "乙")
    assert record.replace(EX + "1", [first, quad(second, "1")])
    assert not record.replace(EX + "1", [second, first])
    assert changes == [{EX + "a", EX + "b"}]
    assert record.replace(EX + "1", [second])
    assert record.replace(EX + "2", [second])
    assert [quad.triple for quad in record.quads()] == [second, second]
    assert record.graphs() == (EX + "1", EX + "2")
    assert record.query("SELECT DISTINCT ?s ?n WHERE { ?s ?p ?n }") == Table(("s", "n"), ((EX + "b", "乙"),))
    assert record.query("ASK { ?s ?p 1 }") == Table(("answer",), ((False,),))
    assert record.query("CONSTRUCT WHERE { ?s ?p ?o }") == f"{second} .\n"
    assert record.remove(EX + "1")
    assert not record.remove(EX + "1")
    assert record.replace(EX + "2", [])
    assert record.graphs() == ()


def test_record_refuses(tmp_path: Path) -> None:
    record = RdfRecord(tmp_path / "record", write=True)
    with pytest.raises(StoreError, match="blank node"):
        record.replace(EX + "1", [ox.Triple(ox.BlankNode("x"), ox.NamedNode(EX), ox.Literal(1))])
    with pytest.raises(StoreError, match="can't go into"):
        record.replace(EX + "1", [quad(triple("a", "x"), "2")])
    for wrong in ("SELECT", "INSERT DATA { <a:a> <a:a> 1 }"):
        with pytest.raises(InputError, match=r"^SPARQL: "):
            record.query(wrong)
    with pytest.raises(InputError, match="one of nquads, trig, turtle, jsonld"):
        record.dump("rdfxml")


@pytest.mark.parametrize("form", ["nquads", "trig", "turtle", "jsonld"])
def test_dumps_do_not_depend_on_history(tmp_path: Path, form: str) -> None:
    triples = [triple(f"{index % 7}", f"n{index}") for index in range(50)]
    one, two = RdfRecord(tmp_path / "one", write=True), RdfRecord(tmp_path / "two", write=True)
    for graph in ("1", "2"):
        one.replace(EX + graph, triples)
    two.replace(EX + "2", [*reversed(triples), triple("other", "x")])
    two.replace(EX + "1", triples[25:])
    two.replace(EX + "1", triples)
    two.replace(EX + "2", triples[::-1])
    assert one.dump(form, {"ex": EX}) == two.dump(form, {"ex": EX}) != b""
    assert one.fingerprint() == two.fingerprint()


NODES = [Node(("Place",), "a", {"name": "a"})]
HOLD = "import sys; from pathlib import Path; from kg.store import open_store\n"
HOLD += "store = open_store(Path(sys.argv[1]), write=sys.argv[2] == 'w'); print('open', flush=True); sys.stdin.read()"


def test_the_marker_says_whether_the_graph_is_the_record(tmp_path: Path) -> None:
    directory = tmp_path / "store"
    with open_store(directory, write=True) as store:
        store.readings.put(READING, "rules")
        store.record.replace(EX + "1", [triple("a", "x")])
        assert not store.projected
        assert store.project(Given(NODES, [])).nodes.created == 1
        assert store.projected
        store.record.replace(EX + "1", [triple("a", "x")])
        assert store.projected
        assert store.project(Given([], [])).written == 0  # nothing was written, so nothing is looked at
    assert directory.stat().st_mode & 0o777 == 0o700
    with open_store(directory, write=False) as reader, open_store(directory, write=False) as other:
        assert reader.graph.ask("MATCH (n) RETURN n.iri", {}) == other.graph.ask("MATCH (n) RETURN n.iri", {}) == Table(("n.iri",), (("a",),))
        assert reader.record.graphs() == (EX + "1",)
        with pytest.raises(StoreLocked):
            open_store(directory, write=True)
    with open_store(directory, write=True) as store:
        store.record.replace(EX + "1", [triple("a", "y")])
    with open_store(directory, write=False) as store, pytest.raises(DataError, match="run kg build again"):
        assert store.graph


@pytest.mark.parametrize(("held", "wanted", "free"), [("w", "w", False), ("w", "r", False), ("r", "w", False), ("r", "r", True)])
def test_a_second_process(tmp_path: Path, held: str, wanted: str, free: bool) -> None:
    open_store(tmp_path / "store", write=True).close()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "store"), held], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        if free:
            open_store(tmp_path / "store", write=wanted == "w").close()
        else:
            with pytest.raises(StoreLocked, match=rf"store is in use by process {process.pid}: "):
                open_store(tmp_path / "store", write=wanted == "w")
        process.kill()
    open_store(tmp_path / "store", write=True).close()


def test_a_reader_mends_the_graph_of_a_writer_that_died(tmp_path: Path) -> None:
    directory = tmp_path / "store"
    with open_store(directory, write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x")])
        store.project(Given(NODES, []))
    script = "import os, sys; from pathlib import Path; from kg.store import open_store\n"
    script += "open_store(Path(sys.argv[1]), write=True).graph.ask('MATCH (n) SET n.x = 1', {}, write=True); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", script, str(directory)], check=False).returncode == -9
    with open_store(directory, write=False) as store:
        assert store.graph.ask("MATCH (n) RETURN n.x", {}).rows == ((1,),)


def test_what_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run kg build first"):
        open_store(tmp_path / "none", write=False)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(StoreError, match="is not empty and holds no store"):
        open_store(tmp_path / "full", write=True)
    open_store(tmp_path / "old", write=True).close()
    (tmp_path / "old" / "kg-store.json").write_text('{"format":0}')
    with pytest.raises(DataError, match="another version of kg"):
        open_store(tmp_path / "old", write=True)
    (tmp_path / "old" / "kg-store.json").write_text("{")
    with pytest.raises(DataError, match="is damaged"):
        open_store(tmp_path / "old", write=False)


def test_a_damaged_record_names_the_remedy(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x")])
    (tmp_path / "store" / "record" / "CURRENT").write_bytes(b"nonsense")
    with open_store(tmp_path / "store", write=True) as store, pytest.raises(DataError, match="run kg build again"):
        assert store.record


def test_new_graphs_together_are_as_one_by_one(tmp_path: Path) -> None:
    one, two = RdfRecord(tmp_path / "one", write=True), RdfRecord(tmp_path / "two", write=True)
    graphs = [(EX + str(index), [quad(triple(f"{n}", f"n{index}"), str(index)) for n in range(index)]) for index in range(9)]
    for graph, quads in graphs:
        one.replace(graph, quads)
    written = [(graph, "".join(f"{quad} .\n" for quad in quads).encode(), [EX + str(n) for n in range(len(quads))]) for graph, quads in graphs]
    assert two.replace_all(written[4:]) == 5
    assert two.replace_all(reversed(written)) == 3
    assert two.replace_all(written) == 0
    assert two.graphs() == one.graphs()
    assert two.dump("nquads") == one.dump("nquads") == b"".join(f"{quad} .\n".encode() for quad in two.quads())
    for wrong in (f"<{EX}a> <{EX}p> <{EX}b> <{EX}other> .\n", f"<{EX}a> <{EX}p> _:b <{EX}new> .\n", f'_:a <{EX}p> "<{EX}b>" <{EX}new> .\n'):
        with pytest.raises(StoreError):
            two.replace_all([(EX + "new", wrong.encode(), [])])


def test_turtle_of_more_than_is_sorted_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = RdfRecord(tmp_path / "record", write=True)
    for graph in ("1", "2"):
        record.replace(EX + graph, [triple(f"{index}", f"n{index} \n") for index in range(40)])
    whole = record.dump("turtle")
    monkeypatch.setattr("kg.store.record._SORTED", 7)
    assert record.dump("turtle") == whole
    assert len(list(ox.parse(whole, ox.RdfFormat.TURTLE))) == 40


def wanted(*names: str) -> Given:
    return Given([Node(("Place",), EX + name, {"name": name}) for name in names], [])


def names(store: Store) -> list[object]:
    return [row[0] for row in store.graph.ask("MATCH (n) RETURN n.name ORDER BY n.name", {}).rows]


def test_only_what_was_written_since_is_looked_at(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x"), triple("b", "x")])
        store.project(wanted("a", "b"))
        store.record.replace(EX + "2", [triple("c", "x")])
    with open_store(tmp_path / "store", write=True) as store:
        assert not store.projected
        store.record.replace(EX + "1", [triple("a", "x")])
        report = store.project(wanted("a", "c", "d"))
        assert (report.nodes.created, report.nodes.deleted, report.nodes.unchanged) == (1, 1, 1)
        assert names(store) == ["a", "c"]  # d is in no graph that was written
        assert store.projected


def test_a_torn_note_is_what_did_not_happen(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x")])
        store.project(wanted("a"))
        store.record.replace(EX + "2", [triple("b", "x")])
    with (tmp_path / "store" / "changed").open("ab") as file:
        file.write(f"{EX}清".encode()[:-1])
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "3", [triple("c", "x")])
    assert (tmp_path / "store" / "changed").read_text() == f"{EX}b\n{EX}c\n"


def test_too_many_changes_are_a_comparison_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.changes.LIMIT", 1)
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x")])
        store.project(wanted("a"))
        store.record.replace(EX + "2", [triple("b", "x"), triple("c", "x")])
        assert store.project(wanted("b", "d")).nodes.created == 2
        assert names(store) == ["b", "d"]


@pytest.mark.parametrize("part", ["graph", "record"])
def test_a_part_that_somebody_deleted_is_made_again(tmp_path: Path, part: str) -> None:
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x")])
        store.project(wanted("a"))
    shutil.rmtree(tmp_path / "store" / part)
    with open_store(tmp_path / "store", write=True) as store:
        store.record.replace(EX + "1", [triple("a", "x")])
        store.project(wanted("a", "b"))
        assert names(store) == ["a", "b"]
