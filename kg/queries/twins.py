"""The Cypher twin of a question: what is checked when it is read.

A twin is one read-only query in the subset of Cypher that Ladybug and Neo4j share. Its parameters
and the names of its columns are those of the question; comments and quoted text do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

from kg.errors import InputError, UsageError
from kg.stores.cypher_guard import check_cypher

__all__ = ["check_twin"]

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\n]* | /\*.*?\*/)
    | (?P<string>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*")
    | (?P<parameter>\$\w+)
    | (?P<name>`[^`]*` | \w+)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_AFTER_COLUMNS = frozenset({"ORDER", "SKIP", "LIMIT"})
_Token = tuple[int, str, str]


def check_twin(file: str, cypher: str, params: Sequence[str], returns: Sequence[str]) -> None:
    """Refuse a twin whose parameters or columns are not the question's, or that leaves the shared subset.

    Raises InputError with the file and line of the first mistake.
    """
    tokens = list(_tokens(cypher))
    try:
        check_cypher(cypher)
    except UsageError as error:
        _refuse(file, 1, str(error))
    for line, kind, text in tokens:
        if kind == "parameter" and text[1:] not in params:
            _refuse(file, line, f"the parameter '{text}' is not declared; declared are {', '.join(params) or 'none'}")
    used = {text[1:] for _, kind, text in tokens if kind == "parameter"}
    for name in params:
        if name not in used:
            _refuse(file, 1, f"the parameter '{name}' is declared, but there is no ${name}")
    line, columns = _columns(file, tokens)
    if columns != list(returns):
        _refuse(file, line, f"returns {columns}, but the question's columns are {list(returns)}")
    if not any(kind == "name" and text.upper() == "ORDER" for _, kind, text in tokens):
        _refuse(file, line, "ORDER BY is missing: the rows of a question have one order")


def _tokens(cypher: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(cypher):
        kind = str(match.lastgroup)
        if kind not in {"comment", "space"}:
            yield line, kind, match[0]
        line += match[0].count("\n")


def _columns(file: str, tokens: Sequence[_Token]) -> tuple[int, list[str]]:
    """Return the line of RETURN and the names of its columns."""
    places = [number for number, (_, kind, text) in enumerate(tokens) if kind == "name" and text.upper() == "RETURN"]
    if len(places) != 1:
        _refuse(file, tokens[places[1]][0] if places else 1, f"a question has one RETURN, this one has {len(places)}")
    depth, names, last = 0, [], ""
    for _, kind, text in tokens[places[0] + 1 :]:
        if depth == 0 and kind == "name" and text.upper() in _AFTER_COLUMNS:
            break
        if depth == 0 and text == ",":
            names.append(last)
        depth += (text in _OPEN) - (text in _CLOSE)
        last = text.strip("`")
    return tokens[places[0]][0], [*names, last]


def _refuse(file: str, line: int, why: str) -> NoReturn:
    raise InputError(f"{file}:{line}: {why}")
