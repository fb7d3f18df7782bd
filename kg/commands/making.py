"""Verbs that make and mend a store: build, extract, remove, validate."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.commands.common import DEFAULT_STORE, Failures, Format, FormatOption, PathsArgument, StoreOption, opened, progress, say, show, warn
from kg.errors import DataError, InputError
from kg.records import Table

if TYPE_CHECKING:
    from kg.store import LoadReport


def found(paths: list[Path], failures: Failures) -> list[Path]:
    """The article files of those paths that can be used; a path that can't is reported, and the others stay."""
    from kg.read import find

    usable = []
    for path in paths:
        try:
            find([path])
        except InputError as error:
            failures.bad_input(error)
        else:
            usable.append(path)
    if not usable:
        raise typer.Exit(2)
    return find(usable)


LeastOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence", min=0, max=1, help="Assert no fact of less confidence; it is kept as doubtful. The store remembers it; 0 at first."
    ),
]


def build(paths: PathsArgument, store: StoreOption = DEFAULT_STORE, least: LeastOption = None) -> None:
    """Read articles into the store; those that it holds already are skipped."""
    from kg import pipeline
    from kg.read import number_of_articles

    failures = Failures()
    files = found(paths, failures)
    with opened(store, write=True) as held, progress("articles", number_of_articles(files)) as step:
        built = pipeline.build(files, held, failures.refuse, step, least=least)
        for doc, note in built.notes:
            warn(f"note: {doc}: {note}")
        for remark in built.remarks:
            warn(f"note: {remark}")
        for doc in built.empty:
            failures.empty(doc)
        assert built.load is not None
        say(f"{built.read} read, {built.skipped} skipped, {built.changed} changed, {failures.count} refused; {written(built.load)}")
    failures.leave()


def written(report: LoadReport) -> str:
    """What a load wrote, in one line."""
    return counted(report) if report.written else "the graph is as it was"


def counted(report: LoadReport) -> str:
    """How many nodes and relationships were written, and how many were not."""
    counts = (("nodes", report.nodes), ("relationships", report.relationships))
    return "; ".join(f"{name} {c.created} new, {c.changed} changed, {c.deleted} deleted, {c.unchanged} as they were" for name, c in counts)


def extract(
    paths: PathsArgument, output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; stdout without it.")] = None
) -> None:
    """Write what each article says, one JSON object a line, in the form of the gold annotation."""
    from kg import pipeline
    from kg.evaluate import as_gold
    from kg.read import number_of_articles

    failures = Failures()
    files = found(paths, failures)
    with _writer(output) as write, progress("articles", number_of_articles(files)) as step:
        for reading in pipeline.extract(pipeline.sources(files, failures.refuse), failures.refuse):
            write(json.dumps(as_gold(reading), ensure_ascii=False) + "\n")
            for note in reading.notes:
                warn(f"note: {reading.doc}: {note}")
            if not reading.entities:
                failures.empty(reading.doc)
            step(1)
    failures.leave()


@contextmanager
def _writer(output: Path | None) -> Iterator[Callable[[str], object]]:
    """What writes text to a file, which stays as it was until all is written, or to stdout."""
    if output is None:
        yield sys.stdout.write
        return
    from kg.store.files import replacing

    with replacing(output) as file:
        yield lambda text: file.write(text.encode())


def remove(
    article: Annotated[str, typer.Argument(help="File name (of a table: all its rows; FILE#ROW: one), or the article's IRI.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Take an article out of the store; the graph is then the one built without it."""
    from kg.remove import remove as take_out

    failures = Failures()
    with opened(store, write=True) as held:
        for doc in take_out(article, held, failures.refuse):
            say(f"{doc} removed")
    failures.leave()


def validate(store: StoreOption = DEFAULT_STORE, form: FormatOption = Format.TABLE) -> None:
    """Check the whole record against the shapes of the ontology."""
    from kg.validate import validate as check

    with opened(store) as held:
        report = check(held.record.quads())
        graphs = len(held.record.graphs())
        if not held.projected:
            raise DataError(f"{store} was not built to the end: run kg build again")
    columns = ("graph", "focus", "path", "component", "value", "message_zh", "message_en")
    rows = tuple(tuple(getattr(result, column) for column in columns) for result in report.results)
    if rows or form is not Format.TABLE:
        show(Table(columns, rows), form)
    if form is Format.TABLE:
        say(f"{graphs} articles checked, {len(report.refused)} with something wrong")
    if rows:
        raise typer.Exit(1)
