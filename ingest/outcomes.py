"""Outcome mentions as the findings grammar needs them: which outcome, and whether more of it is better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.grounding import Mention
from ingest.screened import screened
from kg.vocabulary import load_vocabulary

__all__ = ["OutcomeHit", "inventory", "outcome_hits", "settle_outcomes"]

_PATIENT_WORDS = re.compile(
    r"(?:\bpatients? (?:with|developing|who developed|who had|had|having|suffering|presenting)|\b(?:those|subjects|adults|people|individuals|suffering|treatment of|treating|management of|treat|manage|history of|origin of|diagnos\w+ (?:of|with)|chronic|refractory|intractable|persistent|with chronic|source of|cause of|type of|presented with|presenting with|duration of|complain\w* of))\s+(?:\w+ ){0,2}$",
    re.I,
)
_TWO_SITES = screened(r"\b(?:(low )?back|neck)\b( pain)?,? (?:and|or|&|/) (?:of |the |for )?(leg|arm)\b", re.I)
_SCALE = re.compile(
    r"\b(?:VAS|VASP|NRS|NRSP|NPRS|VNRS|VRS|VNS|NVS|scales?|scores?|ratings?|visual|verbal|numeric(?:al)?|pain)\b", re.I
)
# Names of success so general that any other outcome in the clause is what is meant.
_GENERAL = re.compile(
    r"^(?:(?:clinical|treatment|therapeutic|overall|significant|surgical|symptomatic|symptom|marked|beneficial|good|functional|patient-reported|clinically (?:meaningful|significant|important)) )?(?:outcomes?|results?|effects?|improvements?|improved|efficacy|effectiveness|benefits?|recovery|successful|success|progress|failure|effective rate|response|effective|efficacious|beneficial|beneficial effects?|treatment response|effective(?:ly)? (?:treatments?|therapy|procedure)|(?:favou?rable|excellent|satisfactory|good) (?:clinical )?(?:outcomes?|results?|effects?))$"
    r"|^(?:(?:overall|final|early|late|immediate|(?:long|short|mid|medium)[- ]?term|clinical|surgical|operative|postoperative|therapeutic|treatment|patient|patient-(?:reported|rated|centered|important)|patient reported|self-reported|subjective|primary|secondary|study|efficacy|effectiveness) ){1,2}(?:outcomes?|results?|outcome (?:scores?|measures?|parameters?|variables?|indicators?|indices)|scores?|scales?|parameters?|measures?|variables?|ind(?:ex|ices)|indicators?|end ?points?|effects?|efficacy|response)$"
    r"|^outcome (?:scores?|parameters?|variables?|indicators?|index|indices|scales?|instruments?|domains?)$",
    re.I,
)
_HARMFUL = re.compile(
    r"\b(?:adverse|serious|device|related|untoward|severe|major|minor|allergic|procedure)\S*(?: \w+)? $"
    r"|\b(?:complain(?:ed|ing) of|developed|suffered(?: from)?|experienced) (?:an? )?(?:\w+ )?$",
    re.I,
)
_AGAIN = re.compile(
    r"\b(?:underwent|undergo|undergone|require\w*|need\w*|subsequent\w*|additional|further|later|avoid\w*|cross\w*|proceed\w*|repeat|second|revision|obviat\w*|prevent\w*|elected|eventually|converted|reoperat\w*|rate of|decided)\b",
    re.I,
)
# "Of 142 patients assigned to conservative care, 55 (39%) were treated surgically": an operation of those who had none.
_CROSSED = re.compile(
    r"\b(?:conservative(?:ly)?|non-?operative(?:ly)?|non-?surgical(?:ly)?|medical(?:ly)?|physiotherapy|exercises?|rehabilitation|injections?)\b"
    r"[^.;]{0,80}?\b(?:\d+|a third|one[- ]third|half)(?: ?%)?\)?(?: (?:patients|subjects|participants))?(?: \(\d[^()]{0,12}\))?"
    r"(?: of [^.;,]{0,60})?(?: patients)?(?: (?:were|was|had|later|subsequently|eventually|nevertheless|been))* $",
    re.I,
)
# "Nine patients of the saline group had surgery": an operation after an injection.
_AFTER_INJECTION = screened(
    r"\b(?:steroids?|saline|placebo|\w+caine|\w+(?:sone|lone)|injections?|injected|epidural|blocks?)\b[^.;]{0,90}?"
    r"(?<!who )(?<!had )(?<!previous )(?<!prior )$",
    re.I,
)
_ALWAYS = frozenset(
    {"pain-intensity", "back-pain-intensity", "leg-pain-intensity", "neck-pain-intensity", "arm-pain-intensity"}
)
# "Back-pain-related visits" and "costs of hospitalisation" name another outcome.
_RELATED = re.compile(r"-related\b| related\b(?! (?:\w+ )?to\b)")
_PRICE_OF = screened(r"\b(?:costs?|charges?|expenses|fees) (?:of|for|related to|due to) (?:the |an? )?$", re.I)
# "In patients with predominant leg pain" says who they are.
_AMONG_PATIENTS = screened(
    r"\b(?:in|among|for) (?:the )?(?:patients|those|subjects|participants|people|adults) (?:with|suffering from|having|without|who (?:do not |did not )?(?:have|had)) (?:\w+ ){0,2}$",
    re.I,
)
_INCLUDING = re.compile(
    r"\b(?:including|included|includes|such as|consisted of|consisting of|were|namely|e\.g\.|mostly|mainly|chiefly|predominantly|usually"
    r"|(?:in )?the form of|most (?:often|commonly|frequently)|comprising|limited to)\b|:",
    re.I,
)
# The SF-36 has less bodily pain the higher its subscale.
_BODILY = re.compile(r"bodily pain|SF-36 pain", re.I)
_SUBSCALE = re.compile(r"\bSF-?\s?36|\bshort[- ]form|\b(?:sub)?scales?\b|\bdomains?\b", re.I)
_SHORT_FORM = re.compile(r"\bSF-?\s?(?:36|12)|\bshort[- ]form|general health", re.I)
_OF_SHORT_FORM = re.compile(r"bodily pain|physical function", re.I)
_SUBSCALE_WITHIN = 60  # characters behind the name of the SF-36 in which its subscales follow
_INSTRUMENT = re.compile(r"[A-Z]{2}|questionnaire|scale|score|index|inventory|survey", re.I)
_PICTURES = re.compile(
    r"(?:radiolog\w+|radiograph\w+|imaging) (?:outcomes?|results?|findings?|parameters?|measures?|measurements?)", re.I
)
_PICTURED = frozenset({"spinal-alignment", "vertebral-height", "fusion-rate"})
_THRESHOLD = re.compile(r"MCID|minim\w+ (?:clinically )?important|substantial clinical benefit", re.I)
_FOR = re.compile(r" (?:for|in|of|on|regarding)(?: the)? ")
_SHARE_NAME = re.compile(r"(?:responders?|response|success)(?: rates?)?$|clinical success$", re.I)
_SCALED = frozenset({*_ALWAYS, "disability", "quality-of-life", "treatment-success"})
_SYMPTOMS = frozenset({*_ALWAYS, "neurological-function", "disability", "pain-responder", "sleep"})
_SITES = {
    "back": "back-pain-intensity",
    "leg": "leg-pain-intensity",
    "neck": "neck-pain-intensity",
    "arm": "arm-pain-intensity",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeHit:
    """An outcome named in ``text[start:end]``; ``sign`` is +1 when more of what is named is better, -1 worse, 0 neither."""

    id: str
    start: int
    end: int
    sign: int
    text: str
    weak: bool = False
    inverse: bool = False
    general: bool = False


def settle_outcomes(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Keep context words ("leakage", "stay") only where the record names such an outcome in full; pain always counts."""
    full = {m.id for m in mentions if m.strength != "context"}
    kept = []
    for m in mentions:
        if m.strength == "context":
            meant = next((i for i in (m.id, *m.also) if i in full), None)
            if (
                meant is None
                and m.id not in _ALWAYS
                and m.id not in ("treatment-success", "reoperation", "adverse-event")
            ):
                continue
            m = replace(m, id=meant or m.id)
        kept.append(m)
    return tuple(kept)


def _sign(mention: Mention) -> tuple[int, bool]:
    better = load_vocabulary().concept("outcome", mention.id).better_when
    base = {"higher": 1, "lower": -1}.get(better or "", 0)
    if mention.neutral:
        return 0, False
    return (-base, True) if mention.inverse else (base, False)


def _two_sites(hit: OutcomeHit, text: str) -> list[OutcomeHit]:
    """Read "back and leg pain" as two outcomes."""
    window = text[max(0, hit.start - 25) : hit.end + 25]
    m = _TWO_SITES.search(window)
    if hit.id not in ("pain-intensity", *_SITES.values()) or not m:
        return [hit]
    first = "neck" if m.group(0).lower().startswith("neck") else "back"
    return [replace(hit, id=_SITES[first]), replace(hit, id=_SITES[m.group(3).lower()])]


def _operated_later(text: str, start: int, end: int, m: Mention) -> bool:
    """Return whether a bare word for an operation is one after the treatment: again, or after care without one."""
    again = _AGAIN.search(text, max(start, m.start - 60), m.start) or _AGAIN.search(text, m.end, min(end, m.end + 20))
    before = max(start, m.start - 150)
    return again is not None or any(p.search(text, before, m.start) for p in (_CROSSED, _AFTER_INJECTION))


def outcome_hits(mentions: Sequence[Mention], text: str, start: int, end: int) -> list[OutcomeHit]:
    """Return the outcomes named in ``text[start:end]``, general scale names dropped beside what they measure."""
    hits: list[OutcomeHit] = []
    for m in mentions:
        if m.start >= end:
            break
        if m.start < start or m.end > end:
            continue
        if _RELATED.match(text, m.end) or _PRICE_OF.search(text, max(start, m.start - 30), m.start):
            continue
        weak = m.strength == "context"
        if weak and m.id == "adverse-event" and not _HARMFUL.search(text, max(start, m.start - 30), m.start):
            continue
        if weak and m.id == "reoperation" and not _operated_later(text, start, end, m):
            continue
        if _AMONG_PATIENTS.search(text, max(start, m.start - 60), m.start):
            continue
        if weak and _PATIENT_WORDS.search(text[max(start, m.start - 45) : m.start]):
            continue
        sign, inverse = _sign(m)
        if _BODILY.search(m.text) and _SUBSCALE.search(text, max(start, m.start - 60), min(end, m.end + 40)):
            sign = 1
        hits.extend(
            _two_sites(
                OutcomeHit(
                    id=m.id,
                    start=m.start,
                    end=m.end,
                    sign=sign,
                    text=m.text,
                    weak=weak,
                    inverse=inverse,
                    general=m.id == "treatment-success" and bool(_GENERAL.match(m.text)),
                ),
                text,
            )
        )
    return _without_carriers(hits, text)


# "Satisfactory analgesia (VAS less than 3)": the bracket says what is meant by it.
_DEFINED = re.compile(
    r"\((?:i\.e\.,? |defined as (?:an? )?)?[^()]{0,40}?(?:less than|more than|at least|below|above|≤|≥|<|>|>=|<=) ?\d[^()]{0,30}\)"
    r"|\((?:i\.e\.,? |defined as |that is,? |meaning |no pain\b)[^()]{0,100}\)"
)


def _without_definitions(hits: list[OutcomeHit], text: str) -> list[OutcomeHit]:
    """Drop scales in a bracket that only says when the outcome before it counts as reached."""
    if len(hits) < 2:
        return hits
    spans = [
        m.span()
        for m in _DEFINED.finditer(text, hits[0].start, hits[-1].end + 60)
        if any(0 <= m.start() - h.end <= 3 for h in hits)
    ]
    return [h for h in hits if not any(a < h.start < b for a, b in spans)]


def _responding(hits: list[OutcomeHit], text: str) -> list[OutcomeHit]:
    """Read "ODI responder rate" as one outcome, the share of patients on that scale."""
    kept: list[OutcomeHit] = []
    for h in hits:
        scale = kept[-1] if kept else None
        shared = h.id in ("pain-responder", "treatment-success") and _SHARE_NAME.match(h.text)
        if (
            scale is not None
            and shared
            and scale.id in _SCALED
            and text[scale.end : h.start] in (" ", "-", " clinical ")
        ):
            pain = "pain-responder" if scale.id in _ALWAYS else scale.id
            kept[-1] = replace(scale, id=pain, sign=1, inverse=False, end=h.end, text=text[scale.start : h.end])
        elif scale is not None and _threshold_of(scale, h, text):
            pain = "pain-responder" if h.id in _ALWAYS else h.id
            kept[-1] = replace(scale, id=pain, sign=1, inverse=False, end=h.end, text=text[scale.start : h.end])
        else:
            kept.append(h)
    return kept


def _threshold_of(threshold: OutcomeHit, h: OutcomeHit, text: str) -> bool:
    """Return whether a threshold is that of the scale behind it: "the MCID for ODI"."""
    named = h.id in _SCALED and _THRESHOLD.search(threshold.text) is not None
    return named and _FOR.fullmatch(text, threshold.end, h.start) is not None


def _without_instruments(hits: list[OutcomeHit], text: str) -> list[OutcomeHit]:
    """Drop names of instruments that only say how something was measured: "satisfaction (NASS)", "SF-36 bodily pain"."""
    kept: list[OutcomeHit] = []
    for i, h in enumerate(hits):
        before = hits[i - 1] if i else None
        after = hits[i + 1] if i + 1 < len(hits) else None
        if (
            before is not None
            and before.id != h.id
            and text[before.end : h.start] == " ("
            and text[h.end : h.end + 1] == ")"
            and _INSTRUMENT.search(h.text)
        ):
            continue
        if (
            after is not None
            and h.id == "quality-of-life"
            and _SHORT_FORM.search(h.text)
            and after.start - h.end < _SUBSCALE_WITHIN
            and _OF_SHORT_FORM.search(after.text)
        ):
            continue
        if h.id == "imaging-finding" and _PICTURES.fullmatch(h.text) and any(o.id in _PICTURED for o in hits):
            continue
        kept.append(h)
    return kept


def _without_carriers(hits: list[OutcomeHit], text: str) -> list[OutcomeHit]:
    """Drop "VAS" beside "leg pain", and repeats of the same outcome at the same place."""
    hits = _without_instruments(_responding(_without_definitions(hits, text), text), text)
    vocabulary = load_vocabulary()
    kept: list[OutcomeHit] = []
    listing = next((h.start for h in hits if h.id == "adverse-event"), None)
    for h in hits:
        if (
            listing is not None
            and h.start > listing
            and h.id in _SYMPTOMS
            and _INCLUDING.search(text, listing, h.start)
        ):
            continue
        if h.general and any(not o.general for o in hits):
            continue
        narrower = [
            o for o in hits if o.id != h.id and vocabulary.is_a("outcome", o.id, h.id) and abs(o.start - h.start) < 70
        ]
        if narrower and h.id == "pain-intensity" and _SCALE.search(h.text):
            continue
        if any(o.id == h.id and o.start == h.start for o in kept):
            continue
        kept.append(h)
    return kept


def inventory(hits: Iterable[OutcomeHit]) -> tuple[OutcomeHit, ...]:
    """Return one hit per outcome, in order: what a paper set out to measure."""
    seen: dict[str, OutcomeHit] = {}
    for h in hits:
        if not (h.weak or h.general or h.sign == 0):
            seen.setdefault(h.id, h)
    return tuple(seen.values())
