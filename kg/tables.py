"""Reads pipelines/: TSV and TOML files become plain rows, and an error names file and line."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kg.errors import RuleError

Row = Mapping[str, str]


@cache
def rows(name: str, *, genre: str = "news", required: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Rows of `pipelines/<genre>/<name>` (TSV with a header line; `#` starts a comment line; `line` is added to each row).

    Raises:
        RuleError: a row has more or fewer cells than the header, or one of `required` is empty.
    """
    text = files("kg.pipelines").joinpath(genre, name).read_text("utf-8")
    header: list[str] | None = None
    found: list[Row] = []
    for number, line in enumerate(io.StringIO(text), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line.rstrip("\n")], delimiter="\t", quoting=csv.QUOTE_NONE))
        if header is None:
            header = cells
            continue
        if len(cells) != len(header):
            raise RuleError(f"pipelines/{genre}/{name}:{number}: {len(cells)} cells, the header has {len(header)}; separate them by tabs")
        row = dict(zip(header, cells, strict=True)) | {"line": str(number)}
        for column in required:
            if not row.get(column):
                raise RuleError(f"pipelines/{genre}/{name}:{number}: the column {column} is empty; fill it in or remove the row")
        found.append(MappingProxyType(row))
    return tuple(found)


@cache
def words(name: str, *, genre: str = "news") -> frozenset[str]:
    """First column of `pipelines/<genre>/lexicons/<name>.tsv` as a set."""
    table = rows(f"lexicons/{name}.tsv", genre=genre)
    return frozenset(next(iter(row.values())) for row in table)


@cache
def settings(name: str, *, genre: str = "news") -> Mapping[str, Any]:
    """A TOML file of `pipelines/<genre>/`.

    Raises:
        RuleError: it is not TOML; the message names the line.
    """
    text = files("kg.pipelines").joinpath(genre, name).read_text("utf-8")
    try:
        return MappingProxyType(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"pipelines/{genre}/{name}: {error}; mend the file") from error
