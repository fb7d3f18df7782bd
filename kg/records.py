"""Every type that crosses a stage border.

read → clean → annotate → relate │ resolve │ to_rdf → validate → project → store

All are frozen dataclasses of plain values, so that they can be compared, diffed, kept golden and written as JSON. A spaCy `Doc` never leaves
`kg.annotate` and `kg.relate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: What a sentence says of a fact. Only `asserted` becomes an edge; the others are kept as statements with their sentence. `doubtful`: asserted, but
#: with less confidence than a build asks for; `wrong`: a person said so.
Status = Literal["asserted", "planned", "negated", "past", "reported", "doubtful", "wrong"]
#: What a person may decide: on two things; on a fact; which division a place is.
Verdict = Literal["same", "different", "wrong", "right", "place is"]
#: How a figure is bounded: `余`, `超` → at_least; `近`, `不足` → at_most.
Bound = Literal["exact", "at_least", "at_most"]
#: A property of a node or a relationship in the property graph.
Scalar = str | int | float | bool
Value = Scalar | tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One article as it was found: `raw` is the decoded text (markup included), or one cell of a table."""

    doc: str  #: stable name: the file's name, or `file.csv#row` for a row of a table
    path: str
    raw: str
    encoding: str
    media: Literal["text", "html"] = "text"
    fields: tuple[tuple[str, str], ...] = ()  #: metadata beside the text: (title|published|publisher|authors|address, value)


@dataclass(frozen=True)
class Article:
    """A cleaned article. `origins[i]` is the index in `Source.raw` of `text[i]`, so every span of the text has its raw span."""

    doc: str
    title: str | None
    published: str | None  #: ISO date
    publisher: str | None
    authors: tuple[str, ...]
    address: str | None
    text: str  #: the title's line (where the raw has one), then the body; one paragraph a line
    origins: tuple[int, ...]
    body: int = 0  #: where the body starts in `text`
    damaged: tuple[tuple[int, int], ...] = ()  #: spans of `text` that are unrecoverable mojibake
    notes: tuple[str, ...] = ()  #: warnings for a person, each one line
    raw_sha256: str = ""


@dataclass(frozen=True)
class Evidence:
    """Where a fact stands: `quote == article.text[start:end]`; `raw_start`, `raw_end` are the same span in the raw scrape."""

    doc: str
    start: int
    end: int
    quote: str
    rule: str  #: a row of pipelines/
    raw_start: int
    raw_end: int


@dataclass(frozen=True)
class Sentence:
    """A sentence that carries at least one fact, as cleaned and as it stands in the raw scrape."""

    start: int
    end: int
    text: str
    raw_start: int
    raw_end: int
    raw: str


@dataclass(frozen=True)
class Mention:
    """A stretch of text that names an entity of the article; `referent` is the id of that entity within the reading."""

    referent: str
    text: str
    evidence: Evidence


@dataclass(frozen=True)
class Referent:
    """An entity of one article, after the article's own pronouns and short forms are resolved."""

    id: str  #: `O1`, `H1`, `P1`, `I1`: stable within the article
    type: Literal["Organization", "Person", "Place", "Initiative"]
    kind: str | None
    name: str
    names: tuple[str, ...]
    place: str | None = None  #: id of the Place that it belongs to (a Place: the one that contains it)
    code: str | None = None  #: of a Place: GB/T 2260 or statistical division code, where it is certain


@dataclass(frozen=True)
class Metric:
    """A figure: `value` in `unit` (元, 亩, %, … or a measure word)."""

    measure: str
    value: float
    unit: str
    approx: bool
    bound: Bound
    start_value: float | None  #: of a from–to figure
    evidence: Evidence


@dataclass(frozen=True)
class Claim:
    """Subject, predicate, object: ids of Referents in a Reading, IRIs in Knowledge. `predicate` is a name of `terms`, e.g. RUNS."""

    subject: str
    predicate: str
    object: str
    role: str | None
    status: Status
    evidence: tuple[Evidence, ...]
    confidence: float = 1.0  #: probability that a reader of the evidence would agree; see kg.confidence
    since: str | None = None  #: year, month or day from which it held, where the text says
    until: str | None = None


@dataclass(frozen=True)
class Implementation:
    """Who runs which initiative where, with its figures. Ids as in Claim."""

    by: tuple[str, ...]
    of: str
    at: tuple[str, ...]
    when: str | None
    metrics: tuple[Metric, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    confidence: float = 1.0  #: as of a Claim


@dataclass(frozen=True)
class Reading:
    """All that one article says. It is kept in the store, so that a rebuild needs no NLP."""

    doc: str
    title: str | None
    published: str | None
    publisher: str | None
    authors: tuple[str, ...]
    address: str | None
    focal_place: str | None  #: id of a Referent
    raw_sha256: str
    entities: tuple[Referent, ...]
    mentions: tuple[Mention, ...]
    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    implementations: tuple[Implementation, ...]
    notes: tuple[str, ...] = ()
    sketch: tuple[int, ...] = ()  #: of the body's text, by `kg.reprints.sketch`


@dataclass(frozen=True)
class Entity:
    """A thing of the world with its IRI; the same one in every article that speaks of it."""

    iri: str
    type: str
    kind: str | None
    name: str
    names: tuple[str, ...]
    code: str | None = None
    level: str | None = None
    form_of: str | None = None  #: of an Initiative: IRI of the concept that it is the local form of


@dataclass(frozen=True)
class Decision:
    """What a person decided: a line of the ledger (`kg.ledger`). `line` is its number in the file, 0 before it is written."""

    verdict: Verdict
    subject: str  #: IRI
    predicate: str  #: of a fact that is a relation, as in Claim; else empty
    object: str  #: IRI; a division code for `place is`; empty for a row or a figure
    evidence: tuple[str, ...]  #: hashes of the sentences that were judged
    by: str
    on: str  #: ISO date
    why: str
    says: str = ""  #: what was decided, for people
    line: int = 0


@dataclass(frozen=True)
class Knowledge:
    """What one article says, with IRIs in place of the article's own ids."""

    reading: Reading  #: the article's metadata, sentences and mentions
    article: str  #: IRI of the article
    entities: tuple[Entity, ...]
    iris: Mapping[str, str]  #: Referent id → IRI
    claims: tuple[Claim, ...]
    implementations: tuple[Implementation, ...]
    joined: tuple[tuple[str, str], ...] = ()  #: (IRI here, IRI that the article alone would give) where other articles tell more
    decided: tuple[tuple[str, Decision], ...] = ()  #: IRI of a statement, row or figure, and what a person decided on it


@dataclass(frozen=True)
class Node:
    """A node of the property graph. `labels`: the class first, then its kind, e.g. ("Organization", "PartyCommittee")."""

    labels: tuple[str, ...]
    iri: str
    properties: Mapping[str, Value]  #: `iri` excluded; None never occurs


@dataclass(frozen=True)
class Relationship:
    """A relationship of the property graph; (source, type, target) is its key."""

    type: str
    source: str
    source_labels: tuple[str, ...]
    target: str
    target_labels: tuple[str, ...]
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The answer to a question: column names and rows, in the order of the query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
