"""The gazetteer: codes, names, villages of both vintages, finding names in text, and linking by containment."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import build_places
from kg.errors import DataError, InputError, RuleError
from kg.gazetteer import files as gazetteer_files
from kg.gazetteer.names import short_form, village_name, village_stem
from kg.places import Division, Gazetteer, load

PLACES = load()


def codes(divisions: tuple[Division, ...]) -> list[str]:
    return [division.code for division in divisions]


def found(text: str) -> list[tuple[str, list[str]]]:
    return [(text[start:end], codes(divisions)) for start, end, divisions in PLACES.scan(text)]


def linked(*names: str, hints: tuple[str, ...] = ()) -> dict[str, str | None]:
    return {name: None if d is None else d.code for name, d in PLACES.resolve_context([(name, 1) for name in names], hints=hints).items()}


def test_load_is_cached() -> None:
    assert load() is PLACES


@pytest.mark.parametrize(
    ("name", "code", "parent"),
    [
        ("陕西省", "61", None),
        ("咸阳市", "6104", "61"),
        ("三原县", "610422", "6104"),
        ("陂西镇", "610422102", "610422"),
        ("始兴县", "440222", "4402"),
        ("马市镇", "440222101", "440222"),
        ("顿岗镇", "440222103", "440222"),
        ("沈所镇", "440222108", "440222"),
        ("陈仓区", "610304", "6103"),
        ("巴马瑶族自治县", "451227", "4512"),
        ("鄂托克前旗", "150623", "1506"),
        ("海淀区", "110108", "11"),
        ("东莞市", "4419", "44"),
        ("仙桃市", "429004", "42"),
        ("台湾省", "71", None),
    ],
)
def test_real_codes(name: str, code: str, parent: str | None) -> None:
    assert [(d.code, d.parent) for d in PLACES.named(name, within=code)] == [(code, parent)]


def test_levels_by_length_of_code() -> None:
    chain = PLACES.chain("610422102")
    assert [(d.name, d.level) for d in chain] == [("陂西镇", "township"), ("三原县", "county"), ("咸阳市", "prefecture"), ("陕西省", "province")]


def test_chain_of_a_village_starts_with_its_township() -> None:
    assert codes(PLACES.chain("610422102223")) == ["610422102", "610422", "6104", "61"]
    assert codes(PLACES.chain("141023202~东李村"))[0] == "141023202"


def test_headings_of_the_tables_are_no_places() -> None:
    assert PLACES.named("市辖区") == ()
    assert PLACES.parent("110108") == PLACES.division("11")
    assert PLACES.parent("11") is None


def test_every_parent_is_there_and_contains_its_child() -> None:
    for name in PLACES.names():
        for division in PLACES.named(name):
            if division.parent is None:
                assert division.level == "province"
            else:
                assert division.parent in PLACES
                assert division.code.startswith(division.parent)


def test_named_by_level_and_area() -> None:
    assert len(PLACES.named("新街镇")) == 13
    assert codes(PLACES.named("新街镇", within="6103")) == ["610304110"]
    assert PLACES.named("新街镇", level="county") == ()


@pytest.mark.parametrize(
    ("former", "today"),
    [("宝鸡县", "陈仓区"), ("户县", "鄠邑区"), ("凤翔县", "凤翔区"), ("即墨市", "即墨区"), ("旬阳县", "旬阳市")],
)
def test_former_names_find_the_division_of_today(former: str, today: str) -> None:
    assert [d.name for d in PLACES.named(former)] == [today]


@pytest.mark.parametrize(
    ("name", "level", "short"),
    [
        ("始兴县", "county", "始兴"),
        ("巴马瑶族自治县", "county", "巴马"),
        ("双江拉祜族佤族布朗族傣族自治县", "county", "双江"),
        ("鄂温克族自治旗", "county", "鄂温克"),
        ("东乡族自治县", "county", "东乡"),
        ("浦东新区", "county", "浦东"),
        ("恩施土家族苗族自治州", "prefecture", "恩施"),
        ("新疆维吾尔自治区", "province", "新疆"),
        ("陂西镇", "township", "陂西"),
        ("礼县", "county", None),
        ("苏州工业园区", "county", None),
    ],
)
def test_short_forms(name: str, level: str, short: str | None) -> None:
    assert short_form(name, level) == short


def test_short_finds_divisions_above_the_township() -> None:
    assert codes(PLACES.short("始兴")) == ["440222"]
    assert codes(PLACES.short("三原")) == ["610422"]
    assert PLACES.short("陂西") == ()
    assert codes(PLACES.short("陂西", level="township")) == ["610422102"]


def test_ambiguity() -> None:
    assert PLACES.is_ambiguous("新街镇")
    assert PLACES.is_ambiguous("鼓楼区")
    assert PLACES.is_ambiguous("吉林")
    assert not PLACES.is_ambiguous("陂西镇")


@pytest.mark.parametrize("word", ["资源", "振兴", "惠民", "城关", "新民", "团结", "城区", "合作", "公安"])
def test_common_words(word: str) -> None:
    assert PLACES.common_word(word)


@pytest.mark.parametrize("name", ["始兴", "三原", "陕西", "咸阳", "重庆", "陂西镇"])
def test_names_that_are_no_words(name: str) -> None:
    assert not PLACES.common_word(name)


def test_every_common_word_is_a_name_in_the_gazetteer() -> None:
    rows = files("kg.pipelines").joinpath("news", "lexicons", "place_common_words.tsv").read_text("utf-8").splitlines()
    listed = [line.split("\t") for line in rows if not line.startswith("#")][1:]
    stale = [
        word for word, why in listed if why != "full" and not PLACES.short(word) and not PLACES.short(word, "township") and not PLACES.named(word)
    ]
    assert stale == []


@pytest.mark.parametrize(
    ("raw", "name", "stem"),
    [
        ("共富村民委员会", "共富村", "共富"),
        ("东李村村委会", "东李村", "东李"),
        ("李家庄村委会", "李家庄村", "李家庄"),
        ("新村委会", "新村", "新村"),
        ("东街社区居委会", "东街社区", "东街"),
        ("东街居民委员会", "东街社区", "东街"),
        ("白音花嘎查村民委员会", "白音花嘎查", "白音花"),
        ("三十团一连", "三十团一连", "三十团一连"),
    ],
)
def test_names_of_villages(raw: str, name: str, stem: str) -> None:
    assert village_name(raw) == name
    assert village_stem(name) == stem


def test_villages_by_name_and_by_stem() -> None:
    villages = PLACES.villages("610422")
    assert villages["共富村"] == villages["共富"]
    assert [(d.name, d.code, d.level, d.parent) for d in villages["共富"]] == [("共富村", "610422102223", "village", "610422102")]


def test_village_only_in_the_older_vintage() -> None:
    (village,) = PLACES.village("东李村", "141023")
    assert village == Division("141023202~东李村", "东李村", "village", "141023202")
    assert PLACES.division("141023202").name == "景毛乡"


def test_village_whose_own_name_ends_like_a_village() -> None:
    assert codes(PLACES.village("总村村", "440222103")) == codes(PLACES.village("总村", "440222103")) == ["440222103210"]
    assert PLACES.village("共富社区", "610422102") == ()


def test_villages_of_a_township_and_of_a_city_without_counties() -> None:
    assert {d.parent for d in PLACES.children("610422102", "village")} == {"610422102"}
    assert {d.code[:4] for d in PLACES.children("4419", "village")} == {"4419"}


def test_villages_of_several_townships_share_a_name() -> None:
    shared = [divisions for divisions in PLACES.villages("6104").values() if len({d.parent for d in divisions}) > 1]
    assert shared


def test_villages_of_a_whole_province_are_refused() -> None:
    with pytest.raises(InputError, match="4 digits"):
        PLACES.villages("61")


def test_unknown_code() -> None:
    with pytest.raises(InputError, match="999999"):
        PLACES.division("999999")
    assert PLACES.villages("999999") == {}


def test_children() -> None:
    assert "610422" in codes(PLACES.children("6104"))
    assert codes(PLACES.children("61", "township")) == [c for c in codes(PLACES.children("61", "township")) if c.startswith("61")]
    assert len(PLACES.children("61", "county")) > 100


def test_scan_chain_is_filtered_by_containment() -> None:
    assert found("陕西省咸阳市三原县陂西镇") == [("陕西省", ["61"]), ("咸阳市", ["6104"]), ("三原县", ["610422"]), ("陂西镇", ["610422102"])]
    assert found("在陈仓区新街镇") == [("陈仓区", ["610304"]), ("新街镇", ["610304110"])]
    assert found("南京市鼓楼区") == [("南京市", ["3201"]), ("鼓楼区", ["320106"])]


def test_scan_short_form_before_a_name_that_it_contains() -> None:
    assert found("陕西三原县") == [("陕西", ["61"]), ("三原县", ["610422"])]
    assert found("始兴马市镇") == [("始兴", ["440222"]), ("马市镇", ["440222101"])]


def test_scan_usual_names_of_autonomous_divisions() -> None:
    assert found("甘孜州康定市") == [("甘孜州", ["5133"]), ("康定市", ["513301"])]
    assert found("巴马县甲篆镇") == [("巴马县", ["451227"]), ("甲篆镇", ["451227101"])]


def test_scan_keeps_ambiguity() -> None:
    ((name, divisions),) = found("来到新街镇调研")
    assert name == "新街镇"
    assert len(divisions) == 13


@pytest.mark.parametrize(
    "text",
    [
        "盘活资源，振兴乡村，惠民利民",
        "老城区和新城区",
        "打造宜居乡村",
        "县委和县政府",
        "时任县委书记",
        "建设示范县",
        "沿海城市",
        "农产品市场",
        "社区、农场",
    ],
)
def test_scan_finds_no_place_in_ordinary_words(text: str) -> None:
    assert found(text) == []


def test_scan_weak_names_after_what_contains_them() -> None:
    assert found("晋城市城区") == [("晋城市", ["1405"]), ("城区", ["140502"])]
    assert found("陇南市礼县") == [("陇南市", ["6212"]), ("礼县", ["621226"])]
    assert found("，礼县") == [("礼县", ["621226"])]


def test_scan_townships_before_villagers_but_not_before_villages() -> None:
    assert found("景毛乡村民") == [("景毛乡", ["141023202"])]


def test_scan_zones_only_after_what_contains_them() -> None:
    assert found("建设经济开发区") == []
    assert found("孝感市孝南区三汊镇") == [("孝感市", ["4209"]), ("孝南区", ["420902"]), ("三汊镇", ["420902106"])]
    assert found("太湖县经济开发区")[1][0] == "经济开发区"


def test_scan_banner_sumu_and_zone() -> None:
    text = "鄂托克前旗昂素镇，苏州工业园区，阿巴嘎旗"
    assert [name for name, _ in found(text)] == ["鄂托克前旗", "昂素镇", "苏州工业园区", "阿巴嘎旗"]


NAMES = sorted(PLACES.names())[::97]


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(alphabet="在，的村乡镇县市区a 1", max_size=4)), max_size=12))
def test_scan_offsets(parts: list[str]) -> None:
    text = "".join(parts)
    last = 0
    for start, end, divisions in PLACES.scan(text):
        assert last <= start < end <= len(text)
        last = end
        assert divisions
        name = text[start:end]
        assert set(divisions) <= {*PLACES.named(name), *PLACES.short(name)}


@given(st.sampled_from([code for name in NAMES for code in codes(PLACES.named(name)) if PLACES.named(name)[0].name == name]))
def test_a_full_chain_is_found_whole(code: str) -> None:
    names = [d.name for d in reversed(PLACES.chain(code))]
    linked_code = PLACES.resolve_context([("".join(names), 1)])["".join(names)]
    assert linked_code is None or linked_code.code == code


def test_link_by_the_county_named() -> None:
    assert linked("新街镇", "陈仓区") == {"新街镇": "610304110", "陈仓区": "610304"}
    assert linked("新街镇", hints=("陈仓区融媒体中心",)) == {"新街镇": "610304110"}


def test_a_township_of_many_stays_open() -> None:
    assert linked("新街镇") == {"新街镇": None}
    assert linked("新街镇", "宝鸡市")["新街镇"] is None


def test_a_township_of_one_is_certain_and_supports_its_county() -> None:
    assert linked("陂西镇", "新兴镇") == {"陂西镇": "610422102", "新兴镇": "610422109"}


def test_two_counties_that_both_have_it_leave_it_open_unless_the_hints_settle_it() -> None:
    first, second = (d for d in PLACES.named("新街镇")[:2])
    counties = [PLACES.chain(d.code)[1] for d in (first, second)]
    chains = ["".join(d.name for d in reversed(PLACES.chain(county.code))) for county in counties]
    assert linked("新街镇", *chains)["新街镇"] is None
    assert linked("新街镇", *chains, hints=(chains[1],))["新街镇"] == second.code


@pytest.mark.parametrize("name", ["城关区", "新华区", "鼓楼区"])
def test_counties_of_several_cities_stay_open_without_a_city(name: str) -> None:
    candidates = PLACES.named(name)
    assert len(candidates) > 1
    assert linked(name) == {name: None}
    city = PLACES.parent(candidates[0].code)
    assert city is not None
    assert linked(name, city.name)[name] == candidates[0].code


def test_part_of_a_town_is_not_a_namesake_elsewhere() -> None:
    assert linked("始兴县城东区", "城东区", "始兴县") == {"始兴县城东区": None, "城东区": None, "始兴县": "440222"}
    assert linked("西宁市城东区") == {"西宁市城东区": "630102"}


def test_short_forms_are_linked_but_words_are_not() -> None:
    assert linked("始兴", "三原") == {"始兴": "440222", "三原": "610422"}
    assert linked("资源", "振兴", "惠民", "城关", "团结") == {"资源": None, "振兴": None, "惠民": None, "城关": None, "团结": None}
    assert linked("资源", "资源县")["资源"] == PLACES.named("资源县")[0].code


def test_short_form_of_a_township_needs_its_county() -> None:
    assert linked("顿岗") == {"顿岗": None}
    assert linked("顿岗", "始兴县")["顿岗"] == "440222103"


def test_short_form_of_a_province_or_of_nested_places() -> None:
    assert linked("吉林", "河南", "长沙") == {"吉林": "22", "河南": "41", "长沙": "4301"}


def test_village_with_its_township() -> None:
    assert linked("景毛乡东李村") == {"景毛乡东李村": "141023202~东李村"}
    assert linked("东李村", "景毛乡")["东李村"] == "141023202~东李村"


def test_village_without_support_stays_open() -> None:
    assert linked("共富村") == {"共富村": None}
    assert linked("共富村", "三原县")["共富村"] == "610422102223"
    assert linked("共富村", "始兴县")["共富村"] is None


def test_publisher_supports_its_county_and_words_in_it_do_not() -> None:
    assert linked("城关镇", hints=("新华社", "光明日报")) == {"城关镇": None}
    assert linked("沈所", hints=("始兴发布",)) == {"沈所": "440222108"}


def test_order_of_mentions_does_not_matter() -> None:
    names = ["共富村", "新兴镇", "鼓楼区", "陂西镇", "南京市", "新街镇"]
    assert linked(*names) == linked(*reversed(names))


def test_damaged_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "divisions.xz").write_bytes(b"no xz")
    monkeypatch.setattr(gazetteer_files, "files", lambda package: tmp_path)
    with pytest.raises(DataError, match=r"divisions\.xz"):
        Gazetteer()


def npm_archive(path: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, rows in tables.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, ["code", "name"])
            writer.writeheader()
            writer.writerows(rows)
            data = text.getvalue().encode("utf-8")
            member = tarfile.TarInfo(f"package/dist/{name}.csv")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def wheel(path: Path, lines: list[str]) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("china_location.txt", "\n".join(lines) + "\n")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("jionlp/dictionary/china_location.zip", inner.getvalue())
        archive.writestr("jionlp/dictionary/china_location_change.txt", "")
    return path


def rows(**names: str) -> list[dict[str, str]]:
    return [{"code": code.removeprefix("c"), "name": name} for code, name in names.items()]


def small_inputs(folder: Path) -> tuple[Path, Path]:
    tables = {
        "provinces": rows(c61="陕西省"),
        "cities": rows(c6104="咸阳市"),
        "areas": rows(c610422="三原县"),
        "streets": rows(c610422102="陂西镇", c610422103="独李街道办事处"),
        "villages": rows(c610422102223="共富村民委员会", c610422102224="甲村委会", c610422103001="乙乙居委会"),
    }
    older = [
        "陕西省\t610000\t陕西",
        "\t咸阳市\t610400\t咸阳",
        "\t\t三原县\t610422\t三原",
        "\t\t\t陂西乡",
        "\t\t\t\t共富村",
        "\t\t\t\t丙丙村",
        "\t\t\t丁丁乡",
        "\t\t\t\t戊戊村",
    ]
    return npm_archive(folder / "a.tgz", tables), wheel(folder / "b.whl", older)


def test_build_merges_both_vintages_and_is_reproducible(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build_places, "former_rows", lambda: ())
    npm, jionlp = small_inputs(tmp_path)
    build_places.build(npm, jionlp, tmp_path / "one")
    build_places.build(npm, jionlp, tmp_path / "two")
    for name in ("divisions.xz", "villages.xz", "index.tsv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    monkeypatch.setattr(gazetteer_files, "files", lambda package: tmp_path / "one")
    for cached in (gazetteer_files._province, gazetteer_files._index, gazetteer_files.villages_by_name):
        cached.cache_clear()
    try:
        small = Gazetteer()
        assert codes(small.named("陂西镇")) == codes(small.named("陂西乡")) == ["610422102"]
        assert codes(small.named("独李街道")) == codes(small.named("独李街道办事处")) == ["610422103"]
        assert codes(small.named("丁丁乡")) == ["610422~丁丁乡"]
        assert sorted(codes(small.children("610422", "village"))) == [
            "610422102223", "610422102224", "610422102~丙丙村", "610422103001", "610422~丁丁乡~戊戊村",
        ]  # fmt: skip
    finally:
        for cached in (gazetteer_files._province, gazetteer_files._index, gazetteer_files.villages_by_name):
            cached.cache_clear()


def test_build_names_a_former_name_that_has_no_division(tmp_path: Path) -> None:
    npm, jionlp = small_inputs(tmp_path)
    with pytest.raises(RuleError, match=r"place_former\.tsv:3"):
        build_places.build(npm, jionlp, tmp_path / "out")


def test_build_names_the_wheel_that_lacks_the_places(tmp_path: Path) -> None:
    npm, _ = small_inputs(tmp_path)
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("other/__init__.py", "")
    with pytest.raises(InputError, match=r"other\.whl.*china_location"):
        build_places.build(npm, tmp_path / "other.whl", tmp_path / "out")


def test_build_names_the_archive_that_lacks_a_table(tmp_path: Path) -> None:
    npm, jionlp = npm_archive(tmp_path / "a.tgz", {"provinces": rows(c61="陕西省")}), wheel(tmp_path / "b.whl", ["陕西省\t610000\t陕西"])
    with pytest.raises(InputError, match=r"a\.tgz.*cities"):
        build_places.build(npm, jionlp, tmp_path / "out")


def test_gold_places_of_a_real_article_are_linked() -> None:
    gold = Path(__file__).parent.parent.parent / "shared" / "gold"
    if not gold.is_dir():
        pytest.skip("the shared gold isn't here")
    for doc, township, code in (("000", "陂西镇", "610422102"), ("004", "新街镇", "610304110")):
        places = [e for e in json.loads((gold / f"{doc}.json").read_text("utf-8"))["entities"] if e["type"] == "Place"]
        names = [name for place in places for name in place["names"]]
        assert linked(*names)[township] == code
