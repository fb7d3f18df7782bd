"""Knowledge to quads: one graph for each article, nothing blank, nothing asserted that the text does not assert."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import factories
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import terms
from kg.errors import DataError
from kg.records import Knowledge
from kg.terms import Iri
from kg.to_rdf import derived_iri, sentence_iri, statement_iri, to_rdf

GOLDEN = Path(__file__).with_name("golden") / "small.trig"
PREFIXES = {"g": terms.ONTOLOGY, "id": terms.THING, "prov": "http://www.w3.org/ns/prov#", "skos": "http://www.w3.org/2004/02/skos/core#"}
T = TypeVar("T")
relaxed = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])


def has(quads: tuple[ox.Quad, ...], subject: str, predicate: str, value: str) -> bool:
    triple = (ox.NamedNode(subject), ox.NamedNode(predicate), value)
    return any((q.subject, q.predicate, "" if isinstance(q.object, ox.Triple) else q.object.value) == triple for q in quads)


def trig(quads: tuple[ox.Quad, ...]) -> str:
    """As TriG with its prefixes sorted; the serializer has them in any order."""
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    assert written is not None
    lines = written.decode().splitlines(keepends=True)
    return "".join(sorted(lines[: len(PREFIXES)]) + lines[len(PREFIXES) :])


def test_golden() -> None:
    """The whole small example as TriG. Where a change is meant, write the text that this test makes into the file, and read the difference."""
    assert trig(to_rdf(factories.knowledge())) == GOLDEN.read_text("utf-8")


def test_quads_are_sorted_distinct_and_in_the_articles_graph() -> None:
    quads = to_rdf(factories.knowledge())
    assert list(quads) == sorted(set(quads), key=str)
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(factories.ARTICLE)}


@relaxed
@given(factories.some_knowledge(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(knowledge: Knowledge, random: Random) -> None:
    def shuffled(items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(random.sample(items, len(items)))

    reading = replace(knowledge.reading, sentences=shuffled(knowledge.reading.sentences), mentions=shuffled(knowledge.reading.mentions))
    other = replace(
        knowledge,
        reading=reading,
        entities=shuffled(knowledge.entities),
        claims=tuple(replace(claim, evidence=shuffled(claim.evidence)) for claim in shuffled(knowledge.claims)),
        implementations=tuple(replace(fact, by=shuffled(fact.by), at=shuffled(fact.at)) for fact in shuffled(knowledge.implementations)),
    )
    assert to_rdf(other) == to_rdf(knowledge)


@relaxed
@given(factories.some_knowledge())
def test_only_asserted_claims_are_plain_triples(knowledge: Knowledge) -> None:
    quads = to_rdf(knowledge)
    claims = {ox.NamedNode(iri) for iri in terms.PREDICATE_IRIS.values()}
    plain = {(str(q.subject), str(q.predicate), str(q.object)) for q in quads if q.predicate in claims}
    asserted = {(f"<{c.subject}>", f"<{terms.PREDICATE_IRIS[c.predicate]}>", f"<{c.object}>") for c in knowledge.claims if c.status == "asserted"}
    assert plain == asserted


@relaxed
@given(factories.some_knowledge())
def test_only_asserted_implementations_are_of_that_class(knowledge: Knowledge) -> None:
    quads = to_rdf(knowledge)
    classes = {str(q.subject): str(q.object) for q in quads if q.predicate.value == Iri.TYPE}
    of_class = {node for node, class_ in classes.items() if class_ == f"<{Iri.IMPLEMENTATION}>"}
    assert {
        str(q.subject) for q in quads if q.predicate.value == Iri.STATUS and str(q.object) == '"asserted"' and str(q.subject) in of_class
    } == of_class
    carriers = {str(q.object): str(q.subject) for q in quads if q.predicate.value == Iri.HAS_METRIC}
    for metric, implementation in carriers.items():
        assert (classes[metric] == f"<{Iri.METRIC}>") == (implementation in of_class)


@relaxed
@given(factories.some_knowledge())
def test_only_known_terms_and_no_blank_nodes(knowledge: Knowledge) -> None:
    quads = to_rdf(knowledge)
    assert {quad.predicate.value for quad in quads} <= terms.PREDICATES
    assert {quad.object.value for quad in quads if quad.predicate.value == Iri.TYPE and isinstance(quad.object, ox.NamedNode)} <= terms.CLASSES
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object))


def test_two_articles_that_say_one_thing_share_its_nodes() -> None:
    first, second = to_rdf(factories.knowledge()), to_rdf(factories.other_knowledge())

    def of_class(quads: tuple[ox.Quad, ...], class_: str) -> set[str]:
        return {str(quad.subject) for quad in quads if quad.predicate.value == Iri.TYPE and str(quad.object) == f"<{class_}>"}

    for class_ in (Iri.STATEMENT, Iri.IMPLEMENTATION, Iri.METRIC, Iri.ORGANIZATION):
        assert of_class(first, class_)
        assert of_class(first, class_) == of_class(second, class_)
    for class_ in (Iri.SENTENCE, Iri.EVIDENCE, Iri.ARTICLE):
        assert of_class(first, class_)
        assert not of_class(first, class_) & of_class(second, class_)


def test_iris_tell_different_things_apart() -> None:
    assert derived_iri("x", "a", "b") != derived_iri("x", "ab", "")
    assert derived_iri("x", None) != derived_iri("x", "")
    assert statement_iri("s", "p", "o") != statement_iri("s", "p", "o", "planned")
    assert sentence_iri(factories.ARTICLE, 0, 5) != sentence_iri(factories.OTHER_ARTICLE, 0, 5)


def test_a_statement_leads_to_its_sentence_and_raw_offsets() -> None:
    quads = to_rdf(factories.knowledge())
    statement = statement_iri(factories.SECRETARY, Iri.HOLDS_POST, factories.BRANCH)
    first = factories.sentences()[1]
    evidence = factories.claims()[2].evidence[0]
    node = derived_iri("evidence", factories.ARTICLE, evidence.start, evidence.end, evidence.rule)
    assert has(quads, statement, Iri.ROLE, "党支部书记")
    assert has(quads, statement, Iri.RULE, "titles:post")
    assert has(quads, statement, Iri.WAS_DERIVED_FROM, sentence_iri(factories.ARTICLE, first.start, first.end))
    assert has(quads, statement, Iri.HAS_EVIDENCE, node)
    assert has(quads, node, Iri.RAW_START, str(evidence.raw_start))
    assert has(quads, node, Iri.QUOTE, "白杨村党支部书记周望山")


def test_evidence_across_two_sentences_rests_on_both() -> None:
    knowledge = factories.knowledge()
    end = factories.sentences()[1].end
    wide = replace(factories.evidence("总投资约1200万元。"), end=end - 3)
    quads = to_rdf(replace(knowledge, claims=(replace(knowledge.claims[0], evidence=(wide,)),)))
    statement = statement_iri(factories.COMMITTEE, Iri.RUNS, factories.METHOD)
    assert sum(q.subject.value == statement and q.predicate.value == Iri.WAS_DERIVED_FROM for q in quads if isinstance(q.subject, ox.NamedNode)) == 2


def test_mentions_are_kept_as_written() -> None:
    assert has(to_rdf(factories.knowledge()), factories.TOWN, Iri.MENTIONED_AS, "该镇")


def test_evidence_outside_every_sentence_is_refused() -> None:
    knowledge = factories.knowledge()
    astray = replace(knowledge.claims[0].evidence[0], start=9000, end=9004)
    with pytest.raises(DataError, match=r"001_柳塘镇\.txt:9000-9004: .*stands in no sentence"):
        to_rdf(replace(knowledge, claims=(replace(knowledge.claims[0], evidence=(astray,)),)))


def test_evidence_of_another_article_is_refused() -> None:
    knowledge = factories.knowledge()
    with pytest.raises(DataError, match=r"stands in no sentence of 001_柳塘镇\.txt"):
        to_rdf(replace(knowledge, claims=factories.claims(factories.OTHER_DOC)))


def test_unknown_predicate_and_kind_are_refused() -> None:
    knowledge = factories.knowledge()
    with pytest.raises(DataError, match="RAN is no predicate"):
        to_rdf(replace(knowledge, claims=(replace(knowledge.claims[0], predicate="RAN"),)))
    with pytest.raises(DataError, match="no such pair"):
        to_rdf(replace(knowledge, entities=(replace(knowledge.entities[0], kind=terms.VILLAGE),)))


def test_a_mention_without_an_entity_is_refused() -> None:
    knowledge = factories.knowledge()
    with pytest.raises(DataError, match="which has no IRI"):
        to_rdf(replace(knowledge, iris={}))
