"""Who is compared where a sentence speaks of what was added: "adding a facet block reduced pain"."""

from __future__ import annotations

import re

from ingest.binding import Sides
from ingest.clauses import Clause
from ingest.cues import Cue
from ingest.screened import screened

__all__ = ["added_sides"]

_ADDED = screened(r"\b(?:adding|(?:the )?addition of)(?: an?| the)? ", re.I)
_NEAR = 40  # characters: how far behind "adding" the arm with more may be named
_ONTO = re.compile(r"\b(?:to|onto|with)\b", re.I)


def added_sides(text: str, clause: Clause, cue: Cue, groups: int) -> Sides | None:
    """Return the arm with more and that without, of two, where the change is told of an addition; else None."""
    m = _ADDED.search(text, clause.start, cue.start) if groups == 2 else None
    if m is None:
        return None
    more = next((r for r in clause.refs if m.end() <= r.start <= m.end() + _NEAR and r.end <= cue.start), None)
    if more is None or more.arm > 1 or _ONTO.search(text, m.end(), more.start):
        return None
    return Sides(more.arm, 1 - more.arm, "named")
