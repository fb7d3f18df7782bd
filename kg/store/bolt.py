"""The property graph of any server that speaks Bolt: the embedded ArcadeDB and Neo4j take the same statements.

What a load writes goes in managed transactions of one batch each, sorted by key, so that the driver may send a batch again when a connection
breaks: every statement gives the same graph when it runs twice. A load that dies half-way is mended by the next one, because each load compares
what is there with what should be there.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, ManagedTransaction, Session
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable

from kg.errors import InputError, ServerError, StoreError
from kg.records import Node, Relationship, Table
from kg.store.base import HASH, LoadReport, Progress
from kg.store.plain import plain
from kg.store.plan import Held, Key, Plan, node_digest, plan, relationship_digest

BATCH = 10_000

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_:]*\Z", re.ASCII)

T = TypeVar("T")

_DELETE_NODES = "UNWIND $rows AS row MATCH (n:{} {{iri: row.iri}}) WHERE n.{hash} IS NOT NULL DETACH DELETE n"
_MERGE_NODES = "UNWIND $rows AS row MERGE (n:{} {{iri: row.iri}}) SET n = row.properties RETURN count(n) AS n"
_ENDS = "UNWIND $rows AS row MATCH (a:{} {{iri: row.source}}) MATCH (b:{} {{iri: row.target}}) "
# The hash in the pattern keeps a relationship of the same type that somebody else drew between the same nodes out of it.
_CREATE = _ENDS + "MERGE (a)-[r:{} {{{hash}: row.hash}}]->(b) SET r = row.properties RETURN count(r) AS n"
_CHANGE = _ENDS + "MATCH (a)-[r:{}]->(b) WHERE r.{hash} IS NOT NULL SET r = row.properties RETURN count(r) AS n"
_DELETE = _ENDS + "MATCH (a)-[r:{}]->(b) WHERE r.{hash} IS NOT NULL DELETE r"
# One row for each label set or type, with lists of scalars: ten times faster over Bolt than a row for each node or relationship.
_HELD_NODES = "MATCH (n) WHERE n.{hash} IS NOT NULL AND n.iri IS NOT NULL RETURN labels(n), collect(n.iri), collect(n.{hash})"
_HELD_EDGES = (
    "MATCH (a)-[r]->(b) WHERE r.{hash} IS NOT NULL AND a.iri IS NOT NULL AND b.iri IS NOT NULL "
    "RETURN type(r), collect(a.iri), collect(b.iri), collect(r.{hash})"
)
_FOREIGN = "MATCH (n) WHERE n.iri IS NOT NULL AND n.{hash} IS NULL RETURN n.iri, labels(n)"


class BoltGraph:
    """A property graph behind Bolt."""

    def __init__(self, driver: Driver, database: str, where: str, resources: ExitStack, *, reader: Driver | None = None) -> None:
        """Use `driver`, and `reader` for read-only statements where the engine tells readers by their user.

        Args:
            driver: connected with the right to write.
            database: name of the database.
            where: how messages name this graph, e.g. its address. Never holds a password.
            resources: closes the drivers and whatever stands behind them; unwound by `close`, at the latest when the interpreter ends.
            reader: connected as a user who may only read. Without it, read-only statements rely on the server's READ access mode.
        """
        self._driver = driver
        self._reader = reader or driver
        self._database = database
        self._where = where
        self._finish = weakref.finalize(self, resources.close)

    def load(self, nodes: Iterable[Node], relationships: Iterable[Relationship], *, progress: Progress | None = None) -> LoadReport:
        """See `PropertyGraph.load`."""
        with self._errors():
            todo = plan(nodes, relationships, self._held())
            self._constraints(todo.unkeyed)
            report = LoadReport(todo.node_counts, todo.relationship_counts)
            tell = progress or _silent
            tell(todo.node_counts.unchanged + todo.relationship_counts.unchanged)
            self._apply(todo, tell)
        return report

    def ask(self, cypher: str, parameters: Mapping[str, object], *, write: bool = False) -> Table:
        """See `PropertyGraph.ask`."""

        def run(tx: ManagedTransaction | Session) -> Table:
            result = tx.run(cypher, dict(parameters))
            columns = tuple(result.keys())
            return Table(columns, tuple(tuple(plain(value) for value in record.values()) for record in result))

        with self._errors(asked=True):
            if write:
                with self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS) as session:
                    return session.execute_write(run)
            with self._reader.session(database=self._database, default_access_mode=READ_ACCESS) as session:
                if self._reader is not self._driver:
                    return run(session)  # the embedded engine begins no transaction in a directory opened for reading, and one statement needs none
                return session.execute_read(run)

    def close(self) -> None:
        """See `PropertyGraph.close`."""
        self._finish()

    def _held(self) -> Held:
        """Read the keys and hashes of what is there."""
        nodes: dict[str, tuple[str, frozenset[str]]] = {}
        edges: dict[Key, str] = {}
        foreign: dict[str, frozenset[str]] = {}
        with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
            for labels, iris, hashes in session.run(_text(_HELD_NODES)):
                names = frozenset(labels)
                nodes.update((iri, (content, names)) for iri, content in zip(iris, hashes, strict=True))
            for kind, sources, targets, hashes in session.run(_text(_HELD_EDGES)):
                edges.update(((source, kind, target), content) for source, target, content in zip(sources, targets, hashes, strict=True))
            for iri, labels in session.run(_text(_FOREIGN)):
                foreign[iri] = foreign.get(iri, frozenset()).union(labels)
            unique = [record.data() for record in session.run("SHOW CONSTRAINTS")]
        keyed = frozenset(row["labelsOrTypes"][0] for row in unique if row["properties"] == ["iri"])
        return Held(nodes, edges, foreign, keyed)

    def _constraints(self, labels: frozenset[str]) -> None:
        """One unique constraint on `iri` for each class."""
        for label in sorted(labels):
            statement = f"CREATE CONSTRAINT kg_{label.lower()}_iri IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE"
            self._write(statement, None)

    def _apply(self, todo: Plan, tell: Progress) -> None:
        ends = {key: (source, target) for key, source, target in todo.delete_relationships}
        for group, keys in _grouped(list(ends), lambda key: (*ends[key], key[1])):
            rows = [{"source": source, "target": target} for source, _, target in keys]
            self._send(_text(_DELETE, *group), rows, tell, counted=False)
        label_of = dict(todo.delete_nodes)
        for (label,), iris in _grouped(list(label_of), lambda iri: (label_of[iri],)):
            self._send(_text(_DELETE_NODES, label), [{"iri": iri} for iri in iris], tell, counted=False)
        for labels, nodes in _grouped(todo.nodes, lambda node: node.labels):
            self._send(_text(_MERGE_NODES, ":".join(labels)), [_node_row(node) for node in nodes], tell)
        for statement, edges in ((_CREATE, todo.create), (_CHANGE, todo.change)):
            for group, some in _grouped(edges, lambda edge: (edge.source_labels[0], edge.target_labels[0], edge.type)):
                self._send(_text(statement, *group), [_edge_row(edge) for edge in some], tell)

    def _send(self, statement: str, rows: Sequence[Mapping[str, object]], tell: Progress, *, counted: bool = True) -> None:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            done = self._write(statement, batch)
            if counted and done != len(batch):
                raise StoreError(f"{self._where} took {done} of {len(batch)} rows of: {statement}; another program writes the same graph, load again")
            tell(len(batch))

    def _write(self, statement: str, rows: Sequence[Mapping[str, object]] | None) -> int:
        def run(tx: ManagedTransaction) -> int:
            record = tx.run(statement, {} if rows is None else {"rows": rows}).single()
            return 0 if record is None else int(record[0])

        with self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS) as session:
            return session.execute_write(run)

    @contextmanager
    def _errors(self, *, asked: bool = False) -> Iterator[None]:
        """Turn the driver's errors into ours; `asked`: the statement is the user's, so a malformed one is an InputError."""
        try:
            yield
        except (AuthError, ServiceUnavailable) as error:
            raise ServerError(f"{self._where}: {one_line(error)}") from error
        except Neo4jError as error:
            if asked and (error.code or "").endswith((".AccessMode", ".Forbidden")):
                raise InputError("this statement writes, or reads files: ask for it with write") from error
            if asked and isinstance(error, ClientError):
                raise InputError(f"Cypher: {one_line(error)}") from error
            raise StoreError(f"{self._where}: {one_line(error)}") from error
        except DriverError as error:
            raise ServerError(f"{self._where}: {one_line(error)}") from error


def one_line(error: Exception) -> str:
    """The first line of the server's own message, without the driver's wrapping."""
    message = error.message if isinstance(error, Neo4jError) else str(error)
    return re.sub(r"\s+", " ", (message or type(error).__name__).strip().split("\n")[0])


def _text(statement: str, *names: str) -> str:
    """Fill labels and types into a statement. Those that are given were checked already; those read from the database are only here."""
    for name in names:
        if not _NAME.match(name):
            raise StoreError(f"the database has a label or type {name!r} on a node or relationship of kg, which kg never wrote: delete it there")
    return statement.format(*names, hash=HASH)


def _grouped(items: Sequence[T], group: Callable[[T], tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[T]]]:
    """The items by group, groups in order, the items of each in the order given."""
    for names, some in groupby(sorted(items, key=group), key=group):
        yield names, list(some)


def _node_row(node: Node) -> dict[str, object]:
    return {"iri": node.iri, "properties": {**_lists(node.properties), "iri": node.iri, HASH: node_digest(node)}}


def _edge_row(edge: Relationship) -> dict[str, object]:
    content = relationship_digest(edge)
    return {"source": edge.source, "target": edge.target, "hash": content, "properties": {**_lists(edge.properties), HASH: content}}


def _lists(properties: Mapping[str, object]) -> dict[str, object]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in properties.items()}


def _silent(_: int) -> None:
    pass
