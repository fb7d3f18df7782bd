"""Lines: which are the article and which are what a web page puts around it. The wording is data (`cleaning_boilerplate.tsv`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kg import characters, metadata, tables
from kg.alignment import Aligned, Edit
from kg.errors import RuleError
from kg.metadata import Facts

Kind = Literal["paragraph", "short", "facts", "noise"]
ZONES = ("any", "cut", "head", "tail", "heading")


@dataclass
class Line:
    """One line of the text, blanks at its ends left out: text[start:end]."""

    start: int
    end: int
    text: str
    kind: Kind
    facts: list[tuple[str, str]]


@cache
def zone(name: str) -> re.Pattern[str]:
    """The rows of one zone of cleaning_boilerplate.tsv as one pattern, to be matched against a whole line.

    Raises:
        RuleError: a pattern doesn't compile, or a zone is unknown.
    """
    parts = []
    for row in tables.rows("cleaning_boilerplate.tsv", required=("zone", "name", "pattern")):
        where = f"cleaning_boilerplate.tsv:{row['line']}"
        if row["zone"] not in ZONES:
            raise RuleError(f"pipelines/news/{where}: zone {row['zone']}; use one of {' '.join(ZONES)}")
        if row["zone"] == name:
            parts.append(characters.pattern(row["pattern"], where).pattern)
    return re.compile("|".join(f"(?:{part})" for part in parts))


@cache
def _sentence_end() -> re.Pattern[str]:
    return re.compile(f"[{metadata.settings()['sentence_end']}]")


def lines(text: str) -> list[Line]:
    """The lines of a text that aren't blank, each with its kind."""
    found: list[Line] = []
    short = characters.settings()["short_line"]
    at, head = 0, True
    for whole in text.split("\n"):
        line = whole.strip()
        if line:
            start = at + len(whole) - len(whole.lstrip())
            kind, facts = _kind(line, short, head)
            head = head and kind != "paragraph"
            found.append(Line(start, start + len(line), line, kind, facts))
        at += len(whole) + 1
    return found


def _kind(line: str, short: int, head: bool) -> tuple[Kind, list[tuple[str, str]]]:
    if len(line) <= short:
        facts = metadata.of_line(line, head=head)
        if facts is not None:
            return "facts", facts
        if zone("any").fullmatch(line):
            return "noise", []
    if len(line) > short or _sentence_end().search(line):
        return "paragraph", []
    return "short", []


def article_lines(text: Aligned, facts: Facts) -> tuple[Aligned, int | None]:
    """Keep the article's own lines; what the others say of it goes into `facts`. Blank lines and blanks at the ends of lines go too.

    Returns:
        The text, and the origin of the first character of the title's line if the text has one.
    """
    found = _uncut(lines(text.text))
    body = next((number for number, line in enumerate(found) if line.kind == "paragraph"), len(found))
    last = max((number for number, line in enumerate(found) if line.kind == "paragraph"), default=-1)
    title = _title(found, body, facts)
    for number, line in enumerate(found):
        for target, value in line.facts:
            facts.add(target, value)
        if line.kind == "short" and _is_around(line, number, title, body, last):
            line.kind = "noise"
    kept = [line for line in found if line.kind in ("paragraph", "short")]
    if title is not None and facts.title is None:
        facts.title = found[title].text
    edits = _bylines(kept, facts)
    first = None if title is None else text.origins[found[title].start]
    return _joined(text, kept, edits), first


def _uncut(found: list[Line]) -> list[Line]:
    """Without what stands below a line such as a disclaimer or "related news", if there is less of it than above."""
    cut = zone("cut")
    for number, line in enumerate(found):
        if line.kind in ("facts", "noise") or not cut.fullmatch(line.text):
            continue
        above = sum(len(other.text) for other in found[:number] if other.kind == "paragraph")
        below = sum(len(other.text) for other in found[number + 1 :] if other.kind == "paragraph")
        if above > below:
            return found[:number]
        line.kind = "noise"
    return found


def _title(found: list[Line], body: int, facts: Facts) -> int | None:
    """Which line is the title: the one that the metadata names, the one above the line with date and source, or a first line that reads like one."""
    known = [name for name in (facts.title, *facts.titles) if name]
    for name in known:
        for number in range(min(body + 1, len(found))):
            if found[number].kind != "noise" and _same(found[number].text, name):
                return number
    if facts.title:
        return None
    head = [number for number in range(body) if found[number].kind == "short" and not _is_site(found[number].text)]
    dated = next((number for number in range(body) if found[number].kind == "facts" and number and any(other < number for other in head)), None)
    above = [number for number in head if _is_title(found[number].text) and (dated is None or number < dated)]
    if not above or body == len(found):
        return None
    if dated is None:
        return above[0] if above[0] == head[0] else None
    subtitle = metadata.settings()["subtitle"]
    while len(above) > 1 and found[above[-1]].text.startswith(subtitle):
        above.pop()
    return above[-1]


def _same(line: str, title: str) -> bool:
    """The line is the title, blanks and a shortened end aside."""
    plain, wanted = "".join(line.split()), "".join(title.split()).rstrip(".\u2026")
    return plain == wanted or (len(wanted) >= 8 and plain.startswith(wanted) and len(plain) <= 2 * len(wanted))


def _is_title(line: str) -> bool:
    shortest, longest = characters.settings()["title_length"]
    return shortest <= len(line) <= longest and line[-1] not in metadata.settings()["not_title_end"] and not zone("heading").fullmatch(line)


def _is_site(line: str) -> bool:
    return zone("head").fullmatch(line) is not None


def _is_around(line: Line, number: int, title: int | None, body: int, last: int) -> bool:
    """A short line that belongs to the page: above the title, the site's name, or a headline list below the last paragraph."""
    if title is not None and number < title:
        return True
    if number < body:
        return number != title and body <= last and _is_site(line.text)
    return number > last and zone("tail").fullmatch(line.text) is not None


def _bylines(kept: list[Line], facts: Facts) -> list[Edit]:
    """Bylines at the start of the first paragraph and at the end of the last one: into `facts`, out of the text."""
    edits: list[Edit] = []
    paragraphs = [line for line in kept if line.kind == "paragraph"]
    for line, place in [(paragraphs[0], "start"), (paragraphs[-1], "end")] if paragraphs else []:
        found = metadata.of_edge(line.text, place)
        if found and found[1] - found[0] < len(line.text):
            edits.append((line.start + found[0], line.start + found[1], ""))
            for target, value in found[2]:
                facts.add(target, value)
    return edits


def _joined(text: Aligned, kept: list[Line], edits: list[Edit]) -> Aligned:
    """The kept lines, one a line: whatever lies between two of them shrinks to the line break that it starts with."""
    cuts: list[Edit] = list(edits)
    at = 0
    for number, line in enumerate(kept):
        if line.start > at:
            cuts.append((at, line.start, "\n" if number else ""))
        at = line.end
    if at < len(text.text):
        cuts.append((at, len(text.text), ""))
    return text.edit(sorted(cut for cut in cuts if cut[2] != text.text[cut[0] : cut[1]]))
