"""The gold corpus: as large and as varied as it is meant to be, from where it says, and its card counts what is there."""

from __future__ import annotations

import pytest
from corpus import CARD, FORMS, HARD, SECOND, SPLITS, Gold, card, corpus

from kg.gold import annotated
from kg.places import load

ARTICLES = corpus()


def test_it_is_large_enough() -> None:
    assert len(ARTICLES) >= 120
    assert sum(gold.characters for gold in ARTICLES) >= 65_000
    assert len({gold.province for gold in ARTICLES}) >= 25


def test_half_is_for_writing_rules_and_the_rest_is_kept_apart() -> None:
    shares = [sum(gold.split == split for gold in ARTICLES) / len(ARTICLES) for split in SPLITS]
    assert shares[0] == pytest.approx(0.5, abs=0.05)
    assert min(shares[1:]) >= 0.2


@pytest.mark.parametrize("form", FORMS)
def test_each_form_occurs_more_than_once(form: str) -> None:
    assert sum(form in gold.forms for gold in ARTICLES) >= 2


def test_no_other_form_is_named() -> None:
    assert {form for gold in ARTICLES for form in gold.forms} <= FORMS.keys()


@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_occurs_in_train_and_outside_it(name: str) -> None:
    found = [gold.split for gold in ARTICLES if HARD[name](gold)]
    assert "train" in found
    assert {"dev", "test"} & set(found)


@pytest.mark.parametrize("gold", ARTICLES, ids=lambda gold: gold.name)
def test_an_article_is_from_the_province_that_it_is_said_to_be_from(gold: Gold) -> None:
    gazetteer = load()
    names = {name for e in gold.annotation["entities"] if e.get("kind") in ("county", "prefecture", "province") for name in (e["name"], *e["names"])}
    codes = {division.code[:2] for name in names for division in (*gazetteer.named(name), *gazetteer.short(name))}
    assert gold.province in {gazetteer.division(code).name for code in codes}, sorted(names)


def test_the_card_counts_what_is_there() -> None:
    assert CARD.read_text("utf-8") == card(), "run make card"


def test_at_least_one_article_in_ten_is_annotated_twice() -> None:
    second = {path.stem: annotation for path, annotation in annotated(SECOND)}
    assert second.keys() <= {gold.name for gold in ARTICLES}
    assert [annotation["doc"] for annotation in second.values()] == [f"{name}.txt" for name in second]
    assert len(second) >= len(ARTICLES) / 10
    assert any(gold.annotated_twice for gold in ARTICLES if gold.split == "test")
