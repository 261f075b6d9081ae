"""Decide which p value of a sentence is the one of a finding.

The p behind an outcome is its own; lists are read in step ("pain and function improved, P = .01 and P = .2");
a p of a comparison is not the p of a change within one group, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.numbers import PValue
from ingest.screened import screened
from kg.model import Basis, Direction

__all__ = ["Locus", "finding_p", "verdict"]

_FOR_EACH = screened(
    r"\A[)\]]?\s*(?:,\s*)?(?:for|in|at) (?:all|both|each|every|either)\b|\A\s*(?:each|both|all)\b", re.I
)
_WITHIN = screened(
    r"\b(?:from|than|to|with|versus|vs\.?|over|against) (?:the |their |its )?(?:baseline|pre-?\w*|initial)|\bbaseline\b|\bfrom -?[\d.]+ (?:\S+ ){0,3}?to -?[\d.]+|\bwithin[- ](?:and between[- ])?(?:the )?group|\beach group|\bbefore (?:the )?(?:treatment|surgery|operation|injection|procedure|implant\w*|intervention)|\bpre-?(?:operative|treatment|procedur\w+|injection|intervention)|\bpre-?(?: and| to| versus|/) ?post|\bbefore and after\b",
    re.I,
)
_BETWEEN = re.compile(
    r"\bbetween[- ](?:the )?(?:\w+ )?(?:group|arm|treatment)|\binter-?group|\bdifferen(?:ce|ces|t|tly)\b|\bMD\b|\bversus\b|\bvs?\b\.?|\bcompared (?:with|to)\b|\bthan\b|\binteraction\b|"
    r"\b(?:greater|more|better|superior|larger|higher|lower|fewer|shorter|longer|faster|worse)\b",
    re.I,
)
_TWO_VALUES = re.compile(r"\d%? and (?:by |to )?-?[\d.]+%?[^\d.;]{0,30}\brespectively[\s,(]*\Z", re.I)
_NEAR = 80  # characters before a p that say what it tests
_FOR = re.compile(r"\s*(?:,\s*[\d.]+\s*)*,?\s*for (?:the )?([a-zA-Z][\w-]*(?: [a-z][\w-]*)?)")
_NEXT = re.compile(r"\s*(?:,|;|,?\s*and|&)\s*")
_UNREACHED = re.compile(
    r"\W*(?:(?:although|though|but|albeit|however|yet),? )?(?:(?:it|this|the difference|which) )?(?:(?:was|did|were|is) )?(?:not|without)\b[^.;()]{0,30}\bsignifican\w+\W*",
    re.I,
)
_TOGETHER = re.compile(r"[^.;,()]{0,30}\band (?:in )?(?:the )?\Z")
_STEP = re.compile(r"\brespectively\b", re.I)
_BOTH = re.compile(
    r"\b(?:both|each|all|either|every|two|three) (?:\w+ ){0,2}(?:group|arm|treatment|cohort|procedure|technique|approach|method|modalit)|\brespectively\b|\bwithin\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locus:
    """Where a finding stands among the p values of its clause.

    ``start`` and ``end`` bound the clause; ``outcome`` is where the finding's outcome
    begins, ``at`` where outcome and cue have both been named; ``outcomes`` are the starts of all outcomes of the
    clause, ``arms`` (start, arm) of its mentions of groups; ``reach`` is where the next clause with a topic of its
    own begins: a p up to there still belongs to this one ("lower, but not significantly so (P = .2)"). ``null`` marks a finding of no difference, ``arm`` is the group of a change,
    ``sentence`` are the starts of all outcomes of the sentence, in order.
    """

    start: int
    end: int
    outcome: int
    at: int
    outcomes: tuple[int, ...]
    arms: tuple[tuple[int, int], ...]
    basis: Basis
    reach: int = 0
    null: bool = False
    arm: int = -1
    sentence: tuple[int, ...] = ()


def finding_p(text: str, locus: Locus, ps: Sequence[PValue], later: Sequence[PValue]) -> PValue | None:
    """Return the p value of a finding out of those of its clause, or out of those ``later`` in its sentence."""
    if locus.basis != "rate" and (listed := _listed(text, locus, [*ps, *later])) is not None:
        return listed
    ends = [p.end for p in ps]
    ps = [p for p in ps if _suits(text, locus, p, max((e for e in ends if e <= p.start), default=0))]
    chosen = _of_clause(text, locus, ps) if ps else _of_rest(text, locus, later)
    if chosen and locus.null and chosen.significant and chosen.start < locus.at:
        return None
    return chosen


def _listed(text: str, locus: Locus, ps: Sequence[PValue]) -> PValue | None:
    """Return the p that a list gives for the finding's outcome: "(P = .1 for pain; P = .2 for function)", or in step with a sentence."""
    named = [(p, m) for p in ps if (m := _FOR.match(text, p.end))]
    own = text[locus.outcome : locus.outcome + 40].lower()
    if len(named) > 1:
        return next((p for p, m in named if own.startswith(m[1].lower())), None)
    run = [p for p, q in pairwise(ps) if _NEXT.fullmatch(text, p.end, q.start)]
    if not run or run[0] is not ps[0] or len(locus.sentence) != len(run) + 1 or locus.outcome not in locus.sentence:
        return None
    members = ps[: len(run) + 1]
    if len(members) != len(locus.sentence) or not _STEP.search(text, members[-1].end, members[-1].end + 25):
        return None
    return members[locus.sentence.index(locus.outcome)] if max(locus.sentence) < members[0].start else None


def _suits(text: str, locus: Locus, p: PValue, since: int = 0) -> bool:
    """Return whether a p tests what the finding says: a comparison of groups or a change within one.

    Groups named before ``since``, the end of the p before, have their own test.
    """
    if locus.basis == "rate":
        return False
    after = text[p.end : p.end + 20]
    before = text[max(locus.start, min(locus.at, p.start), p.start - _NEAR) : p.start]
    if locus.basis == "between":
        return not (_FOR_EACH.match(after) and _WITHIN.search(text, locus.start, locus.end))
    if _FOR_EACH.match(after) or _WITHIN.search(before):
        return True
    if _BETWEEN.search(before) or _TWO_VALUES.search(before):
        return False
    named = [(at, arm) for at, arm in locus.arms if max(locus.at, since) <= at < p.start]
    if len({arm for _, arm in named}) < 2 or _joined(text, [at for at, _ in named]):
        return True
    return bool(_BOTH.search(text, locus.start, min(locus.end, p.end + 30)))


def _joined(text: str, starts: Sequence[int]) -> bool:
    """Return whether two groups are named as one: "in the block and the exercise group (P < .05)"."""
    return len(starts) == 2 and bool(_TOGETHER.search(text, starts[0], starts[1]))


def _of_clause(text: str, locus: Locus, ps: list[PValue]) -> PValue | None:
    outcomes = sorted(set(locus.outcomes))
    if locus.basis == "within" and len(ps) > 1 and len(outcomes) < 2 and (arms_own := _of_arm(locus, ps)) is not None:
        return arms_own
    following = min((o for o in outcomes if o > locus.outcome), default=locus.end)
    own = [p for p in ps if locus.outcome < p.start < following]
    if own and (following < locus.end or len(outcomes) < 2):
        return next((p for p in own if p.start >= locus.at), own[-1])
    if (paired := _in_step(text, locus, ps, outcomes)) is not None:
        return paired
    behind = next((p for p in ps if p.start >= locus.at), None)
    if behind is not None:
        return behind
    last = ps[-1]
    taken = any(o < last.start for o in outcomes if o != locus.outcome) and last.start < locus.outcome
    return None if taken else last


def _of_arm(locus: Locus, ps: list[PValue]) -> PValue | None:
    """Return the p next behind a mention of the finding's group, when no other group is named in between."""
    for p in ps:
        before = [arm for at, arm in locus.arms if at < p.start]
        if before and before[-1] == locus.arm and len({arm for _, arm in locus.arms}) > 1:
            return p
    return None


def _in_step(text: str, locus: Locus, ps: list[PValue], outcomes: list[int]) -> PValue | None:
    """Return the p that has the place in its list that the outcome has among the outcomes before the list."""
    before = [o for o in outcomes if o < ps[0].start]
    if len(ps) < 2 or len(before) < 2 or locus.outcome not in before or ps[0].start < max(outcomes):
        return None
    if len(before) > len(ps) and _STEP.search(text, ps[-1].end, ps[-1].end + 25):
        before = before[-len(ps) :]
    return ps[before.index(locus.outcome)] if len(before) == len(ps) and locus.outcome in before else None


def _of_rest(text: str, locus: Locus, later: Sequence[PValue]) -> PValue | None:
    """Return a p that holds for the whole sentence ("P < .05 for all"), or that a bare "but not significantly" brings."""
    for p in later:
        if p.start < locus.end:
            continue
        denied = _UNREACHED.fullmatch(text, locus.end, p.start)
        if p.start < locus.reach or denied or _FOR_EACH.match(text[p.end : p.end + 20]):
            return p if _suits(text, locus, p) else None
    return None


def verdict(
    p: PValue | None, excludes: bool | None, direction: Direction, basis: Basis, *, said: bool, noninferior: bool
) -> tuple[str | None, bool | None]:
    """Return the p of a finding as written, and whether the finding is significant.

    ``excludes`` is what its interval says when there is no p, ``said`` whether its clause speaks of significance.
    Words win over numbers: "no significant difference (P < 0.05)" is not significant.
    """
    if basis == "rate":
        return None, None
    written = p.text if p else None
    significant = p.significant if p else excludes
    if significant is None and p is None and said:
        return None, direction != "no-difference"
    if direction == "no-difference" and significant and not noninferior:
        return written, False if said or p else None
    return written, significant
