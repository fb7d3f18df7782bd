"""Lists what finds nothing in train and dev: `make unused`.

Rows of lexicons count as fired where a mention, claim, row or figure names them in its evidence (`titles:书记`); patterns of
relations.toml, and each of their alternatives, where they match while those articles are read.

A row that fires nowhere is either too rare for the corpus, or wrong, or in the way of another: look at it, then remove it or give it an article.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kg.errors import KgError
from kg.pipeline import extract, sources
from kg.records import Reading
from kg.relations import clauses
from kg.tables import rows, settings

GOLD = Path(__file__).parent / "gold"
#: Lexicon → its first column, and how the rules of mentions and claims name its rows.
LEXICONS = {
    "organization_heads": ("head", "organization_heads"),
    "place_heads": ("suffix", "place_heads"),
    "titles": ("title", "titles"),
    "initiative_heads": ("head", "head"),
    "initiative_known": ("name", "known"),
}
#: Rules of mentions that stand for a row of a lexicon which they do not name: it is the longest one that the mention ends with.
QUOTED = {"quoted_head": "head", "quoted_known": "known"}


class Watched:
    """A pattern that notes what it matches, whole and by alternative."""

    def __init__(self, expression: str) -> None:
        self.inner = re.compile(expression)
        self.pattern = expression
        self.parts = {part: _compiled(part) for part in alternatives(expression)}
        self.hits = 0
        self.seen: set[str] = set()

    def _note(self, match: re.Match[str] | None) -> re.Match[str] | None:
        if match is not None:
            self.hits += 1
            rest = [part for part in self.parts if part not in self.seen]
            self.seen.update(part for part in rest if (one := self.parts[part]) is None or one.match(match.string, match.start()))
        return match

    def search(self, *place: Any) -> re.Match[str] | None:
        return self._note(self.inner.search(*place))

    def match(self, *place: Any) -> re.Match[str] | None:
        return self._note(self.inner.match(*place))

    def fullmatch(self, *place: Any) -> re.Match[str] | None:
        return self._note(self.inner.fullmatch(*place))

    def finditer(self, *place: Any) -> Iterator[re.Match[str]]:
        for match in self.inner.finditer(*place):
            self._note(match)
            yield match


def _compiled(part: str) -> re.Pattern[str] | None:
    """The alternative by itself; None where it is no pattern alone (a group's reference), which then counts as seen."""
    try:
        return re.compile(part)
    except re.error:
        return None


def alternatives(expression: str) -> list[str]:
    """What stands between the | of a pattern, on its upper level, or on that of the one group that it is made of."""
    found, depth, at, escaped, inset = [], 0, 0, False, False
    for index, character in enumerate(expression):
        if escaped or character == "\\":
            escaped = not escaped
        elif inset or character == "[":
            inset = character != "]"
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            found.append(expression[at:index])
            at = index + 1
    found.append(expression[at:])
    return found if len(found) > 1 else []


def watched() -> dict[str, Watched]:
    """Patterns of relations.toml, put in the place of the real ones until the process ends."""
    clauses.pattern.cache_clear()
    vars(clauses)["re"] = SimpleNamespace(compile=Watched, Pattern=re.Pattern)
    return {name: clauses.pattern(name) for name in settings("relations.toml")["patterns"]}  # type: ignore[misc]


def fired(readings: list[Reading]) -> Mapping[str, set[str]]:
    """Rule → rows that the evidence names; what a rule without rows is called stands for itself."""
    found: dict[str, set[str]] = defaultdict(set)
    heads = {rule: sorted((row[column] for row in rows(f"lexicons/{name}.tsv")), key=len, reverse=True) for name, (column, rule) in LEXICONS.items()}
    for reading in readings:
        proofs = [(mention.evidence.rule, mention.text) for mention in reading.mentions]
        proofs += [(item.rule, "") for claim in reading.claims for item in claim.evidence]
        proofs += [(item.rule, "") for row in reading.implementations for item in (*row.evidence, *(metric.evidence for metric in row.metrics))]
        for rule, text in proofs:
            name, _, row = rule.partition(":")
            found[name].add(row)
            if name in QUOTED:
                found[QUOTED[name]].update(next(([head] for head in heads[QUOTED[name]] if text.strip("“”").endswith(head)), []))
    return found


def refuse(error: KgError) -> None:
    raise error


def report() -> Iterator[str]:
    """What finds nothing, a line each, after a line for each table that says how many of its rows do."""
    patterns = watched()
    files = [path for part in ("train", "dev") for path in sorted((GOLD / part).glob("*.txt"))]
    found = fired(list(extract(sources(files, refuse), refuse)))
    for name, (column, rule) in LEXICONS.items():
        table = rows(f"lexicons/{name}.tsv")
        unused = [row for row in table if row[column] not in found[rule]]
        yield f"lexicons/{name}.tsv: {len(unused)} of {len(table)} rows find nothing"
        yield from (f"  {row['line']}: {row[column]}" for row in unused)
    silent = [name for name, pattern in patterns.items() if not pattern.hits]
    yield f"relations.toml: {len(silent)} of {len(patterns)} patterns match nothing"
    yield from (f"  {name}" for name in silent)
    for name, pattern in patterns.items():
        rest = [part for part in pattern.parts if part not in pattern.seen]
        if rest and pattern.hits:
            yield f"  {name}: {len(rest)} of {len(pattern.parts)} alternatives match nothing: {' '.join(rest)}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in report()))
