"""What comes from outside does no harm: statements, passwords, tables, pages."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Kg

from kg.clean import clean
from kg.errors import InputError, ServerError, StoreError
from kg.read import read
from kg.records import Node, Source
from kg.store.base import PropertyGraph
from kg.store.bolt import BoltGraph
from kg.store.neo4j import connect
from kg.store.plan import Given
from kg.store.tables import write_tables


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "statement",
    [
        *("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "PROFILE CREATE (:X)", "MATCH (n) CALL (n) { SET n.x = 1 } RETURN 1"),
        *(
            "CYPHER runtime=slotted CREATE (:X)",
            "// only a comment\nCREATE (:X)",
            "CREATE INDEX x FOR (n:X) ON (n.x)",
            "profile load csv from $f as r return r",
        ),
    ],
)
def test_a_read_only_statement_neither_writes_nor_reads_files(neo4j_session_graph: BoltGraph, statement: str) -> None:
    with pytest.raises(InputError):
        neo4j_session_graph.ask(statement, {"f": "file:///x"})
    assert neo4j_session_graph.ask("MATCH (x:X) RETURN count(x)", {}).rows == ((0,),)


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "statement", ["EXPLAIN MATCH (n) RETURN n", "SHOW CONSTRAINTS YIELD name RETURN count(name)", "CYPHER 5 RETURN 1 AS x", "PROFILE RETURN 1"]
)
def test_what_reads_is_answered(neo4j_session_graph: BoltGraph, statement: str) -> None:
    neo4j_session_graph.ask(statement, {})


def test_the_embedded_engine_reads_no_files(embedded_graph: PropertyGraph, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret\n")
    with pytest.raises((InputError, StoreError)):
        embedded_graph.ask(f"LOAD CSV FROM 'file://{tmp_path}/secret.csv' AS row RETURN row", {})


def test_a_password_in_a_file(kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("secret-of-mine\n")
    done = kg("stats", "--neo4j", NEO4J_URI="bolt://127.0.0.1:1", NEO4J_PASSWORD_FILE=str(tmp_path / "password"))
    assert "no Neo4j answers" in done.err  # so it has a password
    assert "secret-of-mine" not in done.err
    done = kg("stats", "--neo4j", NEO4J_URI="bolt://127.0.0.1:1", NEO4J_PASSWORD_FILE=str(tmp_path / "none"))
    assert (done.code, len(done.lines)) == (2, 1)
    assert "which can't be read" in done.err


@pytest.mark.neo4j
def test_the_file_s_password_opens_the_server(neo4j_env: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text(neo4j_env["NEO4J_PASSWORD"] + "\r\n")
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(tmp_path / "password"))
    connect(neo4j_env["NEO4J_URI"]).close()


@pytest.mark.parametrize("scheme", ["neo4j+s", "bolt+s", "neo4j+ssc"])
def test_encrypted_addresses_are_taken(scheme: str) -> None:
    with pytest.raises(ServerError, match="no Neo4j answers"):
        connect(f"{scheme}://127.0.0.1:1", password="x")


def test_tables_for_the_importer_are_nothing_that_a_spreadsheet_opens(tmp_path: Path) -> None:
    text = '=HYPERLINK("https://example.org","x")\n\\'
    write_tables(Given([Node(("Person",), "https://example.org/a", {"name": text})], []), tmp_path / "out")
    (table,) = (tmp_path / "out").glob("*.csv.gz")
    assert gzip.decompress(table.read_bytes()).decode().splitlines()[1].startswith('"https://example.org/a","')
    assert '"=HYPERLINK(""https://example.org"",""x"")\n\\"' in gzip.decompress(table.read_bytes()).decode()
    with pytest.raises(StoreError, match="is not empty"):
        write_tables(Given([], []), tmp_path / "out")
    for value in ((), ("",), ("a\x1fb",)):
        with pytest.raises(StoreError, match="the importer can't read the list"):
            write_tables(Given([Node(("Person",), "a", {"names": value})], []), tmp_path / f"list{len(value)}{len(''.join(value))}")


def test_entities_of_a_page_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret-of-mine")
    bomb = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    body = "<p>西来镇党委推行“板凳会”机制，已开37场，群众都说好。&x11;&file;</p>" * 5
    page = f'<!DOCTYPE html [<!ENTITY x0 "boom">{bomb}<!ENTITY file SYSTEM "file://{tmp_path}/secret">]><html><body>{body}</body></html>'
    (tmp_path / "page.html").write_text(page, "utf-8")
    (source,) = read(tmp_path / "page.html")
    assert isinstance(source, Source)
    text = clean(source).text
    assert "板凳会" in text
    assert "secret-of-mine" not in text
    assert "boomboom" not in text
