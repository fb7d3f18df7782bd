"""People and initiatives of an article: mentions gathered into things."""

from __future__ import annotations

import re

from kg import terms
from kg.annotate.layers import Span
from kg.annotate.registry import Thing
from kg.tables import settings


def initiative_core(text: str) -> str:
    """What tells one initiative from another: the quoted name, or the name without its general head; one form for what has several."""
    core = _core(text)
    for form, variants in settings("mentions.toml")["initiatives"]["same"].items():
        if core in variants:
            return str(form)
    return core


def _core(text: str) -> str:
    rules = settings("mentions.toml")["initiatives"]["form"]
    quoted = re.search(rules["quoted"], text)
    if quoted and len(quoted.group(1)) >= 2:
        return quoted.group(1)
    core = text
    while True:
        tail = next((word for word in rules["tails"] if core.endswith(word) and len(core) - len(word) >= 4), None)
        if tail is None:
            return core
        core = core.removesuffix(tail)


def _nominal(span: Span) -> set[str]:
    """修缮陈列馆 is 陈列馆修缮 and, of a work, 陈列馆."""
    if not span.rule.startswith("counted:"):
        return set()
    thing = span.text.removeprefix(span.head)
    return {thing + span.head, thing} if span.kind == terms.PROJECT else {thing + span.head}


class Initiatives:
    """Initiatives of one article by their core: “三联四促”运行机制 and “三联四促”活动 are one."""

    def __init__(self, spans: list[Span]) -> None:
        self.things: dict[str, Thing] = {}
        self.of: dict[tuple[int, int], Thing] = {}
        for span in spans:
            whole = span.beside if span.rule == "alias" else None
            core = initiative_core(whole.text if whole is not None else span.text)
            thing = self.things.get(core)
            if thing is None:
                thing = Thing(f"I{len(self.things) + 1}", terms.INITIATIVE, span.kind, span.text, {span.text}, first=span.start)
                self.things[core] = thing
            thing.names.update({span.text, core, *_nominal(span)})
            if span.beside is not None and whole is None:
                thing.names.add(span.beside.text + span.text)
            self.of[span.start, span.end] = thing

    def all(self) -> list[Thing]:
        """All, in the order of their first mention."""
        return list(self.things.values())


class People:
    """People of one article by name."""

    def __init__(self, spans: list[Span]) -> None:
        self.things: dict[str, Thing] = {}
        self.of: dict[tuple[int, int], Thing] = {}
        for span in spans:
            if span.text not in self.things:
                self.things[span.text] = Thing(f"H{len(self.things) + 1}", terms.PERSON, None, span.text, {span.text}, first=span.start)
            self.of[span.start, span.end] = self.things[span.text]

    def all(self) -> list[Thing]:
        """All, in the order of their first mention."""
        return list(self.things.values())
