"""The command line as a user runs it, in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import SAMPLE, Kg

from kg.commands.asking import values
from kg.commands.common import Format, show
from kg.read import read
from kg.records import Node, Source, Table
from kg.store import FORMAT, open_store
from kg.store.bolt import BoltGraph
from kg.terms import Iri
from kg.why import why

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
FEW = ("04-pujiang-xilai.txt", "09-yuexi-changpu.html", "21-shandong-jiangsu.csv")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some of the sample articles."""
    folder = tmp_path_factory.mktemp("few")
    for name in FEW:
        shutil.copy(SAMPLE / name, folder)
    return folder


def dumped(kg: Kg, store: Path, out: Path) -> bytes:
    assert kg("export", out, "--format", "nquads", "--store", store).code == 0
    return out.read_bytes()


def test_without_a_verb_it_helps(kg: Kg) -> None:
    shown = kg("--help")
    assert shown.code == 0
    for verb in ("build", "extract", "ask", "cypher", "sparql", "load", "export", "why", "validate", "remove", "questions", "stats", "evaluate"):
        assert f" {verb} " in shown.out
        assert kg(verb, "--help").out.count("Usage:") == 1


def test_the_version_is_that_of_the_package(kg: Kg) -> None:
    assert kg("--version").out.startswith("kg 0.")


def test_building_again_skips_all_and_order_and_process_do_not_matter(kg: Kg, few: Path, tmp_path: Path) -> None:
    first = kg("build", few, "--store", tmp_path / "a")
    assert first.code == 0
    assert first.out.startswith("4 read, 0 skipped, 4 changed, 0 refused; nodes ")
    again = kg("build", few, "--store", tmp_path / "a")
    assert again.out == "0 read, 4 skipped, 0 changed, 0 refused; the graph is as it was\n"
    backwards = kg("build", *(few / name for name in reversed(FEW)), "--store", tmp_path / "b")
    assert backwards.code == 0
    assert dumped(kg, tmp_path / "a", tmp_path / "a.nq") == dumped(kg, tmp_path / "b", tmp_path / "b.nq")
    # What was removed is as if it had never been read, whatever names it: a path, an IRI, a table with all its rows.
    rest = kg("build", few / FEW[0], "--store", tmp_path / "c")
    assert rest.code == 0
    iri = json.loads(
        kg("cypher", f"MATCH (a:Article) WHERE a.doc = '{FEW[1]}' RETURN a.iri AS iri", "--store", tmp_path / "a", "--format", "json").out
    )
    assert kg("remove", iri[0]["iri"], "--store", tmp_path / "a").out == f"{FEW[1]} removed\n"
    assert len(kg("remove", few / FEW[2], "--store", tmp_path / "a").out.splitlines()) == 2
    assert dumped(kg, tmp_path / "a", tmp_path / "a.nq") == dumped(kg, tmp_path / "c", tmp_path / "c.nq")
    for store in ("a", "c"):
        assert kg("export", tmp_path / f"{store}.json", "--store", tmp_path / store).code == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "c.json").read_bytes()
    gone = kg("remove", FEW[1], "--store", tmp_path / "a")
    assert (gone.code, len(gone.lines)) == (2, 1)
    # An article that changed replaces its older self.
    changed = tmp_path / FEW[0]
    changed.write_bytes((few / FEW[0]).read_bytes() + "\n西来镇党委还推行“白鹤夜谈”机制。\n".encode())
    built = kg("build", changed, "--store", tmp_path / "a")
    assert built.out.startswith("1 read, 0 skipped, 1 changed, 0 refused; nodes ")


def test_extract_writes_an_object_for_each_article_in_the_form_of_the_gold(kg: Kg, few: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = kg("extract", few, "--output", out)
    assert (done.code, done.out) == (0, "")
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [item["doc"].split("#")[0] for item in found] == [FEW[0], FEW[1], FEW[2], FEW[2]]
    for item in found:
        assert {"doc", "title", "published", "entities", "relations", "implementations", "focal_place"} <= item.keys()
        ids = {entity["id"] for entity in item["entities"]}
        assert item["relations"]
        assert all({relation["s"], relation["o"]} <= ids for relation in item["relations"])
    assert kg("extract", few).out == out.read_text("utf-8")


@pytest.mark.parametrize(
    "verb", [("ask", "partners"), ("questions",), ("stats",), ("why", "郭家坝镇党委"), ("cypher", "RETURN 1 AS one"), ("validate",)]
)
def test_json_is_one_value_and_nothing_else(kg: Kg, sample_store: Path, verb: tuple[str, ...]) -> None:
    done = kg(*verb, "--format", "json", *(() if verb == ("questions",) else ("--store", sample_store)))
    assert (done.code, done.err) == (0, "")
    rows = json.loads(done.out)
    assert isinstance(rows, list)
    assert all(isinstance(row, dict) for row in rows)
    assert rows or verb == ("validate",)


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "verb",
    [
        *(("ask", "who-runs-what-where", "--format", "csv"), ("ask", "bodies-of-a-place", "-p", "place=秭归县"), ("stats", "--format", "json")),
        *(("why", "郭家坝镇党委", "--format", "json"), ("cypher", "MATCH (p:Place) RETURN p ORDER BY p.iri", "--format", "json")),
    ],
)
def test_the_server_gives_the_same_answers(kg: Kg, sample_store: Path, sample_in_neo4j: Mapping[str, str], verb: tuple[str, ...]) -> None:
    embedded = kg(*verb, "--store", sample_store)
    server = kg(*verb, "--store", sample_store, "--neo4j", **sample_in_neo4j)
    assert (embedded.code, embedded.err) == (0, "")
    assert server == embedded


@pytest.mark.neo4j
def test_the_server_exports_the_same(kg: Kg, sample_store: Path, sample_in_neo4j: Mapping[str, str], tmp_path: Path) -> None:
    around = ("--around", "秭归县", "--hops", "2", "--store", sample_store)
    assert kg("export", tmp_path / "e.json", *around).code == 0
    assert kg("export", tmp_path / "s.json", *around, "--neo4j", **sample_in_neo4j).code == 0
    assert (tmp_path / "e.json").read_bytes() == (tmp_path / "s.json").read_bytes()


@pytest.mark.neo4j
def test_a_second_load_changes_nothing_and_says_so(kg: Kg, sample_store: Path, sample_in_neo4j: Mapping[str, str]) -> None:
    again = kg("load", "--store", sample_store, **sample_in_neo4j)
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("nodes 0 new, 0 changed, 0 deleted, ")
    assert " 0 as they were" not in again.out


def test_why_shows_sentences_as_they_stand_in_the_raw_file(kg: Kg, sample_store: Path) -> None:
    sources = {source.doc: source.raw for path in sorted(SAMPLE.iterdir()) for source in read(path) if isinstance(source, Source)}
    facts = json.loads(kg("why", "莲花镇党委", "--store", sample_store, "--format", "json").out)
    facts += json.loads(kg("why", "永兴镇", "--store", sample_store, "--format", "json").out)
    assert {fact["status"] for fact in facts} >= {"asserted"}
    assert len(facts) > 10
    for fact in facts:
        assert sources[fact["article"]][fact["raw_start"] : fact["raw_end"]] == fact["sentence"]
        assert fact["rules"], fact


def test_why_marks_what_is_planned(kg: Kg, sample_store: Path) -> None:
    query = "PREFIX : <https://w3id.org/jiceng-kg/ontology#> SELECT ?s ?status { ?x a :Statement ; :status ?status ; "
    query += "<http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?s FILTER (?status = 'planned') } ORDER BY ?s LIMIT 1"
    (planned,) = json.loads(kg("sparql", query, "--store", sample_store, "--format", "json").out)
    facts = json.loads(kg("why", planned["s"], "--store", sample_store, "--format", "json").out)
    assert "planned" in {fact["status"] for fact in facts}


def test_why_asks_a_server_that_lacks_newer_articles(sample_store: Path, embedded_graph: BoltGraph) -> None:
    query = f"SELECT ?s ?o {{ ?x <{Iri.SUBJECT}> ?s ; <{Iri.OBJECT}> ?o ; <{Iri.STATUS}> 'planned' FILTER (?s != ?o) }} ORDER BY ?s ?o LIMIT 1"
    with open_store(sample_store, write=False) as store:
        found = store.record.query(query)
        assert isinstance(found, Table)
        ((subject, target),) = found.rows
        embedded_graph.load([Node(("Organization",), str(subject), {"name": "甲", "names": ("甲",)})], [])
        facts = why("甲", embedded_graph, store.record)
    assert ("甲", target) in {(fact.subject, fact.object) for fact in facts}


def test_an_unknown_name_tells_what_there_is(kg: Kg, sample_store: Path) -> None:
    done = kg("why", "坝镇党委", "--store", sample_store)
    assert (done.code, len(done.lines)) == (2, 1)
    assert "there are 郭家坝镇党委" in done.err


def test_tables_have_chinese_headings(kg: Kg, sample_store: Path) -> None:
    done = kg("ask", "who-holds-which-post", "--store", sample_store)
    assert "谁在哪个机构任什么职" in done.out
    assert "职务" in done.out
    markdown = kg("ask", "partners", "--store", sample_store, "--format", "markdown").out.splitlines()
    assert markdown[1] == "|---|---|---|---|"
    assert len({line.replace("\\|", "").count("|") for line in markdown}) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ask", "who-runs"), 2, "did you mean who-runs-what-where"),
        (("ask", "bodies-of-a-place"), 2, "add -p place="),
        (("ask", "bodies-of-a-place", "-p", "place"), 2, "write -p KEY=VALUE"),
        (("cypher", "MATCH (n) SET n.x = 1"), 2, "error: "),
        (("cypher", "MATCH (n RETURN n"), 2, "Cypher: "),
        (("sparql", "SELECT nothing"), 2, "SPARQL: "),
        (("export", "x.docx"), 2, "its ending names no format"),
        (("export", "nowhere/x.json"), 2, "make the folder nowhere first"),
        (("export", "x.ttl", "--around", "秭归县"), 2, "leave --neo4j and --around out"),
        (("export", "x.json", "--around", "无此地"), 2, "nothing in the graph is called"),
        (("remove", "no-such.txt"), 2, "has no article no-such.txt"),
    ],
)
def test_bad_usage_is_one_line(kg: Kg, sample_store: Path, words: tuple[str, ...], code: int, says: str) -> None:
    done = kg(*words, KG_STORE=str(sample_store))
    assert (done.code, done.out, len(done.lines)) == (code, "", 1), done.err
    assert says in done.err


def test_verbs_that_read_a_store_take_it_from_the_option_or_the_environment(kg: Kg) -> None:
    for verb in ("build", "ask", "cypher", "sparql", "load", "export", "why", "validate", "remove", "stats"):
        shown = kg(verb, "--help", COLUMNS="200").out
        assert "--store" in shown, verb
        assert "KG_STORE" in shown, verb
    for verb in ("extract", "questions", "evaluate"):
        assert "--store" not in kg(verb, "--help").out, verb


@pytest.mark.parametrize("store", ["README.md/x", "/proc/x", "README.md"])
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc is not there")
def test_a_path_where_no_store_can_be_is_one_line(kg: Kg, few: Path, tmp_path: Path, store: str) -> None:
    (tmp_path / "README.md").write_text("x", "utf-8")
    path = store if store.startswith("/") else tmp_path / store
    done = kg("build", few / FEW[0], "--store", path)
    assert (done.code, done.out, len(done.lines)) == (2, "", 1), done.err
    assert f"{path} " in done.err


def test_a_store_that_can_not_be_locked_is_one_line(kg: Kg, few: Path, tmp_path: Path) -> None:
    (tmp_path / "kg-store.json").write_text(f'{{"format":{FORMAT}}}\n', "utf-8")
    (tmp_path / "lock").mkdir()
    for done in (kg("build", few / FEW[0], "--store", tmp_path), kg("stats", "--store", tmp_path)):
        assert (done.code, len(done.lines)) == (2, 1)
        assert "can't be used as a store" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is not there")
def test_a_full_disk_is_one_line(kg: Kg, few: Path, tmp_path: Path) -> None:
    (tmp_path / ".kg-store.json.new").symlink_to("/dev/full")
    done = kg("build", few / FEW[0], "--store", tmp_path)
    assert (done.code, len(done.lines)) == (2, 1)
    assert "free some space" in done.err
    full = kg("extract", few / FEW[0], "--output", "/dev/full")
    assert (full.code, len(full.lines)) == (2, 1)
    assert "/dev/full can't be written" in full.err


@pytest.mark.parametrize("form", ["json", "csv", "table", "markdown"])
def test_a_closed_pipe_is_no_error(form: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "kg.cli", "questions", "--format", form]
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
@pytest.mark.parametrize(("verb", "says"), [("build", "stopped; what was read is kept, run the same command to go on\n"), ("stats", "stopped\n")])
def test_stopping_is_one_line_and_130(few: Path, tmp_path: Path, verb: str, says: str) -> None:
    waiting = tmp_path / "kg-store.json"
    os.mkfifo(waiting)
    command = [sys.executable, "-m", "kg.cli", verb, *((str(few),) if verb == "build" else ()), "--store", str(tmp_path)]

    def heed() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # where the tests run in the background, a child would ignore it

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed) as process, waiting.open("wb"):  # until the other side reads
        process.send_signal(signal.SIGINT)
        assert (process.wait(60), process.communicate()[1]) == (130, says)


def test_parameters_of_statements_are_json_or_else_text(kg: Kg, sample_store: Path) -> None:
    asked = ("cypher", "MATCH (p:Place) RETURN p.name AS n ORDER BY n LIMIT $n", "-p", "n=2", "--store", sample_store, "--format", "json")
    assert len(json.loads(kg(*asked).out)) == 2
    given = ["a=1.5", "b=true", 'c=[1, "x"]', 'd="330523"', "e=甲镇", "f=NaN", f"g={2**63}", f"h={-(2**63)}", "i=", "j=0330"]
    expected = {"a": 1.5, "b": True, "c": [1, "x"], "d": "330523", "e": "甲镇", "f": "NaN", "g": str(2**63), "h": -(2**63), "i": "", "j": "0330"}
    assert values(given) == expected


def test_json_holds_nothing_that_json_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    infinite = float("inf")
    show(Table(("a", "b", "c"), ((float("nan"), [infinite, {"x": -infinite}], b"\xff\x00"),)), Format.JSON)

    def refuse(text: str) -> None:
        raise AssertionError(text)

    assert json.loads(capsys.readouterr().out, parse_constant=refuse) == [{"a": None, "b": [None, {"x": None}], "c": "/wA="}]


def test_questions_tell_what_they_are_about(kg: Kg) -> None:
    rows = {row["name"]: row for row in json.loads(kg("questions", "--format", "json").out)}
    assert rows["partners"]["about_zh"].startswith("结对不分先后")
    assert rows["partners"]["about_en"].startswith("Partnership has no direction")
    assert "结对不分先后" in kg("questions").out


def test_rows_whose_ids_hold_slashes_are_removed_by_their_names(kg: Kg, tmp_path: Path) -> None:
    text = (SAMPLE / FEW[0]).read_text("utf-8")
    table = tmp_path / "t.jsonl"
    table.write_text("".join(json.dumps({"id": key, "text": text}) + "\n" for key in ("2023/5", "b/5", "5")), "utf-8")
    store = tmp_path / "store"
    assert kg("build", table, "--store", store).code == 0
    done = kg("remove", "t.jsonl#2023/5", "--store", store)
    assert done.out == "t.jsonl#2023/5 removed\n", done.err
    assert kg("remove", f"{table}#b/5", "--store", store).out == "t.jsonl#b/5 removed\n"
    assert kg("remove", table, "--store", store).out == "t.jsonl#5 removed\n"


def test_an_extraction_that_fails_leaves_the_file_as_it_was(kg: Kg, few: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before", "utf-8")
    out.chmod(0o640)
    assert kg("extract", tmp_path / "nowhere", "--output", out).code == 2
    assert out.read_text("utf-8") == "before"
    link = tmp_path / "link.jsonl"
    link.symlink_to(out)
    assert kg("extract", few / FEW[0], "--output", link).code == 0
    assert link.is_symlink()
    assert json.loads(out.read_text("utf-8"))["doc"] == FEW[0]
    assert out.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.jsonl", "out.jsonl"]


def test_write_needs_its_option_and_a_graph_that_is_deleted_is_made_again(kg: Kg, sample_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(sample_store, store)
    assert kg("cypher", "MATCH (p:Person) DETACH DELETE p", "--write", "--store", store).code == 0
    count = ("cypher", "MATCH (p:Person) RETURN count(p) AS n", "--format", "json", "--store", store)
    assert json.loads(kg(*count).out) == [{"n": 0}]
    shutil.rmtree(store / "graph")
    assert kg("build", SAMPLE / FEW[0], "--store", store).code == 0
    assert json.loads(kg(*count).out)[0]["n"] > 20


def test_evaluate_counts_as_the_scorer_beside_the_gold_does(kg: Kg, tmp_path: Path) -> None:
    if not (SHARED / "gold" / "score.py").exists():
        pytest.skip("../shared/gold is not there")
    out = tmp_path / "out.jsonl"
    kg("extract", SHARED / "articles", "--output", out)
    theirs = subprocess.run([sys.executable, SHARED / "gold" / "score.py", SHARED / "gold", out], capture_output=True, text=True, check=True).stdout
    mine = {row["what"]: row for row in json.loads(kg("evaluate", SHARED / "gold", out, "--format", "json").out)}
    compared = 0
    for line in theirs.splitlines():
        words = line.split()
        if len(words) == 7 and words[0] in mine:
            row = mine[words[0]]
            assert [f"{row[key]:.3f}" for key in ("precision", "recall", "f1")] == [words[2], words[4], words[6]], words[0]
            compared += 1
    assert compared == 18
    summary = json.loads(theirs.splitlines()[-1])
    assert mine["kinds"]["precision"] == summary["kind_accuracy"]
    assert mine["negatives"]["spurious"] == summary["negatives_asserted"]


def test_evaluate_finds_what_is_wrong_and_what_is_missing(kg: Kg, tmp_path: Path) -> None:
    gold = {
        "doc": "a.txt",
        "entities": [
            {"id": "O1", "type": "Organization", "kind": "party_committee", "name": "甲镇党委", "names": []},
            {"id": "O2", "type": "Organization", "kind": "government", "name": "甲镇政府", "names": []},
            {"id": "I1", "type": "Initiative", "kind": "mechanism", "name": "“乙”机制", "names": []},
            {"id": "P1", "type": "Place", "kind": "township", "name": "甲镇", "names": []},
        ],
        "relations": [{"s": "O1", "p": "RUNS", "o": "I1"}, {"s": "O1", "p": "LOCATED_IN", "o": "P1"}],
        "implementations": [{"by": ["O1"], "of": "I1", "at": ["P1"], "metrics": [{"value": 3, "unit": "个"}]}],
    }
    mine = json.loads(json.dumps(gold))
    mine["entities"][2]["name"] = "乙机制"
    mine["entities"].append({"id": "X", "type": "Person", "kind": None, "name": "丙丁", "names": []})
    mine["relations"] = [{"s": "O2", "p": "RUNS", "o": "I1"}, {"s": "P1", "p": "WITHIN", "o": "P1"}]
    mine["implementations"][0]["metrics"][0]["value"] = 4
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.json").write_text(json.dumps(gold), "utf-8")
    (tmp_path / "mine.jsonl").write_text(json.dumps(mine) + "\n", "utf-8")
    rows = {row["what"]: row for row in json.loads(kg("evaluate", tmp_path / "gold", tmp_path / "mine.jsonl", "--format", "json").out)}
    counts = {
        what: [rows[what][key] for key in ("right", "spurious", "missed")] for what in ("entities", "Person", "relations", "RUNS", "rows", "figures")
    }
    assert counts == {
        **{"entities": [4, 1, 0], "Person": [0, 1, 0]},
        **{"relations": [0, 1, 3], "RUNS": [0, 0, 1], "rows": [1, 0, 0], "figures": [0, 1, 1]},
    }
    assert kg("evaluate", tmp_path / "nowhere", tmp_path / "mine.jsonl").code == 2


def gold_of(doc: str, **more: object) -> dict[str, object]:
    entity = {"id": "P1", "type": "Place", "kind": "township", "name": "甲\u2028镇"}
    return {"doc": doc, "entities": [entity], "relations": [], "implementations": [], **more}


def test_evaluate_takes_the_article_of_that_name_and_no_longer_one(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a1.json").write_text(json.dumps(gold_of("a1")), "utf-8")

    def right(*docs: str) -> tuple[int, int]:
        lines = [json.dumps(gold_of(doc, **({"entities": []} if doc == "a1_b.txt" else {})), ensure_ascii=False) for doc in docs]
        (tmp_path / "mine.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        done = kg("evaluate", tmp_path / "gold", tmp_path / "mine.jsonl", "--format", "json")
        row = json.loads(done.out)[0]
        return row["right"], row["missed"]

    assert right("a10.txt") == (0, 1)
    assert right("a10.txt", "a1.txt") == (1, 0)
    assert right("a1_b.txt", "x/a1.txt") == (1, 0)
    assert right("a1 of May.txt") == (1, 0)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"entities": [{"type": "Place", "name": "甲镇"}]}, "mine.jsonl:1: entities, number 1: id is missing"),
        ({"entities": ["甲镇"]}, "mine.jsonl:1: entities, number 1: id, type, name, names is missing"),
        ({"relations": {}}, "mine.jsonl:1: relations is no list"),
        ({"implementations": [{"by": "P1", "of": "P1", "at": []}]}, "mine.jsonl:1: implementations, number 1: by is missing"),
        ({"doc": 1}, "mine.jsonl:1: doc is no text"),
    ],
)
def test_evaluate_refuses_what_is_not_in_the_form(kg: Kg, tmp_path: Path, wrong: dict[str, object], says: str) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.json").write_text(json.dumps(gold_of("a")), "utf-8")
    (tmp_path / "mine.jsonl").write_text(json.dumps({**gold_of("a.txt"), **wrong}) + "\n", "utf-8")
    done = kg("evaluate", tmp_path / "gold", tmp_path / "mine.jsonl")
    assert (done.code, done.out, len(done.lines)) == (2, "", 1)
    assert says in done.err


@pytest.mark.parametrize(
    ("gold", "says"),
    [
        (json.dumps(gold_of("甲"), ensure_ascii=False).encode("gb18030"), "can't be read"),
        (json.dumps(gold_of("a", relations=[{"s": "O9", "p": "RUNS", "o": "P1"}])).encode(), "no entity has the id O9"),
        (json.dumps(gold_of("a", negatives=[{"s": "P1", "p": "METRIC", "o": "METRIC"}])).encode(), "names no figure"),
    ],
)
def test_evaluate_refuses_gold_that_it_can_not_use(kg: Kg, tmp_path: Path, gold: bytes, says: str) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.json").write_bytes(gold)
    (tmp_path / "mine.jsonl").write_text(json.dumps(gold_of("a.txt")) + "\n", "utf-8")
    done = kg("evaluate", tmp_path / "gold", tmp_path / "mine.jsonl")
    assert (done.code, done.out, len(done.lines)) == (2, "", 1)
    assert says in done.err


def test_an_answer_without_rows_says_which_name_is_unknown(kg: Kg, sample_store: Path) -> None:
    asked = kg("ask", "who-runs-what-where", "-p", "place=梅溪", "--store", sample_store, "--format", "csv")
    assert asked.code == 0
    assert len(asked.out.splitlines()) == 1
    assert asked.err == "note: nothing in the graph is called 梅溪; there are 梅溪镇, 梅溪镇党委\n"
    assert (
        kg("ask", "initiatives-by-kind-and-place", "-p", "kind=project", "-p", "place=郭家坝镇", "--store", sample_store, "--format", "csv").err == ""
    )


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        (("export", "graph.json", "--hops", "2"), "add --around"),
        (("sparql", "CONSTRUCT WHERE { ?s a ?c }", "--format", "json"), "N-Triples"),
    ],
)
def test_options_that_would_do_nothing_are_refused(kg: Kg, sample_store: Path, verb: tuple[str, ...], says: str) -> None:
    refused = kg(*verb, "--store", sample_store)
    assert refused.code == 2
    assert says in refused.err
    assert not refused.out


def test_each_node_of_the_json_export_has_its_names_and_mentions(kg: Kg, sample_store: Path, tmp_path: Path) -> None:
    assert kg("export", tmp_path / "all.json", "--store", sample_store).code == 0
    nodes = json.loads((tmp_path / "all.json").read_text("utf-8"))["nodes"]
    assert nodes
    assert all(isinstance(node["names"], list) and isinstance(node["mentions"], list) for node in nodes)
    assert any(node["mentions"] for node in nodes)


def test_whole_numbers_of_a_csv_have_no_fraction(kg: Kg, sample_store: Path) -> None:
    table = kg("cypher", "RETURN 200.0 AS whole, 0.5 AS half", "--store", sample_store, "--format", "csv")
    assert table.out.split() == ["whole,half", "200,0.5"]
