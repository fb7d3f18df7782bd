"""Search for text in names and sentences, the same on both engines.

A word is found where it stands, whatever stands beside it. A full-text index of pairs of characters (Lucene's CJK analyzer) tells where to look;
where there is none, or a word has no two Chinese characters in a row, all is looked at. Either way the engine then checks that the word stands
there, so that the answers are the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from kg.errors import InputError
from kg.records import Table
from kg.store.base import HASH
from kg.store.bolt import BoltGraph
from kg.terms import ARTICLE, ENTITY_TYPES, IN_ARTICLE, SENTENCE

COLUMNS = ("what", "name", "text", "iri")

_INDEXED = "CALL db.index.fulltext.queryNodes($index, $query) YIELD node WITH node AS n "
_NAMES = (
    "WHERE n:{label} AND n.{hash} IS NOT NULL AND all(word IN $words WHERE any(name IN n.names WHERE toLower(name) CONTAINS word)) "
    "RETURN n.name AS name, n.names AS names, n.iri AS iri "
    "ORDER BY CASE WHEN $text IN n.names THEN 0 ELSE 1 END, size(n.name), n.name, n.iri LIMIT $limit"
)
_SENTENCES = (
    "WHERE n:{label} AND n.{hash} IS NOT NULL AND all(word IN $words WHERE toLower(n.text) CONTAINS word) "
    "MATCH (n)-[:{in_article}]->(a:{article}) RETURN a.doc AS name, n.text AS text, n.iri AS iri ORDER BY a.doc, n.start, n.iri LIMIT $limit"
)


def search(graph: BoltGraph, text: str, limit: int = 20) -> Table:
    """What bears the words of `text` in one of its names, shorter names first, and sentences in which they stand, by article.

    Args:
        graph: of either engine.
        text: words with spaces between them; all must stand in one name, or in one sentence. Capitals don't matter.
        limit: of rows of each type.

    Raises:
        InputError: there is no word.
        ServerError: the server went away.
    """
    words = text.lower().split()
    if not words:
        raise InputError("nothing to search for: give a word")
    query = " AND ".join(f'"{run}"' for run in sorted({run for word in words for run in _runs(word)}))
    indexes = graph.text_indexes() if query else {}
    rows: list[tuple[object, ...]] = []
    for label in (*ENTITY_TYPES, SENTENCE):
        start = _INDEXED if label in indexes else f"MATCH (n:{label}) "
        rest = _SENTENCES if label == SENTENCE else _NAMES
        statement = start + rest.format(label=label, hash=HASH, in_article=IN_ARTICLE, article=ARTICLE)
        given = {"words": words, "text": text.strip(), "limit": limit, "query": query, "index": indexes.get(label)}
        for name, found, iri in graph.ask(statement, given).rows:
            rows.append((label, name, "; ".join(found) if isinstance(found, list) else found, iri))
    return Table(COLUMNS, tuple(rows))


def _runs(word: str) -> Iterator[str]:
    """Two or more letters in a row of a script without capitals, of which the index has every pair."""
    for letters, some in groupby(word, key=lambda character: unicodedata.category(character) == "Lo"):
        run = "".join(some)
        if letters and len(run) > 1:
            yield run
