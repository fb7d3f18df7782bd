"""Single characters and marks: widths, blanks, glosses, script, punctuation. Which ones is data (`pipelines/<genre>/cleaning*`)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import opencc

from kg import tables
from kg.alignment import Aligned
from kg.errors import RuleError

#: Latin letters with and without tone marks, as many as the longest syllable may take.
LATIN = r"[a-z\u0251\u0261\u00e0-\u01dc\u1e3f\u0300-\u030c]{1,7}"
_ASCII_KEPT_FULL = ",:;!?()~"  # these stay full-width, as Chinese sets them
_COMPATIBLE = (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))  # radicals and compatibility ideographs


def settings() -> dict[str, Any]:
    """The [clean] table of cleaning.toml."""
    found: dict[str, Any] = tables.settings("cleaning.toml")["clean"]
    return found


def han() -> str:
    """One Chinese character, as the inside of a character class."""
    found: str = settings()["han"]
    return found


def brackets() -> tuple[str, str]:
    """An opening and a closing parenthesis, half-width or full-width, as character classes."""
    opening, closing = settings()["brackets"]
    return f"[{re.escape(opening)}]", f"[{re.escape(closing)}]"


@cache
def rules(stage: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Name, pattern and replacement of the rows of cleaning.tsv of one stage.

    Raises:
        RuleError: a pattern is no regular expression.
    """
    return tuple(
        (row["name"], pattern(row["pattern"], f"cleaning.tsv:{row['line']}"), row["replacement"])
        for row in tables.rows("cleaning.tsv", required=("stage", "name", "pattern"))
        if row["stage"] == stage
    )


@cache
def pattern(text: str, where: str) -> re.Pattern[str]:
    """A regular expression of pipelines/, {han} filled in.

    Raises:
        RuleError: it doesn't compile.
    """
    try:
        return re.compile(text.replace("{han}", han()), re.MULTILINE)
    except re.error as error:
        raise RuleError(f"pipelines/news/{where}: {error} in {text!r}; mend the pattern") from error


def apply(stage: str, text: Aligned) -> Aligned:
    """Apply the rules of one stage of cleaning.tsv, in their order."""
    for _, found, new in rules(stage):
        text = text.sub(found, new)
    return text


@cache
def _folding() -> dict[int, int | None]:
    """Character → character, one for one; None for what is taken out."""
    chosen = settings()
    fold: dict[int, int | None] = {}
    for code in range(0x21, 0x7F):
        if chr(code) not in _ASCII_KEPT_FULL:
            fold[code + 0xFEE0] = code
    for code in _COMPATIBLE:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            fold[code] = ord(plain)
    fold |= {ord(char): 0x20 for char in chosen["blanks"]}
    fold |= {ord(char): 0x0A for char in chosen["breaks"]}
    fold |= {ord(char): ord(new) for new, old in chosen["fold"].items() for char in old}
    fold |= dict.fromkeys(map(ord, chosen["invisible"]))
    fold |= {code: None for code in (*range(0x00, 0x20), *range(0x7F, 0xA0)) if code not in fold and code != 0x0A}
    return fold


@cache
def _removed() -> re.Pattern[str]:
    gone = "".join(re.escape(chr(code)) for code, new in sorted(_folding().items()) if new is None)
    return re.compile(f"\r(?=\n)|[{gone}]+")


@cache
def _beside_chinese() -> tuple[re.Pattern[str], dict[str, str]]:
    chosen = settings()
    near = f"[{han()}{chosen['near']}]"
    half = re.escape(chosen["half"])
    return re.compile(f"(?<={near})[{half}]|[{half}](?={near})"), dict(zip(chosen["half"], chosen["full"], strict=True))


def fold(text: Aligned) -> Aligned:
    """Line breaks, blanks and widths as one kind; invisible characters out; half-width marks beside Chinese made full-width."""
    text = text.sub(_removed(), "")
    text = text.replace(text.text.translate(_folding()))
    found, full = _beside_chinese()
    once = None
    while once != text.text:  # `?!` after Chinese: the second mark has a Chinese neighbour once the first is full-width
        once = text.text
        text = text.replace(found.sub(lambda match: full[match[0]], once))
    return text


@cache
def _glosses() -> tuple[re.Pattern[str], re.Pattern[str]]:
    opening, closing = brackets()
    return re.compile(rf"(?<=[{han()}]){opening}({LATIN}){closing}"), re.compile(settings()["pinyin"])


def _syllable(gloss: str) -> tuple[bool, bool]:
    """(is a pinyin syllable, has a tone mark)."""
    apart = unicodedata.normalize("NFD", gloss).replace("\u0251", "a").replace("\u0261", "g")
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return _glosses()[1].fullmatch(plain) is not None, len(plain) < len(apart)


def unglossed(text: Aligned) -> Aligned:
    """Take the pinyin in parentheses after a character out. Without a tone mark, `(men)` is a gloss only where the article has many with one."""
    found = [(match, *_syllable(match[1])) for match in _glosses()[0].finditer(text.text)]
    dense = sum(toned for _, valid, toned in found if valid) >= settings()["gloss_density"]
    return text.edit((match.start(), match.end(), "") for match, valid, toned in found if valid and (toned or dense))


@cache
def _opencc() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _script() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(a character that only traditional script has, one that only simplified script has)."""
    every = "".join(map(chr, range(0x4E00, 0xA000)))
    simple = "".join(_opencc().convert(char) for char in every)
    if len(simple) != len(every):
        raise RuleError("opencc: t2s turned one character into several; use the release that requirements.lock names")
    traditional = {old for old, new in zip(every, simple, strict=True) if old != new}
    simplified = {new for old, new in zip(every, simple, strict=True) if old != new and new not in traditional}
    both = set(opencc.OpenCC("s2t").convert("".join(sorted(simplified))))
    return re.compile(f"[{''.join(sorted(traditional))}]"), re.compile(f"[{''.join(sorted(simplified - both))}]")


def is_traditional(char: str) -> bool:
    """Only traditional script has this character."""
    return _script()[0].match(char) is not None


def is_simplified(char: str) -> bool:
    """Only simplified script has this character."""
    return _script()[1].match(char) is not None


def to_simplified(text: str) -> str:
    """By OpenCC, character for character."""
    plain: str = _opencc().convert(text)
    return plain if len(plain) == len(text) else "".join(_opencc().convert(char) for char in text)


def simplified(text: Aligned) -> Aligned:
    """Paragraphs in traditional script → simplified. A paragraph that holds characters of both scripts goes by the majority."""
    old, new = _script()
    traditional = len(old.findall(text.text))
    if not traditional:
        return text
    chosen = settings()
    article = traditional > chosen["traditional_share"] * len(text.text) and traditional > len(new.findall(text.text))
    lines = text.text.split("\n")
    for number, line in enumerate(lines):
        count, against = len(old.findall(line)), len(new.findall(line))
        if count > against and (article or count > chosen["traditional_share"] * len(line)):
            lines[number] = _simplified_line(line)
    return text.replace("\n".join(lines))


def _simplified_line(line: str) -> str:
    plain = to_simplified(line)  # of another length, a phrase would leave characters without origin
    for _, found, replacement in rules("traditional"):
        plain = found.sub(replacement, plain)
    return plain
