"""The line: read → clean → annotate → relate │ resolve │ to_rdf → validate → project → store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from kg.annotate.nlp import annotate, build_nlp
from kg.batches import Built, Refuse, Said, batched, cleaned, found, fresh, said, spread
from kg.corpus import changed, tell_reprints
from kg.doubt import ask_for, doubted, least_of
from kg.errors import KgError
from kg.identity import Decision
from kg.project import project
from kg.read import read
from kg.records import Reading, Source
from kg.relate import relate
from kg.resolve import ALONE, resolve
from kg.rulings import UNJUDGED, Rulings, ruled
from kg.store import Progress, Store
from kg.to_rdf import Quads, to_rdf
from kg.validate import checked


def sources(paths: Iterable[Path], refuse: Refuse) -> Iterator[Source]:
    """Articles as they were found, by `read`; those that can't be read are refused."""
    return found((item for path in paths for item in read(path)), refuse)


def extract(articles: Iterable[Source], refuse: Refuse) -> Iterator[Reading]:
    """What each article says, by `clean`, `annotate` and `relate`."""
    nlp = build_nlp()
    for pairs in cleaned(articles, refuse):
        for (_, source), annotation in zip(pairs, annotate([article for article, _ in pairs], nlp), strict=True):
            yield relate(annotation, source.raw)


def state(reading: Reading, renames: Mapping[str, str] = ALONE, by: Rulings = UNJUDGED, least: float = 0.0) -> Quads:
    """The named graph of an article.

    What others tell of its things are `renames`, what people decided on its facts is `by`; what has less confidence than `least` is not asserted.
    """
    return checked(to_rdf(ruled(doubted(resolve(reading, renames), least), by)))


def say(articles: list[Source], least: float = 0.0) -> list[Said | KgError]:
    """All that is done with an article by itself; other processes do it when there are many."""
    refused: list[Said | KgError] = []
    return [*(said(reading, partial(state, least=least)) for reading in extract(articles, refused.append)), *refused]


def build(
    paths: Iterable[Path], store: Store, refuse: Refuse, progress: Progress | None = None, loading: Progress | None = None, least: float | None = None
) -> Built:
    """The whole line. Articles that the store holds as they are now, read by the rules as they are now, are skipped; `least`: see `kg.doubt`."""
    work = partial(say, least=ask_for(store, least))
    built = Built(store, refuse, progress, loading)
    for some in spread(work, batched(fresh(sources(paths, refuse), built))):
        built.keep(some)
    return settle(built)


def settle(built: Built, decisions: Iterable[Decision] = ()) -> Built:
    """The record and then the property graph, by `project`, become what the readings say together and a person decided."""
    least = least_of(built.store)
    for reading in built.unrecorded():
        built.record(reading, partial(state, least=least))
    for reading, renames, by in changed(built, decisions):
        built.record(reading, partial(state, renames=renames, by=by, least=least))
    if not built.store.projected:
        tell_reprints(built)
    built.load = built.store.project(project(built.take_facts()), progress=built.loading)
    return built
