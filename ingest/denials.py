"""Take back what a sentence denies or leaves open: the last look at a finding before it may become a claim.

The grammar knows the common negations where they stand beside the words that compare. Authors have many more ways
to say that something was not shown, and each of them read as "better" would be the worst error there is. The rows of
``ingest/cues/denials.toml`` say what takes a finding back, and whether "no difference" or nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.scene import Finding
from ingest.text import lower

__all__ = ["take_back"]

# "Did not show less leakage, but pain was lower": what follows is another statement.
_BREAK = re.compile(r"[;:]|\b(?:but|however|although|though|while|whereas|yet|nevertheless|nonetheless|except)\b")
_REACH = 130
"""How many characters before or behind the words that compare are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Denial:
    name: str
    words: Guarded
    after: bool
    keeps: bool


@cache
def _denials() -> tuple[_Denial, ...]:
    required = {"name": str, "where": str, "leaves": str, "needs": list, "pattern": str, "example": str}
    return tuple(
        _Denial(
            name=row["name"], words=guarded(row), after=row["where"] == "after",
            keeps=row["leaves"] == "no-difference",
        )
        for row in read_cues("denials", "denial", required)
    )  # fmt: skip


def take_back(found: Iterable[Finding], text: str) -> Iterator[Finding]:
    """Yield the findings of one sentence of ``text``; those denied become no difference, those left open go."""
    for finding in found:
        denial = _denied(finding, text) if finding.direction in ("better", "worse") else None
        if denial is None:
            yield finding
        elif denial.keeps:
            yield replace(finding, direction="no-difference", rule=f"{finding.rule}-denied", significant=_test(finding))


def _test(finding: Finding) -> bool | None:
    return None if finding.significant else finding.significant


def _denied(finding: Finding, text: str) -> _Denial | None:
    """Return the row that takes a finding back, if any."""
    at, end = (finding.cue.start, finding.cue.end) if finding.cue else (finding.outcome.start, finding.outcome.end)
    sentence = finding.sentence
    before = lower(text[max(sentence.start, at - _REACH) : at])
    after = lower(text[end : min(sentence.end, end + _REACH)])
    for denial in _denials():
        place = after if denial.after else before
        m = denial.words.search(place)
        if m is not None and not _BREAK.search(place[: m.start()] if denial.after else place[m.end() :]):
            return denial
    return None
