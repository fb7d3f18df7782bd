"""The property graph of any server that speaks Bolt: the embedded ArcadeDB and Neo4j take the same statements.

Loading is in `kg.store.sync`; here are the sessions, the errors, and what users ask.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, ManagedTransaction, Session
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable

from kg.errors import InputError, ServerError, StoreError
from kg.records import Node, Relationship, Table
from kg.store.base import LoadReport, Progress, Wanted
from kg.store.plain import plain
from kg.store.plan import Given
from kg.store.sync import Sync
from kg.terms import ENTITY_TYPES, SENTENCE

#: Full-text indexes: name, labels, property.
_TEXT_INDEXES = (("kg_names", ENTITY_TYPES, "names"), ("kg_sentences", (SENTENCE,), "text"))
_EXPLAINED = re.compile(r"\s*EXPLAIN\b", re.IGNORECASE)
_PROFILE = re.compile(r"\A\s*PROFILE\b", re.IGNORECASE)


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
        self.where = where
        self._finish = weakref.finalize(self, resources.close)

    def load(self, nodes: Iterable[Node], relationships: Iterable[Relationship], *, progress: Progress | None = None) -> LoadReport:
        """See `PropertyGraph.load`."""
        return self.sync(Given(nodes, relationships), progress=progress)

    def sync(self, wanted: Wanted, changed: Collection[str] | None = None, *, progress: Progress | None = None, write: bool = True) -> LoadReport:
        """See `PropertyGraph.sync`."""
        with self._errors():
            return Sync(self, wanted, changed, progress or (lambda _: None), write=write).run()

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
                if self._reader is self._driver:
                    _check_plan(session, cypher, parameters)
                else:
                    return run(session)  # the embedded engine begins no transaction in a directory opened for reading, and one statement needs none
                return session.execute_read(run)

    def close(self) -> None:
        """See `PropertyGraph.close`."""
        self._finish()

    def text_indexes(self) -> dict[str, str]:
        """Label → name of its full-text index, those that are ready."""
        return {label: name for name, labels, _ in _TEXT_INDEXES if name in self._ready() for label in labels}

    def index_text(self) -> None:
        """Make the full-text indexes on names and sentences that are missing; a server fills them by and by."""
        for name, labels, key in _TEXT_INDEXES:
            options = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
            self.write(f"CREATE FULLTEXT INDEX {name} IF NOT EXISTS FOR (n:{'|'.join(labels)}) ON EACH [n.{key}] {options}")

    def _ready(self) -> set[str]:
        with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
            return {record["name"] for record in session.run("SHOW FULLTEXT INDEXES YIELD name, state") if record["state"] == "ONLINE"}

    def rows(self, statement: str, rows: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """The rows that a statement of the loader reads, in a managed transaction."""

        def run(tx: ManagedTransaction) -> list[tuple[Any, ...]]:
            return [tuple(record.values()) for record in tx.run(statement, {} if rows is None else {"rows": rows})]

        with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
            return session.execute_read(run)

    def keyed(self) -> set[str]:
        """Labels with a unique constraint on `iri`, through which a node is found at once."""
        with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
            found = [record.data() for record in session.run("SHOW CONSTRAINTS")]
        return {row["labelsOrTypes"][0] for row in found if row["properties"] == ["iri"]}

    def key(self, label: str) -> None:
        """Make the unique constraint on `iri`, if it is missing. The label has been checked."""
        self.write(f"CREATE CONSTRAINT kg_{label.lower()}_iri IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE")

    def write(self, statement: str, rows: Sequence[Mapping[str, object]] | None = None) -> int:
        """Run a statement of the loader in a managed transaction; the number that it returns."""

        def run(tx: ManagedTransaction) -> int:
            record = tx.run(statement, {} if rows is None else {"rows": rows}).single()
            return 0 if record is None else int(record[0])

        with self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS) as session:
            return session.execute_write(run)

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        """Run a statement in a transaction that is open while the block runs, with the locks that it took, and is then undone.

        A client that dies loses its connection, so the server undoes it then.
        """
        with self._errors(), ExitStack() as opened:
            session = opened.enter_context(self._driver.session(database=self._database, default_access_mode=WRITE_ACCESS))
            transaction = session.begin_transaction()
            transaction.run(statement).consume()
            try:
                yield
            finally:
                with suppress(DriverError, Neo4jError):  # a server that was started anew has undone it already
                    transaction.rollback()

    @contextmanager
    def _errors(self, *, asked: bool = False) -> Iterator[None]:
        """Turn the driver's errors into ours; `asked`: the statement is the user's, so a malformed one is an InputError."""
        try:
            yield
        except (AuthError, ServiceUnavailable) as error:
            raise ServerError(f"{self.where}: {one_line(error)}") from error
        except Neo4jError as error:
            if asked and (error.code or "").endswith((".AccessMode", ".Forbidden")):
                raise InputError("this statement writes, or reads files: ask for it with write") from error
            if asked and "read only database" in one_line(error):  # all that the embedded engine says there of a slip in the syntax, too
                raise InputError("Cypher: the statement is malformed, or writes: mend it, or ask for it with write") from error
            if asked and isinstance(error, ClientError):
                raise InputError(f"Cypher: {one_line(error)}") from error
            raise StoreError(f"{self.where}: {one_line(error)}") from error
        except DriverError as error:
            raise ServerError(f"{self.where}: {one_line(error)}") from error


def _check_plan(session: Session, cypher: str, parameters: Mapping[str, object]) -> None:
    """Ask the server what a read-only statement would do, before the session's READ access mode stops what writes: files are read without writing."""
    if _EXPLAINED.match(cypher):
        cypher = cypher[cypher.upper().index("EXPLAIN") + len("EXPLAIN") :]
    summary = session.run(f"EXPLAIN {_PROFILE.sub('', cypher)}", dict(parameters)).consume()
    plans = [summary.plan] if summary.plan else []
    while plans:
        plan = plans.pop()
        if str(plan["operatorType"]).startswith("LoadCSV"):
            raise InputError("this statement writes, or reads files: ask for it with write")
        plans += plan.get("children", ())
    if summary.query_type not in (None, "r", "s"):
        raise InputError("this statement writes, or reads files: ask for it with write")


def one_line(error: Exception) -> str:
    """The first line of the server's own message, without the driver's wrapping."""
    message = error.message if isinstance(error, Neo4jError) else str(error)
    return re.sub(r"\s+", " ", (message or type(error).__name__).strip().split("\n")[0])
