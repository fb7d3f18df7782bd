"""The gazetteer: provinces, prefectures, counties, townships and villages with their codes; which division a name means, and where it isn't certain.

`load()` reads what is above the village (about 45,000 divisions); villages are decompressed only for the area asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property

from kg.errors import InputError
from kg.gazetteer.context import resolve
from kg.gazetteer.files import Division, Level, read_divisions, villages_by_name
from kg.gazetteer.names import common_words, short_form, village_stem
from kg.gazetteer.scan import Found, Scanner

_DEPTH: Mapping[Level, int] = {"province": 0, "prefecture": 1, "county": 2, "township": 3, "village": 4}

__all__ = ["Division", "Found", "Gazetteer", "Level", "load"]


class Gazetteer:
    """Names and codes of administrative divisions. Get it from `load()`."""

    def __init__(self) -> None:
        self._divisions, variants = read_divisions()
        self._named: dict[str, list[str]] = {}
        self._children: dict[str, list[str]] = {}
        for code, division in self._divisions.items():
            self._named.setdefault(division.name, []).append(code)
            if division.parent is not None:
                self._children.setdefault(division.parent, []).append(code)
        for code, names in variants.items():
            for name in names:
                self._named.setdefault(name, []).append(code)

    @cached_property
    def _short_upper(self) -> Mapping[str, Sequence[str]]:
        return self._shorts(township=False)

    @cached_property
    def _short_township(self) -> Mapping[str, Sequence[str]]:
        return self._shorts(township=True)

    def _shorts(self, *, township: bool) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for name, codes in self._named.items():
            for code in codes:
                level = self._divisions[code].level
                short = short_form(name, level) if (level == "township") == township else None
                if short is not None and code not in found.setdefault(short, []):
                    found[short].append(code)
        return found

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner(self)

    def __contains__(self, code: object) -> bool:
        return code in self._divisions

    def division(self, code: str) -> Division:
        """The division above the village with this code.

        Raises:
            InputError: there is none.
        """
        if code not in self._divisions:
            raise InputError(f"no division above the village has the code {code}; give 2, 4, 6 or 9 digits of the tables of 2023")
        return self._divisions[code]

    def names(self) -> Iterator[str]:
        """Every full name above the village, variants included."""
        return iter(self._named)

    def named(self, name: str, level: Level | None = None, within: str | None = None) -> tuple[Division, ...]:
        """Divisions above the village of this full (or former full) name, upper levels first; `within` is a prefix of their codes."""
        return self._pick(self._named.get(name, ()), level, within)

    def short(self, name: str, level: Level | None = None, within: str | None = None) -> tuple[Division, ...]:
        """Divisions of this short form (始兴 → 始兴县) down to counties; townships only where `level` asks for them."""
        return self._pick((self._short_township if level == "township" else self._short_upper).get(name, ()), level, within)

    def _pick(self, codes: Sequence[str], level: Level | None, within: str | None) -> tuple[Division, ...]:
        found = [self._divisions[code] for code in codes if code.startswith(within or "")]
        found = [division for division in found if level in (None, division.level)]
        return tuple(sorted(found, key=lambda division: (_DEPTH[division.level], division.code)))

    def villages(self, area: str) -> Mapping[str, tuple[Division, ...]]:
        """Villages of a county, prefecture or township (its code) by full name and by stem; empty where the tables have none.

        Raises:
            InputError: `area` is shorter than a prefecture's code.
        """
        if len(area) < 4:
            raise InputError(f"villages are looked up in an area of at least 4 digits, not in {area!r}")
        return villages_by_name(area)

    def village(self, name: str, within: str) -> tuple[Division, ...]:
        """Villages of this full name or stem in the area with the code `within`; 总村村 finds 总村, whose own name ends so."""
        villages = self.villages(within)
        stem = village_stem(name)
        return villages.get(name) or tuple(village for village in villages.get(stem, ()) if stem != name and village.name == stem)

    def parent(self, code: str) -> Division | None:
        """The next division up; None for a province. `code` may be a village's."""
        upper = self._upper(code)
        return None if upper is None else self._divisions[upper]

    def _upper(self, code: str) -> str | None:
        if code in self._divisions:
            return self._divisions[code].parent
        township = code.rpartition("~")[0] if "~" in code else code[:9]
        return self.division(township).code

    def chain(self, code: str) -> tuple[Division, ...]:
        """The division and those above it, up to the province. A village's code gives its township first, as names of villages aren't loaded."""
        found: list[Division] = []
        upper: str | None = code if code in self._divisions else self._upper(code)
        while upper is not None:
            found.append(self._divisions[upper])
            upper = self._divisions[upper].parent
        return tuple(found)

    def contains(self, upper: str, code: str) -> bool:
        """Whether the division `upper` is `code` itself or stands above it."""
        return upper == code or any(division.code == upper for division in self.chain(code))

    def children(self, code: str, level: Level | None = None) -> tuple[Division, ...]:
        """Divisions right below `code`, or with `level` all of that level anywhere below; in code order."""
        if level == "village":
            found = {village.code: village for villages in self.villages(code).values() for village in villages}
            return tuple(found[key] for key in sorted(found))
        below = [self._divisions[child] for child in self._children.get(code, ())]
        if level is None:
            return tuple(below)
        return tuple(d for child in below for d in ((child,) if child.level == level else self.children(child.code, level)))

    def is_ambiguous(self, name: str) -> bool:
        """Whether the full name, or else the short form, is that of several divisions."""
        return len(self._named.get(name) or self.short(name)) > 1

    def common_word(self, name: str) -> bool:
        """Whether a name is an ordinary word too (资源, 振兴, 城区), so that it must not be matched without further evidence."""
        return name in common_words()

    def scan(self, text: str) -> list[Found]:
        """(start, end, divisions) of the full names above the village in a text, in order, without overlaps.

        The longest name wins. Names that follow one another (陕西省三原县陂西镇) are filtered by containment; a short form just before a name that
        it contains (陕西三原县) is found too. Names that are words, zones and farms (经济开发区), and names of two characters inside a clause are
        found only after what contains them.
        """
        return self._scanner.scan(text)

    def resolve_context(self, mentions: Sequence[tuple[str, int]], *, hints: Sequence[str] = ()) -> Mapping[str, Division | None]:
        """The division that each place name of one article means; None where the article doesn't settle it.

        Args:
            mentions: (name, count): full names, short forms, chains (三原县陂西镇), villages (景毛乡东李村).
            hints: dateline, publisher, title, names of organizations.
        """
        return resolve(self, [name for name, _ in mentions], hints)


@cache
def load() -> Gazetteer:
    """The gazetteer, read once in a process.

    Raises:
        DataError: a data file is damaged.
    """
    return Gazetteer()
