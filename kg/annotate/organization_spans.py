"""Organizations: a head word (党委, 驻村工作队, 合作社), extended to the left over places, levels and nouns."""

from __future__ import annotations

from bisect import bisect_left

from kg import terms
from kg.annotate.layers import Layer, Span, Token, longest
from kg.annotate.organization_heads import CLOSED, NESTING, SINGLE, Name, head_pattern, heads, levels, rule, rules
from kg.tables import Row, settings, words

_MODIFIERS = frozenset({"n", "nz", "vn", "nw", "LOC", "ORG", "PER", "an", "s", "b", "xc"})
_NAMES = frozenset({"LOC", "ORG", "nz", "nw", "PER"})
_ODD = frozenset({"v", "a", "vd", "ad", "d"})


class _Finder:
    """Left expansion over one article."""

    def __init__(self, layer: Layer, places: list[Span]) -> None:
        self.layer, self.text = layer, layer.text
        self.places = {place.end: place for place in places}
        self.place_starts = [place.start for place in places]
        self.in_order = places
        self.done: dict[int, Span] = {}
        self.rules = rules()

    def find(self) -> list[Span]:
        """All bodies of the text."""
        for match in head_pattern().finditer(self.text):
            row = heads()[match.group()]
            if self.text.endswith(tuple(self.rules["not_before"].get(row["head"], ())), 0, match.start()):
                continue
            if not self._complete(match.end(), row) or self.text.startswith(tuple(self.rules["not_after"].get(row["head"], ())), match.end()):
                continue
            name = self._grow(Name(match.start(), match.end(), row))
            if name is not None and self._good(name):
                self.done[name.end] = name.span(self.text)
        return longest([*self.done.values(), *self._crews()])

    def _crews(self) -> list[Span]:
        """“家门口的妈妈团”: a quoted name that ends as bodies of people do, without a head of the lexicon."""
        found = []
        opening, closing = settings("pipeline.toml")["marks"]["quotes"][0]
        kind = heads()[self.rules["crew_as"]]["kind"]
        start = self.text.find(opening)
        while start >= 0:
            end = self.text.find(closing, start)
            inside = self.text[start + 1 : end] if end > 0 else ""
            named = 4 <= len(inside) <= self.rules["quoted"] and rule("crew").search(inside) is not None
            if named and end + 1 not in self.done and not self.text.startswith(tuple(self.rules["not_crew"]), end + 1):
                found.append(Span(start, end + 1, terms.ORGANIZATION, kind, "crew", self.text[start : end + 1], head=inside))
            start = self.text.find(opening, start + 1)
        return found

    # what stands around the head ----------------------------------------------------------------------------------------------------
    def _complete(self, end: int, row: Row) -> bool:
        """The head ends a word: what follows does not make another word of it (党委会议, 政府部门)."""
        if end >= len(self.text):
            return True
        token = self.layer.tokens[self.layer.token_at(end)]
        rest = token.text[end - token.start :]
        going_on = rest in words("head_tails") or (rest in heads() and row["shape"] in ("firm", "unit")) or rest in self.rules["verbs"]
        return token.start >= end or going_on or rest.startswith(tuple(self.rules["joiners"]))

    def _good(self, name: Name) -> bool:
        """The name tells a body, and neither a work that is built nor a catchword."""
        left, end, head = name.left, name.end, name.row["head"]
        tagged = any(token.tag in _NAMES for token in self.layer.within(left, end))
        titled = name.shape == "dept" and self.text.startswith(tuple(self.rules["titles"]), end)
        opens = left == 0 or self.text[left - 1] in self.rules["openers"]
        founded = (
            name.shape == "team"
            and self.rules["joint"] in self.text[left:end]
            and rule("founded").search(self.text, max(0, left - 8), left) is not None
        )
        if not founded and not name.suffices(tagged=tagged, titled=titled, opens=opens):
            return False
        if rule("one_of").search(self.text, left, end):
            return False
        if rule("works").search(self.text, left, end):
            return False
        if head in self.rules["built"] and rule("build").search(self.text, max(0, left - 20), left):
            return False
        if any(mark in self.text[max(0, left - 1) : end] for mark in self.rules["plus"]):
            return False
        if name.shape in ("firm", "unit") and self._catchword(left, end):
            return False
        while name.left < end and self.text[name.left] in self.rules["lead"] and not any(span.start == name.left for span in name.inner):
            name.left += 1
        return True

    def _catchword(self, left: int, end: int) -> bool:
        """“枝条银行”: a programme that calls itself a bank is quoted as a whole."""
        for opening, closing in settings("pipeline.toml")["marks"]["quotes"][:4]:
            if self.text[left : left + 1] == opening or self.text[left - 1 : left] == opening:
                return self.text[end : end + 1] == closing and end - left <= int(self.rules["catchword"])
        return False

    # growing to the left ------------------------------------------------------------------------------------------------------------
    def _grow(self, name: Name) -> Name | None:
        """Take in places, levels, bodies and nouns before the head; None where the head is only part of another word."""
        start, head = name.left, name.row["head"]
        name.scope = levels().get(head[0])
        place = self._overlapping(name)
        if place is not None:
            name.left, name.inner = place.start, [place]
            return name
        token = self.layer.tokens[self.layer.token_at(start)]
        if token.start < start and start not in self.places and start not in self.done and not self._inside(name, token):
            return None
        self._stretch(name)
        self._stationed(name)
        if name.placed and self.text.endswith(self.rules["party"], 0, name.left):
            name.left -= len(self.rules["party"])
        self._pronoun(name)
        self._several(name)
        if not name.placed and name.scope is None and name.shape != "firm":
            name.beside = self._beside(name.left)
        return name

    def _stretch(self, name: Name) -> None:
        """Token by token to the left, up to a body, a chain of places or a level."""
        limit = name.left - self.rules["reach"]
        while name.left > limit:
            body = self.done.get(name.left)
            if body is not None and name.shape in NESTING and (body.kind != terms.MEDIA or name.shape == "branch"):
                name.take(body)
                return
            place = self.places.get(name.left)
            if place is not None:
                name.take(place)
                continue
            if name.placed or not self._step(name):
                return

    def _stationed(self, name: Name) -> None:
        """县林业局|驻|石背岭村|工作队: the body that sends a team."""
        if name.shape != "team" or not name.inner:
            return
        match = rule("stationed").search(self.text, max(0, name.left - 3), name.left)
        body = self.done.get(match.start()) if match is not None else None
        if body is not None:
            name.take(body)

    def _pronoun(self, name: Name) -> None:
        """该村党支部: the pronoun is left out, the level stays."""
        match = rule("pronoun").match(self.text, name.left, name.end)
        if match is not None and match.group("level") in levels() and match.end() <= name.end - 2:
            name.left, name.scope = match.start("level"), levels()[match.group("level")]

    def _several(self, name: Name) -> None:
        """各村, 21个 before the name or at its head: it stands for several bodies."""
        if name.shape in SINGLE:
            return
        either = rule("either").search(self.text, max(0, name.left - 6), name.left)
        if either is not None and name.left + len(name.row["head"]) == name.end:
            name.left, name.scope, name.collective = either.start(), levels()[either.group("level")], True
        prefix = rule("collective", right_before=True).search(self.text, max(0, name.left - 8), name.left)
        name.collective = prefix is not None or rule("collective").match(self.text, name.left, name.end) is not None
        if prefix is not None:
            name.left = prefix.start()

    def _beside(self, left: int) -> Span | None:
        """The body that a list mark joins to the left border."""
        if left < 2 or self.text[left - 1] not in self.rules["list_marks"]:
            return None
        before = self.done.get(left - 1)
        if before is None:
            return None
        return before if before.place is not None or before.scope is not None else before.beside or before

    def _overlapping(self, name: Name) -> Span | None:
        """始兴县|委, 河东街道|办事处: a place that ends within the head; or 始兴|县委 right before a head that says its level."""
        for end in range(name.left + 1, name.end):
            place = self.places.get(end)
            if place is not None and place.start < name.left:
                return place
        return self.places.get(name.left) if name.shape == "level" or name.scope is not None else None

    def _place_cut(self, start: int) -> int:
        """Where a place that covers `start` ends (新街|党委 where 新街党委 is one token)."""
        at = bisect_left(self.place_starts, start + 1) - 1
        return self.in_order[at].end if at >= 0 and self.in_order[at].end > start else start

    def _inside(self, name: Name, token: Token) -> bool:
        """The head ends a longer token: its left part is a place, a level or a name; False where it is none of these."""
        start = name.left
        opening = token.start + (len(self.rules["party"]) if token.text.startswith(self.rules["party"]) else 0)
        joined = [m.end() for m in rule("junction").finditer(self.text, token.start, start) if token.start < m.start()]  # 组织部和|县民政局
        cut = max([self._place_cut(opening), *joined])
        if cut >= start:
            return start in self.places
        if cut > opening:
            name.left, name.named = cut, True
            return True
        begin = token.start + next((len(word) for word in (*self.rules["lead_words"], *self.rules["verbs"]) if token.text.startswith(word)), 0)
        while begin < start - 1 and self.text[begin] in self.rules["lead"]:
            begin += 1
        part = self.text[begin:start] or token.text
        if part in levels():
            name.left, name.scope = begin, levels()[part]
            return True
        if token.tag not in _MODIFIERS and (begin == token.start or name.shape != "firm"):
            return part in self.rules["loose"]
        name.left, name.named = begin, True
        name.scope = levels().get(part[0]) or name.scope
        return True

    def _step(self, name: Name) -> bool:
        """Take in one token; False at the name's border. A level ends the name."""
        left = name.left
        if left == 0:
            return False
        token = self.layer.tokens[self.layer.token_at(left - 1)]
        word = self.text[token.start : left]
        if not word.strip() or token.end > left:
            return False
        if word in levels():
            name.left, name.scope = token.start, levels()[word]
            return False
        if len(word) == 2 and word[1] in levels() and token.tag in ("v", "vn") and name.shape in ("branch", "body", "dept"):  # 带|领乡|党支部
            name.left, name.scope = token.start + 1, levels()[word[1]]
            return False
        verb = next((lead for lead in self.rules["lead_words"] if word.startswith(lead) and word[len(lead) :] in levels()), "")
        if verb:  # 会同|村|党支部
            name.left, name.scope = token.start + len(verb), levels()[word[len(verb) :]]
            return False
        if token.tag == "w":
            return self._quoted(name)
        if not self._belongs(name, token, word):
            return False
        cut = self._place_cut(token.start)
        start = cut if token.start < cut < left else token.start
        if any(char in self.text[start:left] for char in self.rules["never"]):
            return False
        name.left, name.named = start, True
        if len(word) > 2 and word[0] in self.rules["level_letters"]:
            name.scope = levels().get(word[0]) or name.scope
            return name.scope is None
        return True

    def _belongs(self, name: Name, token: Token, word: str) -> bool:
        """Whether a word may be part of the name."""
        if word == self.rules["joint"] and name.shape == "team" and name.row["head"] not in self.rules["again"]:
            return True
        if word in self.rules["stops"]:
            return False
        if token.tag == "v" and name.shape in ("bureau", "unit", "team") and len(word) == 2 and word not in self.rules["verbs"]:
            return token.start in self.places or self.text[token.start - 1 : token.start] in self.rules["level_letters"]  # 县|搬迁|安置|办公室
        allowed = word in self.rules["joins"] or word in self.rules["modifiers"]
        if name.shape in CLOSED:
            return (allowed and token.tag in _MODIFIERS) or word in self.rules["modifiers"] or token.tag in ("LOC", "ORG", "nz", "nw")
        if token.tag in _MODIFIERS and name.shape != "media":
            return True
        odd = name.shape == "firm" and 2 <= len(word) <= 3 and token.tag in _ODD and word not in self.rules["verbs"] and self._border(token.start)
        return odd or allowed

    def _border(self, offset: int) -> bool:
        """A name may begin here: after punctuation, a place, or a word that joins."""
        if offset == 0 or offset in self.places or self.text[offset - 1] in (*self.rules["openers"], self.rules["of"]):
            return True
        return self.text.endswith(tuple(self.rules["verbs"]), 0, offset)

    def _quoted(self, name: Name) -> bool:
        """“红马甲”志愿服务队: take in a quoted name right before the head."""
        left = name.left
        pair = next((pair for pair in settings("pipeline.toml")["marks"]["quotes"] if pair[1] == self.text[left - 1]), None)
        if pair is None or name.shape not in ("team", "unit", "firm", "branch"):
            return False
        opening = self.text.rfind(pair[0], max(0, left - self.rules["quoted"]), left - 1)
        if opening < 0 or any(mark in self.text[opening:left] for mark in settings("pipeline.toml")["marks"]["clause"]):
            return False
        name.left, name.named = opening, True
        return True


def find_organizations(layer: Layer, places: list[Span]) -> list[Span]:
    """Organizations of the text, in text order, not overlapping; `inner` holds the places and bodies that the name is made of."""
    return _Finder(layer, places).find()
