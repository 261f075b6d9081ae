"""Names of groups: letters, sides, abbreviations, and what stands before "group"."""

from __future__ import annotations

import pytest
from arm_samples import record

from ingest.group_names import designated, named_groups
from ingest.sentences import split
from ingest.text import fold


def _designated(methods: str, results: str = "") -> dict[str, list[str]]:
    made = record("A study", methods=methods, results=results)
    text = fold(made.text)
    return {name: [text[s:e].strip(" ,.;") for s, e in spans] for name, spans in designated(split(made), text).items()}


@pytest.mark.parametrize(
    ("methods", "groups"),
    [
        ("Group A received steroid and group B saline.", {"group a": ["received steroid and"], "group b": ["saline"]}),
        (
            "Group 1 (n = 20): kyphoplasty. Group 2 (n = 21): brace.",
            {"group 1": ["(n = 20): kyphoplasty"], "group 2": ["(n = 21): brace"]},
        ),
        (
            "Group I underwent fusion, Group II underwent discectomy.",
            {"group i": ["underwent fusion"], "group ii": ["underwent discectomy"]},
        ),
        (
            "Patients had kyphoplasty (group A) or vertebroplasty (group B).",
            {"group a": ["Patients had kyphoplasty ("], "group b": [") or vertebroplasty ("]},
        ),
        (
            "Group DEX received dexamethasone, group TRI received triamcinolone.",
            {"group dex": ["received dexamethasone"], "group tri": ["received triamcinolone"]},
        ),
        (
            "They had pregabalin (Group PG, n = 20) or an injection of steroid (Group TE, n = 21).",
            {
                "group pg": ["They had pregabalin ("],
                "pg": ["They had pregabalin ("],
                "group te": ["n = 20) or an injection of steroid ("],
            },
        ),
        ("The control group received exercise.", {"control group": ["received exercise"]}),
        (
            "The first group received steroid and the second group saline.",
            {"first group": ["received steroid and the"], "second group": ["saline"]},
        ),
        (
            "The treatment group (TG, n = 20) had a block.",
            {"treatment group": ["n = 20) had a block"], "tg": ["n = 20) had a block"]},
        ),
        (
            "Arm A was given saline, arm B was given steroid.",
            {"arm a": ["was given saline"], "arm b": ["was given steroid"]},
        ),
    ],
)
def test_what_each_group_received(methods: str, groups: dict[str, list[str]]) -> None:
    assert _designated(methods) == groups


@pytest.mark.parametrize(
    "methods",
    [
        "Groups A and B were similar.",
        "The groups were compared.",
        "Age group did not matter.",
        "Blood group typing was done.",
    ],
)
def test_what_defines_no_group(methods: str) -> None:
    assert _designated(methods) == {}


def test_results_use_names_but_do_not_define_them_again() -> None:
    found = _designated(
        "Group A received steroid, group B received saline.", "Group A had less pain, group B had more."
    )
    assert found == {"group a": ["received steroid"], "group b": ["received saline"]}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Pain fell in the PKP group.", ["pkp"]),
        (
            "the percutaneous vertebroplasty group and the kyphoplasty group",
            ["percutaneous vertebroplasty", "kyphoplasty"],
        ),
        ("in the steroid-group", ["steroid"]),
        ("compared with the control arm", ["control"]),
        ("in the L2 block group", ["l2 block"]),
        ("The MB plus lidocaine group improved", ["mb plus lidocaine"]),
        ("both groups", []),
        ("the two groups", []),
        ("between groups", []),
        ("the study of group differences", []),
        ("patients in group A", []),
        ("arm pain", []),
    ],
)
def test_names_before_group(text: str, names: list[str]) -> None:
    found = list(named_groups(text))
    assert [name for name, _, _ in found] == names
    assert all(text[start:end].lower().startswith(name) for name, start, end in found)
