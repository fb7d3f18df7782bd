"""Reading: which files are articles, in which encoding, and what a bad row or file becomes."""

from __future__ import annotations

import codecs
import csv
import json
import time
from pathlib import Path

import opencc
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import tables
from kg.decoding import decode, plausibility
from kg.errors import InputError, SourceError
from kg.read import find, read
from kg.records import Source

TEXT = "柳泉镇党委召开会议，研究产业发展，十二个村的党支部书记参加。"
OLD = "柳泉鎮黨委召開會議，研究產業發展，十二個村的黨支部書記參加。"
MORE = "镇党委每月召开一次例会，听取各村党支部的汇报。"
SHORT = ["柳泉村修路", "产业发展", "党委会", "乡村治理", "王小川", "一村一品"]


def one(path: Path) -> Source:
    (found,) = read(path)
    assert isinstance(found, Source), found
    return found


def error(path: Path) -> str:
    (found,) = read(path)
    assert isinstance(found, SourceError), found
    assert str(path) in str(found)
    assert "\n" not in str(found)
    return str(found)


# Which files


def test_folders_are_searched_and_files_sorted_and_taken_once(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/a.html", "sub/c.jsonl", "sub/notes.md", ".git/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, "utf-8")
    assert find([tmp_path, tmp_path / "b.txt"]) == [tmp_path / name for name in ("b.txt", "sub/a.html", "sub/c.jsonl")]


def test_what_is_no_article_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(TEXT, "utf-8")
    with pytest.raises(InputError, match=r"nowhere doesn't exist"):
        find([tmp_path / "nowhere"])
    with pytest.raises(InputError, match=r"holds no article; give a folder with \.txt"):
        find([tmp_path])
    with pytest.raises(InputError, match=r"notes\.md is of no known kind"):
        find([tmp_path / "notes.md"])


def test_two_files_of_one_name_are_both_found(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(TEXT, "utf-8")
    assert find([tmp_path]) == [tmp_path / "a/x.txt", tmp_path / "b/x.txt"]


def test_a_name_that_no_file_can_have_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be looked at"):
        find([tmp_path / ("x" * 300 + ".txt")])


# Encodings


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", TEXT, "utf-8"),
        ("utf-8-sig", TEXT, "utf-8-sig"),
        ("utf-16", TEXT, "utf-16"),
        ("gb18030", TEXT, "gb18030"),
        ("gbk", TEXT, "gb18030"),
        ("gbk", OLD, "gb18030"),
        ("big5", OLD, "big5hkscs"),
        ("ascii", "no Chinese here", "utf-8"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, text: str, found: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert (one(path).raw, one(path).encoding) == (text, found)


def test_big_endian_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"))
    assert one(path).raw == TEXT


@pytest.mark.parametrize("text", SHORT)
def test_short_texts_are_told_apart(text: str) -> None:
    old = opencc.OpenCC("s2t").convert(text)
    assert decode(text.encode("gb18030"), "x") == (text, "gb18030")
    assert decode(old.encode("big5"), "x") == (old, "big5hkscs")


@given(st.text(st.sampled_from(TEXT + "".join(SHORT)), max_size=60))
def test_whatever_follows_a_few_words_survives_gb18030(text: str) -> None:
    text = SHORT[3] + text
    assert decode(text.encode("gb18030"), "x")[0] == text


def test_the_charset_that_a_page_declares_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><p>{TEXT}</p></body></html>'
    path.write_bytes(page.encode("gb18030"))
    assert one(path).raw == page
    assert one(path).media == "html"
    path.write_bytes(page.replace("gb2312", "no-such-charset").encode("gb18030"))
    assert one(path).encoding == "gb18030"


@pytest.mark.parametrize("name", ["undefined", "idna", "zlib", "utf-16"])
def test_a_declared_charset_that_nothing_is_in_is_passed_over(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(f'<html><head><meta charset="{name}"></head><body><p>{TEXT}</p></body></html>'.encode("gb18030"))
    assert one(path).encoding == "gb18030"
    table = tmp_path / "a.jsonl"
    line = json.dumps({"text": f"<meta charset={name}>{TEXT * 20}"}, ensure_ascii=False)
    table.write_bytes(f"{line}\n".encode("gb18030") * 400)
    assert {type(item) for item in read(table)} == {Source}


def test_a_few_damaged_bytes_are_replaced_and_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    data = bytearray((TEXT * 10).encode("utf-8"))
    data[100] = 0xFF
    path.write_bytes(data)
    assert one(path).encoding == "utf-8"
    assert "\ufffd" in one(path).raw


def test_plausibility_separates_right_from_wrong() -> None:
    right = plausibility(TEXT)
    wrong = [TEXT.encode("utf-8").decode("gb18030", "replace"), TEXT.encode("gb18030").decode("big5hkscs", "replace")]
    assert right > 0.6 > 0.45 > max(map(plausibility, wrong))


# Bad files


def test_bad_files_are_errors_that_say_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for data, message in [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        (b"%PDF-1.7\n%\xe2\xe3", "binary data"),
        (bytes(range(0x80, 0x100)) * 3, "no encoding that reads like Chinese"),
        (codecs.BOM_UTF8 + b"\xff\xff", "breaks off"),
    ]:
        path.write_bytes(data)
        assert message in error(path)


def test_a_file_with_a_line_of_50_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("柳".encode() * 17_000_000)
    assert "the limit is 20,000,000" in error(path)


# Tables

ROWS = [
    {"id": "x1", "title": "柳泉镇修路记", "date": "2021-03-05", "content": TEXT, "url": "http://a.example/1"},
    {"id": "", "title": "", "date": "", "content": TEXT * 2, "url": ""},
]


def write_csv(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("kind", ["csv", "csv-gbk", "csv-utf16", "csv-semicolon", "jsonl", "jsonl-utf16", "jsonl-gbk", "parquet"])
def test_tables_give_one_article_a_row(tmp_path: Path, kind: str) -> None:
    suffix, _, variant = kind.partition("-")
    encoding = {"gbk": "gb18030", "utf16": "utf-16"}.get(variant, "utf-8")
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        write_csv(path, ROWS, "utf-8-sig" if not variant else encoding, ";" if variant == "semicolon" else ",")
    elif suffix == "jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\n\n", encoding)
    else:
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    first, second = read(path)
    assert isinstance(first, Source)
    assert isinstance(second, Source)
    assert (first.doc, first.raw) == (f"a.{suffix}#x1", TEXT)
    assert first.fields == (("address", "http://a.example/1"), ("published", "2021-03-05"), ("title", "柳泉镇修路记"))
    assert (second.doc, second.raw, second.fields) == (f"a.{suffix}#2", TEXT * 2, ())


def test_a_chinese_header_and_cells_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [{"标题": "柳泉镇修路记", "作者": "王小川", "正文": f"{TEXT}\r\n{TEXT}"}])
    (found,) = read(path)
    assert isinstance(found, Source)
    assert found.raw == f"{TEXT}\r\n{TEXT}"
    assert dict(found.fields) == {"title": "柳泉镇修路记", "authors": "王小川"}


def test_a_cell_of_markup_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"content": f"<p>{TEXT}</p><p>{TEXT}</p>"}), "utf-8")
    assert one(path).media == "html"


def test_bad_rows_are_errors_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [
        json.dumps({"text": TEXT}),
        "{broken",
        "[1, 2]",
        json.dumps({"text": " "}),
        json.dumps({"name": "x"}),
        json.dumps({"text": TEXT, "id": 1}),
        "1",
    ]
    path.write_text("\n".join(lines), "utf-8")
    found = list(read(path))
    messages = [str(item) for item in found if isinstance(item, SourceError)]
    assert [item.doc for item in found if isinstance(item, Source)] == ["a.jsonl#1"]
    for message, part in zip(
        messages, ["line 2 is no valid JSON", "line 3 is a JSON list", "is empty", "among name", "row 1 too", "line 7"], strict=True
    ):
        assert str(path) in message
        assert part in message


def test_a_line_that_is_too_long_or_not_decodable_is_one_error(tmp_path: Path) -> None:
    good = json.dumps({"text": TEXT}, ensure_ascii=False).encode()
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join([good, b'{"text": "' + b"x" * 50_000_000 + b'"}', b'{"text": "\xff\xfe"}', good]))
    found = list(read(path))
    assert [type(item) for item in found] == [Source, SourceError, SourceError, Source]
    assert "line 2 is longer than 20,000,000 bytes" in str(found[1])
    assert "line 3 isn't utf-8" in str(found[2])


def test_a_number_with_more_digits_than_python_reads_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "{TEXT}", "id": {"9" * 5000}}}\n{{"text": "{TEXT}"}}\n', "utf-8")
    bad, good = read(path)
    assert "line 1 is no valid JSON (a number is too long)" in str(bad)
    assert isinstance(good, Source)


def test_half_characters_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": f"\ud800{TEXT}\U0001f600", "title": "\udfff", "id": "a\ud800"}), "utf-8")
    found = one(path)
    assert (found.doc, found.raw, found.fields) == ("a.jsonl#a\ufffd", f"\ufffd{TEXT}\U0001f600", (("title", "\ufffd"),))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("shift", range(4))
def test_a_first_line_longer_than_the_sample(tmp_path: Path, encoding: str, shift: int) -> None:
    path = tmp_path / "a.jsonl"
    text = "x" * shift + TEXT * 6000
    path.write_text(json.dumps({"text": text}, ensure_ascii=False), encoding)
    assert one(path).raw == text


def test_a_csv_without_text_column_names_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [{"name": "x", "age": "2"}])
    assert "no column with the text among name, age" in error(path)


def test_a_csv_row_with_too_many_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,text\n1,{TEXT},x\n2,{TEXT}\n", "utf-8")
    bad, good = read(path)
    assert "row 1 has 3 cells, the header has 2" in str(bad)
    assert isinstance(good, Source)


@pytest.mark.parametrize("after", [f"3,{TEXT}", f'3,"{TEXT}"', f'"3","{TEXT}"'])
def test_an_open_quote_takes_no_other_row_with_it(tmp_path: Path, after: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'id,text\n1,{TEXT}\n2,"{TEXT}\n{after}\n4,"{TEXT}\n\n{MORE}"\n5,{TEXT}\n', "utf-8")
    found = list(read(path))
    assert [str(item) for item in found if isinstance(item, SourceError)] == [str(found[1])]
    assert "a.csv: line 3 starts a row that is no valid CSV" in str(found[1])
    assert [(item.doc, item.raw) for item in found if isinstance(item, Source)] == [
        ("a.csv#1", TEXT),
        ("a.csv#3", TEXT),
        ("a.csv#4", f"{TEXT}\n\n{MORE}"),
        ("a.csv#5", TEXT),
    ]


def test_an_open_quote_in_the_last_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'id,text\n1,{TEXT}\n2,"{TEXT}', "utf-8")
    good, bad = read(path)
    assert isinstance(good, Source)
    assert "line 3" in str(bad)


def test_the_lines_of_a_cell_with_a_stray_quote_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'id,text\n1,"{TEXT}\n{MORE}"{MORE}\n{MORE}"\n2,{TEXT}\n', "utf-8")
    bad, good = read(path)
    assert "line 2" in str(bad)
    assert isinstance(good, Source)
    assert good.doc == "a.csv#2"


def test_a_table_of_open_quotes_is_given_up_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n" + '"\n' * 3 + 'a","b\n' * 2_000_000, "utf-8")
    before = time.perf_counter()
    *_, last = read(path)
    assert isinstance(last, SourceError)
    assert "nothing after it was read" in str(last)
    assert time.perf_counter() - before < 60


def test_a_csv_with_a_cell_over_the_limit_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1," + "x" * 30_000_000 + f"\n2,{TEXT}\n", "utf-8")
    bad, good = read(path)
    assert "20,000,000 bytes" in str(bad)
    assert isinstance(good, Source)


def test_a_cell_longer_than_the_csv_module_allows_by_default(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [{"id": "1", "text": TEXT * 10_000}])
    assert one(path).raw == TEXT * 10_000


def test_a_truncated_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    path.write_bytes(path.read_bytes()[:-40])
    assert "no readable Parquet" in error(path)
    path.write_bytes(b"")
    assert "the file is empty" in error(path)


def test_parquet_times_that_python_has_no_date_for(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for unit, value in (("ns", 1_614_933_000_123_456_789), ("s", 10**15), ("us", 1_614_933_000_000_000)):
        when = pyarrow.array([value, None], pyarrow.timestamp(unit))
        pyarrow.parquet.write_table(pyarrow.table({"text": [TEXT, TEXT], "date": when}), path)
        first, second = read(path)
        assert isinstance(first, Source)
        assert isinstance(second, Source)
        assert second.fields == ()
        assert unit == "s" or dict(first.fields)["published"].startswith("2021-03-05 08:30:00")


def test_a_parquet_day_far_off_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": [TEXT, TEXT], "date": pyarrow.array([2**31 - 1, 0], pyarrow.date32())}), path)
    bad, good = read(path)
    assert "row 1 can't be read" in str(bad)
    assert isinstance(good, Source)


def test_a_parquet_column_of_bytes_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": [TEXT.encode(), b"\xff\xfe", TEXT.encode()]}), path)
    first, bad, last = read(path)
    assert isinstance(first, Source)
    assert first.raw == TEXT
    assert "row 2 holds bytes that aren't UTF-8 (byte 0)" in str(bad)
    assert isinstance(last, Source)


def test_a_parquet_file_without_text_column(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"name": ["x"]}), path)
    assert "no column with the text among name" in error(path)


def test_every_column_row_has_a_known_target() -> None:
    for row in tables.rows("cleaning_columns.tsv"):
        assert row["place"] in ("table", "meta")
        assert row["target"] in ("text", "id", "title", "published", "publisher", "authors", "address")
        assert row["name"] == row["name"].lower()
