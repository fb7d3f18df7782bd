"""Trains the word segmenter that ships with the package: `python -m kg.annotate.train_segmenter TRAIN TEST OUT`.

TRAIN and TEST hold one sentence a line, words apart by one blank (UD Chinese GSD, CC BY-SA 4.0). OUT becomes the packed model, see `pack`.
The same input gives the same file, byte for byte.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import spacy_pkuseg
from spacy_pkuseg.feature_extractor import FeatureExtractor

from kg.annotate.segment import Segmenter, widths

#: Order of the shuffles of the training sentences; any other number would do as well.
SEED = 20
ITERATIONS = 20


def normalized(line: str) -> list[str]:
    """Words of a training line, punctuation as wide as it is in cleaned articles. Only whole words change: `2.8` keeps its point."""
    wide = widths()
    return [wide.get(word, word) for word in line.split()]


def pack(folder: Path) -> bytes:
    """A model as spacy_pkuseg saves it, made small: an .npz of `features` (UTF-8, one a line, in the order of their indices), `words` (UTF-8, one a
    line), `tags` (likewise), `weights` (float16, features × tags, then tags × tags).
    """
    extractor = FeatureExtractor.load(str(folder))
    weights = np.load(folder / "weights.npz")["w"].astype(np.float16)

    def lines(items: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        return np.frombuffer("\n".join(items).encode(), dtype=np.uint8)

    features = sorted(extractor.feature_to_idx, key=extractor.feature_to_idx.__getitem__)
    tags = sorted(extractor.tag_to_idx, key=extractor.tag_to_idx.__getitem__)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, features=lines(features), words=lines(sorted(extractor.unigram)), tags=lines(tags), weights=weights)
    return buffer.getvalue()


def f1(segmenter: Segmenter, sentences: list[list[str]]) -> float:
    """F1 of the words found, a word being right where both its borders are. Between 0 and 1."""
    right = found = gold = 0
    for words in sentences:
        spans = [_spans(words), _spans(segmenter.words("".join(words)))]
        gold, found, right = gold + len(spans[0]), found + len(spans[1]), right + len(spans[0] & spans[1])
    return 2 * right / (gold + found)


def _spans(words: list[str]) -> set[tuple[int, int]]:
    """The words as (start, end)."""
    spans, start = set(), 0
    for word in words:
        spans.add((start, start + len(word)))
        start += len(word)
    return spans


def train(train_file: Path, test_file: Path, out: Path) -> float:
    """Trains, writes `out` and gives the F1 on `test_file`. Takes some four minutes on one core."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in (train_file, test_file):
            lines = (" ".join(normalized(line)) for line in source.read_text("utf-8").splitlines())
            (folder / source.name).write_text("\n".join(lines) + "\n", "utf-8")
        random.seed(SEED)
        spacy_pkuseg.train(str(folder / train_file.name), str(folder / test_file.name), str(folder / "model"), train_iter=ITERATIONS)
        out.write_bytes(pack(folder / "model"))
    return f1(Segmenter.read(out.read_bytes()), [normalized(line) for line in test_file.read_text("utf-8").splitlines()])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python -m kg.annotate.train_segmenter TRAIN TEST OUT")
    sys.stdout.write(f"F1 {train(*map(Path, sys.argv[1:])):.4f}\n")
