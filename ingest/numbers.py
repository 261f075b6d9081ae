"""Read the numbers of a sentence: p values, confidence intervals, percentages, means, "from x to y", "x versus y".

Everything works on folded text (``ingest.text.fold``) and returns offsets into it, which are offsets into the
record as well.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.screened import screened

__all__ = ["Change", "Interval", "PValue", "Pair", "Value", "changes", "intervals", "p_values", "pairs", "values"]

_NUM = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?<=\d)"
_BELOW = r"<\s*or\s*=|<\s*/\s*=|&lt;=?|[<≤]{1,2}=?|=\s*<|(?:less|smaller|lower) than(?: or equal to)?|below|under"
_ABOVE = (
    r">\s*or\s*=|>\s*/\s*=|&gt;=?|[>≥]{1,2}=?|=\s*>|(?:more|greater|higher|larger) than(?: or equal to)?|above|over"
)
_P = re.compile(
    r"\b[pP](?:'?s)?(?:[- ]?[vV]alues?)?\s*(?:\([^()\d]{1,24}\)\s*)?(?:of|was|were|is|are|being|:)?\s*"
    r"(?:(?:always|all|both|each|at|for trend)\s*)?"
    rf"(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE})|(?P<equal>={{1,2}}|≈|~|equals?|equal to))?\s*"
    r"(?P<value>10\s*-\s?\d+|0?[.,]\d+(?:\s*[x×*]\s*10\s*-?\s?\d+)?|1[.,]0+(?!\d)|1(?![\d.,]\d)|0(?![.,]?\d)|\d+(?:\.\d+)?\s*[x×*]\s*10\s*-\s?\d+|\d+(?:\.\d+)?e-\d+)"
)
_P_LIST = re.compile(
    r"((?:\s*(?:,|,?\s*(?:and|&))\s*(?:0?\.\d+|1\.0+))+)(?=\s*(?:,?\s*(?:\(?respectively|for\b|at\b)|[);\]]|\.?\s*\Z|\.\s))"
)
_P_NUMBER = re.compile(r"0?\.\d+|1\.0+")
_NS = screened(
    r"\b[pP](?:[- ]?[vV]alues?)?\s*[=:]?\s*(?:n\.\s?s\b\.?|NS\b|ns\b|N\.S\.|not significant|nonsignificant)"
    r"|(?<=[(,;[])\s*(?:n\.\s?s\.|N\.S\.|NS|ns|not (?:statistically )?significant|non-?significant)(?=\s*(?:[]);,]|\.?\s*$))"
)
_DEFINED_NS = re.compile(r"\b[nN]\w+[ -][sS]\w+\s*\(\s*\Z")
_CI = screened(
    r"\b(?:CrI|CI)s?\d*\b|\bC\.I\.|\b(?:confidence|credible|credibility|compatibility) (?:interval|limit|range|bound)s?",
    re.I,
)
_LIMITS = re.compile(
    rf"(?:\s*[\[(]\s*9[\d.]*\s*%?\s*)?(?:\s*[\[(]?\s*(?:95\s*%\s*)?(?:CI|CrI|CL)s?\s*[\])]?)?(?:\s*9[0579](?:\.\d)?\s*%)?\s*[:=,;]?\s*(?P<named>(?:(?:of|for) (?:the )?)?(?:(?:odds|risk|hazard|rate) ratio|relative risk|OR|RR|HR)\b(?:\s*[(\[]\w+[)\]])?\s*[:=,]?\s*)?(?:(?P<between>(?:for|of|on) (?:the )?(?:[\w-]+ ){{0,2}}differences?(?: between (?:the )?(?:two )?(?:groups|means|arms|treatments))?\b[,:]?\s*)|(?:for|of) the (?:\w+ ){{1,3}})?(?:of|was|were|is|from|ranged from|between)?\s*[(\[{{]?\s*"
    rf"(?:[$€£]|euros? ?)?(?P<low>{_NUM})\s*(?:%|mm|cm|points?|mg|mL|min|days?|weeks?|months?)?\s*(?:to|-|,|;|and|--|\.\.|~|through)\s*(?:[$€£]|euros? ?)?(?P<high>{_NUM})",
    re.I,
)
_RATIO_NAME = r"(?:a|adj\.? ?|c|s|p)?(?:RR|OR|HR|IRR)s?\b|SIR\b|(?:risk|rate|odds|hazards?|incidence[ -]rate|prevalence) ratios?|relative risks?|odds of|hazard of|ratio of"
_DIFFERENCE_NAME = r"[WS]?MDs?\b|differen\w+|effect sizes?|Hedges|Cohen|coefficients?|treatment effects?|\bbeta\b|β"
_MEASURE = re.compile(rf"\b(?:(?P<ratio>{_RATIO_NAME})|(?P<difference>{_DIFFERENCE_NAME}))", re.I)
_BARE = re.compile(
    rf"[^;()\[\]]{{0,40}}?(?:[(\[][^()\[\]]{{0,40}}[)\]][^;()\[\]]{{0,12}}?)?[ =:,]\s*(?P<estimate>{_NUM})\s*(?:%|mm|cm|points?)?\s*[,;]?\s*[(\[]\s*(?P<low>{_NUM})\s*(?:%|mm|cm|points?)?\s*(?:to|-|,|;|--)\s*(?P<high>{_NUM})\s*(?:%|mm|cm|points?)?\s*[)\];,]"
)
_OPENED = re.compile(r"[(\[]\s*[-+.\d]")
_LOOK_BACK = 160  # characters: how far before an interval the name of its measure may stand
_CHANGE = screened(
    rf"\bfrom\s+(?:a\s+)?(?:(?:mean|median|average|baseline|preoperative|initial|pre-?\w*|score|value|an?|of|approximately|about|VAS|NRS|ODI|[a-z]+)\s+){{0,5}}({_NUM})\s*(?:[a-zA-Z%°/.]+\s*)?(?:\([^)]*\)\s*)?(?:\+/-\s*{_NUM}\s*|±\s*{_NUM}\s*)?(?:[a-z%°]+\s+)?(?:[a-z, -]{{0,45}}?)\s*\b(?:to|vs)\s+(?:a\s+)?(?:(?:mean|median|average|score|value|of|approximately|about|only|an?|[a-z]+)\s+){{0,4}}({_NUM})",
    re.I,
)
_PAIR = re.compile(
    rf"(?<![\w./])({_NUM})\s*(%|[a-zA-Zµ°]{{1,7}})?\s*(?:[(\[][^()\[\]]{{0,40}}[)\]]\s*)?(?:(?:\+/-|±)\s*{_NUM}\s*(?:%|[a-zA-Z°]{{1,7}})?\s*)?(?:points?\s*)?,?\s*(?:vs\.?|versus|compared (?:with|to)|as opposed to|against|as compared (?:with|to)|v\.?)\s*(?:a (?:mean|median) of |only |about )?({_NUM})\s*(%)?",
    re.I,
)
_AGAINST = re.compile(r"\bvs?\b|\bversus\b|compared|opposed|against", re.I)
_VALUE = re.compile(rf"(?<![\w.])({_NUM})\s*(%|percent|per cent)?(?![\w])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PValue:
    """A p value as written; ``significant`` judges it at 0.05: "P < 0.3" is not significant, "P > 0.01" unknown (None)."""

    text: str
    start: int
    end: int
    significant: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval of a ``ratio`` or ``difference``, or of something else (an empty ``measure``).

    ``excludes_null`` compares with 1 for a ratio, with 0 for a difference; None when the interval tests nothing.
    """

    low: float
    high: float
    start: int
    end: int
    excludes_null: bool | None
    measure: Literal["ratio", "difference", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change in one group, "from ``before`` to ``after``"."""

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


def _value(raw: str) -> float:
    """Return the number of a p value; powers of ten are small, whatever stands before them."""
    raw = raw.replace(" ", "").replace(",", ".")
    if raw.startswith("10-") or "x10" in raw or "×10" in raw or "*10" in raw:
        return 0.0001
    return float(raw)


def _judge(m: re.Match[str]) -> bool | None:
    value = _value(m.group("value"))
    if m.group("below"):
        return value <= 0.05
    if m.group("above"):
        return False if value >= 0.05 else None
    return value < 0.05


def _listed(text: str, first: re.Match[str]) -> Iterator[PValue]:
    """Yield the further members of a list of p values: "P = .02, .31 and .4"."""
    if not first.group("equal") and not first.group().lower().startswith(("p values", "p-values")):
        return
    if (m := _P_LIST.match(text, first.end())) is not None:
        for number in _P_NUMBER.finditer(text, m.start(), m.end(1)):
            value = _value(number.group())
            yield PValue(text=number.group(), start=number.start(), end=number.end(), significant=value < 0.05)


def p_values(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[PValue]:
    """Yield p values and "n.s." marks, in order.

    >>> [(p.text, p.significant) for p in p_values("lower (P = .03) but not slower (p=0.41)")]
    [('P = .03', True), ('p=0.41', False)]
    """
    found: list[PValue] = []
    for m in _P.finditer(text, start, end):
        sign = m.group("below") or m.group("above") or m.group("equal")
        if not sign and not re.match(r"0?[.,]\d", m.group("value")):
            continue
        if m.group("value") == "1" and not sign:
            continue
        written = m.group().replace("&lt;", "<").replace("&gt;", ">")
        found.append(PValue(text=written, start=m.start(), end=m.end(), significant=_judge(m)))
        found += _listed(text, m)
    for m in _NS.finditer(text, start, end):
        if not _DEFINED_NS.search(text[max(start, m.start() - 40) : m.start()]):
            lead = len(m.group()) - len(m.group().lstrip())
            found.append(PValue(text=m.group().strip(), start=m.start() + lead, end=m.end(), significant=False))
    yield from sorted(found, key=lambda p: p.start)


def _measure(text: str, start: int, at: int) -> Literal["ratio", "difference", ""]:
    """Return what the interval at ``at`` is an interval of: the last measure named before it."""
    last = None
    for m in _MEASURE.finditer(text, max(start, at - _LOOK_BACK), at):
        last = m
    if last is None:
        return ""
    return "ratio" if last.group("ratio") else "difference"


def _interval(m: re.Match[str], begin: int, measure: Literal["ratio", "difference", ""]) -> Interval:
    low, high = sorted((_float(m.group("low")), _float(m.group("high"))))
    null = 1.0 if measure == "ratio" else 0.0
    excludes = not low <= null <= high if measure else None
    return Interval(low=low, high=high, start=begin, end=m.end("high"), excludes_null=excludes, measure=measure)


def intervals(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Interval]:
    """Yield confidence intervals and whether they exclude no effect, in order.

    >>> [i.excludes_null for i in intervals("RR 0.94, 95% CI 0.78 to 1.14")]
    [False]
    """
    found: list[Interval] = []
    for name in _CI.finditer(text, start, end):
        m = _LIMITS.match(text, name.end(), end)
        if m and not any(i.start < m.end() and name.start() < i.end for i in found):
            named = m.end("named") if m["named"] else name.start()
            measure = "difference" if m["between"] else _measure(text, start, named)
            found.append(_interval(m, name.start(), measure))
    for name in _MEASURE.finditer(text, start, end) if _OPENED.search(text, start, end) else ():
        m = _BARE.match(text, name.end(), end)
        if not m or any(i.start < m.end("high") and m.start("low") < i.end for i in found):
            continue
        made = _interval(m, m.start("low"), "ratio" if name.group("ratio") else "difference")
        if made.low <= _float(m.group("estimate")) <= made.high and made.low < made.high:
            found.append(made)
    yield from sorted(found, key=lambda i: i.start)


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
    for m in _PAIR.finditer(text, start, end) if _AGAINST.search(text, start, end) else ():
        yield Pair(first=_float(m.group(1)), second=_float(m.group(3)), start=m.start(), end=m.end())


def values(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Value]:
    """Yield bare numbers in order."""
    for m in _VALUE.finditer(text, start, end):
        yield Value(value=_float(m.group(1)), percent=bool(m.group(2)), start=m.start(), end=m.end())
