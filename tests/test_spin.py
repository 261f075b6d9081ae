"""Spin: conclusions that contradict the result between groups, and many that only look as if they did."""

from __future__ import annotations

from typing import Any

import pytest
from claim_samples import Read
from hypothesis import given
from hypothesis import strategies as st

from ingest.cue_files import read_cues, read_table
from ingest.spin import COMPARED, Spin, find_spin
from kg.vocabulary import load_vocabulary

SHAM = "Facet radiofrequency denervation or sham for chronic low back pain: a randomised trial"
HEAD = "Vertebroplasty versus kyphoplasty for osteoporotic fractures: a randomised trial"
ADD = "Epidural steroid injection with or without clonidine for sciatica: a randomised trial"
METHODS = {
    SHAM: "Sixty patients with chronic low back pain were randomised to radiofrequency denervation or to a sham procedure.",
    HEAD: "Eighty patients were randomised to vertebroplasty or to kyphoplasty.",
    ADD: "Fifty patients were randomised to epidural steroid injection with clonidine or to epidural steroid injection alone.",
}


def spin(title: str, results: str, conclusions: str, *, with_claims: bool = True) -> Spin | None:
    """Return what is told of a trial."""
    read = Read.of(title, methods=METHODS[title], results=results, conclusions=conclusions)
    claims = read.claims if with_claims else ()
    return find_spin(read.text, read.sentences, read.outcomes, read.table.comparators, claims)


NULL = "At six months pain did not differ between the groups (P = 0.41)."
BOTH = "Disability improved from baseline in both groups. There was no significant difference in pain between the groups at any visit."
FLAGGED = [
    ("superior", SHAM, NULL, "Radiofrequency denervation is superior to sham for low back pain."),
    ("superior", SHAM, NULL, "Denervation was more effective than the sham procedure."),
    ("superior", SHAM, BOTH, "Denervation gives better pain relief than sham."),
    ("superior", SHAM, NULL, "Denervation leads to greater pain reduction and should be preferred."),
    ("superior", HEAD, NULL, "Kyphoplasty outperforms vertebroplasty."),
    ("superior", HEAD, NULL, "Kyphoplasty is safer and more effective than vertebroplasty."),
    ("superior", HEAD, "Pain scores were similar in the two groups at one year.", "Kyphoplasty provides superior pain relief."),
    ("superior", ADD, NULL, "The addition of clonidine improves the efficacy of epidural injection."),
    ("superior", ADD, NULL, "Adding clonidine to the injection is recommended."),
    ("effective", SHAM, NULL, "Radiofrequency denervation is an effective treatment for low back pain."),
    ("effective", SHAM, BOTH, "Denervation significantly reduces low back pain."),
    ("effective", SHAM, NULL, "We recommend radiofrequency denervation."),
    ("effective", SHAM, NULL, "Denervation provides lasting relief of low back pain."),
    ("effective", SHAM, "Neither pain nor disability differed between the groups at six months.", "Denervation should be considered in chronic low back pain."),
    ("effective", SHAM, "Pain fell from 7.1 to 4.2 after denervation (P < 0.001). The difference between the groups was not significant.", "The efficacy of denervation has been confirmed."),
    # The primary outcome was null: a secondary one changes nothing.
    ("superior", SHAM, "The primary outcome, pain at six months, did not differ between the groups (P = 0.6). Sleep was better after denervation than after sham (P = 0.03).", "Radiofrequency denervation is superior to sham."),
    ("effective", SHAM, "For the primary endpoint, pain, there was no significant difference between the groups. Satisfaction was higher after denervation than after sham (P = 0.04).", "Denervation is an effective treatment for low back pain."),
]  # fmt: skip
UNFLAGGED = [
    # What was found is what is concluded.
    (SHAM, "Pain was lower after denervation than after sham (P = 0.01).", "Denervation is superior to sham."),
    (SHAM, "At one month pain was lower after denervation than after sham (P = 0.01). At one year it did not differ between groups.", "Denervation is more effective than sham."),
    (SHAM, "Pain was 3.1 versus 5.0 in the sham group (P = 0.002). Disability did not differ between the groups.", "Denervation is an effective treatment."),
    (SHAM, "Disability did not differ between groups. The group-by-time interaction was significant for pain.", "Denervation is superior to sham."),
    (SHAM, NULL + " As-treated analyses showed advantages of denervation.", "Denervation is superior to sham."),
    (HEAD, NULL + " Leakage was less frequent after kyphoplasty than after vertebroplasty (P = 0.02).", "Kyphoplasty is better than vertebroplasty."),
    # The null is told.
    (SHAM, NULL, "Denervation was no better than sham."),
    (SHAM, NULL, "Denervation is effective, but the difference to sham was not significant."),
    (SHAM, NULL, "Both groups improved significantly."),
    (SHAM, NULL, "Denervation significantly reduced pain. A placebo effect is likely."),
    (SHAM, NULL, "Neither treatment was superior."),
    (HEAD, NULL, "Vertebroplasty and kyphoplasty are equally effective treatments."),
    (HEAD, NULL, "Kyphoplasty is as effective as vertebroplasty."),
    (HEAD, "Kyphoplasty was non-inferior to vertebroplasty for pain.", "Kyphoplasty is an effective treatment and non-inferior to vertebroplasty."),
    # Two active treatments that do not differ may both be effective.
    (HEAD, NULL, "Kyphoplasty is an effective treatment of fractures."),
    # Other merits, restrictions, doubts.
    (SHAM, NULL, "Denervation is a safe procedure and should be considered."),
    (HEAD, NULL, "Kyphoplasty is superior in restoring vertebral height."),
    (HEAD, NULL, "Vertebroplasty is preferable because of its lower cost."),
    (HEAD, NULL, "Kyphoplasty more effectively restores height."),
    (SHAM, NULL, "Denervation may be superior to sham in larger trials."),
    (SHAM, NULL, "In the subgroup of older women denervation was superior."),
    (SHAM, NULL, "Denervation is superior to sham at two weeks."),
    (SHAM, NULL, "Further research should establish whether denervation is better."),
    # The null is about something else, or about the start.
    (SHAM, "Groups did not differ at baseline. Pain fell after denervation.", "Denervation is an effective treatment."),
    (SHAM, "Operating time did not differ between the groups.", "Denervation is an effective treatment."),
    (SHAM, "Hospital stay was similar in both groups. Pain fell by half after denervation.", "Denervation is superior to sham."),
    (SHAM, "Disability did not differ between the groups.", "Denervation provides better sleep."),
    (SHAM, "Pain fell after denervation.", "Denervation is an effective treatment."),
    (SHAM, NULL, "Pain fell in the year after treatment."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "title", "results", "conclusions"), FLAGGED, ids=[row[3][:60] for row in FLAGGED])
def test_a_conclusion_that_contradicts_the_result(kind: str, title: str, results: str, conclusions: str) -> None:
    told = spin(title, results, conclusions)
    assert told is not None
    assert told.kind == kind
    assert told.conclusion.text == conclusions
    assert told.result.text in results
    assert told.said in conclusions


@pytest.mark.parametrize(("title", "results", "conclusions"), UNFLAGGED, ids=[row[2][:60] for row in UNFLAGGED])
@pytest.mark.parametrize("with_claims", [True, False])
def test_no_contradiction(title: str, results: str, conclusions: str, with_claims: bool) -> None:
    assert spin(title, results, conclusions, with_claims=with_claims) is None


def test_the_result_named_is_the_primary_one() -> None:
    results = f"{NULL} The primary outcome, disability, did not differ between the groups."
    told = spin(SHAM, results, "Denervation is superior to sham.")
    assert told is not None
    assert told.result.text.startswith("The primary outcome")


def test_nothing_is_told_without_a_comparator() -> None:
    read = Read.of(SHAM, methods=METHODS[SHAM], results=NULL, conclusions="Denervation is superior to sham.")
    assert find_spin(read.text, read.sentences, read.outcomes, read.table.comparators) is not None
    assert find_spin(read.text, read.sentences, read.outcomes, ()) is None


TABLES = ("superior", "more_effective", "effective", "concession", "aside", "merits", "found", "primary", "compares")
ROWS = [row for table in TABLES for row in read_cues("spin", table, {"name": str, "pattern": str, "example": str})]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_cue_is_found_in_its_example(row: dict[str, Any]) -> None:
    import re

    assert re.search(row["pattern"], row["example"].lower()) is not None


def test_the_benefits_are_outcomes_of_the_vocabulary() -> None:
    assert {load_vocabulary().concept("outcome", name).id for name in read_table("spin")["benefits"]} == set(
        read_table("spin")["benefits"]
    )
    assert "systematic-review" not in COMPARED


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_is_safe(results: str, conclusions: str) -> None:
    told = spin(SHAM, results, conclusions)
    assert told is None or told.said in told.conclusion.text
