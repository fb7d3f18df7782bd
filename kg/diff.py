"""Where two graphs differ: stores, files of RDF and a server, as quads.

Where a server is one of the two, what a load carries over is compared (see `kg.graph_rdf`), else the whole record.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import DataError, InputError
from kg.facts import RecordFacts
from kg.graph_rdf import Held, quads_of
from kg.load import wanted_of
from kg.project import Projection
from kg.store import open_store
from kg.store.neo4j import connect

#: What stands for the server of NEO4J_URI.
SERVER = "neo4j"
#: No RDF/XML: its entities can blow up, and JSON-LD's contexts are never fetched.
FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG, ".ttl": ox.RdfFormat.TURTLE, ".jsonld": ox.RdfFormat.JSON_LD}
_SORTED = 200_000


def diff(one: str, other: str) -> Iterator[tuple[str, str]]:
    """The quads that stand in one of two graphs only, sorted: ("-", quad) in the first, ("+", quad) in the second. Memory does not grow with them.

    Args:
        one: directory of a store, file of RDF, or `neo4j` for the server of NEO4J_URI.
        other: likewise.

    Raises:
        InputError: there is no such thing, or it is of no known form.
        DataError: a file or store is damaged.
        ServerError: no server answers.
    """
    loaded = SERVER in (one, other)
    with ExitStack() as opened:
        first, second = (_lines(_quads(name, opened, loaded=loaded), opened) for name in (one, other))
        both = heapq.merge(_marked(first, "-"), _marked(second, "+"))
        for line, found in groupby(both, key=lambda item: item[0]):
            where = [side for _, side in found]
            if len(where) == 1:
                yield where[0], line.rstrip("\n")


def _quads(name: str, opened: ExitStack, *, loaded: bool) -> Iterable[ox.Quad]:
    if name == SERVER:
        graph = connect()
        opened.callback(graph.close)
        return quads_of(Held(graph))
    path = Path(name)
    if path.is_dir():
        store = opened.enter_context(open_store(path, write=False))
        return quads_of(wanted_of(store)) if loaded else store.record.dataset
    if not path.is_file():
        raise InputError(f"{name} is neither a store, nor a file, nor {SERVER}: check the spelling")
    if path.suffix not in FORMATS:
        raise InputError(f"{name} is of no known form of RDF: one of {', '.join(FORMATS)}")
    found = _parsed(path)
    if not loaded:
        return found
    record = ox.Store(opened.enter_context(tempfile.TemporaryDirectory(prefix="kg-diff-")))
    record.bulk_extend(found)
    return quads_of(Projection(RecordFacts(record)))


def _parsed(path: Path) -> Iterator[ox.Quad]:
    try:
        with path.open("rb") as file:
            yield from ox.parse(file, FORMATS[path.suffix])
    except SyntaxError as error:
        raise DataError(f"{path} is no readable RDF ({' '.join(str(error).split())}): write it anew with kg export") from error


def _marked(lines: Iterable[str], side: str) -> Iterator[tuple[str, str]]:
    return ((line, side) for line in lines)


def _lines(quads: Iterable[ox.Quad], opened: ExitStack) -> Iterator[str]:
    """The quads as sorted lines, each once; parts are sorted in memory and wait in temporary files."""
    stream = iter(quads)
    parts = []
    while some := sorted({f"{quad} .\n" for quad in islice(stream, _SORTED)}):
        part = opened.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))  # noqa: SIM115 - entered here
        part.writelines(some)
        part.seek(0)
        parts.append(part)
    return (line for line, _ in groupby(heapq.merge(*parts)))
