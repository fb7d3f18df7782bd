"""How well reprints are found: `make reprints`.

Each article of the training and development gold and of the samples is printed again in the ways that outlets do, and rewritten in ways that make
another report of it: other villages, people and figures in the same words, or another report that quotes a passage. All are read by the line, and the
pairs (reprint, original) that are found are held against the true ones.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import _figure, _other, refuse, samples  # the script's folder is on the path
from rich.console import Console
from rich.table import Table

from kg.clean import clean
from kg.pipeline import extract
from kg.records import Source
from kg.reprints import originals, signature

GOLD = Path(__file__).parent / "gold"
OUTLETS = ("山水晨报", "新田园网", "基层观察", "乡音客户端")
EDITED = {
    "开展": "组织开展",
    "同时": "与此同时",
    "目前": "截至目前",
    "群众": "广大群众",
    "建设": "建设工作",
    "通过": "借助",
    "积极": "主动",
    "进行": "予以",
}
BEGINNING = "近日，本报记者走进当地采访，听干部群众讲述身边的变化。\n"
SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]")
SMALL_NUMBER = re.compile(r"(?<!\d)\d{2,3}(?![\d年月日])")
#: Articles that only lend their text to a quotation.
HOSTS = 20


@dataclass(frozen=True)
class Made:
    """A text, how it was made, and the name of what it reprints, None where it doesn't."""

    doc: str
    how: str
    text: str
    original: str | None


def texts() -> dict[str, str]:
    """Name → cleaned text of the articles to start from; none of the test gold, and of the samples no reprint."""
    found = {path.name: path.read_text("utf-8") for part in ("train", "dev") for path in sorted((GOLD / part).glob("*.txt"))}
    return found | {source.doc: clean(source).text for source in samples() if not source.doc.startswith(("10-", "16-"))}


def sentences(text: str) -> list[str]:
    """The sentences of a text, with their ends."""
    return SENTENCE.findall(text + "\n")


def altered(text: str, share: float, chance: random.Random) -> str:
    """The text with other figures, of this share."""
    return SMALL_NUMBER.sub(lambda match: _figure(match.group(), 1) if chance.random() < share else match.group(), text)


def reprints(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Ways in which outlets print a text again."""
    title, _, body = text.partition("\n")
    header = f"{title}\n来源：{chance.choice(OUTLETS)}　2022-10-{chance.randint(10, 28)}　编辑：小禾\n"
    parts = sentences(body)
    edited = body
    for word, other in EDITED.items():
        edited = edited.replace(word, other)
    some = [part for part in parts if chance.random() > 0.15]
    yield "other header", f"{header}{body}\n（{chance.choice(OUTLETS)}综合报道）\n"
    yield "sentences left out", header + "".join(some)
    yield "words edited", header + edited
    yield "figures altered", header + altered(body, 0.3, chance)
    for share in (0.7, 0.5, 0.35):
        yield f"cut to {share:.0%}", header + "".join(parts[: max(3, round(len(parts) * share))])
    start = len(parts) // 4
    yield "middle only", header + "".join(parts[start : start + max(3, len(parts) // 2)])
    yield "new beginning", header + BEGINNING + "".join(parts[max(1, start) :])
    half = "".join(part for part in sentences(edited)[: max(4, len(parts) * 3 // 5)] if chance.random() > 0.15)
    yield "all at once", header + BEGINNING + altered(half, 0.2, chance)


def another(text: str, names: list[str]) -> str:
    """The text with other villages, people and figures."""
    for name in names:
        text = text.replace(name, _other(name, 1))
    return SMALL_NUMBER.sub(lambda match: _figure(match.group(), 1), text)


def made(chance: random.Random) -> list[Made]:
    """The corpus: articles, their reprints, and what is none."""
    start = texts()
    docs = sorted(start)
    chance.shuffle(docs)
    hosts, docs = docs[:HOSTS], docs[HOSTS:]
    read = {reading.doc: reading for reading in extract([_source(doc, start[doc], 1) for doc in docs], refuse)}
    found = []
    for index, doc in enumerate(docs):
        found.append(Made(doc, "original", start[doc], None))
        found += (Made(f"{doc}-{how}", how, text, doc) for how, text in reprints(start[doc], chance))
        names = {e.name for e in read[doc].entities if ((e.type == "Place" and e.code is None) or e.type == "Person") and len(e.name) > 1}
        found.append(Made(f"{doc}-other", "others' names and figures", another(start[doc], sorted(names, key=lambda n: (-len(n), n))), None))
        if index < HOSTS:
            parts = sentences(start[doc].partition("\n")[2])
            quoted = "".join(parts[: max(1, len(parts) // 4)])
            found.append(Made(f"{doc}-quoted", "a quarter quoted", f"{start[hosts[index]]}\n{quoted}", None))
    return found


def _source(doc: str, text: str, day: int) -> Source:
    return Source(doc, doc, text, "utf-8", fields=(("published", f"2022-09-{day:02}"),))


def main() -> None:
    """Print what was found, by how a text was made, and precision and recall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    corpus = made(random.Random(parser.parse_args().seed))
    sources = [_source(item.doc, item.text, 1 if item.original is None else 2) for item in corpus]
    signatures = [signature(reading) for reading in extract(sources, refuse)]
    start = time.perf_counter()
    found = originals(signatures)
    seconds = time.perf_counter() - start
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for item in corpus:
        counts[item.how][0] += 1
        counts[item.how][1] += found.get(item.doc) == item.original
    table = Table("made by", "articles", "rightly told", title="Reprints")
    for how, (number, right) in counts.items():
        table.add_row(how, str(number), f"{right / number:.3f}")
    true = {(item.doc, item.original) for item in corpus if item.original is not None}
    right = len(true & set(found.items()))
    console = Console(width=120)
    console.print(table)
    console.print(f"pairs: precision {right / len(found):.3f}, recall {right / len(true):.3f}; {len(corpus)} signatures compared in {seconds:.2f} s")


if __name__ == "__main__":
    main()
