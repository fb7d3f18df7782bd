"""Which nodes and relationships differ between what the graph holds and what it should hold. Pure: it reads no store."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.errors import StoreError
from kg.records import Node, Relationship
from kg.store.base import HASH, Counts

_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*\Z", re.ASCII)
_TYPE = re.compile(r"[A-Z][A-Z0-9_]*\Z", re.ASCII)

#: (source, type, target): the key of a relationship.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Held:
    """What the graph holds now."""

    nodes: Mapping[str, tuple[str, frozenset[str]]]  #: IRI → (hash, labels)
    relationships: Mapping[Key, str]  #: key → hash
    foreign: Mapping[str, frozenset[str]]  #: IRI of a node that somebody else wrote → its labels
    keyed: frozenset[str]  #: labels with a unique constraint on `iri`, through which a node is found at once


@dataclass(frozen=True)
class Plan:
    """The writes that make the graph equal to what is given, each list sorted by key."""

    unkeyed: frozenset[str]  #: classes that still need their unique constraint
    delete_relationships: tuple[tuple[Key, str, str], ...]  #: key, one label of the source, one of the target
    delete_nodes: tuple[tuple[str, str], ...]  #: IRI, one of its labels; their relationships go with them
    nodes: tuple[Node, ...]
    create: tuple[Relationship, ...]
    change: tuple[Relationship, ...]
    node_counts: Counts
    relationship_counts: Counts


def digest(names: Iterable[str], properties: Mapping[str, object]) -> str:
    """First 16 hex digits of the SHA-256 over the canonical JSON of labels (or the type) and properties."""
    text = json.dumps([list(names), properties], ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def node_digest(node: Node) -> str:
    """Hash of a node's content."""
    return digest(node.labels, node.properties)


def relationship_digest(relationship: Relationship) -> str:
    """Hash of a relationship's content; its ends are its key and not part of it."""
    return digest((relationship.type,), relationship.properties)


def plan(nodes: Iterable[Node], relationships: Iterable[Relationship], held: Held) -> Plan:
    """Compare what is given with what is held.

    Raises:
        StoreError: a label or type is not a name, a key occurs twice, an end is missing, or an IRI belongs to a node of someone else.
    """
    wanted = _by_iri(nodes, held.foreign)
    edges = _by_key(relationships, wanted)
    relabelled = {iri for iri, node in wanted.items() if iri in held.nodes and held.nodes[iri][1] != frozenset(node.labels)}
    gone = relabelled | (held.nodes.keys() - wanted.keys())
    write_nodes = [node for iri, node in wanted.items() if iri not in held.nodes or held.nodes[iri][0] != node_digest(node)]
    new_nodes = sum(node.iri not in held.nodes for node in write_nodes)
    # What hangs on a deleted node goes with it, so it must be created again where it is still wanted.
    lost = {key for key in held.relationships if key[0] in gone or key[2] in gone}
    create = [edge for key, edge in edges.items() if key not in held.relationships or key in lost]
    change = [edge for key, edge in edges.items() if key in held.relationships and key not in lost and _differs(edge, held.relationships[key])]
    deleted = held.relationships.keys() - edges.keys()
    rewritten = len(change) + len(lost & edges.keys())
    return Plan(
        unkeyed=frozenset(node.labels[0] for node in write_nodes) - held.keyed,
        delete_relationships=tuple((key, _one(held, key[0]), _one(held, key[2])) for key in sorted(deleted - lost)),
        delete_nodes=tuple((iri, _one(held, iri)) for iri in sorted(gone)),
        nodes=tuple(sorted(write_nodes, key=lambda node: node.iri)),
        create=tuple(sorted(create, key=_key)),
        change=tuple(sorted(change, key=_key)),
        node_counts=Counts(new_nodes, len(write_nodes) - new_nodes, len(gone - relabelled), len(wanted) - len(write_nodes)),
        relationship_counts=Counts(len(create) - (rewritten - len(change)), rewritten, len(deleted), len(edges) - len(create) - len(change)),
    )


def _by_iri(nodes: Iterable[Node], foreign: Mapping[str, frozenset[str]]) -> dict[str, Node]:
    wanted: dict[str, Node] = {}
    for node in nodes:
        _check_labels(node.labels)
        if node.iri in wanted:
            raise StoreError(f"two nodes have the IRI {node.iri}")
        if not foreign.get(node.iri, frozenset()).isdisjoint(node.labels):
            raise StoreError(f"a node that kg did not write has the IRI {node.iri}: delete it in the database, or load into another database")
        reserved = {"iri", HASH} & node.properties.keys()
        if reserved:
            raise StoreError(f"the node {node.iri} has the reserved property {min(reserved)}")
        wanted[node.iri] = node
    return wanted


def _by_key(relationships: Iterable[Relationship], nodes: Mapping[str, Node]) -> dict[Key, Relationship]:
    edges: dict[Key, Relationship] = {}
    for edge in relationships:
        if not _TYPE.match(edge.type):
            raise StoreError(f"{edge.type!r} is no relationship type: capitals, digits and underscores only")
        key = _key(edge)
        if key in edges:
            raise StoreError(f"the relationship {' '.join(key)} occurs twice")
        for iri, labels in ((edge.source, edge.source_labels), (edge.target, edge.target_labels)):
            if iri not in nodes or nodes[iri].labels != labels:
                raise StoreError(f"the relationship {' '.join(key)} has no node :{':'.join(labels)} with the IRI {iri}")
        if HASH in edge.properties:
            raise StoreError(f"the relationship {' '.join(key)} has the reserved property {HASH}")
        edges[key] = edge
    return edges


def _check_labels(labels: tuple[str, ...]) -> None:
    """Raise StoreError unless every label is a name that may stand in a Cypher statement."""
    bad = [label for label in labels if not _LABEL.match(label)]
    if bad or not labels or len(set(labels)) != len(labels):
        raise StoreError(f"{list(labels)!r} are no node labels: at least one, each once, letters and digits only, a capital first")


def _key(edge: Relationship) -> Key:
    return (edge.source, edge.type, edge.target)


def _differs(edge: Relationship, held: str) -> bool:
    return relationship_digest(edge) != held


def _one(held: Held, iri: str) -> str:
    """A label to find the node by: one with a constraint, where there is one."""
    labels = held.nodes[iri][1]
    return min(labels & held.keyed or labels)
