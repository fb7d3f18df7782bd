"""Store → Neo4j: the projection of the record, of which only what differs travels."""

from __future__ import annotations

from kg.facts import RecordFacts
from kg.project import Projection
from kg.store import LoadReport, Progress, Store
from kg.store.base import PropertyGraph


def load(store: Store, graph: PropertyGraph, progress: Progress | None = None) -> LoadReport:
    """Make `graph` equal to the store's record; what others wrote there is left alone.

    Raises:
        StoreError: see `PropertyGraph.sync`.
        DataError: the record is damaged.
    """
    return graph.sync(Projection(RecordFacts(store.record.dataset)), progress=progress)
