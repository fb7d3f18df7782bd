"""Mentions of initiatives in their clauses, by name or by what stands for it (该做法, 这座育肥园, 驿站 for “红邻驿站”)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.clauses import Clause, pattern
from kg.relations.scene import Scenes
from kg.tables import settings

Pair = tuple[tuple[Thing, ...], tuple[Thing, ...]]


@dataclass(frozen=True)
class Sighting:
    """One mention of an initiative in its clause."""

    span: Span
    initiative: Thing
    clause: Clause
    verb: str  #: run, join or none
    pair: Pair | None  #: 分别: the bodies and places that are this initiative's and not its neighbours'
    status: Status
    named: bool  #: by a name; else by a word that stands for it


class Sightings:
    """All mentions of initiatives in an article, in text order."""

    def __init__(self, annotation: Annotation, scenes: Scenes) -> None:
        self.annotation, self.scenes = annotation, scenes
        self.text = annotation.layer.text
        named = [s for span in annotation.initiatives if (s := self._sight(span, annotation.thing(span), named=True)) is not None]
        again = self._again(named)
        self.all = sorted([*(self._same(s, again) for s in named), *again], key=lambda s: (s.span.start, s.span.end))

    def _sight(self, span: Span, thing: Thing | None, *, named: bool) -> Sighting | None:
        clause = self.scenes.clause_at(span.start)
        if clause is None or thing is None:
            return None
        verb = self._verb(self.text[clause.start : span.start], self.text[span.end : clause.end])
        return Sighting(span, thing, clause, verb, self._paired(span, clause) if named else None, clause.status, named)

    def _same(self, sight: Sighting, again: list[Sighting]) -> Sighting:
        """这座分选中心是镇里的头号工程: what a work is called so is that work."""
        subject = next((s for s in again if s.clause == sight.clause and s.span.end < sight.span.start), None)
        called = subject is not None and pattern("is_a").match(self.text, subject.span.end)
        return replace(sight, initiative=subject.initiative) if called and subject is not None else sight

    def _verb(self, before: str, after: str) -> str:
        """The verb nearest before the name decides; else one right after it (…活动启动)."""
        join = list(pattern("join_in").finditer(before))
        run = list(pattern("run").finditer(before))
        if join and (not run or join[-1].start() > run[-1].start()):
            return "join"
        if run:
            return "run"
        return "run" if pattern("run_after").match(after) else "none"

    def _paired(self, span: Span, clause: Clause) -> Pair | None:
        """A和B分别建起X和Y: the first subject has the first initiative."""
        if not pattern("respectively").search(self.text, clause.start, span.start):
            return None
        mates = [s for s in self.annotation.initiatives if clause.start <= s.start < clause.end]
        if len(mates) < 2:
            return None
        number = mates.index(span)
        bodies = clause.bodies
        mine = (bodies[number],) if len(bodies) == len(mates) else bodies
        for level in (terms.VILLAGE, terms.TOWNSHIP):
            places = [place for place in clause.places if place.kind == level]
            if len(places) == len(mates):
                return mine, (places[number],)
        home = mine[0].place if len(mine) == 1 else None
        return (mine, (home,)) if home is not None else None

    def _again(self, named: list[Sighting]) -> list[Sighting]:
        """Words that stand for an initiative named before: 该 and the like before a noun, or at a clause's start the noun that its name ends with."""
        rules = settings("relations.toml")["again"]
        taken = [*self.annotation.initiatives, *self.annotation.bodies]
        found = []
        for match in _again_pattern().finditer(self.text, self.annotation.layer.body):
            start = match.start()
            before = [s for s in named if s.span.end <= start]
            if not before or any(span.start <= start < span.end for span in taken):
                continue
            known = self._meant(match, before) if match["this"] else self._bare(match, before)
            if known is None:
                continue
            sight, end = known
            if any(span.start < end and start < span.end for span in taken) or re.match(rules["not_before"], self.text[end : end + 4]):
                continue
            again = self._sight(
                Span(start, end, terms.INITIATIVE, sight.initiative.kind, "again", self.text[start:end]), sight.initiative, named=False
            )
            if again is not None:
                found.append(again)
        return found

    def _meant(self, match: re.Match[str], before: list[Sighting]) -> tuple[Sighting, int] | None:
        """这座分选中心, 该做法: the last initiative whose name ends so; a general word means the last one named near."""
        at = match.end("this")
        for sight in reversed(before):
            for name in sorted(sight.initiative.names):
                bare = name.strip(_quotes())
                length = next((n for n in range(min(6, len(bare)), 1, -1) if self.text.startswith(bare[-n:], at)), 0)
                if length:
                    return sight, at + length
        paragraph = self.annotation.layer.paragraph_of(match.start())
        near = [s for s in before if self.annotation.layer.paragraph_of(s.span.start) >= paragraph - 1]
        general = match["head"] in settings("relations.toml")["again"]["any"]
        return (near[-1], match.end()) if near and general else None

    def _bare(self, match: re.Match[str], before: list[Sighting]) -> tuple[Sighting, int] | None:
        clause = self.scenes.clause_at(match.start())
        if clause is None or clause.start != match.start():
            return None
        same = [s for s in before if any(name.strip(_quotes()).endswith(match["head2"]) for name in s.initiative.names)]
        return (same[-1], match.end()) if same else None

    def seats(self) -> dict[str, Thing]:
        """基地选在北洼村: where a later clause says that a work stands. Initiative id → place."""
        found: dict[str, Thing] = {}
        for match in pattern("seated").finditer(self.text):
            place = next((s for s in self.annotation.places if match.end() <= s.start <= match.end() + 8), None)
            clause = self.scenes.clause_at(match.start())
            if place is None or clause is None or place.start >= clause.end:
                continue
            last = [s for s in self.annotation.places if place.start <= s.start < clause.end]
            thing = self.annotation.thing(last[-1])
            before = [s for s in self.annotation.initiatives if s.start < match.start()]
            near = [s for s in before if clause.start <= s.start]
            named = near or [s for s in before if s.head and s.head in self.text[clause.start : match.start()]]
            initiative = self.annotation.thing(named[-1]) if named else None
            if thing is not None and initiative is not None:
                found[initiative.id] = thing
        return found


def _quotes() -> str:
    return "".join(settings("pipeline.toml")["marks"]["quotes"])


@cache
def _again_pattern() -> re.Pattern[str]:
    rules = settings("relations.toml")["again"]
    heads = "|".join(sorted(map(re.escape, rules["heads"]), key=len, reverse=True))
    return re.compile(f"(?P<this>{rules['this']})(?P<head>{heads})?|(?P<head2>{heads})")
