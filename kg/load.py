"""Store → Neo4j: the projection of the record, of which only what is new to the server travels.

The server notes which change of the store it holds (`kg.store.watermark`), and the store which things each change touched (`kg.store.history`), so
that only those are compared. Whatever is compared is compared by content hashes: a load that was cut off is finished by the next one.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from kg.errors import DataError, StoreError
from kg.facts import RecordFacts
from kg.project import Projection
from kg.store import Counts, LoadReport, Progress, Store
from kg.store.base import HASH, Wanted
from kg.store.bolt import BoltGraph
from kg.store.watermark import Watermark, alone, read, write
from kg.terms import NODE_LABELS

_COUNTS = (
    f"MATCH (n) WHERE n.{HASH} IS NOT NULL RETURN count(n)",
    f"MATCH ()-[r]->() WHERE r.{HASH} IS NOT NULL RETURN count(r)",
)


def wanted_of(store: Store) -> Wanted:
    """The property graph that a store's record makes.

    Raises:
        DataError: the record is damaged, or was not built to the end.
    """
    if not store.projected:
        raise DataError(f"{store.directory} was not built to the end: run kg build again")
    return Projection(RecordFacts(store.record.dataset))


def load(
    store: Store,
    graph: BoltGraph,
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    full: bool = False,
    may_replace: bool = False,
) -> LoadReport:
    """Make `graph` equal to the store's record; what others wrote there is left alone. Two loads at once come one after the other.

    Args:
        store: open for reading.
        graph: a Neo4j database.
        progress: told of each batch.
        dry_run: write nothing, and report what would be written.
        full: compare everything, also what the store did not change since the server's last load.
        may_replace: what another store loaded may be deleted.

    Raises:
        StoreError: see `PropertyGraph.sync`; or this would delete what another store loaded.
        DataError: the record is damaged, or was not built to the end.
    """
    wanted = wanted_of(store)
    with ExitStack() as held:
        if not dry_run:
            held.enter_context(alone(graph))
        mark = _counted(read(graph), graph)
        changed = None if full else _changed(store, mark)
        if changed is None and not may_replace and not _ours(store, mark):
            _refuse_to_delete(wanted, graph)
        if dry_run:
            return _told(graph.sync(wanted, changed, progress=progress, write=False), mark, changed)
        return _write(store, graph, wanted, changed, mark, progress)


def _write(
    store: Store, graph: BoltGraph, wanted: Wanted, changed: list[str] | None, mark: Watermark | None, progress: Progress | None
) -> LoadReport:
    last = store.history.last
    for label in sorted(set(NODE_LABELS) - graph.keyed()):
        graph.key(label)  # a bulk load leaves none
    if changed != []:
        before = mark or Watermark()
        write(graph, replace(before, change=before.change if changed is not None else None, loading=last))
    report = _told(graph.sync(wanted, changed, progress=progress) if changed != [] else LoadReport(Counts(), Counts()), mark, changed)
    if changed != [] or mark is None or mark.change != last:
        write(graph, Watermark(last, None, _size(report.nodes), _size(report.relationships)))
    graph.index_text()
    return report


def _counted(mark: Watermark | None, graph: BoltGraph) -> Watermark | None:
    """The watermark, with what is there counted where a load was cut off."""
    if mark is None or mark.loading is None:
        return mark
    nodes, relationships = (sum(count for (count,) in graph.rows(statement)) for statement in _COUNTS)
    return replace(mark, nodes=nodes, relationships=relationships)


def _changed(store: Store, mark: Watermark | None) -> list[str] | None:
    """IRIs that may differ; None: anything may. What a load that was cut off had begun with is among them, as that came after `change` too."""
    if mark is None or mark.change is None or not _ours(store, mark):
        return None
    return store.history.since(mark.change)


def _ours(store: Store, mark: Watermark | None) -> bool:
    """Whether all that the server holds came from this store."""
    return mark is not None and bool(mark.changes) and all(map(store.history.knows, mark.changes))


def _refuse_to_delete(wanted: Wanted, graph: BoltGraph) -> None:
    report = graph.sync(wanted, write=False)
    if report.nodes.deleted or report.relationships.deleted:
        raise StoreError(
            f"{graph.where} holds {report.nodes.deleted} nodes and {report.relationships.deleted} relationships of another store, or of this one "
            "before it was made anew, which this load would delete: say --replace, or load into another database (NEO4J_DATABASE)"
        )


def _told(report: LoadReport, mark: Watermark | None, changed: list[str] | None) -> LoadReport:
    """The report with what was not looked at among the unchanged."""
    if changed is None or mark is None:
        return report
    nodes = mark.nodes - report.nodes.changed - report.nodes.deleted
    relationships = mark.relationships - report.relationships.changed - report.relationships.deleted
    return LoadReport(replace(report.nodes, unchanged=max(nodes, 0)), replace(report.relationships, unchanged=max(relationships, 0)))


def _size(counts: Counts) -> int:
    """How many there are after a load."""
    return counts.created + counts.changed + counts.unchanged
