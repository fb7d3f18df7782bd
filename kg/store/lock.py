"""One process writes a store, or several read it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kg.errors import StoreLocked

_BYTE = 1 << 20  # the byte that is locked lies behind the text, which stays readable on Windows


class ProcessLock:
    """A lock on `path` that ends with the process, however that ends. On Windows readers exclude each other too."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """Take the lock at once.

        Raises:
            StoreLocked: another process holds it.
            OSError: `path` can't be written.
        """
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            self.acquire(write=write)
        except StoreLocked:
            os.close(self._file)
            raise

    def acquire(self, *, write: bool) -> None:
        """Take the lock, or change it from reading to writing and back.

        Raises:
            StoreLocked: another process holds it.
        """
        try:
            _lock(self._file, write=write)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip() if hasattr(os, "pread") else ""
            who = f"process {holder}" if holder.isdecimal() else "another process"
            raise StoreLocked(f"{self._path.parent} is in use by {who}: wait until it is done, or end it") from error
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let go."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, *, write: bool) -> None:  # noqa: ARG001 - Windows locks bytes for one holder only
        os.lseek(file, _BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int, *, write: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_EX if write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
