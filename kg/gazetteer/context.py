"""Chooses the division that a name means in one article, by containment with what else the article names. It never guesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.gazetteer.files import Division
from kg.gazetteer.names import common_words, has_ending
from kg.gazetteer.scan import Found

if TYPE_CHECKING:
    from kg.places import Gazetteer

#: longest short form looked for in a hint
_LONGEST_SHORT = 6


def resolve(gazetteer: Gazetteer, names: Sequence[str], hints: Sequence[str]) -> Mapping[str, Division | None]:
    """See `Gazetteer.resolve_context`."""
    resolver = _Resolver(gazetteer, hints)
    names = list(dict.fromkeys(names))
    found: dict[str, Division | None] = dict.fromkeys(names)
    while True:
        settled = {name: resolver.settle(name) for name in names if found[name] is None}
        settled = {name: division for name, division in settled.items() if division is not None}
        if not settled:
            break
        found |= settled
        for division in settled.values():
            if division is not None:
                resolver.support(division)
    for name in names:
        if found[name] is None:
            found[name] = resolver.village(name)
    return found


class _Resolver:
    """What the article supports so far: codes of certain divisions and of those above them."""

    def __init__(self, gazetteer: Gazetteer, hints: Iterable[str]) -> None:
        self._gazetteer = gazetteer
        self._supported: set[str] = set()
        self._hinted: set[str] = set()
        for hint in hints:
            for division in self._in_hint(hint):
                self.support(division)
        self._hinted = set(self._supported)

    def support(self, division: Division) -> None:
        """Takes a certain division, and all above it, as evidence."""
        self._supported.update(upper.code for upper in self._gazetteer.chain(division.code))

    def _in_hint(self, hint: str) -> Iterable[Division]:
        """Certain divisions of a hint: full names, and short forms that are no words and no part of another name, of one division only."""
        covered = 0
        for start, end, divisions in [*self._gazetteer.scan(hint), (len(hint), len(hint), ())]:
            position = covered
            while position < start - 1:
                length, short = self._short_at(hint, position, start)
                if len(short) == 1:
                    yield short[0]
                position += length or 1
            if len(divisions) == 1:
                yield divisions[0]
            covered = end

    def _short_at(self, hint: str, position: int, stop: int) -> tuple[int, tuple[Division, ...]]:
        for length in range(min(_LONGEST_SHORT, stop - position), 1, -1):
            word = hint[position : position + length]
            divisions = self._gazetteer.short(word)
            if divisions and word not in common_words():
                return length, self._uppermost(divisions)
        return 0, ()

    def settle(self, name: str) -> Division | None:
        """The one division above the village that the name means, as far as the evidence goes."""
        parts = self._gazetteer.scan(name)
        if parts and parts[-1][1] == len(name) == sum(end - start for start, end, _ in parts):
            return self._choose(parts[-1][2], certain=True) if self._nested(parts) else None
        if parts and parts[0][0] == 0 and parts[-1][1] == sum(end - start for start, end, _ in parts):
            below = [d for upper in parts[-1][2] for d in self._gazetteer.named(name[parts[-1][1] :], within=upper.code)]
            if len(below) == 1:
                return below[0]
        full = self._gazetteer.named(name)
        if full:
            return self._choose(full, certain=name not in common_words() and has_ending(name, full[0].level))
        return self._choose_short(name)

    def _nested(self, parts: Sequence[Found]) -> bool:
        """Whether each part of a chain contains the next (始兴县城东区 is no 城东区 of the tables)."""
        return all(any(self._gazetteer.contains(a.code, b.code) for a in left[2] for b in right[2]) for left, right in pairwise(parts))

    def _choose(self, candidates: tuple[Division, ...], *, certain: bool) -> Division | None:
        """The only candidate; else the only one that is supported or whose parent is; else the only one that the hints support."""
        if len(candidates) == 1 and certain:
            return candidates[0]
        supported = self._supported_of(candidates, self._supported)
        if len(supported) > 1:
            supported = self._supported_of(supported, self._hinted)
        return supported[0] if len(supported) == 1 else None

    def _supported_of(self, candidates: Iterable[Division], codes: set[str]) -> tuple[Division, ...]:
        named = tuple(division for division in candidates if division.code in codes)
        found = named or tuple(division for division in candidates if division.parent in codes)
        return _current(found)

    def _uppermost(self, divisions: tuple[Division, ...]) -> tuple[Division, ...]:
        """A short form that is also a province's means the province (吉林); else the one that contains all others (长沙市, 长沙县)."""
        for division in divisions:
            if division.level == "province" or all(self._gazetteer.contains(division.code, other.code) for other in divisions):
                return (division,)
        return divisions

    def _choose_short(self, name: str) -> Division | None:
        candidates = self._gazetteer.short(name)
        if candidates:
            if name in common_words():
                candidates = tuple(division for division in candidates if division.code in self._supported)
            return self._choose(self._uppermost(candidates), certain=True) if candidates else None
        townships = self._gazetteer.short(name, "township")
        if name in common_words():
            townships = tuple(division for division in townships if division.code in self._supported)
        supported = self._supported_of(townships, self._supported)
        return supported[0] if len(supported) == 1 else None

    def village(self, name: str) -> Division | None:
        """A village, looked up in the township before its name, else in the supported townships, else in the supported counties."""
        parts = self._gazetteer.scan(name)
        if parts and parts[-1][1] < len(name):
            return self._village_below(parts[-1][2], name[parts[-1][1] :])
        for level in ("township", "county"):
            areas = sorted(code for code in self._supported if code in self._gazetteer and self._gazetteer.division(code).level == level)
            found = _current([village for area in areas for village in self._gazetteer.village(name, area)])
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _village_below(self, uppers: tuple[Division, ...], name: str) -> Division | None:
        upper = self._choose(uppers, certain=True)
        if upper is not None and len(upper.code) >= 6:
            found = _current(self._gazetteer.village(name, upper.code))
            return found[0] if len(found) == 1 else None
        areas = [upper] if upper is not None else list(uppers)
        found = _current([village for area in areas if len(area.code) >= 6 for village in self._gazetteer.village(name, area.code)])
        return found[0] if len(found) == 1 else None


def _current(divisions: Sequence[Division]) -> tuple[Division, ...]:
    """Without those of the older vintage, where others are there."""
    current = tuple(division for division in divisions if "~" not in division.code)
    return current or tuple(divisions)
