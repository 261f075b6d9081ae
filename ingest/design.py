"""Decide what kind of study a record reports, from publication types, headings, title and wording.

Design follows what was done, not the authors' label. The rules are ``cues/design.toml``: every cue adds its
weight to one design and the highest sum wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import get_args

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.text import fold_case
from kg.errors import SpinekgError
from kg.model import Design, Record

__all__ = ["classify_design", "design_scores"]

_WHERE = ("title", "abstract", "any", "type", "mesh")
# What a record without any cue is: a text about no study of its own.
_DEFAULT: Design = "narrative-review"
_DEFAULT_WEIGHT = 0.6


@dataclass(frozen=True, slots=True)
class _Cue:
    design: Design
    where: str
    pattern: Guarded
    weight: float


@cache
def _cues() -> tuple[_Cue, ...]:
    keys = {"design": str, "where": str, "pattern": str, "weight": float, "example": str}
    cues = []
    for row in read_cues("design", "cue", keys, {"needs": list}):
        if row["design"] not in get_args(Design) or row["where"] not in _WHERE:
            raise SpinekgError(f"cues/design.toml: unknown design or place in {row['design']!r}, {row['where']!r}")
        cues.append(_Cue(row["design"], row["where"], guarded(row), row["weight"]))
    return tuple(cues)


def design_scores(record: Record) -> dict[Design, float]:
    """Return the sum of the matching cues for every design that has any."""
    text, size = fold_case(record.text), len(record.title)
    texts = {"title": text[:size], "abstract": text[size:], "any": text}
    names = {
        "type": [term.name.lower() for term in record.publication_types],
        "mesh": [heading.name.lower() for heading in record.mesh],
    }
    scores: dict[Design, float] = {_DEFAULT: _DEFAULT_WEIGHT}
    for cue in _cues():
        if cue.where in texts:
            found = cue.pattern.search(texts[cue.where]) is not None
        else:
            found = any(cue.pattern.search(name) for name in names[cue.where])
        if found:
            scores[cue.design] = scores.get(cue.design, 0.0) + cue.weight
    return scores


def classify_design(record: Record) -> Design:
    """Return the design of the study the record reports; ``narrative-review`` when nothing says it is a study."""
    scores = design_scores(record)
    order = get_args(Design)
    return max(scores, key=lambda design: (scores[design], -order.index(design)))
