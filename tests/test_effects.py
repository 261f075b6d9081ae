"""The numbers of a finding as written, and numbers that are none."""

from __future__ import annotations

import pytest
from claim_samples import Read
from hypothesis import given
from hypothesis import strategies as st

from ingest.effects import effect_of

TRIAL = "Radiofrequency denervation or sham for lumbar facet joint pain"
GROUPS = "Patients were randomised to radiofrequency denervation or sham."
LOWER = "Pain was lower after radiofrequency denervation than after sham"


def effects(results: str) -> dict[str, str | None]:
    """Return outcome → effect of what the results find."""
    read = Read.of(TRIAL, methods=GROUPS, results=results)
    return {f.outcome.id: effect_of(f, read.record.text) for f in read.findings}


WRITTEN = [
    (f"{LOWER} (2.1 vs 4.3, P = 0.01).", "2.1 vs 4.3"),
    (f"{LOWER} (2.1 versus 4.3).", "2.1 versus 4.3"),
    (f"{LOWER} (2\u00b71 versus 4\u00b73, p<0\u00b701).", "2\u00b71 versus 4\u00b73"),
    (f"{LOWER} by 1.8 points.", "1.8 points"),
    (f"{LOWER} by 1\u00b78 points.", "1\u00b78 points"),
    (f"{LOWER} by 18 mm (P = 0.04).", "18 mm"),
    (f"{LOWER} by 1.8, as expected.", "1.8"),
    # Numbers after the outcome come before those ahead of it.
    (
        "From 2.1 vs 4.3 at the start pain was lower after radiofrequency denervation than sham (1.0 vs 3.0).",
        "1.0 vs 3.0",
    ),
    (f"{LOWER} (MD -1.2).", "-1.2"),
    (f"{LOWER} (MD \u22121.2).", "\u22121.2"),
    (f"{LOWER} (MD \u20131.2).", "\u20131.2"),
    (f"{LOWER} (difference -1.4; 95% CI -2.0 to -0.8; P = 0.001).", "-1.4; 95% CI -2.0 to -0.8"),
    (f"{LOWER} (mean difference -1.4 [95% CI -2.0 to -0.8]).", "-1.4 [95% CI -2.0 to -0.8]"),
    (f"{LOWER} (P = 0.03; 95% CI -2.0 to -0.8).", "CI -2.0 to -0.8"),
    (f"At 2 years {LOWER.lower()} (95% CI -2.0 to -0.8).", "95% CI -2.0 to -0.8"),
    (
        "The mean difference in pain between radiofrequency denervation and sham was -1.4 (95% CI -2.0 to -0.8).",
        "-1.4 (95% CI -2.0 to -0.8)",
    ),
    ("Pain fell from 7.1 to 3.2 after radiofrequency denervation (P < 0.001).", "from 7.1 to 3.2"),
    ("Pain improved by 35% after radiofrequency denervation.", "35%"),
    ("Pain improved by 2,5 points after radiofrequency denervation.", "2,5 points"),
    (
        "Pain was 3.1 after radiofrequency denervation and 5.2 after sham (P = 0.01).",
        "3.1 after radiofrequency denervation and 5.2",
    ),
]


@pytest.mark.parametrize(("results", "effect"), WRITTEN)
def test_the_effect_is_cut_as_written(results: str, effect: str) -> None:
    assert effects(results) == {"pain-intensity": effect}


NO_EFFECT = [
    f"{LOWER}.",
    f"{LOWER} (P = 0.01).",
    f"{LOWER} at 6 months.",
    f"{LOWER} in 2019.",
    f"{LOWER} (2019).",
    f"{LOWER} (n = 40).",
    f"{LOWER} in 12 trials.",
    f"{LOWER} in three of 5 studies.",
    f"{LOWER} at L4.",
    f"{LOWER} at level 4.",
    f"{LOWER} (grade 2 evidence).",
    f"{LOWER} (Table 2).",
    f"{LOWER} with version 3 of the device.",
    f"{LOWER} in phase 2.",
    f"{LOWER} in groups 1 and 2.",
    f"{LOWER} in type 1 and 2.",
    f"{LOWER} on the PQ-40.",
]


@pytest.mark.parametrize("results", NO_EFFECT)
def test_what_is_no_effect_is_left_out(results: str) -> None:
    assert effects(results) == {"pain-intensity": None}


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (
            "Pain fell from 7.1 to 3.2 and disability fell from 44 to 21 after radiofrequency denervation.",
            {"pain-intensity": "from 7.1 to 3.2", "disability": "from 44 to 21"},
        ),
        (
            "Pain (2.1 vs 4.3) and disability (22 vs 31) were lower after radiofrequency denervation than after sham.",
            {"pain-intensity": "2.1 vs 4.3", "disability": "22 vs 31"},
        ),
        (
            "Pain improved by 35% and disability improved by 20% after radiofrequency denervation.",
            {"pain-intensity": "35%", "disability": "20%"},
        ),
        (
            f"{LOWER}, and disability fell from 44 to 21 after radiofrequency denervation.",
            {"pain-intensity": None, "disability": "from 44 to 21"},
        ),
        (
            "Pain (2.1 vs 4.3) and disability were lower after radiofrequency denervation than after sham.",
            {"pain-intensity": "2.1 vs 4.3", "disability": None},
        ),
        # The number in the name of an instrument, and the threshold of a responder, are not what was found.
        ("SF-36 improved after radiofrequency denervation.", {"quality-of-life": None}),
        ("SF-36 improved by 12 points after radiofrequency denervation.", {"quality-of-life": "12 points"}),
        (
            "Pain relief of at least 50% was reached by 62% of patients after radiofrequency denervation.",
            {"pain-responder": "62%"},
        ),
    ],
)
def test_every_outcome_has_its_own_number(results: str, found: dict[str, str | None]) -> None:
    assert effects(results) == found


@pytest.mark.parametrize(
    ("results", "found"),
    [
        ("Infections occurred in 7.5% of patients after radiofrequency denervation.", {"infection": "7.5%"}),
        (
            "Infections occurred in 3 of 40 patients after radiofrequency denervation.",
            {"infection": "3 of 40 patients"},
        ),
        ("Infections occurred in 3 patients after radiofrequency denervation.", {"infection": "3 patients"}),
        ("No infections occurred after radiofrequency denervation.", {"infection": None}),
        ("Blood loss was 20 mL after radiofrequency denervation.", {"blood-loss": "20 mL"}),
        (
            "Operative time was shorter with radiofrequency denervation (34 min) than with sham (51 min).",
            {"operative-time": "34 min) than with sham (51 min"},
        ),
        ("Hospital stay was 3 days after radiofrequency denervation.", {"hospital-stay": "3 days"}),
        ("Analgesic use fell by 12 mg after radiofrequency denervation.", {"analgesic-use": "12 mg"}),
        (
            "The relative risk of infection was 0.40 (95% CI 0.20 to 0.80) for denervation against sham.",
            {"infection": "0.40 (95% CI 0.20 to 0.80)"},
        ),
    ],
)
def test_counts_and_amounts(results: str, found: dict[str, str | None]) -> None:
    assert effects(results) == found


@given(st.text(alphabet="0123456789.,-+%()[]\u2212\u2013\u00b7 CIvsMDmnto;", max_size=40))
def test_an_effect_stands_in_its_sentence_and_holds_a_number(tail: str) -> None:
    results = f"{LOWER} ({tail.strip()})."
    for effect in effects(results).values():
        assert effect is None or (effect in results and any(c.isdigit() for c in effect) and effect == effect.strip())
