"""People and their titles: the tagger's persons, corrected by titles, surnames and the other mentions of the article."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from kg import terms
from kg.annotate.layers import Layer, Span
from kg.tables import Row, rows, settings, words

_VERBS = frozenset({"v", "vd", "d", "ad", "p", "TIME"})
#: Tags that the tagger gives to the end of a given name that it cut off.
_GIVEN = frozenset({"n", "a", "d", "an", "nz", "ad", "q", "f"})


@cache
def titles() -> dict[str, Row]:
    """Rows of titles.tsv by title."""
    return {row["title"]: row for row in rows("lexicons/titles.tsv", required=("title", "use"))}


@cache
def _title_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, titles()), key=len, reverse=True)))


def find_titles(layer: Layer) -> list[Span]:
    """Title words of the text; `head` is the row, `kind` its use (own, plain, member, resident, reporter)."""
    return [
        Span(match.start(), match.end(), "Title", titles()[match.group()]["use"], "titles:" + match.group(), match.group(), head=match.group())
        for match in _title_pattern().finditer(layer.text)
    ]


def _looks_like_name(word: str) -> bool:
    """A surname and one or two more characters (or a double surname), or a transcribed name with a middle dot."""
    surnames = words("surnames")
    if settings("mentions.toml")["person"]["dot"] in word:
        return True
    if word[:2] in surnames:
        return 3 <= len(word) <= 4
    return word[:1] in surnames and 2 <= len(word) <= 3


@cache
def _follow() -> re.Pattern[str]:
    return re.compile(settings("mentions.toml")["person"]["follow"])


class _Finder:
    def __init__(self, layer: Layer, blocked: list[Span], title_spans: list[Span]) -> None:
        self.layer, self.text = layer, layer.text
        self.blocked = [(span.start, span.end) for span in blocked]
        self.title_ends = {span.end: span for span in title_spans}
        self.title_starts = {span.start: span for span in title_spans}
        self.rules = settings("mentions.toml")["person"]
        self.layer_marks = settings("pipeline.toml")["marks"]["clause"]
        self.place_stems = {span.text[: len(span.text) - 1] for span in blocked if span.type == terms.PLACE}
        self.stems = {span.text[:2] for span in blocked if span.type == terms.PLACE and len(span.text) == 3}

    def _free(self, start: int, end: int) -> bool:
        return not any(a < end and start < b for a, b in self.blocked)

    def _trim(self, word: str) -> str:
        """李峰在 → 李峰: a function word that the tagger took for a given name's end."""
        while len(word) > 2 and word[-1] in self.rules["trailing"]:
            word = word[:-1]
        if len(word) == 4 and word[-1] in self.rules["adverbs"] and word[:2] not in words("surnames"):
            word = word[:-1]
        while len(word) > 2 and word[0] in self.rules["leading"] and word[1] in words("surnames"):
            word = word[1:]
        return word

    def candidates(self) -> list[tuple[int, int]]:
        """Stretches that may be names, in text order: persons of the tagger, and what follows a title and has the form of a name."""
        found = []
        for index, token in enumerate(self.layer.tokens):
            titled = token.start in self.title_ends and self.title_ends[token.start].kind != "reporter"
            ends = [] if not titled else [end for end in (self._after_title(index), self._by_form(token.start)) if end is not None]
            start, word = token.start, token.text.strip()
            if token.tag == "PER" and len(word) >= 2:
                name = self._trim(word)
                at = token.start + token.text.index(name)
                if _looks_like_name(name) and not self._adverbial(index) and self._likely(at, name, titled=titled):
                    start = at
                    ends.append(at + len(name))
            if ends:
                found.append((start, max(ends)))
        return found

    def _likely(self, start: int, name: str, *, titled: bool) -> bool:
        """Whether the tagger's person is none of the common words that look like one: 王婶, 黄桃|就…, 路一通，, 池淮溪 in 池淮镇."""
        aunt = name[-1] in self.rules["kin_after_surname"] and (len(name) == 2 or name[1] in self.rules["elder"])
        if name.endswith(tuple(self.rules["kin"])) or aunt or name in self.place_stems:
            return False
        if titled:
            return True
        if len(name) == 2 or name[0] in self.rules["unlikely"]:
            return False
        if name[1] == self.rules["idiom"] and self.text[start + len(name) : start + len(name) + 1] in self.layer_marks:
            return False
        return name[:2] not in self.stems

    def _by_form(self, start: int) -> int | None:
        """A surname after a title and two or one more characters, then a border or a word that follows names."""
        surnames, text = words("surnames"), self.text
        for length in (5, 4, 3):
            name = text[start : start + length]
            odd = name[1:] if length == 4 and name[:1] in surnames and self._tag_at(start) == "PER" else name  # 李|桑杰措
            if len(name) == length and all(char in self.rules["translit"] for char in odd) and _follow().match(text, start + length):
                return start + length
        if text[start : start + 1] not in surnames or text.startswith(tuple(self.rules["not_names"]), start):
            return None
        token = self.layer.tokens[self.layer.token_at(start)]
        if text[start] in self.rules["unlikely"] and token.tag != "PER":
            return None
        if text[start] in self.rules["rare"] and token.tag != "PER" and self._tag_at(start + 1) not in ("PER", "LOC"):
            return None
        if len(token.text) == 2 and token.tag not in ("PER", "LOC", "ORG", "nz", "nw"):
            return None
        if token.tag == "PER" and len(token.text) == 2 and self._tag_at(token.end) not in _GIVEN:
            return None
        for length in (3, 2):
            name = text[start : start + length]
            if length == 2 and token.tag == "v":  # 买药
                return None
            goes_on = _follow().match(text, start + length) or (length == 3 and len(token.text) == 1 and self._tag_at(start + length) in _VERBS)
            if name.isalpha() and len(name) == length and name[-1] not in self.rules["trailing"] and goes_on:
                return start + length
        return None

    def _tag_at(self, offset: int) -> str:
        """Tag of the token that starts there."""
        token = self.layer.tokens[self.layer.token_at(offset)] if offset < len(self.text) else None
        return token.tag if token is not None and token.start == offset else ""

    def _whole(self, name: str) -> str:
        """乌云达 → 乌云达来 where every mention goes on so."""
        while True:
            following = [self.text[m.end() : m.end() + 1] for m in re.finditer(re.escape(name), self.text)]
            char = following[0]
            if len(following) < 2 or len(set(following)) > 1 or not char.isalpha() or char in self.rules["trailing"]:
                return name
            name += char

    def _adverbial(self, index: int) -> bool:
        """正|张罗, 龙海清|任岩…: right after an adverb or another person the tagger's person is a verb."""
        before = self.layer.tokens[index - 1] if index else None
        return (
            before is not None
            and before.end == self.layer.tokens[index].start
            and (before.tag in ("d", "ad") or (before.tag == "PER" and _looks_like_name(before.text)))
        )

    def _after_title(self, index: int) -> int | None:
        """A name right after a title, though the tagger calls it something else."""
        token = self.layer.tokens[index]
        if token.text[:1] not in words("surnames") or token.text in self.rules["not_names"]:
            return None
        rare = len(token.text) == 1 and token.text in self.rules["rare"] and token.tag != "PER"
        unlikely = token.text[0] in self.rules["unlikely"] and token.tag != "PER"
        if unlikely or (rare and self._tag_at(token.end) not in ("PER", "LOC")) or token.text.startswith(tuple(self.rules["not_names"])):
            return None
        if len(token.text) == 3 and token.tag in ("n", "LOC") and _follow().match(self.text, token.end):
            return token.end
        if token.tag in ("LOC", "ORG", "nz", "nw", "PER") and _looks_like_name(self._trim(token.text)):
            return token.start + len(self._trim(token.text))
        if (
            len(token.text) > 2
            or token.tag not in ("PER", "n", "nr", "q", "a", "m", "v", "xc", "LOC", "vn", "nz")
            or index + 1 >= len(self.layer.tokens)
        ):
            return None
        following = self.layer.tokens[index + 1]
        if token.tag == "v" and following.end - token.start == 2:  # 买药
            return None
        if len(token.text) == 1 and following.end - token.start <= 3 and following.tag not in ("w", "p", "u", "c", "v", "d", "ad"):
            return following.end
        return None

    def find(self) -> list[Span]:
        spans = [(a, b) for a, b in self.candidates() if self._free(a, b)]
        counts = Counter(self.text[a:b] for a, b in spans)
        grown: Counter[str] = Counter()
        for name, count in counts.items():
            grown[self._whole(name)] += count
        counts = grown
        names = {name for name in counts if name not in words("not_persons") and not self._prefix_of_common(name, counts)}
        found: dict[int, tuple[int, str]] = {}
        for name in sorted(names, key=lambda name: (-len(name), name)):
            for match in re.finditer(re.escape(name), self.text):
                if self._free(*match.span()) and not any(a < match.end() and match.start() < b for a, (b, _) in found.items()):
                    if self._reporter(match.start()):
                        continue
                    found[match.start()] = (match.end(), name)
        return [Span(a, b, "Person", None, "person", name) for a, (b, name) in sorted(found.items())]

    def _prefix_of_common(self, name: str, counts: Counter[str]) -> bool:
        """华关深 beside 华关: a longer form seen less often than its beginning."""
        return any(other != name and name.startswith(other) and counts[other] > counts[name] for other in counts)

    def _reporter(self, start: int) -> bool:
        before = self.text[max(0, start - 4) : start].rstrip(self.rules["byline"])
        return any(before.endswith(row["title"]) for row in titles().values() if row["use"] == "reporter")


def find_people(layer: Layer, blocked: list[Span], title_spans: list[Span]) -> list[Span]:
    """People of the text in text order; `blocked` are spans (bodies, places) that a person can't overlap."""
    return _Finder(layer, blocked, title_spans).find()
