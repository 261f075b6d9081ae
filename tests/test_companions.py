"""Companion reports: what is proposed, what is not, and why; every study here is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.companions import LEAST, Report, companions, companions_of, report_of
from kg.model import Author, PubDate, Reading, Record

VP, SHAM, KP = "vertebroplasty", "sham-procedure", "kyphoplasty"
FIRST = Report(
    pmid="101",
    title="Vertebroplasty or sham in subacute fractures: three-month results of the ROOF trial",
    year=2011,
    authors=("Alder A", "Birch B", "Cedar C", "Dogwood D"),
    sample_size=187,
    procedures=frozenset({VP, SHAM}),
    indications=frozenset({"osteoporotic-vertebral-fracture"}),
    numbers=frozenset({187, 94, 93, 211}),
    names=frozenset({"ROOF"}),
)
LATER = replace(
    FIRST, pmid="202", title="Vertebroplasty or sham in subacute fractures: five-year outcome", year=2015,
    numbers=frozenset({187, 94, 93, 131}),
)  # fmt: skip


def pairs(*reports: Report, least: float = LEAST) -> list[tuple[str, str]]:
    return [(found.first, found.second) for found in companions(reports, least=least)]


def test_two_reports_of_one_trial_are_proposed_with_their_reasons() -> None:
    (found,) = companions([LATER, FIRST])
    assert (found.first, found.second, found.score) == ("101", "202", 1.0)
    assert found.reasons == (
        "same authors: Alder A and 3 more",
        "similar titles: fractures, sham, subacute, vertebroplasty",
        "same number of participants: 187",
        "same counts: 93, 94",
        "same name of the trial: ROOF",
        "same procedures compared",
    )


PROPOSED = {
    "nothing of the authors is known": replace(LATER, authors=()),
    "neither authors nor a name": replace(LATER, authors=(), names=frozenset()),
    "the year is not known": replace(LATER, year=None),
    "no size is stated, the name is": replace(LATER, sample_size=None),
    "only one report is registered": replace(LATER, registry_ids=frozenset({"NCT00000001"})),
    "a cost analysis with another title": replace(
        LATER, title="What vertebroplasty costs: an analysis beside the ROOF trial"
    ),
    "a translation": replace(LATER, title=FIRST.title, names=frozenset(), authors=()),
}
NOT_PROPOSED = {
    "both are registered, with one number": replace(LATER, registry_ids=frozenset({"NCT00000009"})),
    "both are registered, with two numbers": replace(LATER, registry_ids=frozenset({"NCT00000001"})),
    "other people": replace(LATER, authors=("Elm E", "Fir F")),
    "another treatment": replace(LATER, procedures=frozenset({"spinal-cord-stimulation"})),
    "another condition": replace(LATER, indications=frozenset({"malignant-vertebral-fracture"})),
    "a generation apart": replace(LATER, year=2029),
    "the next trial of the same group": replace(
        LATER, sample_size=64, numbers=frozenset({64, 33, 31}), names=frozenset({"GABLE"})
    ),
    "only a round size in common": replace(
        LATER, title="Early cement in old age", authors=(), names=frozenset(), numbers=frozenset(), sample_size=100
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", PROPOSED)
def test_what_is_proposed(why: str) -> None:
    assert pairs(FIRST, PROPOSED[why]) == [("101", "202")]


@pytest.mark.parametrize("why", NOT_PROPOSED)
def test_what_is_not_proposed(why: str) -> None:
    first = replace(FIRST, registry_ids=frozenset({"NCT00000009"})) if "both" in why else FIRST
    first = replace(first, sample_size=100) if "round" in why else first
    assert pairs(first, NOT_PROPOSED[why]) == []


def test_titles_that_name_other_regions_are_two_trials() -> None:
    lumbar = replace(FIRST, title="Lumbar facet blocks in whiplash: ROOF", procedures=frozenset(), authors=())
    assert pairs(lumbar, replace(lumbar, pmid="202")) == [("101", "202")]
    assert pairs(lumbar, replace(lumbar, pmid="202", title="Cervical facet blocks in whiplash: ROOF")) == []


def test_authors_and_titles_alone_are_too_little() -> None:
    bare = replace(FIRST, sample_size=None, numbers=frozenset(), names=frozenset())
    (found,) = companions([bare, replace(bare, pmid="202")], least=0.0)
    assert found.score == 0.5
    assert pairs(bare, replace(bare, pmid="202")) == []


def test_procedures_that_hardly_overlap_speak_against_a_pair() -> None:
    bare = replace(LATER, authors=(), names=frozenset())
    broad = frozenset({VP, KP, "bracing", "physical-therapy"})
    ((same,), (other,)) = (
        companions([FIRST, replace(bare, procedures=p)], least=0.0) for p in (bare.procedures, broad)
    )
    assert (same.reasons[-1], other.reasons[-1]) == ("same procedures compared", "other procedures besides")
    assert (same.score, other.score) == (0.9, 0.6)


def test_the_surest_pair_comes_first() -> None:
    doubtful = replace(LATER, pmid="303", authors=(), names=frozenset())
    found = companions([doubtful, FIRST, LATER])
    assert (found[0].first, found[0].second) == ("101", "202")
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_the_proposals_for_one_publication_are_those_of_all() -> None:
    others = [LATER, replace(LATER, pmid="303", authors=("Elm E",))]
    assert companions_of(FIRST, [FIRST, *others]) == tuple(
        c for c in companions([FIRST, *others]) if FIRST.pmid in (c.first, c.second)
    )


@given(st.permutations([FIRST, LATER, replace(FIRST, pmid="303", title="Cement"), replace(LATER, pmid="99")]))
def test_the_order_of_reports_changes_nothing(reports: list[Report]) -> None:
    found = companions(reports)
    assert found == companions(sorted(reports, key=lambda r: r.pmid))
    assert all(len(c.first) <= len(c.second) and LEAST <= c.score <= 1.0 and c.reasons for c in found)


TEXT = (
    "A cement trial\nThe ROOF study randomised 187 patients (94 and 93) in 2009; 25 % fell, 48 months passed, 11 died."
)


def test_a_report_keeps_what_tells_studies_apart() -> None:
    record = Record(
        pmid="1", title="A cement trial", text=TEXT, date=PubDate(text="2011", year=2011),
        authors=(Author(last_name="Alder", initials="A"), Author(collective="The ROOF investigators")),
    )  # fmt: skip
    reading = Reading(
        pmid="1", scope="on", design="randomised-trial", sample_size=187, procedures=(VP,), comparators=(SHAM,),
        indications=("low-back-pain",), registry_ids=("NCT00000001",),
    )  # fmt: skip
    assert report_of(record, reading) == Report(
        pmid="1", title="A cement trial", year=2011, authors=("Alder A",), sample_size=187,
        procedures=frozenset({VP, SHAM}), indications=frozenset({"low-back-pain"}), numbers=frozenset({187, 94, 93}),
        names=frozenset({"ROOF"}), registry_ids=frozenset({"NCT00000001"}),
    )  # fmt: skip
    assert report_of(record, replace(reading, scope="adjacent")) is None
    assert report_of(record, replace(reading, design="systematic-review")) is None
    assert report_of(record, replace(reading, design="correspondence")) is None
