"""How well the text bears out its arms, as the confidence of a claim sees it."""

from __future__ import annotations

import pytest
from claim_samples import Read

from ingest.backing import Backing, backing

TITLE = "Radiofrequency denervation or epidural steroid injection for back pain"
METHODS = "Patients were randomised to radiofrequency denervation or epidural steroid injection."
RESULTS = "Pain was lower after radiofrequency denervation."


def seen(title: str, methods: str = METHODS, other: int | None = 1) -> set[str]:
    """Return the features of a comparison of the two arms of a paper."""
    paper = Read.of(title, methods=methods, results=RESULTS)
    return set(backing(paper.table, paper.sentences).features(0, other))


@pytest.mark.parametrize(
    ("title", "there"),
    [
        (TITLE, {"arm-title:True", "rival-title:True", "procedures:2", "strangers:0", "strangers-in-title:0"}),
        ("Two treatments for back pain", {"arm-title:False", "rival-title:False", "strangers:0"}),
        (
            "Radiofrequency denervation or epidural steroid injection after kyphoplasty",
            {"procedures:3", "strangers:1", "strangers-in-title:1"},
        ),
    ],
)
def test_where_the_arms_are_named(title: str, there: set[str]) -> None:
    assert there - seen(title) == set()


def test_methods_and_aim_are_told_apart_and_each_arm_has_its_family() -> None:
    told = seen(TITLE)
    assert {"arm-methods:True", "rival-methods:True", "arm-aim:False"} <= told
    assert {"arm-family:neuroablation", "rival-family:neural-block"} <= told


def test_a_finding_of_one_arm_has_no_rival() -> None:
    assert not any(name.startswith("rival-") for name in seen(TITLE, other=None))


def test_what_is_below_or_above_an_arm_is_no_stranger() -> None:
    told = seen(TITLE, f"{METHODS} Transforaminal epidural steroid injection was used.")
    assert "strangers:0" in told


def test_of_an_unknown_paper_nothing_is_told() -> None:
    assert Backing().features(0, 1) == []
