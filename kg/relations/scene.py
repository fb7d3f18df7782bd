"""Who acts where: the subject of each clause, carried over to clauses that have none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.registry import Thing
from kg.records import Status
from kg.tables import settings


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of relations.toml, [patterns]."""
    return re.compile(settings("relations.toml")["patterns"][name])


@dataclass(frozen=True)
class Clause:
    """A clause with the bodies and people that act in it. `explicit`: it names them itself."""

    start: int
    end: int
    sentence: tuple[int, int]
    bodies: tuple[Thing, ...]
    people: tuple[Thing, ...]
    helpers: tuple[Thing, ...]  #: bodies that the subject guides, asks or leads to act (引导各村党支部…)
    places: tuple[Thing, ...]  #: places that the clause or its subject is about
    explicit: bool
    status: Status


class Scenes:
    """The clauses of an article in order."""

    def __init__(self, annotation: Annotation) -> None:
        self.annotation = annotation
        self.layer = annotation.layer
        self.text = annotation.layer.text
        self.actors = annotation.actors()
        self.focal = annotation.place_things.focal
        self.default = annotation.body_things.acting(self.focal) if self.focal is not None else None
        self.clauses: list[Clause] = []
        self._read()

    def _read(self) -> None:
        paragraph = -1
        bodies: tuple[Thing, ...] = ()
        people: tuple[Thing, ...] = ()
        for sentence in self.layer.sentences:
            here = self.layer.paragraph_of(sentence[0])
            if here != paragraph:
                bodies, people, paragraph = self._start(), (), here
            elif people and not bodies:
                bodies, people = self._start(), ()
            helpers: tuple[Thing, ...] = ()
            spoken = self._spoken(sentence)
            planned = pattern("planned_sentence").search(self.text, *sentence) is not None
            for start, end in self.layer.clauses(*sentence):
                found = self._subject(start, end)
                explicit = found is not None
                if found is not None:
                    bodies, people = found
                    helpers = ()
                helpers = (*helpers, *(h for h in self._helpers(start, end) if h not in helpers))
                status = self._status(start, end, spoken=spoken, planned=planned)
                self.clauses.append(Clause(start, end, sentence, bodies, people, helpers, self._places(start, end), explicit, status))

    def _start(self) -> tuple[Thing, ...]:
        return (self.default,) if self.default is not None else ()

    def clause_at(self, offset: int) -> Clause | None:
        """The clause that covers `offset`."""
        return next((clause for clause in reversed(self.clauses) if clause.start <= offset < clause.end), None)

    # subject ------------------------------------------------------------------------------------------------------------------------
    def _subject(self, start: int, end: int) -> tuple[tuple[Thing, ...], tuple[Thing, ...]] | None:
        spans = [span for span in self.actors if start <= span.start and span.end <= end]
        for index, span in enumerate(spans):
            if not self._opens(start, span.start):
                return None
            group = self._group(spans, index)
            last = group[-1]
            if not self._acts(last, end):
                continue
            bodies, people = [], []
            for member in group:
                thing = self.annotation.thing(member)
                if thing is None:
                    continue
                if thing.type == terms.PERSON:
                    people.append(thing)
                else:
                    bodies.append(self.annotation.body_things.acting(thing) if thing.type == terms.PLACE else thing)
            if bodies or people:
                return tuple(dict.fromkeys(bodies)), tuple(dict.fromkeys(people))
        return None

    def _opens(self, start: int, offset: int) -> bool:
        """Only time, adverbs, conjunctions, places' or people's titles stand between the clause's start and `offset`, or 由 right before."""
        before = self.text[start:offset]
        if pattern("by").search(before):
            return True
        tags = [(token.text, token.tag) for token in self.layer.within(start, offset)]
        return all(tag in ("TIME", "d", "ad", "c", "w", "f", "t", "r", "m", "q", "s", "LOC", "ORG", "n", "nz", "PER", "a", "xc", "nw", "u") for _, tag in tags)

    def _group(self, spans: list[Span], index: int) -> list[Span]:
        """Actors joined by 、 和 与 联合 from `index` on."""
        group = [spans[index]]
        for span in spans[index + 1 :]:
            if not pattern("joined").fullmatch(self.text[group[-1].end : span.start]):
                break
            group.append(span)
        return group

    def _acts(self, span: Span, end: int) -> bool:
        """What follows makes it a subject: a verb, an adverb, a preposition; no 的, no noun."""
        rest = self.text[span.end : end]
        if not rest or pattern("acts").match(rest):
            return True
        if pattern("not_acts").match(rest):
            return False
        token = self.layer.tokens[self.layer.token_at(span.end)]
        if token.start < span.end:
            return True
        return token.tag in ("v", "vd", "d", "ad", "p", "a", "TIME", "w", "vn", "m")

    def _helpers(self, start: int, end: int) -> list[Thing]:
        found = []
        for span in self.annotation.bodies:
            if start <= span.start and span.end <= end and pattern("guides").search(self.text, max(start, span.start - 8), span.start):
                thing = self.annotation.thing(span)
                if thing is not None:
                    found.append(thing)
        return found

    # place and status ---------------------------------------------------------------------------------------------------------------
    def _places(self, start: int, end: int) -> tuple[Thing, ...]:
        """Places named in the clause outside bodies' names, 全镇 and the like included, the most specific of each chain."""
        inner = {(place.start, place.end) for body in self.annotation.bodies for place in body.inner}
        spans = [s for s in self.annotation.places if start <= s.start and s.end <= end and (s.start, s.end) not in inner]
        found = [thing for span in spans if (thing := self.annotation.thing(span)) is not None]
        return tuple(thing for thing in dict.fromkeys(found) if not any(other.place == thing for other in found))

    def _spoken(self, sentence: tuple[int, int]) -> bool:
        """The sentence lies in a quotation that is speech."""
        before = self.text[max(0, sentence[0] - 400) : sentence[0] + 1]
        return before.count("\u201c") > before.count("\u201d") + (0 if before.endswith("\u201c") is False else 0) and bool(
            pattern("speech").search(self.text, *sentence)
        )

    def _status(self, start: int, end: int, *, spoken: bool, planned: bool) -> Status:
        clause = self.text[start:end]
        if pattern("negated").search(clause):
            return "negated"
        if planned or pattern("planned").search(clause):
            return "planned"
        if pattern("past").search(clause):
            return "past"
        return "reported" if spoken else "asserted"
