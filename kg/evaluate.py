"""Reading → the form of the gold annotation (one JSON object an article)."""

from __future__ import annotations

from typing import Any

from kg.records import Reading


def as_gold(reading: Reading) -> dict[str, Any]:
    """What a reading asserts, in the form of the gold annotation: entities, relations, implementations.

    Planned, denied, past and reported facts are listed under `negatives`, never under `relations`.
    """
    quote = {id(claim): claim.evidence[0].quote if claim.evidence else "" for claim in reading.claims}
    return {
        "doc": reading.doc,
        "title": reading.title,
        "published": reading.published,
        "publisher": reading.publisher,
        "authors": list(reading.authors),
        "focal_place": reading.focal_place,
        "entities": [{"id": e.id, "type": e.type, "kind": e.kind, "name": e.name, "names": list(e.names), "code": e.code} for e in reading.entities],
        "relations": [
            {"s": c.subject, "p": c.predicate, "o": c.object, "quote": quote[id(c)]} | ({"role": c.role} if c.role else {})
            for c in reading.claims
            if c.status == "asserted"
        ],
        "implementations": [
            {
                "by": list(row.by),
                "of": row.of,
                "at": list(row.at),
                "when": row.when,
                "metrics": [
                    {
                        "measure": m.measure,
                        "value": m.value,
                        "unit": m.unit,
                        "approx": m.approx,
                        "bound": m.bound,
                        "from": m.start_value,
                        "quote": m.evidence.quote,
                    }
                    for m in row.metrics
                ],
                "quote": row.evidence[0].quote,
            }
            for row in reading.implementations
            if row.status == "asserted"
        ],
        "negatives": [
            {"s": c.subject, "p": c.predicate, "o": c.object, "quote": quote[id(c)], "type": c.status}
            for c in reading.claims
            if c.status != "asserted"
        ],
    }
