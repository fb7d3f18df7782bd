"""RDF to property graph: the same graph whatever the order of loading, and nothing in it that is not asserted."""

from __future__ import annotations

from dataclasses import replace

import factories
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import terms
from kg.errors import DataError
from kg.facts import RecordFacts
from kg.project import project
from kg.properties import number
from kg.records import Knowledge, Node, Relationship
from kg.terms import Iri
from kg.to_rdf import sentence_iri, statement_iri, to_rdf

relaxed = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def record_of(*articles: Knowledge) -> ox.Store:
    store = ox.Store()
    for knowledge in articles:
        store.extend(to_rdf(knowledge))
    return store


def projected(store: ox.Store) -> tuple[dict[str, Node], dict[tuple[str, str, str], Relationship]]:
    """Nodes by IRI and relationships by (type, source, target); none may come twice."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str], Relationship] = {}
    for item in project(RecordFacts(store)):
        if isinstance(item, Node):
            assert item.iri not in nodes
            assert not edges, "a node after a relationship"
            nodes[item.iri] = item
        else:
            key = (item.type, item.source, item.target)
            assert key not in edges
            edges[key] = item
    return nodes, edges


def test_an_entity() -> None:
    nodes, _ = projected(record_of(factories.knowledge()))
    assert nodes[factories.TOWN] == Node(
        ("Place", "Township"), factories.TOWN, {"name": "柳塘镇", "names": ("柳塘镇", "洛川县柳塘镇"), "kind": "township", "level": "township"}
    )
    assert nodes[factories.COUNTY].properties["code"] == "610629"
    assert nodes[factories.SECRETARY] == Node(("Person",), factories.SECRETARY, {"name": "周望山", "names": ("周望山",)})


def test_an_article_and_its_sentences() -> None:
    nodes, edges = projected(record_of(factories.knowledge()))
    article = nodes[factories.ARTICLE]
    assert article.labels == ("Article",)
    assert dict(article.properties) == {
        "name": "柳塘镇：一线帮出新气象",
        "doc": factories.DOC,
        "published": "2023-05-06",
        "publisher": "洛川县人民政府网",
        "authors": ("吴晓禾",),
    }
    first = factories.sentences()[0]
    iri = sentence_iri(factories.ARTICLE, first.start, first.end)
    assert nodes[iri].properties == {
        "name": first.text[:40],
        "text": first.text,
        "raw": first.raw,
        "start": 0,
        "end": first.end,
        "raw_start": 2,
        "raw_end": first.raw_end,
    }
    assert edges[terms.IN_ARTICLE, iri, factories.ARTICLE].properties == {}


def test_an_implementation_with_its_figure() -> None:
    nodes, edges = projected(record_of(factories.knowledge()))
    (implementation,) = (node for node in nodes.values() if node.labels == ("Implementation",))
    (metric,) = (node for node in nodes.values() if node.labels == ("Metric",))
    assert implementation.properties == {"name": "柳塘镇党委 · “一线三帮”工作法 · 柳塘镇", "when": "2023", "confidence": 1.0}
    assert metric.properties == {
        "name": "投资 12000000 元",
        "measure": "投资",
        "value": 12_000_000.0,
        "unit": "元",
        "approx": True,
        "bound": "exact",
    }
    first = factories.sentences()[0]
    sentence = sentence_iri(factories.ARTICLE, first.start, first.end)
    assert {(type_, target) for type_, source, target in edges if source == implementation.iri} == {
        (terms.BY, factories.COMMITTEE),
        (terms.OF, factories.METHOD),
        (terms.AT, factories.TOWN),
        (terms.HAS_METRIC, metric.iri),
        (terms.EVIDENCED_BY, sentence),
    }
    assert (terms.EVIDENCED_BY, metric.iri, sentence) in edges


def test_a_relationship_of_two_articles() -> None:
    _, edges = projected(record_of(factories.knowledge(), factories.other_knowledge()))
    second = factories.sentences()[1]
    edge = edges[terms.HOLDS_POST, factories.SECRETARY, factories.BRANCH]
    assert edge == Relationship(
        terms.HOLDS_POST,
        factories.SECRETARY,
        ("Person",),
        factories.BRANCH,
        ("Organization", "PartyBranch"),
        {
            "articles": (factories.DOC, factories.OTHER_DOC),
            "support": 2,
            "first_reported": "2023-05-06",
            "last_reported": "2023-05-06",
            "sentences": tuple(sorted(sentence_iri(article, second.start, second.end) for article in (factories.ARTICLE, factories.OTHER_ARTICLE))),
            "rules": ("titles:post",),
            "confidence": 1.0,
            "role": "党支部书记",
        },
    )


def test_the_confidence_of_an_edge_is_that_of_the_article_that_says_it_most_plainly() -> None:
    def sure(knowledge: Knowledge, confidence: float) -> Knowledge:
        claims = tuple(replace(claim, confidence=confidence) for claim in knowledge.claims)
        return replace(knowledge, claims=claims)

    _, edges = projected(record_of(sure(factories.knowledge(), 0.9), sure(factories.other_knowledge(), 0.45)))
    assert edges[terms.HOLDS_POST, factories.SECRETARY, factories.BRANCH].properties["confidence"] == 0.9


def test_several_posts_are_joined() -> None:
    other = factories.other_knowledge()
    claims = tuple(replace(claim, role="第一书记") if claim.role else claim for claim in other.claims)
    _, edges = projected(record_of(factories.knowledge(), replace(other, claims=claims)))
    assert edges[terms.HOLDS_POST, factories.SECRETARY, factories.BRANCH].properties["role"] == "党支部书记、第一书记"


def test_what_is_planned_becomes_neither_node_nor_edge() -> None:
    nodes, edges = projected(record_of(factories.knowledge()))
    assert (terms.RUNS, factories.COMMITTEE, factories.METHOD) in edges
    assert (terms.RUNS, factories.COMMITTEE, factories.COLD_CHAIN) not in edges
    assert (5_000_000.0) not in {node.properties.get("value") for node in nodes.values()}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("柳塘镇", "柳塘镇", "洛川县柳塘镇"), "柳塘镇"),
        (("柳塘镇", "洛川县柳塘镇"), "洛川县柳塘镇"),
        (("柳塘乙", "柳塘甲"), min("柳塘乙", "柳塘甲")),
    ],
)
def test_a_name_is_of_most_articles_then_longest_then_first(names: tuple[str, ...], expected: str) -> None:
    store = ox.Store()
    for number_, name in enumerate(names):
        knowledge = factories.knowledge(f"{number_}.txt", f"{terms.THING}article/{number_}")
        entities = tuple(replace(entity, name=name) if entity.iri == factories.TOWN else entity for entity in knowledge.entities)
        store.extend(to_rdf(replace(knowledge, entities=entities)))
    nodes, _ = projected(store)
    assert nodes[factories.TOWN].properties["name"] == expected
    assert set(names) <= set(nodes[factories.TOWN].properties["names"])  # type: ignore[arg-type]


def test_one_article_that_calls_a_figure_exact_is_enough() -> None:
    other = factories.other_knowledge()
    facts = tuple(replace(fact, metrics=tuple(replace(metric, approx=False) for metric in fact.metrics)) for fact in other.implementations)
    nodes, _ = projected(record_of(factories.knowledge(), replace(other, implementations=facts)))
    assert [node.properties["approx"] for node in nodes.values() if node.labels == ("Metric",)] == [False]


@relaxed
@given(factories.some_knowledge(), factories.some_knowledge(factories.OTHER_DOC, factories.OTHER_ARTICLE))
def test_the_order_of_loading_does_not_matter(first: Knowledge, second: Knowledge) -> None:
    once = list(project(RecordFacts(record_of(first, second))))
    assert list(project(RecordFacts(record_of(second, first, second)))) == once


@relaxed
@given(factories.some_knowledge(), factories.some_knowledge(factories.OTHER_DOC, factories.OTHER_ARTICLE))
def test_every_edge_is_asserted_and_backed(first: Knowledge, second: Knowledge) -> None:
    nodes, edges = projected(record_of(first, second))
    claims = {(c.predicate, c.subject, c.object) for k in (first, second) for c in k.claims if c.status == "asserted"}
    assert {key for key in edges if key[0] in terms.PREDICATE_IRIS} == claims
    for (type_, source, target), edge in edges.items():
        assert (nodes[source].labels, nodes[target].labels) == (edge.source_labels, edge.target_labels)
        assert edge.source_labels[0] in terms.DOMAINS[type_]
        assert edge.target_labels[0] in terms.RANGES[type_]
        if type_ in terms.PREDICATE_IRIS:
            assert edge.properties["sentences"]
            assert edge.properties["rules"]
            assert set(edge.properties["sentences"]) <= set(nodes)  # type: ignore[arg-type]
    told = {f for k in (first, second) for f in k.implementations if f.status == "asserted"}
    assert len({(frozenset(f.by), f.of, frozenset(f.at), f.when) for f in told}) == sum(node.labels == ("Implementation",) for node in nodes.values())


@relaxed
@given(factories.some_knowledge(), factories.some_knowledge(factories.OTHER_DOC, factories.OTHER_ARTICLE), st.booleans())
def test_changes_applied_give_the_whole(first: Knowledge, second: Knowledge, removed: bool) -> None:
    """What was before, less all that is touched, plus what is asked for of it, is what is after; names and kinds change too."""
    kinds = {factories.COMMITTEE: terms.GOVERNMENT, factories.VILLAGE: terms.SITE}
    renamed = replace(second, entities=tuple(replace(e, name=e.name + "二", kind=kinds.get(e.iri, e.kind)) for e in second.entities))
    small, large = record_of(first), record_of(first, renamed)
    before, after = (large, small) if removed else (small, large)
    changed = {quad.subject.value for quad in to_rdf(renamed) if isinstance(quad.subject, ox.NamedNode)}
    (nodes, edges), projection = projected(before), project(RecordFacts(after))
    touched = projection.touched(changed)
    new_nodes = {node.iri: node for node in projection.nodes(sorted(touched))}
    relabelled = {iri for iri, node in new_nodes.items() if iri in nodes and nodes[iri].labels != node.labels}
    starts = touched | projection.sources(relabelled)
    new_edges = {(edge.type, edge.source, edge.target): edge for edge in projection.relationships(sorted(starts))}
    kept = {iri: node for iri, node in nodes.items() if iri not in touched}
    kept_edges = {key: edge for key, edge in edges.items() if key[1] not in starts}
    assert (kept | new_nodes, kept_edges | new_edges) == projected(after)


@relaxed
@given(factories.some_knowledge(), st.integers(1, 5))
def test_chunks_give_the_whole(knowledge: Knowledge, size: int) -> None:
    store = record_of(knowledge, factories.other_knowledge())
    projection = project(RecordFacts(store))
    chunks = list(projection.chunks(size))
    assert max(map(len, chunks)) <= size
    assert [node for iris in chunks for node in projection.nodes(iris)] == [item for item in project(RecordFacts(store)) if isinstance(item, Node)]
    assert all(projection.base(node.iri) == node.labels[0] for node in project(RecordFacts(store)) if isinstance(node, Node))


def test_nodes_and_relationships_come_sorted() -> None:
    items = list(project(RecordFacts(record_of(factories.knowledge(), factories.other_knowledge()))))
    nodes = [(item.labels[0], item.iri) for item in items if isinstance(item, Node)]
    edges = [(item.type, item.source, item.target) for item in items if isinstance(item, Relationship)]
    assert nodes == sorted(nodes)
    assert edges == sorted(edges)


def test_a_record_without_its_statement_is_damaged() -> None:
    store = record_of(factories.knowledge())
    statement = ox.NamedNode(statement_iri(factories.COMMITTEE, Iri.RUNS, factories.METHOD))
    for quad in list(store.quads_for_pattern(statement, None, None, None)):
        store.remove(quad)
    with pytest.raises(DataError, match="has no statement"):
        list(project(RecordFacts(store)))


def test_a_relationship_to_nothing_is_damage() -> None:
    store = record_of(factories.knowledge())
    for quad in list(store.quads_for_pattern(ox.NamedNode(factories.METHOD), ox.NamedNode(Iri.TYPE), None, None)):
        store.remove(quad)
    with pytest.raises(DataError, match="has no class"):
        list(project(RecordFacts(store)))


@pytest.mark.parametrize(("value", "text"), [(15_000_000.0, "15000000"), (0.5, "0.5"), (1e15, "1000000000000000"), (93.75, "93.75")])
def test_number(value: float, text: str) -> None:
    assert number(value) == text
