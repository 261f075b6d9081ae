"""Which groups a likeness is told of: "no difference between the latter two", "A was comparable to B"."""

from __future__ import annotations

import re

from ingest.binding import joined
from ingest.clauses import Clause
from ingest.cues import Cue
from ingest.scene import Scene
from ingest.screened import screened

__all__ = ["both_before", "likened", "remaining_two"]

_TWO = screened(
    r"\b(?:between|among|within|for) (?:the |these |those )?(?:latter|former|other|remaining|last|first|two|2|latter two|other two|remaining two|last two|first two|two others|two latter|them)"
    r"(?: (?:groups?|techniques?|treatments?|procedures?|methods?|arms?|ones|injections?))?\b|\bbetween them\b|\b(?:the )?(?:latter|other|remaining) two(?: (?:groups?|arms?|ones))?\b",
    re.I,
)
_THREE = 3
_BOTH_NEAR = 40  # characters: "and both were significantly superior"
_LIKENED = re.compile(r" (?:to|with|as)(?: (?:that of|those of))?(?: the)? ", re.I)


def remaining_two(scene: Scene, clause: Clause) -> tuple[int, ...]:
    """Return the two of three groups that an earlier clause names on one side of a comparison, where this one names none."""
    if scene.table.groups != _THREE or clause.refs or scene.sides is None:
        return ()
    if not _TWO.search(scene.text, clause.start, clause.end):
        return ()
    before = next((c for c in reversed(scene.clauses) if c.end <= clause.start and c.refs), None)
    if before is None:
        return ()
    for arm in (scene.sides.other, scene.sides.subject):
        side = joined(before, scene.text, arm)
        if len(side) == _THREE - 1:
            return side
    return ()


def likened(clause: Clause, cue: Cue, text: str) -> bool:
    """Return whether one arm is the subject of a likeness to the other: "A was comparable to B"."""
    after = next((r for r in clause.refs if r.start >= cue.end), None)
    before = any(r.end <= cue.start for r in clause.refs)
    return before and after is not None and _LIKENED.fullmatch(text, cue.end, after.start) is not None


def both_before(scene: Scene, clause: Clause, cue: Cue) -> tuple[int, ...]:
    """Return the two groups of the clause before that "both" stands for: "A and B did not differ, and both were better than C"."""
    if "both" not in scene.text[max(scene.sentence.start, cue.start - _BOTH_NEAR) : cue.start].lower():
        return ()
    before = next((c for c in reversed(scene.clauses) if c.end <= clause.start and c.refs), None)
    arms = tuple(dict.fromkeys(r.arm for r in before.refs)) if before else ()
    return arms if len(arms) == 2 and not any(r.end <= cue.start for r in clause.refs) else ()
