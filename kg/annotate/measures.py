"""What stands beside a figure: words that bound it, and words that say what it measures (numerals.tsv and measures.tsv in pipelines/news)."""

from __future__ import annotations

import re
from functools import cache

from kg import tables
from kg.annotate.numerals import ARABIC, any_of, scales, table

#: How far to look before and after a figure for what it measures, in characters.
REACH = 26


@cache
def lookups() -> dict[str, re.Pattern[str]]:
    """Patterns for what may stand beside a figure."""
    measures = tables.rows("measures.tsv", required=("word", "role"))
    roles = {
        role: "|".join(row["word"] for row in measures if row["role"] == role)
        for role in ("money_cue", "people", "cut", "strip", "tail", "stop", "link", "per")
    }
    reach = any_of(row["word"] for row in table("reach"))
    change = any_of(row["word"] for row in table("change"))
    origin = any_of(row["word"] for row in table("origin"))
    return {
        "before": re.compile(_guarded("before")),
        "after": re.compile(any_of(row["word"] for row in table("after"))),
        "more": re.compile(any_of(row["word"] for row in table("more") if row["bound"])),
        "not_after": re.compile(_guarded("not_after")),
        "name": re.compile(rf"[{''.join(row['word'] for row in table('open_quote'))}]$"),
        "place_tail": re.compile("|".join(row["word"] for row in table("place_tail"))),
        "abstract": re.compile(any_of(row["word"] for row in table("abstract"))),
        "origin": re.compile(rf"(?:{origin})\w{{0,8}}$"),
        "reach": re.compile(rf"\w{{0,6}}\W?\w{{0,4}}(?:{change})\w{{0,2}}?(?:{reach})\w{{0,8}}"),
        "bare": re.compile(rf"(?:{origin})\w{{0,8}}?(?<!\d)(?P<number>{ARABIC})(?P<scale>[{scales()}]*)\w{{0,3}}?(?:{change})\w{{0,2}}?(?:{reach})$"),
        "clause": re.compile(r"[^\W\d_]+$"),
        "word": re.compile(r"[^\W\d_]+"),
        **{role: re.compile(pattern) for role, pattern in roles.items() if role not in ("strip", "tail")},
        "strip": re.compile(rf"^(?:{roles['strip']})+"),
        "tail": re.compile(rf"(?:{roles['tail']})+$"),
    }


def _guarded(role: str) -> str:
    """A pattern for the words of a role at the end of a text, each with its guard against longer words."""
    rows = sorted(table(role), key=lambda row: (-len(row["word"]), row["word"]))
    words = (f"(?<![{row['not_after']}])" * bool(row["not_after"]) + re.escape(row["word"]) for row in rows)
    return f"(?:{'|'.join(words)})$"


def phrase(text: str, start: int, after: int = 0) -> str:
    """The words just before `start`, and not before `after`, that say what is measured."""
    look = lookups()
    clause = look["clause"].search(text, max(after, start - REACH), start)
    if not clause:
        return ""
    words = look["tail"].sub("", clause.group())
    cuts = [match.end() for match in look["cut"].finditer(words) if match.end() < len(words)]
    return look["strip"].sub("", words[cuts[-1] if cuts else 0 :])


def noun(text: str, end: int) -> str:
    """The counted noun after `end`."""
    look = lookups()
    words = look["word"].match(text, end + bool(look["link"].match(text, end)))
    if not words:
        return ""
    noun = words.group()[: REACH // 2]
    stop = look["stop"].search(noun)
    return noun[: stop.start()] if stop else noun
