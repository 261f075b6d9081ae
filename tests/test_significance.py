"""Which p value is the one of a finding, and what it says."""

from __future__ import annotations

import pytest

from ingest.numbers import PValue, p_values
from ingest.significance import Locus, finding_p, verdict
from kg.model import Basis, Direction

A, B = 0, 1


def chosen(sentence: str, outcome: str, *, cue: str = "", outcomes: tuple[str, ...] = (), arms: tuple[tuple[str, int], ...] = (), basis: Basis = "between", end: str = "", null: bool = False, arm: int = -1, all_outcomes: tuple[str, ...] = ()) -> str | None:  # fmt: skip
    """Return the p of the finding on ``outcome`` whose cue is ``cue``; the clause ends before ``end``."""
    stop = sentence.index(end) if end else len(sentence)
    at = max(sentence.index(w) + len(w) for w in (outcome, cue) if w)
    found = list(p_values(sentence))
    locus = Locus(
        start=0, end=stop, outcome=sentence.index(outcome), at=at, outcomes=tuple(sentence.index(o) for o in (outcome, *outcomes)),
        arms=tuple((sentence.index(name), number) for name, number in arms), basis=basis, reach=len(sentence), null=null, arm=arm,
        sentence=tuple(sentence.index(o) for o in all_outcomes),
    )  # fmt: skip
    p = finding_p(sentence, locus, [p for p in found if p.start < stop], [p for p in found if p.start >= stop])
    return p.text if p else None


def test_the_p_behind_an_outcome_is_its_own() -> None:
    sentence = "Pain (P = .01), function (P = .02) and sleep (P = .30) were compared."
    others = {"Pain": ("function", "sleep"), "function": ("Pain", "sleep"), "sleep": ("Pain", "function")}
    assert [chosen(sentence, o, outcomes=others[o]) for o in others] == ["P = .01", "P = .02", "P = .30"]


def test_lists_are_read_in_step() -> None:
    sentence = "Pain and function improved more with heat (P = .01 and P = .2, respectively)."
    assert chosen(sentence, "Pain", outcomes=("function",)) == "P = .01"
    assert chosen(sentence, "function", outcomes=("Pain",)) == "P = .2"


def test_lists_behind_two_clauses_are_read_in_step() -> None:
    sentence = (
        "Height was gained and kyphosis was lost more with rods than with hooks (P = .02 and P = .6, respectively)."
    )
    both = ("Height", "kyphosis")
    assert chosen(sentence, "Height", end=" and kyphosis", all_outcomes=both) == "P = .02"
    assert chosen(sentence, "kyphosis", all_outcomes=both) == "P = .6"
    mixed = "Pain was lower (P = .3), and at 2 and 4 months VAS was lower (P = .01 and P = .02, respectively)."
    assert chosen(mixed, "VAS", all_outcomes=("Pain", "VAS")) != "P = .02"


def test_a_list_may_name_the_outcome_of_each_test() -> None:
    sentence = "As to leg pain and ODI heat was better at both visits (P = .04, .03 for leg pain; P = .2, .3 for ODI)."
    assert chosen(sentence, "leg pain", outcomes=("ODI",)) == "P = .04"
    assert chosen(sentence, "ODI", outcomes=("leg pain",)) == "P = .2"


def test_without_significance_brings_its_test() -> None:
    sentence = "Pain tended to be lower with heat, although without statistical significance (P = .08)."
    assert chosen(sentence, "Pain", cue="lower", end=", although") == "P = .08"


def test_two_groups_named_as_one_have_one_test() -> None:
    sentence = "Gains in pain were seen in the heat and the sham group (P < .05)."
    assert chosen(sentence, "pain", cue="Gains", arms=(("heat", A), ("sham", B)), basis="within", arm=A) == "P < .05"


def test_an_outcome_without_a_test_takes_no_other_ones() -> None:
    sentence = "Pain was lower (P = .01) and satisfaction was higher."
    assert chosen(sentence, "satisfaction", outcomes=("Pain",)) is None


def test_one_p_for_all() -> None:
    sentence = "Pain fell, and function rose (P < .05 for all)."
    assert chosen(sentence, "Pain", end=", and") == "P < .05"


def test_a_bare_rest_belongs_to_the_finding() -> None:
    assert chosen("Pain was lower, but not significantly so (P = .26).", "Pain", end=", but") == "P = .26"


@pytest.mark.parametrize(
    ("sentence", "p"),
    [
        ("Pain fell from 7 to 3 with heat (P < .001).", "P < .001"),
        ("Pain fell in both groups (P < .001).", "P < .001"),
        ("Pain was lower than before treatment (1.9 versus 3.8, p < .001).", "p < .001"),
        ("Pain fell by 3.6 with heat and by 0.4 with sham (P < .001).", None),
        ("Pain fell by 3.6 with heat and by 0.4 with sham (P < .001 for each).", "P < .001"),
        ("Pain fell by 3.1 with heat, a mean difference of 1.3 (P = .002).", None),
        ("Pain fell by 2.9 and 1.2 points, respectively (p<.001).", None),
        ("Pain fell more with heat than with sham (P = .02).", None),
    ],
)
def test_the_test_of_a_comparison_is_not_that_of_a_change(sentence: str, p: str | None) -> None:
    arms = tuple((name, number) for name, number in (("heat", A), ("sham", B)) if name in sentence)
    assert chosen(sentence, "Pain", cue="fell" if "fell" in sentence else "lower", arms=arms, basis="within") == p


def test_each_group_has_its_own_test() -> None:
    sentence = "Pain fell after heat (P < .001) and after sham (P = .01)."
    arms = (("heat", A), ("sham", B))
    assert chosen(sentence, "Pain", cue="fell", arms=arms, basis="within", arm=A) == "P < .001"
    assert chosen(sentence, "Pain", cue="fell", arms=arms, basis="within", arm=B) == "P = .01"


def test_tests_against_baseline_are_not_those_of_a_comparison() -> None:
    assert chosen("Pain fell from 3.2 to 1.3 with heat and less with sham (P < .001 for each).", "Pain") is None


def test_no_difference_takes_no_earlier_significant_test() -> None:
    sentence = "Pain fell in all groups (P < .05) and did not differ."
    assert chosen(sentence, "Pain", cue="did not differ", null=True) is None


def test_a_rate_has_no_test() -> None:
    assert chosen("Pain returned in 4 (P = .2).", "Pain", basis="rate") is None


P_LOW = PValue(text="P < .05", start=0, end=7, significant=True)
P_HIGH = PValue(text="P = .4", start=0, end=6, significant=False)
P_OPEN = PValue(text="P > .01", start=0, end=7, significant=None)


@pytest.mark.parametrize(
    ("p", "excludes", "direction", "basis", "said", "noninferior", "expected"),
    [
        (P_LOW, None, "better", "between", True, False, ("P < .05", True)),
        (P_HIGH, None, "better", "between", False, False, ("P = .4", False)),
        (P_OPEN, None, "better", "between", False, False, ("P > .01", None)),
        (P_LOW, None, "no-difference", "between", True, False, ("P < .05", False)),
        (P_LOW, None, "no-difference", "between", False, True, ("P < .05", True)),
        (None, None, "better", "between", True, False, (None, True)),
        (None, None, "better", "between", False, False, (None, None)),
        (None, None, "no-difference", "between", True, False, (None, False)),
        (None, None, "no-difference", "between", False, False, (None, None)),
        (None, False, "no-difference", "between", False, False, (None, False)),
        (None, True, "better", "between", False, False, (None, True)),
        (P_LOW, None, "reported", "rate", True, False, (None, None)),
    ],
)
def test_verdict(p: PValue | None, excludes: bool | None, direction: Direction, basis: Basis, said: bool, noninferior: bool, expected: tuple[str | None, bool | None]) -> None:  # fmt: skip
    assert verdict(p, excludes, direction, basis, said=said, noninferior=noninferior) == expected
