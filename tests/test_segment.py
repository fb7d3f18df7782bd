"""Words, and what the graph builds on: nothing of the text is lost, and entities begin and end with words."""

from __future__ import annotations

import tempfile
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy_pkuseg.feature_extractor import FeatureExtractor

from kg.annotate import train_segmenter
from kg.annotate.names import tagger
from kg.annotate.segment import LONGEST, Segmenter, doc, pieces, segmenter, split_at, tagged, widen
from kg.errors import DataError

CORPUS = Path(__file__).parents[2] / "shared" / "data" / "segmentation"
NEWS = "昭平县柳塘镇党委牵头开展“红色管家”行动，全镇32个村建起便民服务站，投入资金2.8万元。"
#: Text that looks like scraped news: any characters, but mostly those that matter here.
USUAL = "县镇村党委开展活动32.8万元，。；！？…”“ \n\t,:()abC％一二著\u3000"
news = st.text(alphabet=st.one_of(st.sampled_from(USUAL), st.characters(codec="utf-8")), max_size=80)


@settings(deadline=None)  # the first example reads the model
@given(news)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(segmenter().words(text)) == text
    assert "".join(pieces(text)) == text


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    text = "全镇党员干部入户走访，" * 60
    assert [piece[-1] for piece in pieces(text)] == ["，", "，"]
    assert max(map(len, pieces(text))) <= LONGEST
    assert max(map(len, pieces("村" * 3 * LONGEST))) == LONGEST


@settings(deadline=None)  # the first example reads the model
@given(news, st.sets(st.integers(min_value=-2, max_value=90)))
def test_borders_are_word_borders(text: str, borders: set[int]) -> None:
    words = segmenter().words(text)
    parts = split_at(words, borders)
    ends = {0, *accumulate(map(len, parts))}
    assert "".join(parts) == text
    assert {at for at in borders if 0 <= at <= len(text)} <= ends
    assert ends == {0, *accumulate(map(len, words))} | {at for at in borders if 0 < at < len(text)}
    assert all(parts)


def test_the_words_of_a_sentence() -> None:
    words = segmenter().words(NEWS)
    assert words[-5:] == ["投入", "资金", "2.8万", "元", "。"]
    assert {"镇", "党委", "开展", "行动", "，", "服务"} <= set(words)


def test_half_width_commas_are_no_part_of_words_and_numbers_keep_theirs() -> None:
    assert segmenter().words(NEWS.replace("，", ",")) == [word.replace("，", ",") for word in segmenter().words(NEWS)]
    assert widen("增收12,345元,约2.8万(含9:30)!") == "增收12,345元，约2.8万（含9:30）！"


def test_blanks_are_kept_as_words_and_make_a_doc_of_the_same_text() -> None:
    text = "便民服务站\n\n  全村党员 "
    words = segmenter().words(text)
    assert words[-1] == " "
    assert "\n\n  " in words
    made = doc(spacy.blank("zh").vocab, words)
    assert made.text == text
    assert [token.idx for token in made] == [0, *accumulate(map(len, words))][:-1]


def test_no_text_has_no_words() -> None:
    assert segmenter().words("") == []
    assert segmenter().cut("") == []
    assert split_at([], [0, 3]) == []


def test_features_are_those_of_spacy_pkuseg() -> None:
    corpus = ["县 镇 的 党委 书记 、 党 支部 建 了 3 个 服务站", "党 支部 书记 在 ＡＢ 服务站 办 了 二十 件 事 ， 党委 书记 在 镇 里"]
    extractor, model = extractor_of(corpus)
    for sentence in (NEWS, "党支部书记在服务站ＡＢ办了3.5件事，党委书记在", "党", "党委", "a-b_c|d/e*f:g"):
        nodes = list(extractor.normalize_text(sentence))
        assert model.features(sentence) == [extractor.get_node_features_idx(at, nodes) for at in range(len(nodes))]


def extractor_of(lines: list[str]) -> tuple[FeatureExtractor, Segmenter]:
    """spacy_pkuseg's extractor for a corpus, and a segmenter of the same features whose weights are all zero."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "corpus.txt"
        path.write_text("\n".join(lines), "utf-8")
        extractor = FeatureExtractor()
        extractor.build(str(path))
    features = sorted(extractor.feature_to_idx, key=extractor.feature_to_idx.__getitem__)
    tags = sorted(extractor.tag_to_idx, key=extractor.tag_to_idx.__getitem__)
    return extractor, Segmenter(features, extractor.unigram, tags, np.zeros(len(tags) * (len(features) + len(tags))))


def test_weights_of_another_model_are_refused() -> None:
    with pytest.raises(DataError, match="7 weights don't fit 1 features and 2 tags"):
        Segmenter(["$$"], [], ["B", "I"], np.zeros(7))


def test_training_makes_a_model_that_reads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_segmenter, "ITERATIONS", 3)
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("党 支部 书记 在 服务 站 .\n党委 书记 在 党 支部 .\n服务 站 有 党 支部 ,\n" * 20, "utf-8")
    scores = [train_segmenter.train(corpus, corpus, tmp_path / name) for name in ("one.npz", "two.npz")]
    assert scores == [1.0, 1.0]
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert Segmenter.read((tmp_path / "one.npz").read_bytes()).words("服务站有党支部。") == ["服务", "站", "有", "党", "支部", "。"]


def test_the_shipped_model_scores_as_it_is_said_to() -> None:
    path = CORPUS / "seg_udc_test.txt"
    if not path.exists():
        pytest.skip("the segmented corpus isn't on this machine")
    sentences = [train_segmenter.normalized(line) for line in path.read_text("utf-8").splitlines()]
    assert train_segmenter.f1(segmenter(), sentences) > 0.93


def test_tags_are_of_the_whole_text() -> None:
    texts = ["", NEWS + "\n" + NEWS, " \n", "全村党员。"]
    found = tagged(texts)
    assert ["".join(word for word, _ in one) for one in found] == texts
    assert [pair for pair in found[1] if pair != ("\n", "w")] == 2 * tagger().tag([NEWS])[0]
    assert found == tagged(texts)
