"""What bodies are called: short and former names, ordinals, and which exist for a time only. The words are data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kg import terms
from kg.tables import Row, rows, settings

#: Administrative levels from the top down; a site lies below all of them.
_LEVELS = (terms.PROVINCE, terms.PREFECTURE, terms.COUNTY, terms.TOWNSHIP, terms.VILLAGE, terms.SITE)


def rank(level: str | None) -> int:
    """Depth of a level; 0 is the province."""
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


@cache
def _variants() -> Mapping[str, Row]:
    """Rows of body_names.tsv by what is said, longest first."""
    table = rows("lexicons/body_names.tsv", required=("said", "usual", "use"))
    return {row["said"]: row for row in sorted(table, key=lambda row: (-len(row["said"]), row["said"]))}


@cache
def _parts() -> tuple[str, ...]:
    """Heads of bodies within a body (住建局|党支部)."""
    table = rows("lexicons/organization_heads.tsv")
    return tuple(sorted({row["head"] for row in table if row["shape"] in ("body", "dept", "branch")}, key=len, reverse=True))


@cache
def _ordinals() -> Mapping[str, str]:
    return {str(digit): str(word) for digit, word in settings("pipeline.toml")["identity"]["ordinals"].items()}


def variant(own: str) -> Row | None:
    """The row of body_names.tsv by which a body's name within its place has a more usual form."""
    found = (row for said, row in _variants().items() if own.startswith(said) and _ends(own.removeprefix(said)))
    return next((row for row in found if len(row["said"]) > len(row["usual"]) or not own.startswith(row["usual"])), None)


def _ends(rest: str) -> bool:
    """Whether a body may stand so behind a body's name: nothing, or a branch (机关党支部, 第二党支部)."""
    return not rest or any(rest.removeprefix(word) in _parts() for word in ("", *settings("pipeline.toml")["identity"]["inner"]))


def usual(own: str) -> str:
    """The usual form of a body's name within its place: 住建局党支部 → 住房和城乡建设局党支部, 国土资源局 → 自然资源局, 第1党支部 → 第一党支部."""
    for said, form in _ordinals().items():
        own = own.replace(said, form)
    for _ in _variants():  # a row may lead to another one; no chain is longer than the table
        row = variant(own)
        if row is None:
            break
        own = row["usual"] + own.removeprefix(row["said"])
    return own


@cache
def _temporary() -> tuple[str, ...]:
    return tuple(row["head"] for row in rows("lexicons/body_temporary.tsv", required=("head",)))


def is_temporary(own: str) -> bool:
    """Whether a body of this name exists for one occasion (巡察组, 防汛抗旱指挥部), so that next year's is another."""
    return own.endswith(_temporary())


@cache
def _levels() -> Mapping[str, str]:
    found = settings("pipeline.toml")["levels"]
    return {word: found[word] for word in sorted(found, key=lambda word: (-len(word), word))}


def is_of_lower_level(own: str, level: str | None) -> bool:
    """Whether a name within a place of `level` says a body of some unit below it (镇党委 of a county), without saying which."""
    for word, below in _levels().items():
        rest = own.removeprefix(word)
        if rest != own and (rest in _parts() or rest.startswith(settings("pipeline.toml")["identity"]["committee"])):
            return level is None or rank(below) > rank(level)
    return False
