"""The command line as a user runs it, in processes of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import SAMPLE, Kg

from kg.read import read
from kg.records import Source

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
    assert (again.code, again.out, again.err) == (0, "the graph is as it was\n", "")


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
    import subprocess
    import sys

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
