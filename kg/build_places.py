"""Builds the gazetteer's data: `python -m kg.build_places --npm-division FILE.tgz --jionlp FILE.whl OUT`.

Inputs: the npm package china-division (the National Bureau of Statistics' tables of June 2023) and the PyPI wheel jionlp (`china_location`, an
older vintage with more villages). The same inputs give the same bytes.

`divisions.xz` is one UTF-8 text. A line `code TAB name` is a division: 2, 4 or 6 digits, or 3 digits for a township of the county above it, or
`~` for a township that only the older vintage knows. A line `= TAB name` is a former or variant name of the division above it.
`villages.xz` is one xz stream for each province, one after the other; `index.tsv` says where each starts. In a stream, a line `@ TAB code` opens a
township (9 digits, or `county~name`) and each further line `ordinal TAB name` is a village: the last 3 digits of its code, left out where they are
one more than in the line above, or `~` where only the older vintage knows it.
"""

from __future__ import annotations

import argparse
import csv
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import InputError, RuleError
from kg.gazetteer.names import has_ending, short_form, suffixes, village_name, village_stem
from kg.tables import Row, rows

_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 24}]


@dataclass
class Older:
    """A county of the older vintage: its code there, its names from the province down, and its townships' villages."""

    code: str
    prefecture: str
    name: str
    townships: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Tables:
    """What is written: names by code, variants by code, villages by township as (ordinal or `~`, name)."""

    names: dict[str, str] = field(default_factory=dict)
    variants: dict[str, set[str]] = field(default_factory=dict)
    villages: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def variant(self, code: str, name: str) -> None:
        """Adds another name of a division; its own name isn't one."""
        if name != self.names[code]:
            self.variants.setdefault(code, set()).add(name)


def _statistics(path: Path) -> Iterator[tuple[str, str]]:
    """(code, name) of every row of the npm package, provinces first, villages last."""
    with tarfile.open(path) as archive:
        members = {member.name: member for member in archive.getmembers()}
        for table in ("provinces", "cities", "areas", "streets", "villages"):
            member = members.get(f"package/dist/{table}.csv")
            stream = archive.extractfile(member) if member is not None else None
            if stream is None:
                raise InputError(f"{path}: no package/dist/{table}.csv inside; give the archive that `npm pack china-division` writes")
            for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8")):
                yield row["code"], row["name"].strip()


def _older(path: Path) -> tuple[list[tuple[str, str]], list[Older], list[tuple[str, str, str]]]:
    """Provinces, counties with their townships and villages, and former names (old county, new prefecture, new county) of the wheel."""
    with zipfile.ZipFile(path) as wheel:
        if "jionlp/dictionary/china_location.zip" not in wheel.namelist():
            raise InputError(f"{path}: no jionlp/dictionary/china_location.zip inside; give the wheel that `pip download --no-deps jionlp` writes")
        with zipfile.ZipFile(io.BytesIO(wheel.read("jionlp/dictionary/china_location.zip"))) as inner:
            lines = inner.read("china_location.txt").decode("utf-8").splitlines()
        changes = wheel.read("jionlp/dictionary/china_location_change.txt").decode("utf-8").splitlines()
    provinces: list[tuple[str, str]] = []
    counties: list[Older] = []
    prefecture, township = "", ""
    for line in lines:
        cells = line.split("\t")
        depth = next(index for index, cell in enumerate(cells) if cell)
        name = cells[depth].strip()
        if depth == 0:
            provinces.append((cells[1][:2], name))
        elif depth == 1:
            prefecture = name
        elif depth == 2:
            counties.append(Older(cells[3] if len(cells) > 3 else "", prefecture, name))
        elif depth == 3:
            township = name
            counties[-1].townships.setdefault(township, [])
        else:
            counties[-1].townships[township].append(name)
    former = [(cells[6], cells[-2], cells[-1]) for cells in (line.split("\t") for line in changes) if len(cells) > 9]
    return provinces, counties, former


def _current(statistics: Iterable[tuple[str, str]]) -> Tables:
    """The statistical tables, headings (市辖区) and counties that repeat their prefecture (东莞市) left out."""
    pseudo = suffixes("pseudo")
    offices = [(row["suffix"], row["becomes"]) for row in suffixes("office").values()]
    tables = Tables()
    for code, raw in statistics:
        if len(code) == 12:
            tables.villages.setdefault(code[:9], []).append((code[9:], village_name(raw)))
            continue
        if (len(code) == 4 and raw in pseudo) or (len(code) == 6 and tables.names.get(code[:4]) == raw):
            continue
        name = raw = _bare(raw, [tables.names[code[:size]] for size in (2, 4, 6) if len(code) == 9 and code[:size] in tables.names])
        for ending, becomes in offices:
            if len(code) == 9 and raw.endswith(ending) and len(raw) > len(ending) + 1:
                name = raw.removesuffix(ending) + becomes
                break
        tables.names[code] = name
        tables.variant(code, raw)
    return tables


def _bare(name: str, uppers: Iterable[str]) -> str:
    """Without the names of superior divisions that some rows carry (孝南区三汊镇 → 三汊镇), or the last character of it before a zone (县开发区)."""
    for upper in uppers:
        if name.startswith(upper) and len(name) - len(upper) >= 2:
            name = name.removeprefix(upper)
        elif name.startswith(upper[-1]) and len(name) > 3 and not has_ending(name, "township"):
            name = name[1:]
    return name


def _match_county(tables: Tables, county: Older, prefectures: Mapping[str, str]) -> str | None:
    """Code of the county of today that the older vintage's county is; None where there is none."""
    code = county.code
    if code in tables.names and tables.names[code] == county.name:
        return code
    cousins = [other for other in tables.names if len(other) == 6 and other.startswith(code[:2])]
    siblings = [other for other in cousins if other.startswith(prefectures.get(county.prefecture, code[:4]))]
    for others, form in ((siblings, str), (siblings, _stem), (cousins, str)):
        same = [other for other in others if form(tables.names[other]) == form(county.name)]
        if len(same) == 1:
            return same[0]
    return code if code in tables.names else None


def _stem(name: str) -> str:
    return short_form(name, "county") or name


def _add_older(tables: Tables, counties: Iterable[Older]) -> None:
    """Adds what only the older vintage knows: counties, townships, villages, other names."""
    prefectures = {name: code for code, name in tables.names.items() if len(code) == 4}
    children: dict[str, dict[str, str]] = {}
    for code, name in tables.names.items():
        if len(code) == 9:
            children.setdefault(code[:6], {})[name] = code
    for county in counties:
        if len(county.code) != 6 or county.code[:2] not in tables.names or county.code[:2] > "70":
            continue
        code = _match_county(tables, county, prefectures) or county.code
        if code in tables.names:
            if county.name not in suffixes("pseudo"):
                tables.variant(code, county.name)
        elif not code.endswith("00"):
            tables.names[code] = county.name
        _add_townships(tables, code, county, children.get(code, {}))


def _add_townships(tables: Tables, county_code: str, county: Older, current: Mapping[str, str]) -> None:
    """A township of the older vintage is today's of the same name, else the only one of the same short form, else one of its own."""
    shorts: dict[str, list[str]] = {}
    for name, code in current.items():
        shorts.setdefault(short_form(name, "township") or name, []).append(code)
    for raw in sorted(county.townships):
        name = _bare(raw, (tables.names[county_code[:2]], county.prefecture, county.name, tables.names.get(county_code, county.name)))
        same = [current[name]] if name in current else shorts.get(short_form(name, "township") or name, [])
        if len(same) == 1:
            code = same[0]
            tables.variant(code, name)
        else:
            code = f"{county_code}~{name}"
            tables.names[code] = name
        known = {village_stem(village) for _, village in tables.villages.get(code, [])}
        for village in sorted({village_name(village) for village in county.townships[raw]}):
            if village_stem(village) not in known:
                known.add(village_stem(village))
                tables.villages.setdefault(code, []).append(("~", village))


def former_rows() -> tuple[Row, ...]:
    """Rows of place_former.tsv."""
    return rows("lexicons/place_former.tsv", required=("name", "code", "today"))


def _add_former(tables: Tables, former: Iterable[tuple[str, str, str]]) -> None:
    """Former names of counties: those in the list of changes and in place_former.tsv."""
    for old, prefecture, new in former:
        found = [c for c, name in tables.names.items() if len(c) == 6 and name == new and tables.names.get(c[:4]) == prefecture]
        if len(found) == 1 and not any(name == old and code[:4] == found[0][:4] for code, name in tables.names.items() if len(code) == 6):
            tables.variant(found[0], old)
    for row in former_rows():
        if tables.names.get(row["code"]) != row["today"]:
            raise RuleError(f"pipelines/news/lexicons/place_former.tsv:{row['line']}: {row['code']} isn't {row['today']} in the tables; mend the row")
        tables.variant(row["code"], row["name"])


def _add_usual(tables: Tables) -> None:
    """What divisions are called besides: 凤翔县 for 凤翔区 where no other place is called 凤翔; 甘孜州 for 甘孜藏族自治州."""
    shorts: dict[str, list[str]] = {}
    for code, name in tables.names.items():
        if len(code) <= 6:
            shorts.setdefault(_stem(name), []).append(code)
    for row in suffixes("former").values():
        for stem, codes in sorted(shorts.items()):
            if len(codes) == 1 and len(codes[0]) == 6 and tables.names[codes[0]] in {stem + ending for ending in row["becomes"].split("|")}:
                tables.variant(codes[0], stem + row["suffix"])
    taken = set(tables.names.values())
    for row in suffixes("alias").values():
        for code, name in sorted(tables.names.items()):
            short = short_form(name, row["level"]) if name.endswith(row["becomes"]) else None
            if short is not None and short + row["suffix"] not in taken:
                tables.variant(code, short + row["suffix"])


def _divisions(tables: Tables) -> str:
    lines: list[str] = []
    county = ""
    for code in sorted(tables.names, key=lambda c: (c[:2], c[2:4], c[4:6], c[6:])):
        written = code if len(code) <= 6 else "~" if "~" in code else code[6:]
        if len(code) > 6 and code[:6] not in tables.names and county != code[:6]:
            lines.append(f"{code[:6]}\t")
        county = code[:6]
        lines.append(f"{written}\t{tables.names[code]}")
        lines += [f"=\t{name}" for name in sorted(tables.variants.get(code, ()))]
    return "\n".join(lines) + "\n"


def _villages(tables: Tables, province: str) -> str:
    lines: list[str] = []
    for township in sorted(code for code in tables.villages if code.startswith(province)):
        lines.append(f"@\t{township}")
        last = 0
        for ordinal, name in tables.villages[township]:
            lines.append(f"{'' if ordinal != '~' and int(ordinal) == last + 1 else ordinal}\t{name}")
            last = last if ordinal == "~" else int(ordinal)
    return "\n".join(lines) + "\n"


def build(npm_division: Path, jionlp: Path, out: Path) -> None:
    """Writes divisions.xz, villages.xz and index.tsv to the folder `out`.

    Raises:
        InputError: an archive lacks the table that is looked for.
    """
    tables = _current(_statistics(npm_division))
    provinces, counties, former = _older(jionlp)
    for code, name in sorted(provinces):
        tables.names.setdefault(code, name)
    _add_older(tables, counties)
    _add_former(tables, former)
    _add_usual(tables)
    out.mkdir(parents=True, exist_ok=True)
    (out / "divisions.xz").write_bytes(lzma.compress(_divisions(tables).encode("utf-8"), filters=_FILTERS))
    index, streams, start = ["province\tstart\tlength"], [], 0
    for province in sorted({code[:2] for code in tables.villages}):
        stream = lzma.compress(_villages(tables, province).encode("utf-8"), filters=_FILTERS)
        index.append(f"{province}\t{start}\t{len(stream)}")
        streams.append(stream)
        start += len(stream)
    (out / "villages.xz").write_bytes(b"".join(streams))
    (out / "index.tsv").write_text("\n".join(index) + "\n", "utf-8")


def main() -> None:
    """Reads the command line and builds."""
    parser = argparse.ArgumentParser(description="Build the gazetteer's data files.")
    parser.add_argument("--npm-division", type=Path, required=True, help="the .tgz of the npm package china-division")
    parser.add_argument("--jionlp", type=Path, required=True, help="the .whl of the PyPI package jionlp")
    parser.add_argument("out", type=Path, help="folder to write to, kg/gazetteer in the source tree")
    arguments = parser.parse_args()
    build(arguments.npm_division, arguments.jionlp, arguments.out)


if __name__ == "__main__":
    main()
