"""What became of a single patient, as case reports tell it: "he remained free of pain", "she developed an infection"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.binding import mentioned_arms
from ingest.clauses import Clause
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.polarity import PAIN
from ingest.scene import Finding, Scene
from ingest.screened import screened

__all__ = ["of_one_patient"]

_SUBJECT = r"\b(?:the|this|our) (?:[\w-]+ )?(?:patient|man|woman|boy|girl|child)\b|\b(?:he|she)\b"
_ONE = screened(rf"(?:{_SUBJECT})", re.I)
_FREE = re.compile(
    rf"(?:{_SUBJECT})(?: [\w-]+){{0,3}}? (?:was|is|became|remains?|remained|has been|had been)(?: (?:[\w-]+ly|completely|still|now|entirely))* (?:free (?:of|from) (?:\w+ )?|(?:without|out of) )?"
    r"(?P<pain>pain-?\s?free|pain|symptom-?free|asymptomatic|symptoms)\b",
    re.I,
)
_WORKED = re.compile(r"returned|resumed|went back|back (?:at|to)|re-?employed", re.I)
_HAD = re.compile(
    rf"(?:{_SUBJECT})(?: then| also| subsequently)? (?:developed|suffered|sustained|experienced|had|died)\b", re.I
)
_WHEN = re.compile(
    r"\b(?:after|following|postoperative(?:ly)?|later|during|immediately|subsequently)\b|\bpost-?\w+", re.I
)
_HISTORY = re.compile(
    r"\b(?:history|previous|prior to|before|pre-?existing|preoperative(?:ly)?|initially|if|whether|accident|fall|without|no|not|never|presented|admitted)\b",
    re.I,
)


def of_one_patient(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Yield that a patient is free of pain, is back at work or had a harm, where one patient is the subject."""
    if scene.table.groups > 1 or not _ONE.search(scene.text, clause.start, clause.end):
        return
    free = _FREE.search(scene.text, clause.start, clause.end)
    for hit in clause.outcomes:
        if free is not None and hit.start < free.end() and hit.end > free.start("pain"):
            pain = hit.id in PAIN | {"pain-responder", "treatment-success"}
            better = replace(hit, id="pain-intensity" if hit.id == "pain-responder" else hit.id, sign=1)
            yield from _told(scene, clause, better, "within") if pain else ()
        elif hit.id == "return-to-work" and _WORKED.search(hit.text):
            yield from _told(scene, clause, hit, "rate")
        elif hit.id in outcome_kinds().harm and not hit.inverse and _had(scene, clause, hit):
            yield from _told(scene, clause, hit, "rate")


def _had(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether the patient had a harm after the procedure, not one that led to it."""
    text = scene.text
    m = _HAD.search(text, clause.start, hit.start)
    if m is None or _HISTORY.search(text, clause.start, clause.end):
        return False
    return _WHEN.search(text, scene.sentence.start, scene.sentence.end) is not None or bool(clause.refs)


def _told(scene: Scene, clause: Clause, hit: OutcomeHit, basis: str) -> Iterator[Finding]:
    for arm in mentioned_arms(clause, scene.text, scene.table) or scene.default_arms():
        if basis == "within":
            yield scene.make(clause, None, hit, "within", "better", arm, None, "one-patient-free")
        else:
            yield scene.make(clause, None, hit, "rate", "reported", arm, None, "one-patient")
