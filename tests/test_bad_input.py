"""Bad input: one clear line on stderr, exit code 1 or 2, and the good files of the same call are done."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import SAMPLE, Kg, Run

from kg.annotate.quantities import quantities
from kg.store import open_store

GOOD = "04-pujiang-xilai.txt"
LONG = "村" * 17_500_000  # 52.5 MB in UTF-8

BAD = {
    "empty.txt": "the file is empty; remove it",
    "picture.txt": "binary data, no text",
    "long.txt": "the limit is 20,000,000; split it",
    "long.jsonl": "line 1 is longer than 20,000,000 bytes",
    "columns.csv": "no column with the text among id, name; name it one of text",
    "cut.parquet": "no readable Parquet",
    "line.jsonl": "line 2 is no valid JSON",
    "broken.html": "",
    "fox.txt": "no body, person, place or initiative was recognized",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bad")
    parquet = (SAMPLE / "22-hebei-heilongjiang.parquet").read_bytes()
    contents = {
        "empty.txt": b"",
        "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        "long.txt": LONG.encode(),
        "long.jsonl": b'{"text": "' + LONG.encode() + b'"}\n',
        "columns.csv": b"id,name\n1,x\n",
        "cut.parquet": parquet[: len(parquet) // 2],
        "line.jsonl": '{"text": "梅溪镇党委推行“埠头夜谈”机制，已开37场。"}\n{"text": "梅溪镇\n'.encode(),
        "broken.html": b'<html><body><div class="a<p><<</di',
        "fox.txt": b"The quick brown fox jumps over the lazy dog. " * 20,
    }
    assert contents.keys() == BAD.keys()
    for name, data in contents.items():
        (made / name).write_bytes(data)
    shutil.copy(SAMPLE / GOOD, made)
    return made


@pytest.fixture(scope="module")
def built(kg: Kg, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    store = tmp_path_factory.mktemp("bad-store") / "store"
    return kg("build", folder, "--store", store), store


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line(built: tuple[Run, Path], name: str) -> None:
    lines = [line for line in built[0].lines if name in line]
    assert len(lines) == 1, built[0].err
    assert BAD[name] in lines[0]
    assert lines[0].startswith(("refused: ", "empty: "))


def test_the_good_file_of_the_call_is_done(built: tuple[Run, Path], kg: Kg) -> None:
    run, store = built
    assert run.code == 1
    assert len(run.lines) == len(BAD)
    docs = json.loads(kg("cypher", "MATCH (a:Article) RETURN a.doc AS doc ORDER BY doc", "--store", store, "--format", "json").out)
    assert {"doc": GOOD} in docs
    assert {"doc": "line.jsonl#1"} in docs
    rows = json.loads(kg("ask", "who-runs-what-where", "--store", store, "--format", "json").out)
    assert any(row["articles"] == [GOOD] for row in rows)


def test_a_missing_path_and_an_empty_folder_do_not_stop_the_others(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "notes.docx").write_bytes(b"x")
    run = kg("build", tmp_path / "missing.txt", tmp_path / "nothing", tmp_path / "notes.docx", SAMPLE / GOOD, "--store", tmp_path / "store")
    assert run.code == 2
    assert run.out.startswith("1 read, 0 skipped, 1 changed, 0 refused")
    missing, nothing, kind = run.lines
    assert missing.endswith("missing.txt doesn't exist; check the spelling")
    assert "nothing holds no article" in nothing
    assert "notes.docx is of no known kind" in kind


def test_of_two_files_of_one_name_the_second_is_refused(kg: Kg, tmp_path: Path) -> None:
    crawl = tmp_path / "crawl"
    for month in ("01", "02"):
        (crawl / month).mkdir(parents=True)
        shutil.copy(SAMPLE / GOOD, crawl / month / "1.txt")
    shutil.copy(SAMPLE / GOOD, crawl / "03.txt")
    run = kg("build", crawl, "--store", tmp_path / "store")
    assert run.code == 1
    assert run.out.startswith("2 read, 0 skipped, 2 changed, 1 refused")
    (line,) = run.lines
    assert str(crawl / "01" / "1.txt") in line
    assert str(crawl / "02" / "1.txt") in line
    assert line.endswith("rename one of them")


def test_a_name_that_is_too_long_does_not_stop_the_others(kg: Kg, tmp_path: Path) -> None:
    run = kg("build", tmp_path / ("x" * 300 + ".txt"), SAMPLE / GOOD, "--store", tmp_path / "store")
    assert run.code == 2
    assert run.out.startswith("1 read")
    (line,) = run.lines
    assert "can't be looked at" in line


def test_half_a_character_in_a_table_does_not_stop_the_others(kg: Kg, tmp_path: Path) -> None:
    text = (SAMPLE / GOOD).read_text("utf-8")
    rows = [{"id": "a", "title": "\ud800", "text": text + "\udfff"}, {"id": "b", "text": text}]
    (tmp_path / "half.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    run = kg("build", tmp_path / "half.jsonl", "--store", tmp_path / "store")
    assert run.code == 0, run.err
    assert run.out.startswith("2 read")


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "一" + "亿" * 46, "三万增至" + "9" * 400])
def test_a_figure_beyond_every_number_is_left_out(number: str) -> None:
    found = quantities(f"镇里投资{number}元，建成5公里路。")
    assert found[-1].value == 5.0
    assert all(one.value < 1e300 for one in found)


def test_without_any_good_path_no_store_is_made(kg: Kg, tmp_path: Path) -> None:
    run = kg("build", tmp_path / "missing", "--store", tmp_path / "store")
    assert (run.code, len(run.lines), run.out) == (2, 1, "")
    assert not (tmp_path / "store").exists()


def test_a_store_that_another_process_writes(kg: Kg, tmp_path: Path) -> None:
    with open_store(tmp_path / "store", write=True):
        for words in (("build", SAMPLE / GOOD), ("ask", "partners"), ("remove", GOOD), ("export", tmp_path / "x.nq")):
            run = kg(*words, "--store", tmp_path / "store")
            assert (run.code, run.out, len(run.lines)) == (2, "", 1), run.err
            assert "is in use by process" in run.err


@pytest.mark.parametrize("words", [("ask", "partners"), ("stats",), ("validate",), ("load",), ("why", "甲")])
def test_no_store(kg: Kg, tmp_path: Path, words: tuple[str, ...]) -> None:
    run = kg(*words, "--store", tmp_path / "store")
    assert (run.code, run.out, len(run.lines)) == (2, "", 1), run.err
    assert "holds no store: run kg build first" in run.err


def test_a_folder_of_something_else_is_no_store(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_bytes(b"x")
    run = kg("build", SAMPLE / GOOD, "--store", tmp_path)
    assert (run.code, len(run.lines)) == (2, 1)
    assert "is not empty and holds no store" in run.err


def test_no_server(kg: Kg, sample_store: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"bolt://127.0.0.1:{probe.getsockname()[1]}"
        run = kg("load", "--store", sample_store, NEO4J_URI=address, NEO4J_PASSWORD="secret-of-mine")
    assert (run.code, run.out, len(run.lines)) == (2, "", 1), run.err
    assert f"no Neo4j answers at {address}" in run.err
    assert "secret-of-mine" not in run.err


def test_no_address(kg: Kg, sample_store: Path) -> None:
    run = kg("ask", "partners", "--neo4j", "--store", sample_store)
    assert (run.code, len(run.lines)) == (2, 1)
    assert "set NEO4J_URI" in run.err


@pytest.mark.neo4j
def test_a_wrong_password(kg: Kg, sample_store: Path, neo4j_env: Mapping[str, str]) -> None:
    run = kg("ask", "partners", "--neo4j", "--store", sample_store, **{**neo4j_env, "NEO4J_PASSWORD": "wrong-one"})
    assert (run.code, run.out, len(run.lines)) == (2, "", 1), run.err
    assert "refuses the password" in run.err
    assert "wrong-one" not in run.err
