"""The property graph in a directory: ArcadeDB inside this process, spoken to over its own Bolt server on loopback.

ArcadeDB does not heed Bolt's READ access mode, and says of every plan that it writes. What it does enforce are a user's rights, so read-only
statements go through a second user who may only read, and a directory opened for reading is opened READ_ONLY, which also lets several processes
read it at a time. The users, their passwords (random, held in memory) and ports live as long as this object does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from neo4j import Driver, GraphDatabase

from kg.errors import DataError, StoreError
from kg.store.bolt import BoltGraph
from kg.terms import ENTITY_TYPES, SENTENCE

DATABASE = "kg"

_HOST = "127.0.0.1"
_ATTEMPTS = 8
_ROUNDS = 1000  # of PBKDF2: the passwords hold 256 random bits, so slowing a guesser down gains nothing and costs the opening
_RECORDS = ("createRecord", "readRecord", "updateRecord", "deleteRecord")
_ANALYZER = '{"analyzer": "org.apache.lucene.analysis.cjk.CJKAnalyzer"}'
#: Label, property with text, whether that is a list.
_TEXTS = (*((label, "names", True) for label in ENTITY_TYPES), (SENTENCE, "text", False))
_SETTINGS = ("updateSecurity", "updateSchema", "updateDatabaseSettings")


def open_embedded(directory: Path, *, write: bool) -> BoltGraph:
    """Open the graph in `directory`, and create it there when `write`.

    The caller keeps other processes away (see `kg.store.lock`); two readers are fine.

    Raises:
        DataError: the files are damaged, or there is no graph yet and `write` is False.
        StoreError: the engine can't start.
    """
    if not write and not (directory / DATABASE).is_dir():
        raise DataError(f"{directory} holds no graph: run kg build first")
    _check_schema(directory / DATABASE)
    with ExitStack() as resources:  # unwound here only if the opening fails
        # Absolute: the engine goes on from the folder that the process was in when it was first used, and makes an empty graph there.
        driver, reader, engine = _start(directory.absolute(), resources, write=write)
        return EmbeddedGraph(engine, driver, DATABASE, str(directory), resources.pop_all(), reader=reader)


class EmbeddedGraph(BoltGraph):
    """The graph in a directory. What Cypher has no words for there goes to the engine itself, in its SQL."""

    def __init__(self, engine: Any, driver: Driver, database: str, where: str, resources: ExitStack, *, reader: Driver) -> None:
        """See `BoltGraph`; `engine`: the open database."""
        super().__init__(driver, database, where, resources, reader=reader)
        self._engine = engine

    def text_indexes(self) -> dict[str, str]:
        """See `BoltGraph.text_indexes`."""
        there = {str(row.get("name")) for row in self._engine.query("sql", "SELECT name FROM schema:indexes")}
        return {label: name for label, name in ((label, f"{label}[{key}{'byitem' * listed}]") for label, key, listed in _TEXTS) if name in there}

    def index_text(self) -> None:
        """See `BoltGraph.index_text`; it is filled when this returns. A label without nodes gets none."""
        types = {str(row.get("name")) for row in self._engine.query("sql", "SELECT name FROM schema:types")}
        for label, key, listed in _TEXTS:
            if label in types:
                self._engine.command("sql", f"CREATE PROPERTY {label}.{key} IF NOT EXISTS {'LIST OF STRING' if listed else 'STRING'}")
                self._engine.command("sql", f"CREATE INDEX IF NOT EXISTS ON {label} ({key}{' BY ITEM' * listed}) FULL_TEXT METADATA {_ANALYZER}")


def _check_schema(database: Path) -> None:
    """ArcadeDB opens a graph without a readable schema as an empty one; it keeps the last schema beside the current one for crashes."""
    found = [path for path in (database / "schema.json", database / "schema.prev.json") if path.exists()]
    for path in found:
        try:
            json.loads(path.read_bytes())
            return
        except ValueError:
            continue
    if found:
        raise _refusal(database.parent, ValueError(f"{found[0].name} is damaged"))


def needs_recovery(error: Exception) -> bool:
    """Whether a READ_ONLY opening failed only because a writer died: opening it once for writing replays its log."""
    return "needs recovery" in str(error)


def _start(directory: Path, resources: ExitStack, *, write: bool) -> tuple[Driver, Driver, Any]:
    arcadedb = _engine(directory)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    home = Path(tempfile.mkdtemp(prefix="kg-graph-"))  # mode 0700; the store itself never holds a password, nor its hash
    resources.callback(shutil.rmtree, home, ignore_errors=True)
    password = secrets.token_urlsafe(32)
    _write_users(home / "config", password)
    for attempt in range(_ATTEMPTS):
        port = _free_port()
        server = arcadedb.create_server(str(home), password, _settings(directory, port, write=write))
        try:
            server.start()
            break
        except arcadedb.ArcadeDBError as error:
            if "Unable to listen" not in str(error) or attempt == _ATTEMPTS - 1:
                raise _refusal(directory, error) from error
    resources.callback(server.stop)
    try:
        engine = server.create_database(DATABASE) if write else server.get_database(DATABASE)
    except arcadedb.ArcadeDBError as error:
        raise _refusal(directory, error) from error
    driver, reader = (GraphDatabase.driver(f"bolt://{_HOST}:{port}", auth=(user, password)) for user in ("root", "reader"))
    resources.callback(driver.close)
    resources.callback(reader.close)
    return driver, reader, engine


def _engine(directory: Path) -> Any:
    """Import ArcadeDB so that it logs into the store, and to no terminal; it reads both settings once, when its library is loaded."""
    os.environ.setdefault("ARCADEDB_LOG_CONSOLE", "0")
    os.environ.setdefault("ARCADEDB_LOG_DIR", str(directory / "log"))
    import arcadedb

    return arcadedb


def _settings(directory: Path, port: int, *, write: bool) -> dict[str, object]:
    return {
        "host": _HOST,
        "http_port": _free_port(),
        "bolt_port": port,
        "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "mode": "development",  # in "production" a syntax error reads "check the server log"
        "txWalFlush": 2,  # fsync: an acknowledged commit outlives a power cut
        "server_databaseDirectory": str(directory),
        "server_defaultDatabaseMode": "READ_WRITE" if write else "READ_ONLY",
        "server_saltIterations": _ROUNDS,
    }


def _write_users(config: Path, password: str) -> None:
    """Two users: root, and reader, who has no right but to read records."""
    config.mkdir()
    users = [("root", "admin"), ("reader", "reader")]
    lines = [json.dumps({"name": name, "databases": {"*": [group]}, "password": _hash(password)}) for name, group in users]
    (config / "server-users.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    groups = {
        "admin": _group(_SETTINGS, _RECORDS),
        "reader": _group((), ("readRecord",)),
        "*": _group((), ()),
    }
    (config / "server-groups.json").write_text(json.dumps({"databases": {"*": {"groups": groups}}, "version": 2}), encoding="utf-8")


def _group(access: tuple[str, ...], records: tuple[str, ...]) -> dict[str, object]:
    return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}


def _hash(password: str) -> str:
    """The engine's own form: algorithm, rounds, salt and key, `$` between them."""
    salt = base64.b64encode(secrets.token_bytes(32)).decode()
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS, 32)
    return f"PBKDF2WithHmacSHA256${_ROUNDS}${salt}${base64.b64encode(key).decode()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _refusal(directory: Path, error: Exception) -> StoreError | DataError:
    text = " ".join(str(error).split())
    if "locked" in text.lower():
        return StoreError(f"{directory}: {text}")
    return DataError(f"the graph in {directory} can't be opened ({text}): delete {directory} and run kg build again, the readings are kept")
