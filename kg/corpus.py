"""What follows from all articles together and from what people decided, put into the graph of each article that it concerns.

It is a function of the set of articles in the store and of the ledger, so a store to which articles came one by one, in any order, and from which
others went, ends with the graphs of one that was built at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import identity
from kg.identity.fold import applied, fold
from kg.ledger import beside, on_identity, read
from kg.records import Reading
from kg.reprints import originals
from kg.resolve import article_iri
from kg.rulings import Rulings, outdated, rulings, stale
from kg.terms import Iri

if TYPE_CHECKING:
    from kg.batches import Built

_REPRINT_OF = ox.NamedNode(Iri.REPRINT_OF)


def changed(built: Built, decisions: Iterable[identity.Decision] = ()) -> Iterator[tuple[Reading, Mapping[str, str], Rulings]]:
    """Readings whose graphs do not say yet what other articles and the ledger make of them, each with the renames and rulings that it needs.

    What of the ledger does not apply is told in `built.remarks`.
    """
    store = built.store
    ledger = read(beside(store.directory))
    judged = {(d.verdict, d.left, d.right): line for d, line in on_identity(ledger)}
    for reading, renames in fold(built, [*(d for d, _ in on_identity(ledger)), *decisions]):
        assert built.joins is not None
        yield reading, renames, rulings(ledger, built.joins.renames)
    assert built.joins is not None
    by = rulings(ledger, built.joins.renames)
    articles = outdated(store.record.dataset, by)
    renamed = applied(store) if articles else {}
    for doc in store.readings.docs() if articles else ():
        if article_iri(doc) in articles:
            found = store.readings.get(doc)
            assert found is not None
            yield found, renamed.get(article_iri(doc), {}), by
    idle = sorted((judged.get((d.verdict, d.left, d.right), 0), d) for d in built.joins.idle)
    built.remarks += ledger.contradictions
    built.remarks += (
        f"{ledger.path}:{line}: {d.verdict}, {d.left} and {d.right}: does not apply, as no article names them so any more" for line, d in idle
    )
    built.remarks += stale(store.record.dataset, ledger, by)


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
