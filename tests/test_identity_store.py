"""Joins in a store: the same graph in every order, articles that go and change, and why things are one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from test_identity import TEXTS

from kg.errors import InputError, KgError
from kg.identity.explain import explain_identity
from kg.pipeline import build
from kg.remove import remove
from kg.store import open_store
from kg.validate import validate

ARTICLES = {f"{number}.txt": text for number, text in enumerate(TEXTS)}


def refuse(error: KgError) -> None:
    raise error


def written(folder: Path, articles: Mapping[str, str]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in articles.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in articles]


def record_of(store: Path) -> bytes:
    with open_store(store, write=False) as held:
        return held.record.dump("nquads")


def built(store: Path, *batches: Iterable[Path]) -> bytes:
    """The record of a store that these came to, one batch after the other."""
    for batch in batches:
        with open_store(store, write=True) as held:
            build(batch, held, refuse)
    return record_of(store)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path], bytes]:
    folder = tmp_path_factory.mktemp("joins")
    paths = written(folder / "articles", ARTICLES)
    return folder / "store", paths, built(folder / "store", paths)


def test_joins_are_stated_and_conform(whole: tuple[Path, list[Path], bytes]) -> None:
    store, _, record = whole
    assert "ontology#Join>" in record.decode()
    assert "/place/500235133/石坎岭村>" in record.decode()
    with open_store(store, write=False) as held:
        assert validate(held.record.quads()).conforms


def test_one_at_a_time_in_another_order(whole: tuple[Path, list[Path], bytes], tmp_path: Path) -> None:
    _, paths, record = whole
    order = list(paths)
    random.Random(4).shuffle(order)
    assert built(tmp_path / "store", *([path] for path in order)) == record


def test_without_an_article_is_as_if_it_had_never_been(whole: tuple[Path, list[Path], bytes], tmp_path: Path) -> None:
    _, paths, _ = whole
    built(tmp_path / "store", paths)
    with open_store(tmp_path / "store", write=True) as held:
        remove("3.txt", held, refuse)  # the article that told where 平安镇 is
    without = built(tmp_path / "other", [path for path in paths if path.name != "3.txt"])
    assert record_of(tmp_path / "store") == without
    assert "/place/500235133" not in without.decode()


def test_a_changed_article_is_as_if_it_had_always_been_so(whole: tuple[Path, list[Path], bytes], tmp_path: Path) -> None:
    paths = written(tmp_path / "articles", ARTICLES)
    built(tmp_path / "store", paths)
    written(tmp_path / "articles", {"3.txt": "云阳县平安镇推行“夜话”做法。"})
    assert built(tmp_path / "store", paths) == built(tmp_path / "other", paths)


def test_why_things_are_one(whole: tuple[Path, list[Path], bytes]) -> None:
    store, _, _ = whole
    with open_store(store, write=False) as held:
        rows = {row[1]: row for row in explain_identity("石坎岭村党支部", held.record).rows}
        assert rows["2.txt"][0] == rows["3.txt"][0] == "500235133/石坎岭村/党支部"
        assert rows["3.txt"][3:] == ("500235133/石坎岭村/党支部", "")
        assert str(rows["2.txt"][3]).startswith("article/2.txt/")
        assert "500235133" in str(rows["2.txt"][4])
        with pytest.raises(InputError, match="nothing in the graph"):
            explain_identity("无此村", held.record)
