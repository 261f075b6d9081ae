"""Find groups that a sentence points back to: "the former", "those without" beside "patients with grafting"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

__all__ = ["Found", "pointed"]

Found = tuple[int, int, int]

_POINTS = re.compile(
    r"\bthe (?P<which>former|latter)\b(?: (?:group|technique|procedure|method|treatment|approach|one|two|patients|cohort))?"
    r"|(?P<than>(?: than| compared (?:with|to)| versus| vs\.?| and)(?: in| for| after| with| to)? )(?P<lack>(?:the )?(?:those|patients|cases|controls)(?: (?:treated|managed|operated))? (?:without(?: it)?|who did not))\b(?! \w*(?:\w{3}) (?:had|were|was))"
    r"|(?: than| compared (?:with|to)| versus| vs\.?| and)(?: [\d.±%]+(?: ?(?:%|points?|mm|cm|ml|min|days?|degrees))?)? (?P<bare>without)(?=\W*$| ?[.,;()])"
)
_JOINS = re.compile(r"[^.;]{0,70}\b(?:and|or|versus|vs|with|to|than|from)\b[^.;]{0,40}")
_WITH = re.compile(r"\b(?:with|had|received|underwent|using)(?: (?:a|an|the|additional|prior))?(?: [a-z]{3,})? $")
_BACK, _NEAR = 420, 260


def pointed(low: str, start: int, end: int, find: Callable[[int, int], Sequence[Found]]) -> Iterator[Found]:
    """Yield (arm, start, end) of two arms where ``low[start:end]`` points to one; ``find`` names those called outright.

    "The former" is the first of the last two that were named side by side; nothing where the sentence itself names one.
    """
    for m in _POINTS.finditer(low, start, end):
        if m["which"]:
            arm = _of_pair(low, m, find)
            if arm is not None:
                yield arm, m.start(), m.end()
        else:
            named = [f for f in find(max(start, m.start() - 60), m.start()) if f[2] == m.start()]
            if named and _WITH.search(low, max(0, named[-1][1] - 30), named[-1][1]):
                yield 1 - named[-1][0], m.start("lack") if m["lack"] else m.start("bare"), m.end()


def _of_pair(low: str, m: re.Match[str], find: Callable[[int, int], Sequence[Found]]) -> int | None:
    begin = max(low.rfind(". ", 0, m.start()), low.rfind("\n", 0, m.start())) + 1
    stop = low.find(". ", m.end())
    here = find(begin, len(low) if stop < 0 else stop)
    back = list(find(max(0, begin - _BACK), m.start()))
    if len(back) < 2 or any(f[1] > m.end() for f in here) or (here and m.start() - here[-1][2] < 4):
        return None
    one, two = back[-2], back[-1]
    beside = _JOINS.fullmatch(low, one[2], two[1]) is not None and m.start() - two[2] <= _NEAR
    if one[0] == two[0] or not beside or (here and here[0][1] > one[2] and here[0][1] != two[1]):
        return None
    return one[0] if m["which"] == "former" else two[0]
