"""The parts of a query that only narrow it, and are left out where there is nothing to narrow.

In a file of SPARQL such a part stands between two lines of comment, ``#? NAME`` and ``#.``: it holds to what is under
the concepts of the parameter NAME. Where that is every concept of its kind, the answer is the same without, and sooner
there. The file runs as it stands, parts and all.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["found", "stray", "without"]

_PART = re.compile(
    r"^[ \t]*#\? (?P<name>\w+)[ \t]*\n(?P<body>(?:(?![ \t]*#[?.]).*\n)*)^[ \t]*#\.[ \t]*\n", re.MULTILINE
)
_MARK = re.compile(r"^[ \t]*#[?.].*$", re.MULTILINE)


def found(sparql: str) -> list[tuple[int, str, str]]:
    """Return line, parameter and text of every part."""
    return [(_line(sparql, part.start()), part["name"], part["body"]) for part in _PART.finditer(sparql)]


def stray(sparql: str) -> int | None:
    """Return the line of the first mark that neither begins nor ends a part."""
    rest = _PART.sub(lambda part: "\n" * part[0].count("\n"), sparql)
    mark = _MARK.search(rest)
    return _line(rest, mark.start()) if mark else None


def without(sparql: str, is_all: Callable[[str], bool]) -> str:
    """Return a query without the parts of the parameters that ``is_all`` says take every concept of their kind."""
    return _PART.sub(lambda part: "" if is_all(part["name"]) else part[0], sparql)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
