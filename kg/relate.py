"""Annotation → Reading: the claims of one article, each with the stretch of text that says so and the rule that read it."""

from __future__ import annotations

from collections import defaultdict

from kg.annotate.annotation import Annotation
from kg.annotate.quantities import Quantity
from kg.annotate.registry import Thing
from kg.confidence import with_confidence
from kg.records import Article, Claim, Evidence, Implementation, Mention, Metric, Reading, Referent, Sentence
from kg.relations.facts import Fact
from kg.relations.figures import Figures, Row
from kg.relations.parts import Parts
from kg.relations.posts import Posts, local_posts
from kg.relations.programmes import Programmes
from kg.relations.scene import Scenes
from kg.relations.structure import Structure
from kg.sketches import sketch


def evidence(article: Article, start: int, end: int, rule: str) -> Evidence:
    """The span `text[start:end]` with the raw span that it came from."""
    while start < end and article.text[start].isspace():
        start += 1
    while end > start and article.text[end - 1].isspace():
        end -= 1
    raw_end = article.origins[end - 1] + 1 if end > start else article.origins[start]
    return Evidence(article.doc, start, end, article.text[start:end], rule, article.origins[start], raw_end)


def _code(thing: Thing) -> str | None:
    """GB/T 2260 code in its six digits (provinces and prefectures end in zeros), or the 9 or 12 below; none where only an older list has it."""
    code = thing.division.code if thing.division is not None else ""
    return code.ljust(6, "0") if code.isdecimal() else None


class _Writer:
    """Facts of one article as records."""

    def __init__(self, annotation: Annotation, raw: str) -> None:
        self.annotation, self.article, self.raw = annotation, annotation.article, raw

    def claims(self, facts: list[Fact]) -> tuple[Claim, ...]:
        """One claim for each subject, predicate, object and status, its evidence gathered in text order."""
        groups: dict[tuple[str, str, str, str], list[Fact]] = defaultdict(list)
        for fact in facts:
            groups[fact.subject.id, fact.predicate, fact.object.id, fact.status].append(fact)
        found = []
        for key in sorted(groups):
            members = groups[key]
            roles = sorted({fact.role for fact in members if fact.role})
            spans = sorted({(fact.start, fact.end, fact.rule) for fact in members})
            proof = tuple(evidence(self.article, *span) for span in spans)
            since = min((fact.since for fact in members if fact.since), default=None)
            until = max((fact.until for fact in members if fact.until), default=None)
            found.append(Claim(key[0], key[1], key[2], roles[0] if roles else None, members[0].status, proof, since=since, until=until))
        return tuple(found)

    def metric(self, quantity: Quantity) -> Metric:
        proof = evidence(self.article, quantity.start, quantity.end, "quantity")
        return Metric(quantity.measure or quantity.unit, quantity.value, quantity.unit, quantity.approx, quantity.bound, quantity.start_value, proof)

    def implementation(self, row: Row) -> Implementation:
        return Implementation(
            tuple(dict.fromkeys(thing.id for thing in row.by)),
            row.of.id,
            tuple(dict.fromkeys(thing.id for thing in row.at)),
            row.when,
            tuple(self.metric(figure) for figure in row.figures),
            row.status,
            (evidence(self.article, row.start, row.end, "row"),),
        )

    def referent(self, thing: Thing) -> Referent:
        names = tuple(sorted(thing.names))
        return Referent(
            thing.id,
            thing.type,  # type: ignore[arg-type]
            thing.kind,
            thing.name,
            names,
            thing.place.id if thing.place is not None else None,
            _code(thing),
        )

    def mentions(self) -> tuple[Mention, ...]:
        found = []
        a = self.annotation
        for span in sorted([*a.places, *a.bodies, *a.people, *a.initiatives, *a.pronouns], key=lambda s: (s.start, s.end)):
            thing = a.thing(span)
            if thing is not None:
                found.append(Mention(thing.id, span.text, evidence(self.article, span.start, span.end, span.rule)))
        return tuple(found)

    def sentences(self, proofs: list[Evidence]) -> tuple[Sentence, ...]:
        """The sentences in which evidence lies."""
        wanted = {self.annotation.layer.sentence_of(proof.start) for proof in proofs}
        wanted |= {self.annotation.layer.sentence_of(max(proof.start, proof.end - 1)) for proof in proofs}
        found = []
        for start, end in sorted(wanted):
            raw_start, raw_end = self.article.origins[start], self.article.origins[end - 1] + 1
            found.append(Sentence(start, end, self.article.text[start:end], raw_start, raw_end, self.raw[raw_start:raw_end]))
        return tuple(found)


def relate(annotation: Annotation, raw: str) -> Reading:
    """All that one article says; `raw` is the scrape that it was cleaned from (`Source.raw`), quoted beside each sentence."""
    article = annotation.article
    people = Posts(annotation)
    posts = people.facts()
    scenes = Scenes(annotation, local_posts(posts))
    programmes = Programmes(annotation, scenes)
    structure = Structure(annotation, scenes)
    parts = Parts(annotation, programmes.sightings, programmes.runners)
    facts = [*posts, *people.homes(scenes), *programmes.facts(), *structure.said(), *parts.facts()]
    acting = {thing.id for fact in facts for thing in (fact.subject, fact.object)}
    rows = Figures(annotation, scenes, programmes).rows()
    acting |= {thing.id for row in rows for thing in row.by}
    writer = _Writer(annotation, raw)
    claims = writer.claims([*facts, *structure.facts(acting)])
    implementations = tuple(writer.implementation(row) for row in rows)
    things = [
        *{id(t): t for t in annotation.place_things.things.values()}.values(),
        *annotation.body_things.all(acting),
        *annotation.person_things.all(),
        *annotation.initiative_things.all(),
    ]
    focal = annotation.place_things.focal
    mentions = writer.mentions()
    proofs = [proof for claim in claims for proof in claim.evidence]
    proofs += [proof for row in implementations for proof in (*row.evidence, *(figure.evidence for figure in row.metrics))]
    reading = Reading(
        article.doc,
        article.title,
        article.published,
        article.publisher,
        article.authors,
        article.address,
        focal.id if focal is not None else None,
        article.raw_sha256,
        tuple(writer.referent(thing) for thing in things),
        mentions,
        writer.sentences(proofs),
        claims,
        implementations,
        article.notes,
        sketch(article.text[article.body :]),
    )
    return with_confidence(reading)
