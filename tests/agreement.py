"""Agreement of two annotations of the same articles, as F1 by the scorer: `python tests/agreement.py FIRST SECOND`.

Each is held against the other, and the counts of both directions are summed. What an annotator calls neither right nor wrong (entities that are not
core, optional and past relations) is left out where that annotator is held against the other. Articles that only one of the
folders holds count for nothing.

tests/gold/agreement.tsv was measured before differences were settled. What this prints for a split and tests/gold/second is how far the second
annotation is from the settled one.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.evaluate import COLUMNS, table, tally
from kg.gold import Annotated, annotated


def asserted(annotation: Annotated) -> dict[str, Any]:
    """An annotation as if it were an extraction: what its annotator holds for certain."""
    core = {entity["id"] for entity in annotation["entities"] if entity.get("core", True)}
    relations = [item for item in annotation["relations"] if {item["s"], item["o"]} <= core and not item.get("optional") and not item.get("past")]
    rows = []
    for row in annotation.get("implementations", []):
        by, at = [body for body in row["by"] if body in core], [place for place in row["at"] if place in core]
        rows.append({**row, "by": by, "at": at} if row["of"] in core else {**row, "by": [], "at": []})
    said = {(item["s"], item["p"], item["o"]) for item in relations}
    for row in rows:  # the scorer adds these to gold
        said |= {(body, "RUNS", row["of"]) for body in row["by"]} | {(row["of"], "IMPLEMENTED_IN", place) for place in row["at"]}
    entities = [entity for entity in annotation["entities"] if entity["id"] in core]
    return {
        "doc": annotation["doc"],
        "entities": entities,
        "relations": [{"s": s, "p": p, "o": o} for s, p, o in sorted(said)],
        "implementations": rows,
    }


def tallies(first: Path, second: Path) -> Iterator[Counter[str]]:
    """Counts of each article that both hold, in both directions."""
    others = {path.stem: annotation for path, annotation in annotated(second)}
    for path, annotation in annotated(first):
        if path.stem in others:
            other = others[path.stem]
            yield tally(annotation, asserted(other)) + tally(other, asserted(annotation))


def main(first: str, second: str) -> None:
    """Print the agreement as JSON."""
    counts = list(tallies(Path(first), Path(second)))
    if not counts:
        raise SystemExit(f"{first} and {second} hold no article of the same name; give two folders that annotate the same articles")
    found = table(counts)
    sys.stdout.write(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in found.rows], ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
