"""The property graph on a Neo4j 5.26 server."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from neo4j import GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from kg.errors import ServerError
from kg.store.bolt import BoltGraph, one_line

_SECONDS = 15.0


def connect(uri: str | None = None, username: str | None = None, password: str | None = None, database: str | None = None) -> BoltGraph:
    """Connect to Neo4j; what isn't given comes from NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD or NEO4J_PASSWORD_FILE, and NEO4J_DATABASE.

    Without a username the one of a fresh server is taken, `neo4j`; the database is `neo4j` unless named.

    Raises:
        ServerError: no address or password given, no server there, the credentials are refused, or there is no such database.
    """
    address = uri or os.environ.get("NEO4J_URI")
    user = username or os.environ.get("NEO4J_USERNAME") or "neo4j"
    secret = password or password_of_environment()
    name = database or os.environ.get("NEO4J_DATABASE") or "neo4j"
    if not address:
        raise ServerError("no Neo4j address: set NEO4J_URI, e.g. bolt://localhost:7687")
    if not address.startswith(("bolt", "neo4j")):  # the driver would try others, and warn
        raise ServerError(f"{address} is no address of a Neo4j server: set NEO4J_URI, e.g. bolt://localhost:7687")
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise ServerError("NEO4J_URI holds credentials: put them in NEO4J_USERNAME and NEO4J_PASSWORD")
    if not secret:
        raise ServerError(f"no password for {user} at {address}: set NEO4J_PASSWORD, or name a file with it in NEO4J_PASSWORD_FILE")
    try:
        driver = GraphDatabase.driver(
            address,
            auth=(user, secret),
            connection_timeout=_SECONDS,
            connection_acquisition_timeout=_SECONDS,
            notifications_min_severity=NotificationMinimumSeverity.OFF,  # they would reach the terminal through logging
        )
    except (ConfigurationError, ValueError) as error:
        raise ServerError(f"{address} is no address of a Neo4j server ({one_line(error)}): set NEO4J_URI, e.g. bolt://localhost:7687") from error
    try:
        with driver.session(database=name) as session:
            session.run("RETURN 1").consume()  # neither the password nor the database is looked at before
    except (Neo4jError, DriverError) as error:
        driver.close()
        raise _explained(error, address, user, name) from error
    resources = ExitStack()
    resources.callback(driver.close)
    return BoltGraph(driver, name, address, resources)


def password_of_environment() -> str | None:
    """The password in NEO4J_PASSWORD, or the first line of the file that NEO4J_PASSWORD_FILE names.

    Raises:
        ServerError: the file can't be read.
    """
    file = os.environ.get("NEO4J_PASSWORD_FILE")
    if os.environ.get("NEO4J_PASSWORD") or not file:
        return os.environ.get("NEO4J_PASSWORD")
    try:
        return Path(file).read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, ValueError) as error:
        raise ServerError(f"NEO4J_PASSWORD_FILE is {file}, which can't be read: correct it, or set NEO4J_PASSWORD") from error


def _explained(error: Exception, address: str, user: str, database: str) -> ServerError:
    code = getattr(error, "code", None) or ""
    if isinstance(error, AuthError):
        return ServerError(f"{address} refuses the password of {user}: check NEO4J_USERNAME and NEO4J_PASSWORD")
    if "DatabaseNotFound" in code:
        return ServerError(f"{address} has no database {database}: check NEO4J_DATABASE")
    if isinstance(error, ServiceUnavailable):
        return ServerError(f"no Neo4j answers at {address}: start it, or check NEO4J_URI")
    return ServerError(f"{address}: {one_line(error)}")
