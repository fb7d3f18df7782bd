"""An article as scraped → its text, free of what isn't the article, with the way back to the raw.

Every character of the text has its index in the raw (`Article.origins`). Cleaning is repeated until nothing changes, so that cleaning a cleaned text
leaves it as it is.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left

from kg import boilerplate, characters, markup, metadata, mojibake
from kg.alignment import Aligned
from kg.errors import SourceError
from kg.metadata import Facts
from kg.records import Article, Source


def clean(source: Source) -> Article:
    """Clean one article.

    Raises:
        SourceError: no text is left.
    """
    facts = Facts()
    metadata.of_fields(((target, _plain(value)) for target, value in source.fields), facts)
    text = Aligned.of(source.raw)
    if source.media == "html":
        text = _page(source.raw, facts)
    given = facts.title
    title: int | None = None
    damaged: dict[mojibake.Span, None] = {}  # as ordered sets
    notes: dict[int, str] = {}
    for _ in range(characters.settings()["rounds"]):
        before = text.text
        mended = mojibake.mend(text)
        damaged |= dict.fromkeys(mended.damaged)
        notes = dict(reversed(mended.notes)) | notes  # the first note on a place stays
        text, first = _round(mended.text, facts)
        title = first if title is None else title
        if text.text == before:
            break
    if not text.text:
        raise SourceError(f"{source.path}: {source.doc} holds no text of an article; remove it or give its text")
    body = _body(text, title, facts, given)
    return Article(
        doc=source.doc,
        title=facts.title,
        published=facts.published or metadata.date_of_address(facts.address or ""),
        publisher=facts.publisher,
        authors=tuple(facts.authors),
        address=facts.address,
        text=text.text,
        origins=tuple(text.origins),
        body=body,
        damaged=_spans(text, sorted(damaged)),
        notes=tuple(note for _, note in sorted(notes.items())),
        raw_sha256=hashlib.sha256(source.raw.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def raw_span(article: Article, start: int, end: int) -> tuple[int, int]:
    """Where text[start:end] stands in the raw (half open); what cleaning took out within it is included.

    Raises:
        ValueError: the span is empty or not within the text.
    """
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"no span {start} to {end} in a text of {len(article.text)} characters")
    return article.origins[start], article.origins[end - 1] + 1


def _round(text: Aligned, facts: Facts) -> tuple[Aligned, int | None]:
    """Clean once; the second value is the origin of the title's first character, if the text has the title."""
    text = characters.fold(text)
    text = characters.unglossed(text)
    text = characters.apply("early", text)
    text = characters.simplified(text)
    text, title = boilerplate.article_lines(text, facts)
    return characters.apply("late", text), title


def _page(raw: str, facts: Facts) -> Aligned:
    page = markup.page(raw)
    metadata.of_fields(((target, _plain(value)) for target, value in page.fields), facts)
    facts.titles = tuple(map(_plain, page.titles))
    return page.text


def _body(text: Aligned, title: int | None, facts: Facts, given: str | None) -> int:
    """Where the body starts. The title is the text's first line if that was found to be it, else what the metadata says."""
    line, _, body = text.text.partition("\n")
    if title is not None and body and text.origins[0] == title:
        facts.title = line
        return len(text.text) - len(body)
    facts.title = given or next(iter(facts.titles), None)
    return 0


def _plain(value: str) -> str:
    """A field of the metadata, its characters cleaned as those of a text."""
    text = characters.unglossed(characters.fold(Aligned.of(value)))
    return characters.apply("late", characters.simplified(characters.apply("early", text))).text.strip()


def _spans(text: Aligned, raw: list[mojibake.Span]) -> tuple[mojibake.Span, ...]:
    """Spans of the raw as spans of the text, those left out excepted, overlapping ones as one."""
    found: list[mojibake.Span] = []
    for start, end in raw:
        here = (bisect_left(text.origins, start), bisect_left(text.origins, end))
        if found and here[0] < found[-1][1]:
            found[-1] = (found[-1][0], max(here[1], found[-1][1]))
        elif here[0] < here[1]:
            found.append(here)
    return tuple(found)
