"""Annotation: spans that fit the text and the tokens, and mentions that refer to the right thing."""

from __future__ import annotations

from itertools import pairwise

import pytest
import texts
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from texts import read

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span
from kg.annotate.nlp import annotate
from kg.records import Article
from kg.relate import relate

#: Stretches that the annotators know, and those that get in their way; joined at random they make odd texts.
PIECES = (
    "桃源县", "漆河镇", "漆河", "柳湾村", "新民村", "河东街道", "常德市", "该镇", "我县", "全村", "全镇", "村里", "各村",
    "镇党委", "党委", "县委组织部", "村党支部", "村“两委”", "综治办", "驻村工作队", "合作社", "兴旺种植专业合作社", "绿源农业有限公司", "银行",
    "党支部书记", "第一书记", "村民", "主任", "王建国", "李长顺", "刘小燕", "欧阳春", "说", "介绍",
    "“邻里帮”", "机制", "“支部领航”模式", "积分制", "垃圾分类", "清河行动", "黄桃产业园", "项目", "“", "”", "《", "》",
    "推行", "开展", "建成", "由", "牵头", "联合", "和", "、", "与", "分别", "计划", "尚未", "在", "指导下", "的", "等3个村",
    "投资300万元", "12公里", "500余亩", "从41%升至93%", "2023年5月", "今年", "，", "。", "；", "！", "\n", " ", "（以下简称", "）",
    "+", "A", "7", "𠮷", "é",
)  # fmt: skip
odd_texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join).filter(lambda text: text.strip() == text)
#: LAC takes a few milliseconds a text.
brief = hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _all_spans(a: Annotation) -> list[Span]:
    return [*a.places, *a.bodies, *a.people, *a.initiatives, *a.pronouns, *a.titles]


def _check_spans(a: Annotation) -> None:
    for span in _all_spans(a):
        assert 0 <= span.start < span.end <= len(a.article.text)
        assert span.text == a.article.text[span.start : span.end]
        for inner in span.inner:
            assert span.covers(inner)
    for found in (a.places, a.bodies, a.people, a.initiatives):
        for left, right in pairwise(found):
            assert left.end <= right.start, f"{left.text} and {right.text} overlap"
        for span in found:
            assert a.doc.char_span(span.start, span.end) is not None, f"{span.text} is no span of tokens"
    for quantity in a.quantities:
        assert 0 <= quantity.start < quantity.end <= len(a.article.text)


@brief
@given(odd_texts)
def test_spans_lie_in_the_text_align_with_tokens_and_dont_overlap(text: str) -> None:
    a = texts.read_all([texts.article(text)])[0].annotation
    assert a.doc.text == text
    assert "".join(token.text for token in a.layer.tokens) == text
    _check_spans(a)


@brief
@given(odd_texts)
def test_annotating_is_deterministic_and_independent_of_the_batch(text: str) -> None:
    alone = texts.read_all([texts.article(text)])[0]
    others = texts.read_all([texts.article("漆河镇推行积分制。"), texts.article(text), texts.article(text + "该镇投资300万元。")])[1]
    assert _all_spans(others.annotation) == _all_spans(alone.annotation)
    assert others.reading == alone.reading


@brief
@given(odd_texts)
def test_a_reading_holds_together(text: str) -> None:
    reading = texts.read_all([texts.article(text)])[0].reading
    ids = [entity.id for entity in reading.entities]
    assert len(ids) == len(set(ids))
    for mention in reading.mentions:
        assert mention.referent in ids
        assert mention.text == mention.evidence.quote == text[mention.evidence.start : mention.evidence.end]
    for claim in reading.claims:
        assert {claim.subject, claim.object} <= set(ids)
        assert claim.evidence
    for row in reading.implementations:
        assert {*row.by, row.of, *row.at} <= set(ids)
        assert row.by


def test_spans_of_a_plain_article() -> None:
    text = "桃源县漆河镇党委书记王建国介绍，该镇推行“邻里帮”机制，设立调解点12个。"
    a = read(text).annotation
    _check_spans(a)
    assert [span.text for span in a.people] == ["王建国"]
    assert [span.text for span in a.initiatives] == ["“邻里帮”机制"]
    assert [span.text for span in a.pronouns] == ["该镇"]
    assert {span.label_ for span in a.doc.ents} <= set(terms.ENTITY_TYPES)
    assert {span.text for span in a.doc.spans["mentions"]} >= {"桃源县", "漆河镇", "王建国", "“邻里帮”机制"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("柳湾村村民龚世莲乐得合不拢嘴。", ["龚世莲"]),
        ("县林业局局长高铁山提到，今年补植两千亩。", ["高铁山"]),
        ("柳湾村党支部书记兰秋英原是县医院护士。", ["兰秋英"]),
        ("漆河镇纪委书记向小川带队明察暗访。", ["向小川"]),
        ("调解室主任唐小禾原是镇干部。", ["唐小禾"]),
        ("乡党委书记次仁旺堆带领党员下村入户。", ["次仁旺堆"]),
        ("柳湾村党支部书记王建国说，路一通，货就好卖。路通了，黄桃就有了出路。", ["王建国"]),
        ("柳湾村的王婶和对门吵了一架，王婶说过就忘。", []),
        ("社区帮老人买药、办证，群众满意率达到98%。", []),
    ],
)
def test_names_of_people(text: str, names: list[str]) -> None:
    assert list(dict.fromkeys(span.text for span in read(text).annotation.people)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("在势坪屋村，梨熟了。势坪屋村党支部联系客商。", ["势坪屋村", "势坪屋村"]),
        ("在漆河镇东荷叶村，葡萄熟了。", ["漆河镇", "东荷叶村"]),
        ("该镇前李楼村修了水渠。", ["前李楼村"]),
        ("老黑背村、夹砬子村党支部分别建起调解室。", ["老黑背村", "夹砬子村"]),
        ("漆河镇在松坡、柳湾、石塘3个移民安置点成立临时党支部。", ["漆河镇", "松坡", "柳湾", "石塘"]),
        ("漆河镇开展驻村纪律抽查。", ["漆河镇"]),
        ("市里领导到桃源县调研嘎查村集体经济。", ["桃源县"]),
        ("会议要求其他乡镇照着做，部分乡镇先试。", []),
        ("柳湾村与湖北屈乡甜橙有限责任公司签了约。", ["柳湾村"]),
        ("该村拟新建镇矛盾调处中心。", []),
    ],
)
def test_names_of_places(text: str, names: list[str]) -> None:
    found = [span.text for span in read(text).annotation.places]
    assert [name for name in found if name not in ("湖北",)] == names


def test_no_mention_in_a_text_without_names() -> None:
    a = read("天气晴朗，大家早早来到田里，一边干活一边说笑。").annotation
    assert not [*a.places, *a.bodies, *a.people, *a.initiatives]
    assert a.place_things.focal is None


@pytest.mark.parametrize(
    ("text", "mention", "meant"),
    [
        ("桃源县漆河镇推行“邻里帮”机制。该镇设立调解点12个。", "该镇", "漆河镇"),
        ("桃源县推行河长制。我县今年治理河道12公里。", "我县", "桃源县"),
        ("桃源县漆河镇柳湾村发展黄桃产业。全村种植黄桃300亩。", "全村", "柳湾村"),
        ("桃源县漆河镇柳湾村发展黄桃产业。该镇给予补助。", "该镇", "漆河镇"),
        ("桃源县漆河镇柳湾村修路。\n漆河镇石塘村也修路，该村投资30万元。", "该村", "石塘村"),
        ("桃源县漆河镇开展清河行动。镇党委召开会议部署。", "镇党委", "漆河镇党委"),
        ("桃源县漆河镇开展清河行动。镇政府投入50万元。", "镇政府", "漆河镇政府"),
        ("桃源县漆河镇开展清河行动。县委组织部派人指导。", "县委组织部", "桃源县委组织部"),
        ("漆河镇柳湾村修建水渠。村“两委”多次召开会议。", "村“两委”", "柳湾村村“两委”"),
        ("漆河镇柳湾村修建水渠。村党支部带头捐款。", "村党支部", "柳湾村党支部"),
        ("桃源县住房和城乡建设局（以下简称县住建局）推进老旧小区改造。县住建局派出12人。", "县住建局", "桃源县住房和城乡建设局"),
        ("桃源县扶贫开发办公室（现县乡村振兴局）投入180万元。县乡村振兴局派出12人。", "县乡村振兴局", "桃源县扶贫开发办公室"),
        (
            "桃源县漆河镇柳湾村发展黄桃产业。\n种植户李长顺算了一笔账，去年毛收入超过三万元，今年行情不差，还能再多挣一点，日子有了奔头。村党支部带领群众修路。",
            "村党支部",
            "柳湾村党支部",
        ),
        ("兴旺种植专业合作社流转土地200亩。绿源种植专业合作社流转土地100亩。合作社还推行订单收购。", "合作社", "绿源种植专业合作社"),
        ("漆河镇柳湾村驻村工作队进村入户。工作队还推行订单收购。", "工作队", "柳湾村驻村工作队"),
        ("桃源县漆河镇柳湾村发展黄桃产业。该村党支部带领群众修路。", "村党支部", "柳湾村党支部"),
        ("桃源县漆河镇发展黄桃产业。我镇党委带领群众修路。", "镇党委", "漆河镇党委"),
    ],
)
def test_what_a_short_form_means(text: str, mention: str, meant: str) -> None:
    found = read(text)
    assert found.meant(mention) == {found.entity(meant).id}


def test_a_pronoun_without_an_antecedent_means_nothing() -> None:
    found = read("该镇设立调解点12个，受到欢迎。")
    assert found.meant("该镇") == set()
    assert found.of(terms.PLACE) == []


@pytest.mark.parametrize(
    ("text", "level", "place"),
    [
        ("桃源县漆河镇推行积分制。", terms.TOWNSHIP, "漆河镇"),
        ("桃源县漆河镇柳湾村推行积分制，全村已有三百人参加。", terms.VILLAGE, "柳湾村"),
        ("桃源县各乡镇比学赶超。漆河镇建起冷库。陬市镇修好水渠。架桥镇办起果园。全县面貌一新。", terms.COUNTY, "桃源县"),
    ],
)
def test_focal_place(text: str, level: str, place: str) -> None:
    focal = read(text).annotation.place_things.focal
    assert focal is not None
    assert (focal.kind, focal.name) == (level, place)


def test_a_short_form_is_the_same_place() -> None:
    found = read("桃源县漆河镇推行“邻里帮”机制。漆河党委召开会议部署。漆河镇已设立调解点12个。")
    assert [name for name in found.of(terms.PLACE) if name.startswith("漆河")] == ["漆河镇"]
    assert found.meant("漆河党委") == {found.entity("漆河镇党委").id}


def test_full_and_short_name_of_a_body_are_one() -> None:
    found = read("陂西镇党委高度重视。三原县陂西镇党委推行“党建+”模式。镇党委多次召开会议。")
    assert len(found.of(terms.ORGANIZATION)) == 1
    assert "陂西镇" in found.place_of("陂西镇党委")
    assert "三原县" in found.place_of("陂西镇")


def test_a_list_that_ends_in_a_count() -> None:
    found = read("桃源县漆河镇人民政府安排青山、石塘、柳湾等3个村开展垃圾分类。该镇计划年内铺开。")
    assert all("漆河镇" in found.place_of(name) for name in ("青山村", "石塘村", "柳湾村"))


def test_villages_of_one_name_in_two_towns_are_two() -> None:
    found = read("漆河镇新民村推行“邻里帮”机制。陬市镇新民村修建水渠。")
    villages = [entity for entity in found.reading.entities if entity.name == "新民村"]
    assert sorted(min(found.names[village.place or ""], key=len) for village in villages) == ["漆河镇", "陬市镇"]


def test_departments_of_county_and_city_are_two() -> None:
    found = read("桃源县委组织部开展走访。常德市委组织部到桃源县调研。")
    assert found.entity("桃源县委组织部") != found.entity("常德市委组织部")
    assert "桃源县" in found.place_of("桃源县委组织部")
    assert "常德市" in found.place_of("常德市委组织部")


def test_bare_department_of_city_beside_the_county_s() -> None:
    found = read("常德市桃源县开展走访。县委组织部派出12人，市委组织部派出8人。")
    assert found.meant("县委组织部") == {found.entity("桃源县委组织部").id}
    assert found.meant("市委组织部") == {found.entity("常德市委组织部").id}


def test_bodies_of_a_list_share_the_place() -> None:
    found = read("漆河镇综治办、派出所、司法所开展联合调解。")
    assert all("漆河镇" in found.place_of(name) for name in ("漆河镇综治办", "派出所", "司法所"))


def test_party_and_government_named_together_are_the_committee() -> None:
    found = read("漆河镇党委、政府推行“邻里帮”机制。镇党委投入50万元。")
    assert found.meant("漆河镇党委、政府") == found.meant("镇党委") == {found.entity("漆河镇党委").id}


def test_every_mention_knows_its_place_in_the_raw_text() -> None:
    text = "桃源县漆河镇推行“邻里帮”机制。该镇设立调解点12个。"
    clean = texts.article(text)
    shifted = Article(clean.doc, None, None, None, (), None, text, tuple(2 * i + 3 for i in range(len(text))), raw_sha256="0" * 64)
    raw = "###" + "".join(f"{char}~" for char in text)
    found = annotate([shifted], texts.nlp())
    reading = relate(next(iter(found)), raw)
    assert reading.mentions
    for mention in reading.mentions:
        assert raw[mention.evidence.raw_start : mention.evidence.raw_end].replace("~", "") == mention.text
    for sentence in reading.sentences:
        assert sentence.raw == raw[sentence.raw_start : sentence.raw_end]
        assert sentence.raw.replace("~", "") == sentence.text


def test_the_spacy_pipeline_gives_docs_with_mentions() -> None:
    doc = texts.nlp()("桃源县漆河镇党委书记王建国介绍，漆河镇推行“邻里帮”机制。")
    assert {("王建国", "Person"), ("“邻里帮”机制", "Initiative")} <= {(span.text, span.label_) for span in doc.ents}
    assert [doc.text for doc in texts.nlp().pipe(["全村党员。", ""])] == ["全村党员。", ""]
