"""Confidence: from how a fact was read; fitted on annotated facts; unknown rules do no harm."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import texts
from hypothesis import given
from hypothesis import strategies as st

from kg.confidence import ALWAYS, Features, probability, weights, with_confidence
from kg.errors import InputError
from kg.evaluate import as_gold, wilson
from kg.fit_confidence import Fact, fit
from kg.records import Reading
from kg.resolve import resolve

TEXT = "4月8日，漆河镇党委在柳湾村推行“清河夜话”机制，投入资金30万元。镇党委书记李长顺说，村里办起“田埂课堂”。"


@pytest.fixture(scope="module")
def reading() -> Reading:
    """What the text says, with confidence."""
    return texts.read(TEXT, title="桃源县漆河镇推行“清河夜话”").reading


def test_each_claim_and_row_has_a_probability(reading: Reading) -> None:
    found = [*(claim.confidence for claim in reading.claims), *(row.confidence for row in reading.implementations)]
    assert reading.implementations
    assert all(0.01 <= confidence <= 0.99 for confidence in found)
    assert len(set(found)) > 3
    written = as_gold(reading)
    assert [item["confidence"] for item in written["implementations"]] == [row.confidence for row in reading.implementations]
    assert {item["confidence"] for item in written["relations"]} <= set(found)


def test_it_survives_resolution(reading: Reading) -> None:
    knowledge = resolve(reading)
    assert {claim.confidence for claim in knowledge.claims} <= {claim.confidence for claim in reading.claims}
    assert sorted(row.confidence for row in knowledge.implementations) == sorted(row.confidence for row in reading.implementations)


def test_a_rule_that_the_table_does_not_know_leaves_the_rest_to_speak(reading: Reading) -> None:
    claim = reading.claims[0]
    other = replace(claim, evidence=tuple(replace(item, rule="not_written_yet:1") for item in claim.evidence))
    again = with_confidence(replace(reading, claims=(other,)))
    known = [feature for feature in Features(reading).claim(claim) if " by " not in feature or "found by" in feature or "pronoun" in feature]
    assert again.claims[0].confidence == probability(known, weights())


def test_how_the_ends_are_told_is_seen(reading: Reading) -> None:
    found = texts.read(TEXT, title="桃源县漆河镇推行“清河夜话”")
    features = Features(reading)
    (named,) = found.claims("漆河镇党委", "RUNS", "“清河夜话”")
    assert {"RUNS subject named", "RUNS object named", "RUNS apart under 8", "RUNS by runs"} <= set(features.claim(named))
    (place,) = found.claims("漆河镇", "WITHIN", "桃源县")
    assert "WITHIN subject kind township" in features.claim(place)
    elsewhere = replace(named, evidence=place.evidence)
    assert {"RUNS object carried", "RUNS apart unknown"} <= set(features.claim(elsewhere))


def facts(*shares: tuple[str, int, int]) -> list[Fact]:
    return [Fact((ALWAYS, feature), number < right) for feature, right, count in shares for number in range(count)]


def table(text: str) -> dict[str, float]:
    return {line.split("\t")[0]: float(line.split("\t")[1]) for line in text.splitlines() if not line.startswith(("#", "feature"))}


def test_the_fit_finds_the_shares_that_are_right() -> None:
    train = facts(("good", 380, 400), ("bad", 80, 400), ("rare", 1, 4))
    found = table(fit(train, facts(("good", 19, 20), ("bad", 4, 20))))
    assert probability((ALWAYS, "good"), found) == pytest.approx(0.95, abs=0.02)
    assert probability((ALWAYS, "bad"), found) == pytest.approx(0.2, abs=0.02)
    assert "rare" not in found
    assert probability((ALWAYS, "rare"), found) == probability((ALWAYS,), found)


def test_the_order_of_facts_does_not_matter_to_the_fit() -> None:
    train, choose = facts(("good", 70, 80), ("bad", 20, 60)), facts(("good", 7, 10), ("bad", 2, 10))
    mixed = list(train)
    random.Random(7).shuffle(mixed)
    assert fit(mixed, choose[::-1]) == fit(train, choose)


def test_a_fit_needs_right_and_wrong_facts() -> None:
    with pytest.raises(InputError, match="facts that are wrong"):
        fit(facts(("good", 5, 5)), facts(("good", 1, 2)))


@given(st.integers(1, 400).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_of_a_share_holds_it(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert 0 <= low <= share[0] / share[1] + 1e-9
    assert share[0] / share[1] - 1e-9 <= high <= 1
