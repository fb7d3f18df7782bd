"""Why things are one: each article that speaks of a thing, what it calls it, what it would be by that article alone, and what joined it."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from kg.batches import JOINS
from kg.errors import InputError
from kg.identity.minting import path
from kg.records import Table
from kg.store import RdfRecord
from kg.terms import ONTOLOGY, Iri
from kg.vocabulary import list_separator

COLUMNS = ("thing", "article", "called", "alone", "reasons")


def explain_identity(key: str, record: RdfRecord) -> Table:
    """A row for each thing that bears the name, or the IRI, `key`, and each article that speaks of it; `thing` and `alone` are paths of IRIs.

    Raises:
        InputError: nothing bears the name.
    """
    reasons = _reasons(record)
    rows = [row for iri in _things(key, record) for row in _rows(iri, record, reasons)]
    if not rows:
        raise InputError(f"nothing in the graph is called {key}; kg why {key} says what is called nearly so")
    return Table(COLUMNS, tuple(sorted(rows)))


def _things(key: str, record: RdfRecord) -> list[str]:
    """IRIs of entities by name, as an article has it or writes it, or by IRI."""
    names = (ox.NamedNode(predicate) for predicate in (Iri.PREF_LABEL, Iri.ALT_LABEL, Iri.MENTIONED_AS))
    found = {quad.subject.value for name in names for quad in record.dataset.quads_for_pattern(None, name, ox.Literal(key), None)}  # type: ignore[union-attr]
    return sorted(found | ({key} if key.startswith("https://") else set()))


def _reasons(record: RdfRecord) -> dict[str, tuple[str, ...]]:
    """Member → why it was joined."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value, _ in record.dataset.quads_for_pattern(None, None, None, ox.NamedNode(JOINS)):
        found[subject.value][predicate.value].add(value.value)
    return {member: tuple(sorted(said[Iri.REASON])) for said in found.values() for member in said[Iri.JOINED_FROM]}


def _rows(iri: str, record: RdfRecord, reasons: dict[str, tuple[str, ...]]) -> list[tuple[object, ...]]:
    graphs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for _, predicate, value, graph in record.dataset.quads_for_pattern(ox.NamedNode(iri), None, None, None):
        graphs[graph.value][predicate.value].add(value.value)
    rows: list[tuple[object, ...]] = []
    for graph, said in graphs.items():
        if not any(class_.startswith(ONTOLOGY) for class_ in said[Iri.TYPE]) or graph == JOINS:
            continue
        (doc,) = {q.object.value for q in record.dataset.quads_for_pattern(ox.NamedNode(graph), ox.NamedNode(Iri.FILE_NAME), None, None)}  # type: ignore[union-attr]
        called = list_separator().join(sorted(said[Iri.MENTIONED_AS] or said[Iri.PREF_LABEL]))
        for alone in sorted(said[Iri.JOINED_FROM]) or [iri]:
            rows.append((path(iri), doc, called, path(alone), "; ".join(reasons.get(alone, ()))))
    return rows
