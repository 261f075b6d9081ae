"""Decide which p value of a sentence is the one of a finding.

The p behind an outcome is its own; lists are read in step ("pain and function improved, P = .01 and P = .2");
a p of a comparison is not the p of a change within one group, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.numbers import PValue
from kg.model import Basis

__all__ = ["Locus", "finding_p"]

_FOR_EACH = re.compile(r"\A[)\]]?\s*(?:,\s*)?(?:for|in|at) (?:all|both|each|every|either)\b|\A\s*(?:each|both|all)\b", re.I)
_WITHIN = re.compile(
    r"\b(?:from|than|to|with|versus|vs\.?|over|against) (?:the |their |its )?(?:baseline|pre-?\w*|initial)|\bbaseline\b|\bwithin[- ]group|\beach group|\bpre-?(?:operative|treatment|procedur\w+|injection|intervention)",
    re.I,
)
_BETWEEN = re.compile(
    r"\bbetween[- ](?:the )?(?:\w+ )?(?:group|arm|treatment)|\binter-?group|\bdifferen(?:ce|ces|t|tly)\b|\bMD\b|\bversus\b|\bvs?\b\.?|\bcompared (?:with|to)\b|\bthan\b|\binteraction\b|"
    r"\b(?:greater|more|better|superior|larger|higher|lower|fewer|shorter|longer|faster|worse)\b",
    re.I,
)
_BOTH = re.compile(r"\b(?:both|each|all|either|every|two|three) (?:\w+ ){0,2}(?:group|arm|treatment|cohort|procedure|technique|approach|method|modalit)|\brespectively\b|\bwithin\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locus:
    """Where a finding stands among the p values of its clause.

    ``start`` and ``end`` bound the clause; ``outcome`` is where the finding's outcome
    begins, ``at`` where outcome and cue have both been named; ``outcomes`` are the starts of all outcomes of the
    clause, ``arms`` those of its mentions of groups.
    """

    start: int
    end: int
    outcome: int
    at: int
    outcomes: tuple[int, ...]
    arms: tuple[tuple[int, int], ...]
    basis: Basis


def finding_p(text: str, locus: Locus, ps: Sequence[PValue], later: Sequence[PValue]) -> PValue | None:
    """Return the p value of a finding out of those of its clause, or out of those ``later`` in its sentence."""
    ps = [p for p in ps if _suits(text, locus, p)]
    return _of_clause(text, locus, ps) if ps else _of_rest(text, locus, later)


def _suits(text: str, locus: Locus, p: PValue) -> bool:
    """Return whether a p tests what the finding says: a comparison of groups or a change within one."""
    if locus.basis == "rate":
        return False
    after = text[p.end : p.end + 20]
    reach = max(locus.start, min(locus.at, p.start))
    before = text[reach : p.start]
    group = before.rpartition("(")[2] if "(" in before and ")" not in before.rpartition("(")[2] else before[-70:]
    if locus.basis == "between":
        return not (_FOR_EACH.match(after) and _WITHIN.search(text, locus.start, locus.end))
    if _FOR_EACH.match(after) or _WITHIN.search(group):
        return True
    if _BETWEEN.search(group):
        return False
    named = {arm for at, arm in locus.arms if locus.at <= at < p.start}
    return len(named) < 2 or bool(_BOTH.search(text, locus.start, min(locus.end, p.end + 30)))


def _of_clause(text: str, locus: Locus, ps: list[PValue]) -> PValue | None:
    outcomes = sorted(set(locus.outcomes))
    after = min((o for o in outcomes if o > locus.outcome), default=locus.end)
    own = [p for p in ps if locus.outcome < p.start < after]
    if own:
        return next((p for p in own if p.start >= locus.at), own[-1])
    if len(outcomes) >= 2 and len(ps) == len(outcomes) and ps[0].start > outcomes[-1] and locus.outcome in outcomes:
        return ps[outcomes.index(locus.outcome)]
    behind = next((p for p in ps if p.start >= locus.at), None)
    if behind is not None:
        return behind
    last = ps[-1]
    return None if any(o < last.start for o in outcomes if o != locus.outcome) and last.start < locus.outcome else last


def _of_rest(text: str, locus: Locus, later: Sequence[PValue]) -> PValue | None:
    """Return a p that holds for the whole sentence ("P < .05 for all"), or that a bare "but not significantly" brings."""
    for p in later:
        if p.start < locus.end:
            continue
        if _FOR_EACH.match(text[p.end : p.end + 20]) and _suits(text, locus, p):
            return p
    return None
