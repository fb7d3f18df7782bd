"""Long stretches of GBK text that are read out of step by one byte, up to a byte that fits nothing (U+FFFD).

Shifting back is certain for all but the first and the last character, of which one byte is lost: those stay U+FFFD unless just one character makes
words with its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kg import lexicon
from kg.alignment import Edit

_RUN = re.compile("(?P<lost>\ufffd\\??)?(?P<run>[^\x00-\x7f\ufffd]{5,200})\ufffd")
_GAIN = 4  # characters that must make more words shifted than as they stand
_SHARE = 0.7  # of the shifted characters that must be part of words


def long_slips(text: str) -> Iterator[Edit]:
    """What stands for each stretch of `text` that makes words only when it is shifted."""
    for match in _RUN.finditer(text):
        run = match["run"]
        data = [char.encode("gb18030", "replace") for char in run]
        first = max((i + 1 for i, pair in enumerate(data) if len(pair) != 2), default=0)
        as_is = _covered(run)
        best: tuple[int, int, str] | None = None
        for k in range(first, len(run) - 4):
            middle = _decoded(b"".join(data[k:])[1:-1])
            if middle is None:
                continue
            score = _covered(run[:k]) + (found := _covered(middle))
            if score >= as_is + _GAIN and found >= _SHARE * len(middle) and (best is None or score >= best[0]):
                best = (score, k, middle)
        if best is None:
            continue
        _, k, middle = best
        start = match.start() if k == 0 else match.start("run") + k
        before, after = text[max(0, start - 2) : start], text[match.end() : match.end() + 2]
        head = _edge(lambda lost, byte=data[k][:1]: lost + byte, before, middle[:3])
        tail = _edge(lambda lost, byte=data[-1][1:]: byte + lost, middle[-3:], after)
        yield start, match.end(), head + middle + tail


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _covered(text: str) -> int:
    """How many characters are part of a word, or stand alone as one."""
    plain = lexicon.simple(text)
    covered = {i for i, char in enumerate(plain) if char in lexicon.standalone()}
    for i in range(len(plain)):
        for j in range(i + 2, min(len(plain), i + 4) + 1):
            if plain[i:j] in lexicon.words():
                covered.update(range(i, j))
    return len(covered)


def _edge(pair: Callable[[bytes], bytes], before: str, after: str) -> str:
    """The one character with a lost byte that makes the fewest words with its neighbours; U+FFFD where several do, or none."""
    costs: dict[str, float] = {}
    for lost in range(0x40, 0xFF):
        char = _decoded(pair(bytes((lost,))))
        if char is None or len(char) != 1 or not lexicon.plausible(char):
            continue
        cost = lexicon.cost(lexicon.simple(before + char + after), len(before), len(before) + 1)
        if cost is not None:
            costs[char] = cost
    best = [char for char, cost in costs.items() if cost == min(costs.values())]
    return best[0] if len(best) == 1 else "\ufffd"
