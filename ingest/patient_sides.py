"""Tell a contrast of treatments from one of patients or of times, and a side's treatment from who had it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.arm_evidence import Evidence
from ingest.contrasts import Contrast, Span, content_words
from ingest.lexicon import group_words, related
from ingest.variants import same_way

__all__ = ["had", "says_patients", "subject"]

# What only sorts patients or times, whatever else a side says.
_FIRM = re.compile(
    r"baseline|pre-?operativ|post-?operativ|follow|month|week|year|value|score|\baged\b"
    r"|male\b|female|\bage\b|smok|group\b.*group\b|\bmen\b|women|responder|diabet|older|younger|elderly"
    r"|obes|non-?union|fractured|with and|without (?!biops|screw|plate|cage|navigat|monitor|drain|brac|collar|visco|robot|cement|catheter|balloon|guid|steroid|cortico|bone|fusion|lead|local|decompression|graft|instrument|fixation|cement)",
    re.I,
)
# What may belong to a treatment: "early (< 3 days) surgery", "fixation at one level".
_LOOSE = re.compile(r"patients (?:who|with|without|in whom)|those|\d{4}|level\b|before|days?\b", re.I)
# "Patients who underwent A", "those who had B": what follows is the treatment.
_WHO_HAD = re.compile(
    r"(?:\W*(?:(?:the|all|\d+) )*(?:patients|those|cases|subjects|participants|individuals|adults|controls)(?: \([^()]{1,25}\))? (?:(?:who|that|which) )?"
    r"|.{0,60}\b(?:who|that) )(?:(?:were|was|had been) )?(?:underwent|undergoing|had|received|receiving|got|given|(?:treated|managed|operated)(?: with| by| using| on)?)"
    r"(?: (?:either|only|a|an|the))? (?=\w)",
    re.I | re.S,
)

_LACKS = re.compile(r"\W*(?:without|no|not|non-?) ?\w", re.I)
_INITIALS = re.compile(
    r"\W*(?:the |an? )?[A-Z][A-Z0-9/+-]{1,7}(?: ?\(n ?= ?\d+\))?\W*(?:(?:group|technique|patients)\W*)?"
)


def had(text: str, span: Span) -> Span:
    """Return the part of a side that says what its patients had: "A" of "those who underwent A"."""
    m = _WHO_HAD.match(text, *span)
    return span if m is None else (m.end(), span[1])


def subject(base: str, unnamed: Sequence[str], e: Evidence) -> str:
    """Return what a side is about that names no procedure of its own; ``base`` is what the sides name.

    What went without it, and initials beside another procedure, are about what the paper is about.
    """
    if e.top is None:
        return base
    apart = not related(base, e.top) and any(_LACKS.match(text) or _INITIALS.fullmatch(text) for text in unnamed)
    return e.top if apart or base in group_words().comparators else base


def _untold(c: Contrast, sides: Sequence[Span], e: Evidence) -> bool:
    """Return whether counted or compared things are told apart by no treatment: "10 had diabetes and 12 gout"."""
    if c.kind not in ("counted", "compared"):
        return False
    named = [bool(e.ids(s) or e.hinted(s) or e.step(s) or e.surgical(s) or _operated(s, e)) for s in sides]
    alike = same_way(*(content_words(e.text[a:b]) for a, b in sides[:2]))
    return not (alike or all(named) or (c.kind == "counted" and any(named)))


# "25 patients were treated through the traditional approach": the verb says that it is a treatment.
_TREATED = re.compile(r"\b(?:treated|operated(?: on| upon)?|managed|stabili[sz]ed|fixed|fused|underwent)(?: (?:with|by|using|via|through|the|an?))* ?$", re.I)  # fmt: skip
_MEANS = re.compile(
    r"\b(?:approach|technique|method|procedure|system|route|device|needle|fixation|screws?|cages?|cement|rods?|plates?)\b",
    re.I,
)


def _operated(side: Span, e: Evidence) -> bool:
    """Return whether a side of a count is told by a verb of treatment and names the means."""
    told = _TREATED.search(e.text, max(0, side[0] - 40), side[0]) or e.text.startswith("through ", side[0])
    return bool(told) and _MEANS.search(e.text, *side) is not None


def says_patients(c: Contrast, e: Evidence) -> bool:
    """Return whether a contrast is one of patients or of times, not of treatments."""
    sides = [had(e.text, s) for s in c.sides[:2]]
    if _untold(c, sides, e):
        return True
    stated = c.role in ("title", "objective")
    named = [bool(e.ids(s)) for s in sides]
    if any(_FIRM.search(e.text, *s) and not (stated and own) for s, own in zip(sides, named, strict=True)):
        return True
    if same_way(*(tuple(e.text[a:b].lower().split()) for a, b in sides)):
        return False
    return any(_LOOSE.search(e.text, *s) and not (stated and own) for s, own in zip(sides, named, strict=True))
