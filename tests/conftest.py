"""Real engines for the tests: the embedded graph in a fresh directory, and a Neo4j server that the run starts and ends itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.store.base import PropertyGraph
from kg.store.bolt import BoltGraph
from kg.store.embedded import open_embedded
from kg.store.neo4j import connect

SCRIPTS = Path(__file__).parent / "neo4j"
SAMPLE = Path(__file__).parents[1] / "kg" / "sample" / "articles"
PASSWORD = "kg-tests-only"


@pytest.fixture(scope="session")
def neo4j_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE of the server to test against: the one that NEO4J_URI names, else our own."""
    names = ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")
    if os.environ.get("NEO4J_URI"):
        env = {name: os.environ[name] for name in names if os.environ.get(name)}
        graph = connect()
        found = graph.ask("MATCH (n) RETURN count(n)", {}).rows[0][0]
        graph.close()
        if found:
            pytest.exit(f"the database at {env['NEO4J_URI']} is not empty, and the tests delete all that is in it: name an empty one", 2)
        yield env
        return
    home = tmp_path_factory.mktemp("neo4j")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["bash", str(SCRIPTS / "start"), str(home), str(port)]
    started = subprocess.run(command, env={**os.environ, "NEO4J_PASSWORD": PASSWORD}, capture_output=True, text=True, timeout=600, check=False)
    if started.returncode:
        pytest.exit(f"Neo4j for the tests did not start: {started.stderr.strip()[-1000:]}", 2)
    try:
        yield dict(zip(names, (started.stdout.split()[-1], "neo4j", PASSWORD, "neo4j"), strict=True))
    finally:
        subprocess.run(["bash", str(SCRIPTS / "stop"), str(home)], timeout=60, check=True)


@pytest.fixture(scope="session")
def neo4j_uri(neo4j_env: dict[str, str]) -> str:
    """Address of the Neo4j server."""
    return neo4j_env["NEO4J_URI"]


@pytest.fixture(scope="session")
def neo4j_session_graph(neo4j_env: dict[str, str]) -> Iterator[BoltGraph]:
    graph = connect(*(neo4j_env.get(name) for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")))
    yield graph
    graph.close()


@pytest.fixture
def neo4j_graph(neo4j_session_graph: BoltGraph) -> BoltGraph:
    """A connection to Neo4j, its database empty."""
    neo4j_session_graph.ask("MATCH (n) DETACH DELETE n", {}, write=True)
    constraints = neo4j_session_graph.ask("SHOW CONSTRAINTS YIELD name", {}).rows
    for (name,) in constraints:
        neo4j_session_graph.ask(f"DROP CONSTRAINT `{name}`", {}, write=True)
    return neo4j_session_graph


@pytest.fixture
def embedded_graph(tmp_path: Path) -> Iterator[BoltGraph]:
    """An embedded graph in a fresh directory."""
    graph = open_embedded(tmp_path / "graph", write=True)
    yield graph
    graph.close()


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def graph(request: pytest.FixtureRequest) -> PropertyGraph:
    """An empty property graph, of each engine in turn."""
    found: PropertyGraph = request.getfixturevalue(f"{request.param}_graph")
    return found


@dataclass(frozen=True)
class Run:
    """What a run of `kg` gave."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Lines on stderr."""
        return self.err.splitlines()


Kg = Callable[..., Run]


@pytest.fixture(scope="session")
def kg() -> Kg:
    """The command line in a process of its own, as a user runs it."""

    def run(*words: str | Path, **env: str) -> Run:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("NEO4J_", "KG_STORE"))}
        command = [sys.executable, "-m", "kg.cli", *map(str, words)]
        done = subprocess.run(command, env={**kept, **env}, capture_output=True, encoding="utf-8", timeout=300, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return Run(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def sample_store(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built once from the sample corpus; only to be read."""
    directory = tmp_path_factory.mktemp("sample") / "store"
    built = kg("build", SAMPLE, "--store", directory)
    assert built.code == 0, built.err
    return directory


@pytest.fixture(scope="module")
def sample_in_neo4j(sample_store: Path, neo4j_env: dict[str, str], neo4j_session_graph: BoltGraph, kg: Kg) -> dict[str, str]:
    """The environment of a Neo4j server that holds the sample store and nothing else."""
    neo4j_session_graph.ask("MATCH (n) DETACH DELETE n", {}, write=True)
    loaded = kg("load", "--store", sample_store, **neo4j_env)
    assert loaded.code == 0, loaded.err
    return neo4j_env
