"""Finds the full names of divisions in a text: anchored at the two characters that a name ends with, then the longest name to their left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.gazetteer.files import Division
from kg.gazetteer.names import blocks, common_words, has_ending, suffixes

if TYPE_CHECKING:
    from kg.places import Gazetteer

#: start and end in the text, and the divisions of that name
Found = tuple[int, int, tuple[Division, ...]]
#: shortest and longest short form looked for before a full name
_SHORT = (2, 5)


class Scanner:
    """The names of a gazetteer, ready to be found."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        endings = {row for use in ("full", "zone") for level in ("province", "prefecture", "county", "township") for row in suffixes(use, level)}
        last = {ending[-1] for ending in endings}
        lengths: dict[str, set[int]] = {}
        for name in gazetteer.names():
            if len(name) > 1 and name[-1] in last:
                lengths.setdefault(name[-2:], set()).add(len(name))
        self._lengths = {ending: tuple(sorted(found, reverse=True)) for ending, found in lengths.items()}
        self._anchor = re.compile(f"[{re.escape(''.join(sorted(last)))}]")
        self._names = frozenset(gazetteer.names())

    def scan(self, text: str) -> list[Found]:
        """See `Gazetteer.scan`."""
        found: list[tuple[int, int]] = []
        for start, end in self._spans(text):
            while found and found[-1][1] > start and end - start > found[-1][1] - found[-1][0]:
                found.pop()
            if not found or found[-1][1] <= start:
                found.append((start, end))
        return self._contained(text, [(start, end, self._gazetteer.named(text[start:end])) for start, end in found])

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """For each place where a name may end, the longest name that ends there."""
        for match in self._anchor.finditer(text):
            end = match.end()
            for length in self._lengths.get(text[end - 2 : end], ()):
                if length <= end and text[end - length : end] in self._names:
                    yield end - length, end
                    break

    def _contained(self, text: str, found: list[Found]) -> list[Found]:
        """Filters neighbours by containment, adds short forms of what contains a name, drops weak names that nothing contains."""
        kept: list[Found] = []
        for start, end, divisions in found:
            if kept and kept[-1][1] == start:
                uppers, lowers = self._nested(kept[-1][2], divisions)
                if lowers:
                    kept[-1] = (*kept[-1][:2], uppers)
                    kept.append((start, end, lowers))
                    continue
            shorter = self._short_before(text, kept[-1][1] if kept else 0, start, divisions)
            if shorter is not None:
                begin, uppers, lowers = shorter
                kept += [(begin, start, uppers), (start, end, lowers)]
            elif has_ending(text[start:end], divisions[0].level) and not self._weak(text, start, end):
                kept.append((start, end, divisions))
        for index in range(len(kept) - 1, 0, -1):
            if kept[index - 1][1] == kept[index][0]:
                uppers, lowers = self._nested(kept[index - 1][2], kept[index][2])
                if lowers:
                    kept[index - 1] = (*kept[index - 1][:2], uppers)
        return kept

    def _weak(self, text: str, start: int, end: int) -> bool:
        """Whether the name may be something else here: a word, a short name inside a clause (县委和县政府), a context that blocks it."""
        name = text[start:end]
        if name in common_words() or (len(name) == 2 and start > 0 and text[start - 1].isalpha()):
            return True
        return any(
            name.endswith(block.ending)
            and (block.before is None or block.before.search(text, 0, start) is not None)
            and (block.after is None or block.after.match(text, end) is not None)
            for block in blocks()
        )

    def _nested(self, uppers: tuple[Division, ...], lowers: tuple[Division, ...]) -> tuple[tuple[Division, ...], tuple[Division, ...]]:
        """Those of `uppers` that strictly contain one of `lowers`, and those of `lowers` that are contained."""
        above = {lower.code: {d.code for d in self._gazetteer.chain(lower.code)[1:]} for lower in lowers}
        contained = tuple(lower for lower in lowers if any(upper.code in above[lower.code] for upper in uppers))
        return tuple(upper for upper in uppers if any(upper.code in above[lower.code] for lower in contained)), contained

    def _short_before(
        self, text: str, floor: int, start: int, divisions: tuple[Division, ...]
    ) -> tuple[int, tuple[Division, ...], tuple[Division, ...]] | None:
        """The longest short form between `floor` and `start` that contains one of `divisions`."""
        for length in range(_SHORT[1], _SHORT[0] - 1, -1):
            if start - length >= floor:
                uppers, lowers = self._nested(self._gazetteer.short(text[start - length : start]), divisions)
                if lowers:
                    return start - length, uppers, lowers
        return None
