"""Text → words, by a conditional random field that was trained on UD Chinese GSD (see NOTICE and train_segmenter.py).

spaCy's own Chinese tokenizer is not used: it reads a pkuseg model only from a folder of unpacked files, and computes features at a
quarter of the speed. `Segmenter` hands the same features to the same decoder of spacy_pkuseg.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc
from spacy.vocab import Vocab
from spacy_pkuseg import inference
from spacy_pkuseg.feature_extractor import FeatureExtractor
from spacy_pkuseg.model import Model

from kg import tables
from kg.annotate.names import LacTagger
from kg.annotate.names import tagger as shared_tagger
from kg.errors import DataError, RuleError

#: A sentence longer than this is cut, at a comma if there is one: the tagger's memory grows with it.
LONGEST = 400
#: Lengths of the words whose match in the text is a feature, as spacy_pkuseg has them, in its order.
LENGTHS = (6, 5, 4, 3, 2)
#: What spacy_pkuseg calls every digit and every full-width letter, and the single character that stands for it here.
CLASSES = {"**Num": "\x01", "**Letter": "\x02"}
#: spacy_pkuseg's families of features: this character, its neighbours, pairs of neighbours, known words that end or start here, pairs of known words.
FAMILIES = ("c", "c-1", "c1", "c-2", "c2", "c-1c", "cc1", "c-2c-1", "w-1", "w1", "ww.l", "ww.r")


@cache
def _marks(use: str) -> str:
    """The characters of one use in pipelines/news/segmenter.tsv."""
    found = "".join(row["from"] for row in tables.rows("segmenter.tsv", required=("use", "from")) if row["use"] == use)
    if not found:
        raise RuleError(f"pipelines/news/segmenter.tsv: no row has the use {use}; add one")
    return found


@cache
def widths() -> Mapping[str, str]:
    """Half-width punctuation → what cleaned articles write in its place."""
    return {row["from"]: row["to"] for row in tables.rows("segmenter.tsv", required=("use", "from")) if row["use"] == "wide"}


@cache
def _pieces() -> re.Pattern[str]:
    """Matches a run of blanks, or a sentence with its closing marks; matches follow each other without a gap."""
    end, close, pause = (f"[{re.escape(_marks(use))}]" for use in ("end", "close", "pause"))
    inner = rf"[^\s{end[1:-1]}]"
    body = rf"(?:{inner}{{1,{LONGEST}}}(?!{inner})|{inner}{{1,{LONGEST}}}(?<={pause})|{inner}{{1,{LONGEST}}})"
    return re.compile(rf"\s+|{body}(?:{end}{{1,9}}{close}{{0,9}})?|{end}{{1,9}}{close}{{0,9}}")


def pieces(text: str) -> list[str]:
    """Sentences and the blanks between them, in order; joined they are `text`. No sentence holds a blank or more than LONGEST + 18 characters."""
    return _pieces().findall(text)


def widen(text: str) -> str:
    """`text` with its half-width punctuation made wide, character for character; a mark inside a number or a Latin word stays: `2.8`, `9:30`."""
    wide = widths()
    return _narrow().sub(lambda match: wide[match.group()], text)


@cache
def _narrow() -> re.Pattern[str]:
    marks = f"[{re.escape(''.join(mark for mark in widths() if mark.isascii()))}]"
    return re.compile(rf"(?<![0-9A-Za-z]){marks}|{marks}(?![0-9A-Za-z])")


def split_at(words: Iterable[str], borders: Iterable[int]) -> list[str]:
    """The same words, each cut in two where one of `borders` (character offsets from the start of the first word) falls inside it."""
    cuts = sorted(set(borders))
    result: list[str] = []
    start = at = 0
    for word in words:
        end = start + len(word)
        while at < len(cuts) and cuts[at] <= start:
            at += 1
        last = start
        while at < len(cuts) and cuts[at] < end:
            result.append(word[last - start : cuts[at] - start])
            last = cuts[at]
            at += 1
        result.append(word[last - start :])
        start = end
    return result


def doc(vocab: Vocab, words: Sequence[str]) -> Doc:
    """A spaCy Doc whose text is the joined words; blanks are tokens."""
    return Doc(vocab, words=list(words), spaces=[False] * len(words))


class Segmenter:
    """Cuts text into words. Deterministic; holds no state between calls.

    Source: the features and the decoder of spacy_pkuseg (MIT), Sun, Wang and Li, ACL 2012; the weights of segmenter.npz.
    """

    def __init__(self, features: Sequence[str], words: Iterable[str], tags: Sequence[str], weights: NDArray[np.float64]) -> None:
        """`weights`: (features × tags, then tags × tags) in one dimension. Tags that contain B begin a word.

        Raises:
            DataError: the number of weights doesn't fit.
        """
        if weights.shape != (len(tags) * (len(features) + len(tags)),):
            raise DataError(f"segmenter: {weights.shape[0]} weights don't fit {len(features)} features and {len(tags)} tags; train it again")
        self._model = Model.__new__(Model)
        self._model.n_tag, self._model.n_feature, self._model.w = len(tags), len(features), weights
        self._begins = [tag.startswith("B") for tag in tags]
        self._words = frozenset(word for word in words if LENGTHS[-1] <= len(word) <= LENGTHS[0])
        families: dict[str, dict[str, int]] = {family: {} for family in FAMILIES}
        for index, feature in enumerate(features):
            if index:  # feature 0 is on every character
                family, name = _parts(feature)
                families[family][name] = index
        self._lookups = tuple(names.get for names in families.values())
        self._table = {ord(c): "&" for c in FeatureExtractor.keywords}
        self._table |= {ord(c): CLASSES["**Num"] for c in sorted(FeatureExtractor.num) if ord(c) not in self._table}
        self._table |= {ord(c): CLASSES["**Letter"] for c in sorted(FeatureExtractor.letter)}

    @classmethod
    def read(cls, packed: bytes) -> Segmenter:
        """A model as `train_segmenter.pack` writes it."""
        with np.load(io.BytesIO(packed)) as data:
            features, words, tags = (bytes(data[name]).decode().split("\n") for name in ("features", "words", "tags"))
            return cls(features, words, tags, data["weights"].astype(np.float64))

    def words(self, text: str) -> list[str]:
        """Words of `text`, runs of blanks among them as words of their own; joined they are `text`."""
        result: list[str] = []
        for piece in pieces(text):
            if piece.isspace():
                result.append(piece)
            else:
                result += self.cut(piece)
        return result

    def cut(self, sentence: str) -> list[str]:
        """Words of a sentence without blanks; joined they are `sentence`."""
        if not sentence:
            return []
        _, tags = inference.decodeViterbi_fast(self.features(widen(sentence)), self._model)
        starts = [0, *(at for at, tag in enumerate(tags) if at and self._begins[tag]), len(sentence)]
        return [sentence[start:end] for start, end in pairwise(starts)]

    def features(self, sentence: str) -> list[list[int]]:
        """Indices of the features of each character, in the order of spacy_pkuseg's FeatureExtractor.

        It asks only for pairs of words that are both there, where the extractor tries fifty pairs a character; that is why it is faster.
        """
        text = sentence.translate(self._table)
        size = len(text)
        begin, end = self._matches(text)
        here, before, after, before2, after2, pair_before, pair_after, pair_before2, ends, starts, left, right = self._lookups
        result: list[list[int]] = []
        for at, char in enumerate(text):
            found = [0, here(char)]
            if at > 0:
                found += before(text[at - 1]), pair_before(text[at - 1 : at + 1])
            if at + 1 < size:
                found += after(text[at + 1]), pair_after(text[at : at + 2])
            if at > 1:
                found += before2(text[at - 2]), pair_before2(text[at - 2 : at])
            if at + 2 < size:
                found.append(after2(text[at + 2]))
            ending, starting = end[at + 1], begin[at]
            if ending:
                found += [ends(word) for word in ending]
            if starting:
                found += [starts(word) for word in starting]
                found += [left(f"{first}*{second}") for first in end[at] for second in starting]
            if ending:
                found += [right(f"{first}*{second}") for first in ending for second in begin[at + 1]]
            result.append([index for index in found if index is not None])
        return result

    def _matches(self, text: str) -> tuple[list[list[str]], list[list[str]]]:
        """For each place in `text`, the known words that begin there, and those that end just before it; longest first."""
        begin: list[list[str]] = [[] for _ in range(len(text) + 1)]
        end: list[list[str]] = [[] for _ in range(len(text) + 1)]
        words = self._words
        for length in LENGTHS:
            for at in range(len(text) - length + 1):
                word = text[at : at + length]
                if word in words:
                    begin[at].append(word)
                    end[at + length].append(word)
        return begin, end


def _parts(feature: str) -> tuple[str, str]:
    """Family and name of a feature: `c-1c.长.江` → (`c-1c`, `长江`), with one character for each class of characters."""
    family, _, name = (feature[:4], "", feature[5:]) if feature.startswith("ww.") else feature.partition(".")
    for name_of_class, char in CLASSES.items():
        name = name.replace(name_of_class, char)
    return family, name.replace(".", "")


def tagged(texts: Sequence[str], *, tagger: LacTagger | None = None) -> list[tuple[tuple[str, str], ...]]:
    """LAC's words with their tags (`kg.annotate.names`) for each text; joined they are the text. Blanks have the tag `w`, as punctuation has.

    Give some articles at a time rather than one: sentences of one length run together.
    """
    lac = tagger or shared_tagger()
    split = [pieces(text) for text in texts]
    found = iter(lac.tag([piece for parts in split for piece in parts if not piece.isspace()]))
    return [tuple(pair for piece in parts for pair in ([(piece, "w")] if piece.isspace() else next(found))) for parts in split]


@cache
def segmenter() -> Segmenter:
    """The model that ships with the package. It is read once (0.4 s)."""
    return Segmenter.read(files("kg.annotate").joinpath("segmenter.npz").read_bytes())
