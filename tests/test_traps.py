"""Sentences that tell of plans, hopes, measuring and other people's work, and findings that look like them."""

from __future__ import annotations

import pytest

from ingest.traps import PLANNED

NO_FINDINGS = [
    # Other people's results.
    "Miller et al reported that 40 % of those who waited for a discectomy had improved.",
    "Several small studies have demonstrated relief after epidural steroids.",
    "Recently published figures show fewer leaks with thick cement.",
    "This literature also suggests that three injections help.",
    "Multiple mechanisms were reported for the relief of pain by shock waves.",
    "These first series support the view that cells restore the disc.",
    # What nobody has looked at.
    "There are no published data on pain after this device.",
    "There have not been any studies of balance after laminectomy.",
    "There is no scientific evidence in favour of one electrode.",
    # Plans, hopes and habits.
    "The investigators plan to assess whether cement decreases reoperations.",
    "The same group also observed lower levels of the drug.",
    "It is anticipated that massage will decrease pain.",
    "It is proposed that screws increase the rate of fusion.",
    "Surgery may improve walking, but one area of clinical interest is balance.",
    "Since it needs an operation, correction is generally reserved for patients who worsen.",
    "The results should help clarify which treatment is most effective.",
    "We have tried this block in a few patients with excellent effect and no side effects.",
    # How something was measured.
    "Three months later the questionnaire was applied to all to evaluate the improvement of disability.",
    "Effectiveness was assessed by evaluating pain, function and satisfaction.",
]
FINDINGS = [
    "Pain decreased in 40 % of the patients after discectomy.",
    "Disability, which was measured using the short form, improved in both groups (P < 0.01).",
    "Satisfaction was assessed by evaluating a five-point scale and was higher after the block.",
    "There were no infections.",
    "There was no evidence of a difference between cement and sham.",
    "Studies with sham controls found no difference in pain.",
    "Surgery may improve walking.",
    "The literature suggests that cement relieves more pain than tablets.",
]


@pytest.mark.parametrize("sentence", NO_FINDINGS)
def test_what_is_no_finding_of_the_paper(sentence: str) -> None:
    assert PLANNED.search(sentence)


@pytest.mark.parametrize("sentence", FINDINGS)
def test_what_is_a_finding(sentence: str) -> None:
    assert not PLANNED.search(sentence)
