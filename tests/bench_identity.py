"""How well things are told apart and joined across articles, next to names alone; and how the time of joining grows.

python tests/bench_identity.py                     the pairs of tests/identity, and 2,000 generated articles
python tests/bench_identity.py --articles 200      fewer generated articles
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from itertools import cycle, islice

import generated
import pairs
import texts
from rich.console import Console
from rich.table import Table

from kg.identity import joins
from kg.identity.candidates import candidates_of
from kg.records import Reading

SIZES = (1_000, 2_000, 4_000, 8_000, 16_000)


def pair_table() -> Table:
    """Right answers on the pairs, by our joins and by names."""
    table = Table("resolver", "must merge: merged", "must not merge: merged", title="pairs of tests/identity")
    lists = [pairs.pairs("must_merge"), pairs.pairs("must_not_merge")]
    readings = pairs.read_sides([pair for some in lists for pair in some])
    ours = [[pairs.ours(pair, readings) is True for pair in some] for some in lists]
    exact = [[pairs.by_name(pair) for pair in some] for some in lists]
    fuzzy = [[pairs.by_fuzzy_match(pair) for pair in some] for some in lists]
    for name, found in (("joins", ours), ("exact name", exact), ("RapidFuzz WRatio ≥ 0.8", fuzzy)):
        table.add_row(name, *(f"{sum(some)} of {len(some)}" for some in found))
    return table


def corpus_table(articles: int) -> tuple[Table, list[Reading]]:
    """Pairwise and B³ on a generated corpus."""
    corpus = generated.Corpus(articles)
    readings = []
    for start in range(0, articles, 64):
        some = [texts.article(article.text, doc=article.doc, published=article.published) for article in corpus.articles[start : start + 64]]
        readings += [read.reading for read in texts.read_all(some)]
    renames = joins(candidate for reading in readings for candidate in candidates_of(reading)).renames
    table = Table("resolver", "pairwise P", "R", "F1", "B³ P", "R", "F1", title=f"{articles} generated articles, {len(corpus.towns)} townships")
    truth, alone, missing = generated.matched(corpus.articles, readings, {})
    _, joined, _ = generated.matched(corpus.articles, readings, renames)
    for name, found in (("joins", joined), ("each article alone", alone), ("exact name", {key: key.split(" ", 1)[1] for key in truth})):
        figures = (*generated.pairwise(truth, found), *generated.b_cubed(truth, found))
        table.add_row(name, *(f"{figure:.4f}" for figure in figures))
    table.caption = f"{len(truth)} mentions; {missing} that the truth names were not found in the text"
    return table, readings


def growth_table(readings: list[Reading]) -> Table:
    """Seconds by number of articles: the readings over again, as articles of their own."""
    table = Table("articles", "things", "seconds for the things of each article", "seconds for the joins", "µs a thing", title="growth")
    for size in SIZES:
        some = [replace(reading, doc=f"{number}.txt") for number, reading in enumerate(islice(cycle(readings), size))]
        start = time.perf_counter()
        things = [candidate for reading in some for candidate in candidates_of(reading)]
        made = time.perf_counter()
        joins(things)
        done = time.perf_counter()
        table.add_row(str(size), str(len(things)), f"{made - start:.1f}", f"{done - made:.1f}", f"{(done - made) / len(things) * 1e6:.0f}")
    return table


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help="so many generated articles")
    options = parser.parse_args()
    console = Console(width=120)
    console.print(pair_table())
    table, readings = corpus_table(options.articles)
    console.print(table)
    console.print(growth_table(readings))


if __name__ == "__main__":
    main()
