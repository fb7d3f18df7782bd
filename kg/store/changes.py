"""What the record says and the property graph may not hold yet: subjects of graphs that were written since, noted before they are."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from kg.store.files import delete_durably, sync_folder, write_atomically

#: From so many changed subjects on, the whole graph is compared.
LIMIT = 200_000


class Changes:
    """Two files: `projected`, there while the graph holds what the record said when it was made; `changed`, the subjects that were written since.

    The second is there only with the first. A crash while a graph is brought up to date leaves neither, and the whole graph is compared then.
    """

    def __init__(self, directory: Path) -> None:
        """Use the files in `directory`."""
        self._projected, self._changed = directory / "projected", directory / "changed"
        self._noted: set[str] | None = None
        self._size = 0

    @property
    def pending(self) -> Collection[str] | None:
        """Subjects that may differ, sorted; none: the graph is what the record says; None: anything may differ."""
        if not self._projected.exists():
            return None
        if self._noted is None:
            data = self._changed.read_bytes() if self._changed.exists() else b""
            self._size = data.rfind(b"\n") + 1  # a line without an end was being written; what it was written for did not happen
            self._noted = set(data[: self._size].decode().splitlines())
        return sorted(self._noted)

    def note(self, subjects: Collection[str]) -> None:
        """Note subjects durably, before they are written."""
        if self.pending is None:
            return
        assert self._noted is not None
        fresh = sorted(set(subjects) - self._noted)
        self._noted.update(fresh)
        if len(self._noted) > LIMIT:
            self.begin()
        elif fresh:
            with self._changed.open("r+b" if self._changed.exists() else "wb") as file:
                file.truncate(self._size)
                file.seek(self._size)
                self._size += file.write("".join(f"{iri}\n" for iri in fresh).encode())
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self._changed.parent)

    def begin(self) -> None:
        """The graph is being written, or everything is to be compared."""
        delete_durably(self._projected)
        delete_durably(self._changed)
        self._noted = None

    def done(self) -> None:
        """The graph holds what the record says."""
        write_atomically(self._projected, b"\n")
