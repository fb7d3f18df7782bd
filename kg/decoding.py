"""Bytes → text: which encoding a Chinese article is in.

The decision: a byte order mark; then strict UTF-8 (Chinese text in another encoding practically never passes); then the charset that the page
declares; then GB 18030 or Big5, whichever reads more like Chinese; last UTF-8 with damaged bytes replaced, where nearly all of it is sound.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Any

from charset_normalizer import from_bytes

from kg import tables
from kg.errors import SourceError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ("gb18030", "big5hkscs")
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^<>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}  #: what is called so holds characters of the wider set
_SIGNATURES = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"PAR1", b"Rar!", b"7z\xbc\xaf")


def settings() -> dict[str, Any]:
    """The [read] table of cleaning.toml."""
    found: dict[str, Any] = tables.settings("cleaning.toml")["read"]
    return found


def decode(data: bytes, where: str) -> tuple[str, str]:
    """The text and the name of its encoding.

    Raises:
        SourceError: the bytes are no text, or in no encoding that reads like Chinese or ASCII; `where` names the file.
    """
    encoding = detect(data, where)
    text = data.decode(encoding, "replace" if encoding == "utf-8" else "strict")
    return text, encoding


def detect(data: bytes, where: str, *, whole: bool = True) -> str:
    """Name of the encoding; "utf-8" also where a few bytes of it are damaged. Data that isn't `whole` may end inside a character.

    Raises:
        SourceError: as for decode.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            if _reads(data, name, whole) is None:
                raise SourceError(f"{where}: it starts as {name} and breaks off; save it again as UTF-8")
            return name
    if data.startswith(_SIGNATURES) or b"\0" in data:
        raise SourceError(f"{where}: binary data, no text; remove the file or convert it to text")
    if _reads(data, "utf-8", whole) is not None:
        return "utf-8"
    found = _declared(data, whole) or _likeliest(data, whole)
    if found is None:
        raise SourceError(f"{where}: in no encoding that reads like Chinese (UTF-8, GB 18030, Big5, UTF-16 were tried); save it as UTF-8")
    return found


def _declared(data: bytes, whole: bool) -> str | None:
    match = _DECLARED.search(data[:4096])
    if not match:
        return None
    name = match[1].decode("ascii").lower()
    name = _WIDER.get(name, name)
    text = _reads(data, name, whole)
    return name if text is not None and plausibility(text) > settings()["least_plausible"] else None


def _likeliest(data: bytes, whole: bool) -> str | None:
    scores = {name: plausibility(text) for name in _CANDIDATES if (text := _reads(data, name, whole)) is not None}
    scores["utf-8"] = _sound_utf8(data)
    best = max(scores, key=lambda name: (scores[name], name))
    if scores[best] > settings()["least_plausible"]:
        return best
    guess = from_bytes(data).best()  # a charset that isn't Chinese, or damaged text
    if guess is not None and (text := _reads(data, guess.encoding, whole)) is not None and plausibility(text) > settings()["least_plausible"]:
        return guess.encoding
    return None


def _sound_utf8(data: bytes) -> float:
    """Plausibility as UTF-8 where few bytes of it are damaged, else 0."""
    text = data.decode("utf-8", "replace")
    wide = sum(char > "\x7f" for char in text)
    bad = text.count("\ufffd")
    return plausibility(text) if bad * 20 < wide else 0.0


def _reads(data: bytes, encoding: str, whole: bool = True) -> str | None:
    """The text; None where it isn't in that encoding, or there is no such encoding (`undefined` is one of Python's that nothing is in)."""
    try:
        if whole:
            return data.decode(encoding)
        b"  ".decode(encoding, "ignore")  # codecs that aren't encodings of text (zlib, hex) end here
        return codecs.getincrementaldecoder(encoding)().decode(data, False)
    except (LookupError, UnicodeError):
        return None


@cache
def _weights() -> dict[str, float]:
    """How much each character speaks for Chinese: the most frequent ones 1.0, those of GB 2312 and Big5 level one 0.6, and marks 0.6."""
    chosen = settings()
    levels = [("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)), ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))]
    weights: dict[str, float] = {}
    for encoding, leads, trails in levels:
        for pair in (bytes((lead, trail)) for lead in leads for trail in trails):
            if char := _reads(pair, encoding):
                weights[char] = 0.6
    weights |= dict.fromkeys(chosen["marks"], 0.6) | dict.fromkeys(chosen["frequent"], 1.0)
    return weights


def plausibility(text: str) -> float:
    """Mean weight of the characters outside ASCII, 0 to 1: above 0.6 for Chinese, below 0.45 for Chinese read in a wrong encoding."""
    wide = [char for char in text[:20_000] if char > "\x7f"]
    if not wide:
        return 1.0
    weights = _weights()
    return sum(weights.get(char, 0.0) for char in wide) / len(wide)
