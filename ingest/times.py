"""Read time points: "at 3, 6 and 12 months", "2-year follow-up", "week 8", in days.

A week is 7, a month 30, a year 365 days, as the contract counts them (docs/claims.md); less than a day is 0.
Durations that are not follow-up (age, duration of symptoms, treatment courses, operating time) are left out;
the words that tell them apart are data (``cues/times.toml``).

The reader looks for units first ("months") and walks back over the numbers that share them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ingest.cue_files import read_cues
from ingest.time_series import Series, immediate, next_day, read_series

__all__ = ["Kind", "TimePoint", "time_points"]

Kind = Literal["visit", "span", "mean", "range"]

_LONGEST = 15_000  # days: forty years; more is an age or a calendar year
_WORD = re.compile(r"[a-z]+(?:[-/][a-z]+)*|\d+(?:\.\d+)?|[^\sa-z\d]")
_AFTER = re.compile(
    r"'?(?:\s*(?:±|\+/-)\s*[\d.]+\s*(?:days|weeks|months|years)?)?\s*\(?(?:of |in |after |from |-)?(?:the |their |its )?(?:time |final |mean |between-group |period )?"
    r"(?:follow|f/?u\b|post|after|later|following|visits?\b|time ?points?|results?\b|outcomes?\b|evaluation|assessment|thereafter|examination|review\b|"
    r"marks?\b|stages?\b|survival|scores?\b|vas\b|odi\b|ndi\b|nrs\b|os\b|pfs\b|l-pfs\b|mortality|rates?\b|(?:treatment|injection|surgery|operation|procedure|implantation|randomi[sz]ation|baseline)\b)"
)  # fmt: skip
_NOT_AFTER = re.compile(
    r"[-\s]*(?:'\s*)?(?:(?:had |has |have )?failed\b|old\b|of age|aged\b|durations?\b(?! of follow)|history|apart\b|earlier\b|previous|before\b|prior\b|ago\b|in duration|per\b|/|long\b|wait|shorter\b|longer\b|faster\b|intervals?\b|"
    r"(?:or (?:more|longer|less) )?(?:of|with|off) (?:[\w-]+,? ){0,2}(?:symptom|(?<!less )pain(?!less)|sciatica|conservative|non-?operative|non-?invasive|non-?surgical|failed|experience|unsuccessful|history|medical|medication|physical|physio|bed|relief|analgesia|life|work\b|sick|hospital|rehab|exercise|training|therapy|infusion|immobili|brac|practice|duration)|"
    r"(?:(?!(?:with|after|of|in|for|and|by|than|the|no|to|but|or)\b)\w+ )?(?:symptoms?\b|history\b|program|course\b|regimen|admission|hospitali|wash-?out|infusion|catheter|trial stimulation|sessions?\b|exercise|training|rehabilitation|experience|adhesiolysis|of operat))"
)
_SINCE_INJURY = re.compile(
    r"'?\s*(?:\([^()]*\) )?(?:after|of|from|following|post)[ -](?:the |their |an? )?(?:\w+ )?(?:injur|trauma|accident|fracture|onset|fall\b|symptom)"
)
_PER_TIME = re.compile(r"\s*(?:over|in|during) (?:a|an|the|one|two|\d)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """Days since treatment as stated in ``text[start:end]``.

    ``anchored`` when words such as "at" or "follow-up" say that it is a time point. ``kind`` is a ``visit``, the
    ``span`` of a follow-up, its ``mean`` (or median), or one end of its ``range``.
    """

    days: int
    start: int
    end: int
    anchored: bool
    kind: Kind = "visit"


@cache
def _words() -> dict[str, frozenset[str]]:
    return {row["name"]: frozenset(row["list"]) for row in read_cues("times", "words", {"name": str, "list": list})}


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands before a series: the head (first word that is not skipped), the words before it, and what was skipped."""

    head: str
    before: list[str]
    skipped: list[str]

    def near(self, name: str, reach: int = 4) -> bool:
        """Return whether one of the last ``reach`` words before the head is of a class."""
        words = _words()[name]
        return any(w in words for w in self.before[-reach:])


def _context(text: str, start: int, at: int) -> _Context:
    words = _words()
    passed = (
        words["skip"]
        | words["mean"]
        | words["extent"]
        | {"(", "[", "=", ":", ">", "<", "≥", "≤", ",", "~", "range", "ranging", "was", "of", "is", "were"}
    )
    tokens = _WORD.findall(text[max(start, at - 80) : at].lower())
    tokens = tokens[len(tokens) - 1 - tokens[::-1].index(";") + 1 :] if ";" in tokens else tokens
    skipped: list[str] = []
    while tokens and (tokens[-1] in passed or (tokens[-1] == "at" and skipped[-1:] in (["least"], ["most"]))):
        skipped.append(tokens.pop())
    return _Context(tokens.pop() if tokens else "", tokens, skipped)


def _judge(series: Series, context: _Context, after: str) -> tuple[bool, Kind] | None:
    """Return (anchored, kind) of a series, None when it is no follow-up."""
    words = _words()
    if _NOT_AFTER.match(after):
        return None
    if _SINCE_INJURY.match(after) and context.near("operated", 10):
        return None
    head, follows = context.head, bool(_AFTER.match(after))
    if head in ("and", "or") and context.before[-1:] and context.before[-1] in words["start"]:
        return True, "visit"
    governed = head in words["follow"] or context.near("follow", 9)
    kind: Kind = "visit"
    if (
        any(w in words["mean"] for w in context.skipped)
        or head in words["mean"]
        or (governed and context.near("mean", 5))
    ):
        kind = "mean"
    elif governed and not follows:
        kind = "span"
    if head in words["other"] and not governed:
        return None
    if head == "time" and context.before[-1:] and context.before[-1] in words["mean"] and context.near("asked", 8):
        return True, "mean"
    if head == "period" and (context.near("accrual", 10) or context.near("course", 1)):
        return None
    if series.small:
        return (True, "visit") if head in (words["point"] - {"by"}) | {"within", "first"} or follows else None
    if head in words["point"]:
        ended = context.near("ended", 3) and not context.near("contrast", 6)
        return None if ended or (head == "after" and context.near("treated", 2)) else (True, kind)
    if governed:
        return (True, kind)
    if head in words["span"]:
        return _judge_span(context, kind, after, follows=follows)
    if follows or series.ordinal:
        return (True, kind)
    if series.hyphen and head not in words["treated"]:
        return (False, kind)
    return None


def _judge_span(context: _Context, kind: Kind, after: str, *, follows: bool) -> tuple[bool, Kind] | None:
    """Judge "for", "over", "within" and their like by what governs them."""
    head = context.head
    if head in ("for", "over") and context.near("treated", 3):
        return None
    if follows:
        return True, kind
    if context.skipped[-1:] == ["of"] or (context.near("other", 3) and head != "within") or context.near("ended", 3):
        return None
    if head in ("for", "over") and context.near("symptom", 2) and not context.near("eased", 5):
        return None
    if head == "for" and _PER_TIME.match(after):
        return None
    if head in ("over", "during", "in", "within") and context.near("accrual", 8):
        return None
    return (head == "to" and context.before[-1:] == ["up"]) or head in ("over", "during", "within"), kind


def _chains(found: list[Series], text: str) -> Iterator[list[Series]]:
    """Group series that one list holds: "6 weeks, 3 months and 1 year"."""
    chain: list[Series] = []
    for series in found:
        if chain and not series.joined(text, chain[-1]):
            yield chain
            chain = []
        chain.append(series)
    if chain:
        yield chain


def _without_ranges(points: list[TimePoint]) -> list[TimePoint]:
    """Drop the range of a follow-up whose mean stands beside it."""
    means = [p for p in points if p.kind in ("mean", "span")]
    return [p for p in points if p.kind != "range" or not any(-60 < p.start - m.start < 60 for m in means)]


def time_points(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[TimePoint]:
    """Yield the follow-up time points of ``text`` (folded), in order of appearance.

    >>> [t.days for t in time_points("Pain fell at 3, 6 and 12 months (p<0.01).")]
    [90, 180, 360]
    """
    end = min(end, len(text))
    points = [TimePoint(days=0, start=s, end=e, anchored=True) for s, e in immediate(text, start, end)]
    points += [TimePoint(days=1, start=s, end=e, anchored=True) for s, e in next_day(text, start, end)]
    for chain in _chains(list(read_series(text, start, end)), text):
        first, last = chain[0], chain[-1]
        if first.named:
            judged: tuple[bool, Kind] | None = (True, "visit")
        else:
            judged = _judge(first, _context(text, start, first.start), text[last.end : min(end, last.end + 50)].lower())
        if judged is None:
            continue
        anchored, kind = judged
        for series in chain:
            ranged = series.bracketed or (series.ranged and kind == "span")
            for days in series.days:
                if days <= _LONGEST:
                    points.append(
                        TimePoint(
                            days=days,
                            start=series.start,
                            end=series.end,
                            anchored=anchored,
                            kind="range" if ranged else kind,
                        )
                    )
    yield from sorted(_without_ranges(points), key=lambda t: (t.start, t.days))
