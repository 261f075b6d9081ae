"""Give every procedure mention of a record one meaning, and weigh the procedures by where they are named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.grounding import Mention
from ingest.lexicon import below, broader, group_words, related
from ingest.screened import screened
from kg.model import Sentence

__all__ = [
    "DEFINING",
    "Settler",
    "settle_procedures",
    "specific",
    "weigh",
    "without_eligibility",
    "without_history",
    "without_setting",
    "without_shared",
]

# The parts of a paper that say what was done; results only refer to it.
DEFINING = ("title", "objective", "methods", "unknown")
# What stands before a treatment that patients had in vain before the study.
_IN_VAIN = screened(
    r"(?:unresponsive|not (?:been )?respon\w+|did not respond|refractory|resistant|fail\w*\b(?! back)|despite|irresponsive"
    r"|non-?responsive|inadequate \w+|insufficient \w+"
    r"|not relieved|unrelieved|not improved?|no response|not controlled|no improvement|intractable)[^.;,()]*$",
    re.I,
)

_IN_VAIN_LIST = re.compile(
    r"\b(?:(?:inadequate|insufficient|no|poor|without) (?:\w+ )?(?:pain )?(?:relief|response|improvement|effect|benefit)\w* (?:from|to|with|after|of)"
    r"|had (?:previously )?failed|(?:having|who) failed|failure of|(?:un|non-?)responsive to|refractory to|resistant to|not respond(?:ed|ing)? to"
    r"|failed (?:multiple|previous|prior|several|all|to respond to))\b[^.;:()]*$",
    re.I,
)
_NO_PLACEBO = screened(
    r"(?:hypertonic|heparini[sz]ed|10 ?%|\bno|without|not|mixed with|diluted (?:in|with)"
    r"|(?:lack|absence) of)(?: an?| the)? $",
    re.I,
)
# Saline that only makes up the volume of a drug: "lidocaine with 2 ml of saline".
_DILUTES = re.compile(
    r"(?:ca?ine|sone|lone|steroids?|ana?esthetics?|acetate|mg|%)(?: [\d.]+ ?(?:ml|cc|mg))?,? (?:(?:and|plus|\+),? (?:[\d.]+ ?(?:ml|cc) (?:of )?)"
    r"|(?:and|plus) (?=0\.9 ?%|normal|isotonic)|(?:with|in) (?:[\d.]+ ?(?:ml|cc) (?:of )?)?)(?:normal |isotonic |physiological |0\.9 ?% )?$",
    re.I,
)
# Saline that a drug is given with in one arm as another thing is in the other: "steroid with hyaluronidase or with saline".
_BESIDE = re.compile(
    r"(?:ca?ine|sone|lone|steroids?|ana?esthetics?)[^.;:]{0,20} (?:with|plus|in) [^.;:]{2,40} or (?:with|plus|in) (?:[\d.]+ ?(?:ml|cc) (?:of )?)?$",
    re.I,
)
# What is put in the place of a body that was taken out.
_REBUILT = re.compile(r"reconstruct|\bcages?\b|\bgraft|\bfusion|instrumentation|arthrodesis|\bmesh\b", re.I)
_ANY = "spinal-intervention"
_INTRADISCAL = "intradiscal-procedure"
_PERIOPERATIVE = screened(
    r"analges|postoperative pain|pain (?:after|following)|opioid|bleeding|blood loss|tranexamic"
    r"|anesthe|anaesthe|premedicat|transfusion|infection|antibiotic|nausea|delirium|haemosta|hemosta",
    re.I,
)
_SETTING = re.compile(
    r"\b(?:after|following|undergoing|during|scheduled for|for|in|from|having|before) (?:[\w-]+ ){0,4}$", re.I
)
# An operation that patients of the title have had, or wait for.
_PATIENTS = re.compile(
    r"\bawaiting (?:[\w-]+ ){0,4}$|\bpatients (?:[\w-]+ ){0,5}?(?:after|following|with (?:previous|prior)) (?:[\w-]+ ){0,4}$",
    re.I,
)
# What makes a drug something that patients take, not something that the paper tries.
_TAKEN = re.compile(r"s? (?:use|usage|users?|consumption|requirements?|intake|dependen\w+|abuse|misuse|needs)\b", re.I)
# What makes "epidural" a place and not an injection.
_PLACE = re.compile(
    r" (?:spaces?|involvement|fat|ha?ematomas?|abscess\w*|fibrosis|scars?|scarring|lesions?|mass|compression|veins?|venous|tumou?rs?"
    r"|extension|ha?emorrhage|disease|lipomatosis|pressure|metasta\w+|adhesions?|invasion|bleeding)\b",
    re.I,
)
_UNCOUNTED = re.compile(
    r"\b(?:without (?:the )?(?:inclusion|need|use) (?:of|for)|regardless of|irrespective of) $", re.I
)
_LEFT_OUT = (
    re.compile(r"\bexclu(?:ded|ding|sion)\b[^.;]*$", re.I),
    re.compile(r"[^.;]{0,60}\b(?:were|was) (?:also )?excluded", re.I),
)
# Care that is no arm, for all had it.
_ALL_HAD = screened(
    r"\b(?:all|both|each|every)(?: of)?(?: the)?(?: \w+)?(?: study| treatment)? (?:groups?|arms?|patients|subjects|participants)\b(?! (?:with|who|in|of|treated)\b)[^.;:]{0,30}?"
    r"\b(?:received|receiving|were given|underwent|performed|were treated with|were instructed|were prescribed|continued|had)\b[^.;:]*$",
    re.I,
)
_TO_ALL = screened(
    r"[^.;:]{0,60}\b(?:were|was) (?:also )?(?:given|administered|applied|prescribed|provided|performed|allowed|permitted)\b[^.;:]{0,25}\b(?:to|in|for|by) (?:all|both|each)\b",
    re.I,
)
# What stands before an operation that another treatment is compared with.
_RIVAL = re.compile(r"\b(?:versus|vs\.?|or|than|with|to|against) (?:open |standard |conventional |the )?$", re.I)
_ROLE_WEIGHT = {
    "title": 6.0, "objective": 4.0, "methods": 2.0, "results": 1.0, "conclusions": 1.5, "background": 0.4,
    "unknown": 1.0,
}  # fmt: skip


def specific(ids: Iterable[str]) -> list[str]:
    """Drop procedure ids that are ancestors of another id in the list; keep the order."""
    listed = list(dict.fromkeys(ids))
    if len(listed) < 2:
        return listed
    return [i for i in listed if not any(o != i and below(o, i) for o in listed)]


def weigh(sentences: Sequence[Sentence], mentions: Sequence[Mention], *, inherit: bool = False) -> Counter[str]:
    """Weigh each procedure: title above aim above methods above results, context words less than names.

    With ``inherit`` a broader name ("epidural injection") counts for the only narrower procedure named.
    """
    score: Counter[str] = Counter()
    position = 0
    for m in mentions:
        while position < len(sentences) - 1 and m.start >= sentences[position].end:
            position += 1
        weight = _ROLE_WEIGHT[sentences[position].role] * (0.4 if m.strength == "context" else 1.0)
        score[m.id] += weight  # type: ignore[assignment]
    return _inherit(score) if inherit else score


def _inherit(score: Counter[str]) -> Counter[str]:
    total = Counter(score)
    for above in score:
        narrower = [i for i in score if i != above and below(i, above)]
        if len(narrower) == 1:
            total[narrower[0]] += score[above]
            total[above] -= score[above]
    return total


class Settler:
    """What words mean in one record: what it names in full, and what title and text make of general names."""

    def __init__(self, sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention]) -> None:
        """Weigh the full names of the record."""
        words = group_words()
        self.text = text
        self.title = text[: sentences[0].end] if sentences and sentences[0].role == "title" else ""
        self.full = weigh(sentences, [m for m in mentions if m.strength != "context"])
        self.useful = any(i not in words.comparators and i not in words.general for i in self.full)
        spans = [(s.start, s.end) for s in sentences if s.role in DEFINING]
        self.defined = Counter(
            m.id for m in mentions if m.strength != "context" and any(a <= m.start < b for a, b in spans)
        )
        self.titled = [m.id for m in mentions if m.end <= len(self.title) and m.strength != "context"]
        # "The intervention", "blocks of four" and "analgesia" mean no operation in a trial of exercise or drugs.
        self.conservative = not self.useful and any(below(i, "conservative-care") for i in self.defined)
        self._refined: dict[str, str] = {}

    def refined(self, concept: str) -> str:
        """Return the narrower procedure that a general one is in this record, or the same id."""
        found = self._refined.get(concept)
        if found is None:
            fits = (
                r
                for r in group_words().refine
                if concept in r.sources and r.pattern.search(self.title if r.where == "title" else self.text)
            )
            rule = next(fits, None)
            found = self._refined[concept] = concept if rule is None else rule.to
        return found

    def context(self, word: str, candidates: Sequence[str]) -> str | None:
        """Return the heaviest procedure named in full that is one of the candidates of a context word, or below one.

        An injection means a procedure that injects something.
        """
        found = [(weight, i) for i, weight in self.full.items() if any(below(i, c) for c in candidates)]
        if word.startswith("inject"):
            found = [(w, i) for w, i in found if i in candidates or any(below(i, k) for k in group_words().injected)]
        return max(found)[1] if found else None

    def narrowed(self, candidates: Sequence[str]) -> str | None:
        """Return the candidate that narrows a procedure named in full, or the only one beside others of the disc."""
        comparators = group_words().comparators
        found = [
            (self.full[above], c)
            for c in candidates
            if c not in comparators
            and (above := broader(c)) is not None
            and above in self.full
            and above not in group_words().general
        ]
        if found or len(candidates) > 1:
            return max(found)[1] if found else None
        # Intradiscal treatments are called by their substance: "platelet-rich plasma" beside an injection of cells.
        beside = broader(candidates[0]) == _INTRADISCAL and any(broader(i) == _INTRADISCAL for i in self.full)
        return candidates[0] if beside else None

    def meaning(self, m: Mention) -> str | None:
        """Return the procedure a mention means in this record, or None."""
        words, low, target = group_words(), m.text.lower(), m.id
        surgical = ("surg" in low or "operati" in low) and not low.startswith("non")
        first = not low.startswith("re") and _RIVAL.search(self.text, max(0, m.start - 25), m.start) is None
        if "corpectom" in low and target == "decompression-surgery" and _REBUILT.search(self.text):
            return "spinal-fusion"
        if m.strength != "context":
            return self.refined(target) if surgical or target != _ANY else target
        if low in words.ignore:
            return self._operation() or self._surgery(first=first) if surgical else None
        candidates = (m.id, *m.also)
        if surgical:
            candidates = tuple(c for c in candidates if c not in words.general) or candidates
        # "Operative time" tells nothing of which operation it was.
        narrowed = None if surgical or len(candidates) > 3 else self.narrowed(candidates)
        found = self.context(low, candidates) or narrowed
        if (found is None or found in words.general or not self.useful) and surgical:
            return self._operation() or self._surgery(first=first)
        if found is None:
            said = not self.useful and (not self.conservative or m.end <= len(self.title))
            return self.refined(target) if said else None
        return found if found == _ANY else self.refined(found)

    def operation(self) -> str:
        """Return which operation "operated patients" had: the one the record names, else what its condition makes of it."""
        return self._operation() or self._surgery(first=True) or "other-surgery"

    def _operation(self) -> str | None:
        """Return the only operation that title, aim and methods name in full, leaving out parts of others."""
        words = group_words()
        named = specific(i for i in self.defined if i in words.operations and i not in words.general)
        parts = {p for i in named for p in words.parts.get(i, ())}
        whole = [i for i in named if i not in parts]
        return whole[0] if len(whole) == 1 else None

    def _surgery(self, *, first: bool) -> str | None:
        """Return the only operation that the title names in full, else what its conditions make of an operation.

        Not the one in the title where it is no ``first`` operation: "reoperation after a spacer", "or open surgery".
        """
        operations = group_words().kinds["operation"]
        named = specific(i for i in self.titled if i in operations)
        if first and len(named) == 1 and not any(i in operations and i not in named for i in self.defined):
            return named[0]
        target = self.refined(_ANY)
        return None if target == _ANY else target


def settle_procedures(settler: Settler, mentions: Sequence[Mention]) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Give every mention the one procedure it means in this record; return those that mean one, and the loose words.

    Loose are the words that mean one or two procedures none of which the record names in full.
    """
    settled, loose, seen = list[Mention](), list[Mention](), dict[tuple[str, str, str], str | None]()
    for m in mentions:
        key = (m.id, m.strength, m.text.lower())
        if key not in seen:
            seen[key] = settler.meaning(m)
        target = seen[key]
        if target is not None:
            settled.append(m if target == m.id else replace(m, id=target))
        elif len(m.also) < 2 and m.text.lower() not in group_words().ignore:
            loose.append(m)
    return tuple(settled), tuple(loose)


def without_history(text: str, title: int, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Leave out procedures that patients had had in vain before ("inadequate relief from spinal cord stimulation").

    Not those that the first ``title`` characters name, nor where nothing else is named in full.
    """
    titled = {m.id for m in mentions if m.end <= title}
    past = {
        m.start
        for m in mentions
        if m.id not in titled and _IN_VAIN_LIST.search(text, max(title, m.start - 110), m.start)
    }
    return tuple(m for m in mentions if m.start not in past)


def without_eligibility(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Leave out what only says who the patients are: care that had failed before the study, what excluded them.

    And what only looks like a procedure: "epidural" of a place, opioids that patients take, saline to dilute a drug.
    """
    left_out = "exclu" in text
    return tuple(m for m in mentions if not _aside(text, m) and not (left_out and _excluded(text, m)))


def _aside(text: str, m: Mention) -> bool:
    if m.id == "placebo-injection":
        begin = max(0, m.start - 60)
        diluent = _DILUTES.search(text, begin, m.start) and not text.startswith(", resp", m.end)
        beside = _BESIDE.search(text, max(0, m.start - 100), m.start)
        return bool(diluent or beside) or _NO_PLACEBO.search(text, max(0, m.start - 25), m.start) is not None
    if m.id == "medical-management" and _TAKEN.match(text, m.end):
        return True
    if m.strength == "context" and m.text[-8:].lower() == "epidural" and _PLACE.match(text, m.end):
        return True
    failed = below(m.id, "conservative-care") or below(m.id, "epidural-injection")
    begin = max(0, text.rfind(".", 0, m.start) + 1, m.start - 60)
    if failed and _UNCOUNTED.search(text, begin, m.start):
        return True
    return failed and _IN_VAIN.search(text[begin : m.start]) is not None


def _excluded(text: str, m: Mention) -> bool:
    begin = max(text.rfind(". ", 0, m.start) + 1, m.start - 90)
    before, after = _LEFT_OUT
    return before.search(text, begin, m.start) is not None or after.match(text, m.end) is not None


def without_shared(settler: Settler, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Leave out care that all groups had ("all the groups received massage"), unless the title names it or nothing else."""
    care = [m for m in mentions if below(m.id, "conservative-care") and m.id not in settler.titled]
    shared = {m.start for m in care if _for_all(settler.text, m)}
    kept = tuple(m for m in mentions if m.start not in shared)
    return kept if any(m.strength != "context" for m in kept) else tuple(mentions)


def _for_all(text: str, m: Mention) -> bool:
    """Return whether a sentence says that all groups of the study had a treatment."""
    begin = max(text.rfind(". ", 0, m.start) + 1, m.start - 120)
    return _ALL_HAD.search(text, begin, m.start) is not None or _TO_ALL.match(text, m.end) is not None


def without_setting(settler: Settler, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Leave out an operation that is only the setting of a study or what its patients had, when anything else is named."""
    title, operations = settler.title, group_words().operations
    around = _PERIOPERATIVE.search(title) is not None
    before = _SETTING if around else _PATIENTS
    titled = [m for m in mentions if m.end <= len(title)]
    named = [m for m in titled if m.id in operations and (around or m.strength != "context")]
    setting = {m.id for m in named if before.search(title[max(0, m.start - 50) : m.start])}
    if around:
        setting |= {m.id for m in mentions if m.id in operations} - {m.id for m in titled} - {_ANY}
    kept = tuple(m for m in mentions if not any(related(m.id, i) for i in setting))
    return kept if setting and any(m.strength != "context" for m in kept) else tuple(mentions)
