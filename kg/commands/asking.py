"""Verbs that ask: ask, cypher, sparql, questions, stats, why."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from kg.commands.common import DEFAULT_STORE, Format, FormatOption, Neo4jOption, StoreOption, asked_graph, opened, server, show, warn
from kg.errors import InputError, StoreError
from kg.records import Table

ParameterOption = Annotated[list[str] | None, typer.Option("--param", "-p", help="A parameter; repeat for more.", metavar="KEY=VALUE")]
ValueOption = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", help="A parameter: JSON (5, true, [1, 2]), else text; digits as text: 'code=\"330523\"'.", metavar="KEY=VALUE"),
]


def parameters(given: list[str] | None) -> Mapping[str, str]:
    """`KEY=VALUE` strings as a mapping."""
    found: dict[str, str] = {}
    for item in given or ():
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise InputError(f"-p {item} is no parameter: write -p KEY=VALUE")
        found[key.strip()] = value
    return found


def values(given: list[str] | None) -> Mapping[str, object]:
    """`KEY=VALUE` strings as a mapping, values read as JSON, and as text where they are none that a graph can hold."""

    def refuse(text: str) -> object:
        raise ValueError(text)

    def whole(text: str) -> int:
        number = int(text)
        return number if -(1 << 63) <= number < 1 << 63 else int(str(refuse(text)))

    found: dict[str, object] = {}
    for key, text in parameters(given).items():
        try:
            found[key] = json.loads(text, parse_int=whole, parse_constant=refuse)
        except ValueError:
            found[key] = text
    return found


def ask(
    name: Annotated[str, typer.Argument(help="A question; see kg questions.")],
    param: ParameterOption = None,
    store: StoreOption = DEFAULT_STORE,
    neo4j: Neo4jOption = False,
    in_sparql: Annotated[bool, typer.Option("--sparql", help="Ask the RDF record, where the question has a twin in SPARQL.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Ask a question of the library."""
    from kg.questions import answer, answer_in_sparql, bind, question, strangers

    asked = question(name)
    given = parameters(param)
    bind(asked, given)  # before a store is opened, so that a slip is told at once
    if in_sparql:
        if neo4j:
            raise InputError("--sparql asks the store's record, --neo4j the server: leave one of them out")
        with opened(store) as held:
            table = answer_in_sparql(asked, given, held.record)
    else:
        with asked_graph(store, neo4j=neo4j) as graph:
            table = answer(asked, given, graph)
            for note in () if table.rows else strangers(asked, given, graph):
                warn(note)
    show(table, form, title=f"{asked.zh} — {asked.en}", headings=[f"{column.zh}\n{column.en}" for column in asked.columns])


def cypher(
    statement: Annotated[str, typer.Argument(help="A Cypher statement.")],
    param: ValueOption = None,
    store: StoreOption = DEFAULT_STORE,
    neo4j: Neo4jOption = False,
    write: Annotated[
        bool, typer.Option("--write", help="Allow the statement to change the graph. To undo that, delete STORE/graph and build again.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Run a Cypher statement, read-only unless --write."""
    given = values(param)
    if write and not neo4j:
        with opened(store, write=True) as held:
            table = held.graph.ask(statement, given, write=True)
    else:
        with asked_graph(store, neo4j=neo4j) as graph:
            table = graph.ask(statement, given, write=write)
    show(table, form)


def sparql(
    query: Annotated[str, typer.Argument(help="A SPARQL query over all articles' graphs.")],
    store: StoreOption = DEFAULT_STORE,
    form: FormatOption = Format.TABLE,
) -> None:
    """Run a SPARQL query on the RDF record; CONSTRUCT and DESCRIBE answer in N-Triples."""
    with opened(store) as held:
        found = held.record.query(query)
    if isinstance(found, str):
        if form is not Format.TABLE:
            raise InputError(f"CONSTRUCT and DESCRIBE answer in N-Triples, not in {form}: leave --format out")
        sys.stdout.write(found)
    else:
        show(found, form)


def search(
    text: Annotated[str, typer.Argument(help="Words, with spaces between them; all must stand in one name or sentence.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows of each type.")] = 20,
    store: StoreOption = DEFAULT_STORE,
    neo4j: Neo4jOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Search names and sentences for words."""
    from kg.search import search as find

    if neo4j:
        with server() as graph:
            table = find(graph, text, limit)
    else:
        with opened(store) as held:
            held.index_text()
            table = find(held.graph, text, limit)
    show(table, form)


def questions(form: FormatOption = Format.TABLE) -> None:
    """List the questions of the library with what they are about and their parameters."""
    from kg import questions as library

    rows: list[tuple[object, ...]] = []
    for item in library.questions():
        takes = [p.name if p.default is None else f"{p.name}={p.default}" for p in item.parameters]
        rows.append((item.name, item.zh, item.en, item.about_zh, item.about_en, takes))
    columns: tuple[str, ...] = ("name", "title_zh", "title_en", "about_zh", "about_en", "parameters")
    if form is Format.TABLE:  # six columns are too many for a page
        columns = ("name", "question_zh", "question_en", "parameters")
        rows = [(name, f"{zh}\n{about_zh}", f"{en}\n{about_en}", takes) for name, zh, en, about_zh, about_en, takes in rows]
    show(Table(columns, tuple(rows)), form)


def stats(store: StoreOption = DEFAULT_STORE, neo4j: Neo4jOption = False, form: FormatOption = Format.TABLE) -> None:
    """Count nodes by label and relationships by type."""
    from kg.store.base import HASH

    with asked_graph(store, neo4j=neo4j) as graph:
        nodes = graph.ask(f"MATCH (n) WHERE n.{HASH} IS NOT NULL UNWIND labels(n) AS name RETURN name, count(*) AS number ORDER BY name", {})
        edges = graph.ask(f"MATCH ()-[r]->() WHERE r.{HASH} IS NOT NULL RETURN type(r) AS name, count(*) AS number ORDER BY name", {})
    rows = [("label", *row) for row in nodes.rows] + [("relationship", *row) for row in edges.rows]
    show(Table(("what", "name", "number"), tuple(rows)), form)


def why(
    name: Annotated[str, typer.Argument(help="Name or IRI of a body, person, place or initiative.")],
    store: StoreOption = DEFAULT_STORE,
    neo4j: Neo4jOption = False,
    form: FormatOption = Format.TABLE,
    identity: Annotated[bool, typer.Option("--identity", help="Show why what several articles name is one thing, in place of its facts.")] = False,
) -> None:
    """Show each fact of a thing with its sentence, raw offsets and rule; planned and denied ones are marked."""
    if identity:
        if neo4j:
            raise InputError("--identity asks the store: leave --neo4j out")
        from kg.identity.explain import explain_identity

        with opened(store) as held:
            show(explain_identity(name, held.record), form, title=name)
        return
    from kg.why import as_table
    from kg.why import why as explain

    if not neo4j:
        with opened(store) as held:
            table = as_table(explain(name, held.graph, held.record))
    else:
        with asked_graph(store, neo4j=True) as graph:
            try:
                with opened(store) as held:
                    table = as_table(explain(name, graph, held.record))
            except StoreError as error:
                warn(f"note: only what is asserted, and no rules of rows: {error}")
                table = as_table(explain(name, graph))
    show(table, form, title=name)
