"""The SHACL shapes of ontology/, compiled to plain checks.

pySHACL takes a tenth of a second and more for one article's graph; these checks take a few milliseconds and give the same results. They know just the
part of SHACL Core that the shapes use, and refuse to start on a shape that uses more; the tests hold them against pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.errors import RuleError
from kg.vocabulary import dataset, local_name, members, objects, subjects

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SH = "http://www.w3.org/ns/shacl#"

Subject = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
#: The classes, superclasses included, of a term of the graph under test.
ClassesOf = Callable[[Value], frozenset[str]]
Test = Callable[[Value, ClassesOf], bool]

_LEXICAL = {
    _XSD + "string": re.compile(r"(?s).*"),
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "double": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    _XSD + "boolean": re.compile(r"true|false|1|0"),
}
_ON_NODES = {"nodeKind", "closed", "ignoredProperties", "property", "message", "targetClass"}
_ON_PROPERTIES = {"path", "minCount", "maxCount", "message"}
_ON_VALUES = {"class", "datatype", "in", "maxInclusive", "minInclusive", "minLength", "nodeKind", "or", "pattern"}


@dataclass(frozen=True)
class PropertyShape:
    """What a class asks of one predicate. `tests`: local name of the constraint component → test of a single value."""

    path: ox.NamedNode
    min_count: int
    max_count: int | None
    tests: tuple[tuple[str, Test], ...]
    messages: tuple[str, str]  #: zh, en


@dataclass(frozen=True)
class NodeShape:
    """What a class asks of its instances. `allowed`: the only predicates that they may have, or None where the shape is open."""

    targets: frozenset[str]
    iri_only: bool
    allowed: frozenset[ox.NamedNode] | None
    properties: tuple[PropertyShape, ...]
    messages: tuple[str, str]


@cache
def node_shapes() -> tuple[NodeShape, ...]:
    """All node shapes of ontology/ that ask anything.

    Raises:
        RuleError: a shape has a constraint that is not compiled here.
    """
    found = [_node_shape(node) for node in subjects(_RDF + "type", _SH + "NodeShape")]
    return tuple(shape for shape in found if shape.properties or shape.iri_only or shape.allowed is not None)


@cache
def superclasses() -> Mapping[str, frozenset[str]]:
    """Class → the class itself and all classes above it (IRIs)."""
    parents: dict[str, set[str]] = {}
    for quad in dataset().quads_for_pattern(None, ox.NamedNode(_RDFS + "subClassOf"), None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            parents.setdefault(quad.subject.value, set()).add(quad.object.value)

    def above(name: str) -> set[str]:
        return {name}.union(*(above(parent) for parent in parents.get(name, ())))

    return {node.value: frozenset(above(node.value)) for node in subjects(_RDF + "type", _RDFS + "Class")}


def messages(subject: Subject, predicate: str) -> tuple[str, str]:
    """The zh and the en text of a message or definition; empty where there is none."""
    texts = {o.language: o.value for o in objects(subject, predicate) if isinstance(o, ox.Literal)}
    return texts.get("zh", ""), texts.get("en", "")


def _node_shape(node: ox.NamedNode) -> NodeShape:
    found = _constraints(node)
    _refuse_others(node, found, _ON_NODES)
    properties = tuple(_property_shape(shape) for shape in found.get("property", ()) if not isinstance(shape, ox.Literal))
    allowed = None
    if "closed" in found:
        ignored = {member for head in found.get("ignoredProperties", ()) for member in members(head) if isinstance(member, ox.NamedNode)}
        allowed = frozenset(ignored | {shape.path for shape in properties})
    targets = frozenset({node.value, *(target.value for target in found.get("targetClass", ()))})
    return NodeShape(targets, "nodeKind" in found, allowed, properties, messages(node, _SH + "message"))


def _property_shape(shape: Subject) -> PropertyShape:
    found = _constraints(shape)
    _refuse_others(shape, found, _ON_PROPERTIES | _ON_VALUES)
    (path,) = found["path"]
    assert isinstance(path, ox.NamedNode)  # `_refuse_others` lets no path expression through
    counts = {name: int(values[0].value) for name, values in found.items() if name in ("minCount", "maxCount")}
    tests = tuple((_component(name), _test(name, value)) for name, values in sorted(found.items()) if name in _ON_VALUES for value in values)
    return PropertyShape(path, counts.get("minCount", 0), counts.get("maxCount"), tests, messages(shape, _SH + "message"))


def _constraints(shape: Subject) -> dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]:
    found: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {}
    for quad in dataset().quads_for_pattern(shape, None, None):
        if quad.predicate.value.startswith(_SH) and quad.predicate.value != _SH + "message":
            found[local_name(quad.predicate.value)] = objects(shape, quad.predicate.value)
    return found


def _refuse_others(shape: Subject, found: Iterable[str], known: set[str]) -> None:
    for name in sorted(found):
        if name not in known:
            raise RuleError(f"ontology/grassroots.ttl: {shape} uses sh:{name}, which kg/shapes.py can't check; teach it there or say it otherwise")
    if any(isinstance(path, ox.BlankNode) for path in objects(shape, _SH + "path")):
        raise RuleError(f"ontology/grassroots.ttl: {shape} has a path that is no single predicate; kg/shapes.py can't follow it")


def _component(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}ConstraintComponent"


def _test(name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> Test:
    """The test that one constraint makes of one value."""
    if name == "class":
        return lambda term, classes_of: value.value in classes_of(term)
    if name == "datatype":
        lexical = _LEXICAL[value.value]
        return lambda term, _: isinstance(term, ox.Literal) and term.datatype == value and lexical.fullmatch(term.value) is not None
    if name == "in":
        allowed = frozenset(members(value))
        return lambda term, _: term in allowed
    if name == "minInclusive":
        least = float(value.value)
        return lambda term, _: isinstance(term, ox.Literal) and _number(term) >= least
    if name == "maxInclusive":
        most = float(value.value)
        return lambda term, _: isinstance(term, ox.Literal) and _number(term) <= most
    if name == "minLength":
        length = int(value.value)
        return lambda term, _: not isinstance(term, ox.BlankNode | ox.Triple) and len(term.value) >= length
    if name == "nodeKind":
        return lambda term, _: isinstance(term, ox.NamedNode)  # sh:IRI, the only one that the shapes use
    if name == "pattern":
        pattern = re.compile(value.value)
        return lambda term, _: not isinstance(term, ox.BlankNode | ox.Triple) and pattern.search(term.value) is not None
    options = [_option(option) for option in members(value)]
    return lambda term, classes_of: any(all(test(term, classes_of) for test in option) for option in options)


def _option(shape: ox.NamedNode | ox.BlankNode | ox.Literal) -> list[Test]:
    assert not isinstance(shape, ox.Literal)  # meta-SHACL refuses it
    found = _constraints(shape)
    _refuse_others(shape, found, _ON_VALUES)
    return [_test(name, value) for name, values in sorted(found.items()) for value in values]


def _number(term: ox.Literal) -> float:
    """Its value, or NaN, which is neither at least nor at most anything, where it is no number."""
    numeric = term.datatype.value in (_XSD + "integer", _XSD + "double") and _LEXICAL[term.datatype.value].fullmatch(term.value)
    return float(term.value) if numeric else float("nan")
