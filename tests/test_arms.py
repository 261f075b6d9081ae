"""The arm table: which arms a record has, in which order, and how sentences refer to them."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from arm_samples import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.arms import arm_table
from kg.vocabulary import load_vocabulary

CASES = tomllib.loads((Path(__file__).parent / "data" / "arm_cases.toml").read_text(encoding="utf-8"))
CAUDAL, LOCAL = "caudal-epidural-steroid-injection", "epidural-local-anaesthetic-injection"
CARE, DISC, FUSION, KP, VP = "conservative-care", "discectomy", "spinal-fusion", "kyphoplasty", "vertebroplasty"

# What is only the setting of the study is no arm.
SETTING = [
    (
        "Tranexamic acid and placebo in spinal fusion: blood loss",
        "Patients were randomised to oral gabapentin or placebo.",
        FUSION,
    ),
    ("Postoperative pain after lumbar discectomy", "Patients were randomised to ketorolac or placebo.", DISC),
    (
        "Erector spinae plane block for analgesia after spinal fusion",
        "Patients received the block or no block.",
        FUSION,
    ),
]


def _name(case: dict[str, Any]) -> str:
    return f"{case.get('class', 'references')}: {case['title']}"


@pytest.mark.parametrize("case", CASES["arms"], ids=_name)
def test_arms_of_a_record(case: dict[str, Any]) -> None:
    assert sample(case["title"], case.get("methods", "")).ids == case["arms"]


@pytest.mark.parametrize("case", CASES["references"], ids=_name)
def test_references(case: dict[str, Any]) -> None:
    made = sample(case["title"], case.get("methods", ""), case["sentence"])
    assert [f"{arm}: {words}" for arm, words in made.references(case["sentence"])] == case["references"]


@pytest.mark.parametrize(("title", "methods", "operation"), SETTING)
def test_an_operation_that_is_only_the_setting_is_no_arm(title: str, methods: str, operation: str) -> None:
    assert operation not in sample(title, methods).ids


@pytest.mark.parametrize(
    ("title", "procedures", "comparators"),
    [
        ("Vertebroplasty versus kyphoplasty for fractures", (VP,), (KP,)),
        ("A comparison of vertebroplasty and kyphoplasty for fractures", (VP, KP), (KP,)),
        ("Vertebroplasty versus kyphoplasty versus conservative treatment of fractures", (VP, KP), (CARE,)),
        ("Unilateral versus bilateral kyphoplasty", (KP,), (KP,)),
        ("Long-term results of cordotomy", ("cordotomy",), ()),
        (
            "Interspinous spacer versus laminectomy in stenosis",
            ("interspinous-process-device",),
            ("decompression-surgery",),
        ),
        ("Caudal epidural injections with or without steroid in stenosis", (CAUDAL, LOCAL), (LOCAL,)),
        ("Caudal epidural steroid injections with or without clonidine", (CAUDAL,), (CAUDAL,)),
    ],
)
def test_procedures_and_comparators(title: str, procedures: tuple[str, ...], comparators: tuple[str, ...]) -> None:
    table = sample(title).table
    assert (table.procedures, table.comparators) == (procedures, comparators)


@pytest.mark.parametrize(
    ("title", "text", "procedures"),
    [
        (
            "Use of facet joint injections and medial branch blocks",
            "",
            {"facet-joint-injection", "medial-branch-block"},
        ),
        (
            "Options in cancer pain",
            "Cordotomy, chemical neurolysis and intrathecal drug delivery are described in turn.",
            {"cordotomy", "chemical-neurolysis", "intrathecal-drug-delivery"},
        ),
        ("Vertebroplasty and kyphoplasty: indications and technique", "", {VP, KP}),
    ],
)
def test_a_record_that_compares_nothing_lists_what_it_is_about(title: str, text: str, procedures: set[str]) -> None:
    assert set(sample(title, text, comparative=False).table.procedures) == procedures


@pytest.mark.parametrize(
    ("title", "text", "procedures"),
    [
        (
            "What physicians think of treatments of back pain",
            "Physiotherapy, spinal manipulation and epidural steroid injections were thought effective; sham was not asked about.",
            ("physical-therapy", "manual-therapy", "epidural-steroid-injection"),
        ),
        (
            "Interventions for pain of the spine: where are we?",
            "Nerve blocks are used widely. Vertebroplasty and medial branch blocks are described.",
            ("neural-block", VP, "medial-branch-block"),
        ),
        ("Vertebroplasty: a view of its use", "Kyphoplasty and fusion are mentioned.", (VP,)),
        (
            "Vertebral augmentation: what is its place?",
            "Trials of vertebroplasty and of kyphoplasty are described.",
            ("vertebral-augmentation", VP, KP),
        ),
        (
            "Vertebral augmentation: what is its place?",
            "Trials of kyphoplasty are described.",
            ("vertebral-augmentation",),
        ),
    ],
)
def test_a_survey_lists_all_it_names(title: str, text: str, procedures: tuple[str, ...]) -> None:
    table = sample(title, text, survey=True).table
    assert (table.procedures, table.comparators) == (procedures, ())
    assert set(procedures) <= {a.procedure for a in table.arms}


def test_results_tell_what_a_study_without_groups_is_compared_with() -> None:
    title, methods = "Nucleoplasty in disc herniation: a systematic review", "Trials of nucleoplasty were searched for."
    results = "Pain was lower after nucleoplasty than after discectomy."
    assert sample(title, methods, results).table.comparators == (DISC,)
    assert sample(title, methods, results, comparative=False).table.comparators == ()


def test_an_overview_names_what_its_procedure_is_set_against() -> None:
    title, aim = (
        "Vertebroplasty: an update",
        "Trials with a sham procedure and of conservative treatment are described.",
    )
    table = sample(title, objective=aim, survey=True).table
    assert (table.procedures, table.comparators) == ((VP,), ("sham-procedure", CARE))
    assert sample(title, objective=aim, comparative=False, survey=True).table.comparators == ()


def test_a_trial_that_only_its_title_calls_one_has_no_second_arm() -> None:
    assert sample("Adhesiolysis in back pain: a randomised controlled trial", "").ids == ["epidural-adhesiolysis"]
    told = "Sixty patients were randomised to two groups."
    assert sample("Adhesiolysis in back pain: a randomised controlled trial", told).ids == ["epidural-adhesiolysis"] * 2


def test_references_stay_inside_the_span_asked_for() -> None:
    made = sample("Vertebroplasty versus kyphoplasty", "", "Kyphoplasty cost more than vertebroplasty did.")
    start = made.text.index("Kyphoplasty cost")
    found = made.table.references(made.text, start, start + len("Kyphoplasty cost more"))
    assert [made.text[r.start : r.end] for r in found] == ["Kyphoplasty"]


def test_no_mention_no_arm() -> None:
    table = arm_table((), "", (), comparative=True, short_forms={})
    assert (table.arms, table.procedures, table.comparators, table.compared) == ((), (), (), False)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([c.label for c in load_vocabulary().concepts("procedure")]), min_size=1, max_size=5),
    st.sampled_from([" versus ", " or ", " and ", ", ", " with or without ", " compared with "]),
    st.text(max_size=60),
)
def test_whatever_is_compared_the_table_is_sound(names: list[str], link: str, tail: str) -> None:
    made = sample(link.join(names), "Patients were randomised to " + link.join(names) + ". " + tail.replace("\n", " "))
    table, count = made.table, len(made.table.arms)
    known = {c.id for c in load_vocabulary().concepts("procedure")}
    assert {a.procedure for a in table.arms} <= known
    assert table.compared == (count > 1)
    references = table.references(made.text, 0, len(made.text))
    assert all(0 <= r.arm < count and 0 <= r.start < r.end <= len(made.text) for r in references)
    assert all(a.end <= b.start for a, b in pairwise(references))
    again = sample(link.join(names), "Patients were randomised to " + link.join(names) + ". " + tail.replace("\n", " "))
    assert again.table.arms == table.arms
