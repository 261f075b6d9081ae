"""What takes a finding back: each row by its own example, and what a denial does not reach."""

from __future__ import annotations

import re

import pytest
from finding_samples import notation, read

from ingest.cue_files import read_cues
from ingest.text import lower

ROWS = read_cues(
    "denials", "denial", {"name": str, "where": str, "leaves": str, "needs": list, "pattern": str, "example": str}
)


@pytest.mark.parametrize("row", [pytest.param(r, id=r["name"]) for r in ROWS])
def test_a_row_fits_its_example(row: dict[str, str]) -> None:
    low = lower(row["example"])
    assert re.search(row["pattern"], low)
    assert any(word in low for word in row["needs"])
    assert row["where"] in ("before", "after")
    assert row["leaves"] in ("no-difference", "nothing")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "The review failed to establish that pain was lower after PVP than with conservative treatment.",
            {"A=B pain"},
        ),
        ("It is unknown whether pain was lower after PVP than with conservative treatment.", set()),
        ("PVP did not offer full correction, but pain was lower than with conservative treatment.", {"A>B pain"}),
        ("PVP did not offer full correction; pain was lower after PVP than with conservative treatment.", {"A>B pain"}),
    ],
)
def test_a_denial_reaches_to_the_next_but(sentence: str, expected: set[str]) -> None:
    assert {notation(f) for f in read("pvp", sentence)} == expected


def test_a_finding_that_was_denied_says_so_in_its_rule_and_is_not_called_significant() -> None:
    [found] = read(
        "pvp", "The trial failed to confirm significantly lower pain after PVP than with conservative treatment."
    )
    assert found.rule.endswith("-denied")
    assert not found.significant
