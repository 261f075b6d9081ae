"""One summary in the format that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TextIO

from kg.errors import UsageError
from kg.report.nouns import Setting
from kg.report.view import view_of
from kg.synthesis import Summary
from kg.vocabulary import Vocabulary

__all__ = ["FORMATS", "Look", "look_of", "render"]

FORMATS = ("text", "md", "json", "csv", "svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How text is shown: columns, colours, and whether only ASCII signs are understood."""

    width: int | None = None
    colour: bool = False
    plain: bool = False


def look_of(stream: TextIO) -> Look:
    """Return how text is shown on a stream: as a terminal can, else in full width without colours."""
    try:
        "▲◄►▼“”".encode(stream.encoding or "ascii")
        plain = False
    except (UnicodeEncodeError, LookupError):
        plain = True
    if not stream.isatty():
        return Look(plain=plain)
    from rich.console import Console

    console = Console(file=stream)
    return Look(width=console.width, colour=not console.no_color, plain=plain)


def render(summary: Summary, form: str, *, vocabulary: Vocabulary, setting: Setting, look: Look | None = None) -> str:
    """Return a summary in one of ``FORMATS``, ending in a line break; raises UsageError for another one."""
    view = view_of(summary, setting, vocabulary)
    if form == "text":
        from kg.report.text import as_text

        shown = look or Look()
        return as_text(view, width=shown.width, colour=shown.colour, plain=shown.plain)
    if form == "md":
        from kg.report.markdown import as_markdown

        return as_markdown(view)
    if form == "json":
        from kg.report.machine import as_json

        return as_json(view, vocabulary)
    if form == "csv":
        from kg.report.machine import as_csv

        return as_csv(view)
    if form == "svg":
        from kg.report.picture import as_svg

        return as_svg(view)
    raise UsageError(f"unknown format '{form}'; allowed are {', '.join(FORMATS)}")
