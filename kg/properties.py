"""Properties of the nodes that are no entities: what the record's graphs say of an article, a sentence, a figure; and confidence."""

from __future__ import annotations

from typing import Protocol

from kg.records import Value
from kg.terms import Iri

#: How much of a sentence is its name.
NAME_LENGTH = 40


class Found(Protocol):
    """What the graphs say of one thing, by predicate."""

    def all(self, predicate: str) -> tuple[str, ...]:
        """All values, sorted."""

    def first(self, predicate: str) -> str | None:
        """The value that counts, None where there is none."""

    def one(self, predicate: str) -> str:
        """The value that counts.

        Raises:
            DataError: there is none.
        """


def number(value: float) -> str:
    """A figure as text, without a needless fraction: 15000000.0 → `15000000`."""
    return str(int(value)) if value.is_integer() else repr(value)


def article(found: Found) -> dict[str, Value | None]:
    """Of an article, but what it reprints."""
    doc = found.one(Iri.FILE_NAME)
    published, publisher, address = (found.first(iri) for iri in (Iri.PUBLISHED, Iri.PUBLISHER, Iri.ADDRESS))
    authors = found.all(Iri.AUTHOR) or None
    return {"name": found.first(Iri.TITLE) or doc, "doc": doc, "published": published, "publisher": publisher, "authors": authors, "address": address}


def sentence(found: Found) -> dict[str, Value | None]:
    """Of a sentence."""
    text = found.one(Iri.TEXT)
    offsets = {"start": Iri.START, "end": Iri.END, "raw_start": Iri.RAW_START, "raw_end": Iri.RAW_END}
    return {"name": text[:NAME_LENGTH], "text": text, "raw": found.one(Iri.RAW_TEXT), **{key: int(found.one(iri)) for key, iri in offsets.items()}}


def metric(found: Found) -> dict[str, Value | None]:
    """Of a figure."""
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


def confidence(found: Found) -> dict[str, Value]:
    """Of a relationship or a row: that of the article that says it most plainly. Readings by the same rules err together, so they don't add up."""
    said = found.all(Iri.CONFIDENCE)
    return {"confidence": max(map(float, said))} if said else {}
