"""What each article says, one file for each, so that a rebuild needs no NLP. The rest of a store is made from these.

A file is two lines of JSON: what it is of and made by, the SHA-256 of the second line, and what tells it from others; and the reading. So names,
whether an article must be read again, and reprints cost no decoding, and damage is noticed without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.records import Reading
from kg.reprints import Signature, signature
from kg.store.codec import decode, dumps
from kg.store.files import delete_durably, write_atomically

_SHOWN = 40
#: Keys of the first line of a file.
_HEAD: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("doc", "fingerprint", "sha256"), str),
    "published": (str, type(None)),
    "sketch": list,
    "particulars": list,
}


def packed(reading: Reading, pipeline: str) -> bytes:
    """The content of a reading's file.

    Args:
        reading: of one article.
        pipeline: fingerprint of the rules that made it.
    """
    body = dumps(reading).encode()
    told = signature(reading)
    head = {"doc": reading.doc, "fingerprint": _fingerprint(reading.raw_sha256, pipeline), "sha256": hashlib.sha256(body).hexdigest()}
    return dumps(head | {"published": told.published, "sketch": told.sketch, "particulars": told.particulars}).encode() + b"\n" + body + b"\n"


def key_of(content: bytes) -> str:
    """What tells a packed reading, and the rules that made it, from others; see `Readings.keys`."""
    return _key(json.loads(content.partition(b"\n")[0]))


def _key(head: Mapping[str, str]) -> str:
    return f"{head['fingerprint']} {head['sha256']}"


class Readings:
    """The readings in a folder. Only names that this class gives are looked at."""

    def __init__(self, directory: Path) -> None:
        """Use `directory`, which may be missing until the first `put`."""
        self._directory = directory

    def put(self, reading: Reading, pipeline: str) -> None:
        """Keep `reading`, in place of an older one of the same article; see `packed`."""
        self.keep(reading.doc, packed(reading, pipeline))

    def keep(self, doc: str, content: bytes) -> None:
        """Keep the reading of an article as `packed` made it."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(self._path(doc), content)

    def get(self, doc: str) -> Reading | None:
        """The reading of an article, None if there is none.

        Raises:
            DataError: the file is damaged.
        """
        path = self._path(doc)
        return _read(path) if path.exists() else None

    def is_current(self, doc: str, raw_sha256: str, pipeline: str) -> bool:
        """Whether the article was read as it is now, by the rules as they are now. A damaged file is not current, so it gets replaced."""
        path = self._path(doc)
        try:
            return path.exists() and _split(path)[0]["fingerprint"] == _fingerprint(raw_sha256, pipeline)
        except DataError:
            return False

    def remove(self, doc: str) -> bool:
        """Forget an article; whether there was one."""
        path = self._path(doc)
        found = path.exists()
        delete_durably(path)
        return found

    def docs(self) -> tuple[str, ...]:
        """Names of the articles, sorted.

        Raises:
            DataError: a file is damaged.
        """
        return tuple(sorted(head["doc"] for head in self._heads()))

    def signatures(self) -> Iterator[Signature]:
        """What tells each article from others, in no order.

        Raises:
            DataError: a file is damaged.
        """
        for head in self._heads():
            yield Signature(head["doc"], head["published"], tuple(head["sketch"]), tuple(head["particulars"]))

    def keys(self) -> dict[str, str]:
        """Article → what tells its reading, and the rules that made it, from others.

        Raises:
            DataError: a file is damaged.
        """
        heads = (_head(path) for path in self._directory.glob("[!.]*.json"))
        return {head["doc"]: _key(head) for head in heads}

    def __iter__(self) -> Iterator[Reading]:
        """All readings, sorted by `doc`; one is held at a time.

        Raises:
            DataError: a file is damaged.
        """
        yield from (_read(self._path(doc)) for doc in self.docs())

    def _heads(self) -> Iterator[dict[str, Any]]:
        return map(_head, self._directory.glob("[!.]*.json"))

    def _path(self, doc: str) -> Path:
        """A file name that every system takes: the letters and digits that `doc` starts with, for people, and a hash that tells articles apart."""
        shown = "".join(character if character.isalnum() else "-" for character in doc[:_SHOWN]).strip("-")
        return self._directory / f"{shown}-{hashlib.sha256(doc.encode()).hexdigest()[:16]}.json"


def _fingerprint(raw_sha256: str, pipeline: str) -> str:
    return hashlib.sha256(f"{raw_sha256}\n{pipeline}".encode()).hexdigest()


def _head(path: Path) -> dict[str, Any]:
    """The first line of a file."""
    with path.open("rb") as file:
        return _parsed(path, file.readline())


def _split(path: Path) -> tuple[dict[str, Any], bytes]:
    """The first line of a file and its second, which is whole."""
    first, _, body = path.read_bytes().partition(b"\n")
    head = _parsed(path, first)
    if hashlib.sha256(body.removesuffix(b"\n")).hexdigest() != head["sha256"]:
        raise _damaged(path, ValueError("its checksum is wrong"))
    return head, body


def _parsed(path: Path, line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except ValueError as error:  # malformed UTF-8 is one too
        raise _damaged(path, error) from error
    if not isinstance(head, dict) or head.keys() != _HEAD.keys() or not all(isinstance(head[key], kind) for key, kind in _HEAD.items()):
        raise _damaged(path, ValueError("it does not begin as a reading's file does"))
    return head


def _read(path: Path) -> Reading:
    _, body = _split(path)
    try:
        return decode(Reading, json.loads(body))
    except ValueError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: ValueError) -> DataError:
    return DataError(f"{path} is damaged ({error}): delete it and run kg build again")
