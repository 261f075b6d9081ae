"""Read the numbers of a sentence: p values, confidence intervals, percentages, means, "from x to y", "x versus y".

Everything works on folded text (``ingest.text.fold``) and returns offsets into it, which are offsets into the
record as well.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Change", "Interval", "Pair", "PValue", "Value", "changes", "intervals", "p_values", "pairs", "values"]

_NUM = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?<=\d)"
_P = re.compile(
    r"(?<![A-Za-z])[pP](?:[- ]?[vV]alues?)?\s*(?:\([^)]{1,12}\)\s*)?(?:of|was|were|is|:)?\s*(?:(?:all|both|each)\s*)?(<\s*or\s*=|>\s*or\s*=|[<>=≤≥]{1,2}|less than|greater than|equals?)?\s*(0?\.\d+(?:\s*x\s*10-?\d+)?|1\.0+|0(?![.\d])|\d+(?:\.\d+)?\s*x\s*10\s*-\d+)"
)
_NS = re.compile(r"(?<![A-Za-z])(?:[pP]\s*[=:]?\s*)?(?:n\.\s?s\.|NS|ns)(?![A-Za-z])|\bnot significant\b(?=\s*[);])")
_CI = re.compile(
    rf"(?:(?:9[059]|80)\s*%?\s*(?:-?\s*)?(?:confidence interval|CI|confidence limits|credible interval|CrI)s?|\bCI\b|confidence interval)\s*(?:\[CI\]|\(CI\))?\s*[:=,]?\s*(?:of|was|from|ranged from|between)?\s*[(\[]?\s*({_NUM})\s*%?\s*(?:to|-|,|;|and|--)\s*({_NUM})",
    re.I,
)
_RATIO = re.compile(r"\b(?:RR|OR|HR|IRR|aOR|aHR|risk ratio|relative risk|odds ratio|hazard ratio|rate ratio)\b", re.I)
_CHANGE = re.compile(
    rf"\bfrom\s+(?:a\s+)?(?:(?:mean|median|average|baseline|preoperative|initial|pre-?\w*|score|value|an?|of|approximately|about|VAS|NRS|ODI|[a-z]+)\s+){{0,5}}({_NUM})\s*(?:[a-zA-Z%°/.]+\s*)?(?:\([^)]*\)\s*)?(?:\+/-\s*{_NUM}\s*|±\s*{_NUM}\s*)?(?:[a-z%°]+\s+)?(?:[a-z, -]{{0,45}}?)\s*\b(?:to|vs)\s+(?:a\s+)?(?:(?:mean|median|average|score|value|of|approximately|about|only|an?|[a-z]+)\s+){{0,4}}({_NUM})",
    re.I,
)
_PAIR = re.compile(
    rf"(?<![\w.])({_NUM})\s*(%|[a-zA-Zµ°]{{1,7}})?\s*(?:[(\[][^()\[\]]{{0,40}}[)\]]\s*)?(?:(?:\+/-|±)\s*{_NUM}\s*(?:%|[a-zA-Z°]{{1,7}})?\s*)?(?:points?\s*)?,?\s*(?:vs\.?|versus|compared (?:with|to)|as opposed to|against|as compared (?:with|to)|v\.?)\s*(?:a (?:mean|median) of |only |about )?({_NUM})\s*(%)?",
    re.I,
)
_VALUE = re.compile(rf"(?<![\w.])({_NUM})\s*(%|percent|per cent)?(?![\w])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PValue:
    """A p value as written; ``significant`` judges it at 0.05, ``None`` when it cannot ("P < 0.3" is not significant; "P > 0.01" unknown)."""

    text: str
    start: int
    end: int
    significant: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval; ``excludes_null`` compares with 1 after a ratio measure, with 0 otherwise."""

    low: float
    high: float
    start: int
    end: int
    excludes_null: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """"from ``before`` to ``after``" in one group."""

    before: float
    after: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two values set against each other: "``first`` versus ``second``"."""

    first: float
    second: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A bare number; ``percent`` when it is a share."""

    value: float
    percent: bool
    start: int
    end: int


def _float(text: str) -> float:
    return float(text.replace(",", "").replace("+", ""))


def _judge(operator: str, value: float) -> bool | None:
    if operator in ("<", "≤", "<=", "less than") or operator.startswith("<"):
        return value <= 0.05 if value <= 0.1 else None
    if operator in (">", "≥", ">=", "greater than") or operator.startswith(">"):
        return False if value >= 0.05 else None
    return value < 0.05


def p_values(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[PValue]:
    """Yield p values and "n.s." marks.

    >>> [(p.text, p.significant) for p in p_values("lower (P = .03) but not slower (p=0.41)")]
    [('P = .03', True), ('p=0.41', False)]
    """
    for m in _P.finditer(text, start, end):
        raw = m.group(2).replace(" ", "")
        small = "x10" in raw
        value = 0.0001 if small else float(raw)
        operator = (m.group(1) or "=").strip().lower()
        if not m.group(1) and not re.match(r"0?\.", raw):
            continue
        yield PValue(text=m.group(), start=m.start(), end=m.end(), significant=_judge(operator, value))
    for m in _NS.finditer(text, start, end):
        yield PValue(text=m.group(), start=m.start(), end=m.end(), significant=False)


def intervals(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Interval]:
    """Yield confidence intervals and whether they exclude no effect.

    >>> [i.excludes_null for i in intervals("RR 0.94, 95% CI 0.78 to 1.14")]
    [False]
    """
    for m in _CI.finditer(text, start, end):
        low, high = _float(m.group(1)), _float(m.group(2))
        null = 1.0 if _RATIO.search(text[max(0, m.start() - 60) : m.start()]) else 0.0
        yield Interval(low=low, high=high, start=m.start(), end=m.end(), excludes_null=not low <= null <= high and low <= high)


def changes(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Change]:
    """Yield "from x to y" changes.

    >>> [(c.before, c.after) for c in changes("VAS fell from 7.1 +/- 1.2 to 2.3")]
    [(7.1, 2.3)]
    """
    for m in _CHANGE.finditer(text, start, end):
        yield Change(before=_float(m.group(1)), after=_float(m.group(2)), start=m.start(), end=m.end())


def pairs(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Pair]:
    """Yield "x versus y" pairs.

    >>> [(p.first, p.second) for p in pairs("62% vs 27% of patients")]
    [(62.0, 27.0)]
    """
    for m in _PAIR.finditer(text, start, end):
        yield Pair(first=_float(m.group(1)), second=_float(m.group(3)), start=m.start(), end=m.end())


def values(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Value]:
    """Yield bare numbers in order."""
    for m in _VALUE.finditer(text, start, end):
        yield Value(value=_float(m.group(1)), percent=bool(m.group(2)), start=m.start(), end=m.end())
