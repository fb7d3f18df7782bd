"""A property graph as the typed CSV that `neo4j-admin database import full` reads: the fastest way into an empty database.

One file for each set of labels (or type) and properties, so no cell is empty: its first row says name and type of each column. Lists are joined by
U+001F. The files are compressed, which the importer reads as they are and a spreadsheet does not open: their text may look like a formula, and
nothing may be put before it here. `import.args` holds the command's arguments.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from kg.errors import StoreError
from kg.records import Node, Relationship, Value
from kg.store.base import HASH, Progress, Wanted
from kg.store.plan import check_node, check_relationship, node_digest, relationship_digest
from kg.store.watermark import LABEL, Watermark

#: File with the arguments of `neo4j-admin`.
ARGUMENTS = "import.args"
#: Nodes whose rows are made at a time.
_CHUNK = 5_000
_ROWS = 1_000  # that are written to a file together
_LIST = "\x1f"
_TYPES: Mapping[type, str] = {str: "", bool: ":boolean", int: ":long", float: ":double"}
_SETTINGS = ("--array-delimiter=U+001F", "--multiline-fields=true", "--bad-tolerance=0", "--skip-bad-relationships=false")


def write_tables(wanted: Wanted, folder: Path, mark: Watermark | None = None, progress: Progress | None = None) -> tuple[int, int]:
    """Write a graph into an empty or new folder; how many nodes and relationships. The same graph gives the same bytes.

    Args:
        wanted: the graph, of which a chunk is held at a time.
        folder: for the files.
        mark: what the next load is to find on the server; the numbers in it are filled in.
        progress: told of nodes and relationships.

    Raises:
        StoreError: the folder is not empty, or can't be written; a list holds U+001F.
    """
    tell = progress or (lambda _: None)
    nodes = relationships = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StoreError(f"{folder} is not empty: name a new folder")
        with ExitStack() as opened:
            tables = _Tables(folder, opened)
            for iris in wanted.chunks(_CHUNK):
                some = wanted.nodes(iris)
                tables.add_nodes(some)
                edges = wanted.relationships(iris)
                tables.add_relationships(edges)
                nodes, relationships = nodes + len(some), relationships + len(edges)
                tell(len(some) + len(edges))
            if mark is not None:
                tables.add_mark(mark, nodes, relationships)
        (folder / ARGUMENTS).write_text("".join(f"{line}\n" for line in tables.arguments()), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{folder} can't be written ({error.strerror or error}): name another folder") from error
    return nodes, relationships


class _Tables:
    """The open files, each by what its rows have in common."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder, self.opened = folder, opened
        self.files: dict[tuple[str, tuple[str, ...], tuple[tuple[str, type], ...]], _Table] = {}

    def add_nodes(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            check_node(node)
            self.row("nodes", node.labels, {**node.properties, HASH: node_digest(node)}, {"iri:ID": node.iri})

    def add_relationships(self, edges: Iterable[Relationship]) -> None:
        for edge in edges:
            check_relationship(edge)
            properties = {**edge.properties, HASH: relationship_digest(edge)}
            self.row("relationships", (edge.type,), properties, {":START_ID": edge.source, ":END_ID": edge.target})

    def add_mark(self, mark: Watermark, nodes: int, relationships: int) -> None:
        properties: dict[str, Value] = {"name": "watermark", "nodes": nodes, "relationships": relationships}
        if mark.change is not None:
            properties["change"] = mark.change
        self.row("nodes", (LABEL,), properties, {":ID": f"{LABEL} watermark"})

    def row(self, what: str, names: tuple[str, ...], properties: Mapping[str, Value], keys: Mapping[str, str]) -> None:
        items = sorted(properties.items())
        form = (what, names, tuple((key, value.__class__) for key, value in items))
        found = self.files.get(form)
        if found is None:
            path = self.folder / f"{what}-{len(self.files):03}-{'-'.join(names)}.csv.gz"
            raw = self.opened.enter_context(path.open("wb"))
            found = self.files[form] = _Table(path.name, gzip.GzipFile("", "wb", 1, raw, mtime=0))
            self.opened.callback(found.close)
            found.rows.append(",".join((*keys, *(key + _type(value) for key, value in items))))
        cells = [*keys.values(), *(value if isinstance(value, str) else _text(value) for _, value in items)]
        found.rows.append('"' + '","'.join([cell.replace('"', '""') if '"' in cell else cell for cell in cells]) + '"')
        if len(found.rows) >= _ROWS:
            found.flush()

    def arguments(self) -> Iterable[str]:
        yield from _SETTINGS
        yield f'"--report-file={self.folder.absolute() / "import.report"}"'
        for (what, names, _), table in self.files.items():
            yield f'"--{what}={":".join(names)}={self.folder.absolute() / table.name}"'


class _Table:
    """One file, to which some rows at a time are written."""

    def __init__(self, name: str, file: gzip.GzipFile) -> None:
        self.name, self.file = name, file
        self.rows: list[str] = []

    def flush(self) -> None:
        self.file.write("".join(f"{row}\n" for row in self.rows).encode())
        self.rows.clear()

    def close(self) -> None:
        self.flush()
        self.file.close()


def _type(value: Value) -> str:
    return ":string[]" if isinstance(value, tuple) else _TYPES[type(value)]


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        text = _LIST.join(value)
        if not text or text.count(_LIST) >= len(value):
            raise StoreError(f"the importer can't read the list {value!r:.80}: it is empty, or an item holds U+001F; load without --bulk")
        return text
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value)
