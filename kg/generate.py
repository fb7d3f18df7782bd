"""Writes what follows from ontology/: kg/terms.py, the constraints of the property graph, the tables of the documentation.

`python -m kg.generate` writes kg/terms.py anew; it holds no time stamp, and a test compares the file with what this module would write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.vocabulary import KIND, ONTOLOGY, THING, ClassTerm, Vocabulary, local_name, read, upper_snake

_HEADER = '''"""Names and IRIs of the vocabulary. Generated from ontology/ by `python -m kg.generate`; do not edit.

Module constants are names: types of entities (`ORGANIZATION`), kinds (`PARTY_COMMITTEE`), predicates as claims and Cypher have them (`RUNS`).
`Iri` holds the IRI of each class and predicate under the same constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal
'''


def terms() -> str:
    """Text of kg/terms.py."""
    vocabulary = read()
    parts = [_HEADER, _namespaces(), _literals(vocabulary), _names(vocabulary), _iris(vocabulary), *_tables(vocabulary)]
    return "\n".join(parts)


def constraints() -> tuple[str, ...]:
    """Cypher statements: each base label has one unique constraint on `iri`. Neo4j and the embedded store take them as they are."""
    labels = sorted(term.name for term in read().classes if term.node)
    return tuple(f"CREATE CONSTRAINT {label.lower()}_iri IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE" for label in labels)


def tables() -> str:
    """Markdown for the documentation: the node classes with their kinds, then the relationships, each in Chinese and English."""
    vocabulary = read()
    by_name = {term.name: term for term in vocabulary.classes}
    lines = ["| label | kind | zh | English | definition |", "|---|---|---|---|---|"]
    for base in (term for term in vocabulary.classes if term.node):
        for term in (base, *(by_name[name] for name in sorted(by_name) if by_name[name].parent == base.name)):
            label = f"`:{base.name}`" if term is base else f"`:{base.name}:{term.name}`"
            lines.append(f"| {label} | {term.kind or ''} | {term.zh} | {term.en} | {term.definition_en} |")
    lines += ["", "| type | from → to | zh | English | definition |", "|---|---|---|---|---|"]
    for predicate in vocabulary.of_form("claim", "structural"):
        ends = f"{', '.join(_nodes(vocabulary, predicate.domain))} → {', '.join(_nodes(vocabulary, predicate.range))}"
        lines.append(f"| `{predicate.constant}` | {ends} | {predicate.zh} | {predicate.en} | {predicate.definition_en} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write kg/terms.py anew."""
    Path(__file__).with_name("terms.py").write_text(terms(), "utf-8")


def _namespaces() -> str:
    return f'ONTOLOGY: Final = "{ONTOLOGY}"\nKIND: Final = "{KIND}"\nTHING: Final = "{THING}"\n'


def _entity_types(vocabulary: Vocabulary) -> list[ClassTerm]:
    return [term for term in vocabulary.classes if term.node and term.parent == "Entity"]


def _literals(vocabulary: Vocabulary) -> str:
    kinds = sorted(term.kind for term in vocabulary.classes if term.kind)
    blocks = {
        "EntityType": [term.name for term in _entity_types(vocabulary)],
        "Kind": kinds,
        "PredicateName": [term.constant for term in vocabulary.of_form("claim")],
        "StructuralName": [term.constant for term in vocabulary.of_form("structural")],
    }
    return "\n".join(f"{name} = Literal[\n{_lines(map(_quoted, values))}]" for name, values in blocks.items()) + "\n"


def _names(vocabulary: Vocabulary) -> str:
    names = {term.constant: term.name for term in vocabulary.classes if term.node}
    names |= {term.kind.upper(): term.kind for term in vocabulary.classes if term.kind}
    names |= {term.constant: term.constant for term in vocabulary.of_form("claim", "structural")}
    return "".join(f'{constant}: Final = "{value}"\n' for constant, value in names.items()) + "\n"


def _iris(vocabulary: Vocabulary) -> str:
    iris = {term.constant: term.iri for term in (*vocabulary.classes, *vocabulary.predicates)}
    iris |= {upper_snake(local_name(iri)): iri for iri in vocabulary.borrowed}
    rows = "".join(f'    {constant}: Final = "{iri}"\n' for constant, iri in sorted(iris.items()))
    return f'class Iri:\n    """IRIs of classes and predicates; the terms of RDF, SKOS and PROV-O that the graph uses are among them."""\n\n{rows}\n'


def _tables(vocabulary: Vocabulary) -> Iterator[str]:
    nodes = sorted(term.name for term in vocabulary.classes if term.node)
    claims, structural = vocabulary.of_form("claim"), vocabulary.of_form("structural")
    domains = {term.constant: _row(_nodes(vocabulary, term.domain)) for term in (*claims, *structural)}
    ranges = {term.constant: _row(_nodes(vocabulary, term.range)) for term in (*claims, *structural)}
    labels = {term: tuple(dict.fromkeys((vocabulary.base(term.name), term.name))) for term in vocabulary.classes}
    kinds = [(term.kind, term) for term in sorted(vocabulary.classes, key=lambda term: term.kind or "") if term.kind]
    allowed = sorted(_iri(upper_snake(local_name(iri))) for iri in (*(term.iri for term in vocabulary.predicates), *vocabulary.borrowed))
    yield _tuple("Types of entities.", "ENTITY_TYPES", "EntityType", (term.name for term in _entity_types(vocabulary)))
    yield _tuple("Base labels of the property graph; each has a unique `iri`.", "NODE_LABELS", "str", nodes)
    yield _mapping("Claim predicate → its IRI.", "PREDICATE_IRIS", "str", {_quoted(t.constant): _iri(t.constant) for t in claims})
    yield _mapping("Structural predicate → its IRI.", "STRUCTURAL_IRIS", "str", {_quoted(t.constant): _iri(t.constant) for t in structural})
    yield _mapping("Base labels that a relationship starts from.", "DOMAINS", "tuple[str, ...]", {_quoted(k): v for k, v in domains.items()})
    yield _mapping("Base labels that a relationship leads to.", "RANGES", "tuple[str, ...]", {_quoted(k): v for k, v in ranges.items()})
    yield _mapping("Kind → the type of its entities.", "KIND_TYPES", "EntityType", {_quoted(k): _quoted(vocabulary.base(t.name)) for k, t in kinds})
    yield _mapping("Kind → the IRI of its class.", "KIND_CLASSES", "str", {_quoted(k): _iri(t.constant) for k, t in kinds})
    named = {_iri(term.constant): _row(names) for term, names in labels.items() if names[0] in nodes}
    yield _mapping("IRI of a node's class → its labels, base first.", "LABELS", "tuple[str, ...]", named)
    yield _set("IRIs of all classes that a thing may have.", "CLASSES", (_iri(term.constant) for term in vocabulary.classes))
    yield _set("IRIs of all predicates that a graph may use.", "PREDICATES", allowed) + "\n"


def _nodes(vocabulary: Vocabulary, names: Iterable[str]) -> tuple[str, ...]:
    nodes = {term.name for term in vocabulary.classes if term.node}
    return tuple(name for name in names if name in nodes)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _iri(constant: str) -> str:
    return f"Iri.{constant}"


def _row(names: Iterable[str]) -> str:
    quoted = [_quoted(name) for name in names]
    return f"({', '.join(quoted)}{',' if len(quoted) == 1 else ''})"


def _lines(items: Iterable[str]) -> str:
    return "".join(f"    {item},\n" for item in items)


def _tuple(comment: str, name: str, element: str, values: Iterable[str]) -> str:
    return f"#: {comment}\n{name}: Final[tuple[{element}, ...]] = (\n{_lines(map(_quoted, values))})"


def _set(comment: str, name: str, values: Iterable[str]) -> str:
    return f"#: {comment}\n{name}: Final = frozenset(\n    {{\n{_lines('    ' + value for value in values)}    }}\n)"


def _mapping(comment: str, name: str, values: str, rows: Mapping[str, str]) -> str:
    lines = _lines(f"    {key}: {value}" for key, value in rows.items())
    return f"#: {comment}\n{name}: Final[Mapping[str, {values}]] = MappingProxyType(\n    {{\n{lines}    }}\n)"


if __name__ == "__main__":
    main()
