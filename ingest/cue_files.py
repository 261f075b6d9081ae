"""Read the cue tables of ``ingest/cues/*.toml``: arrays of tables whose keys are checked strictly.

Words a pattern cannot match without are looked for first, which makes a hundred patterns per abstract affordable. They
are read off the pattern (``ingest.needed``), unless it comes with ``needs`` of its own: plain words of which at least one
stands in every text it matches.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.screened import Screened as Guarded
from kg.errors import SpinekgError

__all__ = ["Guarded", "guarded", "read_cues", "read_table"]


def guarded(row: Mapping[str, Any]) -> Guarded:
    """Compile the ``pattern`` of a row, which is for lower-case text, with its ``needs``."""
    return Guarded(re.compile(row["pattern"]), row.get("needs", ()))


def read_table(name: str) -> dict[str, Any]:
    """Return the content of ``ingest/cues/<name>.toml``; what is no TOML is an error that names the file."""
    return _parsed(name, (files("ingest") / "cues" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _parsed(name: str, text: str) -> dict[str, Any]:
    """Parse the text of a file once, though every table of it is asked for by itself."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SpinekgError(f"cues/{name}.toml: {problem}") from problem


def read_cues(
    name: str, table: str, required: Mapping[str, type], optional: Mapping[str, type] | None = None
) -> tuple[dict[str, Any], ...]:
    """Return the rows of ``[[table]]`` in ``ingest/cues/<name>.toml``, in file order.

    Every row must have exactly the required keys, and may have the optional ones; every ``pattern``
    must compile. A row that breaks this raises SpinekgError naming the file, the row and what is allowed.
    """
    rows = read_table(name).get(table, [])
    if not rows:
        raise SpinekgError(f"cues/{name}.toml has no [[{table}]] rows")
    for number, row in enumerate(rows, start=1):
        _check(f"cues/{name}.toml [[{table}]] row {number}", row, required, optional or {})
    return tuple(rows)


def _check(where: str, row: dict[str, Any], required: Mapping[str, type], optional: Mapping[str, type]) -> None:
    allowed = {**optional, **required}
    wrong = sorted(set(row) - set(allowed)) or sorted(set(required) - set(row))
    if wrong:
        raise SpinekgError(f"{where}: unknown or missing {', '.join(wrong)}; allowed: {', '.join(sorted(allowed))}")
    for key, value in row.items():
        if not isinstance(value, allowed[key]):
            raise SpinekgError(f"{where}: '{key}' must be {allowed[key].__name__}, not {type(value).__name__}")
    try:
        re.compile(row.get("pattern", ""))
    except re.error as problem:
        raise SpinekgError(f"{where}: the pattern does not compile: {problem}") from problem
