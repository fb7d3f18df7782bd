"""--min-confidence: what has less stays on record as doubtful and is not asserted; the store remembers, and can be brought back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import texts
from conftest import SAMPLE, Kg
from test_cli import FEW, dumped

from kg.doubt import ask_for, doubted, least_of
from kg.errors import DataError
from kg.records import Claim, Implementation
from kg.resolve import resolve
from kg.store import open_store
from kg.terms import Iri
from kg.to_rdf import to_rdf

TEXT = "4月8日，漆河镇党委在柳湾村推行“清河夜话”机制，投入资金30万元。镇里还计划建设冷库。"


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder with two of the sample articles."""
    folder = tmp_path / "few"
    folder.mkdir()
    for name in FEW[:2]:
        shutil.copy(SAMPLE / name, folder)
    return folder


def test_what_has_less_is_doubtful_and_what_has_enough_is_as_it_was() -> None:
    knowledge = resolve(texts.read(TEXT, title="桃源县漆河镇推行“清河夜话”").reading)
    confidences = sorted(claim.confidence for claim in knowledge.claims if claim.status == "asserted")
    middle = confidences[len(confidences) // 2]
    held = doubted(knowledge, middle)
    told: list[Claim | Implementation] = [*knowledge.claims, *knowledge.implementations]
    now: list[Claim | Implementation] = [*held.claims, *held.implementations]
    for before, after in zip(told, now, strict=True):
        low = before.status == "asserted" and before.confidence < middle
        assert after.status == ("doubtful" if low else before.status)
    assert any(claim.status == "doubtful" for claim in held.claims)
    assert doubted(knowledge, 0) == knowledge
    assert all(claim.status != "asserted" for claim in doubted(knowledge, 1).claims)
    # No claim is lost: each has its statement, and only the asserted ones a triple beside it.
    statements = {quad.subject for quad in to_rdf(held) if quad.predicate.value == Iri.STATUS}
    assert len(statements) == len({quad.subject for quad in to_rdf(knowledge) if quad.predicate.value == Iri.STATUS})


def test_the_store_remembers_and_can_be_brought_back(kg: Kg, few: Path, tmp_path: Path) -> None:
    plain, strict = tmp_path / "plain", tmp_path / "strict"
    assert kg("build", few, "--store", plain).code == 0
    assert kg("build", few, "--store", strict, "--min-confidence", "0.8").code == 0
    first = dumped(kg, plain, tmp_path / "a.nq")
    doubtful = dumped(kg, strict, tmp_path / "b.nq")
    assert first != doubtful
    assert b'"doubtful"' in doubtful
    assert b'"doubtful"' not in first
    assert kg("validate", "--store", strict).code == 0
    # A store that was built without it comes to the same, and keeps to it.
    assert ", 2 changed," in kg("build", few, "--store", plain, "--min-confidence", "0.8").out
    assert dumped(kg, plain, tmp_path / "c.nq") == doubtful
    assert kg("build", few, "--store", plain).out == "0 read, 2 skipped, 0 changed, 0 refused; the graph is as it was\n"
    assert dumped(kg, plain, tmp_path / "c.nq") == doubtful
    query = "MATCH ()-[r]->() WHERE r.confidence < 0.8 RETURN count(r) AS n"
    assert json.loads(kg("cypher", query, "--store", plain, "--format", "json").out) == [{"n": 0}]
    assert kg("build", few, "--store", plain, "--min-confidence", "0").code == 0
    assert dumped(kg, plain, tmp_path / "c.nq") == first
    assert json.loads(kg("cypher", query, "--store", plain, "--format", "json").out)[0]["n"] > 0


def test_what_is_doubtful_is_told_with_its_sentence(kg: Kg, few: Path, tmp_path: Path) -> None:
    assert kg("build", few, "--store", tmp_path / "s", "--min-confidence", "0.95").code == 0
    facts = json.loads(kg("why", "西来镇党委", "--store", tmp_path / "s", "--format", "json").out)
    told = {fact["status"]: fact for fact in facts}
    assert "doubtful" in told
    assert told["doubtful"]["sentence"]
    assert 0 < told["doubtful"]["confidence"] < 0.95


def test_a_change_that_was_cut_off_is_made_good(kg: Kg, few: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    assert kg("build", few, "--store", store).code == 0
    with open_store(store, write=True) as held:
        assert least_of(held) == 0
        assert ask_for(held, None) == 0
        assert len(held.record.graphs()) == 2
        assert ask_for(held, 0.8) == 0.8
        assert not held.record.graphs()
    note = store / "min-confidence.json"
    note.write_text(note.read_text("utf-8").replace("true", "false"), "utf-8")
    assert kg("build", few, "--store", store).code == 0
    assert kg("build", few, "--store", tmp_path / "t", "--min-confidence", "0.8").code == 0
    assert dumped(kg, store, tmp_path / "s.nq") == dumped(kg, tmp_path / "t", tmp_path / "t.nq")
    note.write_text("{}", "utf-8")
    with open_store(store, write=True) as held, pytest.raises(DataError, match="delete it"):
        least_of(held)


def test_a_confidence_lies_between_zero_and_one(kg: Kg, few: Path, tmp_path: Path) -> None:
    assert kg("build", few, "--store", tmp_path / "s", "--min-confidence", "70").code == 2
