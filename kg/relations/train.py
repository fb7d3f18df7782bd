"""Trains the weights of candidate facts: `python -m kg.relations.train tests/gold/train pipelines/news/relation_weights.tsv`.

Each article is read twice: with the initiatives that the annotators find, and with those that its gold annotation names, so that what is learned
about agents and places does not lean on what is found. Weights are those of a logistic regression (Newton's method, an L2 penalty), rounded to
hundredths; the same articles give the same file.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from kg import terms
from kg.annotate.annotation import Annotation
from kg.annotate.layers import Span, longest
from kg.annotate.nlp import annotate, build_nlp
from kg.annotate.programmes_and_people import Initiatives
from kg.annotate.registry import Thing
from kg.clean import clean
from kg.errors import InputError, KgError
from kg.read import read
from kg.records import Status
from kg.relations.candidates import Candidate, Candidates
from kg.relations.parts import Parts
from kg.relations.posts import Posts, local_posts
from kg.relations.scene import Scenes
from kg.relations.sightings import Sightings
from kg.relations.weights import BIAS
from kg.tables import settings

MODELS = ("runs", "joins", "where", "row", "part")
#: Weight of the penalty, and the fewest candidates that must have a feature; both chosen on tests/gold/dev.
PENALTY, FEWEST = 2.0, 2
FOLDS = 4
Gold = Mapping[str, Any]
Weights = dict[str, float]
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Sample:
    """A candidate's features, and whether gold has the fact."""

    doc: str
    features: tuple[str, ...]
    holds: bool


class _Given(Initiatives):
    """The initiatives that gold names, wherever one of their names stands in the text."""

    def __init__(self, gold: Gold, text: str) -> None:
        self.things: dict[str, Thing] = {}
        self.of: dict[tuple[int, int], Thing] = {}
        owner: dict[tuple[int, int], Mapping[str, Any]] = {}
        for entity in (e for e in gold["entities"] if e["type"] == terms.INITIATIVE):
            for name in sorted({entity["name"], *entity["names"]}):
                owner.update({match.span(): entity for match in re.finditer(re.escape(name), text) if len(name) > 1})
        self.spans = longest([Span(*at, terms.INITIATIVE, e["kind"], "given", text[slice(*at)]) for at, e in sorted(owner.items(), key=_place)])
        for span in self.spans:
            entity = owner[span.start, span.end]
            thing = Thing(entity["id"], terms.INITIATIVE, entity["kind"], entity["name"], set(entity["names"]), first=span.start)
            self.of[span.start, span.end] = self.things.setdefault(entity["id"], thing)


def _place(item: tuple[tuple[int, int], object]) -> tuple[int, int]:
    return item[0]


def _plain(name: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", name))


@dataclass
class Case:
    """One reading of one article, with what gold says of the things in it."""

    annotation: Annotation
    gold: Gold
    scenes: Scenes = field(init=False)
    sightings: Sightings = field(init=False)
    candidates: Candidates = field(init=False)

    def __post_init__(self) -> None:
        posts = Posts(self.annotation).facts()
        self.scenes = Scenes(self.annotation, local_posts(posts))
        self.sightings = Sightings(self.annotation, self.scenes)
        self.candidates = Candidates(self.annotation, self.scenes, self.sightings.all)
        self.said = _said(self.gold)
        self.open = _open(self.gold, self.said)
        self.rows = {row["of"] for row in self.gold["implementations"]}
        names: dict[tuple[str, str], str] = {}
        for entity in self.gold["entities"]:
            for name in (entity["name"], *entity["names"]):
                names.setdefault((entity["type"], _plain(name)), entity["id"])
        self._names = names

    def gold_id(self, thing: Thing) -> str | None:
        """Gold's entity that has one of the thing's names; the canonical one first."""
        found = (self._names.get((thing.type, _plain(name))) for name in (thing.name, *sorted(thing.names)))
        return next((identity for identity in found if identity is not None), None)

    def judged(self, subject: Thing, predicate: str, target: Thing) -> bool | None:
        """Whether gold has the fact; None where it is right either way."""
        s, o = self.gold_id(subject), self.gold_id(target)
        if s is None or o is None:
            return False
        return None if (s, predicate, o) in self.open else (s, predicate, o) in self.said

    def samples(self, agents: Weights | None) -> dict[str, list[Sample]]:
        """Samples of every model; who runs what is gold's, or what the weights `agents` say."""
        found: dict[str, list[Sample]] = defaultdict(list)
        seats = self.sightings.seats()
        runners: dict[tuple[str, Status], list[Thing]] = {}
        for initiative in self.annotation.initiative_things.all():
            sights = [s for s in self.sightings.all if s.initiative == initiative]
            near = [c for c in self.candidates.agents(sights) if c.status == "asserted"]
            for candidate in near:
                self._add(found["runs"], candidate, self.judged(candidate.thing, terms.RUNS, initiative) if candidate.runs else None)
                self._add(found["joins"], candidate, self.judged(candidate.thing, terms.PARTICIPATES_IN, initiative))
            able = [c for c in near if c.runs]
            known = [c.thing for c in able if self.judged(c.thing, terms.RUNS, initiative)] if agents is None else _picked(agents, able)
            runners[initiative.id, "asserted"] = known
            for candidate in self.candidates.places(sights, {"asserted": known}, seats.get(initiative.id)):
                if candidate.status == "asserted":
                    self._add(found["where"], candidate, self.judged(initiative, terms.IMPLEMENTED_IN, candidate.thing))
            if sights:
                best = max((_probability(agents, c) for c in able), default=0.0) if agents else 0.0
                traits = (*self.candidates.traits(sights), f"i.run_{int(best * 4)}")
                found["row"].append(Sample(self.gold["doc"], traits, self.gold_id(initiative) in self.rows))
        for pair in Parts(self.annotation, self.sightings.all, runners).pairs():
            self._add(found["part"], pair, self.judged(pair.thing, terms.PART_OF, pair.initiative))
        return found

    def _add(self, samples: list[Sample], candidate: Candidate, holds: bool | None) -> None:
        if holds is not None:
            samples.append(Sample(self.gold["doc"], tuple(candidate.features), holds))


def _said(gold: Gold) -> set[tuple[str, str, str]]:
    found = {(r["s"], r["p"], r["o"]) for r in gold["relations"] if not (r.get("optional") or r.get("past"))}
    for row in gold["implementations"]:
        found |= {(body, terms.RUNS, row["of"]) for body in row["by"]} | {(row["of"], terms.IMPLEMENTED_IN, place) for place in row["at"]}
    return found


def _open(gold: Gold, said: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """What gold holds for neither right nor wrong: optional and past facts, places above the right one, the government beside the committee."""
    found = {(r["s"], r["p"], r["o"]) for r in gold["relations"] if r.get("optional") or r.get("past")}
    above = {s: o for s, p, o in sorted(said) if p == terms.WITHIN}
    wholes = {s: o for s, p, o in sorted(said) if p == terms.PART_OF}
    kinds = {e["id"]: e.get("kind") for e in gold["entities"]}
    for s, p, o in sorted(said):
        if p == terms.IMPLEMENTED_IN:
            found |= {(s, p, upper) for upper in _chain(above, o)}
        elif p == terms.PART_OF:
            found |= {(s, p, upper) for upper in _chain(wholes, o)}
        elif p == terms.RUNS and kinds[s] == terms.PARTY_COMMITTEE:
            found |= {(body, p, o) for body, kind in kinds.items() if kind == terms.GOVERNMENT}
    return found - said


def _chain(above: Mapping[str, str], start: str) -> list[str]:
    found: list[str] = []
    while start in above and above[start] not in found:
        start = above[start]
        found.append(start)
    return found


def _probability(weights: Weights, candidate: Candidate) -> float:
    total = weights[BIAS] + sum(weights.get(feature, 0.0) for feature in candidate.features)
    return float(1 / (1 + np.exp(-total)))


def _picked(weights: Weights, candidates: list[Candidate]) -> list[Thing]:
    limits = settings("relations.toml")["scores"]["runs"]
    scored = [(_probability(weights, candidate), candidate.thing) for candidate in candidates]
    likely = [thing for score, thing in scored if score >= limits["take"]]
    return likely or [thing for score, thing in sorted(scored, key=lambda pair: -pair[0])[:1] if score >= limits["best"]]


def fit(samples: Iterable[Sample]) -> Weights:
    """Weights of a logistic regression on the features that enough samples have."""
    samples = list(samples)
    counts = Counter(feature for sample in samples for feature in sample.features)
    names = [BIAS, *sorted(feature for feature, count in counts.items() if count >= FEWEST)]
    index = {name: number for number, name in enumerate(names)}
    x = np.zeros((len(samples), len(names)))
    x[:, 0] = 1
    for row, sample in enumerate(samples):
        x[row, [index[feature] for feature in sample.features if feature in index]] = 1
    y = np.array([sample.holds for sample in samples], float)
    weights, penalty = np.zeros(len(names)), np.full(len(names), PENALTY)
    penalty[0] = 0.01
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty), x.T @ (p - y) + penalty * weights)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return {name: float(weight) for name, weight in zip(names, weights, strict=True)}


def cases(folder: Path) -> list[Case]:
    """Both readings of every article of a folder of gold annotations.

    Raises:
        InputError: an article can't be read, or the folder holds none.
    """
    sources = []
    for path in sorted(folder.glob("*.txt")):
        for source in read(path):
            if isinstance(source, KgError):
                raise source
            sources.append(source)
    if not sources:
        raise InputError(f"{folder} holds no articles (*.txt beside *.json); check the path")
    found = []
    for annotation in annotate([clean(source) for source in sources], build_nlp()):
        gold = json.loads((folder / annotation.article.doc).with_suffix(".json").read_text("utf-8"))
        given = _Given(gold, annotation.article.text)
        found.append(Case(annotation, gold))
        found.append(Case(replace(annotation, initiatives=tuple(given.spans), initiative_things=given), gold))
    return found


def _gather(found: list[Case], agents: Callable[[str], Weights | None]) -> dict[str, list[Sample]]:
    total: dict[str, list[Sample]] = defaultdict(list)
    for case in found:
        for model, samples in case.samples(agents(case.gold["doc"])).items():
            total[model].extend(samples)
    return total


def train(folder: Path) -> dict[str, Weights]:
    """Weights of all models. What depends on who runs an initiative is learned with agents from weights that have not seen the article."""
    found = cases(folder)
    docs = {doc: number % FOLDS for number, doc in enumerate(sorted({case.gold["doc"] for case in found}))}
    runs = _gather(found, lambda _: None)["runs"]
    unseen = [fit(sample for sample in runs if docs[sample.doc] != fold) for fold in range(FOLDS)]
    samples = _gather(found, lambda doc: unseen[docs[doc]])
    return {model: fit(samples[model]) for model in MODELS}


def table(models: Mapping[str, Weights]) -> str:
    """The weights as rows of relation_weights.tsv; those that round to nothing are left out."""
    lines = ["# Weights of features of candidate facts, written by `python -m kg.relations.train`. What a feature means: kg/relations/candidates.py,"]
    lines += ["# kg/relations/parts.py. Positive speaks for the fact. The thresholds stand in relations.toml, [scores].", "model\tfeature\tweight"]
    for model in MODELS:
        lines += [f"{model}\t{name}\t{weight:.2f}" for name, weight in models[model].items() if abs(weight) >= 0.005]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m kg.relations.train GOLD OUT")
    Path(sys.argv[2]).write_text(table(train(Path(sys.argv[1]))), "utf-8", newline="")
