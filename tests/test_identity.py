"""What is one thing across articles: pairs with a known answer, decisions, and the same outcome in every order."""

from __future__ import annotations

from dataclasses import replace

import generated
import pairs
import pytest
import texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import terms
from kg.identity import Candidate, Decision, Joins, joins
from kg.identity.candidates import candidates_of
from kg.identity.minting import path
from kg.identity.names import is_temporary, usual
from kg.records import Reading
from kg.resolve import resolve
from kg.tables import Row, rows

MUST, MUST_NOT = pairs.pairs("must_merge"), pairs.pairs("must_not_merge")


@pytest.fixture(scope="session")
def readings() -> dict[tuple[pairs.Pair, str], Reading]:
    """Every article of the pairs, read in one go."""
    return pairs.read_sides([*MUST, *MUST_NOT])


def test_there_are_enough_pairs() -> None:
    assert len(set(MUST)) >= 60
    assert len(set(MUST_NOT)) >= 60


@pytest.mark.parametrize("pair", MUST_NOT, ids=str)
def test_two_things_stay_two(pair: pairs.Pair, readings: dict[tuple[pairs.Pair, str], Reading]) -> None:
    assert pairs.ours(pair, readings) is False


def test_nearly_all_that_is_one_becomes_one(readings: dict[tuple[pairs.Pair, str], Reading]) -> None:
    missed = [str(pair) for pair in MUST if not pairs.ours(pair, readings)]
    assert len(missed) <= 0.05 * len(MUST), missed


def test_names_alone_merge_wrongly() -> None:
    """What the lists are for: a resolver by names fails on them."""
    assert sum(map(pairs.by_fuzzy_match, MUST_NOT)) > len(MUST_NOT) / 2
    assert sum(map(pairs.by_name, MUST_NOT)) > len(MUST_NOT) / 3


# order and decisions ----------------------------------------------------------------------------------------------------------------------
TEXTS = (
    "三原县陂西镇党委推行“一线三帮”工作法。柳湾村党支部书记王建国带头参与。",
    "三原县召开会议。柳湾村推行“一线三帮”工作法。王建国说，日子好过了。",
    "平安镇党委推行“院坝会”做法，石坎岭村、枣木湾村先行试点，石坎岭村党支部书记何松柏介绍做法。",
    "云阳县平安镇石坎岭村推行“院坝会”做法，平安镇枣木湾村随后跟进，石坎岭村党支部书记何松柏介绍做法。",
    "彰武县平安镇党委推行“院坝会”做法。",
    "涉县井店镇引进河北太行丰源农业科技有限公司，建设“连翘基地”项目。",
    "涉县偏城镇与河北太行丰源农业科技有限公司合作，推广连翘种植。",
)


@pytest.fixture(scope="session")
def candidates() -> frozenset[Candidate]:
    """What the articles above name."""
    found = texts.read_all(texts.article(text, doc=f"{number}.txt", published="2021-05-06") for number, text in enumerate(TEXTS))
    return frozenset(candidate for read in found for candidate in candidates_of(read.reading))


def target(found: Joins, iri: str) -> str:
    return found.renames.get(iri, iri)


def of(candidates: frozenset[Candidate], doc: int, own: str, type_: str) -> str:
    (found,) = {c.iri for c in candidates if c.doc == f"{doc}.txt" and c.own == own and c.type == type_}
    return found


def test_what_is_told_by_a_place_moves_with_it(candidates: frozenset[Candidate]) -> None:
    found = joins(candidates)
    town = of(candidates, 2, "平安镇", terms.PLACE)
    assert path(target(found, town)) == "500235133"
    committee = of(candidates, 2, "党委", terms.ORGANIZATION)
    assert path(target(found, committee)) == "500235133/党委"
    secretary = of(candidates, 2, "何松柏", terms.PERSON)
    assert target(found, secretary) == target(found, of(candidates, 3, "何松柏", terms.PERSON))
    (join,) = [join for join in found.joins if join.member == town]
    assert [reason.rule for reason in join.reasons] == ["place:same-surroundings"]
    assert "何松柏" in join.reasons[0].detail


def test_a_village_of_a_county_is_that_of_its_only_town(candidates: frozenset[Candidate]) -> None:
    found = joins(candidates)
    assert path(target(found, of(candidates, 1, "柳湾村", terms.PLACE))) == "610422102/柳湾村"
    apart = joins({c for c in candidates if c.doc != "0.txt"})
    assert "1.txt" in target(apart, of(candidates, 1, "柳湾村", terms.PLACE))


def test_a_canonical_thing_is_no_member(candidates: frozenset[Candidate]) -> None:
    renames = joins(candidates).renames
    assert renames
    assert not set(renames.values()) & renames.keys()


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(candidates: frozenset[Candidate], random: object) -> None:
    shuffled = sorted(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert joins(shuffled) == joins(candidates)


def test_different_stands_above_a_rule(candidates: frozenset[Candidate]) -> None:
    firm = next(c for c in candidates if c.own == "河北太行丰源农业科技有限公司")
    town = of(candidates, 6, "偏城镇", terms.PLACE)
    other = replace(firm, iri=firm.iri.replace("130426", path(town)), doc="6.txt", place=town)
    candidates |= {other}
    firms = sorted((firm.iri, other.iri))
    assert len({target(joins(candidates), firm) for firm in firms}) == 1
    decision = Decision("different", firms[1], firms[0], "L1")
    found = joins(candidates, [decision])
    assert len({target(found, firm) for firm in firms}) == 2
    assert found.idle == ()


def test_same_joins_what_no_rule_would(candidates: frozenset[Candidate]) -> None:
    left, right = of(candidates, 3, "院坝会", terms.INITIATIVE), of(candidates, 4, "院坝会", terms.INITIATIVE)
    assert target(joins(candidates), left) != target(joins(candidates), right)
    found = joins(candidates, [Decision("same", right, left, "L7")])
    assert target(found, left) == target(found, right)
    assert any(reason.rule == "decision" and reason.detail == "L7" for join in found.joins for reason in join.reasons)


def test_place_is_gives_a_code_and_moves_what_is_there(candidates: frozenset[Candidate]) -> None:
    few = frozenset(c for c in candidates if c.doc == "2.txt")
    town = of(few, 2, "平安镇", terms.PLACE)
    assert joins(few).joins == ()
    found = joins(few, [Decision("place is", town, "220283107", "L2")])
    assert path(target(found, town)) == "220283107"
    assert path(target(found, of(few, 2, "党委", terms.ORGANIZATION))) == "220283107/党委"


def test_decisions_that_do_not_apply_are_told(candidates: frozenset[Candidate]) -> None:
    left, right = of(candidates, 3, "院坝会", terms.INITIATIVE), of(candidates, 4, "院坝会", terms.INITIATIVE)
    gone = Decision("same", left, f"{terms.THING}initiative/610422/无", "L1")
    mixed = Decision("same", left, of(candidates, 4, "平安镇", terms.PLACE), "L2")
    nowhere = Decision("place is", of(candidates, 2, "平安镇", terms.PLACE), "999999", "L3")
    same, different = Decision("same", left, right, "L4"), Decision("different", left, right, "L5")
    assert set(joins(candidates, [gone, mixed, nowhere, same, different]).idle) == {gone, mixed, nowhere, same}


def test_a_doubt_is_about_things_that_stayed_two(candidates: frozenset[Candidate]) -> None:
    twin = frozenset(replace(c, iri=c.iri.replace("平安镇", "安平镇")) for c in candidates if c.doc == "4.txt")
    found = joins(candidates | twin)
    for doubt in found.doubts:
        assert doubt.left < doubt.right
        assert target(found, doubt.left) != target(found, doubt.right)
        assert {doubt.left, doubt.right} <= {c.iri for c in candidates | twin}


# names ------------------------------------------------------------------------------------------------------------------------------------
NAMES = rows("lexicons/body_names.tsv")
TEMPORARY = rows("lexicons/body_temporary.tsv")


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row["said"])
def test_body_names(row: Row) -> None:
    assert usual(row["example"]) == usual(row["usual"]) + row["example"].removeprefix(row["said"])
    assert usual(row["counter_example"]) == row["counter_example"]
    assert row["use"] in ("short", "former")
    assert (row["use"] == "former") == row["since"].isdecimal()


def test_rows_lead_to_an_end() -> None:
    assert all(usual(usual(row["said"])) == usual(row["said"]) for row in NAMES)
    assert len(usual("卫健委党支部")) == len("卫生健康委员会党支部")


@pytest.mark.parametrize("row", TEMPORARY, ids=lambda row: row["head"])
def test_temporary_bodies(row: Row) -> None:
    assert is_temporary(row["example"])
    assert not is_temporary(row["counter_example"])


@pytest.mark.parametrize(
    ("said", "meant"),
    [("第1党支部", "第一党支部"), ("扶贫办", "乡村振兴局"), ("住建局第2党支部", "住房和城乡建设局第二党支部"), ("党支部", "党支部")],
)
def test_usual_names(said: str, meant: str) -> None:
    assert usual(said) == meant
    assert usual(meant) == meant


# a corpus with a known truth -----------------------------------------------------------------------------------------------------------------
def test_a_generated_corpus_comes_out_as_it_is() -> None:
    """`make identity` does the same with 2,000 articles."""
    corpus = generated.Corpus(200, number=12)
    readings = [read.reading for read in texts.read_all(texts.article(a.text, doc=a.doc, published=a.published) for a in corpus.articles)]
    found = joins(candidate for reading in readings for candidate in candidates_of(reading))
    truth, made, missing = generated.matched(corpus.articles, readings, found.renames)
    assert missing < 0.05 * len(truth)
    assert generated.pairwise(truth, made)[2] >= 0.97
    assert generated.b_cubed(truth, made)[2] >= 0.97
    by_name = {key: key.split(" ", 1)[1] for key in truth}
    assert generated.pairwise(truth, by_name)[2] < 0.9


def test_a_national_initiative_is_one_concept_with_local_forms() -> None:
    here, there = (
        resolve(texts.read_all([texts.article(text)])[0].reading)
        for text in ("三原县陂西镇党委推行“三会一课”制度。", "桃源县漆河镇党委推行“三会一课”，推行“院落微治理”模式。")
    )
    forms = {entity.iri: entity.form_of for knowledge in (here, there) for entity in knowledge.entities if entity.type == terms.INITIATIVE}
    assert sorted(map(str, forms.values())) == ["None", *[f"{terms.KIND}initiative-three-meetings-one-class"] * 2]
