"""Pages: which of their text is the article.

The text comes from the markup itself, so that every character keeps its place in it; trafilatura only says which blocks to keep.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import trafilatura

from kg import characters, metadata, tables
from kg.alignment import Aligned, Edit

_PAGE = re.compile(r"\s*+(?:<\?xml[^<>]*+>\s*+)?(?:<!--(?>.{0,2000}?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BLOCKS = re.compile(r"<(?:p|br|div|li|h[1-6]|td)\b[^<>]*>|</(?:p|div|li|h[1-6]|td)>", re.IGNORECASE)
_TOKEN = re.compile(
    r"<!--|<(/?)([A-Za-z][A-Za-z0-9:-]*+)[^<>]*+>|<[!?][^<>]*+>|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?|[\s]+"
)
_HIDDEN = ("script", "style", "noscript", "template", "head", "title", "iframe", "svg", "select", "button", "textarea", "object")
_RAW = frozenset(("script", "style", "textarea"))  # without an end, these hold all that follows
#: What ends an element whose end tag is left out. None of `title`, `select` and `button` holds another of its kind.
_ENDS = {name: re.compile(rf"</{name}(?![A-Za-z0-9:-])[^<>]*+>?", re.IGNORECASE) for name in _HIDDEN}
_STOPS = {
    "head": re.compile(r"<(?=body[\s>])", re.IGNORECASE),
    "title": re.compile(r"<(?=(?:/head|body|title)[\s>])", re.IGNORECASE),
    "select": re.compile(r"<(?=select[\s>])", re.IGNORECASE),
    "button": re.compile(r"<(?=button[\s>])", re.IGNORECASE),
}
_INLINE = re.compile(
    "a|abbr|b|bdi|bdo|big|cite|code|del|em|font|i|img|input|ins|kbd|label|mark|q|rp|rt|ruby|s|small|span|strike|strong|sub|sup|u|var|wbr|[ovw]:[a-z]+"
)
_CELLS = frozenset(("td", "th"))
_META = re.compile(r"<(?:meta|link)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z:-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_LINKED_DATA = re.compile(r"\"(datePublished)\"\s*:\s*\"([^\"]{8,40})\"")
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,500})", re.IGNORECASE)
_LONG = 10  # characters from which a block may be a part of a line of trafilatura's, or hold a part that trafilatura left out

Known = dict[str, tuple[int, int] | None]  #: pattern → where it matches next

logging.getLogger("trafilatura").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Page:
    """The article's blocks, one a line, and what the page's head says of it."""

    text: Aligned
    fields: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]  #: parts of the <title>, the likeliest first


def is_html(raw: str) -> bool:
    """A whole page, or a fragment with block elements."""
    return _PAGE.match(raw) is not None or len(_BLOCKS.findall(raw[:20_000])) >= 2


def page(raw: str) -> Page:
    """The article of a page, aligned with its markup. Entities are decoded; nothing is fetched and no document type is expanded."""
    visible = _visible(raw)
    fields, titles = _fields(raw), _titles(raw)
    names = [value for target, value in fields if target == "title"] + list(titles)
    return Page(_chosen(visible, _extracted(raw), {_key(name) for name in names}), fields, titles)


def _visible(raw: str) -> Aligned:
    """Every block of the page as one line. Line breaks of the source are blanks; block elements break lines."""
    return Aligned.of(raw).edit(_edits(raw))


def _edits(raw: str) -> Iterator[Edit]:
    at = 0
    known: Known = {}
    while match := _TOKEN.search(raw, at):
        start, at = match.span()
        if match[0] == "<!--":
            found = raw.find("-->", at)
            at = len(raw) if found < 0 else found + 3
            yield start, at, ""
        elif match[0].startswith("<"):
            name = (match[2] or "").lower()
            if name in _ENDS and not match[1] and not match[0].endswith("/>"):
                at = _hidden(raw, name, at, known)
            yield start, at, " " if name in _CELLS else "" if _INLINE.fullmatch(name) else "\n" if name else ""
        elif match[0].startswith("&"):
            char = html.unescape(match[0])
            if char != match[0]:
                yield start, at, " " if char.isspace() else char
        elif match[0] != " ":
            yield start, at, " "


def _hidden(raw: str, name: str, at: int, known: Known) -> int:
    """Where an element that opens before `at` and isn't shown ends; `at` where its end tag is left out, so that only its own tag is hidden."""
    end = _next(_ENDS[name], raw, at, known)
    if name in _RAW:
        return end[1] if end else len(raw)
    stop = _next(_STOPS[name], raw, at, known) if name in _STOPS else None
    if stop and (end is None or stop[0] < end[0]):
        return stop[0] if name == "head" else at
    return end[1] if end else at


def _next(wanted: re.Pattern[str], raw: str, at: int, known: Known) -> tuple[int, int] | None:
    """The next match from `at` on. What is found, or isn't, stays in `known`, so that no stretch is searched twice."""
    found = known.get(wanted.pattern, (-1, -1))
    if found is not None and found[0] < at:
        match = wanted.search(raw, at)
        found = known[wanted.pattern] = match.span() if match else None
    return found


def _extracted(raw: str) -> str:
    """What trafilatura takes for the article; "" where it finds none."""
    return trafilatura.extract(raw, output_format="txt", include_comments=False, include_tables=True, deduplicate=False) or ""


def _key(text: str) -> str:
    return "".join(text.split())


def _chosen(visible: Aligned, extracted: str, names: set[str]) -> Aligned:
    """The blocks that trafilatura chose, in order, with the title's block above and lines of metadata around. All blocks where it chose none."""
    blocks = list(_blocks(visible.text))
    kept = _matched([_key(visible.text[start:end]) for start, end in blocks], "\n".join(map(_key, extracted.splitlines())))
    if not kept:
        return visible
    first, last = min(kept), max(kept)
    for number in range(first - 1, -1, -1):
        if _key(visible.text[slice(*blocks[number])]) in names:
            kept.add(number)
            first = number
            break
    short = characters.settings()["short_line"]
    for number in range(max(0, min(first, last) - 3), min(len(blocks), last + 6)):
        line = characters.fold(Aligned.of(visible.text[slice(*blocks[number])])).text.strip()
        if number not in kept and line and len(line) <= short and metadata.of_line(line, head=number < last) is not None:
            kept.add(number)
    gone = [(start, end, "") for number, (start, end) in enumerate(blocks) if number not in kept]
    return visible.edit(gone)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1


def _matched(keys: list[str], wanted: str) -> set[int]:
    """Which blocks stand in the extracted text (trafilatura moves some, so whatever the order). A short block must be a line of its own there."""
    lines = set(wanted.split("\n"))
    kept: set[int] = set()
    for number, key in enumerate(keys):
        if key in lines or (len(key) >= _LONG and (key in wanted or (key[:_LONG] in wanted and key[-_LONG:] in wanted))):
            kept.add(number)
    return kept


@cache
def _meta_names() -> Mapping[str, str]:
    return {row["name"]: row["target"] for row in tables.rows("cleaning_columns.tsv") if row["place"] == "meta"}


def _fields(raw: str) -> tuple[tuple[str, str], ...]:
    """(target, value) of the meta elements that cleaning_columns.tsv names; the first of each target."""
    found: dict[str, str] = {}
    for match in _META.finditer(raw):
        given = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(match[1])}
        name = given.get("name") or given.get("property") or given.get("itemprop") or given.get("rel") or ""
        target, value = _meta_names().get(name.strip().lower()), (given.get("content") or given.get("href") or "").strip()
        if target and value:
            found.setdefault(target, value)
    for target, value in _LINKED_DATA.findall(raw):
        found.setdefault(_meta_names().get(target.lower(), target), value)
    return tuple((target, value) for target, value in found.items() if target in metadata.TARGETS)


def _titles(raw: str) -> tuple[str, ...]:
    match = _TITLE.search(raw)
    if not match:
        return ()
    whole = " ".join(html.unescape(match[1]).split())
    parts = [part.strip() for part in re.split(r"[_|]|\s[-\u2013\u2014]+\s|--+", whole)]
    return tuple(dict.fromkeys(part for part in (parts[0], whole, *parts) if part))
