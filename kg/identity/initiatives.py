"""Joins of initiatives: by the place where they are run; one name in one place; one name, run by one body, wherever it is carried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from kg.identity import Doubt, Reason
from kg.identity.clusters import Clusters, Link, Thing, county_of, made_anew
from kg.identity.minting import path
from kg.tables import settings, words

_SHORTEST = 3  #: characters of a name that tells one initiative from another


@cache
def _tails() -> tuple[str, ...]:
    return tuple(sorted(settings("pipeline.toml")["identity"]["initiative_tails"], key=lambda tail: (-len(tail), tail)))


def stem(name: str) -> str:
    """The name without the word for what kind of initiative it is: 一线三帮工作法 → 一线三帮."""
    for tail in _tails():
        if name.endswith(tail) and len(name) - len(tail) >= _SHORTEST:
            return name.removesuffix(tail)
    return name


class InitiativeRules:
    """Initiatives, when places and bodies are known."""

    def __init__(
        self, things: Mapping[str, Thing], places: Mapping[str, str], bodies: Mapping[str, str], clusters: Clusters, decided: list[Link]
    ) -> None:
        self.things, self.places, self.bodies, self.clusters, self.decided = things, places, bodies, clusters, decided
        self.doubts: list[Doubt] = []

    def run(self) -> dict[str, str]:
        """Minted → canonical IRI."""
        blocks: dict[tuple[str, str], list[Thing]] = defaultdict(list)
        for thing in self.things.values():
            base, anchor = made_anew(thing.iri, thing.places, self.places)
            reason = None if anchor is None else Reason("initiative:place", f"{path(anchor)} is {path(self.places[anchor])}")
            self.clusters.put(thing.iri, base, reason)
            county = county_of(self.clusters.bases[thing.iri])
            if county is not None and len(stem(thing.own)) >= _SHORTEST and thing.own not in words("initiative_plain"):
                blocks[county, stem(thing.own)].append(thing)
        self.clusters.join([*self.clusters.on_bases(self.decided), *(link for key in sorted(blocks) for link in self._named(blocks[key]))])
        canonical = self.clusters.canonical(iri for link in self.decided for iri in (link.left, link.right))
        for key in sorted(blocks):
            self._doubt(key, blocks[key], canonical)
        return canonical

    def _named(self, things: list[Thing]) -> Iterator[Link]:
        """Of one county and name: those of one place, and those that one body runs."""
        first: dict[tuple[str, str], str] = {}
        for thing in sorted(things, key=lambda thing: thing.iri):
            base = self.clusters.bases[thing.iri]
            keys = [("initiative:same-place", self.places.get(place, place)) for place in thing.places]
            keys += [("initiative:same-body", self.bodies.get(body, body)) for body in thing.runners]
            for rule, where in sorted(keys):
                if (rule, where) not in first:
                    first[rule, where] = base
                elif first[rule, where] != base:
                    yield Link(1, first[rule, where], base, Reason(rule, f"{stem(thing.own)} of {path(where)} in both"))

    def _doubt(self, key: tuple[str, str], things: list[Thing], canonical: Mapping[str, str]) -> None:
        """One name at several places of a county: the local forms of one thing, or several."""
        chosen: dict[str, Thing] = {}
        for thing in sorted(things, key=lambda thing: thing.iri):
            chosen.setdefault(canonical[thing.iri], thing)
        members = list(chosen.values())
        for left, right in pairwise(members):
            a, b = sorted((left.iri, right.iri))
            self.doubts.append(Doubt(a, b, "initiative:same-name", f"both are called {key[1]}, in {key[0]}", len(left.docs | right.docs)))
