"""Initiatives: quoted names, names that end in a head (模式, 项目, 活动), programmes known everywhere; slogans are told from them.

Uses of heads (lexicons/initiative_heads.tsv): strong counts wherever it has a name of its own; weak and built need a verb of running before;
quoted only ends a quoted name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from kg.annotate.layers import Layer, Span, is_general, longest
from kg.tables import Row, rows, settings

_STOPS = frozenset({"v", "p", "d", "u", "w", "m", "r", "ad", "vd", "c"})
_NOUNS = frozenset({"n", "nz", "vn", "nw", "an", "LOC", "ORG", "s", "b", "xc", "f"})


@cache
def heads() -> dict[str, Row]:
    """Rows of the head lexicon by head."""
    return {row["head"]: row for row in rows("lexicons/initiative_heads.tsv", required=("head", "kind", "use"))}


@cache
def _heads_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, heads()), key=len, reverse=True)))


@cache
def known() -> dict[str, Row]:
    """Rows of initiative_known.tsv by name."""
    return {row["name"]: row for row in rows("lexicons/initiative_known.tsv", required=("name", "kind"))}


@cache
def _known_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, known()), key=len, reverse=True)))


@cache
def _slogans(where: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in rows("lexicons/slogans.tsv", required=("word", "where")) if row["where"] == where)


@cache
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["initiative"][name])


def _quotes(text: str) -> list[tuple[int, int]]:
    """Outermost quoted stretches (quote marks included)."""
    found = []
    for opening, closing in settings("pipeline.toml")["marks"]["quotes"][:4]:
        at = 0
        while (start := text.find(opening, at)) >= 0:
            end = text.find(closing, start + 1)
            if end < 0 or "\n" in text[start:end]:
                at = start + 1
                continue
            found.append((start, end + 1))
            at = end + 1
    return sorted(found)


class _Finder:
    def __init__(self, layer: Layer, blocked: list[Span]) -> None:
        self.layer, self.text = layer, layer.text
        self.rules = settings("mentions.toml")["initiative"]
        self.blocked = blocked
        self.places = [span for span in blocked if span.type == "Place"]
        self.bodies = {span.end: span for span in blocked if span.type == "Organization"}
        self.before = {span.end: span for span in blocked if span.type in ("Place", "Organization")}
        self.quotes = _quotes(self.text)
        self.quote_ends = {end: start for start, end in self.quotes}

    def find(self) -> list[Span]:
        found = [*self._quoted(), *self._listed(), *self._headed(), *self._known(), *self._headings()]
        bodies = [(span.start, span.end) for span in self.blocked if span.type in ("Organization", "Person")]
        free = [span for span in found if not any(a <= span.start and span.end <= b for a, b in bodies)]
        return [replace(span, beside=self.before.get(span.start)) for span in longest(free)]

    def _make(self, start: int, end: int, kind: str, rule: str, head: str = "") -> Span:
        return Span(start, end, "Initiative", kind, rule, self.text[start:end], head=head)

    def _triggered(self, start: int) -> bool:
        """A verb of running stands shortly before, in the same clause."""
        return _rule("before").search(self.text, max(0, start - self.rules["window"]), start) is not None

    # quoted names -------------------------------------------------------------------------------------------------------------------
    def _tail(self, end: int) -> tuple[int, Row | None]:
        """Head (with at most a few nouns before it) right after a quote: (its end, its row)."""
        match = _rule("tail").match(self.text, end)
        if match is None:
            return end, None
        for head_match in _heads_pattern().finditer(self.text, end, min(len(self.text), match.end() + 8)):
            if head_match.start() <= match.end() and head_match.start() - end <= 4 and self._nouns(end, head_match.start()):
                return head_match.end(), heads()[head_match.group()]
            break
        return end, None

    def _nouns(self, start: int, end: int) -> bool:
        return all(token.tag in _NOUNS or token.text in self.rules["inside"] for token in self.layer.within(start, end))

    def _quoted(self) -> list[Span]:
        """Quoted names; what is one once is one wherever it is quoted."""
        found = self._quoted_here()
        kinds = {span.text[1 : span.text.find(self._closing(span.text), 1)]: span for span in reversed(found)}
        starts = {span.start for span in found}
        for start, end in self.quotes:
            first = kinds.get(self.text[start + 1 : end - 1])
            if first is not None and start not in starts:
                found.append(self._make(start, end, first.kind or "mechanism", first.rule, first.head))
        return found

    def _closing(self, text: str) -> str:
        return next((pair[1] for pair in settings("pipeline.toml")["marks"]["quotes"] if text.startswith(pair[0])), "")

    def _quoted_here(self) -> list[Span]:
        found = []
        for start, end in self.quotes:
            inside = self.text[start + 1 : end - 1]
            if not self._nameable(inside) or _rule("not_before").search(self.text, max(0, start - 8), start):
                continue
            tail, row = self._tail(end)
            if row is not None:
                found.append(self._make(start, tail, row["kind"], "quoted_head", row["head"]))
                continue
            if self.text.startswith(_slogans("after"), end) or self._attribute(end):
                continue
            if inside in known():
                found.append(self._make(start, end, known()[inside]["kind"], "quoted_known"))
            elif _rule("shape").search(inside) or self._verb_before(start) or self._topic(start, end, inside):
                found.append(self._make(start, end, self._kind(inside, start), "quoted_verb"))
        return found

    def _nameable(self, inside: str) -> bool:
        if not 2 <= len(inside) <= self.rules["longest_quote"] or _rule("speech").search(inside):
            return False
        return not any(word in inside for word in _slogans("inside"))

    def _attribute(self, end: int) -> bool:
        return _rule("attribute").match(self.text, end) is not None

    def _verb_before(self, start: int) -> bool:
        return _rule("verb").search(self.text, max(0, start - 8), start) is not None

    def _topic(self, start: int, end: int, inside: str) -> bool:
        """A name of a thing that is run: it ends as such things do, or opens the title or a clause and comes again."""
        if _rule("institution").search(inside):
            return True
        return len(inside) >= 4 and self.text.count(inside) > 1 and start < self.layer.body and self.text[end : end + 1] not in ("", "\n")

    def _kind(self, inside: str, start: int) -> str:
        for kind, endings in self.rules["kinds"].items():
            if inside.endswith(tuple(endings)):
                return str(kind)
        return self._kind_by_verb(start)

    def _kind_by_verb(self, start: int) -> str:
        return "activity" if _rule("verb_activity").search(self.text, max(0, start - 8), start) else "mechanism"

    # lists: “A”“B”等行动, A、B、C等制度 -----------------------------------------------------------------------------------------------------
    def _listed(self) -> list[Span]:
        found = []
        for match in [*_rule("list").finditer(self.text), *_rule("list_for").finditer(self.text)]:
            row = heads().get(match.group("head"))
            if row is None:
                continue
            at = match.start("items")
            for item in re.split(_rule("list_marks"), match.group("items")):
                where = self.text.index(item, at) if item else at
                at = where + len(item)
                start, end = self._list_item(where, at)
                if end - start >= 3 and not is_general(self.text[start:end]):
                    found.append(self._make(start, end, row["kind"], "list", row["head"]))
        return found

    def _list_item(self, start: int, end: int) -> tuple[int, int]:
        """The noun phrase that ends the item: verbs and what stands before them are left out."""
        left = end
        for token in reversed(self.layer.within(start, end)):
            stops = token.end > left or (token.tag in _STOPS and token.end not in self.quote_ends)
            quoted = token.tag == "w" and any(a <= token.start < b for a, b in self.quotes)
            if stops and not quoted:
                break
            left = token.start
        quote = next(((a, b) for a, b in self.quotes if a <= left < b and b <= end + 1), None)
        return (quote[0], max(quote[1], end)) if quote else (left, end)

    # head words ---------------------------------------------------------------------------------------------------------------------
    def _headed(self) -> list[Span]:
        found = []
        for match in _heads_pattern().finditer(self.text):
            row = heads()[match.group()]
            if row["use"] == "quoted" or not self._ends_word(match.end()):
                continue
            start = self._left(match.start(), row)
            start = self._named_by_verb(start, row)
            own = self._without_places(start, match.start())
            counted = _rule("counted").match(self.text, match.end()) or _rule("counted_before").search(self.text, max(0, start - 8), start)
            if (is_general(own) and not (counted and len(own) >= 2)) or self.text.startswith(tuple(self.rules["not_followed"]), match.end()):
                continue
            if row["use"] == "built":
                if not _rule("build").search(self.text, max(0, start - self.rules["window"]), start):
                    continue
            elif row["use"] != "strong" and not self._triggered(start):
                continue
            found.append(self._make(start, match.end(), row["kind"], "head:" + row["head"], row["head"]))
        return found

    def _named_by_verb(self, start: int, row: Row) -> int:
        """建成|共富|粮仓: a short word between a verb of building and the head is its name, whatever the tagger calls it."""
        if row["use"] != "built" or start == 0 or self.text[start - 1] in self.rules["marks"]:
            return start
        token = self.layer.tokens[self.layer.token_at(start - 1)]
        if token.end == start and 2 <= len(token.text) <= 3 and token.tag != "m" and _rule("build_right_before").search(self.text, 0, token.start):
            return token.start
        return start

    def _without_places(self, start: int, end: int) -> str:
        """The name's own words: places in it left out."""
        text = self.text[start:end]
        for span in self.places:
            if start <= span.start and span.end <= end:
                text = text.replace(span.text, "")
        return text

    def _ends_word(self, end: int) -> bool:
        return self.layer.tokens[self.layer.token_at(end - 1)].end == end

    def _left(self, start: int, row: Row) -> int:
        """Left border of the noun phrase whose head starts at `start`."""
        inside = self.rules["inside"] if row["use"] == "built" else (*self.rules["inside"], *self.rules["inside_named"])
        left = start
        token = self.layer.tokens[self.layer.token_at(start)]
        if token.start < start:
            left = token.start
        while left > 0 and start - left < self.rules["reach"]:
            if left in self.quote_ends:
                left = self.quote_ends[left]
                break
            if left in self.bodies:
                break
            token = self.layer.tokens[self.layer.token_at(left - 1)]
            if token.tag == "c" and token.text in self.rules["joins"] and left < start and self._noun_before(token.start):
                left = token.start
                continue
            odd = token.tag in ("r", "q", "m") and len(token.text) == 1 and self.text[token.start - 1 : token.start] in self.rules["list_mark"]
            if odd and token.text not in self.rules["function"]:
                left = token.start
                break
            attribute = token.tag == "a" and len(token.text) <= 2 and token.text not in self.rules["no_attribute"]
            if token.tag not in _NOUNS and not attribute and not (token.tag in ("v", "m") and token.text in inside):
                break
            if token.text in self.rules["stops"] or not token.text.strip():
                break
            left = token.start
        return left

    def _noun_before(self, offset: int) -> bool:
        if offset == 0:
            return False
        token = self.layer.tokens[self.layer.token_at(offset - 1)]
        before = self.layer.tokens[self.layer.token_at(token.start - 1)] if token.start else None
        return token.tag in ("n", "nz") and len(token.text) <= 3 and before is not None and before.tag == "w"

    # headings that take up what the article announced ---------------------------------------------------------------------------------
    def _headings(self) -> list[Span]:
        """强化组织建设，激发政治功能。 at a paragraph's head where the text before announced it: a part of the programme; both mentions."""
        found = []
        shortest, longest_heading = self.rules["heading"]
        for start, end in self.layer.paragraphs[1:]:
            first = next(((a, b) for a, b in self.layer.sentences if a == start and b <= end), None)
            if first is None or first[0] < self.layer.body:
                continue
            text = self.text[first[0] : first[1]].rstrip(self.rules["final"])
            text = text[_rule("numbering").match(text).end() :]  # type: ignore[union-attr]
            if not shortest <= len(text) <= longest_heading:
                continue
            here = self.text.index(text, first[0])
            announced = self.text.find(text, self.layer.body, first[0])
            if announced >= 0:
                found.append(self._make(announced, announced + len(text), "mechanism", "heading"))
                found.append(self._make(here, here + len(text), "mechanism", "heading"))
        return found

    # programmes known everywhere ----------------------------------------------------------------------------------------------------
    def _known(self) -> list[Span]:
        found = []
        for match in _known_pattern().finditer(self.text):
            start, end = match.span()
            if end in self.bodies or not self._ends_word(end) or self.text.startswith(tuple(self.rules["not_followed"]), end):
                continue
            if self.text.startswith(self.rules["of"], end):
                continue
            topic = _rule("topic_before").search(self.text, max(0, start - 2), start) and self.text[end : end + 1] in self.rules["topic_after"]
            if not topic and not self._triggered(start):
                continue
            found.append(self._make(start, end, known()[match.group()]["kind"], "known:" + match.group()))
        return found


def find_initiatives(layer: Layer, blocked: list[Span]) -> list[Span]:
    """Initiatives of the text in text order, not overlapping; `blocked` are the bodies, people and places found before."""
    return _Finder(layer, blocked).find()
