"""Doubtful things as a sheet that goes to a colleague and comes back, CSV or XLSX.

People fill in `decision` (one of those that `choices` names; for a link also `code`) and, if they like, `why`, `by` and `on`. The columns to the
right tell the machine what was judged; rows may be sorted, cut and added together.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from kg.cells import csv_text, plain_cell, safe_cell
from kg.errors import InputError
from kg.ledger import COLUMNS, parsed
from kg.records import Decision
from kg.review import CHOICES, Item
from kg.store.files import replacing

#: For people, then for the machine.
HEADINGS = (
    *("decision", "code", "why", "by", "on", "choices", "worth", "kind", "says", "doubt", "sentences", "articles"),
    *("subject", "predicate", "object", "evidence"),
)
_WIDTHS = {"says": 48, "doubt": 32, "sentences": 80, "articles": 28, "choices": 16}
#: What a spreadsheet writes of when a file was made.
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_THEN = b"2000-01-01T00:00:00Z"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(items: Sequence[Item], out: Path) -> None:
    """Write items for people to decide, as `.xlsx` or `.csv`; two sheets of the same items are the same bytes.

    Raises:
        InputError: the name ends otherwise.
        StoreError: the file can't be written.
    """
    rows = [_row(item) for item in items]
    if out.suffix.lower() == ".csv":
        data = b"\xef\xbb\xbf" + csv_text(HEADINGS, rows).encode()  # with its mark spreadsheets take it for UTF-8
    elif out.suffix.lower() == ".xlsx":
        data = _workbook(rows)
    else:
        raise InputError(f"{out}: a sheet is a .xlsx or a .csv file; name it so")
    with replacing(out) as file:
        file.write(data)


def read(path: Path, by: str, on: str) -> tuple[Decision, ...]:
    """The decisions of a sheet; rows without one are left out. `by` and `on` are of rows that don't say who decided and when.

    Raises:
        InputError: it is no such sheet, or a row makes no sense; the message names file and row.
    """
    if not path.is_file():
        raise InputError(f"{path} is no file: name the sheet that came back")
    try:
        rows = _read_csv(path) if path.suffix.lower() == ".csv" else _read_workbook(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise InputError(f"{path} can't be read ({error}): save it as .xlsx, or as .csv in UTF-8") from error
    return tuple(_decision(row, by, on, f"{path}: row {number}") for number, row in rows if row["decision"])


def _row(item: Item) -> list[object]:
    choices = " / ".join(CHOICES[item.kind])
    shown = (item.worth, item.kind, item.says, item.doubt, "\n".join(item.sentences), item.articles)
    return ["", "", "", "", "", choices, *shown, item.subject, item.predicate, item.object, " ".join(item.evidence)]


def _decision(row: Mapping[str, str], by: str, on: str, where: str) -> Decision:
    known = [verdict for verdicts in CHOICES.values() for verdict in verdicts]
    choices = CHOICES.get(row["kind"], known)  # type: ignore[call-overload]
    if row["decision"] not in choices:
        raise InputError(f"{where}: the decision {row['decision']!r} is none of {', '.join(choices)}; write one of these, or nothing")
    target = row["code"] if row["decision"] == "place is" else row["object"]
    cells = {**row, "verdict": row["decision"], "object": target, "by": row["by"] or by, "on": row["on"][:10] or on}
    return parsed([cells[column] for column in COLUMNS], where)


def _workbook(rows: Iterable[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "review"
    for line in (HEADINGS, *rows):
        sheet.append([safe_cell(value) for value in line])
    for cell, heading in zip(sheet[1], HEADINGS, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(heading, 12)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return _timeless(out)


def _timeless(made: io.BytesIO) -> bytes:
    """The same archive without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            fixed = zipfile.ZipInfo(info.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, _TIMES.sub(rb"\g<1>" + _THEN, old.read(info)))
    return out.getvalue()


def _read_csv(path: Path) -> list[tuple[int, dict[str, str]]]:
    return _rows(path, csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def _read_workbook(path: Path) -> list[tuple[int, dict[str, str]]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        return _rows(path, ([_text(value) for value in line] for line in book.worksheets[0].iter_rows(values_only=True)))
    finally:
        book.close()


def _text(value: object) -> str:
    """A cell's value; spreadsheets make numbers of codes and dates of dates."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _rows(path: Path, lines: Iterable[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    numbered = _numbered(lines)
    _, header = next(numbered, (1, []))
    missing = [heading for heading in HEADINGS if heading not in header]
    if missing:
        raise InputError(f"{path}: row 1 names no column {missing[0]}; send back the sheet that kg review wrote, with its first row")
    return [(number, dict(zip(header, line, strict=False))) for number, line in numbered if len(line) >= len(header)]


def _numbered(lines: Iterable[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, start=1):
        yield number, [plain_cell(cell).strip() for cell in line]
