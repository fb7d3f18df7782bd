"""Sketches of texts: a fixed number of hashes that tell how much of one text stands in another.

Of all stretches of so many letters and digits the smallest hashes are kept (a bottom-k sketch, Cohen & Kaplan 2007). Where MinHash tells how alike
two whole texts are, two sketches also tell how much of the smaller one stands in the larger one, so that a cut text is found too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.tables import settings

_BITS = 48
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
#: Finalizer of splitmix64 (Steele, Lea & Flood 2014): close code points become distant hashes.
_MIXED = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST = np.uint64(31)


def sketch(text: str) -> tuple[int, ...]:
    """Hashes of the stretches of a text, ascending, each once, below 2 to the power of 48; none of a text that is shorter than one stretch.

    How long a stretch is and how many hashes are kept: `shingle` and `sketch` of the section `reprints` of pipeline.toml.
    """
    rules = settings("pipeline.toml")["reprints"]
    length: int = rules["shingle"]
    points = np.frombuffer("".join(filter(str.isalnum, text)).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    count = len(points) - length + 1
    if count < 1:
        return ()
    hashes = np.zeros(count, np.uint64)
    for offset in range(length):
        hashes = _mixed(hashes * _FACTOR + points[offset : offset + count])
    found: list[int] = np.unique(hashes >> np.uint64(64 - _BITS))[: rules["sketch"]].tolist()
    return tuple(found)


def _mixed(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    for shift, factor in _MIXED:
        hashes = (hashes ^ (hashes >> shift)) * factor
    return hashes ^ (hashes >> _LAST)


def contained(one: tuple[int, ...], other: tuple[int, ...], kept: int) -> float:
    """Share of the smaller of two texts that stands in the larger one, by their sketches of `kept` hashes at most; 0 where one is empty.

    A full sketch holds all hashes up to its last one, so both are read up to the smaller of their ends.
    """
    if not one or not other:
        return 0.0
    end = min((known[-1] for known in (one, other) if len(known) == kept), default=max(one[-1], other[-1]))
    left, right = ({value for value in known if value <= end} for known in (one, other))
    return len(left & right) / min(len(left), len(right))
