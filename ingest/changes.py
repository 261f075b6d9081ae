"""Rules about one group: it changes, it does not change, its patients pass a threshold, it had relief."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.added import added_sides
from ingest.binding import BASELINE, Sides, all_arms, mentioned_arms, sides, versus_arm
from ingest.clauses import Clause
from ingest.comparisons import between, numbers, same
from ingest.cues import COMPARATIVES, GRADED, Cue
from ingest.exceptions import but_not, except_times
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.polarity import PAIN, changing, judge, recovering
from ingest.scene import Finding, Scene
from ingest.screened import screened
from ingest.spared import spared
from ingest.tally import lone_value, patient_share, share, threshold_share
from ingest.traps import PATIENT_FACTOR
from ingest.unnamed import bare_pair
from kg.model import Direction

__all__ = ["as_before", "before_after", "change", "from_start", "relief", "set_in_time", "unchanged"]

_AMOUNT = r"(?<![\w.])(\d+(?:\.\d+)?)(?: ?(?:±|\+/-) ?[\d.]+| \([^()]*\))?%?(?: ?(?:points?|mm|cm|°|degrees|m|meters|metres))?"
_PRE = r"pre-?(?:operative(?:ly)?|treatment|procedur\w+|injection|interventional\w*|surgical\w*)"
_POST = r"post-?(?:operative(?:ly)?|treatment|procedur\w+|injection|interventional\w*|surgical\w*)"
_START = rf"(?:at baseline|before(?: (?:the )?(?:treatment|surgery|operation|procedure|injection))?|{_PRE}|initially|on admission)"
# "7.9 before and 2.4 after", "7.7 at baseline and 3.2 within 30 minutes", "preoperative 7.9, postoperative 2.4",
# "pre- and postoperative scores were 7.9 and 2.4", "preoperative angle was 9, postoperative angle was 16".
_BEFORE_AFTER = tuple(
    screened(pattern, re.I)
    for pattern in (
        rf"{_AMOUNT},? (?:\([^)]*\) )?{_START}\b[^.;]{{0,40}}?(?:,| and| to) (?:[a-z]+ ){{0,3}}?{_AMOUNT},? (?:\([^)]*\) )?(?:at|after|by|within|post|immediately|on|during|\d|(?:one|two|three|four|six|a) (?:hour|day|week|month|year))",
        rf"\b{_START} (?:was|were|averaged) {_AMOUNT},? (?:and|to) {_AMOUNT} (?:at|after|by|within|post|immediately|on)\b",
        rf"\b{_PRE}[ :,=]+{_AMOUNT}[^;]{{0,25}}?\b{_POST}[ :,=]+{_AMOUNT}",
        rf"\b(?:pre-?(?:\w+)?-? (?:and|versus|vs\.?|/) post|before and after )[^.;]{{0,70}}?\b(?:was|were|averaged)(?: found to be)? {_AMOUNT},? (?:and|vs\.?|versus) {_AMOUNT}",
        rf"\b{_PRE} (?:[\w-]+ ){{1,4}}(?:was|were|averaged|\() ?{_AMOUNT}\)?,?(?: and| while)? (?:the )?(?:mean )?(?:immediate )?{_POST} (?:[\w-]+ ){{1,4}}?(?:was|were|averaged|\() ?{_AMOUNT}",
    )
)
# "reduced the mean blood loss", "blood loss was significantly reduced": the change is of the outcome itself.
_OBJECT = re.compile(
    r"\s*(?:(?:in|of|the|a|both|total|mean|median|overall|risk|rate|incidence|likelihood|number|amount|intraoperative|perioperative|postoperative) ?)*",
    re.I,
)
_SUBJECT = re.compile(
    r"\s*(?:(?:rates?|risk|time|was|were|is|are|has|have|had|been|also|significantly|markedly|greatly|being|not) ?)*",
    re.I,
)
# "Was unaffected by treatment", "did not change with the type of injection": the groups are alike.
_BY_GROUP = re.compile(
    r"(?: \w+ly)? (?:between|among|across) (?:the )?(?:two |three |study |treatment )*(?:groups|arms|treatments|procedures|techniques)\b"
    r"|(?: \w+ly)? (?:by|with) (?:the )?(?:type of |kind of |choice of |study )?"
    r"(?:treatment|group|condition|intervention|allocation|technique|approach|injectate|procedure|injection)s?\b(?! (?:alone|with))",
    re.I,
)
# What is kept is a lead over the other group: "the advantages were maintained".
_KEPT_LEAD = re.compile(
    r"remained (?:statistically )?significant|\badvantages?\b|\bsuperiority\b|\bbenefits? (?:of|over|from)\b|\bdifferences?\b",
    re.I,
)
_KEPT = re.compile(r"maintained|sustained|preserved|kept", re.I)
_ACTS = re.compile(
    r"\bnot (?:\w+ ){0,3}?(?:affect|alter|influenc|chang|increas|reduc|decreas|lower|rais|prolong)", re.I
)
# "Not different from baseline", "no difference between before and after treatment": of one group.
_FROM_START = screened(
    rf"\b(?:differen\w+|differ(?:ed)?|similar|comparable|equal|identical|the same)\b(?: (?!in\b|of\b|between\b|for\b|chang)[\w-]+){{0,3}}? (?:from|to|than|with|as)(?: that| those)?(?: (?:of|at|in|the|their|its|measured))*"
    rf" (?:baseline|{_PRE}|initial|basal|before (?:the )?(?:treatment|surgery|operation|procedure|injection|therapy))\b(?! characteristics| between)"
    rf"|\b(?:between (?:the )?)?(?:before|{_PRE}|baseline) (?:\w+ ){{0,2}}?(?:and|vs\.?|versus) (?:after|{_POST}|follow-?up|final|last|\d)",
    re.I,
)
_EITHER = re.compile(r"\b(?:either|neither|any|both|each) (?:\w+ )?(?:groups?|arms?|cohorts?)\b", re.I)
_BETWEEN_GROUPS = screened(
    r"\b(?:between|among|across) (?:the |these |both |either |two |three |2 |3 |study |treatment ){0,3}(?:groups|arms|treatments|techniques|procedures|cohorts)\b|\binter-?group|\bbetween-group",
    re.I,
)
_ATTRIBUTE = re.compile(r"(?:sustained|maintained|stable|preserved)$", re.I)  # "sustained analgesia"
_NOT_OBTAINED = re.compile(
    r"\b(?:not|no|without|never|neither|nor|failed|inadequate|insufficient|lost|until)\b(?: [\w-]+){0,6} ?$", re.I
)
_POSSIBLE = re.compile(r"\b(?:can|could|may|might|would|should|potential|capable|chance|likelihood)\b", re.I)
# "Fewer A than B patients improved."
_FEWER = re.compile(
    r"\b(?:fewer|(?:smaller|lower) (?:numbers?|proportions?|shares?|percentages?) of) (?:[\w-]+ ){0,6}?"
    r"(?:patients|subjects|participants|people|cases)\b",
    re.I,
)
_DID = re.compile(r"(?:resolved|disappeared|subsided|improved|abated|vanished)$", re.I)  # "symptoms resolved"
_RELIEF_VERB = re.compile(
    r"\b(?:achiev|obtain|experienc|provid|report|produc|resulted in|lasted|persist|maintain|sustain|gave|had|made (?:an?|good)|show)\w*\b"
    r"|\b(?:was|were) (?!(?:rare|hard|bare|scarce|on)ly\b)(?:\w+ly )?(?:seen|noted|observed|found|evident)\b"
    r"|\b(?:was|were|is) (?:\w+ly )?(?:significant|good|excellent|marked|substantial|satisfactory|complete|immediate|dramatic|considerable|adequate|rapid|impressive)\b",
    re.I,
)


_VERSUS_BRACKET = re.compile(r"\([^()]*\b(?:vs\.?|versus)[^()]*\)", re.I)


def change(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read the change of a group; with another group after "than" it is a comparison instead."""
    if pair := added_sides(scene.text, clause, cue, scene.table.groups):
        graded = [(hit, judge(replace(cue, kind=GRADED["up", cue.kind]), hit)) for hit in hits if not hit.general]
        yield from (between(scene, clause, cue, hit, sign, pair, f"{cue.name}-added") for hit, sign in graded if sign)
        return
    rival = versus_arm(clause, scene.text)
    if (
        rival is not None
        and len(clause.changes) < 2
        and not re.search(r"compared (?:with|to) [-\d.]+ (?:to|vs)", scene.text[clause.start : clause.end])
        and not all_arms(clause, scene.text)
    ):
        kind = GRADED["up", cue.kind]
        pair = sides(clause, cue, scene.text, scene.table, scene.sides)
        fewer = -1 if _FEWER.search(scene.text, clause.start, cue.start) else 1
        for hit in hits:
            if pair and (sign := fewer * judge(replace(cue, kind=kind), hit)):
                found = between(scene, clause, cue, hit, sign, pair, f"{cue.name}-versus")
                yield from except_times(scene, clause, found)
        return
    shares = threshold_share(clause, scene.text) or (
        any(h.id in outcome_kinds().shares for h in hits) and share(clause, scene.text)
    )
    beside = None if cue.kind == "improve" else (cue.start, cue.end)
    shares = shares or (bool(hits) and patient_share(clause, scene.text, beside))
    if shares and not clause.changes:
        yield from passed(scene, clause, cue, hits)
        return
    if pooled := list(_pooled(scene, clause, cue, hits)):
        yield from pooled
        return
    tested = list(numbers(scene, clause, cue, hits, needs_test=True))
    # "After A, as compared to B, pain (2 vs 4) and disability (20 vs 31) fell" compares, and tells of no group alone.
    if clause.refs or not (tested and any(p.end <= cue.start for p in clause.pairs)):
        yield from _of_groups(scene, clause, cue, [recovering(cue, h) for h in filter(None, map(changing, hits))])
    yield from tested


def _of_groups(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read the change of each group that a clause speaks of; one taken out by "but not" did not change."""
    arms = mentioned_arms(clause, scene.text, scene.table) or scene.carry.arms or scene.default_arms()
    arms = _acting(scene.text, clause, cue) or arms
    taken_out = spared(clause, cue, scene.text)
    cut = clause.end if taken_out else but_not(scene, clause)
    denied = {r.arm for r in taken_out or clause.refs if taken_out or r.start >= cut}
    allowed = {r.arm for r in clause.refs if r.start < cut and r not in taken_out}
    for hit in hits:
        sign = judge(cue, hit)
        if not sign or _merely_named(scene, clause, cue, hit):
            continue
        if hit.id in outcome_kinds().process:
            yield from process(scene, clause, cue, hit, sign)
            continue
        for arm in arms:
            without = hit.start >= cut or (arm in denied and arm not in allowed)
            direction: Direction = "no-difference" if without else ("better" if sign > 0 else "worse")
            found = scene.make(
                clause, cue, hit, "within", direction, arm, None, cue.name + ("-but-not" if without else "")
            )
            if not without and found.significant is False and found.p and len(clause.p) > 1:
                yield replace(found, direction="no-difference", rule=f"{found.rule}-own-test")
            elif without or denied or cut < hit.start:
                yield found
            else:
                yield from except_times(scene, clause, found)


def _acting(text: str, clause: Clause, cue: Cue) -> tuple[int, ...]:
    """Return the group that changes an outcome where a bracket behind names who is compared: "A reduced pain (2 vs 4, A vs B)"."""
    before = {r.arm for r in clause.refs if r.end <= cue.start}
    told = [m.span() for m in _VERSUS_BRACKET.finditer(text, cue.end, clause.end)]
    after = [r for r in clause.refs if r.start >= cue.end]
    inside = after and all(any(s < r.start < e for s, e in told) for r in after)
    return tuple(before) if len(before) == 1 and inside else ()


def _merely_named(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether a change is only spoken of: "functional recovery" without a verb, a manner of speaking, a harm that healed."""
    if hit.start < cue.start and cue.end <= hit.end:
        verb = _DID.search(scene.text, cue.start, cue.end) if hit.text.lower().startswith("symptom") else None
        had = verb or _RELIEF_VERB.search(scene.text, clause.start, clause.end)
        return had is None or _POSSIBLE.search(scene.text, clause.start, clause.end) is not None
    if hit.general and not patients_did(scene, clause, hit):
        return True
    healed = cue.kind == "improve" and hit.id == "treatment-success"
    return healed and any(o.id in outcome_kinds().harm for o in clause.outcomes)


def _pooled(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read a change with the interval of a difference: "disability was reduced (SMD -0.24, 95% CI -0.41 to -0.07)"."""
    tests = [i for i in scene.contrasts(clause) if i.start >= cue.end]
    named = {r.arm for r in clause.refs}
    if not scene.table.compared or not tests or clause.changes or len(named) > 1:
        return
    if all_arms(clause, scene.text) or BASELINE.search(scene.text, clause.start, clause.end):
        return
    arm = named.pop() if named else 0
    for hit in hits:
        excludes = next((i.excludes_null for i in tests if i.start >= hit.end), None)
        sign = judge(cue, hit)
        if excludes and sign:
            yield between(scene, clause, cue, hit, sign, Sides(arm, 1 if arm == 0 else 0, "in"), f"{cue.name}-pooled")


def patients_did(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a general word of success is what patients did ("patients improved"), not a manner of speaking."""
    return bool(
        re.match(r"improve|recover", hit.text, re.I)
        and re.search(
            r"\b(?:patients|subjects|participants|cases|groups?|symptoms|arms)\b",
            scene.text[clause.start : clause.end],
            re.I,
        )
    )


def process(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit, sign: int) -> Iterator[Finding]:
    """Read a change of an outcome without a baseline (blood loss, complications): it means against the other group."""
    named = {r.arm for r in clause.refs}
    if not scene.table.compared or len(named) != 1 or cue.kind not in ("fall", "rise") or hit.weak:
        return
    between_them = scene.text[min(cue.end, hit.end) : max(cue.start, hit.start)]
    if not (_OBJECT if cue.start < hit.start else _SUBJECT).fullmatch(between_them):
        return
    if PATIENT_FACTOR.search(scene.sentence.text):
        return
    arm = named.pop()
    yield between(scene, clause, cue, hit, sign, Sides(arm, 1 if arm == 0 else 0, "in"), cue.name + "-process")


def passed(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Shares of patients who passed a threshold: compared when two groups have one, else a rate."""
    for hit in (replace(recovering(cue, h), weak=False, general=False) for h in hits):
        share = hit.id in outcome_kinds().shares  # "success (a fall of 50%)": more of it is what it is, whatever fell
        good = hit if share else replace(hit, sign=1 if judge(cue, hit) > 0 else -1)
        if hit.id in PAIN:
            hit = good = replace(good, id="pain-responder")
        compared = list(numbers(scene, clause, None, [good], needs_test=False))
        compared = compared or list(bare_pair(scene, clause, [hit]))
        yield from compared
        if not compared and not _beside_other(scene, clause, hit):
            for arm in mentioned_arms(clause, scene.text, scene.table) or (0,):
                yield scene.make(clause, None, hit, "rate", "reported", arm, None, "threshold-rate")


def _beside_other(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether the share of one group stands beside a test or the numbers of another."""
    if not (scene.table.compared and clause.refs):
        return False
    return bool(clause.p) or lone_value(clause, scene.text, hit) is None


def unchanged(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read that a group does not change; against another group it is no difference."""
    if _KEPT.search(scene.text, cue.start, cue.end) and _KEPT_LEAD.search(scene.text, clause.start, cue.start):
        return
    added = added_sides(scene.text, clause, cue, scene.table.groups) is not None
    if (
        scene.table.compared
        and (added or versus_arm(clause, scene.text) is not None or _BY_GROUP.match(scene.text, cue.end, clause.end))
        and not BASELINE.search(scene.text, clause.start, clause.end)
    ):
        yield from same(scene, clause, cue, hits)
        return
    if risks := [h for h in hits if _no_effect_on(scene, clause, cue, h)]:
        yield from same(scene, clause, cue, risks)
        return
    if any(c.kind == "good" for c in clause.cues) or _KEPT_LEAD.search(scene.text, clause.start, clause.end):
        return
    if patient_share(clause, scene.text, (cue.start, cue.end)):
        return  # "no improvement in 19 (38%) of the patients"
    if hits and all(h.general for h in hits):
        hits = [replace(o, start=cue.start, end=cue.end) for o in scene.carry.outcomes]
    for hit in filter(None, map(changing, hits)):
        attribute = hit.start - cue.end == 1 and _ATTRIBUTE.search(scene.text, cue.start, cue.end)
        if hit.id in outcome_kinds().harm or hit.general or attribute:
            continue
        for arm in mentioned_arms(clause, scene.text, scene.table) or scene.carry.arms or scene.default_arms():
            yield _kept_until(clause, cue, scene.make(clause, cue, hit, "within", "no-difference", arm, None, cue.name))


def _no_effect_on(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether one treatment leaves a risk as it is with the other: "A did not increase the rate of infection"."""
    if hit.id not in outcome_kinds().process or not scene.table.compared or hit.start < cue.end:
        return False
    subject = [r for r in clause.refs if r.end <= cue.start]
    return bool(subject) and _ACTS.search(scene.text, cue.start, cue.end) is not None


def from_start(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether "no difference" is one of a group from its own start: "no difference between before and after in B"."""
    if _BETWEEN_GROUPS.search(scene.text, clause.start, clause.end):
        return False
    arms = {r.arm for r in clause.refs}
    if cue.name == "change-not-significant":
        return len(arms) == 1 or _EITHER.search(scene.text, clause.start, clause.end) is not None
    if _FROM_START.search(scene.text, clause.start, clause.end) is None:
        return False
    return len(arms) < 2 or (all_arms(clause, scene.text) and cue.name != "as-good-as")


def as_before(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Read that a group does not differ from what it was at the start."""
    for hit in filter(None, map(changing, hits)):
        if hit.id in outcome_kinds().harm or hit.general:
            continue
        for arm in mentioned_arms(clause, scene.text, scene.table) or scene.carry.arms or scene.default_arms():
            yield scene.make(clause, cue, hit, "within", "no-difference", arm, None, cue.name + "-from-start")


def _kept_until(clause: Clause, cue: Cue, finding: Finding) -> Finding:
    """Return what did not change with the times of its end: "the gain seen at 3 months was maintained at 12 months"."""
    later = tuple(dict.fromkeys(t.days for t in clause.times if t.start >= cue.end))
    return replace(finding, times=later) if later and len(finding.times) > len(later) else finding


def before_after(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Read "7.1 before injection, 4.2 at 1 month" and "from 82 to 20": bare numbers are reported, a test gives their side."""
    for hit, low, high, at in _pairs(scene, clause):
        if low == high or hit.id in outcome_kinds().process or hit.inverse:
            continue
        test, _ = scene.tested(clause, at, hit, "within")
        said = test.significant if test else scene.tone(clause).significant
        sign = hit.sign if high > low else -hit.sign
        direction: Direction = "no-difference" if said is False else "better" if sign > 0 else "worse"
        if said is None or (said and not sign):
            direction = "reported"
        for arm in mentioned_arms(clause, scene.text, scene.table) or scene.default_arms():
            yield scene.make(
                clause,
                None,
                hit,
                "within",
                direction,
                arm,
                None,
                "before-after",
                p=test and test.text,
                significant=said,
            )


def set_in_time(text: str, clause: Clause) -> re.Match[str] | None:
    """Return where a clause gives a value before and a value after: "7 at baseline and 3 at 3 months"."""
    return next((m for p in _BEFORE_AFTER if (m := p.search(text, clause.start, clause.end))), None)


def _pairs(scene: Scene, clause: Clause) -> Iterator[tuple[OutcomeHit, float, float, int]]:
    """Yield (outcome, before, after, where) of a clause."""
    m = set_in_time(scene.text, clause)
    named = [h for h in clause.outcomes if m is not None and h.start < m.end()]
    for hit in clause.outcomes:
        change = next((c for c in clause.changes if c.start >= hit.end), clause.changes[0] if clause.changes else None)
        if change is not None and hit.sign:
            yield hit, change.before, change.after, hit.end
        elif m is not None and hit is named[-1]:
            yield hit, float(m.group(1)), float(m.group(2)), m.start()


def relief(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Relief that was obtained, without a word of change."""
    if any(c.kind in COMPARATIVES for c in clause.cues) or PATIENT_FACTOR.search(scene.text, clause.start, clause.end):
        return
    for hit in clause.outcomes:
        if (
            hit.inverse
            and hit.id in ("pain-intensity", "back-pain-intensity", "leg-pain-intensity", "neck-pain-intensity")
            and _RELIEF_VERB.search(scene.text, clause.start, clause.end)
            and not _NOT_OBTAINED.search(scene.text, clause.start, hit.start)
        ):
            if patient_share(clause, scene.text):
                shared = replace(hit, id="pain-responder", sign=1, inverse=False)
                if compared := list(numbers(scene, clause, None, [shared], needs_test=False)):
                    yield from compared
                    continue
                for arm in mentioned_arms(clause, scene.text, scene.table) or (0,):
                    yield scene.make(clause, None, shared, "rate", "reported", arm, None, "relief-share")
                continue
            for arm in mentioned_arms(clause, scene.text, scene.table) or scene.default_arms():
                yield scene.make(clause, None, hit, "within", "better", arm, None, "relief-obtained")
