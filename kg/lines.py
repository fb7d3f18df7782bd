"""The lines of a table, each decoded by itself, so that a bad one doesn't end the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.decoding import detect, settings
from kg.errors import SourceError


def encoding_of(path: Path) -> str:
    """The encoding of a table, by its start.

    Raises:
        SourceError: as for `kg.decoding.detect`.
    """
    size = settings()["sample_bytes"]
    with path.open("rb") as file:
        sample = file.read(size)
        whole = not file.read(1)
    return detect(sample, str(path), whole=whole)


class Lines(Iterator[str | SourceError]):
    """The lines of a text file, none longer than the limit; a line that is too long or can't be decoded as a SourceError."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding = path, encoding
        self._limit: int = settings()["max_article_bytes"]
        self._bytes = self._read()
        self._number = 0

    def _read(self) -> Iterator[bytes | None]:
        """Lines as bytes, None for one that is too long."""
        wide = self._encoding == "utf-16"
        with self._path.open("rb") as file:
            newline, step = b"\n", 1
            if wide:
                little = file.read(2) == b"\xff\xfe"
                newline, step = (b"\n\0", 2) if little else (b"\0\n", 2)
                self._encoding = "utf-16-le" if little else "utf-16-be"
            yield from _split(file, newline, step, self._limit)

    def __next__(self) -> str | SourceError:
        line = next(self._bytes)
        self._number += 1
        if line is None:
            return SourceError(
                f"{self._path}: line {self._number} is longer than {self._limit:,} bytes, the limit for one article; split it, "
                "or raise max_article_bytes in cleaning.toml"
            )
        encoding = "utf-8-sig" if self._encoding == "utf-8-sig" and self._number == 1 else self._encoding.removesuffix("-sig")
        try:
            return line.decode(encoding)
        except UnicodeDecodeError as error:
            return SourceError(f"{self._path}: line {self._number} isn't {encoding} (byte {error.start}); save the file as UTF-8")


def _split(file: Any, newline: bytes, step: int, limit: int) -> Iterator[bytes | None]:
    """Lines with their ends. What lies beyond the limit is read in pieces and dropped."""
    held, too_long = b"", False
    while piece := file.readline(limit):
        if step == 2 and (len(held) + len(piece)) % 2:
            piece += file.read(1)
        held = piece if too_long else held + piece
        ended = held.endswith(newline)
        too_long = too_long or len(held) > limit or (len(held) == limit and not ended)
        if ended:
            yield None if too_long else held
            held, too_long = b"", False
    if held:
        yield None if too_long else held
