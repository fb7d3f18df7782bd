"""How far a claim can be trusted: the probability that a reader of the sentence would agree, from how the claim was read.

The features are what a reading itself says: the rule, whether the ends are named in the evidence, by a pronoun, or were carried over, how far they
are apart, what they are and how they were found, how often the article says so. Their weights are in `confidence.tsv` of the genre, fitted by
`python -m kg.fit_confidence` on annotated articles. What the table does not know (a rule written since) weighs nothing: the claim then has the
confidence of its predicate.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from kg.records import Claim, Evidence, Implementation, Mention, Reading, Referent
from kg.tables import rows

#: Name of the intercept, which every fact has.
ALWAYS = "always"
#: What an implementation is called among predicates.
ROW = "row"
#: Least and most that a fact gets: no rule is always right.
_LEAST, _MOST = 0.01, 0.99
_PRONOUN = "pronoun"
#: Characters between two ends, at which they count as farther apart.
_APART = (8, 25, 60)


@cache
def weights() -> Mapping[str, float]:
    """Feature → weight, in log odds."""
    return {row["feature"]: float(row["weight"]) for row in rows("confidence.tsv", required=("feature", "weight"))}


def probability(features: Sequence[str], table: Mapping[str, float]) -> float:
    """Of a fact with these features, rounded to three digits."""
    odds = sum(table.get(feature, 0.0) for feature in features)
    return round(min(_MOST, max(_LEAST, 1 / (1 + math.exp(-odds)))), 3)


def with_confidence(reading: Reading) -> Reading:
    """The reading with the confidence of each claim and implementation."""
    seen, table = Features(reading), weights()
    claims = tuple(replace(claim, confidence=probability(seen.claim(claim), table)) for claim in reading.claims)
    found = tuple(replace(row, confidence=probability(seen.row(row), table)) for row in reading.implementations)
    return replace(reading, claims=claims, implementations=found)


class Features:
    """What can be told of the facts of one reading."""

    def __init__(self, reading: Reading) -> None:
        """Look up who is mentioned where."""
        self.things: dict[str, Referent] = {entity.id: entity for entity in reading.entities}
        self.mentions: dict[str, list[Mention]] = defaultdict(list)
        for mention in reading.mentions:
            self.mentions[mention.referent].append(mention)

    def claim(self, claim: Claim) -> list[str]:
        """Features of a claim."""
        name = claim.predicate
        found = [ALWAYS, f"predicate {name}", f"status {claim.status}"]
        found += sorted({f"{name} by {evidence.rule.partition(':')[0]}" for evidence in claim.evidence})
        found.append(f"{name} evidence {min(3, len(claim.evidence))}")
        found += self._end(f"{name} subject", claim.subject, claim.evidence)
        found += self._end(f"{name} object", claim.object, claim.evidence)
        return [*found, f"{name} apart {self._apart(claim.subject, claim.object, claim.evidence)}"]

    def row(self, row: Implementation) -> list[str]:
        """Features of an implementation."""
        found = [ALWAYS, f"predicate {ROW}", f"status {row.status}"]
        found += [f"{ROW} bodies {min(3, len(row.by))}", f"{ROW} places {min(3, len(row.at))}", f"{ROW} figures {min(2, len(row.metrics))}"]
        for end, iri in (("body", row.by[0]), ("initiative", row.of), ("place", row.at[0])):
            found += self._end(f"{ROW} {end}", iri, row.evidence)
        return [*found, f"{ROW} apart {self._apart(row.by[0], row.of, row.evidence)}"]

    def _end(self, name: str, iri: str, evidence: Sequence[Evidence]) -> Iterator[str]:
        """How one end of a fact is told."""
        thing = self.things[iri]
        mentions = self.mentions[iri]
        here = [m for m in mentions if any(e.start <= m.evidence.start and m.evidence.end <= e.end for e in evidence)]
        named = [mention for mention in here if mention.evidence.rule != _PRONOUN]
        yield f"{name} {'named' if named else 'by pronoun' if here else 'carried' if mentions else 'implied'}"
        yield f"{name} kind {thing.kind or thing.type}"
        yield f"{name} found by {(named or here or mentions)[0].evidence.rule.partition(':')[0] if mentions else 'nothing'}"

    def _apart(self, left: str, right: str, evidence: Sequence[Evidence]) -> str:
        """How far the nearest mentions of two ends are apart, where both stand in the evidence."""
        near = [
            max(0, max(a.evidence.start, b.evidence.start) - min(a.evidence.end, b.evidence.end))
            for piece in evidence
            for a in self.mentions[left]
            if piece.start <= a.evidence.start < piece.end
            for b in self.mentions[right]
            if piece.start <= b.evidence.start < piece.end
        ]
        return f"under {(*_APART, 'any')[bisect_right(_APART, min(near))]}" if near else "unknown"
