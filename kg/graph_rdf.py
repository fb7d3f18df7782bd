"""Property graph → RDF: the way back, the same for a graph that a record makes and for one that a server holds.

What a load carries over, and so what comes back, is this, in the terms of the record:

- each relationship as its triple, in the named graph of each article that says so;
- what a node says of a thing of one article (article, sentence) in that article's graph; of a thing of several (a body, a row, a figure, the role,
  rules, sentences and confidence of a statement) in the default graph, as the projection merged it;
- figures as xsd:double, offsets as xsd:integer, `approx` as xsd:boolean, each item of a list as a value of its own, all else as plain text. The
  record has no language tags, so none come back.

Left out is what the projection makes itself and can make again (`support`, dates of relationships, names of rows and figures). Not carried over at
all is what stays in the record: evidence with its offsets, what is not asserted, and how each article calls a thing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import cast

import pyoxigraph as ox

from kg.errors import DataError
from kg.records import Node, Relationship, Value
from kg.resolve import article_iri
from kg.store.base import HASH, Wanted
from kg.store.bolt import BoltGraph
from kg.terms import (
    ARTICLE,
    ENTITY_TYPES,
    EVIDENCED_BY,
    IMPLEMENTATION,
    IN_ARTICLE,
    KIND_CLASSES,
    METRIC,
    NODE_LABELS,
    ONTOLOGY,
    PREDICATE_IRIS,
    SENTENCE,
    STRUCTURAL_IRIS,
    Iri,
)
from kg.to_rdf import statement_iri
from kg.vocabulary import list_separator

_CHUNK = 2_000
_LINKS: Mapping[str, str] = {**PREDICATE_IRIS, **STRUCTURAL_IRIS}
_ENTITY = {"name": Iri.PREF_LABEL, "names": Iri.ALT_LABEL, "code": Iri.CODE, "level": Iri.LEVEL}
#: Base label → property → predicate.
_VALUES: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(ENTITY_TYPES, _ENTITY),
    ARTICLE: {
        **{"name": Iri.TITLE, "doc": Iri.FILE_NAME, "published": Iri.PUBLISHED, "publisher": Iri.PUBLISHER},
        **{"authors": Iri.AUTHOR, "address": Iri.ADDRESS},
    },
    SENTENCE: {
        **{"text": Iri.TEXT, "raw": Iri.RAW_TEXT, "start": Iri.START, "end": Iri.END},
        **{"raw_start": Iri.RAW_START, "raw_end": Iri.RAW_END},
    },
    METRIC: {
        **{"measure": Iri.MEASURE, "value": Iri.VALUE, "unit": Iri.UNIT, "approx": Iri.APPROX, "bound": Iri.BOUND},
        **{"start_value": Iri.START_VALUE},
    },
    IMPLEMENTATION: {"when": Iri.WHEN, "confidence": Iri.CONFIDENCE},
}
_NODES = "UNWIND $rows AS iri MATCH (n:{} {{iri: iri}}) WHERE n.{hash} IS NOT NULL RETURN n.iri, labels(n), properties(n)"
_EDGES = (
    "UNWIND $rows AS iri MATCH (a:{} {{iri: iri}})-[r]->(b) WHERE a.{hash} IS NOT NULL AND r.{hash} IS NOT NULL "
    "RETURN type(r), a.iri, labels(a), b.iri, labels(b), properties(r)"
)
_IRIS = "MATCH (n:{}) WHERE n.{hash} IS NOT NULL RETURN n.iri"


class Held:
    """What a server holds of ours, to be asked for some of it at a time: the part of `kg.store.base.Wanted` that the way back needs."""

    def __init__(self, graph: BoltGraph) -> None:
        """Read from `graph`."""
        self.graph = graph
        self.bases: dict[str, str] = {}

    def chunks(self, size: int) -> Iterator[list[str]]:
        """IRIs of all nodes, by base label, sorted, at most `size` at a time."""
        for label in NODE_LABELS:
            iris = sorted(iri for (iri,) in self.graph.rows(_IRIS.format(label, hash=HASH)))
            for start in range(0, len(iris), size):
                some = iris[start : start + size]
                self.bases = dict.fromkeys(some, label)
                yield some

    def nodes(self, iris: Collection[str]) -> list[Node]:
        """The nodes of the chunk."""
        return [Node(self._ordered(labels), iri, _values(found)) for iri, labels, found in self._ask(_NODES, iris)]

    def relationships(self, iris: Collection[str]) -> list[Relationship]:
        """The relationships that start at the nodes of the chunk."""
        return [
            Relationship(kind, source, self._ordered(labels), target, self._ordered(others), _values(found))
            for kind, source, labels, target, others, found in self._ask(_EDGES, iris)
        ]

    def _ask(self, statement: str, iris: Collection[str]) -> list[tuple[str, ...]]:
        labels = sorted({self.bases[iri] for iri in iris})
        found = (self.graph.rows(statement.format(label, hash=HASH), [iri for iri in iris if self.bases[iri] == label]) for label in labels)
        return [row for rows in found for row in rows]

    @staticmethod
    def _ordered(labels: Iterable[str]) -> tuple[str, ...]:
        """The base label first."""
        return tuple(sorted(labels, key=lambda label: (label not in NODE_LABELS, label)))


def _values(found: object) -> dict[str, Value]:
    assert isinstance(found, Mapping)
    kept = {str(key): value for key, value in found.items() if key not in (HASH, "iri")}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()}


def quads_of(graph: Wanted | Held) -> Iterator[ox.Quad]:
    """The RDF of a property graph, a chunk at a time; a quad may come more than once.

    Raises:
        DataError: a relationship or sentence leads to no article, or a type or label is none of the ontology.
    """
    articles = _Articles()
    for iris in graph.chunks(_CHUNK):
        nodes, edges = graph.nodes(iris), graph.relationships(iris)
        for edge in edges:
            if edge.type == IN_ARTICLE:
                articles.of[edge.source] = edge.target
        for node in nodes:
            yield from _node(node, articles)
        articles.waiting += [edge for edge in edges if edge.type == EVIDENCED_BY]
        for edge in edges:
            if edge.type != EVIDENCED_BY:
                yield from _edge(edge, articles)
    for edge in articles.waiting:  # a sentence's article is known at last
        yield from _edge(edge, articles)


class _Articles:
    """Sentence → the article that it stands in, and the relationships that ask for it."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.waiting: list[Relationship] = []

    def graphs(self, edge: Relationship) -> list[str]:
        if edge.type == IN_ARTICLE:
            return [edge.target]
        if edge.type == EVIDENCED_BY:
            return [self.article(edge.target)]
        return [article_iri(doc) for doc in cast(tuple[str, ...], edge.properties.get("articles", ()))]

    def article(self, sentence: str) -> str:
        if sentence not in self.of:
            raise DataError(f"the sentence {sentence} is in no article: run kg load --full")
        return self.of[sentence]


def _node(node: Node, articles: _Articles) -> Iterator[ox.Quad]:
    label = node.labels[0]
    if label not in _VALUES:
        raise DataError(f"{node.iri} is a {label}, which the ontology does not know: kg did not write it")
    own = {ARTICLE: lambda: ox.NamedNode(node.iri), SENTENCE: lambda: ox.NamedNode(articles.article(node.iri))}
    graph = own[label]() if label in own else ox.DefaultGraph()
    subject = ox.NamedNode(node.iri)
    classes = [ONTOLOGY + label]
    if "kind" in node.properties:
        classes.append(KIND_CLASSES[str(node.properties["kind"])])
    for class_ in classes:
        yield ox.Quad(subject, ox.NamedNode(Iri.TYPE), ox.NamedNode(class_), graph)
    if "reprint_of" in node.properties:
        yield ox.Quad(subject, ox.NamedNode(Iri.REPRINT_OF), ox.NamedNode(article_iri(str(node.properties["reprint_of"]))), graph)
    for key, predicate in _VALUES[label].items():
        value = node.properties.get(key)
        if value is None or (predicate == Iri.TITLE and value == node.properties.get("doc")):  # without a title it is called by its file
            continue
        for item in value if isinstance(value, tuple) else (value,):
            yield ox.Quad(subject, ox.NamedNode(predicate), ox.Literal(item), graph)


def _edge(edge: Relationship, articles: _Articles) -> Iterator[ox.Quad]:
    if edge.type not in _LINKS:
        raise DataError(f"{edge.source} {edge.type} {edge.target}: the ontology has no such relationship; kg did not write it")
    graphs = articles.graphs(edge)
    if not graphs:
        raise DataError(f"{edge.source} {edge.type} {edge.target} names no article: run kg load --full")
    source, path, target = (ox.NamedNode(iri) for iri in (edge.source, _LINKS[edge.type], edge.target))
    for graph in graphs:
        yield ox.Quad(source, path, target, ox.NamedNode(graph))
    if edge.type not in PREDICATE_IRIS:
        return
    statement = ox.NamedNode(statement_iri(edge.source, path.value, edge.target))
    yield ox.Quad(statement, ox.NamedNode(Iri.TYPE), ox.NamedNode(Iri.STATEMENT))
    for predicate, end in ((Iri.SUBJECT, source), (Iri.PREDICATE, path), (Iri.OBJECT, target)):
        yield ox.Quad(statement, ox.NamedNode(predicate), end)
    roles = str(edge.properties["role"]).split(list_separator()) if "role" in edge.properties else []
    for predicate, items in ((Iri.ROLE, roles), (Iri.RULE, cast(tuple[str, ...], edge.properties["rules"]))):
        for item in items:
            yield ox.Quad(statement, ox.NamedNode(predicate), ox.Literal(item))
    if "confidence" in edge.properties:
        yield ox.Quad(statement, ox.NamedNode(Iri.CONFIDENCE), ox.Literal(float(cast(float, edge.properties["confidence"]))))
    for sentence in cast(tuple[str, ...], edge.properties["sentences"]):
        yield ox.Quad(statement, ox.NamedNode(Iri.WAS_DERIVED_FROM), ox.NamedNode(sentence))
