"""A fact on the way to a claim: things of the article, the span that says it, the rule that read it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.annotate.registry import Thing
from kg.records import Status


@dataclass(frozen=True)
class Fact:
    """Subject, predicate, object with the stretch of text that says so."""

    subject: Thing
    predicate: str
    object: Thing
    start: int
    end: int
    rule: str
    role: str | None = None
    status: Status = "asserted"
    since: str | None = None  #: ISO year, month or day, where the text says
    until: str | None = None
