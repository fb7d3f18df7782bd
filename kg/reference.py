"""RDF → Report by pySHACL: the reference that the compiled checks of `kg.validate` are held against.

A module of its own, as pySHACL takes most of a second to load. It is slow (a quarter of a second for an article) and can't make the three checks that
SHACL Core can't say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import SH

from kg.validate import Report, Result, graph_name, in_order
from kg.vocabulary import SOURCES, local_name


def validate_with_pyshacl(quads: Iterable[ox.Quad]) -> Report:
    """The same by pySHACL alone, as the reference: slow, and without the three checks that SHACL Core can't make."""
    results: list[Result] = []
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        graphs.setdefault(graph_name(quad.graph_name), []).append(quad.triple)
    for name, triples in graphs.items():
        graph = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
        # Instances of a subclass are checked only where the vocabulary is the ontology graph too.
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), ont_graph=shapes(), inference="none")
        results += _read_report(name, report)
    return Report(in_order(results))


@cache
def shapes() -> rdflib.Graph:
    """The vocabulary, which is the shapes graph."""
    graph = rdflib.Graph()
    for name in SOURCES:
        graph.parse(data=files("kg.ontology").joinpath(name).read_text("utf-8"), format="turtle")
    return graph


def _read_report(graph: str, report: rdflib.Graph) -> Iterator[Result]:
    for node in report.subjects(SH.resultSeverity):
        found = {p: report.value(node, p) for p in (SH.focusNode, SH.resultPath, SH.value)}
        focus, path, value = found[SH.focusNode], found[SH.resultPath], found[SH.value]
        component = local_name(str(report.value(node, SH.sourceConstraintComponent)))
        # pySHACL gives a value to a count too: none, or the whole list.
        written = None if value is None or "Count" in component else _written(value)
        texts = {o.language: str(o) for o in report.objects(node, SH.resultMessage) if isinstance(o, rdflib.Literal)}
        yield Result(graph, str(focus), None if path is None else str(path), component, written, texts.get("zh", ""), texts.get("en", ""))


def _written(value: rdflib.term.Node) -> str:
    """As in N-Triples. rdflib's own form warns of ill-typed numbers, which are just what is reported here."""
    if isinstance(value, rdflib.Literal):
        datatype = None if value.datatype is None else ox.NamedNode(value.datatype)
        return str(ox.Literal(str(value), language=value.language) if value.language else ox.Literal(str(value), datatype=datatype))
    return f"<{value}>" if isinstance(value, rdflib.URIRef) else f"_:{value}"
