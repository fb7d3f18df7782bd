"""Joins of places: a village of a county with the one of its town, a town that its article leaves open with one that the articles know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg import terms
from kg.gazetteer.link import padded, prefix
from kg.identity import Candidate, Doubt, Reason
from kg.identity.clusters import Clusters, Link, Thing, county_of, is_scoped, made_anew
from kg.identity.minting import path, segment
from kg.identity.names import rank
from kg.places import load

#: So many names that a town of one article shares with a town that has a code make them one, if no other town shares any.
_ENOUGH = 2


def place_iri(code: str) -> str:
    """IRI of the division with this code."""
    return f"{terms.THING}place/{code}"


class PlaceRules:
    """Places level by level from the top, as a place is told by the one above it."""

    def __init__(self, things: Mapping[str, Thing], candidates: frozenset[Candidate], clusters: Clusters, decided: list[Link]) -> None:
        self.things, self.clusters, self.decided = things, clusters, decided
        self.candidates = candidates
        self.canonical: dict[str, str] = {}
        self.extra: set[str] = set()
        self.doubts: list[Doubt] = []

    def run(self) -> dict[str, str]:
        """Minted → canonical IRI."""
        levels: dict[int, list[Thing]] = defaultdict(list)
        for thing in self.things.values():
            levels[min(rank(kind) for kind in thing.kinds)].append(thing)
        evidence = self._evidence()
        for level in sorted(levels):
            for thing in levels[level]:
                self._put(thing)
            here = {thing.iri for thing in levels[level]}
            links = self.clusters.on_bases(link for link in self.decided if link.left in here or link.right in here)
            self.extra |= {link.right for link in links} | {link.left for link in links}
            if level in (rank(terms.COUNTY), rank(terms.TOWNSHIP)):
                links += self._by_evidence(levels[level], evidence)
            if level == rank(terms.VILLAGE):
                links += self._villages(levels[level])
            self.clusters.join(links)
            self.canonical = self.clusters.canonical(self.extra)
        return self.canonical

    def _put(self, thing: Thing) -> None:
        base, anchor = made_anew(thing.iri, thing.places, self.canonical)
        reason = None if anchor is None else Reason("place:around", f"{path(anchor)} is {path(self.canonical[anchor])}")
        around = path(base).rpartition("/")[0]
        if anchor is not None and around.isdecimal() and terms.VILLAGE in thing.kinds:
            found = load().village(thing.own, prefix(around)) if len(prefix(around)) >= 6 else ()
            code = padded(found[0].code) if len(found) == 1 else None
            base = place_iri(code) if code is not None else base
        self.clusters.put(thing.iri, base, reason)

    # a village of a county ---------------------------------------------------------------------------------------------------------------
    def _villages(self, things: list[Thing]) -> Iterator[Link]:
        """Villages that an article puts in a county only, by county and name."""
        open_: dict[tuple[str, str], set[str]] = defaultdict(set)
        towns: dict[tuple[str, str], set[str]] = defaultdict(set)
        for thing in things:
            base = self.clusters.bases[thing.iri]
            county = county_of(base)
            if county is not None and not path(base).startswith(f"{county}/article/"):
                if not is_scoped(base):
                    towns[county, thing.own].add(base)
            elif county is not None:
                open_[county, thing.own].add(base)
        for key in sorted(open_):
            yield from self._village(key, sorted(open_[key]), sorted(towns[key]))

    def _village(self, key: tuple[str, str], open_: list[str], towns: list[str]) -> Iterator[Link]:
        county, own = key
        listed = {padded(village.code) or "" for village in load().village(own, county)}
        known = {path(town) for town in towns if path(town).isdecimal()}
        others = len(listed - known - {""}) + len(towns)
        if others > 1:
            for base in open_:
                for town in towns:
                    self.doubts.append(self._doubt(base, town, "place:village-of-county", f"{others} places of {county} are called {own}"))
            return
        if towns:
            for base in open_:
                yield Link(1, base, towns[0], Reason("place:village-of-county", f"the only {own} of {county}"))
        elif len(open_) > 1:
            target = f"{place_iri(county)}/{segment(own)}"
            self.extra.add(target)
            for base in open_:
                yield Link(1, base, target, Reason("place:village-of-county", f"no other {own} of {county} is known"))

    def _doubt(self, left: str, right: str, rule: str, detail: str) -> Doubt:
        a, b = sorted((self.clusters.member(left), self.clusters.member(right)))
        return Doubt(a, b, rule, detail, sum(len(self.things[iri].docs) for iri in (a, b) if iri in self.things))

    # a town or county of no known county or city -----------------------------------------------------------------------------------------
    def _evidence(self) -> Mapping[str, set[str]]:
        """Place → names of what is told by it: places in it, people of it and of places in it."""
        found: dict[str, set[str]] = defaultdict(set)
        above = {thing.iri: thing.places for thing in self.things.values()}
        for candidate in self.candidates:
            if candidate.place is None or candidate.type not in (terms.PLACE, terms.PERSON):
                continue
            found[candidate.place].add(candidate.own)
            if candidate.type == terms.PERSON:
                for upper in above.get(candidate.place, ()):
                    found[upper].add(candidate.own)
        return found

    def _by_evidence(self, things: list[Thing], evidence: Mapping[str, set[str]]) -> Iterator[Link]:
        coded: dict[str, set[str]] = defaultdict(set)
        for thing in things:
            if path(thing.iri).isdecimal():
                coded[thing.own].add(thing.iri)
        for thing in things:
            base = self.clusters.bases[thing.iri]
            if path(base).isdecimal() or not is_scoped(base):
                continue
            shared = {iri: evidence.get(iri, set()) & evidence.get(thing.iri, set()) for iri in coded.get(thing.own, ())}
            shared = {iri: names for iri, names in shared.items() if names}
            for iri, names in sorted(shared.items()):
                said = ", ".join(sorted(names))
                if len(shared) == 1 and len(names) >= _ENOUGH:
                    yield Link(1, base, iri, Reason("place:same-surroundings", f"both have {said}"))
                else:
                    self.doubts.append(self._doubt(base, iri, "place:same-surroundings", f"both have {said}"))
