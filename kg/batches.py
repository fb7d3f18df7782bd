"""What the line needs around its stages: batches, the cores of the machine, what is new, what is gone, what was done."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from kg.clean import clean
from kg.errors import DataError, KgError, SourceError
from kg.facts import Collected, CollectedFacts, Facts, RecordFacts
from kg.identity import Joins
from kg.identity.candidates import candidates_of
from kg.project import collected
from kg.records import Article, Reading, Source
from kg.resolve import article_iri
from kg.store.candidates import as_text
from kg.store.readings import key_of, packed
from kg.terms import THING
from kg.to_rdf import Quads

if TYPE_CHECKING:
    from kg.store import LoadReport, Progress, Store

#: Articles that go through the tagger together, so that its threads are busy.
BATCH = 16
#: So few batches are done in this process: another one takes two seconds to start.
_FEW = 4
#: Other processes at most: each takes 300 MB.
_MOST = 4
#: Articles that are written to the record together.
_WAITING = 64
#: Modules that only ask what is there, and say nothing of what an article means.
_ASKING = frozenset(
    f"{name}.py"
    for name in (
        *("cli", "decisions", "draw", "evaluate", "export", "fit_confidence", "gold", "load", "questions", "remove", "review", "score", "sheets"),
        "why",
    )
)

#: IRI of the graph that says what is one thing across articles.
JOINS = f"{THING}identity"

Refuse = Callable[[KgError], None]  #: told of each article that can't be taken; the rest of the batch goes on
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Said:
    """What one article says, ready for the store."""

    doc: str
    article: str  #: IRI of the article and of its graph
    reading: bytes  #: the content of its file
    nquads: bytes  #: its graph; empty where that failed the check
    facts: Collected  #: of the same graph
    candidates: str  #: what it gives for joins across articles
    fault: KgError | None
    empty: bool  #: no entity was found
    notes: tuple[str, ...]


def said(reading: Reading, state: Callable[[Reading], Quads]) -> Said:
    """Pack a reading and its graph, made by `state`, so that they go cheaply from process to process; a DataError of `state` goes with them."""
    quads: Quads = ()
    fault = None
    try:
        quads = state(reading)
    except DataError as error:
        fault = error
    nquads = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    content = packed(reading, rules_fingerprint())
    found = as_text(candidates_of(reading))
    return Said(reading.doc, article_iri(reading.doc), content, nquads, collected(quads), found, fault, not reading.entities, reading.notes)


def found(items: Iterable[Source | SourceError], refuse: Refuse) -> Iterator[Source]:
    """The articles among what was read; the others are refused."""
    for item in items:
        if isinstance(item, SourceError):
            refuse(item)
        else:
            yield item


def cleaned(sources: Iterable[Source], refuse: Refuse) -> Iterator[list[tuple[Article, Source]]]:
    """Cleaned articles with their sources, some at a time; those without a text are refused."""
    for batch in batched(sources):
        pairs = []
        for source in batch:
            try:
                pairs.append((clean(source), source))
            except SourceError as error:
                refuse(error)
        yield pairs


def batched(items: Iterable[T]) -> Iterator[list[T]]:
    """Some at a time."""
    stream = iter(items)
    while batch := list(islice(stream, BATCH)):
        yield batch


def spread(work: Callable[[T], U], batches: Iterator[T], processes: int | None = None) -> Iterator[U]:
    """What `work` makes of each batch, in order: by other processes where there are many batches, so that this one can store meanwhile.

    Args:
        work: a function of a module.
        batches: read a few ahead, never all.
        processes: how many others; 0: none. By default as many as there are cores, at most four: storing is a tenth of the work.
    """
    first = list(islice(batches, _FEW))
    if processes == 0 or (processes is None and len(first) < _FEW):
        yield from map(work, chain(first, batches))
        return
    number = processes or min(_MOST, os.cpu_count() or 1)
    with ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), initializer=_end_with_parent) as pool:
        ahead: deque[Future[U]] = deque()
        try:
            for batch in chain(first, batches):
                ahead.append(pool.submit(work, batch))
                if len(ahead) > number + 1:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


def _end_with_parent() -> None:
    """Leave Ctrl-C to the parent, and don't outlive it when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@cache
def rules_fingerprint() -> str:
    """SHA-256 of all that decides what an article says: the rules, the lexicons, the models, the code of the package."""
    digest = hashlib.sha256()
    roots = [files("kg"), files("kg.pipelines"), files("kg.ontology")]
    for root in roots:
        stack = [root]
        while stack:
            folder = stack.pop()
            for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
                if item.is_dir():
                    if item.name not in ("__pycache__", "store", "sample", "questions", "commands"):
                        stack.append(item)
                elif not item.name.endswith((".pyc", ".md")) and item.name not in _ASKING:
                    digest.update(item.name.encode())
                    digest.update(item.read_bytes())
    return digest.hexdigest()


class Built:
    """One run of `build`: what was read, skipped, refused and changed."""

    def __init__(self, store: Store, refuse: Refuse, progress: Progress | None, loading: Progress | None = None) -> None:
        """Start with nothing done. `progress` is told of articles, `loading` of nodes and relationships."""
        self.store, self.refuse = store, refuse
        self.loading = loading
        self.tell = progress or (lambda _: None)
        self.read = self.skipped = self.changed = 0
        self.empty: list[str] = []  #: articles in which no entity was found
        self.notes: list[tuple[str, str]] = []  #: article, and a warning for a person
        self.remarks: list[str] = []  #: what of the ledger does not apply, or contradicts itself
        self.load: LoadReport | None = None
        self._collected = None if store.record.graphs() else CollectedFacts(lambda: store.record.dataset)
        self.joins: Joins | None = None  #: what is one thing across articles
        self._docs: dict[str, str] = {}  # name of an article → its path
        self._failed: set[str] = set()  #: articles whose graph failed the check, told once
        self._waiting: list[Said] = []

    def keep(self, items: Iterable[Said | KgError]) -> None:
        """Put what articles say into the store, some at a time."""
        for item in items:
            if isinstance(item, KgError):
                self.refuse(item)
                continue
            self._waiting.append(item)
            self.read += 1
            self.notes += ((item.doc, note) for note in item.notes)
            if item.empty:
                self.empty.append(item.doc)
            self.tell(1)
        if len(self._waiting) >= _WAITING:
            self.flush()

    def record(self, reading: Reading, state: Callable[[Reading], Quads]) -> None:
        """Make the article's graph in the record what `state` makes of its reading; none where that fails the check."""
        article = article_iri(reading.doc)
        quads: Quads = ()
        try:
            quads = state(reading)
        except DataError as error:
            self.refuse(error)
            self._failed.add(article)
        self.changed += self.restate(article, quads)

    def restate(self, article: str, quads: Iterable[ox.Quad]) -> bool:
        """Make the article's graph another one, as other articles have it; whether that changed anything."""
        graph = tuple(quads)
        if self._collected is not None:
            self._collected.add(article, collected(graph))
        return self.store.record.replace(article, graph)

    def take_facts(self) -> Facts:
        """What the projection asks: of what this run wrote, if it began with an empty record, else of the record; they keep it open."""
        taken, self._collected = self._collected, None
        return taken or RecordFacts(self.store.record.dataset)

    def flush(self) -> None:
        """Put what waits into the record, and when that is on disk, its readings."""
        items = map(self._checked, self._waiting)
        self.changed += self.store.record.replace_all((item.article, item.nquads, [iri for iri, _, _ in item.facts]) for item in items)
        if self._waiting:
            self.store.record.flush()
        for item in self._waiting:
            self.store.readings.keep(item.doc, item.reading)
        self.store.candidates.keep((item.doc, key_of(item.reading), item.candidates) for item in self._waiting)
        self._waiting.clear()

    def _checked(self, item: Said) -> Said:
        if item.fault is not None:
            self.refuse(item.fault)
            self._failed.add(item.article)
        if self._collected is not None:
            self._collected.add(item.article, item.facts)
        return item

    def state_joins(self, quads: Iterable[ox.Quad]) -> None:
        """Make the graph of what is one thing across articles."""
        self.changed += self.store.record.replace(JOINS, quads)

    def skip(self) -> None:
        """Count an article that is as it was."""
        self.skipped += 1
        self.tell(1)

    def seen(self, source: Source) -> bool:
        """Whether an article of that name came before in this run: the second one is refused."""
        if source.doc in self._docs:
            first = self._docs[source.doc]
            self.refuse(SourceError(f"{source.path}: {first} has the name {source.doc} too, which is the article's key; rename one of them"))
            return True
        self._docs[source.doc] = source.path
        return False

    def unrecorded(self) -> Iterator[Reading]:
        """Readings without a graph in the record, as when somebody deleted it. Graphs without a reading, as of a removal that was cut off, go."""
        self.flush()
        held = set(self.store.record.graphs()) - {JOINS}
        docs = {article_iri(doc): doc for doc in self.store.readings.docs()}
        for article in sorted(held - docs.keys()):
            self.changed += self.store.record.remove(article)
        for article, doc in docs.items():
            if article not in held and article not in self._failed:
                reading = self.store.readings.get(doc)
                assert reading is not None
                yield reading


def fresh(sources: Iterable[Source], built: Built) -> Iterator[Source]:
    """Sources that the store doesn't hold as they are."""
    for source in sources:
        if built.seen(source):
            continue
        sha = hashlib.sha256(source.raw.encode("utf-8", "surrogatepass")).hexdigest()
        if built.store.readings.is_current(source.doc, sha, rules_fingerprint()):
            built.skip()
        else:
            yield source
