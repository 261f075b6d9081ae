"""Read time points: "at 3, 6 and 12 months", "2-year follow-up", "week 8", in days.

A week is 7, a month 30, a year 365 days, as the contract counts them (docs/claims.md); less than a day is 0.
Durations that are not follow-up (age, duration of symptoms, treatment courses) are left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

__all__ = ["TimePoint", "time_points"]

_UNIT_DAYS = {"second": 0.0, "sec": 0.0, "s": 0.0, "minute": 0.0, "min": 0.0, "hour": 0.0, "hr": 0.0, "h": 0.0, "day": 1.0, "d": 1.0, "week": 7.0, "wk": 7.0, "month": 30.0, "mo": 30.0, "mth": 30.0, "year": 365.0, "yr": 365.0}  # fmt: skip
_WORDS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split())}  # fmt: skip
_WORDS |= {"a": 1, "an": 1, "twenty-four": 24, "thirty": 30, "thirty-six": 36, "forty-eight": 48, "sixty": 60, "half a": 0, "half an": 0}
_ORDINALS = {w: i for i, w in enumerate("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split())}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """Days since treatment as stated in ``text[start:end]``; ``anchored`` when words such as "at" or "follow-up" say it is one."""

    days: int
    start: int
    end: int
    anchored: bool


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    word = "|".join(sorted((re.escape(w) for w in _WORDS if w != "zero"), key=len, reverse=True))
    num = rf"(?:\d+(?:\.\d+)?|(?:{word})(?![a-z]))"
    unit = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|mos?|mths?|years?|yrs?|[hd])\b\.?"
    item = rf"{num}(?:(?:st|nd|rd|th)\b)?(?:[ -]?{unit})?"
    series = re.compile(rf"(?<![\w.]){item}(?:(?:,? (?:and|or|to|through|until|&) (?:at )?|, ?(?:at )?|-|/| to ){item}){{0,7}}", re.I)
    named = re.compile(r"\b(days?|weeks?|months?|years?)[ -](\d+(?:(?:,? and |, ?| to |/|-)\d+)*)\b", re.I)
    ordinal = re.compile(rf"\b({'|'.join(_ORDINALS)}|\d+(?:st|nd|rd|th))(?: (?:and|to) (?:the )?({'|'.join(_ORDINALS)}|\d+(?:st|nd|rd|th)))?[ -](?:postoperative |post-?operative |follow-up )?(day|week|month|year)s?\b", re.I)  # fmt: skip
    part = re.compile(rf"({num})(?:st|nd|rd|th)?(?:[ -]?({unit}))?", re.I)
    return series, named, ordinal, part


_BEFORE = re.compile(
    r"\b(?:at|after|by|until|till|up to|over|during|within|through|from|for|beyond|to|than|mean|average|median|minimum|least|on|for the|the|in|follow-?up(?: period)?(?: \w+){0,2}(?: of| was| at)?)\s*(?:the |a |an |approximately |about |only |more than |median |mean |average |minimum |final |of |next |first |last |all |both |its |every )*\(?$",
    re.I,
)
_STRONG_BEFORE = re.compile(
    r"\b(?:at|after|by|until|till|up to|beyond|follow-?up(?: period| time| duration)?(?: \w+){0,2}(?: of| was| at| for)?|followed(?: up)? for|at both|at the|and at|sustained for|lasted|maintained (?:for|at|to))\s*(?:the |a |an |approximately |about |only |more than |least |median |mean |average |minimum |maximum |of |final |both |all |every |\()*$",
    re.I,
)
_AFTER = re.compile(
    r"^\s*\(?(?:of |the )?(?:follow-?up|post|after|later|following|postoperative|postinjection|postprocedure|visit|time ?points?|result|outcome|evaluation|assessment|thereafter|period of follow|of treatment|from (?:treatment|injection|surgery|the))",
    re.I,
)
_NOT_FOLLOW_UP = re.compile(
    r"^\s*(?:old|of age|aged|duration|history|'|apart|earlier|previously|before|prior|ago|or more of pain|of (?:symptom|pain|conservative|failed|experience|persistent|severe)|in duration|per|/)"
    r"|^\s*(?:\w+ ){0,2}(?:symptoms|history)\b",
    re.I,
)
_NOT_BEFORE = re.compile(r"\b(?:aged?|age of|ages|age (?:was|range)|old|duration(?: of \w+)?(?: was| of)?|symptoms for|pain (?:for|lasting|of)|history of|for at least|for more than|longer than|every|intervals? of|(?:operat\w+|surgical|procedure|fluoroscopy|procedural) time\D{0,20})\s*(?:the |a |at least |more than |a mean of )?\(?$", re.I)  # fmt: skip
_IMMEDIATE = re.compile(r"\b(?:immediately|directly|straight) (?:after|post|following)|\bimmediate(?:ly)?(?:[ -]post|(?= pain relief| relief))|\bat discharge\b|\b(?:same day)\b", re.I)  # fmt: skip


def _number(text: str) -> float | None:
    text = text.lower()
    return float(_WORDS[text]) if text in _WORDS else (float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None)


def _unit(text: str | None) -> float | None:
    if not text:
        return None
    key = text.lower().rstrip(".")
    return _UNIT_DAYS.get(key, _UNIT_DAYS.get(key.rstrip("s")))


def _series(m: re.Match[str], part: re.Pattern[str]) -> list[int]:
    """Return the days of one list; a unit counts for every number before it that has none of its own."""
    days: list[int] = []
    waiting: list[float] = []
    for p in part.finditer(m.group()):
        value, unit = _number(p.group(1)), _unit(p.group(2))
        if value is None:
            continue
        waiting.append(value)
        if unit is not None:
            days.extend(round(v * unit) for v in waiting)
            waiting = []
    return days if not waiting else days


def time_points(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[TimePoint]:
    """Yield the follow-up time points of ``text`` (folded), in order of appearance.

    >>> [t.days for t in time_points("Pain fell at 3, 6 and 12 months (p<0.01).")]
    [90, 180, 360]
    """
    series, named, ordinal, part = _patterns()
    found: list[TimePoint] = []
    for m in named.finditer(text, start, end):
        unit = _unit(m.group(1)) or 0.0
        found.extend(TimePoint(days=round(int(n) * unit), start=m.start(), end=m.end(), anchored=True) for n in re.findall(r"\d+", m.group(2)))
    for m in ordinal.finditer(text, start, end):
        unit = _unit(m.group(3)) or 0.0
        for word in filter(None, (m.group(1), m.group(2))):
            n = _ORDINALS.get(word.lower()) or int(re.sub(r"\D", "", word) or 0)
            found.append(TimePoint(days=round(n * unit), start=m.start(), end=m.end(), anchored=True))
    taken = [(t.start, t.end) for t in found]
    for m in series.finditer(text, start, end):
        if any(s < m.end() and m.start() < e for s, e in taken):
            continue
        before, after = text[max(start, m.start() - 50) : m.start()], text[m.end() : min(end, m.end() + 40)]
        days = _series(m, part)
        if not days or _NOT_FOLLOW_UP.match(after) or _NOT_BEFORE.search(before):
            continue
        hyphen_adjective = bool(re.search(r"\d-?(?:month|year|week|day)s?$", m.group(), re.I))
        anchored = bool(_STRONG_BEFORE.search(before) or _AFTER.match(after))
        if anchored or _BEFORE.search(before) or (hyphen_adjective and "follow" in after[:25].lower()):
            found.extend(TimePoint(days=d, start=m.start(), end=m.end(), anchored=anchored) for d in days)
    found.extend(TimePoint(days=0, start=m.start(), end=m.end(), anchored=True) for m in _IMMEDIATE.finditer(text, start, end))
    yield from sorted(found, key=lambda t: (t.start, t.days))
