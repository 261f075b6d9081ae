"""Find groups that a sentence counts or compares without calling them groups: "20 had A and 18 had B", "A and B were compared"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.number_words import NUMBER
from ingest.screened import screened

__all__ = ["compared_pairs", "counted_groups"]

Span = tuple[int, int]

_PEOPLE = r"(?: (?:consecutive |other |of them |of these |remaining )?(?:patients|cases|subjects|participants|women|men|adults|of (?:them|these|whom)))?"
_HAD = (
    r"(?:(?:were|was|had been|could be) )?(?:(?:successfully|surgically|initially|either) )?"
    r"(?:(?:treated|managed|operated(?: on| upon)?|stabili[sz]ed|fixed|fused|implanted|performed)(?! (?:in|between|on)\b)(?: (?:with|by|using|via|through))?"
    r"|underwent|received|had|got|undergoing|receiving)"
)
# The first group is told with its verb; the next may leave it out: "40 had A and 44 B", "11 with A and 14 without".
_FIRST = re.compile(rf"(?<![\w.,/-])(?:{NUMBER}){_PEOPLE}(?: \([^()]{{1,25}}\))? {_HAD} (?=\w)", re.I)
_NEXT = re.compile(
    rf"(?:,|;)? (?:and |while |whereas |but )(?:the )?(?:other |remaining )?(?:{NUMBER}|others?|rest){_PEOPLE}(?: \([^()]{{1,25}}\))?(?: {_HAD})? (?=\w)"
    rf"|[,;] (?:{NUMBER}){_PEOPLE}(?: \([^()]{{1,25}}\))? {_HAD} (?=\w)",
    re.I,
)
_END = re.compile(
    r"[.;:](?!\d)|, (?:and|who|which|with a|the|all|from|between|after)\b|\b(?:between|from|in) (?:\d{4}|January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_COMPARED = screened(
    r"(?: groups?| patients| techniques?| approach(?:es)?| treatments?| surger(?:y|ies)| fixation| methods?| procedures?)?(?: \([^()]{1,40}\))? "
    r"(?:were|was|are|is) (?:(?:then|retrospectively|prospectively|directly|also) )?compared\b",
    re.I,
)
_AND = re.compile(r"(?:\s*\([^()]*\))?,? (?:and|or|versus|vs\.?) (?:the )?", re.I)
_TOO_FAR = 90


def counted_groups(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return what each of two or more counted groups of a sentence had, or nothing where there is but one."""
    first = _FIRST.search(text, start, end)
    if first is None:
        return ()
    heads = [first, *_NEXT.finditer(text, first.end(), end)]
    if len(heads) < 2:
        return ()
    stops = [h.start() for h in heads[1:]] + [end]
    return tuple(_until(text, h.end(), stop) for h, stop in zip(heads, stops, strict=True))[:4]


def _until(text: str, at: int, stop: int) -> Span:
    edge = _END.search(text, at + 2, stop)
    return at, min(edge.start() if edge else stop, at + 120)


def compared_pairs(text: str, start: int, end: int) -> Iterator[tuple[Span, int]]:
    """Yield where "A and B" stands that "were compared", as the span of B and the end of A."""
    for m in _COMPARED.finditer(text, start, end):
        links = list(_AND.finditer(text, max(start, m.start() - _TOO_FAR), m.start()))
        if links and m.start() - links[-1].end() > 2:
            yield (links[-1].end(), m.start()), links[-1].start()
