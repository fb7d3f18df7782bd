"""Graph → files: the RDF record in its formats, and the property graph, or what lies around one thing, for networkx, Gephi and spreadsheets.

Every export is in a fixed order and holds no time, so two exports of one graph are the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import networkx as nx

from kg.cells import csv_text, joined
from kg.errors import InputError
from kg.store import RdfRecord
from kg.store.base import HASH, PropertyGraph
from kg.store.files import replacing
from kg.terms import ARTICLE, ONTOLOGY, SENTENCE, THING, Iri

RDF_FORMATS = {"turtle": ".ttl", "trig": ".trig", "nquads": ".nq", "jsonld": ".jsonld"}
GRAPH_FORMATS = {"json": ".json", "graphml": ".graphml", "gexf": ".gexf", "csv": ".csv", "png": ".png"}
#: Formats of several files in a folder.
FOLDER_FORMATS = ("neo4j-csv",)
PREFIXES = {
    "": ONTOLOGY,
    "id": THING,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_NODES = f"MATCH (n) WHERE n.{HASH} IS NOT NULL RETURN n AS node ORDER BY n.iri"
_EDGES = (
    f"MATCH (a)-[r]->(b) WHERE r.{HASH} IS NOT NULL RETURN a.iri AS source, type(r) AS type, b.iri AS target, r AS edge ORDER BY source, type, target"
)
_MENTIONS = (
    f"SELECT ?thing ?doc ?text WHERE {{ GRAPH ?article {{ ?thing <{Iri.MENTIONED_AS}> ?text . ?article <{Iri.FILE_NAME}> ?doc }} }} "
    "ORDER BY ?thing ?doc ?text"
)
#: What no XML 1.0 document may hold, not even escaped; a raw scrape may.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Mentions = Mapping[str, list[dict[str, str]]]


def format_of(out: Path, form: str | None) -> str:
    """The format to write: `form`, or what the ending of `out` says.

    Raises:
        InputError: no such format, or an ending that says none.
    """
    known = {**RDF_FORMATS, **GRAPH_FORMATS}
    if form is None:
        found = [name for name, ending in known.items() if ending == out.suffix.lower()]
        if not found:
            raise InputError(f"{out}: its ending names no format; add --format, one of {', '.join((*known, *FOLDER_FORMATS))}")
        return found[0]
    if form not in known and form not in FOLDER_FORMATS:
        raise InputError(f"{form} is no export format: one of {', '.join((*known, *FOLDER_FORMATS))}")
    return form


def mentions(record: RdfRecord) -> Mentions:
    """IRI of a thing → how each article calls it."""
    found: dict[str, list[dict[str, str]]] = {}
    table = record.query(_MENTIONS)
    assert not isinstance(table, str)
    for thing, doc, text in table.rows:
        found.setdefault(str(thing), []).append({"article": str(doc), "text": str(text)})
    return found


def add_mentions(graph: nx.MultiDiGraph[str], said: Mentions) -> None:
    """Note on each node how each article calls it, as `mentions`."""
    for iri in graph.nodes.keys() & said.keys():
        graph.nodes[iri]["mentions"] = said[iri]


def to_networkx(graph: PropertyGraph) -> nx.MultiDiGraph[str]:
    """The property graph: nodes by IRI with `labels`, `name` and their properties; edges keyed by their type."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for (node,) in graph.ask(_NODES, {}).rows:
        assert isinstance(node, dict)
        properties = dict(node["properties"])
        iri = properties.pop("iri")
        made.add_node(iri, labels=node["labels"], **properties)
    for source, kind, target, edge in graph.ask(_EDGES, {}).rows:
        assert isinstance(edge, dict)
        made.add_edge(source, target, key=kind, type=kind, **edge["properties"])
    return made


def find(graph: nx.MultiDiGraph[str], name: str) -> list[str]:
    """IRIs of what bears a name, or the IRI itself; by IRI.

    Raises:
        InputError: nothing bears it.
    """
    found = sorted(iri for iri, node in graph.nodes(data=True) if iri == name or node.get("name") == name or name in node.get("names", ()))
    if not found:
        near = sorted({node["name"] for _, node in graph.nodes(data=True) if name in str(node.get("name"))})[:5]
        raise InputError(f"nothing in the graph is called {name}" + (f"; there are {', '.join(near)}" if near else "; see kg ask, or kg stats"))
    return found


def around(graph: nx.MultiDiGraph[str], name: str, hops: int = 1) -> nx.MultiDiGraph[str]:
    """What lies at most `hops` relationships from the things of that name, in either direction.

    Articles and sentences are left out: nearly everything is two hops from everything through them, and edges name theirs anyway.

    Raises:
        InputError: nothing bears the name.
    """
    facts = graph.subgraph([iri for iri, node in graph.nodes(data=True) if not {ARTICLE, SENTENCE} & set(node["labels"])])
    reached = set(find(facts, name))
    edge = reached
    for _ in range(hops):
        edge = {other for iri in edge for other in nx.all_neighbors(facts, iri)} - reached
        reached = reached | edge
    return nx.MultiDiGraph(facts.subgraph(sorted(reached)))


def to_json(graph: nx.MultiDiGraph[str]) -> str:
    """Node-link form, as `networkx.node_link_graph(…, edges="edges")` reads it."""
    nodes = [{"id": iri, "names": [], "mentions": [], **graph.nodes[iri]} for iri in sorted(graph)]
    edges = [{"source": source, "target": target, "key": kind, **data} for source, target, kind, data in _edges(graph)]
    data = {"directed": True, "multigraph": True, "graph": {}, "nodes": nodes, "edges": edges}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def to_graphml(graph: nx.MultiDiGraph[str]) -> str:
    """GraphML, lists joined."""
    return "\n".join(nx.generate_graphml(_flat(graph))) + "\n"


def to_gexf(graph: nx.MultiDiGraph[str]) -> str:
    """GEXF 1.2 with names as labels, lists joined."""
    flat = _flat(graph)
    for _, node in flat.nodes(data=True):
        node["label"] = node.get("name", "")
        for key in ("start", "end"):  # which networkx would take for times
            if key in node:
                node[f"text_{key}"] = node.pop(key)
    return re.sub(r' lastmodifieddate="[^"]*"', "", "\n".join(nx.generate_gexf(flat))) + "\n"


def to_csv(graph: nx.MultiDiGraph[str]) -> tuple[str, str]:
    """Nodes and edges as tables."""
    nodes = [{"id": iri, **graph.nodes[iri]} for iri in sorted(graph)]
    edges = [{"source": source, "target": target, **data} for source, target, _, data in _edges(graph)]
    return _table(nodes, ("id", "labels", "name")), _table(edges, ("source", "type", "target"))


def write_rdf(record: RdfRecord, out: Path, form: str) -> None:
    """Write the record in one of RDF_FORMATS.

    Raises:
        StoreError: `out` can't be written.
    """
    with replacing(out) as file:
        record.write(file, form, PREFIXES)


def write_graph(graph: nx.MultiDiGraph[str], out: Path, form: str) -> list[Path]:
    """Write a graph in one of GRAPH_FORMATS; the files written. `csv` makes two: OUT, the nodes, and OUT with `-edges` before its ending.

    Raises:
        InputError: a picture of nothing, or of too much.
        StoreError: `out` can't be written.
    """
    if form == "png":
        from kg.draw import draw  # matplotlib takes a second to load

        draw(graph, out)
        return [out]
    if form == "csv":
        edges_out = out.with_name(f"{out.stem}-edges{out.suffix}")
        for path, text in zip((out, edges_out), to_csv(graph), strict=True):
            _write(path, text.encode("utf-8-sig"))  # without the mark Excel takes it for GBK
        return [out, edges_out]
    forms = {"json": to_json, "graphml": to_graphml, "gexf": to_gexf}
    _write(out, forms[form](graph).encode())
    return [out]


def _edges(graph: nx.MultiDiGraph[str]) -> list[tuple[str, str, str, dict[str, Any]]]:
    return sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3])


def _flat(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """The same with joined lists, in order, and U+FFFD for what XML can't hold."""
    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri in sorted(graph):
        flat.add_node(iri, **{key: _scalar(value) for key, value in graph.nodes[iri].items()})
    for source, target, kind, data in _edges(graph):
        flat.add_edge(source, target, key=kind, **{key: _scalar(value) for key, value in data.items()})
    return flat


def _scalar(value: object) -> object:
    if isinstance(value, (list, tuple)):
        value = joined(value)
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value


def _table(rows: Sequence[Mapping[str, object]], first: tuple[str, ...]) -> str:
    columns = [*first, *sorted({key for row in rows for key in row} - set(first))]
    return csv_text(columns, ([row.get(column) for column in columns] for row in rows))


def _write(out: Path, data: bytes) -> None:
    with replacing(out) as file:
        file.write(data)
