"""What tells initiatives: heads, programmes known everywhere, slogans, the patterns of [initiative], and the quoted stretches of a text."""

from __future__ import annotations

import re
from functools import cache

from kg.tables import Row, rows, settings


@cache
def heads() -> dict[str, Row]:
    """Rows of the head lexicon by head."""
    return {row["head"]: row for row in rows("lexicons/initiative_heads.tsv", required=("head", "kind", "use"))}


@cache
def heads_pattern() -> re.Pattern[str]:
    """Any head, the longest first."""
    return re.compile("|".join(sorted(map(re.escape, heads()), key=len, reverse=True)))


@cache
def known() -> dict[str, Row]:
    """Rows of initiative_known.tsv by name."""
    return {row["name"]: row for row in rows("lexicons/initiative_known.tsv", required=("name", "kind"))}


@cache
def known_pattern() -> re.Pattern[str]:
    """Any programme known everywhere, the longest first."""
    return re.compile("|".join(sorted(map(re.escape, known()), key=len, reverse=True)))


@cache
def slogans(where: str) -> tuple[str, ...]:
    """Words of slogans.tsv that stand there (after, inside)."""
    return tuple(row["word"] for row in rows("lexicons/slogans.tsv", required=("word", "where")) if row["where"] == where)


@cache
def rule(name: str) -> re.Pattern[str]:
    """A pattern of [initiative] in mentions.toml."""
    return re.compile(settings("mentions.toml")["initiative"][name])


def quoted_stretches(text: str) -> list[tuple[int, int]]:
    """Outermost quoted stretches (quote marks included)."""
    found = []
    for opening, closing in settings("pipeline.toml")["marks"]["quotes"][:4]:
        at = 0
        while (start := text.find(opening, at)) >= 0:
            end = text.find(closing, start + 1)
            if end < 0 or "\n" in text[start:end]:
                at = start + 1
                continue
            found.append((start, end + 1))
            at = end + 1
    return sorted(found)
