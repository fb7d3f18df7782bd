"""Write tests/answers/*.csv anew from the sample corpus: `make answers`. Look at the difference first: the tests will hold it for right."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from asked import ASKED

from kg.cells import csv_text
from kg.errors import KgError
from kg.pipeline import build
from kg.questions import answer, question
from kg.read import find
from kg.store import open_store

HERE = Path(__file__).parent


def main() -> None:
    """Build the sample corpus in a temporary store and ask it."""
    with tempfile.TemporaryDirectory() as directory, open_store(Path(directory) / "store", write=True) as store:
        build(find([HERE.parent / "kg" / "sample" / "articles"]), store, refuse)
        for name, (asked, given) in ASKED.items():
            table = answer(question(asked), given, store.graph)
            text = csv_text(table.columns, table.rows).replace("\r\n", "\n")  # the line ends that git keeps
            (HERE / "answers" / f"{name}.csv").write_text(text, "utf-8", newline="")
            sys.stdout.write(f"{name}: {len(table.rows)} rows\n")


def refuse(error: KgError) -> None:
    """No sample article may be refused."""
    raise error


if __name__ == "__main__":
    main()
