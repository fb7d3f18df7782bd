"""Joins of bodies: by the place that they are told by, and firms by the name that they are registered under in a county."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from kg import terms
from kg.identity import Doubt, Reason
from kg.identity.clusters import Clusters, Link, Thing, county_of, made_anew
from kg.identity.minting import path
from kg.tables import settings

_FIRMS = frozenset({terms.ENTERPRISE, terms.COOPERATIVE})
#: Kinds of which one place may have a body under a longer and a shorter name.
_LOOSE = frozenset({terms.WORK_TEAM, terms.PUBLIC_SERVICE, terms.MASS_ORGANIZATION, *_FIRMS})


@cache
def _registered() -> tuple[tuple[str, ...], int]:
    found = settings("pipeline.toml")["identity"]
    return tuple(found["registered"]), int(found["registered_length"])


def is_registered(name: str) -> bool:
    """Whether the name is one that a register gives once in a county: 丰源农业科技有限公司, not 合作社."""
    endings, shortest = _registered()
    return name.endswith(endings) and len(name) >= shortest


class BodyRules:
    """Bodies, when the places are known."""

    def __init__(self, things: Mapping[str, Thing], places: Mapping[str, str], clusters: Clusters, decided: list[Link]) -> None:
        self.things, self.places, self.clusters, self.decided = things, places, clusters, decided
        self.doubts: list[Doubt] = []

    def run(self) -> dict[str, str]:
        """Minted → canonical IRI."""
        for thing in self.things.values():
            base, anchor = made_anew(thing.iri, thing.places, self.places)
            reason = None if anchor is None else Reason("body:place", f"{path(anchor)} is {path(self.places[anchor])}")
            self.clusters.put(thing.iri, base, reason)
        self.clusters.join([*self.clusters.on_bases(self.decided), *self._firms()])
        canonical = self.clusters.canonical(iri for link in self.decided for iri in (link.left, link.right))
        self._similar(canonical)
        return canonical

    def _firms(self) -> Iterator[Link]:
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for thing in self.things.values():
            base = self.clusters.bases[thing.iri]
            county = county_of(base)
            if county is not None and thing.kinds & _FIRMS and is_registered(thing.own):
                names[county, thing.own].add(base)
        for (county, own), bases in sorted(names.items()):
            first, *others = sorted(bases)
            for other in others:
                yield Link(1, first, other, Reason("body:registered-name", f"one {own} is registered in {county}"))

    def _similar(self, canonical: Mapping[str, str]) -> None:
        """Teams and services of one place of which one name ends with the other: they may be one."""
        groups: dict[tuple[str, str], set[str]] = defaultdict(set)
        for thing in self.things.values():
            for kind in thing.kinds & _LOOSE:
                for place in thing.places:
                    groups[self.places.get(place, place), str(kind)].add(thing.iri)
        for key in sorted(groups):
            members = sorted(groups[key], key=lambda iri: (len(self.things[iri].own), iri))
            for index, iri in enumerate(members):
                short = self.things[iri]
                for other in members[index + 1 :]:
                    long = self.things[other]
                    if canonical[iri] != canonical[other] and long.own != short.own and long.own.endswith(short.own):
                        left, right = sorted((iri, other))
                        detail = f"both are in {path(key[0])}, and {long.own} ends with {short.own}"
                        self.doubts.append(Doubt(left, right, "body:longer-name", detail, len(short.docs | long.docs)))
