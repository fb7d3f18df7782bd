"""Weights of candidate facts: they are learned from gold annotations, the same each time, and their probabilities decide."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.relations.train import MODELS, Sample, fit, table, train
from kg.relations.weights import BIAS, probability, strongest, weights
from kg.tables import rows

GOLD = Path(__file__).parent / "gold"


def _some(folder: Path, names: tuple[str, ...]) -> Path:
    folder.mkdir()
    for name in names:
        for ending in ("txt", "json"):
            shutil.copy(GOLD / "train" / f"{name}.{ending}", folder)
    return folder


def test_the_same_articles_give_the_same_weights(tmp_path: Path) -> None:
    names = ("a01", "a03", "b01", "b02", "c03")
    one, two = (table(train(_some(tmp_path / place, names))) for place in ("one", "two"))
    assert one == two
    assert {line.split("\t")[0] for line in one.splitlines()[3:]} == set(MODELS)


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no articles"):
        train(tmp_path)


def test_a_feature_of_what_holds_speaks_for_it() -> None:
    samples = [Sample("a", ("leads",), holds=True)] * 8 + [Sample("a", ("near",), holds=False)] * 8 + [Sample("a", ("once",), holds=True)]
    learned = fit(samples)
    assert learned["leads"] > 0 > learned["near"]
    assert "once" not in learned


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_its_weights(model: str) -> None:
    assert BIAS in weights(model)
    assert 0 < probability(model, ["no such feature"]) < 1


def test_who_leads_is_likelier_than_who_is_only_named() -> None:
    leads, named = ["same.leader", "led"], ["after.other"]
    assert probability("runs", leads) > 0.6 > 0.4 > probability("runs", named)
    assert strongest("runs", [*leads, *named]) in leads


def test_no_weight_stands_twice() -> None:
    keys = [(row["model"], row["feature"]) for row in rows("relation_weights.tsv")]
    assert len(keys) == len(set(keys))
