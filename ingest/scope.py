"""Decide whether a record is about a spinal intervention for pain in people: on, adjacent or off.

Evidence for "on" comes from the procedures and conditions the record names, most of all in its title;
evidence against it from the cues of ``cues/scope.toml``. A record without a word of the spine or of the conditions
treated through it is off whatever else it names ("plasma", "implant" and "infusion" are words of every field).
Animals, cadavers and benches are always off.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.indications import MentionLike
from ingest.scope_setting import only_setting
from ingest.scope_subject import lifted, other_subject, reported
from ingest.text import fold, fold_case
from kg.model import Design, Record, Scope
from kg.vocabulary import load_vocabulary

__all__ = ["classify_scope", "scope_evidence"]

_OPENING = 400
_AGAINST = 2.5
_FOR = 1.0
_OTHER_FIELD = "surgery-of-another-field"
# Procedures that are also given for anaesthesia: they count only beside a pain or spine condition.
_ANAESTHESIA = frozenset(
    {
        "neural-block", "epidural-injection", "epidural-local-anaesthetic-injection", "epidural-drug-infusion",
        "intraspinal-drug-delivery", "intrathecal-drug-delivery", "paraspinal-plane-block", "sympathetic-block",
    }
)  # fmt: skip
_ANY_SURGERY = frozenset({"spinal-intervention", "other-surgery", "other-intervention", "neuroablation"})
_CARE = "conservative-care"
_NO_CONDITION = frozenset({"other-condition"})
# Conditions that are treated outside the spine as well: their treatment is ours only when it is done at the spine.
_WIDE = frozenset(
    {
        "spasticity", "chronic-pain", "neuropathic-pain", "cancer-pain", "painful-diabetic-neuropathy",
        "postherpetic-neuralgia", "complex-regional-pain-syndrome",
    }
)  # fmt: skip
_TREATED = 1.2
_NEEDLED = 0.4


@dataclass(frozen=True, slots=True)
class _Cue:
    name: str
    verdict: Scope
    where: str
    pattern: Guarded
    weight: float
    unless: tuple[str, ...]


@cache
def _cues() -> tuple[_Cue, ...]:
    keys = {"name": str, "verdict": str, "where": str, "pattern": str, "weight": float, "example": str}
    rows = read_cues("scope", "against", keys, {"needs": list, "unless": list})
    return tuple(
        _Cue(r["name"], r["verdict"], r["where"], guarded(r), r["weight"], tuple(r.get("unless", ()))) for r in rows
    )


@cache
def _anchors() -> Guarded:
    """Return what matches a word of the spine or of a condition treated through it."""
    rows = read_cues("scope", "anchor", {"name": str, "pattern": str, "example": str})
    return Guarded(re.compile("|".join(row["pattern"] for row in rows)))


@cache
def _tops() -> dict[str, str]:
    """Return the top concept of every procedure: ``spinal-intervention``, ``conservative-care`` and others."""
    broader = {concept.id: concept.broader for concept in load_vocabulary().concepts("procedure")}
    tops = {}
    for name in broader:
        top = name
        while (parent := broader.get(top)) is not None:
            top = parent
        tops[name] = top
    return tops


def scope_evidence(
    record: Record, mentions: Sequence[MentionLike], design: Design | None = None
) -> tuple[float, float, float]:
    """Return the weights for "on", for "off" and for "adjacent"."""
    text, title_end = fold_case(record.text), len(record.title)
    title, abstract = text[:title_end], text[title_end:]
    techniques = {
        m.id
        for m in mentions
        if m.end <= title_end and m.strength != "context" and _tops().get(m.id) == "spinal-intervention"
    }
    conditions = {m.id for m in mentions if m.kind == "indication" and m.end <= title_end}
    facts = reported(abstract, technique=bool(techniques - _ANY_SURGERY), condition=bool(conditions - _NO_CONDITION))
    against = {"off": 0.0, "adjacent": 0.0}
    for verdict, weight in (*_against(title, abstract, techniques, facts), *other_subject(title, abstract, facts)):
        against[verdict] += weight
    if not _anchors().search(text):
        return 0.0, against["off"], against["adjacent"]
    against["adjacent"] += only_setting(fold(record.text), title_end, techniques, design)
    supporting = _supporting(text, title_end, mentions)
    return supporting, against["off"], against["adjacent"]


def _against(
    title: str, abstract: str, techniques: Collection[str], facts: frozenset[str]
) -> Iterator[tuple[Scope, float]]:
    """Yield verdict and weight of every cue against the record; a title the rules cannot read is told by the opening."""
    spoken = title if _is_latin(title) else abstract[:_OPENING]
    # What lasts after an operation and is treated by a technique of ours: the operation before it does not count.
    lasting = bool(set(techniques) - _ANAESTHESIA - _ANY_SURGERY) and _lasting().search(title) is not None
    for cue in _cues():
        if lifted(cue.unless, facts) or (lasting and cue.name.startswith(_OTHER_FIELD)):
            continue
        in_title = cue.where != "abstract" and cue.pattern.search(spoken)
        if in_title or (cue.where != "title" and cue.pattern.search(abstract)):
            yield cue.verdict, cue.weight


@cache
def _lasting() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:chronic|persist\w*|refractory|intractable|baclofen|pumps?|stimulat\w+|post-?(?:surgical|thoracotomy|mastectomy|herniorrhaphy))\b"
    )


def _is_latin(title: str) -> bool:
    """Return whether the rules can read a title; where not, the opening of the abstract stands for it."""
    letters = [c for c in title if c.isalpha()]
    return 2 * sum(c.isascii() for c in letters) >= len(letters)


@cache
def _spine_surgery() -> re.Pattern[str]:
    """Epidurals around spinal surgery are adjacent; around any other operation they are off."""
    return re.compile(
        r"\b(?:spin(?:e|al)|lumbar|cervical|dis[ck]s?|vertebra\w*|fusion|laminectom\w+|dis[ck]ectom\w+|rhizotom\w+)\b"
    )


@cache
def _treated() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:surg\w+|operat\w+|treat\w*|manage\w*|fixation|conservative\w*|approach\w*|stabili\w+|therap\w+)\b"
    )


@cache
def _broken() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:odontoid|dens|axis|atlas|c[12]|vertebral|thoracolumbar|lumbar|cervical|sacral|spinal|burst\w*)\b.*\bfractures?\b"
        r"|\b(?:metasta\w+|malignan\w+|epidural)\b.*\bcord compression\b"
    )


@cache
def _operation() -> re.Pattern[str]:
    return re.compile(r"(?<!non-)(?<!non)(?<!non )\b(?:surgical|operative|surgery)\b")


@cache
def _no_operation() -> re.Pattern[str]:
    return re.compile(r"\b(?:non-?operative|conservative|non-?surg(?:ical|ery)|radiation alone|radiotherapy alone)")


@cache
def _needled() -> re.Pattern[str]:
    """Match what is done through a needle, by names that say no more."""
    return re.compile(
        r"\b(?:(?:branch|nerve|joint|ganglion|root|disc|epidural) (?:\w+ )?(?:lesions?|lesioning|blocks?|injections?)|denervat\w+|neurotom\w+|neurolys\w+)\b"
    )


@cache
def _operated() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:(?:surgical|operative) (?:\w+ )?(?:treatment|management)|reconstruction|stabili[sz]ation)\b"
    )


@cache
def _implanted() -> re.Pattern[str]:
    """Match an implanted pump or catheter: it delivers for lasting pain or spasticity, not for an operation."""
    return re.compile(
        r"\b(?:pumps?|implant\w*|port|long-term|intractable|refractory|chronic|cancer|malignan\w+|terminal\w*)\b"
    )


@cache
def _spinal_operation() -> re.Pattern[str]:
    """Match an operation on the spine that no procedure of the vocabulary names."""
    place = (
        r"(?:spin(?:e|al)|vertebra\w*|lumbar|lumbosacral|thoracic|thoracolumbar|cervical|odontoid|dens|atlas|axis|hangman\w*|atlanto\w+|"
        r"burst(?:ing)?|vertebro-?plast\w+|cord compression|epidural metastas\w+|sacral|sacrum|coccy\w+|spondyl\w+|dis[ck]s?|scolio\w+|kypho\w+)"
    )
    done = (
        r"(?:surg(?:ery|ical|ically)|operations?|operative|reduction|screws?|plat(?:e|ing)|fixation|reconstruction|corpectom\w+|"
        r"vertebrectom\w+|osteotom\w+|resection|allografts?|decompress\w+|cages?|instrumentation|approach(?:es)?)"
    )
    return re.compile(rf"\b{place}\b.*\b{done}\b|\b{done}\b.*\b{place}\b")


def _supporting(text: str, title_end: int, mentions: Sequence[MentionLike]) -> float:
    title = text[:title_end]
    conditions = [
        m for m in mentions if m.kind == "indication" and m.strength != "context" and m.id not in _NO_CONDITION
    ]
    in_title = {m.id for m in conditions if m.end <= title_end}
    ours = bool({m.id for m in conditions} - _WIDE)
    score = sum(_worth(m, text, title_end, conditions, in_title, ours=ours) for m in mentions if m.kind == "procedure")
    operated = _spine_surgery().search(title) and _operated().search(title)
    if operated or (in_title - _WIDE and _treated().search(title)):
        score += _TREATED
    elif _spinal_operation().search(title):
        score += _FOR
    elif in_title - _WIDE and _needled().search(text):
        score += _NEEDLED
    elif _broken().search(title) and _operation().search(text) and _no_operation().search(text):
        score += _FOR
    return score + min(1.0, 0.5 * len(in_title)) + (0.3 if conditions else 0.0)


def _worth(
    mention: MentionLike,
    text: str,
    title_end: int,
    conditions: Collection[MentionLike],
    in_title: Collection[str],
    *,
    ours: bool,
) -> float:
    """Return what one mention of a procedure weighs."""
    named_in_title = mention.end <= title_end
    top, weight = _tops().get(mention.id), 0.0
    if top == "spinal-intervention":
        special = mention.id not in _ANAESTHESIA | _ANY_SURGERY or (
            mention.id == "intrathecal-drug-delivery"
            and _implanted().search(text)
            and ("pain" in text or "spas" in text)
        )
        weight = 1.0 if special else 0.4 if conditions else 0.0
    elif top == _CARE and ours:
        weight = 0.5 if in_title else 0.15
    if mention.strength == "context":
        weight *= (0.5 if ours or not conditions else 0.0) if named_in_title else 0.0
    return weight * (2.0 if named_in_title else 1.0)


def classify_scope(record: Record, mentions: Sequence[MentionLike], design: Design | None = None) -> Scope:
    """Return whether the record belongs to the evidence on spinal interventions for pain."""
    if design == "preclinical":
        return "off"
    supporting, off, adjacent = scope_evidence(record, mentions, design)
    about = record.title if _is_latin(record.title) else record.text[: len(record.title) + _OPENING]
    if off >= _AGAINST and (off >= adjacent or not _spine_surgery().search(fold_case(about))):
        return "off"
    if adjacent >= _AGAINST:
        return "adjacent"
    return "on" if supporting >= _FOR else "off"
