"""The line: read → clean → annotate → relate │ resolve │ to_rdf → validate → project → store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.annotate.nlp import annotate, build_nlp
from kg.batches import Built, Said, batched, cleaned, fresh, said, spread
from kg.errors import DataError, KgError
from kg.project import project
from kg.read import read
from kg.records import Reading, Source
from kg.relate import relate
from kg.resolve import article_iri, resolve
from kg.store import Progress, Store
from kg.to_rdf import to_rdf
from kg.validate import check

Refuse = Callable[[KgError], None]  #: told of each article that can't be taken; the rest of the batch goes on


def sources(paths: Iterable[Path], refuse: Refuse) -> Iterator[Source]:
    """Articles as they were found, those that can't be read refused."""
    for found in (item for path in paths for item in read(path)):
        if isinstance(found, KgError):
            refuse(found)
        else:
            yield found


def extract(found: Iterable[Source], refuse: Refuse) -> Iterator[Reading]:
    """read → clean → annotate → relate: what each article says."""
    nlp = build_nlp()
    for pairs in cleaned(found, refuse):
        for (_, source), annotation in zip(pairs, annotate([article for article, _ in pairs], nlp), strict=True):
            yield relate(annotation, source.raw)


def state(reading: Reading) -> Said:
    """resolve → to_rdf → validate: an article's named graph, or what is wrong with it."""
    try:
        quads = to_rdf(resolve(reading))
        check(quads)
    except DataError as error:
        return said(reading, article_iri(reading.doc), (), error)
    return said(reading, article_iri(reading.doc), quads, None)


def say(found: list[Source]) -> list[Said | KgError]:
    """All that is done with an article by itself."""
    refused: list[Said | KgError] = []
    return [*map(state, extract(found, refused.append)), *refused]


def build(paths: Iterable[Path], store: Store, refuse: Refuse, progress: Progress | None = None) -> Built:
    """The whole line. Articles that the store holds as they are now, read by the rules as they are now, are skipped."""
    built = Built(store, refuse, progress)
    for some in spread(say, batched(fresh(sources(paths, refuse), built))):
        built.keep(some)
    return settle(built)


def settle(built: Built) -> Built:
    """project → store: the record and then the property graph become what the readings say; they mostly are, unless a run was cut off."""
    built.flush()
    for reading in built.unrecorded(article_iri):
        built.record(state(reading))
    built.load = built.store.project(project(built.store.record.dataset))
    return built
