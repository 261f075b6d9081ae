"""Read one sentence: cues, outcomes and arms become findings.

The order of the grammar is that of the design: no difference, comparative, numbers set against each other,
change from baseline, nothing observed, plain rate. A finding that cannot be tied to an arm is not made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.binding import BASELINE, bind, mentioned_arms, versus_arm
from ingest.changes import before_after, change, relief, unchanged
from ingest.clauses import Clause
from ingest.comparisons import comparative, difference, numbers, same, settle_tests
from ingest.cues import CHANGES, COMPARATIVES, Cue, Kind
from ingest.outcomes import OutcomeHit
from ingest.rates import none, rate
from ingest.scene import Carry, Finding, Paper, Scene
from ingest.traps import (
    AT_START,
    ATTRIBUTIVE,
    BY_OUTCOME,
    FEW_PATIENTS,
    MODEL,
    NOT_SHOWN,
    ONLY_BASELINE,
    PATIENT_FACTOR,
    PURPOSE,
    SELECTED,
    START_WORDS,
)
from kg.model import Sentence

__all__ = ["read_sentence"]

_ANAPHORA = re.compile(
    r"^\W*(?:however,? |moreover,? |but |and |similarly,? |nevertheless,? |also,? )*(?:(?:this|these|that|those|such|it|they|both|there|no|similar)\b|(?:the|a) (?:\w+ ){0,2}(?:differences?|improvements?|effects?|results?|superiority|advantage|relief|changes?|reductions?|decreases?|increases?|declines?|drops?|rise|fall|benefits?|parameters?|findings?|scores?|gains?|same)\b)",
    re.I,
)
_ANY_OUTCOME = re.compile(
    r"\b(?:any|all|other|both|the|these|clinical|functional|primary|secondary|either|main|standard|measured|assessed|studied|remaining|efficacy|no) (?:\w+ ){0,3}?(?:outcomes?(?: measures?| variables?| parameters?| scores?)?|variables?|parameters?|measures?|end ?points?|measurements?|scores|indices|scales)\b",
    re.I,
)
_EVERY_OUTCOME = re.compile(
    r"\b(?:all|every|each|both|primary)\b (?:\w+[ -]){0,4}?(?:outcomes?|outcome measures?|measures|parameters|end ?points?|variables|domains)\b",
    re.I,
)
_GROUPS = re.compile(
    r"\b(?:groups?|arms?|treatments?|techniques?|procedures?|approaches|between|either|both|methods?|cohorts?|stimulation|injection)\b",
    re.I,
)
_CROSSED = re.compile(r"cross(?:ed)?[- ]?over")
_FIRST_WORD = 2  # characters that may stand before the first word of a clause
# "Lower than at baseline" is a change.
_AS_CHANGE: dict[str, Kind] = {"up": "rise", "down": "fall", "good": "improve", "bad": "worsen"}


_JUDGING = frozenset({"same", "noninferior", "good", "bad"})


def _spread(scene: Scene, clause: Clause, cue: Cue, hits: list[OutcomeHit]) -> list[OutcomeHit]:
    """Return the outcomes of a cue, or those it inherits: "any outcome", an earlier clause, the sentence before."""
    if hits:
        generic = [
            h
            for h in hits
            if h.id in ("treatment-success", "other-outcome")
            and _ANY_OUTCOME.search(scene.text, h.start - 30, h.end + 12)
        ]
        named = cue.kind in ("same", "unchanged", "noninferior") or _EVERY_OUTCOME.search(
            scene.text, clause.start, clause.end
        )
        if cue.kind in ("same", "noninferior") and all(h.general for h in hits):
            generic = list(hits)
        if (
            generic
            and len(generic) == len(hits)
            and scene.paper.inventory
            and named
            and scene.sentence.role != "conclusions"
        ):
            return [replace(o, start=hits[0].start, end=hits[0].end) for o in scene.paper.inventory]
        return hits
    if (
        scene.paper.inventory
        and scene.sentence.role != "conclusions"
        and (
            (
                cue.kind in ("same", "unchanged", "noninferior")
                and _ANY_OUTCOME.search(scene.text, clause.start, clause.end)
            )
            or (cue.kind in COMPARATIVES | CHANGES and _EVERY_OUTCOME.search(scene.text, clause.start, clause.end))
        )
    ):
        return [replace(o, start=cue.start, end=cue.end) for o in scene.paper.inventory]
    carried = scene.carry.outcomes
    if not carried and _verdict(scene, clause, cue):
        carried = list(scene.paper.inventory[:4]) or [
            OutcomeHit(id="treatment-success", start=cue.start, end=cue.end, sign=1, text="", general=True)
        ]
    return [replace(o, start=cue.start, end=cue.end) for o in carried]


def _verdict(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a cue without an outcome judges the treatments as such: "vertebroplasty was no better than sham"."""
    if cue.kind in _JUDGING and versus_arm(clause, scene.text) is not None:
        return True
    general = cue.name in ("no-difference", "did-not-differ", "noninferior") and scene.table.compared
    return general and bool(_GROUPS.search(scene.text, clause.start, clause.end))


def _read(scene: Scene) -> Iterator[Finding]:
    """Yield the findings of the sentence, clause by clause."""
    if not _ANAPHORA.search(scene.sentence.text):
        scene.carry.outcomes, scene.carry.arms = [], ()
    found: list[Finding] = []
    for clause in scene.clauses:
        found += _read_clause(scene, clause)
        if clause.outcomes:
            scene.carry.outcomes = list(clause.outcomes)
        named = mentioned_arms(clause, scene.text, scene.table)
        scene.carry.arms = named or scene.carry.arms
    across = list(_across(scene)) if all(f.direction == "reported" for f in found) else []
    yield from across or found


def _across(scene: Scene) -> Iterator[Finding]:
    """Set two numbers of one outcome against each other that stand in two clauses: "12 in A, while only 3 in B (P = 0.02)"."""
    parts = scene.clauses
    outcomes = [o for c in parts for o in c.outcomes]
    if (
        len(parts) < 2
        or len({o.id for o in outcomes}) != 1
        or any(c.kind in _COMPARING or c.kind == "none" for part in parts for c in part.cues)
    ):
        return
    whole = Clause(
        start=parts[0].start, end=parts[-1].end, outcomes=outcomes[:1], refs=[r for c in parts for r in c.refs], p=[p for c in parts for p in c.p],
        intervals=[i for c in parts for i in c.intervals], pairs=[p for c in parts for p in c.pairs], times=[t for c in parts for t in c.times],
    )  # fmt: skip
    if len(whole.p) == 1 and not PATIENT_FACTOR.search(scene.sentence.text):
        yield from numbers(scene, whole, None, whole.outcomes, needs_test=True)


def _read_clause(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Yield the findings of one clause."""
    body = scene.text[clause.start : clause.end]
    if not clause.refs and MODEL.search(scene.sentence.text):
        return
    moving = clause.changes or any(c.kind in CHANGES for c in clause.cues)
    if not moving and ONLY_BASELINE.search(body) and not BASELINE.search(body):
        return
    groups = bind(clause, scene.text)
    held = [g for g in groups if g[1]] or [g for g in groups if g[0].kind in _JUDGING][:1] or groups[:1]
    held += [
        (c, held[0][1])
        for c, hits in groups
        if not hits and c.kind in ("same", "noninferior") and held[0][1] and held[0][0].kind in CHANGES
    ]
    made = 0
    for cue, hits in held:
        found = list(_dispatch(scene, clause, cue, _spread(scene, clause, cue, hits)))
        made += len(found)
        yield from found
    if not made and clause.outcomes:
        tested = (
            list(numbers(scene, clause, None, clause.outcomes, needs_test=True))
            if not any(c.kind in ("same", "none") for c in clause.cues)
            else []
        )
        tested = tested or list(difference(scene, clause, clause.outcomes)) or list(before_after(scene, clause))
        yield from tested or rate(scene, clause)
        yield from relief(scene, clause)
    elif not made and not clause.cues and scene.carry.outcomes:
        yield from difference(
            scene, clause, [replace(o, start=clause.start, end=clause.start) for o in scene.carry.outcomes]
        )


_COMPARING = COMPARATIVES | {"same"}


def _trapped(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a cue only looks like a finding: patient factors, purposes, counts, baseline, crossover."""
    body = scene.text[clause.start : clause.end]
    if cue.kind == "noninferior":
        return NOT_SHOWN.match(scene.text, cue.end, clause.end) is not None
    if cue.kind in CHANGES:
        before = scene.text[max(clause.start, cue.start - 40) : cue.start]
        if (
            PURPOSE.search(before)
            or SELECTED.search(before)
            or FEW_PATIENTS.match(scene.text[clause.start : cue.start])
        ):
            return True
        if cue.start - clause.start <= _FIRST_WORD and ATTRIBUTIVE.match(body):
            return True
    elif cue.kind in _COMPARING or cue.kind == "differs":
        low = body.lower()
        if scene.table.compared and any(word in low for word in START_WORDS) and AT_START.search(body):
            return True
        if cue.kind == "same" and _CROSSED.search(body):
            return True
    if cue.kind in _COMPARING or cue.kind in CHANGES:
        return bool(
            (not clause.refs and PATIENT_FACTOR.search(body))
            or (BY_OUTCOME.search(body) and PATIENT_FACTOR.search(body))
        )
    return False


def _dispatch(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterable[Finding]:
    """Send a cue to its rule."""
    if _trapped(scene, clause, cue):
        return []
    if cue.kind in ("same", "noninferior"):
        alone = not scene.table.compared and BASELINE.search(scene.text, clause.start, clause.end)
        return unchanged(scene, clause, cue, hits) if alone else same(scene, clause, cue, hits)
    if cue.kind in COMPARATIVES:
        if BASELINE.search(scene.text, clause.start, clause.end) and versus_arm(clause, scene.text) is None:
            return change(scene, clause, replace(cue, kind=_AS_CHANGE[cue.kind]), hits)
        return comparative(scene, clause, cue, hits)
    if cue.kind in CHANGES:
        return change(scene, clause, cue, hits)
    if cue.kind == "unchanged":
        return unchanged(scene, clause, cue, hits)
    if cue.kind == "none":
        return none(scene, clause, cue, hits)
    if cue.kind == "differs":
        return numbers(scene, clause, cue, hits, needs_test=True)
    return []


def read_sentence(paper: Paper, sentence: Sentence, carry: Carry) -> list[Finding]:
    """Return the findings of one sentence of results or conclusions; ``carry`` is updated for the next one."""
    return settle_tests(list(_read(Scene(paper, sentence, carry))))
