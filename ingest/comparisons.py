"""Rules that compare two groups: no difference, more or less, numbers against each other, a difference with its interval."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.binding import Sides, mentioned_arms, sides, strange
from ingest.clauses import Clause
from ingest.cues import CHANGES, Cue
from ingest.outcomes import OutcomeHit
from ingest.scene import DIFFERENCE, Finding, Scene
from ingest.tally import arm_values

__all__ = ["between", "but_not", "comparative", "difference", "judge", "numbers", "same"]

_BUT_NOT = re.compile(r",? (?:but|and|though) not (?:at|in|for|with|after|the|on|by|of|during)?\b|,? whereas not", re.I)


def judge(cue: Cue, hit: OutcomeHit) -> int:
    """Return +1 when the cue means better for the patient on this outcome, -1 worse, 0 when it cannot be said."""
    if cue.kind in ("good", "improve"):
        return 1
    if cue.kind in ("bad", "worsen"):
        return -1
    return hit.sign if cue.kind in ("up", "rise") else -hit.sign


def same(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """No difference between groups."""
    arms = mentioned_arms(clause, scene.text, scene.table)
    if strange(clause, cue, scene.text):
        return
    pair = sides(clause, cue, scene.text, scene.table, scene.carry.sides) if len(arms) <= 2 else None
    pair = pair or scene.default_pair()
    if pair is None:
        return
    first, second = sorted((pair.subject, pair.other))
    for hit in hits:
        yield scene.make(clause, cue, hit, "between", "no-difference", first, second, cue.name, noninferiority=cue.kind == "noninferior")


def comparative(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """One group has more, less, better or worse."""
    pair = sides(clause, cue, scene.text, scene.table, scene.carry.sides)
    if pair is None:
        return
    scene.carry.sides = pair
    for hit in hits:
        sign = judge(cue, hit)
        if sign:
            found = between(scene, clause, cue, hit, sign, pair, "carried-sides" if pair.how == "carried" else cue.name)
            yield from except_times(scene, clause, found)


def but_not(scene: Scene, clause: Clause) -> int:
    """Return where "but not" stands in a clause; the end of the clause when it does not."""
    m = _BUT_NOT.search(scene.text, clause.start, clause.end)
    return m.start() if m else clause.end


def except_times(scene: Scene, clause: Clause, finding: Finding) -> Iterator[Finding]:
    """Give "at 3 months but not at 12 months" its two findings."""
    cut = but_not(scene, clause)
    later = tuple(dict.fromkeys(t.days for t in clause.times if t.start >= cut))
    if not later:
        yield finding
        return
    sooner = tuple(dict.fromkeys(t.days for t in clause.times if t.start < cut))
    yield replace(finding, times=sooner or tuple(d for d in finding.times if d not in later))
    test = next((p for p in clause.p if p.start >= cut), None)
    yield replace(
        finding, times=later, direction="no-difference", rule=finding.rule + "-but-not",
        significant=test.significant if test else None, p=test.text if test else None,
    )  # fmt: skip


def between(scene: Scene, clause: Clause, cue: Cue | None, hit: OutcomeHit, sign: int, pair: Sides, rule: str) -> Finding:
    """Return a between-group finding written from the index side."""
    arm, other = pair.subject, pair.other
    if arm > other:
        arm, other, sign = other, arm, -sign
    return scene.make(clause, cue, hit, "between", "better" if sign > 0 else "worse", arm, other, rule, how=pair.how)


def numbers(scene: Scene, clause: Clause, cue: Cue | None, hits: Sequence[OutcomeHit], *, needs_test: bool) -> Iterator[Finding]:
    """Two groups with a number each: the test gives the direction, two bare numbers are only reported."""
    if not scene.table.compared:
        return
    values = two_changes(scene, clause) or arm_values(clause, scene.text)
    if len(values) < 2:
        return
    (a, x), (b, y) = list(values.items())[:2]
    last = max(r.start for r in clause.refs) if cue is not None and cue.kind in CHANGES else clause.start
    for hit in hits:
        _, significant = scene.p_value(clause, hit.end, hit)
        tested = any(t.start >= last for t in clause.p) or any(i.start >= last for i in scene.contrasts(clause))
        if needs_test and not tested:
            continue
        first, second = sorted((a, b))
        if significant is False:
            yield scene.make(clause, cue, hit, "between", "no-difference", first, second, "numbers-not-significant")
        elif significant and x != y and hit.sign:
            growth = -1 if cue is not None and cue.kind == "fall" and not clause.changes else 1
            sign = (hit.sign if x > y else -hit.sign) * growth
            yield between(scene, clause, cue, hit, sign, Sides(a, b, "numbers"), "numbers-tested")
        elif not tested and not needs_test:
            yield scene.make(clause, cue, hit, "between", "reported", first, second, "numbers-bare")


def two_changes(scene: Scene, clause: Clause) -> dict[int, float]:
    """Return arm → change for "from 7.1 to 3.2 in A and from 6.9 to 4.0 in B"."""
    arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(clause.changes) != 2 or len(arms) != 2:
        return {}
    return {a: c.after - c.before for a, c in zip(arms, clause.changes, strict=True)}


def difference(scene: Scene, clause: Clause, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read a mean difference or ratio with its interval or test, without a word for its direction."""
    m = DIFFERENCE.search(scene.text, clause.start, clause.end)
    if m is None or not scene.table.compared:
        return
    pair = sides(clause, Cue(kind="up", name="difference", start=m.start(), end=m.end()), scene.text, scene.table, None) or scene.default_pair()
    if pair is None:
        return
    for hit in hits:
        p, significant = scene.p_value(clause, m.end(), hit)
        interval = next((i for i in clause.intervals if i.start >= m.start()), None)
        if interval is not None and p is None:
            significant = interval.excludes_null
        first, second = sorted((pair.subject, pair.other))
        if significant is False:
            yield scene.make(clause, None, hit, "between", "no-difference", first, second, "difference-not-significant", significant=False)
        elif significant and interval is not None and hit.sign and not hit.inverse:
            null = 1.0 if m.group("ratio") else 0.0
            sign = hit.sign if interval.low >= null else -hit.sign
            yield between(scene, clause, None, hit, sign, Sides(first, second, "difference"), "difference-interval")
