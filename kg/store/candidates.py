"""What each reading gives for joins across articles: a cache, so that a build need not decode all readings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path

from kg.errors import DataError
from kg.identity import Candidate, Post


class Candidates:
    """Candidates by article, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        """Use the file `path`, which may be missing.

        Raises:
            DataError: it is damaged.
        """
        try:
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute("CREATE TABLE IF NOT EXISTS candidates (doc TEXT PRIMARY KEY, key TEXT, made TEXT) WITHOUT ROWID")
        except sqlite3.DatabaseError as error:
            raise DataError(f"{path} is damaged ({error}): delete it and run kg build again") from error

    def keep(self, made: Iterable[tuple[str, str, str]]) -> None:
        """Keep (article, key of its reading, candidates as `as_text` writes them), in one transaction."""
        self._database.execute("BEGIN")
        self._database.executemany("REPLACE INTO candidates VALUES (?, ?, ?)", made)
        self._database.execute("COMMIT")

    def all(self, keys: Mapping[str, str]) -> dict[str, tuple[Candidate, ...]]:
        """Article → candidates, of those whose key is the one given; the rest is forgotten."""
        found = {}
        gone = []
        for doc, key, made in self._database.execute("SELECT doc, key, made FROM candidates ORDER BY doc"):
            if keys.get(doc) == key:
                found[doc] = tuple(_candidate(values) for values in json.loads(made))
            else:
                gone.append((doc,))
        self._database.execute("BEGIN")
        self._database.executemany("DELETE FROM candidates WHERE doc = ?", gone)
        self._database.execute("COMMIT")
        return found

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def as_text(found: Iterable[Candidate]) -> str:
    """Candidates as JSON."""
    return json.dumps([astuple(candidate) for candidate in found], ensure_ascii=False)


def _candidate(values: list[object]) -> Candidate:
    iri, doc, type_, kind, name, names, place, own, code, posts, runners, published = values
    made = tuple(Post(*post) for post in posts)  # type: ignore[attr-defined]
    return Candidate(iri, doc, type_, kind, name, tuple(names), place, own, code, made, tuple(runners), published)  # type: ignore[arg-type]
