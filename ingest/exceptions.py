"""Rules over what is taken out of a comparison: "but not leg pain", "except for sleep", "at 3 months only"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.clauses import Clause
from ingest.cues import Cue
from ingest.followup import LAST
from ingest.outcomes import OutcomeHit
from ingest.scene import Finding, Scene
from ingest.spared import spared

__all__ = ["EXCEPT", "but_not", "denied", "except_times"]

EXCEPT = re.compile(
    r"\b(?:apart from|except(?: for| in)?|with the exception of|other than|aside from|excepting|save for)\b", re.I
)
_AT_OTHER = re.compile(
    r",? but not (?:(?:at|in|during|over|on) (?:the )?(?:\w+[- ]){0,3}?(?:term|follow-?up|end|later|long|subsequent)|thereafter|afterwards?|later\b|beyond|subsequently)",
    re.I,
)
_ITS_OWN = re.compile(r",? (?:(?:which|that) )?(?:was|were|is|are) ", re.I)
_ONLY = re.compile(
    r"\b(?:only|solely|exclusively)\b(?! (?:\d+ |one |two |three )?(?:patients?|cases?|studies|trials?|one|difference)\b)",
    re.I,
)
_TIME_NEXT = re.compile(
    r" (?:significant(?:ly)? |evident |present |seen |observed |found |apparent )?"
    r"(?:at|in|during|after|on|for|within|up to|until|through)(?: the)?(?: \w+)? ?",
    re.I,
)
_AFTER_TIME = 24  # characters: "at 3 months of follow-up only"
_ADVERB = 16  # characters: "only significantly better"
_WAS_NOT = re.compile(r"\s+(?:was|were|did|is|are|had|does) not(?:\W*$|(?= \(|,|;))", re.I)
_BUT_NOT = re.compile(
    r",? (?:but|and|though) not (?:at|in|for|with|after|the|on|by|of|during)?\b|,? whereas not|, not (?:at|in|for|with|after)\b",
    re.I,
)


def denied(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether an outcome is taken out of a comparison: "but not leg pain", "opioid use was not"."""
    if _WAS_NOT.match(scene.text, hit.end, clause.end):
        return True
    if _spared(scene, clause, cue, hit):
        return True
    m = _BUT_NOT.search(scene.text, clause.start, clause.end)
    if m is None or hit.start < m.start() or spared(clause, cue, scene.text):
        return False
    closed = scene.text.find(",", m.end(), clause.end)
    return closed < 0 or closed >= hit.end or cue.start < m.start()


def _spared(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether an outcome is excepted: "better in all but …, except for sleep", "except for sleep, …"."""
    m = EXCEPT.search(scene.text, clause.start, hit.start)
    if m is None or m.start() < cue.start < hit.start or scene.text.startswith(" that", m.end()):
        return False
    if m.start() < hit.start < cue.start and any(h.end <= m.start() for h in clause.outcomes) and not any(c.end <= m.start() for c in clause.cues):  # fmt: skip
        return "which" not in scene.text[hit.end : cue.start]  # "all scores except sleep were better"
    if _ITS_OWN.match(scene.text, hit.end, cue.start):
        return False  # "except for sleep, which was better with A"
    return m.start() > cue.start or "," not in scene.text[m.end() : hit.start]


def but_not(scene: Scene, clause: Clause) -> int:
    """Return where "but not" stands in a clause; the end of the clause when it does not."""
    m = _BUT_NOT.search(scene.text, clause.start, clause.end)
    return m.start() if m else clause.end


def except_times(scene: Scene, clause: Clause, finding: Finding) -> Iterator[Finding]:
    """Give "at 3 months but not at 12 months" its two findings."""
    if finding.cue is not None and clause.times and _only_then(scene, clause, finding.cue):
        others = tuple(d for d in scene.paper.schedule.visits if d not in finding.times)
        yield finding
        yield replace(
            finding, times=others, direction="no-difference", rule=finding.rule + "-but-not", significant=False, p=None
        )
        return
    cut = but_not(scene, clause)
    later = tuple(dict.fromkeys(t.days for t in clause.times if t.start >= cut))
    if not later and not _AT_OTHER.match(scene.text, cut, clause.end):
        yield finding
        return
    if not later and LAST.search(scene.text, cut, clause.end):
        later = scene.paper.schedule.last
    sooner = tuple(dict.fromkeys(t.days for t in clause.times if t.start < cut))
    yield replace(finding, times=sooner or tuple(d for d in finding.times if d not in later))
    test = next((p for p in clause.p if p.start >= cut), None)
    yield replace(
        finding, times=later, direction="no-difference", rule=finding.rule + "-but-not",
        significant=test.significant if test else None, p=test.text if test else None,
    )  # fmt: skip


def _only_then(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a difference is told of some times only: "better only at 1 month", "at 3 months only"."""
    for m in _ONLY.finditer(scene.text, clause.start, clause.end):
        after = next((t for t in clause.times if t.start >= m.end()), None)
        if any(0 <= m.start() - t.end <= _AFTER_TIME for t in clause.times):
            return True
        graded = m.end() <= cue.start <= m.end() + _ADVERB
        if after is not None and (graded or _TIME_NEXT.fullmatch(scene.text, m.end(), after.start)):
            return True
    return False
