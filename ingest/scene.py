"""What the clauses of one sentence share: the paper, the arms, p values, follow-up; and the finding they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.announced import Announced
from ingest.arms import ArmTable
from ingest.binding import Sides
from ingest.clauses import Clause, clauses
from ingest.cues import CHANGES, Cue
from ingest.followup import Place, Schedule, followup_days
from ingest.grounding import Mention
from ingest.numbers import Interval, PValue
from ingest.outcomes import OutcomeHit
from ingest.screened import screened
from ingest.significance import Locus, finding_p, verdict
from kg.model import Basis, Direction, Sentence

__all__ = ["DIFFERENCE", "Carry", "Finding", "Paper", "Scene"]

_HEDGE = screened(
    r"\b(?:may|might|could|suggest\w*|appear\w*|seem\w*|trend\w*|tend(?:ed|s|ency)?|likely|possibl[ey]|potential(?:ly)?|probabl[ey]|presumably)\b",
    re.I,
)
_SIGNIFICANT = screened(r"(?:significan(?:t|tly|ce)|statistical(?:ly)?)\b", re.I)
_INSIGNIFICANT = screened(
    r"\b(?:insignificant|non-?significant|(?:not|no|without|neither|lack(?:ed|ing)?|fail(?:ed|s)? to reach|fell short of|never) (?:\w+ ){0,4}?(?:significan(?:t|tly|ce)|statistical)"
    r"|\bnot to an? (?:\w+ ){1,3}(?:that|which) \w+ (?:\w+ )?significant"
    r"|\b(?:approach(?:ed|es|ing)|near(?:ed|ing|ly|ly reach\w*)|almost|borderline|bordered on|bordering on|just (?:missed|failed to reach|short of)|marginal(?:ly)?|close to) (?:the )?(?:level of |limit of )?(?:statistical(?:ly)? )?significan(?:t|ce))",
    re.I,
)
DIFFERENCE = re.compile(
    r"\b(?:(?:mean |adjusted |between-group |group |treatment |estimated |absolute |risk |intergroup |effect |standardi[sz]ed |weighted |pooled ){0,4}(?:differences?|effect sizes?)\b|treatment effects?\b|(?:W|S)?MD\b|(?P<ratio>(?:RR|OR|HR|relative risk|odds ratio|hazard ratio|risk ratio|rate ratio)\b))",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is known of the paper before its results are read."""

    text: str
    table: ArmTable
    outcomes: tuple[Mention, ...]
    announced: Announced = field(default_factory=Announced)
    schedule: Schedule = field(default_factory=Schedule)


@dataclass(slots=True)
class Carry:
    """What a sentence hands on to the next: its outcomes and arms.

    ``last`` and ``named`` are the outcomes and arms named last, however far back; ``told`` is what it said,
    ``sides`` who was compared in it, ``order`` the order in which numbers of two groups are told, ``differed`` the
    outcomes on which the groups differed.
    """

    outcomes: list[OutcomeHit] = field(default_factory=list)
    last: list[OutcomeHit] = field(default_factory=list)
    arms: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    told: list[Finding] = field(default_factory=list)
    sides: Sides | None = None
    order: tuple[int, ...] = ()
    differed: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A claim in the making.

    ``arm`` and ``other`` are arm numbers, ``clause`` is where it was read, ``how`` what told the arms apart. Numbers
    without a test keep which arm they speak for (``lean``), a count keeps its ``number``, for a sentence that follows.
    """

    arm: int
    other: int | None
    outcome: OutcomeHit
    basis: Basis
    direction: Direction
    rule: str
    clause: Clause
    sentence: Sentence
    cue: Cue | None = None
    times: tuple[int, ...] = ()
    significant: bool | None = None
    p: str | None = None
    noninferiority: bool = False
    hedged: bool = False
    how: str = ""
    lean: int = 0
    number: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """Whether a clause calls its result significant (True), not significant (False) or neither, and whether it hedges."""

    significant: bool | None
    hedged: bool


def _one_test(clause: Clause, after: Sequence[Clause]) -> bool:
    """Return whether a change shares the one test at the end: "VAS fell while activity rose in all groups (P < 0.05)"."""
    changes = all(q.kind in CHANGES for c in after for q in c.cues)
    ours, theirs = {r.arm for r in clause.refs}, {r.arm for c in after for r in c.refs}
    return changes and not clause.p and sum(len(c.p) for c in after) == 1 and (not ours or not theirs or ours == theirs)


class Scene:
    """One sentence of a paper while it is read; ``sides`` are those its last comparison told apart."""

    def __init__(self, paper: Paper, sentence: Sentence, carry: Carry) -> None:
        self.paper, self.sentence, self.carry = paper, sentence, carry
        self.text, self.table = paper.text, paper.table
        self.sides: Sides | None = None
        self._tones: dict[int, Tone] = {}
        self.clauses = clauses(self.text, sentence.start, sentence.end, paper.outcomes, self.table)

    def times(self, clause: Clause, cue: Cue | None, outcome: OutcomeHit, basis: Basis) -> tuple[int, ...]:
        """Return the follow-up of a finding."""
        place = Place(
            sentence=self.sentence.start, start=clause.start, end=clause.end, outcome=outcome.start,
            cue=cue.start if cue else outcome.start, rivals=tuple(o.start for o in clause.outcomes if o.id != outcome.id),
        )  # fmt: skip
        return followup_days(self.paper.schedule, self.text, place, outcome.id, basis)

    def p_value(self, clause: Clause, at: int, hit: OutcomeHit) -> tuple[str | None, bool | None]:
        """Return the p value of a comparison on ``hit`` and whether it is significant; without one, what its interval says."""
        chosen, excludes = self.tested(clause, at, hit, "between")
        return (chosen.text, chosen.significant) if chosen else (None, excludes)

    def tested(self, clause: Clause, at: int, hit: OutcomeHit, basis: Basis, *, null: bool = False, arm: int = -1) -> tuple[PValue | None, bool | None]:  # fmt: skip
        """Return the p value of a finding on ``hit``, and what its interval says when there is none."""
        after = [c for c in self.clauses if c.start >= clause.end]
        topical = (c.start for c in after if c.outcomes or any(q.kind != "differs" for q in c.cues))
        shared = basis == "within" and _one_test(clause, after)
        locus = Locus(
            start=clause.start, end=clause.end, outcome=hit.start, at=at, outcomes=tuple(o.start for o in clause.outcomes),
            arms=tuple((r.start, r.arm) for r in clause.refs), basis=basis, null=null, arm=arm,
            reach=self.sentence.end if shared else next(topical, self.sentence.end),
            sentence=tuple(o.start for c in self.clauses for o in c.outcomes),
        )  # fmt: skip
        chosen = finding_p(self.text, locus, clause.p, [p for c in after for p in c.p])
        contrasts = self.contrasts(clause) if basis == "between" and not clause.p and chosen is None else []
        return chosen, (contrasts[0].excludes_null if contrasts else None)

    def contrasts(self, clause: Clause) -> list[Interval]:
        """Return the intervals of differences and ratios; the interval of one group's mean tests nothing."""
        return [i for i in clause.intervals if i.measure]

    def make(self, clause: Clause, cue: Cue | None, outcome: OutcomeHit, basis: Basis, direction: Direction, arm: int, other: int | None, rule: str, **more: object) -> Finding:  # fmt: skip
        """Return a finding with p, significance, hedge and times filled in."""
        chosen, excludes = self.tested(
            clause, max(outcome.end, cue.end if cue else 0), outcome, basis, null=direction == "no-difference", arm=arm
        )
        tone = self.tone(clause)
        p, significant = verdict(
            chosen, excludes, direction, basis, said=tone.significant is True, noninferior=bool(more.get("noninferiority")),
        )  # fmt: skip
        if p is None and significant is None and tone.significant is False:
            significant = False
        finding = Finding(
            arm=arm, other=other, outcome=outcome, basis=basis, direction=direction, rule=rule, clause=clause, sentence=self.sentence, cue=cue,
            times=self.times(clause, cue, outcome, basis), significant=significant, p=p, hedged=tone.hedged,
        )  # fmt: skip
        return replace(finding, **more) if more else finding  # type: ignore[arg-type]

    def tone(self, clause: Clause) -> Tone:
        """Return what a clause says of significance and doubt, read once."""
        if clause.start not in self._tones:
            body = self.text[clause.start : clause.end]
            said = bool(_SIGNIFICANT.search(body))
            significant = None if not said else not _INSIGNIFICANT.search(body)
            self._tones[clause.start] = Tone(significant=significant, hedged=bool(_HEDGE.search(body)))
        return self._tones[clause.start]

    def default_pair(self) -> Sides | None:
        """Return index against comparator."""
        return Sides(0, 1, "default") if self.table.compared else None

    def default_arms(self) -> tuple[int, ...]:
        """Return the arms a finding without a named group belongs to: those that are no comparators."""
        return tuple(i for i, a in enumerate(self.table.arms) if a.index) or (0,)

    def all_arms(self) -> tuple[int, ...]:
        """Return every arm of the study: what nobody had, no group had."""
        return tuple(range(self.table.groups)) if self.table.compared else self.default_arms()
