"""Extraction against gold: figures with intervals, and what was missed or made up; and a reading in the form of the gold annotation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.annotate.layers import pieces
from kg.errors import InputError
from kg.gold import Annotated, pairs, text_of
from kg.records import Reading, Table
from kg.score import GROUPS, compare
from kg.terms import ENTITY_TYPES, KIND_TYPES, PREDICATE_IRIS

#: `low`, `high`: 95 % interval of F1 (of `share` where there is one), from resampled articles. `share`: of matched entities, those of the right
#: kind; of what gold plans or denies, what was asserted.
COLUMNS = ("what", "precision", "recall", "f1", "low", "high", "right", "spurious", "missed", "share")
RELIABILITY_COLUMNS = ("from", "to", "facts", "predicted", "observed", "low", "high")
ERROR_COLUMNS = ("article", "group", "outcome", "item", "sentence")
_RESAMPLED, _SEED, _TAILS = 1000, 20240501, (2.5, 97.5)
_TENTHS, _Z = 10, 1.959964
_KINDS, _NEGATIVES = "kinds", "negatives"


def score(gold: Path, predicted: Path) -> Table:
    """Compare a file of JSON lines with a folder of gold annotations, micro-averaged.

    Returns:
        A row for each group, type, kind and predicate; then `kinds`, whose precision is the share of matched entities of the right kind, and
        `negatives`, whose `spurious` counts planned, denied and mistaken facts that were asserted. Columns: COLUMNS.

    Raises:
        InputError: a path is missing, or a file is not in the form of the gold annotation.
    """
    return table([tally(annotation, mine) for _, annotation, mine in pairs(gold, predicted)])


def tally(gold: Annotated, mine: Annotated) -> Counter[str]:
    """Counts of one article, by group, type, kind and predicate."""
    counts = compare(gold, mine).tally
    counts["negatives all"] = len(gold.get("negatives", []))
    return counts


def table(tallies: Sequence[Counter[str]]) -> Table:
    """The table of `score` for the counts of some articles."""
    total: Counter[str] = Counter()
    for counts in tallies:
        total.update(counts)
    drawn = _resampled(tallies)
    return Table(COLUMNS, tuple(_rows(total, drawn)))


def _resampled(tallies: Sequence[Counter[str]]) -> dict[str, Any]:
    """Each count summed over resampled articles: an array of so many draws; the same draws in every run."""
    keys = sorted({key for counts in tallies for key in counts})
    matrix = np.array([[counts[key] for key in keys] for counts in tallies], dtype=np.int64).reshape(len(tallies), len(keys))
    chosen = np.random.default_rng(_SEED).integers(0, len(tallies), (_RESAMPLED, len(tallies)))
    sums = matrix[chosen].sum(axis=1)
    return {key: sums[:, index] for index, key in enumerate(keys)}


def _names() -> Iterator[str]:
    yield from GROUPS
    for type_ in ENTITY_TYPES:
        yield type_
        yield from sorted(kind for kind, of in KIND_TYPES.items() if of == type_)
    yield from PREDICATE_IRIS


def _rows(total: Counter[str], drawn: dict[str, Any]) -> Iterable[tuple[object, ...]]:
    nothing = np.zeros(_RESAMPLED)
    for name in _names():
        right, spurious, missed = (total[f"{name} {part}"] for part in ("right", "spurious", "missed"))
        draws = [drawn.get(f"{name} {part}", nothing) for part in ("right", "spurious", "missed")]
        f1 = _share(2 * right, 2 * right + spurious + missed)
        low, high = _interval(2 * draws[0], 2 * draws[0] + draws[1] + draws[2])
        yield name, _share(right, right + spurious), _share(right, right + missed), f1, low, high, right, spurious, missed, None
    right, every = total["kinds right"], total["kinds all"]
    low, high = _interval(drawn.get("kinds right", nothing), drawn.get("kinds all", nothing))
    yield _KINDS, _share(right, every), None, None, low, high, right, every - right, None, _share(right, every)
    asserted, every = total[_NEGATIVES], total["negatives all"]
    low, high = _interval(drawn.get(_NEGATIVES, nothing), drawn.get("negatives all", nothing))
    yield _NEGATIVES, None, None, None, low, high, None, asserted, None, _share(asserted, every)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def _interval(part: Any, whole: Any) -> tuple[float | None, float | None]:
    """Low and high end of a share, over the draws in which there is something to share."""
    told = whole > 0
    if not told.any():
        return None, None
    low, high = np.percentile(part[told] / whole[told], _TAILS)
    return round(float(low), 3), round(float(high), 3)


def errors(gold: Path, predicted: Path) -> Table:
    """Each miss, each false one and each negative that was asserted, with the sentence that it stands in, as far as the article is known.

    The article is looked for beside its annotation; without it the quotes of the annotation and of the extraction are shown.

    Raises:
        InputError: as in `score`.
    """
    found: list[tuple[object, ...]] = []
    for path, annotation, mine in pairs(gold, predicted):
        text = text_of(path)
        for judged in compare(annotation, mine).judged:
            if judged.outcome not in ("right", "neutral"):
                found.append((path.stem, judged.group, judged.outcome, judged.item, _sentence(text, judged.words)))
    return Table(ERROR_COLUMNS, tuple(found))


def _sentence(text: str, words: tuple[str, ...]) -> str:
    """The sentence of the text in which the first of these words that it holds begin; the words where it holds none."""
    at = next((text.find(some) for some in words if some in text), -1)
    return next((text[start:end] for start, end in pieces(text, 0, len(text), "sentence") if start <= at < end), next(iter(words), ""))


def judged_confidence(gold: Path, predicted: Path) -> list[tuple[float, bool]]:
    """The confidence of each relation and row that is right or wrong, and whether it is right; what is neither is left out.

    Raises:
        InputError: as in `score`; or the extraction holds no confidence.
    """
    found = []
    for _, annotation, mine in pairs(gold, predicted):
        for judged in compare(annotation, mine).judged:
            if judged.number is None or judged.group == "figures" or judged.outcome == "neutral":
                continue
            item = mine["relations" if judged.group == "relations" else "implementations"][judged.number]
            if not isinstance(item.get("confidence"), float):
                raise InputError(f"{predicted} holds facts without confidence ({judged.item}): write it anew with kg extract")
            found.append((item["confidence"], judged.outcome == "right"))
    return found


def reliability(gold: Path, predicted: Path) -> Table:
    """Predicted against observed precision of relations and rows, a row for each tenth of them, the least certain first.

    Returns:
        Columns RELIABILITY_COLUMNS: the confidences at both ends, how many facts, their mean confidence, the share that is right, and the 95 %
        interval of that share (Wilson).

    Raises:
        InputError: as in `judged_confidence`.
    """
    found = sorted(judged_confidence(gold, predicted))
    tenths = [found[len(found) * number // _TENTHS : len(found) * (number + 1) // _TENTHS] for number in range(_TENTHS)]
    return Table(RELIABILITY_COLUMNS, tuple(_tenth(some) for some in tenths if some))


def _tenth(some: Sequence[tuple[float, bool]]) -> tuple[object, ...]:
    right, count = sum(good for _, good in some), len(some)
    low, high = wilson(right, count)
    return some[0][0], some[-1][0], count, round(sum(given for given, _ in some) / count, 3), round(right / count, 3), round(low, 3), round(high, 3)


def wilson(right: int, count: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson's score interval)."""
    share, z = right / count, _Z
    middle, half = share + z * z / (2 * count), z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - half) / (1 + z * z / count)), min(1.0, (middle + half) / (1 + z * z / count))


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
            {"s": c.subject, "p": c.predicate, "o": c.object, "quote": quote[id(c)], "confidence": c.confidence}
            | ({"role": c.role} if c.role else {})
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
                "confidence": row.confidence,
            }
            for row in reading.implementations
            if row.status == "asserted"
        ],
        "negatives": [
            {"s": c.subject, "p": c.predicate, "o": c.object, "quote": quote[id(c)], "type": c.status, "confidence": c.confidence}
            for c in reading.claims
            if c.status != "asserted"
        ],
    }
