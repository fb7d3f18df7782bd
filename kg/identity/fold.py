"""Joins in a store: which of its articles must be stated anew since what they name was joined or parted, and why things are one, as a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import pyoxigraph as ox

from kg.batches import JOINS, Built
from kg.identity import Candidate, Decision, Joins, joins
from kg.identity.candidates import candidates_of
from kg.identity.minting import article_iri
from kg.records import Reading
from kg.store import Store
from kg.store.candidates import as_text
from kg.terms import Iri
from kg.to_rdf import derived_iri

#: Readings whose candidates are kept together.
_SOME = 500


def candidates(store: Store) -> Mapping[str, tuple[Candidate, ...]]:
    """Article → its things, of all readings of the store."""
    keys = store.readings.keys()
    found = store.candidates.all(keys)
    missing = sorted(keys.keys() - found.keys())
    for start in range(0, len(missing), _SOME):
        made = {doc: _of(store, doc) for doc in missing[start : start + _SOME]}
        store.candidates.keep((doc, keys[doc], as_text(things)) for doc, things in made.items())
        found.update(made)
    return MappingProxyType(found)


def _of(store: Store, doc: str) -> tuple[Candidate, ...]:
    reading = store.readings.get(doc)
    assert reading is not None
    return candidates_of(reading)


def fold(built: Built, decisions: Iterable[Decision]) -> Iterator[tuple[Reading, Mapping[str, str]]]:
    """Find what is one thing in the store, as `built.joins`, and state it in the record.

    Returns:
        The readings whose graphs do not say so yet, each with the renames that it needs.
    """
    store = built.store
    things = candidates(store)
    built.joins = joins((candidate for some in things.values() for candidate in some), decisions)
    yield from _outdated(store, things, built.joins.renames)
    built.state_joins(joins_graph(built.joins))


def _outdated(store: Store, things: Mapping[str, tuple[Candidate, ...]], renames: Mapping[str, str]) -> Iterator[tuple[Reading, Mapping[str, str]]]:
    held = applied(store)
    graphs = set(store.record.graphs())
    for doc in sorted(things):
        article = article_iri(doc)
        wanted = {candidate.iri: renames[candidate.iri] for candidate in things[doc] if candidate.iri in renames}
        if article in graphs and wanted != held.get(article, {}):
            reading = store.readings.get(doc)
            assert reading is not None
            yield reading, wanted


def applied(store: Store) -> Mapping[str, Mapping[str, str]]:
    """Article → the renames that its graph was stated with."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, _, value, graph in store.record.dataset.quads_for_pattern(None, ox.NamedNode(Iri.JOINED_FROM), None, None):
        if graph.value != JOINS:
            found[graph.value][value.value] = subject.value
    return found


def joins_graph(found: Joins) -> Iterator[ox.Quad]:
    """The joins with their reasons, as the graph named JOINS."""
    graph = ox.NamedNode(JOINS)
    for join in found.joins:
        node = ox.NamedNode(derived_iri("join", join.member))
        yield ox.Quad(node, ox.NamedNode(Iri.TYPE), ox.NamedNode(Iri.JOIN), graph)
        yield ox.Quad(node, ox.NamedNode(Iri.JOINED), ox.NamedNode(join.canonical), graph)
        yield ox.Quad(node, ox.NamedNode(Iri.JOINED_FROM), ox.NamedNode(join.member), graph)
        for reason in join.reasons:
            yield ox.Quad(node, ox.NamedNode(Iri.REASON), ox.Literal(f"{reason.rule}: {reason.detail}"), graph)
