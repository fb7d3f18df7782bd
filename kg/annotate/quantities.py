"""Figures in a text: value, unit, bounds, and what they measure. The words are rows of units.tsv, numerals.tsv and measures.tsv in pipelines/news.

One pass of one regular expression over the text finds numerals with a unit; what stands beside each of these few is looked at afterwards.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal, Overflow
from functools import cache
from typing import Literal, cast

from kg import tables
from kg.annotate.dates import spans, year_mark
from kg.annotate.measures import REACH, lookups, noun, phrase
from kg.annotate.numerals import ARABIC, any_of, chinese, scale, scales, table, value
from kg.records import Bound

Kind = Literal["money", "area", "volume", "length", "weight", "power", "energy", "ratio", "time", "age", "count"]
#: Below this, a number in Chinese figures may be part of a name or a phrase.
SMALL = 10


@dataclass(frozen=True)
class Quantity:
    """A figure. `start`, `end`: its span with the words that bound it (`近200户`; of a from–to figure, from the first number on)."""

    start: int
    end: int
    value: float
    unit: str  #: canonical: 元, 亩, %, … or the measure word; empty where a bare number of ten thousands names none
    given_unit: str  #: as the text writes it, scale included: 万元
    kind: Kind
    measure: str  #: what is measured: the words before, or the counted noun; may be empty
    noun: str  #: the words after the measure word; may be empty
    per: str  #: what it is for each of (每亩, 人均, /亩), empty for a whole
    approx: bool
    bound: Bound
    start_value: float | None  #: of a figure that changes: from where
    in_date: bool  #: it lies within an expression of time


@dataclass(frozen=True)
class _Found:
    """A figure before the words around it are looked at."""

    start: int
    end: int
    number: Decimal
    unit: tables.Row | None
    given: str
    small: bool
    more: bool
    lower: Decimal | None


def quantities(text: str) -> list[Quantity]:
    """The figures of `text` in their order. Ordinals, dates, times, telephone numbers and fixed phrases are none."""
    found: list[Quantity] = []
    times: list[tuple[int, int]] | None = None
    for match in _pattern().finditer(text):
        try:
            one = _read(match) if match["skip"] is None else None
        except Overflow:  # more noughts than a Decimal has room for
            continue
        if one is None or not _counts(text, one):
            continue
        timed = one.unit is not None and one.unit["kind"] == "time"  # no other unit stands in an expression of time
        if timed and times is None:
            times = spans(text)
        figure = _figure(text, one, found[-1] if found else None, timed and any(start < one.end and one.start < end for start, end in times or ()))
        if math.isfinite(figure.value) and math.isfinite(figure.start_value or 0):
            found = _joined(text, found, figure)
    return found


@cache
def _units() -> dict[str, tables.Row]:
    return {row["word"]: row for row in tables.rows("units.tsv", required=("word", "unit", "factor", "kind"))}


@cache
def _unit_pattern() -> str:
    words = sorted(_units(), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) + (f"(?!{_units()[word]['not_before']})" if _units()[word]["not_before"] else "") for word in words)


@cache
def _pattern() -> re.Pattern[str]:
    """Matches a fixed phrase (group `skip`), a percentage in words, or number, scale and unit."""
    initial = "".join(sorted({word[0] for word in _units() if word[0] in scales() and len(word) > 1}))
    ahead = any_of(word[1:] for word in _units() if word[0] in initial)
    steps = rf"(?:[{''.join(char for char in scales() if char not in initial)}]|[{initial}](?!{ahead}))*"
    number = rf"(?:{ARABIC}|{chinese()})"
    digits = "".join(row["word"] for row in table("digit")) + scales()
    more = f"(?:{any_of(row['word'] for row in table('more'))})"
    until = any_of(row["word"] for row in table("until"))
    large = "".join(char for char in scales() if scale(char) >= 10000)
    unit = _unit_pattern()
    return re.compile(
        rf"(?<![0-9A-Za-z.+{digits}-])(?:"
        rf"(?P<skip>{any_of(row['word'] for row in table('expression'))})"
        rf"|(?P<percent>{any_of(row['word'] for row in table('percent'))})(?P<share>{number})"
        rf"|(?:(?P<low>{number})(?P<low_scale>{steps})(?:{unit})?(?:{until}))?"
        rf"(?:(?P<high>{ARABIC})(?P<high_scale>[{large}])(?=\d))?(?P<number>{number})(?P<given>(?P<more>{more})?(?P<scale>{steps})(?P<more2>{more})?(?:(?P<unit>{unit})|(?P<bare>(?![0-9A-Za-z.{digits}%])))))"
    )


def _read(match: re.Match[str]) -> _Found | None:
    """The number and the unit; None if this is no figure."""
    if match["percent"]:
        share = value(match["share"])
        percent = next(row for row in _units().values() if row["kind"] == "ratio")
        return None if share is None else _Found(match.start(), match.end(), share, percent, match["percent"], False, False, None)
    number = value(match["number"])
    vague = number is None and not match["number"].strip(scales())
    if vague:
        number = scale(match["number"])
    if number is None or (vague and not match["more"] and not _before(match.string, match.start())):
        return None
    steps = scale(match["scale"])
    if match["high"]:  # 1亿5000万
        number += cast(Decimal, value(match["high"])) * scale(match["high_scale"]) / steps
    unit = _units()[match["unit"]] if match["unit"] else None
    if unit is None and (number * steps < 10000 or not (match["scale"] or match["number"][-1] in scales())):
        return None
    if match["unit"] == year_mark() and len(match["number"]) == 4:
        return None
    lower = value(match["low"]) if match["low"] else None
    if lower is not None:
        lower *= scale(match["low_scale"]) if match["low_scale"] or lower >= number * steps else steps
    small = number <= SMALL and not match["number"][0].isdecimal() and steps == 1 and unit is not None and unit["kind"] == "count"
    given = match["given"].removeprefix(match["more"] or "")
    if match["more2"]:
        given = given.replace(match["more2"], "", 1)
    return _Found(match.start(), match.end(), number * steps, unit, given, small, bool(match["more"] or match["more2"]), lower)


def _before(text: str, start: int) -> re.Match[str] | None:
    """The word that bounds the figure that starts at `start`."""
    return lookups()["before"].search(text, max(0, start - 5), start)


def _counts(text: str, one: _Found) -> bool:
    """Whether this number counts or measures something."""
    look = lookups()
    if look["not_after"].search(text, max(0, one.start - 3), one.start):
        return False
    single = one.number == 1 and not text[one.start].isdecimal()
    if one.unit is None:
        return text[one.start].isdecimal() or _cue(text, one) is not None
    if single and one.unit["kind"] != "money":
        return False
    if not one.small:
        return True
    if look["name"].search(text, max(0, one.start - 1), one.start) or look["abstract"].match(text, one.end):
        return False
    return one.unit["place"] == "no" or not look["place_tail"].match(text, one.end)


def _cue(text: str, one: _Found) -> str | None:
    """The unit of a bare number of ten thousands, from the words beside it."""
    look = lookups()
    if look["people"].match(text, one.end):
        return _default("people")
    return _default("money") if look["money_cue"].search(text, max(0, one.start - REACH // 2), one.start) else None


@cache
def _default(use: str) -> str:
    """The unit of bare numbers of people, of money: the first row of units.tsv that has the use."""
    return next(row["unit"] for row in _units().values() if row["bare"] == use)


def _figure(text: str, one: _Found, last: Quantity | None, in_date: bool) -> Quantity:
    """The figure with the words around it; `last` is the one before it, whose noun measures nothing here."""
    look = lookups()
    unit = one.unit["unit"] if one.unit else _cue(text, one) or ""
    kind = cast(Kind, one.unit["kind"] if one.unit else "money" if unit == _default("money") else "count")
    start, end, bounds, approx = _bounded(text, one, measured=one.unit is not None and kind not in ("count", "time", "ratio"))
    factor = Decimal(one.unit["factor"]) if one.unit else Decimal(1)
    number, begins = one.number, None
    if one.lower is not None:  # a change from … to, or a range
        if look["origin"].search(text, max(0, one.start - REACH // 2), one.start):
            begins = float(one.lower * factor)
        else:
            number, bounds, approx = one.lower, [*bounds, "at_least"], True
    taken = last.end + len(last.noun) * (last.kind == "count") if last else 0
    words, counted = phrase(text, start, taken), noun(text, end)
    per = look["per"].search(words) or look["per"].match(text, end)
    return Quantity(
        start=start,
        end=end,
        value=float(number * factor),
        unit=unit,
        given_unit=one.given,
        kind=kind,
        measure=counted if kind == "count" and counted else words or counted,
        noun=counted,
        per=per.group() if per else "",
        approx=approx,
        bound=bounds[0] if bounds else "exact",
        start_value=begins,
        in_date=in_date,
    )


def _bounded(text: str, one: _Found, *, measured: bool) -> tuple[int, int, list[Bound], bool]:
    """Start and end of the figure with the words that bound it, these bounds, and whether any of them makes it approximate.

    `measured`: the unit is no measure word, so that `多` after it (`3公里多`) belongs to it.
    """
    before, after = _before(text, one.start), lookups()["after"].match(text, one.end)
    more = lookups()["more"].match(text, one.end) if measured and not after else None
    beside = [row for row in (_row("before", before), _row("after", after), _row("more", more)) if row]
    bounds = [cast(Bound, row["bound"]) for row in beside if row["bound"] != "exact"]
    last = after or more
    return (
        before.start() if before else one.start,
        last.end() if last else one.end,
        [*bounds, "at_least"] if one.more else bounds,
        one.more or any(row["approx"] for row in beside),
    )


def _row(role: str, match: re.Match[str] | None) -> tables.Row | None:
    """The row of the word that was matched."""
    return next(row for row in table(role) if row["word"] == match.group()) if match else None


def _joined(text: str, found: list[Quantity], new: Quantity) -> list[Quantity]:
    """The figures with a new one; where it is the end of a change (`从41%升至93%`), the two become one."""
    look = lookups()
    last = found[-1] if found else None
    if last and last.unit == new.unit and last.start_value is None and new.start - last.end <= REACH:
        changes = look["reach"].fullmatch(text, last.end, new.start) and look["origin"].search(text, max(0, last.start - 12), last.start)
        if changes:
            return [*found[:-1], replace(new, start=last.start, start_value=last.value, measure=phrase(text, changes.start()) or new.noun)]
    bare = look["bare"].search(text, max(0, new.start - REACH), new.start)
    begins = value(bare["number"]) if bare else None
    if bare and begins is not None and math.isfinite(begins * scale(bare["scale"])):
        return [
            *found,
            replace(
                new, start=bare.start("number"), start_value=float(begins * scale(bare["scale"])), measure=phrase(text, bare.start()) or new.noun
            ),
        ]
    return [*found, new]
