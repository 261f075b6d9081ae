"""Durations that are follow-up, in days, and those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import fold
from ingest.times import time_points

VISITS: list[tuple[str, list[int]]] = [
    ("Pain fell at 3, 6 and 12 months (p<0.01).", [90, 180, 360]),
    ("seen at 6 weeks, 3 months, 6 months, and 1 year", [42, 90, 180, 365]),
    ("3-, 6-, and 12-month follow-up visits", [90, 180, 360]),
    ("at the 3- and 12-months follow-up", [90, 360]),
    ("two-, four-, and eight-week assessments", [14, 28, 56]),
    ("The immediate, 1-week and 2-week, and 1-month scores", [0, 7, 14, 30]),
    ("in 3, 12, 24 months postoperatively", [90, 360, 720]),
    ("postoperative 1 week, 3 months, 6 months, and 1 year", [7, 90, 180, 365]),
    ("at 3 months (2.4 vs. 3.5, P = 0.004) and at 6 months (P = 0.001)", [90, 180]),
    ("at 8 (P = .2) and 52 weeks", [56, 364]),
    ("patients came at 3, 6, and thereafter once every 6 months", [90, 180]),
    ("at months 12 and 24.", [360, 720]),
    ("on postoperative day 1 and day 3", [1, 3]),
    ("week 8 and week 26 scores", [56, 182]),
    ("At 1 year 52% of the device group and 21% of controls", [365]),
    ("By the fourth week pain had returned", [28]),
    ("in the sixth month", [180]),
    ("during the first year (P=0.13)", [365]),
    ("At 8 to 12 weeks", [56, 84]),
    ("at one and a half years", [548]),
    ("half a year after treatment", [183]),
    ("a year after surgery", [365]),
    ("Sixty-day results", [60]),
    ("seventy-two months' follow-up", [2160]),
    ("at 48 h, 2 wk and 3 mo", [2, 14, 90]),
    ("two hours after the block", [0]),
    ("at 12 mo.", [360]),
    ("12 months later", [360]),
    ("the mean follow-up time was (31.6+/-8.2) months", [948]),
    ("patients were followed for (2.5 ± 0.4) years", [913]),
    ("The immediate correction was 12 degrees", [0]),
    ("The training period was 8 weeks, with measurements at weeks 9 and 20", [63, 140]),
    ("assessed at baseline and 12 months", [360]),
    ("MRI on the following day showed", [1]),
    ("radiographs on the day after surgery and at 3 months", [1, 90]),
    ("within 30 days", [30]),
    ("for up to 3 years", [1095]),
    ("3D CT on postoperative day 2", [2]),
    ("immediately after the injection", [0]),
    ("on the day of surgery", [0]),
    ("at discharge", [0]),
    ("this difference disappeared after 3 months", [90]),
    ("short-term (3 months)", [90]),
    ("at L4-5, 3 months after surgery", [90]),
    ("VAS was 2.1 and 3 months later 1.8", [90]),
    ("(n = 54), 2 years after surgery", [730]),
]

SPANS: list[tuple[str, list[tuple[int, str]]]] = [
    ("The mean follow-up was 14 months.", [(420, "mean")]),
    ("mean follow-up of 17.1 months (range 12-28 months)", [(513, "mean")]),
    ("All were followed up 12-30 months (mean, 18.5 months).", [(555, "mean")]),
    ("The mean follow-up was 21 years (14-27 years)", [(7665, "mean")]),
    ("a median follow-up of 5.2 years", [(1898, "mean")]),
    ("a mean of 29.14 months +/- 12.44 months of follow-up", [(874, "mean")]),
    ("during the follow-up period (range, thirteen to twenty-eight months) after", [(390, "range"), (840, "range")]),
    ("The follow-up period was 2 years.", [(730, "span")]),
    ("followed for a minimum of two years", [(730, "span")]),
    ("Patients were observed for a period of 3 months.", [(90, "span")]),
]

NOT_FOLLOW_UP = [
    "aged 18-65 years with pain for 6 months",
    "low back pain lasting longer than 1 year",
    "mean age was 55.6 +/- 8.6 years",
    "a 47-year-old woman",
    "severe sciatica for 6 to 12 weeks",
    "duration of symptoms was 14 months",
    "less than 6 weeks of pain duration",
    "after 6 months of conservative treatment",
    "a minimum of six weeks of noninvasive treatment",
    "randomised to a 12-week exercise programme",
    "relief lasted 8 weeks",
    "Hoarseness lasting up to 4 h",
    "the symptoms resolved within 10 days",
    "hospital stay was 3 days",
    "an operating time of 48 minutes",
    "twice a week for 6 weeks",
    "May 16, 2005",
    "PEF 3D at L5",
    "",
]


@pytest.mark.parametrize(("text", "days"), VISITS)
def test_time_points(text: str, days: list[int]) -> None:
    assert [t.days for t in time_points(text)] == days


@pytest.mark.parametrize(("text", "expected"), SPANS)
def test_the_length_of_a_follow_up(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(t.days, t.kind) for t in time_points(text)] == expected


@pytest.mark.parametrize("text", NOT_FOLLOW_UP)
def test_other_durations(text: str) -> None:
    assert list(time_points(text)) == []


@pytest.mark.parametrize(
    ("text", "anchored"),
    [("at 3 months", True), ("3-month scores", True), ("for 4 weeks", False), ("3-month pain relief", False)],
)
def test_anchored(text: str, anchored: bool) -> None:
    assert [t.anchored for t in time_points(text)] == [anchored]


def test_offsets_are_those_of_the_text() -> None:
    text = "Pain was lower at 6 weeks and function better at 1 year."
    assert [(text[t.start : t.end], t.days) for t in time_points(text)] == [("6 weeks", 42), ("1 year", 365)]


def test_only_the_given_part_is_read() -> None:
    text = "At 3 months pain fell; at 6 months it rose."
    cut = text.index(";")
    assert [t.days for t in time_points(text, 0, cut)] == [90]
    assert [t.days for t in time_points(text, cut)] == [180]


@given(st.integers(2, 60), st.sampled_from([("days", 1), ("weeks", 7), ("months", 30), ("years", 365)]))
def test_a_count_of_units_is_that_many_days(count: int, unit: tuple[str, int]) -> None:
    name, size = unit
    days = count * size
    assert [t.days for t in time_points(f"Pain was lower at {count} {name}.")] == ([days] if days <= 15_000 else [])


@given(st.text(alphabet=st.sampled_from("0123456789 ,-/()±.=dhwymonthsyearweksafterand<p")))
def test_any_text_is_read_within_its_bounds(text: str) -> None:
    for point in time_points(fold(text)):
        assert 0 <= point.start < point.end <= len(text)
        assert 0 <= point.days <= 15_000
