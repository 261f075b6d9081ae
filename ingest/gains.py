"""Gains told as nouns, and what a clause counts beside the change it tells.

"Restoration of height and correction of kyphosis were achieved" has no word of change but the names of its outcomes;
"all achieved solid fusion with neurological improvement" tells a count beside a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.binding import mentioned_arms
from ingest.changes import relief
from ingest.clauses import Clause
from ingest.cues import CHANGES
from ingest.outcome_kinds import outcome_kinds
from ingest.polarity import PAIN
from ingest.rates import rate
from ingest.scene import Finding, Scene
from ingest.screened import screened
from ingest.tally import patient_share
from ingest.traps import PATIENT_FACTOR

__all__ = ["beside", "gains"]

_GAIN = re.compile(
    r"\b(?:restor\w+|correct\w+|improve\w+|recover\w+|reduc\w+|gains?|reliev\w+|relief|decreas\w+|resolution|clearance|alleviation)\b",
    re.I,
)
_OBTAINED = screened(
    r"\b(?:achiev|obtain|experienc|provid|produc|resulted in|gave|enabl|show|reveal|demonstrat)\w*\b"
    r"|\b(?:was|were) (?!(?:rare|hard|bare|scarce|on)ly\b)(?:\w+ly )?(?:seen|noted|observed|found|evident|recorded|documented|good|excellent|satisfactory|significant|marked)\b"
    r"|\boccurred\b",
    re.I,
)
_NOT_SO = re.compile(
    r"\b(?:no|not|without|never|neither|nor|none|fail\w*|lack|inadequate|insufficient|incomplete|poor|lost|loss|until|unless|if|whether|expected|"
    r"can|could|may|might|would|should|factors?|predict\w*|correlat\w*|associat\w*)\b",
    re.I,
)

_RESOLVING = frozenset({"neurological-injury"})  # a deficit beside a change is what changed


def gains(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Yield the gains that outcomes name themselves and a verb says were obtained: "correction of kyphosis was achieved"."""
    named = [h for h in clause.outcomes if h.id not in PAIN and h.sign and not h.general and _GAIN.search(h.text)]
    if not named or any(c.kind not in CHANGES | {"effective"} for c in clause.cues):
        return
    if not _OBTAINED.search(scene.text, clause.start, clause.end) or _NOT_SO.search(
        scene.text, clause.start, clause.end
    ):
        return
    if PATIENT_FACTOR.search(scene.text, clause.start, clause.end):
        return
    kinds = outcome_kinds()
    for hit in named:
        if hit.id in kinds.process | kinds.shares | {"duration-of-relief"}:
            continue
        shared = patient_share(clause, scene.text)
        for arm in mentioned_arms(clause, scene.text, scene.table) or scene.default_arms():
            if shared:
                yield scene.make(clause, None, hit, "rate", "reported", arm, None, "gain-share")
            else:
                yield scene.make(clause, None, hit, "within", "better", arm, None, "gain-obtained")


def beside(scene: Scene, clause: Clause, found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the counts and the relief that stand beside a change: "lasting relief with few complications"."""
    if any(c.kind not in CHANGES | {"effective"} for c in clause.cues) or any(f.basis != "within" for f in found):
        return
    told = {f.outcome.id for f in found}
    left = [h for h in clause.outcomes if h.id not in told and not h.general]
    if not left or ("pain-intensity" in told and all(h.id == "pain-responder" for h in left)):
        return
    rest = replace(clause, outcomes=left, cues=[])
    yield from relief(scene, rest)
    yield from gains(scene, rest)
    counts = [h for h in left if h.id in outcome_kinds().harm - _RESOLVING or h.id == "fusion-rate"]
    yield from rate(scene, replace(rest, outcomes=counts)) if counts else ()
