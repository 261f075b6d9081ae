"""The word lists of ``ingest/cues/arms.toml``, loaded once and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg.errors import SpinekgError

__all__ = ["GroupWords", "group_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWords:
    """What group names mean: sides of a comparison, kinds of procedure, ids that are comparators by nature."""

    comparators: frozenset[str]
    general: frozenset[str]
    index: frozenset[str]
    control: frozenset[str]
    kinds: dict[str, tuple[str, ...]]


@cache
def group_words() -> GroupWords:
    """Return the group words; a missing or unknown table is an error that names the file."""
    data = tomllib.loads((files("ingest") / "cues" / "arms.toml").read_text(encoding="utf-8"))
    if set(data) != {"comparators", "sides", "kinds"}:
        raise SpinekgError(f"cues/arms.toml: tables must be comparators, sides, kinds; found {', '.join(sorted(data))}")
    return GroupWords(
        comparators=frozenset(data["comparators"]["procedures"]),
        general=frozenset(data["comparators"]["general"]),
        index=frozenset(data["sides"]["index"]),
        control=frozenset(data["sides"]["comparator"]),
        kinds={word: tuple(ids) for word, ids in data["kinds"].items()},
    )
