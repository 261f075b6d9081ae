"""What more or less of an outcome means for the patient, given the words around its name."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.clauses import Clause
from ingest.cues import Cue
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.screened import screened

__all__ = ["PAIN", "amount_sign", "as_change", "changing", "judge", "recovering", "turned"]

# "stopped opioids", "avoided reoperation", "free of infection": more of it is less of the outcome.
_WITHOUT = screened(
    r"\b(?:stop(?:ped|ping)?|ceas\w+|discontinu\w+|quit\w*|avoid\w*|free (?:of|from)|without|escap\w+|wean\w*(?: (?:off|from))?|came off|abandon\w*|"
    r"eliminat\w+|no longer (?:using|use|used|needed|needing|required|took|taking)|(?:not|never) (?:requir|need|undergo|have|us|tak)\w*|withdr\w+(?: of| from)?|cessation of|discontinuation of)"
    r" (?:having (?:to )?|to |undergo\w* |the |a |an |any |all |their |use of |further |secondary |additional |new |\w+ing ){0,4}$",
    re.I,
)
_ACHIEVED = screened(
    r"\b(?:percentages?|proportions?|shares?|numbers?|rates?|more|fewer) (?:of )?(?:\w+ )?(?:patients|subjects|participants)\b[^.;]{0,30}?\b(?:achiev|reach|attain|exceed|obtain|show|report|experienc|had\b|meeting|met\b)[^.;]*"
    r"\b(?:MCID|minim\w* (?:clinical\w* )?important|thresholds?|substantial clinical benefit|clinically (?:important|meaningful|relevant|significant)|(?:at least|≥|>=|>) ?\d+)",
    re.I,
)
_PATIENTS_WITH = screened(
    r"\b(?:percentages?|proportions?|shares?|numbers?|rates?|more|fewer) (?:of )?(?:[\w-]+ ){0,5}?(?:patients|subjects|participants)"
    r"(?: [\w-]+){0,11}? (?:with|having|showing|whose|had|showed|reported|experienced|achieved|reached|obtained|got|improved)\b[^.;]{0,60}$",
    re.I,
)
_CHANGED = r"\b(?:reduc|decreas|declin|improve|reliev|relief|drop)"
_CHANGED_BEFORE = re.compile(_CHANGED + r"\w*[^.;,]{0,40}$", re.I)
_CHANGED_AFTER = re.compile(r" (?:scores? |intensity )?(?:(?P<told>was|had|were|is) )?" + _CHANGED, re.I)
# "Whose pain was reduced"; in "the share of patients with pain was reduced" the share was.
_WHOSE = re.compile(r"\bwhose\b", re.I)
# "Time to pain relief": what is measured is a time, and less of it is better.
_TIME_TO = re.compile(
    r"\b(?:time|times|interval|delay|days|weeks) (?:needed |required |taken )?(?:to|until|till|before) (?:\w+ ){0,2}$",
    re.I,
)
# "Time to death", "time to a new fracture": the longer until harm, the better.
_POSTPONED = frozenset(
    {"recurrence", "reoperation", "new-vertebral-fracture", "mortality", "analgesic-use", "opioid-use"}
)
_UNTIL = re.compile(
    r"\b(?:time|times|interval|delay) (?:needed |required |taken |elapsed )?(?:to|until|till|before) (?:(?:the|a|an|first|next|second|new) ){0,2}$",
    re.I,
)
_ITEM = re.compile(r" ?\(\d")
_BACK = re.compile(r"(?: \w+)? (?:returned|recurred|reappeared|came back)\b", re.I)
_BACK_BEFORE = re.compile(r"\b(?:return|recurrence|reappearance) of (?:\w+ )?$", re.I)
_CHANGE_OF = re.compile(
    r"\b(?:changes?|shifts?) (?:over time |from baseline |from preoperative values )?(?:in|of|for) (?:(?:the|mean|median|both|overall) )?(?:[\w-]+,? (?:and )?){0,3}$",
    re.I,
)
_CHANGE_NEXT = re.compile(
    r" (?:(?:scores?|values?|intensity) )?changes?\b(?! (?:was|were|is|are) (?:seen|found|noted|observed|not|no))", re.I
)
_LASTED = re.compile(
    r"(?: \w+)?,? (?:that |which )?(?:lasted|persisted|endured|was maintained|was sustained) (?:\w+ly )?(?:for )?(?:a )?(?:\w+ly )?(?:longer|shorter)\b",
    re.I,
)
_LONGER = re.compile(r"\b(?:longer|shorter)(?:[ -]lasting)?(?: (?:duration|period|time) of)? $", re.I)
_FALLS = re.compile(r"\b(?:reduc|decreas|declin|drop)", re.I)  # of what should rise: no improvement
# "A greater proportion of patients with no or mild pain": more of them is better.
_FREE_OF = re.compile(
    r"\b(?:no|mild|minimal|little|slight|none|minor) (?:or (?:no|minimal|mild|only mild|slight) )?$", re.I
)
_SHARE_OF = re.compile(
    r" (?:responders?|response|success|improvement|recovery) (?:rates?|percentages?|proportions?)\b| responders\b", re.I
)
_SHARE_FOR = re.compile(
    r"\b(?:responders?|(?:responder|response|success|improvement) (?:rates?|percentages?|proportions?)) (?:for|in|of|on|with (?:respect|regard) to|regarding|in terms of) (?:\w+ ){0,2}$",
    re.I,
)
# "Pain reduction of at least 30% occurred in 63%": who passed a limit.
_LIMIT = r"(?:at least|more than|greater than|minimum of|≥|>=|>) ?\d+ ?%"
_PASSED = re.compile(rf"(?: of)? \(?{_LIMIT}| of \d+ ?% or (?:more|greater|better)", re.I)
_TO_PASS = re.compile(rf"(?:{_LIMIT}|\b\d+ ?% or (?:more|greater|better)) (?:of )?(?:\w+ )?$", re.I)
_LOST = re.compile(r" (?:compression|loss|collapse)\b", re.I)
# "The loss of Cobb angle and vertebral height": both were lost.
_LOSS_OF = re.compile(
    r"\b(?:loss of (?:[\w'`\u2019-]+,? ){1,6}and|(?:compression|collapse)(?: rates?| ratios?| percentages?)? of) (?:\w+ ){0,3}$",
    re.I,
)
_RELIEF_FROM = re.compile(r"\brelief (?:from|of) (?:[\w-]+ ){0,2}$", re.I)
_RATED = re.compile(r" as \W*(?:much |a lot |significantly )?(?:better|improved|recovered)\b", re.I)
_TIME = re.compile(r"\b(?:times?|periods?|interval|days|weeks|shorter|longer|delay\w*)\b", re.I)
_GRADED_RELIEF = re.compile(r"(?:[a-z]+ ){0,3}(?:relief|reduction|improvement)", re.I)
_DEFICIT = re.compile(r"deficits?\b|impairment|palsy|paresis|weakness|symptoms", re.I)
_NO_BASELINE = frozenset({"fusion-rate", "technical-success", "diagnostic-accuracy", "duration-of-relief"})
_RELIEF = re.compile(r"\s*(?:scores? |intensity |severity )?relief\b", re.I)
PAIN = frozenset(
    {"pain-intensity", "back-pain-intensity", "leg-pain-intensity", "neck-pain-intensity", "arm-pain-intensity"}
)

_IMPROVING = PAIN | {"disability", "walking-capacity", "quality-of-life", "psychological-status", "sleep", "opioid-use", "analgesic-use", "neurological-function", "spasticity-severity"}  # fmt: skip


def as_change(cue: Cue, hit: OutcomeHit, clause: Clause, text: str) -> OutcomeHit:
    """Return an outcome whose change is compared ("the change in VAS was greater"): more change is better, if it improves.

    Of an angle or a height nobody knows which way it changed.
    """
    if cue.kind not in ("up", "down") or "+" in cue.name or hit.sign == 0:
        return hit
    if not (_CHANGE_OF.search(text, clause.start, hit.start) or _CHANGE_NEXT.match(text, hit.end, clause.end)):
        return hit
    if hit.id in ("spinal-alignment", "vertebral-height", "imaging-finding"):
        return replace(hit, sign=0)
    return replace(hit, sign=1, inverse=True) if hit.id in _IMPROVING else hit


def judge(cue: Cue, hit: OutcomeHit) -> int:
    """Return +1 when the cue means better for the patient on this outcome, -1 worse, 0 when it cannot be said."""
    kind = _plain(cue) if _in_name(cue, hit) else cue.kind
    if kind in ("good", "improve"):
        return 1
    if kind in ("bad", "worsen"):
        return -1
    return hit.sign if kind in ("up", "rise") else -hit.sign


def _in_name(cue: Cue, hit: OutcomeHit) -> bool:
    """Return whether the change a comparative grades is part of the outcome's own name ("more height reduction")."""
    return hit.inverse and "+" in cue.name and (hit.start < cue.end <= hit.end or hit.start <= cue.start < hit.end)


def _plain(cue: Cue) -> str:
    return {"up-comparative": "up", "down-comparative": "down", "lower-pain": "down"}.get(
        cue.name.split("+")[0], cue.kind
    )


def changing(hit: OutcomeHit) -> OutcomeHit | None:
    """Return the outcome as one that changes from a baseline, None when it has none.

    "Good pain relief" is a share of patients only where patients are counted; of a group it is less pain.
    """
    if hit.id == "pain-responder":
        less_pain = _GRADED_RELIEF.fullmatch(hit.text)
        return replace(hit, id="pain-intensity", sign=1, inverse=True) if less_pain else None
    return None if hit.id in _NO_BASELINE else hit


def recovering(cue: Cue, hit: OutcomeHit) -> OutcomeHit:
    """Return a deficit that improves as what it is: function of nerves that comes back, no injury by the procedure."""
    if cue.kind == "improve" and hit.id == "neurological-injury" and _DEFICIT.search(hit.text):
        return replace(hit, id="neurological-function")
    return hit


def turned(hit: OutcomeHit, clause: Clause, text: str) -> OutcomeHit:
    """Return the outcome with its sign as the words around its name have it.

    "Avoided reoperation" and "leg pain relief" name the opposite, a share of patients who "achieved the threshold for
    leg pain" is good, and a time to return to work is bad, whatever the outcome itself is.
    """
    if hit.id in PAIN and hit.inverse and _lasting(hit, text):
        return replace(hit, id="duration-of-relief", sign=1, inverse=False)
    if hit.id == "vertebral-height" and not hit.inverse and _lost(hit, clause, text):
        return replace(hit, sign=-hit.sign, inverse=True)
    if hit.sign < 0 and (put_off := _put_off(hit, clause, text)) is not None:
        return put_off
    if hit.id in PAIN and _RATED.match(text, hit.end, clause.end):
        return replace(hit, id="treatment-success", sign=1)
    if _SHARE_OF.match(text, hit.end, clause.end) or _SHARE_FOR.search(text, clause.start, hit.start):
        return replace(hit, id="pain-responder" if hit.id in PAIN else hit.id, sign=1, inverse=False)
    if hit.id in PAIN and hit.inverse and _limited(hit, clause, text):
        return replace(hit, id="pain-responder", sign=1, inverse=False)
    if hit.sign and _ACHIEVED.search(text, _series(hit, clause, text), hit.start):
        return replace(hit, id="pain-responder" if hit.id in PAIN else hit.id, sign=1, inverse=False)
    if hit.sign and not hit.inverse and _improved_share(hit, clause, text):
        return replace(hit, id="pain-responder" if hit.id in PAIN else hit.id, sign=1)
    if hit.sign < 0 and not hit.inverse and _free_share(hit, clause, text):
        return replace(hit, id="pain-responder" if hit.id in PAIN else hit.id, sign=1)
    if hit.id in PAIN and hit.sign > 0 and _TIME_TO.search(text, clause.start, hit.start):
        return replace(hit, sign=-1)
    if hit.id == "return-to-work" and _TIME.search(text, clause.start, clause.end):
        return replace(hit, sign=-1)
    if _WITHOUT.search(text, max(clause.start, hit.start - 60), hit.start):
        return replace(hit, sign=-hit.sign)
    if hit.id in PAIN and not hit.inverse and _relieved(hit, clause, text):
        return replace(hit, sign=-hit.sign, inverse=True)
    return hit


def _series(hit: OutcomeHit, clause: Clause, text: str) -> int:
    """Return where to look for what is told of an outcome: an item of a series (", ODI (82% vs 73%)") shares its head."""
    item = hit.start - clause.start <= 8 and _ITEM.match(text, hit.end) is not None
    return max(0, text.rfind(". ", 0, clause.start)) if item else clause.start


def _relieved(hit: OutcomeHit, clause: Clause, text: str) -> bool:
    """Return whether pain is told as its relief: "back pain relief", "relief from starting backache"."""
    before = max(clause.start, hit.start - 30)
    return bool(_RELIEF.match(text, hit.end, clause.end) or _RELIEF_FROM.search(text, before, hit.start))


def _lost(hit: OutcomeHit, clause: Clause, text: str) -> bool:
    """Return whether a height is told as its loss: "vertebral height loss", "the loss of Cobb angle and height"."""
    before = max(clause.start, hit.start - 60)
    return bool(_LOST.match(text, hit.end, clause.end) or _LOSS_OF.search(text, before, hit.start))


def _put_off(hit: OutcomeHit, clause: Clause, text: str) -> OutcomeHit | None:
    """Return a harm told by the time until it came ("time to death", "time until pain came back"), of which more is better."""
    back = hit.id in PAIN and (_BACK.match(text, hit.end) or _BACK_BEFORE.search(text, clause.start, hit.start))
    if back:
        return replace(hit, id="duration-of-relief", sign=1 if _TIME.search(text, clause.start, hit.start) else -1)
    if hit.id in _POSTPONED and _UNTIL.search(text, clause.start, hit.start):
        return replace(hit, sign=1)
    return None


def _improved_share(hit: OutcomeHit, clause: Clause, text: str) -> bool:
    """Return whether the share of patients is told in whom an outcome improved: "patients with a reduction of pain"."""
    with_it = _PATIENTS_WITH.search(text, clause.start, hit.start)
    if with_it is None:
        return False
    changed = _CHANGED_BEFORE.search(text, with_it.start(), hit.start) or _CHANGED_AFTER.match(
        text, hit.end, clause.end
    )
    if changed is not None and "told" in changed.re.groupindex and changed["told"]:
        return _WHOSE.search(text, with_it.start(), hit.start) is not None
    return changed is not None and (hit.sign < 0 or _FALLS.search(changed.group()) is None)


def _lasting(hit: OutcomeHit, text: str) -> bool:
    """Return whether relief is told by how long it lasts: "the analgesic effect lasted longer", "longer-lasting relief"."""
    low = max(0, hit.start - 24)
    return _LASTED.match(text, hit.end) is not None or _LONGER.search(text, low, hit.start) is not None


def _free_share(hit: OutcomeHit, clause: Clause, text: str) -> bool:
    """Return whether the share of patients is told who have little or nothing of an outcome: "patients with no or mild pain"."""
    low = max(clause.start, hit.start - 24)
    return bool(_FREE_OF.search(text, low, hit.start) and _PATIENTS_WITH.search(text, clause.start, hit.start))


def _limited(hit: OutcomeHit, clause: Clause, text: str) -> bool:
    """Return whether a reduction of pain has a limit beside its name and a share of patients who passed it."""
    if "%" not in text[clause.start : clause.end]:
        return False
    before = _TO_PASS.search(text, max(clause.start, hit.start - 30), hit.start)
    m = before or _PASSED.match(text, hit.end, clause.end)
    return m is not None and text.count("%", clause.start, clause.end) > m.group().count("%")


def amount_sign(cue: Cue | None, hit: OutcomeHit, *, levels: bool, by: bool = False) -> int:
    """Return whether a larger number is better (+1) or worse (-1): of a level, or of the amount of a change.

    ``by`` says that an amount is told as one: "reduced by 40%".
    """
    if cue is None or levels or cue.kind not in ("rise", "fall", "improve", "worsen"):
        return hit.sign
    kinds = outcome_kinds()
    if hit.id in (kinds.process | kinds.shares) and cue.kind in ("rise", "fall") and not by:
        return hit.sign  # "reduced blood loss (220 ml versus 120 ml)", "success (a fall of 2 points) in 60% and 42%"
    return judge(cue, hit)
