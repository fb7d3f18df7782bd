"""Extraction against gold: F1 of entities, relations, who-runs-what-where rows and figures stays above the thresholds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.evaluate import as_gold, reliability, score
from kg.pipeline import extract, sources

GOLD = Path(__file__).parent / "gold"
ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("KG_SHARED", ROOT.parent / "shared"))
THRESHOLDS: Mapping[str, Mapping[str, float]] = tomllib.loads((GOLD / "thresholds.toml").read_text("utf-8"))
GROUPS = ("entities", "relations", "rows", "figures")


def extracted(articles: Path, output: Path) -> Path:
    """Write what each article says as JSON lines; no article may be refused."""
    refused: list[KgError] = []
    with output.open("w", encoding="utf-8") as out:
        for reading in extract(sources(sorted(path for path in articles.iterdir() if path.suffix != ".json"), refused.append), refused.append):
            out.write(json.dumps(as_gold(reading), ensure_ascii=False) + "\n")
    assert not refused
    return output


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the shared articles say."""
    if not (SHARED / "gold" / "score.py").exists() or not (SHARED / "articles").is_dir():
        pytest.skip(f"{SHARED} holds no articles with gold annotation; name their folder in KG_SHARED")
    return extracted(SHARED / "articles", tmp_path_factory.mktemp("shared") / "out.jsonl")


@pytest.fixture(scope="session")
def shared_f1(shared: Path) -> Mapping[str, float]:
    """F1 by the scorer that lies beside the gold annotation."""
    command = [sys.executable, str(SHARED / "gold" / "score.py"), str(SHARED / "gold"), str(shared)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    found: Mapping[str, float] = json.loads(printed.splitlines()[-1])
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_shared_articles(group: str, shared_f1: Mapping[str, float]) -> None:
    assert shared_f1[group] >= THRESHOLDS["shared"][group], f"{group}: {dict(shared_f1)}"


def test_our_scorer_says_what_the_shared_one_says(shared: Path, shared_f1: Mapping[str, float]) -> None:
    rows = {str(row[0]): row for row in score(SHARED / "gold", shared).rows}
    assert {group: round(float(str(rows[group][3])), 3) for group in GROUPS} == {group: shared_f1[group] for group in GROUPS}


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the articles of tests/gold/dev say."""
    return extracted(GOLD / "dev", tmp_path_factory.mktemp("dev") / "out.jsonl")


@pytest.fixture(scope="session")
def dev_f1(dev: Path) -> Mapping[str, float]:
    """F1 on the articles of tests/gold/dev."""
    table = score(GOLD / "dev", dev)
    return {str(row[0]): float(str(row[3])) for row in table.rows if row[0] in GROUPS}


@pytest.mark.parametrize("group", GROUPS)
def test_dev_articles(group: str, dev_f1: Mapping[str, float]) -> None:
    assert dev_f1[group] >= THRESHOLDS["dev"][group], f"{group}: {dict(dev_f1)}"


def test_confidence_is_near_the_precision_that_is_observed(dev: Path) -> None:
    """Refit by `make confidence` where the rules have changed much. What is surest must be right more often than what is least sure."""
    tenths = [[float(str(cell)) for cell in row] for row in reliability(GOLD / "dev", dev).rows]
    facts = sum(row[2] for row in tenths)
    assert sum(row[2] * abs(row[3] - row[4]) for row in tenths) / facts <= THRESHOLDS["dev"]["calibration_error"], tenths
    assert tenths[-1][4] - tenths[0][4] >= THRESHOLDS["dev"]["confidence_spread"], tenths


@pytest.mark.parametrize("part", ["train", "dev", "test"])
def test_each_gold_article_has_its_text(part: str) -> None:
    annotated = {path.stem for path in (GOLD / part).glob("*.json")}
    assert annotated
    assert annotated == {path.stem for path in (GOLD / part).glob("*.txt")}


def test_the_parts_of_the_gold_are_apart() -> None:
    names = [path.stem for part in ("train", "dev", "test") for path in (GOLD / part).glob("*.json")]
    assert len(names) == len(set(names))
