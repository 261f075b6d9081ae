"""Find what an abstract sets against what: "A versus B", "to A or B", "A (n = 30) and B (n = 32)", "with or without C"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import Sentence

__all__ = ["Contrast", "content_words", "contrasts"]

_VERSUS = re.compile(r"\b(?:versus|vs\.?|v\.?s\.?|compared (?:with|to)|in comparison (?:with|to)|as opposed to|against|or that of|rather than)(?= )", re.I)
_BETWEEN = re.compile(r"\b(?:between|comparison of|compar(?:e|es|ed|ing|ison)(?: the)?(?: \w+){0,6}? (?:of|between)|compar(?:e|es|ed|ing)|differences? (?:in \w+ )?between)\b", re.I)
_LINK = re.compile(r"\b(?:and|with|to|or|versus|vs\.?)\b", re.I)
_TO_EITHER = re.compile(
    r"\b(?:randomi[sz]ed|randomly (?:assigned|allocated|divided|selected|distributed)|assigned|allocated|divided|underwent|received|receive|undergo|treated (?:with|by)|randomi[sz]ation)\b(?: \w+){0,4}? ?(?:(?:to|into|with|either|receive|undergo|by) )+(?:(?:receive|undergo|either|a|an|the|treatment with|have|be treated (?:with|by)|one of|two groups:?|2 groups:?|groups:?|of|by|with|into) )*",
    re.I,
)
_OR = re.compile(r"(?:\s*[(\[][^)\]]*[)\]])?,?\s+(?:or(?: to)?|and|versus|vs\.?)\s+", re.I)
_EITHER = re.compile(r"\beither\b", re.I)
_WITHOUT = re.compile(r"\bwith(?:,? (?:and|or|versus)) without (?P<what>(?:the )?[\w-]+(?: [\w-]+)?)", re.I)
_WITHOUT_ADDITION = re.compile(r"\b(?:alone or (?:with|combined with)|with or without (?:the )?addition of) (?P<what>[\w-]+(?: [\w-]+)?)", re.I)
_SIZED = re.compile(r"(?P<what>(?:[\w/+-]+ ){0,5}[\w/+-]+)\s*[(\[](?:[^()]*?[,;] ?)?n ?= ?\d+[^()]*[)\]]", re.I)
_EDGE = re.compile(r"[.;:?]|,(?! (?:and|or)\b)|\b(?:for the|for|in patients|in the treatment|in adults|in the management|among|during|after|following|on the|regarding|in terms|with respect|a (?:prospective|randomi[sz]ed|double|multicent\w+|pilot)|in (?:relieving|reducing|improving|treating|chronic|lumbar|cervical|elderly|postoperative|sub-?acute|acute))\b", re.I)  # fmt: skip
_LEAD = re.compile(r".*\b(?:of|between|comparing|compare|comparison|compared|whether|that|effects?|efficacy|effectiveness|using|via|results|outcomes?|by|to|is|are|evaluate|investigate|assess)\s", re.I | re.S)  # fmt: skip
_PLAIN = frozenset(
    "lumbar cervical thoracic spinal spine pain patients patient treatment treatments therapy technique techniques approach approaches method methods procedure "
    "procedures injection injections surgery surgical randomized randomised controlled trial study prospective comparison compared comparing effect effects efficacy outcome "
    "outcomes results using used either group groups fractures fracture chronic back with without from that their there these this what which when during after before between "
    "the and for was were are had has have both two three one all per into than other same each clinical guided underwent received receive "
    "undergo treated given administered assigned allocated vertebral disc disk leg low neck acute level single year month week follow-up assessed visual analog scale included".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two spans of the text that one sentence sets against each other; ``role`` is that of the sentence."""

    left: tuple[int, int]
    right: tuple[int, int]
    role: str
    kind: str


def content_words(text: str) -> list[str]:
    """Return the words of a span that can tell it from another one: lower case, without plain words; doses stay whole.

    >>> content_words("unilateral percutaneous kyphoplasty with 0.5 ml")
    ['unilateral', 'kyphoplasty', '0.5 ml']
    """
    doses = re.findall(r"\d+(?:\.\d+)? ?(?:mg|ml|mL|kHz|Hz|cc|G|W|V)\b", text)
    words = [w.strip("-+/'.").lower() for w in re.findall(r"[A-Za-z][\w/+'.-]*", re.sub(r"[(\[][^)\]]*[)\]]", " ", text))]
    return [*(w for w in dict.fromkeys(words) if (len(w) >= 3 or w.isupper()) and w not in _PLAIN and not re.fullmatch(r"(?:mg|ml|khz|hz|cc)", w)), *(d.lower() for d in doses)]


def _left(text: str, floor: int, at: int) -> tuple[int, int]:
    start = max(floor, at - 110)
    part = text[start:at]
    edges = [m.end() for m in _EDGE.finditer(part)]
    start += edges[-1] if edges and len(part) - edges[-1] > 3 else 0
    lead = _LEAD.match(text[start:at])
    return (start + lead.end() if lead and at - (start + lead.end()) > 3 else start), at


def _right(text: str, at: int, ceiling: int) -> tuple[int, int]:
    stop = min(ceiling, at + 90)
    edge = _EDGE.search(text, at + 3, stop)
    return at, edge.start() if edge else stop


def _in_sentence(text: str, s: Sentence) -> Iterator[Contrast]:
    for pattern in (_WITHOUT, _WITHOUT_ADDITION):
        if m := pattern.search(text, s.start, s.end):
            yield Contrast(left=m.span("what"), right=(m.start(), m.start("what")), role=s.role, kind="without")
    for m in _VERSUS.finditer(text, s.start, s.end):
        yield Contrast(left=_left(text, s.start, m.start()), right=_right(text, m.end(), s.end), role=s.role, kind="versus")
    for m in _BETWEEN.finditer(text, s.start, s.end):
        stop = _right(text, m.end(), s.end)[1]
        link = _LINK.search(text, m.end() + 3, stop)
        if link:
            yield Contrast(left=(m.end(), link.start()), right=(link.end(), stop), role=s.role, kind="between")
    if s.role != "title":
        for m in [*_TO_EITHER.finditer(text, s.start, s.end), *_EITHER.finditer(text, s.start, s.end)]:
            stop = next((e.start() for e in re.finditer(r"[.;]", text[m.end() : s.end])), s.end - m.end()) + m.end()
            link = _OR.search(text, m.end() + 2, min(stop, m.end() + 170))
            if link:
                yield Contrast(left=(m.end(), link.start()), right=_right(text, link.end(), stop), role=s.role, kind="either")
        sized = list(_SIZED.finditer(text, s.start, s.end))
        if len(sized) >= 2:
            yield Contrast(left=sized[0].span("what"), right=sized[1].span("what"), role=s.role, kind="sized")


def contrasts(sentences: Sequence[Sentence], text: str) -> list[Contrast]:
    """Return the contrasts of folded ``text``: title first, then aim, methods and the rest, in order."""
    order = {"title": 0, "objective": 1, "methods": 2, "unknown": 2, "background": 4, "results": 3, "conclusions": 5}
    found = [c for s in sentences for c in _in_sentence(text, s) if s.role in ("title", "objective", "methods", "unknown", "background", "results")]
    return sorted(found, key=lambda c: order[c.role])
