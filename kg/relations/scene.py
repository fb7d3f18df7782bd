"""Who acts where: the subject of each clause, carried over to clauses that have none; leaders and helpers of a sentence; what is no fact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.clauses import Clause, Roles, Things, group_from, pattern, settled
from kg.tables import settings

_OPENERS = frozenset({"TIME", "d", "ad", "c", "w", "f", "t", "r", "m", "q", "s", "LOC", "ORG", "n", "nz", "PER", "a", "xc", "nw", "u", "vd"})
_FOLLOWERS = frozenset({"v", "vd", "d", "ad", "p", "a", "TIME", "w", "vn", "m"})


@dataclass
class _State:
    """What is carried from clause to clause."""

    bodies: Things = ()
    people: Things = ()
    leaders: Things = ()
    helpers: Things = ()
    joiners: Things = ()
    topic: Thing | None = None
    source: str = "place"

    def sentence(self) -> None:
        self.leaders = self.helpers = self.joiners = ()
        self.source = "before" if self.source in ("clause", "sentence") else self.source


class Scenes:
    """The clauses of an article in order."""

    def __init__(self, annotation: Annotation, homes: Mapping[str, Thing] | None = None) -> None:
        """Read the clauses; `homes`: id of a person → the local body in which they hold a post."""
        self.annotation, self.homes = annotation, homes or {}
        self.layer = annotation.layer
        self.text = annotation.layer.text
        several = settings("relations.toml")["scene"]["several"]
        self.pronouns = [span for span in annotation.pronouns if not span.text.startswith(several)]
        self.actors = tuple(span for span in annotation.actors if not (span.pronoun and span.text.startswith(several)))
        self.focal = annotation.place_things.focal
        self.named = {span.start for span in annotation.initiatives}
        self.clauses: list[Clause] = []
        self.starts: list[int] = []
        self._read()

    def _read(self) -> None:
        paragraph, state = -1, _State()
        for sentence in self.layer.sentences:
            here = self.layer.paragraph_of(sentence[0])
            if here != paragraph:
                state, paragraph = self._opening(here), here
            elif state.people and not pattern("pronoun").match(self.text, sentence[0]):
                state.bodies, state.people, state.source = self._default(state.topic), (), "place"
            state.sentence()
            spoken = self._spoken(sentence) or pattern("hearsay").search(self.text, *sentence) is not None
            planned = pattern("planned_sentence").search(self.text[sentence[0] : sentence[1]]) is not None
            first = len(self.clauses)
            for start, end in self.layer.clauses(*sentence):
                self._clause(start, end, sentence, state, self._status(start, end, spoken=spoken, planned=planned))
            self.clauses[first:] = settled(self.text, self.clauses[first:])
        self.starts = [clause.start for clause in self.clauses]

    def _opening(self, paragraph: int) -> _State:
        """A paragraph starts with the focal place, or with the place of the heading above it."""
        topic = self.focal
        if paragraph > 0:
            start, end = self.layer.paragraphs[paragraph - 1]
            if end - start <= settings("relations.toml")["scene"]["heading"] and start >= self.layer.body:
                named = [t for s, t in self.annotation.place_things.mentions if start <= s < end]
                topic = named[-1] if named else topic
        return _State(bodies=self._default(topic), topic=topic)

    def _default(self, topic: Thing | None) -> Things:
        return (self.annotation.body_things.acting(topic),) if topic is not None else ()

    def _clause(self, start: int, end: int, sentence: tuple[int, int], state: _State, status: Status) -> None:
        here = self._roles(start, end, state)
        founded = self._founded(start, end)
        found = self._subject(start, end, state.topic)
        if found is not None:
            state.bodies, state.people, state.helpers, state.source = (*found, (), "clause")
            here.subject, here.people = found
            homes = [body.place for body in state.bodies if body.place is not None]
            if homes and (state.topic is None or homes[0].kind == terms.VILLAGE or not self.holds(homes[0], state.topic)):
                state.topic = homes[0]
        self._mentioned(start, end, here)
        places = self._places(start, end)
        if places and found is None and pattern("setting").match(self.text[start:end]):
            state.topic = places[0]
        if places and places[0].kind in (terms.VILLAGE, terms.TOWNSHIP) and found is None and pattern("topic").match(self.text[start:end]):
            state.topic = places[0]
            state.bodies, state.people, state.source = self._default(places[0]), (), "clause"
            here.subject = state.bodies
        self.clauses.append(
            Clause(
                start,
                end,
                sentence,
                state.bodies,
                state.people,
                state.leaders,
                state.helpers,
                state.joiners,
                places,
                state.topic,
                found is not None,
                state.source,
                here,
                status,
            )
        )
        state.source = "sentence" if state.source == "clause" else state.source
        if founded is not None:
            state.bodies, state.people, state.leaders, state.source = (founded,), (), (), "sentence"

    def _mentioned(self, start: int, end: int, here: Roles) -> None:
        """Who else the clause names."""
        known = {*here.subject, *here.people, *here.leaders, *here.helpers, *here.joiners}
        inside = [span for span in self.annotation.initiatives if start <= span.start < end]
        spans = [span for span in self.actors if start <= span.start and span.end <= end and span.type != terms.PLACE]
        spans = [span for span in spans if not any(name.start < span.end and span.start < name.end for name in inside)]
        things = [thing for span in spans if (thing := self.annotation.thing(span)) is not None]
        here.others = tuple(thing for thing in dict.fromkeys(things) if thing not in known)

    def _founded(self, start: int, end: int) -> Thing | None:
        """组建“汉水调解队”， …: the team that a clause ends with is the subject of what follows."""
        spans = [s for s in self.annotation.bodies if start <= s.start and s.end <= end and s.kind in settings("relations.toml")["scene"]["founded"]]
        if not spans or not pattern("founds").search(self.text, start, spans[-1].start):
            return None
        return self.annotation.thing(spans[-1]) if end - spans[-1].end <= 1 else None

    def holds(self, upper: Thing, lower: Thing) -> bool:
        """Whether `upper` is `lower` or holds it."""
        at: Thing | None = lower
        for _ in range(8):
            if at is None:
                return False
            if at == upper:
                return True
            at = at.place
        return False

    def clause_at(self, offset: int) -> Clause | None:
        """The clause that covers `offset`."""
        index = bisect_right(self.starts, offset) - 1
        return self.clauses[index] if index >= 0 and offset < self.clauses[index].end else None

    # roles --------------------------------------------------------------------------------------------------------------------------
    def _roles(self, start: int, end: int, state: _State) -> Roles:
        """Leaders, helpers and joiners that the clause names; they hold to the end of the sentence."""
        here = Roles()
        spans = [span for span in self.actors if start <= span.start and span.end <= end and span.type != terms.PERSON]
        for index, span in enumerate(spans):
            group = group_from(self.text, spans, index, "joined")
            rest = self.text[group[-1].end : end]
            before = self.text[start : span.start]
            things = self._things(group)
            if not things or (index and span in group_from(self.text, spans, index - 1, "joined")):
                continue
            led = pattern("led_by_group").search(before) is not None
            if (led and self._led(rest)) or pattern("leads_alone").match(rest):
                here.leaders += things
            elif pattern("assists").match(rest) or (pattern("under").search(before) and pattern("guidance").match(rest)):
                here.joiners += things
            elif self._helps(span, before, rest):
                here.helpers += things
        state.leaders = tuple(dict.fromkeys((*state.leaders, *here.leaders)))
        state.joiners = tuple(dict.fromkeys((*state.joiners, *here.joiners)))
        state.helpers = tuple(dict.fromkeys((*state.helpers, *here.helpers)))
        return here

    def _led(self, rest: str) -> bool:
        """由 X followed by any verb, but for help and posts (由镇长任组长)."""
        if pattern("assists").match(rest) or pattern("posted").search(rest):
            return False
        return pattern("leads").match(rest) is not None or pattern("acts").match(rest) is not None

    def _helps(self, span: Span, before: str, rest: str) -> bool:
        """会同 X, 与 X 合作, 引导 X: the subject acts together with it, or through it."""
        if pattern("with_before").search(before) or (pattern("with_and").search(before) and pattern("with_after").match(rest)):
            return True
        return span.type == terms.ORGANIZATION and pattern("guides").search(before) is not None

    def _things(self, group: list[Span]) -> Things:
        found = [self.body(span) for span in group]
        return tuple(dict.fromkeys(thing for thing in found if thing is not None))

    def body(self, span: Span) -> Thing | None:
        """The thing of a span; for a place, the body that acts for it."""
        thing = self.annotation.thing(span)
        if thing is not None and thing.type == terms.PLACE:
            return self.annotation.body_things.acting(thing)
        return thing

    # subject ------------------------------------------------------------------------------------------------------------------------
    def _local(self, topic: Thing | None) -> Thing | None:
        """The place that a visitor is at: below the county, for a visit says nothing of who runs what there."""
        return topic if topic is not None and topic.kind in (terms.TOWNSHIP, terms.VILLAGE) else None

    def _subject(self, start: int, end: int, topic: Thing | None) -> tuple[Things, Things] | None:
        spans = [span for span in self.actors if start <= span.start and span.end <= end]
        begin = start
        for index, span in enumerate(spans):
            if span.start < begin:
                continue
            if not self._opens(begin, span.start):
                return None
            group = group_from(self.text, spans, index, "joined")
            last, rest = group[-1], self.text[group[-1].end : end]
            if span.type == terms.PLACE and pattern("at").search(self.text[begin : span.start]):  # 在火神岭村办起…: where, not who
                begin = last.end
                continue
            led = pattern("by").search(self.text[start : span.start]) and pattern("leads").match(rest)
            if led or not self._acts(last, end) or pattern("assists").match(rest):
                begin = self._after_relative(last, spans[index + 1 :]) or begin
                continue
            post = self._post_body(span, start) if span.type == terms.PERSON else None
            people = tuple(t for member in group if member.type == terms.PERSON and (t := self.annotation.thing(member)) is not None)
            bodies = self._things([member for member in group if member.type != terms.PERSON])
            if bodies or people:
                return bodies or ((post,) if post is not None else self._default(self._local(topic))), people
        return None

    def _after_relative(self, span: Span, later: list[Span]) -> int | None:
        """石桥村党支部领办的|富民合作社: where the noun begins to which the clause before 的 belongs."""
        return next((s.start for s in later if pattern("relative").fullmatch(self.text, span.end, s.start)), None)

    def _post_body(self, person: Span, start: int) -> Thing | None:
        """共富村党支部书记李西强: the body whose post stands before the name acts through the person, unless it is above a township."""
        named = [b for b in self.annotation.bodies if start <= b.start and b.end <= person.start and person.start - b.end <= 8]
        things = [t for b in named if (t := self.annotation.thing(b)) is not None]
        local = [t for t in things if t.place is None or t.place.kind in (terms.VILLAGE, terms.TOWNSHIP)]
        thing = self.annotation.thing(person)
        return local[0] if local else self.homes.get(thing.id) if thing is not None else None

    def _opens(self, start: int, offset: int) -> bool:
        """Only time, adverbs, conjunctions, and nouns stand between the clause's start and `offset`, or 由 right before."""
        if pattern("by").search(self.text[start:offset]):
            return True
        return all(token.tag in _OPENERS for token in self.layer.within(start, offset))

    def _acts(self, span: Span, end: int) -> bool:
        """What follows makes it a subject: a verb, an adverb, a preposition; no 的, no noun."""
        rest = self.text[span.end : end]
        if self._modifies(span, end):
            return False
        if not rest or pattern("acts").match(rest):
            return True
        if pattern("not_acts").match(rest):
            return False
        token = self.layer.tokens[self.layer.token_at(span.end)]
        return token.start < span.end or token.tag in _FOLLOWERS

    def _modifies(self, span: Span, end: int) -> bool:
        """A place right before an initiative's name (樟塘村|共享食堂), a body before 的 and another body (党支部领办的|合作社)."""
        if span.type == terms.PLACE and span.end in self.named:
            return True
        after = [s for s in self.actors if span.end < s.start < end and s.type != terms.PLACE]
        return any(pattern("relative").fullmatch(self.text, span.end, s.start) for s in after[:2])

    # place and status ---------------------------------------------------------------------------------------------------------------
    def _places(self, start: int, end: int) -> Things:
        """Places named in the clause outside bodies' names, 全镇 and the like included, the most specific of each chain."""
        inner = self.annotation.within_names
        spans = [s for s in self.annotation.places if start <= s.start and s.end <= end and (s.start, s.end) not in inner]
        spans += [s for s in self.pronouns if start <= s.start and s.end <= end]
        found = [t for span in sorted(spans, key=lambda s: s.start) if (t := self.annotation.thing(span)) is not None]
        return tuple(t for t in dict.fromkeys(found) if not any(other.place == t for other in found))

    def _spoken(self, sentence: tuple[int, int]) -> bool:
        """The sentence is speech: it lies in quotation marks and speaks of I and you."""
        opening, closing = settings("pipeline.toml")["marks"]["quotes"][0]
        before = self.text[max(0, sentence[0] - 400) : sentence[0]]
        within = before.count(opening) > before.count(closing) or self.text[sentence[0]] == opening
        return within and pattern("speech").search(self.text[sentence[0] : sentence[1]]) is not None

    def _status(self, start: int, end: int, *, spoken: bool, planned: bool) -> Status:
        clause = self.text[start:end]
        if pattern("negated").search(clause):
            return "negated"
        if planned or pattern("planned").search(clause):
            return "planned"
        if pattern("past").search(clause):
            return "past"
        return "reported" if spoken else "asserted"
