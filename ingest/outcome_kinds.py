"""The groups of outcomes of ``cues/outcome_kinds.toml``, checked against the vocabulary by a test."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg.errors import SpinekgError

__all__ = ["OutcomeKinds", "outcome_kinds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeKinds:
    """Outcome ids by what the grammar may do with them."""

    counted: frozenset[str]
    process: frozenset[str]
    harm: frozenset[str]
    shares: frozenset[str]


@cache
def outcome_kinds() -> OutcomeKinds:
    """Return the groups; a missing or unknown key is an error that names the file."""
    data = tomllib.loads((files("ingest") / "cues" / "outcome_kinds.toml").read_text(encoding="utf-8"))
    if set(data) != {"counted", "process", "harm", "shares"}:
        raise SpinekgError(f"cues/outcome_kinds.toml: keys must be counted, process, harm, shares; found {', '.join(sorted(data))}")
    return OutcomeKinds(**{key: frozenset(ids) for key, ids in data.items()})
