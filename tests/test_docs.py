"""The documentation holds: its commands run, its links lead somewhere, and the two READMEs say the same."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Kg

from kg.cli import VERBS
from kg.terms import DOMAINS, LABELS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / name).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    return [line for block in blocks("README.md", "sh") for line in block.splitlines() if line.startswith("kg ")]


@pytest.fixture(scope="module")
def store(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("docs") / "kg-store"
    shutil.copytree(sample_store, copy)
    return copy


@pytest.mark.parametrize("command", [line for line in commands() if line != "kg load" and "--neo4j" not in line])
def test_a_command_of_the_readme_runs(command: str, kg: Kg, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [str(ROOT / word) if word.startswith("kg/") else word for word in shlex.split(command)[1:]]
    monkeypatch.chdir(store.parent)
    done = kg(*words, KG_STORE=str(store))
    assert done.code == 0, done.err
    assert done.out.count("\n") >= (1 if words[0] in ("build", "export", "review") else 3)


@pytest.mark.neo4j
def test_the_neo4j_commands_of_the_readme_run(kg: Kg, store: Path, sample_in_neo4j: Mapping[str, str]) -> None:
    found = [line for line in commands() if line == "kg load" or "--neo4j" in line]
    assert len(found) == 2
    for command in found:
        done = kg(*shlex.split(command)[1:], KG_STORE=str(store), **sample_in_neo4j)
        assert (done.code, done.err) == (0, "")


def test_the_python_of_the_readme_runs(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = blocks("README.md", "python")
    monkeypatch.chdir(store.parent)
    found: dict[str, object] = {}
    exec(code, found)
    assert len(found["part"]) > 10  # type: ignore[arg-type]


def test_both_readmes_have_the_same_blocks_headings_and_pictures() -> None:
    for pattern in (r"^```(?:sh|python)\n.*?^```$", r"!\[.*?\]\((.*?)\)", r"^(##) "):
        one, other = (re.findall(pattern, (ROOT / name).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE) for name in READMES)
        assert one == other
        assert one


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8")):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_pictures_are_small() -> None:
    for path in (ROOT / "docs").glob("*.png"):
        assert path.stat().st_size < 300_000


@pytest.mark.parametrize("name", READMES)
def test_every_label_and_relationship_is_in_the_readme(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert [label for labels in LABELS.values() for label in labels if f":{label}" not in text] == []
    assert [kind for kind in DOMAINS if kind not in text] == []


def test_every_verb_says_what_it_does() -> None:
    for verb in VERBS:
        assert verb.__doc__
        assert verb.__doc__.splitlines()[0].endswith(".")
