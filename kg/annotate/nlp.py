"""The spaCy pipeline, built by one explicit function: text in, a Doc with its mentions out; and what the line needs beside the Doc.

LAC tags words, the finders look for one kind of mention each, on the characters. The Doc comes last, when it is asked for: pkuseg's words, split at
the borders of entities, so that every span is a span of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.annotate import segment
from kg.annotate.annotation import Annotation, find_pronouns
from kg.annotate.bodies import Bodies
from kg.annotate.counted_spans import find_counted
from kg.annotate.dates import dates
from kg.annotate.initiative_spans import find_initiatives
from kg.annotate.layers import Layer, Token
from kg.annotate.organization_spans import find_organizations
from kg.annotate.person_spans import find_people, find_titles
from kg.annotate.place_spans import find_places
from kg.annotate.programmes_and_people import Initiatives, People
from kg.annotate.quantities import quantities
from kg.annotate.registry import Places
from kg.records import Article

_BATCH = 16  # articles that are tagged together, so that both cores are busy


class _Reader:
    """Text → Doc; stands where spaCy has its tokenizer, because entities decide where tokens end."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp

    def __call__(self, text: str) -> Doc:
        (found,) = annotate([Article("", None, None, None, (), None, text, tuple(range(len(text))))], self.nlp)
        return found.doc


def build_nlp() -> Language:
    """The Chinese pipeline: `build_nlp()(text).ents` are its mentions, `.spans["mentions"]` also those within others."""
    nlp = spacy.blank("zh")
    nlp.tokenizer = _Reader(nlp)
    return nlp


def _tokens(tagged: Iterable[tuple[str, str]]) -> tuple[Token, ...]:
    found, at = [], 0
    for word, tag in tagged:
        found.append(Token(at, at + len(word), word, tag))
        at += len(word)
    return tuple(found)


def _annotate(article: Article, tagged: Iterable[tuple[str, str]], nlp: Language) -> Annotation:
    layer = Layer(article.text, _tokens(tagged), article.body)
    places = find_places(layer)
    bodies = find_organizations(layer, places)
    titles = find_titles(layer)
    people = find_people(layer, [*places, *bodies], titles)
    initiatives = find_initiatives(layer, [*bodies, *people, *places])
    figures = quantities(article.text)
    counted = [(f.start, f.end, f.noun) for f in figures if not f.in_date and f.kind not in ("time", "age", "ratio", "money")]
    initiatives = sorted([*initiatives, *find_counted(layer, initiatives, counted)], key=lambda span: span.start)
    pronouns = find_pronouns(article.text, [*places, *bodies, *people])
    hints = tuple(hint for hint in (article.title, article.publisher, *article.authors) if hint)
    place_things = Places(layer, places, hints)
    return Annotation(
        article=article,
        vocab=nlp.vocab,
        layer=layer,
        places=tuple(places),
        bodies=tuple(bodies),
        people=tuple(people),
        initiatives=tuple(initiatives),
        titles=tuple(titles),
        pronouns=tuple(pronouns),
        quantities=tuple(figures),
        dates=tuple(dates(article.text, article.published)),
        place_things=place_things,
        body_things=Bodies(layer, bodies, place_things),
        person_things=People(people),
        initiative_things=Initiatives(initiatives),
    )


def annotate(articles: Iterable[Article], nlp: Language) -> Iterator[Annotation]:
    """Annotates articles, some at a time; the answer has their order."""
    stream = iter(articles)
    while batch := list(islice(stream, _BATCH)):
        for article, tagged in zip(batch, segment.tagged([article.text for article in batch]), strict=True):
            yield _annotate(article, tagged, nlp)
