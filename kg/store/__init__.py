"""The stores: readings, the RDF record and the property graph in one directory; and Neo4j beside them.

    DIR/kg-store.json  format of the store        DIR/readings/  what each article says: the truth
    DIR/lock           who uses it                DIR/record/    the RDF made from them
    DIR/projected      that the graph is made     DIR/graph/     the property graph made from that, and the engine's log
    DIR/min-confidence.json  what less is doubtful (kg.doubt)
    DIR/changed        what was written since  DIR/history   what each change touched, for servers that hold an older graph
    DIR/candidates.sqlite  what the readings give for joins across articles, a cache

A reading is put when its graph is in the record. A build that dies leaves readings that are whole files, a record of which each article's graph is
the old or the new one, and a note of what the property graph may lack (`kg.store.changes`); the next build does what is missing.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from kg.errors import DataError, StoreError, StoreLocked
from kg.store.base import Counts, LoadReport, Progress, PropertyGraph, Wanted
from kg.store.candidates import Candidates
from kg.store.changes import Changes
from kg.store.files import write_atomically
from kg.store.history import History
from kg.store.lock import ProcessLock
from kg.store.readings import Readings
from kg.store.record import RdfRecord

if TYPE_CHECKING:
    from kg.store.bolt import BoltGraph

__all__ = ["Counts", "LoadReport", "Progress", "PropertyGraph", "RdfRecord", "Readings", "Store", "open_store"]

FORMAT = 3

_FORMAT_FILE = "kg-store.json"


class Store:
    """An open store; made by `open_store`, a context manager. One process writes it, or several read it."""

    def __init__(self, directory: Path, lock: ProcessLock, *, write: bool) -> None:
        """Take over the lock; `open_store` has checked the directory."""
        self.directory = directory
        self.readings = Readings(directory / "readings")
        self.history = History(directory)
        self._write = write
        self._lock = lock
        self._changes = Changes(directory)
        self._record: RdfRecord | None = None
        self._candidates: Candidates | None = None
        self._graph: BoltGraph | None = None
        self._resources = ExitStack()
        self._resources.callback(lock.release)

    @property
    def record(self) -> RdfRecord:
        """The RDF record.

        Raises:
            DataError: it is damaged, or not built yet and the store is open for reading.
        """
        if self._record is None:
            if self._write and not (self.directory / "record").is_dir():
                self._changes.begin()  # somebody deleted it to have it made again
            self._record = RdfRecord(self.directory / "record", write=self._write, before_change=self._changes.note)
        return self._record

    @property
    def candidates(self) -> Candidates:
        """What the readings give for joins across articles.

        Raises:
            DataError: the cache is damaged.
        """
        if self._candidates is None:
            self._candidates = Candidates(self.directory / "candidates.sqlite")
            self._resources.callback(self._candidates.close)
        return self._candidates

    @property
    def graph(self) -> BoltGraph:
        """The property graph, opened when it is first asked for (about a quarter of a second).

        Raises:
            DataError: it is damaged; or the store is open for reading and the graph does not hold what the record says.
            StoreLocked: a writer died and its log must be replayed, but others read the store.
        """
        if self._graph is None:
            if not self._write and not self.projected:
                raise DataError(f"{self.directory} was not built to the end: run kg build again")
            self._graph = self._open_graph()
            self._resources.callback(self._graph.close)
        return self._graph

    def index_text(self) -> bool:
        """Make the graph's full-text indexes, once; whether they are there. Not where others use the store."""
        if not self.graph.text_indexes():
            try:
                self._lock.acquire(write=True)
            except StoreLocked:
                self._lock.acquire(write=False)
                return False
            from kg.store.embedded import open_embedded

            self.graph.close()
            graph = open_embedded(self.directory / "graph", write=True)
            graph.index_text()
            graph.close()
            self._lock.acquire(write=self._write)
            self._graph = None
        return bool(self.graph.text_indexes())

    @property
    def projected(self) -> bool:
        """Whether the property graph holds what the record says."""
        pending = self._changes.pending
        return pending is not None and not pending

    def project(self, wanted: Wanted, *, progress: Progress | None = None) -> LoadReport:
        """Bring the property graph up to the projection of the record, and note that it is; only what was written since the last time is looked at.

        Raises:
            StoreError: as `PropertyGraph.sync`.
        """
        pending = self._changes.pending if (self.directory / "graph").is_dir() else None
        if pending is not None and not pending:
            self.history.mend()
            return LoadReport(Counts(), Counts())
        self.record.flush()
        graph = self.graph
        self._changes.begin()
        report = graph.sync(wanted, pending, progress=progress)
        self.history.add(pending)
        self._changes.done()
        return report

    def close(self) -> None:
        """Close everything and let others in. Harmless when repeated."""
        if self._record is not None and self._write:
            self._record.flush()
        self._record = None  # Oxigraph closes its files with its object
        self._graph = None
        self._resources.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _open_graph(self) -> BoltGraph:
        from kg.store.embedded import needs_recovery, open_embedded  # with the driver it takes 65 MB, which the workers of a build don't need

        directory = self.directory / "graph"
        try:
            return open_embedded(directory, write=self._write)
        except DataError as error:
            if self._write or not needs_recovery(error):
                raise
        self._lock.acquire(write=True)
        open_embedded(directory, write=True).close()
        self._lock.acquire(write=False)
        return open_embedded(directory, write=False)


def open_store(directory: Path, *, write: bool) -> Store:
    """Open the store in `directory`, and create it there when `write`.

    Raises:
        StoreLocked: another process uses it.
        StoreError: there is no store; the directory holds something else; or it can't be read and written.
        DataError: another version of this package made it.
    """
    try:
        if not (directory / _FORMAT_FILE).exists():
            _create(directory, write=write)
        _check_format(directory / _FORMAT_FILE)
        lock = ProcessLock(directory / "lock", write=write)
    except OSError as error:
        advice = "name another directory, or see to it that you may read and write this one"
        raise StoreError(f"{directory} can't be used as a store ({error.strerror or error}): {advice}") from error
    return Store(directory, lock, write=write)


def _create(directory: Path, *, write: bool) -> None:
    if not write:
        raise StoreError(f"{directory} holds no store: run kg build first, or name the store's directory")
    if directory.exists() and not directory.is_dir():
        raise StoreError(f"{directory} is a file: name a directory for the store")
    if directory.exists() and any(path.name != f".{_FORMAT_FILE}.new" for path in directory.iterdir()):
        raise StoreError(f"{directory} is not empty and holds no store: name another directory")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(directory / _FORMAT_FILE, f'{{"format":{FORMAT}}}\n'.encode())


def _check_format(path: Path) -> None:
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise DataError(f"{path} is damaged: delete {path.parent} and run kg build again") from error
    if found != {"format": FORMAT}:
        raise DataError(f"{path.parent} was made by another version of kg (it says {found!r:.60}): delete it and run kg build again")
