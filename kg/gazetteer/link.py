"""The codes of an article's places, once it is known which place lies in which: a link must agree with the place around it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from kg import terms
from kg.records import Reading, Referent

if TYPE_CHECKING:
    from kg.gazetteer.files import Division
    from kg.places import Gazetteer

_ABOVE = (terms.PROVINCE, terms.PREFECTURE, terms.COUNTY, terms.TOWNSHIP)


def padded(code: str) -> str | None:
    """A code as it stands in the graph: six digits at least (GB/T 2260); None for one that only the older vintage has."""
    return code.ljust(6, "0") if code.isdecimal() else None


def prefix(code: str) -> str:
    """A code as the tables have it, so that it opens the codes of all that lies below: 610400 → 6104."""
    while len(code) == 6 and code.endswith("00"):
        code = code[:4] if not code.endswith("0000") else code[:2]
    return code


def link(gazetteer: Gazetteer, reading: Reading) -> Mapping[str, str | None]:
    """Referent id → code, for the places of a reading.

    What the article's names settled stays, but for a village that lies in another township than the article puts it in: there the tables know another
    village of that name. What stayed open is looked up again within the nearest place around it that has a code, by former and usual names too.
    """
    by_id = {referent.id: referent for referent in reading.entities if referent.type == terms.PLACE}
    return {id_: _Linked(gazetteer, by_id).code(referent) for id_, referent in by_id.items()}


def holders(places: Collection[Referent]) -> Mapping[str, str]:
    """Place → the place that holds it, by their ids. A village that the article puts nowhere lies in its only county, or else its only town."""
    found = {place.id: place.place for place in places if place.place is not None}
    for level in (terms.COUNTY, terms.TOWNSHIP):
        only = [place.id for place in places if place.kind == level]
        if only:
            lost = [place.id for place in places if place.kind == terms.VILLAGE and place.id not in found]
            return found | (dict.fromkeys(lost, only[0]) if len(only) == 1 else {})
    return found


class _Linked:
    def __init__(self, gazetteer: Gazetteer, by_id: Mapping[str, Referent]) -> None:
        self.gazetteer, self.by_id = gazetteer, by_id
        self.seen: set[str] = set()
        self.holders = holders(by_id.values())

    def code(self, referent: Referent) -> str | None:
        """The code that the place has by itself or within what holds it."""
        around = self._around(referent)
        if referent.kind == terms.VILLAGE:
            return self._village(referent, around)
        if referent.code is not None or referent.kind not in _ABOVE:
            return referent.code
        return self._only(self.gazetteer.named(referent.name, referent.kind, around))  # type: ignore[arg-type]

    def _around(self, referent: Referent) -> str | None:
        """Prefix of the codes within the nearest place around it that has one."""
        self.seen.add(referent.id)
        holder = self.by_id.get(self.holders.get(referent.id, ""))
        if holder is None or holder.id in self.seen:
            return None
        code = self.code(holder)
        return prefix(code) if code is not None else self._around(holder)

    def _village(self, referent: Referent, around: str | None) -> str | None:
        holder = self.by_id.get(self.holders.get(referent.id, ""))
        if around is None or len(around) < 6 or (holder is not None and holder.kind == terms.TOWNSHIP and len(around) != 9):
            return referent.code if holder is None or holder.kind != terms.TOWNSHIP else None
        if referent.code is not None and referent.code.startswith(around):
            return referent.code
        return self._only(self.gazetteer.village(referent.name, around))

    def _only(self, found: tuple[Division, ...]) -> str | None:
        return padded(found[0].code) if len(found) == 1 else None
