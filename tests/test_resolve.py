"""IRIs are made from what a thing is: the same in every article, in any order, and never of what the text does not settle."""

from __future__ import annotations

from dataclasses import replace

import factories
import pyoxigraph as ox
import pytest
import rdflib
import texts
from hypothesis import given
from hypothesis import strategies as st
from rdflib.term import _is_valid_uri

from kg import terms
from kg.records import Claim, Entity, Evidence, Knowledge, Reading, Referent, Status
from kg.resolve import article_iri, resolve, segment

FIRST = "三原县陂西镇党委推行“党建+”模式。全镇共有党员300名。该镇柳湾村党支部书记王建国带头参与“党建+”模式。"
SECOND = "三原县陂西镇召开会议。镇党委推行“党建+”模式，该镇柳湾村建成黄桃产业园。"
UNKNOWN = "镇党委推行“邻里帮”机制，设立调解点12个。"


def know(text: str, doc: str = "a.txt") -> Knowledge:
    """One article, resolved."""
    return resolve(texts.read_all([texts.article(text, doc=doc)])[0].reading)


def named(knowledge: Knowledge, name: str) -> Entity:
    """The one entity that goes by a name."""
    found = [entity for entity in knowledge.entities if name in (entity.name, *entity.names)]
    assert len(found) == 1, f"{len(found)} go by {name}"
    return found[0]


@given(st.text(min_size=1))
def test_segment_is_a_segment_of_a_valid_iri(text: str) -> None:
    found = segment(text)
    assert not set(found) & set('/?#[]@:<>"{}|\\^` \n\t')
    iri = terms.THING + "place/" + found
    assert ox.NamedNode(iri).value == iri
    assert _is_valid_uri(iri)
    assert rdflib.URIRef(iri).n3() == f"<{iri}>"


@given(st.text(min_size=1), st.text(min_size=1))
def test_segments_of_different_names_differ(left: str, right: str) -> None:
    assert (segment(left) == segment(right)) == (left == right)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("陂西镇", "陂西镇"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        ("党建+", "党建+"),
        ("“党建”", "%E2%80%9C党建%E2%80%9D"),
        ("表.csv#3", "表.csv%233"),
    ],
)
def test_segment_keeps_chinese_readable(name: str, expected: str) -> None:
    # 0x2010-0x2027, where “ and ” stand, are allowed in an IRI too: either form is one name's only form.
    assert segment(name) in (expected, name) if name.startswith("“") else segment(name) == expected


def test_article_iri_has_the_row_of_a_table_encoded() -> None:
    assert article_iri("表.csv#3") == terms.THING + "article/表.csv%233"
    assert article_iri("表.csv#3") != article_iri("表.csv")


def test_the_same_body_in_two_articles_has_one_iri() -> None:
    first, second = know(FIRST, "a.txt"), know(SECOND, "b.txt")
    assert named(first, "陂西镇党委").iri == named(second, "陂西镇党委").iri
    assert named(first, "陂西镇").iri == named(second, "陂西镇").iri
    assert named(first, "“党建+”模式").iri == named(second, "“党建+”模式").iri
    assert named(first, "柳湾村").iri == named(second, "柳湾村").iri


def test_a_village_beside_the_only_town_named_is_within_it() -> None:
    knowledge = know("三原县陂西镇党委推行“党建+”模式，柳湾村党支部书记王建国带头参与。")
    assert named(knowledge, "柳湾村").iri == named(know(SECOND), "柳湾村").iri


def test_a_place_with_a_code_has_it_as_iri() -> None:
    place = named(know(FIRST), "三原县")
    assert place.code is not None
    assert place.iri == f"{terms.THING}place/{place.code}"


@pytest.mark.parametrize("text", [FIRST, SECOND, UNKNOWN])
def test_iris_stay_when_the_article_is_read_again(text: str) -> None:
    assert know(text) == know(text)
    assert [entity.iri for entity in know(text).entities] == sorted(entity.iri for entity in know(text).entities)


def test_a_committee_of_an_unknown_town_stays_its_article_s() -> None:
    first, second = know(UNKNOWN, "a.txt"), know(UNKNOWN, "b.txt")
    mine, other = named(first, "镇党委"), named(second, "镇党委")
    assert mine.iri != other.iri
    assert article_iri("a.txt").removeprefix(terms.THING) in mine.iri
    assert mine.iri != named(know(FIRST), "陂西镇党委").iri


def test_bodies_of_one_name_at_two_levels_are_two() -> None:
    knowledge = know("桃源县委组织部开展走访。常德市委组织部到桃源县调研。")
    assert named(knowledge, "桃源县委组织部").iri != named(knowledge, "常德市委组织部").iri


def test_villages_of_one_name_in_two_towns_are_two() -> None:
    knowledge = know("桃源县漆河镇新民村推行“邻里帮”机制。桃源县陬市镇新民村修建水渠。")
    assert len({entity.iri for entity in knowledge.entities if entity.name == "新民村"}) == 2


def test_a_person_of_one_name_in_two_counties_is_two() -> None:
    first, second = know("三原县陂西镇党委书记王建国到村里。"), know("桃源县漆河镇党委书记王建国到村里。")
    assert named(first, "王建国").iri != named(second, "王建国").iri


def test_every_iri_is_valid() -> None:
    for text in (FIRST, SECOND, UNKNOWN, "漆河镇推行“A/B 100%”模式，“党建+<旅游>”模式。"):
        for entity in know(text).entities:
            assert ox.NamedNode(entity.iri).value == entity.iri
            assert _is_valid_uri(entity.iri)
            assert entity.iri.startswith(terms.THING)


# merging ----------------------------------------------------------------------------------------------------------------------------------
def _proof(start: int) -> Evidence:
    return Evidence(factories.DOC, start, start + 2, factories.TEXT[start : start + 2], "frames:runs", start, start + 2)


def _reading(referents: tuple[Referent, ...], claims: tuple[Claim, ...]) -> Reading:
    return replace(factories.reading(), entities=referents, claims=claims, implementations=(), mentions=())


BODIES = (
    Referent("P1", terms.PLACE, terms.COUNTY, "三原县", ("三原县",), code="610422"),
    Referent("O1", terms.ORGANIZATION, terms.GOVERNMENT, "三原县司法局", ("三原县司法局",), place="P1"),
    Referent("O2", terms.ORGANIZATION, terms.GOVERNMENT, "三原县民政局", ("三原县民政局",), place="P1"),
    Referent("O3", terms.ORGANIZATION, terms.GOVERNMENT, "三原县司法局", ("县司法局",), place="P1"),
)


def test_partners_are_one_claim_whichever_is_named_first() -> None:
    there = Claim("O1", terms.PARTNERS_WITH, "O2", None, "asserted", (_proof(0),))
    back = Claim("O2", terms.PARTNERS_WITH, "O1", None, "asserted", (_proof(4),))
    found = resolve(_reading(BODIES[:3], (there, back))).claims
    assert len(found) == 1
    assert [proof.start for proof in found[0].evidence] == [0, 4]
    assert resolve(_reading(BODIES[:3], (there,))).claims[0].subject == resolve(_reading(BODIES[:3], (back,))).claims[0].subject


@given(st.permutations(BODIES))
def test_the_order_of_referents_does_not_matter(order: list[Referent]) -> None:
    claims = (
        Claim("O1", terms.LOCATED_IN, "P1", None, "asserted", (_proof(0),)),
        Claim("O3", terms.LOCATED_IN, "P1", None, "asserted", (_proof(2),)),
    )
    found = resolve(_reading(tuple(order), claims))
    assert found.entities == resolve(_reading(BODIES, claims)).entities
    assert found.claims == resolve(_reading(BODIES, claims)).claims
    bureau = named(found, "县司法局")
    assert bureau.names == ("三原县司法局", "县司法局")
    assert len(found.claims) == 1
    assert len(found.claims[0].evidence) == 2


def test_plan_and_fact_stay_two_claims() -> None:
    statuses: tuple[Status, ...] = ("asserted", "planned")
    claims = tuple(Claim("O1", terms.PARTNERS_WITH, "O2", None, status, (_proof(0),)) for status in statuses)
    assert [claim.status for claim in resolve(_reading(BODIES[:3], claims)).claims] == ["asserted", "planned"]


def test_a_claim_of_a_thing_about_itself_is_left_out() -> None:
    claims = (Claim("O1", terms.PARTNERS_WITH, "O3", None, "asserted", (_proof(0),)),)
    assert resolve(_reading(BODIES, claims)).claims == ()
