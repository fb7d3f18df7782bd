"""The store's own change log: what each change of the graph may have touched, so that a server is told only what is new to it.

Each change has an id, which a server notes as its watermark. An id is random: two stores that start from one copy go different ways, and what one of
them did must never be taken for what the other did. Ids are kept for good, the things that a change touched while they are not too many.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError
from kg.store.files import write_atomically

#: IRIs that are kept, of the newest changes; a server that is further behind is compared with the whole graph.
LIMIT = 200_000


@dataclass(frozen=True)
class _Change:
    id: str
    touched: tuple[str, ...] | None  #: IRIs, sorted; None: anything, or no longer known


class History:
    """The file `history` of a store: one line of JSON for each change, the oldest first."""

    def __init__(self, directory: Path) -> None:
        """Use the file in `directory`, which may be missing."""
        self._path = directory / "history"

    @property
    def last(self) -> str | None:
        """Id of the newest change; None: there was none yet.

        Raises:
            DataError: the file is damaged.
        """
        changes = self._read()
        return changes[-1].id if changes else None

    def knows(self, change: str) -> bool:
        """Whether a change is one of this store's.

        Raises:
            DataError: the file is damaged.
        """
        return any(known.id == change for known in self._read())

    def since(self, change: str) -> list[str] | None:
        """IRIs that were touched after a change, sorted; None: anything may have been.

        Raises:
            DataError: the file is damaged.
        """
        later: set[str] = set()
        for known in reversed(self._read()):
            if known.id == change:
                return sorted(later)
            if known.touched is None:
                return None
            later.update(known.touched)
        return None

    def mend(self) -> None:
        """Begin anew where the file is missing or damaged.

        Raises:
            StoreError: the file can't be written.
        """
        try:
            lost = self.last is None
        except DataError:
            lost = True
        if lost:
            self.add(None)

    def add(self, touched: Collection[str] | None) -> None:
        """Note a change durably; `touched` None: of anything.

        Raises:
            StoreError: the file can't be written.
        """
        try:
            changes = self._read()
        except DataError:
            changes = []  # a server that has seen one of the lost ids is compared with the whole graph
        changes.append(_Change(secrets.token_hex(8), None if touched is None else tuple(sorted(touched))))
        left = LIMIT
        kept = []
        for change in reversed(changes):
            left -= len(change.touched or ())
            kept.append(change if left >= 0 else _Change(change.id, None))
        lines = (json.dumps({"change": change.id, "touched": change.touched}, ensure_ascii=False) + "\n" for change in reversed(kept))
        write_atomically(self._path, "".join(lines).encode())

    def _read(self) -> list[_Change]:
        if not self._path.exists():
            return []
        try:
            rows = [json.loads(line) for line in self._path.read_bytes().splitlines()]
            return [_Change(row["change"], None if row["touched"] is None else tuple(row["touched"])) for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{self._path} is damaged: run kg build again, which begins it anew") from error
