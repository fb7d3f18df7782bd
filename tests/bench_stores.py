"""How fast a graph gets into Neo4j, next to a hand-written load, rdflib-neo4j and neo4j-admin; `make bench-stores`.

The graph is generated, in the shape of ours: bodies, places, initiatives, rows, figures, sentences, articles. The server is one of its own, with the
jars that the tests fetch. rdflib-neo4j is measured where it is installed: `pip install rdflib-neo4j` beside this environment, or leave it out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from conftest import PASSWORD, SCRIPTS
from neo4j import Driver, GraphDatabase
from rich.console import Console

from kg import terms
from kg.records import Node, Relationship
from kg.store import LoadReport
from kg.store.neo4j import connect
from kg.store.plan import Given, node_digest, relationship_digest
from kg.store.tables import ARGUMENTS, write_tables

JARS = Path(os.environ.get("KG_NEO4J_LIB") or Path.home() / ".cache" / "jiceng-kg" / "neo4j-5.26.16")
CONSOLE = Console(highlight=False, soft_wrap=True)
SAID = "镇党委推行网格化管理，把群众的事办在家门口，全年走访农户三百二十户，办结事项一百一十件，群众都说好。"


def generated(articles: int) -> tuple[list[Node], list[Relationship]]:
    """About 10 nodes and 31 relationships for each article."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str], Relationship] = {}

    def node(labels: tuple[str, ...], key: str, **properties: str | int | float | bool | tuple[str, ...]) -> Node:
        iri = f"{terms.THING}{labels[0].lower()}/{key}"
        if iri not in nodes:
            nodes[iri] = Node(labels, iri, {"name": key, **properties})
        return nodes[iri]

    def edge(source: Node, kind: str, target: Node, doc: str, **properties: str | tuple[str, ...]) -> None:
        said = {"articles": (doc,), "support": 1, **properties} if kind not in (terms.EVIDENCED_BY, terms.IN_ARTICLE) else {}
        edges[source.iri, kind, target.iri] = Relationship(kind, source.iri, source.labels, target.iri, target.labels, said)

    for number in range(articles):
        doc = f"{number:06}.txt"
        article = node(("Article",), doc, doc=doc, published="2023-05-06", publisher="某县人民政府网")
        town, county = (f"第{number // 4}镇", f"第{number // 80}县")
        place = node(("Place", "Township"), town, names=(town, county + town), level="township")
        above = node(("Place", "County"), county, names=(county,), level="county", code=f"{number // 80:06}")
        body = node(("Organization", "PartyCommittee"), f"{town}党委", names=(f"{town}党委",), kind="party_committee", level="township")
        other = node(("Organization", "Government"), f"{town}政府", names=(f"{town}政府",), kind="government", level="township")
        person = node(("Person",), f"书记{number}", names=(f"书记{number}",))
        sentences = [
            node(
                ("Sentence",), f"{number}-{at}", text=f"{town}{SAID}", raw=f"  {town}{SAID}", start=60 * at, end=60 * at + 56, raw_start=1, raw_end=9
            )
            for at in range(4)
        ]
        claimed = {"sentences": tuple(one.iri for one in sentences[:2]), "rules": ("frames:runs",)}
        for one in sentences:
            edge(one, terms.IN_ARTICLE, article, doc)
        edge(place, terms.WITHIN, above, doc, **claimed)
        for some in (body, other):
            edge(some, terms.LOCATED_IN, place, doc, **claimed)
        edge(other, terms.SUBUNIT_OF, body, doc, **claimed)
        edge(person, terms.HOLDS_POST, body, doc, role="党委书记", **claimed)
        edge(person, terms.RESIDES_IN, place, doc, **claimed)
        for step in range(2):
            initiative = node(("Initiative", "Mechanism"), f"“{number // 3}-{step}”机制", names=(f"“{number // 3}-{step}”机制",), kind="mechanism")
            row = node(("Implementation",), f"{number}-{step}", when="2023")
            figure = node(("Metric",), f"{number}-{step}", measure="走访", value=320.0 + number, unit="户", approx=False, bound="exact")
            for some in (body, other):
                edge(some, terms.RUNS, initiative, doc, **claimed)
                edge(row, terms.BY, some, doc)
            edge(person, terms.PARTICIPATES_IN, initiative, doc, **claimed)
            edge(initiative, terms.IMPLEMENTED_IN, place, doc, **claimed)
            edge(row, terms.OF, initiative, doc)
            edge(row, terms.AT, place, doc)
            edge(row, terms.HAS_METRIC, figure, doc)
            for one in sentences[: 3 - step]:
                edge(row, terms.EVIDENCED_BY, one, doc)
                edge(figure, terms.EVIDENCED_BY, one, doc)
    return list(nodes.values()), list(edges.values())


@contextmanager
def server(home: Path) -> Iterator[str]:
    """A Neo4j server in `home`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run(["bash", SCRIPTS / "start", home, str(port)], env={**os.environ, "NEO4J_PASSWORD": PASSWORD}, capture_output=True, check=True)
    try:
        yield f"bolt://127.0.0.1:{port}"
    finally:
        subprocess.run(["bash", SCRIPTS / "stop", home], check=True)


def by_hand(driver: Driver, nodes: list[Node], edges: list[Relationship], batch: int = 10_000) -> None:
    """UNWIND and MERGE as one writes it for this one graph, hashes included, so that it carries the same."""
    with driver.session() as session:
        for label in sorted({node.labels[0] for node in nodes}):
            session.run(f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.iri IS UNIQUE").consume()
        by_labels: dict[tuple[str, ...], list[dict[str, object]]] = {}
        for node in nodes:
            row: dict[str, object] = {"iri": node.iri, "p": {**_lists(node.properties), "iri": node.iri, "kg_hash": node_digest(node)}}
            by_labels.setdefault(node.labels, []).append(row)
        for labels, rows in sorted(by_labels.items()):
            text = f"UNWIND $rows AS row MERGE (n:{labels[0]} {{iri: row.iri}}) SET n:{':'.join(labels)}, n = row.p"
            _batches(session.execute_write, text, sorted(rows, key=lambda row: str(row["iri"])), batch)
        by_type: dict[tuple[str, str, str], list[dict[str, object]]] = {}
        for edge in edges:
            item: dict[str, object] = {"s": edge.source, "t": edge.target, "p": {**_lists(edge.properties), "kg_hash": relationship_digest(edge)}}
            by_type.setdefault((edge.source_labels[0], edge.type, edge.target_labels[0]), []).append(item)
        for (source, kind, target), rows in sorted(by_type.items()):
            text = f"UNWIND $rows AS row MATCH (a:{source} {{iri: row.s}}) MATCH (b:{target} {{iri: row.t}}) MERGE (a)-[r:{kind}]->(b) SET r = row.p"
            _batches(session.execute_write, text, sorted(rows, key=lambda row: (str(row["s"]), str(row["t"]))), batch)


def _batches(run: Callable[..., object], text: str, rows: list[dict[str, object]], batch: int) -> None:
    stream = iter(rows)
    while some := list(islice(stream, batch)):
        run(lambda tx, some=some: tx.run(text, {"rows": some}).consume())


def _lists(properties: object) -> dict[str, object]:
    assert isinstance(properties, dict)
    return {key: list(value) if isinstance(value, tuple) else value for key, value in properties.items()}


def by_rdflib(uri: str, nodes: list[Node], edges: list[Relationship]) -> None:
    """The same through rdflib-neo4j: values and relationships, which it can't give properties."""
    from rdflib import Graph, Literal, URIRef
    from rdflib.namespace import RDF
    from rdflib_neo4j import HANDLE_VOCAB_URI_STRATEGY, Neo4jStore, Neo4jStoreConfig  # type: ignore[import-not-found]

    auth = {"uri": uri, "database": "neo4j", "user": "neo4j", "pwd": PASSWORD}
    config = Neo4jStoreConfig(auth_data=auth, handle_vocab_uri_strategy=HANDLE_VOCAB_URI_STRATEGY.IGNORE, batching=True, batch_size=5_000)
    graph = Graph(store=Neo4jStore(config=config))
    for node in nodes:
        for label in node.labels:
            graph.add((URIRef(node.iri), RDF.type, URIRef(terms.ONTOLOGY + label)))
        for key, value in node.properties.items():
            for item in value if isinstance(value, tuple) else (value,):
                graph.add((URIRef(node.iri), URIRef(terms.ONTOLOGY + key), Literal(item)))
    for edge in edges:
        graph.add((URIRef(edge.source), URIRef(terms.ONTOLOGY + edge.type), URIRef(edge.target)))
    graph.close(True)


def clocked(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def admin_import(home: Path, folder: Path) -> float:
    """Seconds of `neo4j-admin database import full` alone."""
    (home / "conf").mkdir(parents=True, exist_ok=True)
    command = ["java", "-cp", f"{JARS}/*", "org.neo4j.cli.AdminTool", "database", "import", "full", "neo4j", f"@{folder / ARGUMENTS}"]
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    return clocked(lambda: subprocess.run(command, env=environment, capture_output=True, check=True))


def online(place: Path, nodes: list[Node], edges: list[Relationship], show: Callable[[str, float], None]) -> None:
    """What goes through a running server; each on an empty one, the first one only to warm it."""
    with server(place / "server") as uri:
        graph = connect(uri, password=PASSWORD)
        driver = GraphDatabase.driver(uri, auth=("neo4j", PASSWORD))

        def empty() -> None:
            with driver.session() as session:
                session.run("MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
                for record in list(session.run("SHOW CONSTRAINTS YIELD name")):
                    session.run(f"DROP CONSTRAINT {record['name']}").consume()

        by_hand(driver, nodes[:20_000], [])
        empty()
        hand = clocked(lambda: by_hand(driver, nodes, edges))
        show("by hand: UNWIND + MERGE, 10,000 rows, neo4j-rust-ext", hand)
        empty()
        first = clocked(lambda: graph.load(nodes, edges))
        show("kg: first load", first)
        show("    of the hand-written one's rate", hand / first)
        wanted = Given(nodes, edges)
        reports: list[LoadReport] = []
        second = clocked(lambda: reports.append(graph.sync(wanted)))
        show(f"kg: everything compared again ({reports[0].written} writes)", second)
        show("    of the first load's time", second / first)
        iris = [node.iri for node in nodes if "000100" in node.iri or "/100-" in node.iri]
        show(f"kg: the {len(iris)} things of one article compared", clocked(lambda: graph.sync(wanted, iris)))
        try:
            import rdflib_neo4j  # noqa: F401
        except ImportError:
            CONSOLE.print("rdflib-neo4j is not installed: left out")
        else:
            empty()
            driver.execute_query("CREATE CONSTRAINT n10s_unique_uri FOR (r:Resource) REQUIRE r.uri IS UNIQUE")
            there = clocked(lambda: by_rdflib(uri, nodes, edges))
            show("rdflib-neo4j, batches of 5,000", there)
            show("    of kg's time", there / first)
        driver.close()
        graph.close()


def main() -> None:
    """Run it and print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_500)
    parser.add_argument("--only-load", help=argparse.SUPPRESS)
    options = parser.parse_args()
    nodes, edges = generated(options.articles)
    if options.only_load:
        graph = connect(options.only_load, password=PASSWORD)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        report = graph.load(nodes, edges)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        CONSOLE.print(json.dumps([report.relationships.created, before / 1024, most / 1024]))
        return
    CONSOLE.print(f"{len(nodes)} nodes, {len(edges)} relationships")

    def show(what: str, value: float) -> None:
        CONSOLE.print(f"{what:<70} {value:8.2f}")

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        tables = clocked(lambda: write_tables(Given(nodes, edges), place / "files"))
        alone = admin_import(place / "imported", place / "files")
        show("neo4j-admin import alone", alone)
        show("kg load --bulk: tables and import", tables + alone)
        show("    of neo4j-admin alone", (tables + alone) / alone)
        shutil.rmtree(place / "imported")
        online(place, nodes, edges, show)
        shutil.rmtree(place / "server")
        with server(place / "server") as uri:
            command = [sys.executable, __file__, "--articles", str(options.articles * 33 // 10), "--only-load", uri]
            made, before, most = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            CONSOLE.print(f"{made} relationships: {most:.0f} MB at most, {before:.0f} MB of which hold the generated graph")


if __name__ == "__main__":
    main()
