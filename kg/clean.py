"""An article as scraped → its text, free of what isn't the article, with the way back to the raw.

Cleaning never rewrites: every character of the text has its index in the raw (`Article.origins`). It is repeated until nothing changes, so that
cleaning a cleaned text leaves it as it is.
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
        page = markup.page(source.raw)
        text = page.text
        metadata.of_fields(((target, _plain(value)) for target, value in page.fields), facts)
        facts.titles = tuple(map(_plain, page.titles))
    given = facts.title
    title: int | None = None
    damaged: dict[mojibake.Span, None] = {}  # as ordered sets
    notes: dict[str, None] = {}
    for _ in range(characters.settings()["rounds"]):
        before = text.text
        mended = mojibake.mend(text)
        damaged |= dict.fromkeys(mended.damaged)
        notes |= dict.fromkeys(mended.notes)
        text, first = _round(mended.text, facts)
        title = first if title is None else title
        if text.text == before:
            break
    if not text.text:
        raise SourceError(f"{source.path}: {source.doc} holds no text; remove it or give the article's text")
    if title is not None and text.origins[0] == title:
        line, _, body = text.text.partition("\n")
        facts.title = line
        start = len(text.text) - len(body)
    else:
        start = 0
        facts.title = given or next(iter(facts.titles), None)
    if facts.published is None and facts.address:
        facts.published = metadata.date_of_address(facts.address)
    return Article(
        doc=source.doc,
        title=facts.title,
        published=facts.published,
        publisher=facts.publisher,
        authors=tuple(facts.authors),
        address=facts.address,
        text=text.text,
        origins=tuple(text.origins),
        body=start,
        damaged=_spans(text, sorted(damaged)),
        notes=tuple(notes),
        raw_sha256=hashlib.sha256(source.raw.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _plain(value: str) -> str:
    """A field of the metadata, its characters cleaned as those of a text."""
    text = characters.unglossed(characters.fold(Aligned.of(value)))
    return characters.apply("late", characters.simplified(characters.apply("early", text))).text.strip()


def _spans(text: Aligned, raw: list[mojibake.Span]) -> tuple[mojibake.Span, ...]:
    """Spans of the raw as spans of the text, those left out excepted."""
    found = ((bisect_left(text.origins, start), bisect_left(text.origins, end)) for start, end in raw)
    return tuple(span for span in found if span[0] < span[1])


def _round(text: Aligned, facts: Facts) -> tuple[Aligned, int | None]:
    text = characters.fold(text)
    text = characters.unglossed(text)
    text = characters.apply("early", text)
    text = characters.simplified(text)
    text, title = boilerplate.article_lines(text, facts)
    return characters.apply("late", text), title
