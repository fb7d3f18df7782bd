"""Tables of articles: JSON lines, CSV, Parquet. One article a row, streamed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from kg import tables
from kg.decoding import detect, settings
from kg.errors import SourceError
from kg.markup import is_html
from kg.records import Source

Row = Mapping[str, object]


class _BadRow(Exception):  # noqa: N818 - it never leaves this module
    """A row that can't be read; the next one can."""


def read(path: Path) -> Iterator[Source | SourceError]:
    """The rows of a table as articles; a bad row, or a bad file, as a SourceError."""
    kind = {".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}[path.suffix.lower()]
    seen: dict[str, int] = {}
    try:
        if path.stat().st_size == 0:
            raise SourceError(f"{path}: the file is empty; remove it or give the articles")
        for number, row, encoding in kind(path):
            if isinstance(row, SourceError):
                yield row
                continue
            try:
                yield _source(path, number, row, encoding, seen)
            except SourceError as error:
                yield error
    except SourceError as error:
        yield error
    except OSError as error:
        yield SourceError(f"{path}: {error.strerror or error}; check the file and its permissions")


@cache
def _columns(place: str) -> Mapping[str, str]:
    return {row["name"]: row["target"] for row in tables.rows("cleaning_columns.tsv", required=("place", "name", "target")) if row["place"] == place}


def _by_target(names: Iterable[str]) -> dict[str, list[str]]:
    """Target → the columns that hold it, those that stand earlier in cleaning_columns.tsv first."""
    found: dict[str, list[str]] = {}
    order = {name: place for place, name in enumerate(_columns("table"))}
    for name in sorted((name for name in names if _plain(name) in order), key=lambda name: order[_plain(name)]):
        found.setdefault(_columns("table")[_plain(name)], []).append(name)
    return found


def _plain(name: str) -> str:
    return name.strip().strip("\ufeff").lower()


def _source(path: Path, number: int, row: Row, encoding: str, seen: dict[str, int]) -> Source:
    """One row as an article.

    Raises:
        SourceError: no text column or no text in it, the text is too long, or an earlier row has the same id.
    """
    where = f"{path}: row {number}"
    columns = _by_target(row)
    if "text" not in columns:
        known = " ".join(name for name, target in _columns("table").items() if target == "text")
        raise SourceError(f"{where}: no column with the text among {', '.join(row) or 'none'}; name it one of {known}")
    texts = [value for name in columns["text"] if (value := _string(row[name]))]
    if not texts:
        raise SourceError(f"{where}: the column {columns['text'][0]} is empty; fill it in or remove the row")
    raw, limit = texts[0], settings()["max_article_bytes"]
    if len(raw.encode("utf-8", "surrogatepass")) > limit:
        raise SourceError(f"{where}: more than {limit:,} bytes in one article; split it, or raise max_article_bytes in cleaning.toml")
    key = next((value for name in columns.get("id", ()) if (value := _string(row[name]))), str(number))
    if key in seen:
        raise SourceError(f"{where}: its id {key} is that of row {seen[key]} too; give each row its own")
    seen[key] = number
    fields = [(target, value) for target, names in columns.items() if target not in ("id", "text") for name in names if (value := _string(row[name]))]
    html = is_html(raw)
    return Source(f"{path.name}#{key}", str(path), raw, encoding, "html" if html else "text", tuple(dict(reversed(fields)).items()))


def _string(value: object) -> str:
    """A cell as text; a list as its items, an empty cell as ""."""
    if value is None or value != value:  # the last: not a number
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(_string, value)))
    return str(value).strip() if not isinstance(value, str) else value if value.strip() else ""


def _jsonl(path: Path) -> Iterator[tuple[int, Row | SourceError, str]]:
    encoding = _encoding(path)
    for number, line in enumerate(_Lines(path, encoding), start=1):
        if isinstance(line, SourceError):
            yield number, line, encoding
        elif line.strip():
            yield number, _object(path, number, line), encoding


def _object(path: Path, number: int, line: str) -> Row | SourceError:
    try:
        row: Any = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
        return SourceError(f"{path}: line {number} is no valid JSON ({what}); mend the line")
    if not isinstance(row, dict):
        return SourceError(f"{path}: line {number} is a JSON {type(row).__name__}; each line must be one object with the article's text")
    return row


def _csv(path: Path) -> Iterator[tuple[int, Row | SourceError, str]]:
    encoding = _encoding(path)
    csv.field_size_limit(max(csv.field_size_limit(), settings()["max_article_bytes"]))
    reader = csv.reader(_raising(_Lines(path, encoding)), dialect=_dialect(path, encoding))
    header: list[str] | None = None
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _BadRow as error:
            number += 1
            yield number, SourceError(str(error)), encoding
            continue
        except csv.Error as error:
            number += 1
            yield number, SourceError(f"{path}: line {reader.line_num} is no valid CSV ({error}); mend it"), encoding
            continue
        if header is None:
            header = cells
            if "text" not in _by_target(header):
                known = " ".join(name for name, target in _columns("table").items() if target == "text")
                raise SourceError(f"{path}: no column with the text among {', '.join(header)}; name it one of {known}")
        elif cells:
            number += 1
            yield number, _record(path, number, header, cells), encoding


def _record(path: Path, number: int, header: list[str], cells: list[str]) -> Row | SourceError:
    if len(cells) != len(header):
        return SourceError(f"{path}: row {number} has {len(cells)} cells, the header has {len(header)}; quote cells that hold commas or line breaks")
    return dict(zip(header, cells, strict=True))


def _dialect(path: Path, encoding: str) -> type[csv.Dialect]:
    """Comma, or what else the header's line separates its columns by."""
    first = next((line for line in _Lines(path, encoding) if isinstance(line, str)), "")
    best = max(",\t;|", key=lambda mark: (len(_by_target(first.replace('"', "").rstrip("\r\n").split(mark))), mark == ","))

    class Dialect(csv.excel):
        delimiter = best

    return Dialect


def _raising(lines: _Lines) -> Iterator[str]:
    """For csv.reader: a bad line raises, and the next call goes on."""

    class Raising(Iterator[str]):
        def __next__(self) -> str:
            line = next(lines)
            if isinstance(line, SourceError):
                raise _BadRow(str(line))
            return line

    return Raising()


def _parquet(path: Path) -> Iterator[tuple[int, Row | SourceError, str]]:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = [name for name in file.schema_arrow.names if _plain(name) in _columns("table")]
            if "text" not in _by_target(names):
                known = " ".join(name for name, target in _columns("table").items() if target == "text")
                raise SourceError(f"{path}: no column with the text among {', '.join(file.schema_arrow.names)}; name it one of {known}")
            number = 0
            for batch in file.iter_batches(batch_size=16, columns=names):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row, "utf-8"
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: no readable Parquet ({str(error).splitlines()[0]}); write the file again") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(settings()["sample_bytes"])
    if len(sample) == settings()["sample_bytes"] and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        sample = sample[: sample.rfind(b"\n") + 1] or sample[:-8]
    return detect(sample, str(path))


class _Lines(Iterator[str | SourceError]):
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
