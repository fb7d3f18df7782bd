"""What every property graph can do, whichever engine keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from kg.records import Node, Relationship, Table

#: Marks what this package wrote: a prefix of the SHA-256 of labels (or type) and properties. `ask` leaves it out of every map that it returns;
#: in Cypher it shows in `keys(n)` only. Nodes and relationships without it belong to others and are left alone.
HASH = "kg_hash"

#: Called with the number of nodes and relationships settled since the last call (sent, deleted or found unchanged).
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Counts:
    """How many were created, changed, deleted, and left as they were."""

    created: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0

    @property
    def written(self) -> int:
        """Number of writes."""
        return self.created + self.changed + self.deleted

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(self.created + other.created, self.changed + other.changed, self.deleted + other.deleted, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class LoadReport:
    """What a load did. A relationship that had to be written again because the labels of one of its ends changed counts as changed."""

    nodes: Counts
    relationships: Counts

    @property
    def written(self) -> int:
        """Number of writes; 0 when the graph already was what it should be."""
        return self.nodes.written + self.relationships.written


class Wanted(Protocol):
    """What a property graph should hold, to be asked for some of it at a time: `kg.project.Projection`, or a small graph in memory."""

    def chunks(self, size: int) -> Iterator[list[str]]:
        """IRIs of all nodes, each once, by base label, sorted, at most `size` at a time."""
        ...

    def base(self, iri: str) -> str | None:
        """The first label of the node with this IRI, None where there should be no such node."""
        ...

    def nodes(self, iris: Collection[str]) -> list[Node]:
        """The nodes with these IRIs; for some there may be none."""
        ...

    def relationships(self, iris: Collection[str]) -> list[Relationship]:
        """The relationships that start at these nodes."""
        ...

    def touched(self, iris: Collection[str]) -> set[str]:
        """These IRIs and those of the nodes whose own properties are made of theirs."""
        ...

    def sources(self, iris: Collection[str]) -> set[str]:
        """IRIs of the nodes from which a relationship leads to one of these."""
        ...


class PropertyGraph(Protocol):
    """A property graph that answers Cypher."""

    def load(self, nodes: Iterable[Node], relationships: Iterable[Relationship], *, progress: Progress | None = None) -> LoadReport:
        """Make the graph equal to `nodes` and `relationships`, which are held in memory; only differences are written.

        Raises:
            StoreError: two nodes share an IRI, a relationship's end is missing, a label or type is not a name, or a node of someone else has
                an IRI of ours.
            ServerError: the server went away.
        """
        ...

    def sync(self, wanted: Wanted, changed: Collection[str] | None = None, *, progress: Progress | None = None, write: bool = True) -> LoadReport:
        """Make the graph equal to `wanted`, a chunk at a time; only differences are written.

        Args:
            wanted: what the graph should hold.
            changed: IRIs of whatever may differ, gone things included; None: anything may.
            progress: told of each batch.
            write: without it nothing is written, and the report says what would be.

        Raises:
            StoreError: as `load`; what was sent before stays, and the next `sync` goes on from there.
            ServerError: the server went away.
        """
        ...

    def ask(self, cypher: str, parameters: Mapping[str, object], *, write: bool = False) -> Table:
        """Run one statement and return its rows as plain Python values.

        Nodes become `{"labels": [...], "properties": {...}}`, relationships `{"type": ..., "properties": {...}}`, paths
        `{"nodes": [...], "relationships": [...]}`; dates and times become ISO 8601 text. Keys and labels are in alphabetical order.

        Raises:
            InputError: the statement is malformed, or writes although `write` is False.
            ServerError: the server went away.
        """
        ...

    def close(self) -> None:
        """Let go of connections, files and locks. Harmless when repeated."""
        ...
