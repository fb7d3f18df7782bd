"""Values of the `neo4j` driver as plain Python, the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from kg.store.base import HASH


def plain(value: object) -> object:
    """One value of a row as None, bool, int, float, str, bytes, list or dict (see `PropertyGraph.ask`)."""
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _properties(value)}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": _properties(value)}
    if isinstance(value, Path):
        return {"nodes": [plain(node) for node in value.nodes], "relationships": [plain(step) for step in value.relationships]}
    if isinstance(value, (Date, DateTime, Duration, Time)):
        return value.iso_format()
    if isinstance(value, Point):  # a tuple too, so before the sequences
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value) if key != HASH}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _properties(entity: Node | Relationship) -> dict[str, object]:
    return {key: plain(entity[key]) for key in sorted(entity.keys()) if key != HASH}
