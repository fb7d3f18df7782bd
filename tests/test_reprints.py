"""Reprints: found by what they share, told the same way whatever came first, counted once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import read

from kg.errors import KgError
from kg.pipeline import build
from kg.questions import answer, question
from kg.remove import remove
from kg.reprints import Signature, originals, signature
from kg.sketches import contained, sketch
from kg.store import Store, open_store
from kg.tables import settings

SENTENCES = (
    "陕西省洛川县柳塘镇党委推行“一线三帮”工作法，总投资1200万元。",
    "白杨村党支部书记周望山带领党员建成苹果选果线，安置就业46人。",
    "柳塘镇党委组织“果园夜校”活动，举办培训38期。",
    "槐树沟村党支部实施滴灌工程，铺设管道17公里。",
    "白杨村股份经济合作社建成冷库，库容3000吨。",
    "果农冯大山说，夜校里学的修剪办法当年就见了效，今年他家的果子比往年早卖了半个月。",
    "入冬以后，镇里把课堂搬到了火炕边，谁家有难处当场记下来，第二天就有人上门。",
)
REPORT = "柳塘镇：一线三帮进果园\n" + "\n".join(SENTENCES) + "\n"
HEADER = "柳塘镇：一线三帮进果园\n来源：山水晨报　编辑：小禾\n"
CUT = HEADER + "\n".join(SENTENCES[:4]) + "\n"
ALTERED = HEADER + "\n".join(SENTENCES).replace("1200万元", "1350万元") + "\n"
#: In the same words of another town.
OTHER = REPORT
for _name, _replacement in (("柳塘", "石泉"), ("白杨", "红柳"), ("周望山", "段立本"), ("槐树沟", "后山"), ("冯大山", "薛长庚"), ("果园", "菜园")):
    OTHER = OTHER.replace(_name, _replacement)
for _figure, _other in (("1200", "860"), ("46", "71"), ("38", "24"), ("17", "9"), ("3000", "1800")):
    OTHER = OTHER.replace(_figure, _other)
QUOTING = (
    "洛川县：干部下沉一线\n陕西省洛川县凤栖街道党工委开展“街长巡查”行动，解决问题260个。\n"
    f"此前，{SENTENCES[0]}\n城关社区党委建成便民驿站12处，配备网格员84名。\n老街坊们说，路灯亮了，心里也亮堂。\n"
)


def signed(doc: str, text: str, day: int | None = None) -> Signature:
    title, _, body = text.partition("\n")
    one = signature(read(body, title=title).reading)
    return Signature(doc, None if day is None else f"2023-05-{day:02}", one.sketch, one.particulars)


@pytest.mark.parametrize(("text", "found"), [(REPORT, True), (CUT, True), (ALTERED, True), (OTHER, False), (QUOTING, False)])
def test_what_is_a_reprint(text: str, found: bool) -> None:
    assert originals([signed("a.txt", REPORT, 1), signed("b.txt", text, 2)]) == ({"b.txt": "a.txt"} if found else {})


@pytest.mark.parametrize(("first", "second", "reprint"), [(2, 1, "a.txt"), (1, 1, "b.txt"), (None, 1, "a.txt"), (None, None, "b.txt")])
def test_the_original_is_the_earliest_then_the_first_by_name(first: int | None, second: int | None, reprint: str) -> None:
    found = originals([signed("a.txt", REPORT, first), signed("b.txt", CUT, second)])
    assert found == {reprint: "b.txt" if reprint == "a.txt" else "a.txt"}


def test_a_page_of_two_reports_makes_neither_a_reprint_of_the_other() -> None:
    both = signed("c.txt", REPORT + QUOTING.partition("\n")[2].replace(SENTENCES[0], ""), 3)
    assert originals([signed("a.txt", REPORT, 1), signed("b.txt", QUOTING.replace(SENTENCES[0], ""), 2), both]).keys() == {"c.txt"}


def test_a_reprint_of_a_reprint_comes_from_the_original() -> None:
    text = "".join(chr(0x4E00 + (7 * number) % 5000) for number in range(900))
    kept = settings("pipeline.toml")["reprints"]["sketch"]
    parts = [sketch(text[start : start + 400]) for start in (0, 150, 300)]
    assert contained(parts[0], parts[2], kept) < 0.5 < contained(parts[0], parts[1], kept)
    assert originals([Signature(name, None, part, ()) for name, part in zip("abc", parts, strict=True)]) == {"b": "a", "c": "a"}


@given(st.text(min_size=200, max_size=600), st.integers(0, 100), st.integers(120, 200))
def test_a_part_of_a_text_stands_in_it(text: str, start: int, length: int) -> None:
    kept = settings("pipeline.toml")["reprints"]["sketch"]
    whole, part = sketch(text), sketch(text[start : start + length])
    assert len(whole) <= kept
    assert contained(whole, part, kept) == (1.0 if part else 0.0)
    assert contained(whole, part, kept) == contained(part, whole, kept)


#: Texts of a few passages out of a few, so that many share some.
PASSAGES = [tuple(range(start * 1000, start * 1000 + 40)) for start in range(6)]
SIGNATURES = st.lists(
    st.builds(
        lambda day, picked, told: (day, tuple(sorted({value for index in picked for value in PASSAGES[index]})), tuple(sorted(told))),
        st.none() | st.integers(1, 3).map(lambda day: f"2023-05-0{day}"),
        st.sets(st.integers(0, 5), min_size=1, max_size=3),
        st.sets(st.integers(0, 3), max_size=3),
    ),
    max_size=8,
).map(lambda rows: [Signature(f"{index}.txt", *row) for index, row in enumerate(rows)])


@given(SIGNATURES, st.randoms())
def test_the_order_does_not_matter(known: list[Signature], chance: object) -> None:
    found = originals(known)
    shuffled = list(known)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert originals(shuffled) == found
    assert not found.keys() & set(found.values()), "an original is no reprint"


def test_many_reprints_of_one_and_many_that_share_a_phrase() -> None:
    rules = settings("pipeline.toml")["reprints"]
    phrase = tuple(range(10))
    alone = [Signature(f"x{n:03}", None, tuple(sorted({*phrase, *range(10_000 * n, 10_000 * n + 150)})), ()) for n in range(1, 2 * rules["crowd"])]
    copies = [Signature(f"z{n:03}", None, alone[5].sketch, ()) for n in range(2 * rules["crowd"])]
    assert originals([*alone, *copies]) == {copy.doc: alone[5].doc for copy in copies}


# ---- in the graph


def refuse(error: KgError) -> None:
    raise error


def told(store: Store) -> tuple[bytes, object, object]:
    """All that a store says: the record, and the graph's nodes and relationships."""
    nodes = store.graph.ask("MATCH (n) RETURN n ORDER BY n.iri", {}).rows
    edges = store.graph.ask("MATCH (a)-[r]->(b) RETURN a.iri AS a, r, b.iri AS b ORDER BY a, type(r), b", {}).rows
    return store.record.dump("nquads"), nodes, edges


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., list[Path]]:
    """Writes articles: name → date and text."""

    def write(**articles: tuple[str, str]) -> list[Path]:
        paths = []
        for name, (date, text) in articles.items():
            title, _, body = text.partition("\n")
            paths.append(tmp_path / f"{name}.txt")
            paths[-1].write_text(f"{title}\n发布时间：{date}\n{body}", "utf-8")
        return paths

    return write


@pytest.fixture
def stores(tmp_path: Path) -> Callable[[str], Path]:
    return lambda name: tmp_path / "stores" / name


ARTICLES = {"first": ("2023-05-01", REPORT), "later": ("2023-05-02", ALTERED), "cut": ("2023-05-03", CUT), "other": ("2023-05-04", OTHER)}
FOLLOWED = """MATCH (a)-[r:RUNS]->(i) WHERE i.name CONTAINS '一线三帮' AND a.name CONTAINS '柳塘镇'
  RETURN r.articles AS articles, r.support AS support, r.first_reported AS first, r.last_reported AS last"""


def test_support_counts_originals(written: Callable[..., list[Path]], stores: Callable[[str], Path]) -> None:
    with open_store(stores("whole"), write=True) as store:
        build(written(**ARTICLES), store, refuse)
        rows = store.graph.ask("MATCH (a:Article) RETURN a.doc AS doc, a.reprint_of AS original ORDER BY doc", {}).rows
        assert rows == (("cut.txt", "first.txt"), ("first.txt", None), ("later.txt", "first.txt"), ("other.txt", None))
        assert store.graph.ask(FOLLOWED, {}).rows == ((["cut.txt", "first.txt", "later.txt"], 1, "2023-05-01", "2023-05-03"),)


def test_figures_that_disagree_stand_side_by_side_though_one_article_is_a_reprint(
    written: Callable[..., list[Path]], stores: Callable[[str], Path]
) -> None:
    with open_store(stores("whole"), write=True) as store:
        build(written(**ARTICLES), store, refuse)
        rows = answer(question("figures-that-disagree"), {}, store.graph).rows
    assert [tuple(map(str, row[3:])) for row in rows] == [("first.txt", "2023-05-01", "[12000000.0]", "later.txt", "2023-05-02", "[13500000.0]")]


@pytest.mark.parametrize("order", [order for index, order in enumerate(permutations(ARTICLES)) if index % 11 == 8])
def test_one_by_one_in_any_order_is_as_at_once(order: tuple[str, ...], written: Callable[..., list[Path]], stores: Callable[[str], Path]) -> None:
    paths = {path.stem: path for path in written(**ARTICLES)}
    with open_store(stores("whole"), write=True) as store:
        build(paths.values(), store, refuse)
        wanted = told(store)
    for name in order:
        with open_store(stores("grown"), write=True) as store:
            build([paths[name]], store, refuse)
    with open_store(stores("grown"), write=False) as store:
        assert told(store) == wanted


@pytest.mark.parametrize("gone", ["first", "later", "cut"])
def test_without_an_article_the_graph_is_the_one_built_without_it(
    gone: str, written: Callable[..., list[Path]], stores: Callable[[str], Path]
) -> None:
    paths = written(**ARTICLES)
    with open_store(stores("all"), write=True) as store:
        build(paths, store, refuse)
        remove(f"{gone}.txt", store, refuse)
        found = told(store)
    with open_store(stores("some"), write=True) as store:
        build([path for path in paths if path.stem != gone], store, refuse)
        assert told(store) == found


def test_a_changed_article_is_as_built_anew(written: Callable[..., list[Path]], stores: Callable[[str], Path]) -> None:
    with open_store(stores("changed"), write=True) as store:
        build(written(**ARTICLES), store, refuse)
    after = ARTICLES | {"first": ("2023-06-01", OTHER.replace("一线三帮", "两员三送"))}
    paths = written(**after)
    with open_store(stores("changed"), write=True) as store:
        build(paths, store, refuse)
        found = told(store)
    with open_store(stores("anew"), write=True) as store:
        build(paths, store, refuse)
        assert told(store) == found
