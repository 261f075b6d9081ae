"""Concepts found in texts: names, plurals, hyphens, abbreviations, and where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.grounding import blank_english, find_mentions
from ingest.text import fold


def found(text: str, kind: str, short: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Return (id, words) of the mentions of a kind."""
    return [(m.id, m.text) for m in find_mentions(text, short) if m.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vertebroplasty was done.", [("vertebroplasty", "Vertebroplasty")]),
        ("percutaneous vertebroplasty", [("vertebroplasty", "percutaneous vertebroplasty")]),
        ("two vertebroplasties", [("vertebroplasty", "vertebroplasties")]),
        ("Balloon kyphoplasty", [("kyphoplasty", "Balloon kyphoplasty")]),
        ("a selective nerve-root block", [("selective-nerve-root-block", "selective nerve-root block")]),
        ("a selective nerve root block", [("selective-nerve-root-block", "selective nerve root block")]),
        ("TFESI or SCS", [("transforaminal-epidural-steroid-injection", "TFESI"), ("spinal-cord-stimulation", "SCS")]),
        ("scs", []),
        ("nothing of the kind", []),
    ],
)
def test_procedures(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, "procedure") == expected


@pytest.mark.parametrize(
    ("text", "expected", "inverse"),
    [
        ("pain intensity", "pain-intensity", False),
        ("pain relief", "pain-intensity", True),
        ("Oswestry Disability Index", "disability", False),
        ("operating time", "operative-time", False),
        ("cement leakage", "cement-leakage", False),
    ],
)
def test_outcomes(text: str, expected: str, inverse: bool) -> None:
    (mention,) = (m for m in find_mentions(text) if m.kind == "outcome")
    assert (mention.id, mention.inverse) == (expected, inverse)


def test_the_longest_name_wins() -> None:
    assert found("caudal epidural steroid injection", "procedure") == [
        ("caudal-epidural-steroid-injection", "caudal epidural steroid injection")
    ]


def test_a_text_defines_its_own_abbreviations() -> None:
    text = "Percutaneous vertebroplasty (PXV) helped. PXV is safe."
    assert ("vertebroplasty", "PXV") in found(text, "procedure", {"PXV": "Percutaneous vertebroplasty"})
    assert found("PXV is safe.", "procedure") == []


def test_its_own_meaning_overrules_the_general_one() -> None:
    text = "Somatic cell score (SCS) rose. SCS fell."
    assert found(text, "procedure", {"SCS": "Somatic cell score"}) == []


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("P<0.05", ["P", "<", "0.05"]),
        ("95%CI", ["95", "%", "CI"]),
        ("n=34", ["n", "=", "34"]),
        ("2.3±1.1", ["2.3", "±", "1.1"]),
        ("L5/S1", ["L5", "/", "S1"]),
    ],
)
def test_numbers_and_units_are_cut_apart(text: str, tokens: list[str]) -> None:
    assert [t.text for t in blank_english().make_doc(text)] == tokens


WORDS = st.sampled_from(
    [
        "vertebroplasty",
        "pain",
        "relief",
        "(VAS)",
        "TFESI,",
        "\u2013",
        "SCS.",
        "epidural",
        "injection",
        "back-pain",
        "5%",
        "and",
    ]
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_mentions_cut_themselves_out_of_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    last = {"procedure": 0, "indication": 0, "outcome": 0, "axis": 0}
    for mention in find_mentions(folded):
        assert folded[mention.start : mention.end] == mention.text
        assert mention.start >= last[mention.kind]
        last[mention.kind] = mention.end
