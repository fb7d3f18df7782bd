"""The forms of a place name: full, short (巴马瑶族自治县 → 巴马), a village's stem (共富村民委员会 → 共富). Endings are data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.errors import RuleError
from kg.tables import Row, rows, words

_LEXICON = "lexicons/place_suffixes.tsv"


@cache
def suffixes(use: str, level: str | None = None) -> Mapping[str, Row]:
    """Rows of place_suffixes.tsv of one use (and level) by suffix, longest first."""
    table = rows(_LEXICON, required=("suffix", "level", "use", "becomes"))
    found = [row for row in table if row["use"] == use and level in (None, row["level"])]
    return {row["suffix"]: row for row in sorted(found, key=lambda row: (-len(row["suffix"]), row["suffix"]))}


@cache
def _nationalities() -> tuple[str, ...]:
    return tuple(sorted(words("place_nationalities"), key=lambda word: (-len(word), word)))


def _without_nationalities(name: str) -> str:
    """Drops nationalities from the end as long as two characters stay; a county named after one alone drops the last (东乡族自治县 → 东乡)."""
    if name in _nationalities() and len(name) > 2:
        return name[:-1]
    while True:
        ending = next((n for n in _nationalities() if name.endswith(n) and len(name) - len(n) >= 2), None)
        if ending is None:
            return name
        name = name.removesuffix(ending)


@cache
def _full(level: str) -> re.Pattern[str]:
    """At least two characters, then the longest ending of a full name of this level."""
    return re.compile(f"(.{{2,}}?)({'|'.join(map(re.escape, suffixes('full', level)))})")


@cache
def _zone(level: str) -> tuple[str, ...]:
    return tuple(suffixes("zone", level))


def short_form(name: str, level: str) -> str | None:
    """The name without its ending and, where autonomous, its nationalities; None for a zone or where fewer than two characters would stay."""
    match = _full(level).fullmatch(name)
    if match is None or name.endswith(_zone(level)):
        return None
    stem, ending = match.groups()
    return _without_nationalities(stem) if ending in suffixes("autonomous", level) else stem


@cache
def _full_endings(level: str) -> tuple[str, ...]:
    return (*suffixes("full", level), *suffixes("alias", level))


def has_ending(name: str, level: str) -> bool:
    """Whether a name ends as full names of this level do. Zones and farms (经济开发区) and a few bare names (永乐) don't."""
    return name.endswith(_full_endings(level))


def village_name(raw: str) -> str:
    """A village's full name from its committee's: 共富村民委员会 → 共富村, 东街居委会 → 东街社区; others stay as they are."""
    for ending, row in suffixes("committee").items():
        base = raw.removesuffix(ending)
        if base != raw and base:
            return base if base.endswith(row["becomes"]) and len(base) > len(row["becomes"]) else base + row["becomes"]
    return raw


def village_stem(name: str) -> str:
    """A village's name without 村, 社区 or 嘎查, where two characters stay; else the name."""
    for ending in suffixes("full", "village"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def common_words() -> frozenset[str]:
    """Names, full or short, that are ordinary words too."""
    return words("place_common_words")


@dataclass(frozen=True, slots=True)
class Block:
    """Where a name that ends with `ending` is none: the patterns of what stands right before and right after it."""

    ending: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


@cache
def blocks() -> tuple[Block, ...]:
    """Rows of place_blocked.tsv.

    Raises:
        RuleError: a pattern isn't a regular expression.
    """
    found: list[Block] = []
    for row in rows("lexicons/place_blocked.tsv", required=("ending", "before", "after")):
        try:
            before = None if row["before"] == "-" else re.compile(f"(?:{row['before']})$")
            after = None if row["after"] == "-" else re.compile(row["after"])
        except re.error as error:
            raise RuleError(f"pipelines/news/lexicons/place_blocked.tsv:{row['line']}: {error}; mend the pattern") from error
        found.append(Block(row["ending"], before, after))
    return tuple(found)
