"""What each article says, one JSON file for each, so that a rebuild needs no NLP. The rest of a store is made from these."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from kg.errors import DataError
from kg.records import Reading
from kg.store.codec import decode, dumps
from kg.store.files import delete_durably, write_atomically

_SHOWN = 40


class Readings:
    """The readings in a folder. Only names that this class gives are looked at."""

    def __init__(self, directory: Path) -> None:
        """Use `directory`, which may be missing until the first `put`."""
        self._directory = directory

    def put(self, reading: Reading, pipeline: str) -> None:
        """Keep `reading`, in place of an older one of the same article.

        Args:
            reading: of one article.
            pipeline: fingerprint of the rules that made it.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = dumps({"fingerprint": _fingerprint(reading.raw_sha256, pipeline), "reading": reading})
        write_atomically(self._path(reading.doc), (content + "\n").encode())

    def get(self, doc: str) -> Reading | None:
        """The reading of an article, None if there is none.

        Raises:
            DataError: the file is damaged.
        """
        path = self._path(doc)
        return _read(path)[1] if path.exists() else None

    def is_current(self, doc: str, raw_sha256: str, pipeline: str) -> bool:
        """Whether the article was read as it is now, by the rules as they are now. A damaged file is not current, so it gets replaced."""
        path = self._path(doc)
        try:
            return path.exists() and _read(path)[0] == _fingerprint(raw_sha256, pipeline)
        except DataError:
            return False

    def remove(self, doc: str) -> bool:
        """Forget an article; whether there was one."""
        path = self._path(doc)
        found = path.exists()
        delete_durably(path)
        return found

    def docs(self) -> tuple[str, ...]:
        """Names of the articles, sorted."""
        return tuple(reading.doc for reading in self)

    def __iter__(self) -> Iterator[Reading]:
        """All readings, sorted by `doc`.

        Raises:
            DataError: a file is damaged.
        """
        yield from sorted((_read(path)[1] for path in self._directory.glob("[!.]*.json")), key=lambda reading: reading.doc)

    def _path(self, doc: str) -> Path:
        """A file name that every system takes: the letters and digits that `doc` starts with, for people, and a hash that tells articles apart."""
        shown = "".join(character if character.isalnum() else "-" for character in doc[:_SHOWN]).strip("-")
        return self._directory / f"{shown}-{hashlib.sha256(doc.encode()).hexdigest()[:16]}.json"


def _fingerprint(raw_sha256: str, pipeline: str) -> str:
    return hashlib.sha256(f"{raw_sha256}\n{pipeline}".encode()).hexdigest()


def _read(path: Path) -> tuple[str, Reading]:
    try:
        data = json.loads(path.read_bytes())
        if not isinstance(data, dict) or data.keys() != {"fingerprint", "reading"}:
            raise ValueError("not a fingerprint and a reading")
        return decode(str, data["fingerprint"]), decode(Reading, data["reading"])
    except ValueError as error:  # malformed UTF-8 and JSON are ValueErrors too
        raise DataError(f"{path} is damaged ({error}): delete it and run kg build again") from error
