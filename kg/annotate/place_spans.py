"""Places in the text: full names of the gazetteer, names by their suffix, lists that end in a count, short forms of places already named."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from kg import terms
from kg.annotate.layers import Layer, Span, longest
from kg.annotate.place_borders import NAMES, NOUNS, framed_start, opening_start, widened
from kg.places import Gazetteer, load
from kg.tables import rows, settings, words


@cache
def _suffixes() -> dict[str, tuple[str, int]]:
    return {row["suffix"]: (row["level"], int(row["longest"])) for row in rows("lexicons/place_heads.tsv", required=("suffix", "level"))}


@cache
def _suffix_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _suffixes()), key=len, reverse=True)))


@cache
def _generic_endings() -> tuple[str, ...]:
    return tuple(row["stem"] + row["suffix"] for row in rows("lexicons/generic_places.tsv") if row["why"] == "ending")


@cache
def _generic() -> frozenset[str]:
    return frozenset(row["stem"] + ("" if row["suffix"] == "*" else row["suffix"]) for row in rows("lexicons/generic_places.tsv"))


def is_generic(stem: str, suffix: str) -> bool:
    """Whether stem + suffix is a kind of place (示范村, 各镇) and no name."""
    return not stem or stem in _generic() or stem + suffix in _generic() or (stem + suffix).endswith(_generic_endings())


@cache
def _list_pattern() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["place_list"]["pattern"])


def _span(text: str, start: int, end: int, level: str, rule: str) -> Span:
    return Span(start, end, "Place", level, rule, text[start:end])


def _by_suffix(layer: Layer, known: list[Span]) -> list[Span]:
    """Names that end in a suffix of place_heads.tsv, the left border given by tokens and by places before."""
    found: list[Span] = []
    ends = {span.end for span in known}
    breakers = settings("mentions.toml")["place"]["breakers"]
    never = words("not_places")
    covered = [match.span() for match in _all_heads().finditer(layer.text)]
    for match in _suffix_pattern().finditer(layer.text):
        start, end = match.span()
        level, limit = _suffixes()[match.group()]
        if end in ends or any(a < start < b for a, b in covered) or _in_short_quote(layer.text, start, end) or _in_firm(layer, start, end):
            continue
        left = _left_border(layer, start, end, limit, ends)
        sure = left is not None and _is_name(layer, left, end, ends)
        if not sure and level in (terms.VILLAGE, terms.TOWNSHIP, terms.SITE):
            framed = framed_start(layer, start, ends) or opening_start(layer, start, end, is_head_at(layer.text, end))
            left, sure = (framed, True) if framed is not None else (left, False)
        if left is None:
            continue
        stem = layer.text[left:start]
        while stem and stem[0] in breakers:
            left += 1
            stem = stem[1:]
        if level != terms.SITE and level not in (terms.TOWNSHIP, terms.VILLAGE):
            level = terms.SITE if match.group() in settings("mentions.toml")["place"]["zones"] else ""
        if not level or not sure:
            continue
        if (
            layer.text[left:end] in never
            or stem.endswith(match.group())
            or is_generic(stem, match.group())
            or any(char.isdigit() or not char.isalpha() for char in stem)
        ):
            continue
        found.append(_span(layer.text, left, end, level, f"place_heads:{match.group()}"))
        ends.add(end)
    return found


def _in_firm(layer: Layer, start: int, end: int) -> bool:
    """屈乡 in 湖北屈乡甜橙有限责任公司: within what the tagger takes for one firm's name."""
    token = layer.tokens[layer.token_at(start)]
    return token.tag == "ORG" and end < token.end and token.text.endswith(tuple(settings("mentions.toml")["place"]["firms"]))


def _is_name(layer: Layer, left: int, end: int, ends: set[int]) -> bool:
    """The tagger calls it a name, a place stands right before it, or the article says it more than once after other words."""
    token = layer.tokens[layer.token_at(left)]
    if token.tag in NAMES or left in ends:
        return True
    before = [layer.text[match.start() - 1 : match.start()] for match in re.finditer(re.escape(layer.text[left:end]), layer.text)]
    opening = sum(mark in settings("pipeline.toml")["marks"]["clause"] for mark in before)
    return token.tag in ("n", "s", "f", "an") and (len(set(before)) > 1 or opening > 1)


def _left_border(layer: Layer, start: int, end: int, limit: int, ends: set[int]) -> int | None:
    """Where the name whose suffix starts at `start` begins: one or two noun tokens, never across a place that ends before."""
    index = layer.token_at(start)
    token = layer.tokens[index]
    if token.end != end and token.tag not in NAMES:
        return None
    left = token.start
    inside = [end for end in ends if token.start < end <= start]
    if inside:
        left = max(inside)
    if left == start:
        if index == 0 or start in ends:
            return None
        before = layer.tokens[index - 1]
        if before.end != start or before.tag not in NOUNS or len(before.text) > limit:
            return None
        left = max([before.start, *(end for end in ends if before.start < end < before.end)])
        index -= 1
        if len(before.text) == 1 and before.tag == "f" and index > 0 and layer.tokens[index - 1].tag in (*NAMES, "n") and left not in ends:
            left, index = layer.tokens[index - 1].start, index - 1
    elif token.tag not in (NOUNS if token.end == end else NAMES):
        return None
    one = settings("mentions.toml")["place"]["directions"]
    while index > 0 and left not in ends:
        before = layer.tokens[index - 1]
        if before.end != left or len(before.text) != 1 or before.text not in one or (before.start not in ends and start - before.start > 2):
            break
        left, index = before.start, index - 1
    return left if 0 < start - left <= limit else None


def _by_list(layer: Layer) -> list[Span]:
    """`A、B、C等3个村`: each item is a village, though it lacks the suffix. The items are counted from the right, at token borders."""
    found: list[Span] = []
    mark = settings("pipeline.toml")["marks"]["list"]
    for match in _list_pattern().finditer(layer.text):
        level, _ = _suffixes()[match.group("suffix")]
        end = match.start("items") + len(match.group("items").rstrip(settings("mentions.toml")["place_list"]["and_so_on"]))
        items: list[Span] = []
        for item in reversed(layer.text[match.start("items") : end].split(mark)):
            tokens = [token for token in layer.within(end - len(item), end) if token.tag in NOUNS]
            last = layer.tokens[layer.token_at(end - 1)]
            start = end - len(item)
            sizes = range(min(4, len(item)), 1, -1) if level == terms.TOWNSHIP else ()
            item = next((item[-size:] for size in sizes if load().named(item[-size:] + match.group("suffix"), "township")), item)
            listed = bool(load().named(item + match.group("suffix"), "township"))
            if not listed and (
                len(item) > 4
                or layer.tokens[layer.token_at(start)].start != start
                or any(t.tag in ("v", "vn", "p") for t in layer.within(start, end))
            ):
                start = tokens[-1].start if tokens and last.end == end and len(items) > 0 else end
            name = layer.text[start:end].removesuffix(match.group("suffix"))
            if not 2 <= len(name) <= 4 or is_generic(name, match.group("suffix")):
                break
            items.append(replace(_span(layer.text, start, end, level, "place_list"), head=match.group("suffix")))
            if start != end - len(item):
                break
            end = start - 1
        if len(items) >= 2:
            found.extend(items)
    return found


def _by_short_form(layer: Layer, known: list[Span], gazetteer: Gazetteer) -> list[Span]:
    """始兴 where the article names 始兴县: only at token borders, never a short form that is a common word."""
    found = []
    for name in sorted({span.text for span in known if span.kind in ("county", "prefecture", "township", "province")}):
        suffix = _suffix_pattern().search(name, max(0, len(name) - 3))
        stem = name[: suffix.start()] if suffix else name
        if len(stem) < 2:
            continue
        common = gazetteer.common_word(stem)
        kind = next(span.kind for span in known if span.text == name)
        for match in re.finditer(re.escape(stem), layer.text):
            token = layer.tokens[layer.token_at(match.start())]
            if token.start != match.start():
                continue
            before_head = is_head_at(layer.text, match.end())
            if before_head or (not common and token.end == match.end() and token.tag in ("LOC", "ORG", "PER", "nz")):
                found.append(_span(layer.text, match.start(), match.end(), kind or "county", "place_short"))
    return found


def _at_border(layer: Layer, start: int, end: int) -> bool:
    """A gazetteer name that doesn't cut through common words: 城镇|乡村 holds no 镇乡."""
    first, last = layer.tokens[layer.token_at(start)], layer.tokens[layer.token_at(end - 1)]
    return (first.start == start or first.tag in NAMES) and (last.end == end or last.tag in NAMES)


@cache
def _heads() -> re.Pattern[str]:
    names = [row["head"] for row in rows("lexicons/organization_heads.tsv") if row["shape"] in ("body", "dept", "branch")]
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


@cache
def _all_heads() -> re.Pattern[str]:
    names = [row["head"] for row in rows("lexicons/organization_heads.tsv") if len(row["head"]) > 2]
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


def _in_short_quote(text: str, start: int, end: int) -> bool:
    """Within a quoted catchword (“净村靓院”), which holds no place."""
    for opening, closing in settings("pipeline.toml")["marks"]["quotes"][:4]:
        before, after = text.rfind(opening, max(0, start - 10), start), text.find(closing, end, end + 10)
        if before >= 0 and after >= 0 and closing not in text[before:start]:
            return True
    return False


def is_head_at(text: str, offset: int) -> bool:
    """Whether a body's head starts there: the short form 新街 before 党委."""
    return _heads().match(text, offset) is not None


def _again(layer: Layer, known: list[Span]) -> list[Span]:
    """派驻|勉县|指导组: names of two characters, which the gazetteer leaves alone inside a clause, where the article has them elsewhere."""
    found = []
    for name in sorted({span.text for span in known if len(span.text) == 2}):
        first = next(span for span in known if span.text == name)
        for match in re.finditer(re.escape(name), layer.text):
            if _at_border(layer, *match.span()):
                found.append(replace(first, start=match.start(), end=match.end()))
    return found


def find_places(layer: Layer) -> list[Span]:
    """Places of the text, in text order, not overlapping; `kind` is the level."""
    gazetteer = load()
    never = words("not_places")
    known = [
        _span(layer.text, start, end, divisions[0].level, "gazetteer")
        for start, end, divisions in gazetteer.scan(layer.text)
        if layer.text[start:end] not in never and _at_border(layer, start, end)
    ]
    known = longest([*known, *_again(layer, known)])
    listed = _by_list(layer)
    named = _by_suffix(layer, known)
    found = longest([*widened(layer, [*known, *named]), *listed])
    return longest([*found, *_by_short_form(layer, found, gazetteer)])
