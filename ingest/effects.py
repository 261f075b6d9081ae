"""The numbers of a finding as written: a pair, a change, an interval, else the number nearest its outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.scene import Finding

__all__ = ["effect_of"]

# A digit inside a name ("SF-36", "L4") begins no number; a minus may be a dash, a decimal point a middle dot.
_NUMBER = re.compile(r"(?<![\w.\u00b7\u2212\u2013-])[-+\u2212\u2013]?\d[\d.,\u00b7]*\s?(?:%|points?|mm|cm|ml|mL|mg|min(?:utes)?|days|weeks|patients|of (?:the )?\d+(?: patients)?)?")
_ESTIMATE = re.compile(r"(?<![\w.\u00b7\u2212\u2013-])[-+\u2212\u2013]?\d[\d.,\u00b7]*\s?(?:%|points?|mm|cm|mg|min|days)?\s?[,;:]?\s?[(\[]?\s?(?:9\d\s?%\s?)?$")
# Years, lengths of time, thresholds, numbers of groups and counts of studies are no effects.
_NO_EFFECT_BEFORE = re.compile(r"(?:\b[nkN] ?= ?|© ?|\b(?:versions?|levels?|grades?|types?|groups?|tables?|phases?|at least|(?:groups?|levels?|types?|grades?) \d (?:and|or|to)) ?|[\u2265] ?|>= ?)$", re.I)
_NO_EFFECT_AFTER = re.compile(
    r"[- ]?(?:(?:hours?|days?|weeks?|months?|years?|mo|wk|yrs?)\b|(?:\w+ )?(?:trials?|stud(?:y|ies)|RCTs?|reviews?|groups?|arms?|centers?|centres?|levels?|outcomes?)\b|[-/]?(?:item|point scale|month|year|week|day)\b|,000\b)",
    re.I,
)


def _is_effect(text: str, start: int, end: int) -> bool:
    year = re.fullmatch(r"(?:19|20)\d\d", text[start:end].strip(" .,"))
    return not (year or _NO_EFFECT_BEFORE.search(text, max(0, start - 16), start) or _NO_EFFECT_AFTER.match(text, end))


def _spans(finding: Finding) -> Iterator[tuple[int, int]]:
    clause = finding.clause
    yield from ((p.start, p.end) for p in clause.pairs)
    yield from ((c.start, c.end) for c in clause.changes)
    yield from ((i.start, i.end) for i in clause.intervals)


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


def _belongs(finding: Finding, start: int) -> bool:
    """Return whether no other outcome stands between the finding's outcome and a number."""
    hit = finding.outcome
    low, high = sorted((hit.end, start))
    return not any(o.id != hit.id and low <= o.start < high for o in finding.clause.outcomes)


def effect_of(finding: Finding, text: str) -> str | None:
    """Return the effect as written in ``text`` (the record's own, not folded), or None when no number belongs to it."""
    clause, hit = finding.clause, finding.outcome
    spans = [s for s in _spans(finding) if _belongs(finding, s[0])]
    if spans:
        start, end = min(spans, key=lambda s: (s[0] < hit.start, abs(s[0] - hit.end)))
        return _whole(finding, text, start, end)
    busy = [(p.start, p.end) for p in clause.p] + [(t.start, t.end) for t in clause.times] + [(hit.start, hit.end)]
    for m in _NUMBER.finditer(text, clause.start, clause.end):
        free = not any(s <= m.start() < e or s < m.end() <= e for s, e in busy) and _is_effect(text, m.start(), m.end())
        if free and _belongs(finding, m.start()):
            return m.group().strip(" ,.")
    return None
