"""Rules over neighbouring sentences: a test of the numbers before it, and one group's number after the other's.

"62% of A and 38% of B. This difference was significant (P = 0.02)." and "Blood loss was 92 ml in A. In B it was 232 ml."
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.numbers import p_values
from ingest.scene import Finding
from kg.model import Direction, Sentence

__all__ = ["join_groups", "test_numbers"]

_VERDICT = re.compile(
    r"^\W*(?:and |but |however,? )?(?:(?:this|these|the|both|all|that|such)\b(?: [\w-]+){0,3} (?:differences?|findings?|results?|values?)"
    r"|(?:this|these|it|they|which))\b(?:[^.;]|\.\d){0,90}?"
    r"\b(?:was|were|is|are|reached|proved|had|attained|achieved|did|failed|showed)\b(?P<what>[^;]*)$",
    re.I,
)
_SIGNIFICANT = re.compile(r"\bsignifican|\bstatistical", re.I)
_DENIED = re.compile(r"\b(?:not|no|non-?significan\w*|insignificant|failed|without|never|n\.s)\b", re.I)
_COUNTS = frozenset({"rate", "threshold-rate"})
_SHORT = 160  # characters: a longer sentence says more than a verdict


def test_numbers(before: Sequence[Finding], sentence: Sentence, text: str) -> list[Finding]:
    """Return the findings of the sentence before, with what this sentence says of the difference between its numbers.

    Empty when the sentence says nothing of that kind, or when nothing before it waits for a test.
    """
    waiting = [f for f in before if f.direction == "reported" and f.basis == "between"]
    m = _VERDICT.search(sentence.text) if waiting else None
    if m is None or len(sentence.text) > _SHORT:
        return []
    tests = list(p_values(text, sentence.start, sentence.end))
    significant = tests[0].significant if tests else None
    if significant is None and _SIGNIFICANT.search(m["what"]):
        significant = not _DENIED.search(m["what"])
    if significant is None:
        return []
    p = tests[0].text if tests else None
    return [_tested(f, p, significant=significant) if f in waiting else f for f in before]


def _tested(finding: Finding, p: str | None, *, significant: bool) -> Finding:
    if not significant:
        rule = "numbers-tested-after"
        return replace(finding, direction="no-difference", significant=False, p=p, rule=rule)
    if not finding.lean:
        return finding
    direction: Direction = "better" if finding.lean > 0 else "worse"
    return replace(finding, direction=direction, significant=True, p=p, rule="numbers-tested-after")


def join_groups(before: Sequence[Finding], now: Sequence[Finding], text: str) -> list[Finding]:
    """Return the counts of two groups in two sentences as one comparison, or nothing when they are not that.

    Each sentence must hold a single count of the same outcome, of one of two groups; the test of either decides.
    """
    if len(before) != 1 or len(now) != 1:
        return []
    first, second = before[0], now[0]
    if not (
        first.rule in _COUNTS
        and second.rule in _COUNTS
        and first.outcome.id == second.outcome.id
        and first.arm != second.arm
        and first.number is not None
        and second.number is not None
        and not (first.clause.changes or second.clause.changes)
    ):
        return []
    tests = [p for f in (first, second) for p in p_values(text, f.sentence.start, f.sentence.end)]
    x, y = (first, second) if first.arm < second.arm else (second, first)
    gap = (x.number or 0) - (y.number or 0)
    lean = 0 if not gap else (second.outcome.sign if gap > 0 else -second.outcome.sign)
    joined = replace(second, arm=x.arm, other=y.arm, basis="between", direction="reported", rule="numbers-bare", how="numbers", lean=lean, p=None, significant=None)  # fmt: skip
    if len(tests) == 1 and tests[0].significant is not None:
        return [_tested(joined, tests[0].text, significant=tests[0].significant)]
    return [joined]
