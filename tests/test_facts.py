"""What is collected during a first build answers as the record does."""

from __future__ import annotations

import factories
import pyoxigraph as ox

from kg.facts import CollectedFacts, RecordFacts
from kg.project import collected, project
from kg.terms import ONTOLOGY, PLACE, Iri
from kg.to_rdf import to_rdf

GRAPHS = [to_rdf(factories.knowledge()), to_rdf(factories.other_knowledge())]


def _record() -> ox.Store:
    record = ox.Store()
    for quads in GRAPHS:
        record.extend(quads)
    return record


def _collected(record: ox.Store) -> CollectedFacts:
    facts = CollectedFacts(lambda: record)
    for quads in GRAPHS:
        facts.add(quads[0].graph_name.value, collected(quads))  # type: ignore[union-attr]
    return facts


def test_the_projection_is_the_same() -> None:
    record = _record()
    items = list(project(_collected(record)))
    assert items == list(project(RecordFacts(record)))
    assert len(items) > 20


def test_each_answer_is_the_same_but_for_evidence() -> None:
    record = _record()
    one, two = RecordFacts(record), _collected(record)
    evidence = one.members(Iri.EVIDENCE)
    assert evidence
    for iri in {quad.subject.value for quads in GRAPHS for quad in quads} - evidence:  # type: ignore[union-attr]
        assert sorted(one.of(iri)) == sorted(two.of(iri))
        assert one.classes(iri) == two.classes(iri)
        assert one.into(iri, [Iri.BY, Iri.OF]) == two.into(iri, [Iri.BY, Iri.OF])
    place = ONTOLOGY + PLACE
    for class_, without in ((Iri.SENTENCE, ()), (place, ()), (place, (Iri.ARTICLE, Iri.SENTENCE)), (place, (Iri.ARTICLE, place))):
        assert one.members(class_, without) == two.members(class_, without)
    assert one.members(place)
