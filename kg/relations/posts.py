"""Posts, homes and partners: what stands right beside a name."""

from __future__ import annotations

import re
from dataclasses import replace

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.person_spans import titles
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.clauses import pattern
from kg.relations.facts import Fact
from kg.relations.scene import Scenes
from kg.tables import settings

#: A year, a month or a day in the value of an expression of time; of a span its two years.
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


def local_posts(facts: list[Fact]) -> dict[str, Thing]:
    """Id of a person → the body of a village or township in which they hold a post now; the first one said."""
    found: dict[str, Thing] = {}
    for fact in facts:
        place = fact.object.place
        local = place is not None and place.kind in (terms.VILLAGE, terms.TOWNSHIP)
        if fact.predicate == terms.HOLDS_POST and fact.status == "asserted" and local:
            found.setdefault(fact.subject.id, fact.object)
    return found


class Posts:
    """Titles beside people: each title gives a post in a body, or a home in a place."""

    def __init__(self, annotation: Annotation) -> None:
        self.annotation = annotation
        self.focal = annotation.place_things.focal
        self.text = annotation.layer.text
        self.rules = settings("relations.toml")["posts"]
        self.titles = self._longest(annotation.titles)
        self.title_ends = {title.end: title for title in self.titles}
        self.title_starts = {title.start: title for title in self.titles}
        self.ends: dict[int, Span] = {}
        for span in [*annotation.places, *annotation.pronouns, *annotation.bodies]:
            if span.end not in self.ends or span.type == terms.ORGANIZATION:
                self.ends[span.end] = span

    def _longest(self, spans: tuple[Span, ...]) -> list[Span]:
        return [span for span in spans if not any(o is not span and o.covers(span) and o.end - o.start > span.end - span.start for o in spans)]

    def facts(self) -> list[Fact]:
        """HOLDS_POST of every person: titles before the name, then titles that a verb gives to who was named before."""
        return [fact for fact in self._all(None) if fact.predicate == terms.HOLDS_POST]

    def homes(self, scenes: Scenes) -> list[Fact]:
        """RESIDES_IN; a villager without a village lives where the passage is."""
        return [fact for fact in self._all(scenes) if fact.predicate == terms.RESIDES_IN]

    def _all(self, scenes: Scenes | None) -> list[Fact]:
        self.scenes = scenes
        found: list[Fact] = []
        given: set[tuple[int, int]] = set()
        for person in self.annotation.people:
            thing = self.annotation.thing(person)
            if thing is None:
                continue
            for title in self._before(person):
                given.add((title.start, title.end))
                fact = self._fact(thing, person, title)
                if fact is not None:
                    found.append(fact)
        for title in self.titles:
            if (title.start, title.end) not in given:
                found.extend(self._assigned(title))
        return found

    def _assigned(self, title: Span) -> list[Fact]:
        """李西强任队长, 他当了会长: the last person named before, where a verb gives the title and nothing else follows it."""
        after = self.text[title.end : title.end + 1]
        if after not in self.rules["after_title"] and title.end not in self.title_starts:
            return []
        start = self.annotation.layer.sentence_of(title.start)[0]
        owner = self._owner(title)
        left = min(title.start, owner[1].start if owner is not None else title.start)
        verb = pattern("post_verb").search(self.text, start, left)
        paragraph = self.annotation.layer.paragraphs[self.annotation.layer.paragraph_of(title.start)][0]
        people = [p for p in self.annotation.people if paragraph <= p.start and p.end <= left]
        if verb is None or not people or any(t.start >= verb.end() and t.end <= left for t in self.titles if t.kind == "own"):
            return []
        person = people[-1]
        thing = self.annotation.thing(person)
        if person.start < start and not pattern("goes_on").match(self.text, start):
            return []
        if thing is None or title.kind in ("resident", "reporter", "member"):
            return []
        fact = self._fact(thing, person, title)
        if fact is None:
            return []
        past = pattern("post_past").search(self.text, verb.start(), left) or pattern("post_past").search(
            self.text, max(start, verb.start() - 4), verb.end()
        )
        since, until = self._period(start, verb.start())
        return [replace(fact, status="past" if past else fact.status, since=since, until=until)]

    def _period(self, start: int, verb: int) -> tuple[str | None, str | None]:
        """From when, and until when, a post was held that a verb gives: by the expression of time close before the verb, in its sentence."""
        near = [date for date in self.annotation.dates if start <= date.start and verb - self.rules["date_reach"] <= date.end <= verb and date.value]
        years = _ISO.findall(near[-1].value or "") if near else []
        return years[0] if years else None, years[1] if len(years) > 1 else None

    def _before(self, person: Span) -> list[Span]:
        """Titles that end where the name starts, and those joined to them by 、 or 兼."""
        found: list[Span] = []
        at = person.start
        while (title := self._title_ending(at)) is not None:
            found.append(title)
            at = title.start
            body = self.ends.get(at) or next((b for b in self.annotation.bodies if b.start <= at < b.end < title.end), None)
            if body is not None and body.type == terms.ORGANIZATION:
                at = body.start
            place = self.ends.get(at)
            if place is not None and place.type == terms.PLACE:
                at = place.start
            joined = pattern("post_joined").search(self.text, max(0, at - 3), at)
            if joined is None:
                break
            at = joined.start()
        return found

    def _title_ending(self, at: int) -> Span | None:
        while at > 0 and self.text[at - 1] in self.rules["skip"]:
            at -= 1
        return self.title_ends.get(at)

    def _fact(self, person: Thing, span: Span, title: Span) -> Fact | None:
        row = titles()[title.head]
        use = row["use"]
        if use == "reporter":
            return None
        owner = self._owner(title)
        status: Status = "past" if self._near_former(title, owner) else "asserted"
        start, end = min(span.start, title.start), max(span.end, title.end)
        if owner is not None:
            start = min(start, owner[1].start)
        if use == "resident":
            place = self._home(owner) or self._topic(span.start)
            return Fact(person, terms.RESIDES_IN, place, start, end, f"titles:{title.head}", status=status) if place is not None else None
        body = self._body(owner, title, row["body"], use)
        if body is None:
            return None
        role = self._role(title, owner)
        return Fact(person, terms.HOLDS_POST, body, start, end, f"titles:{title.head}", role=role, status=status)

    def _near_former(self, title: Span, owner: tuple[Thing, Span] | None) -> bool:
        """原 or 时任 right before the post or before the body that it is in."""
        starts = {title.start, owner[1].start if owner is not None else title.start}
        return any(pattern("former").search(self.text, max(0, start - 3), start) for start in starts)

    def _owner(self, title: Span) -> tuple[Thing, Span] | None:
        """The body or place right before a title."""
        at = title.start
        span = self.ends.get(at) or self.ends.get(at - 1 if at and self.text[at - 1] in self.rules["skip"] else -1)
        if span is None:
            span = next((b for b in self.annotation.bodies if b.start <= at < b.end < title.end), None)
        if span is None:  # 巴彦嘎查|达: the title begins within the place's name
            span = next((p for p in self.annotation.places if p.start < at < p.end < title.end), None)
        if span is None:
            match = pattern("post_modifier").search(self.text, max(0, at - 8), at)
            span = self.ends.get(match.start()) if match else None
        if span is None:
            return None
        thing = self.annotation.thing(span)
        return (thing, span) if thing is not None else None

    def _home(self, owner: tuple[Thing, Span] | None) -> Thing | None:
        if owner is None:
            return None
        thing = owner[0]
        return thing if thing.type == terms.PLACE else thing.place

    def _body(self, owner: tuple[Thing, Span] | None, title: Span, own: str, use: str) -> Thing | None:
        """The body that the post is in: the one named before it, or the one that the title means at the place before it."""
        if owner is not None and owner[1].scope == terms.VILLAGE and owner[1].type == terms.ORGANIZATION:
            village = owner[0].place if owner[0].place is not None and owner[0].place.kind == terms.VILLAGE else None
            village = village or self.annotation.place_things.nearest(title.start, terms.VILLAGE)
            if village is not None:
                return self._at(village, own if use == "own" or not owner[1].head else self._own_of(owner[1])) or owner[0]
        if owner is not None and owner[0].type == terms.ORGANIZATION and (use != "own" or title.head in self.rules["first_secretary"]):
            return owner[0]
        if owner is not None and owner[0].type == terms.ORGANIZATION:
            return self._at(owner[0].place, own) or owner[0]
        place = owner[0] if owner is not None else None
        if place is None:
            if use == "member":
                return None
            last = self._last_body(title, own)
            if last is not None:
                return last
            word = next((w for w in sorted(settings("pipeline.toml")["levels"], key=len, reverse=True) if title.head.startswith(w)), None)
            if word is None:
                return None if use == "plain" or self.focal is None else self._at(self.focal, own)
            places = self.annotation.place_things
            place = places.meant(word, title.start, local=word in self.rules["local"])
            if place is None and word in self.rules["local"]:
                place = places.nearest(title.start, terms.VILLAGE)
        return self._at(place, own)

    def _topic(self, offset: int) -> Thing | None:
        """Where the passage is: a villager without a village lives there."""
        clause = self.scenes.clause_at(offset) if self.scenes is not None else None
        return clause.topic if clause is not None and clause.topic is not None else self.focal

    def _last_body(self, title: Span, own: str) -> Thing | None:
        """雷永强任队长: the body of the title's sort that the sentence or the one before names last."""
        kinds = self.rules["sorts"].get(own)
        if kinds is None:
            return None
        start = self.annotation.layer.sentence_of(max(0, self.annotation.layer.sentence_of(title.start)[0] - 2))[0]
        spans = [s for s in self.annotation.bodies if start <= s.start and s.end <= title.start and s.kind in kinds]
        return self.annotation.thing(spans[-1]) if spans else None

    def _own_of(self, span: Span) -> str:
        """The head of a village's body as titles know it: 村党支部 → 党支部."""
        return next((own for own in sorted(self.rules["bodies"], key=len, reverse=True) if span.text.endswith(own)), span.head)

    def _at(self, place: Thing | None, own: str) -> Thing | None:
        if place is None or own not in self.rules["bodies"]:
            return None
        bodies = self.annotation.body_things
        kind = self.rules["bodies"][own]
        name = self.rules["canonical"].get(own, own)
        exact = [t for t in bodies.all() if t.place == place and t.name == bodies.name(place, name)]
        same = exact or [t for t in bodies.all() if t.place == place and t.kind == kind and (t.name.endswith(name) or kind == terms.PARTY_BRANCH)]
        if same:
            return same[0]
        return bodies.named(place, name, kind)

    def _role(self, title: Span, owner: tuple[Thing, Span] | None) -> str:
        """党支部书记 of 共富村|党支部|书记: the title with the head of its body, so that it can be read alone."""
        if owner is not None and owner[1].type == terms.ORGANIZATION and owner[1].head and owner[1].head not in title.head:
            head = owner[1].head
            if len(head) <= 6:
                return head + title.text
        return title.text
