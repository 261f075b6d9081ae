"""Tell sentences on what foretells an outcome, which compare patients: "Low bone density was a predictor of new fracture"."""

from __future__ import annotations

import re

from ingest.clauses import Clause
from ingest.screened import screened

__all__ = ["foretold"]

_PREDICTOR = screened(
    r"\b(?:was|were|is|are|as|be|being|been|became|remained) (?:an? |the |found to be |shown to be |identified as |also |both |not ){0,3}(?:[\w-]+ ){0,3}?"
    r"(?:(?:risk|prognostic|predictive|protective) factors?|predictors?)\b"
    r"|\bpredict(?:ed|s|ing) (?:an? )?(?:\w+ly )?(?:greater|better|more|larger|higher|less|worse|poorer|smaller|lower)\b",
    re.I,
)
# "Device use was a predictor of reoperation": an arm that foretells is compared with the other.
_SUBJECT = re.compile(
    r"(?:(?: (?:use|technique|surgery|treatment|procedure|approach|group|alone|\([^()]*\))){0,2})\s*(?:\w+ly )?", re.I
)
_WHERE = re.compile(
    r"\b(?:in|after|with|among|following|for|of|during|undergoing|receiving|within)(?: the| patients)?(?: \w+)? $", re.I
)


def foretold(clause: Clause, text: str) -> bool:
    """Return whether a clause names what foretells an outcome, and that is none of the arms."""
    m = _PREDICTOR.search(text, clause.start, clause.end)
    if m is None:
        return False
    before = next((r for r in reversed(clause.refs) if r.end <= m.start()), None)
    if before is None or not _SUBJECT.fullmatch(text, before.end, m.start()):
        return True
    return _WHERE.search(text, max(clause.start, before.start - 30), before.start) is not None
