"""A clause with who acts in it, and the second look at a sentence: plans, refusals, subordinate clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.annotate.layers import Span
from kg.annotate.registry import Thing
from kg.records import Status
from kg.tables import settings

Things = tuple[Thing, ...]


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of relations.toml, [patterns]."""
    return re.compile(settings("relations.toml")["patterns"][name])


@dataclass
class Roles:
    """Who a clause itself names, and as what."""

    subject: Things = ()
    people: Things = ()  #: people who act; their body is in `subject`
    leaders: Things = ()
    helpers: Things = ()
    joiners: Things = ()
    others: Things = ()  #: bodies and people that it mentions otherwise


@dataclass(frozen=True)
class Clause:
    """A clause with the bodies and people that act in it. `explicit`: it names them itself."""

    start: int
    end: int
    sentence: tuple[int, int]
    bodies: Things
    people: Things
    leaders: Things  #: named by 由…牵头 in the sentence so far
    helpers: Things  #: that the subject guides or asks to act (引导各村党支部…)
    joiners: Things  #: that help or guide (X 配合, 在 X 指导下)
    places: Things  #: named in the clause outside names of bodies
    topic: Thing | None  #: the place that the passage is about
    explicit: bool
    source: str  #: where its subject is named: clause, sentence, before, or place (nowhere: the body that acts for the passage's place)
    here: Roles
    status: Status


def group_from(text: str, spans: Sequence[Span], index: int, joint: str) -> list[Span]:
    """The spans from `index` on that only a joint (a pattern's name) stands between: A、B和C."""
    group = [spans[index]]
    for span in spans[index + 1 :]:
        if not pattern(joint).fullmatch(text[group[-1].end : span.start]):
            break
        group.append(span)
    return group


def settled(text: str, clauses: list[Clause]) -> list[Clause]:
    """Second look at a sentence: 依托…， waits for its subject; what a later clause refuses is refused."""
    for number, clause in enumerate(clauses[1:], start=1):  # the sum of a plan is planned
        said = text[clause.start : clause.end]
        goes_on = clause.status == "asserted" and not clause.explicit and pattern("plan_goes_on").match(said)
        if clauses[number - 1].status == "planned" and goes_on:
            clauses[number] = replace(clause, status="planned")
    _not_begun(text, clauses)
    found = list(reversed(clauses))
    main: Clause | None = None
    for number, clause in enumerate(found):
        said = text[clause.start : clause.end]
        if clause.explicit:
            main = clause
        elif main is not None and pattern("subordinate").match(said):
            found[number] = replace(clause, bodies=main.bodies, people=main.people, topic=main.topic, source="sentence")
        if number and found[number - 1].status == "negated" and pattern("refused").search(said):
            found[number] = replace(found[number], status="negated")
    return found[::-1]


def _not_begun(text: str, clauses: list[Clause]) -> None:
    """…项目总投资2亿元，尚未开工: what a sentence reports before it says so is planned, unless it is said to be done."""
    last = max((n for n, c in enumerate(clauses) if pattern("not_begun").search(text, c.start, c.end)), default=-1)
    for number in range(last + 1):
        clause = clauses[number]
        if clause.status == "asserted" and not pattern("begun").search(text, clause.start, clause.end):
            clauses[number] = replace(clause, status="planned")
