"""What a person should look at: joins, links and facts that are doubtful, those first on which most hangs.

The worth of a look is what hangs on the thing (rows, figures, relations) times how doubtful it is, from 0 to 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from kg.identity import Joins, joins
from kg.identity.fold import candidates
from kg.ledger import ON_FACTS, Ledger, beside, evidence_hash, on_identity, read
from kg.records import Decision, Table, Verdict
from kg.store import Store
from kg.store.base import PropertyGraph
from kg.terms import HOLDS_POST, IMPLEMENTED_IN, PARTICIPATES_IN, PARTNERS_WITH, RESIDES_IN, RUNS, SITE

Kind = Literal["join", "link", "fact"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: What may be decided on each kind.
CHOICES: Mapping[Kind, tuple[Verdict, ...]] = {"join": ("same", "different"), "link": ("place is",), "fact": ("right", "wrong")}
COLUMNS = ("worth", "kind", "says", "doubt", "sentence", "articles")

#: Relations that a clause says; the others follow from names.
_SAID = (RUNS, PARTICIPATES_IN, IMPLEMENTED_IN, HOLDS_POST, RESIDES_IN, PARTNERS_WITH)
#: How doubtful things are where nothing says how far a rule can be trusted.
_UNNAMED_SUBJECT, _UNNAMED_OBJECT, _PLAIN, _JOIN, _AMBIGUOUS, _UNKNOWN, _DECIDED = 0.4, 0.3, 0.05, 0.5, 0.5, 0.1, 1.0
#: Divisions that are named to choose from.
_SHOWN = 5

_FACTS = (
    "MATCH (s)-[r]->(o) WHERE type(r) IN $types AND r.sentences IS NOT NULL RETURN s.iri, s.name, s.names, type(r), o.iri, o.name, o.names, "
    "coalesce(r.role, ''), r.sentences, r.articles, r.reviewed, r.confidence ORDER BY s.iri, type(r), o.iri"
)
_ROWS = (
    "MATCH (x:Implementation)-[:OF]->(i:Initiative) MATCH (x)-[:BY|AT]->(e) OPTIONAL MATCH (x)-[:HAS_METRIC]->(m:Metric) "
    "RETURN e.iri, i.iri, count(DISTINCT x) + count(DISTINCT m)"
)
_SENTENCES = "UNWIND $iris AS iri MATCH (t:Sentence {iri: iri}) RETURN t.iri, t.text"
_PLACES = (
    "MATCH (p:Place) WHERE p.code IS NULL AND coalesce(p.level, $site) <> $site OPTIONAL MATCH (p)-[:WITHIN]->(above:Place) "
    "RETURN p.iri, p.name, p.level, min(above.name), min(above.code) ORDER BY p.iri"
)
_AT = "MATCH (n)-[r]->(p:Place) WHERE p.code IS NULL AND r.articles IS NOT NULL RETURN p.iri, count(r), collect(r.articles)"


@dataclass(frozen=True)
class Item:
    """Something to decide. `subject`, `predicate`, `object` and `evidence` are as in `kg.records.Decision`; `object` of a link is empty."""

    kind: Kind
    worth: float
    says: str
    doubt: str  #: why it is doubtful
    sentences: tuple[str, ...]
    articles: tuple[str, ...]
    subject: str
    predicate: str
    object: str

    @property
    def evidence(self) -> tuple[str, ...]:
        """Hashes of the sentences, for decisions on facts."""
        return tuple(sorted(map(evidence_hash, self.sentences))) if self.kind == "fact" else ()

    def decision(self, verdict: Verdict, by: str, on: str, why: str = "", code: str = "") -> Decision:
        """This decided; `code` is for `place is`."""
        return Decision(verdict, self.subject, self.predicate, code or self.object, self.evidence, by, on, why, self.says)


def doubts(store: Store, kinds: Collection[Kind] = KINDS, limit: int | None = None) -> tuple[Item, ...]:
    """What is doubtful in a store and not decided yet, the most worthy first.

    Args:
        store: open for reading, built to the end.
        kinds: which kinds to look for.
        limit: how many at most; all without it.
    """
    ledger = read(beside(store.directory))
    makers = {"join": _joins, "link": _links, "fact": _facts}
    found = [item for kind in KINDS if kind in kinds for item in makers[kind](store, ledger)]
    return tuple(sorted(found, key=lambda item: (-item.worth, item.kind, item.subject, item.predicate, item.object))[:limit])


def as_table(items: Sequence[Item]) -> Table:
    """Items as rows, the first sentence of each."""
    return Table(COLUMNS, tuple((i.worth, i.kind, i.says, i.doubt, "".join(i.sentences[:1]), i.articles) for i in items))


def found_joins(store: Store, ledger: Ledger) -> Joins:
    """What is one thing across the articles of a store, as the ledger has it now."""
    some = candidates(store).values()
    return joins((candidate for of in some for candidate in of), [decision for decision, _ in on_identity(ledger)])


def _joins(store: Store, ledger: Ledger) -> Iterator[Item]:
    found = found_joins(store, ledger)
    named: dict[str, str] = {}
    said: dict[str, set[str]] = defaultdict(set)
    for of in candidates(store).values():
        for candidate in of:
            named.setdefault(candidate.iri, max(candidate.names, key=lambda name: (len(name), name), default=candidate.name))
            said[candidate.iri].add(candidate.doc)
    for doubt in found.doubts:
        says = f"{named.get(doubt.left, doubt.left)} = {named.get(doubt.right, doubt.right)}"
        articles = tuple(sorted(said[doubt.left] | said[doubt.right]))
        yield Item("join", _worth(doubt.mentions, _JOIN), says, f"{doubt.rule}: {doubt.detail}", (), articles, doubt.left, "", doubt.right)


def _links(store: Store, ledger: Ledger) -> Iterator[Item]:
    from kg.places import load

    decided = {decision.subject for decision in ledger.current if decision.verdict == "place is"}
    hanging = {str(iri): (number, articles) for iri, number, articles in store.graph.ask(_AT, {}).rows}
    gazetteer = load()
    for iri, name, level, above, code in store.graph.ask(_PLACES, {"site": SITE}).rows:
        if iri in decided or str(iri) not in hanging:
            continue
        number, lists = hanging[str(iri)]
        assert isinstance(number, int)
        assert isinstance(lists, (list, tuple))
        prefix = str(code).rstrip("0") if code else None
        named = gazetteer.named(str(name), within=prefix)
        some = ", ".join(f"{division.code} {division.name}" for division in named[:_SHOWN])
        doubt = f"{len(named)} divisions of this name: {some}" if named else "no division above the village has this name"
        articles = tuple(sorted({str(article) for of in lists for article in of}))
        says = f"{above or ''}{name} ({level})"
        yield Item("link", _worth(number, _AMBIGUOUS if named else _UNKNOWN), says, doubt, (), articles, str(iri), "", "")


def _facts(store: Store, ledger: Ledger) -> Iterator[Item]:
    rows = store.graph.ask(_FACTS, {"types": list(_SAID)}).rows
    texts = _texts(store.graph, rows)
    hanging = {(str(end), str(initiative)): number for end, initiative, number in store.graph.ask(_ROWS, {}).rows}
    earlier = {(d.subject, d.predicate, d.object): d for d in ledger.current if d.verdict in ON_FACTS}
    for subject, name, names, relation, target, other, others, role, sentences, articles, reviewed, confidence in rows:
        if reviewed is not None:
            continue
        assert isinstance(sentences, (list, tuple))
        assert isinstance(articles, (list, tuple))
        said = tuple(texts[str(iri)] for iri in sentences if str(iri) in texts)
        known = ((_named(names, name), said), (_named(others, other), said))
        doubt, why = _doubt(*known, confidence, earlier.get((str(subject), str(relation), str(target))))
        ends = (str(subject), str(target))
        number = hanging.get(ends) or hanging.get(ends[::-1]) or 0
        assert isinstance(number, int)
        says = " ".join(filter(None, (str(name), str(relation), str(other), f"({role})" if role else "")))
        worth = _worth(1 + number, doubt)
        yield Item("fact", worth, says, why, said, tuple(map(str, articles)), str(subject), str(relation), str(target))


_Seen = tuple[tuple[str, ...], tuple[str, ...]]


def _doubt(subject: _Seen, target: _Seen, confidence: object, before: Decision | None) -> tuple[float, str]:
    """How doubtful a fact is, and why: a decision that was of other sentences, a confidence, or an end that its sentences don't name."""
    if before is not None:
        return _DECIDED, f"line {before.line} of the ledger says {before.verdict}, of other sentences"
    if isinstance(confidence, (int, float)):
        return 1.0 - confidence, f"confidence {confidence:.2f}"
    if not _stands(*subject):
        return _UNNAMED_SUBJECT, "its sentences don't name the subject"
    return (_PLAIN, "") if _stands(*target) else (_UNNAMED_OBJECT, "its sentences don't name the object")


def _stands(names: tuple[str, ...], sentences: tuple[str, ...]) -> bool:
    return any(name in sentence for name in names for sentence in sentences)


def _named(names: object, name: object) -> tuple[str, ...]:
    return tuple(map(str, names)) if isinstance(names, (list, tuple)) else (str(name),)


def _texts(graph: PropertyGraph, rows: Sequence[Sequence[object]]) -> Mapping[str, str]:
    """IRI of a sentence → its text."""
    iris = sorted({str(iri) for row in rows if isinstance(row[8], (list, tuple)) for iri in row[8]})
    return {str(iri): str(text) for iri, text in graph.ask(_SENTENCES, {"iris": iris}).rows}


def _worth(hanging: float, doubt: float) -> float:
    return round(hanging * doubt, 2)
