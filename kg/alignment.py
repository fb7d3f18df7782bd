"""Text that remembers where each of its characters came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Edit = tuple[int, int, str]  #: start, end, what stands there instead


@dataclass(frozen=True)
class Aligned:
    """`origins[i]` is the index in the raw text of the character that `text[i]` came from; it never decreases."""

    text: str
    origins: Sequence[int]

    @classmethod
    def of(cls, raw: str) -> Aligned:
        """The raw text itself."""
        return cls(raw, range(len(raw)))

    def edit(self, edits: Iterable[Edit]) -> Aligned:
        """Apply edits that are in order and don't overlap. A replaced character keeps the origin of the one at its place."""
        text: list[str] = []
        origins: list[int] = []
        at = 0
        for start, end, new in edits:
            text += (self.text[at:start], new)
            origins.extend(self.origins[at:start])
            origins.extend(self._within(start, end, len(new)))
            at = end
        if not text:
            return self
        text.append(self.text[at:])
        origins.extend(self.origins[at:])
        return Aligned("".join(text), origins)

    def _within(self, start: int, end: int, length: int) -> Sequence[int]:
        """`length` origins for what replaces [start, end): its last character has the last origin, so that the raw span is whole."""
        old = self.origins[start:end]
        if length == len(old) or not length:
            return old[:length]
        if length < len(old):
            return [*old[: length - 1], old[-1]]
        return [*old, *[self.origins[max(start, end - 1)]] * (length - len(old))]

    def sub(self, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]) -> Aligned:
        """As `re.sub`; a string may hold group references."""
        replace = new if callable(new) else _template(new)
        return self.edit((m.start(), m.end(), replace(m)) for m in pattern.finditer(self.text))

    def replace(self, text: str) -> Aligned:
        """Another text of the same length, character for character.

        Raises:
            ValueError: the length differs.
        """
        if len(text) != len(self.text):
            raise ValueError(f"{len(text)} characters can't stand for {len(self.text)} one by one")
        return Aligned(text, self.origins)


def _template(new: str) -> Callable[[re.Match[str]], str]:
    if "\\" not in new:
        return lambda _: new
    return lambda match: match.expand(new)
