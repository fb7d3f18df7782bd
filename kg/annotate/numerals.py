"""Numerals in Arabic and Chinese figures: a regular expression that finds one, and its value. The words are rows of pipelines/news/numerals.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from kg import tables
from kg.errors import RuleError

#: `12,345.6`, `1500`, `2.8`. Digits are taken whole or not at all.
ARABIC = r"(?:\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d++)?|\d++(?:\.\d++)?)"


@cache
def table(role: str) -> tuple[tables.Row, ...]:
    """The rows of numerals.tsv that have this role.

    Raises:
        RuleError: there is none.
    """
    found = tuple(row for row in tables.rows("numerals.tsv", required=("word", "role")) if row["role"] == role)
    if not found:
        raise RuleError(f"pipelines/news/numerals.tsv: no row has the role {role}; add one")
    return found


def any_of(words: Iterable[str]) -> str:
    """A regular expression of these words; the longest is tried first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


@cache
def _values(role: str) -> dict[str, Decimal]:
    return {row["word"]: Decimal(row["value"]) for row in table(role)}


@cache
def chinese() -> str:
    """A regular expression for a numeral in Chinese figures (`一千二百万`, `三点五`); not each of its matches has a value."""
    digits, scales, point = ("".join(row["word"] for row in table(role)) for role in ("digit", "scale", "point"))
    return rf"[{digits}{scales}]+(?:{point}[{digits}]+[{scales}]*)?"


@cache
def scales() -> str:
    """The characters of the scales: ten, hundred, …"""
    return "".join(_values("scale"))


def scale(text: str) -> Decimal:
    """The product of some scales: `千万` → 10,000,000; an empty text → 1."""
    product = Decimal(1)
    for char in text:
        product *= _values("scale")[char]
    return product


def value(text: str) -> Decimal | None:
    """The value of an Arabic or a Chinese numeral without blanks; None where it is none (`三五`, `百`, `十四五`)."""
    if text[0].isdecimal():
        return Decimal(text.replace(",", ""))
    point = table("point")[0]["word"]
    whole, _, fraction = text.partition(point)
    if not fraction:
        return _whole(whole)
    digits = fraction.rstrip(scales())
    start = _whole(whole)
    if start is None or not digits:
        return None
    tail = Decimal("0." + "".join(str(_values("digit")[char]) for char in digits))
    return (start + tail) * scale(fraction[len(digits) :])


def _whole(text: str) -> Decimal | None:
    """A Chinese integer. A digit must have its scale, but for the last (`二十一`) and after a zero (`一百零五`)."""
    digits, steps = _values("digit"), _values("scale")
    total = section = Decimal(0)
    digit: Decimal | None = None
    for char in text:
        if char in digits:
            if digit:  # two digits side by side
                return None
            digit = digits[char]
        elif steps[char] < 10000:
            if digit is None and (section or total or steps[char] != 10):
                return None
            section += (digit if digit is not None else 1) * steps[char]
            digit = None
        else:
            if digit is None and not section and not total:
                return None
            total = (total + section + (digit or 0)) * steps[char] if steps[char] > 10000 else total + (section + (digit or 0)) * steps[char]
            section, digit = Decimal(0), None
    return total + section + (digit or 0)
