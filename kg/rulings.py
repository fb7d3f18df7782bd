"""What the decisions on facts do to what an article says: a wrong fact is no longer asserted, a right one is no longer doubted.

A decision is of the sentences that were judged. It holds in each article that rests the fact on these alone, reprints included, and not where another
sentence says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pyoxigraph as ox

from kg.ledger import ON_FACTS, Ledger, evidence_hash
from kg.records import Claim, Decision, Evidence, Implementation, Knowledge, Status
from kg.terms import IMPLEMENTED_IN, PREDICATE_IRIS, RUNS, Iri
from kg.to_rdf import decision_iri, implementation_iri, metric_iri, statement_iri
from kg.validate import graph_name

#: What a statement may be before a person judges it.
_STATUSES = ("asserted", "planned", "negated", "past", "reported", "doubtful")
_Key = tuple[str, str, str]
_MADE = ox.NamedNode(Iri.DECISION_MADE)


@dataclass(frozen=True)
class Rulings:
    """Decisions on facts, by what they are about: subject, predicate and object, or the IRI of a row or figure and two empty strings."""

    by_fact: Mapping[_Key, Decision]

    def of(self, key: _Key, evidence: Iterable[Evidence], knowledge: Knowledge) -> Decision | None:
        """The decision on a fact that stands in these places, if it is of all the sentences there."""
        decision = self.by_fact.get(key)
        if decision is None:
            return None
        spans = [(item.start, item.end) for item in evidence]
        read = {evidence_hash(s.text) for s in knowledge.reading.sentences for start, end in spans if s.start < end and start < s.end}
        return decision if read <= set(decision.evidence) else None


#: No decisions.
UNJUDGED = Rulings(MappingProxyType({}))


def rulings(ledger: Ledger, renames: Mapping[str, str]) -> Rulings:
    """The decisions on facts that hold; `renames` are those of the joins, so that a decision follows what it is about."""
    found = {}
    for decision in ledger.current:
        if decision.verdict in ON_FACTS:
            subject, target = (renames.get(iri, iri) for iri in (decision.subject, decision.object))
            found[subject, decision.predicate, target] = decision
    return Rulings(MappingProxyType(found))


def ruled(knowledge: Knowledge, by: Rulings) -> Knowledge:
    """What the article says, as the decisions leave it."""
    return _Article(knowledge, by).ruled() if by.by_fact else knowledge


class _Article:
    def __init__(self, knowledge: Knowledge, by: Rulings) -> None:
        self.knowledge, self.by = knowledge, by
        self.decided: dict[tuple[str, str], Decision] = {}
        self.wrong: set[_Key] = set()  #: relations that are no longer asserted

    def ruled(self) -> Knowledge:
        claims = tuple(map(self._claim, self.knowledge.claims))
        rows = tuple(changed for row in self.knowledge.implementations for changed in self._rows(row))
        decided = tuple((fact, self.decided[fact, decision]) for fact, decision in sorted(self.decided))
        return replace(self.knowledge, claims=claims, implementations=rows, decided=decided)

    def _note(self, fact: str, decision: Decision | None) -> None:
        if decision is not None:
            self.decided[fact, decision_iri(decision)] = decision

    def _claim(self, claim: Claim) -> Claim:
        key = claim.subject, claim.predicate, claim.object
        decision = self.by.of(key, claim.evidence, self.knowledge)
        if decision is not None and decision.verdict == "wrong":
            self.wrong.add(key)
            claim = replace(claim, status="wrong")
        elif decision is not None:
            claim = replace(claim, confidence=1.0, status=_upheld(claim.status))
        self._note(statement_iri(claim.subject, PREDICATE_IRIS[claim.predicate], claim.object, claim.status), decision)
        return claim

    def _rows(self, row: Implementation) -> Iterator[Implementation]:
        """The row without bodies and places of which it was said that they are wrong; wrong figures are figures of a wrong row beside it."""
        held = implementation_iri(replace(row, status=_upheld(row.status)))
        decision = self.by.of((held, "", ""), row.evidence, self.knowledge)
        judged = [(metric, self.by.of((metric_iri(held, metric), "", ""), (metric.evidence,), self.knowledge)) for metric in row.metrics]
        bodies = tuple(body for body in row.by if (body, RUNS, row.of) not in self.wrong)
        if not bodies or (decision is not None and decision.verdict == "wrong"):
            row = replace(row, status="wrong")
        else:
            row = replace(row, by=bodies, at=tuple(place for place in row.at if (row.of, IMPLEMENTED_IN, place) not in self.wrong))
        if decision is not None and decision.verdict == "right":
            row = replace(row, confidence=1.0, status=_upheld(row.status))
        wrong = [metric for metric, said in judged if said is not None and said.verdict == "wrong"]
        beside = replace(row, metrics=tuple(wrong), status="wrong")
        row = replace(row, metrics=tuple(metric for metric in row.metrics if metric not in wrong))
        self._note(implementation_iri(row), decision)
        for metric, said in judged:
            self._note(metric_iri(implementation_iri(beside if metric in wrong else row), metric), said)
        yield row
        if wrong:
            yield beside


def _upheld(status: Status) -> Status:
    """What a statement is that no threshold holds back."""
    return "asserted" if status == "doubtful" else status


def outdated(record: ox.Store, by: Rulings) -> set[str]:
    """IRIs of the articles whose graphs may not yet say what the decisions make of them.

    Among them are those that say a fact in sentences other than those that were judged (see `stale`): nothing changes there.
    """
    current = {decision_iri(ruling) for ruling in by.by_fact.values()}
    told = list(record.quads_for_pattern(None, _MADE, None, None))
    found = {graph_name(quad.graph_name) for quad in told if isinstance(quad.object, ox.NamedNode) and quad.object.value not in current}
    judged = {(quad.subject, quad.graph_name) for quad in told}
    for iri in _facts(by.by_fact):
        found |= {graph_name(quad.graph_name) for quad in _typed(record, iri) if (quad.subject, quad.graph_name) not in judged}
    return found


def stale(record: ox.Store, ledger: Ledger, by: Rulings) -> tuple[str, ...]:
    """Decisions on facts that do not apply, by file and line: no article says the fact any more, or one says it in other words."""
    found = []
    for key, ruling in by.by_fact.items():
        applied = {graph_name(quad.graph_name) for quad in record.quads_for_pattern(None, _MADE, ox.NamedNode(decision_iri(ruling)), None)}
        said = {graph_name(quad.graph_name) for iri in _facts([key]) for quad in _typed(record, iri)}
        where = f"{ledger.path}:{ruling.line}: {ruling.verdict}, {ruling.says or ruling.subject}"
        if said - applied:
            articles = ", ".join(_doc(record, graph) for graph in sorted(said - applied))
            found.append((ruling.line, f"{where}: not applied to {articles}, where other sentences say so; decide again"))
        elif not applied:
            found.append((ruling.line, f"{where}: no longer applies, as no article says so any more"))
    return tuple(text for _, text in sorted(found))


def _facts(keys: Iterable[_Key]) -> Iterator[str]:
    """IRIs of the statements, rows and figures that the keys are of, as long as nobody calls them wrong."""
    for subject, predicate, target in keys:
        if predicate:
            yield from (statement_iri(subject, PREDICATE_IRIS[predicate], target, status) for status in _STATUSES)
        else:
            yield subject


def _typed(record: ox.Store, iri: str) -> Iterator[ox.Quad]:
    return record.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(Iri.TYPE), None, None)


def _doc(record: ox.Store, graph: str) -> str:
    names = record.quads_for_pattern(ox.NamedNode(graph), ox.NamedNode(Iri.FILE_NAME), None, None)
    return next((quad.object.value for quad in names if isinstance(quad.object, ox.Literal)), graph)
