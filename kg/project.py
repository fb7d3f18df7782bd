"""RDF → property graph: the one mapping, from the record of all articles to nodes and relationships.

Every projected thing has an IRI, each thing becomes one node and each (subject, predicate, object) one relationship, however many articles say it.
Evidence, statements and whatever is not asserted stay behind in the record; of a statement its articles, sentences, rules and role go onto the edge.

The facts are asked for one thing at a time, so that a graph of any size can be carried over a chunk at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import properties
from kg.errors import DataError
from kg.facts import Collected, Facts, collect
from kg.records import Node, Relationship, Value
from kg.terms import (
    ARTICLE,
    ENTITY_TYPES,
    EVIDENCED_BY,
    IN_ARTICLE,
    KIND_CLASSES,
    LABELS,
    METRIC,
    NODE_LABELS,
    ONTOLOGY,
    PREDICATE_IRIS,
    RANGES,
    SENTENCE,
    STRUCTURAL_IRIS,
    Iri,
)
from kg.to_rdf import statement_iri
from kg.vocabulary import list_separator

if TYPE_CHECKING:
    import pyoxigraph as ox

#: Nodes that are made at a time when all are asked for.
_CHUNK = 5_000
#: Names and labels of entities that are kept because many relationships share them.
_KEPT = 50_000
#: Nodes of which is kept what leads away from them, from the making of the nodes to that of their relationships: decoding a quad takes 7 µs.
_KEPT_NODES = 20_000

_NAMES = {iri: name for name, iri in {**PREDICATE_IRIS, **STRUCTURAL_IRIS}.items()}
_KINDS = {iri: kind for kind, iri in KIND_CLASSES.items()}
_PERIOD = (("from", Iri.SINCE), ("to", Iri.UNTIL))
_BASES = {ONTOLOGY + label: label for label in NODE_LABELS}


def project(facts: Facts) -> Projection:
    """The property graph that the facts make."""
    return Projection(facts)


def collected(quads: Iterable[ox.Quad]) -> Collected:
    """What a projection may ask of a graph."""
    return collect(quads, _BASES)


#: (relationship type, target) → graphs that say so.
_Leaving = dict[tuple[str, str], set[str]]


class _Found:
    """What the graphs say of one subject: predicate → value → number of graphs; and what leads from it to other nodes."""

    def __init__(self, facts: Facts, iri: str) -> None:
        self.iri = iri
        self.graphs: set[str] = set()
        self.values: dict[str, dict[str, int]] = {}
        self.leaving: _Leaving = {}
        for path, text, source in facts.of(iri):
            counts = self.values.setdefault(path, {})
            counts[text] = counts.get(text, 0) + 1
            self.graphs.add(source)
            if path in _NAMES:
                self.leaving.setdefault((_NAMES[path], text), set()).add(source)

    @property
    def base(self) -> str | None:
        """Base label of the node, None where there is none: the thing is gone, or is not asserted."""
        return min((_BASES[class_] for class_ in self.values.get(Iri.TYPE, ()) if class_ in _BASES), default=None)

    def all(self, predicate: str) -> tuple[str, ...]:
        return tuple(sorted(self.values.get(predicate, ())))

    def first(self, predicate: str) -> str | None:
        """The value of most articles, of these the longest, of these the first in the order of characters."""
        found = self.values.get(predicate)
        return None if not found else min(found, key=lambda text: (-found[text], -len(text), text))

    def one(self, predicate: str) -> str:
        value = self.first(predicate)
        if value is None:
            raise DataError(f"{self.iri} has no {predicate}: the record is damaged; rebuild it from the articles")
        return value


@dataclass(frozen=True)
class _Article:
    doc: str
    published: str | None
    original: str  #: IRI of the article that it reprints, or its own


class Projection:
    """The property graph that facts make, made of them whenever some of it is asked for; see `kg.store.base.Wanted`.

    Facts that change change their projection; names and labels that were looked up before may then be old, so make a new one.
    """

    def __init__(self, facts: Facts) -> None:
        """Read from `facts`, which may be many: no more than the IRIs of one label, the names of articles and what is asked for is held."""
        self.facts = facts
        self.articles: dict[str, _Article] = {}
        self.names: dict[str, str] = {}
        self.labels: dict[str, tuple[str, ...]] = {}
        self.leaving: dict[str, tuple[str | None, _Leaving]] = {}

    def __iter__(self) -> Iterator[Node | Relationship]:
        """All nodes, sorted by base label and IRI, then all relationships, sorted by type, source and target; the relationships are held.

        Raises:
            DataError: the record is damaged: a plain triple has no statement, or a thing lacks what its shape asks for.
        """
        for iris in self.chunks(_CHUNK):
            yield from self.nodes(iris)
        edges = [edge for iris in self.chunks(_CHUNK) for edge in self.relationships(iris)]
        yield from sorted(edges, key=lambda edge: (edge.type, edge.source, edge.target))

    def chunks(self, size: int) -> Iterator[list[str]]:
        """IRIs of all nodes, each once, by base label, sorted, at most `size` at a time."""
        for class_, label in sorted(_BASES.items(), key=lambda item: NODE_LABELS.index(item[1])):
            iris = sorted(self.facts.members(class_, [other for other, name in _BASES.items() if name < label]))
            yield from (iris[start : start + size] for start in range(0, len(iris), size))

    def base(self, iri: str) -> str | None:
        """Base label of the node, None where there is none: the thing is gone, or is not asserted."""
        return min((_BASES[class_] for class_ in self.facts.classes(iri) if class_ in _BASES), default=None)

    def nodes(self, iris: Collection[str]) -> list[Node]:
        """The nodes with these IRIs, in their order; for some there may be none.

        Raises:
            DataError: a thing lacks what its shape asks for.
        """
        made = []
        for iri in iris:
            found = _Found(self.facts, iri)
            label = found.base
            if label is not None:
                if len(self.leaving) < _KEPT_NODES:
                    self.leaving[iri] = label, found.leaving
                labels, properties = self._describe(label, found)
                made.append(Node(labels, iri, {key: value for key, value in properties.items() if value is not None}))
        return made

    def relationships(self, iris: Collection[str]) -> list[Relationship]:
        """The relationships that start at these nodes, sorted by type, source and target.

        Raises:
            DataError: a plain triple has no statement, or leads to a thing without a class.
        """
        made = []
        for iri in iris:
            base, leaving = self.leaving.pop(iri) if iri in self.leaving else self._leaving(iri)
            for (name, target), graphs in leaving.items() if base is not None else ():
                assert base is not None
                properties = self._claim(iri, PREDICATE_IRIS[name], target) if name in PREDICATE_IRIS else self._structure(name, graphs)
                labels = self._labels_of(iri, base), self._labels_of(target, RANGES[name][0])
                made.append(Relationship(name, iri, labels[0], target, labels[1], properties))
        return sorted(made, key=lambda edge: (edge.type, edge.source, edge.target))

    def touched(self, iris: Collection[str]) -> set[str]:
        """These IRIs and those of the implementations that bear a name among theirs."""
        return set(iris).union(*(self.facts.into(iri, (Iri.BY, Iri.OF, Iri.AT)) for iri in iris))

    def sources(self, iris: Collection[str]) -> set[str]:
        """IRIs from which a relationship leads to one of these."""
        return {source for iri in iris for source in self.facts.into(iri, _NAMES)}

    def _leaving(self, iri: str) -> tuple[str | None, _Leaving]:
        found = _Found(self.facts, iri)
        return found.base, found.leaving

    def _describe(self, label: str, found: _Found) -> tuple[tuple[str, ...], dict[str, Value | None]]:
        """Labels and properties of a node."""
        if label in ENTITY_TYPES:
            return self._entity(label, found)
        if label == ARTICLE:
            return (label,), properties.article(found) | {"reprint_of": self._reprinted(found)}
        if label == SENTENCE:
            return (label,), properties.sentence(found)
        if label == METRIC:
            return (label,), properties.metric(found)
        return (label,), self._implementation(found)

    def _entity(self, label: str, found: _Found) -> tuple[tuple[str, ...], dict[str, Value | None]]:
        types = found.values[Iri.TYPE]
        kinds = sorted((-count, _KINDS[iri]) for iri, count in types.items() if iri in _KINDS)
        kind = kinds[0][1] if kinds else None
        labels = LABELS[KIND_CLASSES[kind]] if kind else (label,)
        if len(self.names) > _KEPT:
            self.names.clear()
            self.labels.clear()
        name = found.one(Iri.PREF_LABEL)
        self.names[found.iri], self.labels[found.iri] = name, labels
        names = tuple(sorted({*found.all(Iri.PREF_LABEL), *found.all(Iri.ALT_LABEL)}))
        code, level = found.first(Iri.CODE), found.first(Iri.LEVEL)
        return labels, {"name": name, "names": names, "kind": kind, "code": code, "level": level}

    def _implementation(self, found: _Found) -> dict[str, Value | None]:
        parts = [list_separator().join(map(self._name_of, found.all(predicate))) for predicate in (Iri.BY, Iri.OF, Iri.AT)]
        row: dict[str, Value | None] = {"name": " · ".join(part for part in parts if part), "when": found.first(Iri.WHEN)}
        return row | properties.confidence(found) | self._reviewed(found)

    def _claim(self, source: str, predicate: str, target: str) -> dict[str, Value]:
        """What the statement of an edge says of it."""
        found = _Found(self.facts, statement_iri(source, predicate, target))
        if not found.graphs:
            raise DataError(f"{source} {predicate} {target} has no statement: the record is damaged; rebuild it from the articles")
        said = self._heard(found.graphs) | {"sentences": found.all(Iri.WAS_DERIVED_FROM), "rules": found.all(Iri.RULE)}
        roles = found.all(Iri.ROLE)
        said |= self._reviewed(found) | {name: value for name, iri in _PERIOD if (value := found.first(iri)) is not None}
        return said | properties.confidence(found) | ({"role": list_separator().join(roles)} if roles else {})

    def _reviewed(self, found: _Found) -> dict[str, Value]:
        """What a person decided on a fact that still stands: that it is right."""
        decisions = found.all(Iri.DECISION_MADE)
        return {"reviewed": _Found(self.facts, decisions[0]).one(Iri.VERDICT)} if decisions else {}

    def _structure(self, name: str, graphs: set[str]) -> dict[str, Value]:
        """Of a sentence and its article there is nothing more to say; the rest says which articles say so."""
        return {} if name in (EVIDENCED_BY, IN_ARTICLE) else self._heard(graphs)

    def _heard(self, graphs: set[str]) -> dict[str, Value]:
        """The articles that say so, how many originals they are, and when they first and last did."""
        articles = [self._article(graph) for graph in graphs]
        dates = sorted(article.published for article in articles if article.published is not None)
        heard: dict[str, Value] = {"articles": tuple(sorted(article.doc for article in articles)), "support": len({a.original for a in articles})}
        return heard | ({"first_reported": dates[0], "last_reported": dates[-1]} if dates else {})

    def _reprinted(self, found: _Found) -> str | None:
        original = found.first(Iri.REPRINT_OF)
        return None if original is None else self._article(original).doc

    def _article(self, graph: str) -> _Article:
        if graph not in self.articles:
            found = _Found(self.facts, graph)
            self.articles[graph] = _Article(found.one(Iri.FILE_NAME), found.first(Iri.PUBLISHED), found.first(Iri.REPRINT_OF) or graph)
        return self.articles[graph]

    def _name_of(self, iri: str) -> str:
        if iri in self.names:
            return self.names[iri]
        name = self.names[iri] = _Found(self.facts, iri).one(Iri.PREF_LABEL)
        return name

    def _labels_of(self, iri: str, base: str) -> tuple[str, ...]:
        """Labels of an end of a relationship, known to have such a base label. Entities' are kept, as many relationships share them."""
        if base not in ENTITY_TYPES:
            return (base,)
        if iri in self.labels:
            return self.labels[iri]
        found = self.base(iri)
        if found is None:
            raise DataError(f"{iri} is an end of a relationship and has no class: the record is damaged; rebuild it from the articles")
        return self._entity(found, _Found(self.facts, iri))[0]
