"""Why the graph says so: each fact of a thing with its sentence as it stands in the raw scrape, where that is, and the rule that read it.

Asserted facts come from a property graph, embedded or Neo4j. What is planned, denied, past or hearsay is in the RDF record only, and so are the
rules of who-runs-what-where rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass

import pyoxigraph as ox

from kg.errors import InputError
from kg.records import Table
from kg.store import RdfRecord
from kg.store.base import PropertyGraph
from kg.terms import IMPLEMENTATION, PREDICATE_IRIS, Iri
from kg.vocabulary import list_separator

COLUMNS = ("subject", "relation", "object", "role", "status", "confidence", "article", "raw_start", "raw_end", "sentence", "rules")

_THINGS = "MATCH (n) WHERE n.iri = $key OR $key IN n.names RETURN n.iri ORDER BY n.iri"
_NEAR = "MATCH (n) WHERE n.names IS NOT NULL AND any(x IN n.names WHERE x CONTAINS $key) RETURN DISTINCT n.name AS name ORDER BY name LIMIT 5"
_NAMES = "MATCH (n) WHERE n.iri IN $iris RETURN n.iri, n.name"
_SENTENCE = "a.doc, t.raw_start, t.raw_end, t.raw"
_CLAIMS = (
    "MATCH (s)-[r]->(o) WHERE (s.iri IN $iris OR o.iri IN $iris) AND r.sentences IS NOT NULL UNWIND r.sentences AS sentence "
    "MATCH (t:Sentence {iri: sentence})-[:IN_ARTICLE]->(a:Article) "
    f"RETURN s.name, type(r), o.name, r.role, r.confidence, {_SENTENCE}, r.rules"
)
_ABOUT = "MATCH (x:Implementation) WHERE x.iri IN $iris OR EXISTS { MATCH (x)-[:BY|OF|AT]->(n) WHERE n.iri IN $iris } "
_ROWS = _ABOUT + f"MATCH (x)-[:EVIDENCED_BY]->(t:Sentence)-[:IN_ARTICLE]->(a:Article) RETURN x.iri, x.name, x.confidence, {_SENTENCE}"
_FIGURES = (
    _ABOUT + "MATCH (x)-[h:HAS_METRIC]->(m:Metric)-[:EVIDENCED_BY]->(t:Sentence)-[:IN_ARTICLE]->(a:Article) "
    f"RETURN m.iri, x.name, type(h), m.name, x.confidence, {_SENTENCE}"
)
_OFFSETS = (
    f"?sentence <{Iri.IN_ARTICLE}> ?article ; <{Iri.RAW_START}> ?start ; <{Iri.RAW_END}> ?end ; "
    f"<{Iri.RAW_TEXT}> ?raw . ?article <{Iri.FILE_NAME}> ?doc ."
)


@dataclass(frozen=True)
class Fact:
    """A fact and one sentence that says so; columns as COLUMNS. Offsets are characters of the decoded raw article."""

    subject: str
    relation: str
    object: str
    role: str
    status: str
    confidence: float  #: of a figure: that of its row
    article: str
    raw_start: int
    raw_end: int
    sentence: str
    rules: tuple[str, ...]


def why(key: str, graph: PropertyGraph, record: RdfRecord | None = None) -> tuple[Fact, ...]:
    """Facts of all things that bear the name, or the IRI, `key`: asserted ones first, then by relation, names and place in the articles.

    Without `record`, what is not asserted is missing, and rows have no rules.

    Raises:
        InputError: nothing bears the name.
    """
    iris = [str(row[0]) for row in graph.ask(_THINGS, {"key": key}).rows]
    if not iris:
        near = [str(row[0]) for row in graph.ask(_NEAR, {"key": key}).rows]
        raise InputError(f"nothing in the graph is called {key}" + (f"; there are {', '.join(near)}" if near else "; see kg ask who-runs-what-where"))
    found = set(_asserted(iris, graph, record))
    if record is not None:
        found |= set(_unasserted(iris, graph, record))
    return tuple(sorted(found, key=lambda fact: (fact.status != "asserted", *astuple(fact))))


def as_table(facts: Iterable[Fact]) -> Table:
    """Facts as rows."""
    return Table(COLUMNS, tuple(astuple(fact) for fact in facts))


def _asserted(iris: list[str], graph: PropertyGraph, record: RdfRecord | None) -> Iterator[Fact]:
    asked = {"iris": iris}
    for subject, relation, target, role, *told in graph.ask(_CLAIMS, asked).rows:
        yield _fact(subject, relation, target, role, "asserted", *told)
    rows = graph.ask(_ROWS, asked).rows
    figures = graph.ask(_FIGURES, asked).rows
    rules_of = _rules([str(row[0]) for row in (*rows, *figures)], record)
    for iri, name, *where in rows:
        yield _fact(name, IMPLEMENTATION, "", None, "asserted", *where, rules_of.get(str(iri), ()))
    for iri, name, relation, figure, *where in figures:
        yield _fact(name, relation, figure, None, "asserted", *where, rules_of.get(str(iri), ()))


def _fact(*values: object) -> Fact:
    subject, relation, target, role, status, confidence, doc, start, end, raw, rules = values
    assert isinstance(start, int)
    assert isinstance(end, int)
    assert isinstance(rules, (list, tuple))
    assert isinstance(confidence, float)
    return Fact(str(subject), str(relation), str(target), str(role or ""), str(status), confidence, str(doc), start, end, str(raw), tuple(rules))


def _values(iris: Iterable[str]) -> str:
    """IRIs for a VALUES clause; a NamedNode refuses what is none, so nothing else gets into the query."""
    return " ".join(str(ox.NamedNode(iri)) for iri in sorted(set(iris)))


def _rows_of(record: RdfRecord, sparql: str) -> tuple[tuple[object, ...], ...]:
    table = record.query(sparql)
    assert not isinstance(table, str)
    return table.rows


def _rules(iris: list[str], record: RdfRecord | None) -> Mapping[str, tuple[str, ...]]:
    """IRI → the rules that its evidence came by."""
    if record is None or not iris:
        return {}
    found: dict[str, set[str]] = {}
    query = f"SELECT ?x ?rule {{ VALUES ?x {{ {_values(iris)} }} ?x <{Iri.HAS_EVIDENCE}> ?e . ?e <{Iri.RULE}> ?rule }}"
    for iri, rule in _rows_of(record, query):
        found.setdefault(str(iri), set()).add(str(rule))
    return {iri: tuple(sorted(rules)) for iri, rules in found.items()}


def _confidences(iris: list[str], record: RdfRecord) -> Mapping[str, float]:
    """IRI → the most that an article gives it."""
    query = f"SELECT ?x (MAX(?c) AS ?most) {{ VALUES ?x {{ {_values(iris)} }} ?x <{Iri.CONFIDENCE}> ?c }} GROUP BY ?x"
    return {str(iri): float(str(most)) for iri, most in _rows_of(record, query)} if iris else {}


def _names(graph: PropertyGraph, iris: Iterable[object]) -> dict[str, str]:
    """IRI → name; a server may lack what the record says since it was loaded."""
    return {str(iri): str(name) for iri, name in graph.ask(_NAMES, {"iris": sorted({str(iri) for iri in iris})}).rows}


def _unasserted(iris: list[str], graph: PropertyGraph, record: RdfRecord) -> Iterator[Fact]:
    query = (
        f"SELECT DISTINCT ?x ?s ?p ?o ?role ?status ?doc ?start ?end ?raw {{ VALUES ?thing {{ {_values(iris)} }} "
        f"{{ ?x <{Iri.SUBJECT}> ?thing }} UNION {{ ?x <{Iri.OBJECT}> ?thing }} "
        f"?x <{Iri.SUBJECT}> ?s ; <{Iri.PREDICATE}> ?p ; <{Iri.OBJECT}> ?o ; <{Iri.STATUS}> ?status ; <{Iri.WAS_DERIVED_FROM}> ?sentence . "
        f"OPTIONAL {{ ?x <{Iri.ROLE}> ?role }} {_OFFSETS} FILTER (?status != 'asserted') }}"
    )
    claims = _rows_of(record, query)
    told = [str(row[0]) for row in claims]
    rules_of, confidences = _rules(told, record), _confidences(told, record)
    names = _names(graph, (iri for row in claims for iri in (row[1], row[3])))
    predicates = {iri: name for name, iri in PREDICATE_IRIS.items()}
    for iri, subject, predicate, target, role, status, *where in claims:
        found = (names.get(str(subject), str(subject)), predicates[str(predicate)], names.get(str(target), str(target)))
        yield _fact(*found, role, status, confidences[str(iri)], *where, rules_of.get(str(iri), ()))
    yield from _planned_rows(iris, graph, record)


def _planned_rows(iris: list[str], graph: PropertyGraph, record: RdfRecord) -> Iterator[Fact]:
    """Who-runs-what-where rows that are not asserted, named as the projection names the asserted ones."""
    query = (
        f"SELECT DISTINCT ?x ?part ?p ?status ?doc ?start ?end ?raw {{ VALUES ?thing {{ {_values(iris)} }} "
        f"?x <{Iri.BY}>|<{Iri.OF}>|<{Iri.AT}> ?thing ; a <{Iri.UNASSERTED_IMPLEMENTATION}> ; <{Iri.STATUS}> ?status ; "
        f"<{Iri.EVIDENCED_BY}> ?sentence . VALUES ?p {{ <{Iri.BY}> <{Iri.OF}> <{Iri.AT}> }} ?x ?p ?part . {_OFFSETS} }}"
    )
    parts: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    for iri, part, predicate, *rest in _rows_of(record, query):
        parts.setdefault((iri, *rest), set()).add((str(predicate), str(part)))
    names = _names(graph, (iri for found in parts.values() for _, iri in found))
    told = [str(key[0]) for key in parts]
    rules_of, confidences = _rules(told, record), _confidences(told, record)
    roles = (Iri.BY, Iri.OF, Iri.AT)
    for (iri, status, *where), found in parts.items():
        pieces = [list_separator().join(names.get(part, part) for role, part in sorted(found) if role == wanted) for wanted in roles]
        yield _fact(
            " · ".join(piece for piece in pieces if piece),
            IMPLEMENTATION,
            "",
            None,
            status,
            confidences[str(iri)],
            *where,
            rules_of.get(str(iri), ()),
        )
