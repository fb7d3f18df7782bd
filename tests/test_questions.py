"""The library of questions: every one answers the same on both engines, and that answer is the one in tests/answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from asked import ASKED

from kg.cells import csv_text
from kg.errors import DataError, QuestionError, RuleError
from kg.questions import Question, _parse, answer, answer_in_sparql, bind, question, questions, twin
from kg.records import Node, Relationship, Value
from kg.store import open_store
from kg.store.base import PropertyGraph
from kg.store.bolt import BoltGraph
from kg.store.embedded import open_embedded

ANSWERS = Path(__file__).parent / "answers"


@pytest.fixture(scope="module")
def embedded_sample(sample_store: Path) -> Iterator[BoltGraph]:
    graph = open_embedded(sample_store / "graph", write=False)
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def neo4j_sample(sample_in_neo4j: Mapping[str, str], neo4j_session_graph: BoltGraph) -> BoltGraph:
    return neo4j_session_graph


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def sample(request: pytest.FixtureRequest) -> PropertyGraph:
    """The sample corpus in each engine."""
    found: PropertyGraph = request.getfixturevalue(f"{request.param}_sample")
    return found


@pytest.mark.parametrize("name", ASKED)
def test_answer(name: str, sample: PropertyGraph) -> None:
    asked, given = ASKED[name]
    table = answer(question(asked), given, sample)
    expected = (ANSWERS / f"{name}.csv").read_bytes().decode()
    assert "\r" not in expected  # git would change it
    assert csv_text(table.columns, table.rows).replace("\r\n", "\n") == expected, "if the new answer is right: make answers"


def test_every_question_is_asked_and_every_answer_is_of_one() -> None:
    assert {asked for asked, _ in ASKED.values()} == {item.name for item in questions()}
    assert {path.stem for path in ANSWERS.glob("*.csv")} == set(ASKED)
    assert len(questions()) >= 12


def test_most_answers_have_rows() -> None:
    rows = {name: len((ANSWERS / f"{name}.csv").read_text("utf-8").splitlines()) - 1 for name in ASKED}
    assert rows["who-runs-what-where"] >= 20
    assert [name for name, number in rows.items() if not number] in ([], ["figures-that-disagree"])


@pytest.mark.parametrize("item", questions(), ids=lambda item: item.name)
def test_every_parameter_is_used_and_the_order_is_fixed(item: Question) -> None:
    asked = question(item.name)
    for parameter in asked.parameters:
        assert f"${parameter.name}" in asked.text.split("MATCH", 1)[1]
    assert "ORDER BY" in asked.text
    assert asked.zh != asked.en


def test_a_name_with_quotes_is_a_value_like_any_other(sample: PropertyGraph) -> None:
    table = answer(question("initiatives-of-a-body"), {"body": "' OR 1=1 //\" }"}, sample)
    assert table.rows == ()


def test_what_is_given_is_typed_and_what_is_not_has_its_default() -> None:
    several = question("initiatives-in-several-places")
    assert bind(several, {}) == {"least": 2}
    assert bind(several, {"least": "3"}) == {"least": 3}
    with pytest.raises(QuestionError, match="least is 'three', it must be of type integer"):
        bind(several, {"least": "three"})
    with pytest.raises(QuestionError, match="takes no parameter most; it takes least"):
        bind(several, {"most": "3"})
    with pytest.raises(QuestionError, match="needs place"):
        bind(question("bodies-of-a-place"), {})


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(QuestionError, match=r"no question who-runs-what: did you mean who-runs-what-where"):
        question("who-runs-what")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("// title: 一 | one\nRETURN 1", "needs a title, an about and at least one column"),
        ("// title 一\nRETURN 1", r"x.cypher:1: a header line reads"),
        ("// title: 一 | one\n// parameter: a text | 二 | two\n", r"x.cypher:2: a parameter reads"),
        ("// title: 一 | one\n// parameter: a string = x | 二 | two\n", r"x.cypher:2: the default x is no JSON value"),
        ("// title: 一 | one\n// column: a | 二\n", r"x.cypher:2: column with 2 parts"),
    ],
)
def test_a_malformed_header_names_file_and_line(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        _parse("x", text)


def test_a_statement_keeps_what_its_header_promises(sample: PropertyGraph) -> None:
    header = "// title: 一 | one\n// about: 二 | two\n// column: a | 三 | three\n"
    with pytest.raises(DataError, match="returns b; its header says a"):
        answer(_parse("x", f"{header}RETURN 1 AS b"), {}, sample)
    assert answer(_parse("x", f"{header}RETURN 1 AS a"), {}, sample).rows == ((1,),)


def test_two_figures_for_one_project_stand_side_by_side(graph: PropertyGraph) -> None:
    def node(label: str, iri: str, **properties: Value) -> Node:
        return Node((label,), iri, {"name": iri, **properties})

    def edge(source: str, source_label: str, kind: str, target: str, target_label: str) -> Relationship:
        return Relationship(kind, source, (source_label,), target, (target_label,), {})

    reports = [("a", "总投资", 12_000_000.0), ("b", "投资", 12_600_000.0), ("c", "总投资", 12_000_000.0)]
    nodes = [node("Initiative", "i"), node("Implementation", "x")]
    edges = [edge("x", "Implementation", "OF", "i", "Initiative")]
    for doc, measure, value in reports:
        nodes += [node("Metric", f"m{doc}", measure=measure, unit="元", value=value), node("Sentence", f"s{doc}"), node("Article", doc, doc=doc)]
        edges += [edge("x", "Implementation", "HAS_METRIC", f"m{doc}", "Metric"), edge(f"m{doc}", "Metric", "EVIDENCED_BY", f"s{doc}", "Sentence")]
        edges += [edge(f"s{doc}", "Sentence", "IN_ARTICLE", doc, "Article")]
    graph.load(nodes, edges)
    rows = answer(question("figures-that-disagree"), {}, graph).rows
    low, high = [12_000_000.0], [12_600_000.0]
    assert rows == (("i", "投资", "元", "a", "", low, "b", "", high), ("i", "投资", "元", "b", "", high, "c", "", low))


def test_a_twin_in_sparql_gives_the_same_answer(sample_store: Path) -> None:
    with open_store(sample_store, write=False) as store:
        twins = {name for name, (asked, _) in ASKED.items() if twin(question(asked)) is not None}
        assert len(twins) >= 4
        for name in sorted(twins):
            asked, given = ASKED[name]
            assert answer_in_sparql(question(asked), given, store.record) == answer(question(asked), given, store.graph), name
        nobody = answer_in_sparql(question("partners"), {"name": '"} ; DROP ALL #'}, store.record)
        assert nobody.rows == ()
        with pytest.raises(QuestionError, match=r"has no SPARQL twin.*who-holds-which-post"):
            answer_in_sparql(question("who-runs-what-where"), {}, store.record)
