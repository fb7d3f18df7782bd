"""Reading → Knowledge: the article's own ids become IRIs, made from what a thing is, so that every article that speaks of it finds the same one.

A place is its code, or its name within the place that holds it. A body is its place and what it is there (level and place and kind, never a name
alone). A person is a name within a county; an initiative is a name at the place where it is run. What no place anchors belongs to its article:
two articles that say 镇党委 of an unknown town speak of two bodies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import quote

from kg import terms
from kg.errors import DataError
from kg.records import Claim, Entity, Implementation, Knowledge, Reading, Referent
from kg.tables import settings

#: Characters that an IRI may hold beside letters and digits (RFC 3987); others are percent-encoded.
_SAFE = "+-._~"
_SYMMETRIC = frozenset({terms.PARTNERS_WITH})
_PLAIN = re.compile(r"[A-Za-z0-9\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]")


def segment(text: str) -> str:
    """A path segment of an IRI (RFC 3987 ipchar): Chinese stays readable, what may not stand there is percent-encoded."""
    return "".join(char if _PLAIN.match(char) or char in _SAFE else quote(char, safe="") for char in text)


def article_iri(doc: str) -> str:
    """IRI of an article, and of its named graph, by the name of its file (and row)."""
    return f"{terms.THING}article/{segment(doc)}"


class _Names:
    """IRIs of the referents of one reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.by_id = {referent.id: referent for referent in reading.entities}
        self.iris: dict[str, str] = {}
        self.strip = str.maketrans("", "", settings("pipeline.toml")["identity"]["ignored"])
        self.homes: dict[str, set[str]] = defaultdict(set)
        for claim in reading.claims:
            if claim.predicate == terms.IMPLEMENTED_IN:
                self.homes[claim.subject].add(claim.object)

    def all(self) -> dict[str, str]:
        """Referent id → IRI."""
        return {referent.id: self.iri(referent) for referent in self.reading.entities}

    def iri(self, referent: Referent) -> str:
        """IRI of one referent."""
        if referent.id not in self.iris:
            kinds = {terms.PLACE: self._place, terms.ORGANIZATION: self._body, terms.PERSON: self._person, terms.INITIATIVE: self._initiative}
            self.iris[referent.id] = terms.THING + kinds[referent.type](referent)
        return self.iris[referent.id]

    def _article(self) -> str:
        return f"article/{segment(self.reading.doc)}"

    def _place(self, referent: Referent) -> str:
        if referent.code is not None:
            return f"place/{referent.code}"
        return f"{self._anchor(referent.place)}/{segment(self._bare(referent.name))}"

    def _anchor(self, place: str | None) -> str:
        """Path of the place that anchors a thing; the article itself where there is none."""
        if place is None or place not in self.by_id:
            return f"place/{self._article()}"
        return self.iri(self.by_id[place]).removeprefix(terms.THING)

    def _focal(self, level: str | None = None) -> str | None:
        """The focal place, or the place of `level` that holds it."""
        at = self.reading.focal_place
        seen: set[str] = set()
        while level is not None and at is not None and at not in seen and self.by_id[at].kind != level:
            seen.add(at)
            at = self.by_id[at].place
        return at if at not in seen else None

    def _body(self, referent: Referent) -> str:
        place = referent.place or self._focal(terms.COUNTY)
        own = referent.name
        if referent.place is not None:
            own = own.removeprefix(self.by_id[referent.place].name) or own
        return f"organization/{self._anchor(place).removeprefix('place/')}/{segment(self._bare(own))}"

    def _person(self, referent: Referent) -> str:
        place = self._focal(terms.COUNTY) or self._focal()
        return f"person/{self._anchor(place).removeprefix('place/')}/{segment(referent.name)}"

    def _initiative(self, referent: Referent) -> str:
        homes = self.homes.get(referent.id, set())
        quoted = referent.name[:1] in settings("pipeline.toml")["identity"]["opening"]
        place = next(iter(homes)) if len(homes) == 1 and not quoted else self.reading.focal_place
        core = min((self._bare(name) for name in referent.names), key=lambda name: (len(name), name))
        return f"initiative/{self._anchor(place).removeprefix('place/')}/{segment(core)}"

    def _bare(self, name: str) -> str:
        return name.translate(self.strip) or name


def _merge_names(referents: list[Referent]) -> Entity:
    first = referents[0]
    level = first.kind if first.type == terms.PLACE else None
    names = tuple(sorted({name for referent in referents for name in referent.names}))
    return Entity("", first.type, first.kind, first.name, names, first.code, level)


def resolve(reading: Reading) -> Knowledge:
    """Give every referent its IRI; those that come to one IRI are one entity, and their claims one claim."""
    iris = _Names(reading).all()
    told = [(claim.subject, claim.object) for claim in reading.claims] + [(*row.by, row.of, *row.at) for row in reading.implementations]
    for id_ in sorted({id_ for ids in told for id_ in ids} - iris.keys()):
        raise DataError(f"{reading.doc}: {id_} stands for nothing, and a claim is made of it; this is a fault of relate")
    groups: dict[str, list[Referent]] = defaultdict(list)
    for referent in reading.entities:
        groups[iris[referent.id]].append(referent)
    entities = []
    for iri in sorted(groups):
        merged = _merge_names(sorted(groups[iri], key=lambda r: (len(r.name), r.name)))
        entities.append(Entity(iri, merged.type, merged.kind, merged.name, merged.names, merged.code, merged.level))
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
        merged_claims.append(Claim(key[0], key[1], key[2], roles[0] if roles else None, members[0].status, proof, max(m.confidence for m in members)))
    rows = tuple(_row(row, iris) for row in reading.implementations)
    assert all(claim.subject in kinds and claim.object in kinds for claim in merged_claims)
    return Knowledge(reading, article_iri(reading.doc), tuple(entities), iris, tuple(merged_claims), rows)


def _row(row: Implementation, iris: dict[str, str]) -> Implementation:
    by = tuple(sorted({iris[item] for item in row.by}))
    at = tuple(sorted({iris[item] for item in row.at}))
    return Implementation(by, iris[row.of], at, row.when, row.metrics, row.status, row.evidence, row.confidence)
