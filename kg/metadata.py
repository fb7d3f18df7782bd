"""What an article says of itself: title, date, publisher, authors, address. The wording is data (`cleaning_metadata.tsv`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from kg import characters, tables
from kg.errors import RuleError

TARGETS = ("title", "published", "publisher", "authors", "address")


@dataclass(frozen=True)
class Rule:
    """A row of cleaning_metadata.tsv."""

    target: str
    name: str
    pattern: re.Pattern[str]


@dataclass
class Facts:
    """What was found so far; the first that says something of a target wins, authors add up within one text."""

    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    address: str | None = None
    authors: list[str] = field(default_factory=list)
    titles: tuple[str, ...] = ()  #: what the title may be, where nothing says it outright

    def add(self, target: str, value: str) -> None:
        """Take one value in; one that means nothing (no such date, no name in it) is passed over."""
        if target == "authors":
            self.authors += [name for name in names(value) if name not in self.authors]
        elif target == "published":
            self.published = self.published or iso_date(value)
        elif target in TARGETS and value.strip() and getattr(self, target) is None:
            setattr(self, target, value.strip())


def settings() -> dict[str, Any]:
    """The [metadata] table of cleaning.toml."""
    found: dict[str, Any] = tables.settings("cleaning.toml")["metadata"]
    return found


@cache
def rules(place: str) -> tuple[Rule, ...]:
    """The rows of one place (line, start, end), in their order.

    Raises:
        RuleError: a pattern doesn't compile, or a target is unknown.
    """
    chosen = settings()
    found = []
    for row in tables.rows("cleaning_metadata.tsv", required=("place", "target", "name", "pattern")):
        where = f"cleaning_metadata.tsv:{row['line']}"
        if row["target"] not in (*TARGETS, "-"):
            raise RuleError(f"pipelines/news/{where}: target {row['target']}; use one of {' '.join(TARGETS)} or -")
        if row["place"] == place:
            text = row["pattern"].replace("{date}", chosen["date"]).replace("{time}", chosen["time"]).replace("{name}", chosen["name"])
            found.append(Rule(row["target"], row["name"], characters.pattern(text, where)))
    return tuple(found)


def of_line(line: str, *, head: bool = False) -> list[tuple[str, str]] | None:
    """(target, value) pairs of a short line that holds metadata and nothing else; None for any other line.

    Above the text (`head`) a word or two beside a date are no hindrance: one of them alone is the publisher.
    """
    found: list[tuple[int, str, str]] = []
    rest = line
    for rule in rules("line"):
        for match in rule.pattern.finditer(rest):
            if match.end() > match.start():
                found.append((match.start(), rule.target, _value(match)))
        rest = rule.pattern.sub(lambda match: "\0" * len(match[0]), rest)
    words = [word for word in re.split(r"[\s\0|]+", rest) if any(char.isalnum() for char in word)]
    if not found or (words and not (head and _beside_date(line, words, found))):
        return None
    if len(words) == 1 and re.fullmatch(f"[{characters.han()}]{{2,12}}", words[0]):
        found.append((len(line), "publisher", words[0]))
    return [(target, value) for _, target, value in sorted(found)]


def _beside_date(line: str, words: list[str], found: list[tuple[int, str, str]]) -> bool:
    dated = any(target == "published" for _, target, _ in found)
    return (
        dated and len(words) <= 2 and sum(map(len, words)) <= settings()["beside_date"] and not any(end in line for end in settings()["sentence_end"])
    )


def of_edge(paragraph: str, place: str) -> tuple[int, int, list[tuple[str, str]]] | None:
    """Byline at the start or the end of a paragraph: (start, end, (target, value) pairs), or None."""
    for rule in rules(place):
        for match in rule.pattern.finditer(paragraph):
            if (match.start() == 0) if place == "start" else (match.end() == len(paragraph)):
                return match.start(), match.end(), [(rule.target, _value(match))]
            if place == "start":
                break
    return None


def _value(match: re.Match[str]) -> str:
    return match["value"] if "value" in match.re.groupindex else ""


def iso_date(text: str) -> str | None:
    """The first date of a text as YYYY-MM-DD; None where there is none, or no such day."""
    found = _date().search(text)
    if not found:
        return None
    year, month, day = re.findall(r"\d+", found[0])[:3] or _written(found[0])
    return _day(year, month, day)


def _written(text: str) -> list[str]:
    """Year, month and day of a date in Chinese numerals: the year digit by digit, the others up to thirty-one."""
    digits = {char: value for value, chars in enumerate(settings()["digits"]) for char in chars}
    ten = settings()["ten"]
    year, month, day = re.split(settings()["date_marks"], text)[:3]
    numbers = ["".join(str(digits[char]) for char in year)]
    for part in (month, day):
        tens, found, ones = part.rpartition(ten)
        numbers.append(str((digits.get(tens, 1) * 10 if found else 0) + digits.get(ones, 0)))
    return numbers


def date_of_address(address: str) -> str | None:
    """The date that a web address holds (/20220901/, /2022-09/01/), if one."""
    for match in _address_date().finditer(address):
        if found := _day(*match.groups()):
            return found
    return None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:  # 31 February
        return None


@cache
def _date() -> re.Pattern[str]:
    return re.compile(settings()["date"])


@cache
def _address_date() -> re.Pattern[str]:
    return re.compile(settings()["address_date"])


@cache
def _author_parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    chosen = settings()
    return re.compile(chosen["author_noise"]), re.compile(f"[{re.escape(chosen['author_marks'])}\\s]+")


def names(text: str) -> Iterator[str]:
    """The authors of a byline. A two-character name set with a blank inside (one character each side) is one name."""
    noise, marks = _author_parts()
    parts = [part for part in marks.split(noise.sub(" ", text)) if part]
    at = 0
    while at < len(parts):
        if len(parts[at]) == 1 and at + 1 < len(parts) and len(parts[at + 1]) == 1:
            yield parts[at] + parts[at + 1]
            at += 2
            continue
        if len(parts[at]) > 1:
            yield parts[at].strip(settings()["author_brackets"])
        at += 1


def of_fields(fields: Iterable[tuple[str, str]], facts: Facts) -> None:
    """Take the columns that stand beside a text in a table, or the meta elements of a page."""
    for target, value in fields:
        if target in TARGETS:
            facts.add(target, " ".join(value.split()))
