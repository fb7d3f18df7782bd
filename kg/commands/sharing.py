"""Verbs that carry the graph elsewhere, or hold it against gold: load, export, evaluate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.commands.common import (
    DEFAULT_STORE,
    AsOfOption,
    Format,
    FormatOption,
    Neo4jOption,
    StoreOption,
    held_then,
    opened,
    progress,
    say,
    server,
    show,
    warn,
)
from kg.commands.making import counted
from kg.errors import InputError, StoreError

if TYPE_CHECKING:
    import networkx as nx


def load(
    store: StoreOption = DEFAULT_STORE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Compare everything, not only what changed since the last load.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Delete what another store loaded; with --bulk, all that the database holds.")] = False,
    bulk: Annotated[bool, typer.Option("--bulk", help="Fill an empty database by neo4j-admin, its server stopped.")] = False,
    folder: Annotated[Path | None, typer.Option("--folder", help="With --bulk: keep the files for neo4j-admin in this new folder.")] = None,
) -> None:
    """Load the store into the Neo4j server of NEO4J_URI; only what changed since its last load is sent."""
    if bulk:
        _bulk(store, folder, replace=replace)
        return
    if folder is not None:
        raise InputError("--folder goes with --bulk")
    from kg.load import load as send

    with opened(store) as held, server() as graph, progress("nodes and relationships", None) as step:
        report = send(held, graph, step, dry_run=dry_run, full=full, may_replace=replace)
    say(("would be written: " if dry_run else "") + counted(report))


def _bulk(store: Path, folder: Path | None, *, replace: bool) -> None:
    from kg.bulk import bulk_load

    with opened(store) as held, progress("nodes and relationships", None) as step:
        done = bulk_load(held, folder, step, replace=replace)
    if done.command is not None:
        say(f"{done.nodes} nodes, {done.relationships} relationships written; on the machine of the server, which must be stopped, run")
        say(done.command)
    else:
        say(f"{done.nodes} nodes, {done.relationships} relationships imported")
    warn("then start the server and run kg load: it makes the constraints")


def export(
    out: Annotated[Path, typer.Argument(help="File to write (neo4j-csv: folder); its ending names the format where --format doesn't.")],
    form: Annotated[str | None, typer.Option("--format", help="turtle trig nquads jsonld json graphml gexf csv png neo4j-csv")] = None,
    around: Annotated[str | None, typer.Option("--around", help="Only what lies around the thing of this name or IRI.", metavar="NAME")] = None,
    hops: Annotated[int | None, typer.Option("--hops", min=0, max=10, help="How far around; 1 where it isn't said.")] = None,
    store: StoreOption = DEFAULT_STORE,
    neo4j: Neo4jOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Write the graph, or what lies around one thing, to a file."""
    from kg import export as exporting

    chosen = exporting.format_of(out, form)
    if hops is not None and around is None:
        raise InputError("--hops says how far around what: add --around NAME")
    if chosen in exporting.RDF_FORMATS:
        if neo4j or around is not None:
            raise InputError(
                f"{chosen} is the whole RDF record of the store: leave --neo4j and --around out, or choose json, graphml, gexf, csv or png"
            )
        with held_then(store, as_of) as held:
            exporting.write_rdf(held.record, out, chosen)
        say(str(out))
        return
    if chosen in exporting.FOLDER_FORMATS:
        if neo4j or around is not None:
            raise InputError(f"{chosen} is the whole graph of the store: leave --neo4j and --around out")
        from kg.bulk import write_import

        with held_then(store, as_of) as held:
            write_import(held, out)
        say(str(out))
        return
    made = _of_server(store, as_of) if neo4j else None
    if made is None:
        with held_then(store, as_of) as held:
            made = exporting.to_networkx(held.graph)
            exporting.add_mentions(made, exporting.mentions(held.record))
    if around is not None:
        made = exporting.around(made, around, 1 if hops is None else hops)
    for path in exporting.write_graph(made, out, chosen):
        say(str(path))


def _of_server(store: Path, as_of: str | None) -> nx.MultiDiGraph[str]:
    """The server's graph, with what articles call things where the store is at hand."""
    from kg import export as exporting

    if as_of is not None:
        raise InputError("--as-of asks the store, which has each article's graph: leave --neo4j out")
    with server() as graph:
        made = exporting.to_networkx(graph)
    try:
        with opened(store) as held:
            exporting.add_mentions(made, exporting.mentions(held.record))
    except StoreError as error:
        warn(f"note: without what articles call things: {error}")
    return made


def diff(
    one: Annotated[str, typer.Argument(help="A store's directory, a file (.nq .trig .ttl .jsonld), or neo4j for the server of NEO4J_URI.")],
    other: Annotated[str, typer.Argument(help="Likewise.")],
    limit: Annotated[int, typer.Option("--limit", min=0, help="Differences shown; all are counted.")] = 20,
) -> None:
    """Compare two graphs: a line for each quad that is in one only; exit code 1 if there are any."""
    from kg.diff import diff as differences

    counts = {"-": 0, "+": 0}
    for side, quad in differences(one, other):
        counts[side] += 1
        if sum(counts.values()) <= limit:
            sys.stdout.write(f"{side} {quad}\n")
    say(f"{counts['-']} only in {one}, {counts['+']} only in {other}" if any(counts.values()) else "no difference")
    if any(counts.values()):
        raise typer.Exit(1)


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Folder of gold annotations, one JSON file an article.")],
    predicted: Annotated[Path, typer.Argument(help="What kg extract wrote.")],
    show_errors: Annotated[bool, typer.Option("--errors", help="Each miss and each false one with its sentence, in place of the figures.")] = False,
    show_reliability: Annotated[bool, typer.Option("--reliability", help="Confidence against observed precision, in place of the figures.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Precision, recall and F1 by type, kind and predicate, with 95 % intervals from resampled articles."""
    from kg.evaluate import errors, reliability, score

    if show_errors and show_reliability:
        raise InputError("--errors and --reliability are two tables: ask for one of them")
    show((errors if show_errors else reliability if show_reliability else score)(gold, predicted), form)
