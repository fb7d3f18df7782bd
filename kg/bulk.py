"""Store → an empty Neo4j database by `neo4j-admin database import full`, the fastest way there is; the server must be stopped for it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError, StoreError
from kg.load import wanted_of
from kg.store import Progress, Store
from kg.store.tables import ARGUMENTS, write_tables
from kg.store.watermark import Watermark

_FOLDER = Path("kg-neo4j-import")


@dataclass(frozen=True)
class Bulk:
    """What was done. `command`: what is to be run where the server is; None: it was run here."""

    nodes: int
    relationships: int
    command: str | None


def write_import(store: Store, folder: Path, progress: Progress | None = None) -> tuple[int, int]:
    """Write the store's graph as files for `neo4j-admin`, the watermark for the next `kg load` among them; how many nodes and relationships.

    Raises:
        StoreError: see `kg.store.tables.write_tables`.
        DataError: the record is damaged, or was not built to the end.
    """
    return write_tables(wanted_of(store), folder, Watermark(store.history.last), progress)


def find_admin() -> Path | None:
    """`neo4j-admin` of this machine: that of NEO4J_HOME, else the one on the path."""
    home = os.environ.get("NEO4J_HOME")
    if home:
        found = [path for path in (Path(home, "bin", name) for name in ("neo4j-admin", "neo4j-admin.bat")) if path.is_file()]
        if not found:
            raise InputError(f"NEO4J_HOME is {home}, which has no bin/neo4j-admin: correct it, or unset it")
        return found[0]
    name = shutil.which("neo4j-admin")
    return None if name is None else Path(name)


def bulk_load(store: Store, folder: Path | None, progress: Progress | None = None, *, replace: bool = False) -> Bulk:
    """Import the store's graph where there is a `neo4j-admin`, else write its files and say what to run. The database is NEO4J_DATABASE, or `neo4j`.

    Args:
        store: open for reading.
        folder: for the files, which are kept; without it they go to `kg-neo4j-import`, or where they are imported at once to a temporary one.
        progress: told of nodes and relationships.
        replace: the database may hold something, all of which is then lost.

    Raises:
        InputError: NEO4J_HOME is no home of Neo4j.
        StoreError: the files can't be written, or the import failed: its message says why.
        DataError: the record is damaged, or was not built to the end.
    """
    admin = find_admin()
    database = os.environ.get("NEO4J_DATABASE") or "neo4j"
    words = ["database", "import", "full", database, *(["--overwrite-destination=true"] if replace else [])]
    with ExitStack() as kept:
        if folder is None and admin is not None:
            place = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="kg-import-"))) / "files"
        else:
            place = folder or _FOLDER
        nodes, relationships = write_import(store, place, progress)
        arguments = f"@{(place / ARGUMENTS).absolute()}"
        if admin is None:
            return Bulk(nodes, relationships, shlex.join(["neo4j-admin", *words, arguments]))
        done = subprocess.run([admin, *words, arguments], capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            raise StoreError(
                f"{admin} failed: {_reason(done.stderr + done.stdout)}; the server must be stopped, and its database empty (or --replace)"
            )
        return Bulk(nodes, relationships, None)


def _reason(text: str) -> str:
    """The line that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in lines if "rror" in line or "xception" in line or "already" in line or "in use" in line]
    return (said or lines or ["without a message"])[0][:300]
