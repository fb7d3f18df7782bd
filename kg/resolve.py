"""Reading → Knowledge: the article's own ids become IRIs, made from what a thing is, so that every article that speaks of it finds the same one.

How an IRI is made is said in `kg.identity.minting`; what other articles add to that, as renames of IRIs, in `kg.identity`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from kg import terms
from kg.errors import DataError
from kg.identity.minting import Minting, article_iri, segment
from kg.identity.national import concept_of
from kg.records import Claim, Entity, Implementation, Knowledge, Reading, Referent

__all__ = ["ALONE", "article_iri", "resolve", "segment"]

_SYMMETRIC = frozenset({terms.PARTNERS_WITH})
#: No renames: an article by itself.
ALONE: Mapping[str, str] = MappingProxyType({})


def _merge_names(iri: str, referents: list[Referent]) -> Entity:
    first = referents[0]
    level = first.kind if first.type == terms.PLACE else None
    names = tuple(sorted({name for referent in referents for name in referent.names}))
    code = iri.removeprefix(f"{terms.THING}place/") if first.type == terms.PLACE else ""
    form_of = concept_of(names) if first.type == terms.INITIATIVE else None
    return Entity(iri, first.type, first.kind, first.name, names, code if code.isdecimal() else None, level, form_of)


def resolve(reading: Reading, renames: Mapping[str, str] = ALONE) -> Knowledge:
    """Give every referent its IRI; those that come to one IRI are one entity, and their claims one claim.

    Args:
        reading: of one article.
        renames: IRI that the article alone gives → IRI that it has among all articles (`kg.identity.Joins.renames`).
    """
    minted = Minting(reading).iris
    iris = {id_: renames.get(iri, iri) for id_, iri in minted.items()}
    told = [(claim.subject, claim.object) for claim in reading.claims] + [(*row.by, row.of, *row.at) for row in reading.implementations]
    for id_ in sorted({id_ for ids in told for id_ in ids} - iris.keys()):
        raise DataError(f"{reading.doc}: {id_} stands for nothing, and a claim is made of it; this is a fault of relate")
    groups: dict[str, list[Referent]] = defaultdict(list)
    for referent in reading.entities:
        groups[iris[referent.id]].append(referent)
    entities = [_merge_names(iri, sorted(groups[iri], key=lambda r: (len(r.name), r.name))) for iri in sorted(groups)]
    kinds = {entity.iri: entity for entity in entities}
    claims: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        subject, target = iris[claim.subject], iris[claim.object]
        if claim.predicate in _SYMMETRIC and target < subject:
            subject, target = target, subject
        if subject != target:
            claims[subject, claim.predicate, target, claim.status].append(claim)
    merged_claims = []
    for key in sorted(claims):
        members = claims[key]
        proof = tuple(sorted({item for member in members for item in member.evidence}, key=lambda e: (e.start, e.end, e.rule)))
        roles = sorted({member.role for member in members if member.role})
        since = min((m.since for m in members if m.since), default=None)
        until = max((m.until for m in members if m.until), default=None)
        role = roles[0] if roles else None
        confidence = max(m.confidence for m in members)
        merged_claims.append(Claim(key[0], key[1], key[2], role, members[0].status, proof, confidence, since, until))
    rows = tuple(_row(row, iris) for row in reading.implementations)
    assert all(claim.subject in kinds and claim.object in kinds for claim in merged_claims)
    joined = tuple(sorted({(renames[iri], iri) for iri in minted.values() if iri in renames}))
    return Knowledge(reading, article_iri(reading.doc), tuple(entities), iris, tuple(merged_claims), rows, joined)


def _row(row: Implementation, iris: dict[str, str]) -> Implementation:
    by = tuple(sorted({iris[item] for item in row.by}))
    at = tuple(sorted({iris[item] for item in row.at}))
    return Implementation(by, iris[row.of], at, row.when, row.metrics, row.status, row.evidence, row.confidence)
