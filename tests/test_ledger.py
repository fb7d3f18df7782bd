"""The ledger: decisions that outlive every rebuild, and say so when they no longer apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from kg import ledger
from kg.errors import InputError, KgError, StoreError
from kg.ledger import append, beside, evidence_hash, read
from kg.pipeline import build
from kg.records import Decision
from kg.store import Store, open_store
from kg.terms import THING

TOWN = "陕西省洛川县柳塘镇党委推行“一线三帮”工作法，总投资1200万元，惠及群众3600人。"
VILLAGE = "白杨村党支部书记周望山带领党员建成苹果选果线，安置就业46人。"
AGAIN = "柳塘镇党委深化“一线三帮”工作法，群众办事少跑腿。"
ARTICLES = {
    "one.txt": f"柳塘镇：一线三帮进果园\n发布时间：2023-05-01\n{TOWN}\n{VILLAGE}\n",
    "two.txt": f"洛川：基层治理在行动\n发布时间：2023-05-09\n陕西省洛川县柳塘镇党委组织“果园夜校”活动，举办培训38期。\n{AGAIN}\n",
}
NOTHING = f"{THING}initiative/none"
COMMITTEE = "MATCH (a)-[r:RUNS]->(i) WHERE i.name CONTAINS '一线三帮' RETURN a.iri AS a, i.iri AS i"


def refuse(error: KgError) -> None:
    raise error


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., list[Path]]:
    """Writes articles, all or those given."""

    def written(articles: dict[str, str] = ARTICLES) -> list[Path]:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        for name, text in articles.items():
            (folder / name).write_text(text, "utf-8")
        return [folder / name for name in articles]

    return written


def built(paths: Iterable[Path], directory: Path) -> tuple[list[str], bytes, tuple[tuple[object, ...], ...]]:
    """Build into a store: what was remarked, the record, the graph's relationships."""
    with open_store(directory, write=True) as store:
        remarks = build(paths, store, refuse).remarks
        return remarks, store.record.dump("nquads"), edges(store)


def edges(store: Store) -> tuple[tuple[object, ...], ...]:
    return store.graph.ask("MATCH (a)-[r]->(b) RETURN a.iri AS a, type(r) AS type, b.iri AS b, r AS r ORDER BY a, type, b", {}).rows


def fact(directory: Path) -> tuple[str, str]:
    with open_store(directory, write=False) as store:
        ((subject, target),) = store.graph.ask(COMMITTEE, {}).rows
    return str(subject), str(target)


def decided(verdict: str, subject: str, target: str, *sentences: str, on: str = "2024-01-02") -> Decision:
    predicate = "RUNS" if sentences else ""
    return Decision(verdict, subject, predicate, target, tuple(map(evidence_hash, sentences)), "王敏", on, "看错了主语")  # type: ignore[arg-type]


def test_a_wrong_fact_is_asserted_no_more_wherever_its_sentences_stand(write: Callable[..., list[Path]], tmp_path: Path) -> None:
    paths = write()
    before = built(paths, tmp_path / "store")
    subject, target = fact(tmp_path / "store")
    append(beside(tmp_path / "store"), [decided("wrong", subject, target, TOWN, AGAIN)])
    remarks, record, found = built(paths, tmp_path / "store")
    assert not remarks
    assert (subject, "RUNS", target) in {row[:3] for row in before[2]}
    assert (subject, "RUNS", target) not in {row[:3] for row in found}
    assert record.count(b'"wrong"') > 1
    assert "看错了主语".encode() in record
    with open_store(tmp_path / "store", write=False) as store:
        rows = store.graph.ask("MATCH (x:Implementation)-[:OF]->(i {iri: $i}) RETURN x.name", {"i": target}).rows
    assert not rows, "who runs it was the row's only body"


def test_the_ledger_replayed_on_a_rebuild_in_another_order_gives_the_same_graph(write: Callable[..., list[Path]], tmp_path: Path) -> None:
    paths = write()
    built(paths, tmp_path / "store")
    subject, target = fact(tmp_path / "store")
    append(beside(tmp_path / "store"), [decided("wrong", subject, target, TOWN, AGAIN), decided("right", subject, NOTHING, VILLAGE)])
    after = built(paths, tmp_path / "store")
    beside(tmp_path / "again").write_bytes(beside(tmp_path / "store").read_bytes())
    for path in reversed(paths):
        again = built([path], tmp_path / "again")
    assert again[1:] == after[1:]
    assert [remark.replace("again", "store") for remark in again[0]] == after[0]


def test_a_decision_on_a_sentence_that_changed_is_reported_and_the_fact_is_back(write: Callable[..., list[Path]], tmp_path: Path) -> None:
    paths = write()
    built(paths, tmp_path / "store")
    subject, target = fact(tmp_path / "store")
    path = beside(tmp_path / "store")
    append(path, [decided("wrong", subject, target, TOWN, AGAIN)])
    built(paths, tmp_path / "store")
    paths = write({**ARTICLES, "one.txt": ARTICLES["one.txt"].replace("1200万元", "1500万元")})
    remarks, _, found = built(paths, tmp_path / "store")
    assert len(remarks) == 1
    assert remarks[0].startswith(f"{path}:2: wrong")
    assert "one.txt" in remarks[0]
    edge = next(row for row in found if row[:3] == (subject, "RUNS", target))
    assert "one.txt" in str(edge[3])
    assert "two.txt" not in str(edge[3]), "its sentence is the one that was judged"
    path.unlink()
    without = built(paths, tmp_path / "store")
    assert not without[0]
    assert without[1:] == built(paths, tmp_path / "never")[1:], "a decision that is taken out of the file leaves nothing behind"


def test_a_decision_on_what_nobody_says_is_reported(write: Callable[..., list[Path]], tmp_path: Path) -> None:
    path = beside(tmp_path / "store")
    pair = f"{THING}organization/a", f"{THING}organization/b"
    append(path, [decided("wrong", f"{THING}organization/none", NOTHING, TOWN), decided("same", *pair)])
    remarks, _, _ = built(write(), tmp_path / "store")
    assert [remark.split(": ")[0] for remark in sorted(remarks)] == [f"{path}:2", f"{path}:3"]


# ---- the file


def test_the_later_decision_holds_and_both_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.tsv"
    subject, target = f"{THING}organization/a", f"{THING}initiative/b"
    append(path, [decided("right", subject, target, TOWN, on="2024-03-01")])
    append(path, [decided("wrong", subject, target, TOWN, on="2024-02-01")])
    append(path, [decided("different", subject, target)])
    found = read(path)
    assert [d.verdict for d in found.current] == ["right", "different"]
    assert found.contradictions == (f"{path}:3: wrong is contradicted by line 2, right, which holds",)


def test_what_holds_already_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.tsv"
    decision = decided("same", f"{THING}person/a", f"{THING}person/b")
    assert [d.line for d in append(path, [decision])] == [2]
    before = path.read_bytes()
    assert append(path, [replace(decision, subject=decision.object, object=decision.subject, by="李响")]) == ()
    assert path.read_bytes() == before
    assert [d.line for d in append(path, [replace(decision, verdict="different")])] == [3]
    assert path.read_bytes().startswith(before), "the file only grows"


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("maybe\tS\t\tO\t\t王敏\t2024-01-02\t\t", "no verdict"),
        ("same\tS\t\tS\t\t王敏\t2024-01-02\t\t", "itself"),
        ("same\tS\tRUNS\tO\t\t王敏\t2024-01-02\t\t", "predicate"),
        ("same\thttp://elsewhere/\t\tO\t\t王敏\t2024-01-02\t\t", "subject"),
        ("wrong\tS\tRUNS\tO\t\t王敏\t2024-01-02\t\t", "hashes"),
        ("wrong\tS\tRUN\tO\tabc\t王敏\t2024-01-02\t\t", "relation"),
        ("place is\tS\t\t61\t\t王敏\t2024-01-02\t\t", "code"),
        ("same\tS\t\tO\t\t王敏\t2024-1-2\t\t", "date"),
        ("same\tS\t\tO\t\t\t2024-01-02\t\t", "who"),
        ("same\tS\t\tO", "cells"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, cells: str, fault: str) -> None:
    path = tmp_path / "ledger.tsv"
    known = {"S": f"{THING}organization/s", "O": f"{THING}organization/o"}
    line = "\t".join(known.get(cell, cell) for cell in cells.split("\t"))
    path.write_text("\t".join(ledger.COLUMNS) + f"\n# by hand\n{line}\n", "utf-8")
    with pytest.raises(InputError, match=rf"ledger.tsv:3: .*{fault}"):
        read(path)


def test_nothing_is_added_after_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.tsv"
    append(path, [decided("same", f"{THING}person/a", f"{THING}person/b")])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match="ends within a line"):
        append(path, [decided("same", f"{THING}person/a", f"{THING}person/c")])
