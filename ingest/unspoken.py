"""Give numbers their groups where a clause names one group or none: "73% in A, compared with 27%"; "48 vs 52 (P = 0.04)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.arms import Reference
from ingest.clauses import Clause
from ingest.cues import CHANGES, COMPARATIVES, GRADED, Cue
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.scene import Finding, Scene
from ingest.screened import screened

__all__ = ["all_in_one", "also_later", "also_more", "duration", "more_so", "with_groups"]

_RESPECTIVELY = screened(r"\brespectively\b", re.I)
# "…, compared with 27%": the number of the group that is not named.
_AGAINST = re.compile(
    r"\b(?:(?:as )?compared (?:with|to)|(?:as )?against|versus|vs\.?|whereas|in contrast to)(?: only| just)? (?=\(?\d[\d.]* ?(?:%|[\[(,;)]|±|points?|mm|min|ml|days?|patients|and\b))",
    re.I,
)
# "28% of levels after A, compared with 14%": the number stands before the name.
_NUMBER_FIRST = re.compile(r"\d ?%?\)?(?: (?!than\b)[\w-]+){0,4} (?:in|after|with|of|for|among)(?: the)? $", re.I)
_NUMBER = re.compile(r"\d[\d.]* ?%?")
# Two numbers that are those of patients, or of before and after.
_OF_OTHERS = re.compile(
    r"\b(?:before|baseline|pre-?\w*|initial\w*|correlat\w+|(?:wo)?men|(?:fe)?males?|smokers|younger|older|age[sd]?|years old|those|responders|with and without)\b",
    re.I,
)
# "3 wound infections, all in the open group".
_ALL_IN = re.compile(
    r"\b(?:all|both)(?: of (?:them|these|which|whom))?(?: (?:\w+ )?(?:were|was|occurred|occurring|being|seen|observed|found))?(?:[ -]+(?:in|after|with|from|among))(?: the)? $",
    re.I,
)
# "…, and more so in B", "… the fall being greater with B": nothing else is named before the group.
_OF_THE_CHANGE = re.compile(
    r"(?: (?:so|marked(?:ly)?|pronounced|extent|degree|amount|magnitude|improvements?|changes?|reductions?|decreases?|increases?|effects?|significant(?:ly)?|percent|rate|of|to|a|in|with|for|after|among|under|the|patients|being|was|were|seen|observed|found))*\s*",
    re.I,
)
_SO = re.compile(r" so\b(?! (?:that|as|far|much)\b)", re.I)
Bound = tuple[Cue, list[OutcomeHit]]


def with_groups(scene: Scene, clause: Clause) -> Clause:
    """Return a clause with the groups its numbers belong to: the other one, or those named last in their order."""
    arms = tuple(dict.fromkeys(r.arm for r in clause.refs))
    if len(arms) == 1:
        return _with_other(scene, clause, arms[0])
    if arms:
        return clause
    ordered = _RESPECTIVELY.search(scene.text, clause.start, clause.end) is not None
    before = [tuple(dict.fromkeys(r.arm for r in c.refs)) for c in scene.clauses if c.end <= clause.start]
    here = next((named for named in reversed(before) if named), ())
    if len(here) == 1 and clause.pairs and scene.table.groups == 2:
        here = (here[0], 1 - here[0])  # "73% in A, compared with 27%, and 63% vs 14%"
    named = here or (scene.carry.named if ordered else ())
    others = _OF_OTHERS.search(scene.text, clause.start, clause.end) is not None
    if len(named) != 2 and not (here or others) and (ordered or clause.pairs):
        named = scene.carry.order
    if len(named) != 2 or not (here or ordered or clause.pairs):
        return clause
    return replace(clause, refs=[Reference(arm=arm, start=clause.start, end=clause.start) for arm in named])


def _with_other(scene: Scene, clause: Clause, arm: int) -> Clause:
    """Return a clause of two groups that names one with the other where its number stands: "73% of A, compared with 27%"."""
    if scene.table.groups != 2:
        return clause
    m = _AGAINST.search(scene.text, max(r.end for r in clause.refs), clause.end)
    if m is None:
        return clause
    low, high = m.start(), m.end() - 1
    if _NUMBER_FIRST.search(scene.text, clause.start, clause.refs[0].start):
        low = high = max(v.end() for v in _NUMBER.finditer(scene.text, m.end(), m.end() + 12))
    return replace(clause, refs=[*clause.refs, Reference(arm=1 - arm, start=low, end=high)])


def all_in_one(scene: Scene, found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings; a harm that was "all in the open group" is the count of two groups, the other had none."""
    for f in found:
        refs = [r for r in f.clause.refs if r.arm == f.arm]
        alone = scene.table.groups == 2 and f.rule == "rate" and len(refs) == 1 and len(f.clause.refs) == 1
        if alone and f.outcome.id in outcome_kinds().harm and _ALL_IN.search(scene.text, f.clause.start, refs[0].start):
            yield replace(f, arm=0, other=1, basis="between", direction="reported", rule="numbers-bare", how="numbers")
        else:
            yield f


def more_so(scene: Scene, clause: Clause) -> Clause:
    """Return a clause with "less so" as what it grades: the change told in a clause before ("improved in both, but less so in A")."""
    text = scene.text
    graded = [c for c in clause.cues if c.kind in ("up", "down") and _SO.match(text, c.end)]
    if not graded:
        return clause
    changes = [c for k in scene.clauses for c in k.cues if c.kind in CHANGES and c.end <= graded[0].start]
    if not changes:
        return replace(clause, cues=[c for c in clause.cues if c not in graded])
    last = changes[-1]
    kinds = {id(c): GRADED[c.kind, last.kind] for c in graded}
    cues = [replace(c, kind=kinds[id(c)], name=f"{c.name}+{last.name}") if id(c) in kinds else c for c in clause.cues]
    return replace(clause, cues=cues)


def also_more(groups: Sequence[Bound], clause: Clause, text: str) -> Iterator[Bound]:
    """Yield comparatives of what a change before them names: "fell in both groups, and more so in B"."""
    head = next(((c, hits) for c, hits in groups if c.kind in CHANGES and hits), None)
    for cue, hits in groups:
        if head is None or hits or cue.kind not in COMPARATIVES or cue.start < head[0].end:
            continue
        ref = next((r for r in clause.refs if r.start >= cue.end), None)
        if ref is None or not _OF_THE_CHANGE.fullmatch(text, cue.end, ref.start):
            continue
        kind = cue.kind if "+" in cue.name else GRADED.get((cue.kind, head[0].kind), cue.kind)
        yield replace(cue, kind=kind, name=f"{cue.name.split('+')[0]}+{head[0].name}"), head[1]


def also_later(groups: Sequence[Bound], clause: Clause) -> Iterator[Bound]:
    """Yield "no difference" of the outcomes of a comparison before it, at a time of its own: "…, no difference at 3 months"."""
    head = next(((c, hits) for c, hits in groups if hits), None)
    if head is None or head[0].kind not in COMPARATIVES:
        return
    for cue, hits in groups:
        if hits or cue.kind != "same" or cue.start < head[0].end:
            continue
        then = {t.days for t in clause.times if t.start < cue.start}
        end = min((c.start for c, _ in groups if c.start > cue.start), default=clause.end)
        own = {t.days for t in clause.times if cue.start <= t.start < end}
        if then and own and not then & own:
            yield cue, [replace(h, start=cue.start, end=cue.start) for h in head[1]]


# "TFESI took longer than …", "the procedure was 4 minutes shorter": the time of the procedure is meant.
_TOOK = re.compile(
    r"\b(?:took|takes|needed|lasted)(?: (?:an? |about |some |\w+ly )?(?:mean |average )?(?:of )?(?:\d[\d.]* ?(?:min(?:utes?)?|s|seconds|hours?))?)? ?(?:\w+ly |\w+ )?$"
    r"|\b(?:procedures?|operations?|surgery|interventions?) (?:was|were|is) (?:\w+ly )?$"
    r"|\b(?:procedures?|operations?|surgery|interventions?|injections?|blocks?)(?: \w+){0,3} (?:was|were|is) (?:\w+ ){0,2}?(?:\d[\d.]* ?(?:min(?:utes?)?|s|seconds|hours?) )(?:\w+ly )?$",
    re.I,
)
_LENGTH = re.compile(r"(?:longer|shorter|longest|shortest)$", re.I)
_TO_RECOVER = re.compile(
    r"\b(?:relief|effect|recover\w*|return|heal\w*|work|walk\w*|fus\w+|unite|union|follow)\b", re.I
)


def duration(scene: Scene, clause: Clause, cue: Cue) -> list[OutcomeHit]:
    """Return the time of the procedure where a verb of time is compared and nothing else is named: "A took longer than B"."""
    if cue.kind not in ("up", "down") or not _LENGTH.search(scene.text, cue.start, cue.end):
        return []
    if not _TOOK.search(scene.text, clause.start, cue.start) or _TO_RECOVER.search(
        scene.text, clause.start, clause.end
    ):
        return []
    return [OutcomeHit(id="operative-time", start=cue.start, end=cue.end, sign=-1, text="")]
