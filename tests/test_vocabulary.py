"""The ontology is the one source: what is generated from it is current, and it says what gold/SCHEMA.md says."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import generate, terms, vocabulary
from kg.errors import RuleError

SCHEMA = Path(__file__).parents[2] / "shared" / "gold" / "SCHEMA.md"


def test_terms_is_current() -> None:
    assert Path(terms.__file__).read_text("utf-8") == generate.terms(), "run python -m kg.generate"


def test_every_term_has_two_languages() -> None:
    """`read` raises where a label or a definition is missing; here, that none is empty and that zh is Chinese."""
    words = vocabulary.read()
    for term in (*words.classes, *words.predicates):
        assert term.en
        assert term.definition_en
        assert re.search(r"[\u4e00-\u9fff]", term.zh), term.iri
        assert re.search(r"[\u4e00-\u9fff]", term.definition_zh), term.iri


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the gold schema is not beside this checkout")
def test_kinds_and_predicates_are_those_of_the_gold_schema() -> None:
    text = SCHEMA.read_text("utf-8")
    kinds = set(re.findall(r"^\| (?:Organization|Initiative|) *\| ([a-z_]+) \|", text, re.MULTILINE))
    (places,) = re.findall(r"^\| Place \| ([a-z, ]+) \|", text, re.MULTILINE)
    assert set(terms.KIND_TYPES) == kinds | set(places.split(", "))
    assert set(terms.PREDICATE_IRIS) == set(re.findall(r"^\| ([A-Z_]+) \|", text, re.MULTILINE))


def test_kinds_are_called_as_their_classes_are() -> None:
    concepts = {quad.subject: quad.object for quad in vocabulary.dataset().quads_for_pattern(None, ox.NamedNode(terms.ONTOLOGY + "typedAs"), None)}
    assert len(concepts) == len(terms.KIND_CLASSES)
    for concept, class_ in concepts.items():
        assert isinstance(concept, ox.NamedNode)
        assert isinstance(class_, ox.NamedNode)
        kind = concept.value.removeprefix(terms.KIND)
        assert terms.KIND_CLASSES[kind] == class_.value
        labels = vocabulary.objects(class_, "http://www.w3.org/2000/01/rdf-schema#label")
        assert vocabulary.objects(concept, "http://www.w3.org/2004/02/skos/core#prefLabel") == labels


@pytest.mark.parametrize("name", ["grassroots.ttl", "kinds.ttl", "alignment.ttl"])
def test_turtle_parses(name: str) -> None:
    assert list(ox.parse(files("kg.ontology").joinpath(name).read_bytes(), ox.RdfFormat.TURTLE))


def test_alignment_speaks_of_terms_that_exist() -> None:
    ours = {term.iri for term in (*vocabulary.read().classes, *vocabulary.read().predicates)} | {terms.KIND + "organizations", terms.KIND + "posts"}
    quads = ox.parse(files("kg.ontology").joinpath("alignment.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    assert {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)} <= ours


def test_units_and_posts_have_one_notation_each() -> None:
    notations = [
        str(literal)
        for scheme in ("posts", "units", "measure-words")
        for concept in vocabulary.subjects("http://www.w3.org/2004/02/skos/core#inScheme", terms.KIND + scheme)
        for literal in vocabulary.objects(concept, "http://www.w3.org/2004/02/skos/core#notation")
    ]
    assert len(notations) > 60
    assert len(notations) == len(set(notations))


def test_constraints() -> None:
    assert generate.constraints() == tuple(
        f"CREATE CONSTRAINT {label.lower()}_iri IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE"
        for label in ("Article", "Implementation", "Initiative", "Metric", "Organization", "Person", "Place", "Sentence")
    )


def test_labels_are_base_then_kind() -> None:
    assert terms.LABELS[terms.Iri.PARTY_COMMITTEE] == ("Organization", "PartyCommittee")
    assert terms.LABELS[terms.Iri.PERSON] == ("Person",)
    assert terms.Iri.STATEMENT not in terms.LABELS
    assert terms.Iri.UNASSERTED_IMPLEMENTATION not in terms.LABELS
    assert {labels[0] for labels in terms.LABELS.values()} == set(terms.NODE_LABELS)


def test_domains_and_ranges_come_from_the_shapes() -> None:
    assert terms.DOMAINS[terms.PARTICIPATES_IN] == ("Organization", "Person")
    assert (terms.DOMAINS[terms.RUNS], terms.RANGES[terms.RUNS]) == (("Organization",), ("Initiative",))
    assert terms.RANGES[terms.HAS_METRIC] == ("Metric",)
    assert set(terms.DOMAINS) == set(terms.RANGES) == {*terms.PREDICATE_IRIS, *terms.STRUCTURAL_IRIS}
    assert all(terms.DOMAINS[name] and terms.RANGES[name] for name in terms.DOMAINS)


@pytest.mark.parametrize(
    ("name", "expected"), [("runs", "RUNS"), ("participatesIn", "PARTICIPATES_IN"), ("PartyCommittee", "PARTY_COMMITTEE"), ("sha256", "SHA256")]
)
def test_upper_snake(name: str, expected: str) -> None:
    assert vocabulary.upper_snake(name) == expected


def test_documentation_tables_name_every_label_and_type() -> None:
    text = generate.tables()
    for labels in terms.LABELS.values():
        assert f"| `:{':'.join(labels)}` |" in text
    for name in terms.DOMAINS:
        assert f"| `{name}` |" in text
    assert len({line.count("|") for line in text.splitlines() if line}) == 1


def _copy() -> ox.Store:
    store = ox.Store()
    store.extend(vocabulary.dataset())
    return store


def test_a_term_without_a_label_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    store = _copy()
    store.load(b"@prefix owl: <http://www.w3.org/2002/07/owl#> . <https://w3id.org/jiceng-kg/ontology#Hamlet> a owl:Class .", ox.RdfFormat.TURTLE)
    monkeypatch.setattr(vocabulary, "dataset", lambda: store)
    with pytest.raises(RuleError, match="Hamlet> has 0 values of label in zh"):
        vocabulary.read.__wrapped__()


def test_two_terms_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    store = _copy()
    store.load(
        """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://w3id.org/jiceng-kg/ontology#person> a owl:ObjectProperty ;
          rdfs:label "人"@zh, "x"@en ; skos:definition "人"@zh, "x"@en .""".encode(),
        ox.RdfFormat.TURTLE,
    )
    monkeypatch.setattr(vocabulary, "dataset", lambda: store)
    with pytest.raises(RuleError, match="both PERSON"):
        vocabulary.read.__wrapped__()
