"""What every property graph can do, whichever engine keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


@dataclass(frozen=True)
class LoadReport:
    """What a load did. A relationship that had to be written again because the labels of one of its ends changed counts as changed."""

    nodes: Counts
    relationships: Counts

    @property
    def written(self) -> int:
        """Number of writes; 0 when the graph already was what it should be."""
        return self.nodes.written + self.relationships.written


class PropertyGraph(Protocol):
    """A property graph that answers Cypher."""

    def load(self, nodes: Iterable[Node], relationships: Iterable[Relationship], *, progress: Progress | None = None) -> LoadReport:
        """Make the graph equal to `nodes` and `relationships`; only differences are written.

        Raises:
            StoreError: two nodes share an IRI, a relationship's end is missing, a label or type is not a name, or a node of someone else has
                an IRI of ours.
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
