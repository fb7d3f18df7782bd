"""The head lexicon of organizations, and a name while it grows to the left of its head.

Shapes of heads (lexicons/organization_heads.tsv):
body, level   a committee or government: a place or a level before it; bare it is the focal one
dept          a department: a place, a level or a committee before it; bare it is the focal one
branch        a party branch: a place, or any body, project or noun before it
village       a village's organ
unit, team    needs a place, a level or a name before it
bureau        needs a place or a level, or a name that the tagger knows
firm          needs a name before it
named         needs a name that the tagger knows as one
media         only as a source
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kg import terms
from kg.annotate.layers import Span
from kg.tables import Row, rows, settings

#: Shapes that may hold another body, those that a level or place completes, and those that may stand for several bodies.
NESTING = frozenset({"branch", "dept", "unit", "team", "village", "firm"})
CLOSED = frozenset({"body", "level", "dept", "village"})
SINGLE = frozenset({"firm", "media", "named"})


@cache
def heads() -> dict[str, Row]:
    """Rows of the head lexicon by head."""
    return {row["head"]: row for row in rows("lexicons/organization_heads.tsv", required=("head", "kind", "shape")) if row["shape"] != "none"}


@cache
def head_pattern() -> re.Pattern[str]:
    """Any head, the longest first."""
    return re.compile("|".join(sorted(map(re.escape, heads()), key=len, reverse=True)))


def rules() -> Mapping[str, Any]:
    """The table [organization] of mentions.toml."""
    found: Mapping[str, Any] = settings("mentions.toml")["organization"]
    return found


@cache
def rule(name: str, *, right_before: bool = False) -> re.Pattern[str]:
    """A pattern of [organization]; with `right_before` it must end where the search ends."""
    return re.compile(rules()[name] + ("$" if right_before else ""))


def levels() -> Mapping[str, str]:
    """Bare nouns of a level (镇) → the level."""
    found: Mapping[str, str] = settings("pipeline.toml")["levels"]
    return found


@dataclass
class Name:
    """A name that ends with its head; `left` moves as it takes in what stands before."""

    left: int
    end: int
    row: Row
    inner: list[Span] = field(default_factory=list)
    scope: str | None = None
    named: bool = False
    collective: bool = False
    beside: Span | None = None

    @property
    def shape(self) -> str:
        """Shape of the head."""
        return self.row["shape"]

    @property
    def placed(self) -> bool:
        """Whether a place is part of the name."""
        return any(span.type == terms.PLACE for span in self.inner)

    def take(self, span: Span) -> None:
        """Take in a place or a body that ends at the left border."""
        self.inner.insert(0, span)
        self.left = span.start

    def suffices(self, *, tagged: bool, titled: bool, opens: bool) -> bool:
        """Whether this tells one body from another.

        Args:
            tagged: the tagger knows a name in it.
            titled: a title follows.
            opens: it opens a clause or follows 由, 和, 与.
        """
        head = self.row["head"]
        if opens and head in (*rules()["again"], *rules()["local"]):
            return True
        if self.beside is not None and self.shape in ("dept", "body", "unit"):
            return True
        if self.shape in CLOSED:
            return bool(self.inner or self.scope or self.collective or self.named) or head in rules()["alone"] or titled
        if self.shape in ("branch", "unit", "team"):
            return bool(self.inner or self.scope or self.named or self.collective)
        if self.shape in ("bureau", "committee"):
            return bool(self.inner or self.scope) or (self.named and tagged)
        if self.shape == "named":
            return self.named and tagged
        return self.named or bool(self.inner)

    def kind(self, text: str) -> str:
        """The head's kind; an office has that of the body that it is of, and a committee for a matter (农业农村委员会) is a department."""
        office = self.row["head"] in rules()["offices"]
        owner = next((span for span in self.inner if span.type == terms.ORGANIZATION), None)
        if office and owner is not None and owner.kind is not None:
            return owner.kind
        start = self.inner[-1].end if self.inner else self.left
        matter = text[start : self.end].removesuffix(self.row["head"])
        if self.shape == "committee" and len(matter) >= 2 and rules()["party"] not in text[self.left : self.end] and not owner:
            return terms.GOVERNMENT
        return self.row["kind"]

    def span(self, text: str) -> Span:
        """The name as a span."""
        return Span(
            self.left,
            self.end,
            terms.ORGANIZATION,
            self.kind(text),
            f"organization_heads:{self.row['head']}",
            text[self.left : self.end],
            head=self.row["head"],
            scope=None if self.placed else self.scope,
            collective=self.collective,
            inner=tuple(self.inner),
            beside=self.beside,
        )
