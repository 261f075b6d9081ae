"""Compare two groups that are told one after the other with one test: "rose in A and fell in B", "fell by 3 in A, by 1 in B"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.binding import BASELINE, Sides
from ingest.clauses import Clause
from ingest.comparisons import between
from ingest.scene import Finding, Scene

__all__ = ["opposed"]

_BY = re.compile(r"\bby (?:an? )?(?:mean |average |median )?(?:of )?(-?\d+(?:\.\d+)?)")
_WHILE = re.compile(r"\b(?:while|whereas|but|compared with|and)\s*\Z", re.I)


def opposed(scene: Scene, found: Sequence[Finding]) -> Iterator[Finding]:
    """Read two changes of one outcome in two groups, with one test behind both, as a difference of the groups."""
    tests = [p for c in scene.clauses for p in c.p]
    moved = [f for f in found if f.basis == "within" and f.direction in ("better", "worse")]
    if scene.table.groups != 2 or len(tests) != 1 or not tests[0].significant or not len(moved) == len(found) == 2:
        return
    first, second = moved
    if first.arm == second.arm or first.outcome.id != second.outcome.id:
        return
    if tests[0].start < max(f.clause.start for f in moved) or BASELINE.search(scene.sentence.text):
        return
    good = _ahead(scene.text, first, second)
    if good is not None:
        pair = Sides(good.arm, 1 - good.arm, "numbers")
        told = between(scene, second.clause, None, second.outcome, 1, pair, "numbers-tested")
        yield replace(told, p=tests[0].text, significant=True)


def _ahead(text: str, first: Finding, second: Finding) -> Finding | None:
    """Return the change of the better group: the only good one, else by its amount where two clauses give one each."""
    if first.direction != second.direction:
        return first if first.direction == "better" else second
    if first.clause is second.clause or not _WHILE.search(text, first.clause.start, second.clause.start):
        return None
    one, two = _amount(text, first.clause), _amount(text, second.clause)
    if one is None or two is None or one == two:
        return None
    return first if (one > two) is (first.direction == "better") else second


def _amount(text: str, clause: Clause) -> float | None:
    """Return by how much an outcome changed in a clause that gives one amount."""
    told = [abs(c.after - c.before) for c in clause.changes] or [
        abs(float(m[1])) for m in _BY.finditer(text, clause.start, clause.end)
    ]
    return told[0] if len(told) == 1 else None
