"""House rules that no linter knows: no Chinese and no predicate names in code, short modules, a silent library, rules that can be read."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import tables, terms

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for path in (ROOT / "kg").rglob("*.py"))
PIPELINES = ROOT / "pipelines"
#: CJK radicals to the compatibility forms, and full-width forms: characters, kana and punctuation.
CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
TO_FULL = 0xFEE0  # from a half-width form to the full-width one
LONGEST = 300
#: Modules that may be longer, and why.
LONGER = {
    "kg/terms.py": "generated from the ontology",
}
#: Where printing is the job: the command line, and the scripts that train.
PRINTS = re.compile(r"kg/(?:cli\w*\.py|commands/.*|(?:annotate/train_segmenter|relations/train)\.py)")
MACHINE = re.compile(r"(?<![\w/.:-])/(?:work|tmp|root|home/\w+|Users/\w+)/")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _docstrings(tree: ast.AST) -> set[int]:
    """Ids of the docstring nodes: of modules, classes and functions, and the bare strings below an attribute."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """String literals of a module, with their lines; docstrings left out, parts of f-strings among them."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and id(node) not in documented:
            yield node.lineno, node.value if isinstance(node.value, str) else node.value.decode("utf-8", "replace")


def test_there_are_modules_to_look_at() -> None:
    assert {"kg/relate.py", "kg/annotate/nlp.py", "kg/store/record.py"} <= {_name(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_chinese_in_string_literals(path: Path) -> None:
    found = [f"{_name(path)}:{line}: {text!r}" for line, text in _strings(path) if CJK.search(text)]
    assert not found, f"Chinese belongs in pipelines/ or ontology/: {found}"


def _coded(number: int) -> bool:
    """A character or mark of Chinese; U+FFEF, the end of a range in RFC 3987, is none."""
    return 0x3000 <= number <= 0x9FFF or 0xFF00 <= number < 0xFFEF or 0x20000 <= number <= 0x3FFFF


def escaped(path: Path) -> list[str]:
    """Chinese by its code point: `\\uff08` in a raw string, where `re` reads it, and `chr` of a number."""
    found = []
    for line, text in _strings(path):
        found += [f"{_name(path)}:{line}: {match[0]}" for match in ESCAPE.finditer(text) if _coded(int(match[1] or match[2], 16))]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "chr":
            numbers = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, int)]
            found += [f"{_name(path)}:{node.lineno}: {ast.unparse(node)}" for number in numbers if _coded(number) or number == TO_FULL]
    return found


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_chinese_by_its_code_point(path: Path) -> None:
    assert not escaped(path), "Chinese belongs in pipelines/ or ontology/"


@pytest.mark.parametrize(
    ("code", "count"),
    [
        (r'x = r"[(\uff08]"', 1),
        (r'x = r"\u3007\u4e00-\u9fff"', 3),
        ("x = chr(0xFF08)", 1),
        ('x = chr(ord("?") + 0xFEE0)', 1),
        (r'x = r"\ufffd\u0300"', 0),
    ],
)
def test_code_points_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, count: int) -> None:
    path = tmp_path / "x.py"
    path.write_text(code, "utf-8")
    monkeypatch.setattr("test_style.ROOT", tmp_path)
    assert len(escaped(path)) == count


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "terms.py"], ids=_name)
def test_predicates_are_named_through_terms(path: Path) -> None:
    names = {*terms.PREDICATE_IRIS, *terms.STRUCTURAL_IRIS}
    found = [f"{_name(path)}:{line}: {text}" for line, text in _strings(path) if text in names]
    assert not found, f"write terms.NAME: {found}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_are_short(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    if _name(path) in LONGER:
        assert lines > LONGEST, f"{_name(path)} is short now: take it out of LONGER"
    else:
        assert lines <= LONGEST, f"{_name(path)} has {lines} lines: cut it in two"


@pytest.mark.parametrize("path", [path for path in MODULES if not PRINTS.fullmatch(_name(path))], ids=_name)
def test_the_library_prints_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    prints = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"]
    streams = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr") and ast.unparse(node.value) == "sys"
    ]
    assert not [*prints, *streams], f"{_name(path)} prints in lines {[*prints, *streams]}"


@pytest.mark.parametrize("path", sorted(PIPELINES.rglob("*.tsv")), ids=_name)
def test_each_table_of_rules_can_be_read(path: Path) -> None:
    genre, name = path.relative_to(PIPELINES).as_posix().split("/", 1)
    found = tables.rows(name, genre=genre)
    assert found, f"{_name(path)} holds no row"
    assert all(len(row) >= 2 for row in found)


@pytest.mark.parametrize("path", sorted(PIPELINES.rglob("*.toml")), ids=_name)
def test_each_settings_file_can_be_read(path: Path) -> None:
    genre, name = path.relative_to(PIPELINES).as_posix().split("/", 1)
    assert dict(tables.settings(name, genre=genre)) == tomllib.loads(path.read_text("utf-8"))


def test_each_relation_pattern_is_a_regular_expression() -> None:
    for name, expression in tables.settings("relations.toml")["patterns"].items():
        assert re.compile(expression), name


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Files that the repository holds."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout, so what it tracks can't be known")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_path_of_a_machine_in_the_repository(tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # models, tables and pages in other encodings
        found += [f"{_name(path)}:{number}" for number, line in enumerate(text.splitlines(), 1) if MACHINE.search(line)]
    assert not found
