"""Figures of an extraction against gold, their intervals, and the list of what went wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import Kg
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.evaluate import COLUMNS, ERROR_COLUMNS, errors, score, table, tally
from kg.score import compare

GOLD: dict[str, Any] = {
    "doc": "a.txt",
    "entities": [
        {"id": "O1", "type": "Organization", "kind": "party_committee", "name": "甲镇党委", "names": ["镇党委"]},
        {"id": "O2", "type": "Organization", "kind": "government", "name": "甲镇司法所", "names": []},
        {"id": "I1", "type": "Initiative", "kind": "mechanism", "name": "“乙”机制", "names": []},
        {"id": "I2", "type": "Initiative", "kind": "project", "name": "冷库", "names": [], "core": False},
        {"id": "P1", "type": "Place", "kind": "township", "name": "甲镇", "names": []},
    ],
    "relations": [{"s": "O1", "p": "RUNS", "o": "I1", "quote": "镇党委推行“乙”机制"}],
    "implementations": [
        {"by": ["O1"], "of": "I1", "at": ["P1"], "quote": "镇党委推行“乙”机制", "metrics": [{"value": 3, "unit": "个", "quote": "3个"}]}
    ],
    "negatives": [{"s": "O1", "p": "RUNS", "o": "I2", "why": "拟建", "type": "planned"}, {"s": "I2", "p": "METRIC", "o": "投资 5 元"}],
}
TEXT = "甲镇党委推行“乙”机制，设3个点。\n镇司法所参加。镇党委拟建冷库。"


def changed(**parts: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(GOLD))
    return copy | parts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A gold folder with one article and its text."""
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.json").write_text(json.dumps(GOLD), "utf-8")
    (tmp_path / "gold" / "a.txt").write_text(TEXT, "utf-8")
    return tmp_path


def written(folder: Path, *articles: dict[str, Any]) -> Path:
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    return path


def by_name(gold: Path, mine: Path) -> dict[str, dict[str, Any]]:
    return {str(row[0]): dict(zip(COLUMNS, row, strict=True)) for row in score(gold, mine).rows}


def test_a_wrong_kind_is_spurious_for_one_kind_and_missed_for_the_other(folder: Path) -> None:
    mine = changed()
    mine["entities"][1]["kind"] = "public_service"
    rows = by_name(folder / "gold", written(folder, mine))
    assert [rows["Organization"][key] for key in ("right", "spurious", "missed")] == [2, 0, 0]
    assert [rows["government"][key] for key in ("right", "spurious", "missed")] == [0, 0, 1]
    assert [rows["public_service"][key] for key in ("right", "spurious", "missed")] == [0, 1, 0]
    assert (rows["kinds"]["precision"], rows["kinds"]["share"]) == (0.8, 0.8)


def test_negatives_are_counted_and_shared(folder: Path) -> None:
    mine = changed()
    mine["relations"].append({"s": "O1", "p": "RUNS", "o": "I2"})
    rows = by_name(folder / "gold", written(folder, mine))
    assert (rows["negatives"]["spurious"], rows["negatives"]["share"]) == (1, 0.5)
    mine["implementations"].append({"by": ["O1"], "of": "I2", "at": ["P1"], "metrics": [{"value": 5, "unit": "元"}]})
    rows = by_name(folder / "gold", written(folder, mine))
    assert (rows["negatives"]["spurious"], rows["negatives"]["share"]) == (2, 1.0)


def test_errors_come_with_the_sentence_of_the_article(folder: Path) -> None:
    mine = changed(
        relations=[{"s": "O2", "p": "PARTICIPATES_IN", "o": "I1", "quote": "镇司法所参加"}, {"s": "O1", "p": "RUNS", "o": "I2", "quote": "拟建"}]
    )
    mine["entities"].append({"id": "X", "type": "Person", "name": "丁", "names": ["司法所"]})
    mine["implementations"][0]["metrics"][0] |= {"value": 4}
    found = errors(folder / "gold", written(folder, mine))
    assert found.columns == ERROR_COLUMNS
    first, second, third = "甲镇党委推行“乙”机制，设3个点。", "镇司法所参加。", "镇党委拟建冷库。"
    assert set(found.rows) == {
        ("a", "entities", "spurious", "Person 丁", second),
        ("a", "relations", "spurious", "甲镇司法所 PARTICIPATES_IN “乙”机制", second),
        ("a", "relations", "negative", "甲镇党委 RUNS 冷库", third),
        ("a", "relations", "missed", "甲镇党委 RUNS “乙”机制", first),
        ("a", "relations", "missed", "“乙”机制 IMPLEMENTED_IN 甲镇", first),
        ("a", "figures", "spurious", "4 count", first),
        ("a", "figures", "missed", "3 count", first),
    }
    (folder / "gold" / "a.txt").unlink()
    assert ("a", "relations", "missed", "甲镇党委 RUNS “乙”机制", "镇党委推行“乙”机制") in errors(folder / "gold", folder / "mine.jsonl").rows


def test_an_article_without_extraction_is_missed_as_a_whole(folder: Path) -> None:
    rows = by_name(folder / "gold", written(folder))
    assert [rows[name]["missed"] for name in ("entities", "relations", "rows", "figures", "mechanism")] == [4, 2, 1, 1, 1]


def test_each_relation_and_row_is_judged_once() -> None:
    judged = [item for item in compare(GOLD, GOLD).judged if item.number is not None]
    assert [(item.group, item.number, item.outcome) for item in judged] == [("relations", 0, "right"), ("rows", 0, "right")]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_an_interval_is_in_order_and_one_article_has_none_to_speak_of(counts: list[tuple[int, int, int]]) -> None:
    tallies = [Counter({"rows right": right, "rows spurious": spurious, "rows missed": missed}) for right, spurious, missed in counts]
    row = next(dict(zip(COLUMNS, row, strict=True)) for row in table(tallies).rows if row[0] == "rows")
    if any(map(sum, counts)):
        assert 0 <= row["low"] <= row["high"] <= 1  # type: ignore[operator]
    else:
        assert row["low"] is row["high"] is None
    if len(set(counts)) == 1 and row["low"] is not None:
        assert row["low"] == row["high"] == row["f1"]
    assert table(tallies) == table(tallies)


def test_a_wider_spread_of_articles_gives_a_wider_interval() -> None:
    def width(*shares: int) -> float:
        tallies = [Counter({"rows right": share, "rows spurious": 10 - share, "rows missed": 10 - share}) for share in shares]
        row = next(dict(zip(COLUMNS, row, strict=True)) for row in table(tallies).rows if row[0] == "rows")
        assert row["f1"] == 0.5
        return float(str(row["high"])) - float(str(row["low"]))

    assert width(5, 5, 5, 5) == 0 < width(4, 6, 4, 6) < width(0, 10, 0, 10)


def test_the_command_lists_errors_as_one_value(kg: Kg, folder: Path) -> None:
    mine = written(folder, changed(relations=[]))
    done = kg("evaluate", folder / "gold", mine, "--errors", "--format", "json")
    sentence = "甲镇党委推行“乙”机制，设3个点。"
    items = ["“乙”机制 IMPLEMENTED_IN 甲镇", "甲镇党委 RUNS “乙”机制"]
    assert json.loads(done.out) == [{"article": "a", "group": "relations", "outcome": "missed", "item": item, "sentence": sentence} for item in items]
    assert (done.code, done.err) == (0, "")


def test_a_folder_without_annotations_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no gold annotation"):
        score(tmp_path, written(tmp_path))


def test_what_gold_denies_is_all_that_is_shared() -> None:
    assert tally(GOLD, GOLD)["negatives all"] == 2
