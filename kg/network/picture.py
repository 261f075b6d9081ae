"""A network of comparisons as a picture: places that depend on the network alone, so equal networks look equal."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, sin, sqrt
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.network.reading import Pair, pairs
from kg.network.words import banner, caption, title
from kg.report.wording import wording
from kg.synthesis import DIRECTIONS, StudyDirection

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "paint", "places"]

Point = tuple[float, float]

COLOURS: dict[StudyDirection, str] = {
    "better": "#1b6ca8",
    "no-difference": "#8c8c8c",
    "worse": "#d9730d",
    "mixed": "#3b0f54",
    "not-clear": "#efe6b8",
}
"""Blue for better and orange for worse, as in the plot of a summary; a test tells all apart without red, green or blue."""

_DPI = 150
_ROUND = 26
"""How many names fit around the circle before they have to be turned."""
_WIDEST = 16.0
_PER_STUDY = 3.5
_NARROWEST = 2.2
_STEPS = (20, 18, 22, 16, 24, 15, 25)
"""Where on its line, of 40 steps, the number of a pair may stand."""
_RED = "#7a1f1f"
_MARKS = (
    "A line joins what was compared directly: its number counts studies, its strips share the width by direction of the"
    " results. In brackets: the studies of a procedure."
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """How the drawing's own units (the circle has radius 1) become points on paper."""

    size: Point
    reach: Point
    per_study: float

    @property
    def point(self) -> float:
        """Return the length of a point in units of the drawing."""
        return 2 * self.reach[0] / (self.size[0] * 72)


def places(graph: nx.MultiGraph[str]) -> dict[str, Point]:
    """Return where each procedure stands: on a circle, the technique asked about alone in the middle or first of all.

    The others follow in the order of the vocabulary, those near each other that were compared with the
    same members of the technique.
    """
    asked = [node for node, asked in graph.nodes(data="asked") if asked]
    others = [node for node in graph.nodes if node not in asked]
    others.sort(key=lambda node: _nearest(graph, node, asked))
    if len(asked) == 1:
        return {asked[0]: (0.0, 0.0)} | dict(zip(others, _circle(len(others)), strict=True))
    return dict(zip([*asked, *others], _circle(len(graph)), strict=True))


def _circle(count: int) -> list[Point]:
    """Return places on a circle of radius 1, the first at the top, clockwise."""
    angles = [pi / 2 - 2 * pi * place / count for place in range(count)]
    return [(cos(angle), sin(angle)) for angle in angles]


def _nearest(graph: nx.MultiGraph[str], node: str, asked: list[str]) -> float:
    """Return where among the members of the technique those stand that a procedure was compared with, on average."""
    found = [asked.index(other) for other in graph[node] if other in asked]
    return sum(found) / len(found) if found else len(asked)


def paint(graph: nx.MultiGraph[str], out: BinaryIO, form: str) -> None:
    """Draw a network as PNG or SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    found, at, taken = pairs(graph), places(graph), list[Point]()
    turned = len(graph) > _ROUND
    scale = _scale(graph, found, turned=turned)
    with rc_context({"svg.hashsalt": "spinekg", "svg.fonttype": "none", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=scale.size, dpi=_DPI, facecolor="white")
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(-scale.reach[0], scale.reach[0])
        axes.set_ylim(-scale.reach[1], scale.reach[1])
        for pair in reversed(found):
            _edge(axes, pair, at, scale)
        for pair in found:
            if len(found) <= 2 * _ROUND or pair.studies > 1:
                _number(axes, pair, at, taken)
        _nodes(axes, graph, at, scale, turned=turned)
        _words(figure, graph, found)
        nothing_of_today = {"Date": None, "Creator": "spinekg"} if form == "svg" else {"Software": None}
        figure.savefig(out, format=form, metadata=nothing_of_today)


def _scale(graph: nx.MultiGraph[str], found: tuple[Pair, ...], *, turned: bool) -> _Scale:
    width = min(13.0 + max(0, len(graph) - _ROUND) * 0.14, 24.0)
    height = width * (0.98 if turned else 0.74)
    reach = 2.0 if turned else 1.95
    most = max((pair.studies for pair in found), default=1)
    return _Scale((width, height), (reach, reach * height / width), min(_PER_STUDY, _WIDEST / most))


def _edge(axes: Axes, pair: Pair, at: dict[str, Point], scale: _Scale) -> None:
    """Draw a pair as a ribbon: as wide as it has studies, a strip for each direction by its share of the results."""
    line = _curve(at[pair.first], at[pair.second])
    width = max(_NARROWEST, pair.studies * scale.per_study)
    results = sum(pair.results.values())
    side = -width / 2
    for direction in DIRECTIONS:
        strip = width * pair.results[direction] / results
        if strip:
            shifted = _shifted(line, (side + strip / 2) * scale.point)
            xs, ys = zip(*shifted, strict=True)
            axes.plot(xs, ys, color=COLOURS[direction], linewidth=strip, solid_capstyle="butt", zorder=1)
            if direction in ("better", "worse"):
                _head(axes, shifted, strip, COLOURS[direction], to_first=direction == "better")
        side += strip


def _number(axes: Axes, pair: Pair, at: dict[str, Point], taken: list[Point]) -> None:
    """Write how many studies a pair has, near the middle of its line and clear of other numbers."""
    line = _curve(at[pair.first], at[pair.second])
    free = (line[step] for step in _STEPS if all(hypot(line[step][0] - x, line[step][1] - y) > 0.07 for x, y in taken))
    x, y = next(free, line[_STEPS[0]])
    taken.append((x, y))
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "#cccccc", "linewidth": 0.5}
    axes.text(x, y, str(pair.studies), ha="center", va="center", fontsize=7.5, bbox=box, zorder=4)


def _curve(start: Point, end: Point) -> list[Point]:
    """Return a line between two places; one that would run through the middle goes around it."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    bow = 0.0
    if hypot(*start) > 0.9 and hypot(*end) > 0.9 and hypot(*middle) < 0.9:
        bow = 0.5 if hypot(*middle) < 0.25 else 0.2
    control = (middle[0] - bow * (end[1] - start[1]) / length, middle[1] + bow * (end[0] - start[0]) / length)
    steps = [step / 40 for step in range(41)]
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * control[0] + t**2 * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * control[1] + t**2 * end[1],
        )
        for t in steps
    ]


def _shifted(line: list[Point], by: float) -> list[Point]:
    """Return a line beside another one, to the right of its direction."""
    found = []
    for place, (x, y) in enumerate(line):
        before, after = line[max(place - 1, 0)], line[min(place + 1, len(line) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1.0
        found.append((x + by * dy / length, y - by * dx / length))
    return found


def _head(axes: Axes, line: list[Point], width: float, colour: str, *, to_first: bool) -> None:
    """Draw an arrow head on a strip, towards the side that did better."""
    tail, tip = (line[13], line[11]) if to_first else (line[-14], line[-12])
    style = f"-|>,head_width={0.16 + 0.028 * width:.3f},head_length={0.3 + 0.035 * width:.3f}"
    arrow = {"arrowstyle": style, "color": colour, "linewidth": 0.0, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14}
    axes.annotate("", xy=tip, xytext=tail, arrowprops=arrow, zorder=2)


def _nodes(axes: Axes, graph: nx.MultiGraph[str], at: dict[str, Point], scale: _Scale, *, turned: bool) -> None:
    for node, about in graph.nodes(data=True):
        x, y = at[node]
        fill, edge = ("#2b2b2b", "#2b2b2b") if about["asked"] else ("#f2f2f2", "#444444")
        size = 50 + 45 * sqrt(about["studies"])
        axes.scatter([x], [y], s=size, color=fill, edgecolors=edge, linewidths=1.2, zorder=5)
        _label(axes, about, (x, y), 0.05 + sqrt(size) / 2 * scale.point, turned=turned)


def _label(axes: Axes, about: dict[str, Any], at: Point, away: float, *, turned: bool) -> None:
    name = textwrap.fill(about["label"], 36 if turned else 26)
    text = f"{name} ({about['studies']})"
    box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    style: dict[str, Any] = {"fontsize": 9, "zorder": 6, "fontweight": "bold" if about["asked"] else "normal"}
    x, y = at
    if hypot(x, y) < 0.9:
        axes.text(x, y - away, text, ha="center", va="top", bbox=box, **style)
        return
    out = 1 + away
    if turned:
        angle = degrees(atan2(y, x))
        flip = x < -1e-9
        axes.text(
            x * out, y * out, text, ha="right" if flip else "left", va="center", rotation_mode="anchor",
            rotation=angle + 180 if flip else angle, **style,
        )  # fmt: skip
        return
    across = "center" if abs(x) < 0.2 else "left" if x > 0 else "right"
    upward = "center" if abs(x) >= 0.2 else "bottom" if y > 0 else "top"
    axes.text(x * out, y * out, text, ha=across, va=upward, **style)


def _words(figure: Figure, graph: nx.MultiGraph[str], found: tuple[Pair, ...]) -> None:
    """Write title, banner, legend and what the picture is not."""
    from matplotlib.lines import Line2D

    figure.text(0.02, 0.975, title(graph), fontsize=13, fontweight="bold", va="top")
    if text := banner(graph):
        figure.text(0.02, 0.94, text, fontsize=9, color=_RED, fontweight="bold", va="top")
    shown = [direction for direction in DIRECTIONS if any(pair.results[direction] for pair in found)]
    said = {
        "better": "better for the first side: the arrow points to it",
        "worse": "worse for the first side: the arrow points to the other",
    }
    handles = [Line2D([], [], color=COLOURS[direction], linewidth=5) for direction in shown]
    names = [said.get(direction, str(wording()["directions"][direction]["word"])) for direction in shown]
    if shown:
        figure.legend(handles, names, loc="lower left", bbox_to_anchor=(0.012, 0.075), fontsize=8.5, frameon=False)
    figure.text(
        0.02,
        0.012,
        textwrap.fill(" ".join((_MARKS, *caption(graph))), int(16 * figure.get_figwidth())),
        fontsize=7.5,
        va="bottom",
        color="#333333",
    )
