"""Review: what is doubtful is listed by worth, goes out as a sheet and comes back as decisions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import Kg
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from test_ledger import AGAIN, ARTICLES, TOWN, refuse

from kg.cells import plain_cell, safe_cell
from kg.errors import InputError
from kg.ledger import beside, evidence_hash
from kg.pipeline import build
from kg.review import Item, doubts
from kg.sheets import HEADINGS, read, write
from kg.store import open_store
from kg.terms import THING

ITEMS = (
    Item("fact", 1.5, "=柳塘镇党委 RUNS 工作法", "unsure", (TOWN, AGAIN), ("a",), f"{THING}organization/a", "RUNS", f"{THING}initiative/b"),
    Item("link", 1.0, "柳塘镇 (township)", "", (), ("a", "b"), f"{THING}place/610629/柳塘镇", "", ""),
    Item("join", 0.5, "周望山 = 周望山", "-same name", (), (), f"{THING}person/a", "", f"{THING}person/b"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    with open_store(folder / "store", write=True) as held:
        build([folder / name for name in ARTICLES], held, refuse)
    return folder / "store"


def test_what_hangs_on_it_times_doubt_comes_first(store: Path) -> None:
    with open_store(store, write=False) as held:
        items = doubts(held)
        assert doubts(held, ["link"], 1) == tuple(item for item in items if item.kind == "link")[:1]
    assert [item.worth for item in items] == sorted((item.worth for item in items), reverse=True)
    runs = {item.says.split("“")[-1]: item for item in items if item.predicate == "RUNS"}
    assert runs["一线三帮”工作法"].worth > runs["果园夜校”活动"].worth, "more figures hang on it"
    assert runs["一线三帮”工作法"].evidence == tuple(sorted(map(evidence_hash, (TOWN, AGAIN))))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_goes_out_and_comes_back(tmp_path: Path, form: str) -> None:
    sheet = tmp_path / f"doubts.{form}"
    write(ITEMS, sheet)
    first = sheet.read_bytes()
    write(ITEMS, sheet)
    assert sheet.read_bytes() == first
    assert read(sheet, "王敏", "2024-01-02") == ()
    fill(
        sheet,
        {0: {"decision": "wrong", "why": "不实"}, 1: {"decision": "place is", "code": "610629107"}, 2: {"decision": "same", "by": "李响"}},
    )
    found = read(sheet, "王敏", "2024-01-02")
    assert found == (
        ITEMS[0].decision("wrong", "王敏", "2024-01-02", "不实"),
        ITEMS[1].decision("place is", "王敏", "2024-01-02", code="610629107"),
        ITEMS[2].decision("same", "李响", "2024-01-02"),
    )


def fill(sheet: Path, given: dict[int, dict[str, str]]) -> None:
    """What a colleague writes into a sheet."""
    if sheet.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(sheet.read_text("utf-8-sig"), newline="")))
        for index, cells in given.items():
            for heading, text in cells.items():
                rows[index + 1][HEADINGS.index(heading)] = text
        with sheet.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    book = load_workbook(sheet)
    for index, cells in given.items():
        for heading, text in cells.items():
            book.worksheets[0].cell(index + 2, HEADINGS.index(heading) + 1).value = int(text) if heading == "code" else text
    book.save(sheet)


def test_no_cell_runs_as_a_formula(tmp_path: Path) -> None:
    for name in ("doubts.csv", "doubts.xlsx"):
        write(ITEMS, tmp_path / name)
    cells = [cell for row in load_workbook(tmp_path / "doubts.xlsx").worksheets[0].iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert "'=柳塘镇党委" in (tmp_path / "doubts.csv").read_text("utf-8-sig")
    assert "'-same name" in (tmp_path / "doubts.csv").read_text("utf-8-sig")


@given(st.text())
def test_a_safe_cell_can_be_read_back(text: str) -> None:
    assert plain_cell(str(safe_cell(text))) == text or text.startswith("'")


@pytest.mark.parametrize(("decision", "fault"), [("same", "row 2: the decision 'same' is none of right, wrong"), ("wrogn", "row 2")])
def test_a_slip_is_named_by_its_row(tmp_path: Path, decision: str, fault: str) -> None:
    sheet = tmp_path / "doubts.csv"
    write(ITEMS, sheet)
    fill(sheet, {0: {"decision": decision}})
    with pytest.raises(InputError, match=fault):
        read(sheet, "王敏", "2024-01-02")


def test_what_is_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no archive", "utf-8")
    (tmp_path / "a.csv").write_text("decision,kind\nwrong,fact\n", "utf-8")
    for name, fault in (("a.xlsx", "can't be read"), ("a.csv", "names no column"), ("none.csv", "is no file")):
        with pytest.raises(InputError, match=fault):
            read(tmp_path / name, "王敏", "2024-01-02")
    with pytest.raises(InputError, match="xlsx"):
        write(ITEMS, tmp_path / "doubts.ods")


def test_the_command_lists_and_decides(kg: Kg, tmp_path: Path) -> None:
    for name, text in ARTICLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    where = ("--store", tmp_path / "store")
    assert kg("build", *(tmp_path / name for name in ARTICLES), *where).code == 0
    listed = kg("review", "--format", "json", "--kind", "fact", *where)
    rows = json.loads(listed.out)
    assert rows[0]["kind"] == "fact"
    sheet = tmp_path / "doubts.xlsx"
    assert kg("review", "--output", sheet, *where).code == 0
    initiative = "“一线三帮”工作法"
    done = kg("review", "wrong", "柳塘镇党委", "RUNS", initiative, "--by", "王敏", "--on", "2024-01-02", "--why", "主语有误", *where)
    assert done.code == 0, done.err
    assert "line 2: wrong" in done.out
    assert "王敏\t2024-01-02\t主语有误" in beside(tmp_path / "store").read_text("utf-8")
    gone = kg("ask", "initiatives-of-a-body", "-p", "body=柳塘镇党委", "--format", "json", *where)
    assert initiative not in {row["initiative"] for row in json.loads(gone.out)}
    told = kg("why", "柳塘镇党委", "--format", "json", *where)
    assert "wrong" in {row["status"] for row in json.loads(told.out)}
    slip = kg("review", "wrong", "柳塘镇党委", *where)
    assert slip.code == 2
    assert len(slip.lines) == 1
