"""The groups of outcomes of ``cues/outcome_kinds.toml``, checked against the vocabulary by a test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ingest.cue_files import read_table
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
    data = read_table("outcome_kinds")
    if set(data) != {"counted", "process", "harm", "shares"}:
        raise SpinekgError(
            f"cues/outcome_kinds.toml: keys must be counted, process, harm, shares; found {', '.join(sorted(data))}"
        )
    for key, ids in data.items():
        if not (isinstance(ids, list) and all(isinstance(i, str) for i in ids)):
            raise SpinekgError(f"cues/outcome_kinds.toml: {key} must be a list of ids")
    return OutcomeKinds(**{key: frozenset(ids) for key, ids in data.items()})
