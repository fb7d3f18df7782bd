"""Fits the weights of `kg.confidence` on annotated articles: `python -m kg.fit_confidence TRAIN DEV` writes confidence.tsv of the genre anew.

A logistic regression with a ridge, by Newton's method: the weights come from TRAIN. Rules are surer of articles that they were written for, so the
weights are then stretched and shifted to fit DEV, which no rule writer reads (Platt, 1999), and the strength of the ridge is the one that gives DEV
the least log loss. A fact is right or wrong as `kg evaluate` judges it; what is neither is left out. A plan or denial is right where gold lists it
among its negatives, and wrong where gold has it as a fact. The same articles and rules give the same file.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.confidence import ALWAYS, Features, probability
from kg.errors import InputError, KgError
from kg.evaluate import as_gold
from kg.gold import annotated
from kg.pipeline import extract, sources
from kg.records import Reading
from kg.score import compare, triple_of

#: Strengths of the ridge to choose from.
RIDGES = (1.0, 2.0, 4.0, 8.0, 16.0)
#: A feature of fewer facts says nothing.
_FEWEST = 5
_TABLE = Path(__file__).parents[1] / "pipelines" / "news" / "confidence.tsv"
_HEAD = """# Weights of kg.confidence, in log odds. Fitted by `make confidence` (python -m kg.fit_confidence); do not edit.
# Ridge {ridge:g}; log loss of the {count} facts to choose by: {loss:.4f}, with the share of right ones alone {prior:.4f}.
feature	weight	facts	right
"""


@dataclass(frozen=True)
class Fact:
    """What was extracted, and whether it is right."""

    features: tuple[str, ...]
    right: bool


def facts(folder: Path) -> Iterator[Fact]:
    """Facts that are read in the articles of a folder of gold annotations (NAME.txt beside NAME.json).

    Raises:
        InputError: an article is missing or can't be read, or an annotation is not in its form.
    """
    gold = {path.stem: annotation for path, annotation in annotated(folder)}
    missing = [name for name in gold if not (folder / f"{name}.txt").exists()]
    if missing:
        raise InputError(f"{folder} lacks the articles of {', '.join(missing)}: put NAME.txt beside NAME.json")
    for reading in extract(sources([folder / f"{name}.txt" for name in sorted(gold)], _refuse), _refuse):
        yield from judged(reading, gold[Path(reading.doc).stem])


def _refuse(error: KgError) -> None:
    raise InputError(str(error)) from error


def judged(reading: Reading, gold: Any) -> Iterator[Fact]:
    """Facts of one reading that gold calls right or wrong."""
    seen, comparison = Features(reading), compare(gold, as_gold(reading))
    asserted = [claim for claim in reading.claims if claim.status == "asserted"]
    rows = [row for row in reading.implementations if row.status == "asserted"]
    for item in comparison.judged:
        if item.number is None or item.outcome == "neutral" or item.group == "figures":
            continue
        features = seen.claim(asserted[item.number]) if item.group == "relations" else seen.row(rows[item.number])
        yield Fact(tuple(features), item.outcome == "right")
    denied = {triple_of(item["s"], item["p"], item["o"]) for item in gold.get("negatives", [])}
    for claim in reading.claims:
        subject, target = (comparison.match.get(end) for end in (claim.subject, claim.object))
        if claim.status != "asserted" and subject and target:
            triple = triple_of(subject, claim.predicate, target)
            if triple in denied or triple in comparison.wanted:
                yield Fact(tuple(seen.claim(claim)), triple in denied)


def fit(train: Sequence[Fact], choose: Sequence[Fact]) -> str:
    """The text of confidence.tsv.

    Raises:
        InputError: one of the two has no facts, or none that are wrong, or none that are right.
    """
    for some in (train, choose):
        if len({fact.right for fact in some}) < 2:
            raise InputError("confidence needs facts that are right and facts that are wrong: annotate more articles")
    counts = Counter(feature for fact in train for feature in set(fact.features))
    right = Counter(feature for fact in train for feature in set(fact.features) if fact.right)
    names = sorted(feature for feature, count in counts.items() if count >= _FEWEST)
    tables = {ridge: _calibrated(dict(zip(names, _solve(train, names, ridge), strict=True)), choose) for ridge in RIDGES}
    right_ones = [fact.right for fact in choose]
    losses = {ridge: mean_loss([probability(fact.features, table) for fact in choose], right_ones) for ridge, table in tables.items()}
    ridge = min(RIDGES, key=lambda ridge: (losses[ridge], ridge))
    prior = mean_loss([sum(right_ones) / len(right_ones)] * len(choose), right_ones)
    head = _HEAD.format(ridge=ridge, count=len(choose), loss=losses[ridge], prior=prior)
    return head + "".join(f"{name}\t{tables[ridge][name]:.3f}\t{counts[name]}\t{right[name]}\n" for name in names)


def _calibrated(table: dict[str, float], choose: Sequence[Fact]) -> dict[str, float]:
    """The weights times a factor, and the intercept plus another one, as fits the facts to choose by; by Newton's method."""
    odds = np.array([sum(table.get(feature, 0.0) for feature in fact.features) for fact in choose])
    matrix = np.column_stack([odds, np.ones(len(odds))])
    target = np.array([fact.right for fact in choose], dtype=float)
    found = np.array([1.0, 0.0])
    for _ in range(100):
        likely = 1 / (1 + np.exp(-matrix @ found))
        step = np.linalg.solve((matrix * (likely * (1 - likely))[:, None]).T @ matrix + 1e-6 * np.eye(2), matrix.T @ (target - likely))
        found += step
        if np.abs(step).max() < 1e-9:
            break
    factor, shift = map(float, found)
    return {name: round(weight * factor + (shift if name == ALWAYS else 0.0), 3) + 0.0 for name, weight in table.items()}


def _solve(train: Sequence[Fact], names: Sequence[str], ridge: float) -> list[float]:
    """Weights of the features that make the facts likeliest, held down by the ridge, all but that of ALWAYS; three digits."""
    index = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(train), len(names)))
    for number, fact in enumerate(train):
        matrix[number, [index[feature] for feature in fact.features if feature in index]] = 1
    target = np.array([fact.right for fact in train], dtype=float)
    held = np.array([1e-6 if name == ALWAYS else ridge for name in names])
    found = np.zeros(len(names))
    for _ in range(100):
        likely = 1 / (1 + np.exp(-matrix @ found))
        slope = matrix.T @ (target - likely) - held * found
        step = np.linalg.solve((matrix * (likely * (1 - likely))[:, None]).T @ matrix + np.diag(held), slope)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    return [round(float(weight), 3) + 0.0 for weight in found]


def mean_loss(predicted: Sequence[float], right: Sequence[bool]) -> float:
    """Mean log loss of probabilities, none of which is 0 or 1."""
    given = np.array(predicted, dtype=float)
    return float(-np.mean(np.log(np.where(np.array(right), given, 1 - given))))


def main(train: Path, choose: Path) -> None:
    """Write confidence.tsv anew."""
    _TABLE.write_text(fit(list(facts(train)), list(facts(choose))), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
