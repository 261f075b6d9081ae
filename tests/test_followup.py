"""The follow-up of findings: their own words, words that point elsewhere, what the paper announces."""

from __future__ import annotations

import pytest

from ingest.followup import Place, Schedule, followup_days, read_schedule
from kg.model import Sentence

PAIN, LEAKAGE, SURGERY, HARM = "pain-intensity", "cement-leakage", "reoperation", "adverse-event"


def paper(*parts: tuple[str, str]) -> tuple[str, list[Sentence]]:
    """Return the text and the sentences of (role, sentence) parts."""
    text, sentences = "", []
    for role, body in parts:
        sentences.append(Sentence(text=body, start=len(text), end=len(text) + len(body), role=role))  # type: ignore[arg-type]
        text += body + " "
    return text, sentences


def days(
    *parts: tuple[str, str],
    clause: str = "",
    outcome: str = PAIN,
    basis: str = "between",
    at: str = "",
    rivals: tuple[str, ...] = (),
) -> list[int]:
    """Return the follow-up of a finding in the last part; ``clause``, ``at`` and ``rivals`` are words of it."""
    text, sentences = paper(*parts)
    last = sentences[-1]
    start = text.index(clause, last.start) if clause else last.start
    end = start + len(clause) if clause else last.end
    where = text.index(at, start) if at else start
    place = Place(
        sentence=last.start, start=start, end=end, outcome=where, cue=where,
        rivals=tuple(text.index(r, start) for r in rivals),
    )  # fmt: skip
    return list(followup_days(read_schedule(text, sentences), text, place, outcome, basis))  # type: ignore[arg-type]


VISITS = ("methods", "Pain was assessed at 3, 6 and 12 months after treatment.")
YEAR = ("methods", "The primary outcome was measured at 1 year.")

OWN: list[tuple[str, list[int]]] = [
    ("Pain was lower at 6 months.", [180]),
    ("At 1 year 52% of the device group and 21% of controls were better.", [365]),
    ("Pain fell at 3 and 6 months (P < .01).", [90, 180]),
    ("Pain was lower for up to thirteen to twenty-eight months.", [390, 840]),
    ("Pain fell immediately after the block.", [0]),
    ("Pain was lower at every visit from 6 months to 1 year.", [180, 360]),
    ("Pain was lower at all but the 12-month visit.", [90, 180]),
    ("Pain was lower at all follow-up visits (3 months: 2 vs 4).", [90, 180, 360]),
    ("Pain was lower throughout follow-up.", [90, 180, 360]),
    ("Pain was lower at each time point.", [90, 180, 360]),
    ("From 3 to 12 months pain was lower.", [90, 180, 360]),
    ("Pain was lower at the last follow-up.", [360]),
    ("Pain was lower during the follow-up period.", [360]),
    ("Compared with the 3-month visit pain was worse at 12 months.", [360]),
    ("Pain was lower from 6 months onward.", [180, 360]),
    ("Pain was lower at all visits beyond 3 months.", [180, 360]),
    ("Pain was lower at every control.", [90, 180, 360]),
    ("Pain was lower.", [90, 180, 360]),
]


@pytest.mark.parametrize(("sentence", "expected"), OWN)
def test_words_of_the_finding(sentence: str, expected: list[int]) -> None:
    assert days(VISITS, ("results", sentence)) == expected


ANNOUNCED: list[tuple[list[tuple[str, str]], list[int]]] = [
    ([YEAR], [365]),
    ([("results", "The mean follow-up was 14 months (range 6-30).")], [420]),
    ([("results", "Patients were followed for 2 years.")], [730]),
    ([("results", "At the 1-year follow-up visit 97% of the patients were examined.")], [365]),
    ([("results", "They were reassessed after 6 weeks.")], [42]),
    ([("results", "Pain was measured at 6 weeks, 3 months and 1 year.")], [42, 90, 365]),
    ([("title", "Heat for back pain: 2-year results")], [730]),
    ([("title", "Heat for back pain: one-year results"), VISITS], [360]),
    ([("objective", "To compare the 9-year outcome of fusion and exercise.")], [3285]),
    ([("methods", "In a previous study benefit was lost at 8 weeks."), ("title", "One-year results")], [365]),
    ([("methods", "Outcome was pain at 3 months; crossover was allowed at 6 months.")], [90]),
    ([("methods", "Adults were enrolled over a period of 14 months.")], []),
    (
        [
            ("methods", "Pain was assessed 2 days after surgery and at the last follow-up."),
            ("results", "All were followed for 20 months."),
        ],
        [2, 600],
    ),
    ([("methods", "The women were interviewed after sacroplasty (median time, 5 months).")], [150]),
    (
        [
            ("methods", "They underwent fixation 9 days after injury."),
            ("results", "They were followed for an average of 4 years."),
        ],
        [1460],
    ),
    ([("methods", "Pain was scored at 2 weeks (T1) and 4 months (T2).")], [14, 120]),
    (
        [
            (
                "methods",
                "A 6-week course of traction was given. Pain was scored at the end of treatment and at 5 months.",
            )
        ],
        [42, 150],
    ),
    ([("methods", "Pain was scored on the first post-operative day and 2 years later.")], [1, 730]),
    ([("methods", "Patients were aged 18-65 years with sciatica for 6 weeks.")], []),
    (
        [("methods", "Enzymes were measured 3 days after operation."), ("results", "Mean follow-up was 26 months.")],
        [780],
    ),
    ([], []),
]


@pytest.mark.parametrize(("before", "expected"), ANNOUNCED)
def test_what_the_paper_announces(before: list[tuple[str, str]], expected: list[int]) -> None:
    assert days(*before, ("results", "Pain was lower with heat.")) == expected


def test_a_time_named_once_in_the_results_holds_for_all() -> None:
    text, sentences = paper(("results", "Pain was lower with heat."), ("results", "Function was better at 1 year."))
    assert read_schedule(text, sentences).days == (365,)


@pytest.mark.parametrize(
    ("outcome", "basis", "before", "expected"),
    [
        (LEAKAGE, "between", YEAR, []),
        ("operative-time", "between", YEAR, []),
        (HARM, "rate", YEAR, [365]),
        ("duration-of-relief", "rate", YEAR, [365]),
        (HARM, "rate", VISITS, []),
        (HARM, "between", YEAR, [365]),
        (HARM, "between", VISITS, []),
        (SURGERY, "rate", VISITS, [360]),
        (PAIN, "rate", VISITS, []),
        (PAIN, "rate", YEAR, [365]),
        (PAIN, "within", VISITS, [90, 180, 360]),
    ],
)
def test_what_outcomes_inherit(outcome: str, basis: str, before: tuple[str, str], expected: list[int]) -> None:
    assert days(before, ("results", "It was seen less often."), outcome=outcome, basis=basis) == expected


def test_at_that_time_is_the_time_of_the_sentence_before() -> None:
    assert days(
        VISITS, ("results", "Pain was lower at 6 months."), ("results", "At that time function was better.")
    ) == [180]


def test_terms_are_those_the_paper_defines() -> None:
    terms = ("methods", "Follow-up was short (up to 3 months), intermediate (6 months) and long term (12 months).")
    assert days(terms, ("results", "Pain was lower at short-term follow-up.")) == [90]
    assert days(terms, ("results", "Pain was lower in the long term.")) == [360]


def test_each_side_of_but_not_has_its_own_times() -> None:
    sentence = ("results", "Pain was lower at 3 months but not different at 12 months.")
    assert days(VISITS, sentence, at="lower") == [90]
    assert days(VISITS, sentence, at="different") == [360]


def test_each_outcome_has_the_time_behind_it() -> None:
    sentence = ("results", "They had less pain up to 3 months and a better function up to 6 months.")
    assert days(VISITS, sentence, at="pain", rivals=("function",)) == [90]
    assert days(VISITS, sentence, at="function", rivals=("pain",)) == [180]


def test_the_head_of_the_sentence_counts_for_later_clauses() -> None:
    sentence = ("results", "At 6 months pain was lower, and function was better.")
    assert days(VISITS, sentence, clause="function was better") == [180]


def test_an_exception_is_not_a_time_of_the_finding() -> None:
    sentence = ("results", "Scores were better at all visits with the exception of sleep at 12 months.")
    assert days(VISITS, sentence) == [90, 180, 360]


def test_no_words_no_schedule() -> None:
    assert read_schedule("", []) == Schedule()
    assert days(("results", "Pain was lower at that time.")) == []


def test_turns_part_the_times_of_a_clause() -> None:
    sentence = ("results", "Function was comparable at 3 months and significantly better with heat at 6 and 12 months.")
    assert days(VISITS, sentence, at="comparable") == [90]
    assert days(VISITS, sentence, at="better") == [180, 360]
    lost = ("results", "Relief was greater at 3 months and these were lost at 12 months.")
    assert days(VISITS, lost, at="greater") == [90]


def test_thereafter_means_the_visits_that_follow() -> None:
    sentence = ("results", "Pain was lower at 3 months and no longer different thereafter.")
    assert days(VISITS, sentence, at="lower") == [90]
    assert days(VISITS, sentence, at="different") == [180, 360]
    assert days(
        VISITS, ("results", "Pain fell at 6 months; thereafter it was alike."), clause="thereafter it was alike"
    ) == [360]


def test_the_last_follow_up_stands_beside_other_times() -> None:
    told = ("results", "Patients were followed for a mean of 20 months.")
    assert days(told, ("results", "Pain was lower at 2 days and at the last follow-up.")) == [2, 600]


def test_results_told_visit_by_visit() -> None:
    opening = ("results", "At 6 months pain was lower.")
    assert days(VISITS, opening, ("results", "Function was better.")) == [180]
    assert days(VISITS, opening, ("results", "Sleep was alike."), ("results", "Function was better.")) == [180]
    assert days(VISITS, opening, ("results", "Leakage was seen."), outcome=LEAKAGE) == []
    assert days(VISITS, ("results", "Pain was lower at 6 months."), ("results", "Function was better.")) == [
        90,
        180,
        360,
    ]
    assert days(VISITS, opening, ("results", "Function was better throughout follow-up.")) == [90, 180, 360]
    assert days(VISITS, opening, ("conclusions", "Function was better.")) == [90, 180, 360]


def test_the_primary_outcome_has_the_time_the_methods_give_it() -> None:
    primary = ("methods", "The primary outcome was function at 6 months.")
    assert days(VISITS, primary, ("results", "The primary outcome was better with heat.")) == [180]


def test_a_test_behind_several_times_is_of_all_of_them() -> None:
    sentence = ("results", "Pain fell at 3 and 12 months, with no difference between the groups.")
    assert days(VISITS, sentence, clause="with no difference between the groups") == [90, 360]


def test_what_happens_in_the_theatre_takes_no_time_of_another_outcome() -> None:
    sentence = ("results", "There was less bleeding and lower pain on the third day.")
    assert days(VISITS, sentence, outcome="blood-loss", at="bleeding", rivals=("pain",)) == []


def test_visits_are_those_of_the_results_where_the_methods_name_one() -> None:
    year = ("methods", "Follow-up was 2 years.")
    told = ("results", "Pain was lower at 6 weeks. At 1 year it was alike.")
    assert days(year, told, ("results", "Function was better throughout follow-up.")) == [42, 365, 730]


@pytest.mark.parametrize(
    "sentence",
    [
        "Pain was lower initially after A than after B.",
        "The initial improvement of pain was greater with A.",
        "Early complications were fewer.",
        "There was a reduction in pain early on.",
        "In the short term pain was lower with A.",
        "In-hospital mortality did not differ.",
        "There were no intraoperative complications.",
    ],
)
def test_what_happens_early_takes_no_time_told_elsewhere(sentence: str) -> None:
    assert days(YEAR, ("results", sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Pain fell from an initial level of 8 to 3.",
        "Early surgery gave less pain than late surgery.",
        "Initial treatment with A gave less pain.",
    ],
)
def test_early_as_a_name_of_something_else_is_no_time(sentence: str) -> None:
    assert days(YEAR, ("results", sentence)) == [365]


def test_times_of_the_one_sentence_that_names_them_all() -> None:
    told = ("results", "Leg pain was lower at 2 and 8 weeks (P < 0.01) but not at 6 months.")
    again = ("results", "Scores improved at 2 and 8 weeks.")
    assert days(told, again, ("results", "Pain improved in both groups.")) == [14, 56, 180]
    other = ("results", "Scores improved at 2 years.")
    assert days(other, told, ("results", "Pain improved in both groups.")) == []


def test_what_short_term_means_is_no_time_of_other_findings() -> None:
    told = ("results", "Pain in the short term (less than 2 weeks) did not differ.")
    assert days(told, ("results", "Disability improved in both groups.")) == []


def test_the_time_of_the_primary_outcome_ends_with_its_clause() -> None:
    plan = ("methods", "The primary end point was pain at 6 months; patients were seen at 1, 3, and 6 months.")
    assert days(plan, ("results", "The primary end point was better with A.")) == [180]
