"""P values, intervals, changes, pairs and plain numbers, with their offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numbers import changes, intervals, p_values, pairs, values
from ingest.text import fold

P_VALUES: list[tuple[str, list[tuple[str, bool | None]]]] = [
    ("lower (P = .03) but not slower (p=0.41)", [("P = .03", True), ("p=0.41", False)]),
    ("P < or = 0.05", [("P < or = 0.05", True)]),
    ("p-value of 0.03", [("p-value of 0.03", True)]),
    ("the p value was less than 0.001", [("p value was less than 0.001", True)]),
    ("P values were all <.01", [("P values were all <.01", True)]),
    ("(p<0,05)", [("p<0,05", True)]),
    ("(P &lt; 0.01)", [("P < 0.01", True)]),
    ("(P < 10-4)", [("P < 10-4", True)]),
    ("P = 2.3 x 10-5", [("P = 2.3 x 10-5", True)]),
    ("p (ANOVA) = 0.016", [("p (ANOVA) = 0.016", True)]),
    ("both p<0.001", [("p<0.001", True)]),
    ("P=.05", [("P=.05", False)]),
    ("P=1.00", [("P=1.00", False)]),
    ("P > .05", [("P > .05", False)]),
    ("P > 0.01", [("P > 0.01", None)]),
    ("p < 0.1", [("p < 0.1", False)]),
    ("p ≤ 0.05", [("p ≤ 0.05", True)]),
    ("p=0.006 and p=0.001", [("p=0.006", True), ("p=0.001", True)]),
    ("(P values 0.22, 0.04 and 0.6 respectively)", [("P values 0.22", False), ("0.04", True), ("0.6", False)]),
    ("(p = 0.012, 0.3)", [("p = 0.012", True), ("0.3", False)]),
    ("(P < 0.05, 0.4 points lower)", [("P < 0.05", True)]),
    ("(p = 0.04, 0.4 points lower)", [("p = 0.04", True)]),
    ("P = NS", [("P = NS", False)]),
    ("(4.1 vs 4.2, n.s.)", [("n.s.", False)]),
    ("4.1 vs 4.2 (NS)", [("NS", False)]),
    ("lower (not significant)", [("not significant", False)]),
    ("normal saline (NS) group", []),
    ("group P, 31 patients", []),
    ("L5P 0.3 and PEF 0.4", []),
    ("Group P 2 mg", []),
]

INTERVALS: list[tuple[str, list[tuple[float, float, str, bool | None]]]] = [
    ("RR 0.94, 95% CI 0.78 to 1.14", [(0.78, 1.14, "ratio", False)]),
    ("(RR 2.3; 95% CI, 1.4 to 3.9)", [(1.4, 3.9, "ratio", True)]),
    ("RR of 0.74 (0.60-0.91)", [(0.6, 0.91, "ratio", True)]),
    ("mean difference 0.34, 95% C.I. -0.33, 1.02", [(-0.33, 1.02, "difference", False)]),
    ("aOR 1.2 (0.8-1.9)", [(0.8, 1.9, "ratio", False)]),
    ("odds ratio (95% confidence interval) = 6.5 (1.3-31.9)", [(1.3, 31.9, "ratio", True)]),
    ("hazard ratio, 1.97; 95% confidence interval, 1.72 to 2.22", [(1.72, 2.22, "ratio", True)]),
    ("mean difference 2.3 (-6.7 to 11.4)", [(-6.7, 11.4, "difference", False)]),
    ("MD -1.4 (95 % CI -2.0 to -0.8)", [(-2.0, -0.8, "difference", True)]),
    ("[SMD = 0.66, 95 % CI (0.28, 1.03), p = 0.0006]", [(0.28, 1.03, "difference", True)]),
    ("the difference was 4.2 mm (95% CI, 0.9 to 7.5 mm)", [(0.9, 7.5, "difference", True)]),
    ("difference was 10% (95% CI: -2% to 22%)", [(-2.0, 22.0, "difference", False)]),
    ("a difference of €1,230 (95% CI -1,450 to 3,910)", [(-1450.0, 3910.0, "difference", False)]),
    ("mean difference, -0.4; 95% confidence interval [CI], -1.6 to 0.9", [(-1.6, 0.9, "difference", False)]),
    ("difference 33, 95% confidence interval 22-44", [(22.0, 44.0, "difference", True)]),
    ("(95% CI, OR .52 to 1.71)", [(0.52, 1.71, "ratio", False)]),
    ("(95% CI of the odds ratio [OR] 0.2 to 0.8)", [(0.2, 0.8, "ratio", True)]),
    ("90% CI for the mean difference -0.5 to -0.1", [(-0.5, -0.1, "difference", True)]),
    ("a mean score of 6.2 (95% confidence interval [CI], 5.6 to 6.8)", [(5.6, 6.8, "", None)]),
    ("a one-sided 97.5% CI upper bound of 0.8", []),
    ("groups differed in age (20 to 40)", []),
]


@pytest.mark.parametrize(("text", "expected"), P_VALUES)
def test_p_values(text: str, expected: list[tuple[str, bool | None]]) -> None:
    assert [(p.text, p.significant) for p in p_values(text)] == expected


@pytest.mark.parametrize(("text", "expected"), INTERVALS)
def test_intervals(text: str, expected: list[tuple[float, float, str, bool | None]]) -> None:
    assert [(i.low, i.high, i.measure, i.excludes_null) for i in intervals(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VAS fell from 7.1 +/- 1.2 to 2.3", [(7.1, 2.3)]),
        ("from a mean of 42 to 30 points", [(42.0, 30.0)]),
        ("from 7.8 ± 0.9 to 4.2 ± 1.6", [(7.8, 4.2)]),
        ("from May to June", []),
    ],
)
def test_changes(text: str, expected: list[tuple[float, float]]) -> None:
    assert [(c.before, c.after) for c in changes(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("62% vs 27% of patients", [(62.0, 27.0)]),
        ("5 versus 2 cases", [(5.0, 2.0)]),
        ("3.5 ± 1.5 compared with 4.5 ± 2.0", [(3.5, 4.5)]),
        ("3 and 4 cases", []),
    ],
)
def test_pairs(text: str, expected: list[tuple[float, float]]) -> None:
    assert [(p.first, p.second) for p in pairs(text)] == expected


def test_values() -> None:
    assert [(v.value, v.percent) for v in values("In 12 of 1,204 (1%) at L4")] == [
        (12.0, False),
        (1204.0, False),
        (1.0, True),
    ]


def test_offsets_cut_the_p_value_out() -> None:
    text = "Pain was lower (mean 3.1 vs 4.2, P < .001)."
    (p,) = p_values(text)
    assert text[p.start : p.end] == "P < .001"


@given(st.floats(0.0001, 0.9999))
def test_a_p_value_is_judged_at_one_in_twenty(value: float) -> None:
    written = f"{value:.4f}"
    assert [p.significant for p in p_values(f"(p = {written})")] == [float(written) < 0.05]


@given(st.text(alphabet=st.sampled_from("0123456789pP<>=≤.,;()[]%- CIORMDversusfromto±&lt")))
def test_any_text_is_read_within_its_bounds(text: str) -> None:
    folded = fold(text)
    for found in (*p_values(folded), *intervals(folded), *changes(folded), *pairs(folded), *values(folded)):
        assert 0 <= found.start < found.end <= len(text)
