"""Initiatives that many places have (三会一课, 煤改气): a concept of ontology/kinds.ttl, of which each place has its own form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import pyoxigraph as ox

from kg.identity.initiatives import stem
from kg.identity.minting import bare
from kg.terms import KIND
from kg.vocabulary import objects, subjects

_SKOS = "http://www.w3.org/2004/02/skos/core#"


@cache
def _concepts() -> Mapping[str, str]:
    """Label → IRI of the concept."""
    found = {}
    for concept in subjects(f"{_SKOS}inScheme", f"{KIND}national-initiatives"):
        labels = [*objects(concept, f"{_SKOS}prefLabel"), *objects(concept, f"{_SKOS}altLabel")]
        found.update({label.value: concept.value for label in labels if isinstance(label, ox.Literal) and label.language == "zh"})
    return found


def concept_of(names: Iterable[str]) -> str | None:
    """IRI of the concept that an initiative of these names is the local form of; None for one of its own."""
    own = {form for name in names for form in (bare(name), stem(bare(name)))}
    return min((_concepts()[name] for name in own & _concepts().keys()), default=None)
