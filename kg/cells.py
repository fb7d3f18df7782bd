"""Values as text in cells: for CSV that spreadsheets open, and for formats that have no lists."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence

_JOIN = "; "


def joined(values: Iterable[object]) -> str:
    """A list as one string; mentions as `article: text`."""
    return _JOIN.join(f"{item['article']}: {item['text']}" if isinstance(item, dict) and "article" in item else str(item) for item in values)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV that a spreadsheet opens without running what a scraped page put into it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()


def safe_cell(value: object) -> object:
    """A value for a cell: lists joined, and text that a spreadsheet would take for a formula (also in full-width signs) behind an apostrophe."""
    if isinstance(value, (list, tuple)):
        value = joined(value)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 200 households, not 200.0
    if isinstance(value, str) and value and (value[0] in "\t\r\n" or unicodedata.normalize("NFKC", value.lstrip()[:1])[:1] in tuple("=+-@")):
        return f"'{value}"
    return "" if value is None else value


def plain_cell(text: str) -> str:
    """What `safe_cell` made the text of a cell of."""
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) == text else text
