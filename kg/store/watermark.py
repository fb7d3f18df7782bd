"""What a server notes of the loads into it: one node, `(:KgLoad {name: 'watermark'})`, without `kg_hash`, so that no load takes it for a thing.

change         the store's change (`kg.store.history`) that the graph holds; null while it holds no whole one
loading        the change that is being loaded, left there by a load that was cut off
nodes, relationships    how many of ours there are
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kg.store.bolt import BoltGraph

LABEL = "KgLoad"

_UNIQUE = f"CREATE CONSTRAINT kg_load_name IF NOT EXISTS FOR (w:{LABEL}) REQUIRE w.name IS UNIQUE"
#: Under the constraint a second transaction waits here until the first one ends.
_LOCK = f"MERGE (w:{LABEL} {{name: 'lock'}})"
_READ = f"MATCH (w:{LABEL} {{name: 'watermark'}}) RETURN w.change, w.loading, w.nodes, w.relationships"
_WRITE = f"UNWIND $rows AS row MERGE (w:{LABEL} {{name: 'watermark'}}) SET w += row RETURN count(w)"


@dataclass(frozen=True)
class Watermark:
    """What the node says; see above."""

    change: str | None = None
    loading: str | None = None
    nodes: int = 0
    relationships: int = 0

    @property
    def changes(self) -> tuple[str, ...]:
        """The changes that it speaks of."""
        return tuple(change for change in (self.change, self.loading) if change is not None)


def read(graph: BoltGraph) -> Watermark | None:
    """The server's watermark; None: there was no load yet."""
    rows = graph.rows(_READ)
    if not rows:
        return None
    change, loading, nodes, relationships = rows[0]
    return Watermark(change, loading, nodes or 0, relationships or 0)


def write(graph: BoltGraph, mark: Watermark) -> None:
    """Note a watermark on the server."""
    row = {"change": mark.change, "loading": mark.loading, "nodes": mark.nodes, "relationships": mark.relationships}
    graph.write(_WRITE, [row])


@contextmanager
def alone(graph: BoltGraph) -> Iterator[None]:
    """Keep other loads into the same database waiting while the block runs, or until this process ends."""
    graph.write(_UNIQUE)
    with graph.holding(_LOCK):
        yield
