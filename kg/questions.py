"""The analysts' library: one question a file of ontology/questions, its header saying what it is called, what it takes and what it answers.

A header is a run of comment lines, Chinese before English, ` | ` between them:

    // title: …zh | …en
    // about: …zh | …en
    // parameter: NAME TYPE [= DEFAULT as JSON] | …zh | …en        TYPE: string, integer, number or boolean
    // column: NAME | …zh | …en                                    in the order of RETURN

Values go to the engine as parameters, never into the text of the statement.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

from kg.errors import DataError, QuestionError, RuleError
from kg.records import Scalar, Table

if TYPE_CHECKING:  # the driver takes a second to load, and lists of questions don't need it
    from kg.store.base import PropertyGraph
    from kg.store.record import RdfRecord

Kind = Literal["string", "integer", "number", "boolean"]

_HEADER = re.compile(r"// (?P<key>[a-z]+): (?P<value>.+)\Z")
_PARAMETER = re.compile(r"(?P<name>[a-z_]+) (?P<kind>[a-z]+)(?: = (?P<default>.+))?\Z")
#: Parameters that are the whole name of a thing.
_NAMES = frozenset({"article", "body", "name", "object", "place", "subject"})
#: Names that hold a text, lie in it, or begin as it does.
_NEAR = (
    "MATCH (n) WHERE n.kind IS NOT NULL AND (n.name CONTAINS $text OR $text CONTAINS n.name OR n.name STARTS WITH $start) "
    "RETURN DISTINCT n.name AS name ORDER BY name LIMIT 5"
)
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Parameter:
    """What a question takes; one without a default must be given."""

    name: str
    kind: Kind
    default: Scalar | None
    zh: str
    en: str


@dataclass(frozen=True)
class Column:
    """What a question answers."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True)
class Question:
    """One file of ontology/questions."""

    name: str  #: the file's name without its ending
    zh: str
    en: str
    about_zh: str
    about_en: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str


@cache
def questions() -> tuple[Question, ...]:
    """All questions, by name.

    Raises:
        RuleError: a header is malformed; the message names file and line.
    """
    folder = files("kg.ontology.questions")
    found = sorted(item.name for item in folder.iterdir() if item.name.endswith(".cypher"))
    return tuple(_parse(name.removesuffix(".cypher"), folder.joinpath(name).read_text("utf-8")) for name in found)


def question(name: str) -> Question:
    """The question of that name.

    Raises:
        QuestionError: there is none; the message names the nearest.
    """
    known = {item.name: item for item in questions()}
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}?" if near else "see kg questions"
        raise QuestionError(f"there is no question {name}: {hint}")
    return known[name]


def bind(asked: Question, given: Mapping[str, str]) -> dict[str, Scalar]:
    """The values that a question is asked with: those given, as the header types them, and defaults for the others.

    Raises:
        QuestionError: a parameter is unknown, missing or of the wrong form.
    """
    known = {parameter.name: parameter for parameter in asked.parameters}
    for name in given:
        if name not in known:
            raise QuestionError(f"{asked.name} takes no parameter {name}; it takes {', '.join(known) or 'none'}")
    values: dict[str, Scalar] = {}
    for name, parameter in known.items():
        if name in given:
            values[name] = _value(asked, parameter, given[name])
        elif parameter.default is None:
            raise QuestionError(f"{asked.name} needs {name} ({parameter.zh}; {parameter.en}): add -p {name}=…")
        else:
            values[name] = parameter.default
    return values


def answer(asked: Question, given: Mapping[str, str], graph: PropertyGraph) -> Table:
    """Ask a property graph.

    Raises:
        QuestionError: the parameters don't fit.
        DataError: the statement returns other columns than its header says.
    """
    table = graph.ask(asked.text, bind(asked, given))
    promised = tuple(column.name for column in asked.columns)
    if not table.rows:
        return Table(promised, ())  # the embedded engine names no columns where there are no rows
    if table.columns != promised:
        raise DataError(f"ontology/questions/{asked.name}.cypher returns {', '.join(table.columns)}; its header says {', '.join(promised)}")
    return table


def twin(asked: Question) -> str | None:
    """The question in SPARQL, where it has a twin: ontology/questions/NAME.rq."""
    file = files("kg.ontology.questions").joinpath(f"{asked.name}.rq")
    return file.read_text("utf-8") if file.is_file() else None


def answer_in_sparql(asked: Question, given: Mapping[str, str], record: RdfRecord) -> Table:
    """Ask the RDF record by the question's twin. Parameters are functions `given:NAME()`; a list comes as `NAME_list`, its items joined by U+001F.

    Raises:
        QuestionError: it has no twin, or the parameters don't fit.
        DataError: the query returns other columns than the header says.
    """
    text = twin(asked)
    if text is None:
        known = ", ".join(item.name for item in questions() if twin(item) is not None)
        raise QuestionError(f"{asked.name} has no SPARQL twin: leave --sparql out, or ask one of {known}")
    table = record.query(text, bind(asked, given))
    columns = () if isinstance(table, str) else tuple(name.removesuffix("_list") for name in table.columns)
    if isinstance(table, str) or columns != tuple(column.name for column in asked.columns):
        raise DataError(f"ontology/questions/{asked.name}.rq returns {', '.join(columns)}; the header of its twin says otherwise")
    lists = {index for index, name in enumerate(table.columns) if name.endswith("_list")}
    rows = (tuple(sorted(str(cell or "").split("\x1f")) if index in lists else cell for index, cell in enumerate(row)) for row in table.rows)
    return Table(columns, tuple(tuple([] if cell == [""] else cell for cell in row) for row in rows))


def strangers(asked: Question, given: Mapping[str, str], graph: PropertyGraph) -> list[str]:
    """Why there may be no answer: of each text that was given and that nothing in the graph is called, a line that says so and names the nearest."""
    lines = []
    for name, value in bind(asked, given).items():
        if name not in _NAMES or not given.get(name):
            continue
        if not graph.ask("MATCH (n) WHERE n.name = $text OR $text IN n.names OR n.doc = $text RETURN n.iri AS iri LIMIT 1", {"text": value}).rows:
            near = graph.ask(_NEAR, {"text": value, "start": str(value)[:2]}).rows
            lines.append(f"note: nothing in the graph is called {value}" + (f"; there are {', '.join(str(row[0]) for row in near)}" if near else ""))
    return lines


def _value(asked: Question, parameter: Parameter, text: str) -> Scalar:
    try:
        if parameter.kind == "integer":
            return int(text)
        if parameter.kind == "number":
            return float(text)
        if parameter.kind == "boolean":
            return _TRUTH[text.lower()]
    except (ValueError, KeyError) as error:
        raise QuestionError(f"{asked.name}: {parameter.name} is {text!r}, it must be of type {parameter.kind}") from error
    return text


def _parse(name: str, text: str) -> Question:
    titles: dict[str, tuple[str, str]] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("//"):
            break
        where = f"ontology/questions/{name}.cypher:{number}"
        match = _HEADER.match(line)
        if match is None:
            raise RuleError(f"{where}: a header line reads `// key: value`")
        key, parts = match["key"], [part.strip() for part in match["value"].split(" | ")]
        if key in ("title", "about") and len(parts) == 2:
            titles[key] = (parts[0], parts[1])
        elif key == "column" and len(parts) == 3:
            columns.append(Column(*parts))
        elif key == "parameter" and len(parts) == 3:
            parameters.append(_parameter(where, *parts))
        else:
            raise RuleError(f"{where}: {key} with {len(parts)} parts; see the docstring of kg.questions for the form")
    if titles.keys() != {"title", "about"} or not columns:
        raise RuleError(f"ontology/questions/{name}.cypher: its header needs a title, an about and at least one column")
    return Question(name, *titles["title"], *titles["about"], tuple(parameters), tuple(columns), text)


def _parameter(where: str, form: str, zh: str, en: str) -> Parameter:
    match = _PARAMETER.match(form)
    if match is None or match["kind"] not in get_args(Kind):
        raise RuleError(f"{where}: a parameter reads `name type` or `name type = default`, the type one of {', '.join(get_args(Kind))}")
    try:
        default = None if match["default"] is None else json.loads(match["default"])
    except json.JSONDecodeError as error:
        raise RuleError(f"{where}: the default {match['default']} is no JSON value; text stands in double quotes") from error
    return Parameter(match["name"], match["kind"], default, zh, en)  # type: ignore[arg-type] # checked above
