"""Left borders of places whose names the tagger does not know: by what frames them (火烧|垭村), and by their other mentions (势|坪屋村)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from kg import terms
from kg.annotate.layers import Layer, Span
from kg.tables import settings

NOUNS = frozenset({"LOC", "n", "nz", "nw", "ORG", "PER", "s", "f", "an"})  #: tags of what a place's name is made of
NAMES = frozenset({"LOC", "nz", "nw", "ORG", "PER"})  #: tags of names


@cache
def _next_item() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["place"]["next_item"])


def framed_start(layer: Layer, start: int, ends: set[int]) -> int | None:
    """Where a name of odd words begins (火烧|垭村): right after a place, or one and a list mark, or after 在 or 到."""
    rules = settings("mentions.toml")["place"]
    for left in range(start - 2, start - 5, -1):
        if left < 0:
            return None
        stem, before = layer.text[left:start], layer.text[left - 1 : left]
        if not stem.isalpha() or any(char in rules["breakers"] for char in stem):
            return None
        if left in ends and left > 0:
            token = layer.tokens[layer.token_at(left)]
            return left if token.end > start or (token.end == start and token.tag in NOUNS) else None
        if before in rules["list_marks"] and left - 1 in ends:
            return left
        if (
            before
            and before in rules["frames"]
            and layer.tokens[layer.token_at(left - 1)].end == left
            and layer.tokens[layer.token_at(left - 1)].tag == "p"
        ):
            return left
    return None


def opening_start(layer: Layer, start: int, end: int, headed: bool) -> int | None:
    """老黑背村、夹砬子村党支部: an odd name that opens a clause or follows a list mark, before a body's head or another item of the list."""
    rules, text = settings("mentions.toml")["place"], layer.text
    if not headed and not _next_item().match(text, end):
        return None
    for left in (start - 3, start - 2):
        before = text[left - 1 : left]
        opens = left == 0 or (left > 0 and (before in settings("pipeline.toml")["marks"]["clause"] or before == rules["list_marks"][0]))
        stem = text[max(left, 0) : start]
        if not opens or not stem.isalpha() or stem[0] in rules["not_first"] or any(char in rules["breakers"] for char in stem):
            continue
        if all(len(token.text) == 1 or token.end >= end or token.tag in NAMES for token in layer.within(left, start)):
            return left
    return None


def widened(layer: Layer, places: list[Span]) -> list[Span]:
    """The same places; a village or town whose name by its suffix lacks its first characters gets them.

    A character belongs to the name where it stands before every mention of it, or alone between a place or list and the name.
    """
    ends = {place.end for place in places}
    before = {place.text: _always_before(layer.text, place.text, ends) for place in places if _open(place)}
    return [_moved(layer.text, place, before[place.text] or _gap(layer.text, place.start, ends)) if _open(place) else place for place in places]


def _open(place: Span) -> bool:
    return place.kind in (terms.VILLAGE, terms.TOWNSHIP) and place.rule.startswith("place_heads")


def _moved(text: str, place: Span, count: int) -> Span:
    start = place.start - count
    return replace(place, start=start, text=text[start : place.end])


def _first(char: str) -> bool:
    """Whether a name may begin with the character."""
    return char.isalpha() and not char.isascii() and char not in settings("mentions.toml")["place"]["not_first"]


def _always_before(text: str, name: str, ends: set[int]) -> int:
    """How many characters stand before every mention of the name; 0 where it is mentioned once."""
    starts = [match.start() for match in re.finditer(re.escape(name), text)]
    count = 0
    while len(starts) > 1 and count < 2:
        chars = {text[start - count - 1 : start - count] for start in starts}
        if len(chars) > 1 or not _first(next(iter(chars)) or " ") or any(start - count in ends for start in starts):
            break
        count += 1
    return count


def _gap(text: str, start: int, ends: set[int]) -> int:
    """1 where one character stands between the end of a place (该镇, 八仙筒镇) or of a listed body and the name."""
    if start < 2 or start in ends or not _first(text[start - 1]):
        return 0
    rules = settings("mentions.toml")["place"]
    after_place = start - 1 in ends or text[start - 3 : start - 1] in rules["pronouns"]
    listed = text[start - 2] in rules["list_marks"][:1] and text.rfind(rules["listed"], max(0, start - 12), start - 2) >= 0
    return 1 if after_place or listed else 0
