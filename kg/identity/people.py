"""Joins of people: never by a name alone; by a body or a village that both belong to, or where a county knows one of that name with a post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from kg import terms
from kg.identity import Doubt, Reason
from kg.identity.clusters import Clusters, Link, Thing, county_of, made_anew
from kg.identity.minting import path

#: Kinds of bodies that govern a place together: whoever has a post in one of a village may have one in another too.
_GOVERNING = frozenset({terms.PARTY_COMMITTEE, terms.PARTY_BRANCH, terms.GOVERNMENT, terms.VILLAGE_COMMITTEE})


@dataclass
class _Person:
    """A person of one base, with canonical IRIs."""

    base: str
    county: str | None
    bodies: set[str] = field(default_factory=set)
    governs: set[str] = field(default_factory=set)  #: places whose governing bodies the person has a post in
    homes: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)
    docs: set[str] = field(default_factory=set)


class PeopleRules:
    """People, when places and bodies are known."""

    def __init__(
        self,
        things: Mapping[str, Thing],
        places: Mapping[str, str],
        bodies: Mapping[str, str],
        organizations: Mapping[str, Thing],
        clusters: Clusters,
        decided: list[Link],
    ) -> None:
        self.things, self.places, self.bodies, self.organizations = things, places, bodies, organizations
        self.clusters, self.decided = clusters, decided
        self.doubts: list[Doubt] = []

    def run(self) -> dict[str, str]:
        """Minted → canonical IRI."""
        known = {**self.places, **self.bodies}
        blocks: dict[tuple[str, str], dict[str, _Person]] = defaultdict(dict)
        for thing in self.things.values():
            anchors = {*thing.places, *(post.body for post in thing.posts)}
            base, anchor = made_anew(thing.iri, anchors, known)
            reason = None if anchor is None else Reason("person:around", f"{path(anchor)} is {path(known[anchor])}")
            self.clusters.put(thing.iri, base, reason)
            base = self.clusters.bases[thing.iri]
            county = county_of(base)
            if county is not None:
                self._add(blocks[county, thing.own].setdefault(base, _Person(base, county)), thing)
        shared = (link for key in sorted(blocks) for link in self._shared(key[1], list(blocks[key].values())))
        self.clusters.join([*self.clusters.on_bases(self.decided), *shared])
        self.clusters.join(link for key in sorted(blocks) for link in self._only(key, list(blocks[key].values())))
        for key in sorted(blocks):
            self._doubt(key, list(blocks[key].values()))
        return self.clusters.canonical(iri for link in self.decided for iri in (link.left, link.right))

    def _add(self, person: _Person, thing: Thing) -> None:
        person.docs |= thing.docs
        person.anchors.update(self.places.get(place, place) for place in thing.places)
        for post in thing.posts:
            if post.body in self.organizations:
                body = self.organizations[post.body]
                person.bodies.add(self.bodies[post.body])
                if body.kinds & _GOVERNING:
                    person.governs.update(self.places.get(place, place) for place in body.places)
            else:
                person.homes.add(self.places.get(post.body, post.body))

    def _shared(self, name: str, people: list[_Person]) -> Iterator[Link]:
        """People of one name with a body, or a governed town or village, or a home in common."""
        first: dict[tuple[str, str], str] = {}
        for person in sorted(people, key=lambda person: person.base):
            keys = [("person:same-body", body) for body in person.bodies]
            keys += [("person:same-village", place) for place in (person.governs | person.homes) if not _is_large(place)]
            for rule, where in sorted(keys):
                if (rule, where) in first:
                    yield Link(1, first[rule, where], person.base, Reason(rule, f"{name} belongs to {path(where)} in both"))
                else:
                    first[rule, where] = person.base

    def _only(self, key: tuple[str, str], people: list[_Person]) -> Iterator[Link]:
        """Someone without a post or home, where the county knows one person of that name with them, and nothing tells the two apart."""
        county, name = key
        settled = {self.clusters.find(person.base) for person in people if person.bodies or person.homes}
        if len(settled) != 1:
            return
        target = min(person.base for person in people if person.bodies or person.homes)
        around = {place for person in people if person.bodies or person.homes for place in (person.anchors | person.governs | person.homes)}
        for person in sorted(people, key=lambda person: person.base):
            if not person.bodies and not person.homes and all(_agree(a, b) for a in person.anchors for b in around):
                yield Link(1, target, person.base, Reason("person:only-one", f"the articles on {county} know one {name} with a post or a home"))

    def _doubt(self, key: tuple[str, str], people: list[_Person]) -> None:
        """People of one name and county that stay apart."""
        roots: dict[str, list[_Person]] = defaultdict(list)
        for person in people:
            roots[self.clusters.find(person.base)].append(person)
        for left, right in pairwise(sorted(roots)):
            a, b = sorted((self.clusters.member(left), self.clusters.member(right)))
            docs = {doc for root in (left, right) for person in roots[root] for doc in person.docs}
            self.doubts.append(Doubt(a, b, "person:same-name", f"both are called {key[1]}, in {key[0]}", len(docs)))


def _is_large(place: str) -> bool:
    """Whether a place is a county or more, where two people may well have one name."""
    code = path(place)
    return code.isdecimal() and len(code) == 6


def _agree(left: str, right: str) -> bool:
    """Whether one place can be in the other, as far as their codes tell."""
    a, b = (path(place).removesuffix("/") + "/" for place in (left, right))
    return a.startswith(b) or b.startswith(a) or _holds(a, b) or _holds(b, a)


def _holds(upper: str, lower: str) -> bool:
    """Codes open the codes of what lies below: 610422 holds 610422102 and 610422102/柳湾村."""
    code = upper.removesuffix("/")
    return code.isdecimal() and lower.startswith(code)
