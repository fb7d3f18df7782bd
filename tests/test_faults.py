"""Faults: whatever is killed, stopped, filled or cut, the graph afterwards is the undisturbed one, or one line says what to do.

`python tests/bench_stores.py` tries more points and larger graphs.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from conftest import PASSWORD, SAMPLE, SCRIPTS, Kg
from factories import OTHER_ARTICLE, OTHER_DOC, knowledge
from test_load import ONE, changed, contents, expected, loaded, loader, made, put

from kg.errors import DataError, KgError, StoreError
from kg.pipeline import build
from kg.store import open_store
from kg.store.bolt import BoltGraph
from kg.store.neo4j import connect

FEW = ("04-pujiang-xilai.txt",)
OTHER = knowledge(OTHER_DOC, OTHER_ARTICLE)


@pytest.mark.neo4j
def test_a_client_killed_at_any_point_of_a_load(tmp_path: Path, neo4j_graph: BoltGraph, neo4j_env: Mapping[str, str]) -> None:
    store = made(tmp_path / "store", ONE)
    points = random.Random(6)
    for turn in range(6):
        with loader(store, neo4j_env, batch=2) as process:
            assert process.stdout is not None
            left = points.randrange(12) + 2 * turn
            for _ in process.stdout:
                left -= 1
                if left < 0:
                    process.kill()
                    break
    loaded(store, neo4j_graph)
    assert contents(neo4j_graph) == expected(store)
    assert loaded(store, neo4j_graph, full=True).written == 0


BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_faults import OTHER
from test_load import ONE, changed, put
from kg.store import open_store
with open_store(Path(sys.argv[1]), write=True) as store:
    print("open", flush=True)
    for said in (ONE, OTHER, changed(ONE), changed(OTHER)):
        put(store, said)
        print("put", flush=True)
"""


def test_a_store_killed_at_any_point_of_a_build(tmp_path: Path) -> None:
    points = random.Random(6)
    for turn in range(6):
        command = [sys.executable, "-c", BUILD, str(tmp_path / "killed"), str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(1 + turn % 3):
                process.stdout.readline()
            time.sleep(points.random() * 0.4)
            process.kill()
    for name in ("killed", "whole"):
        with open_store(tmp_path / name, write=True) as store:
            put(store, changed(ONE), changed(OTHER))
    assert expected(tmp_path / "killed") == expected(tmp_path / "whole")
    with open_store(tmp_path / "killed", write=False) as one, open_store(tmp_path / "whole", write=False) as other:
        assert one.record.dump("nquads") == other.record.dump("nquads")


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of a file are POSIX's")
def test_a_full_disk_while_building(tmp_path: Path) -> None:
    articles = [SAMPLE / name for name in FEW]
    for most in (20_000, 200_000):

        def limit(most: int = most) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        command = [sys.executable, "-m", "kg.cli", "build", *map(str, articles), "--store", str(tmp_path / "full")]
        done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()
    assert built(tmp_path / "full") == built(tmp_path / "whole")


def built(directory: Path) -> list[object]:
    """The graph and the record that a build of the articles in this process leaves."""
    refused: list[KgError] = []
    with open_store(directory, write=True) as store:
        build([SAMPLE / name for name in FEW], store, refused.append)
        assert not refused
        return [*contents(store.graph), store.record.dump("nquads")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    directory = tmp_path_factory.mktemp("whole") / "store"
    return directory, built(directory)


@pytest.mark.parametrize("cut", ["kg-store.json", "record/CURRENT", "history", "projected", "readings/*.json"])
def test_a_cut_file_of_a_store_is_named_and_a_build_mends_it(whole: tuple[Path, list[object]], tmp_path: Path, cut: str) -> None:
    store = tmp_path / "cut"
    shutil.copytree(whole[0], store)
    file = next(store.glob(cut))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    said = ""
    try:
        found = built(store)
    except DataError as error:
        said = str(error)
    if said:
        assert "\n" not in said
        assert "run kg build again" in said
        shutil.rmtree(store / Path(cut).parts[0] if "/" in cut else store)  # what the message says to delete
        found = built(store)
    assert found == whole[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Neo4j of its own that was never started, with `neo4j-admin`."""
    home = tmp_path_factory.mktemp("own")
    jars = os.environ.get("KG_NEO4J_LIB") or str(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiceng-kg" / "neo4j-5.26.16")
    if not (Path(jars) / "complete").exists():
        pytest.skip("the jars of Neo4j are fetched when the tests start a server of their own")
    for folder in ("bin", "conf"):
        (home / folder).mkdir()
    admin = home / "bin" / "neo4j-admin"
    admin.write_text(f'#!/bin/sh\nNEO4J_CONF="{home}/conf" exec java -Xmx512m -cp "{jars}/*" org.neo4j.cli.AdminTool "$@"\n')
    admin.chmod(0o755)
    return home


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, port: int) -> None:
    environment = {**os.environ, "NEO4J_PASSWORD": PASSWORD}
    subprocess.run(["bash", SCRIPTS / "start", home, str(port)], env=environment, capture_output=True, timeout=600, check=True)


def stop(home: Path) -> None:
    subprocess.run(["bash", SCRIPTS / "stop", home], timeout=60, check=True)


@pytest.fixture(scope="module")
def imported(kg: Kg, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose graph was imported into that Neo4j."""
    store = made(tmp_path_factory.mktemp("bulk") / "store", ONE)
    done = kg("load", "--bulk", "--store", store, NEO4J_HOME=str(home))
    assert done.code == 0, done.err
    assert done.out.endswith(" relationships imported\n")
    again = kg("load", "--bulk", "--store", store, NEO4J_HOME=str(home))
    assert (again.code, len(again.lines)) == (2, 1)
    assert "already exist" in again.err
    return store


@pytest.fixture
def own(home: Path, port: int, imported: Path) -> Iterator[BoltGraph]:
    start(home, port)
    graph = connect(f"bolt://127.0.0.1:{port}", password=PASSWORD)
    yield graph
    graph.close()
    stop(home)


@pytest.mark.neo4j
def test_a_bulk_load_and_a_server_that_is_stopped_in_the_middle_of_the_next_load(own: BoltGraph, home: Path, port: int, imported: Path) -> None:
    assert contents(own) == expected(imported)  # to the value and its type, hashes too
    assert own.keyed() == set()
    assert loaded(imported, own).written == 0  # the watermark was imported
    assert len(own.keyed()) == 8
    with open_store(imported, write=True) as store:
        put(store, changed(ONE), OTHER)
    env = {"NEO4J_URI": f"bolt://127.0.0.1:{port}", "NEO4J_PASSWORD": PASSWORD}
    with loader(imported, env, batch=2) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        stop(home)
        start(home, port)
        process.communicate(timeout=120)
    try:
        assert process.returncode == 0 or loaded(imported, own).written
    except StoreError:
        loaded(imported, own)
    assert contents(own) == expected(imported)
    assert loaded(imported, own, full=True).written == 0


def test_without_neo4j_admin_the_command_is_printed(kg: Kg, tmp_path: Path) -> None:
    store = made(tmp_path / "store", ONE)
    done = kg("load", "--bulk", "--folder", tmp_path / "files", "--store", store, PATH="")
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1] == f"neo4j-admin database import full neo4j @{tmp_path / 'files' / 'import.args'}"
    assert kg("export", tmp_path / "export", "--format", "neo4j-csv", "--store", store).code == 0
    for path in sorted((tmp_path / "files").glob("*.gz")):
        assert (tmp_path / "export" / path.name).read_bytes() == path.read_bytes()
    assert kg("load", "--bulk", "--store", store, NEO4J_HOME=str(tmp_path)).code == 2
