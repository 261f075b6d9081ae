"""Rules about counts: nothing of the kind was seen, or a plain rate or value is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.binding import Sides, all_arms, mentioned_arms
from ingest.clauses import Clause
from ingest.comparisons import between, numbers
from ingest.cues import COMPARATIVES, Cue
from ingest.number_words import NUMBER
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.polarity import PAIN
from ingest.scene import Finding, Scene
from ingest.screened import screened
from ingest.tally import arm_values, counted, lone_value, patient_share
from ingest.traps import PATIENT_FACTOR
from kg.model import Direction

__all__ = ["lasting", "nobody", "none", "none_and_some", "rate"]

_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", re.I)
_COUNT_BEFORE = re.compile(
    r"(?:\d[\d.]*%?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|a single))\)?(?: (?:\w+ )?(?:patients?|cases?|subjects?|levels?|leakages?|events?|complications?|of|in|from|with|after|for|the|were|was|seen|observed|occurred|and|had|fractures?|leaks?|tears?|infections?))* (?:the )?$",
    re.I,
)
# "No infection, 1 haematoma and 2 leaks": what has a number of its own was seen.
_NUMBERED = re.compile(
    rf"(?:,|;|\band|\bbut)(?: and| only| also)? (?:{NUMBER})(?: \([^)]*\))? (?!of\b|days?\b|weeks?\b|months?\b|years?\b|hours?\b|groups?\b|levels?\b)(?:[a-z]|$)",
    re.I,
)
# "No infection was seen, and a leak was noted in two": the denial is over.
_OVER = re.compile(
    r"\b(?:was|were|occurred|developed|had|happened|required|seen|noted|observed|reported|recorded|found)\b[^;]*[,;]? (?:and|but|while|whereas)\b(?! (?:no|none|neither|not)\b)",
    re.I,
)
_COUNT_AFTER = re.compile(r"\s*(?:group|arm|patients)?\s*[(:]\s*\d", re.I)
_APART = re.compile(r"\b(?:while|whereas|but|however|although)\b|;", re.I)
_RELATION = screened(
    r"\b(?:associat\w+|correlat\w+|relation\w*|influence\w*|dependen\w+|link|impact|affect\w*|predict\w*|effects? on)\b",
    re.I,
)
# "With or without opioids", "17 patients (74%) had no deficit": nothing is denied of the group.
_EITHER_WAY = re.compile(r"\bwith(?: or | and |/)$", re.I)
_SOME_HAD = re.compile(
    rf"\b(?<!all )(?:\d+(?:\.\d+)?\s?%?|{NUMBER})\)?(?: of (?:the )?\w+)?(?: (?:[\w-]+ )?(?:patients|cases|subjects|participants|levels|children))?(?: \([^()]*\))?"
    r" (?:had|have|with|showed|reported|developed|experienced|presented with|were) $",
    re.I,
)
_MAY = re.compile(r"\b(?:may|might|can|could|should|will|would|is|are)\b", re.I)
_BEFORE_NOUN = re.compile(r"(?:no|neither|absence of|without|zero|free|not any)\b", re.I)
_FAILED = re.compile(r"\b(?:not able|unable|could not|cannot|failed) (?:\w+ ){0,8}$", re.I)
_PRICE = re.compile(
    r"(?: per (?:[\w-]+ ?){1,4}| (?:of|in|for) (?:[\w-]+ ){1,4}(?:groups?|arms?|patients?))? ?(?:was|were|averaged|amounted to|came to) ",
    re.I,
)
_MEASURE = re.compile(
    r"(?!.*(?:success|good|excellent|favou?rable|satisf|positive|poor))(?:\w+ )*(?:outcome|measure|end ?point|parameter|variable)",
    re.I,
)
_UNEVENTFUL = re.compile(r"uneventful|complication-free", re.I)
_KNOWN = re.compile(r"\b(?:known|pre-?existing|previous|prior|history of(?: an?)?|existing) $", re.I)
_UNTIL = re.compile(r"\b(?:until|unless|if|when(?:ever)?) (?:[\w-]+ ){0,3}$", re.I)
_GOOD_SHARE = re.compile(
    r"(?:success\w*|effective(?:ness)?|excellent|good|satisfactory|improved|recovered)[^.;]{0,60}?(?:\d\s?%|\bin all (?:\d+ )?(?:patients|cases|subjects|levels)|\b\d+ of (?:the )?\d+)",
    re.I,
)

_HAD_SOME = re.compile(
    r"\b(?:patients|subjects|participants|cases)(?: \([^()]*\))? (?:\w+ )?(?:had|showed|reported|experienced|demonstrated|achieved|obtained|noted) (?:an? |some |the )?(?:\w+ )?$",
    re.I,
)
_LIMIT = re.compile(rf"(?: \w+)? than (?:about |approximately )?(?:{NUMBER}|an? (?:day|week|month|year))", re.I)
# "The incremental cost-effectiveness ratio was" compares two treatments.
_INCREMENTAL = re.compile(r"\bincremental\b", re.I)
_STATES = frozenset({"imaging-finding", "opioid-use", "analgesic-use"})  # of which a share of patients is told
_HAVING = re.compile(r"\b(?:with|without|having) (?:[\w-]+ ){0,2}$", re.I)
_SHARED = re.compile(r"MCID|responders?|clinical success|success rate", re.I)  # names that count patients
_RELIEVED = PAIN | {"pain-responder", "treatment-success", "disability"}
_DEGREE = r"(?:rare(?:ly)?|few|mild|minor|transient|temporary|occasional(?:ly)?|common(?:ly)?|frequent(?:ly)?|infrequent(?:ly)?|uncommon|unusual|limited|low|high|self-limit\w+|short-lasting|negligible|acceptable|seldom|asymptomatic)"
_DEGREE_BEFORE = re.compile(
    rf"\b(?:only|mostly|little evidence of|{_DEGREE}) (?:(?:and|or|but|to moderate|rates? of|incidence of|\w+ly|{_DEGREE}),? )*$",
    re.I,
)
_DEGREE_AFTER = re.compile(
    rf" (?:\w+ )?(?:was|were|is|are|have been|has been)(?: \w+ly| the most| a| considered| generally)* {_DEGREE}\b",
    re.I,
)
_TEXTBOOK = re.compile(r"\b(?:is|are|remains?) (?:an?|the) (?:[\w-]+ )*$", re.I)  # "is a rare complication of fusion"
_MOST = re.compile(r"\b(?:most|the only|main) (?:\w+ )?$", re.I)
# "No related event", "in no trial": of those who had the device or procedure; of studies, not of groups.
_ITS_OWN = screened(
    r"\brelated\b(?! to (?:the )?(?:operations?|surgery|treatments?|procedures?)\b)|\b(?:device|implant|cement|needle|screw|lead|catheter)s?\b|\b(?:trials?|studies)\b",
    re.I,
)
_OF_DEVICE = frozenset({"device-complication", "cement-leakage"})
_CONDITION = re.compile(
    r"\b(?:fractures?|patients?|those|cases|injur(?:y|ies)|subjects|people|adults|lesions?|stenosis|herniations?)(?: with)? $",
    re.I,
)
_NOBODY = re.compile(
    r"\W*(?:and |but |while )?(?:no|not (?:one|a single)|none of (?:the |our |these )?(?:\w+ )?) ?(?:\w+ )?(?:patients?|subjects?|cases?|participants?)\b",
    re.I,
)
_WORSE = re.compile(r"deteriorat|worsen|progress|aggravat|loss", re.I)
_FAR = 60  # characters behind a "no" that tell what is denied
_COMPARING = COMPARATIVES | {"same", "differs"}


_LASTING = re.compile(
    r"\b(?:relief|improvement|benefit|effects?)\b[^.;]{0,80}?\b(?:for|was|were|lasted|(?<!period )(?<!up )of|averaged) (?:(?:an?|average|mean|median|total|about|approximately|of) )*"
    r"\d+(?:\.\d+)?(?: ?(?:±|\+/-) ?\d+(?:\.\d+)?)?(?: ?(?:-|to|and) ?\d+(?:\.\d+)?)? (?:weeks|months|days|hours)\b",
    re.I,
)
_HOW_LONG = re.compile(r"\b(?:average|mean|median|total|per|each|in a year|in one year|over|lasted|duration)\b", re.I)


def lasting(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Read how long relief lasted: "significant relief for 46 to 48 weeks in a year", "relief per procedure was 15.6 weeks"."""
    m = _LASTING.search(scene.text, clause.start, clause.end) if clause.outcomes else None
    relief = next((h for h in clause.outcomes if m is not None and h.start < m.end() and h.id in _RELIEVED), None)
    if m is None or relief is None or not _HOW_LONG.search(scene.text, clause.start, clause.end):
        return
    if any(h.id == "duration-of-relief" for h in clause.outcomes):
        return
    yield from plain(scene, clause, replace(relief, id="duration-of-relief", sign=1, inverse=False, general=False))


def none(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Nothing of that kind was seen; another group named with a count has its own rate."""
    if scene.text.startswith(("free", "did"), cue.start) and _NUMBER.search(scene.text, clause.start, cue.start):
        yield from numbers(scene, clause, None, hits, needs_test=False)
        return
    if _RELATION.search(scene.text, cue.start, min(clause.end, cue.end + _FAR)) or _partly(scene, cue):
        return
    empty, counts = _spared(scene, clause, cue)
    if (
        len(empty) == len(counts) == 1
        and scene.table.groups == 2
        and not _APART.search(scene.text, clause.start, clause.end)
    ):
        yield from _against_none(scene, clause, hits, empty[0], counts[0])
        return
    named = empty or mentioned_arms(clause, scene.text, scene.table)
    for hit in hits:
        between_them = scene.text[cue.end : max(hit.start, cue.end)]
        behind = cue.name == "not-observed" and hit.start > cue.end  # "mortality was null and complications occurred"
        if behind or _NUMBERED.search(between_them) or _OVER.search(between_them):
            if counted(scene.text, clause, hit):
                yield from plain(scene, clause, hit)
        elif _absent(hit) and not (_elsewhere(scene, cue, hit) or _of_condition(scene, cue, hit)):
            for arm in named or _without(scene, clause, cue, hit):
                yield scene.make(clause, cue, hit, "rate", "none-observed", arm, None, "none-observed")
            for arm in counts:
                yield scene.make(clause, None, hit, "rate", "reported", arm, None, "rate")


def _without(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit) -> tuple[int, ...]:
    """Return the arms that had none of a harm where no group is named: all, but what a device or cement does only its own."""
    own = hit.id in _OF_DEVICE or _ITS_OWN.search(scene.text, clause.start, clause.end)
    manner = scene.text.startswith("without", cue.start)
    return scene.default_arms() if own or manner else scene.all_arms()


def _of_condition(scene: Scene, cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether a "without" tells of whom a finding is: "fractures without neurological deficit"."""
    before = scene.text[max(scene.sentence.start, cue.start - 40) : cue.start]
    return hit.id == "neurological-injury" and _CONDITION.search(before) is not None


def _absent(hit: OutcomeHit) -> bool:
    """Return whether it is a finding that there was none: of a harm, of a failure to fuse or to place."""
    return hit.id in outcome_kinds().harm or (hit.inverse and hit.id in ("fusion-rate", "technical-success"))


def _partly(scene: Scene, cue: Cue) -> bool:
    """Return whether a "no" is only of some patients, or one of two ways: "12 patients had no deficit", "with or without"."""
    before = scene.text[max(scene.sentence.start, cue.start - 90) : cue.start]
    return bool(_EITHER_WAY.search(before) or _SOME_HAD.search(before))


def _elsewhere(scene: Scene, cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether a "no" before its noun is not about an outcome named before it, or is itself denied."""
    noun = _BEFORE_NOUN.match(scene.text, cue.start) is not None
    before = noun and (hit.end <= cue.start or _MAY.search(scene.text, cue.end, hit.start) is not None)
    return before or bool(_FAILED.search(scene.text, max(scene.sentence.start, cue.start - 70), cue.start))


def _against_none(
    scene: Scene, clause: Clause, hits: Sequence[OutcomeHit], empty: int, counted_arm: int
) -> Iterator[Finding]:
    """Set none in one group against a count in the other: "in two of A and none of B"; a test gives the direction."""
    for hit in hits:
        if hit.id not in outcome_kinds().harm:
            continue
        p, significant = scene.p_value(clause, hit.end, hit)
        pair = Sides(empty, counted_arm, "numbers")
        if significant and p:
            yield between(scene, clause, None, hit, 1, pair, "numbers-tested")
            continue
        first, second = sorted((empty, counted_arm))
        direction: Direction = "reported" if significant is None else "no-difference"
        rule = "numbers-bare" if significant is None else "numbers-not-significant"
        yield scene.make(clause, None, hit, "between", direction, first, second, rule)


def nobody(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> list[Finding]:
    """Return that no patient changed in a way: "no patient had any deterioration of function" is no deterioration."""
    if _NOBODY.match(scene.text, clause.start, cue.end) is None:
        return []
    arms = mentioned_arms(clause, scene.text, scene.table) or scene.all_arms()
    lost = cue.kind == "worsen" or _WORSE.search(scene.text, cue.start, cue.end) is not None
    told = [replace(h, id="neurological-injury") if lost and h.id == "neurological-function" else h for h in hits]
    return [
        scene.make(clause, cue, h, "rate", "none-observed", arm, None, "nobody")
        for h in told
        if not h.general
        for arm in arms
    ]


def none_and_some(scene: Scene, found: Sequence[Finding]) -> Iterator[Finding]:
    """Read none in one group and a count of the same harm in the other, told in two clauses, as two numbers of one outcome."""
    empty = {f.arm for f in found if f.direction == "none-observed"}
    some = {f.arm for f in found if f.rule == "rate"}
    if scene.table.groups != 2 or len(found) != 2 or len(empty) != 1 or len(some) != 1 or empty == some:
        return
    first, second = found
    if first.outcome.id != second.outcome.id or _stem(first.outcome) != _stem(second.outcome):
        return
    yield scene.make(second.clause, None, second.outcome, "between", "reported", 0, 1, "numbers-bare")


def _stem(hit: OutcomeHit) -> str:
    """Return the name of a harm without its plural."""
    return hit.text.lower().removesuffix("s")


def _spared(scene: Scene, clause: Clause, cue: Cue) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the arms without, and those with a count: "in two of the open group and in none of the endoscopic group"."""
    named = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(named) < 2 or all_arms(clause, scene.text):
        return (), ()
    after = next(
        (r for r in clause.refs if r.start >= cue.start and not _NUMBER.search(scene.text, cue.end, r.start)), None
    )
    chosen = after or next((r for r in reversed(clause.refs) if r.end <= cue.start), None)
    if chosen is None:
        return (), ()
    counted_arms = []
    for ref in clause.refs:
        before = scene.text[max(clause.start, ref.start - 40) : ref.start]
        if ref.arm != chosen.arm and (
            _COUNT_BEFORE.search(before) or _COUNT_AFTER.match(scene.text, ref.end, clause.end)
        ):
            counted_arms.append(ref.arm)
    if not counted_arms:
        return (), ()
    return tuple(a for a in named if a not in counted_arms), tuple(dict.fromkeys(counted_arms))


def _compared(scene: Scene, clause: Clause) -> bool:
    """Return whether a clause compares or tests: the numbers of a comparison that could not be read are no plain rates.

    "Longer than a week" and "50% or greater" set a limit; a test beside one group alone may be that of another sentence.
    """
    limits = [
        c
        for c in clause.cues
        if c.kind in COMPARATIVES
        and (_LIMIT.match(scene.text, c.end, clause.end) or scene.text.endswith("or ", clause.start, c.start))
    ]
    if any(c.kind in _COMPARING and c not in limits for c in clause.cues):
        return True
    return bool(clause.p) and len({r.arm for r in clause.refs}) != 1


def _priced(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a cost is given: what one treatment costs more than another is no cost of either."""
    return not _INCREMENTAL.search(hit.text) and _PRICE.match(scene.text, hit.end, clause.end) is not None


def rate(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Read a plain rate or value."""
    if _compared(scene, clause):
        return
    if own := _each_its_own(scene, clause):
        for arm, hit in own:
            yield scene.make(clause, None, hit, "rate", "reported", arm, None, "rate")
        return
    factors = not clause.refs and PATIENT_FACTOR.search(scene.text, clause.start, clause.end) is not None
    for hit in clause.outcomes:
        shared = _SHARED.search(hit.text) is not None or (
            hit.id in _STATES
            and patient_share(clause, scene.text)
            and not (clause.changes or _HAVING.search(scene.text, max(clause.start, hit.start - 30), hit.start))
        )
        if hit.id not in outcome_kinds().counted and not shared and not clause.cues and not hit.weak:
            yield from numbers(scene, clause, None, [hit], needs_test=False)
            continue
        if (
            not (hit.id in outcome_kinds().counted or shared)
            or (hit.general and not _of_share(scene, clause, hit))
            or not (counted(scene.text, clause, hit) or _graded(scene, clause, hit))
            or (hit.id == "treatment-success" and _MEASURE.match(hit.text))
            or (hit.id == "cost" and not _priced(scene, clause, hit))
            or factors
            or any(c.kind == "none" and c.start <= hit.start and _partly(scene, c) for c in clause.cues)
            or _UNTIL.search(scene.text, max(clause.start, hit.start - 40), hit.start)
        ):
            continue
        if hit.inverse and _UNEVENTFUL.match(hit.text) and not patient_share(clause, scene.text):
            for arm in mentioned_arms(clause, scene.text, scene.table) or scene.all_arms():
                yield scene.make(clause, None, hit, "rate", "none-observed", arm, None, "none-observed")
            continue
        if _KNOWN.search(scene.text, max(clause.start, hit.start - 40), hit.start):
            continue
        yield from plain(scene, clause, hit)


def _of_share(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a general word of success is what a share of patients had: "good in 78%", "90% had improvement"."""
    if _GOOD_SHARE.match(scene.text, hit.start, clause.end):
        return True
    before = scene.text[max(clause.start, hit.start - 90) : hit.start]
    return patient_share(clause, scene.text) and _HAD_SOME.search(before) is not None


def _graded(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a harm is said to be rare, mild or common without a number: "side effects were minor"."""
    if hit.id not in outcome_kinds().harm or hit.inverse or hit.weak:
        return False
    before = scene.text[max(clause.start, hit.start - 40) : hit.start]
    if hit.id == "adverse-event" and _MOST.search(before):
        return False  # "leakage is the most common complication" is about leakage
    if _TEXTBOOK.search(before):
        return False
    return bool(_DEGREE_BEFORE.search(before) or _DEGREE_AFTER.match(scene.text, hit.end, clause.end))


def _each_its_own(scene: Scene, clause: Clause) -> list[tuple[int, OutcomeHit]]:
    """Return (arm, harm) where each of two groups had something else: "one patient of A had a rash and two of B syncope"."""
    harms = [h for h in clause.outcomes if h.id in outcome_kinds().harm]
    if len(harms) != len(clause.outcomes) or len({h.text.lower() for h in harms}) < 2:
        return []
    found = []
    for hit in harms:
        ref = next((r for r in reversed(clause.refs) if r.end <= hit.start), None)
        if ref is None or not counted(scene.text, clause, hit):
            return []
        found.append((ref.arm, hit))
    arms = {arm: {h.text.lower() for a, h in found if a == arm} for arm, _ in found}
    return found if len(arms) == 2 and not set.intersection(*arms.values()) else []


def plain(scene: Scene, clause: Clause, hit: OutcomeHit) -> Iterator[Finding]:
    """Read the count or value of an outcome: set against the other group's where there are two, else a plain rate."""
    arms = mentioned_arms(clause, scene.text, scene.table)
    if (
        scene.table.compared
        and len(arms) == 2
        and len(arm_values(clause, scene.text, hit) or arm_values(clause, scene.text)) == 2
    ):
        yield from numbers(scene, clause, None, [hit], needs_test=False)
        return
    number = lone_value(clause, scene.text, hit) if len(arms) == 1 else None
    if number is None and clause.refs and hit.id not in outcome_kinds().harm and scene.table.compared:
        return  # the benefit of one group beside numbers of another
    for arm in arms or (0,):
        yield scene.make(clause, None, hit, "rate", "reported", arm, None, "rate", number=number)
