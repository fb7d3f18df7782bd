"""The things of one article as candidates for joins."""

from __future__ import annotations

from collections import defaultdict

from kg import terms
from kg.identity import Candidate, Post
from kg.identity.minting import Minting
from kg.records import Reading


def candidates_of(reading: Reading) -> tuple[Candidate, ...]:
    """Each thing of the article once, sorted by IRI."""
    minting = Minting(reading)
    posts: dict[str, set[Post]] = defaultdict(set)
    runners: dict[str, set[str]] = defaultdict(set)
    for claim in reading.claims:
        if claim.status in ("asserted", "past") and claim.subject in minting.iris and claim.object in minting.iris:
            if claim.predicate == terms.HOLDS_POST:
                posts[claim.subject].add(Post(minting.iris[claim.object], claim.role or ""))
            if claim.predicate == terms.RESIDES_IN:
                posts[claim.subject].add(Post(minting.iris[claim.object], ""))
            if claim.predicate == terms.RUNS and claim.status == "asserted":
                runners[claim.object].add(minting.iris[claim.subject])
    found: dict[str, list[Candidate]] = defaultdict(list)
    for referent in reading.entities:
        made = Candidate(
            minting.iris[referent.id],
            reading.doc,
            referent.type,
            referent.kind,
            referent.name,
            referent.names,
            minting.places.get(referent.id),
            minting.owns[referent.id],
            minting.codes.get(referent.id),
            tuple(sorted(posts[referent.id])),
            tuple(sorted(runners[referent.id])),
            reading.published,
        )
        found[made.iri].append(made)
    return tuple(_merged(found[iri]) for iri in sorted(found))


def _merged(same: list[Candidate]) -> Candidate:
    """Things of the article that come to one IRI."""
    first = min(same, key=lambda c: (len(c.name), c.name, c.place or ""))
    return Candidate(
        first.iri,
        first.doc,
        first.type,
        first.kind,
        first.name,
        tuple(sorted({name for c in same for name in c.names})),
        first.place,
        first.own,
        first.code,
        tuple(sorted({post for c in same for post in c.posts})),
        tuple(sorted({runner for c in same for runner in c.runners})),
        first.published,
    )
