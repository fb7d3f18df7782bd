"""The shapes: each case file in tests/shapes is accepted, or refused for just the reasons that it names; pySHACL judges the same."""

from __future__ import annotations

import re
from pathlib import Path

import factories
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import reference, shapes, terms, vocabulary
from kg.errors import RuleError
from kg.records import Knowledge
from kg.to_rdf import to_rdf
from kg.validate import Result, validate

CASES = Path(__file__).with_name("shapes")
GRAPH = ox.NamedNode(terms.THING + "article/1")
PREFIXES = {
    "g": terms.ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
}
#: What SHACL Core can't say.
OURS = {"unknownTerm", "untyped", "unbacked"}


def quads_of(path: Path) -> list[ox.Quad]:
    triples = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, GRAPH) for quad in triples]


def reasons(results: tuple[Result, ...]) -> set[tuple[str, str | None]]:
    return {(result.component, result.path) for result in results}


def named_reasons(path: Path) -> set[tuple[str, str | None]]:
    """The `# refuses: <component> <path>` lines at the top of a case file."""
    found = re.findall(r"^# refuses: (\w+)(?: (\w+):(\w+))?$", path.read_text("utf-8"), re.MULTILINE)
    return {(component, PREFIXES[prefix] + name if prefix else None) for component, prefix, name in found}


def judged(results: tuple[Result, ...]) -> set[tuple[str, str | None, str, str | None]]:
    """What pySHACL and the compiled checks must agree on: all but the names of blank nodes and the form of numbers."""
    told = [r for r in results if r.component not in OURS and r.component != "NodeKindConstraintComponent"]
    return {(r.focus, r.path, r.component, r.value if r.value and r.value.startswith("<") else None) for r in told}


@pytest.mark.parametrize("path", sorted((CASES / "accepts").glob("*.ttl")), ids=lambda path: path.stem)
def test_accepts(path: Path) -> None:
    quads = quads_of(path)
    assert validate(quads).results == ()
    assert reference.validate_with_pyshacl(quads).conforms


@pytest.mark.parametrize("path", sorted((CASES / "refuses").glob("*.ttl")), ids=lambda path: path.stem)
def test_refuses_for_the_reason_that_it_names(path: Path) -> None:
    quads = quads_of(path)
    report = validate(quads)
    assert named_reasons(path), "the file names no reason"
    assert reasons(report.results) == named_reasons(path)
    assert all(result.message_zh and result.message_en for result in report.results)
    by_pyshacl = reference.validate_with_pyshacl(quads).results
    assert reasons(by_pyshacl) == {reason for reason in named_reasons(path) if reason[0] not in OURS}
    assert judged(by_pyshacl) == judged(report.results)


def test_every_constraint_component_of_the_shapes_has_a_case() -> None:
    used = {component for shape in shapes.node_shapes() for constraint in shape.properties for component, _ in constraint.tests}
    used |= OURS | {"MinCountConstraintComponent", "MaxCountConstraintComponent", "ClosedConstraintComponent", "NodeKindConstraintComponent"}
    refused = {component for path in (CASES / "refuses").glob("*.ttl") for component, _ in named_reasons(path)}
    assert used == refused


def test_the_shapes_are_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=reference.shapes(), meta_shacl=True)
    assert conforms, text


def test_what_to_rdf_makes_conforms() -> None:
    assert validate(to_rdf(factories.knowledge())).results == ()
    assert reference.validate_with_pyshacl(to_rdf(factories.knowledge())).conforms


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(factories.some_knowledge())
def test_whatever_to_rdf_makes_conforms(knowledge: Knowledge) -> None:
    assert validate(to_rdf(knowledge)).results == ()


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_compiled_checks_agree_with_pyshacl_on_damaged_graphs(data: st.DataObject) -> None:
    quads = list(to_rdf(factories.knowledge()))
    damage = data.draw(
        st.lists(st.tuples(st.integers(0, len(quads) - 1), st.sampled_from(("drop", "object", "predicate", "literal"))), min_size=1, max_size=4)
    )
    for index, kind in damage:
        quad, other = quads[index], quads[data.draw(st.integers(0, len(quads) - 1))]
        if kind == "object":
            quads[index] = ox.Quad(quad.subject, quad.predicate, other.object, quad.graph_name)
        elif kind == "predicate":
            quads[index] = ox.Quad(quad.subject, other.predicate, quad.object, quad.graph_name)
        elif kind == "literal":
            quads[index] = ox.Quad(quad.subject, quad.predicate, ox.Literal("-7", datatype=ox.NamedNode(str(data.draw(_datatypes)))), quad.graph_name)
        else:
            quads[index] = other
    distinct = sorted(set(quads), key=str)
    assert judged(validate(distinct).results) == judged(reference.validate_with_pyshacl(distinct).results)


# No boolean: rdflib takes a malformed one for false, which pySHACL finds to be at most 1 (sh:maxInclusive); the compiled check finds no number.
_datatypes = st.sampled_from([f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("string", "integer", "double")])


def test_each_article_is_checked_by_itself() -> None:
    """One article can't lend another its types, and a batch names the articles that fail."""
    good = to_rdf(factories.knowledge())
    untyped = (ox.NamedNode(factories.TOWN), ox.NamedNode(terms.Iri.TYPE))
    lines = [quad for quad in to_rdf(factories.other_knowledge()) if (quad.subject, quad.predicate) != untyped]
    report = validate([*good, *lines])
    assert not report.conforms
    assert report.refused == (factories.OTHER_ARTICLE,)


def test_the_order_of_quads_does_not_change_the_report() -> None:
    quads = quads_of(CASES / "refuses" / "misspelt-predicate.ttl")
    assert validate(quads) == validate(list(reversed(quads)))


def test_a_result_reads_as_one_line() -> None:
    (result,) = validate(quads_of(CASES / "refuses" / "metric-in-ten-thousands.ttl")).results
    assert str(result) == (
        f'{GRAPH.value}: {terms.THING}metric/1 {terms.Iri.UNIT} = "万元": a unit is a base unit, without a power of ten / '
        "单位须是基本单位，不带万、亿 (PatternConstraintComponent)"
    )


def test_a_constraint_that_is_not_compiled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store()
    store.load(
        b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix g: <https://w3id.org/jiceng-kg/ontology#> .
        g:Place a sh:NodeShape ; sh:property [ sh:path g:code ; sh:maxLength 12 ] .""",
        ox.RdfFormat.TURTLE,
    )
    monkeypatch.setattr(vocabulary, "dataset", lambda: store)
    monkeypatch.setattr(shapes, "dataset", lambda: store)
    with pytest.raises(RuleError, match="sh:maxLength"):
        shapes.node_shapes.__wrapped__()
