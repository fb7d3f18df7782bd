"""Hand-made records and strategies of them, for the tests of several stages. Villages, people and figures are invented; counties are real."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from kg import terms
from kg.records import Claim, Entity, Evidence, Implementation, Knowledge, Mention, Metric, Reading, Referent, Sentence, Status

DOC = "001_柳塘镇.txt"
ARTICLE = terms.THING + "article/" + "a" * 32
OTHER_DOC = "002_柳塘镇再报.txt"
OTHER_ARTICLE = terms.THING + "article/" + "b" * 32

#: The text that the small example stands in: one sentence a line.
LINES = (
    "洛川县柳塘镇党委推行“一线三帮”工作法，总投资约1200万元。",
    "白杨村党支部书记周望山带领村民参与。",
    "该镇计划在槐树村建设果蔬冷链项目。",
)
TEXT = "\n".join(LINES)

COMMITTEE = terms.THING + "organization/610629-liutang-party_committee"
BRANCH = terms.THING + "organization/610629-baiyang-party_branch"
SECRETARY = terms.THING + "person/zhou-wangshan"
COUNTY = terms.THING + "place/610629"
TOWN = terms.THING + "place/610629-liutang"
VILLAGE = terms.THING + "place/610629-baiyang"
METHOD = terms.THING + "initiative/yixian-sanbang"
COLD_CHAIN = terms.THING + "initiative/lenglian"


def sentences(lines: tuple[str, ...] = LINES) -> tuple[Sentence, ...]:
    """Each line as a sentence; the raw text is the same with a two-character indent before each line."""
    found = []
    start = 0
    for number, line in enumerate(lines):
        end = start + len(line)
        raw_start = start + 2 * (number + 1)
        found.append(Sentence(start, end, line, raw_start, raw_start + len(line), line))
        start = end + 1
    return tuple(found)


def evidence(quote: str, *, rule: str = "frames:runs", doc: str = DOC, text: str = TEXT) -> Evidence:
    """Evidence that stands where `quote` first stands in `text`."""
    start = text.index(quote)
    shift = 2 * (text.count("\n", 0, start) + 1)
    return Evidence(doc, start, start + len(quote), quote, rule, start + shift, start + len(quote) + shift)


def entities() -> tuple[Entity, ...]:
    """Bodies, a person, places and initiatives of the small example."""
    return (
        Entity(COMMITTEE, terms.ORGANIZATION, terms.PARTY_COMMITTEE, "柳塘镇党委", ("柳塘镇党委", "洛川县柳塘镇党委"), level="township"),
        Entity(BRANCH, terms.ORGANIZATION, terms.PARTY_BRANCH, "白杨村党支部", ("白杨村党支部",), level="village"),
        Entity(SECRETARY, terms.PERSON, None, "周望山", ("周望山",)),
        Entity(COUNTY, terms.PLACE, terms.COUNTY, "洛川县", ("洛川县",), code="610629", level="county"),
        Entity(TOWN, terms.PLACE, terms.TOWNSHIP, "柳塘镇", ("柳塘镇", "洛川县柳塘镇"), level="township"),
        Entity(VILLAGE, terms.PLACE, terms.VILLAGE, "白杨村", ("白杨村",), level="village"),
        Entity(METHOD, terms.INITIATIVE, terms.MECHANISM, "“一线三帮”工作法", ("“一线三帮”工作法", "一线三帮")),
        Entity(COLD_CHAIN, terms.INITIATIVE, terms.PROJECT, "果蔬冷链项目", ("果蔬冷链项目",)),
    )


IDS = {"O1": COMMITTEE, "O2": BRANCH, "H1": SECRETARY, "P1": TOWN, "P2": COUNTY, "P3": VILLAGE, "I1": METHOD, "I2": COLD_CHAIN}


def referents() -> tuple[Referent, ...]:
    """The entities under the ids that the article's reading gives them."""
    by_iri = {entity.iri: entity for entity in entities()}
    places = {"O1": "P1", "O2": "P3", "P1": "P2", "P3": "P1"}
    return tuple(
        Referent(id_, e.type, e.kind, e.name, e.names, place=places.get(id_), code=e.code)  # type: ignore[arg-type]
        for id_, e in ((id_, by_iri[iri]) for id_, iri in sorted(IDS.items()))
    )


def mentions(doc: str = DOC) -> tuple[Mention, ...]:
    """Where the text names them; 该镇 is the town."""
    named = (("O1", "洛川县柳塘镇党委"), ("O2", "白杨村党支部"), ("H1", "周望山"), ("P1", "该镇"), ("I1", "“一线三帮”工作法"), ("I2", "果蔬冷链项目"))
    return tuple(Mention(id_, text, evidence(text, rule="mentions:name", doc=doc)) for id_, text in named)


def metric(value: float = 12_000_000.0, *, doc: str = DOC) -> Metric:
    """An investment in 元, about."""
    return Metric("投资", value, "元", True, "exact", None, evidence("总投资约1200万元", rule="units:money", doc=doc))


def claims(doc: str = DOC) -> tuple[Claim, ...]:
    """Five that are asserted, and one that is planned."""
    runs = evidence("柳塘镇党委推行“一线三帮”工作法", doc=doc)
    post = evidence("白杨村党支部书记周望山", rule="titles:post", doc=doc)
    plan = evidence("该镇计划在槐树村建设果蔬冷链项目", rule="frames:builds", doc=doc)
    county = evidence("洛川县柳塘镇", rule="places:chain", doc=doc)
    return (
        Claim(COMMITTEE, terms.RUNS, METHOD, None, "asserted", (runs,)),
        Claim(METHOD, terms.IMPLEMENTED_IN, TOWN, None, "asserted", (runs,)),
        Claim(SECRETARY, terms.HOLDS_POST, BRANCH, "党支部书记", "asserted", (post,)),
        Claim(SECRETARY, terms.PARTICIPATES_IN, METHOD, None, "asserted", (evidence("周望山带领村民参与", rule="frames:joins", doc=doc),)),
        Claim(TOWN, terms.WITHIN, COUNTY, None, "asserted", (county,)),
        Claim(COMMITTEE, terms.RUNS, COLD_CHAIN, None, "planned", (plan,)),
    )


def implementations(doc: str = DOC) -> tuple[Implementation, ...]:
    """One that is asserted, with a figure, and one that is planned."""
    runs = evidence("柳塘镇党委推行“一线三帮”工作法", doc=doc)
    plan = evidence("该镇计划在槐树村建设果蔬冷链项目", rule="frames:builds", doc=doc)
    return (
        Implementation((COMMITTEE,), METHOD, (TOWN,), "2023", (metric(doc=doc),), "asserted", (runs,)),
        Implementation((COMMITTEE,), COLD_CHAIN, (TOWN,), None, (metric(5_000_000.0, doc=doc),), "planned", (plan,)),
    )


def reading(doc: str = DOC) -> Reading:
    """What the small article says, under its own ids."""
    ids = {iri: id_ for id_, iri in IDS.items()}
    return Reading(
        doc=doc,
        title="柳塘镇：一线帮出新气象",
        published="2023-05-06",
        publisher="洛川县人民政府网",
        authors=("吴晓禾",),
        address=None,
        focal_place="P1",
        raw_sha256="0" * 64,
        entities=referents(),
        mentions=mentions(doc),
        sentences=sentences(),
        claims=tuple(replace(claim, subject=ids[claim.subject], object=ids[claim.object]) for claim in claims(doc)),
        implementations=tuple(
            replace(fact, by=tuple(ids[by] for by in fact.by), of=ids[fact.of], at=tuple(ids[at] for at in fact.at)) for fact in implementations(doc)
        ),
    )


def knowledge(doc: str = DOC, article: str = ARTICLE) -> Knowledge:
    """The reading with IRIs in place of its ids."""
    return Knowledge(reading(doc), article, entities(), IDS, claims(doc), implementations(doc))


def other_knowledge() -> Knowledge:
    """A second article that says the same."""
    return knowledge(OTHER_DOC, OTHER_ARTICLE)


statuses: st.SearchStrategy[Status] = st.sampled_from(("asserted", "planned", "negated", "past", "reported"))


@st.composite
def some_evidence(draw: st.DrawFn, doc: str = DOC) -> Evidence:
    """A stretch within one sentence of the small text."""
    line = draw(st.sampled_from(LINES))
    start = draw(st.integers(0, len(line) - 2))
    end = draw(st.integers(start + 1, len(line)))
    at = TEXT.index(line)
    shift = 2 * (TEXT.count("\n", 0, at) + 1)
    rule = draw(st.sampled_from(("frames:runs", "frames:joins", "titles:post")))
    return Evidence(doc, at + start, at + end, line[start:end], rule, at + start + shift, at + end + shift)


@st.composite
def some_claims(draw: st.DrawFn, doc: str = DOC) -> Claim:
    """A claim between entities of the small example that have the right types."""
    predicate = draw(st.sampled_from(sorted(terms.PREDICATE_IRIS)))
    pairs = [(s, o) for s in entities() for o in entities() if s.type in terms.DOMAINS[predicate] and o.type in terms.RANGES[predicate]]
    subject, object_ = draw(st.sampled_from([(s, o) for s, o in pairs if predicate != terms.PARTNERS_WITH or s.type == o.type]))
    role = draw(st.sampled_from(("党支部书记", "第一书记", "党员"))) if predicate == terms.HOLDS_POST else None
    grounds = draw(st.lists(some_evidence(doc), min_size=1, max_size=3))
    return Claim(subject.iri, predicate, object_.iri, role, draw(statuses), tuple(grounds))


@st.composite
def some_metrics(draw: st.DrawFn, doc: str = DOC) -> Metric:
    """A figure with any finite value."""
    values = st.floats(0, 1e12, allow_nan=False)
    return Metric(
        measure=draw(st.sampled_from(("投资", "培训", "面积"))),
        value=draw(values),
        unit=draw(st.sampled_from(("元", "亩", "人次", "%"))),
        approx=draw(st.booleans()),
        bound=draw(st.sampled_from(("exact", "at_least", "at_most"))),
        start_value=draw(st.none() | values),
        evidence=draw(some_evidence(doc)),
    )


@st.composite
def some_implementations(draw: st.DrawFn, doc: str = DOC) -> Implementation:
    """Any bodies, initiative and places of the small example."""
    return Implementation(
        by=tuple(draw(st.lists(st.sampled_from((COMMITTEE, BRANCH)), min_size=1, max_size=2, unique=True))),
        of=draw(st.sampled_from((METHOD, COLD_CHAIN))),
        at=tuple(draw(st.lists(st.sampled_from((TOWN, VILLAGE, COUNTY)), max_size=2, unique=True))),
        when=draw(st.sampled_from((None, "2023", "2023-05"))),
        metrics=tuple(draw(st.lists(some_metrics(doc), max_size=2))),
        status=draw(statuses),
        evidence=tuple(draw(st.lists(some_evidence(doc), min_size=1, max_size=2))),
    )


@st.composite
def some_knowledge(draw: st.DrawFn, doc: str = DOC, article: str = ARTICLE) -> Knowledge:
    """What an article might say of the small example's entities. At most one claim for each subject, predicate, object."""
    drawn = draw(st.lists(some_claims(doc), max_size=6, unique_by=lambda claim: (claim.subject, claim.predicate, claim.object)))
    facts = draw(st.lists(some_implementations(doc), max_size=3))
    return Knowledge(reading(doc), article, entities(), IDS, tuple(drawn), tuple(facts))
