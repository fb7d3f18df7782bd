"""Places first, then bodies, people and initiatives, as each is told by the ones before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kg import terms
from kg.gazetteer.link import prefix
from kg.identity import Candidate, Decision, Joins, Reason
from kg.identity.bodies import BodyRules
from kg.identity.clusters import Clusters, Link, Thing, gather
from kg.identity.initiatives import InitiativeRules
from kg.identity.people import PeopleRules
from kg.identity.places import PlaceRules, place_iri
from kg.places import load


def join_all(candidates: frozenset[Candidate], decisions: frozenset[Decision]) -> Joins:
    """See `kg.identity.joins`."""
    things = gather(candidates)
    said = _Decided(things, decisions)
    made: dict[str, Clusters] = {type_: Clusters(said.apart) for type_ in terms.ENTITY_TYPES}
    empty: Mapping[str, Thing] = {}
    organizations = things.get(terms.ORGANIZATION, empty)
    places = PlaceRules(things.get(terms.PLACE, empty), candidates, made[terms.PLACE], said.links[terms.PLACE])
    canonical: dict[str, dict[str, str]] = {terms.PLACE: places.run()}
    at = canonical[terms.PLACE]
    bodies = BodyRules(organizations, at, made[terms.ORGANIZATION], said.links[terms.ORGANIZATION])
    canonical[terms.ORGANIZATION] = of = bodies.run()
    people = PeopleRules(things.get(terms.PERSON, empty), at, of, organizations, made[terms.PERSON], said.links[terms.PERSON])
    canonical[terms.PERSON] = people.run()
    initiatives = InitiativeRules(things.get(terms.INITIATIVE, empty), at, of, made[terms.INITIATIVE], said.links[terms.INITIATIVE])
    canonical[terms.INITIATIVE] = initiatives.run()
    joined = [join for type_, found in canonical.items() for join in made[type_].joins(found)]
    everything = {iri: target for found in canonical.values() for iri, target in found.items()}
    doubts = [
        doubt
        for rules in (places, bodies, people, initiatives)
        for doubt in rules.doubts
        if doubt.right not in said.apart.get(doubt.left, ()) and everything.get(doubt.left) != everything.get(doubt.right)
    ]
    return Joins(tuple(sorted(joined)), tuple(sorted(set(doubts))), said.idle(everything))


class _Decided:
    """Decisions as what they ask for: links by type of thing, and IRIs to keep apart."""

    def __init__(self, things: Mapping[str, Mapping[str, Thing]], decisions: frozenset[Decision]) -> None:
        self.types = {iri: type_ for type_, found in things.items() for iri in found}
        self.decisions = sorted(decisions)
        self.apart: dict[str, set[str]] = defaultdict(set)
        self.links: dict[str, list[Link]] = defaultdict(list)
        self.useless: set[Decision] = set()
        for decision in self.decisions:
            if decision.verdict == "different" and self._fits(decision):
                self.apart[decision.left].add(decision.right)
                self.apart[decision.right].add(decision.left)
        for decision in self.decisions:
            if decision.verdict != "different" and self._fits(decision):
                right = place_iri(decision.right) if decision.verdict == "place is" else decision.right
                reason = Reason("decision", decision.id)
                self.links[self.types[decision.left]].append(Link(0, decision.left, right, reason))

    def _fits(self, decision: Decision) -> bool:
        """Whether the articles still name what it speaks of; a decision on something that is gone waits."""
        type_ = self.types.get(decision.left)
        if decision.verdict == "place is":
            fits = type_ == terms.PLACE and is_code(decision.right)
        else:
            fits = type_ is not None and type_ == self.types.get(decision.right) and decision.left != decision.right
        if not fits:
            self.useless.add(decision)
        return fits

    def idle(self, canonical: Mapping[str, str]) -> tuple[Decision, ...]:
        """Decisions that changed nothing, as what they speak of is gone or others say the contrary."""
        for decision in self.decisions:
            if decision not in self.useless and decision.verdict == "same" and canonical[decision.left] != canonical[decision.right]:
                self.useless.add(decision)
            if decision not in self.useless and decision.verdict == "different" and canonical[decision.left] == canonical[decision.right]:
                self.useless.add(decision)
        return tuple(sorted(self.useless))


def is_code(code: str) -> bool:
    """Whether the gazetteer has a division with this code, as the graph writes it (six digits or more)."""
    if len(code) < 12:
        return code.isdecimal() and prefix(code) in load() and len(code) >= 6
    return code.isdecimal() and any(village.code == code for villages in load().villages(code[:9]).values() for village in villages)
