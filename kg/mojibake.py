"""Characters that a conversion site broke: what can be recovered with one plausible answer is, the rest is marked.

Such sites put a pinyin gloss after a traditional character by replacing bytes of GBK text. Where the two bytes happen to straddle two
characters, what follows is read shifted by one byte, until a byte below 0x80 ends it: 地水稻種 (B5D8 CBAE B5BE B74E) becomes a lost byte,
厮 (D8CB), a pair that is no character and vanishes (AEB5), 痉 (BEB7), N (4E). Shifting back gives candidates; words of the segmenter's lexicon
choose among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from kg import characters, lexicon
from kg.alignment import Aligned, Edit
from kg.slips import long_slips

Span = tuple[int, int]


@dataclass(frozen=True)
class Mended:
    """The text, spans of the raw that stay damaged (half open), and what a person should know."""

    text: Aligned
    damaged: tuple[Span, ...]
    notes: tuple[tuple[int, str], ...]  #: with the place in the raw that each is about


@cache
def _slip() -> re.Pattern[str]:
    """A lost byte, what swallowed the next one (the rest of a gloss or a mark), characters, and the byte that ends the shift."""
    chosen, (_, closing), han = characters.settings(), characters.brackets(), f"[{characters.han()}]"
    gloss = rf"(?P<gloss>{characters.LATIN}{closing})"
    mark = rf"(?P<mark>[{re.escape(chosen['swallowing'])}])"
    lost = f"[{re.escape(chosen['question'])}]"
    wide = r"[^\x00-\x7f\ufffd]"
    start = rf"(?:(?<={han}|{closing}){lost}(?:{gloss}|{mark})|(?P<bad>\ufffd{lost}))"
    return re.compile(rf"{start}(?:(?P<run>{wide}{{1,8}})(?P<end>[@-Z\[-~])(?P<after>{han}{{0,3}}))?")


@cache
def _vanishing() -> tuple[bytes, ...]:
    """The pairs of bytes that GBK has no character for."""
    pairs = (bytes(pair) for pair in product(range(0x81, 0xFF), range(0x40, 0xFF)))
    return tuple(pair for pair in pairs if pair[1] != 0x7F and lexicon.decoded(pair) is None)


def mend(text: Aligned) -> Mended:
    """Recover or mark every slip and every replacement character of a text."""
    edits: list[Edit] = []
    damaged: list[Span] = []
    notes: list[tuple[int, str]] = []
    for match in _slip().finditer(text.text) if _may_slip(text.text) else ():
        if not match["gloss"] and (not match["end"] or lexicon.cost(lexicon.simple(match["run"]), 0, len(match["run"])) is not None):
            continue  # a question mark, another mark, and words; a lone U+FFFD
        start, end = match.start(), match.end("end") if match["end"] else match.end("gloss")
        raw = (text.origins[start], text.origins[end - 1] + 1)
        answers = _answers(text.text, match) if match["end"] else []
        if len(answers) == 1:
            edits.append((start, end, answers[0]))
            notes.append((raw[0], f"{_where(raw)}, {text.text[start:end]!r}, were mojibake of {answers[0]!r}: recovered"))
        else:
            damaged.append(raw)
            readings = f"{len(answers)} plausible readings" if answers else "no plausible reading"
            notes.append((raw[0], f"{_where(raw)}, {text.text[start:end]!r}, are mojibake with {readings}: left as they are"))
    text = text.edit(edits)
    if "\ufffd" in text.text:
        edits = list(long_slips(text.text))
        for start, end, new in edits:
            raw = (text.origins[start], text.origins[end - 1] + 1)
            notes.append((raw[0], f"{_where(raw)} were mojibake of {new!r}: recovered but for what stays unreadable"))
        text = text.edit(edits)
    for match in re.finditer("\ufffd+", text.text):
        raw = (text.origins[match.start()], text.origins[match.end() - 1] + 1)
        if not any(start <= raw[0] < end for start, end in damaged):
            damaged.append(raw)
            notes.append((raw[0], f"{_where(raw)} couldn't be decoded: left as they are"))
    return Mended(text, tuple(damaged), tuple(notes))


def _where(raw: Span) -> str:
    return f"characters {raw[0]} to {raw[1]} of the raw"


def _may_slip(text: str) -> bool:
    return any(mark in text for mark in characters.settings()["question"])


def _answers(text: str, match: re.Match[str]) -> list[str]:
    """The readings, in the script of the text, that make words with what stands around them; the article's own words decide between equals."""
    head = _trailing_gloss().sub("", text[max(0, match.start() - 12) : match.start()])
    readings = _readings(head[-3:], match["gloss"] is not None, match["mark"] or "", match["run"], match["end"], match["after"])
    if len(readings) > 1:
        elsewhere = lexicon.simple(text[: match.start()] + "\n" + text[match.end("end") :])
        known = {reading: sum(word in elsewhere for word in lexicon.words_in(lexicon.simple(reading + match["after"]))) for reading in readings}
        readings = tuple(reading for reading in readings if known[reading] == max(known.values()))
    return list(readings)


@cache
def _trailing_gloss() -> re.Pattern[str]:
    opening, closing = characters.brackets()
    return re.compile(f"{opening}{characters.LATIN}{closing}")


@lru_cache(maxsize=4096)
def _readings(head: str, glossed: bool, mark: str, run: str, end: str, after: str) -> tuple[str, ...]:
    """The equally cheapest readings of a slip after `head` and before `after`, sorted; none where no reading is made of words."""
    try:
        pairs = [char.encode("gb18030") for char in run]
        previous = head[-1:].encode("gbk")
    except UnicodeEncodeError:
        return ()
    swallowed = _swallowed(mark)
    bodies = [swallowed + middle + end.encode("ascii") for middle in _middles(pairs)]
    costs: dict[str, float] = {}
    for body in bodies:
        rest = lexicon.decoded(body[1:])
        if rest is None or not lexicon.plausible(rest) or lexicon.cost(lexicon.simple(rest + after), 1, len(rest)) is None:
            continue
        for lost in range(0x81, 0xFF):
            first = lexicon.decoded(bytes((lost, body[0])))
            if first is None or not lexicon.plausible(first) or (glossed and not _was_glossed(previous, lost)):
                continue
            cost = lexicon.cost(lexicon.simple(head + first + rest + after), len(head), len(head) + 1 + len(rest))
            if cost is not None:
                costs[first + rest] = cost
    return tuple(sorted(reading for reading, cost in costs.items() if cost == min(costs.values())))


def _swallowed(mark: str) -> bytes:
    """The bytes of a full-width mark that the site made half-width: `;` was A3BB."""
    if not mark:
        return b""
    code = ord(mark) - 0xFEE0 if ord(mark) > 0xFF00 else ord(mark)
    return bytes((0xA3, code + 0x80))


def _middles(pairs: list[bytes]) -> list[bytes]:
    """The run's bytes as they stand, and with one vanished pair between two characters."""
    whole = b"".join(pairs)
    return [whole, *(whole[: 2 * i] + gone + whole[2 * i :] for i in range(1, len(pairs)) for gone in _vanishing())]


def _was_glossed(previous: bytes, lost: int) -> bool:
    """The site took the character before's second byte and the lost one for a character that it glosses: a traditional one."""
    found = lexicon.decoded(previous[1:] + bytes((lost,))) if len(previous) == 2 else None
    return found is not None and characters.is_traditional(found)
