"""Files that are either the old ones or the new ones, whatever happens."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import StoreError


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path`, a file of a store, by one with `content`; after a crash it holds the old content or the new, and the new survives a power cut.

    Raises:
        StoreError: the disk is full, or the folder can't be written.
    """
    fresh = path.with_name(f".{path.name}.new")  # one process writes a store, so one name is enough and leaves nothing to sweep
    with told(path):
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


def delete_durably(path: Path) -> None:
    """Delete `path`, a file of a store, if it is there, and have the folder say so on disk.

    Raises:
        StoreError: the folder can't be written.
    """
    with told(path):
        if path.exists():
            path.unlink()
            sync_folder(path.parent)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system refuses while a file of a store is written into a StoreError that names it."""
    try:
        yield
    except OSError as error:
        advice = "free some space, or see to it that you may write there, and run the command again"
        raise StoreError(f"{path} can't be written ({error.strerror or error}): {advice}") from error


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` written to disk, where the system can (Windows does by itself)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path`, which a user named, when the block ends well; else `path` stays as it was.

    What is no ordinary file, such as a pipe, is written as it is.

    Raises:
        StoreError: it can't be written.
    """
    try:
        if not path.parent.is_dir():
            raise StoreError(f"{path} can't be written: make the folder {path.parent} first")
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        target = path.resolve()  # a link stays one
        fresh = target.with_name(f".kg-{os.getpid()}.new")
        try:
            with fresh.open("wb") as file:
                yield file
            if target.exists():
                shutil.copymode(target, fresh)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except BrokenPipeError:  # nobody reads any more
        raise
    except OSError as error:
        raise StoreError(f"{path} can't be written ({error.strerror or error}): name another file") from error
