"""The spaCy pipeline: built by one explicit function, one component a kind of mention, entities before tokens.

The tokenizer runs pkuseg and LAC; the components find names on the characters; `align` makes the Doc last, its words split at entity borders, so
that every span is a span of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from kg.annotate import segment
from kg.annotate.annotation import Annotation, find_pronouns
from kg.annotate.bodies import Bodies
from kg.annotate.counted_spans import find_counted
from kg.annotate.dates import dates
from kg.annotate.initiative_spans import find_initiatives
from kg.annotate.layers import Layer, Span, Token
from kg.annotate.organization_spans import find_organizations
from kg.annotate.person_spans import find_people, find_titles
from kg.annotate.place_spans import find_places
from kg.annotate.programmes_and_people import Initiatives, People
from kg.annotate.quantities import quantities
from kg.annotate.registry import Places
from kg.records import Article

_BATCH = 16  # articles that are tagged together, so that both cores are busy


def _tokens(analysis: segment.Analysis) -> tuple[Token, ...]:
    found, at = [], 0
    for word, tag in analysis.tags:
        found.append(Token(at, at + len(word), word, tag))
        at += len(word)
    return tuple(found)


def _doc(nlp: Language, words: tuple[str, ...], spans: list[Span]) -> Doc:
    """A Doc whose words are split at the borders of `spans`."""
    borders = {border for span in spans for border in (span.start, span.end)}
    doc = segment.doc(nlp.vocab, segment.split_at(words, borders))
    marked: list[DocSpan] = []
    for span in spans:
        found = doc.char_span(span.start, span.end, label=span.type)
        assert found is not None, f"span {span.start}:{span.end} does not align"
        marked.append(found)
    doc.spans["mentions"] = marked
    doc.ents = tuple(spacy.util.filter_spans(marked))
    return doc


def build_nlp() -> Language:
    """An empty Chinese pipeline: its vocabulary holds the words of every Doc."""
    return spacy.blank("zh")


def _annotate(article: Article, analysis: segment.Analysis, nlp: Language) -> Annotation:
    layer = Layer(article.text, _tokens(analysis), article.body)
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
        doc=_doc(nlp, analysis.words, [*places, *bodies, *people, *initiatives]),
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
        for article, analysis in zip(batch, segment.analyse([article.text for article in batch]), strict=True):
            yield _annotate(article, analysis, nlp)
