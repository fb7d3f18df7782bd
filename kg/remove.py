"""Articles out of a store: their readings, their named graphs, and what only they said in the property graph."""

from __future__ import annotations

from pathlib import PurePath

from kg.batches import Built, Refuse
from kg.errors import InputError
from kg.pipeline import settle
from kg.resolve import article_iri
from kg.store import Store


def remove(article: str, store: Store, refuse: Refuse) -> tuple[str, ...]:
    """Forget an article, or all rows of a table; the names of what is gone. The graph is then the one built without it.

    Args:
        article: file name (`a.txt`, `b.csv` for all its rows, `b.csv#3` for one), a path that ends with it, or the article's IRI.
        store: open for writing.
        refuse: told of readings that can't be taken, as in `kg.pipeline.build`.

    Raises:
        InputError: the store has no such article.
    """
    held = store.readings.docs()
    gone: tuple[str, ...] = ()
    for name in _names(article):
        gone = tuple(doc for doc in held if name in (doc, article_iri(doc)) or doc.startswith(f"{name}#"))
        if gone:
            break
    else:
        near = ", ".join(doc for doc in held if name.lower() in doc.lower()) or f"it has {len(held)} others"
        raise InputError(f"{store.directory} has no article {name} ({near}); kg cypher 'MATCH (a:Article) RETURN a.doc' lists them")
    for doc in gone:
        store.readings.remove(doc)
        store.record.remove(article_iri(doc))
    settle(Built(store, refuse, None))
    return gone


def _names(article: str) -> tuple[str, ...]:
    """What a user may mean, the likeliest first: what stands there, then without folders. Ids of rows may hold `/`, and folders `#`."""
    file, mark, row = article.partition("#")
    return (article, f"{PurePath(file).name}{mark}{row}", PurePath(article).name)
