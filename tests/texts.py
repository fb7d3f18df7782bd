"""Texts of the tests' own, read by the line's own stages: annotate and relate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from spacy.language import Language

from kg.annotate.annotation import Annotation
from kg.annotate.nlp import annotate, build_nlp
from kg.records import Article, Reading
from kg.relate import relate

#: What a claim says, by names: subject, predicate, object, status.
Said = tuple[str, str, str, str]


@cache
def nlp() -> Language:
    """One pipeline for all tests."""
    return build_nlp()


def article(text: str, *, doc: str = "a.txt", title: str | None = None, published: str | None = None) -> Article:
    """A clean article; its raw text is the text itself. A title is the text's first line too."""
    body = 0
    if title is not None:
        text, body = f"{title}\n{text}", len(title) + 1
    return Article(doc, title, published, None, (), None, text, tuple(range(len(text))), body, raw_sha256="0" * 64)


@dataclass(frozen=True)
class Read:
    """An article with what the stages found in it."""

    annotation: Annotation
    reading: Reading

    @property
    def names(self) -> dict[str, str]:
        """Id of an entity → its name."""
        return {entity.id: entity.name for entity in self.reading.entities}

    @property
    def said(self) -> set[Said]:
        """All claims by names."""
        names = self.names
        return {(names[c.subject], c.predicate, names[c.object], c.status) for c in self.reading.claims}

    def of(self, kind: str) -> list[str]:
        """Names of the entities of a type."""
        return [entity.name for entity in self.reading.entities if entity.type == kind]

    def meant(self, text: str) -> list[str]:
        """Names of the entities that the mentions spelt `text` refer to, in text order."""
        return [self.names[mention.referent] for mention in self.reading.mentions if mention.text == text]

    def place_of(self, name: str) -> str | None:
        """Name of the place that the entity belongs to."""
        entity = next(entity for entity in self.reading.entities if entity.name == name)
        return None if entity.place is None else self.names[entity.place]


def read_all(articles: Iterable[Article]) -> list[Read]:
    """Annotate and relate, all in one batch."""
    return [Read(found, relate(found, found.article.text)) for found in annotate(articles, nlp())]


@cache
def read(text: str, *, title: str | None = None, published: str | None = None) -> Read:
    """Annotate and relate one article; the same text is read once."""
    return read_all([article(text, title=title, published=published)])[0]
