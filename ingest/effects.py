"""The numbers of a finding as written: a pair, a change, an interval, else the number nearest its outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.numbers import Change, Interval, Pair
from ingest.scene import Finding

__all__ = ["effect_of"]

# A digit inside a name ("SF-36", "L4") begins no number; a minus may be a dash, a decimal point a middle dot.
_NUMBER = re.compile(
    r"(?<![\w.\u00b7\u2212\u2013-])[-+\u2212\u2013]?\d[\d.,\u00b7]*\s?(?:%|points?|mm|cm|ml|mL|mg|min(?:utes)?|days|weeks|patients|of (?:the )?\d+(?: patients)?)?"
)
_ESTIMATE = re.compile(
    r"(?<![\w.\u00b7\u2212\u2013-])[-+\u2212\u2013]?\d[\d.,\u00b7]*\s?(?:%|points?|mm|cm|mg|min|days)?\s?[,;:]?\s?[(\[]?\s?(?:9\d\s?%\s?)?$"
)
# Years, lengths of time, thresholds, numbers of groups and counts of studies are no effects.
_NO_EFFECT_BEFORE = re.compile(
    r"(?:\b[nkN] ?= ?|© ?|\b(?:versions?|levels?|grades?|types?|groups?|tables?|phases?|at least|(?:groups?|levels?|types?|grades?) \d (?:and|or|to)) ?|[\u2265] ?|>= ?)$",
    re.I,
)
_NO_EFFECT_AFTER = re.compile(
    r"[- ]?(?:(?:hours?|days?|weeks?|months?|years?|mo|wk|yrs?)\b|(?:\w+ )?(?:trials?|stud(?:y|ies)|RCTs?|reviews?|groups?|arms?|centers?|centres?|levels?|outcomes?)\b|[-/]?(?:item|point scale|month|year|week|day)\b|,000\b)",
    re.I,
)

_MORE_THAN = re.compile(
    r"(?:[>\u2265]=? ?|\b(?:at least|more than|greater than|over|exceeding|minimum of|or|by) )$", re.I
)
_RELIEF = re.compile(
    r" ?(?:or (?:more|greater|better|higher)|(?:pain |symptom )?(?:relief|reduction|improvement|decrease))\b", re.I
)
_REACHED = re.compile(r"\b(?:reached|achieved|obtained|reported|seen|found|observed) by $", re.I)
# A bare integer is a value only after such a word: "the 2 groups" measures nothing.
_MEASURED = re.compile(r"(?:\b(?:of|by|was|were|to|from|at|only|about|mean|score|scores) |[=:(] ?)$", re.I)
# In brackets, or of the difference itself.
_ASIDE = re.compile(r"[(\[][^()\[\]]*$|\bdifferences? (?:\w+ ){0,2}$", re.I)
_AROUND = 90  # characters
_Span = tuple[int, int]


def _is_effect(text: str, start: int, end: int) -> bool:
    year = re.fullmatch(r"(?:19|20)\d\d", text[start:end].strip(" .,"))
    return not (year or _NO_EFFECT_BEFORE.search(text, max(0, start - 16), start) or _NO_EFFECT_AFTER.match(text, end))


def _is_threshold(finding: Finding, text: str, start: int, end: int) -> bool:
    """Return whether a percentage is what makes a responder ("more than 50%", "50% pain relief"), not their share."""
    if finding.outcome.id != "pain-responder" or "%" not in text[start : end + 2]:
        return False
    if _REACHED.search(text, max(0, start - 16), start):
        return False
    return bool(_MORE_THAN.search(text, max(0, start - 16), start) or _RELIEF.match(text, end))


def _spans(finding: Finding) -> Iterator[_Span]:
    clause = finding.clause
    numbers: list[Pair | Change | Interval] = [*clause.pairs, *clause.changes, *clause.intervals]
    for number in numbers:
        if not any(t.start <= number.start < t.end or number.start <= t.start < number.end for t in clause.times):
            yield number.start, number.end


def _whole(finding: Finding, text: str, start: int, end: int) -> str:
    """Return an effect with the estimate right before its interval: "-1.4 (95% CI -2.0 to -0.8)"."""
    clause = finding.clause
    if any(i.start == start for i in clause.intervals) and (m := _ESTIMATE.search(text[clause.start : start])):
        at = clause.start + m.start()
        if not any(p.start <= at < p.end for p in clause.p) and _is_effect(text, at, start):
            start = at
    for opened, closed in ("()", "[]"):
        if text.count(opened, start, end) > text.count(closed, start, end) and text.startswith(closed, end):
            end += 1
    return text[start:end].strip(" ,;")


def _belongs(finding: Finding, start: int, text: str) -> bool:
    """Return whether a number is the outcome's: no other stands between, and it is not in the brackets of one before it."""
    hit = finding.outcome
    low, high = sorted((hit.end, start))
    if start < hit.start and (opened := text.rfind("(", finding.clause.start, start)) > text.rfind(
        ")", finding.clause.start, start
    ):
        low = max((o.start for o in finding.clause.outcomes if o.end <= opened), default=low)
    return not any(o.id != hit.id and low <= o.start < high for o in finding.clause.outcomes)


def _own(finding: Finding, spans: Sequence[_Span]) -> Sequence[_Span]:
    """Return the numbers of the finding's own group where each of several groups has its numbers, in the same order."""
    arms = list(dict.fromkeys(ref.arm for ref in finding.clause.refs))
    if finding.basis == "between" or finding.arm not in arms or len(arms) != len(spans) or len(arms) < 2:
        return spans
    return [sorted(spans)[arms.index(finding.arm)]]


def _numbers(finding: Finding, text: str) -> Iterator[_Span]:
    clause, hit = finding.clause, finding.outcome
    busy = [(p.start, p.end) for p in clause.p] + [(t.start, t.end) for t in clause.times] + [(hit.start, hit.end)]
    for m in _NUMBER.finditer(text, clause.start, clause.end):
        free = not any(s <= m.start() < e or s < m.end() <= e for s, e in busy) and _is_effect(text, m.start(), m.end())
        if not free or not _belongs(finding, m.start(), text) or _is_threshold(finding, text, m.start(), m.end()):
            continue
        if (
            finding.basis == "rate"
            or not m.group().strip(" ,.").isdigit()
            or _MEASURED.search(text, max(0, m.start() - 12), m.start())
        ):
            yield m.span()


def _of_two(loose: Sequence[_Span], text: str) -> str | None:
    """Return the words from the number of one group to that of the other, or None where it is not plain which they are."""
    outside = [s for s in loose if not _ASIDE.search(text, max(0, s[0] - _AROUND), s[0])]
    told = outside if len(outside) > 1 else loose
    shares = [s for s in told if text[slice(*s)].strip(" ,.").endswith("%")]
    chosen = shares if len(shares) == 2 else told
    return text[chosen[0][0] : chosen[1][1]].strip(" ,.") if len(chosen) == 2 else None


def effect_of(finding: Finding, text: str) -> str | None:
    """Return the effect as written in ``text`` (the record's own, not folded), or None when no number belongs to it."""
    hit = finding.outcome
    spans = _own(finding, [s for s in _spans(finding) if _belongs(finding, s[0], text)])
    if spans:
        start, end = min(spans, key=lambda s: (s[0] < hit.start, abs(s[0] - hit.end)))
        return _whole(finding, text, start, end)
    loose = _own(finding, list(_numbers(finding, text)))
    if finding.basis == "between" and len(loose) > 1 and len({r.arm for r in finding.clause.refs}) > 1:
        return _of_two(loose, text)
    return text[slice(*loose[0])].strip(" ,.") if loose else None
