"""Cleaning: the rows of pipelines/news/cleaning*.tsv, the way back to the raw, and what whole articles come out as."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import boilerplate, characters, markup, metadata, tables
from kg.alignment import Aligned
from kg.clean import clean, raw_span
from kg.errors import SourceError
from kg.read import read
from kg.records import Article, Source

SHARED = Path(os.environ.get("KG_SHARED", Path(__file__).parents[2] / "shared"))
shared = pytest.mark.skipif(not (SHARED / "articles").is_dir(), reason=f"the shared articles are not at {SHARED}")
BODY = "柳泉镇党委推行“支部+合作社”做法，全镇12个村建起产业园。截至目前，投入资金300余万元，受益群众1200户。"
MORE = "镇党委每月召开一次例会，听取各村党支部的汇报，解决群众反映的问题。"


def article(raw: str, *, media: str = "text", fields: tuple[tuple[str, str], ...] = ()) -> Article:
    return clean(Source("a.txt", "a.txt", raw, "utf-8", "html" if media == "html" else "text", fields))


def check_alignment(found: Article, raw: str) -> None:
    assert len(found.origins) == len(found.text)
    assert list(found.origins) == sorted(found.origins)
    assert all(0 <= origin < len(raw) for origin in found.origins)


def unescaped(cell: str) -> str:
    return cell.replace("\\n", "\n")


# The rows


def identify(row: tables.Row) -> str:
    return f"{row['line']}-{row['name']}"


@pytest.mark.parametrize("row", tables.rows("cleaning.tsv"), ids=identify)
def test_inline_rows_do_what_their_examples_say(row: tables.Row) -> None:
    found = characters.pattern(row["pattern"], "cleaning.tsv")
    assert found.sub(row["replacement"], unescaped(row["example"])) == unescaped(row["expected"])
    assert found.sub(row["replacement"], unescaped(row["counter_example"])) == unescaped(row["counter_example"])


@pytest.mark.parametrize("row", tables.rows("cleaning_boilerplate.tsv"), ids=identify)
def test_boilerplate_rows_match_their_example_alone(row: tables.Row) -> None:
    found = characters.pattern(row["pattern"], "cleaning_boilerplate.tsv")
    assert found.fullmatch(row["example"])
    assert not found.fullmatch(row["counter_example"])
    assert not boilerplate.zone(row["zone"]).fullmatch(row["counter_example"])


@pytest.mark.parametrize("row", tables.rows("cleaning_metadata.tsv"), ids=identify)
def test_metadata_rows_find_their_value(row: tables.Row) -> None:
    if row["place"] == "line":
        found, none = metadata.of_line(row["example"]), metadata.of_line(row["counter_example"])
    else:
        edge, none_edge = metadata.of_edge(row["example"], row["place"]), metadata.of_edge(row["counter_example"], row["place"])
        found, none = edge and edge[2], none_edge and none_edge[2]
    assert none is None
    assert found is not None
    facts = metadata.Facts()
    for target, value in found:
        facts.add(target, value)
    if row["target"] == "-":
        assert facts == metadata.Facts()
    elif row["target"] == "authors":
        assert facts.authors == row["expected"].split("；")
    else:
        assert getattr(facts, row["target"]) == row["expected"]


# What an article comes out as

SCRAPE = f"""设为首页 | 加入收藏
柳泉新闻网今日头条

三原县柳泉镇：“支部+”模式  带出新气象
2021-03-05 08:30:00   来源：柳泉日报   浏览量：128
通讯员：王小川  李谷雨
　　{BODY.replace("，", ",")}
一、建强支部
　　{MORE}
责任编辑：赵明
原文链接：http://www.example.gov.cn/a/20210306/1.html
【免责声明】本文来源于网络，如有侵权请联系删除。
- 盘山镇召开秋季防火...23-12-15
- 柳泉镇举办运动会24-11-28
"""


def test_a_scrape_gives_text_and_metadata() -> None:
    found = article(SCRAPE)
    assert found.title == "三原县柳泉镇：“支部+”模式 带出新气象"
    assert found.text == f"{found.title}\n{BODY}\n一、建强支部\n{MORE}"
    assert found.text[found.body :].startswith(BODY)
    assert (found.published, found.publisher, found.authors) == ("2021-03-05", "柳泉日报", ("王小川", "李谷雨"))
    assert found.address == "http://www.example.gov.cn/a/20210306/1.html"
    assert found.damaged == ()
    assert found.notes == ()
    check_alignment(found, SCRAPE)


def test_the_raw_span_of_a_span_reads_the_same() -> None:
    found = article(SCRAPE)
    start = found.text.index("受益群众1200户")
    assert SCRAPE[slice(*raw_span(found, start, start + 9))] == "受益群众1200户"
    with pytest.raises(ValueError, match="no span"):
        raw_span(found, 5, 5)


@pytest.mark.parametrize(
    ("tail", "title", "published"),
    [
        ("\n2020年4月13日", None, "2020-04-13"),
        ("\n发布时间：2020/4/13 09:49", None, "2020-04-13"),
        ("\n2020年2月31日", None, None),
        ("\n原文链接：https://example.org/2020-04/13/c_1.htm", None, "2020-04-13"),
        ("\n原文链接：https://example.org/99999999/c_1.htm", None, None),
        ("", "柳泉镇修路记", None),
    ],
)
def test_date_and_title(tail: str, title: str | None, published: str | None) -> None:
    found = article((f"{title}\n" if title else "") + BODY + tail)
    assert (found.title, found.published) == (title, published)
    assert found.text[found.body :] == BODY


@pytest.mark.parametrize(
    ("raw", "authors"),
    [
        (f"{BODY}\n（中共柳泉县委宣传部供稿）", ("中共柳泉县委宣传部",)),
        (f"{BODY}（通讯员 王小川）", ("王小川",)),
        (f"本报讯（记者 王小川 通讯员 李谷雨）{BODY}", ("王小川", "李谷雨")),
        (f"标题在此处\n文/王 川 图/李谷雨\n{BODY}", ("王川",)),
        (f"{BODY}（见附件）", ()),
    ],
)
def test_authors_stand_in_the_metadata_and_not_in_the_text(raw: str, authors: tuple[str, ...]) -> None:
    found = article(raw)
    assert found.authors == authors
    assert found.text[found.body :] == (BODY if authors else raw)


def test_a_long_article_below_a_disclaimer_is_kept() -> None:
    found = article(f"{MORE}\n免责声明：本文不代表本网观点。\n{BODY}\n{BODY}")
    assert found.text == f"{MORE}\n{BODY}\n{BODY}"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("投入1,000万元,增长3.5%,时间09:49,网址http://a.cn/b?c=d;e,共12户.", None),
        ("投入１２万元，占８０％，面积３．５亩。", "投入12万元，占80%，面积3.5亩。"),
        ("柳泉镇(东片)共有12个村;受益1200户!", "柳泉镇（东片）共有12个村；受益1200户！"),
        ("生产总值(GDP)增长,面积5公里(km)。", "生产总值（GDP）增长，面积5公里（km）。"),
        ("推行「支部+」做法,形成『一村一品』格局。", "推行“支部+”做法，形成‘一村一品’格局。"),
        ("开展培训,,提高本领,。群众、,满意。。", "开展培训，提高本领。群众、满意。"),
        ("柳\u200b泉　镇\u00a0党 委 召开 会议。", "柳泉镇党委召开会议。"),
        ("柳泉镇党委⽴⾜实际。", "柳泉镇党委立足实际。"),
        ("开展培训，\n提高本领。", "开展培训，提高本领。"),
    ],
)
def test_characters(raw: str, text: str | None) -> None:
    found = article(raw)
    if text is None:
        assert "1,000万元，增长3.5%，时间09:49，网址http://a.cn/b?c=d;e，共12户" in found.text
    else:
        assert found.text == text
    check_alignment(found, raw)


# Script and glosses


def test_glosses_go_and_units_stay() -> None:
    raw = "鄉鎮(zhèn)黨委學(xué)習(xí)文件，關(guān)心群眾(zhòng)，他們(men)修了12公里(km)的路，產(chǎn)值(GDP)增長。"
    found = article(raw)
    assert found.text == "乡镇党委学习文件，关心群众，他们修了12公里（km）的路，产值（GDP）增长。"
    check_alignment(found, raw)
    start = found.text.index("学习")
    assert raw[slice(*raw_span(found, start, start + 2))] == "學(xué)習"


def test_a_lone_gloss_without_tone_may_be_anything() -> None:
    assert "（men）" in article("他们(men)修了路，群众满意。").text


def test_only_traditional_paragraphs_are_converted() -> None:
    modern, old = "柳泉镇党委召开会议，研究乾县的工作，群众满意。", "柳泉鎮黨委召開會議，著力發展產業，沿著大路修渠，效果顯著。"
    assert article(f"{modern}\n{old}").text == f"{modern}\n柳泉镇党委召开会议，着力发展产业，沿着大路修渠，效果显著。"
    quoting = "柳泉镇的祠堂里挂着一块匾，写着“積善”二字，村民们每年都来这里参观学习，听老人讲过去的事情。"
    assert article(quoting).text == quoting


# Mojibake


def slipped(text: str, glossed: str, gloss: str) -> str:
    """What a conversion site makes of traditional text: it puts a gloss after a character byte by byte, and drops what is no character."""
    pair = glossed.encode("gbk")
    data = text.encode("gbk").replace(pair, pair + f"({gloss})".encode("gbk"))
    return re.sub("\ufffd", "?", _lossy(data))


def _lossy(data: bytes) -> str:
    text, at = "", 0
    while at < len(data):
        if data[at] < 0x80:
            text, at = text + chr(data[at]), at + 1
            continue
        pair = data[at : at + 2]
        try:
            text += pair.decode("gbk")
        except UnicodeDecodeError:
            text += "?" if len(pair) < 2 or pair[1] < 0x40 else ""
        at += 2
    return text


def test_slipped_bytes_are_recovered_by_words() -> None:
    whole = "當地水稻種植面積擴大，農民種植水稻的收入增長，黨員幫助貧困戶發展產業。"
    raw = slipped(whole, "數", "shù")
    assert "當?shù)" in raw
    found = article(raw)
    assert found.text == characters.to_simplified(whole)
    assert found.damaged == ()
    assert len(found.notes) == 1
    assert "recovered" in found.notes[0]
    check_alignment(found, raw)
    start = found.text.index("地水稻种")
    assert raw[slice(*raw_span(found, start, start + 4))].startswith("?shù)")


def test_what_has_no_single_reading_is_marked_and_kept() -> None:
    raw = "柳泉鎮黨委召開會議，當?shù)厮齉Z，群眾都說這樣的做法很好，產業發展起來了。"
    found = article(raw)
    assert len(found.damaged) == 1
    start, end = found.damaged[0]
    assert "厮" in found.text[start:end]
    assert "left as they are" in found.notes[0]


def test_a_lost_byte_with_the_rest_of_a_gloss_is_always_damage() -> None:
    found = article("柳泉鎮黨委召開會議，當?shù)，群眾都說這樣的做法很好，產業發展起來了。")
    assert [found.text[start:end] for start, end in found.damaged] == ["？shù)"]


def test_a_long_slip_is_shifted_back_and_its_unsure_ends_stay_marked() -> None:
    lost = "群众在广场上开展文化活动，村民的收入逐年增长，大家都说好。"
    data = lost.encode("gbk")
    raw = f"柳泉镇党委召开会议，{data[1:].decode('gbk', 'replace')}镇长参加了会议，并讲了话。"
    assert lost[4:12] not in raw
    found = article(raw)
    assert lost[1:6] in found.text
    assert "褐" not in found.text
    assert [found.text[start:end] for start, end in found.damaged] == ["\ufffd"] * len(found.damaged)
    assert any("mojibake" in note for note in found.notes)
    check_alignment(found, raw)


def test_sound_text_between_damaged_bytes_is_not_shifted() -> None:
    raw = f"{BODY}\ufffd{MORE}\ufffd{MORE}"
    assert article(raw).text == raw


def test_a_question_before_words_is_no_mojibake() -> None:
    raw = "路修好了吗?!我们A组的人都说好，柳泉镇党委也来了。"
    assert article(raw).damaged == ()


def test_replacement_characters_are_marked() -> None:
    found = article("柳泉镇党\ufffd\ufffd召开会议，研究修路的事情。")
    assert [found.text[start:end] for start, end in found.damaged] == ["\ufffd\ufffd"]
    assert found.notes


# Pages

PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>柳泉镇修路记_柳泉网</title>
<meta name="PubDate" content="2021-03-05 08:30"><meta name="ContentSource" content="柳泉日报">
<script>var a = "<p>不是正文。</p>";</script></head><body>
<div class="nav"><a href="/">首页</a> <a href="/n">新闻</a></div>
<h1>柳泉镇修路记</h1><p class="info">作者：王小川</p>
<div class="content"><p>{BODY.replace("“", "&ldquo;").replace("”", "&#8221;")}</p>
<p><strong>一、建强支部</strong></p><p>{MORE}</p><!-- 注释。 --></div>
<div class="related"><h3>相关新闻</h3><ul><li><a href="/1">盘山镇召开会议</a></li><li><a href="/2">盘山镇举办比赛</a></li></ul></div>
</body></html>"""


def test_a_page_gives_text_with_its_place_in_the_markup() -> None:
    found = article(PAGE, media="html")
    assert found.text == f"柳泉镇修路记\n{BODY}\n一、建强支部\n{MORE}"
    assert (found.title, found.published, found.publisher, found.authors) == ("柳泉镇修路记", "2021-03-05", "柳泉日报", ("王小川",))
    check_alignment(found, PAGE)
    assert all(found.text[i] == PAGE[found.origins[i]] or PAGE[found.origins[i]] in "&;<>+ \n" for i in range(len(found.text)))


def test_the_date_of_linked_data_is_taken() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2021-03-05T08:30:00+08:00"}</script>'
    assert article(f"<html><head>{data}</head><body><p>{BODY}</p><p>{MORE}</p></body></html>", media="html").published == "2021-03-05"


def test_a_page_with_entity_bomb_and_open_elements_is_read_in_time() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + f"<html><body><p>{BODY}&b;</p>" + "<script>" * 2000 + "<!--" * 2000
    before = time.perf_counter()
    found = article(bomb, media="html")
    assert BODY in found.text
    assert "haha" not in found.text
    assert time.perf_counter() - before < 10


def test_a_page_without_the_end_of_its_head_is_read() -> None:
    for page in (PAGE.replace("</head>", ""), PAGE.replace("</head>", "").replace("<h1>", "<header></header><h1>")):
        found = article(page, media="html")
        assert found.text == f"柳泉镇修路记\n{BODY}\n一、建强支部\n{MORE}"


@pytest.mark.parametrize("name", ["title", "select", "button", "object", "noscript"])
def test_an_element_without_its_end_hides_no_text(name: str) -> None:
    page = f"<html><body><p>{BODY}</p><{name}><p>{MORE}</p></body></html>"
    assert article(page, media="html").text == f"{BODY}\n{MORE}"


@pytest.mark.parametrize("name", ["select", "button", "title"])
def test_an_element_without_its_end_takes_not_that_of_the_next(name: str) -> None:
    page = f"<html><body><p>{BODY}</p><{name}><p>{MORE}</p><{name}>关闭窗口</{name}></body></html>"
    assert article(page, media="html").text == f"{BODY}\n{MORE}"


@pytest.mark.parametrize("name", ["script", "style", "textarea"])
def test_an_open_script_hides_the_rest(name: str) -> None:
    assert article(f"<html><body><p>{BODY}</p><{name}>{MORE}</body></html>", media="html").text == BODY


@pytest.mark.parametrize("piece", ["<head>", "<title>", "<select>", "<object>", "<button>x</", "<a", "a"])
def test_many_open_elements_are_passed_in_time(piece: str) -> None:
    before = time.perf_counter()
    assert markup._visible(f"<html><body><p>{BODY}</p><" + piece * 60_000).text.strip().startswith(BODY)
    assert time.perf_counter() - before < 10


def test_comments_before_a_page_are_passed_in_time() -> None:
    before = time.perf_counter()
    assert not markup.is_html("<!---->" * 10_000 + "x")
    assert markup.is_html("<!-- a --> <!---->" * 100 + "<html>")
    assert time.perf_counter() - before < 5


def test_fields_of_a_table_are_metadata() -> None:
    fields = (("title", "柳泉鎮修路記"), ("published", "2021/3/5"), ("authors", "王小川、李谷雨"))
    found = article(f"柳泉镇修路记\n{BODY}", fields=fields)
    assert (found.title, found.published, found.authors) == ("柳泉镇修路记", "2021-03-05", ("王小川", "李谷雨"))
    assert found.text[found.body :] == BODY
    other = article(f"各位代表\n{BODY}", fields=fields)
    assert (other.title, other.body) == ("柳泉镇修路记", 0)


@pytest.mark.parametrize("raw", ["", " \n\u3000\n", "设为首页 | 加入收藏\n上一篇：没有了"])
def test_nothing_left_is_an_error_that_names_the_article(raw: str) -> None:
    with pytest.raises(SourceError, match=r"a\.txt.*no text"):
        article(raw)


# Properties

PIECES = st.sampled_from(
    [
        *(BODY, MORE, BODY[:12], "柳泉镇", "黨委", "學(xué)", "們(men)", "著力", "一、建强支部", "责任编辑：赵明", "来源：柳泉日报", "2021-03-05"),
        *("上一篇", "- 盘山镇召开会议23-12-15", "【免责声明】", "当?shù)厮痉N植", "\n", "\n\n", " ", "\u3000", "\u200b", "\r\n", "\ufffd", "..."),
        *(
            ",",
            "，",
            "、",
            "。",
            "；",
            ";",
            ":",
            "?",
            "!",
            "(",
            ")",
            "（",
            "）",
            '"',
            "“",
            "”",
            "《",
            "1,000",
            "3.5",
            "09:49",
            "http://a.cn/b",
            "GDP",
            "①",
        ),
        *("相关阅读", "（王小川）", "本报讯 ", "文/王小川", "|", "-", "—", "第1页", "?;顒娱_"),
    ]
)
NOISE = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NOISE)
def test_cleaning_is_aligned_stable_and_deterministic(raw: str) -> None:
    try:
        found = article(raw)
    except SourceError:
        return
    check_alignment(found, raw)
    assert article(found.text).text == found.text
    assert article(raw) == found
    assert all(0 <= start < end <= len(found.text) for start, end in found.damaged)
    for at in range(0, len(found.text), 7):
        start, end = raw_span(found, at, min(at + 7, len(found.text)))
        assert 0 <= start < end <= len(raw)


@given(st.text(), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=4)), max_size=5))
def test_edits_keep_origins_in_order(raw: str, wanted: list[tuple[int, int, str]]) -> None:
    edits, at = [], 0
    for skip, length, new in wanted:
        if at + skip < len(raw):
            edits.append((at + skip, min(len(raw), at + skip + max(1, length)), new))
            at = edits[-1][1]
    found = Aligned.of(raw).edit(edits)
    assert len(found.text) == len(found.origins)
    assert list(found.origins) == sorted(found.origins)
    with pytest.raises(ValueError, match="one by one"):
        found.replace(found.text + "x")


# The shared articles


@shared
@pytest.mark.parametrize("name", ["000", "002", "004"])
def test_shared_articles_come_out_as_the_gold(name: str) -> None:
    (path,) = (SHARED / "articles").glob(f"{name}_*.txt")
    (source,) = read(path)
    assert isinstance(source, Source)
    found = clean(source)
    check_alignment(found, source.raw)
    half = str.maketrans("，：；！？（）", ",:;!?()")
    gold = (SHARED / "gold" / "clean" / f"{name}.clean.txt").read_text("utf-8").strip()
    assert found.text[found.body :].translate(half) == gold.translate(half)
    assert article(found.text).text == found.text


@shared
def test_speed_on_the_shared_articles() -> None:
    sources = [source for path in sorted((SHARED / "articles").glob("*.txt")) for source in read(path) if isinstance(source, Source)]
    for source in sources:
        clean(source)
    before = time.perf_counter()
    for source in sources:
        clean(source)
    assert sum(len(source.raw) for source in sources) / (time.perf_counter() - before) > 30_000  # a tenth of what a quiet machine does
