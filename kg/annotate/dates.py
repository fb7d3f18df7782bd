"""Expressions of time, and the dates that they stand for. The words are rows of pipelines/news/dates.tsv."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from kg import tables
from kg.annotate.numerals import table, value
from kg.errors import InputError, RuleError


@dataclass(frozen=True)
class DateSpan:
    """An expression of time: `text == article[start:end]`.

    `value`: `2022`, `2022-09`, `2022-09-01`, or year and part as articles write it (`2022年上半年`, `2022年1至6月`, `2021年至2023年`); None where the
    text and the date of publication don't say. `kind`: absolute (the year is written), relative (it is not), period (since, from–to, for some years).
    """

    start: int
    end: int
    text: str
    value: str | None
    kind: Literal["absolute", "relative", "period"]


def dates(text: str, published: str | None) -> list[DateSpan]:
    """The expressions of time in `text`, in their order; of those that overlap the longest.

    `published`: `2022-09-01`, `2022-09` or `2022`. A month or a day without a year is the last one before it; a part of a year that had not begun by
    then has no value.

    Raises:
        InputError: `published` has another form.
    """
    when = _published(published)
    return [span for match in _pattern().finditer(text) if (span := _read(match, when))]


def spans(text: str) -> list[tuple[int, int]]:
    """Where expressions of time stand in `text`."""
    return [match.span() for match in _pattern().finditer(text)]


@cache
def _rows(role: str) -> tuple[tables.Row, ...]:
    found = tuple(row for row in tables.rows("dates.tsv", required=("word", "role")) if row["role"] == role)
    if not found:
        raise RuleError(f"pipelines/news/dates.tsv: no row has the role {role}; add one")
    return found


@cache
def year_mark() -> str:
    """What stands after the number of a year: the first row of its role."""
    return _rows("year")[0]["word"]


@cache
def _words(role: str, shortest: int = 1) -> str:
    """A pattern for the words of a role that have at least so many characters, each with its guard."""
    rows = sorted((row for row in _rows(role) if len(row["word"]) >= shortest), key=lambda row: (-len(row["word"]), row["word"]))
    return "(?:" + "|".join(re.escape(row["word"]) + (f"(?!{row['not_before']})" if row["not_before"] else "") for row in rows) + ")"


@cache
def _pattern() -> re.Pattern[str]:
    digits = "".join(row["word"] for row in table("digit"))
    ten = next(row["word"] for row in table("scale"))
    small = rf"(?:\d{{1,2}}|[{digits}{ten}]{{1,3}})"
    four = rf"(?:(?:19|20)\d\d|[{digits}]{{4}})"
    year, month, day, until, part = (_words(role) for role in ("year", "month", "day", "until", "part"))
    edge = rf"(?<![\d.{digits}{ten}])"
    mark = year_mark()
    return re.compile(
        rf"(?:{edge}(?P<iso>(?:19|20)\d\d(?P<sep>[-/.])\d{{1,2}}(?:(?P=sep)\d{{1,2}})?)(?![\d.]))"
        rf"|(?:{edge}(?P<from>{four}){mark}?{until}(?P<to>{four}){year})"
        rf"|(?:(?:{edge}(?P<year>{four}){year}|(?P<relative>{_words('relative_year')}))"
        rf"(?:(?P<m1>{small})(?:{month})?{until}(?P<m2>{small}){month}|(?P<month>{small}){month}(?:(?P<day>{small}){day})?|(?P<part>{part}))?"
        rf"(?P<since>{_words('since')})?)"
        rf"|(?:{edge}(?:(?P<b1>{small})(?:{month})?{until}(?P<b2>{small}){month}|(?P<bmonth>{small}){month}(?:(?P<bday>{small}){day})?"
        rf"|(?P<bpart>{_words('part', 2)}))"
        rf"(?P<bsince>{_words('since')})?)"
        rf"|(?P<span>{_words('span')}(?:{small}|\d+){_words('span_unit')}{_words('since')}?)"
        rf"|(?P<vague>{_words('vague')})"
    )


def _published(text: str | None) -> tuple[int, int, int] | None:
    """Year, month, day; the last month or day where it is not given."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if not match:
        raise InputError(f"date of publication {text!r}: write it as 2022-09-01, 2022-09 or 2022")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    return year, month or 12, day or 31


def _read(match: re.Match[str], published: tuple[int, int, int] | None) -> DateSpan | None:
    """The expression that was matched; None if its numbers are no date (`13月`)."""
    parts = match.groupdict()
    kind: Literal["absolute", "relative", "period"] = "relative"
    stands: str | None = None
    if parts["iso"]:
        numbers = [int(number) for number in parts["iso"].split(parts["sep"])]
        kind, stands = "absolute", _date(*numbers)
    elif parts["from"]:
        kind, stands = "period", _until(_year(parts["from"]), _year(parts["to"]), year_mark())
    elif parts["year"] or parts["relative"]:
        year = _year(parts["year"]) if parts["year"] else _shifted(parts["relative"], published)
        kind = "absolute" if parts["year"] else "relative"
        if parts["year"] and year is None:
            return None
        months = [_number(parts[name]) for name in ("m1", "m2", "month", "day")]
        if not _possible(*months):
            return None
        stands = _within(year, months, parts["part"])
    elif parts["bmonth"] or parts["b1"] or parts["bpart"]:
        months = [_number(parts[name]) for name in ("b1", "b2", "bmonth", "bday")]
        if not _possible(*months):
            return None
        stands = _bare(months, parts["bpart"], published)
    if parts["iso"] and stands is None:
        return None
    if parts["since"] or parts["bsince"] or parts["span"] or parts["m1"] or parts["b1"]:
        kind = "period"
    return DateSpan(match.start(), match.end(), match.group(), stands, kind)


def _number(text: str | None) -> int | None:
    """A month or a day; 0 where the numeral has no value."""
    if text is None:
        return None
    found = value(text)
    return int(found) if found is not None else 0


def _possible(first: int | None, last: int | None, month: int | None, day: int | None) -> bool:
    """Whether these are months of a year and a day of a month."""
    return all(number is None or 1 <= number <= 12 for number in (first, last, month)) and (day is None or 1 <= day <= 31)


def _year(text: str) -> int | None:
    """A year in four figures, Arabic or Chinese; None if it is none of the last or this century."""
    digits = {row["word"]: row["value"] for row in table("digit")}
    number = int("".join(digits.get(char, char) for char in text))
    return number if 1900 <= number <= 2099 else None


def _shifted(word: str, published: tuple[int, int, int] | None) -> int | None:
    """The year that a word such as 去年 means."""
    shift = next(int(row["shift"]) for row in _rows("relative_year") if row["word"] == word)
    return published[0] + shift if published else None


def _date(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """ISO date, as exact as it is known; None if the calendar has no such day."""
    if month is None:
        return str(year)
    if day is None:
        return f"{year}-{month:02}" if 1 <= month <= 12 else None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _until(first: int | None, last: int | None, mark: str, prefix: str = "") -> str | None:
    """A span of years or months as the graph writes it."""
    between = next(row["writes"] for row in _rows("until") if row["writes"])
    before = mark if not prefix else ""
    return f"{prefix}{first}{before}{between}{last}{mark}" if first and last else None


def _within(year: int | None, numbers: list[int | None], part: str | None) -> str | None:
    """A date in a known year: `numbers` are first and last month of a span, month, day."""
    first, last, month, day = numbers
    if year is None:
        return None
    mark = year_mark()
    if first is not None:
        return _until(first, last, _rows("month")[0]["word"], f"{year}{mark}")
    if part is not None:
        written = next(row["writes"] for row in _rows("part") if row["word"] == part)
        return f"{year}{written}" if written.startswith(mark) else f"{year}{mark}{written}"
    return _date(year, month, day)


def _bare(numbers: list[int | None], part: str | None, published: tuple[int, int, int] | None) -> str | None:
    """A date without a year: a month or a day is the last one before publication; a part of the year must have begun by then."""
    if published is None:
        return None
    year, *until = published
    if part is not None:
        begins = next(int(row["first"]) for row in _rows("part") if row["word"] == part)
        return _within(year, numbers, part) if begins <= until[0] else None
    first, last, month, day = numbers
    if first is not None:
        return _within(year if (last or 0) <= until[0] else year - 1, numbers, None)
    return _within(year if [month or 0, day or 1] <= until else year - 1, numbers, None)
