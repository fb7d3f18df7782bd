"""Organizations: a head word (党委, 驻村工作队, 合作社), extended to the left over places, levels and nouns.

Shapes of heads (lexicons/organization_heads.tsv):
body, level   a committee or government: a place or a level before it; bare it is the focal one
dept          a department: a place, a level or a committee before it; bare it is the focal one
branch        a party branch: a place, or any body, project or noun before it
village       a village's organ
unit, team    needs a place, a level or a name before it
firm, bureau  needs a name before it
named         needs a name that the tagger knows as one
media         only as a source
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from kg.annotate.layers import Layer, Span, longest
from kg.tables import Row, rows, settings, words

_MODIFIERS = frozenset({"n", "nz", "vn", "nw", "LOC", "ORG", "PER", "an", "s", "b", "xc"})


@cache
def heads() -> dict[str, Row]:
    """Rows of the head lexicon by head."""
    return {row["head"]: row for row in rows("lexicons/organization_heads.tsv", required=("head", "kind", "shape")) if row["shape"] != "none"}


@cache
def _head_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, heads()), key=len, reverse=True)))


@cache
def _scope_pattern() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(sorted(map(re.escape, settings("pipeline.toml")["levels"]), key=len, reverse=True)) + ")$")


@cache
def _collective_pattern() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["organization"]["collective"] + "$")  # right before the name


@cache
def _junction() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["organization"]["junction"])


@cache
def _collective() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["organization"]["collective"])


@cache
def _stationed() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["organization"]["stationed"])


@cache
def _build() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["organization"]["build"])


class _Finder:
    """Left expansion over one article."""

    def __init__(self, layer: Layer, places: list[Span]) -> None:
        self.layer, self.text = layer, layer.text
        self.places = {place.end: place for place in places}
        self.place_starts = [place.start for place in places]
        self.in_order = places
        self.done: dict[int, Span] = {}
        self.rules = settings("mentions.toml")["organization"]

    def find(self) -> list[Span]:
        for match in _head_pattern().finditer(self.text):
            span = self._expand(match.start(), match.end(), heads()[match.group()])
            if span is not None:
                self.done[span.end] = span
        return longest([*self.done.values(), *self._crews()])

    def _crews(self) -> list[Span]:
        """“家门口的妈妈团”: a quoted name that ends as bodies of people do, without a head of the lexicon."""
        found = []
        opening, closing = settings("pipeline.toml")["marks"]["quotes"][0]
        start = self.text.find(opening)
        while start >= 0:
            end = self.text.find(closing, start)
            inside = self.text[start + 1 : end] if end > 0 else ""
            if 4 <= len(inside) <= self.rules["quoted"] and re.search(self.rules["crew"], inside) and end + 1 not in self.done:
                kind, rule = heads()[self.rules["crew_as"]]["kind"], "crew"
                found.append(Span(start, end + 1, "Organization", kind, rule, self.text[start : end + 1], head=inside))
            start = self.text.find(opening, start + 1)
        return found

    def _complete(self, end: int) -> bool:
        """The head ends a word: what follows does not make another word of it (党委会议, 政府部门)."""
        if end >= len(self.text):
            return True
        token = self.layer.tokens[self.layer.token_at(end)]
        rest = token.text[end - token.start :]
        return token.start >= end or rest in words("head_tails") or rest.startswith(tuple(self.rules["joiners"]))

    def _place_cut(self, start: int) -> int:
        """Where a place that covers `start` ends (新街|党委 where 新街 is one token with the head)."""
        at = bisect_left(self.place_starts, start + 1) - 1
        return self.in_order[at].end if at >= 0 and self.in_order[at].end > start else start

    def _expand(self, start: int, end: int, row: Row) -> Span | None:
        shape = row["shape"]
        if not self._complete(end) or self.text.startswith(tuple(self.rules["not_after"].get(row["head"], ())), end):
            return None
        left, inner, named, scope = start, [], False, None
        if shape == "level" or row["head"][0] in settings("pipeline.toml")["levels"]:
            if row["head"][0] in settings("pipeline.toml")["levels"]:
                scope = settings("pipeline.toml")["levels"][row["head"][0]]
            place = self._short_place(start, row)
            if place is not None:
                return self._make(place.start, end, row, [place], None, collective=False)
        index = self.layer.token_at(start)
        if self.layer.tokens[index].start < start and start not in self.places:  # the head ends a longer token
            left, inner, named, scope2 = self._inside_token(index, start)
            scope = scope2 or scope
            if left is None:
                return None
            assert isinstance(left, int)
        limit = left - self.rules["reach"]
        while left > limit:
            body = self.done.get(left)
            if body is not None and shape in ("branch", "dept", "unit", "team", "village", "firm") and not (body.kind == "media"):
                inner.insert(0, body)
                left = body.start
                break
            place = self.places.get(left)
            if place is not None:
                inner.insert(0, place)
                left = place.start
                continue
            if any(span.type == "Place" for span in inner):
                break
            step = self._step(left, shape)
            if step is None:
                break
            left, step_scope, step_named = step
            scope = step_scope or scope
            named = named or step_named
            if step_scope:
                break
        stationed = _stationed().search(self.text, max(0, left - 3), left) if shape == "team" and inner else None
        if stationed is not None:  # 县林业局|驻|石背岭村|工作队
            body = self.done.get(stationed.start())
            if body is not None:
                inner.insert(0, body)
                left = body.start
        if any(span.type == "Place" for span in inner) and self.text.endswith(self.rules["party"], 0, left):
            left -= len(self.rules["party"])
        prefix = _collective_pattern().search(self.text, max(0, left - 8), left)
        several = shape not in ("firm", "media", "named")
        collective = several and (prefix is not None or _collective().match(self.text, left, end) is not None)
        if prefix is not None and several:
            left = prefix.start()
        tagged = any(token.tag in ("ORG", "LOC", "nz", "nw", "PER") for token in self.layer.within(left, end))
        titled = shape == "dept" and self.text.startswith(tuple(self.rules["titles"]), end)
        beside = self._beside(left) if not any(span.type == "Place" for span in inner) and scope is None and shape != "firm" else None
        if not self._enough(shape, row, inner, named, scope, collective=collective, tagged=tagged, titled=titled, again=self._opens(left)) and not (
            beside and shape in ("dept", "body", "unit")
        ):
            return None
        if row["head"] in self.rules["built"] and _build().search(self.text, max(0, left - 20), left):
            return None
        if any(mark in self.text[max(0, left - 1) : end] for mark in self.rules["plus"]):
            return None
        if shape in ("firm", "unit") and self._catchword(left, end):
            return None
        left, inner = self._without_lead(left, end, inner)
        return self._make(left, end, row, inner, scope, collective=collective, beside=beside)

    def _opens(self, left: int) -> bool:
        """The head opens a clause or follows 由, 和, 与."""
        return left == 0 or self.text[left - 1] in self.rules["openers"]

    def _beside(self, left: int) -> Span | None:
        """The body that a list mark joins to the left border."""
        if left < 2 or self.text[left - 1] not in self.rules["list_marks"]:
            return None
        before = self.done.get(left - 1)
        if before is None:
            return None
        return before if before.place is not None or before.scope is not None else before.beside or before

    def _catchword(self, left: int, end: int) -> bool:
        """“枝条银行”: a programme that calls itself a bank is quoted as a whole."""
        for opening, closing in settings("pipeline.toml")["marks"]["quotes"][:4]:
            if self.text[left : left + 1] == opening or self.text[left - 1 : left] == opening:
                return self.text[end : end + 1] == closing and end - left <= self.rules["catchword"]
        return False

    def _without_lead(self, left: int, end: int, inner: list[Span]) -> tuple[int, list[Span]]:
        """Words before the name that don't belong to it: 原, 由, 和."""
        while left < end and self.text[left] in self.rules["lead"] and not any(span.start == left for span in inner):
            left += 1
        return left, inner

    def _short_place(self, start: int, row: Row) -> Span | None:
        """始兴|县委: the place's level is the head's first character."""
        place = self.places.get(start + 1)
        return place if place is not None and place.start < start else self.places.get(start)

    def _inside_token(self, index: int, start: int) -> tuple[int | None, list[Span], bool, str | None]:
        """Left part of the token that the head ends: a place, a level or a name."""
        token = self.layer.tokens[index]
        cut = max([self._place_cut(token.start), *self._joined(token.start, start)])
        if cut >= start:
            place = self.places.get(start)
            return (start, [], False, None) if place is not None else (None, [], False, None)
        if cut > token.start:
            return cut, [], True, None
        begin = token.start
        while begin < start - 1 and self.text[begin] in self.rules["lead"]:
            begin += 1
        part = self.text[begin:start]
        scope = _scope_pattern().search(part)
        if scope is not None and scope.start() == 0:
            return begin, [], False, settings("pipeline.toml")["levels"][part]
        if token.tag not in _MODIFIERS:
            return (start, [], False, None) if part in self.rules["loose"] else (None, [], False, None)
        level = settings("pipeline.toml")["levels"].get(part[0])
        return begin, [], True, level

    def _joined(self, begin: int, start: int) -> list[int]:
        """Where a tagger's token joins two bodies: after 和 or 联合 that follows a head (组织部和|县民政局)."""
        return [match.end() for match in _junction().finditer(self.text, begin, start) if begin < match.start() and match.end() <= start]

    def _step(self, left: int, shape: str) -> tuple[int, str | None, bool] | None:
        """One token to the left: (its start, a level that it says, whether it names)."""
        if left == 0:
            return None
        token = self.layer.tokens[self.layer.token_at(left - 1)]
        word = self.text[token.start : left]
        if not word.strip() or token.end > left:
            return None
        levels = settings("pipeline.toml")["levels"]
        if word in levels:
            return token.start, levels[word], False
        if token.tag == "w":
            return self._quoted(left, shape)
        if word in self.rules["stops"] or token.tag not in _MODIFIERS or shape in ("media",):
            odd = shape == "firm" and 2 <= len(word) <= 3 and token.tag in ("v", "a", "vd", "ad", "d") and self._border(token.start)
            if word in self.rules["stops"] or not (odd or word in self.rules["joins"] or word in self.rules["modifiers"]):
                return None
        if shape in ("body", "level", "dept", "village") and word not in self.rules["modifiers"] and token.tag not in ("LOC", "ORG", "nz", "nw"):
            return None
        cut = self._place_cut(token.start)
        start = cut if token.start < cut < left else token.start
        if any(char in self.text[start:left] for char in self.rules["never"]):
            return None
        return start, levels.get(word[0]) if len(word) > 2 and word[0] in self.rules["level_letters"] else None, True

    def _border(self, offset: int) -> bool:
        """A name may begin here: after punctuation, a place, or a word that joins."""
        return offset == 0 or offset in self.places or self.text[offset - 1] in self.rules["openers"]

    def _quoted(self, left: int, shape: str) -> tuple[int, str | None, bool] | None:
        """“红马甲”志愿服务队: a quoted name right before the head."""
        quotes = settings("pipeline.toml")["marks"]["quotes"]
        pair = next((pair for pair in quotes if pair[1] == self.text[left - 1]), None)
        if pair is None or shape not in ("team", "unit", "firm", "branch"):
            return None
        opening = self.text.rfind(pair[0], max(0, left - self.rules["quoted"]), left - 1)
        return (opening, None, True) if opening >= 0 else None

    def _enough(
        self, shape: str, row: Row, inner: list[Span], named: bool, scope: str | None, *, collective: bool, tagged: bool, titled: bool, again: bool
    ) -> bool:
        if again and row["head"] in (*self.rules["again"], *self.rules["local"]):
            return True
        if shape in ("body", "level", "dept", "village"):
            return bool(inner or scope or collective or named) or row["head"] in self.rules["alone"] or titled
        if shape in ("branch", "unit", "team"):
            return bool(inner or scope or named or collective)
        if shape in ("bureau", "committee"):
            return bool(inner or scope) or (named and tagged)
        if shape == "firm":
            return named or bool(inner)
        if shape == "named":
            return named and tagged
        return named or bool(inner)

    def _make(self, left: int, end: int, row: Row, inner: list[Span], scope: str | None, *, collective: bool, beside: Span | None = None) -> Span:
        places = tuple(span for span in inner)
        return Span(
            left,
            end,
            "Organization",
            row["kind"],
            f"organization_heads:{row['head']}",
            self.text[left:end],
            head=row["head"],
            scope=None if places and any(span.type == "Place" for span in places) else scope,
            collective=collective,
            inner=places,
            beside=beside,
        )


def find_organizations(layer: Layer, places: list[Span]) -> list[Span]:
    """Organizations of the text, in text order, not overlapping; `inner` holds the places and bodies that the name is made of."""
    return _Finder(layer, places).find()
