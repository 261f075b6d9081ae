"""What a summary says of the accuracy on its technique."""

from __future__ import annotations

from kg.accuracy import Measured, Tally
from kg.report.accuracy import accuracy_json, accuracy_lines
from kg.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
MEASURED = Measured(
    extractor_version="rules-1",
    gold="9 abstracts",
    figures=(("claims that are right", "0.5"),),
    worked_on={
        "kyphoplasty": Tally(read=30, right=24, annotated=40, found=25),
        "neuroablation": Tally(read=50, right=40, annotated=60, found=30),
        "cordotomy": Tally(read=2, right=2, annotated=2, found=2),
        "spinal-intervention": Tally(read=500, right=400, annotated=500, found=400),
    },
    only_scored={"kyphoplasty": Tally(read=20, right=10, annotated=20, found=5)},
)


def test_the_technique_has_its_own_figures() -> None:
    whole, own = accuracy_lines(MEASURED, "kyphoplasty", VOCABULARY)
    assert whole == "The extractor (rules-1) was measured on 9 abstracts: claims that are right 0.5."
    assert own == (
        "Claims on kyphoplasty: 24 of 30 read are right (0.80), 25 of 40 annotated are found (0.62) in the abstracts it was"
        " built with; 10 of 20 read are right (0.50), 5 of 20 annotated are found (0.25) in abstracts that were only ever"
        " scored."
    )


def test_a_technique_with_too_few_claims_takes_those_of_its_family() -> None:
    (_, line) = accuracy_lines(MEASURED, "cordotomy", VOCABULARY)
    assert line == (
        "Claims on neuroablative procedure (too few on cordotomy): 40 of 50 read are right (0.80), 30 of 60 annotated are"
        " found (0.50) in the abstracts it was built with; too few in abstracts that were only ever scored."
    )


def test_all_procedures_together_are_no_family() -> None:
    (_, line) = accuracy_lines(MEASURED, "spinal-fusion", VOCABULARY)
    assert line == "Extraction accuracy: not measured for this technique."


def test_nothing_measured_is_one_line() -> None:
    assert accuracy_lines(None, "kyphoplasty", VOCABULARY) == ("Extraction accuracy: not measured here.",)
    assert accuracy_json(None, "kyphoplasty", VOCABULARY) is None


def test_programs_get_counts_and_not_those_of_other_techniques() -> None:
    found = accuracy_json(MEASURED, "kyphoplasty", VOCABULARY)
    assert found == {
        "extractor_version": "rules-1",
        "gold": "9 abstracts",
        "figures": (("claims that are right", "0.5"),),
        "technique": {
            "procedure": "kyphoplasty",
            "worked_on": {"read": 30, "right": 24, "annotated": 40, "found": 25},
            "only_scored": {"read": 20, "right": 10, "annotated": 20, "found": 5},
        },
    }
    nothing = accuracy_json(MEASURED, "spinal-fusion", VOCABULARY)
    assert nothing is not None
    assert nothing["technique"] is None
