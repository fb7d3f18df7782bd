"""Counts of the gold corpus, for its card: `make card` writes them into tests/gold/README.md between the marks; a test holds them current.

What is a hard phenomenon is counted where the text or the annotation shows it, by the articles in which it occurs.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

GOLD = Path(__file__).parent / "gold"
SPLITS = ("train", "dev", "test")
SECOND = GOLD / "second"
CARD = GOLD / "README.md"
MARKS = ("<!-- counted by make card: do not edit -->", "<!-- end of what is counted -->")
FORMS = {
    "county_news": "county news",
    "feature": "provincial feature with interviews",
    "summary": "work summary with numbered headings",
    "experience": "experience piece: how one town or county goes about it",
    "notice": "notice",
    "towns": "list of towns",
    "community": "urban community story",
    "deeds": "deeds of one person or team",
    "meeting": "meeting report",
    "project": "project news with money",
    "inspection": "inspection news",
    "reprint": "reprint with another outlet's header",
}


@dataclass(frozen=True)
class Gold:
    """One article of the corpus."""

    name: str
    split: str
    forms: tuple[str, ...]
    province: str

    @cached_property
    def text(self) -> str:
        return (GOLD / self.split / f"{self.name}.txt").read_text("utf-8")

    @cached_property
    def annotation(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((GOLD / self.split / f"{self.name}.json").read_text("utf-8"))
        return found

    @property
    def annotated_twice(self) -> bool:
        return (SECOND / f"{self.name}.json").exists()

    @property
    def characters(self) -> int:
        """Without blanks and line ends."""
        return len("".join(self.text.split()))

    def negatives(self, *types: str) -> bool:
        return any(item.get("type") in types for item in self.annotation.get("negatives", []))

    def metrics(self) -> Iterator[dict[str, Any]]:
        return (metric for row in self.annotation.get("implementations", []) for metric in row.get("metrics", []))

    def relations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.annotation["relations"]
        return found


def corpus() -> list[Gold]:
    """All articles, by split and name."""
    table = (GOLD / "corpus.tsv").read_text("utf-8").splitlines()
    rows = {row["article"]: row for row in csv.DictReader((line for line in table if not line.startswith("#")), delimiter="\t")}
    names = [(split, path.stem) for split in SPLITS for path in sorted((GOLD / split).glob("*.json"))]
    assert sorted(rows) == sorted(name for _, name in names), "tests/gold/corpus.tsv and the articles differ"
    return [Gold(name, split, tuple(rows[name]["forms"].split(",")), rows[name]["province"]) for split, name in names]


def _has(pattern: str) -> Callable[[Gold], bool]:
    expression = re.compile(pattern)
    return lambda gold: expression.search(gold.text) is not None


def _same_village(gold: Gold) -> bool:
    villages = [entity for entity in gold.annotation["entities"] if entity["type"] == "Place" and entity["kind"] == "village"]
    forms = Counter(name for entity in villages for name in {entity["name"], *entity["names"]})
    return any(count > 1 for count in forms.values())


def _two_posts(gold: Gold) -> bool:
    now = Counter(item["s"] for item in gold.relations() if item["p"] == "HOLDS_POST" and not item.get("past"))
    return any(count > 1 for count in now.values())


def _shared_total(gold: Gold) -> bool:
    """A figure on a whole whose parts are annotated."""
    wholes = {item["o"] for item in gold.relations() if item["p"] == "PART_OF"}
    return any(row["of"] in wholes and row.get("metrics") for row in gold.annotation.get("implementations", []))


def _acting_place(gold: Gold) -> bool:
    """A body that runs something, and that the text does not name."""
    runs = {item["s"] for item in gold.relations() if item["p"] == "RUNS"}
    text = re.sub(r"\s", "", gold.text)
    bodies = [e for e in gold.annotation["entities"] if e["id"] in runs and e["kind"] in ("party_committee", "party_branch")]
    return any(not any(name in text for name in {entity["name"], *entity["names"]}) for entity in bodies)


def _figurative(gold: Gold) -> bool:
    """Quoted words that are in no name."""
    names = [name for entity in gold.annotation["entities"] for name in (entity["name"], *entity["names"])]
    return any(not any(words in name for name in names) for words in re.findall(r"“([^”，。？！]{2,6})”", gold.text))


HARD: dict[str, Callable[[Gold], bool]] = {
    "nested names (…委组织部驻…村…工作队)": _has(r"(?:委|局|部|会|院)(?:组织部)?(?:派驻|驻)[^，。；]{2,16}(?:工作队|工作组|指导组)|第一书记工作队"),
    "以下简称, 下称": _has(r"(?:以下|下)简?称"),
    "、/和/联合 coordination with 分别": _has(r"分别"),
    "由…牵头": _has(r"由[^，。；]{2,40}(?:牵头|领衔)"),
    "在…指导下": _has(r"在[^，。；]{2,24}(?:指导|支持|帮助|帮扶)下"),
    "homonymous villages of two towns": _same_village,
    "two posts of one person": _two_posts,
    "former posts": lambda gold: any(item.get("past") for item in gold.relations()) or _has(r"时任|曾任|原是|原任")(gold),
    "places that act": _acting_place,
    "bodies that are places (社区)": _has(r"社区(?!党|居民)[^，。；]{0,4}(?:推出|推行|创新|探索|试点|开展|组织|聘请|建成|推动)"),
    "Chinese numerals": _has(r"[一二三四五六七八九十百千万两]{2,}[余多]?(?:个|名|户|人|件|元|亩|万|次|米|口|场|年)"),
    "余, 近, 超, 多": lambda gold: any(metric.get("approx") for metric in gold.metrics()),
    "from–to figures": lambda gold: any(metric.get("from") is not None for metric in gold.metrics()),
    "totals shared by several initiatives": _shared_total,
    "plans, targets": lambda gold: gold.negatives("planned", "forecast"),
    "denials": lambda gold: gold.negatives("negated"),
    "hearsay": _has(r"有人(?:说|传|讲|劝|打着)|听说|听讲|网上|网传|流传|传闻|有传|据传|听人讲|外界|传言|误读|误传|坊间|自媒体|外面传"),
    "metaphors in quotation marks": _figurative,
}


def tables() -> str:
    """What is counted, as Markdown."""
    articles = corpus()
    of = {split: [gold for gold in articles if gold.split == split] for split in SPLITS}
    lines = ["| | all | train | dev | test |", "|---|---|---|---|---|"]

    def row(name: str, count: Callable[[list[Gold]], int]) -> None:
        lines.append(f"| {name} | {count(articles)} | {' | '.join(str(count(of[split])) for split in SPLITS)} |")

    row("articles", len)
    row("characters, without blanks", lambda some: sum(gold.characters for gold in some))
    row("province-level units", lambda some: len({gold.province for gold in some}))
    row("entities", lambda some: sum(len(gold.annotation["entities"]) for gold in some))
    row("relations", lambda some: sum(len(gold.relations()) for gold in some))
    row("implementations", lambda some: sum(len(gold.annotation.get("implementations", [])) for gold in some))
    row("figures", lambda some: sum(len(list(gold.metrics())) for gold in some))
    row("negatives", lambda some: sum(len(gold.annotation.get("negatives", [])) for gold in some))
    row("articles annotated twice", lambda some: sum(gold.annotated_twice for gold in some))
    lines += ["", "| form (an article may have two) | all | train | dev | test |", "|---|---|---|---|---|"]
    for form, name in FORMS.items():
        row(name, lambda some, form=form: sum(form in gold.forms for gold in some))  # type: ignore[misc]
    lines += ["", "| articles with | all | train | dev | test |", "|---|---|---|---|---|"]
    for name, shows in HARD.items():
        row(name, lambda some, shows=shows: sum(map(shows, some)))  # type: ignore[misc]
    provinces = sorted({gold.province for gold in articles})
    return "\n".join([*lines, "", f"Provinces: {'、'.join(provinces)}.", ""])


def card() -> str:
    """The card with its counts made anew."""
    before, _, rest = CARD.read_text("utf-8").partition(MARKS[0])
    return f"{before}{MARKS[0]}\n\n{tables()}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}"


if __name__ == "__main__":
    CARD.write_text(card(), "utf-8")
