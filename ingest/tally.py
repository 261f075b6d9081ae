"""Tie numbers to arms and outcomes: "62% of the PKP group and 48% of controls", "three patients had …"."""

from __future__ import annotations

import re

from ingest.clauses import Clause
from ingest.numbers import Value, values
from ingest.outcomes import OutcomeHit

__all__ = ["arm_values", "counted"]

_COUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|single|half|a case of|most|all|a third|a quarter)\b",
    re.I,
)


def _free(clause: Clause, text: str) -> list[Value]:
    """Return the numbers of a clause that are not p values, intervals, times, sample sizes or spreads."""
    busy = [(x.start, x.end) for x in (*clause.p, *clause.intervals, *clause.times)]
    busy += [m.span() for m in re.finditer(r"(?:±|\+/-)\s*[\d.]+|\b[nN]\s*=\s*\d+|\bL\d|\bT\d|\b95\s*%|\bSF-\d+|\bgroups? \d", text[clause.start : clause.end])]
    spans = [(s, e) if i < len(clause.p) + len(clause.intervals) + len(clause.times) else (s + clause.start, e + clause.start) for i, (s, e) in enumerate(busy)]
    return [v for v in values(text, clause.start, clause.end) if not any(s <= v.start < e for s, e in spans)]


def arm_values(clause: Clause, text: str) -> dict[int, float]:
    """Return arm → its number, for the arms of a clause that have one, in order of mention."""
    arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(arms) < 2:
        return {}
    refs = [next(r for r in clause.refs if r.arm == a) for a in arms[:2]]
    if clause.pairs and not any(refs[0].end <= p.start <= refs[1].start for p in clause.pairs):
        pair = clause.pairs[0]
        return {arms[0]: pair.first, arms[1]: pair.second}
    free = _free(clause, text)
    before = [max((v for v in free if v.end <= r.start and r.start - v.end <= 60), key=lambda v: v.end, default=None) for r in refs]
    after = [min((v for v in free if v.start >= r.end and v.start - r.end <= 40), key=lambda v: v.start, default=None) for r in refs]
    both = re.search(r"\brespectively\b", text[clause.start : clause.end])
    if both and len(free) >= 2:
        tail = [v for v in free if v.start > refs[1].end] or free
        if len(tail) >= 2:
            return {arms[0]: tail[0].value, arms[1]: tail[1].value}
    for left, right in ((before[0], before[1]), (after[0], after[1])):
        if left is not None and right is not None and left.start != right.start:
            return {arms[0]: left.value, arms[1]: right.value}
    return {}


def counted(text: str, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a number or count belongs to the outcome: near it, in the same clause."""
    low, high = max(clause.start, hit.start - 60), min(clause.end, hit.end + 60)
    return bool(_COUNT.search(text[low:high]))
