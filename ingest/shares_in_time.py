"""Read the share of patients in a state before and after: "72% had impaired walking before, 28% afterwards (P < 0.001)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.binding import mentioned_arms
from ingest.clauses import Clause
from ingest.number_words import NUMBER, parse_number
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.scene import Finding, Scene
from ingest.screened import screened
from kg.model import Direction

__all__ = ["shares_in_time"]

_SHARE = rf"(?:\d+(?:\.\d+)?\s?%|(?:{NUMBER})[- ](?:percent|per cent))"
_PRE = r"(?:before|prior to|pre-?(?:operative(?:ly)?|procedur\w+|treatment|intervention\w*|injection)|at baseline|initially|on admission)"
_POST = (
    r"(?:after(?:wards?)?|post-?(?:operative(?:ly)?|procedur\w+|treatment|intervention\w*|injection)"
    r"|follow-?up|at (?:discharge|the (?:last|final|latest)|last|final|\d+|one|two|three|six|twelve)|following)"
)
_JOINT = r"(?:compared (?:with|to)|as against|versus|vs\.?|while|whereas|but|and|to|,)"
_GAP = r"(?:[^.;%]|\.\d){0,70}?"
# "80% had … before … compared with 31% afterwards"; "before …, 64% …, and 12% after it".
_IN_TIME = (
    screened(rf"(?P<before>{_SHARE}){_GAP}\b{_PRE}\b{_GAP}{_JOINT} {_GAP}(?P<after>{_SHARE}){_GAP}\b{_POST}\b", re.I),
    screened(
        rf"\b{_PRE}\b{_GAP}(?P<before>{_SHARE}){_GAP}{_JOINT} (?:only )?{_GAP}(?P<after>{_SHARE}){_GAP}\b{_POST}\b",
        re.I,
    ),
)
_HINDERED = re.compile(
    r"\b(?:impair\w*|unable|inability|not able|(?:could|can|did) ?not|cannot|limit\w*|difficult\w*|restrict\w*|poor|bad"
    r"|dependent|bedridden|confined|wheelchair|severe\w*|problems?|disturb\w*|dissatisfied)\b",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(?:patients|subjects|participants|cases|children|women|men|people|who|proportion|prevalence)\b", re.I
)
_FREE_OF = re.compile(r"\b(?:without|free|no|not|off|stopped|discontinued)\b", re.I)
_STATES = frozenset({"treatment-success", "pain-responder", "patient-satisfaction"})


def shares_in_time(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Yield the change of an outcome whose share of patients is given before and after; without a test it is reported."""
    hits = [h for h in clause.outcomes if h.id not in outcome_kinds().process and h.id not in _STATES and h.sign]
    if not hits or len({h.id for h in hits}) > 1:
        return
    if clause.changes and not _PEOPLE.search(scene.text, clause.start, clause.end):
        return  # "ODI improved from 52% before surgery to 21%": the scale counts in percent
    m = next((m for p in _IN_TIME if (m := p.search(scene.text, clause.start, clause.end))), None)
    if m is None:
        return
    before, after = _number(m["before"]), _number(m["after"])
    hit = hits[0]
    more = _sign(scene.text[clause.start : clause.end], hit)
    test, _ = scene.tested(clause, m.end(), hit, "within")
    said = test.significant if test else scene.tone(clause).significant
    direction: Direction = "better" if (after > before) == (more > 0) else "worse"
    if said is None or before == after:
        direction = "reported"
    elif said is False:
        direction = "no-difference"
    for arm in mentioned_arms(clause, scene.text, scene.table) or scene.default_arms():
        yield scene.make(
            clause, None, hit, "within", direction, arm, None, "shares-in-time", p=test and test.text, significant=said
        )  # fmt: skip


def _sign(said: str, hit: OutcomeHit) -> int:
    """Return +1 when it is good that more patients are in the state, -1 when it is bad."""
    if hit.sign > 0:
        return -1 if _HINDERED.search(said) else 1
    return 1 if _FREE_OF.search(said) else -1


def _number(share: str) -> float:
    """Return the number of a share in digits or words."""
    m = re.match(r"\d+(?:\.\d+)?", share)
    if m is not None:
        return float(m.group())
    return float(parse_number(re.sub(r"[- ]per ?cent.*", "", share, flags=re.I)) or 0)
