"""Identity across articles: which of the things that single articles name are one thing, and why.

`kg.resolve` gives every thing of an article an IRI that says what it is (place, kind, name), as far as that article tells. Here all articles
together are looked at: `joins(candidates, decisions)` is a pure function of two sets, so their order, and whether they came at once or one by one,
can't matter. It says which IRIs are one thing (the canonical one, its members, a reason for each), and which pairs are for a person to decide.
What follows from that for an article's graph is `kg.resolve.resolve(reading, renames)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Candidate", "Decision", "Doubt", "Join", "Joins", "Post", "Reason", "Verdict", "joins"]

#: `place is`: the left one, a place without a code, is the division with the code that stands to the right.
Verdict = Literal["same", "different", "place is"]


@dataclass(frozen=True, order=True)
class Post:
    """An office of a person, or where the person lives (`role` is then empty and `body` the IRI of a place)."""

    body: str
    role: str


@dataclass(frozen=True, order=True)
class Candidate:
    """A thing of one article with what may tell it from others. IRIs are those of `resolve(reading)`, so of that article alone."""

    iri: str
    doc: str
    type: str
    kind: str | None
    name: str
    names: tuple[str, ...]
    place: str | None = None  #: IRI of the place that anchors it (a Place: that contains it); None where the article tells none
    own: str = ""  #: last segment of the IRI: the name without its place and marks
    code: str | None = None  #: of a Place
    posts: tuple[Post, ...] = ()  #: of a Person
    runners: tuple[str, ...] = ()  #: of an Initiative: IRIs of the bodies that run it
    published: str | None = None  #: ISO date of the article


@dataclass(frozen=True, order=True)
class Decision:
    """What a person decided, as the ledger keeps it. IRIs are those of `Candidate.iri`, not canonical ones, so that other joins can't unsettle it."""

    verdict: Verdict
    left: str
    right: str  #: an IRI; a code for `place is`
    id: str  #: of the ledger's line; named as the reason


@dataclass(frozen=True, order=True)
class Reason:
    """Why two things are one: the rule, and what it rests on, for a person to read."""

    rule: str  #: e.g. `decision`, `place:village-of-township`
    detail: str


@dataclass(frozen=True, order=True)
class Join:
    """A thing of some article is the same as another; `member` and `canonical` differ."""

    canonical: str
    member: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, order=True)
class Doubt:
    """Two things that may be one and were left apart."""

    left: str  #: IRI, smaller than `right`; both as candidates have them
    right: str
    rule: str  #: what speaks for it
    detail: str
    mentions: int  #: articles that speak of either: how much hangs on it


@dataclass(frozen=True)
class Joins:
    """The outcome; all in sorted order."""

    joins: tuple[Join, ...]
    doubts: tuple[Doubt, ...]
    idle: tuple[Decision, ...]  #: decisions about things that no article names any more, or against each other: to be reported

    @property
    def renames(self) -> Mapping[str, str]:
        """Member → canonical, for those that have another."""
        return {join.member: join.canonical for join in self.joins}


def joins(candidates: Iterable[Candidate], decisions: Iterable[Decision] = ()) -> Joins:
    """What is one thing across articles.

    Args:
        candidates: of all articles, in any order; see `kg.identity.candidates.candidates_of`.
        decisions: of the ledger, in any order; `different` stands above every rule, `same` above every other doubt.
    """
    from kg.identity.joining import join_all

    return join_all(frozenset(candidates), frozenset(decisions))
