"""Makes the graph of a Bolt server equal to what it should be, a chunk of nodes at a time.

First all nodes, then the relationships that start at them; each chunk is compared with what is there, so that only what differs travels, and the
whole graph is never held. Writes go in managed transactions of one batch each, sorted by key, so that the driver may send a batch again when a
connection breaks: every statement gives the same graph when it runs twice. A run that dies half-way is mended by the next one over all.

The server writes while the next chunk is made: batches wait in one thread, in order, a few at most. Nothing waits when the graph is read: a reader
that walks to a neighbour which is just being deleted gets an error ("record not found") from the embedded engine. A first load reads nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from kg.errors import StoreError
from kg.records import Node, Relationship
from kg.store.base import HASH, Counts, LoadReport, Progress, Wanted
from kg.store.plan import (
    HeldNode,
    HeldRelationship,
    Key,
    check_node,
    check_relationship,
    key_of,
    node_digest,
    plan_nodes,
    plan_relationships,
    relationship_digest,
)

if TYPE_CHECKING:
    from kg.store.bolt import BoltGraph

#: Nodes compared, and rows sent, at a time.
BATCH = 5_000
#: Batches that wait at most.
_WAITING = 3

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_:]*\Z", re.ASCII)

T = TypeVar("T")

_DELETE_NODES = "UNWIND $rows AS row MATCH (n:{} {{iri: row.iri}}) WHERE n.{hash} IS NOT NULL DETACH DELETE n"
# Not MERGE: on a set of labels ArcadeDB looks through all nodes for each row. A node that is there already is left for _CHANGE_NODES.
_CREATE_NODES = (
    "UNWIND $rows AS row OPTIONAL MATCH (o:{} {{iri: row.iri}}) WITH row, o WHERE o IS NULL "
    "CREATE (n:{} {{iri: row.iri}}) SET n = row.properties RETURN count(n) AS n"
)
_CHANGE_NODES = "UNWIND $rows AS row MATCH (n:{} {{iri: row.iri}}) SET n = row.properties RETURN count(n) AS n"
_ENDS = "UNWIND $rows AS row MATCH (a:{} {{iri: row.source}}) MATCH (b:{} {{iri: row.target}}) "
# The hash in the pattern keeps a relationship of the same type that somebody else drew between the same nodes out of it.
_CREATE = _ENDS + "MERGE (a)-[r:{} {{{hash}: row.hash}}]->(b) SET r = row.properties RETURN count(r) AS n"
_CHANGE = _ENDS + "MATCH (a)-[r:{}]->(b) WHERE r.{hash} IS NOT NULL SET r = row.properties RETURN count(r) AS n"
_DELETE = _ENDS + "MATCH (a)-[r:{}]->(b) WHERE r.{hash} IS NOT NULL DELETE r"
# One row for each label set or type, with lists of scalars: ten times faster over Bolt than a row for each node or relationship.
_FIND_NODES = "UNWIND $rows AS iri MATCH (n:{} {{iri: iri}}) RETURN labels(n), collect(n.iri), collect(coalesce(n.{hash}, ''))"
_FIND_EDGES = (
    "UNWIND $rows AS iri MATCH (a:{} {{iri: iri}})-[r]->(b) WHERE r.{hash} IS NOT NULL AND b.iri IS NOT NULL "
    "RETURN type(r), labels(b), collect(a.iri), collect(b.iri), collect(r.{hash})"
)
_INCIDENT = (
    "UNWIND $rows AS iri MATCH (n:{} {{iri: iri}})-[r]-(m) WHERE r.{hash} IS NOT NULL AND m.iri IS NOT NULL "
    "RETURN DISTINCT startNode(r).iri, type(r), endNode(r).iri"
)
_OURS = "MATCH (n:{}) WHERE n.{hash} IS NOT NULL AND n.iri IS NOT NULL RETURN left(n.{hash}, 2), collect(n.iri)"  # in 256 parts
_ANY_NODES = "MATCH (n:{}) RETURN count(n)"
_ANY_EDGES = "MATCH ()-[r]->() RETURN count(r)"


class Sync:
    """One run of `BoltGraph.sync`."""

    def __init__(self, graph: BoltGraph, wanted: Wanted, changed: Collection[str] | None, tell: Progress, *, write: bool = True) -> None:
        self.graph, self.wanted, self.tell, self.write = graph, wanted, tell, write
        self.whole = changed is None
        self.changed = sorted(wanted.touched(changed)) if changed is not None else []
        self.waiting: deque[Future[int]] = deque()
        self.keyed = graph.keyed()
        #: Labels that had nodes when the run began, and whether there were relationships: what was not there then needs no looking for.
        self.filled = [label for label in sorted(self.keyed) if self._any(_text(_ANY_NODES, label))]
        self.linked = self._any(_ANY_EDGES)
        self.lost: set[Key] = set()  #: relationships that went with a deleted node
        self.relabelled: set[str] = set()
        self.nodes = self.relationships = Counts()
        self.writer: ThreadPoolExecutor

    def run(self) -> LoadReport:
        """Do it."""
        with ThreadPoolExecutor(1, thread_name_prefix="kg-load") as self.writer:
            for iris in self._chunks():
                self._sync_nodes(iris)
            self._wait()
            if self.whole:
                self._delete_unwanted()
            for iris in self._chunks():
                self._sync_relationships(iris)
            if not self.whole:
                for iris in _sliced(sorted(self.wanted.sources(self.relabelled) - set(self.changed))):
                    self._sync_relationships(iris)
            self._wait()
        self.relationships += Counts(deleted=len(self.lost))
        return LoadReport(self.nodes, self.relationships)

    def _chunks(self) -> Iterator[list[str]]:
        return self.wanted.chunks(BATCH) if self.whole else _sliced(self.changed)

    def _rows(self, statement: str, rows: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """What the graph holds once all that was sent is written."""
        self._wait()
        return self.graph.rows(statement, rows)

    def _any(self, statement: str) -> bool:
        return any(count for (count,) in self._rows(statement))

    def _sync_nodes(self, iris: list[str]) -> None:
        wanted = self.wanted.nodes(iris)
        for node in wanted:
            check_node(node)
        likely = {node.labels[0] for node in wanted}
        self._key(likely)
        todo = plan_nodes(wanted, self._held(iris, likely))
        self._delete(todo.delete)
        for labels, nodes in _grouped(todo.create, lambda node: node.labels):
            statements = _text(_CREATE_NODES, labels[0], ":".join(labels)), _text(_CHANGE_NODES, labels[0])
            self._send(statements[0], [_node_row(node) for node in nodes], again=statements[1])
        for (label,), nodes in _grouped(todo.change, lambda node: node.labels[:1]):
            self._send(_text(_CHANGE_NODES, label), [_node_row(node) for node in nodes])
        self.relabelled |= todo.relabelled
        self.nodes += todo.counts
        self.tell(todo.counts.unchanged)

    def _held(self, iris: list[str], likely: set[str]) -> dict[str, HeldNode]:
        """What the graph holds under these IRIs, ours before anybody else's; looked for under the likely labels first."""
        held: dict[str, HeldNode] = {}
        for label in sorted(self.filled, key=lambda label: (label not in likely, label)):
            missing = [iri for iri in iris if iri not in held]
            for labels, found, hashes in self._rows(_text(_FIND_NODES, label), missing) if missing else ():
                for iri, content in zip(found, hashes, strict=True):
                    if content or iri not in held:
                        held[iri] = HeldNode(frozenset(labels), content or None)
        return held

    def _key(self, labels: set[str]) -> None:
        """Make the unique constraints that are missing."""
        for label in sorted(labels - self.keyed):
            if self._any(_text(_ANY_NODES, label)):
                self.filled.append(label)
            if self.write:
                self.graph.key(label)
            self.keyed.add(label)

    def _delete_unwanted(self) -> None:
        for label in self.filled:
            for _, iris in self._rows(_text(_OURS, label)):
                for some in _sliced([iri for iri in iris if self.wanted.base(iri) is None]):
                    gone = [(iri, node.labels) for iri, node in self._held(some, {label}).items() if node.content is not None]
                    self._delete(gone)
                    self.nodes += Counts(deleted=len(gone))
        self._wait()

    def _delete(self, nodes: Sequence[tuple[str, frozenset[str]]]) -> None:
        for (label,), some in _grouped(nodes, lambda node: (self._handle(node[1]),)):
            rows = [iri for iri, _ in some]
            self.lost |= {(source, kind, target) for source, kind, target in self._rows(_text(_INCIDENT, label), rows)}
            self._send(_text(_DELETE_NODES, label), [{"iri": iri} for iri in rows], counted=False)

    def _handle(self, labels: frozenset[str]) -> str:
        """A label to find a node by: one with a constraint, where there is one."""
        return min(labels & self.keyed or labels)

    def _send(self, statement: str, rows: Sequence[Mapping[str, object]], *, counted: bool = True, again: str = "") -> None:
        """Write rows in batches of one transaction each.

        `counted`: the statement says how many it took, which must be all. `again`: the statement for a batch that was taken before, in a transaction
        whose answer was lost.
        """
        for start in range(0, len(rows) if self.write else 0, BATCH):
            self._wait(_WAITING - 1)
            self.waiting.append(self.writer.submit(self._write, statement, rows[start : start + BATCH], counted=counted, again=again))

    def _wait(self, most: int = 0) -> None:
        """Until no more than `most` batches wait; what went wrong with those that were sent is raised here."""
        while len(self.waiting) > most:
            self.tell(self.waiting.popleft().result())

    def _write(self, statement: str, batch: Sequence[Mapping[str, object]], *, counted: bool, again: str) -> int:
        done = self.graph.write(statement, batch)
        if again and done != len(batch):
            done = self.graph.write(again, batch)
        if counted and done != len(batch):
            raise StoreError(
                f"{self.graph.where} took {done} of {len(batch)} rows of: {statement}; another program writes the same graph, load again"
            )
        return len(batch)

    def _sync_relationships(self, iris: list[str]) -> None:
        wanted = self.wanted.relationships(iris)
        for edge in wanted:
            check_relationship(edge)
        bases = {iri: base for iri in iris if (base := self.wanted.base(iri)) is not None} if self.linked else {}
        held: dict[Key, HeldRelationship] = {}
        for (label,), some in _grouped(list(bases), lambda iri: (bases[iri],)):
            for kind, labels, sources, targets, hashes in self._rows(_text(_FIND_EDGES, label), some):
                for source, target, content in zip(sources, targets, hashes, strict=True):
                    if (source, kind, target) not in self.lost:  # if nothing is written, it is still there
                        held[source, kind, target] = HeldRelationship(content, frozenset(labels))
        todo = plan_relationships(wanted, held)
        for group, gone in _grouped(todo.delete, lambda item: (bases[item[0][0]], self._handle(item[1]), item[0][1])):
            rows = [{"source": source, "target": target} for (source, _, target), _ in gone]
            self._send(_text(_DELETE, *group), rows, counted=False)
        for statement, edges in ((_CREATE, todo.create), (_CHANGE, todo.change)):
            for group, rest in _grouped(edges, lambda edge: (edge.source_labels[0], edge.target_labels[0], edge.type)):
                self._send(_text(statement, *group), [_edge_row(edge) for edge in rest])
        again = self.lost & {key_of(edge) for edge in todo.create}
        self.lost -= again
        self.relationships += Counts(len(todo.create) - len(again), len(todo.change) + len(again), len(todo.delete), todo.unchanged)
        self.tell(todo.unchanged)


def _sliced(iris: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(iris), BATCH):
        yield list(iris[start : start + BATCH])


def _text(statement: str, *names: str) -> str:
    """Fill labels and types into a statement. Those that are given were checked already; those read from the database are only here."""
    for name in names:
        if not _NAME.match(name):
            raise StoreError(f"the database has a label or type {name!r} on a node or relationship of kg, which kg never wrote: delete it there")
    return statement.format(*names, hash=HASH)


def _grouped(items: Sequence[T], group: Callable[[T], tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[T]]]:
    """The items by group, groups in order, the items of each in the order given."""
    for names, some in groupby(sorted(items, key=group), key=group):
        yield names, list(some)


def _node_row(node: Node) -> dict[str, object]:
    return {"iri": node.iri, "properties": {**_lists(node.properties), "iri": node.iri, HASH: node_digest(node)}}


def _edge_row(edge: Relationship) -> dict[str, object]:
    content = relationship_digest(edge)
    return {"source": edge.source, "target": edge.target, "hash": content, "properties": {**_lists(edge.properties), HASH: content}}


def _lists(properties: Mapping[str, object]) -> dict[str, object]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in properties.items()}
