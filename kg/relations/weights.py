"""Logistic scores of candidate facts: each feature that holds adds its weight (relation_weights.tsv, written by kg.relations.train)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from kg import tables

BIAS = "bias"


@cache
def weights(model: str) -> dict[str, float]:
    """Feature → weight of a model (runs, joins, where, part); a feature that has no row weighs nothing."""
    found = tables.rows("relation_weights.tsv", required=("model", "feature", "weight"))
    return {row["feature"]: float(row["weight"]) for row in found if row["model"] == model}


def probability(model: str, features: Iterable[str]) -> float:
    """How likely a candidate with these features holds, from 0 to 1."""
    known = weights(model)
    total = known.get(BIAS, 0.0) + math.fsum(known.get(feature, 0.0) for feature in features)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def strongest(model: str, features: Iterable[str]) -> str:
    """The feature that speaks most for a candidate: the rule that its claim names."""
    known = weights(model)
    return max(sorted(features), key=lambda feature: known.get(feature, 0.0))
