"""What the verbs share: options, tables, progress bars, and how messages reach the user.

Answers go to stdout, everything else to stderr, one line a message.
"""

from __future__ import annotations

import json
import math
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable
from rich.text import Text

from kg.cells import csv_text
from kg.errors import InputError, KgError
from kg.records import Table

if TYPE_CHECKING:
    from kg.store import PropertyGraph, Store
    from kg.store.bolt import BoltGraph


class Format(StrEnum):
    """How an answer is shown."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


StoreOption = Annotated[Path, typer.Option("--store", envvar="KG_STORE", help="Directory of the store.", show_default=True)]
Neo4jOption = Annotated[bool, typer.Option("--neo4j", help="Ask the Neo4j server of NEO4J_URI in place of the embedded store.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="Only what was reported by then, and posts held then.", metavar="DATE")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to show the answer.")]
PathsArgument = Annotated[list[Path], typer.Argument(help="Files or folders: .txt .html .jsonl .csv .parquet …", metavar="PATH…")]

DEFAULT_STORE = Path("kg-store")
#: Width of a table that goes to a file or a pipe.
_PIPED = 160


def warn(message: str) -> None:
    """One line on stderr."""
    typer.echo(" ".join(message.split()), err=True)


def say(message: str) -> None:
    """What a verb without an answer reports, on stdout."""
    typer.echo(message)


class Failures:
    """Counts what can't be taken, says so, and gives the exit code: 0 none, 1 articles, 2 paths."""

    def __init__(self) -> None:
        self.count = 0
        self.code = 0

    def refuse(self, error: KgError) -> None:
        """An article that can't be taken."""
        self.count += 1
        self.code = max(self.code, 1)
        warn(f"refused: {error}")

    def empty(self, doc: str) -> None:
        """An article that was read, and in which nothing was found."""
        self.code = max(self.code, 1)
        warn(f"empty: {doc}: no body, person, place or initiative was recognized; check that it is an article, and in Chinese")

    def bad_input(self, error: KgError) -> None:
        """A path that can't be used."""
        self.code = 2
        warn(f"error: {error}")

    def leave(self) -> None:
        """End with the exit code, if anything failed."""
        if self.code:
            raise typer.Exit(self.code)


def opened(store: Path, *, write: bool = False) -> Store:
    """The store in a directory, a context manager."""
    from kg.store import open_store  # it loads the driver, which takes a second

    return open_store(store, write=write)


@contextmanager
def server() -> Iterator[BoltGraph]:
    """The Neo4j server of NEO4J_URI."""
    from kg.store.neo4j import connect, password_of_environment

    password = password_of_environment()
    if not password and os.environ.get("NEO4J_URI") and sys.stdin.isatty() and sys.stderr.isatty():
        password = typer.prompt("Password for Neo4j", hide_input=True, err=True)
    graph = connect(password=password)
    try:
        yield graph
    finally:
        graph.close()


@contextmanager
def held_then(store: Path, as_of: str | None) -> Iterator[Store]:
    """The store in a directory, open for reading, or what it held on a day."""
    from kg import as_of as days

    if as_of is not None:
        days.check(as_of)
    with opened(store) as held:
        if as_of is None:
            yield held
            return
        with days.as_of(held, as_of) as then:
            yield then


@contextmanager
def asked_graph(store: Path, *, neo4j: bool, as_of: str | None = None) -> Iterator[PropertyGraph]:
    """The property graph to ask: the server's, or the embedded one, open for reading; of a day in the past where one is given."""
    if neo4j and as_of is not None:
        raise InputError("--as-of asks the store, which has each article's graph: leave --neo4j out")
    if neo4j:
        with server() as graph:
            yield graph
        return
    with held_then(store, as_of) as held:
        yield held.graph


@contextmanager
def progress(text: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while the block runs, none where stderr is no terminal; call what it gives with each step."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=total)

        def step(done: int) -> None:
            bar.advance(task, done)

        yield step


def show(table: Table, form: Format, *, title: str | None = None, headings: Sequence[str] | None = None) -> None:
    """Write a table to stdout. `headings` stand above the columns for people; csv and json keep the columns' names."""
    if form is Format.JSON:
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        sys.stdout.write(json.dumps(_jsonable(rows), ensure_ascii=False, indent=1, allow_nan=False, default=str) + "\n")
    elif form is Format.CSV:
        sys.stdout.write(csv_text(table.columns, table.rows))
    elif form is Format.MARKDOWN:
        sys.stdout.write(_markdown(headings or table.columns, table.rows))
    else:
        _rich(table, title, headings or table.columns)


def _jsonable(value: object) -> object:
    """The same without what JSON has no form for: null for NaN and infinities, Base64 for bytes."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    return [_jsonable(item) for item in value] if isinstance(value, (list, tuple)) else value


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let the command line end it; Rich would exit with 1. Called while the error is handled."""
        raise BrokenPipeError


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_cell, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(" ".join(_cell(cell).replace("|", "\\|").split()) for cell in cells) + " |\n"

    return line(headings) + "|" + "---|" * len(headings) + "\n" + "".join(line(row) for row in rows)


def _rich(table: Table, title: str | None, headings: Sequence[str]) -> None:
    console = _Console(width=None if sys.stdout.isatty() else _PIPED)
    drawn = RichTable(title=title, title_justify="left", show_lines=any(len(_cell(cell)) > 30 for row in table.rows for cell in row))
    for heading, column in zip(headings, zip(*table.rows, strict=True) if table.rows else [()] * len(headings), strict=True):
        longest = max((len(_cell(cell)) for cell in column), default=0)
        number = bool(column) and all(isinstance(cell, (int, float)) for cell in column)
        drawn.add_column(
            heading, justify="right" if number else "left", overflow="fold", ratio=None, min_width=min(longest, 6) * 2 if longest else None
        )
    for row in table.rows:
        drawn.add_row(*(Text(_cell(cell)) for cell in row))  # Text: names may hold [brackets], which are no markup
    console.print(drawn)
    console.print(f"{len(table.rows)} rows")
