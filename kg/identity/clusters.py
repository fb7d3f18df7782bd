"""Things by IRI, and which of them are one: joined by reasons, never against a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg import terms
from kg.identity import Candidate, Join, Post, Reason
from kg.identity.minting import path

_ARTICLE = "article/"


@dataclass
class Thing:
    """All that the articles say of one IRI."""

    iri: str
    type: str
    own: str
    kinds: set[str | None] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)  #: IRIs of its anchors, as minted
    posts: set[Post] = field(default_factory=set)
    runners: set[str] = field(default_factory=set)
    docs: set[str] = field(default_factory=set)


def gather(candidates: Iterable[Candidate]) -> dict[str, dict[str, Thing]]:
    """Type → IRI → thing, in the order of the IRIs."""
    found: dict[str, dict[str, Thing]] = defaultdict(dict)
    for candidate in sorted(candidates, key=lambda c: (c.iri, c.doc)):
        thing = found[candidate.type].setdefault(candidate.iri, Thing(candidate.iri, candidate.type, candidate.own))
        thing.kinds.add(candidate.kind)
        thing.names.update(candidate.names)
        if candidate.place is not None:
            thing.places.add(candidate.place)
        thing.posts.update(candidate.posts)
        thing.runners.update(candidate.runners)
        thing.docs.add(candidate.doc)
    return found


def is_scoped(iri: str) -> bool:
    """Whether the IRI belongs to an article, in whole or in part."""
    return _ARTICLE in path(iri) + "/"


def county_of(iri: str) -> str | None:
    """Code of the county that the IRI's path starts in; None where it starts in none."""
    code = path(iri).partition("/")[0].partition("~")[0]
    return code[:6] if len(code) >= 6 and code[:6].isdecimal() and not code[:6].endswith("00") else None


@dataclass(frozen=True, order=True)
class Link:
    """That two IRIs are one thing, and why; `strength` 0 is a decision, 1 a rule."""

    strength: int
    left: str
    right: str
    reason: Reason


class Clusters:
    """The joins of one type. `base` is an IRI made anew with what is known of its anchors; links join bases."""

    def __init__(self, apart: Mapping[str, set[str]]) -> None:
        """`apart`: IRI (as minted) → those that a decision tells from it."""
        self.apart = apart
        self.bases: dict[str, str] = {}  #: minted → base
        self.minted: dict[str, set[str]] = defaultdict(set)  #: root → minted IRIs
        self.moved: dict[str, Reason] = {}
        self.parent: dict[str, str] = {}
        self.links: dict[str, set[Reason]] = defaultdict(set)  #: base → why it was joined

    def put(self, iri: str, base: str, reason: Reason | None) -> None:
        """A minted IRI and its base; the base stays the IRI itself where a decision tells it from another one that would be there."""
        if base != iri and any(self._told_apart(iri, other) for other in self.minted.get(self.find(base), ())):
            base, reason = iri, None
        self.bases[iri] = base
        self.minted[self.find(base)].add(iri)
        if reason is not None and base != iri:
            self.moved[iri] = reason

    def find(self, base: str) -> str:
        """The root of a base's cluster."""
        root = base
        while self.parent.get(root, root) != root:
            root = self.parent[root]
        while self.parent.get(base, base) != root:
            self.parent[base], base = root, self.parent[base]
        return root

    def _told_apart(self, left: str, right: str) -> bool:
        return right in self.apart.get(left, ())

    def on_bases(self, links: Iterable[Link]) -> list[Link]:
        """Links between minted IRIs as links between their bases."""
        return [Link(link.strength, self.bases.get(link.left, link.left), self.bases.get(link.right, link.right), link.reason) for link in links]

    def member(self, base: str) -> str:
        """The first minted IRI of a base's cluster."""
        return min(self.minted[self.find(base)])

    def join(self, links: Iterable[Link]) -> list[Link]:
        """Join, decisions first; the links that a decision forbids are returned."""
        refused = []
        for link in sorted(links):
            left, right = self.find(link.left), self.find(link.right)
            if left == right:
                self._note(link)
                continue
            if any(self._told_apart(a, b) for a in self.minted[left] for b in self.minted[right]):
                refused.append(link)
                continue
            keep, lose = min(left, right), max(left, right)
            self.parent[lose] = keep
            self.minted[keep] |= self.minted.pop(lose)
            self._note(link)
        return refused

    def _note(self, link: Link) -> None:
        self.links[link.left].add(link.reason)
        self.links[link.right].add(link.reason)

    def canonical(self, extra: Iterable[str] = ()) -> dict[str, str]:
        """Minted → canonical IRI: one with a code, else one that no article limits, else the shortest, else the first.

        Args:
            extra: bases that no article has, which links may lead to.
        """
        groups: dict[str, set[str]] = defaultdict(set)
        for base in (*self.bases.values(), *extra):
            groups[self.find(base)].add(base)
        best = {root: min(bases, key=_preference) for root, bases in groups.items()}
        return {iri: best[self.find(base)] for iri, base in self.bases.items()}

    def joins(self, canonical: Mapping[str, str]) -> Sequence[Join]:
        """What was joined, with the reasons."""
        found = []
        for iri, target in sorted(canonical.items()):
            if iri != target:
                base = self.bases[iri]
                reasons = {self.moved[iri]} if iri in self.moved else set()
                found.append(Join(target, iri, tuple(sorted(reasons | self.links.get(base, set())))))
        return found


def _preference(iri: str) -> tuple[bool, bool, int, str]:
    coded = iri.startswith(f"{terms.THING}place/") and path(iri).isdecimal()
    return not coded, is_scoped(iri), len(path(iri)), iri


def made_anew(iri: str, anchors: Iterable[str], canonical: Mapping[str, str]) -> tuple[str, str | None]:
    """The IRI with the path of its anchor in place of the path that the anchor had alone, and that anchor; None where nothing changes."""
    for anchor in sorted(anchors, key=lambda other: (-len(path(other)), other)):
        target = canonical.get(anchor, anchor)
        start = f"{path(anchor)}/"
        if target != anchor and path(iri).startswith(start):
            kind = iri.removeprefix(terms.THING).partition("/")[0]
            return f"{terms.THING}{kind}/{path(target)}/{path(iri).removeprefix(start)}", anchor
    return iri, None
