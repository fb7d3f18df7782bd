"""The places of the annotated articles get the codes that they have, and no others."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest
import texts

from kg.gazetteer.link import link
from kg.identity.minting import Minting, path
from kg.pipeline import extract, sources
from kg.places import load
from kg.read import find
from kg.records import Reading

GOLD = Path(__file__).parent / "gold"
SHARED = Path(__file__).parents[2] / "shared" / "gold"


@cache
def expected() -> tuple[dict[str, str], ...]:
    lines = [line for line in (Path(__file__).parent / "places_expected.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def refuse(error: Exception) -> None:
    raise error


def codes(reading: Reading, names: set[str]) -> set[str | None]:
    """Codes of the places that go by one of these names."""
    found = link(load(), reading)
    places = [entity for entity in reading.entities if entity.type == "Place"]
    exact = [place for place in places if place.name in names]
    return {found[place.id] for place in exact or [place for place in places if names & set(place.names)]}


@pytest.mark.parametrize("split", ["train"])
def test_annotated_places_have_their_codes(split: str) -> None:
    readings = {Path(reading.doc).stem: reading for reading in extract(sources(find([GOLD / split]), refuse), refuse) if reading.doc.endswith(".txt")}
    wrong, right = [], 0
    for row in expected():
        if row["split"] != split:
            continue
        entities = json.loads((GOLD / split / f"{row['doc']}.json").read_text("utf-8"))["entities"]
        (place,) = [entity for entity in entities if entity["id"] == row["id"]]
        found = codes(readings[row["doc"]], {place["name"], *place["names"]})
        wanted = None if row["code"] == "-" else row["code"]
        if not found and wanted is None:
            continue  # not found in the text, so it has no wrong code
        if wanted in found:
            right += 1
        else:
            wrong.append((row["doc"], row["name"], wanted, found))
    assert right / (right + len(wrong)) >= 0.97, wrong


def test_every_expected_code_is_of_that_name() -> None:
    for row in expected():
        if row["code"] != "-" and len(row["code"]) <= 9:
            named = {division.code.ljust(6, "0") for division in (*load().named(row["name"]), *load().short(row["name"]))}
            assert row["code"] in named, row


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("平安镇党委推行“院坝会”做法。", "平安镇"),
        ("铁西区推行“邻里帮”机制。", "铁西区"),
        ("团结村推行“邻里帮”机制，设立调解点12个。", "团结村"),
        ("河东街道党工委推行“楼长制”做法。", "河东街道"),
        ("新建镇党委召开会议，资源整合，振兴产业，惠民利民。太平镇推行“邻里帮”机制。", "太平镇"),
    ],
)
def test_a_place_of_no_known_county_stays_open(text: str, name: str) -> None:
    reading = texts.read(text).reading
    assert codes(reading, {name}) == {None}
    assert not any(path(iri).isdecimal() for iri in Minting(reading).iris.values() if "/place/" in iri)


def test_a_village_of_another_town_s_name_is_not_taken() -> None:
    """新县箭厂河乡 has a 杨冲村; the article's is of 田铺乡."""
    reading = texts.read("新县推进整治。田铺乡杨冲村评出红榜户12户。").reading
    assert codes(reading, {"杨冲村"}) == {None}
