"""Reads the gazetteer's data files; their form is described in `kg.build_places`."""

from __future__ import annotations

import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import Literal

from kg.errors import DataError
from kg.gazetteer.names import village_stem

Level = Literal["province", "prefecture", "county", "township", "village"]
_LEVELS: Mapping[int, Level] = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division.

    `code` is its GB/T 2260 (2, 4 or 6 digits) or statistical code (9 or 12 digits); a township or village that only the older vintage knows has
    its parent's code, `~` and its name, so that codes are prefixes of the codes below them in every case. `parent` is the code of the next
    division up that is a real place (a county of 北京市 has the province as parent); None for a province.
    """

    code: str
    name: str  #: full: 三原县, 陂西镇, 共富村
    level: Level
    parent: str | None


def read_divisions() -> tuple[dict[str, Division], dict[str, tuple[str, ...]]]:
    """Divisions down to townships by code, in code order, and further names by code.

    Raises:
        DataError: the file is damaged.
    """
    divisions: dict[str, Division] = {}
    variants: dict[str, tuple[str, ...]] = {}
    county = code = ""
    for number, line in enumerate(_text("divisions.xz").splitlines(), start=1):
        head, tab, name = line.partition("\t")
        if not tab:
            raise DataError(f"gazetteer divisions.xz, line {number} has no tab; rebuild it with `python -m kg.build_places`")
        if head == "=":
            variants[code] = (*variants.get(code, ()), name)
            continue
        if len(head) == 3 or head == "~":
            code = f"{county}~{name}" if head == "~" else county + head
            divisions[code] = Division(code, name, "township", county if county in divisions else county[:4])
            continue
        code = head
        if len(head) == 6:
            county = head
        if name:
            divisions[code] = Division(code, name, _LEVELS[len(code)], _upper(code, divisions))
    return divisions, variants


def _upper(code: str, divisions: Mapping[str, Division]) -> str | None:
    if len(code) == 2:
        return None
    return code[:4] if len(code) == 6 and code[:4] in divisions else code[:2]


def _villages(township: str, block: str) -> Iterator[Division]:
    last = 0
    for line in block.splitlines():
        ordinal, _, name = line.partition("\t")
        if ordinal == "~":
            yield Division(f"{township}~{name}", name, "village", township)
            continue
        last = int(ordinal) if ordinal else last + 1
        yield Division(f"{township}{last:03}" if "~" not in township else f"{township}~{name}", name, "village", township)


@lru_cache(maxsize=128)
def villages_by_name(area: str) -> Mapping[str, tuple[Division, ...]]:
    """Villages whose township's code starts with `area` (at least a prefecture's 4 digits), by full name and by stem."""
    text = _province(area[:2])
    found: dict[str, list[Division]] = {}
    opening = f"\n@\t{area}"
    start = text.find(opening)
    while start >= 0:
        head, _, _ = text[start + 3 : start + 64].partition("\n")
        end = text.find("\n@", start + 1)
        block = text[start + 4 + len(head) : end if end >= 0 else len(text)]
        for division in _villages(head, block):
            for name in dict.fromkeys((division.name, village_stem(division.name))):
                found.setdefault(name, []).append(division)
        start = text.find(opening, start + 1)
    return {name: tuple(divisions) for name, divisions in found.items()}


@lru_cache(maxsize=4)
def _province(code: str) -> str:
    """The decompressed text of one province's villages; empty for a province that has none in the tables."""
    start, length = _index().get(code, (0, 0))
    if not length:
        return ""
    with as_file(files("kg.gazetteer").joinpath("villages.xz")) as path, path.open("rb") as stream:
        stream.seek(start)
        return "\n" + _decompress(stream.read(length), "villages.xz")


@cache
def _index() -> Mapping[str, tuple[int, int]]:
    lines = files("kg.gazetteer").joinpath("index.tsv").read_text("utf-8").splitlines()[1:]
    return {code: (int(start), int(length)) for code, start, length in (line.split("\t") for line in lines)}


def _text(name: str) -> str:
    return _decompress(files("kg.gazetteer").joinpath(name).read_bytes(), name)


def _decompress(data: bytes, name: str) -> str:
    try:
        return lzma.decompress(data).decode("utf-8")
    except lzma.LZMAError as error:
        raise DataError(f"gazetteer {name}: {error}; rebuild it with `python -m kg.build_places`") from error
