"""A summary as a picture: the effect direction plot of Hilton Boon and Thomson (2021), as SVG.

One panel per comparator, one line per study, one column per outcome and follow-up band. The sign
says which way the study points, its size how many participants the study has (over 300, 50 to 300,
fewer), never the size of an effect. Significance is not shown. Risk of bias is always drawn as not
assessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.report.nouns import Row, View, against
from kg.report.wording import lower, template, wording
from kg.synthesis import DIRECTIONS, StudyResult

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Column", "Line", "Mark", "Panel", "as_svg", "panels_of"]

LABELS = 370
"""Width of the names of the studies."""

COLUMN, LINE, FOOT, GAP = 46, 24, 92, 30
_LARGE, _MEDIUM = 300, 50
_PICTURED = ("patients", "harms")


@dataclass(frozen=True, slots=True)
class Column:
    """One outcome and follow-up band; ``foot`` are the studies of each direction, ``sign`` the sign test."""

    x: int
    label: str
    ref: str
    foot: tuple[tuple[str, int], ...]
    sign: str


@dataclass(frozen=True, slots=True)
class Line:
    """One study."""

    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Which way a study points in a column; ``size`` is half its height in pixels."""

    x: int
    y: int
    size: int
    direction: str
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The studies against one comparator."""

    y: int
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    top: int
    bottom: int


def as_svg(view: View) -> str:
    """Return a summary as SVG, with the numbers of each column under it and words at each sign."""
    panels = panels_of(view)
    width = max((column.x + _reach(column.label)[0] for panel in panels for column in panel.columns), default=0)
    width = max([width, *(8 * len(panel.title) for panel in panels)])
    height = (panels[-1].bottom + FOOT if panels else 120 + 20 * len(view.headline)) + 130
    return (
        _environment()
        .get_template("summary.svg.j2")
        .render(
            view=view,
            panels=panels,
            width=max(width + 20, 820),
            height=height,
            directions=wording()["directions"],
            line=LINE,
            column=COLUMN,
            labels=LABELS,
        )
    )


def panels_of(view: View) -> tuple[Panel, ...]:
    """Return a panel per comparator, for the outcomes that matter to patients and harms."""
    titles = [group["title"] for group in wording()["groups"] if group["id"] in _PICTURED]
    rows = [row for group in view.between if group.title in titles for row in group.rows if row.cell.counted]
    grouped: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        grouped.setdefault((row.cell.comparator_class, row.cell.pair), []).append(row)
    panels = []
    y = 140 if view.banner else 90
    for members in grouped.values():
        panels.append(_panel(members, y))
        y = panels[-1].bottom + FOOT + GAP
    return tuple(panels)


def _panel(rows: Sequence[Row], y: int) -> Panel:
    studies: dict[str, StudyResult] = {}
    for row in rows:
        for result in row.cell.counted:
            studies.setdefault(result.study, result)
    columns = tuple(_column(row, LABELS + 60 + COLUMN * place) for place, row in enumerate(rows))
    top = y + 40 + max(_reach(column.label)[1] for column in columns)
    lines = {
        study: Line(top + LINE * place, _label(result))
        for place, (study, result) in enumerate(sorted(studies.items(), key=_order))
    }
    marks = tuple(
        _mark(result, column, lines[result.study].y)
        for row, column in zip(rows, columns, strict=True)
        for result in row.cell.counted
    )
    return Panel(
        y=y,
        title=rows[0].contrast or f"Against {lower(against(rows))}",
        columns=columns,
        lines=tuple(lines.values()),
        marks=marks,
        top=top,
        bottom=top + LINE * len(lines),
    )


def _reach(label: str) -> tuple[int, int]:
    """Return how far a slanted label reaches to the right and up, in pixels: 6 a character at 50 degrees."""
    return round(6 * len(label) * 0.64) + 10, round(6 * len(label) * 0.77)


def _order(entry: tuple[str, StudyResult]) -> tuple[int, int, str]:
    """Put the strongest design first, then the largest study."""
    study, result = entry
    designs = list(wording()["designs"])
    rank = designs.index(result.design) if result.design in designs else len(designs)
    return rank, -(result.participants or 0), study


def _label(result: StudyResult) -> str:
    size = f"n {result.participants:,}" if result.participants is not None else "n not stated"
    design = wording()["designs"].get(result.design, result.design.replace("-", " "))
    return ", ".join(filter(None, (f"PMID {result.pmids[0]}", str(result.year or ""), design, size)))


def _column(row: Row, x: int) -> Column:
    test = row.cell.sign_test
    short = row.outcome.split(" (")[0]
    label = short if row.follow_up == "not stated" else f"{short}, {row.follow_up}"
    return Column(x, label, row.ref, row.counts, f"P {test.p:.3f}" if test.p is not None else "")


def _mark(result: StudyResult, column: Column, y: int) -> Mark:
    size = 6
    if result.participants is not None:
        size = 10 if result.participants > _LARGE else 8 if result.participants >= _MEDIUM else 5
    words = f"{column.ref} {column.label}: {wording()['directions'][result.direction]['word']}, {_label(result)}"
    return Mark(column.x, y, size, result.direction, words)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(template),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["order"] = DIRECTIONS
    return environment
