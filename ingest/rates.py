"""Rules about counts: nothing of the kind was seen, or a plain rate or value is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.binding import mentioned_arms
from ingest.clauses import Clause
from ingest.comparisons import numbers
from ingest.cues import Cue
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.scene import Finding, Scene
from ingest.tally import arm_values, counted
from ingest.traps import PATIENT_FACTOR

__all__ = ["none", "rate"]

_GOOD_SHARE = re.compile(r"^(?:success\w*|effective|excellent|good|satisfactory|improved|recovered)[^.;]{0,60}\d\s?%", re.I)


def none(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Nothing of that kind was seen."""
    arms = mentioned_arms(clause, scene.text, scene.table) or scene.default_arms()
    for hit in hits:
        if hit.id in outcome_kinds().harm:
            for arm in arms:
                yield scene.make(clause, cue, hit, "rate", "none-observed", arm, None, "none-observed")


def rate(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Read a plain rate or value."""
    factors = PATIENT_FACTOR.search(scene.text, clause.start, clause.end)
    for hit in clause.outcomes:
        if hit.id not in outcome_kinds().counted or (hit.general and not _GOOD_SHARE.search(scene.text, hit.start, clause.end)) or not counted(scene.text, clause, hit) or (factors and not clause.refs):
            continue
        arms = mentioned_arms(clause, scene.text, scene.table)
        if scene.table.compared and len(arms) == 2 and len(arm_values(clause, scene.text)) == 2:
            yield from numbers(scene, clause, None, [hit], needs_test=False)
            continue
        for arm in arms or (0,):
            yield scene.make(clause, None, hit, "rate", "reported", arm, None, "rate")
