"""The IRIs of one article's things, made from what a thing is, so that every article that speaks of it finds the same one.

A place is its code, or its name within the place that holds it. A body is its place and what it is there (level and place and kind, never a name
alone); one that exists for a time only, its year too. A person is a name at a body, or else at a place; an initiative is a name at the place where
it is run. What the article does not settle belongs to the article, as far as it does not: two articles that say 镇党委 of an unknown town speak of
two bodies, and two 龙潭村 of one county, of no town, of two villages, until `kg.identity.joins` says otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import quote

from kg import terms
from kg.gazetteer.link import holders, link, prefix
from kg.identity.names import is_of_lower_level, is_temporary, rank, usual
from kg.places import load
from kg.records import Reading, Referent
from kg.tables import settings

#: Characters that an IRI may hold beside letters and digits (RFC 3987); others are percent-encoded.
_SAFE = "+-._~"
#: Characters of the longest name of a town or village that is looked for in front of a body's name.
_LONGEST = 7
_PLAIN = re.compile(r"[A-Za-z0-9\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]")


def segment(text: str) -> str:
    """A path segment of an IRI (RFC 3987 ipchar): Chinese stays readable, what may not stand there is percent-encoded."""
    return "".join(char if _PLAIN.match(char) or char in _SAFE else quote(char, safe="") for char in text)


def article_iri(doc: str) -> str:
    """IRI of an article, and of its named graph, by the name of its file (and row)."""
    return f"{terms.THING}article/{segment(doc)}"


def path(iri: str) -> str:
    """What an IRI is within its kind: `610422/党委` of `…/id/organization/610422/党委`."""
    return iri.removeprefix(terms.THING).partition("/")[2]


@cache
def _ignored() -> Mapping[int, None]:
    return dict.fromkeys(map(ord, settings("pipeline.toml")["identity"]["ignored"]))


def bare(name: str) -> str:
    """A name without the marks that its spelling may vary in."""
    return name.translate(_ignored()) or name


def _start(name: str, names: Iterable[str]) -> str | None:
    """The longest of `names` that `name` opens with, without being it."""
    return max((start for start in names if name.startswith(start) and len(name) > len(start) > 1), key=len, default=None)


class Minting:
    """IRIs of the referents of one reading: `iris` by id; `anchors` and `owns` say what they were made of, `codes` are the places'."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.by_id = {referent.id: referent for referent in reading.entities}
        self.codes = link(load(), reading)
        self.holders = holders([referent for referent in reading.entities if referent.type == terms.PLACE])
        self.iris: dict[str, str] = {}
        self.anchors: dict[str, str | None] = {}  #: id of the place that a thing is told by
        self.places: dict[str, str] = {}  #: IRI of that place
        self.owns: dict[str, str] = {}  #: the name that is left when its place is taken off
        self.homes = self._objects(terms.IMPLEMENTED_IN)
        self.posts = self._objects(terms.HOLDS_POST)
        self.residences = self._objects(terms.RESIDES_IN)
        for referent in reading.entities:
            self.iri(referent)

    def _objects(self, predicate: str) -> Mapping[str, set[str]]:
        """Subject → objects; what is asserted before what is not."""
        found: dict[str, set[str]] = defaultdict(set)
        for status in (True, False):
            told = {claim.subject for claim in self.reading.claims if claim.subject in found} if not status else set()
            for claim in self.reading.claims:
                if claim.predicate == predicate and (claim.status == "asserted") == status and claim.subject not in told:
                    found[claim.subject].add(claim.object)
        return found

    def iri(self, referent: Referent) -> str:
        """IRI of one referent."""
        if referent.id not in self.iris:
            kinds = {terms.PLACE: self._place, terms.ORGANIZATION: self._body, terms.PERSON: self._person, terms.INITIATIVE: self._initiative}
            self.iris[referent.id] = terms.THING + kinds[referent.type](referent)
        return self.iris[referent.id]

    def _article(self) -> str:
        return f"article/{segment(self.reading.doc)}"

    def _within(self, place: str | None) -> str:
        """Path of a place; the article itself where there is none."""
        return self._article() if place is None or place not in self.by_id else path(self.iri(self.by_id[place]))

    def _told(self, referent: Referent, anchor: str | None, own: str) -> str:
        self.anchors[referent.id], self.owns[referent.id] = anchor if anchor in self.by_id else None, own
        if anchor in self.by_id:
            self.places[referent.id] = self.iri(self.by_id[anchor])
        return segment(own)

    def _place(self, referent: Referent) -> str:
        at = self.holders.get(referent.id)
        own = self._told(referent, at, bare(referent.name))
        code = self.codes[referent.id]
        if code is not None:
            return f"place/{code}"
        holder = self.by_id.get(at or "")
        if referent.kind == terms.VILLAGE and holder is not None and rank(holder.kind) < rank(terms.TOWNSHIP):
            return f"place/{self._within(holder.id)}/{self._article()}/{own}"
        return f"place/{self._within(at)}/{own}"

    def _focal(self, level: str | None = None) -> str | None:
        """The focal place, or the place of `level` that holds it."""
        at = self.reading.focal_place
        seen: set[str] = set()
        while level is not None and at is not None and at not in seen and self.by_id[at].kind != level:
            seen.add(at)
            at = self.by_id[at].place
        return at if at not in seen else None

    def _body(self, referent: Referent) -> str:
        anchor, name = self._innermost(referent.place or self._focal(terms.COUNTY), bare(referent.name))
        at, holder = self._within(anchor), self.by_id.get(anchor or "")
        code, name = self._listed(at, name) if holder is not None else (None, name)
        own = usual(name)
        self._told(referent, anchor, own)
        if code is not None:
            self.places[referent.id], at = f"{terms.THING}place/{code}", code
        made = f"{at}/{segment(own)}"
        if code is None and is_of_lower_level(own, holder.kind if holder is not None else None):
            return f"organization/{at}/{self._article()}/{segment(own)}"
        if is_temporary(own):
            year = (self.reading.published or "")[:4]
            return f"organization/{made}/{year or self._article()}"
        return f"organization/{made}"

    def _innermost(self, anchor: str | None, name: str) -> tuple[str | None, str]:
        """The anchor and what is left of the name when the names of places in front are taken off: of it, then of places within it."""
        while (holder := self.by_id.get(anchor or "")) is not None:
            while (found := _start(name, holder.names)) is not None:
                name = name.removeprefix(found)
            below = [(found, id_) for id_, at in self.holders.items() if at == anchor and (found := _start(name, self.by_id[id_].names)) is not None]
            if not below:
                break
            found, anchor = min(below, key=lambda item: (-len(item[0]), item[1]))
        return anchor, name

    def _listed(self, at: str, name: str) -> tuple[str | None, str]:
        """Code of the town or village that a name within a place opens with though the article does not name it by itself, and the rest."""
        code = None
        while at.isdecimal() and len(area := prefix(at)) in (6, 9):
            starts = [name[:length] for length in range(min(_LONGEST, len(name) - 2), 1, -1)]
            towns = ((start, load().named(start, "township", area) if len(area) == 6 else load().village(start, area)) for start in starts)
            found = next(((start, some[0].code) for start, some in towns if len(some) == 1 and some[0].name == start), None)
            if found is None or not found[1].isdecimal():
                break
            name, code = name.removeprefix(found[0]), found[1]
            at = code
        return code, name

    def _person(self, referent: Referent) -> str:
        name = self._told(referent, None, bare(referent.name))
        bodies = [self.by_id[body] for body in self.posts.get(referent.id, ()) if body in self.by_id]
        if bodies:
            at = min(bodies, key=lambda body: (-rank(self._level(body)), self.iri(body)))
            self.anchors[referent.id] = self.anchors[at.id]
            if at.id in self.places:
                self.places[referent.id] = self.places[at.id]
            return f"person/{path(self.iris[at.id])}/{name}"
        places = [self.by_id[place] for place in self.residences.get(referent.id, ()) if place in self.by_id]
        focal = self._focal()
        if places:
            home = min(places, key=lambda place: (-rank(place.kind), self.iri(place)))
            self.anchors[referent.id] = home.id
        elif focal is not None:
            self.anchors[referent.id] = focal
        anchor = self.anchors[referent.id]
        if anchor is not None:
            self.places[referent.id] = self.iri(self.by_id[anchor])
        if anchor is None or self.by_id[anchor].kind == terms.VILLAGE:
            return f"person/{self._within(anchor)}/{name}"
        return f"person/{self._within(anchor)}/{self._article()}/{name}"

    def _level(self, body: Referent) -> str | None:
        self.iri(body)
        anchor = self.anchors[body.id]
        return None if anchor is None else self.by_id[anchor].kind

    def _initiative(self, referent: Referent) -> str:
        homes = self.homes.get(referent.id, set())
        quoted = referent.name[:1] in settings("pipeline.toml")["identity"]["opening"]
        place = next(iter(homes)) if len(homes) == 1 and not quoted else self.reading.focal_place
        core = min((bare(name) for name in referent.names), key=lambda name: (len(name), name))
        return f"initiative/{self._within(place)}/{self._told(referent, place, core)}"
