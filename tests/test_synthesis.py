"""Synthesis: studies counted once, by direction, each number with its claims, and nothing lost on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, get_args

import pytest
from evidence_samples import item, sample_evidence, summary_of
from hypothesis import given
from hypothesis import strategies as st

from kg.comparators import comparator_class
from kg.errors import UnknownNameError
from kg.model import Basis, Design, Direction
from kg.synthesis import (
    DIRECTIONS,
    Cell,
    Evidence,
    Pico,
    Summary,
    bands_of,
    scheme_of,
    sign_test,
    summarise,
)
from kg.vocabulary import load_vocabulary

B, N, W, M, U = DIRECTIONS


def counts(cell: Cell) -> dict[str, int]:
    return {direction: len(cell.of(direction)) for direction in DIRECTIONS if cell.of(direction)}


def cells(summary: Summary) -> dict[tuple[str, str, str | None, str], dict[str, int]]:
    return {(c.basis, c.outcome, c.comparator_class, c.band.id): counts(c) for c in summary.cells}


def only(summary: Summary) -> Cell:
    (cell,) = summary.cells
    return cell


# Sign test


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        (9, 0, 0.0039),
        (0, 9, 0.0039),
        (5, 1, 0.2188),
        (6, 0, 0.03125),
        (3, 3, 1.0),
        (5, 0, None),
        (4, 1, None),
        (0, 0, None),
    ],
)
def test_sign_test(better: int, worse: int, p: float | None) -> None:
    found = sign_test([B] * better + [W] * worse + [M] * 3 + [N] * 4 + [U] * 2)
    assert (found.better, found.worse, found.n) == (better, worse, better + worse)
    assert found.p == (None if p is None else pytest.approx(p, abs=5e-5))


def test_the_interval_of_the_share_is_wilsons() -> None:
    found = sign_test([B] * 9 + [W])
    assert found.share_better == 0.9
    assert found.interval is not None
    assert [round(edge, 4) for edge in found.interval] == [0.5958, 0.9821]
    assert sign_test([B] * 5).interval is None


# Within and between


def test_two_groups_that_improve_alike_are_no_difference() -> None:
    """A trial of an active control: at least 50 % relief in 77 % and 67 %, both improved, no significant difference."""
    both = {"outcome": "pain-responder", "followup_days": (365,), "measure": ">= 50 % relief"}
    steroid, local = "epidural-steroid-injection", "epidural-local-anaesthetic-injection"
    evidence = [
        item("1", "better", basis="within", procedure=steroid, effect="67%", **both),
        item("1", "better", basis="within", procedure=local, effect="77%", **both),
        item("1", "no-difference", procedure=steroid, comparator=local, significant=False, **both),
    ]
    for technique, kind in ((steroid, "active-placebo"), (local, "other-procedure")):
        summary = summary_of(*evidence, technique=technique)
        assert cells(summary) == {
            ("within", "pain-responder", None, "asipp-long"): {B: 1},
            ("between", "pain-responder", kind, "asipp-long"): {N: 1},
        }
        assert [cell.basis for cell in summary.between] == ["between"]
        assert [cell.basis for cell in summary.within] == ["within"]
        assert all(len(cell.counted) == 1 for cell in summary.cells)


# Studies


def test_two_reports_of_one_trial_are_one_study() -> None:
    summary = summary_of(
        item("1", "better", study="NCT00000001", sample_size=188, followup_days=(30,)),
        item("2", "better", study="NCT00000001", sample_size=150, followup_days=(90,), year=2022),
        item("3", "no-difference", study="NCT00000001", sample_size=None, followup_days=(365,)),
    )
    short, long = summary.cells
    assert (counts(short), short.participants, short.counted[0].pmids) == ({B: 1}, 188, ("1", "2"))
    assert (counts(long), long.participants, long.without_participants) == ({N: 1}, 188, 0)
    assert [(study.id, study.participants, study.pmids) for study in summary.studies] == [
        ("NCT00000001", 188, ("1", "2", "3"))
    ]


def test_participants_are_summed_once_and_unknown_ones_counted() -> None:
    cell = only(
        summary_of(
            item("1", "better", sample_size=40),
            item("1", "better", outcome="back-pain-intensity", sample_size=40),
            item("2", "worse", sample_size=None),
            item("3", "no-difference", sample_size=60),
        )
    )
    assert (cell.participants, cell.without_participants, len(cell.counted)) == (100, 1, 3)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([("better", (30,))], B),
        ([("better", (30,)), ("worse", (60,))], M),
        ([("better", (7, 30, 60, 90)), ("worse", (120,))], M),
        ([("better", (30,)), ("no-difference", (90,))], M),
        ([("better", (30, 60)), ("no-difference", (90,))], M),
        ([("better", (7, 30, 60)), ("no-difference", (90,))], B),
        ([("better", (30,)), ("no-difference", (60, 90, 120))], N),
        ([("worse", (30, 60, 90)), ("no-difference", (120,))], W),
        ([("reported", (30,))], U),
        ([("none-observed", (30,))], U),
        ([("reported", (30,)), ("better", (30,))], B),
        ([("better", ())], B),
    ],
)
def test_which_way_a_study_points(findings: list[tuple[str, tuple[int, ...]]], expected: str) -> None:
    evidence = [item("1", direction, followup_days=days) for direction, days in findings]
    assert only(summary_of(*evidence)).counted[0].direction == expected


def test_seven_tenths_of_the_results_decide() -> None:
    times = tuple(range(7, 77, 7))
    at_the_edge = [item("1", "better", followup_days=times[:7]), item("1", "no-difference", followup_days=times[7:])]
    below = [item("1", "better", followup_days=times[:6]), item("1", "no-difference", followup_days=times[6:])]
    assert only(summary_of(*at_the_edge)).counted[0].direction == B
    assert only(summary_of(*below)).counted[0].direction == M


def test_significance_changes_nothing() -> None:
    for significant in (True, False, None):
        cell = only(summary_of(item("1", "better", significant=significant, p="P = 0.18")))
        assert counts(cell) == {B: 1}


def test_a_change_that_was_kept_is_not_no_change() -> None:
    kept = item("1", "no-difference", basis="within", measure="VAS (maintained)", followup_days=(720,))
    fell = item("1", "better", basis="within", measure="VAS", followup_days=(365,))
    assert counts(only(summary_of(fell, kept))) == {B: 1}
    assert counts(only(summary_of(kept))) == {U: 1}


# Sides


@pytest.mark.parametrize(("written", "seen"), [("better", W), ("worse", B), ("no-difference", N), ("reported", U)])
def test_a_claim_from_the_other_side_is_turned_round(written: str, seen: str) -> None:
    evidence = item("1", written, procedure="kyphoplasty", comparator="vertebroplasty")
    cell = only(summary_of(evidence))
    assert (cell.comparator_class, counts(cell)) == ("other-procedure", {seen: 1})
    (claim,) = cell.counted[0].claims
    assert (claim.turned, claim.procedure, claim.comparator) == (True, "vertebroplasty", "kyphoplasty")
    assert claim.claim == evidence.claim


def test_a_change_in_the_other_arm_is_not_the_techniques() -> None:
    summary = summary_of(item("1", "better", basis="within", procedure="kyphoplasty"))
    assert [left.reason for left in summary.left_out] == ["technique"]


def test_two_kinds_of_the_technique_are_their_own_class() -> None:
    first, second = "transforaminal-epidural-steroid-injection", "interlaminar-epidural-steroid-injection"
    summary = summary_of(
        item("1", "better", procedure=first, comparator=second),
        item("2", "worse", procedure=second, comparator=first),
        technique="epidural-steroid-injection",
    )
    cell = only(summary)
    assert (cell.comparator_class, cell.pair, counts(cell)) == ("same-procedure", (second, first), {W: 2})
    asked = only(summary_of(*summary.evidence, technique="epidural-steroid-injection", comparator=second))
    assert (asked.comparator_class, asked.pair, counts(asked)) == ("other-procedure", None, {B: 2})


def test_two_forms_under_one_id_are_listed_not_counted() -> None:
    cell = only(summary_of(item("1", "better", comparator="vertebroplasty")))
    assert (cell.pair, counts(cell)) == (("vertebroplasty", "vertebroplasty"), {})
    assert [(result.standing, result.direction) for result in cell.listed] == [("variant", B)]


def test_a_combination_keeps_its_class() -> None:
    evidence = item("1", "better", comparator="medical-management", comparator_class="combination")
    assert only(summary_of(evidence)).comparator_class == "combination"


@pytest.mark.parametrize(
    ("index", "comparator", "expected"),
    [
        ("vertebroplasty", "sham-procedure", "sham"),
        ("vertebroplasty", "bracing", "conservative-care"),
        ("vertebroplasty", "kyphoplasty", "other-procedure"),
        ("vertebroplasty", "vertebroplasty", "same-procedure"),
        ("vertebroplasty", None, None),
        ("vertebroplasty", "no-such-thing", None),
        ("transforaminal-epidural-steroid-injection", "epidural-local-anaesthetic-injection", "active-placebo"),
        ("epidural-adhesiolysis", "epidural-local-anaesthetic-injection", "other-procedure"),
        ("spinal-cord-stimulation", "other-surgery", "surgery"),
        ("discectomy", "no-treatment", "no-treatment"),
    ],
)
def test_comparator_classes(index: str, comparator: str | None, expected: str | None) -> None:
    assert comparator_class(load_vocabulary(), index, comparator) == expected


def test_a_comparator_that_is_asked_for_leaves_the_rest_out() -> None:
    evidence = [
        item("1", "better"),
        item("2", "worse", comparator="bracing"),
        item("3", "better", comparator=None, basis="within"),
        item("4", "better", comparator="placebo-injection"),
    ]
    by_class = summary_of(*evidence, comparator_class="placebo-or-sham")
    assert {cell.comparator_class for cell in by_class.cells} == {"sham", "inactive-placebo"}
    assert by_class.elsewhere == (("conservative-care", 1),)
    by_procedure = summary_of(*evidence, comparator="conservative-care")
    assert cells(by_procedure) == {("between", "pain-intensity", "conservative-care", "not-stated"): {W: 1}}
    assert Counter(left.reason for left in by_procedure.left_out) == {"comparator": 3}


# Follow-up bands


@pytest.mark.parametrize(
    ("scheme", "days", "expected"),
    [
        ("asipp", (182,), ["asipp-short"]),
        ("asipp", (189,), ["asipp-short"]),
        ("asipp", (190,), ["asipp-long"]),
        ("asipp", (171,), ["asipp-short"]),
        ("asipp", (30, 365, 60), ["asipp-short", "asipp-long"]),
        ("asipp", (0,), ["asipp-short"]),
        ("asipp", (), ["not-stated"]),
        ("asipp-alt", (182,), ["asipp-alt-long"]),
        ("asipp-alt", (171,), ["asipp-alt-long"]),
        ("asipp-alt", (168,), ["asipp-alt-short"]),
        ("cochrane-epidural", (13,), ["cochrane-epidural-immediate"]),
        ("cochrane-epidural", (14,), ["cochrane-epidural-short"]),
        ("cochrane-epidural", (91,), ["cochrane-epidural-short"]),
        ("cochrane-epidural", (182,), ["cochrane-epidural-intermediate"]),
        ("cochrane-epidural", (365,), ["cochrane-epidural-intermediate"]),
        ("cochrane-epidural", (730,), ["cochrane-epidural-long"]),
        ("cochrane-back", (84,), ["cochrane-back-short"]),
        ("cochrane-back", (87,), ["cochrane-back-intermediate"]),
        ("cochrane-back", (365,), ["cochrane-back-long"]),
    ],
)
def test_bands(scheme: str, days: tuple[int, ...], expected: list[str]) -> None:
    assert [band.id for band in bands_of(days, scheme_of(load_vocabulary(), scheme))] == expected


@given(st.integers(0, 4000), st.sampled_from(["asipp", "asipp-alt", "cochrane-epidural", "cochrane-back"]))
def test_every_time_is_in_one_band(day: int, scheme: str) -> None:
    assert len(bands_of([day], scheme_of(load_vocabulary(), scheme))) == 1


def test_a_band_names_its_scheme_and_an_unknown_one_is_refused() -> None:
    assert scheme_of(load_vocabulary(), "asipp-long").id == "asipp"
    with pytest.raises(UnknownNameError, match="unknown follow-up 'months'"):
        scheme_of(load_vocabulary(), "months")


# What is counted, listed, left out


def test_retracted_publications_are_listed_not_counted() -> None:
    evidence = [item("1", "better"), item("2", "worse", retracted=True)]
    apart = only(summary_of(*evidence))
    assert (counts(apart), [(r.pmids, r.standing) for r in apart.listed]) == ({B: 1}, [(("2",), "retracted")])
    together = only(summary_of(*evidence, include_retracted=True))
    assert (counts(together), together.listed) == ({B: 1, W: 1}, ())


def test_the_sound_report_of_a_trial_still_counts() -> None:
    cell = only(
        summary_of(item("1", "better", study="NCT00000001"), item("2", "worse", study="NCT00000001", retracted=True))
    )
    assert counts(cell) == {B: 1}
    assert [(result.standing, result.direction) for result in cell.results] == [("counted", B), ("retracted", W)]


@pytest.mark.parametrize(
    ("design", "fields", "standing"),
    [
        ("systematic-review", {}, "secondary"),
        ("guideline", {}, "secondary"),
        ("narrative-review", {}, "secondary"),
        ("economic-evaluation", {"outcome": "quality-of-life"}, "secondary"),
        ("economic-evaluation", {"outcome": "cost"}, "counted"),
        ("case-report", {"basis": "within"}, "case-report"),
        ("case-series", {"basis": "within"}, "counted"),
        ("cohort-comparative", {}, "counted"),
        ("other", {}, "counted"),
    ],
)
def test_what_a_tally_counts(design: str, fields: dict[str, Any], standing: str) -> None:
    (result,) = only(summary_of(item("1", "better", design=design, **fields))).results
    assert result.standing == standing


@pytest.mark.parametrize(
    ("fields", "asked", "reason"),
    [
        ({"scope": "adjacent"}, {}, "scope"),
        ({"scope": "off"}, {}, "scope"),
        ({"design": "protocol"}, {}, "design"),
        ({"design": "preclinical"}, {}, "design"),
        ({"procedure": "kyphoplasty"}, {}, "technique"),
        ({"procedure": "kyphoplasty", "comparator": "vertebroplasty", "basis": "within"}, {}, "technique"),
        ({}, {"comparator": "kyphoplasty"}, "comparator"),
        ({"indications": ("cancer-pain",)}, {"indication": "spinal-pain"}, "indication"),
        ({"indications": ()}, {"indication": "spinal-pain"}, "indication"),
        ({"outcome": "cost"}, {"outcome": "pain-intensity"}, "outcome"),
    ],
)
def test_what_is_left_out_has_a_reason(fields: dict[str, Any], asked: dict[str, str], reason: str) -> None:
    evidence = item("1", "better", **fields)
    summary = summary_of(evidence, **asked)
    assert [(left.claim_id, left.pmid, left.reason) for left in summary.left_out] == [(evidence.claim_id, "1", reason)]
    assert (summary.cells, summary.rates, summary.studies) == ((), (), ())


def test_narrower_concepts_are_included() -> None:
    summary = summary_of(
        item("1", "better", outcome="leg-pain-intensity", indications=("low-back-pain",)),
        technique="vertebral-augmentation",
        indication="spinal-pain",
        outcome="pain-intensity",
    )
    assert cells(summary) == {("between", "pain-intensity", "sham", "not-stated"): {B: 1}}


def test_kinds_of_pain_are_one_row_and_kinds_of_harm_are_not() -> None:
    summary = summary_of(
        item("1", "better", outcome="leg-pain-intensity"),
        item("1", "better", outcome="back-pain-intensity"),
        item("2", "worse", outcome="cement-leakage"),
        item("3", "no-difference", outcome="infection"),
        item("4", "no-difference", outcome="adverse-event"),
    )
    assert [(cell.outcome, len(cell.counted)) for cell in summary.cells] == [
        ("pain-intensity", 1),
        ("adverse-event", 1),
        ("infection", 1),
        ("cement-leakage", 1),
    ]
    narrow = summary_of(*summary.evidence, outcome="leg-pain-intensity")
    assert [cell.outcome for cell in narrow.cells] == ["leg-pain-intensity"]


def test_a_cell_is_divided_by_condition() -> None:
    cell = only(
        summary_of(
            item("1", "better", indications=("osteoporotic-vertebral-fracture",)),
            item("2", "worse", indications=("malignant-vertebral-fracture", "cancer-pain")),
        )
    )
    assert [(part.indication, [r.direction for r in part.results]) for part in cell.parts] == [
        ("osteoporotic-vertebral-fracture", [B]),
        ("malignant-vertebral-fracture", [W]),
        ("cancer-pain", [W]),
    ]


def test_studies_stand_by_design_and_size() -> None:
    cell = only(
        summary_of(
            item("1", "better", design="case-control", sample_size=900),
            item("2", "better", sample_size=50),
            item("3", "better", sample_size=None),
            item("4", "better", sample_size=70),
        )
    )
    assert [result.study for result in cell.results] == ["pubmed-4", "pubmed-2", "pubmed-3", "pubmed-1"]


@pytest.mark.parametrize(
    ("effect", "share"),
    [
        ("3 of 62", (3, 62)),
        ("87 of 4,817 procedures (1.8%)", (87, 4817)),
        ("3/62 patients", (3, 62)),
        ("3 out of the 62", (3, 62)),
        ("3.2 %", (None, None)),
        ("3 of 62 and 5 of 60", (None, None)),
        ("62 of 3", (None, None)),
        ("2.5 of 10", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_share_is_read_only_where_it_is_written(effect: str | None, share: tuple[int | None, int | None]) -> None:
    (rate,) = summary_of(item("1", "reported", basis="rate", outcome="infection", effect=effect)).rates
    assert (rate.events, rate.total) == share
    assert (rate.participants, rate.standing) == (100, "counted")


def test_an_unknown_technique_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown procedure 'vertebroplasti'"):
        summary_of(technique="vertebroplasti")


def test_ids_that_the_vocabulary_does_not_know_do_no_harm() -> None:
    cell = only(summary_of(item("1", "better", comparator="new-procedure", outcome="new-outcome")))
    assert (cell.outcome, cell.comparator_class) == ("new-outcome", None)


# The sample


@pytest.mark.parametrize(
    ("asked", "short", "long"),
    [
        ({"comparator": "sham-procedure"}, {B: 1, N: 2}, {N: 2}),
        ({"comparator": "conservative-care"}, {B: 3}, {N: 2, M: 1}),
        ({"comparator": "kyphoplasty"}, {N: 3}, {N: 1}),
    ],
)
def test_vertebroplasty_has_three_pictures(asked: dict[str, str], short: dict[str, int], long: dict[str, int]) -> None:
    found = cells(summary_of(*sample_evidence(), **asked))
    pain = {band: tally for (_, outcome, _, band), tally in found.items() if outcome == "pain-intensity"}
    assert pain == {"asipp-short": short, "asipp-long": long}


def test_the_two_reports_in_the_sample_are_one_study() -> None:
    summary = summary_of(*sample_evidence(), comparator="conservative-care")
    (long,) = (c for c in summary.between if (c.outcome, c.band.id) == ("pain-intensity", "asipp-long"))
    (trial,) = (result for result in long.counted if result.study.startswith("NCT"))
    assert (trial.pmids, trial.participants, trial.direction) == (("99000064", "99000065"), 188, M)


# Properties

FAMILY = ("vertebroplasty", "kyphoplasty", "vertebral-augmentation", "sham-procedure", "conservative-care", "bracing")
OUTCOMES = ("pain-intensity", "leg-pain-intensity", "cement-leakage", "cost")


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    basis = draw(st.sampled_from(get_args(Basis)))
    fields: dict[str, Any] = {
        "basis": basis,
        "procedure": draw(st.sampled_from(FAMILY)),
        "outcome": draw(st.sampled_from(OUTCOMES)),
        "followup_days": tuple(draw(st.lists(st.sampled_from([0, 30, 180, 182, 190, 365]), max_size=3))),
        "start": draw(st.integers(0, 5)),
        "indications": tuple(draw(st.lists(st.sampled_from(["spinal-pain", "cancer-pain"]), max_size=2, unique=True))),
    }
    if basis == "between":
        fields["comparator"] = draw(st.none() | st.sampled_from(FAMILY))
    pmid = draw(st.sampled_from(["1", "2", "3", "10"]))
    found = item(pmid, draw(st.sampled_from(get_args(Direction))), **fields)
    # What is said of a publication is the same for all its claims.
    facts = PAPERS[pmid]
    return replace(found, publication=replace(found.publication, **facts))


PAPERS: dict[str, dict[str, Any]] = {
    "1": {"study": "NCT00000001", "design": "randomised-trial", "sample_size": 80},
    "2": {"study": "NCT00000001", "design": "cohort-comparative", "sample_size": None},
    "3": {"design": "systematic-review", "sample_size": 900},
    "10": {"retracted": True, "sample_size": 40},
}
many = st.lists(evidence(), max_size=12)
asked = st.fixed_dictionaries(
    {"technique": st.sampled_from(["vertebroplasty", "vertebral-augmentation"])},
    optional={
        "comparator": st.sampled_from(["kyphoplasty", "conservative-care"]),
        "outcome": st.just("pain-intensity"),
    },
)


@given(many, asked, st.randoms())
def test_order_and_repetition_do_not_matter(found: list[Evidence], question: dict[str, str], random: Any) -> None:
    shuffled = found + found[:3]
    random.shuffle(shuffled)
    assert summary_of(*shuffled, **question) == summary_of(*found, **question)


@given(many, asked)
def test_every_claim_is_somewhere(found: list[Evidence], question: dict[str, str]) -> None:
    summary = summary_of(*found, **question)
    in_cells = {id for cell in summary.cells for result in cell.results for id in result.claim_ids}
    in_rates = {rate.seen.evidence.claim_id for rate in summary.rates}
    left_out = [left.claim_id for left in summary.left_out]
    assert len(left_out) == len(set(left_out))
    parts = (in_cells, in_rates, set(left_out))
    assert set.union(*parts) == {each.claim_id for each in found}
    assert sum(map(len, parts)) == len(set.union(*parts))


@given(many, asked)
def test_a_study_is_counted_once_in_a_cell(found: list[Evidence], question: dict[str, str]) -> None:
    for cell in summary_of(*found, **question).cells:
        studies = [result.study for result in cell.counted]
        assert len(studies) == len(set(studies)) == sum(counts(cell).values())
        assert all(seen.claim.basis == cell.basis for result in cell.results for seen in result.claims)
        assert not any(publication.retracted for result in cell.counted for publication in result.publications)


@given(many)
def test_the_side_a_claim_is_written_from_does_not_matter(found: list[Evidence]) -> None:
    turned = {"better": "worse", "worse": "better"}
    mirrored = [
        replace(
            each,
            claim=replace(
                each.claim,
                procedure=each.claim.comparator,
                comparator=each.claim.procedure,
                direction=turned.get(each.claim.direction, each.claim.direction),
            ),
        )
        if each.claim.basis == "between" and each.claim.comparator and each.claim.comparator != each.claim.procedure
        else each
        for each in {each.claim_id: each for each in found}.values()
    ]
    assert cells(summary_of(*mirrored)) == cells(summary_of(*found))


def test_the_designs_of_the_model_are_all_placed() -> None:
    for design in get_args(Design):
        summary = summary_of(item("1", "better", design=design))
        assert len(summary.cells) + len(summary.left_out) == 1


def test_an_empty_summary() -> None:
    vocabulary = load_vocabulary()
    empty = summarise([], Pico(technique="cordotomy"), vocabulary=vocabulary, scheme=scheme_of(vocabulary, "asipp"))
    assert (empty.cells, empty.rates, empty.studies, empty.left_out, empty.illustrative) == ((), (), (), (), False)
