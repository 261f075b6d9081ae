"""Read one sentence: cues, outcomes and arms become findings.

The order of the grammar is that of the design: no difference, comparative, numbers set against each other,
change from baseline, nothing observed, plain rate. A finding that cannot be tied to an arm is not made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.arms import ArmTable
from ingest.binding import ALL_ARMS, BASELINE, Sides, bind, mentioned_arms, sides, versus_arm
from ingest.clauses import Clause, clauses
from ingest.cues import CHANGES, COMPARATIVES, Cue
from ingest.followup import Place, Schedule, followup_days
from ingest.grounding import Mention
from ingest.numbers import Interval
from ingest.outcomes import OutcomeHit
from ingest.significance import Locus, finding_p
from ingest.tally import arm_values, counted, share, threshold_share
from kg.model import Basis, Direction, Sentence

__all__ = ["PROCESS_IDS", "Carry", "Finding", "Paper", "read_sentence"]

_ANAPHORA = re.compile(r"^\W*(?:however,? |moreover,? |but |and |similarly,? |nevertheless,? |also,? )*(?:this|these|that|those|the|such|it|they|both|there|no|similar|a) ?(?:\w+ )?(?:differences?|improvements?|effects?|results?|superiority|advantage|relief|changes?|reductions?|benefits?|parameters?|findings?|was|were|scores?|had|gains?)?\b", re.I)  # fmt: skip
_ANY_OUTCOME = re.compile(r"\b(?:any|all|other|both|the|these|clinical|functional|primary|secondary|either|main|standard|measured|assessed|studied|remaining|efficacy|no) (?:\w+ ){0,3}?(?:outcomes?(?: measures?| variables?| parameters?| scores?)?|variables?|parameters?|measures?|end ?points?|measurements?|scores|indices|scales)\b", re.I)  # fmt: skip
_EVERY_OUTCOME = re.compile(r"\b(?:all|every|each|both|primary)\b (?:\w+[ -]){0,4}?(?:outcomes?|outcome measures?|measures|parameters|end ?points?|variables|domains)\b", re.I)
# "to reduce pain" is a purpose, "was shown to reduce pain" a finding; "three patients reported increased pain" is a count.
_PURPOSE = re.compile(r"(?<!shown )(?<!found )(?<!demonstrated )(?<!able )(?<!proved )(?<!proven )(?<!reported )(?<!appears )(?<!appear )(?<!appeared )(?<!seems )(?<!seem )(?<!tends )(?<!tended )(?<!continued )(?<!known )(?<!due )\b(?:to|in order to|rather than|aimed at|goal of|attempt to|intended to) (?:\w+ly )?$", re.I)
_FEW_PATIENTS = re.compile(r"^\W*(?:and |only |in addition,? )?(?:one|two|three|four|five|six|seven|eight|\d{1,2}|a) (?:\(\d+(?:\.\d+)?%\) )?(?:\w+ )?(?:patients?|cases?|subjects?|reported|required|had|developed|experienced)\b", re.I)
_GOOD_SHARE = re.compile(r"^(?:success\w*|effective|excellent|good|satisfactory|improved|recovered)[^.;]{0,60}\d\s?%", re.I)
_BY_OUTCOME = re.compile(r"patients with (?:a )?(?:good|poor|bad|better|worse|excellent) (?:clinical )?(?:outcome|result|response)|(?:non-?)?responders (?:had|were|showed)", re.I)
_NOT_SHOWN = re.compile(r"\b(?:not|failed|neither)\b", re.I)
_BUT_NOT = re.compile(r",? (?:but|and|though) not (?:at|in|for|with|after|the|on|by|of|during)?\b|,? whereas not", re.I)
_GROUPS = re.compile(r"\b(?:groups?|arms?|treatments?|techniques?|procedures?|approaches|between|either|both|methods?|cohorts?|stimulation|injection)\b", re.I)
_HEDGE = re.compile(r"\b(?:may|might|could|suggest\w*|appear\w*|seem\w*|trend\w*|tend(?:ed|s|ency)?|likely|possibl[ey]|potential(?:ly)?|probabl[ey]|presumably)\b", re.I)
_SIGNIFICANT = re.compile(r"\b(?:significan(?:t|tly|ce)|statistically)\b", re.I)
_ONLY_BASELINE = re.compile(r"\b(?:at baseline|baseline (?:characteristics|demographic|data|values|variables|parameters|scores|features)|demographic\w*|(?:regard|respect|terms|relation) (?:to|of) (?:the )?(?:pre-?operative|baseline|demograph\w+)|preoperative (?:indices|scores?|characteristics|data|variables|parameters)|(?:age|sex|gender|BMI|body mass index|bone mineral density)(?:,| and| or) (?:age|sex|gender|BMI|body|bone|duration|weight|height)|comparable at|before (?:treatment|surgery|intervention)[^.]{0,20}(?:similar|comparable))\b", re.I)  # fmt: skip
_PATIENT_FACTOR = re.compile(r"\b(?:risk factors?|hazard ratio|likelihood|predict(?:or|ors|ive|ed|ion)|correlat\w+|regression|(?:was|were|is|are) (?:\w+ )?associated with|association between|odds of|smokers|patients with (?:a )?(?:good|poor|bad|better|worse|excellent|favou?rable|unfavou?rable|successful) (?:clinical )?(?:outcomes?|results?|response)|non-?responders|younger|older|elderly|women than|men than|females?|males? than|gender|sensitivity analysis|subgroup)\b", re.I)  # fmt: skip
_RATE_IDS = frozenset(
    "adverse-event infection dural-tear neurological-injury device-complication cement-leakage new-vertebral-fracture mortality reoperation recurrence treatment-success "
    "patient-satisfaction pain-responder technical-success operative-time blood-loss hospital-stay cost fusion-rate return-to-work diagnostic-accuracy duration-of-relief "
    "radiation-exposure imaging-finding".split()
)
PROCESS_IDS = frozenset(
    "adverse-event infection dural-tear neurological-injury device-complication cement-leakage new-vertebral-fracture mortality reoperation recurrence operative-time blood-loss "
    "radiation-exposure hospital-stay cost technical-success".split()
)
_SHARE_IDS = frozenset({"treatment-success", "patient-satisfaction", "pain-responder", "return-to-work", "fusion-rate"})
_HARM_IDS = frozenset("adverse-event infection dural-tear neurological-injury device-complication cement-leakage new-vertebral-fracture mortality reoperation recurrence".split())
_DIFFERENCE = re.compile(r"\b(?:(?:mean |adjusted |between-group |group |treatment |estimated |absolute |risk |intergroup |effect |standardi[sz]ed |weighted |pooled ){0,4}(?:difference|effect size)\b|(?:W|S)?MD\b|(?P<ratio>(?:RR|OR|HR|relative risk|odds ratio|hazard ratio|risk ratio|rate ratio)\b))", re.I)
_BEFORE_AFTER = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)(?: ?(?:±|\+/-) ?[\d.]+)?%?(?: ?(?:mm|cm|points?|°|degrees))?,? (?:\([^)]*\) )?(?:before|pre-?operatively|pre-?treatment|at baseline|initially|on admission)\b[^.;]{0,40}?(?:,| and| to) (?:[a-z]+ ){0,3}?(\d+(?:\.\d+)?)(?: ?(?:±|\+/-) ?[\d.]+)?%?(?: ?(?:mm|cm|points?|°|degrees))? (?:\([^)]*\) )?(?:at|after|post|immediately|on|during|\d)",
    re.I,
)
_RELIEF_VERB = re.compile(r"\b(?:achiev|obtain|experienc|provid|report|produc|resulted in|lasted|persist|maintain|sustain|gave|had|show)\w*\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is known of the paper before its results are read."""

    text: str
    table: ArmTable
    outcomes: tuple[Mention, ...]
    inventory: tuple[OutcomeHit, ...] = ()
    schedule: Schedule = field(default_factory=Schedule)


@dataclass(slots=True)
class Carry:
    """What a sentence hands on to the next: its outcomes, sides and times."""

    outcomes: list[OutcomeHit] = field(default_factory=list)
    sides: Sides | None = None
    arms: tuple[int, ...] = ()
    times: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A claim in the making; ``arm`` and ``other`` are arm numbers, ``clause`` where it was read."""

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
    confidence: float = 0.5


class _Reader:
    """Reads one sentence; holds what its clauses share."""

    def __init__(self, paper: Paper, sentence: Sentence, carry: Carry) -> None:
        self.paper, self.sentence, self.carry = paper, sentence, carry
        self.text, self.table = paper.text, paper.table
        self.clauses = clauses(self.text, sentence.start, sentence.end, paper.outcomes, self.table)
        self.all_times = tuple(dict.fromkeys(t.days for c in self.clauses for t in c.times))

    # -- shared facts -------------------------------------------------------------------------------------------

    def times(self, clause: Clause, cue: Cue | None, outcome: OutcomeHit, basis: Basis) -> tuple[int, ...]:
        """Return the follow-up of a finding."""
        place = Place(
            sentence=self.sentence.start, start=clause.start, end=clause.end, outcome=outcome.start,
            cue=cue.start if cue else outcome.start, rivals=tuple(o.start for o in clause.outcomes if o.id != outcome.id),
        )  # fmt: skip
        return followup_days(self.paper.schedule, self.text, place, outcome.id, basis)

    def p_value(self, clause: Clause, at: int, hit: OutcomeHit, basis: Basis = "between") -> tuple[str | None, bool | None]:
        """Return the p value of a finding on ``hit`` and whether it is significant; without one, what its interval says."""
        later = [p for c in self.clauses if c.start >= clause.end for p in c.p]
        locus = Locus(
            start=clause.start, end=clause.end, outcome=hit.start, at=at, outcomes=tuple(o.start for o in clause.outcomes),
            arms=tuple((r.start, r.arm) for r in clause.refs), basis=basis,
        )  # fmt: skip
        chosen = finding_p(self.text, locus, clause.p, later)
        if chosen is not None:
            return chosen.text, chosen.significant
        excludes = [i.excludes_null for i in self.contrasts(clause)] if basis == "between" and not clause.p else []
        return None, (excludes[0] if excludes else None)

    def contrasts(self, clause: Clause) -> list[Interval]:
        """Return the intervals of differences and ratios; the interval of one group's mean tests nothing."""
        return [i for i in clause.intervals if i.measure]

    def make(self, clause: Clause, cue: Cue | None, outcome: OutcomeHit, basis: Basis, direction: Direction, arm: int, other: int | None, rule: str, confidence: float, **more: object) -> Finding:  # fmt: skip
        """Return a finding with p, significance, hedge and times filled in."""
        p, significant = self.p_value(clause, max(outcome.end, cue.end if cue else 0), outcome, basis)
        body = self.text[clause.start : clause.end]
        if significant is None and p is None and _SIGNIFICANT.search(body):
            significant = direction != "no-difference"
        if direction == "no-difference" and significant is True:
            p, significant = None, (False if _SIGNIFICANT.search(body) else None)
        if basis == "rate":
            p, significant = None, None
        finding = Finding(
            arm=arm, other=other, outcome=outcome, basis=basis, direction=direction, rule=rule, clause=clause, sentence=self.sentence, cue=cue,
            times=self.times(clause, cue, outcome, basis), significant=significant, p=p, hedged=bool(_HEDGE.search(body)), confidence=confidence,
        )  # fmt: skip
        return replace(finding, **more) if more else finding  # type: ignore[arg-type]

    def default_pair(self) -> Sides | None:
        """Return index against comparator."""
        return Sides(0, 1, "default") if self.table.compared else None

    # -- the grammar --------------------------------------------------------------------------------------------

    def same(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """No difference between groups."""
        arms = mentioned_arms(clause, self.text, self.table)
        if BASELINE.search(self.text, clause.start, clause.end) and not self.table.compared:
            yield from self.unchanged(clause, cue, hits)
            return
        if not self.table.compared:
            return
        pair = sides(clause, cue, self.text, self.table, self.carry.sides) if len(arms) <= 2 else self.default_pair()
        pair = pair or self.default_pair()
        if pair is None:
            return
        first, second = sorted((pair.subject, pair.other))
        for hit in hits:
            yield self.make(clause, cue, hit, "between", "no-difference", first, second, cue.name, 0.8, noninferiority=cue.kind == "noninferior")

    def comparative(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """One group has more, less, better or worse."""
        if BASELINE.search(self.text, clause.start, clause.end) and versus_arm(clause, self.text) is None:
            yield from self.change(clause, replace(cue, kind={"up": "rise", "down": "fall", "good": "improve", "bad": "worsen"}[cue.kind]), hits)  # type: ignore[arg-type]
            return
        pair = sides(clause, cue, self.text, self.table, self.carry.sides)
        if pair is None:
            return
        self.carry.sides = pair
        for hit in hits:
            sign = _judge(cue, hit)
            if sign:
                found = self.between(clause, cue, hit, sign, pair, "carried-sides" if pair.how == "carried" else cue.name, 0.85 if pair.how in ("than", "favour") else 0.7)
                yield from self.except_times(clause, found)

    def but_not(self, clause: Clause) -> int:
        """Return where "but not" stands in a clause; the end of the clause when it does not."""
        m = _BUT_NOT.search(self.text, clause.start, clause.end)
        return m.start() if m else clause.end

    def except_times(self, clause: Clause, finding: Finding) -> Iterator[Finding]:
        """Give "at 3 months but not at 12 months" its two findings."""
        cut = self.but_not(clause)
        later = tuple(dict.fromkeys(t.days for t in clause.times if t.start >= cut))
        if not later:
            yield finding
            return
        sooner = tuple(dict.fromkeys(t.days for t in clause.times if t.start < cut))
        yield replace(finding, times=sooner or tuple(d for d in finding.times if d not in later))
        yield replace(finding, times=later, direction="no-difference", rule=finding.rule + "-but-not", significant=None, p=None)

    def between(self, clause: Clause, cue: Cue | None, hit: OutcomeHit, sign: int, pair: Sides, rule: str, confidence: float) -> Finding:
        """Return a between-group finding written from the index side."""
        arm, other = pair.subject, pair.other
        if arm > other:
            arm, other, sign = other, arm, -sign
        return self.make(clause, cue, hit, "between", "better" if sign > 0 else "worse", arm, other, rule, confidence)

    def change(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """A group changes; with another group after "than" it is a comparison instead."""
        rival = versus_arm(clause, self.text)
        if rival is not None and len(clause.changes) < 2 and not re.search(r"compared (?:with|to) [-\d.]+ (?:to|vs)", self.text[clause.start : clause.end]) and not ALL_ARMS.search(self.text, clause.start, clause.end):
            kind = {"rise": "up", "fall": "down", "improve": "good", "worsen": "bad"}[cue.kind]
            pair = sides(clause, cue, self.text, self.table, self.carry.sides)
            for hit in hits:
                if pair and (sign := _judge(replace(cue, kind=kind), hit)):  # type: ignore[arg-type]
                    yield self.between(clause, cue, hit, sign, pair, f"{cue.name}-versus", 0.75)
            return
        shares = threshold_share(clause, self.text) or (any(h.id in _SHARE_IDS for h in hits) and share(clause, self.text))
        if shares and not clause.changes:
            yield from self.passed(clause, cue, hits)
            return
        arms = mentioned_arms(clause, self.text, self.table) or self.carry.arms or self.default_arms()
        cut = self.but_not(clause)
        denied, allowed = {r.arm for r in clause.refs if r.start >= cut}, {r.arm for r in clause.refs if r.start < cut}
        for hit in hits:
            sign = _judge(cue, hit)
            if not sign or (hit.general and not self.patients_did(clause, hit)):
                continue
            if hit.id in PROCESS_IDS:
                yield from self.process(clause, cue, hit, sign)
                continue
            refused = hit.start >= cut
            for arm in arms:
                without = refused or (arm in denied and arm not in allowed)
                direction: Direction = "no-difference" if without else ("better" if sign > 0 else "worse")
                yield self.make(clause, cue, hit, "within", direction, arm, None, cue.name + ("-but-not" if without else ""), 0.7)
        yield from self.numbers(clause, cue, hits, needs_test=True)

    def patients_did(self, clause: Clause, hit: OutcomeHit) -> bool:
        """Return whether a general word of success is what patients did ("patients improved"), not a manner of speaking."""
        return bool(re.match(r"improve|recover", hit.text, re.I) and re.search(r"\b(?:patients|subjects|participants|cases|groups?|symptoms|arms)\b", self.text[clause.start : clause.end], re.I))

    def process(self, clause: Clause, cue: Cue, hit: OutcomeHit, sign: int) -> Iterator[Finding]:
        """An outcome without a baseline (blood loss, complications): a change of it means against the other group."""
        named = {r.arm for r in clause.refs}
        if not self.table.compared or len(named) != 1 or cue.kind not in ("fall", "rise"):
            return
        arm = named.pop()
        yield self.between(clause, cue, hit, sign, Sides(arm, 1 if arm == 0 else 0, "in"), cue.name + "-process", 0.6)

    def passed(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """Shares of patients who passed a threshold: compared when two groups have one, else a rate."""
        for hit in hits:
            good = replace(hit, sign=1 if _judge(cue, hit) > 0 else -1)
            compared = list(self.numbers(clause, None, [good], needs_test=False))
            yield from compared
            if not compared:
                for arm in mentioned_arms(clause, self.text, self.table) or (0,):
                    yield self.make(clause, None, hit, "rate", "reported", arm, None, "threshold-rate", 0.6)

    def default_arms(self) -> tuple[int, ...]:
        """Return the arms a finding without a named group belongs to: those that are no comparators."""
        return tuple(i for i, a in enumerate(self.table.arms) if a.index) or (0,)

    def unchanged(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """A group does not change; against another group it is no difference."""
        if self.table.compared and versus_arm(clause, self.text) is not None and not BASELINE.search(self.text, clause.start, clause.end):
            yield from self.same(clause, cue, hits)
            return
        if any(c.kind == "good" for c in clause.cues) or re.search(r"remained (?:statistically )?significant", self.text[clause.start : clause.end]):
            return
        for hit in hits:
            if hit.id in _HARM_IDS or hit.general:
                continue
            for arm in mentioned_arms(clause, self.text, self.table) or self.carry.arms or self.default_arms():
                yield self.make(clause, cue, hit, "within", "no-difference", arm, None, cue.name, 0.65)

    def numbers(self, clause: Clause, cue: Cue | None, hits: Sequence[OutcomeHit], *, needs_test: bool) -> Iterator[Finding]:
        """Two groups with a number each: the test gives the direction, two bare numbers are only reported."""
        if not self.table.compared:
            return
        values = self.two_changes(clause) or arm_values(clause, self.text)
        if len(values) < 2:
            return
        (a, x), (b, y) = list(values.items())[:2]
        last = max(r.start for r in clause.refs) if cue is not None and cue.kind in CHANGES else clause.start
        for hit in hits:
            p, significant = self.p_value(clause, hit.end, hit)
            tested = any(t.start >= last for t in (*clause.p, *self.contrasts(clause)))
            if needs_test and not tested:
                continue
            first, second = sorted((a, b))
            if significant is False:
                yield self.make(clause, cue, hit, "between", "no-difference", first, second, "numbers-not-significant", 0.7)
            elif significant and x != y and hit.sign:
                growth = -1 if cue is not None and cue.kind == "fall" and not clause.changes else 1
                sign = (hit.sign if x > y else -hit.sign) * growth
                yield self.between(clause, cue, hit, sign, Sides(a, b, "numbers"), "numbers-tested", 0.7)
            elif not tested and not needs_test:
                yield self.make(clause, cue, hit, "between", "reported", first, second, "numbers-bare", 0.6)

    def difference(self, clause: Clause, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """A mean difference or ratio with its interval or test, without a word for its direction."""
        m = _DIFFERENCE.search(self.text, clause.start, clause.end)
        if m is None or not self.table.compared:
            return
        pair = sides(clause, Cue(kind="up", name="difference", start=m.start(), end=m.end()), self.text, self.table, None) or self.default_pair()
        if pair is None:
            return
        for hit in hits:
            p, significant = self.p_value(clause, m.end(), hit)
            interval = next((i for i in clause.intervals if i.start >= m.start()), None)
            if interval is not None and p is None:
                significant = interval.excludes_null
            first, second = sorted((pair.subject, pair.other))
            if significant is False:
                yield self.make(clause, None, hit, "between", "no-difference", first, second, "difference-not-significant", 0.7, significant=False)
            elif significant and interval is not None and hit.sign and not hit.inverse:
                null = 1.0 if m.group("ratio") else 0.0
                sign = hit.sign if interval.low >= null else -hit.sign
                yield self.between(clause, None, hit, sign, Sides(first, second, "difference"), "difference-interval", 0.6)

    def two_changes(self, clause: Clause) -> dict[int, float]:
        """Return arm → change for "from 7.1 to 3.2 in A and from 6.9 to 4.0 in B"."""
        arms = list(dict.fromkeys(r.arm for r in clause.refs))
        if len(clause.changes) != 2 or len(arms) != 2:
            return {}
        return {a: c.after - c.before for a, c in zip(arms, clause.changes, strict=True)}

    def before_after(self, clause: Clause) -> Iterator[Finding]:
        """"7.1 before injection, 4.2 at 1 month" and "from 82 to 20" without a word of change."""
        m = _BEFORE_AFTER.search(self.text, clause.start, clause.end)
        pair = (clause.changes[0].before, clause.changes[0].after) if clause.changes else (float(m.group(1)), float(m.group(2))) if m else None
        if pair is None or pair[0] == pair[1]:
            return
        for hit in clause.outcomes:
            if hit.sign and not hit.inverse and hit.id not in PROCESS_IDS:
                sign = hit.sign if pair[1] > pair[0] else -hit.sign
                for arm in mentioned_arms(clause, self.text, self.table) or self.default_arms():
                    yield self.make(clause, None, hit, "within", "better" if sign > 0 else "worse", arm, None, "before-after", 0.55)

    def none(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
        """Nothing of that kind was seen."""
        arms = mentioned_arms(clause, self.text, self.table) or self.default_arms()
        for hit in hits:
            if hit.id in _HARM_IDS:
                for arm in arms:
                    yield self.make(clause, cue, hit, "rate", "none-observed", arm, None, "none-observed", 0.75)

    def rate(self, clause: Clause) -> Iterator[Finding]:
        """A plain rate or value."""
        factors = _PATIENT_FACTOR.search(self.text, clause.start, clause.end)
        for hit in clause.outcomes:
            if hit.id not in _RATE_IDS or (hit.general and not _GOOD_SHARE.search(self.text, hit.start, clause.end)) or not counted(self.text, clause, hit) or (factors and not clause.refs):
                continue
            arms = mentioned_arms(clause, self.text, self.table)
            if self.table.compared and len(arms) == 2 and len(arm_values(clause, self.text)) == 2:
                yield from self.numbers(clause, None, [hit], needs_test=False)
                continue
            for arm in arms or (0,):
                yield self.make(clause, None, hit, "rate", "reported", arm, None, "rate", 0.55)

    def relief(self, clause: Clause) -> Iterator[Finding]:
        """Relief that was obtained, without a word of change."""
        for hit in clause.outcomes:
            if hit.inverse and hit.id in ("pain-intensity", "back-pain-intensity", "leg-pain-intensity", "neck-pain-intensity") and _RELIEF_VERB.search(self.text, clause.start, clause.end):
                for arm in mentioned_arms(clause, self.text, self.table) or self.default_arms():
                    yield self.make(clause, None, hit, "within", "better", arm, None, "relief-obtained", 0.5)

    def spread(self, clause: Clause, cue: Cue, hits: list[OutcomeHit]) -> list[OutcomeHit]:
        """Return the outcomes of a cue, or those it inherits: "any outcome", an earlier clause, the sentence before."""
        if hits:
            generic = [h for h in hits if h.id in ("treatment-success", "other-outcome") and _ANY_OUTCOME.search(self.text, h.start - 30, h.end + 12)]
            named = cue.kind in ("same", "unchanged", "noninferior") or _EVERY_OUTCOME.search(self.text, clause.start, clause.end)
            if cue.kind in ("same", "noninferior") and all(h.general for h in hits):
                generic = list(hits)
            if generic and len(generic) == len(hits) and self.paper.inventory and named and self.sentence.role != "conclusions":
                return [replace(o, start=hits[0].start, end=hits[0].end) for o in self.paper.inventory]
            return hits
        if self.paper.inventory and self.sentence.role != "conclusions" and (
            (cue.kind in ("same", "unchanged", "noninferior") and _ANY_OUTCOME.search(self.text, clause.start, clause.end))
            or (cue.kind in COMPARATIVES | CHANGES and _EVERY_OUTCOME.search(self.text, clause.start, clause.end))
        ):
            return [replace(o, start=cue.start, end=cue.end) for o in self.paper.inventory]
        carried = self.carry.outcomes
        if not carried and cue.name in ("no-difference", "did-not-differ", "noninferior") and self.table.compared and _GROUPS.search(self.text, clause.start, clause.end):
            carried = list(self.paper.inventory[:4]) or [OutcomeHit(id="treatment-success", start=cue.start, end=cue.end, sign=1, text="", general=True)]
        return [replace(o, start=cue.start, end=cue.end) for o in carried]

    def read(self) -> Iterator[Finding]:
        """Yield the findings of the sentence, clause by clause."""
        if not _ANAPHORA.search(self.sentence.text):
            self.carry.outcomes, self.carry.arms = [], ()
        self.carry.sides = None
        for clause in self.clauses:
            yield from self.read_clause(clause)
            if clause.outcomes:
                self.carry.outcomes = list(clause.outcomes)
            named = mentioned_arms(clause, self.text, self.table)
            self.carry.arms = named or self.carry.arms

    def read_clause(self, clause: Clause) -> Iterator[Finding]:
        """Yield the findings of one clause."""
        body = self.text[clause.start : clause.end]
        moving = any(c.kind in CHANGES for c in clause.cues) or BASELINE.search(body) or clause.changes
        if _ONLY_BASELINE.search(body) and not moving:
            return
        groups = bind(clause, self.text)
        held = [g for g in groups if g[1]] or groups[:1]
        held += [(c, held[0][1]) for c, hits in groups if not hits and c.kind in ("same", "noninferior") and held[0][1] and held[0][0].kind in CHANGES]
        made = 0
        for cue, hits in held:
            found = list(self.dispatch(clause, cue, self.spread(clause, cue, hits)))
            made += len(found)
            yield from found
        if not made and clause.outcomes:
            tested = list(self.numbers(clause, None, clause.outcomes, needs_test=True)) if not any(c.kind in ("same", "none") for c in clause.cues) else []
            tested = tested or list(self.difference(clause, clause.outcomes)) or list(self.before_after(clause))
            yield from tested or self.rate(clause)
            yield from self.relief(clause)
        elif not made and not clause.cues and self.carry.outcomes:
            yield from self.difference(clause, [replace(o, start=clause.start, end=clause.start) for o in self.carry.outcomes])

    def dispatch(self, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterable[Finding]:
        """Send a cue to its rule."""
        body = self.text[clause.start : clause.end]
        if cue.kind in COMPARATIVES | CHANGES | {"same"} and _PATIENT_FACTOR.search(body) and (not clause.refs or _BY_OUTCOME.search(body)):
            return []
        before = self.text[max(clause.start, cue.start - 40) : cue.start]
        if cue.kind in CHANGES and (_PURPOSE.search(before) or _FEW_PATIENTS.search(self.text[clause.start : cue.start])):
            return []
        if cue.kind == "noninferior" and _NOT_SHOWN.search(self.text, cue.end, clause.end):
            return []
        if cue.kind == "same" and re.search(r"cross(?:ed)?[- ]?over", body):
            return []
        if cue.kind in ("same", "noninferior"):
            return self.same(clause, cue, hits)
        if cue.kind in COMPARATIVES:
            return self.comparative(clause, cue, hits)
        if cue.kind in CHANGES:
            return self.change(clause, cue, hits)
        if cue.kind == "unchanged":
            return self.unchanged(clause, cue, hits)
        if cue.kind == "none":
            return self.none(clause, cue, hits)
        if cue.kind == "differs":
            return self.numbers(clause, cue, hits, needs_test=True)
        return []


def _judge(cue: Cue, hit: OutcomeHit) -> int:
    """Return +1 when the cue means better for the patient on this outcome, -1 worse, 0 when it cannot be said."""
    if cue.kind in ("good", "improve"):
        return 1
    if cue.kind in ("bad", "worsen"):
        return -1
    return hit.sign if cue.kind in ("up", "rise") else -hit.sign


def read_sentence(paper: Paper, sentence: Sentence, carry: Carry) -> list[Finding]:
    """Return the findings of one sentence of results or conclusions; ``carry`` is updated for the next one."""
    reader = _Reader(paper, sentence, carry)
    found = list(reader.read())
    if reader.all_times:
        carry.times = reader.all_times
    return found
