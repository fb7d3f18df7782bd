"""What follows from all articles together, put into the graph of each that it concerns: which article is a reprint of which.

It is a function of the set of articles in the store, so a store to which articles came one by one, in any order, and from which others went, ends
with the graphs of one that was built at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.reprints import originals
from kg.resolve import article_iri
from kg.terms import Iri

if TYPE_CHECKING:
    from kg.batches import Built

_REPRINT_OF = ox.NamedNode(Iri.REPRINT_OF)


def tell_reprints(built: Built) -> int:
    """Have the graph of each reprint say what it reprints, and no other graph; how many graphs that changed."""
    record, readings = built.store.record, built.store.readings
    recorded = set(record.graphs())
    known = (one for one in readings.signatures() if article_iri(one.doc) in recorded)
    wanted = {article_iri(doc): article_iri(original) for doc, original in originals(known).items()}
    held: dict[str, str] = {}
    for quad in record.dataset.quads_for_pattern(None, _REPRINT_OF, None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            held[quad.subject.value] = quad.object.value
    return sum(_tell(built, iri, wanted.get(iri)) for iri in sorted(wanted.keys() | held.keys()) if wanted.get(iri) != held.get(iri))


def _tell(built: Built, article: str, original: str | None) -> bool:
    graph = ox.NamedNode(article)
    quads = [quad for quad in built.store.record.dataset.quads_for_pattern(None, None, None, graph) if quad.predicate != _REPRINT_OF]
    if original is not None:
        quads.append(ox.Quad(graph, _REPRINT_OF, ox.NamedNode(original), graph))
    return built.restate(article, quads)
