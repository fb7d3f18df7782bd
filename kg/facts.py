"""What the graphs of all articles say of each thing, by thing, for the projection: asked of the record, or collected while a first build writes it.

The record decodes each term from disk, which takes most of the time of a projection (10 µs a quad). In a first build all that will be asked is at
hand when the articles are written, so it is kept beside the record until the build ends.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Protocol

import pyoxigraph as ox

from kg.terms import Iri

#: Predicate and value, by graph: all that is said of one thing.
Sayings = Iterator[tuple[str, str, str]]
#: What one graph says: of each thing its classes that become nodes, with a blank on either side, and its predicates and values as JSON.
Collected = tuple[tuple[str, str, str], ...]

_EVIDENCE = ox.NamedNode(Iri.EVIDENCE)
_TYPE = ox.NamedNode(Iri.TYPE)


class Facts(Protocol):
    """What the projection asks of the graphs."""

    def of(self, iri: str) -> Sayings:
        """Each (predicate, value, graph) of a thing."""

    def classes(self, iri: str) -> set[str]:
        """The classes of a thing."""

    def members(self, classes: Collection[str]) -> set[str]:
        """IRIs of all things that are of each of these classes, by one graph or several."""

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

    def members(self, classes: Collection[str]) -> set[str]:
        """See `Facts`. Each IRI is decoded once, however many articles speak of it."""
        types = " ".join(f"GRAPH ?g{index} {{ ?s <{Iri.TYPE}> <{class_}> }}" for index, class_ in enumerate(classes))
        found = self._record.query(f"SELECT DISTINCT ?s WHERE {{ {types} }}")
        assert isinstance(found, ox.QuerySolutions)
        return {row["s"].value for row in found if isinstance(row["s"], ox.NamedNode)}

    def into(self, iri: str, predicates: Collection[str]) -> set[str]:
        """See `Facts`."""
        quads = (self._record.quads_for_pattern(None, _node(predicate), ox.NamedNode(iri), None) for predicate in predicates)
        return {quad.subject.value for found in quads for quad in found if isinstance(quad.subject, ox.NamedNode)}


class CollectedFacts:
    """Facts of the graphs of a first build, in a temporary SQLite database, which is in memory as long as it is small."""

    def __init__(self, record: ox.Store) -> None:
        """Collect beside `record`, which must be empty now; `into` is asked of it."""
        self._record = RecordFacts(record)
        self._graphs: list[str] = []
        self._numbers: dict[str, int] = {}  # of graphs; those that were collected again have several
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA cache_size = -65536")  # KiB
        self._database.execute("BEGIN")
        self._database.execute("CREATE TABLE said (iri TEXT, graph INTEGER, classes TEXT, sayings TEXT)")
        self._database.execute("CREATE TABLE replaced (graph INTEGER PRIMARY KEY)")
        self._database.execute("CREATE VIEW latest AS SELECT * FROM said WHERE graph NOT IN (SELECT graph FROM replaced)")
        self._sorted = False

    def add(self, graph: str, collected: Collected) -> None:
        """What `collect` found in the quads of a graph, in place of what was added of it before."""
        number = len(self._graphs)
        self._graphs.append(graph)
        if graph in self._numbers:
            self._database.execute("INSERT INTO replaced VALUES (?)", (self._numbers[graph],))
        self._numbers[graph] = number
        self._database.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", ((iri, number, classes, said) for iri, classes, said in collected))

    def of(self, iri: str) -> Sayings:
        """See `Facts`."""
        for number, said in self._asked("SELECT graph, sayings FROM latest WHERE iri = ?", iri):
            graph = self._graphs[number]
            for predicate, value in json.loads(said):
                yield predicate, value, graph

    def classes(self, iri: str) -> set[str]:
        """See `Facts`."""
        return {value for predicate, value, _ in self.of(iri) if predicate == Iri.TYPE}

    def members(self, classes: Collection[str]) -> set[str]:
        """See `Facts`."""
        found = [{iri for (iri,) in self._asked("SELECT DISTINCT iri FROM latest WHERE instr(classes, ?)", f" {class_} ")} for class_ in classes]
        return set.intersection(*found)

    def into(self, iri: str, predicates: Collection[str]) -> set[str]:
        """See `Facts`."""
        return self._record.into(iri, predicates)

    def _asked(self, statement: str, *values: str) -> sqlite3.Cursor:
        if not self._sorted:
            self._database.execute("CREATE INDEX by_iri ON said (iri)")
            self._sorted = True
        return self._database.execute(statement, values)


def collect(quads: Iterable[ox.Quad], classes: Collection[str]) -> Collected:
    """What a graph says of each thing but its evidence, which the projection never asks for; of its classes only those given are noted."""
    of: dict[str, list[tuple[str, str]]] = {}
    evidence: set[str] = set()
    for subject, predicate, value, _ in quads:
        if value == _EVIDENCE and predicate == _TYPE:
            evidence.add(subject.value)
        of.setdefault(subject.value, []).append((predicate.value, value.value))
    wanted = frozenset(classes)
    return tuple(
        (iri, f" {' '.join(value for predicate, value in said if predicate == Iri.TYPE and value in wanted)} ", json.dumps(said, ensure_ascii=False))
        for iri, said in of.items()
        if iri not in evidence
    )
