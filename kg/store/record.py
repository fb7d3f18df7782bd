"""The RDF record: one named graph for each article, in Oxigraph on disk, asked in SPARQL."""

from __future__ import annotations

import hashlib
import heapq
import io
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.errors import DataError, InputError, StoreError, StoreLocked
from kg.records import Scalar, Table

_FORMATS = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}
#: Triples that are sorted in memory at a time.
_SORTED = 200_000
GIVEN = "https://w3id.org/jiceng-kg/given/"
_XSD = "http://www.w3.org/2001/XMLSchema#"


class RdfRecord:
    """The quads of a store. Blank nodes are refused: with them, two builds of the same input could not be the same bytes."""

    def __init__(self, directory: Path, *, write: bool, before_change: Callable[[Collection[str]], None] | None = None) -> None:
        """Open the record in `directory`; `before_change` is told the subjects of a graph, before and after, before it is written.

        Raises:
            StoreLocked: another process writes it.
            DataError: the files are damaged, or missing and `write` is False.
        """
        self._before_change = before_change
        try:
            if write:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = ox.Store(directory) if write else ox.Store.read_only(str(directory))
        except (OSError, RuntimeError) as error:  # RuntimeError: corruption that RocksDB notices
            text = " ".join(str(error).split())
            if "lock" in text.lower():
                raise StoreLocked(f"{directory} is in use by another process: wait until it is done, or end it") from error
            raise DataError(f"{directory} can't be opened ({text}): delete it and run kg build again, the readings are kept") from error

    def replace(self, graph: str, quads: Iterable[ox.Quad | ox.Triple]) -> bool:
        """Make the named graph equal to `quads`, in one transaction; whether that changed anything.

        Args:
            graph: IRI of the named graph.
            quads: triples, or quads of this very graph.

        Raises:
            StoreError: a quad of another graph, or a blank node.
        """
        name = ox.NamedNode(graph)
        wanted = {_quad(quad, name) for quad in quads}
        held = set(self._store.quads_for_pattern(None, None, None, name))
        if wanted == held:
            return False
        self._about_to_change(wanted | held)
        if not held:
            self._store.extend(wanted)  # one transaction, as an update is
            return True
        steps = [
            f"{verb} DATA {{ GRAPH {name} {{ {_statements(some)} }} }}"
            for verb, some in (("DELETE", held - wanted), ("INSERT", wanted - held))
            if some
        ]
        self._store.update(" ; ".join(steps))
        if not wanted:
            self._store.remove_graph(name)
        return True

    def replace_all(self, graphs: Iterable[tuple[str, bytes, Collection[str]]]) -> int:
        """`replace` for some graphs; how many it changed. New ones are written together, six times as fast, but a crash may leave a part of them.

        Args:
            graphs: of each its IRI, its N-Quads, and the subjects that are to be noted as changed.

        Raises:
            StoreError: as `replace`.
        """
        changed = 0
        new: list[bytes] = []
        for graph, nquads, subjects in graphs:
            if self._store.contains_named_graph(ox.NamedNode(graph)):
                changed += self.replace(graph, ox.parse(nquads, ox.RdfFormat.N_QUADS))
                continue
            if not re.fullmatch(rb"(?:<[^>\n]*> <[^>\n]*> [<\"][^\n]* <%s> \.\n)*" % re.escape(graph.encode()), nquads):
                [_quad(quad, ox.NamedNode(graph)) for quad in ox.parse(nquads, ox.RdfFormat.N_QUADS)]  # says which one is wrong
            if nquads:
                self._tell(subjects)
                new.append(nquads)
        if new:
            self._store.bulk_load(b"".join(new), ox.RdfFormat.N_QUADS)
        return changed + len(new)

    def remove(self, graph: str) -> bool:
        """Delete a named graph, in one transaction; whether there was one."""
        name = ox.NamedNode(graph)
        if not self._store.contains_named_graph(name):
            return False
        self._about_to_change(self._store.quads_for_pattern(None, None, None, name))
        self._store.remove_graph(name)
        return True

    def query(self, sparql: str, given: Mapping[str, Scalar] | None = None) -> Table | str:
        """Answer a query over all named graphs together. A triple that stands in several of them is several rows: say DISTINCT where that matters.

        Args:
            sparql: a query, in which `<https://w3id.org/jiceng-kg/given/NAME>()` stands for the value of that name.
            given: values, which never go into the text of the query.

        Returns:
            SELECT: its table, IRIs as text, numbers and truth values as such, other literals by their text, unbound as None. ASK: a table of one
            cell, `answer`. CONSTRUCT, DESCRIBE: N-Triples, sorted.

        Raises:
            InputError: the query is malformed, or is an update.
        """
        try:
            functions: dict[ox.NamedNode, Callable[..., Any]] = {
                ox.NamedNode(GIVEN + name): partial(ox.Literal, value) for name, value in (given or {}).items()
            }
            result = self._store.query(sparql, use_default_graph_as_union=True, custom_functions=functions)
        except SyntaxError as error:
            raise InputError(f"SPARQL: {' '.join(str(error).split())}") from error
        if isinstance(result, ox.QueryBoolean):
            return Table(("answer",), ((bool(result),),))
        if isinstance(result, ox.QueryTriples):
            return "".join(sorted(f"{triple} .\n" for triple in result))
        columns = tuple(variable.value for variable in result.variables)
        return Table(columns, tuple(tuple(_plain(solution[name]) for name in columns) for solution in result))

    @property
    def dataset(self) -> ox.Store:
        """The quads as Oxigraph's own store, to read from; change them by `replace` and `remove` only."""
        return self._store

    def quads(self) -> Iterator[ox.Quad]:
        """All quads, by graph, sorted within it by subject, predicate and object; one graph is held at a time."""
        for graph in self.graphs():
            yield from sorted(self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)), key=str)

    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""
        return tuple(sorted(graph.value for graph in self._store.named_graphs()))

    def dump(self, form: str, prefixes: dict[str, str] | None = None) -> bytes:
        """The record as `write` writes it, in memory.

        Raises:
            InputError: no such format.
        """
        out = io.BytesIO()
        self.write(out, form, prefixes)
        return out.getvalue()

    def write(self, out: BinaryIO, form: str, prefixes: dict[str, str] | None = None) -> None:
        """Write the record as `nquads`, `trig` or `jsonld`, graph by graph, or `turtle`, the graphs merged; the same quads give the same bytes.

        Memory does not grow with the record: of a graph all is held, of the merged graphs a part, the rest waits in temporary files.

        Raises:
            InputError: no such format.
        """
        if form not in _FORMATS:
            raise InputError(f"{form} is no RDF format: one of {', '.join(_FORMATS)}")
        data = _merged(quad.triple for quad in self.quads()) if form == "turtle" else self.quads()
        # A serializer writes prefixes in the order of the dict.
        ox.serialize(data, out, _FORMATS[form], prefixes=dict(sorted((prefixes or {}).items())) if form != "nquads" else None)

    def fingerprint(self) -> str:
        """SHA-256 of the N-Quads."""
        digest = hashlib.sha256()
        for quad in self.quads():
            digest.update(f"{quad} .\n".encode())
        return digest.hexdigest()

    def flush(self) -> None:
        """Have all that was written on disk."""
        self._store.flush()

    def _about_to_change(self, quads: Iterable[ox.Quad]) -> None:
        self._tell({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})

    def _tell(self, subjects: Collection[str]) -> None:
        if self._before_change is not None:
            self._before_change(subjects)


def _quad(quad: ox.Quad | ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    if isinstance(quad, ox.Triple):
        quad = ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    if quad.graph_name != graph:
        raise StoreError(f"a quad of {quad.graph_name} can't go into {graph}")
    if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
        raise StoreError(f"{graph} has a blank node, which the record can't keep: {quad}")
    return quad


def _statements(quads: Iterable[ox.Quad]) -> str:
    return " ".join(sorted(f"{quad.triple} ." for quad in quads))


def _merged(triples: Iterator[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples sorted, each once; parts are sorted in memory and merged from temporary files."""
    with ExitStack() as files:
        parts = []
        while some := sorted({f"{triple} .\n" for triple in islice(triples, _SORTED)}):
            part = files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))
            part.writelines(some)
            part.seek(0)
            parts.append(part)
        for line, _ in groupby(heapq.merge(*parts)):
            yield from (quad.triple for quad in ox.parse(line, ox.RdfFormat.N_TRIPLES))


def _plain(term: object) -> object:
    """A term of a solution as plain Python."""
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.removeprefix(_XSD)
        if kind == "boolean":
            return term.value in ("true", "1")
        if kind in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"):
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(term.value)
        return term.value
    if isinstance(term, (ox.NamedNode, ox.BlankNode)):
        return term.value
    return None if term is None else str(term)
