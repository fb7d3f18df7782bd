"""Time: when facts were reported and posts were held, and the graph of a day in the past."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Kg
from test_ledger import ARTICLES, refuse
from texts import read

from kg import terms
from kg.as_of import as_of
from kg.errors import InputError
from kg.pipeline import build
from kg.store import Store, open_store

LATER = (
    "洛川：换届之后\n发布时间：2023-06-20\n陕西省洛川县柳塘镇白杨村党支部开展“果园夜校”活动，举办培训52期。\n"
    "周望山自2021年3月起任白杨村党支部书记。\n段立本于2016年至2020年任白杨村党支部书记。\n"
)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("洛川县柳塘镇白杨村党员周望山很能干。周望山自2021年3月起任白杨村党支部书记。", "2021-03", None),
        ("洛川县柳塘镇白杨村党员周望山很能干。周望山2016年至2020年任白杨村党支部书记。", "2016", "2020"),
        ("洛川县柳塘镇白杨村党员周望山很能干。2021年果园丰收，后来人手紧缺，周望山任白杨村党支部书记。", None, None),
    ],
)
def test_when_a_post_was_held(text: str, since: str | None, until: str | None) -> None:
    (claim,) = (c for c in read(text, published="2023-06-20").reading.claims if c.predicate == terms.HOLDS_POST)
    assert (claim.since, claim.until) == (since, until)


def paths(folder: Path) -> list[Path]:
    for name, text in {**ARTICLES, "later.txt": LATER}.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in (*ARTICLES, "later.txt")]


def told(store: Store) -> tuple[object, object]:
    nodes = store.graph.ask("MATCH (n) RETURN n ORDER BY n.iri", {}).rows
    return nodes, store.graph.ask("MATCH (a)-[r]->(b) RETURN a.iri AS a, r, b.iri AS b ORDER BY a, type(r), b", {}).rows


def test_the_graph_of_a_day_is_that_of_the_articles_until_then(tmp_path: Path, kg: Kg) -> None:
    files = paths(tmp_path)
    with open_store(tmp_path / "all", write=True) as store:
        build(files, store, refuse)
        posts = "MATCH (h:Person)-[r:HOLDS_POST]->() RETURN h.name AS name, r.`from` AS since, r.`to` AS until ORDER BY name"
        held = {name: (since, until) for name, since, until in store.graph.ask(posts, {}).rows}
    assert held["周望山"] == ("2021-03", None)
    assert held["段立本"] == ("2016", "2020")
    with open_store(tmp_path / "some", write=True) as store:
        build(files[:2], store, refuse)
        wanted = told(store)
    with open_store(tmp_path / "all", write=False) as store, as_of(store, "2023-05-31") as then:
        assert told(then) == wanted
    with open_store(tmp_path / "all", write=False) as store, as_of(store, "2023-06-30") as then:
        assert "段立本" not in {row[0] for row in then.graph.ask(posts, {}).rows}, "the post had ended"
        assert {row[0] for row in then.graph.ask(posts, {}).rows} == {"周望山"}
    asked = ("ask", "who-holds-which-post", "--format", "json", "--store", tmp_path / "all")
    rows = json.loads(kg(*asked, "--as-of", "2023-06-30").out)
    assert {row["person"] for row in rows} == {"周望山"}
    slip = kg(*asked, "--as-of", "2023-6-30")
    assert (slip.code, len(slip.lines)) == (2, 1)
    out = tmp_path / "then.json"
    assert kg("export", out, "--as-of", "2023-05-31", "--store", tmp_path / "all").code == 0
    docs = {node["doc"] for node in json.loads(out.read_text("utf-8"))["nodes"] if "Article" in node["labels"]}
    assert docs == {"one.txt", "two.txt"}
    quads = tmp_path / "then.nq"
    assert kg("export", quads, "--as-of", "2023-05-31", "--store", tmp_path / "all").code == 0
    assert "later.txt" not in quads.read_text("utf-8")


def test_a_day_that_is_none(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", write=True) as store, pytest.raises(InputError, match="2023-05-31"), as_of(store, "31.5.2023"):
        pass
