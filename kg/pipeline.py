"""The line: read → clean → annotate → relate │ resolve │ to_rdf → validate → project → store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.annotate.nlp import annotate, build_nlp
from kg.batches import Built, cleaned, fresh
from kg.errors import DataError, KgError
from kg.project import project
from kg.read import read
from kg.records import Knowledge, Reading, Source
from kg.relate import relate
from kg.resolve import resolve
from kg.store import Progress, Store
from kg.to_rdf import to_rdf
from kg.validate import validate

Refuse = Callable[[KgError], None]  #: told of each article that can't be taken; the rest of the batch goes on


def sources(paths: Iterable[Path], refuse: Refuse) -> Iterator[Source]:
    """Articles as they were found, those that can't be read refused."""
    for path in paths:
        for found in read(path):
            if isinstance(found, KgError):
                refuse(found)
            else:
                yield found


def extract(found: Iterable[Source], refuse: Refuse) -> Iterator[Reading]:
    """From read to relate: what each article says."""
    nlp = build_nlp()
    for pairs in cleaned(found, refuse):
        for (_, source), annotation in zip(pairs, annotate([article for article, _ in pairs], nlp), strict=True):
            yield relate(annotation, source.raw)


def record(knowledge: Knowledge, store: Store) -> bool:
    """to_rdf → validate → the article's named graph in the record; whether that changed it."""
    quads = to_rdf(knowledge)
    report = validate(quads)
    if not report.conforms:
        raise DataError(str(report.results[0]))
    return store.record.replace(knowledge.article, quads)


def build(paths: Iterable[Path], store: Store, refuse: Refuse, progress: Progress | None = None) -> Built:
    """The whole line. Articles that the store holds as they are now, read by the rules as they are now, are skipped."""
    built = Built(store, refuse, progress)
    for reading in extract(fresh(sources(paths, refuse), built), refuse):
        built.keep(reading)
    return settle(built)


def settle(built: Built) -> Built:
    """From resolve to store: what the readings say and the record doesn't, then the property graph made from the record."""
    for reading in built.unrecorded():
        try:
            built.recorded(record(resolve(reading), built.store))
        except DataError as error:
            built.refuse(error)
    built.load = built.store.project(*built.rows(project(built.store.record._store)))
    return built
