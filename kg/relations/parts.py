"""PART_OF between initiatives: pairs with the features that speak for the first being a part of the second."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.registry import Thing
from kg.records import Status
from kg.relations.candidates import Candidate
from kg.relations.clauses import pattern
from kg.relations.facts import Fact
from kg.relations.sightings import Sighting
from kg.relations.weights import probability, strongest
from kg.tables import settings


class Parts:
    """Pairs of initiatives of one article."""

    def __init__(self, annotation: Annotation, sightings: list[Sighting], runners: Mapping[tuple[str, Status], list[Thing]]) -> None:
        self.annotation, self.runners = annotation, runners
        self.layer = annotation.layer
        self.text = annotation.layer.text
        self.rules = settings("relations.toml")["structure"]
        self.seen: dict[str, list[Sighting]] = {}
        for sight in sightings:
            if sight.named:
                self.seen.setdefault(sight.initiative.id, []).append(sight)
        self.order = sorted((seen[0] for seen in self.seen.values()), key=lambda s: s.span.start)
        body = [s for s in self.order if s.span.start >= self.layer.body] or self.order
        self.first = body[0].initiative if body else None
        self.titled = {s.initiative.id for s in sightings if s.span.start < self.layer.body}
        self.headings = {id(s): self._heading(s) for seen in self.seen.values() for s in seen}

    def facts(self) -> list[Fact]:
        """Each part with its likeliest whole."""
        found: list[Fact] = []
        taken: dict[str, str] = {}
        limit = settings("relations.toml")["scores"]["part"]["take"]
        scored = [(probability("part", c.features), c) for c in self.pairs()]
        for score, candidate in sorted(scored, key=lambda pair: -pair[0]):
            part, whole = candidate.thing, candidate.initiative
            if score < limit or part.id in taken or taken.get(whole.id) == part.id:
                continue
            taken[part.id] = whole.id
            feature = strongest("part", candidate.features)
            found.append(Fact(part, terms.PART_OF, whole, *candidate.features[feature], f"part:{feature}", status=candidate.status))
        return found

    def pairs(self) -> Iterable[Candidate]:
        """Every two initiatives that one feature at least links."""
        for part in self.order:
            for whole in self.order:
                if part.initiative != whole.initiative:
                    features = list(dict.fromkeys(self._features(part.initiative, whole.initiative)))
                    if features:
                        sight = self._at(part.initiative)
                        status: Status = "asserted" if any(s.status == "asserted" for s in self.seen[part.initiative.id]) else sight.status
                        span = (sight.clause.start, max(sight.clause.end, sight.span.end))
                        yield Candidate(part.initiative, whole.initiative, status, dict.fromkeys(features, span))

    def _at(self, initiative: Thing) -> Sighting:
        """The first mention in the body."""
        seen = self.seen[initiative.id]
        return next((s for s in seen if s.span.start >= self.layer.body), seen[0])

    def _heading(self, sight: Sighting) -> bool:
        """It stands at the start of a paragraph, in a short sentence."""
        start = self.layer.paragraphs[self.layer.paragraph_of(sight.span.start)][0]
        a, b = self.layer.sentence_of(start)
        short = b - a <= settings("relations.toml")["scene"]["heading"]
        return short and sight.span.start < b and sight.span.start - start <= self.rules["heading_reach"]

    def _features(self, part: Thing, whole: Thing) -> Iterable[str]:
        low, high = self._at(part), self._at(whole)
        links = list(self._links(part, whole, low, high))
        if not links:
            return
        yield from links
        yield f"whole.{whole.kind}"
        yield f"part.{part.kind}"
        yield f"kinds.{part.kind}.{whole.kind}"
        yield "later" if low.span.start > high.span.start else "earlier"
        yield f"whole.{min(3, len(self.seen[whole.id]))}_times"
        if len(self.seen[part.id]) > 1:
            yield "part.again"
        ours, theirs = (set(self.runners.get((t.id, "asserted"), ())) for t in (part, whole))
        if ours and theirs:
            yield "agents.same" if ours & theirs else "agents.other"
        if low.span.rule.startswith("counted"):
            yield "part.counted"
        if high.span.rule.startswith("counted"):
            yield "whole.counted"
        if low.span.rule.startswith("known"):
            yield "part.known"
        if high.span.rule.startswith("known"):
            yield "whole.known"
        if whole.name.rstrip("”’").endswith(tuple(self.rules["wholes"])):
            yield "whole.work"

    def _links(self, part: Thing, whole: Thing, low: Sighting, high: Sighting) -> Iterable[str]:
        if whole.id in self.titled:
            yield "whole.title"
        if whole == self.first and low.span.start > high.span.start:
            yield "whole.first"
            if self.layer.paragraph_of(low.span.start) != self.layer.paragraph_of(high.span.start):
                yield "whole.first.far"
        if self._plus(part, whole):
            yield "plus"
        if any(name in part.names or (len(name) >= 4 and name in part.name) for name in whole.names):
            yield "contains"
        for sight in self.seen[part.id]:
            yield from self._beside(sight, whole)

    def _beside(self, sight: Sighting, whole: Thing) -> Iterable[str]:
        """How a mention of the part stands to mentions of the whole."""
        paragraph = self.layer.paragraph_of(sight.span.start)
        for other in self.seen[whole.id]:
            here = self.layer.paragraph_of(other.span.start)
            before = other.span.start < sight.span.start
            if here == paragraph and before and self.headings[id(other)] and other.span.end <= sight.span.start:
                yield "heading"
            if other.clause.sentence == sight.clause.sentence:
                yield "sentence.before" if before else "sentence.after"
                between = self.text[other.span.end : sight.span.start] if before else self.text[sight.span.end : other.span.start]
                if before and pattern("consists").search(between):
                    yield "consists"
                if not before and pattern("components").match(self.text[sight.clause.sentence[0] :]):
                    yield "components"
                if not before and re.fullmatch(pattern("components_tail").pattern, between):
                    yield "of"
            elif here == paragraph and before:
                yield "paragraph.before"
            if self.headings[id(sight)] and before and here < paragraph:
                yield "announced"
        last = [s for s in self.order if s.span.start < sight.span.start and s.initiative != sight.initiative]
        if last and last[-1].initiative == whole and self.layer.paragraph_of(last[-1].span.start) == paragraph:
            yield "last"

    def _plus(self, part: Thing, whole: Thing) -> bool:
        """党建+合作社 is part of 党建+."""
        plus = self.rules["plus"]
        bare = [re.sub(self.rules["quotes"], "", name) for name in whole.names]
        stems = [name for name in bare if name.endswith(plus) and len(name) > 1]
        own = re.sub(self.rules["quotes"], "", part.name)
        return any(own.startswith(stem) for stem in stems) and not any(re.sub(self.rules["quotes"], "", name).endswith(plus) for name in part.names)
