"""How far the name of a programme reaches to the left of its head."""

from __future__ import annotations

from kg.annotate.initiative_rows import quoted_stretches, rule
from kg.annotate.layers import Layer, Span, Token
from kg.tables import Row, settings

#: Tags of what a name is made of.
NOUNS = frozenset({"n", "nz", "vn", "nw", "an", "LOC", "ORG", "s", "b", "xc", "f"})


class Borders:
    """Where the noun phrase begins whose head is given; `blocked` are the bodies, people and places found before."""

    def __init__(self, layer: Layer, blocked: list[Span]) -> None:
        self.layer, self.text = layer, layer.text
        self.rules = settings("mentions.toml")["initiative"]
        self.blocked = blocked
        self.places = [span for span in blocked if span.type == "Place"]
        self.bodies = {span.end: span for span in blocked if span.type == "Organization"}
        self.before = {span.end: span for span in blocked if span.type in ("Place", "Organization")}
        self.quotes = quoted_stretches(self.text)
        self.quote_ends = {end: start for start, end in self.quotes}
        self.place_starts = {span.start for span in self.places}
        self.place_ends = {span.end: span for span in self.places}

    def named_by_verb(self, start: int, row: Row) -> int:
        """建成|共富|粮仓: a short word between a verb of building and the head is its name, whatever the tagger calls it."""
        if row["use"] != "built" or start == 0 or self.text[start - 1] in self.rules["marks"]:
            return start
        token = self.layer.tokens[self.layer.token_at(start - 1)]
        if token.end == start and 2 <= len(token.text) <= 3 and token.tag != "m" and rule("build_right_before").search(self.text, 0, token.start):
            return token.start
        return start

    def left(self, start: int, row: Row) -> int:
        """Left border of the noun phrase whose head starts at `start`."""
        inside = self.rules["inside"] if row["use"] == "built" else (*self.rules["inside"], *self.rules["inside_named"])
        left = start
        token = self.layer.tokens[self.layer.token_at(start)]
        if token.start < start and token.tag != "m":
            left = token.start
        while left > 0 and start - left < self.rules["reach"]:
            if left in self.quote_ends:
                left = self.quote_ends[left]
                break
            if left in self.bodies:
                break
            route = self.place_ends.get(left - 1) if self.text[left - 1] in self.rules["route"] else None
            if route is not None and left in self.place_starts:  # 桦皮沟村至|石塘村公路项目
                left = route.start
                continue
            token = self.layer.tokens[self.layer.token_at(left - 1)]
            if token.tag == "c" and token.text in self.rules["joins"] and left < start and self._noun_before(token.start):
                left = token.start
                continue
            odd = token.tag in ("r", "q", "m") and len(token.text) == 1 and self.text[token.start - 1 : token.start] in self.rules["list_mark"]
            if odd and token.text not in self.rules["function"]:
                left = token.start
                break
            if token.text == self.rules["secretary"][1] and self.text.endswith(self.rules["secretary"][0], 0, token.start):  # 第一|书记|培训班
                left = token.start - len(self.rules["secretary"][0])
                continue
            if token.text in inside and token.start in self.bodies and token.text in self.rules["joint"]:  # 研究所|共建|基地
                break
            attribute = token.tag == "a" and len(token.text) <= 2 and token.text not in self.rules["no_attribute"]
            listed = token.tag in ("v", "m") and token.text in inside
            if token.tag not in NOUNS and not attribute and not listed and not (left == start and self._nominal(token, row)):
                break
            if token.text in self.rules["stops"] or not token.text.strip():
                break
            left = token.start
        return left

    def _nominal(self, token: Token, row: Row) -> bool:
        """荒坡|补植|项目: a verb between a noun and the head names what is done."""
        if row["head"] not in self.rules["of_work"] or token.tag != "v" or len(token.text) != 2 or token.start == 0:
            return False
        before = self.layer.tokens[self.layer.token_at(token.start - 1)]
        return before.tag in ("n", "nz", "vn") and not rule("before").search(token.text)

    def _noun_before(self, offset: int) -> bool:
        if offset == 0:
            return False
        token = self.layer.tokens[self.layer.token_at(offset - 1)]
        before = self.layer.tokens[self.layer.token_at(token.start - 1)] if token.start else None
        return token.tag in ("n", "nz") and len(token.text) <= 3 and before is not None and before.tag == "w"
