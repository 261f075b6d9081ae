"""Rules over neighbouring sentences: a test of the numbers before it, and one group's number after the other's."""

from __future__ import annotations

import pytest
from finding_samples import notation, read

NUMBERS = "Recurrence was seen in 4% of the endoscopic group and 15% of the open group."


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("This difference was significant (P = 0.01).", "A>B rec"),
        ("The difference between the groups was statistically significant.", "A>B rec"),
        ("This difference did not reach statistical significance.", "A=B rec"),
        ("The difference was not significant (P = 0.2).", "A=B rec"),
        ("The difference was thought to matter.", "A?B rec"),
        ("Age was significantly lower in the open group.", "A?B rec"),
    ],
)
def test_a_verdict_on_the_numbers_before(verdict: str, expected: str) -> None:
    assert {notation(f) for f in read("endo", f"{NUMBERS} {verdict}")} == {expected}


def test_the_p_value_of_the_verdict_is_kept() -> None:
    [found] = read("endo", f"{NUMBERS} This difference was significant (P = 0.01).")
    assert (found.p, found.significant, found.rule) == ("P = 0.01", True, "numbers-tested-after")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("The operative time of the PKP group was 44 min.", {"A?B time"}),
        ("The operative time of the PKP group was 44 min (P < 0.001).", {"A<B time"}),
        ("The operative time of the PKP group was 32 min (P = 0.7).", {"A=B time"}),
        ("The operative time of the PVP group was 33 min at the end.", {"B# time"}),
        ("The cost of the PKP group was 4400 dollars.", {"B# time", "A# cost"}),
    ],
)
def test_two_groups_in_two_sentences(second: str, expected: set[str]) -> None:
    found = read("vpkp", f"The operative time of the PVP group was 31 min. {second}")
    assert {notation(f) for f in found} == expected
