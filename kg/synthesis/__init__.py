"""Synthesis: from claims to a summary per technique, by counting studies by direction.

Pure functions over frozen nouns. ``docs/summaries.md`` has the rules and their sources.

    followup    days into the bands of a follow-up scheme
    sides       which claims answer a question, and from which side they were written
    studies     what one study says; the sign test
    summarise   all of it put together
"""

from __future__ import annotations

from kg.synthesis.followup import NOT_STATED, bands_of, scheme_of
from kg.synthesis.nouns import (
    DIRECTIONS,
    Band,
    Cell,
    Evidence,
    IndicationPart,
    LeftOut,
    Pico,
    Publication,
    Rate,
    Scheme,
    SeenClaim,
    SignTest,
    Standing,
    Study,
    StudyDirection,
    StudyResult,
    Summary,
)
from kg.synthesis.studies import AGREEMENT, FEWEST, sign_test, study_direction
from kg.synthesis.summarise import summarise

__all__ = [
    "AGREEMENT",
    "DIRECTIONS",
    "FEWEST",
    "NOT_STATED",
    "Band",
    "Cell",
    "Evidence",
    "IndicationPart",
    "LeftOut",
    "Pico",
    "Publication",
    "Rate",
    "Scheme",
    "SeenClaim",
    "SignTest",
    "Standing",
    "Study",
    "StudyDirection",
    "StudyResult",
    "Summary",
    "bands_of",
    "scheme_of",
    "sign_test",
    "study_direction",
    "summarise",
]
