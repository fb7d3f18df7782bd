"""The report of rules that find nothing: what counts as fired, and how a pattern is cut into its alternatives."""

from __future__ import annotations

import pytest
import texts
from unused import Watched, alternatives, fired


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("甲|乙|丙", ["甲", "乙", "丙"]),
        ("甲(?:乙|丙)|丁", ["甲(?:乙|丙)", "丁"]),
        (r"甲\||[|乙]|(?=丙|丁)", [r"甲\|", "[|乙]", "(?=丙|丁)"]),
        ("(?:甲|乙)", []),
        ("甲", []),
    ],
)
def test_alternatives_are_those_of_the_upper_level(expression: str, parts: list[str]) -> None:
    assert alternatives(expression) == parts


def test_a_watched_pattern_matches_as_the_real_one_and_notes_which_alternative_did() -> None:
    watched = Watched("推行|实施(?=项目)|开展")
    assert watched.search("没有") is None
    assert (watched.hits, watched.seen) == (0, set())
    found = watched.search("镇党委实施项目")
    assert found is not None
    assert found.span() == (3, 5)
    assert [match.group() for match in watched.finditer("推行，再推行")] == ["推行", "推行"]
    assert (watched.hits, watched.seen) == (3, {"实施(?=项目)", "推行"})


def test_rows_count_as_fired_by_the_evidence_that_names_them() -> None:
    found = fired([texts.read("漆河镇党委书记王建国说，镇党委推行“支部领航”模式。", title="桃源县漆河镇推行“支部领航”模式").reading])
    assert "党委" in found["organization_heads"]
    assert "党委书记" in found["titles"]
    assert "模式" in found["head"]
    assert "公司" not in found["organization_heads"]
