"""Headings, cues and the best order of parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cue_files import read_cues
from ingest.sentence_roles import guess_roles, heading_role, headings

PARTS = {"background", "objective", "methods", "results", "conclusions"}
CUES = read_cues(
    "roles", "cue", {"name": str, "weights": list, "example": str}, {"words": list, "pattern": str, "needs": list}
)


def test_every_heading_announces_a_part() -> None:
    assert set(headings().values()) == PARTS
    assert all(name == name.lower() == name.strip() for name in headings())


@pytest.mark.parametrize("row", CUES, ids=[row["name"] for row in CUES])
def test_every_cue_is_found_in_its_example(row: dict[str, object]) -> None:
    from ingest import sentence_roles

    number = [r["name"] for r in CUES].index(row["name"])
    assert number in sentence_roles._cues(str(row["example"]))


@pytest.mark.parametrize("table", ["cue", "place", "order"])
def test_every_row_weighs_every_part(table: str) -> None:
    key = "after" if table == "order" else "name"
    optional = {"words": list, "pattern": str, "needs": list, "example": str}
    assert all(
        len(row["weights"]) == len(PARTS) for row in read_cues("roles", table, {key: str, "weights": list}, optional)
    )


@pytest.mark.parametrize(
    ("label", "category", "role"),
    [
        (None, None, "unknown"),
        ("", "UNASSIGNED", "unknown"),
        ("Results.", None, "results"),
        ("STUDY  DESIGN", None, "methods"),
        ("Odd heading", "OBJECTIVE", "objective"),
        ("Principal findings", None, "results"),
    ],
)
def test_headings(label: str | None, category: str | None, role: str) -> None:
    assert heading_role(label, category) == role


def test_a_printed_heading_wins_over_wording() -> None:
    texts = ["Sixty patients were randomly assigned to heat or sham."] * 3
    assert guess_roles(texts, ["conclusions", "conclusions", "conclusions"]) == ["conclusions"] * 3


def test_thresholds_are_not_results() -> None:
    texts = [
        "The aim of this study was to compare heat with sham.",
        "Sixty patients were randomly assigned to heat or sham.",
        "A difference (p < 0.05) was considered significant.",
        "Mean pain fell from 7.1 to 3.2 in the heat group.",
        "These findings suggest that heat may be useful.",
    ]
    assert guess_roles(texts, ["unknown"] * 5) == ["objective", "methods", "methods", "results", "conclusions"]


PLAN = [
    "Pain of the facet joints is common in adults.",
    "Heat was shown to reduce pain of the facet joints in two small series.",
    "Leaks were observed in 3 % of the patients treated with heat.",
    "Cold was less effective than heat in one series.",
    "The {study} is designed to assess whether heat relieves pain better than cold.",
    "Pain and function are recorded after three and six months.",
]


@pytest.mark.parametrize("study", ["present study", "trial", "multicentre project"])
def test_what_stands_before_a_late_aim_was_found_by_others(study: str) -> None:
    roles = guess_roles([text.format(study=study) for text in PLAN], ["unknown"] * 6)
    assert "results" not in roles[:4]


def test_what_stands_behind_an_early_aim_was_found_by_the_paper() -> None:
    texts = [
        "We aimed to compare heat with sham in pain of the facet joints.",
        "Sixty patients were randomly assigned to heat or sham.",
        "Mean pain fell from 7.1 to 3.2 in the heat group.",
        "Pain was lower with heat than with sham (P = 0.01).",
        "Our aim was to show relief, and heat relieved pain.",
    ]
    assert guess_roles(texts, ["unknown"] * 5)[2:4] == ["results", "results"]


def test_nothing_to_guess() -> None:
    assert guess_roles([], []) == []


@given(st.lists(st.text(max_size=60), max_size=12))
def test_every_sentence_gets_a_part(texts: list[str]) -> None:
    roles = guess_roles(texts, ["unknown"] * len(texts))
    assert len(roles) == len(texts)
    assert set(roles) <= PARTS
