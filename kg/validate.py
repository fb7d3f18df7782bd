"""RDF → Report: whether the graphs keep to the shapes of ontology/.

Each named graph is checked by itself, as an article must be right by itself. The shapes are SHACL; `kg.shapes` compiles them for speed, and
`kg.reference` runs pySHACL, which the compiled checks are held against. Three checks stand beside SHACL: a term outside the vocabulary, a
subject without a class, and a claim's plain triple without its asserted statement (or the reverse).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.errors import DataError
from kg.shapes import NodeShape, PropertyShape, Subject, Value, messages, node_shapes, superclasses
from kg.terms import CLASSES, ONTOLOGY, PREDICATE_IRIS, PREDICATES, Iri
from kg.to_rdf import Quads

_Properties = dict[ox.NamedNode, list[Value]]


@dataclass(frozen=True)
class Result:
    """One thing that is wrong. `component`: local name of the SHACL constraint component, or of a `Check` of ontology/grassroots.ttl."""

    graph: str  #: IRI of the article
    focus: str  #: the node that is wrong
    path: str | None  #: the predicate that is wrong at it
    component: str
    value: str | None  #: the value that is wrong, as written in N-Triples
    message_zh: str
    message_en: str

    def __str__(self) -> str:
        """One line for a person."""
        path = "" if self.path is None else f" {self.path}"
        value = "" if self.value is None else f" = {self.value}"
        return f"{self.graph}: {self.focus}{path}{value}: {self.message_en} / {self.message_zh} ({self.component})"


@dataclass(frozen=True)
class Report:
    """`conforms` where `results`, sorted, is empty."""

    results: tuple[Result, ...]

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong."""
        return not self.results

    @property
    def refused(self) -> tuple[str, ...]:
        """Graphs in which something is wrong, sorted, each once."""
        return tuple(sorted({result.graph for result in self.results}))


def validate(quads: Iterable[ox.Quad]) -> Report:
    """Check the quads of any number of articles, each named graph by itself; quads of one graph stand together, and one graph is held at a time."""
    results: list[Result] = []
    for name, nodes in _by_graph(quads):
        results += _Checker(name, nodes).run()
    return Report(in_order(results))


def checked(quads: Quads) -> Quads:
    """The same quads.

    Raises:
        DataError: a graph does not keep to the shapes; the first thing that is wrong.
    """
    report = validate(quads)
    if not report.conforms:
        raise DataError(f"{report.results[0]}" + (f" and {len(report.results) - 1} more" if len(report.results) > 1 else ""))
    return quads


def _by_graph(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, dict[Subject, _Properties]]]:
    names: set[str] = set()
    nodes: dict[Subject, _Properties] = {}
    latest: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None
    last: Subject | None = None
    found: _Properties = {}
    for subject, predicate, value, name in quads:
        if name != latest:
            if latest is not None:
                yield graph_name(latest), nodes
            if graph_name(name) in names:
                raise ValueError(f"the quads of {graph_name(name)} don't stand together: sort them by graph")
            names.add(graph_name(name))
            nodes, latest, last = {}, name, None
        if subject != last:
            last, found = subject, nodes.setdefault(subject, {})
        if predicate in found:
            found[predicate].append(value)
        else:
            found[predicate] = [value]
    if latest is not None:
        yield graph_name(latest), nodes


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results sorted, each once."""
    return tuple(sorted(set(results), key=lambda r: (r.graph, r.focus, r.path or "", r.component, r.value or "", r.message_en)))


def graph_name(node: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    """The name of a graph; the default graph's is empty."""
    return "" if isinstance(node, ox.DefaultGraph) else node.value


@dataclass(frozen=True)
class _Plan:
    """All that the shapes ask of a node that has just these classes."""

    iri_only: tuple[NodeShape, ...]
    closed: tuple[tuple[frozenset[ox.NamedNode], NodeShape], ...]
    properties: tuple[PropertyShape, ...]


_TYPE = ox.NamedNode(Iri.TYPE)
_PREDICATES = frozenset(ox.NamedNode(iri) for iri in PREDICATES)
_CLAIMS = frozenset(ox.NamedNode(iri) for iri in PREDICATE_IRIS.values())
_SUBJECT, _PREDICATE, _OBJECT, _STATUS = (ox.NamedNode(iri) for iri in (Iri.SUBJECT, Iri.PREDICATE, Iri.OBJECT, Iri.STATUS))
_ASSERTED = ox.Literal("asserted")


@cache
def _closure(types: frozenset[Value]) -> frozenset[str]:
    above = superclasses()
    return frozenset().union(*(above.get(t.value, frozenset({t.value})) for t in types if isinstance(t, ox.NamedNode)))


@cache
def _plan(classes: frozenset[str]) -> _Plan:
    shapes = [shape for shape in node_shapes() if shape.targets & classes]
    return _Plan(
        iri_only=tuple(shape for shape in shapes if shape.iri_only),
        closed=tuple((shape.allowed, shape) for shape in shapes if shape.allowed is not None),
        properties=tuple(constraint for shape in shapes for constraint in shape.properties),
    )


class _Checker:
    """Checks one named graph."""

    def __init__(self, graph: str, nodes: dict[Subject, _Properties]) -> None:
        self.graph = graph
        self.nodes = nodes
        self.classes: dict[Value, frozenset[str]] = {node: _closure(frozenset(found.get(_TYPE, ()))) for node, found in nodes.items()}

    def run(self) -> Iterator[Result]:
        for node, found in self.nodes.items():
            yield from self.terms(node, found)
            yield from self.shapes(node, found, _plan(self.classes[node]))
        yield from self.claims()

    def shapes(self, node: Subject, found: _Properties, plan: _Plan) -> Iterator[Result]:
        for shape in plan.iri_only:
            if not isinstance(node, ox.NamedNode):
                yield self.result(node, None, "NodeKindConstraintComponent", node, shape.messages)
        for allowed, shape in plan.closed:
            for predicate in found.keys() - allowed:
                for value in found[predicate]:
                    yield self.result(node, predicate, "ClosedConstraintComponent", value, shape.messages)
        for constraint in plan.properties:
            values = found.get(constraint.path, ())
            if len(values) < constraint.min_count:
                yield self.result(node, constraint.path, "MinCountConstraintComponent", None, constraint.messages)
            if constraint.max_count is not None and len(values) > constraint.max_count:
                yield self.result(node, constraint.path, "MaxCountConstraintComponent", None, constraint.messages)
            for value in values:
                for component, test in constraint.tests:
                    if not test(value, self.classes_of):
                        yield self.result(node, constraint.path, component, value, constraint.messages)

    def classes_of(self, term: Value) -> frozenset[str]:
        return self.classes.get(term, frozenset())

    def terms(self, node: Subject, found: _Properties) -> Iterator[Result]:
        """Terms that are not in the vocabulary, and nodes of no class."""
        for predicate in found.keys() - _PREDICATES:
            yield self.check(node, predicate, "unknownTerm", None)
        for class_ in found.get(_TYPE, ()):
            if not isinstance(class_, ox.NamedNode) or class_.value not in CLASSES:
                yield self.check(node, _TYPE, "unknownTerm", class_)
        if _TYPE not in found:
            yield self.check(node, _TYPE, "untyped", None)

    def claims(self) -> Iterator[Result]:
        """Plain triples without an asserted statement, and asserted statements without the plain triple."""
        plain = {(node, p, value) for node, found in self.nodes.items() for p in found.keys() & _CLAIMS for value in found[p]}
        stated: dict[object, Subject] = {}
        for node, found in self.nodes.items():
            if _ASSERTED in found.get(_STATUS, ()) and _PREDICATE in found:
                stated |= {(s, p, o): node for s in found.get(_SUBJECT, ()) for p in found[_PREDICATE] for o in found.get(_OBJECT, ())}
        for subject, predicate, value in plain - stated.keys():
            yield self.check(subject, predicate, "unbacked", value)
        for key in stated.keys() - plain:
            yield self.check(stated[key], _STATUS, "unbacked", _ASSERTED)

    def check(self, node: Subject, path: ox.NamedNode, name: str, value: Value | None) -> Result:
        return self.result(node, path, name, value, _definition(name))

    def result(self, node: Subject, path: ox.NamedNode | None, component: str, value: Value | None, words: tuple[str, str]) -> Result:
        written = None if value is None else str(value)
        return Result(self.graph, node.value, None if path is None else path.value, component, written, *words)


@cache
def _definition(check: str) -> tuple[str, str]:
    return messages(ox.NamedNode(ONTOLOGY + check), "http://www.w3.org/2004/02/skos/core#definition")
