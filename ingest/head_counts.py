"""Find numbers of people in sentences: stated ("fifty-five patients", "36 were enrolled") and added up from arms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from ingest.number_words import NUMBER, parse_number

__all__ = ["PEOPLE", "STOP", "HeadCount", "Sum", "alone", "head_counts", "runs", "sums"]

PEOPLE = (
    "patients|subjects|participants|volunteers|adults|individuals|people|persons|women|men|females|males|children|"
    "cases|beneficiaries|outpatients|inpatients|candidates|respondents|adolescents|veterans|workers|claimants|"
    "enrollees|recipients|sufferers|athletes|employees|soldiers|residents|boys|girls|victims|patient|pts"
)
"""Nouns for the people of a study, as a regular expression alternation."""

STOP = (
    "of|in|to|from|with|were|was|had|has|have|who|for|at|by|than|on|that|which|is|are|as|per|after|before|during|"
    "months?|years?|weeks?|days?|hours?|min|minutes?|mg|ml|mm|points?|percent|levels?|discs?|disks?|vertebrae|"
    "fractures?|studies|trials|centers|centres|hospitals|sites|times|groups?|arms?|degrees|injections?|blocks?|"
    "surgeons|physicians|practitioners|doctors|nurses|cadavers?|screws|vertebral|when|because|between|while|versus|vs"
)
"""Words that cannot stand between a number and the people it counts."""

_VERB = (
    "randomi[sz]ed|randomly|enrol+ed|recruited|included|assigned|allocated|entered|selected|treated|analy[sz]ed|"
    "noted|found|chosen|operated|implanted"
)
_GROUP = r"(?:groups?|arms?|cohorts?|controls?)\b"
# A number may follow a full stop ("in Norway.173 patients") but not a decimal point, a range, a level or a price.
_LEFT = r"(?<![\w,/%<>=~$€£-])(?<![\d\s(\[=<>]\.)"
_LARGEST = 10_000_000
_ARM_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class HeadCount:
    """``value`` people at ``start``..``end`` of a folded sentence; ``stop`` is where their noun ends.

    ``kind`` is how they are written: with a noun, before a verb ("36 were enrolled"), as "n = 36", or as
    the smaller part of "81 out of 462 patients".
    """

    value: int
    kind: Literal["people", "verb", "n", "share"]
    start: int
    end: int
    stop: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Sum:
    """The arms ``parts`` of one or two sentences added up; ``weight`` says how sure their pattern is."""

    total: int
    parts: tuple[int, ...]
    weight: float
    sentence: int


def alone(name: str) -> str:
    """Return a pattern for a whole number that is no part of a decimal, a range, a level, a date or a percentage."""
    return rf"{_LEFT}(?P<{name}>{NUMBER})(?![.,/:]?\d)(?!\s?%)(?!-(?!year)\w)"


@cache
def _counted() -> re.Pattern[str]:
    share, count = alone("share"), alone("count")
    grade = r"asa(?: physical status| class| grade)?(?:(?:,|-|/| or| and)? ?(?:[iv]+|[1-5])\b)+"
    word = rf"(?:{grade}|(?!(?:{STOP})\b)(?!\d+\b)[\w'./+-]*[a-z)][\w'./+-]*)"
    noun = rf"(?:(?:\s\(\d+\))?(?:[\s-]{word},?){{0,7}}?[\s-]\(?(?:{PEOPLE})\b)"
    verb = rf"\s(?:were|was|have been)\s(?:[a-z-]+\s){{0,2}}?(?:{_VERB})\b"
    return re.compile(
        rf"\bn\s?[=:]\s?(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d+)(?![.\d])"
        rf"|{share}(?:\s\([\d.]+\s?%\))?(?:(?:\s(?:{PEOPLE}))?\sout\sof\s|\sof\s|/)(?:a total of\s|the\s)*(?={NUMBER}{noun})"
        rf"|{count}(?:(?P<noun>{noun})|(?P<verb>{verb}))",
        re.IGNORECASE,
    )


def _is_year(value: int, text: str, at: int) -> bool:
    before = text[max(0, at - 14) : at].lower()
    return 1900 <= value <= 2100 and bool(re.search(r"(?:in|since|until|to|and|of|from|[a-z]{3},?|-|/) ?$", before))


def head_counts(texts: Sequence[str]) -> list[HeadCount]:
    """Return every counted group of people of the folded sentences ``texts``, in order."""
    found = []
    for index, text in enumerate(texts):
        for m in _counted().finditer(text):
            name = "n" if m["n"] else "share" if m["share"] else "count"
            kind = "n" if m["n"] else "share" if m["share"] else "people" if m["noun"] else "verb"
            value = parse_number(m[name])
            if value is None or not 0 < value < _LARGEST or (kind != "n" and _is_year(value, text, m.start(name))):
                continue
            stop = m.end(name) if kind == "verb" else m.end()
            found.append(HeadCount(value, kind, m.start(name), m.end(name), stop, index))  # type: ignore[arg-type]
    return found


@cache
def _arms() -> tuple[tuple[re.Pattern[str], float], ...]:
    """Patterns whose repeated matches in one sentence are the arms of a study, with the trust each deserves."""
    size = alone("size")
    gap = r"(?:(?!\b(?:of|who|had|mean|months?|years?|days?|weeks?)\b)[^.;:%\d()]){0,60}?"
    people = rf"(?: [\w-]+){{0,3}}? (?:{PEOPLE})"
    patterns = (
        (r"(?<!% \()(?<!%\()(?<!%, )(?<!%,)\bn\s?[=:]\s?(?P<size>\d{1,3}(?:,\d{3})+|\d+)(?![.\d])", 3.5),
        (rf"\({size} (?:{PEOPLE})\b", 3.0),
        (rf"{size} (?:{PEOPLE}) (?:were )?(?:enrol+ed|included|randomi[sz]ed|recruited|treated) in (?:the|a) ", 3.0),
        (rf"{size}{gap}\b(?:in|to|into|as) (?:the |a |an )?{gap}{_GROUP}", 3.0),
        (
            r"\b(?:group (?:[a-d]|[1-4]|i+|one|two|three)|group|control) ?(?:\(\w+\))?\b"
            rf"[^.;%\d]{{0,60}}?{size} (?:{PEOPLE})\b",
            3.0,
        ),
        (
            rf"{size}(?:{people})?(?: \([^()]*\))?(?: (?:were|was))?(?: (?:randomly|randomi[sz]ed|assigned|allocated))?"
            r" to (?!one|two|three|either|receive either|\d|have|be\b|a \w+ group)",
            2.5,
        ),
        (
            rf"{size}(?:{people})?,?\s?(?:who |of whom )?"
            r"(?:were treated (?:with|by|using|in|\w+ly)|(?:were )?given|received|receiving|underwent)\b"
            r"(?! (?:no|a|an|good|pain|better|less|complete|new|further|additional|another)\b)",
            2.0,
        ),
        (r"[a-z] \((?P<size>\d{2,4})\)(?! ?%)", 1.8),
        (rf"{size}(?: \w+){{0,2}}? (?:{PEOPLE}) (?:with|without) ", 1.2),
        (rf"{size} (?:\w+ ){{0,2}}?(?:wom[ae]n|m[ae]n|females?|males?|boys|girls)\b", 1.0),
    )
    return tuple((re.compile(pattern, re.IGNORECASE), weight) for pattern, weight in patterns)


def _total(sizes: Sequence[int]) -> int | None:
    """Add the arms; when one number already is the sum of the others it is the total."""
    if not 2 <= len(sizes) <= 8:
        return None
    largest = max(sizes)
    return largest if 2 * largest == sum(sizes) and len(sizes) > 2 else sum(sizes)


def sums(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield the total of the arms wherever one sentence, or two in a row, give the sizes of the groups."""
    for pattern, weight in _arms():
        per_sentence = [_sizes(pattern, text) for text in texts]
        for index, sizes in enumerate(per_sentence):
            if (total := _total(sizes)) is not None:
                yield Sum(total, tuple(sizes), weight, index)
        if weight < _ARM_WEIGHT:
            continue
        for index, (first, second) in enumerate(pairwise(per_sentence)):
            if len(first) == len(second) == 1:
                yield Sum(first[0] + second[0], (*first, *second), weight - 0.5, index)
    yield from _pairs(texts)
    yield from _shares(texts)


@cache
def _paired() -> tuple[re.Pattern[str], re.Pattern[str]]:
    people = rf"(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b"
    return (
        re.compile(rf"{alone('pairs')} (?:\w+ )?pairs\b", re.IGNORECASE),
        re.compile(
            rf"{alone('one')}{people}[^.;]{{0,140}}\b(?:matched|paired)\b[^.;]{{0,100}}\bwith (?:a (?:group|cohort) of )?"
            rf"{alone('other')}",
            re.IGNORECASE,
        ),
    )


def _pairs(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield both sides of matched pairs: "84 pairs", "71 children were matched with 71 others"."""
    of_pairs, matched = _paired()
    for index, text in enumerate(texts):
        for m in of_pairs.finditer(text):
            if (pairs := parse_number(m["pairs"]) or 0) > 4:
                yield Sum(2 * pairs, (pairs, pairs), 4.0, index)
        for m in matched.finditer(text):
            one, other = parse_number(m["one"]) or 0, parse_number(m["other"]) or 0
            if min(one, other) > 1:
                yield Sum(one + other, (one, other), 4.0, index)


@cache
def _with_percent() -> re.Pattern[str]:
    return re.compile(
        rf"{alone('size')}(?: [\w-]+){{0,3}}? (?:{PEOPLE}) \((?P<share>\d+(?:\.\d+)?) ?%\)", re.IGNORECASE
    )


def _shares(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield two groups whose percentages make up the whole: "64 patients (45.1%) … 78 patients (54.9%)"."""
    found = [
        (index, parse_number(m["size"]) or 0, float(m["share"]))
        for index, text in enumerate(texts)
        for m in _with_percent().finditer(text)
    ]
    for (index, one, first), (later, other, second) in pairwise(found):
        total = one + other
        if later - index <= 1 and abs(first + second - 100) < 0.6 and abs(100 * one / max(total, 1) - first) < 0.6:
            yield Sum(total, (one, other), 3.0, index)


def _sizes(pattern: re.Pattern[str], text: str) -> list[int]:
    found = []
    for m in pattern.finditer(text):
        size = parse_number(m["size"]) or 0
        if 1 < size < _LARGEST and not _is_year(size, text, m.start("size")):
            found.append(size)
    return found


@cache
def _any_number() -> re.Pattern[str]:
    return re.compile(rf"{_LEFT}({NUMBER})(?![.,/:]?\d)(?!\s?%)|\bn\s?[=:]\s?(\d+)", re.IGNORECASE)


def runs(text: str) -> dict[int, tuple[int, ...]]:
    """Return every sum of two to five numbers in a row of ``text``, with the numbers."""
    numbers = [parse_number(m[1] or m[2]) or 0 for m in _any_number().finditer(text)][:16]
    found: dict[int, tuple[int, ...]] = {}
    for width in (2, 3, 4, 5):
        for at in range(len(numbers) - width + 1):
            part = tuple(numbers[at : at + width])
            if min(part) > 1:
                found.setdefault(sum(part), part)
    return found
