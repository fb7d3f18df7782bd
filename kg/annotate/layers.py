"""What the annotators share: the text with its tokens, sentences and clauses, and the spans that they find in it.

Everything is an offset into `Article.text`; the text never changes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property

from kg.tables import settings, words


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its part of speech (LAC tag set: n, v, vn, LOC, PER, ORG, TIME, m, w, …)."""

    start: int
    end: int
    text: str
    tag: str


@dataclass(frozen=True)
class Span:
    """A stretch of text that names something, before the article's short forms are resolved.

    `scope` is a level that the text says by a bare noun (镇党委 → township); `head` is the row of the head lexicon; `inner` are spans that
    the name holds (the place in 陂西镇党委, the bureau in 县住管局党支部), outermost first.
    """

    start: int
    end: int
    type: str
    kind: str | None
    rule: str
    text: str
    head: str = ""
    scope: str | None = None
    collective: bool = False
    pronoun: bool = False
    inner: tuple[Span, ...] = field(default_factory=tuple)
    beside: Span | None = None  #: the body before it in a list, whose place it shares (镇综治办、派出所); of an initiative what stands right before

    @property
    def place(self) -> Span | None:
        """The innermost place of the name: 安水村 in 马市镇安水村."""
        places = [span for span in self.inner if span.type == "Place"]
        return places[-1] if places else None

    def covers(self, other: Span) -> bool:
        """Whether `other` lies within this span."""
        return self.start <= other.start and other.end <= self.end


@cache
def _splitter(name: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(settings('pipeline.toml')['marks'][name])}]+")


def pieces(text: str, start: int, end: int, marks: str) -> list[tuple[int, int]]:
    """Spans of `text[start:end]` that end with one of the `marks` (a key of [marks] in pipeline.toml), blanks at both ends left out."""
    found: list[tuple[int, int]] = []
    at = start
    for match in _splitter(marks).finditer(text, start, end):
        found.append((at, match.end()))
        at = match.end()
    if at < end:
        found.append((at, end))
    trimmed = []
    for a, b in found:
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if a < b:
            trimmed.append((a, b))
    return trimmed


@dataclass(frozen=True)
class Layer:
    """The text of one article with its tokens. Paragraphs hold sentences, sentences hold clauses; all are (start, end)."""

    text: str
    tokens: tuple[Token, ...]
    body: int = 0

    @cached_property
    def starts(self) -> list[int]:
        """Where each token starts."""
        return [token.start for token in self.tokens]

    def token_at(self, offset: int) -> int:
        """Index of the token that covers `offset`."""
        return bisect_right(self.starts, offset) - 1

    def within(self, start: int, end: int) -> tuple[Token, ...]:
        """Tokens that start in `text[start:end]`."""
        return self.tokens[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Lines of the text."""
        return pieces(self.text, 0, len(self.text), "line")

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Sentences, closing quotes kept with the sentence that they end."""
        closing = settings("pipeline.toml")["marks"]["closing"]
        found: list[tuple[int, int]] = []
        for start, end in self.paragraphs:
            for a, b in pieces(self.text, start, end, "sentence"):
                a2, b2 = a, b
                while found and a2 < b2 and self.text[a2] in closing and found[-1][0] >= start:
                    found[-1] = (found[-1][0], a2 + 1)
                    a2 += 1
                if a2 < b2:
                    found.append((a2, b2))
        return found

    def clauses(self, start: int, end: int) -> list[tuple[int, int]]:
        """Clauses of a sentence."""
        return pieces(self.text, start, end, "clause")

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Where each sentence starts."""
        return [start for start, _ in self.sentences]

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """The sentence that covers `offset` (the one before it where it is between two)."""
        return self.sentences[max(0, bisect_right(self.sentence_starts, offset) - 1)]

    @cached_property
    def paragraph_starts(self) -> list[int]:
        """Where each paragraph starts."""
        return [start for start, _ in self.paragraphs]

    def paragraph_of(self, offset: int) -> int:
        """Index of the paragraph that covers `offset`."""
        return max(0, bisect_right(self.paragraph_starts, offset) - 1)


@cache
def _general_words() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words("hollow")), key=lambda word: (-len(word), word))))


def is_general(text: str, least: int = 2) -> bool:
    """Nothing but general words (工作机制, 各项制度): fewer than `least` characters of its own."""
    return len(_general_words().sub("", text)) < least


def longest(spans: list[Span]) -> list[Span]:
    """Spans that overlap no longer one, in text order; of equals the first given wins."""
    kept: list[Span] = []
    taken: list[tuple[int, int]] = []
    for _, span in sorted(enumerate(spans), key=lambda pair: (pair[1].start - pair[1].end, pair[1].start, pair[0])):
        at = bisect_left(taken, (span.start, span.end))
        before = at > 0 and taken[at - 1][1] > span.start
        after = at < len(taken) and taken[at][0] < span.end
        if not before and not after:
            taken.insert(at, (span.start, span.end))
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
