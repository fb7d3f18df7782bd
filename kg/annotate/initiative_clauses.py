"""Works that no head of the lexicon ends, told by their clause: 装了|公共晾衣架|，总长160米; |茯苓烘干厂|由县乡村振兴局投资…兴建."""

from __future__ import annotations

from bisect import bisect_left

from kg import terms
from kg.annotate.initiative_borders import NOUNS
from kg.annotate.initiative_rows import rule
from kg.annotate.layers import Layer, Span, is_general


def find_works(layer: Layer, found: list[Span], blocked: list[Span]) -> list[Span]:
    """Objects of building in sentences that have a figure and name no initiative; subjects that a body runs or funds; what is tied to what.

    Args:
        layer: the article.
        found: the initiatives found so far, in text order.
        blocked: bodies, people and places, which a work never overlaps but may begin with a place.
    """
    starts = [span.start for span in found]
    taken = [(span.start, span.end) for span in blocked if span.type != terms.PLACE]
    works: list[Span] = []
    covered = [*taken, *((span.start, span.end) for span in found)]
    for name in ("work_object", "work_subject", "work_tied"):
        for match in rule(name).finditer(layer.text, layer.body):
            start, end = match.span("work")
            a, b = layer.sentence_of(start)
            named = bisect_left(starts, a) < bisect_left(starts, b)
            if (named and name == "work_object") or any(x < end and start < y for x, y in covered):
                continue
            if (name != "work_tied" and not _is_name(layer, start, end)) or (name == "work_object" and not rule("figure").search(layer.text, a, b)):
                continue
            verb = match.groupdict().get("verb") or ""
            rule_name = f"counted:{verb}" if verb else "work"
            first = match.start("verb") if verb else start
            if layer.tokens[layer.token_at(first)].start == first and not any(w.start < end and first < w.end for w in works):
                kind = terms.MECHANISM if name == "work_tied" else terms.PROJECT
                works.append(Span(first, end, terms.INITIATIVE, kind, rule_name, layer.text[first:end], head=verb))
    return sorted(works, key=lambda span: span.start)


def _is_name(layer: Layer, start: int, end: int) -> bool:
    """Nothing but nouns, attributes and verbs used as nouns, at word borders, ending in a noun; more than general words."""
    tokens = layer.within(start, end)
    if not tokens or tokens[0].start != start or tokens[-1].end != end or is_general(layer.text[start:end]):
        return False
    return tokens[-1].tag in NOUNS and all(token.tag in NOUNS or token.tag in ("a", "vn") for token in tokens)
