"""Tie numbers to arms and outcomes: "62% of the PKP group and 48% of controls", "three patients had …"."""

from __future__ import annotations

import re

from ingest.clauses import Clause
from ingest.numbers import Value, values
from ingest.outcomes import OutcomeHit

__all__ = ["arm_values", "counted", "share", "threshold_share"]

_COUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|single|half|a case of|most|all|a third|a quarter)\b",
    re.I,
)


def _free(clause: Clause, text: str) -> list[Value]:
    """Return the numbers of a clause that are not p values, intervals, times, sample sizes or spreads."""
    busy = [(p.start, p.end) for p in clause.p] + [(i.start, i.end) for i in clause.intervals] + [(t.start, t.end) for t in clause.times]
    busy += [m.span() for m in re.finditer(r"(?:±|\+/-)\s*[\d.]+|\b[nN]\s*=\s*\d+|\bL\d|\bT\d|\b95\s*%|\bSF-\d+|\bgroups? \d", text[clause.start : clause.end])]
    spans = [(s, e) if i < len(clause.p) + len(clause.intervals) + len(clause.times) else (s + clause.start, e + clause.start) for i, (s, e) in enumerate(busy)]
    return [v for v in values(text, clause.start, clause.end) if not any(s <= v.start < e for s, e in spans)]


def _nearest(clause: Clause, free: list[Value], arm: int, *, before: bool) -> tuple[int, Value] | None:
    """Return (distance, number) of the number closest before or after any mention of an arm, no other arm between."""
    best: tuple[int, Value] | None = None
    for ref in (r for r in clause.refs if r.arm == arm):
        for v in free:
            gap = ref.start - v.end if before else v.start - ref.end
            if not 0 <= gap <= (60 if before else 45):
                continue
            low, high = (v.end, ref.start) if before else (ref.end, v.start)
            if any(r.arm != arm and low <= r.start < high for r in clause.refs):
                continue
            if best is None or gap < best[0]:
                best = (gap, v)
    return best


def arm_values(clause: Clause, text: str) -> dict[int, float]:
    """Return arm → its number, for the first two arms of a clause that have one, in order of mention."""
    arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(arms) < 2:
        return {}
    arms = arms[:2]
    free = _free(clause, text)
    last = max(next(r.end for r in clause.refs if r.arm == a) for a in arms)
    tail = [v for v in free if v.start >= last]
    if re.search(r"\brespectively\b", text[clause.start : clause.end]):
        listed = tail if len(tail) >= 2 else free
        if len(listed) == 2 or len(tail) >= 2:
            return {arms[0]: listed[0].value, arms[1]: listed[1].value}
    styles = []
    for before in (True, False):
        found = [_nearest(clause, free, a, before=before) for a in arms]
        if all(found) and found[0][1].start != found[1][1].start:  # type: ignore[index]
            styles.append((sum(f[0] for f in found if f), {a: f[1].value for a, f in zip(arms, found, strict=True) if f}))
    if styles:
        return min(styles, key=lambda x: x[0])[1]
    if clause.pairs:
        return {arms[0]: clause.pairs[0].first, arms[1]: clause.pairs[0].second}
    return {}


_SHARE = re.compile(r"\d\s?%\)? (?:of|in|for|with|among|vs|versus|after|and)\b|\b\d+ ?/ ?\d+\b|\b\d+ (?:of|out of) (?:the )?\d+|\b(?:patients|participants|subjects|cases)\b.{0,25}\d+(?:\.\d+)?\s?%|\bin \d+(?:\.\d+)?\s?%|\bby \d+(?:\.\d+)?\s?% of|\bproportion|\bpercentage of patients|responders?", re.I)
_LIMIT = re.compile(r"(?:≥|>=|>|\bat least|\bmore than|\bminimum|\bgreater than|\bexceeding|clinically (?:important|meaningful|significant|relevant)|\b\d+[- ]points?\b|\b\d+ ?% (?:or (?:more|greater)|improvement|reduction|relief|pain relief|decrease))", re.I)


def share(clause: Clause, text: str) -> bool:
    """Return whether a clause counts patients ("27% of all participants", "14 of 35")."""
    return bool(_SHARE.search(text, clause.start, clause.end))


def threshold_share(clause: Clause, text: str) -> bool:
    """Return whether a clause counts patients who passed a threshold of change ("≥ 15-point improvement in 73% of …")."""
    body = text[clause.start : clause.end]
    return bool(_LIMIT.search(body) and _SHARE.search(body))


def counted(text: str, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a number or count belongs to the outcome: near it, in the same clause."""
    low, high = max(clause.start, hit.start - 60), min(clause.end, hit.end + 60)
    return bool(_COUNT.search(text[low:high]))
