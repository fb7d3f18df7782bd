"""Works and activities that have no name but a figure: 修缮陈列馆3座, 安装170盏路灯."""

from __future__ import annotations

import re
from functools import cache

from kg import terms
from kg.annotate.layers import Layer, Span, is_general
from kg.tables import settings


@cache
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["initiative"][name])


def find_counted(layer: Layer, initiatives: list[Span], figures: list[tuple[int, int, str]]) -> list[Span]:
    """修缮陈列馆 of 修缮陈列馆3座, 安装路灯 of 安装170盏路灯: works and activities without a name that a figure counts.

    Only in sentences that name no initiative, the first of a sentence only; `figures` are (start, end, counted noun).
    """
    found: list[Span] = []
    for start, end, noun in figures:
        a, b = layer.sentence_of(start)
        clause = max((left for left, _ in layer.clauses(a, b) if left <= start), default=a)
        if a < layer.body or any(a <= span.start < b for span in [*initiatives, *found]) or _rule("series").search(layer.text, a, clause):
            continue
        match = _rule("counted_before_figure").search(layer.text, clause, start)
        stop = start
        if match is None and noun:
            match = _rule("counted_after_figure").search(layer.text, clause, start)
            stop = layer.text.find(noun, end, end + 12) + len(noun)
        if (
            match is None
            or stop <= start - 1
            or len(layer.text[match.start("verb") : stop]) > settings("mentions.toml")["initiative"]["longest_counted"]
        ):
            continue
        if layer.tokens[layer.token_at(match.start("verb"))].start != match.start("verb"):
            continue  # 协调解决 holds no 调解
        verb = match.group("verb")
        kind = terms.PROJECT if _rule("works").search(verb) else terms.ACTIVITY
        name = Span(match.start("verb"), stop, terms.INITIATIVE, kind, f"counted:{verb}", layer.text[match.start("verb") : stop], head=verb)
        people = verb in settings("mentions.toml")["initiative"]["of_people"]
        if people or not is_general(match.groupdict().get("object") or noun):
            found.append(name)
    return found
