"""The RDF record: one named graph for each article, in Oxigraph on disk, asked in SPARQL."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.errors import DataError, InputError, StoreError, StoreLocked
from kg.records import Table

_FORMATS = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_XSD = "http://www.w3.org/2001/XMLSchema#"


class RdfRecord:
    """The quads of a store. Blank nodes are refused: with them, two builds of the same input could not be the same bytes."""

    def __init__(self, directory: Path, *, write: bool, before_change: Callable[[], None] | None = None) -> None:
        """Open the record in `directory`; `before_change` is called before anything is written.

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
        wanted = {_triple(quad, name) for quad in quads}
        held = {quad.triple for quad in self._store.quads_for_pattern(None, None, None, name)}
        steps = [
            f"{verb} DATA {{ GRAPH {name} {{ {_statements(triples)} }} }}"
            for verb, triples in (("DELETE", held - wanted), ("INSERT", wanted - held))
            if triples
        ]
        if not steps:
            return False
        self._about_to_change()
        self._store.update(" ; ".join(steps))  # one update is one transaction
        if not wanted:
            self._store.remove_graph(name)
        return True

    def remove(self, graph: str) -> bool:
        """Delete a named graph, in one transaction; whether there was one."""
        name = ox.NamedNode(graph)
        if not self._store.contains_named_graph(name):
            return False
        self._about_to_change()
        self._store.remove_graph(name)
        return True

    def query(self, sparql: str) -> Table | str:
        """Answer a query over all named graphs together. A triple that stands in several of them is several rows: say DISTINCT where that matters.

        Returns:
            SELECT: its table, IRIs as text, numbers and truth values as such, other literals by their text, unbound as None. ASK: a table of one
            cell, `answer`. CONSTRUCT, DESCRIBE: N-Triples, sorted.

        Raises:
            InputError: the query is malformed, or is an update.
        """
        try:
            result = self._store.query(sparql, use_default_graph_as_union=True)
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

    def quads(self) -> list[ox.Quad]:
        """All quads, sorted by graph, subject, predicate and object."""
        return sorted(self._store, key=_order)

    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""
        return tuple(sorted(graph.value for graph in self._store.named_graphs()))

    def dump(self, form: str, prefixes: dict[str, str] | None = None) -> bytes:
        """The record as `nquads` (lines sorted), `trig`, `turtle` (the graphs merged) or `jsonld`; the same quads give the same bytes.

        Raises:
            InputError: no such format.
        """
        if form not in _FORMATS:
            raise InputError(f"{form} is no RDF format: one of {', '.join(_FORMATS)}")
        if form == "nquads":
            return "".join(sorted(f"{quad} .\n" for quad in self._store)).encode()
        data: list[ox.Quad] | list[ox.Triple] = self.quads()
        if form == "turtle":
            data = sorted({quad.triple for quad in self._store}, key=str)
        # A serializer writes prefixes in the order of the dict.
        return cast(bytes, ox.serialize(data, format=_FORMATS[form], prefixes=dict(sorted((prefixes or {}).items()))))

    def fingerprint(self) -> str:
        """SHA-256 of the sorted N-Quads."""
        return hashlib.sha256(self.dump("nquads")).hexdigest()

    def flush(self) -> None:
        """Have all that was written on disk."""
        self._store.flush()

    def _about_to_change(self) -> None:
        if self._before_change is not None:
            self._before_change()


def _triple(quad: ox.Quad | ox.Triple, graph: ox.NamedNode) -> ox.Triple:
    if isinstance(quad, ox.Quad):
        if quad.graph_name != graph:
            raise StoreError(f"a quad of {quad.graph_name} can't go into {graph}")
        quad = quad.triple
    if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
        raise StoreError(f"{graph} has a blank node, which the record can't keep: {quad}")
    return quad


def _statements(triples: Iterable[ox.Triple]) -> str:
    return " ".join(sorted(f"{triple} ." for triple in triples))


def _order(quad: ox.Quad) -> tuple[str, str, str, str]:
    return (str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object))


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
