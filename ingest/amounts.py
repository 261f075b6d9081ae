"""Which of two numbers is the better one: those of a level, or those of the amount of a change."""

from __future__ import annotations

import re

from ingest.clauses import Clause
from ingest.cues import CHANGES, Cue
from ingest.outcomes import OutcomeHit
from ingest.polarity import amount_sign
from ingest.scene import Scene

__all__ = ["larger", "one_named", "two_changes"]

_BY = re.compile(r" (?:\w+ ){0,2}?by (?:an? )?(?:\w+ )?(?:of )?\d")
_TO = re.compile(r"\s*(?:\w+ ){0,3}?to\b", re.I)
_SHARE_OF = re.compile(
    r"\b(?:percentages?|proportions?|shares?|numbers?|incidences?|rates?|frequency|prevalence)\b", re.I
)
_FOR = re.compile(r"(?: ?%)?(?: ?(?:\+/-|±) ?[\d.]+ ?%?)? (?:for|in|with|after)(?: the)? ", re.I)
_IN_BRACKET = re.compile(r"[^()]{0,40}\)")
_WAS = re.compile(r"\b(?:was|were|is|are) (?:\w+ly )?\Z", re.I)


def two_changes(scene: Scene, clause: Clause) -> dict[int, float]:
    """Return arm → change for "from 7.1 to 3.2 in A and from 6.9 to 4.0 in B"."""
    arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(clause.changes) != 2 or len(arms) != 2:
        return {}
    return {a: c.after - c.before for a, c in zip(arms, clause.changes, strict=True)}


def one_named(scene: Scene, clause: Clause, hit: OutcomeHit) -> dict[int, float]:
    """Return arm → number for "10% vs 2% for B, P = 0.01) in A": the number beside the bracketed name is its own."""
    pair = next((p for p in clause.pairs if p.start >= hit.end), None)
    if pair is None or scene.table.groups != 2:
        return {}
    after = next((r for r in clause.refs if r.start >= pair.end), None)
    if after is None or not _FOR.fullmatch(scene.text, pair.end, after.start):
        return {}
    if not _IN_BRACKET.match(scene.text, after.end) or "(" not in scene.text[hit.end : pair.start + 1]:
        return {}
    return {1 - after.arm: pair.first, after.arm: pair.second}


def larger(
    scene: Scene, clause: Clause, cue: Cue | None, hit: OutcomeHit, pair: tuple[float, float], *, moved: bool
) -> int:
    """Return +1 when the first number is the better one, -1 the other, 0 when it cannot be said."""
    x, y = pair
    if moved and cue is not None and cue.kind == "improve":
        # The direction of improvement is that of the larger change, whatever the scale.
        x, y = (x, y) if max(x, y, key=abs) > 0 else (-x, -y)
        return 1 if x > y else -1
    changing = cue is not None and cue.kind in CHANGES and not moved
    levels = cue is not None and changing and _levels(scene.text, clause, cue, hit, pair)
    if changing and not levels:
        x, y = abs(x), abs(y)
    if x == y:
        return 0
    by = cue is not None and _BY.match(scene.text, cue.end, clause.end) is not None
    sign = amount_sign(None if moved else cue, hit, levels=levels, by=by)
    return sign if x > y else -sign


def _levels(text: str, clause: Clause, cue: Cue, hit: OutcomeHit, pair: tuple[float, float]) -> bool:
    """Return whether the numbers beside a change are values: "fell to 2 and 4", "pain (2 vs 4) was reduced"."""
    if _TO.match(text, cue.end, clause.end):
        return True
    if cue.kind not in ("rise", "fall") or _BY.match(text, cue.end, clause.end):
        return False
    if any(hit.end <= p.start and p.end <= cue.start for p in clause.pairs):
        return True
    passive = hit.end <= cue.start and _WAS.search(text, hit.end, cue.start)
    if passive and "%" in text[cue.end : clause.end] and _SHARE_OF.search(text, clause.start, cue.start):
        return True
    # "A reduced pain (2 vs 4, A vs B)": the group that acts has the lower value; had it the higher, it would be an amount.
    acts = clause.refs and clause.refs[0].end <= cue.start and cue.end <= hit.start and bool(clause.pairs)
    return bool(acts) and (pair[0] < pair[1]) is (cue.kind == "fall")
