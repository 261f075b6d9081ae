"""Read a difference or ratio between two groups from its interval or test: "MD -1.4 (95% CI -2.0 to -0.8)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.binding import Sides, sides
from ingest.clauses import Clause
from ingest.comparisons import between
from ingest.cues import Cue
from ingest.exceptions import except_times
from ingest.outcomes import OutcomeHit
from ingest.scene import DIFFERENCE, Finding, Scene

__all__ = ["difference"]

# Scales of the SF-36 on which more is better, whatever they are named after.
_UPWARD = re.compile(r"bodily pain|physical function", re.I)

_LINKED = re.compile(r"\bassociated with\b|\bassociation\b|\bhad\b", re.I)


def _ratio_of(clause: Clause, at: int, text: str) -> tuple[int, int] | None:
    """Return whose ratio it is where one arm "was associated with" the outcome, and the other of two arms."""
    arms = {r.arm for r in clause.refs if r.start < at}
    linked = arms <= {0, 1} and len(arms) == 1 and _LINKED.search(text, clause.start, at) is not None
    return (next(iter(arms)), 1 - next(iter(arms))) if linked else None


def difference(scene: Scene, clause: Clause, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read a mean difference or ratio with its interval or test, without a word for its direction."""
    m = DIFFERENCE.search(scene.text, clause.start, clause.end)
    if m is None or not scene.table.compared or any(c.kind in ("good", "bad") for c in clause.cues):
        return
    pair = (
        sides(clause, Cue(kind="up", name="difference", start=m.start(), end=m.end()), scene.text, scene.table, None)
        or scene.default_pair()
    )
    if pair is None:
        return
    for hit in hits:
        p, significant = scene.p_value(clause, m.end(), hit)
        after = hit.end if len({o.id for o in clause.outcomes}) > 1 and hit.start >= clause.start else m.start()
        interval = next((i for i in clause.intervals if i.start >= after), None)
        if interval is not None and p is None:
            significant = interval.excludes_null
        first, second = _ratio_of(clause, m.start(), scene.text) or sorted((pair.subject, pair.other))
        if significant is False:
            first, second = min(first, second), max(first, second)
            yield scene.make(
                clause,
                None,
                hit,
                "between",
                "no-difference",
                first,
                second,
                "difference-not-significant",
                significant=False,
            )
        elif significant and interval is not None and hit.sign and not hit.inverse:
            null = 1.0 if m.group("ratio") else 0.0
            upward = 1 if _UPWARD.search(hit.text) else hit.sign
            sign = upward if interval.low >= null else -upward
            found = between(scene, clause, None, hit, sign, Sides(first, second, "difference"), "difference-interval")
            yield from except_times(scene, clause, found)
