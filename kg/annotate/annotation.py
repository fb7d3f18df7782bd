"""What annotate gives to relate: the spaCy Doc, the spans in it, and the article's entities that they refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan
from spacy.util import filter_spans
from spacy.vocab import Vocab

from kg import terms
from kg.annotate import segment
from kg.annotate.bodies import Bodies
from kg.annotate.dates import DateSpan
from kg.annotate.layers import Layer, Span
from kg.annotate.programmes_and_people import Initiatives, People
from kg.annotate.quantities import Quantity
from kg.annotate.registry import Places, Thing
from kg.records import Article
from kg.tables import settings


@cache
def _pronouns() -> re.Pattern[str]:
    levels = "|".join(sorted(map(re.escape, settings("pipeline.toml")["levels"]), key=len, reverse=True))
    return re.compile(settings("mentions.toml")["pronoun"]["pattern"].replace("LEVEL", levels))


@dataclass(frozen=True)
class Annotation:
    """One article, annotated."""

    article: Article
    vocab: Vocab  #: of the spaCy pipeline
    layer: Layer
    places: tuple[Span, ...]
    bodies: tuple[Span, ...]
    people: tuple[Span, ...]
    initiatives: tuple[Span, ...]
    titles: tuple[Span, ...]
    pronouns: tuple[Span, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[DateSpan, ...]
    place_things: Places
    body_things: Bodies
    person_things: People
    initiative_things: Initiatives

    @cached_property
    def doc(self) -> Doc:
        """The article as spaCy has it: entities in `doc.ents`, all spans in `doc.spans["mentions"]`; pkuseg's words, split at the borders of spans.

        Made when it is asked for (15 µs a character): the rules work on characters and LAC's tags.
        """
        spans = [*self.places, *self.bodies, *self.people, *self.initiatives]
        borders = {border for span in spans for border in (span.start, span.end)}
        doc = segment.doc(self.vocab, segment.split_at(segment.segmenter().words(self.article.text), borders))
        marked: list[DocSpan] = []
        for span in spans:
            found = doc.char_span(span.start, span.end, label=span.type)
            assert found is not None, f"span {span.start}:{span.end} does not align"
            marked.append(found)
        doc.spans["mentions"] = marked
        doc.ents = tuple(filter_spans(marked))
        return doc

    def thing(self, span: Span) -> Thing | None:
        """The entity that a span refers to."""
        key = (span.start, span.end)
        if span.type == terms.ORGANIZATION:
            return self.body_things.of.get(key)
        if span.type == terms.PERSON:
            return self.person_things.of.get(key)
        if span.type == terms.INITIATIVE:
            return self.initiative_things.of.get(key)
        if span.pronoun:
            word = span.head
            local = span.text[0] in settings("mentions.toml")["pronoun"]["local"] or span.text[0] == word[0]
            return self.place_things.meant(word, span.start, local=local) or (self.place_things.meant(word, span.start) if local else None)
        return self.place_things.of.get(key)

    @cached_property
    def within_names(self) -> frozenset[tuple[int, int]]:
        """Places and bodies that are part of a body's name, at any depth."""
        found, stack = set(), [part for body in self.bodies for part in body.inner]
        while stack:
            part = stack.pop()
            found.add((part.start, part.end))
            stack.extend(part.inner)
        return frozenset(found)

    @cached_property
    def actors(self) -> tuple[Span, ...]:
        """Bodies, places, pronouns and people in text order; those within another's name are left out."""
        free = [place for place in self.places if (place.start, place.end) not in self.within_names and not _inside(place, self.initiatives)]
        found = [*self.bodies, *free, *self.pronouns, *self.people]
        return tuple(sorted(found, key=lambda span: (span.start, -span.end)))


def _inside(place: Span, spans: tuple[Span, ...]) -> bool:
    return any(span.start <= place.start and place.end <= span.end for span in spans)


def find_pronouns(text: str, blocked: list[Span]) -> list[Span]:
    """该镇, 我县, 全村: places said by a pronoun; `head` is the level's word."""
    found = []
    for match in _pronouns().finditer(text):
        if not any(span.start < match.end() and match.start() < span.end for span in blocked):
            found.append(
                Span(
                    match.start(),
                    match.end(),
                    terms.PLACE,
                    None,
                    "pronoun",
                    match.group(),
                    head=match.group("level") or match.group("inside"),
                    pronoun=True,
                )
            )
    return found
