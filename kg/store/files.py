"""Small files that are either the old ones or the new ones, whatever happens."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by a file with `content`; after a crash it holds the old content or the new, and the new survives a power cut.

    Raises:
        OSError: the disk is full, or the folder can't be written.
    """
    fresh = path.with_name(f".{path.name}.new")  # one process writes a store, so one name is enough and leaves nothing to sweep
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def delete_durably(path: Path) -> None:
    """Delete `path` if it is there, and have the folder say so on disk."""
    if path.exists():
        path.unlink()
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` written to disk, where the system can (Windows does by itself)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
