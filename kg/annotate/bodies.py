"""Organizations of an article: mentions gathered into bodies, each with its canonical name and its place."""

from __future__ import annotations

import re

from kg import terms
from kg.annotate.layers import Layer, Span
from kg.annotate.registry import Places, Thing
from kg.tables import settings


class Bodies:
    """Organizations of one article. `of` maps a span to its thing; `acting(place)` is the body that acts for a place."""

    def __init__(self, layer: Layer, spans: list[Span], places: Places) -> None:
        self.layer, self.places = layer, places
        self.rules = settings("mentions.toml")["bodies"]
        self.things: dict[tuple[str | None, str], Thing] = {}
        self.of: dict[tuple[int, int], Thing] = {}
        self.alias: dict[str, Thing] = {}
        self.spans = spans
        inner = [part for span in spans for part in span.inner if part.type == terms.ORGANIZATION]
        for span in sorted([*spans, *inner], key=self._order):
            self.of[span.start, span.end] = self._resolve(span)
        self._aliases(spans)

    def _order(self, span: Span) -> tuple[bool, bool, int, int]:
        """Bodies that say their place come first, then those that rely on one said elsewhere, bare heads last."""
        return (span.text == span.head and span.head in self.rules["again"], not (span.place or span.scope), span.start, -span.end)

    def _new(self, key: tuple[str | None, str], kind: str | None, name: str, place: Thing | None, first: int, *, collective: bool) -> Thing:
        if key not in self.things:
            number = len(set(map(id, self.things.values()))) + 1
            self.things[key] = Thing(f"O{number}", terms.ORGANIZATION, kind, name, {name}, place, collective=collective, first=first)
        return self.things[key]

    def _bare(self, span: Span) -> Thing | None:
        """合作社, 工作队 alone: the last body before it that ends so, where the article named one."""
        if span.text != span.head or span.head not in self.rules["again"]:
            return None
        before = [s for s in self.spans if s.end <= span.start and s.text != span.head]
        found = [s for s in before if s.text.endswith(span.head)] or [
            s for s in before if s.kind == span.kind and span.kind in self.rules["again_kinds"]
        ]
        return self.of.get((found[-1].start, found[-1].end)) if found else None

    def place_of(self, span: Span) -> Thing | None:
        """The place that a body belongs to: named in it, meant by its level, or the focal one."""
        named = span.place
        if named is not None:
            return self.places.of.get((named.start, named.end))
        for inner in span.inner:
            if inner.type == terms.ORGANIZATION:
                return self.of[inner.start, inner.end].place if (inner.start, inner.end) in self.of else self.place_of(inner)
        if span.beside is not None and span.scope is None:
            return self.place_of(span.beside)
        if span.scope is None:
            before = self._titled_before(span)
            if before is not None:
                return self.place_of(before)
        if span.scope is not None:
            word = self._scope_word(span)
            return self.places.meant(word, span.start, local=span.scope == terms.VILLAGE) if word else None
        return None

    def _titled_before(self, span: Span) -> Span | None:
        """社区党委|书记、|居委会: the body whose title a list mark joins to this one."""
        found = [s for s in self.spans if 0 < span.start - s.end <= self.rules["title_gap"]]
        if not found:
            return None
        gap = self.layer.text[found[-1].end : span.start]
        return found[-1] if re.fullmatch(self.rules["title_between"], gap) else None

    def _by_prefix(self, span: Span) -> Thing | None:
        """元阳梯云米业公司: a firm whose name begins with a county's or city's short name."""
        for thing in self.places.things.values():
            stem = thing.name[:-1]
            if thing.kind in (terms.COUNTY, terms.PREFECTURE, terms.TOWNSHIP) and len(stem) >= 2 and span.text.startswith(stem):
                return thing
        return None

    def _scope_word(self, span: Span) -> str | None:
        levels = settings("pipeline.toml")["levels"]
        return next((word for word in sorted(levels, key=len, reverse=True) if span.text.startswith(word)), None)

    def _own(self, span: Span) -> str:
        """The name without its place or level: 住管局党支部 of 县住管局党支部."""
        text = span.text
        places = [inner for inner in span.inner if inner.type == terms.PLACE]
        if any(inner.type == terms.ORGANIZATION for inner in span.inner) and places:
            return span.text
        if places:
            text = self.layer.text[places[-1].end : span.end]
        for inner in span.inner:
            if inner.type == terms.ORGANIZATION:
                return self._own(inner) + self.layer.text[inner.end : span.end]
        word = self._scope_word(span) if span.scope is not None and not places else None
        if word and text != word:
            text = text.removeprefix(word)
        prefix = re.match(settings("mentions.toml")["organization"]["collective"], text)
        if prefix and span.collective:
            text = text[prefix.end() :]
        for prefix_word in self.rules["levels_off"]:
            text = text.removeprefix(prefix_word)
        text = text.removeprefix("" if not places or places[-1].kind != terms.VILLAGE else self.rules["village"])
        return self._normal(text, span)

    def _normal(self, own: str, span: Span) -> str:
        """One form for what has several: 党委政府, 委 → 党委; 党组织 → 党支部."""
        own = own.removeprefix(self.rules["former"])
        if own.startswith(self.rules["party"]):
            own = own.removeprefix(self.rules["party"])
        if span.text.startswith(self.rules["party"]):
            own = re.sub(self.rules["party_committee"], self.rules["committee"], own)
        bare = own.strip(self.rules["strip"])
        for form, variants in self.rules["same"].items():
            if bare in variants:
                return str(form)
        return own

    def _resolve(self, span: Span) -> Thing:
        again = self._bare(span)
        if again is not None:
            return again
        guessed = False
        own = self._own(span)
        place = self.place_of(span)
        several = span.collective or self._plural(span, place) or span.text.startswith(self.rules["village_level"])
        if own in self.rules["several"] and (place is None or place.kind != terms.VILLAGE):
            several = True
        if several:
            return self._collective(span, own, place)
        if place is None and span.scope is not None and not span.collective:
            own = span.text  # a county's bureau where no county is named
        elif place is None and span.kind not in (terms.ENTERPRISE, terms.MEDIA, terms.COOPERATIVE):
            known = [thing for (_, name), thing in self.things.items() if name == own and not thing.collective]
            place = known[0].place if known else self.places.focal
            guessed = not known and span.kind in self.rules["movable"]
            if place is not None and not known and span.head in self.rules["village_only"] and place.kind != terms.VILLAGE:
                return self._collective(span, own, place)
        elif place is None:
            known = [thing for (_, name), thing in self.things.items() if name == own or name.endswith(own)]
            place = known[0].place if known else self._by_prefix(span)
        nested = span.place is not None and any(inner.type == terms.ORGANIZATION for inner in span.inner)
        whole = nested or self._stands_alone(span)
        name = self.name(place, own) if place is not None and not whole else span.text
        thing = self._new((place.id if place else None, own), span.kind, name, place, span.start, collective=False)
        thing.names.add(span.text)
        thing.guessed = thing.guessed or guessed
        if place is not None and span.place is None and span.scope is None and not self._stands_alone(span):
            thing.names.add(self.name(place, own))
        return thing

    def _stands_alone(self, span: Span) -> bool:
        """A firm or a quoted team keeps the name that it has."""
        return span.kind in (terms.ENTERPRISE, terms.MEDIA) and span.place is None

    def _plural(self, span: Span, place: Thing | None) -> bool:
        """村党支部 where no village is meant: the branches of all villages."""
        if span.scope == terms.VILLAGE and place is None:
            return True
        if span.scope == terms.TOWNSHIP and span.place is None and place is None and self._scope_word(span) == span.text[:1]:
            return self.places.focal is not None and self.places.focal.kind == terms.COUNTY
        return False

    def _collective(self, span: Span, own: str, place: Thing | None) -> Thing:
        """各村党支部, 21个驻村工作队: one thing for all of the focal place."""
        owner = place if (place is not None and place.kind != terms.VILLAGE) or span.place is not None else self.places.focal
        level = self.rules["of_village"] if span.scope == terms.VILLAGE or span.head in self.rules["village_only"] or self._says_village(span) else ""
        key = (owner.id if owner else None, f"*{own}")
        name = (owner.name if owner else "") + level + own
        thing = self._new(key, span.kind, name, owner, span.start, collective=True)
        thing.names.update({span.text, name, level + own})
        return thing

    def _says_village(self, span: Span) -> bool:
        return any(word in span.text[:4] for word in self.rules["village_words"])

    def name(self, place: Thing, own: str) -> str:
        """Canonical name: 始兴县 + 党委 → 始兴县委, 河东街道 + 党委 → 河东街道党工委."""
        if own == self.rules["committee"]:
            return place.name + self._committee(place)
        return place.name + own.removeprefix(place.name)

    def _committee(self, place: Thing) -> str:
        for ending, suffix in self.rules["committees"].items():
            if place.name.endswith(ending) and place.kind not in (terms.SITE, terms.VILLAGE):
                return str(suffix)
        return str(self.rules["committee"])

    def acting(self, place: Thing) -> Thing:
        """The body that acts where the text says that a place does: its committee, a village's or community's branch."""
        for own in (self.rules["committee"], *self.rules["branches"]):
            if (place.id, own) in self.things:
                return self.things[place.id, own]
        own = self.rules["branches"][0] if place.kind == terms.VILLAGE else self.rules["committee"]
        kind = terms.PARTY_BRANCH if place.kind == terms.VILLAGE else terms.PARTY_COMMITTEE
        thing = self._new((place.id, own), kind, self.name(place, own), place, place.first, collective=False)
        thing.virtual = True
        return thing

    def named(self, place: Thing, own: str, kind: str) -> Thing:
        """The body of that name at a place, though no mention spells it out (镇长 → 镇政府)."""
        if own == self.rules["committee"]:
            return self.acting(place) if place.kind != terms.VILLAGE else self._virtual(place, own, kind)
        return self._virtual(place, own, kind)

    def _virtual(self, place: Thing, own: str, kind: str) -> Thing:
        thing = self._new((place.id, own), kind, self.name(place, own), place, place.first, collective=False)
        thing.virtual = True
        return thing

    def _aliases(self, spans: list[Span]) -> None:
        """`X（以下简称“Y”）`, `X（现Y）`: Y is X."""
        for match in re.finditer(self.rules["alias"], self.layer.text):
            before = [span for span in spans if span.end <= match.start() and match.start() - span.end <= 1]
            renamed = match.group("renamed") is not None and not any(span.text == match.group("alias") for span in spans)
            if before and not renamed:
                self.alias[match.group("alias")] = self.of[before[-1].start, before[-1].end]
                self.of[before[-1].start, before[-1].end].names.add(match.group("alias"))
        for span in spans:
            if span.text in self.alias:
                self.of[span.start, span.end] = self.alias[span.text]

    def move(self, thing: Thing, place: Thing) -> None:
        """Put a body whose place was guessed where the passage about it is."""
        own = next(own for (_, own), other in self.things.items() if other is thing)
        thing.place, thing.guessed = place, False
        thing.name = self.name(place, own)
        thing.names.add(thing.name)

    def all(self, acting: set[str] | None = None) -> list[Thing]:
        """Things that a span refers to, and those that only an act or a post implies (of these, those in `acting` if it is given), by their ids."""
        virtual = [t for t in self.things.values() if t.virtual and (acting is None or t.id in acting)]
        used = {id(thing): thing for thing in [*self.of.values(), *virtual]}
        return sorted(used.values(), key=lambda thing: int(thing.id[1:]))
