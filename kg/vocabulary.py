"""Reads ontology/, the one source of classes, predicates, kinds, labels and definitions.

What is written from it (kg/terms.py, the constraints of the property graph, the tables of the documentation) is in `kg.generate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kg.errors import RuleError

#: Namespaces: terms of the vocabulary, SKOS kinds, things of the world.
ONTOLOGY = "https://w3id.org/jiceng-kg/ontology#"
KIND = "https://w3id.org/jiceng-kg/kind/"
THING = "https://w3id.org/jiceng-kg/id/"

#: Files that hold the vocabulary, in the order in which they are read. `alignment.ttl` is for others and is not among them.
SOURCES = ("grassroots.ttl", "kinds.ttl")

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SH = "http://www.w3.org/ns/shacl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True)
class Term:
    """A class or a predicate: its IRI, its local name, and what people call it."""

    iri: str
    name: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str

    @property
    def constant(self) -> str:
        """The local name in UPPER_SNAKE: the type of a relationship in Cypher, and the constant in kg/terms.py."""
        return upper_snake(self.name)


@dataclass(frozen=True)
class ClassTerm(Term):
    """A class. `parent`: local name of its superclass; `kind`: notation of the kind whose class it is; `node`: base label of the property graph."""

    parent: str | None
    kind: str | None
    node: bool


@dataclass(frozen=True)
class PredicateTerm(Term):
    """A predicate. `form`: claim, structural, link or datum; `domain`, `range`: local names of classes, read from the shapes."""

    form: str
    domain: tuple[str, ...]
    range: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All of ontology/ that the code and the documentation need, each tuple in the order of its IRIs."""

    classes: tuple[ClassTerm, ...]
    predicates: tuple[PredicateTerm, ...]
    borrowed: tuple[str, ...]  #: IRIs of other vocabularies' terms that the graph uses
    separator: str  #: joins several names in one string

    def of_form(self, *forms: str) -> tuple[PredicateTerm, ...]:
        """Predicates of these forms."""
        return tuple(term for term in self.predicates if term.form in forms)

    def base(self, name: str) -> str:
        """The node class above the class `name`, or `name` where it has none."""
        parents = {term.name: term for term in self.classes}
        term = parents[name]
        while not term.node and term.parent is not None:
            term = parents[term.parent]
        return term.name


def upper_snake(name: str) -> str:
    """CamelCase to UPPER_SNAKE: `participatesIn` → `PARTICIPATES_IN`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def local_name(iri: str) -> str:
    """What follows the last `#` or `/`."""
    return re.split(r"[#/]", iri)[-1]


@cache
def dataset() -> ox.Store:
    """The vocabulary as parsed, in the default graph of a store in memory.

    Raises:
        RuleError: a file is no Turtle; the message names the line.
    """
    store = ox.Store()
    for name in SOURCES:
        try:
            store.load(files("kg.ontology").joinpath(name).read_bytes(), ox.RdfFormat.TURTLE)
        except SyntaxError as error:
            raise RuleError(f"ontology/{name}:{error.lineno}: {error.msg}; mend the file") from error
    return store


@cache
def read() -> Vocabulary:
    """The vocabulary of ontology/.

    Raises:
        RuleError: a term has no label or no definition in zh or en, or two terms have one name in Cypher.
    """
    vocabulary = Vocabulary(tuple(_classes()), tuple(_predicates()), tuple(_borrowed()), _separator())
    seen: dict[str, str] = {}
    for iri in [term.iri for term in (*vocabulary.classes, *vocabulary.predicates)] + list(vocabulary.borrowed):
        name = upper_snake(local_name(iri))
        if name in seen:
            raise RuleError(f"ontology/grassroots.ttl: {iri} and {seen[name]} are both {name} in UPPER_SNAKE; rename one")
        seen[name] = iri
    return vocabulary


def list_separator() -> str:
    """The mark that joins several names in one string."""
    return read().separator


def objects(subject: ox.NamedNode | ox.BlankNode, predicate: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """Objects of the vocabulary's triples with this subject and predicate, sorted."""
    quads = dataset().quads_for_pattern(subject, ox.NamedNode(predicate), None)
    return sorted((quad.object for quad in quads if not isinstance(quad.object, ox.Triple)), key=str)


def members(head: ox.NamedNode | ox.BlankNode | ox.Literal) -> Iterator[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """Members of an RDF list, in order."""
    while not isinstance(head, ox.Literal) and str(head) != f"<{_RDF}nil>":
        yield from objects(head, _RDF + "first")
        (head,) = objects(head, _RDF + "rest")


def subjects(predicate: str, value: str) -> list[ox.NamedNode]:
    """Named subjects of the vocabulary's triples with this predicate and object, sorted."""
    quads = dataset().quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value))
    return sorted((quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)), key=str)


def _text(node: ox.NamedNode, predicate: str, language: str) -> str:
    found = [o.value for o in objects(node, predicate) if isinstance(o, ox.Literal) and o.language == language]
    if len(found) != 1:
        raise RuleError(f"ontology: {node} has {len(found)} values of {local_name(predicate)} in {language}; give it exactly one")
    return found[0]


def _words(node: ox.NamedNode) -> tuple[str, str, str, str, str, str]:
    label, definition = _RDFS + "label", _SKOS + "definition"
    texts = _text(node, label, "zh"), _text(node, label, "en"), _text(node, definition, "zh"), _text(node, definition, "en")
    return node.value, local_name(node.value), *texts


def _classes() -> Iterator[ClassTerm]:
    nodes = subjects(_RDF + "type", ONTOLOGY + "NodeClass")
    for node in subjects(_RDF + "type", _OWL + "Class"):
        parents = [local_name(o.value) for o in objects(node, _RDFS + "subClassOf") if isinstance(o, ox.NamedNode)]
        concepts = subjects(ONTOLOGY + "typedAs", node.value)
        kinds = [o.value for concept in concepts for o in objects(concept, _SKOS + "notation") if isinstance(o, ox.Literal)]
        yield ClassTerm(*_words(node), parent=next(iter(parents), None), kind=next(iter(kinds), None), node=node in nodes)


def _predicates() -> Iterator[PredicateTerm]:
    domains, ranges = _domains_and_ranges()
    claims, structural = (subjects(_RDF + "type", ONTOLOGY + kind) for kind in ("ClaimPredicate", "StructuralPredicate"))
    links, data = (subjects(_RDF + "type", _OWL + kind) for kind in ("ObjectProperty", "DatatypeProperty"))
    for node in sorted({*links, *data}, key=str):
        form = "claim" if node in claims else "structural" if node in structural else "link" if node in links else "datum"
        domain, range_ = (tuple(sorted(ends.get(node.value, ()))) for ends in (domains, ranges))
        yield PredicateTerm(*_words(node), form=form, domain=domain, range=range_)


def _domains_and_ranges() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Which classes a predicate leads from and to, as the shapes have it."""
    domains: dict[str, set[str]] = {}
    ranges: dict[str, set[str]] = {}
    for shape in subjects(_RDF + "type", _SH + "NodeShape"):
        for constraint in objects(shape, _SH + "property"):
            assert not isinstance(constraint, ox.Literal)  # Turtle has no literal subjects, and meta-SHACL refuses it
            (path,) = (o.value for o in objects(constraint, _SH + "path") if isinstance(o, ox.NamedNode))
            options = [member for head in objects(constraint, _SH + "or") for member in members(head)]
            found = [o for option in [constraint, *options] if not isinstance(option, ox.Literal) for o in objects(option, _SH + "class")]
            domains.setdefault(path, set()).add(local_name(shape.value))
            ranges.setdefault(path, set()).update(local_name(o.value) for o in found if isinstance(o, ox.NamedNode))
    return domains, ranges


def _borrowed() -> list[str]:
    quads = dataset().quads_for_pattern(None, ox.NamedNode(_RDFS + "isDefinedBy"), None)
    return sorted(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))


def _separator() -> str:
    (mark,) = objects(ox.NamedNode(ONTOLOGY.rstrip("#")), ONTOLOGY + "listSeparator")
    assert isinstance(mark, ox.Literal)
    return mark.value
