"""Which nodes and relationships differ between what the graph holds and what it should hold. Pure: it reads no store."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.errors import StoreError
from kg.records import Node, Relationship
from kg.store.base import HASH, Counts

_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*\Z", re.ASCII)
_TYPE = re.compile(r"[A-Z][A-Z0-9_]*\Z", re.ASCII)
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode

#: (source, type, target): the key of a relationship.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class HeldNode:
    """A node of the graph as it is. `content`: its hash, None where somebody else wrote it."""

    labels: frozenset[str]
    content: str | None


@dataclass(frozen=True)
class HeldRelationship:
    """A relationship of the graph as it is; the labels are those of its target."""

    content: str
    labels: frozenset[str]


@dataclass(frozen=True)
class NodePlan:
    """Writes that make some nodes right, in order. `delete`: what is gone or has other labels, with the labels that it has."""

    delete: tuple[tuple[str, frozenset[str]], ...]
    create: tuple[Node, ...]  #: new ones, and those with other labels
    change: tuple[Node, ...]
    relabelled: frozenset[str]
    counts: Counts


@dataclass(frozen=True)
class RelationshipPlan:
    """Writes that make the relationships of some nodes right, in order. `delete`: key and the labels of the target."""

    delete: tuple[tuple[Key, frozenset[str]], ...]
    create: tuple[Relationship, ...]
    change: tuple[Relationship, ...]
    unchanged: int


class Given:
    """A graph in memory, checked, as `kg.store.base.Wanted`."""

    def __init__(self, nodes: Iterable[Node], relationships: Iterable[Relationship]) -> None:
        """Take all of it.

        Raises:
            StoreError: a key occurs twice or an end is missing.
        """
        self._nodes: dict[str, Node] = {}
        for node in nodes:
            check_node(node)
            if node.iri in self._nodes:
                raise StoreError(f"two nodes have the IRI {node.iri}")
            self._nodes[node.iri] = node
        self._starting: dict[str, dict[Key, Relationship]] = {}
        for edge in relationships:
            check_relationship(edge)
            own = self._starting.setdefault(edge.source, {})
            if key_of(edge) in own:
                raise StoreError(f"the relationship {' '.join(key_of(edge))} occurs twice")
            for iri, labels in ((edge.source, edge.source_labels), (edge.target, edge.target_labels)):
                if iri not in self._nodes or self._nodes[iri].labels != labels:
                    raise StoreError(f"the relationship {' '.join(key_of(edge))} has no node :{':'.join(labels)} with the IRI {iri}")
            own[key_of(edge)] = edge

    def chunks(self, size: int) -> Iterator[list[str]]:
        """See `Wanted.chunks`."""
        for label in sorted({node.labels[0] for node in self._nodes.values()}):
            iris = sorted(iri for iri, node in self._nodes.items() if node.labels[0] == label)
            yield from (iris[start : start + size] for start in range(0, len(iris), size))

    def base(self, iri: str) -> str | None:
        """See `Wanted.base`."""
        return self._nodes[iri].labels[0] if iri in self._nodes else None

    def nodes(self, iris: Collection[str]) -> list[Node]:
        """See `Wanted.nodes`."""
        return [self._nodes[iri] for iri in iris if iri in self._nodes]

    def relationships(self, iris: Collection[str]) -> list[Relationship]:
        """See `Wanted.relationships`."""
        return [edge for iri in iris for edge in self._starting.get(iri, {}).values()]

    def touched(self, iris: Collection[str]) -> set[str]:
        """See `Wanted.touched`."""
        return set(iris)

    def sources(self, iris: Collection[str]) -> set[str]:
        """See `Wanted.sources`."""
        ends = set(iris)
        return {source for source, edges in self._starting.items() if any(target in ends for _, _, target in edges)}


def digest(names: Iterable[str], properties: Mapping[str, object]) -> str:
    """First 16 hex digits of the SHA-256 over the canonical JSON of labels (or the type) and properties."""
    return hashlib.sha256(_encode([list(names), properties]).encode()).hexdigest()[:16]


def node_digest(node: Node) -> str:
    """Hash of a node's content."""
    return digest(node.labels, node.properties)


def relationship_digest(relationship: Relationship) -> str:
    """Hash of a relationship's content; its ends are its key and not part of it."""
    return digest((relationship.type,), relationship.properties)


def plan_nodes(wanted: Iterable[Node], held: Mapping[str, HeldNode]) -> NodePlan:
    """Compare some nodes with what is held under their IRIs and others that were asked for with them.

    Raises:
        StoreError: an IRI belongs to a node of someone else.
    """
    nodes = {node.iri: node for node in wanted}
    ours = {iri: node for iri, node in held.items() if node.content is not None}
    for iri, foreign in held.items():
        if foreign.content is None and iri in nodes and not foreign.labels.isdisjoint(nodes[iri].labels):
            raise StoreError(f"a node that kg did not write has the IRI {iri}: delete it in the database, or load into another database")
    relabelled = frozenset(iri for iri, node in nodes.items() if iri in ours and ours[iri].labels != frozenset(node.labels))
    gone = ours.keys() - nodes.keys()
    create = sorted(iri for iri in nodes if iri not in ours or iri in relabelled)
    change = sorted(iri for iri, node in nodes.items() if iri in ours and iri not in relabelled and ours[iri].content != node_digest(node))
    new = len(create) - len(relabelled)
    return NodePlan(
        delete=tuple((iri, ours[iri].labels) for iri in sorted(relabelled | gone)),
        create=tuple(nodes[iri] for iri in create),
        change=tuple(nodes[iri] for iri in change),
        relabelled=relabelled,
        counts=Counts(new, len(change) + len(relabelled), len(gone), len(nodes) - len(create) - len(change)),
    )


def plan_relationships(wanted: Iterable[Relationship], held: Mapping[Key, HeldRelationship]) -> RelationshipPlan:
    """Compare all relationships that start at some nodes with those that do in the graph."""
    edges = {key_of(edge): edge for edge in wanted}
    create = sorted(key for key in edges if key not in held)
    change = sorted(key for key, edge in edges.items() if key in held and held[key].content != relationship_digest(edge))
    return RelationshipPlan(
        delete=tuple((key, held[key].labels) for key in sorted(held.keys() - edges.keys())),
        create=tuple(edges[key] for key in create),
        change=tuple(edges[key] for key in change),
        unchanged=len(edges) - len(create) - len(change),
    )


def check_node(node: Node) -> None:
    """Raise StoreError unless the labels are names that may stand in a Cypher statement, and no property is one of ours."""
    bad = [label for label in node.labels if not _LABEL.match(label)]
    if bad or not node.labels or len(set(node.labels)) != len(node.labels):
        raise StoreError(f"{list(node.labels)!r} are no node labels: at least one, each once, letters and digits only, a capital first")
    reserved = {"iri", HASH} & node.properties.keys()
    if reserved:
        raise StoreError(f"the node {node.iri} has the reserved property {min(reserved)}")


def check_relationship(edge: Relationship) -> None:
    """Raise StoreError unless the type is a name that may stand in a Cypher statement, and no property is ours."""
    if not _TYPE.match(edge.type):
        raise StoreError(f"{edge.type!r} is no relationship type: capitals, digits and underscores only")
    if HASH in edge.properties:
        raise StoreError(f"the relationship {' '.join(key_of(edge))} has the reserved property {HASH}")


def key_of(edge: Relationship) -> Key:
    """Its key."""
    return (edge.source, edge.type, edge.target)
