"""The graph as it would have been on a day: what had been reported by then, of posts those that were held then.

A store of the articles until that day is made in a temporary folder, so every question and every export answers for it as for any other store.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.facts import RecordFacts
from kg.project import project
from kg.store import Store, open_store
from kg.terms import Iri

_PUBLISHED, _SINCE, _UNTIL = (ox.NamedNode(iri) for iri in (Iri.PUBLISHED, Iri.SINCE, Iri.UNTIL))
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(iri) for iri in (Iri.SUBJECT, Iri.PREDICATE, Iri.OBJECT))


@contextmanager
def as_of(store: Store, day: str) -> Iterator[Store]:
    """A store that holds what `store`, open for reading, held on that day; it goes when the block ends.

    Articles without a date are left out, and what `store` knows of things being one stays. A date that is only a month or a year counts from its
    first day on.

    Raises:
        InputError: `day` is no ISO date.
    """
    check(day)
    with tempfile.TemporaryDirectory(prefix="kg-as-of-") as folder, open_store(Path(folder) / "store", write=True) as then:
        record = store.record.dataset
        for graph in store.record.graphs():
            name = ox.NamedNode(graph)
            quads = list(record.quads_for_pattern(None, None, None, name))
            published = [quad.object.value for quad in record.quads_for_pattern(name, _PUBLISHED, None, name) if isinstance(quad.object, ox.Literal)]
            if published and published[0] <= day:
                then.record.dataset.bulk_extend(_held(quads, day))
        then.project(project(RecordFacts(then.record.dataset)))
        yield then


def check(day: str) -> None:
    """See that this is an ISO date.

    Raises:
        InputError: it is none.
    """
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise InputError(f"{day!r} is no date: write 2023-05-31") from error


def _held(quads: list[ox.Quad], day: str) -> list[ox.Quad]:
    """The quads without relations that began later or had ended."""
    gone = {quad.subject for quad in quads if isinstance(quad.object, ox.Literal) and _elsewhen(quad.predicate, quad.object.value, day)}
    if not gone:
        return quads
    said = {(quad.subject, quad.predicate): quad.object for quad in quads if quad.subject in gone}
    plain = {(said[fact, _SUBJECT], said[fact, _PREDICATE], said[fact, _OBJECT]) for fact in gone}
    return [quad for quad in quads if quad.subject not in gone and (quad.subject, quad.predicate, quad.object) not in plain]


def _elsewhen(predicate: ox.NamedNode, value: str, day: str) -> bool:
    """Whether this says that something began after the day or had ended before it; what ended in its year or month, and no day is said, had not."""
    return (predicate == _SINCE and value > day) or (predicate == _UNTIL and value < day[: len(value)])
