"""The way back from the property graph to RDF, and the difference of two graphs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from conftest import Kg
from factories import COMMITTEE, METHOD

from kg.diff import diff
from kg.graph_rdf import Held, quads_of
from kg.load import wanted_of
from kg.store import open_store
from kg.store.bolt import BoltGraph
from kg.terms import PREDICATE_IRIS, STRUCTURAL_IRIS, Iri


def test_what_a_load_carries_is_what_the_record_says(sample_store: Path) -> None:
    with open_store(sample_store, write=False) as store:
        carried = set(quads_of(wanted_of(store)))
        record = set(store.record.dataset)
        projected = {iri for some in wanted_of(store).chunks(1000) for iri in some}
    links = {ox.NamedNode(iri) for iri in (*PREDICATE_IRIS.values(), *STRUCTURAL_IRIS.values())}
    said = {quad for quad in record if quad.predicate in links and {quad.subject.value, quad.object.value} <= projected}
    assert {quad for quad in carried if quad.predicate in links} == said  # each relationship, article for article
    named = {quad for quad in carried if quad.graph_name != ox.DefaultGraph()}
    assert named <= record  # a title, a sentence, an offset: the same terms, datatypes included, in the same graph
    assert len({quad.graph_name for quad in named}) == 25
    merged = {quad.triple for quad in carried - named if quad.predicate.value != Iri.ALT_LABEL}
    assert merged - {quad.triple for quad in record} == set()
    texts = {(quad.subject, quad.object) for quad in record if quad.predicate.value in (Iri.ALT_LABEL, Iri.PREF_LABEL)}
    assert {(quad.subject, quad.object) for quad in carried if quad.predicate.value == Iri.ALT_LABEL} <= texts
    assert {quad.object.datatype.value.rpartition("#")[2] for quad in carried if isinstance(quad.object, ox.Literal)} == {
        *("string", "double", "integer", "boolean")
    }


@pytest.mark.neo4j
def test_the_way_back_is_isomorphic(sample_store: Path, sample_in_neo4j: Mapping[str, str], neo4j_session_graph: BoltGraph) -> None:
    with open_store(sample_store, write=False) as store:
        loaded = set(quads_of(wanted_of(store)))
    back = set(quads_of(Held(neo4j_session_graph)))
    assert back == loaded
    one, other = rdflib.Graph(), rdflib.Graph()
    for graph, quads in ((one, loaded), (other, back)):
        graph.parse(data=ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES), format="nt")
    assert rdflib.compare.isomorphic(one, other)


@pytest.mark.neo4j
def test_a_server_a_store_and_a_file_are_compared(
    kg: Kg, sample_store: Path, sample_in_neo4j: Mapping[str, str], neo4j_session_graph: BoltGraph, tmp_path: Path
) -> None:
    out = tmp_path / "graph.nq"
    assert kg("export", out, "--store", sample_store).code == 0
    for pair in ((sample_store, "neo4j"), ("neo4j", out), (sample_store, out)):
        done = kg("diff", *pair, **sample_in_neo4j)
        assert (done.code, done.out) == (0, "no difference\n"), done.err
    neo4j_session_graph.ask("MATCH (n:Metric) WITH n ORDER BY n.iri LIMIT 1 SET n.value = -1.5", {}, write=True)
    done = kg("diff", sample_store, "neo4j", **sample_in_neo4j)
    assert done.code == 1
    assert done.out.splitlines()[-1] == f"1 only in {sample_store}, 1 only in neo4j"
    assert any(line.startswith("+ ") and '"-1.5"' in line for line in done.out.splitlines())
    assert (
        kg("load", "--full", "--store", sample_store, **sample_in_neo4j).code == 0
    )  # the hash did not change, so a comparison of hashes can't see it
    neo4j_session_graph.ask("MATCH (n:Metric) WHERE n.value = -1.5 SET n.kg_hash = 'x'", {}, write=True)
    assert " 1 changed" in kg("load", "--full", "--store", sample_store, **sample_in_neo4j).out
    assert kg("diff", sample_store, "neo4j", **sample_in_neo4j).code == 0


def test_a_store_and_a_file_that_differ(kg: Kg, sample_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph.nq"
    assert kg("export", out, "--store", sample_store).code == 0
    lines = out.read_text("utf-8").splitlines(keepends=True)
    extra = f"<{COMMITTEE}> <{Iri.RUNS}> <{METHOD}> <{COMMITTEE}> .\n"
    out.write_text("".join([*lines[1:], extra]), "utf-8")
    assert set(diff(str(sample_store), str(out))) == {("-", lines[0].strip()), ("+", extra.strip())}
    shutil.copy(out, tmp_path / "graph.rdf")
    with (tmp_path / "bad.nq").open("w") as file:
        file.write("<x")
    for name, message in (("graph.rdf", "is of no known form"), ("nowhere", "is neither a store"), ("bad.nq", "is no readable RDF")):
        done = kg("diff", sample_store, tmp_path / name)
        assert (done.code, len(done.lines)) == (1 if name == "bad.nq" else 2, 1)
        assert message in done.err
