"""Files in the form of the gold annotation: a folder of annotations, one JSON file an article, and what `kg extract` wrote, one line an article."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from kg.errors import InputError

#: One article: doc, entities, relations, implementations, negatives.
Annotated = Mapping[str, Any]
NOTHING: Annotated = {"entities": [], "relations": [], "implementations": []}
#: A negative that is no relation: a figure that the text denies.
FIGURE = "METRIC"
#: What each item must hold, and of which kind.
_KEYS: Mapping[str, Mapping[str, type]] = {
    "entities": {"id": str, "type": str, "name": str, "names": list},
    "relations": {"s": str, "p": str, "o": str},
    "implementations": {"by": list, "of": str, "at": list, "metrics": list},
    "negatives": {"s": str, "p": str, "o": str},
}
_OPTIONAL: Mapping[str, list[str]] = {"names": [], "metrics": []}


def pairs(gold: Path, predicted: Path) -> Iterator[tuple[Path, Annotated, Annotated]]:
    """Each annotation of a folder, by name, with what was extracted from its article; nothing where that is missing.

    Raises:
        InputError: a path is missing, or a file is not in the form of the gold annotation.
    """
    found = _predictions(predicted)
    for path, annotation in annotated(gold):
        yield path, annotation, _prediction(found, path.stem)


def annotated(gold: Path) -> Iterator[tuple[Path, Annotated]]:
    """Each annotation of a folder, by name.

    Raises:
        InputError: there is none, or it is not in the form of the gold annotation.
    """
    files = sorted(gold.glob("*.json"))
    if not files:
        raise InputError(f"{gold} holds no gold annotation (*.json); check the path")
    for path in files:
        annotation = _object(path, _text(path, "a gold annotation is JSON in UTF-8"), 1)
        _check(path, annotation)
        yield path, annotation


def text_of(path: Path) -> str:
    """The article that lies beside an annotation (NAME.txt, or clean/NAME.clean.txt); empty where there is none."""
    for beside in (path.with_suffix(".txt"), path.parent / "clean" / f"{path.stem}.clean.txt"):
        if beside.exists():
            return _text(beside, "an article beside its annotation is text in UTF-8")
    return ""


def _text(path: Path, advice: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read ({error}); {advice}") from error


def _predictions(path: Path) -> list[Annotated]:
    lines = _text(path, "give what kg extract --output wrote").split("\n")  # splitlines also splits at U+2028, which JSON strings may hold
    return [_object(path, line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _prediction(found: Iterable[Annotated], stem: str) -> Annotated:
    """What was extracted from the article of that name without ending: exactly that first, then one that goes on, with no letter or digit next."""
    names = [(PurePath(item["doc"]), item) for item in found]
    exact = (item for name, item in names if name.stem == stem)
    longer = (item for name, item in names if name.name.startswith(stem) and not name.name[len(stem) : len(stem) + 1].isalnum())
    return next(exact, None) or next(longer, NOTHING)


def _object(path: Path, text: str, line: int) -> Annotated:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{line}: no valid JSON ({error.msg}); write it anew with kg extract") from error
    if not isinstance(found, dict) or not {"doc", "entities", "relations"} <= found.keys():
        raise InputError(f"{path}:{line}: no object with doc, entities and relations; write it anew with kg extract")
    if not isinstance(found["doc"], str):
        raise InputError(f"{path}:{line}: doc is no text; write it anew with kg extract")
    for group, keys in _KEYS.items():
        items = found.get(group, [])
        if not isinstance(items, list):
            raise InputError(f"{path}:{line}: {group} is no list; write it anew with kg extract")
        for number, item in enumerate(items, start=1):
            wrong = [key for key, kind in keys.items() if not isinstance(item, dict) or not isinstance(item.get(key, _OPTIONAL.get(key)), kind)]
            if wrong:
                raise InputError(f"{path}:{line}: {group}, number {number}: {', '.join(wrong)} is missing or of the wrong kind; mend it")
    return found


def _check(path: Path, gold: Annotated) -> None:
    """Every id that is used is that of an entity, and a figure that is denied is a number."""
    known = {entity["id"] for entity in gold["entities"]}
    used = [item[key] for item in gold["relations"] for key in "so"]
    used += [iri for row in gold.get("implementations", []) for iri in (*row["by"], row["of"], *row["at"])]
    unknown = sorted({str(iri) for iri in used if iri not in known})
    if unknown:
        raise InputError(f"{path}: no entity has the id {', '.join(unknown)}; mend the annotation")
    for item in gold.get("negatives", []):
        if item["p"] == FIGURE:
            try:
                float(item["o"].split()[1])
            except (IndexError, ValueError) as error:
                raise InputError(f"{path}: the negative {item['o']} names no figure; write it as METRIC and a number") from error
