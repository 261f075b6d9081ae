"""Decide what kind of study a record reports, from publication types, headings, title and wording.

Design follows what was done, not the authors' label. The rules are ``cues/design.toml``: every cue adds its
weight to one design and the highest sum wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import get_args

from ingest.cue_files import read_cues
from ingest.text import fold
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
    pattern: re.Pattern[str]
    weight: float


@cache
def _cues() -> tuple[_Cue, ...]:
    keys = {"design": str, "where": str, "pattern": str, "weight": float, "example": str}
    cues = []
    for row in read_cues("design", "cue", keys):
        if row["design"] not in get_args(Design) or row["where"] not in _WHERE:
            raise SpinekgError(f"cues/design.toml: unknown design or place in {row['design']!r}, {row['where']!r}")
        cues.append(_Cue(row["design"], row["where"], re.compile(row["pattern"], re.IGNORECASE), row["weight"]))
    return tuple(cues)


def _matches(cue: _Cue, title: str, abstract: str, types: Iterable[str], headings: Iterable[str]) -> bool:
    if cue.where == "type":
        return any(cue.pattern.search(name) for name in types)
    if cue.where == "mesh":
        return any(cue.pattern.search(name) for name in headings)
    if cue.where != "abstract" and cue.pattern.search(title):
        return True
    return cue.where != "title" and cue.pattern.search(abstract) is not None


def design_scores(record: Record) -> dict[Design, float]:
    """Return the sum of the matching cues for every design that has any."""
    text = fold(record.text)
    title, abstract = text[: len(record.title)], text[len(record.title) :]
    types = [term.name for term in record.publication_types]
    headings = [heading.name for heading in record.mesh]
    scores: dict[Design, float] = {_DEFAULT: _DEFAULT_WEIGHT}
    for cue in _cues():
        if _matches(cue, title, abstract, types, headings):
            scores[cue.design] = scores.get(cue.design, 0.0) + cue.weight
    return scores


def classify_design(record: Record) -> Design:
    """Return the design of the study the record reports; ``narrative-review`` when nothing says it is a study."""
    scores = design_scores(record)
    order = get_args(Design)
    return max(scores, key=lambda design: (scores[design], -order.index(design)))
