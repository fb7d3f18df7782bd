"""The least confidence that a store asks of a fact: what has less stays in the record as a statement, `doubtful`, and is not asserted."""

from __future__ import annotations

import json
from dataclasses import replace

from kg.errors import DataError
from kg.records import Knowledge
from kg.store import Store
from kg.store.files import write_atomically

_FILE = "min-confidence.json"


def doubted(knowledge: Knowledge, least: float) -> Knowledge:
    """What an article says, with asserted claims and implementations of less confidence than `least` as doubtful ones."""
    claims = tuple(replace(c, status="doubtful") if c.status == "asserted" and c.confidence < least else c for c in knowledge.claims)
    rows = tuple(replace(r, status="doubtful") if r.status == "asserted" and r.confidence < least else r for r in knowledge.implementations)
    return replace(knowledge, claims=claims, implementations=rows)


def least_of(store: Store) -> float:
    """The least confidence that the store asks for; 0 where none was ever set.

    Raises:
        DataError: the note of it is damaged.
    """
    return _read(store)[0]


def ask_for(store: Store, least: float | None) -> float:
    """Have the store ask for `least`, or for what it asked for before; what it asks for now.

    Where that changes, the record's graphs go, and are to be made anew from the readings; a run that dies meanwhile is made good by the next.

    Raises:
        DataError: the note of what it asked for is damaged.
    """
    before, done = _read(store)
    now = before if least is None else least
    if now == before and done:
        return now
    _write(store, now, done=False)
    for article in store.record.graphs():
        store.record.remove(article)
    store.record.flush()
    _write(store, now, done=True)
    return now


def _read(store: Store) -> tuple[float, bool]:
    path = store.directory / _FILE
    if not path.exists():
        return 0.0, True
    try:
        found = json.loads(path.read_bytes())
        return float(found["least"]), bool(found["done"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is damaged: delete it, and run kg build with --min-confidence again") from error


def _write(store: Store, least: float, *, done: bool) -> None:
    write_atomically(store.directory / _FILE, f'{{"least":{least!r},"done":{str(done).lower()}}}\n'.encode())
