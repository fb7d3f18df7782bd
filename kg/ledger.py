"""The ledger: what people decided about joins, links and facts, as a text file that only grows, replayed on each build.

One decision a line, tab-separated, below a line of column names, so that people read it and git compares it:

    verdict    same, different, wrong, right, place is
    subject    IRI of the thing, the row or the figure that is judged
    predicate  of a fact that is a relation, as in Cypher, e.g. RUNS; else empty
    object     IRI of the other thing; the code for `place is`; empty for a row or a figure
    evidence   for wrong and right: hashes of the sentences that were judged, so that a decision is of what was read, not of what comes later
    by, on     who decided, and when (ISO date)
    why        the reason, in words
    says       what the line says, for people; not read

Of two decisions on one thing the later one holds (by date, then by line), and both lines are reported. The file stands beside the store, not in it: a
store can be deleted and built again, the ledger can't.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import get_args

from kg import identity
from kg.errors import InputError, StoreError
from kg.records import Decision, Verdict
from kg.store.files import sync_folder
from kg.terms import PREDICATE_IRIS, THING

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
#: Verdicts on facts, which are of certain sentences.
ON_FACTS = ("wrong", "right")

_HASH = 12
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?")


COLUMNS = tuple(field.name for field in fields(Decision))[:-1]


@dataclass(frozen=True)
class Ledger:
    """All decisions, in the order of the file."""

    path: Path
    decisions: tuple[Decision, ...]

    @property
    def current(self) -> tuple[Decision, ...]:
        """Those that hold: of each thing the latest."""
        return tuple(sorted(self._latest().values(), key=lambda decision: decision.line))

    @property
    def contradictions(self) -> tuple[str, ...]:
        """A line for each decision that a later one contradicts, by file and line."""
        latest = self._latest()
        found = []
        for decision in self.decisions:
            later = latest[_family(decision)]
            if _verdict(later) != _verdict(decision):
                found.append(f"{self.path}:{decision.line}: {decision.verdict} is contradicted by line {later.line}, {later.verdict}, which holds")
        return tuple(found)

    def _latest(self) -> Mapping[tuple[str, ...], Decision]:
        return {_family(decision): decision for decision in sorted(self.decisions, key=lambda decision: (decision.on, decision.line))}


def _family(decision: Decision) -> tuple[str, ...]:
    """What it is about: a fact, a place, or a pair without order. Of the decisions of one family one holds."""
    if decision.verdict in ON_FACTS:
        return "fact", decision.subject, decision.predicate, decision.object
    return ("place", decision.subject) if decision.verdict == "place is" else ("pair", *sorted((decision.subject, decision.object)))


def _verdict(decision: Decision) -> tuple[str, str]:
    """What it says of its family."""
    return decision.verdict, decision.object if decision.verdict == "place is" else ""


def evidence_hash(sentence: str) -> str:
    """Hash of a cleaned sentence: its first twelve hexadecimal digits of SHA-256."""
    return sha256(sentence.encode()).hexdigest()[:_HASH]


def beside(store: Path) -> Path:
    """The ledger of the store in this directory: a file of its name beside it."""
    return store.with_name(f"{store.name}.ledger.tsv")


def read(path: Path) -> Ledger:
    """The ledger in a file; empty where there is none.

    Raises:
        InputError: a line is malformed; the message names file and line.
    """
    if not path.exists():
        return Ledger(path, ())
    try:
        lines = path.read_bytes().decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read ({error}): it must be a text file in UTF-8") from error
    if lines[:1] != ["\t".join(COLUMNS)]:
        raise InputError(f"{path}:1: the first line must name the columns {', '.join(COLUMNS)}, separated by tabs")
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() and not line.startswith("#"):
            cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
            found.append(parsed(cells, f"{path}:{number}", number))
    return Ledger(path, tuple(found))


def on_identity(ledger: Ledger) -> tuple[tuple[identity.Decision, int], ...]:
    """The decisions on joins and links that hold, as `kg.identity` takes them, each with its line."""
    found = []
    for decision in ledger.current:
        if decision.verdict not in ON_FACTS:
            left, right = decision.subject, decision.object
            if decision.verdict != "place is":
                left, right = sorted((left, right))
            reason = f"{decision.by}, {decision.on}" + (f": {decision.why}" if decision.why else "")
            found.append((identity.Decision(decision.verdict, left, right, reason), decision.line))  # type: ignore[arg-type]
    return tuple(found)


def parsed(cells: Sequence[str], where: str, line: int = 0) -> Decision:
    """A decision from its cells, in the order of COLUMNS.

    Raises:
        InputError: it makes no sense; the message begins with `where`.
    """
    if len(cells) != len(COLUMNS):
        raise InputError(f"{where}: {len(cells)} cells in place of {len(COLUMNS)} ({', '.join(COLUMNS)}); separate them by tabs")
    verdict, subject, predicate, target, evidence, by, on, why, says = (cell.strip() for cell in cells)
    if verdict not in VERDICTS:
        raise InputError(f"{where}: {verdict!r} is no verdict; one of {', '.join(VERDICTS)}")
    relation = verdict in ON_FACTS and bool(predicate or target)
    faults = {
        f"the subject {subject!r} is no IRI of this graph": not subject.startswith(THING),
        f"the object {target!r} is no IRI of this graph": (relation or verdict in ("same", "different")) and not target.startswith(THING),
        f"the object {target!r} is no division code of 6, 9 or 12 digits": verdict == "place is" and not _CODE.fullmatch(target),
        f"{predicate!r} is no relation; one of {', '.join(PREDICATE_IRIS)}": relation and predicate not in PREDICATE_IRIS,
        f"{verdict} takes no predicate": not relation and bool(predicate),
        "a thing can't be judged with itself": subject == target,
        f"{verdict} needs the hashes of the sentences that were judged": verdict in ON_FACTS and not evidence,
        "who decided is missing": not by,
        f"{on!r} is no date; write 2024-05-31": not _is_date(on),
    }
    for fault, found in faults.items():
        if found:
            raise InputError(f"{where}: {fault}; mend the line")
    return Decision(verdict, subject, predicate, target, tuple(evidence.split()), by, on, why, says, line)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def append(path: Path, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Add decisions at the end of the file, which is made where it is missing; those that were new, as they stand there now.

    A decision that holds already, by whomever, is not written again.

    Raises:
        InputError: a decision makes no sense, or the file is malformed; nothing is written then.
        StoreError: the file can't be written.
    """
    ledger = read(path)
    held = {_family(decision): decision for decision in ledger.current}
    new: dict[tuple[str, ...], Decision] = {}
    for decision in decisions:
        checked = parsed(_cells(decision), f"{decision.verdict} {decision.subject}")
        before = held.get(_family(checked))
        if before is None or (_verdict(before), set(before.evidence)) != (_verdict(checked), set(checked.evidence)):
            new[_family(checked)] = checked
    if not new:
        return ()
    out = io.StringIO()
    lines = path.read_text("utf-8").count("\n") if path.exists() else 0
    if not lines:
        out.write("\t".join(COLUMNS) + "\n")
    written = [replace(decision, line=max(lines, 1) + index) for index, decision in enumerate(new.values(), start=1)]
    out.writelines("\t".join(_cells(decision)) + "\n" for decision in written)
    _append(path, out.getvalue())
    return tuple(written)


def _cells(decision: Decision) -> list[str]:
    """Its cells, without what would break a line."""
    values = (" ".join(value) if isinstance(value, tuple) else str(value) for value in astuple(decision)[:-1])
    return [" ".join(value.split()) for value in values]


def _append(path: Path, text: str) -> None:
    try:
        torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        if torn:
            raise StoreError(f"{path} ends within a line: end it, or take the last line out, and decide again")
        with path.open("ab") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path} can't be written ({error.strerror or error}): see to it that you may write there") from error
