"""Initiatives: quoted names, names that end in a head (模式, 项目, 活动), programmes known everywhere; slogans are told from them.

Uses of heads (lexicons/initiative_heads.tsv): strong counts wherever it has a name of its own; weak and built need a verb of running before;
quoted only ends a quoted name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kg.annotate.initiative_borders import NOUNS, Borders
from kg.annotate.initiative_clauses import find_works
from kg.annotate.initiative_rows import heads, heads_pattern, known, known_pattern, rule, slogans
from kg.annotate.layers import Layer, Span, is_general, longest
from kg.tables import Row, settings

_STOPS = frozenset({"v", "p", "d", "u", "w", "m", "r", "ad", "vd", "c"})


class _Finder(Borders):
    def find(self) -> list[Span]:
        found = [*self._quoted(), *self._listed(), *self._known(), *self._headed(), *self._headings(), *self._parts()]
        bodies = [(span.start, span.end) for span in self.blocked if span.type in ("Organization", "Person")]
        free = [span for span in found if not any(a <= span.start and span.end <= b for a, b in bodies)]
        named = longest(free)
        named = sorted([*named, *find_works(self.layer, named, self.blocked)], key=lambda span: span.start)
        return self._aliases([replace(span, beside=self.before.get(span.start)) for span in named])

    def _aliases(self, named: list[Span]) -> list[Span]:
        """X（以下简称“Y”）: Y is X, wherever it stands; its spans have X in `beside`."""
        found = named
        for match in re.finditer(settings("mentions.toml")["bodies"]["alias"], self.text):
            whole = next((span for span in named if span.end == match.start()), None)
            if whole is None or match.group("renamed") is not None:
                continue
            alias = match.group("alias")
            spans = [(m.start(), m.end()) for m in re.finditer(re.escape(alias), self.text) if m.start() >= match.start()]
            again = [replace(self._make(a, b, whole.kind or "", "alias", whole.head), beside=whole) for a, b in spans]
            apart = [span for span in found if not any(a < span.end and span.start < b for a, b in spans)]
            found = sorted([*apart, *again], key=lambda span: span.start)
        return found

    def _make(self, start: int, end: int, kind: str, rule: str, head: str = "") -> Span:
        return Span(start, end, "Initiative", kind, rule, self.text[start:end], head=head)

    def _triggered(self, start: int) -> bool:
        """A verb of running stands shortly before, in the same clause."""
        return rule("before").search(self.text, max(0, start - self.rules["window"]), start) is not None

    # quoted names -------------------------------------------------------------------------------------------------------------------
    def _tail(self, end: int) -> tuple[int, Row | None]:
        """Head (with at most a few nouns before it) right after a quote: (its end, its row)."""
        match = rule("tail").match(self.text, end)
        if match is None:
            return end, None
        for head_match in heads_pattern().finditer(self.text, end, min(len(self.text), match.end() + 8)):
            if head_match.start() <= match.end() and head_match.start() - end <= 4 and self._nouns(end, head_match.start()):
                return head_match.end(), heads()[head_match.group()]
            break
        return end, None

    def _nouns(self, start: int, end: int) -> bool:
        return all(token.tag in NOUNS or token.text in self.rules["inside"] for token in self.layer.within(start, end))

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
            if not self._nameable(inside) or rule("not_before").search(self.text, max(0, start - 8), start):
                continue
            tail, row = self._tail(end)
            if row is not None:
                found.append(self._make(start, tail, row["kind"], "quoted_head", row["head"]))
                continue
            if self.text.startswith(slogans("after"), end) or self._attribute(end):
                continue
            if inside in known():
                found.append(self._make(start, end, known()[inside]["kind"], "quoted_known"))
            elif rule("shape").search(inside) or self._verb_before(start) or self._topic(start, end, inside):
                found.append(self._make(start, end, self._kind(inside, start), "quoted_verb"))
        return found

    def _nameable(self, inside: str) -> bool:
        if not 2 <= len(inside) <= self.rules["longest_quote"] or rule("speech").search(inside):
            return False
        return not any(word in inside for word in slogans("inside"))

    def _attribute(self, end: int) -> bool:
        return rule("attribute").match(self.text, end) is not None

    def _verb_before(self, start: int) -> bool:
        return rule("verb").search(self.text, max(0, start - 8), start) is not None

    def _topic(self, start: int, end: int, inside: str) -> bool:
        """A name of a thing that is run: it ends as such things do, or opens the title or a clause and comes again."""
        if rule("institution").search(inside):
            return True
        return len(inside) >= 4 and self.text.count(inside) > 1 and start < self.layer.body and self.text[end : end + 1] not in ("", "\n")

    def _kind(self, inside: str, start: int) -> str:
        for kind, endings in self.rules["kinds"].items():
            if inside.endswith(tuple(endings)):
                return str(kind)
        return self._kind_by_verb(start)

    def _kind_by_verb(self, start: int) -> str:
        return "activity" if rule("verb_activity").search(self.text, max(0, start - 8), start) else "mechanism"

    # lists: “A”“B”等行动, A、B、C等制度 -----------------------------------------------------------------------------------------------------
    def _listed(self) -> list[Span]:
        found = []
        for match in (match for name in ("list", "list_for", "list_count") for match in rule(name).finditer(self.text)):
            row = heads().get(match.group("head"))
            if row is None:
                continue
            at = match.start("items")
            for item in re.split(rule("list_marks"), match.group("items")):
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

    # parts of a quoted whole: “五个一”体系，即A、B、C; A、B、C的“四跟四走”机制 ---------------------------------------------------------------------
    def _parts(self) -> list[Span]:
        """Items that a list names before or after a quoted whole, where the article comes back to each of them."""
        found: list[Span] = []
        for start, end in self.quotes:
            after, before = rule("parts_after").match(self.text, end), rule("parts_before").search(self.text, max(0, start - 60), start)
            for match in filter(None, (after, before)):
                at = match.start("items")
                places = [(at + item.start(), at + item.end()) for item in rule("part").finditer(match.group("items"))]
                if all(self.text.find(self.text[a:b], match.end()) >= 0 for a, b in places):
                    found.extend(self._make(a, b, "mechanism", "part") for a, b in places)
        return found

    # head words ---------------------------------------------------------------------------------------------------------------------
    def _headed(self) -> list[Span]:
        found = []
        for match in heads_pattern().finditer(self.text):
            row = heads()[match.group()]
            if row["use"] == "quoted" or not self._ends_word(match.end()):
                continue
            start = self.left(match.start(), row)
            start = self.named_by_verb(start, row)
            own = self._without_places(start, match.start())
            counted = rule("counted").match(self.text, match.end()) or rule("counted_before").search(self.text, max(0, start - 8), start)
            specific = len(row["head"]) >= 3 and len(own) >= 2 and not is_general(own, least=1)  # 链上|联席会
            if (is_general(own) and not specific and not (counted and len(own) >= 2)) or self.text.startswith(
                tuple(self.rules["not_followed"]), match.end()
            ):
                continue
            if row["use"] == "built":
                if not rule("build").search(self.text, max(0, start - self.rules["window"]), start):
                    continue
            elif row["use"] != "strong" and (not self._triggered(start) or (row["use"] == "weak" and self._goes_on(match.end()))):
                continue
            found.append(self._make(start, match.end(), row["kind"], "head:" + row["head"], row["head"]))
        return found

    def _without_places(self, start: int, end: int) -> str:
        """The name's own words: places in it left out."""
        text = self.text[start:end]
        for span in self.places:
            if start <= span.start and span.end <= end:
                text = text.replace(span.text, "")
        return text

    def _goes_on(self, end: int) -> bool:
        """督查检查|考核: another noun follows, so the name is longer than its head."""
        token = self.layer.tokens[self.layer.token_at(end)] if end < len(self.text) else None
        return token is not None and token.start == end and token.tag in ("n", "vn")

    def _ends_word(self, end: int) -> bool:
        return self.layer.tokens[self.layer.token_at(end - 1)].end == end

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
            text = text[rule("numbering").match(text).end() :]  # type: ignore[union-attr]
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
        for match in known_pattern().finditer(self.text):
            start, end = match.span()
            if end in self.bodies or not self._ends_word(end) or self.text.startswith(tuple(self.rules["not_followed"]), end):
                continue
            if self.text.startswith(self.rules["of"], end):
                continue
            topic = rule("topic_before").search(self.text, max(0, start - 2), start) and self.text[end : end + 1] in self.rules["topic_after"]
            act = known()[match.group()]["use"] == "act" and rule("act_after").match(self.text, end)
            if not topic and not act and not self._triggered(start):
                continue
            found.append(self._make(start, end, known()[match.group()]["kind"], "known:" + match.group()))
        return found


def find_initiatives(layer: Layer, blocked: list[Span]) -> list[Span]:
    """Initiatives of the text in text order, not overlapping; `blocked` are the bodies, people and places found before."""
    return _Finder(layer, blocked).find()
