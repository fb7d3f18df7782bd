"""What the graphs of all articles say of each thing, by thing, for the projection: asked of the record, or collected while a first build writes it.

The record decodes each term from disk, which takes most of the time of a projection (10 µs a quad). In a first build all that will be asked is at
hand when the articles are written, so it is kept beside the record until the build ends.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Protocol

import pyoxigraph as ox

from kg.terms import Iri

#: Predicate and value, by graph: all that is said of one thing.
Sayings = Iterator[tuple[str, str, str]]
#: What one graph says: of each thing its classes, and its predicates and values as JSON.
Collected = tuple[tuple[str, tuple[str, ...], str], ...]

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_TYPE = ox.NamedNode(Iri.TYPE)
_LATEST = "graph NOT IN (SELECT graph FROM replaced)"


class Facts(Protocol):
    """What the projection asks of the graphs."""

    def of(self, iri: str) -> Sayings:
        """Each (predicate, value, graph) of a thing."""

    def classes(self, iri: str) -> set[str]:
        """The classes of a thing."""

    def members(self, class_: str, without: Collection[str] = ()) -> set[str]:
        """IRIs of all things that one graph or several say to be of a class, `without` those that are of another one, too."""

    def into(self, iri: str, predicates: Collection[str]) -> set[str]:
        """IRIs from which one of these predicates leads to a thing."""


@cache
def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


class RecordFacts:
    """Facts of the record."""

    def __init__(self, record: ox.Store) -> None:
        """Read from `record`; nothing is held."""
        self._record = record

    def of(self, iri: str) -> Sayings:
        """See `Facts`."""
        for _, predicate, value, graph in self._record.quads_for_pattern(ox.NamedNode(iri), None, None, None):
            yield predicate.value, value.value, graph.value

    def classes(self, iri: str) -> set[str]:
        """See `Facts`."""
        return {value.value for _, _, value, _ in self._record.quads_for_pattern(ox.NamedNode(iri), _TYPE, None, None)}

    def members(self, class_: str, without: Collection[str] = ()) -> set[str]:
        """See `Facts`. Each IRI is decoded once, however many articles speak of it."""
        others = " ".join(f"FILTER NOT EXISTS {{ GRAPH ?h {{ ?s <{Iri.TYPE}> <{other}> }} }}" for other in without)
        found = self._record.query(f"SELECT DISTINCT ?s WHERE {{ GRAPH ?g {{ ?s <{Iri.TYPE}> <{class_}> }} {others} }}")
        assert isinstance(found, ox.QuerySolutions)
        return {row["s"].value for row in found if isinstance(row["s"], ox.NamedNode)}

    def into(self, iri: str, predicates: Collection[str]) -> set[str]:
        """See `Facts`."""
        quads = (self._record.quads_for_pattern(None, _node(predicate), ox.NamedNode(iri), None) for predicate in predicates)
        return {quad.subject.value for found in quads for quad in found if isinstance(quad.subject, ox.NamedNode)}


class CollectedFacts:
    """Facts of the graphs of a first build, in a temporary SQLite database, which is in memory as long as it is small."""

    def __init__(self, record: Callable[[], ox.Store]) -> None:
        """Collect beside a record, which must be empty now; `into` is asked of it. It is asked for each time, as whoever holds it keeps it locked."""
        self._record = record
        self._graphs: list[str] = []
        self._numbers: dict[str, int] = {}  # of graphs; those that were collected again have several
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA cache_size = -65536")  # KiB
        self._database.execute("BEGIN")
        self._database.execute("CREATE TABLE said (iri TEXT, graph INTEGER, sayings TEXT)")
        self._database.execute("CREATE TABLE class (class TEXT, iri TEXT, graph INTEGER)")
        self._database.execute("CREATE TABLE replaced (graph INTEGER PRIMARY KEY)")
        self._sorted = False

    def add(self, graph: str, collected: Collected) -> None:
        """What `collect` found in the quads of a graph, in place of what was added of it before."""
        number = len(self._graphs)
        self._graphs.append(graph)
        if graph in self._numbers:
            self._database.execute("INSERT INTO replaced VALUES (?)", (self._numbers[graph],))
        self._numbers[graph] = number
        self._database.executemany("INSERT INTO said VALUES (?, ?, ?)", ((iri, number, said) for iri, _, said in collected))
        classes = ((class_, iri, number) for iri, found, _ in collected for class_ in found)
        self._database.executemany("INSERT INTO class VALUES (?, ?, ?)", classes)

    def of(self, iri: str) -> Sayings:
        """See `Facts`."""
        for number, said in self._asked(f"SELECT graph, sayings FROM said WHERE iri = ? AND {_LATEST}", iri):  # noqa: S608
            graph = self._graphs[number]
            for predicate, value in json.loads(said):
                yield predicate, value, graph

    def classes(self, iri: str) -> set[str]:
        """See `Facts`."""
        return {value for predicate, value, _ in self.of(iri) if predicate == Iri.TYPE}

    def members(self, class_: str, without: Collection[str] = ()) -> set[str]:
        """See `Facts`."""
        others = f"SELECT iri FROM class WHERE class IN ({','.join('?' * len(without))}) AND {_LATEST}"  # noqa: S608 - marks
        found = self._asked(f"SELECT DISTINCT iri FROM class WHERE class = ? AND {_LATEST} AND iri NOT IN ({others})", class_, *without)  # noqa: S608
        return {iri for (iri,) in found}

    def into(self, iri: str, predicates: Collection[str]) -> set[str]:
        """See `Facts`."""
        return RecordFacts(self._record()).into(iri, predicates)

    def _asked(self, statement: str, *values: str) -> sqlite3.Cursor:
        if not self._sorted:
            self._database.execute("CREATE INDEX said_of ON said (iri)")
            self._database.execute("CREATE INDEX members_of ON class (class, iri, graph)")
            self._sorted = True
        return self._database.execute(statement, values)


def collect(quads: Iterable[ox.Quad], classes: Collection[str]) -> Collected:
    """What a graph says of each thing but its evidence, which the projection never asks for; of its classes only those given are noted."""
    of: dict[str, list[tuple[str, str]]] = {}
    last, said = None, []
    for subject, predicate, value, _ in quads:
        if subject != last:
            last, said = subject, of.setdefault(subject.value, [])
        said.append((predicate.value, value.value))
    found = []
    for iri, said in of.items():
        types = [value for predicate, value in said if predicate == Iri.TYPE]
        if Iri.EVIDENCE not in types:
            found.append((iri, tuple(value for value in types if value in classes), _encode(said)))
    return tuple(found)
