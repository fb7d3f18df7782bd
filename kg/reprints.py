"""Which articles are reprints of which: other outlets' copies, edited, cut, with headers of their own.

An article is told by two sets: the sketch of its body (`kg.sketches`), and its particulars, which are the names and figures that were read in it. A
reprint shares most of both; two reports of one pattern, by one office on two villages, share the text alone.

Articles are gone through from the earliest on (then by name, undated ones last), and each is held against those before it, so the answer depends on
the set of articles only. An article that copies nothing is an original; one that copies is a reprint of what its best match is, or is a reprint of.
So a page that prints two reports one after the other makes neither a reprint of the other, as groups of all that is alike would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from kg.records import Reading
from kg.sketches import contained
from kg.tables import settings

_BYTES = 6  #: of the hash of a particular


@dataclass(frozen=True)
class Signature:
    """What tells an article from others. `sketch` and `particulars` are hashes, ascending."""

    doc: str
    published: str | None
    sketch: tuple[int, ...]
    particulars: tuple[int, ...]


@dataclass(frozen=True)
class _Rules:
    """Section `reprints` of pipeline.toml."""

    shingle: int  #: characters of a stretch
    sketch: int  #: hashes that are kept of an article
    keys: int  #: how many of them, the smallest, other articles are found by
    crowd: int  #: articles that are found by one hash at most, the earliest
    text: float  #: share of the smaller text that stands in the larger one, at least
    particulars: float  #: share of the smaller set of particulars that the larger one has too, at least


@cache
def _rules() -> _Rules:
    return _Rules(**settings("pipeline.toml")["reprints"])


def signature(reading: Reading) -> Signature:
    """The signature of an article that was read."""
    names = {entity.name for entity in reading.entities}
    figures = {f"{metric.value!r} {metric.unit}" for row in reading.implementations for metric in row.metrics}
    particulars = {int.from_bytes(blake2b(text.encode(), digest_size=_BYTES).digest()) for text in names | figures}
    return Signature(reading.doc, reading.published, reading.sketch, tuple(sorted(particulars)))


def originals(signatures: Iterable[Signature]) -> dict[str, str]:
    """Name of each reprint → name of the original that it comes from, which is no reprint itself; the same whatever the order of the signatures."""
    finder = _Finder()
    found: dict[str, str] = {}
    for one in sorted(signatures, key=lambda one: (one.published is None, one.published or "", one.doc)):
        source = finder.source(one)
        if source is not None:
            found[one.doc] = found.get(source, source)
        finder.add(one)
    return found


class _Finder:
    """The articles so far, to be found by hashes of their sketches."""

    def __init__(self) -> None:
        self.rules = _rules()
        self.known: list[Signature] = []
        self.by_hash: dict[int, list[int]] = {}

    def add(self, one: Signature) -> None:
        """Let an article be found. A hash leads to the earliest few only, so that phrases that all articles share cost little."""
        for key in one.sketch[: self.rules.keys]:
            having = self.by_hash.setdefault(key, [])
            if len(having) < self.rules.crowd:
                having.append(len(self.known))
        self.known.append(one)

    def source(self, one: Signature) -> str | None:
        """The article before this one that it copies; of several the one that shares most, then the earliest."""
        return min(self._sources(one), default=(0.0, 0, None))[2]

    def _sources(self, one: Signature) -> Iterator[tuple[float, int, str]]:
        near = Counter(index for key in one.sketch for index in self.by_hash.get(key, ()))
        for index in sorted(near):
            other = self.known[index]
            share = contained(one.sketch, other.sketch, self.rules.sketch)
            if share >= self.rules.text and self._same_particulars(one, other):
                yield -share, index, other.doc

    def _same_particulars(self, one: Signature, other: Signature) -> bool:
        fewest = min(len(one.particulars), len(other.particulars))
        shared = len(set(one.particulars) & set(other.particulars))
        return shared >= self.rules.particulars * fewest
