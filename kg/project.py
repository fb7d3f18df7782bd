"""RDF → property graph: the one mapping, from the record of all articles to nodes and relationships.

Every projected thing has an IRI, each thing becomes one node and each (subject, predicate, object) one relationship, however many articles say it.
Evidence, statements and whatever is not asserted stay behind in the record; of a statement its articles, sentences, rules and role go onto the edge.

The record is read one thing at a time: memory grows with the number of nodes (their IRIs, the names of entities), not with the number of quads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

import pyoxigraph as ox

from kg.errors import DataError
from kg.records import Node, Relationship, Value
from kg.terms import (
    ARTICLE,
    DOMAINS,
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

#: How much of a sentence is its name.
NAME_LENGTH = 40

_KINDS = {iri: kind for kind, iri in KIND_CLASSES.items()}
_BASES = {ONTOLOGY + label: label for label in NODE_LABELS}


def project(record: ox.Store, changed: Collection[str] | None = None) -> Iterator[Node | Relationship]:
    """All nodes, sorted by base label and IRI, then all relationships, sorted by type, source and target.

    With `changed`, the IRIs of all subjects of the graphs that were added, replaced or removed: only these nodes and the relationships that start or
    end at them, as they are now; and the implementations that bear a changed name. What is in `changed`, or touches it, and does not come back is
    gone from the property graph.

    Raises:
        DataError: the record is damaged: a plain triple has no statement, or a thing lacks what its shape asks for.
    """
    projection = _Projection(record, changed)
    yield from projection.nodes()
    yield from projection.relationships()


def support(articles: Collection[str]) -> int:
    """How many independent articles these are, by their file names."""
    return len(set(articles))


def number(value: float) -> str:
    """A figure as text, without a needless fraction: 15000000.0 → `15000000`."""
    return str(int(value)) if value.is_integer() else repr(value)


@cache
def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


class _Found:
    """What the record's graphs say of one subject: predicate → value → number of graphs."""

    def __init__(self, record: ox.Store, iri: str) -> None:
        self.iri = iri
        self.graphs: set[str] = set()
        self.values: dict[str, dict[str, int]] = {}
        for _, predicate, value, graph in record.quads_for_pattern(ox.NamedNode(iri), None, None, None):
            counts = self.values.setdefault(predicate.value, {})
            counts[value.value] = counts.get(value.value, 0) + 1
            self.graphs.add(graph.value)

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


class _Projection:
    def __init__(self, record: ox.Store, changed: Collection[str] | None) -> None:
        self.record = record
        self.changed = None if changed is None else sorted(set(changed) | set(self._renamed(changed)))
        self.names: dict[str, str] = {}
        self.labels: dict[str, tuple[str, ...]] = {}
        self.docs: dict[str, str] = {}
        self.iris: dict[str, list[str]] = {label: [] for label in NODE_LABELS}
        self._list()

    def nodes(self) -> Iterator[Node]:
        for label in NODE_LABELS:
            for iri in self.iris[label]:
                labels, properties = self._describe(label, _Found(self.record, iri))
                yield Node(labels, iri, {key: value for key, value in properties.items() if value is not None})

    def relationships(self) -> Iterator[Relationship]:
        for name, predicate in sorted({**PREDICATE_IRIS, **STRUCTURAL_IRIS}.items()):
            for source, label, graphs in self._sources(name, predicate):
                for target in sorted(graphs):
                    properties = self._claim(source, predicate, target) if name in PREDICATE_IRIS else self._structure(name, graphs[target])
                    labels = self._labels_of(source, label), self._labels_of(target, RANGES[name][0])
                    yield Relationship(name, source, labels[0], target, labels[1], properties)

    def _sources(self, name: str, predicate: str) -> Iterator[tuple[str, str, dict[str, set[str]]]]:
        """Each source of a predicate, sorted, with its base label and its targets → the graphs that say so."""
        inside = {iri: base for base in DOMAINS[name] for iri in self.iris[base]}
        outside: dict[str, set[str]] = {}
        for source, target in self._incoming(predicate):
            outside.setdefault(source, set()).add(target)
        for source in sorted({*inside, *outside}):
            base = inside.get(source) or next(iter(self._bases_of(source)), None)
            if base is not None:  # an unasserted implementation has predicates too, and no node
                targets = self._targets(source, predicate)
                yield source, base, targets if source in inside else {target: targets[target] for target in outside[source]}

    def _incoming(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Source and target of the relationships that end at a changed thing."""
        for target in self.changed or ():
            for source, _, _, _ in self.record.quads_for_pattern(None, _node(predicate), ox.NamedNode(target), None):
                yield source.value, target

    def _targets(self, source: str, predicate: str) -> dict[str, set[str]]:
        graphs: dict[str, set[str]] = {}
        for _, _, target, graph in self.record.quads_for_pattern(ox.NamedNode(source), _node(predicate), None, None):
            graphs.setdefault(target.value, set()).add(graph.value)
        return graphs

    def _list(self) -> None:
        """IRIs of the nodes, by base label."""
        if self.changed is None:
            for class_, label in _BASES.items():
                quads = self.record.quads_for_pattern(None, _node(Iri.TYPE), _node(class_), None)
                self.iris[label] = sorted({subject.value for subject, _, _, _ in quads})
            return
        for iri in self.changed:
            for label in self._bases_of(iri):
                self.iris[label].append(iri)

    def _bases_of(self, iri: str) -> list[str]:
        """Base labels of the thing: one, or none where it is gone or is no node."""
        quads = self.record.quads_for_pattern(ox.NamedNode(iri), _node(Iri.TYPE), None, None)
        return sorted({_BASES[class_.value] for _, _, class_, _ in quads if class_.value in _BASES})

    def _renamed(self, changed: Collection[str]) -> Iterator[str]:
        """Implementations whose name is made of a changed thing's."""
        for iri in changed:
            for predicate in (Iri.BY, Iri.OF, Iri.AT):
                for subject, _, _, _ in self.record.quads_for_pattern(None, _node(predicate), ox.NamedNode(iri), None):
                    yield subject.value

    def _describe(self, label: str, found: _Found) -> tuple[tuple[str, ...], dict[str, Value | None]]:
        """Labels and properties of a node."""
        if label in ENTITY_TYPES:
            return self._entity(label, found)
        if label == ARTICLE:
            return (label,), _article(found)
        if label == SENTENCE:
            return (label,), _sentence(found)
        if label == METRIC:
            return (label,), _metric(found)
        return (label,), self._implementation(found)

    def _entity(self, label: str, found: _Found) -> tuple[tuple[str, ...], dict[str, Value | None]]:
        types = found.values[Iri.TYPE]
        kinds = sorted((-count, _KINDS[iri]) for iri, count in types.items() if iri in _KINDS)
        kind = kinds[0][1] if kinds else None
        labels = LABELS[KIND_CLASSES[kind]] if kind else (label,)
        self.names[found.iri], self.labels[found.iri] = found.one(Iri.PREF_LABEL), labels
        names = tuple(sorted({*found.all(Iri.PREF_LABEL), *found.all(Iri.ALT_LABEL)}))
        code, level = found.first(Iri.CODE), found.first(Iri.LEVEL)
        return labels, {"name": self.names[found.iri], "names": names, "kind": kind, "code": code, "level": level}

    def _implementation(self, found: _Found) -> dict[str, Value | None]:
        parts = [list_separator().join(map(self._name_of, found.all(predicate))) for predicate in (Iri.BY, Iri.OF, Iri.AT)]
        return {"name": " · ".join(part for part in parts if part), "when": found.first(Iri.WHEN)}

    def _claim(self, source: str, predicate: str, target: str) -> dict[str, Value]:
        """What the statement of an edge says of it."""
        found = _Found(self.record, statement_iri(source, predicate, target))
        if not found.graphs:
            raise DataError(f"{source} {predicate} {target} has no statement: the record is damaged; rebuild it from the articles")
        properties = self._heard(found.graphs) | {"sentences": found.all(Iri.WAS_DERIVED_FROM), "rules": found.all(Iri.RULE)}
        roles = found.all(Iri.ROLE)
        return properties | ({"role": list_separator().join(roles)} if roles else {})

    def _structure(self, name: str, graphs: set[str]) -> dict[str, Value]:
        """Of a sentence and its article there is nothing more to say; the rest says which articles say so."""
        return {} if name in (EVIDENCED_BY, IN_ARTICLE) else self._heard(graphs)

    def _heard(self, graphs: set[str]) -> dict[str, Value]:
        articles = tuple(sorted(map(self._doc_of, graphs)))
        return {"articles": articles, "support": support(articles)}

    def _doc_of(self, graph: str) -> str:
        if graph not in self.docs:
            self.docs[graph] = _Found(self.record, graph).one(Iri.FILE_NAME)
        return self.docs[graph]

    def _name_of(self, iri: str) -> str:
        if iri not in self.names:
            self.names[iri] = _Found(self.record, iri).one(Iri.PREF_LABEL)
        return self.names[iri]

    def _labels_of(self, iri: str, base: str) -> tuple[str, ...]:
        """Labels of an end of a relationship, known to have such a base label. Entities' are kept, as many relationships share them."""
        if base not in ENTITY_TYPES:
            return (base,)
        if iri not in self.labels:
            found = self._bases_of(iri)
            if not found:
                raise DataError(f"{iri} is an end of a relationship and has no class: the record is damaged; rebuild it from the articles")
            self._entity(found[0], _Found(self.record, iri))
        return self.labels[iri]


def _article(found: _Found) -> dict[str, Value | None]:
    doc = found.one(Iri.FILE_NAME)
    published, publisher, address = (found.first(iri) for iri in (Iri.PUBLISHED, Iri.PUBLISHER, Iri.ADDRESS))
    authors = found.all(Iri.AUTHOR) or None
    return {"name": found.first(Iri.TITLE) or doc, "doc": doc, "published": published, "publisher": publisher, "authors": authors, "address": address}


def _sentence(found: _Found) -> dict[str, Value | None]:
    text = found.one(Iri.TEXT)
    offsets = {"start": Iri.START, "end": Iri.END, "raw_start": Iri.RAW_START, "raw_end": Iri.RAW_END}
    return {"name": text[:NAME_LENGTH], "text": text, "raw": found.one(Iri.RAW_TEXT), **{key: int(found.one(iri)) for key, iri in offsets.items()}}


def _metric(found: _Found) -> dict[str, Value | None]:
    measure, value, unit = found.one(Iri.MEASURE), float(found.one(Iri.VALUE)), found.one(Iri.UNIT)
    start_value = found.first(Iri.START_VALUE)
    return {
        "name": f"{measure} {number(value)} {unit}",
        "measure": measure,
        "value": value,
        "unit": unit,
        "approx": found.all(Iri.APPROX) == ("true",),  # one article that calls it exact is enough
        "bound": found.one(Iri.BOUND),
        "start_value": None if start_value is None else float(start_value),
    }
