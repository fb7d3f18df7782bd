"""Expressions of time and the dates they stand for, relative ones by the date of publication."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import tables
from kg.annotate.dates import dates
from kg.errors import InputError

PUBLISHED = "2022-09-10"
ROWS = tables.rows("dates.tsv")


def named(row: tables.Row) -> str:
    return f"{row['word']}-{row['role']}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_examples_hold_their_date(row: tables.Row) -> None:
    assert [span.value or "?" for span in dates(row["example"], PUBLISHED)] == [row["gives"]]


@pytest.mark.parametrize("row", [row for row in ROWS if row["counter_example"]], ids=named)
def test_counter_examples_hold_none(row: tables.Row) -> None:
    assert dates(row["counter_example"], PUBLISHED) == []


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("2019年3月15日", "2019-03-15", "absolute"),
        ("二〇二一年三月十五日", "2021-03-15", "absolute"),
        ("2021年底", "2021年底", "absolute"),
        ("2022-09-01", "2022-09-01", "absolute"),
        ("2022.9.1", "2022-09-01", "absolute"),
        ("去年下半年", "2021年下半年", "relative"),
        ("今年7月", "2022-07", "relative"),
        ("3月15日", "2022-03-15", "relative"),
        ("10月12日", "2021-10-12", "relative"),
        ("十月", "2021-10", "relative"),
        ("上半年", "2022年上半年", "relative"),
        ("四季度", None, "relative"),
        ("近日", None, "relative"),
        ("今年以来", "2022", "period"),
        ("2020年以来", "2020", "period"),
        ("今年1至6月", "2022年1至6月", "period"),
        ("1—8月", "2022年1至8月", "period"),
        ("2021-2023年", "2021年至2023年", "period"),
        ("2021年至2023年", "2021年至2023年", "period"),
        ("近三年", None, "period"),
    ],
)
def test_dates(text: str, value: str | None, kind: str) -> None:
    assert [(span.text, span.value, span.kind) for span in dates(f"该镇{text}，", PUBLISHED)] == [(text, value, kind)]


@pytest.mark.parametrize("text", ["80年代", "2000年代", "2021年13月", "2022年2月30日", "版本1.2022.3", "15号楼", "2999年", "一二三四年", "3个月"])
def test_these_are_no_dates(text: str) -> None:
    assert [span for span in dates(text, PUBLISHED) if span.value is not None] == []


@pytest.mark.parametrize("text", ["今年", "上半年", "3月15日", "去年底", "今年以来", "9月"])
def test_without_a_date_of_publication_relative_ones_have_no_value(text: str) -> None:
    assert [span.value for span in dates(text, None)] == [None]


@pytest.mark.parametrize(("published", "value"), [("2022", "2022年下半年"), ("2022-08", "2022年下半年"), ("2022-06", None)])
def test_a_date_of_publication_may_be_less_exact(published: str, value: str | None) -> None:
    assert [span.value for span in dates("下半年", published)] == [value]


def test_another_form_of_date_is_refused() -> None:
    with pytest.raises(InputError, match=r"10\.09\.2022"):
        dates("今年", "10.09.2022")


@given(st.text(alphabet="二〇一零三十0123456789年月日号底初-/.至今去前上下半季度近来以起，", max_size=30))
def test_any_text_gives_spans_in_order(text: str) -> None:
    found = dates(text, PUBLISHED)
    assert all(text[span.start : span.end] == span.text for span in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


@given(st.dates())
def test_written_days_are_read_back(day: object) -> None:
    year, month, number = (int(part) for part in str(day).split("-"))
    found = dates(f"{year:04}年{month}月{number}日揭牌", None)
    assert [span.value for span in found if span.kind == "absolute"] == ([str(day)] if 1900 <= year <= 2099 else [])
