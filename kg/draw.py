"""Graph → picture: names in boxes that don't cover one another, relations on the lines between them, Chinese readable on any machine."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from kg.errors import InputError
from kg.store.files import replacing
from kg.terms import INITIATIVE, ORGANIZATION, PERSON, PLACE, PREDICATE_IRIS
from kg.vocabulary import read

#: More than this many names can't be read on one page.
MOST = 80
#: Colours of boxes, told apart by the colour-blind too (Okabe and Ito).
COLOURS = {ORGANIZATION: "#f7c9a9", INITIATIVE: "#b8e0d2", PLACE: "#bcd7f0", PERSON: "#f5e6a3"}
_DPI = 130
_ROUNDS = 600
_GAP = 0.13  #: inches between boxes
_Points = np.ndarray[Any, np.dtype[np.float64]]  #: x and y in inches, a row for each thing

_LINE = 11  #: characters in a line of a box


def draw(graph: nx.MultiDiGraph[str], path: Path, title: str | None = None) -> None:
    """Draw the entities of `graph` and the facts between them as a PNG.

    Raises:
        InputError: there is nothing to draw, or too much for one page.
        StoreError: `path` can't be written.
    """
    entities = [iri for iri in sorted(graph) if set(graph.nodes[iri]["labels"]) & COLOURS.keys()]
    shown = nx.MultiDiGraph(graph.subgraph(entities))
    shown.remove_edges_from([edge[:3] for edge in shown.edges(keys=True, data="type") if edge[3] not in PREDICATE_IRIS])
    if not 0 < len(shown) <= MOST:
        raise InputError(f"{path}: {len(shown)} things to draw, a picture holds 1 to {MOST}; choose with --around NAME and --hops N")
    _Picture(shown).save(path, title)


@cache
def font_file() -> Path:
    """A font with Chinese characters: Noto Sans SC (SIL Open Font License), which the package zhplot carries."""
    spec = find_spec("zhplot")  # found, not imported: importing it changes matplotlib's settings for everybody
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"


@cache
def _relation_names() -> dict[str, str]:
    return {term.constant: term.zh for term in read().of_form("claim")}


def _wrapped(name: str) -> str:
    lines = -(-len(name) // _LINE)
    width = -(-len(name) // lines)
    return "\n".join(name[start : start + width] for start in range(0, len(name), width))


def _stress_layout(graph: nx.Graph[str], members: list[str]) -> _Points:
    """Places within the unit circle, distances like those in the graph: stress majorization (Gansner, Koren, North 2004), started from a circle."""
    count = len(members)
    angles = 2 * np.pi * np.arange(count) / count
    places: _Points = np.column_stack((np.cos(angles), np.sin(angles))) * (count > 1)
    if count < 3:
        return places
    steps = dict(nx.all_pairs_shortest_path_length(graph))
    wanted = np.array([[steps[a][b] for b in members] for a in members], dtype=float)
    weights = np.where(wanted > 0, 1 / np.maximum(wanted, 1) ** 2, 0.0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.pinv(laplacian)
    for _ in range(_ROUNDS):
        held = np.linalg.norm(places[:, None, :] - places[None, :, :], axis=2)
        ratio = np.where(held > 1e-9, weights * wanted / np.maximum(held, 1e-9), 0.0)
        places = inverse @ ((np.diag(ratio.sum(axis=1)) - ratio) @ places)
    scaled: _Points = places / np.abs(places).max()
    return scaled


class _Picture:
    def __init__(self, graph: nx.MultiDiGraph[str]) -> None:
        self.graph = graph
        self.iris = sorted(graph)
        self.font = FontProperties(fname=font_file(), size=9)
        self.small = FontProperties(fname=font_file(), size=6.5)
        self.figure = Figure(figsize=(1, 1), dpi=_DPI)
        self.renderer: Any = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.labels = [_wrapped(graph.nodes[iri]["name"]) for iri in self.iris]
        self.boxes = np.array([self._size(label) for label in self.labels])  # inches
        self.places = self._apart(self._layout())

    def _size(self, label: str) -> tuple[float, float]:
        box = self.figure.text(0, 0, label, fontproperties=self.font).get_window_extent(self.renderer)
        return box.width / _DPI + _GAP * 1.6, box.height / _DPI + _GAP * 1.3

    def _layout(self) -> _Points:
        """Near what is linked; parts without a link side by side."""
        plain = nx.Graph()
        plain.add_nodes_from(self.iris)
        plain.add_edges_from((a, b) for a, b in sorted({tuple(sorted(edge[:2])) for edge in self.graph.edges()}) if a != b)
        places: dict[str, tuple[float, float]] = {}
        left = 0.0
        for part in sorted(nx.connected_components(plain), key=lambda part: (-len(part), min(part))):
            members = sorted(part)
            found = dict(zip(members, _stress_layout(plain.subgraph(members), members), strict=True))
            radius = 0.75 * len(members) ** 0.5
            for iri in members:
                places[iri] = (left + radius * (1 + float(found[iri][0])), radius * float(found[iri][1]))
            left += 2 * radius + 0.8
        return np.array([places[iri] for iri in self.iris]) * (1.6, 1.0)

    def _apart(self, places: _Points) -> _Points:
        """Push boxes that overlap away from each other, along the axis on which they overlap least, until none does."""
        places = places.copy()
        half = (self.boxes[:, None, :] + self.boxes[None, :, :]) / 2 + _GAP
        for _ in range(_ROUNDS):
            apart = places[:, None, :] - places[None, :, :]
            overlap = half - np.abs(apart)
            pairs = [(i, j) for i, j in np.argwhere((overlap > 0).all(axis=2)) if i < j]
            if not pairs:
                break
            for i, j in pairs:
                axis = int(np.argmin(overlap[i, j] * (1.0, 1.4)))
                step = overlap[i, j, axis] / 2 * 1.02 * (1 if apart[i, j, axis] >= 0 else -1)
                places[i, axis] += step
                places[j, axis] -= step
        low: _Points = (places - self.boxes / 2).min(axis=0)
        moved: _Points = places - low + 0.25
        return moved

    def save(self, path: Path, title: str | None) -> None:
        size = (self.places + self.boxes / 2).max(axis=0) + 0.25 + (0.0, 0.35 if title else 0.0)
        self.figure = Figure(figsize=(float(size[0]), float(size[1])), dpi=_DPI)
        axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0, size[0])
        axes.set_ylim(0, size[1])
        axes.axis("off")
        self._edges(axes)
        self._nodes(axes)
        if title:
            axes.text(0.25, size[1] - 0.28, title, fontproperties=FontProperties(fname=font_file(), size=13))
        with replacing(path) as file:
            self.figure.savefig(file, format="png", metadata={"Software": None})

    def _edges(self, axes: Any) -> None:
        place = dict(zip(self.iris, self.places, strict=True))
        names: dict[tuple[str, str], list[str]] = {}
        for source, target, kind, data in sorted(self.graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
            if source != target:
                names.setdefault((source, target), []).append(str(data.get("role") or _relation_names()[kind]))
        for (source, target), kinds in names.items():
            start, end = place[source], self._border(place[source], target, place[target])
            axes.annotate(
                "", xy=end, xytext=start, arrowprops={"arrowstyle": "-|>", "color": "#9a9a9a", "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}, zorder=1
            )
            middle = start + (end - start) * 0.55
            label = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
            axes.text(*middle, " ".join(kinds), fontproperties=self.small, color="#666666", ha="center", va="center", bbox=label, zorder=2)

    def _border(self, start: Any, target: str, end: Any) -> Any:
        """Where the line from `start` meets the box of `target`."""
        way = start - end
        half = self.boxes[self.iris.index(target)] / 2
        share = min((float(half[axis]) / abs(float(way[axis])) for axis in (0, 1) if way[axis]), default=0.0)
        return end + way * min(share, 1.0)

    def _nodes(self, axes: Any) -> None:
        for iri, label, place in zip(self.iris, self.labels, self.places, strict=True):
            kind = next(name for name in COLOURS if name in self.graph.nodes[iri]["labels"])
            style = {"boxstyle": "round,pad=0.35", "facecolor": COLOURS[kind], "edgecolor": "#777777", "linewidth": 0.6}
            axes.text(*place, label, fontproperties=self.font, ha="center", va="center", bbox=style, zorder=3, linespacing=1.15)
