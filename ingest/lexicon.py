"""The word lists of ``ingest/cues/arms.toml``, loaded once and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kg.errors import SpinekgError

__all__ = ["GroupWords", "group_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """A general procedure that becomes ``to`` where ``pattern`` is found in the title or the whole text."""

    sources: frozenset[str]
    where: str
    pattern: re.Pattern[str]
    to: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWords:
    """What group names mean: sides of a comparison, kinds of procedure, ids that are comparators by nature."""

    comparators: frozenset[str]
    general: frozenset[str]
    index: frozenset[str]
    control: frozenset[str]
    kinds: dict[str, tuple[str, ...]]
    ignore: frozenset[str]
    refine: tuple[Refinement, ...]


@cache
def group_words() -> GroupWords:
    """Return the group words; a missing or unknown table is an error that names the file."""
    data = tomllib.loads((files("ingest") / "cues" / "arms.toml").read_text(encoding="utf-8"))
    if set(data) != {"comparators", "sides", "kinds", "ignore", "refine"}:
        raise SpinekgError(f"cues/arms.toml: tables must be comparators, sides, kinds, ignore, refine; found {', '.join(sorted(data))}")
    return GroupWords(
        comparators=frozenset(data["comparators"]["procedures"]),
        general=frozenset(data["comparators"]["general"]),
        index=frozenset(data["sides"]["index"]),
        control=frozenset(data["sides"]["comparator"]),
        kinds={word: tuple(ids) for word, ids in data["kinds"].items()},
        ignore=frozenset(data["ignore"]["words"]),
        refine=tuple(_refinement(row) for row in data["refine"]),
    )


def _refinement(row: dict[str, Any]) -> Refinement:
    if set(row) != {"from", "where", "pattern", "to", "example"}:
        raise SpinekgError(f"cues/arms.toml [[refine]]: keys must be from, where, pattern, to, example; found {', '.join(sorted(row))}")
    return Refinement(sources=frozenset(row["from"]), where=row["where"], pattern=re.compile(row["pattern"], re.I | re.S), to=row["to"], example=row["example"])
