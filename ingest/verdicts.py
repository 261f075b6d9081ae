"""Bare verdicts: "safe", "well tolerated", "effective" count only where the results tell nothing of that kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.clauses import Clause
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.scene import Carry, Finding, Paper, Scene
from ingest.screened import Screened, screened
from ingest.traps import PLANNED
from kg.model import Sentence

__all__ = ["bare_verdicts"]

_SAFE = screened(
    r"\b(?:is|are|was|were|be|being|as|and|an?|very|proved|seems?|appears?|both) (?:[\w-]+ ){0,2}?(?:safe|well[- ]tolerated)\b"
    r"|\b(?:safely\b|safety (?:was|were|profile|has been)|(?:favou?rable|good|excellent|acceptable|high) (?:\w+ ){0,2}safety|efficacy and safety in"
    r"|(?:efficiency|efficacy|effectiveness) and safety\b)",
    re.I,
)
_EFFECTIVE = screened(
    r"\b(?:is|are|was|were|be|as|and|proved|seems?|appears?) (?:[\w-]+ ){0,4}?(?:effective|efficacious|useful|beneficial)\b"
    r"|\bevidence (?:\w+ )?supports?\b(?! the (?:lack|absence))|\bmay benefit from\b",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:not|no|never|neither|nor|cannot|fail\w*|lack\w*|unsafe|ineffective|less|more|as|than|whether|if|equally|insufficient|limited|"
    r"questionable|unclear|unknown|factors?|physicians|predict\w*|scores?|criteri\w*|model|compare\w*|assess\w*|evaluat\w*|investigat\w*|determin\w*|cost-effective)\b",
    re.I,
)


def bare_verdicts(paper: Paper, sentences: Sequence[Sentence], found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what the last sentences call safe or effective, where ``found`` holds no harm or no effect."""
    told = [s for s in sentences if s.role in ("results", "conclusions", "unknown")]
    if not any(f.outcome.id in outcome_kinds().harm for f in found):
        yield from _last(paper, told, _SAFE, "adverse-event")
    if not any(f.basis == "between" or f.direction == "better" for f in found):
        yield from _last(paper, told, _EFFECTIVE, "treatment-success")


def _last(paper: Paper, sentences: Sequence[Sentence], verdict: Screened, outcome: str) -> Iterator[Finding]:
    for s in reversed(sentences):
        m = verdict.search(paper.text, s.start, s.end)
        if m is None or PLANNED.search(s.text) or _DENIED.search(paper.text, max(s.start, m.start() - 60), m.end()):
            continue
        scene = Scene(paper, s, Carry())
        clause = next((c for c in scene.clauses if c.start <= m.start() < c.end), None) or Clause(
            start=s.start, end=s.end
        )
        hit = OutcomeHit(id=outcome, start=m.start(), end=m.end(), sign=1, text="", general=True)
        arms = dict.fromkeys(r.arm for c in scene.clauses for r in c.refs) or scene.default_arms()
        for arm in arms:
            if outcome == "adverse-event":
                yield scene.make(clause, None, hit, "rate", "reported", arm, None, "called-safe")
            else:
                yield scene.make(clause, None, hit, "within", "better", arm, None, "called-effective")
        return
