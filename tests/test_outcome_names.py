"""Names of outcomes in sentences: which outcome is meant, which way is better, and words that only look like one."""

from __future__ import annotations

import pytest

from ingest.grounding import find_mentions
from ingest.outcomes import OutcomeHit, outcome_hits, settle_outcomes


def hits(text: str) -> list[OutcomeHit]:
    """Return the outcomes a sentence names, the sentence being the whole record."""
    return outcome_hits(settle_outcomes([m for m in find_mentions(text) if m.kind == "outcome"]), text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Scales by site of pain, in every order of the words.
        ("The VAS score for the leg fell.", [("leg-pain-intensity", -1)]),
        ("Low back VAS scores fell.", [("back-pain-intensity", -1)]),
        ("NRS of the lower limb fell.", [("leg-pain-intensity", -1)]),
        ("Upper limb VAS fell.", [("arm-pain-intensity", -1)]),
        ("Numerical rating scales for cervical pain fell.", [("neck-pain-intensity", -1)]),
        ("A verbal numeric scale was read.", [("pain-intensity", -1)]),
        ("The DN4 fell.", [("pain-intensity", -1)]),
        ("The quality of analgesia was better.", [("pain-intensity", 1)]),
        # Questionnaires of function, old and new, of both directions.
        ("The MODQ fell.", [("disability", -1)]),
        ("The Quebec score fell.", [("disability", -1)]),
        ("Roland-Morris Disability Inventories were read.", [("disability", -1)]),
        ("Days with limited activity were fewer.", [("disability", -1)]),
        ("The Lower Extremity Functional Scale rose.", [("disability", 1)]),
        ("Functional activity was better.", [("disability", 1)]),
        ("Six-minute walk distances rose.", [("walking-capacity", 1)]),
        ("The 10-m walk time fell.", [("walking-capacity", -1)]),
        ("The RAND-36 domains were read.", [("quality-of-life", 1)]),
        ("The AQoL rose.", [("quality-of-life", 1)]),
        ("The ECOS-16 fell.", [("quality-of-life", -1)]),
    ],
)
def test_names_of_pain_function_and_quality_of_life(text: str, found: list[tuple[str, int]]) -> None:
    assert [(h.id, h.sign) for h in hits(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "The left lower limb was elevated.",
        "Activity of the enzyme was assayed.",
        "The neck was flexed and the arm abducted.",
        "A walkway led to the ward.",
    ],
)
def test_what_only_looks_like_pain_or_function(text: str) -> None:
    assert hits(text) == []
