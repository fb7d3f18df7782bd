"""The whole line on the sample corpus: the same input gives the same bytes, every fact can be shown in the raw text, nothing stops the batch."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.batches import Built, Refuse
from kg.clean import clean
from kg.errors import KgError, SourceError
from kg.pipeline import build, extract, sources
from kg.records import Claim, Evidence, Implementation, Reading, Source
from kg.remove import remove
from kg.resolve import article_iri, resolve
from kg.store import Store, open_store
from kg.to_rdf import to_rdf
from kg.validate import validate

ROOT = Path(__file__).parents[1]
SAMPLE = sorted((ROOT / "kg" / "sample" / "articles").iterdir())
#: A few, for what needs no whole corpus: two of one town, one of another, a table.
FEW = [path for path in SAMPLE if path.name[:2] in ("04", "15", "16", "21")]
SHARED = Path(os.environ.get("KG_SHARED", ROOT.parent / "shared")) / "articles"
#: What the property graph holds, as rows that can be compared.
NODES = "MATCH (n) RETURN n.iri AS iri, labels(n) AS labels, n.name AS name, n.names AS names ORDER BY iri"
EDGES = "MATCH (a)-[r]->(b) RETURN a.iri AS source, type(r) AS type, b.iri AS target, r.support AS support ORDER BY source, type, target"


@dataclass(frozen=True)
class Result:
    """What a build left behind."""

    built: Built
    nquads: bytes
    docs: tuple[str, ...]
    nodes: tuple[tuple[object, ...], ...]
    edges: tuple[tuple[object, ...], ...]
    refused: tuple[str, ...]


def run(paths: Iterable[Path], directory: Path, then: Callable[[Store, Refuse], object] | None = None) -> Result:
    """Build into a store, new or not, and say what it holds."""
    refused: list[KgError] = []
    with open_store(directory, write=True) as store:
        built = build(paths, store, refused.append)
        if then is not None:
            then(store, refused.append)
        nodes, edges = store.graph.ask(NODES, {}).rows, store.graph.ask(EDGES, {}).rows
        return Result(built, store.record.dump("nquads"), store.readings.docs(), nodes, edges, tuple(map(str, refused)))


@pytest.fixture(scope="session")
def whole_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole") / "store"


@pytest.fixture(scope="session")
def whole(whole_store: Path) -> Result:
    """The sample corpus, built once."""
    return run(SAMPLE, whole_store)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Four articles, built once."""
    return run(FEW, tmp_path_factory.mktemp("few") / "store")


@pytest.fixture(scope="session")
def readings() -> list[tuple[Source, Reading]]:
    """The sample articles, and the shared ones where they are, each with what it says."""
    paths = [*SAMPLE, *(sorted(SHARED.iterdir()) if SHARED.is_dir() else [])]
    refused: list[KgError] = []
    found = list(sources(paths, refused.append))
    said = list(extract(found, refused.append))
    assert not refused
    return list(zip(found, said, strict=True))


def test_the_sample_is_taken_whole(whole: Result) -> None:
    assert whole.refused == ()
    assert whole.built.read == len(whole.docs) > len(SAMPLE)  # tables hold several
    assert whole.built.empty == []
    assert whole.nodes
    assert whole.edges
    labels = {label for _, names, _, _ in whole.nodes for label in names}  # type: ignore[attr-defined]
    assert {"Organization", "Person", "Place", "Initiative", "Implementation", "Metric", "Sentence", "Article"} <= labels


def test_the_second_build_reads_nothing_and_changes_nothing(whole: Result, whole_store: Path) -> None:
    again = run(SAMPLE, whole_store)
    assert (again.built.read, again.built.skipped, again.built.changed) == (0, whole.built.read, 0)
    assert again.nquads == whole.nquads
    assert (again.nodes, again.edges) == (whole.nodes, whole.edges)


def test_reverse_order_gives_the_same_bytes(few: Result, tmp_path: Path) -> None:
    backwards = run(reversed(FEW), tmp_path / "store")
    assert backwards.nquads == few.nquads
    assert (backwards.nodes, backwards.edges) == (few.nodes, few.edges)


def test_another_process_gives_the_same_bytes(few: Result, tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from kg.pipeline import build
from kg.store import open_store

def refuse(error):
    raise error

with open_store(Path(sys.argv[1]), write=True) as store:
    build(map(Path, sys.argv[2:]), store, refuse)
    sys.stdout.buffer.write(store.record.dump("nquads"))
"""
    command = [sys.executable, "-c", script, str(tmp_path / "store"), *map(str, FEW)]
    other = subprocess.run(command, capture_output=True, check=False, timeout=300, env={**os.environ, "PYTHONHASHSEED": "4711"})
    assert other.returncode == 0, other.stderr.decode()[-2000:]
    assert other.stdout == few.nquads


@pytest.mark.parametrize("gone", FEW[-2:], ids=lambda path: path.name)
def test_removing_an_article_is_a_build_without_it(gone: Path, tmp_path: Path) -> None:
    rest = [path for path in FEW if path != gone]
    removed = run(FEW, tmp_path / "all", then=lambda store, refuse: remove(gone.name, store, refuse))
    without = run(rest, tmp_path / "rest")
    assert removed.nquads == without.nquads
    assert (removed.nodes, removed.edges) == (without.nodes, without.edges)
    assert removed.docs == without.docs


def test_a_changed_article_is_read_anew(tmp_path: Path) -> None:
    text = "桃源县漆河镇推行“邻里帮”机制，投入20万元。\n"
    other = tmp_path / "b.txt"
    other.write_text("桃源县陬市镇推行“板凳会”制度，投入10万元。\n", "utf-8")
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    before = run([path, other], tmp_path / "store")
    path.write_text(text.replace("20万元", "30万元"), "utf-8")
    after = run([path, other], tmp_path / "store")
    assert (after.built.read, after.built.skipped, after.built.changed) == (1, 1, 1)
    assert "200000" in before.nquads.decode()
    assert "200000" not in after.nquads.decode()
    assert "300000" in after.nquads.decode()
    assert after.nquads == run([path, other], tmp_path / "fresh").nquads


def test_articles_added_later_give_the_store_of_one_build(few: Result, tmp_path: Path) -> None:
    for path in FEW:
        last = run([path], tmp_path / "store")
    assert last.nquads == few.nquads
    assert (last.nodes, last.edges) == (few.nodes, few.edges)


def test_a_refused_article_does_not_stop_the_others(few: Result, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    picture = tmp_path / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    found = run([FEW[0], empty, *FEW[1:2], picture, *FEW[2:]], tmp_path / "store")
    assert len(found.refused) == 2
    assert any("empty.txt" in line for line in found.refused)
    assert any("picture.txt" in line for line in found.refused)
    assert all("\n" not in line for line in found.refused)
    assert found.nquads == few.nquads


def test_a_second_article_of_one_name_is_refused(tmp_path: Path) -> None:
    twin = tmp_path / FEW[0].name
    twin.write_text("桃源县漆河镇推行“邻里帮”机制。\n", "utf-8")
    refused: list[KgError] = []
    with open_store(tmp_path / "store", write=True) as store:
        built = build([FEW[0], twin], store, refused.append)
    assert built.read == 1
    assert [type(error) for error in refused] == [SourceError]


# what each article says -------------------------------------------------------------------------------------------------------------------
def _proofs(reading: Reading) -> list[Evidence]:
    found = [mention.evidence for mention in reading.mentions]
    found += [proof for claim in reading.claims for proof in claim.evidence]
    for row in reading.implementations:
        found += [*row.evidence, *(metric.evidence for metric in row.metrics)]
    return found


def _facts(reading: Reading) -> list[Claim | Implementation]:
    return [*reading.claims, *reading.implementations]


def test_every_quote_stands_in_the_text_and_in_the_raw(readings: list[tuple[Source, Reading]]) -> None:
    for source, reading in readings:
        article = clean(source)
        proofs = _proofs(reading)
        assert proofs, reading.doc
        for proof in proofs:
            assert proof.doc == reading.doc
            assert proof.quote == article.text[proof.start : proof.end] != ""
            assert 0 <= proof.raw_start < proof.raw_end <= len(source.raw)
            assert (proof.raw_start, proof.raw_end) == (article.origins[proof.start], article.origins[proof.end - 1] + 1)
            assert proof.rule


def test_every_sentence_stands_in_the_raw(readings: list[tuple[Source, Reading]]) -> None:
    for source, reading in readings:
        article = clean(source)
        for sentence in reading.sentences:
            assert sentence.text == article.text[sentence.start : sentence.end]
            assert sentence.raw == source.raw[sentence.raw_start : sentence.raw_end]


def test_every_fact_has_evidence_within_a_sentence(readings: list[tuple[Source, Reading]]) -> None:
    for _, reading in readings:
        for grounds in [fact.evidence for fact in _facts(reading)]:
            assert grounds, reading.doc
            for proof in grounds:
                starts = [sentence for sentence in reading.sentences if sentence.start <= proof.start < sentence.end]
                ends = [sentence for sentence in reading.sentences if sentence.start < proof.end <= sentence.end]
                assert starts, f"{reading.doc}: {proof}"
                assert ends, f"{reading.doc}: {proof}"


def test_every_article_conforms(readings: list[tuple[Source, Reading]]) -> None:
    for _, reading in readings:
        report = validate(to_rdf(resolve(reading)))
        assert report.conforms, f"{reading.doc}: {report.results[0]}"


def test_one_entity_one_iri_and_each_claim_once(readings: list[tuple[Source, Reading]]) -> None:
    for _, reading in readings:
        knowledge = resolve(reading)
        iris = [entity.iri for entity in knowledge.entities]
        assert len(iris) == len(set(iris))
        keys = [(claim.subject, claim.predicate, claim.object, claim.status) for claim in knowledge.claims]
        assert len(keys) == len(set(keys))


def test_articles_of_one_town_meet(whole: Result) -> None:
    iris = {iri for iri, *_ in whole.nodes}
    assert {article_iri("15-zigui-guojiaba-a.txt"), article_iri("16-zigui-guojiaba-b.txt")} <= iris
    towns = [name for _, labels, name, _ in whole.nodes if "Township" in labels]  # type: ignore[operator]
    assert towns.count("郭家坝镇") == 1
