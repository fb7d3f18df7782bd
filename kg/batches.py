"""What the line needs around its stages: batches for the tagger, what is new, what is gone, what was done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING

from kg.clean import clean
from kg.errors import KgError, SourceError
from kg.records import Article, Node, Reading, Relationship, Source

if TYPE_CHECKING:
    from kg.store import LoadReport, Progress, Store

#: Articles that go through the tagger together, so that both cores are busy.
BATCH = 16
#: Modules that only ask what is there, and say nothing of what an article means.
_ASKING = frozenset({"cells.py", "cli.py", "draw.py", "evaluate.py", "export.py", "load.py", "questions.py", "remove.py", "score.py", "why.py"})


def cleaned(sources: Iterable[Source], refuse: Callable[[KgError], None]) -> Iterator[list[tuple[Article, Source]]]:
    """Cleaned articles with their sources, some at a time; those without a text are refused."""
    stream = iter(sources)
    while batch := list(islice(stream, BATCH)):
        pairs = []
        for source in batch:
            try:
                pairs.append((clean(source), source))
            except SourceError as error:
                refuse(error)
        yield pairs


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

    def __init__(self, store: Store, refuse: Callable[[KgError], None], progress: Progress | None) -> None:
        """Start with nothing done."""
        self.store, self.refuse = store, refuse
        self.tell = progress or (lambda _: None)
        self.read = self.skipped = self.changed = 0
        self.empty: list[str] = []  #: articles in which no entity was found
        self.notes: list[tuple[str, str]] = []  #: article, and a warning for a person
        self.load: LoadReport | None = None
        self._todo: list[str] = []
        self._docs: set[str] = set()

    def keep(self, reading: Reading) -> None:
        """Put a reading into the store."""
        self.store.readings.put(reading, rules_fingerprint())
        self.read += 1
        self._todo.append(reading.doc)
        self.notes += ((reading.doc, note) for note in reading.notes)
        if not reading.entities:
            self.empty.append(reading.doc)
        self.tell(1)

    def skip(self) -> None:
        """Count an article that is as it was."""
        self.skipped += 1
        self.tell(1)

    def seen(self, source: Source) -> bool:
        """Whether an article of that name came before in this run: the second one is refused."""
        if source.doc in self._docs:
            self.refuse(SourceError(f"{source.path}: a second article named {source.doc} in one run; rename one of them"))
            return True
        self._docs.add(source.doc)
        return False

    def unrecorded(self) -> Iterator[Reading]:
        """Readings that the record doesn't hold as they are: those of this run and those of a run that was cut off."""
        from kg.resolve import article_iri

        held = set(self.store.record.graphs())
        todo = set(self._todo)
        for doc in self.store.readings.docs():
            if doc in todo or article_iri(doc) not in held:
                reading = self.store.readings.get(doc)
                assert reading is not None
                yield reading

    def recorded(self, changed: bool) -> None:
        """Count an article whose named graph is in the record."""
        self.changed += changed

    @staticmethod
    def rows(items: Iterable[Node | Relationship]) -> tuple[Iterator[Node], Iterator[Relationship]]:
        """Split a projection, nodes first, into its two streams."""
        stream = iter(items)
        held: list[Relationship] = []

        def nodes() -> Iterator[Node]:
            for item in stream:
                if isinstance(item, Relationship):
                    held.append(item)
                    return
                yield item

        def relationships() -> Iterator[Relationship]:
            yield from held
            for item in stream:
                assert isinstance(item, Relationship)
                yield item

        return nodes(), relationships()


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
