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
    "Although those studies have largely suggested that cement gives no relief, the data are poor.",
    "Most trials have reported less leg pain after epidural steroids than after saline.",
    "The studies of shock waves published so far have only established limited evidence of relief of back pain.",
    "Trials of stimulation conducted to date show better function with high frequencies.",
    "Prior series have shown a low rate of infection after kyphoplasty.",
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
    # What the values of an instrument mean.
    "The score ranges between 0 (no disability) and 24 points (the maximum possible disability).",
    "The index is scored from 0 to 100, and higher scores indicate worse disability.",
    "Each item is rated from 0 to 5, so the index ranges from 0 (no disability) to 100.",
    "Pain was rated on a scale from 0 (no pain) to 10 (worst imaginable pain).",
    "Higher scores indicate greater disability after spinal surgery.",
    # How something was measured.
    "Three months later the questionnaire was applied to all to evaluate the improvement of disability.",
    "Effectiveness was assessed by evaluating pain, function and satisfaction.",
]
FINDINGS = [
    "Pain decreased in 40 % of the patients after discectomy.",
    "Disability, which was measured using the short form, improved in both groups (P < 0.01).",
    "Satisfaction was assessed by evaluating a five-point scale and was higher after the block.",
    "There were no infections.",
    "Pain ranged from 0 to 4 at one year.",
    "Pain on a scale from 0 (no pain) to 10 (worst pain) was lower after the block.",
    "Mean pain fell from 7.1 to 3.2 on a scale of 0 to 10.",
    "The ODI score (range 0 to 100, higher scores indicate worse disability) was 23 in both groups.",
    "Leg pain (0 = no pain, 10 = worst pain) improved in both groups.",
    "Studies published after 2010 found less pain with cement.",
    "These studies found lower pain with cement.",
    "Most trials showed no difference in pain.",
    "Hospital stay ranged from 0 to 3 days.",
    "Complications ranged from 0 to 12 % in the studies included.",
    "Higher scores were seen after fusion than after decompression.",
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
