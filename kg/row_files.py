"""Tables of articles: JSON lines, CSV, Parquet. One article a row, streamed."""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from kg import tables
from kg.decoding import settings
from kg.errors import SourceError
from kg.lines import Lines, encoding_of
from kg.markup import is_html
from kg.records import Source

Row = Mapping[str, object]
_LONE = re.compile("[\ud800-\udfff]")  # half a character, as "\\ud800" in JSON: no encoding has it
_READ_AGAIN = 10  # times the limit of one article: how much of a table may be read again because of open quotes


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
            except _BadRow as error:
                yield SourceError(f"{path}: row {number} {error}")
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
    """A cell as text; a list as its items, an empty cell as "".

    Raises:
        _BadRow: bytes that are no UTF-8.
    """
    if value is None or value != value:  # the last: not a number
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(_string, value)))
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _BadRow(f"holds bytes that aren't UTF-8 (byte {error.start}); write its columns as strings") from error
    text = str(value).strip() if not isinstance(value, str) else value if value.strip() else ""
    return _LONE.sub("\ufffd", text)


def _jsonl(path: Path) -> Iterator[tuple[int, Row | SourceError, str]]:
    encoding = encoding_of(path)
    for number, line in enumerate(Lines(path, encoding), start=1):
        if isinstance(line, SourceError):
            yield number, line, encoding
        elif line.strip():
            yield number, _object(path, number, line), encoding


def _object(path: Path, number: int, line: str) -> Row | SourceError:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        what = (
            error.msg
            if isinstance(error, json.JSONDecodeError)
            else "nested too deep"
            if isinstance(error, RecursionError)
            else "a number is too long"
        )
        return SourceError(f"{path}: line {number} is no valid JSON ({what}); mend the line")
    if not isinstance(row, dict):
        return SourceError(f"{path}: line {number} is a JSON {type(row).__name__}; each line must be one object with the article's text")
    return row


def _csv(path: Path) -> Iterator[tuple[int, Row | SourceError, str]]:
    encoding = encoding_of(path)
    csv.field_size_limit(max(csv.field_size_limit(), settings()["max_article_bytes"]))
    lines, dialect = _Records(path, encoding), _dialect(path, encoding)
    header: list[str] | None = None
    number, mending = 0, False  # mending: after an open quote, until a row is whole again
    while True:
        lines.start()
        try:
            cells = next(csv.reader(lines, dialect=dialect))
        except StopIteration:
            return
        except (_BadRow, csv.Error) as error:
            number += 1
            yield number, lines.refused(error), encoding
            mending = isinstance(error, csv.Error)
            continue
        if header is None:
            header = cells
            if "text" not in _by_target(header):
                known = " ".join(name for name, target in _columns("table").items() if target == "text")
                raise SourceError(f"{path}: no column with the text among {', '.join(header)}; name it one of {known}")
        elif cells and not (mending and len(cells) != len(header)):
            number, mending = number + 1, False
            yield number, _record(path, number, header, cells), encoding


def _record(path: Path, number: int, header: list[str], cells: list[str]) -> Row | SourceError:
    if len(cells) != len(header):
        return SourceError(f"{path}: row {number} has {len(cells)} cells, the header has {len(header)}; quote cells that hold commas or line breaks")
    return dict(zip(header, cells, strict=True))


def _dialect(path: Path, encoding: str) -> type[csv.Dialect]:
    """Comma, or what else the header's line separates its columns by."""
    first = next((line for line in Lines(path, encoding) if isinstance(line, str)), "")
    best = max(",\t;|", key=lambda mark: (len(_by_target(first.replace('"', "").rstrip("\r\n").split(mark))), mark == ","))

    class Dialect(csv.excel):
        delimiter = best
        strict = True  # a quote that isn't closed is an error

    return Dialect


class _Records(Iterator[str]):
    """Lines for csv.reader, those of the row at hand kept: if its quotes are broken, they are read again without its first line."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._lines = path, Lines(path, encoding)
        self._row: list[str] = []
        self._again: deque[str] = deque()
        self._number = 0  # of the last line that was given
        self._limit: int = settings()["max_article_bytes"]
        self._length = self._read_again = 0

    def start(self) -> None:
        """A new row begins."""
        self._row, self._length = [], 0

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._number += 1
        if isinstance(line, SourceError):
            raise _BadRow(str(line))
        self._row.append(line)
        self._length += len(line)
        if self._length > 2 * self._limit:
            raise csv.Error("the row doesn't end")
        return line

    def refused(self, error: _BadRow | csv.Error) -> SourceError:
        """What is wrong with the row at hand. With broken quotes, the line after its first is the next to be given.

        Raises:
            SourceError: so much was read again that the rest of the table isn't worth it.
        """
        if isinstance(error, _BadRow):
            return SourceError(str(error))
        first = self._number - len(self._row) + 1
        what = f"{self._path}: line {first} starts a row that is no valid CSV ({error})"
        self._read_again += self._length
        if self._read_again > _READ_AGAIN * self._limit:
            raise SourceError(f"{what}, and so do many before; nothing after it was read: mend the file")
        self._again.extendleft(reversed(self._row[1:]))
        self._number = first
        return SourceError(f"{what}; close its quotes and double those within a cell: what follows up to the next whole row was left out with it")


def _parquet(path: Path) -> Iterator[tuple[int, Row | SourceError, str]]:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = [name for name in file.schema_arrow.names if _plain(name) in _columns("table")]
            if "text" not in _by_target(names):
                known = " ".join(name for name, target in _columns("table").items() if target == "text")
                raise SourceError(f"{path}: no column with the text among {', '.join(file.schema_arrow.names)}; name it one of {known}")
            number = 0
            for batch in file.iter_batches(batch_size=16, columns=names):
                columns = {name: _readable(batch.column(name)) for name in names}
                for place in range(batch.num_rows):
                    number += 1
                    yield number, _cells(path, number, columns, place), "utf-8"
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: no readable Parquet ({str(error).splitlines()[0]}); write the file again") from error


def _readable(column: pyarrow.Array) -> pyarrow.Array:
    """Times as text: Python's hold neither nanoseconds nor the year 10000."""
    return column.cast(pyarrow.string()) if pyarrow.types.is_timestamp(column.type) else column


def _cells(path: Path, number: int, columns: Mapping[str, pyarrow.Array], place: int) -> Row | SourceError:
    try:
        return {name: column[place].as_py() for name, column in columns.items()}
    except (ValueError, OverflowError) as error:  # text that is no UTF-8, a day that Python has no date for
        return SourceError(f"{path}: row {number} can't be read ({str(error).splitlines()[0]}); write its columns as strings")
