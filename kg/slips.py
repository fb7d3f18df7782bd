"""Long stretches of GBK text that are read out of step by one byte, up to a byte that fits nothing (U+FFFD).

Shifting back is certain for all but the first and the last character, of which one byte is lost: those stay U+FFFD unless just one character makes
words with its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg import lexicon
from kg.alignment import Edit

_RUN = re.compile("(?P<lost>\ufffd\\??)?(?P<run>[^\x00-\x7f\ufffd]{5,200})(?=\ufffd)")
_GAIN = 6  # points that the shifted text must have more than the text as it stands
_WORDS, _COMMON = 0.5, 0.9  # shares of the shifted characters that must be part of words, and in everyday use


def long_slips(text: str) -> Iterator[Edit]:
    """What stands for each stretch of `text` that makes words only when it is shifted."""
    done = 0
    for match in _RUN.finditer(text):
        run = match["run"]
        data = [char.encode("gb18030", "replace") for char in run]
        first = max((i + 1 for i, pair in enumerate(data) if len(pair) != 2), default=0)
        as_is = _points(run)
        best: list[tuple[int, int, str]] = []
        for k in range(first, len(run) - 4):
            middle = _decoded(b"".join(data[k:])[1:-1])
            if middle is None:
                continue
            score = _points(run[:k]) + _points(middle)
            if score >= as_is + _GAIN and _is_text(middle):
                best.append((-score, k, middle))
        if not best:
            continue
        score, k, middle = min(best)
        unsure = [other for other, *_ in best].count(score) > 1  # where the slip starts
        start, end = match.start() if k == 0 else match.start("run") + k, match.end() + 1
        start = start if start >= done else match.start("run")  # the lost byte before is that of the stretch before
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        every = [bytes((lost,)) for lost in range(0x40, 0xFF)]
        head = "\ufffd" if unsure else _edge([lost + data[k][:1] for lost in every], before, middle[:3])
        tail = _edge([data[-1][1:] + lost for lost in every], middle[-3:], after)
        yield start, end, head + middle + tail
        done = end


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


def _common(text: str) -> int:
    return sum(map(lexicon.common, text))


def _points(text: str) -> int:
    return _covered(text) + _common(text)


def _is_text(text: str) -> bool:
    return _covered(text) >= _WORDS * len(text) and _common(text) >= _COMMON * len(text)


def _edge(pairs: list[bytes], before: str, after: str) -> str:
    """The one character with a lost byte that makes the fewest words with its neighbours; U+FFFD where several do, or none."""
    costs: dict[str, float] = {}
    for char in map(_decoded, pairs):
        if char is None or len(char) != 1 or not lexicon.common(char):
            continue
        cost = lexicon.cost(lexicon.simple(before + char + after), len(before), len(before) + 1)
        if cost is not None:
            costs[char] = cost
    best = [char for char, cost in costs.items() if cost == min(costs.values())]
    return best[0] if len(best) == 1 else "\ufffd"
