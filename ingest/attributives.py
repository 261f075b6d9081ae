"""Read "reduced blood loss, a shorter stay and lower costs": a participle in a list of comparatives compares as they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.clauses import Clause
from ingest.cues import COMPARATIVES, GRADED, Cue
from ingest.screened import screened

__all__ = ["as_comparatives"]

# Before a noun that it describes: "with reduced blood loss", ", improved function", "and an increased rate".
_BEFORE = re.compile(
    r"(?:\b(?:with|of|by|in|to|for|had|has|have|having|showed|shows?|reported|gave|offers?|offered|provided|provides|and|or|but|the|an?|significantly|markedly"
    r"|including|as well as|and (?:had|showed|achieved))|[,;:(])\s*$",
    re.I,
)
_PARTICIPLE = screened(
    r"\b(?:reduced|decreased|diminished|shortened|increased|prolonged|improved|enhanced|elevated)$", re.I
)
_NO_NOUN = re.compile(
    r"\s*(?:$|[.,;:()]|-?\d|(?:in|by|from|to|after|at|with|within|than|and|or|significantly|more|less|over|during|on|for|when|until|as|while|but|the|both|mean|vas)\b)",
    re.I,
)
_VERB = re.compile(r"\b(?:was|were|is|are|did|while|whereas|although|then)\b|;", re.I)
_KINDS = frozenset({"fall", "rise", "improve"})
_REACH = 120  # characters between two members of a list


def as_comparatives(clause: Clause, text: str) -> Clause:
    """Return a clause with the participles that stand in a list beside a comparative or "similar" as comparatives."""
    if not any(c.kind in _KINDS for c in clause.cues) or not any(_compares(c) for c in clause.cues):
        return clause
    cues = list(clause.cues)
    for i, cue in enumerate(cues):
        if cue.kind in _KINDS and _describes(cue, text) and _beside(cues, i, text):
            kind = GRADED["up", cue.kind]
            cues[i] = replace(cue, kind=kind, name=f"{kind}-comparative")
    return replace(clause, cues=cues)


def _compares(cue: Cue) -> bool:
    return cue.kind in COMPARATIVES or cue.kind == "same"


def _describes(cue: Cue, text: str) -> bool:
    """Return whether a cue is a participle before the noun it describes."""
    if "+" in cue.name or not _PARTICIPLE.search(text, cue.start, cue.end):
        return False
    return not _NO_NOUN.match(text, cue.end) and _BEFORE.search(text, max(0, cue.start - 24), cue.start) is not None


def _beside(cues: Sequence[Cue], i: int, text: str) -> bool:
    """Return whether the cue before or after is a comparative in the same list, with no predicate in between."""
    for one, two in ((i - 1, i), (i, i + 1)):
        if one < 0 or two >= len(cues) or not _compares(cues[one if two == i else two]):
            continue
        if cues[two].start - cues[one].end <= _REACH and not _VERB.search(text, cues[one].end, cues[two].start):
            return True
    return False
