"""The storing half of the line: whatever was built before and wherever it was cut off, the store becomes the one that is built at once."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from kg import batches, pipeline
from kg.batches import Built, Said
from kg.errors import DataError, KgError
from kg.pipeline import settle
from kg.read import find
from kg.records import Table
from kg.remove import remove
from kg.resolve import article_iri
from kg.store import open_store

OLD = ("01-anji-three-townships.txt", "04-pujiang-xilai.txt", "05-huayuan-shuanglong.txt", "16-zigui-guojiaba-b.txt")
NEW = ("01-anji-three-townships.txt", "03-pingyao-yuebi.txt", "04-pujiang-xilai.txt", "15-zigui-guojiaba-a.txt", "16-zigui-guojiaba-b.txt")
#: The new text of this one is another's, so that it names other things.
CHANGED = "04-pujiang-xilai.txt"


def refuse(error: KgError) -> None:
    raise error


def settled(directory: Path, articles: Iterable[Said]) -> Built:
    with open_store(directory, write=True) as store:
        built = Built(store, refuse, None)
        for item in articles:
            built.keep([item])
        return settle(built)


def contents(directory: Path) -> tuple[bytes, Table, Table, list[str]]:
    with open_store(directory, write=False) as store:
        nodes = store.graph.ask("MATCH (n) RETURN n ORDER BY n.iri", {})
        edges = store.graph.ask("MATCH (a)-[r]->(b) RETURN a.iri, r, b.iri ORDER BY a.iri, type(r), b.iri", {})
        return store.record.dump("nquads"), nodes, edges, [reading.doc for reading in store.readings]


@pytest.fixture(scope="module")
def states() -> tuple[list[Said], list[Said]]:
    """A small corpus before and after some articles were added and one changed."""
    with as_file(files("kg.sample") / "articles") as folder:
        found = {source.doc: source for source in pipeline.sources(find([folder]), refuse)}
    other = replace(found["07-binchuan-lijiao.txt"], doc=CHANGED)
    before = [item for item in pipeline.say([found[doc] for doc in OLD]) if isinstance(item, Said)]
    after = [item for item in pipeline.say([other if doc == CHANGED else found[doc] for doc in NEW]) if isinstance(item, Said)]
    assert len(before) == len(OLD)
    assert len(after) == len(NEW)
    return before, after


@pytest.fixture(scope="module")
def undisturbed(states: tuple[list[Said], list[Said]], tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Table, Table, list[str]]:
    """The new corpus, built at once; 05 is in it as before."""
    before, after = states
    directory = tmp_path_factory.mktemp("undisturbed") / "store"
    settled(directory, [*after, *(item for item in before if item.doc not in NEW)])
    return contents(directory)


def test_bit_by_bit_is_as_at_once(states: tuple[list[Said], list[Said]], undisturbed: tuple[bytes, Table, Table, list[str]], tmp_path: Path) -> None:
    before, after = states
    settled(tmp_path / "store", reversed(before))
    report = settled(tmp_path / "store", after).load
    assert report is not None
    assert report.nodes.deleted
    assert report.nodes.created
    assert contents(tmp_path / "store") == undisturbed
    again = settled(tmp_path / "store", [*before, *after])
    assert again.load is not None
    assert contents(tmp_path / "store") == undisturbed
    nothing = settled(tmp_path / "store", after)
    assert (nothing.changed, nothing.load and nothing.load.written) == (0, 0)


def test_removed_is_as_never_there(states: tuple[list[Said], list[Said]], tmp_path: Path) -> None:
    before, _ = states
    settled(tmp_path / "store", before)
    with open_store(tmp_path / "store", write=True) as store:
        assert remove(OLD[1], store, refuse) == (OLD[1],)
    settled(tmp_path / "other", [item for item in before if item.doc != OLD[1]])
    assert contents(tmp_path / "store") == contents(tmp_path / "other")


KILLED = """
import os, pickle, signal, sys
from pathlib import Path
from kg import batches
from kg.batches import Built
from kg.pipeline import settle
from kg.store import open_store
from kg.store.bolt import BoltGraph
from kg.store.changes import Changes
from kg.store.readings import Readings
from kg.store.record import RdfRecord
left = int(sys.argv[3])
def counted(owner, name):
    real = getattr(owner, name)
    def call(*args, **kwargs):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return real(*args, **kwargs)
    setattr(owner, name, call)
for owner, name in ((RdfRecord, "replace"), (RdfRecord, "replace_all"), (RdfRecord, "flush"), (Readings, "keep"), (BoltGraph, "write"),
                    (Changes, "note"), (Changes, "begin"), (Changes, "done")):
    counted(owner, name)
batches._WAITING = 2
with open_store(Path(sys.argv[1]), write=True) as store:
    built = Built(store, print, None)
    for item in pickle.loads(Path(sys.argv[2]).read_bytes()):
        built.keep([item])
    settle(built)
"""


@pytest.mark.parametrize("steps", [0, 2, 4, 7, 10, 13, 16, 19, 24, 40, 60])
def test_a_killed_build_is_mended_by_the_next(
    states: tuple[list[Said], list[Said]], undisturbed: tuple[bytes, Table, Table, list[str]], tmp_path: Path, steps: int
) -> None:
    before, after = states
    settled(tmp_path / "store", before)
    (tmp_path / "articles").write_bytes(pickle.dumps(after))
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "store"), str(tmp_path / "articles"), str(steps)], check=False)
    assert ended.returncode == -9
    settled(tmp_path / "store", after)
    assert contents(tmp_path / "store") == undisturbed


def test_what_fails_the_check_is_not_in_the_graph(states: tuple[list[Said], list[Said]], tmp_path: Path) -> None:
    before, _ = states
    settled(tmp_path / "store", before)
    refused: list[KgError] = []
    with open_store(tmp_path / "store", write=True) as store:
        built = Built(store, refused.append, None)
        built.keep([replace(before[0], nquads=b"", facts=(), fault=DataError("no good"))])
        settle(built)
        assert [str(error) for error in refused] == ["no good"]  # told once
        assert article_iri(before[0].doc) not in store.record.graphs()


def _doubled(batch: list[int]) -> list[int]:
    return [2 * number for number in batch]


@pytest.mark.parametrize("processes", [0, 2])
def test_batches_come_back_in_order(processes: int) -> None:
    found = list(batches.spread(_doubled, batches.batched(range(100)), processes))
    assert [number for batch in found for number in batch] == [2 * number for number in range(100)]


def _fails(batch: list[int]) -> int:
    return batch[0] // 0


def test_what_fails_elsewhere_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(batches.spread(_fails, iter([[1], [2]]), 1))
