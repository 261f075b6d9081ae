"""Bare verdicts: "safe" and "effective" count only where the results tell nothing of that kind."""

from __future__ import annotations

import pytest
from claim_samples import Read

TITLE = "Pulsed radiofrequency of the dorsal root ganglion for lumbar radicular pain"
METHODS = "We treated 40 patients with pulsed radiofrequency."
RELIEF = "Mean VAS decreased from 7.1 to 3.2 at 3 months (P < 0.001)."
SAFE = ("pulsed-radiofrequency", None, "adverse-event", "rate", "reported")
GOOD = ("pulsed-radiofrequency", None, "treatment-success", "within", "better")


def claims(results: str, conclusions: str) -> set[tuple[str, str | None, str, str, str]]:
    """Return what a case series with these results and conclusions is read to say."""
    return set(Read.of(TITLE, "case-series", methods=METHODS, results=results, conclusions=conclusions).told)


@pytest.mark.parametrize(
    "conclusion",
    [
        "Pulsed radiofrequency is a safe treatment.",
        "Pulsed radiofrequency was well tolerated.",
        "Pulsed radiofrequency has an acceptable safety profile; its safety was confirmed.",
    ],
)
def test_safe_is_a_rate_of_harm_where_no_harm_is_told(conclusion: str) -> None:
    assert SAFE in claims(RELIEF, conclusion)


@pytest.mark.parametrize(
    "conclusion",
    [
        "It is not known whether pulsed radiofrequency is safe.",
        "Pulsed radiofrequency was not safe.",
        "Its safety should be studied.",
    ],
)
def test_doubt_about_safety_is_no_verdict(conclusion: str) -> None:
    assert SAFE not in claims(RELIEF, conclusion)


def test_a_harm_in_the_results_says_more_than_safe() -> None:
    assert SAFE not in claims(f"{RELIEF} No infection occurred.", "Pulsed radiofrequency is a safe treatment.")


def test_effective_is_success_where_no_effect_is_told() -> None:
    assert GOOD in claims("All procedures were completed.", "Pulsed radiofrequency is effective in radicular pain.")
    assert GOOD not in claims(RELIEF, "Pulsed radiofrequency is effective in radicular pain.")
    assert GOOD not in claims("All procedures were completed.", "Pulsed radiofrequency is not effective.")
