"""Read general nouns for outcomes as what they cover: "no difference in any radiological parameter", "all scores improved".

A general noun stands for the outcomes that the methods announce (``ingest.announced``), without those that the sentence
takes out ("except sleep") or has told before ("the other outcomes"). It covers nothing in a conclusion, which repeats,
and nothing beside numbers, which are those of one outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.announced import NOUN, kinds_of
from ingest.clauses import Clause
from ingest.cues import CHANGES, COMPARATIVES
from ingest.exceptions import EXCEPT
from ingest.outcomes import OutcomeHit
from ingest.scene import Scene
from ingest.screened import screened

__all__ = ["cover"]

_NOUNS = (
    r"(?:outcomes?(?: measures?| measurements?| variables?| parameters?| scores?)?|variables?|parameters?|measures?"
    r"|end ?points?|measurements?|scores|indices|scales|domains|components)"
)
_VAGUE = frozenset({"treatment-success", "other-outcome", "imaging-finding"})
_UNNAMED = re.compile(
    r"^(?:\w+ )*(?:outcome|variable|parameter|measure|end ?point|score|component|domain|finding|PRO)", re.I
)
_DENYING = frozenset({"same", "unchanged", "noninferior"})
_AMOUNTS = frozenset({"up", "down", "rise", "fall"})
_QUALIFIER = (
    r"(?:of|the|these|those|our|its|their|two|three|four|five|six|\d|other|primary|secondary|main|clinical|functional|outcome|study|studied|measured"
    r"|assessed|evaluated|investigated|analy[sz]ed|examined|recorded|relevant|standard|efficacy|effectiveness|individual|single|remaining|following"
    r"|different|important|quantitative|objective|subjective|validated|predefined|pre-?specified|postoperative|follow-up|treatment|patient|health)"
)
# What was measured, not named one by one: "any outcome", "all of the scores"; "outcome" alone is a verdict.
_ANY = screened(
    r"\b(?:any|all|other|both|these|either|measured|assessed|studied|remaining|each|every|none of|no|rest of)"
    rf" (?:{_QUALIFIER}[ -]){{0,4}}?{_NOUNS}\b"
    rf"|\b(?:efficacy|main|study|the) (?:{_QUALIFIER} )?(?:variables|parameters|(?:outcome )?measures|end ?points|scores|indices|scales)\b"
    r"|\boutcome (?:measures|variables|parameters|scores|measurements)\b"
    r"|\boutcomes(?= (?:other than|except|apart from))",
    re.I,
)
_EVERY = screened(rf"\b(?:all|every|each|both)(?: of)? (?:{_QUALIFIER}[ -]){{0,4}}?{_NOUNS}\b", re.I)
_RANKED = screened(
    rf"\b(?P<rank>primary|main|principal|secondary)\b(?=(?: (?:and|or|{_QUALIFIER})){{0,3}}? {NOUN}\b)", re.I
)
# "Other measures of daily activity", "all scores for sleep": the noun is that of the outcome behind it.
_OF = re.compile(
    r" (?:of|for) (?!(?:the )?(?:\w+ )?(?:interest|success|groups?|patients|study|treatments?|both|either|each)\b)",
    re.I,
)
# "Clinical outcomes, including pain and disability", "all secondary measures (ODI, EQ-5D)": what is meant is listed.
_LISTED = re.compile(r",? ?(?:\(|:|\bincluding\b|\bsuch as\b|\bnamely\b|\bi\.e\.|\blike\b|\bthat is\b)", re.I)
_CONCLUDING = screened(
    r"\b(?:our|these|this|present|current) (?:\w+ )?(?:findings?|results?|study|data|trial|analys[ie]s|review|meta-analys[ie]s|report) (?:\w+ )?"
    r"(?:indicat|suggest|show|demonstrat|support|confirm|reveal)",
    re.I,
)
_OTHERS = re.compile(r"\b(?:other|remaining|rest)\b", re.I)
_WHICH = re.compile(r"\b(?:which|that|because|important|relevant)\b", re.I)
_SHARE = re.compile(r"\d ?%")
_NOUN = re.compile(rf"[^.;]*?\b{NOUN}\b", re.I)
_REACH = 70  # characters: how far behind "except for" its outcomes stand


@dataclass(frozen=True, slots=True)
class _Reference:
    """A general noun in ``text[start:end]`` with what it covers."""

    start: int
    end: int
    covered: tuple[OutcomeHit, ...]


def cover(scene: Scene, clause: Clause) -> None:
    """Put what its general nouns cover in the place of them among the outcomes of a clause."""
    if scene.sentence.role == "conclusions" or not _speaks(clause) or _CONCLUDING.search(scene.sentence.text):
        return
    found = [r for r in _references(scene, clause) if r.covered and not _led_off(scene, clause, r)]
    if not found or (sum(len(r.covered) for r in found) > 1 and _counted(scene, clause)):
        return
    spared = _spared(scene)
    compared = any(c.kind in COMPARATIVES for c in clause.cues)
    named = [
        h
        for h in clause.outcomes
        if not _vague(h) and not any(r.start <= h.start < r.end for r in found) and (compared or h not in spared)
    ]
    seen = {h.id for h in named} | {h.id for h in spared}
    placed = []
    for r in found:
        for hit in r.covered:
            if hit.id not in seen:
                seen.add(hit.id)
                placed.append(replace(hit, start=r.start, end=r.end))
    clause.outcomes = sorted([*named, *placed], key=lambda h: h.start)


def _led_off(scene: Scene, clause: Clause, noun: _Reference) -> bool:
    """Return whether a change stands before a relative clause with the noun: "improved, which matters for clinical outcome"."""
    changes = [c for c in clause.cues if c.kind in CHANGES]
    return bool(changes) and all(_WHICH.search(scene.text, c.end, noun.start) for c in changes)


def _speaks(clause: Clause) -> bool:
    """Return whether a clause says something of outcomes: compares, denies or tells a change."""
    return any(c.kind in COMPARATIVES or c.kind in CHANGES or c.kind in _DENYING for c in clause.cues)


def _counted(scene: Scene, clause: Clause) -> bool:
    """Return whether a clause has numbers other than times and tests."""
    numbers = clause.pairs or clause.changes or clause.intervals
    return bool(numbers) or _SHARE.search(scene.text, clause.start, clause.end) is not None


def _references(scene: Scene, clause: Clause) -> Iterator[_Reference]:
    """Yield the general nouns of a clause; one that says which outcomes is preferred to "all" and "any"."""
    said, plan = (scene.text, _whole(scene, clause), clause.end), scene.paper.announced
    others = _OTHERS.search(*said) is not None
    chosen = [(start, end, plan.kinds.get(kind, ())) for kind, start, end in kinds_of(*said)]
    for m in _RANKED.finditer(*said):
        chosen.append((m.start(), m.end(), _ranked(scene, m["rank"].lower())))
    if not chosen:
        denying = any(c.kind in _DENYING for c in clause.cues)
        whole = (_ANY if denying else _EVERY).search(*said)
        chosen = [(whole.start(), whole.end(), plan.every)] if whole and not _is_named(clause, whole) else []
    for start, end, hits in chosen:
        told = scene.carry.differed if others else frozenset[str]()
        noun = _NOUN.match(scene.text, start, clause.end)
        end = noun.end() if noun else end
        left = tuple(h for h in hits if h.id not in told)
        if not (_OF.match(scene.text, end, clause.end) or _is_listed(scene, clause, end)):
            yield _Reference(start, end, _one_way(clause, left))


def _is_named(clause: Clause, noun: re.Match[str]) -> bool:
    """Return whether a noun has the name of an outcome in it: "all pain scores"."""
    return any(noun.start() <= h.start < noun.end() and not _vague(h) for h in clause.outcomes)


def _vague(hit: OutcomeHit) -> bool:
    """Return whether an outcome is only called by a general noun itself: "outcome measures", "imaging findings"."""
    return hit.general or (hit.id in _VAGUE and _UNNAMED.search(hit.text) is not None)


def _is_listed(scene: Scene, clause: Clause, end: int) -> bool:
    """Return whether a list of outcomes follows a noun that ends at ``end``."""
    m = _LISTED.match(scene.text, end, clause.end)
    return m is not None and any(0 <= h.start - m.end() < _REACH and not _vague(h) for h in clause.outcomes)


def _whole(scene: Scene, clause: Clause) -> int:
    """Return where a statement begins that was cut before what it takes out: "all measures | except sleep improved"."""
    before = next((c for c in scene.clauses if c.end == clause.start and not c.cues), None)
    cut = before is not None and any(
        m.end() == clause.start for m in EXCEPT.finditer(scene.text, before.start, clause.end)
    )
    return before.start if before is not None and cut else clause.start


def _ranked(scene: Scene, rank: str) -> tuple[OutcomeHit, ...]:
    """Return the outcomes announced as primary or secondary ones; those that are not primary where none is called secondary."""
    plan = scene.paper.announced
    if rank != "secondary":
        return plan.primary
    first = {h.id for h in plan.primary}
    return plan.secondary or tuple(h for h in plan.every if h.id not in first)


def _one_way(clause: Clause, hits: Sequence[OutcomeHit]) -> tuple[OutcomeHit, ...]:
    """Return outcomes of which "lower" and "decreased" say the same; none where more of one is better and of another worse."""
    amounts = any(c.kind in _AMOUNTS for c in clause.cues) and not any(c.kind in _DENYING for c in clause.cues)
    return () if amounts and len({h.sign for h in hits}) > 1 else tuple(hits)


def _spared(scene: Scene) -> list[OutcomeHit]:
    """Return the outcomes that a sentence takes out: "except for sleep", "other than pain"."""
    m = EXCEPT.search(scene.text, scene.sentence.start, scene.sentence.end)
    if m is None:
        return []
    return [h for c in scene.clauses for h in c.outcomes if 0 <= h.start - m.end() <= _REACH]
