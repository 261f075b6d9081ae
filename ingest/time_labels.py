"""Read labels of visits: what a paper calls T1 where it says "1 week (T1)", and every "at T1", "T2-T4", "T3 and T4".

A label counts only where the paper defines at least two, so that T11 and T12 stay vertebrae. The label of the time
before treatment (T0) is no follow-up and gives nothing. "The end of treatment" is a time where the paper says how long
the treatment lasts ("15 sessions in 5 weeks").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingest.time_series import Series, read_series
from ingest.times import TimePoint

__all__ = ["course_days", "end_points", "label_points", "read_labels"]

_NAME = r"[TVM]\d{1,2}"
_BEHIND = re.compile(
    rf"(?:\s+(?:after|post|following|later)\w*(?:\s+(?:the\s+)?[\w-]+){{0,3}}?)?\s*[(\[](?:=\s*|at\s+)?({_NAME}(?:\s*,?\s*(?:and\s+)?{_NAME})*)\s*[,;)\]]"
)
_BEFORE = re.compile(rf"\b({_NAME})\s*(?:[(:=,]|-|,\s*at|\(\s*at)\s*(?:on\s+|day\s+)?(?:the\s+)?\Z")
_LABEL = re.compile(_NAME)
_MENTION = re.compile(r"\b([TVM])(\d{1,2})\b(?:\s*(?:-|~|to|through)\s*\1(\d{1,2})\b)?")
_LEAST = 2


def read_labels(text: str) -> dict[str, int]:
    """Return the days of every label of a visit that the folded ``text`` defines beside a duration."""
    if len(set(_LABEL.findall(text))) < _LEAST:
        return {}
    found: dict[str, int] = {}
    for series in read_series(text, 0, len(text)):
        found.update(_of(series, text))
    return found if len(found) >= _LEAST else {}


def _of(series: Series, text: str) -> dict[str, int]:
    """Return the labels that stand directly behind or before a series of durations."""
    if m := _BEHIND.match(text, series.end):
        names = _LABEL.findall(m[1])
        return dict(zip(names, series.days, strict=True)) if len(names) == len(series.days) else {}
    if len(series.days) == 1 and (m := _BEFORE.search(text[max(0, series.start - 24) : series.start])):
        return {m[1]: series.days[0]}
    return {}


def label_points(text: str, labels: Mapping[str, int], start: int, end: int) -> Iterator[TimePoint]:
    """Yield a time point for every label that ``text[start:end]`` uses, and for every one of a range of labels."""
    for m in _MENTION.finditer(text, start, end) if labels else ():
        for number in range(int(m[2]), int(m[3] or m[2]) + 1):
            if (days := labels.get(f"{m[1]}{number}")) is not None:
                yield TimePoint(days=days, start=m.start(), end=m.end(), anchored=True)


_END = re.compile(
    r"\b(?:end|completion|conclusion) of (?:the |each |all )?(?:\w+ )?(?:treatments?|therapy|interventions?|programme|program|course|sessions|"
    r"training|(?:treatment |study )?(?:period|phase)s?)\b|\bEOT\b"
)
_COURSE_BEFORE = re.compile(
    r"\b(?:sessions?|exercises?|training|therap\w+|treatments?|traction|manipulations?|treated|programme?|course|acupuncture|physiotherapy)\b"
    r"[^.;]{0,80}\b(?:for|over|during|in|within|lasting|of) (?:the )?(?:a (?:total|period) of )?\Z",
    re.I,
)
_COURSE_BEHIND = re.compile(
    r"\s*(?:-?\s*)?(?:(?:[\w-]+ ){0,2}(?:programme?|course|periods?|phases?|regimen)\b|(?:of|for) (?:[\w-]+ ){0,2}(?:treatment|therapy|training|exercises?|traction)\b)",
    re.I,
)
_SHORTEST, _LONGEST = 5, 365


def course_days(text: str) -> int | None:
    """Return how many days the treatment lasts, where the folded ``text`` speaks of its end; None where it does not."""
    if not _END.search(text):
        return None
    for series in read_series(text, 0, len(text)):
        if len(series.days) == 1 and _SHORTEST <= series.days[0] <= _LONGEST:
            before = text[max(0, series.start - 140) : series.start]
            if _COURSE_BEFORE.search(before) or _COURSE_BEHIND.match(text, series.end):
                return series.days[0]
    return None


def end_points(text: str, days: int | None, start: int, end: int) -> Iterator[TimePoint]:
    """Yield a time point wherever ``text[start:end]`` names the end of the treatment, which lasts ``days``."""
    if days is None:
        return
    for m in _END.finditer(text, start, end):
        yield TimePoint(days=days, start=m.start(), end=m.end(), anchored=True)
