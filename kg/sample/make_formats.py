"""Write the sample articles that no text editor writes: other encodings, slipped bytes, glosses, CSV and Parquet.

`sources/` holds their readable form (UTF-8); every other file of `articles/` was written by hand and is its own source. A stretch that is to be
damaged is marked `{{drop N:…}}`, `{{insert N:…}}` or `{{replace N:…}}`: byte N of its GB 18030 form is lost, has a question mark put before it,
or is overwritten by one. What follows is decoded out of step until the next ASCII byte, as it happens on real sites.

Run it from anywhere: `python -m kg.sample.make_formats`. It overwrites its outputs, byte for byte the same each time.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import opencc
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
ARTICLES = HERE / "articles"
#: file → its encoding
ENCODED = {
    "03-pingyao-yuebi.txt": "utf-8",
    "08-ruijin-notice.txt": "utf-8-sig",
    "09-yuexi-changpu.html": "gbk",
    "11-changting-hetian.txt": "gb18030",
    "13-jiaoling-sanzhen.txt": "big5",
}
GLOSSED = "12-gongcheng-lianhua.txt"
CSV = "21-shandong-jiangsu"
PARQUET = "22-hebei-heilongjiang"
COLUMNS = ("id", "title", "date", "source", "author", "url", "content")
SLIP = re.compile(r"\{\{(drop|insert|replace) (\d+):(.*?)\}\}")


def slip(how: str, at: int, text: str) -> str:
    """`text` as a reader shows it after its GB 18030 bytes lost their step at byte `at`."""
    raw = text.encode("gb18030")
    middle = b"" if how == "drop" else b"?"
    after = raw[at:] if how == "insert" else raw[at + 1 :]
    return (raw[:at] + middle + after).decode("gb18030", errors="replace")


def damage(text: str) -> str:
    """Carry out the slips that are marked in `text`."""
    return SLIP.sub(lambda m: slip(m[1], int(m[2]), m[3]), text)


def gloss(text: str, glosses: dict[str, str]) -> str:
    """Put its pinyin, in half-width brackets, behind every character that has a gloss."""
    return "".join(f"{c}({glosses[c]})" if c in glosses else c for c in text)


def glossed(text: str) -> str:
    """Traditional script first, so that the slips hit traditional bytes; glosses go round the damage, not into it."""
    rows = (SOURCES / "glosses.tsv").read_text(encoding="utf-8").splitlines()
    glosses = dict(row.split("\t") for row in rows)
    parts = SLIP.split(opencc.OpenCC("s2t").convert(text))
    out = [gloss(parts[0], glosses)]
    for i in range(1, len(parts), 4):
        how, at, body, rest = parts[i : i + 4]
        out += [slip(how, int(at), body), gloss(rest, glosses)]
    return "".join(out)


def rows(name: str) -> list[dict[str, str]]:
    """The articles of a JSON Lines source, in order."""
    return [json.loads(line) for line in (SOURCES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Write every derived file."""
    for name, encoding in ENCODED.items():
        (ARTICLES / name).write_bytes(damage((SOURCES / name).read_text(encoding="utf-8")).encode(encoding))
    (ARTICLES / GLOSSED).write_bytes(glossed((SOURCES / GLOSSED).read_text(encoding="utf-8")).encode("utf-8"))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows(CSV))
    (ARTICLES / f"{CSV}.csv").write_bytes(out.getvalue().encode("utf-8-sig"))
    schema = pa.schema([(column, pa.string()) for column in COLUMNS])
    pq.write_table(pa.Table.from_pylist(rows(PARQUET), schema=schema), ARTICLES / f"{PARQUET}.parquet", compression="none")


if __name__ == "__main__":
    main()
