"""Knowledge → RDF: what one article says, as quads of that article's named graph.

Nothing is blank and nothing is random: statements, evidence, implementations, metrics and sentences have IRIs derived from what they are, so two
articles that state one fact state it of one node, and the graph names tell who said it.

An asserted claim is a plain triple with a `Statement` beside it that carries role, rule, evidence and sentences. A claim of any other status is a
`Statement` only. An implementation that is not asserted gets a class of its own, `UnassertedImplementation` (its figures: `UnassertedMetric`), not
just another `status`: a query for implementations that forgets to ask for the status then misses plans instead of summing them.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter

import pyoxigraph as ox

from kg.errors import DataError
from kg.records import Claim, Decision, Entity, Evidence, Implementation, Knowledge, Metric, Sentence
from kg.terms import ENTITY_TYPES, KIND_CLASSES, KIND_TYPES, ONTOLOGY, PREDICATE_IRIS, THING, Iri

#: What one article says.
Quads = tuple[ox.Quad, ...]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Datum = str | int | float | bool | None


def derived_iri(kind: str, *parts: str | float | None) -> str:
    """IRI of a thing that is told by `parts` alone, e.g. `derived_iri("statement", subject, predicate, object, status)`."""
    return f"{THING}{kind}/{sha256(_encode(parts).encode()).hexdigest()[:32]}"


def statement_iri(subject: str, predicate: str, object_: str, status: str = "asserted") -> str:
    """IRI of the statement that `subject` `predicate` `object_`, all IRIs, with this status."""
    return derived_iri("statement", subject, predicate, object_, status)


def sentence_iri(article: str, start: int, end: int) -> str:
    """IRI of the sentence of the article (an IRI) that stands at these offsets of its cleaned text."""
    return derived_iri("sentence", article, start, end)


def implementation_iri(row: Implementation) -> str:
    """IRI of a row of who runs what where; its ends are IRIs."""
    return derived_iri("implementation", *sorted(set(row.by)), "of", row.of, "at", *sorted(set(row.at)), row.when, row.status)


def metric_iri(implementation: str, metric: Metric) -> str:
    """IRI of a figure of the row with this IRI."""
    start_value = None if metric.start_value is None else float(metric.start_value)
    return derived_iri("metric", implementation, metric.measure, float(metric.value), metric.unit, metric.bound, start_value)


def decision_iri(decision: Decision) -> str:
    """IRI of what a person decided, by all that it says but its place in the ledger."""
    asked = (decision.verdict, decision.subject, decision.predicate, decision.object)
    return derived_iri("decision", *asked, " ".join(decision.evidence), decision.by, decision.on, decision.why)


def to_rdf(knowledge: Knowledge) -> Quads:
    """All quads of one article, sorted, each once, all in the graph named `knowledge.article`.

    Raises:
        DataError: a claim has an unknown predicate, an entity an unknown type or kind, or a piece of evidence stands in no sentence.
    """
    writer = _Writer(knowledge)
    writer.article()
    for sentence in knowledge.reading.sentences:
        writer.sentence(sentence)
    for entity in knowledge.entities:
        writer.entity(entity)
    for canonical, member in knowledge.joined:
        writer.link(canonical, Iri.JOINED_FROM, member)
    for claim in knowledge.claims:
        writer.claim(claim)
    for implementation in knowledge.implementations:
        writer.implementation(implementation)
    for fact, decision in knowledge.decided:
        writer.decision(fact, decision)
    return _in_order(writer.quads)


def _in_order(quads: Iterable[ox.Quad]) -> Quads:
    """The quads sorted by their text, which is written for all at once: more than twice as fast as one by one."""
    some = list(quads)
    lines = (ox.serialize(some, format=ox.RdfFormat.N_QUADS) or b"").splitlines()  # UTF-8 sorts as text does
    return tuple(quad for _, quad in sorted(zip(lines, some, strict=True), key=itemgetter(0)))


@lru_cache(maxsize=65536)
def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


@lru_cache(maxsize=65536, typed=True)  # typed: True, 1 and 1.0 are equal and three literals
def _literal(value: str | float) -> ox.Literal:
    return ox.Literal(value)


class _Writer:
    """Collects the quads of one article; each method writes one record."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.graph = _node(knowledge.article)
        self.quads: set[ox.Quad] = set()
        self.sentences = sorted(knowledge.reading.sentences, key=lambda sentence: sentence.start)
        self.ends = [sentence.end for sentence in self.sentences]
        self.iris: dict[Sentence, str] = {}
        self.written: set[str] = set()  #: evidence that several facts rest on is written once
        self.mentions: dict[str, set[str]] = {}
        for mention in knowledge.reading.mentions:
            if mention.referent not in knowledge.iris:
                raise DataError(f"{knowledge.reading.doc}: the mention {mention.text!r} is of {mention.referent}, which has no IRI; resolve it first")
            self.mentions.setdefault(knowledge.iris[mention.referent], set()).add(mention.text)

    def link(self, subject: str, predicate: str, *targets: str) -> None:
        source, path, graph = _node(subject), _node(predicate), self.graph
        for target in targets:
            self.quads.add(ox.Quad(source, path, _node(target), graph))

    def data(self, subject: str, values: Iterable[tuple[str, _Datum]]) -> None:
        source, graph = _node(subject), self.graph
        for predicate, value in values:
            if value is not None:
                self.quads.add(ox.Quad(source, _node(predicate), _literal(value), graph))

    def article(self) -> None:
        iri, reading = self.knowledge.article, self.knowledge.reading
        self.link(iri, Iri.TYPE, Iri.ARTICLE)
        self.data(iri, [(Iri.FILE_NAME, reading.doc), (Iri.TITLE, reading.title), (Iri.PUBLISHED, reading.published)])
        self.data(iri, [(Iri.PUBLISHER, reading.publisher), (Iri.ADDRESS, reading.address), (Iri.SHA256, reading.raw_sha256 or None)])
        self.data(iri, ((Iri.AUTHOR, author) for author in reading.authors))

    def sentence(self, sentence: Sentence) -> None:
        article = self.knowledge.article
        iri = self.iris[sentence] = sentence_iri(article, sentence.start, sentence.end)
        self.link(iri, Iri.TYPE, Iri.SENTENCE)
        self.link(iri, Iri.IN_ARTICLE, article)
        self.link(iri, Iri.WAS_QUOTED_FROM, article)
        self.data(iri, [(Iri.TEXT, sentence.text), (Iri.RAW_TEXT, sentence.raw), *_offsets(sentence)])

    def entity(self, entity: Entity) -> None:
        if entity.type not in ENTITY_TYPES or (entity.kind is not None and KIND_TYPES.get(entity.kind) != entity.type):
            raise DataError(
                f"{self.knowledge.reading.doc}: {entity.name} is of type {entity.type}, kind {entity.kind}; ontology/kinds.ttl has no such pair"
            )
        self.link(entity.iri, Iri.TYPE, ONTOLOGY + entity.type)
        if entity.kind is not None:
            self.link(entity.iri, Iri.TYPE, KIND_CLASSES[entity.kind])
        if entity.form_of is not None:
            self.link(entity.iri, Iri.FORM_OF, entity.form_of)
        self.data(entity.iri, [(Iri.PREF_LABEL, entity.name), (Iri.CODE, entity.code), (Iri.LEVEL, entity.level)])
        self.data(entity.iri, ((Iri.ALT_LABEL, name) for name in entity.names))
        self.data(entity.iri, ((Iri.MENTIONED_AS, text) for text in self.mentions.get(entity.iri, ())))

    def claim(self, claim: Claim) -> None:
        predicate = PREDICATE_IRIS.get(claim.predicate)
        if predicate is None:
            raise DataError(f"{self.knowledge.reading.doc}: {claim.predicate} is no predicate of ontology/grassroots.ttl; use a name of kg.terms")
        if claim.status == "asserted":
            self.link(claim.subject, predicate, claim.object)
        iri = statement_iri(claim.subject, predicate, claim.object, claim.status)
        self.link(iri, Iri.TYPE, Iri.STATEMENT)
        self.link(iri, Iri.SUBJECT, claim.subject)
        self.link(iri, Iri.PREDICATE, predicate)
        self.link(iri, Iri.OBJECT, claim.object)
        self.data(iri, [(Iri.STATUS, claim.status), (Iri.ROLE, claim.role), (Iri.CONFIDENCE, claim.confidence)])
        self.data(iri, [(Iri.SINCE, claim.since), (Iri.UNTIL, claim.until)])
        self.data(iri, ((Iri.RULE, evidence.rule) for evidence in claim.evidence))
        self.grounds(iri, Iri.WAS_DERIVED_FROM, claim.evidence)

    def implementation(self, implementation: Implementation) -> None:
        asserted = implementation.status == "asserted"
        by, at = sorted(set(implementation.by)), sorted(set(implementation.at))
        iri = implementation_iri(implementation)
        self.link(iri, Iri.TYPE, Iri.IMPLEMENTATION if asserted else Iri.UNASSERTED_IMPLEMENTATION)
        self.link(iri, Iri.BY, *by)
        self.link(iri, Iri.OF, implementation.of)
        self.link(iri, Iri.AT, *at)
        self.data(iri, [(Iri.WHEN, implementation.when), (Iri.STATUS, implementation.status), (Iri.CONFIDENCE, implementation.confidence)])
        self.grounds(iri, Iri.EVIDENCED_BY, implementation.evidence)
        for metric in implementation.metrics:
            self.metric(iri, metric, Iri.METRIC if asserted else Iri.UNASSERTED_METRIC)

    def metric(self, implementation: str, metric: Metric, class_: str) -> None:
        value, start_value = float(metric.value), None if metric.start_value is None else float(metric.start_value)
        iri = metric_iri(implementation, metric)
        self.link(implementation, Iri.HAS_METRIC, iri)
        self.link(iri, Iri.TYPE, class_)
        self.data(iri, [(Iri.MEASURE, metric.measure), (Iri.VALUE, value), (Iri.UNIT, metric.unit), (Iri.APPROX, metric.approx)])
        self.data(iri, [(Iri.BOUND, metric.bound), (Iri.START_VALUE, start_value)])
        self.grounds(iri, Iri.EVIDENCED_BY, (metric.evidence,))

    def decision(self, fact: str, decision: Decision) -> None:
        iri = decision_iri(decision)
        self.link(fact, Iri.DECISION_MADE, iri)
        self.link(iri, Iri.TYPE, Iri.DECISION)
        self.data(
            iri, [(Iri.VERDICT, decision.verdict), (Iri.DECIDED_BY, decision.by), (Iri.DECIDED_ON, decision.on), (Iri.BECAUSE, decision.why or None)]
        )

    def grounds(self, fact: str, predicate: str, evidence: Iterable[Evidence]) -> None:
        """The evidence of a fact, and by `predicate` the sentences that it stands in."""
        for item in evidence:
            sentences = [self.iris[sentence] for sentence in self.around(item)]
            iri = derived_iri("evidence", self.knowledge.article, item.start, item.end, item.rule)
            self.link(fact, Iri.HAS_EVIDENCE, iri)
            self.link(fact, predicate, *sentences)
            if iri in self.written:
                continue
            self.written.add(iri)
            self.link(iri, Iri.TYPE, Iri.EVIDENCE)
            self.link(iri, Iri.IN_SENTENCE, *sentences)
            self.data(iri, [(Iri.QUOTE, item.quote), (Iri.RULE, item.rule), *_offsets(item)])

    def around(self, item: Evidence) -> list[Sentence]:
        """Sentences that the evidence stands in: one, or several that it reaches across."""
        first = bisect_left(self.ends, item.start + 1)
        found = []
        for sentence in self.sentences[first:]:
            if sentence.start >= item.end:
                break
            found.append(sentence)
        if not found or item.doc != self.knowledge.reading.doc:
            where = f"{item.doc}:{item.start}-{item.end}"
            raise DataError(
                f"{where}: evidence of rule {item.rule} stands in no sentence of {self.knowledge.reading.doc}; add the sentence to the reading"
            )
        return found


def _offsets(span: Sentence | Evidence) -> Iterator[tuple[str, int]]:
    yield Iri.START, span.start
    yield Iri.END, span.end
    yield Iri.RAW_START, span.raw_start
    yield Iri.RAW_END, span.raw_end
