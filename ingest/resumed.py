"""Read a sentence that resumes the one before: "the same held at one year", "the difference was still present at 6 weeks".

It tells again, of its own times, who was better on what; after numbers of two groups over time it tells that they
differed. A sentence that names anything else is left to the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.numbers import PValue, p_values
from ingest.plain import only_plain
from ingest.scene import Finding, Paper
from ingest.times import TimePoint, time_points
from kg.model import Direction, Sentence

__all__ = ["resumed"]

_SAME = re.compile(
    r"^\W*(?:and |also,? |again,? )?(?:(?:the|this) same|(?:similar|comparable|identical|equivalent|such|these) "
    r"(?:\w+ )?(?:results?|findings?|differences?|improvements?|changes?|patterns?|trends?|effects?|observations?))\b[^,;:]{0,30}?"
    r"\b(?:held|applied|was (?:also |still )?(?:true|found|seen|observed|noted|the case)"
    r"|were (?:also |still |again )?(?:found|seen|observed|noted|obtained|recorded|reported|present|evident))\b",
    re.I,
)
_DIFFERED = re.compile(
    r"^\W*(?:however,? |but |and )?(?:(?:this|these|the|an?|significant|statistically)(?: (?:statistically|significant(?:ly)?|between-group|inter-?group|group|observed|overall))*"
    r" differences?\b|the (?:two |treatment )*(?:groups|arms) (?:significantly )?(?=differed))",
    re.I,
)
_SEEN = re.compile(
    r"\b(?:significan\w+|present|evident|apparent|persisted|maintained|sustained|remained|differed|seen|observed|found)\b",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:no|not|nor|neither|never|lost|ceased|(?:in|non-?)significant|(?:disappear|vanish|fail|wane|fade|narrow|diminish)\w*)\b",
    re.I,
)
_BUT_NOT = re.compile(r"[,;]? (?:but|and|though|although) (?:\w+ )?not\b|, not\b", re.I)
_GROUPS = re.compile(r"\b(?:between|groups?|arms?|among)\b", re.I)
_ONLY = re.compile(r"\bonly\b", re.I)
_ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]|(?:±|\+/-)\s?[\d.]+")
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?")
_FROM_TO = re.compile(r"\bfrom (?:[^\d;]{0,30}?)(?=-?\d)", re.I)
_SHORT = 220  # characters: a longer sentence says more than that


def resumed(before: Sequence[Finding], sentence: Sentence, paper: Paper) -> list[Finding]:
    """Return what a sentence tells again of the sentence before, with its own times; empty when it does nothing of the kind."""
    if not before or sentence.role != "results" or len(sentence.text) > _SHORT:
        return []
    again, differed = _SAME.match(sentence.text), _DIFFERED.match(sentence.text)
    if not (again or differed):
        return []
    times = list(time_points(paper.text, sentence.start, sentence.end))
    spans = [(t.start, t.end) for t in times]
    if not times or not only_plain(paper.text, sentence.start, sentence.end, spans):
        return []
    return list(_repeated(before, sentence, times) if again else _differed(before, sentence, paper, times))


def _repeated(before: Sequence[Finding], sentence: Sentence, times: Sequence[TimePoint]) -> Iterator[Finding]:
    """Yield the findings before as those of other times: "similar results were found at 12 months"."""
    if _GROUPS.search(sentence.text) or _DENIED.search(sentence.text):
        return
    days = tuple(dict.fromkeys(t.days for t in times))
    for f in before:
        if f.direction in ("better", "worse", "no-difference"):
            yield replace(f, sentence=sentence, times=days, p=None)


def _differed(
    before: Sequence[Finding], sentence: Sentence, paper: Paper, times: Sequence[TimePoint]
) -> Iterator[Finding]:
    """Yield the difference before as one of other times, and as none at the times that are taken out."""
    m = _BUT_NOT.search(paper.text, sentence.start, sentence.end)
    cut = m.start() if m else sentence.end
    told = paper.text[sentence.start : cut]
    tests = list(p_values(paper.text, sentence.start, sentence.end))
    if _DENIED.search(told) or not _SEEN.search(told) or any(t.significant is False for t in tests if t.start < cut):
        return
    then = tuple(dict.fromkeys(t.days for t in times if t.start < cut))
    other = tuple(dict.fromkeys(t.days for t in times if t.start >= cut))
    if not other and _ONLY.search(told):
        other = tuple(d for d in paper.schedule.visits if d not in then)
    sure = _first([t for t in tests if t.start < cut])
    late = _first([t for t in tests if t.start >= cut])
    for f in _differing(before, paper):
        yield replace(f, sentence=sentence, times=then or f.times, p=sure, significant=True)
        if other:
            yield replace(f, sentence=sentence, times=other, direction="no-difference", p=late, significant=False)


def _first(tests: Sequence[PValue]) -> str | None:
    """Return the first test as written."""
    return tests[0].text if tests else None


def _differing(before: Sequence[Finding], paper: Paper) -> list[Finding]:
    """Return the differences of the sentence before: told, or to be seen in the numbers of two groups."""
    told = [f for f in before if f.basis == "between"]
    if told:
        shown = [f if f.direction != "reported" else _leaning(f, f.lean) for f in told]
        return [f for f in shown if f is not None and f.direction in ("better", "worse")]
    first = next((f for f in before if f.basis == "within" and f.outcome.sign), None)
    if first is None or len({f.outcome.id for f in before}) > 1:
        return []
    lean = _by_series(first.sentence, paper) * first.outcome.sign
    found = _leaning(replace(first, arm=0, other=1, basis="between", how="numbers", rule="numbers-tested"), lean)
    return [found] if found else []


def _leaning(finding: Finding, lean: int) -> Finding | None:
    """Return a finding with the direction of its numbers, or None when they show none."""
    direction: Direction = "better" if lean > 0 else "worse"
    return replace(finding, direction=direction, rule="numbers-tested-after", lean=0) if lean else None


def _by_series(sentence: Sentence, paper: Paper) -> int:
    """Return 1 when every number after the start is higher in the first group, -1 when lower, 0 when it is not sure."""
    series = _series(sentence, paper)
    if set(series) != {0, 1} or paper.table.groups != 2 or len(series[0]) != len(series[1]) or len(series[0]) < 2:
        return 0
    gaps = [x - y for x, y in zip(series[0][1:], series[1][1:], strict=True)]
    if not any(gaps) or (min(gaps) < 0 < max(gaps)):
        return 0
    return 1 if max(gaps) > 0 else -1


def _series(sentence: Sentence, paper: Paper) -> dict[int, list[float]]:
    """Return the numbers of each group in "from 7.6 to 2.9, 2.4 and 2.6 in A and from 7.4 to 3.1, 2.9 and 4.0 in B"."""
    text, starts = paper.text, [m.start() for m in _FROM_TO.finditer(paper.text, sentence.start, sentence.end)]
    refs = paper.table.references(text, sentence.start, sentence.end)
    if len(starts) != 2 or not refs:
        return {}
    ends = [starts[1], sentence.end]
    leading = refs[0].start < starts[0]
    times = list(time_points(text, sentence.start, sentence.end))
    found: dict[int, list[float]] = {}
    for start, end in zip(starts, ends, strict=True):
        own = [r.arm for r in refs if (r.start < start if leading else start <= r.start < end)]
        if not own:
            return {}
        part = list(text[start:end])
        for t in times:
            for i in range(max(t.start, start), min(t.end, end)):
                part[i - start] = " "
        found[own[-1]] = [float(n) for n in _NUMBER.findall(_ASIDE.sub(" ", "".join(part)))]
    return found
