"""Tell groups that are named only to be taken out: "A, but not B, reduced pain", "A but not B was better than C"."""

from __future__ import annotations

import re

from ingest.arms import Reference
from ingest.clauses import Clause
from ingest.cues import Cue

__all__ = ["spared"]

_BUT_NOT = re.compile(
    r"\b(?:but|and|though|whereas|yet) not (?:(?:the|in|with|after|for|of|those|patients|after) )*\Z", re.I
)
_LOOK_BACK = 40  # characters: "but not in the patients of …"


def spared(clause: Clause, cue: Cue, text: str) -> list[Reference]:
    """Return the groups that stand after "but not" and before the verb of a clause: the verb is denied of them alone."""
    if "not " not in text[clause.start : cue.start]:
        return []
    return [
        r
        for r in clause.refs
        if r.end <= cue.start and _BUT_NOT.search(text[max(clause.start, r.start - _LOOK_BACK) : r.start])
    ]
