"""Texts of the tests' own, read by the line's own stages: annotate and relate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from spacy.language import Language

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.nlp import annotate, build_nlp
from kg.records import Article, Claim, Implementation, Reading, Referent
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

    @cached_property
    def names(self) -> dict[str, frozenset[str]]:
        """Id of an entity → every name that it goes by."""
        return {entity.id: frozenset({entity.name, *entity.names}) for entity in self.reading.entities}

    @property
    def said(self) -> set[Said]:
        """All claims by the entities' first names."""
        first = {entity.id: entity.name for entity in self.reading.entities}
        return {(first[c.subject], c.predicate, first[c.object], c.status) for c in self.reading.claims}

    def claims(self, subject: str, predicate: str, target: str) -> list[Claim]:
        """Claims of that form, each entity by any of its names."""
        names = self.names
        return [c for c in self.reading.claims if c.predicate == predicate and subject in names[c.subject] and target in names[c.object]]

    def status(self, subject: str, predicate: str, target: str) -> set[str]:
        """What the text says of a fact; empty where it does not speak of it."""
        return {claim.status for claim in self.claims(subject, predicate, target)}

    def rows(self, initiative: str) -> list[Implementation]:
        """Rows of an initiative."""
        return [row for row in self.reading.implementations if initiative in self.names[row.of]]

    def agents(self, initiative: str) -> set[str]:
        """First names of the bodies that are said to run an initiative."""
        return {
            subject for subject, predicate, target, status in self.said if predicate == terms.RUNS and status == "asserted" and target == initiative
        }

    def of(self, kind: str) -> list[str]:
        """Names of the entities of a type."""
        return [entity.name for entity in self.reading.entities if entity.type == kind]

    def entity(self, name: str) -> Referent:
        """The one entity that goes by a name."""
        found = [entity for entity in self.reading.entities if name in self.names[entity.id]]
        assert len(found) == 1, f"{len(found)} entities go by {name}: {[entity.name for entity in self.reading.entities]}"
        return found[0]

    def meant(self, text: str) -> set[str]:
        """Ids of the entities that the mentions spelt `text` refer to."""
        return {mention.referent for mention in self.reading.mentions if mention.text == text}

    def place_of(self, name: str) -> frozenset[str]:
        """Names of the place that the entity belongs to."""
        return self.names.get(self.entity(name).place or "", frozenset())


def read_all(articles: Iterable[Article]) -> list[Read]:
    """Annotate and relate, all in one batch."""
    return [Read(found, relate(found, found.article.text)) for found in annotate(articles, nlp())]


@cache
def read(text: str, *, title: str | None = None, published: str | None = None) -> Read:
    """Annotate and relate one article; the same text is read once."""
    return read_all([article(text, title=title, published=published)])[0]
