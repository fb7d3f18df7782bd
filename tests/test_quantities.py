"""Figures: each row of the tables has its example, and what only looks like a figure is none."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import tables
from kg.annotate.numerals import value
from kg.annotate.quantities import Quantity, quantities

FIGURES = [row for name in ("units.tsv", "numerals.tsv") for row in tables.rows(name)]
MEASURES = tables.rows("measures.tsv")


def said(one: Quantity) -> str:
    """A figure as the tables write it: `200 户 at_least approx from 30`."""
    bound = f" {one.bound}" * (one.bound != "exact")
    start = f" from {one.start_value:.12g}" if one.start_value is not None else ""
    return f"{one.value:.12g} {one.unit}{bound}{' approx' * one.approx}{start}"


def named(row: tables.Row) -> str:
    return f"{row['word']}-{row.get('role', 'unit')}"


@pytest.mark.parametrize("row", [row for row in FIGURES if row["example"]], ids=named)
def test_examples_hold_their_figure(row: tables.Row) -> None:
    assert [said(one) for one in quantities(row["example"])] == [row["gives"]]


@pytest.mark.parametrize("row", [row for row in FIGURES if row["counter_example"]], ids=named)
def test_counter_examples_hold_none(row: tables.Row) -> None:
    assert [said(one) for one in quantities(row["counter_example"])] == []


def test_every_row_has_an_example() -> None:
    assert [f"{row['word']}, line {row['line']}" for row in FIGURES if not row["example"] and not row["counter_example"]] == []


@pytest.mark.parametrize("row", MEASURES, ids=named)
def test_words_that_say_what_is_measured(row: tables.Row) -> None:
    (one,) = quantities(row["example"])
    given = {"money_cue": said(one), "people": said(one), "stop": one.noun, "link": one.noun, "per": one.per}
    assert given.get(row["role"], one.measure) == row["gives"]
    if row["counter_example"]:
        assert quantities(row["counter_example"]) == []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("累计投入8000余万元", ["80000000 元 at_least approx"]),
        ("投资一千二百余万元", ["12000000 元 at_least approx"]),
        ("投资1亿5千万元", ["150000000 元"]),
        ("惠及百余户", ["100 户 at_least approx"]),
        ("人均纯收入12,345.6元", ["12345.6 元"]),
        ("25个村成立工作组63个", ["25 个", "63 个"]),
        ("收入从2019年的3.2万元增长到2022年的15.6万元", ["156000 元 from 32000"]),
        ("参与率由去年的60%，提升到目前的95%", ["95 % from 60"]),
        ("从12个村抽调人员，到30个村宣讲", ["12 个", "30 个"]),
        ("产业从3个到21个、收入从3万元到5万元", ["21 个 from 3", "50000 元 from 30000"]),
        ("满意率60%。覆盖率95%", ["60 %", "95 %"]),
        ("装机30万千瓦、修渠3千米", ["300000 千瓦", "3 公里"]),
        ("90%以上的农户、50户左右", ["90 % at_least approx", "50 户 approx"]),
        ("三户村民参加三家店村的活动", ["3 户"]),
        ("一项制度、一批项目、一家人", []),
        ("“1+1”“3+3”“四个平台”", []),
        ("电话0769-8831420，13900001111；9:30到10:15", []),
        ("2021年12月3日、二〇二一年、第三名、第12批、前3名", []),
        ("数十个、几百名、三五个、两三户、好几家", []),
        ("一是强组织，二是建机制，三是抓落实", []),
    ],
)
def test_figures_of_phrases(text: str, figures: list[str]) -> None:
    assert [said(one) for one in quantities(text)] == figures


def test_a_figure_says_what_it_measures_and_for_what() -> None:
    first, second = quantities("今年以来，柳塘镇完成总投资约1500万元，每亩增收800元")
    assert (first.measure, first.given_unit, first.kind, first.per, first.approx) == ("柳塘镇完成总投资", "万元", "money", "", True)
    assert (second.measure, second.per, second.approx, second.bound) == ("每亩增收", "每亩", False, "exact")
    (third,) = quantities("建成21个驻村服务点")
    assert (third.measure, third.noun, third.unit) == ("驻村服务点", "驻村服务点", "个")


def test_the_noun_of_one_figure_is_not_the_measure_of_the_next() -> None:
    assert [one.measure for one in quantities("惠及3个村1200余户，每平方米补贴50元")] == ["村", "", "每平方米补贴"]


def test_the_span_holds_the_bounds_and_a_change_from_its_start() -> None:
    text = "已有超过1.2万亩以上；入会率从41%升至93%。"
    first, second = quantities(text)
    assert text[first.start : first.end] == "超过1.2万亩以上"
    assert text[second.start : second.end] == "41%升至93%"
    assert second.measure == "入会率"


def test_figures_in_expressions_of_time_are_marked() -> None:
    assert [(one.value, one.in_date) for one in quantities("近3年来，连续举办5年，新建服务站6个")] == [(3, True), (5, False), (6, False)]


NUMERALS = {"十": 10, "二十一": 21, "一百零五": 105, "两万三千": 23000, "一亿五千万": 150000000, "三点五万": 35000, "12,345": 12345, "0.25": 0.25}


@pytest.mark.parametrize("text", NUMERALS)
def test_numerals(text: str) -> None:
    assert value(text) == NUMERALS[text]


@pytest.mark.parametrize("text", ["百", "三五", "十四五", "二〇二一", "万", "三百百"])
def test_these_are_no_numerals(text: str) -> None:
    assert value(text) is None


def chinese(number: int) -> str:
    """The integer in Chinese figures, written independently of the reader: four digits at a time."""
    digits, result = "零一二三四五六七八九", ""
    for step, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, step)
        if not part:
            continue
        if result and part < 1000:
            result += "零"
        for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, part = divmod(part, place)
            if digit:
                result += digits[digit] + unit
            elif part and place > 1 and result and result[-1] not in "零亿万":
                result += "零"
        result += name
    return result


@given(st.integers(min_value=2, max_value=10**12 - 1))
def test_integers_in_chinese_figures_are_read_back(number: int) -> None:
    written = chinese(number)
    assert value(written) == number
    assert [one.value for one in quantities(f"总投资{written}元")] == [float(number)]


@given(st.integers(min_value=1, max_value=10**6), st.sampled_from(["", "万", "亿"]), st.sampled_from(["元", "亩", "公里", "名", "户"]))
def test_numbers_with_commas_and_scales(number: int, scale: str, unit: str) -> None:
    (one,) = quantities(f"共{number:,}{scale}{unit}。")
    assert one.value == number * {"": 1, "万": 10**4, "亿": 10**8}[scale]
    assert (one.unit, one.given_unit, one.bound) == (unit, scale + unit, "exact")


@given(st.text(alphabet="近超约从至到第每一二两三十百千万亿点余多0123456789.,-+%元亩个村户年月日，。“”共投资上", max_size=40))
def test_any_text_gives_spans_in_order(text: str) -> None:
    found = quantities(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    shifted = quantities("\n" + text)
    assert [replace(one, start=one.start + 1, end=one.end + 1) for one in found] == shifted
