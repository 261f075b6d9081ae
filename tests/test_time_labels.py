"""Labels of visits ("T1"), and how long a treatment lasts where its end is a visit."""

from __future__ import annotations

import pytest

from ingest.time_labels import course_days, end_points, label_points, read_labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Pain was scored before (T0), and 2 weeks (T1), 2 months (T2) and 9 months (T3) after the block.", {"T1": 14, "T2": 60, "T3": 270}),
        ("Scores at T0 (baseline), T1 (3 days) and T2 (5 weeks) were taken.", {"T1": 3, "T2": 35}),
        ("They were seen at 1 day (V1) and at 1, 4 and 8 months (V2, V3, V4).", {"V1": 1, "V2": 30, "V3": 120, "V4": 240}),
        ("T1: 24 h; T2: 48 h after surgery", {"T1": 1, "T2": 2}),
        ("Fractures of T11 and T12 were 2 weeks old.", {}),
        ("A wedge of T12 (6 weeks after the fall) and of L1", {}),
    ],
)  # fmt: skip
def test_labels(text: str, labels: dict[str, int]) -> None:
    assert read_labels(text) == labels


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Pain was lower at T1 and T3.", [7, 90]),
        ("Pain was lower from T1 to T3 than at T0.", [7, 30, 90]),
        ("Pain fell at T0-T2.", [7, 30]),
        ("Pain fell at T4.", []),
    ],
)
def test_where_labels_are_used(text: str, days: list[int]) -> None:
    labels = {"T1": 7, "T2": 30, "T3": 90}
    assert [p.days for p in label_points(text, labels, 0, len(text))] == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("They had 12 sessions of traction in 4 weeks. Pain was lower at the end of treatment.", 28),
        ("An 8-week programme was compared with advice. At completion of the programme pain was lower.", 56),
        ("Both had exercise for 6 weeks. Pain was lower at 3 months.", None),
        ("Pain for 6 weeks was asked for. It was lower at the end of the treatment.", None),
    ],
)
def test_how_long_the_treatment_lasts(text: str, days: int | None) -> None:
    assert course_days(text) == days
    assert [p.days for p in end_points(text, days, 0, len(text))] == ([days] if days else [])
