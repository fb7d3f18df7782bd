"""The verbs of `kg review`: what a person decides becomes a line of the ledger, and the graph follows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.batches import Built, Refuse
from kg.errors import InputError
from kg.ledger import append, beside, evidence_hash
from kg.pipeline import settle
from kg.records import Decision, Verdict
from kg.store import Store
from kg.terms import PREDICATE_IRIS

_THINGS = "MATCH (n) WHERE n.iri = $key OR $key IN n.names RETURN n.iri ORDER BY n.iri"
_SAID = (
    "MATCH (s)-[r]->(o) WHERE s.iri = $subject AND o.iri = $object AND type(r) = $relation UNWIND r.sentences AS iri "
    "MATCH (t:Sentence {iri: iri}) RETURN t.text ORDER BY t.text"
)


@dataclass(frozen=True)
class Taken:
    """What came of decisions: the new lines of the ledger, and what of it does not apply."""

    decisions: tuple[Decision, ...]
    remarks: tuple[str, ...]


def decide(store: Store, decisions: Iterable[Decision], refuse: Refuse) -> Taken:
    """Add decisions to the ledger beside the store (open for writing), and bring the graph up to it.

    Raises:
        InputError, StoreError: as `kg.ledger.append`; nothing is written then.
    """
    new = append(beside(store.directory), decisions)
    built = settle(Built(store, refuse, None))
    return Taken(new, tuple(built.remarks))


def same(store: Store, left: str, right: str, by: str, on: str, why: str = "") -> Decision:
    """That two things, by name or IRI, are one."""
    return _pair(store, "same", left, right, by, on, why)


def different(store: Store, left: str, right: str, by: str, on: str, why: str = "") -> Decision:
    """That two things, by name or IRI, are two."""
    return _pair(store, "different", left, right, by, on, why)


def wrong(store: Store, subject: str, relation: str, target: str, by: str, on: str, why: str = "") -> Decision:
    """That a fact is wrong, by the sentences on which it rests now."""
    return _fact(store, "wrong", subject, relation, target, by, on, why)


def right(store: Store, subject: str, relation: str, target: str, by: str, on: str, why: str = "") -> Decision:
    """That a fact is right, by the sentences on which it rests now."""
    return _fact(store, "right", subject, relation, target, by, on, why)


def place_is(store: Store, place: str, code: str, by: str, on: str, why: str = "") -> Decision:
    """That a place, by name or IRI, is the division with this code."""
    return Decision("place is", thing(store, place), "", code, (), by, on, why, f"{place} = {code}")


def thing(store: Store, key: str) -> str:
    """IRI of the one thing that bears a name or an IRI.

    Raises:
        InputError: nothing bears it, or several things do.
    """
    found = [str(iri) for (iri,) in store.graph.ask(_THINGS, {"key": key}).rows]
    if not found:
        raise InputError(f"nothing in the graph is called {key}; give a name as kg ask shows it, or an IRI")
    if len(found) > 1:
        raise InputError(f"{len(found)} things are called {key}: name one by its IRI, {', '.join(found[:5])}")
    return found[0]


def _pair(store: Store, verdict: Verdict, left: str, right: str, by: str, on: str, why: str) -> Decision:
    return Decision(verdict, thing(store, left), "", thing(store, right), (), by, on, why, f"{left} = {right}")


def _fact(store: Store, verdict: Verdict, subject: str, relation: str, target: str, by: str, on: str, why: str) -> Decision:
    if relation not in PREDICATE_IRIS:
        raise InputError(f"{relation} is no relation; one of {', '.join(PREDICATE_IRIS)}")
    ends = thing(store, subject), thing(store, target)
    said = store.graph.ask(_SAID, {"subject": ends[0], "object": ends[1], "relation": relation}).rows
    if not said:
        raise InputError(f"the graph doesn't say {subject} {relation} {target}; see kg why {subject}")
    evidence = tuple(sorted({evidence_hash(str(text)) for (text,) in said}))
    return Decision(verdict, ends[0], relation, ends[1], evidence, by, on, why, f"{subject} {relation} {target}")
