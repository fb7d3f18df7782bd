"""Which mentions of an article are one thing: short forms, levels (镇党委), pronouns (该镇, 我县) resolved to the article's own entities."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg import terms
from kg.annotate.layers import Layer, Span
from kg.places import Division, load
from kg.tables import settings

#: Administrative levels from the top down; a site lies below all of them.
LEVELS = (terms.PROVINCE, terms.PREFECTURE, terms.COUNTY, terms.TOWNSHIP, terms.VILLAGE, terms.SITE)


@dataclass
class Thing:
    """An entity of the article while its mentions are gathered."""

    id: str
    type: str
    kind: str | None
    name: str
    names: set[str] = field(default_factory=set)
    place: Thing | None = None
    collective: bool = False
    virtual: bool = False
    division: Division | None = None
    first: int = 0
    guessed: bool = False  #: the text names no place for it; it is where the passage is

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and other.id == self.id


def rank(level: str | None) -> int:
    """Depth of a level; 0 is the province."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


class Places:
    """Places of one article: names, containment, the focal one, and what a bare level means where it stands."""

    def __init__(self, layer: Layer, spans: list[Span], hints: tuple[str, ...]) -> None:
        self.layer, self.spans, self.hints = layer, spans, hints
        self.gazetteer = load()
        self.things: dict[tuple[str, str, str | None], Thing] = {}
        self.of: dict[tuple[int, int], Thing] = {}
        self.mentions: list[tuple[int, Thing]] = []
        self.heads: set[int] = set()  # where a place only says which one the next is: 三原县 of 三原县陂西镇
        self._gather()
        self.focal = self._focal()
        self._settle()

    def _thing(self, level: str, name: str, parent: Thing | None, first: int) -> Thing:
        key = (level, name, parent.id if parent else None)
        if key in self.things:
            return self.things[key]
        same = [thing for (a, b, _), thing in self.things.items() if (a, b) == (level, name)]
        if parent is None and same:
            return same[-1]
        for thing in same:
            if parent is not None and (thing.place is None or thing.place == parent):
                thing.place = parent
                self.things[key] = thing
                return thing
        thing = Thing(f"P{len(set(map(id, self.things.values()))) + 1}", terms.PLACE, level, name, {name}, parent, first=first)
        self.things[key] = thing
        return thing

    def _gather(self) -> None:
        previous: tuple[int, Thing] | None = None
        for span in self.spans:
            level = span.kind or terms.SITE
            name = self._full(span)
            parent = previous[1] if previous and previous[0] == span.start and rank(previous[1].kind) < rank(level) else None
            if parent is not None:
                self.heads.add(self.mentions[-1][0])
            thing = self._thing(level, name, parent, span.start)
            thing.names.add(span.text)
            if parent is not None:
                thing.names.add(parent.name + name)
            self.of[span.start, span.end] = thing
            self.mentions.append((span.start, thing))
            previous = (span.end, thing)

    def _full(self, span: Span) -> str:
        """The full name of a short form or a list's item."""
        if span.rule == "place_list":
            return span.text if span.text.endswith(span.head) else span.text + span.head
        if span.rule == "place_short":
            longer = [b for (a, b, _) in self.things if a == span.kind and b.startswith(span.text) and len(b) > len(span.text)]
            others = [s.text for s in self.spans if s.kind == span.kind and s.text.startswith(span.text) and len(s.text) > len(span.text)]
            return next(iter([*longer, *others]), span.text)
        return span.text

    # the focal place ----------------------------------------------------------------------------------------------------------------
    def _focal(self) -> Thing | None:
        weights: defaultdict[Thing, float] = defaultdict(float)
        first_sentence = self.layer.sentences[0][1] if self.layer.sentences else 0
        head = max(self.layer.body, first_sentence)
        rules = settings("mentions.toml")["focal"]
        for start, thing in self.mentions:
            if start in self.heads:
                weights[thing] += rules["above"]
                continue
            weights[thing] += rules["title"] if start < self.layer.body else rules["head"] if start < head + rules["reach"] else 1
        for place in list(weights):
            weights[place] += self._deixis(place)
        candidates = [thing for thing in weights if thing.kind in (terms.COUNTY, terms.TOWNSHIP, terms.VILLAGE, terms.PREFECTURE)]
        county = self._implied_county()
        if county is not None and county not in candidates:
            weights[county] += self._deixis(county) + 2
            candidates.append(county)
            self._demote(county, candidates, weights)
        if not candidates:
            return None
        for thing in candidates:  # what lies in a place speaks of it, if many things do
            below = {other for other in weights if other.place == thing or (other.kind == terms.TOWNSHIP and thing == county)}
            if len(below) >= rules["spread"]:
                weights[thing] += rules["spread_weight"]
        for level, hint in rules["hints"].items():
            same = [thing for thing in candidates if thing.kind == level]
            if same:
                said = sum(self.layer.text.count(word) for word in hint["words"])
                weights[max(same, key=lambda thing: (weights[thing], -thing.first))] += hint["weight"] * said
        return max(candidates, key=lambda thing: (weights[thing], rank(thing.kind), -thing.first))

    def _deixis(self, place: Thing) -> float:
        """Weight of 该镇, 我县, 全村 that can mean the place."""
        total = 0.0
        for pronoun, weight in settings("mentions.toml")["focal"]["pronouns"].items():
            for word in settings("pipeline.toml")["levels"]:
                if self.fits(place, word):
                    total += weight * self.layer.text.count(pronoun + word)
        return total

    def _demote(self, county: Thing, candidates: list[Thing], weights: Mapping[Thing, float]) -> None:
        """城东区 in an article on the towns of another county is a quarter, not the district of that name elsewhere."""
        for thing in [other for other in candidates if other.kind == terms.COUNTY and other != county]:
            if thing.place is None and weights[thing] < weights[county] and not any(other.place == thing for other in weights):
                thing.kind = terms.SITE
                candidates.remove(thing)

    def _implied_county(self) -> Thing | None:
        """The county that the article's townships have in common, or that a short form in the text or a hint names with them."""
        towns = sorted({thing.name for _, thing in self.mentions if thing.kind == terms.TOWNSHIP})
        counts: Counter[str] = Counter()
        for name in towns:
            counts.update({division.code[:6] for division in self.gazetteer.named(name, terms.TOWNSHIP)})
        found = []
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if code not in self.gazetteer:
                continue
            division = self.gazetteer.division(code)
            short = division.name[:-1] if len(division.name) > 2 else division.name
            said = self._says(short, towns) or any(short in hint for hint in self.hints)
            if said or count >= 2:
                found.append((said, count, division))
        found.sort(key=lambda item: (-item[0], -item[1], item[2].code))
        if not found or (len(found) > 1 and found[0][:2] == found[1][:2]):
            return None
        said, _, division = found[0]
        if not said:
            return None
        thing = self._thing(terms.COUNTY, division.name, None, len(self.layer.text))
        thing.names.add(division.name[:-1])
        return thing

    def _says(self, short: str, towns: list[str]) -> bool:
        """Whether the text has the short form as one: not where it is a word too, nor only where it begins a town's or village's name (平安镇)."""
        text, below = self.layer.text, tuple(word for word, level in settings("pipeline.toml")["levels"].items() if rank(level) > rank(terms.COUNTY))
        found = re.finditer(re.escape(short), text) if not self.gazetteer.common_word(short) else ()
        return any(not text.startswith(below, match.end()) and not text.startswith(tuple(towns), match.start()) for match in found)

    # containment --------------------------------------------------------------------------------------------------------------------
    def _settle(self) -> None:
        things = list({id(thing): thing for thing in self.things.values()}.values())
        self._divisions(things)
        for thing in things:
            if thing.place is None:
                thing.place = self._container(thing, things)
            if thing.place is not None:
                thing.names.add(thing.place.name + thing.name)

    def _divisions(self, things: list[Thing]) -> None:
        names = []
        for thing in things:
            chain, at = thing.name, thing.place
            while at is not None:
                chain, at = at.name + chain, at.place
            names.append((chain, 1))
        settled = self.gazetteer.resolve_context(names, hints=self.hints)
        for thing, (chain, _) in zip(things, names, strict=True):
            division = settled.get(chain)
            if division is not None and division.level == thing.kind and division.name == thing.name:
                thing.division = division

    def _container(self, thing: Thing, things: list[Thing]) -> Thing | None:
        """The nearest place of the article that holds this one: by code, else the focal one or the one above it."""
        if thing.division is not None:
            codes = [division.code for division in self.gazetteer.chain(thing.division.code) if division.code != thing.division.code]
            holders = [other for other in things if other.division is not None and other.division.code in codes]
            if holders and (thing.kind != terms.VILLAGE or any(holder.kind == terms.TOWNSHIP for holder in holders)):
                return max(holders, key=lambda other: rank(other.kind))
        at = self.focal
        while at is not None and (at == thing or rank(at.kind) >= rank(thing.kind)):
            at = at.place
        if at is None or thing.kind in (terms.PROVINCE, terms.PREFECTURE):
            return None
        if thing.kind == terms.COUNTY:
            return None
        if thing.kind == terms.VILLAGE and at.kind in (terms.COUNTY, terms.PREFECTURE):
            return self._town_before(thing.first) or at
        return at

    def _town_before(self, offset: int) -> Thing | None:
        """The last township named before in the same paragraph, or in the heading above it."""
        paragraph = self.layer.paragraph_of(offset)
        near = [t for s, t in self.mentions if s < offset and t.kind == terms.TOWNSHIP and self.layer.paragraph_of(s) == paragraph]
        if not near and paragraph > 0:
            start, end = self.layer.paragraphs[paragraph - 1]
            short = end - start <= settings("relations.toml")["scene"]["heading"]
            near = [t for s, t in self.mentions if start <= s < end and t.kind == terms.TOWNSHIP and short]
        return near[-1] if near else None

    def nearest(self, offset: int, level: str) -> Thing | None:
        """The last place of that level named before `offset`."""
        found = [thing for start, thing in self.mentions if start < offset and thing.kind == level]
        return found[-1] if found else None

    def fits(self, thing: Thing, word: str) -> bool:
        """Whether the bare noun (镇, 县, 市, 社区) can mean this place."""
        level = settings("pipeline.toml")["levels"].get(word)
        if thing.name.endswith(word):
            return True
        return thing.kind == level and word in settings("mentions.toml")["focal"]["loose"].get(thing.kind or "", [])

    def meant(self, word: str, offset: int, *, local: bool = False) -> Thing | None:
        """The place that a bare level means at `offset`: the focal one or the one above it that fits, else the last fitting one.

        With `local` (该村, 村党支部) the last fitting one of the same paragraph comes first.
        """
        paragraph = self.layer.paragraph_of(offset)
        reach = settings("mentions.toml")["focal"]["near"]
        near = [t for s, t in self.mentions if offset - reach < s < offset and self.layer.paragraph_of(s) == paragraph and self.fits(t, word)]
        exact = [t for t in near if t.name.endswith(word)]
        if local and near:
            return (exact or near)[-1]
        at = self.focal
        while at is not None:
            if at.name.endswith(word):
                return at
            at = at.place
        at = self.focal
        while at is not None:
            if self.fits(at, word):
                return at
            at = at.place
        if local:  # the last village of the paragraph, or of the one before it
            back = self.layer.paragraphs[max(0, paragraph - 1)][0]
            recent = [t for s, t in self.mentions if back <= s < offset and self.fits(t, word)]
            return recent[-1] if recent else None
        before = [t for s, t in self.mentions if s < offset and self.fits(t, word)]
        if before:
            return before[-1]
        after = {t.id: t for _, t in self.mentions if self.fits(t, word)}
        return next(iter(after.values())) if len(after) == 1 else None
