"""Find numbers of people in sentences: stated ("fifty-five patients", "36 were enrolled") and added up from arms.

Sentences are first rewritten by ``mark``: in lower case, every whole number that can count something stands as
``‹55›``, in digits. Patterns then start at the mark, which makes them simple and fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from ingest.number_words import NUMBER, parse_number

__all__ = ["PEOPLE", "STOP", "HeadCount", "Sum", "head_counts", "mark", "runs", "sums"]

PEOPLE = (
    "patients|subjects|participants|volunteers|adults|individuals|people|persons|women|men|females|males|children|"
    "cases|beneficiaries|outpatients|inpatients|candidates|respondents|adolescents|veterans|workers|claimants|"
    "enrollees|recipients|sufferers|athletes|employees|soldiers|residents|boys|girls|victims|patient|pts"
)
"""Nouns for the people of a study, as a regular expression alternation."""

STOP = (
    "of|in|to|from|with|were|was|had|has|have|who|for|at|by|than|on|that|which|is|are|as|per|after|before|during|"
    "months?|years?|weeks?|days?|hours?|min|minutes?|mg|ml|mm|points?|percent|levels?|discs|disks|vertebrae|"
    "fractures|studies|trials|centers|centres|hospitals|sites|times|groups?|arms?|degrees|injections|blocks|"
    "surgeons|physicians|practitioners|doctors|nurses|cadavers?|screws|bodies|when|because|between|while|versus|vs"
)
"""Words that cannot stand between a number and the people it counts."""

_VERB = (
    "randomi[sz]ed|randomly|enrol+ed|recruited|included|assigned|allocated|entered|selected|treated|analy[sz]ed|"
    "noted|found|chosen|operated|implanted"
)
_GROUP = r"(?:groups?|arms?|cohorts?|controls?)\b"
# A number may follow a full stop ("in Norway.173 patients") but not a decimal point, a range, a level or a price.
_LEFT = r"(?:(?<![\w,/%<>=~$€£-])(?<![\d\s(\[=<>]\.)(?<![<>=≥≤?] )|(?<=(?:19|20)\d\d,))"
_RIGHT = r"(?![.,/:]?\d)(?!\s?%)(?!-(?!year)\w)"
_LARGEST = 10_000_000
_ARM_WEIGHT = 2.0
_N = r"\bn ?[=:] ?‹?(?P<{}>\d[\d,]*)(?![.\d])"


@dataclass(frozen=True, slots=True)
class HeadCount:
    """``value`` people at ``start``..``end`` of a marked sentence; ``stop`` is where their noun ends.

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


@cache
def _number() -> re.Pattern[str]:
    return re.compile(rf"{_LEFT}{NUMBER}{_RIGHT}")


@cache
def _calendar() -> re.Pattern[str]:
    return re.compile(r"(?:\b(?:in|since|until|to|and|of|from|through|between)|[a-z]{3},?|-|/) ?$")


@cache
def _people_next() -> re.Pattern[str]:
    return re.compile(rf" (?:{PEOPLE})\b")


def _marked(m: re.Match[str]) -> str:
    value = parse_number(m[0])
    if value is None or not 0 < value < _LARGEST:
        return m[0]
    if 1900 <= value <= 2100 and m[0].isdigit() and _calendar().search(m.string[max(0, m.start() - 14) : m.start()]):
        return f"‹{value}›" if _people_next().match(m.string, m.end()) else m[0]
    return f"‹{value}›"


def mark(text: str) -> str:
    """Return folded ``text`` in lower case with its whole numbers as ``‹55›``; years, decimals and percentages stay."""
    return _number().sub(_marked, text.lower())


def _mark(name: str) -> str:
    return rf"‹(?P<{name}>\d+)›"


@cache
def _counted() -> re.Pattern[str]:
    grade = r"asa(?: physical status| class| grade)?(?:(?:,|-|/| or| and)? ?(?:[iv]+|‹[1-5]›))+"
    word = rf"(?:{grade}|(?!(?:{STOP})\b)(?:\d+-)?[a-z][\w'./+-]*+\)?)"
    noun = rf"(?:(?: \(‹?\d+›?\))?(?: {word},?){{0,7}}? \(?(?:{PEOPLE})\b)"
    verb = rf" (?:were|was|have been) (?:[a-z-]+ ){{0,2}}?(?:{_VERB})\b"
    of = rf"(?: \([\d.]+ ?%\))?(?:(?: (?:{PEOPLE}))? out of | of |/)(?:a total of |the )*"
    return re.compile(
        rf"{_N.format('n')}|{_mark('share')}{of}(?=‹\d+›{noun})|{_mark('count')}(?:(?P<noun>{noun})|(?P<verb>{verb}))"
    )


def head_counts(texts: Sequence[str]) -> list[HeadCount]:
    """Return every counted group of people of the marked sentences ``texts``, in order."""
    found = []
    for index, text in enumerate(texts):
        for m in _counted().finditer(text):
            name = "n" if m["n"] else "share" if m["share"] else "count"
            kind = "n" if m["n"] else "share" if m["share"] else "people" if m["noun"] else "verb"
            value, start, end = int(m[name].replace(",", "")), m.start(name), m.end(name)
            if kind != "n":
                start, end = start - 1, end + 1
            stop = end if kind == "verb" else m.end()
            found.append(HeadCount(value, kind, start, end, stop, index))  # type: ignore[arg-type]
    return found


@cache
def _arms() -> tuple[tuple[re.Pattern[str], float], ...]:
    """Patterns whose repeated matches in one sentence are the arms of a study, with the trust each deserves."""
    size = _mark("size")
    gap = r"(?:(?!\b(?:of|who|had|mean|months?|years?|days?|weeks?)\b)[^.;:%\d()]){0,60}?"
    people = rf"(?: [\w-]+){{0,3}}? (?:{PEOPLE})"
    patterns = (
        (rf"(?<!% \()(?<!%\()(?<!%, )(?<!%,){_N.format('size')}", 3.5),
        (rf"\({size} (?:{PEOPLE})\b", 3.0),
        (rf"{size} (?:{PEOPLE}) (?:were )?(?:enrol+ed|included|randomi[sz]ed|recruited|treated) in (?:the|a) ", 3.0),
        (rf"{size}(?: (?:{PEOPLE}) \([^()]*\))?{gap}\b(?:in|to|into|as) (?:the |a |an )?{gap}{_GROUP}", 3.0),
        (
            r"\b(?:group (?:[a-d]|[1-4]|‹\d›|i+|one|two|three)|group|control) ?(?:\(\w+\))?(?!\w)"
            rf"[^.;%\d‹]{{0,60}}?{size}(?: [a-z-]+)? (?:{PEOPLE})\b",
            3.0,
        ),
        (
            rf"{size}(?:{people})?(?: \([^()]*\))?(?: (?:were|was))?(?: (?:randomly|randomi[sz]ed|assigned|allocated))?"
            r" to (?!one|two|three|either|receive either|‹?\d|have|be\b|a \w+ group)",
            2.5,
        ),
        (
            rf"{size}(?:{people})?,? ?(?:who |of whom )?"
            r"(?:were treated (?:with|by|using|in|\w+ly)|(?:were )?given|received|receiving|underwent)\b"
            r"(?! (?:no|a|an|good|pain|better|less|complete|new|further|additional|another)\b)",
            2.0,
        ),
        (rf"\b(?:group|arm|cohort)s? (?:\(\w+\) )?of {size}(?! (?:years|months|weeks|days|levels|groups))", 2.5),
        (r"[a-z] \(‹(?P<size>\d{2,4})›\)(?! ?%)", 1.8),
        (rf"{size}(?: \w+){{0,2}}? (?:{PEOPLE}) (?:with|without) ", 1.2),
        (rf"{size} (?:\w+ ){{0,2}}?(?:wom[ae]n|m[ae]n|females?|males?|boys|girls)\b", 1.0),
    )
    return tuple((re.compile(pattern), weight) for pattern, weight in patterns)


@cache
def _measured() -> re.Pattern[str]:
    """Match what a value follows that is no number of people: "the ODI was 21 in the fusion group"."""
    return re.compile(
        r"\b(?:means?|medians?|averag\w+|scores?|scales?|age|index|angle|loss|time|duration|stay|rates?|values?|volume|height|"
        r"odi|vas|nrs|nprs|ndi|joa|rmdq|bmi|infections?|tears?|leaks?|leakages?|complications?|events?|fractures?|deaths?|"
        r"reoperations?|revisions?|recurrences?)\b[^.;‹]{0,60}$"
    )


def _total(sizes: Sequence[int]) -> int | None:
    """Add the arms; when one number already is the sum of the others it is the total."""
    if not 2 <= len(sizes) <= 8:
        return None
    largest = max(sizes)
    return largest if 2 * largest == sum(sizes) and len(sizes) > 2 else sum(sizes)


def sums(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield the total of the arms wherever one sentence, or two in a row, give the sizes of the groups."""
    counted = ["‹" in text or "=" in text for text in texts]
    for pattern, weight in _arms():
        per_sentence = [_sizes(pattern, text) if has else [] for text, has in zip(texts, counted, strict=True)]
        for index, sizes in enumerate(per_sentence):
            if (total := _total(sizes)) is not None:
                yield Sum(total, tuple(sizes), weight, index)
        if weight < _ARM_WEIGHT:
            continue
        yield from _in_a_row(texts, per_sentence, weight - 0.5)
    yield from _pairs(texts)
    yield from _shares(texts)
    yield from _each(texts)
    yield from _others(texts)


def _in_a_row(texts: Sequence[str], per_sentence: Sequence[list[int]], weight: float) -> Iterator[Sum]:
    """Yield the total of two to six sentences in a row that tell one group each; parts of the group before are none."""
    row: list[int] = []
    for index, sizes in enumerate([*per_sentence, []]):
        part = (
            len(sizes) == 1
            and row
            and re.search(rf"\b(?:among|of|from) (?:the |these |those )*‹{row[-1]}›", texts[index])
        )
        if len(sizes) == 1 and not part:
            row.append(sizes[0])
            continue
        if 2 <= len(row) <= 6:
            yield Sum(sum(row), tuple(row), weight, index - len(row))
        row = []


def _sizes(pattern: re.Pattern[str], text: str) -> list[int]:
    found = list(pattern.finditer(text))
    if found and text[found[0].start()] == "‹" and _is_value(text, found[0]):
        return []
    sizes = [int(m["size"].replace(",", "")) for m in found]
    least = 1 if len(sizes) > 3 else 2
    return [size for size in sizes if least <= size < _LARGEST]


@cache
def _event() -> re.Pattern[str]:
    return re.compile(r"\b(?:occurred|developed|seen|noted|observed|encountered|detected) in $")


@cache
def _people() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{PEOPLE})\b")


def _is_value(text: str, m: re.Match[str]) -> bool:
    """Return whether a number tells of something measured or of an event, and of no size of a group."""
    if _event().search(text, 0, m.start()):
        return True
    told = _people().search(text, m.start(), m.end())
    return told is None and _measured().search(text, 0, m.start()) is not None


@cache
def _paired() -> tuple[re.Pattern[str], re.Pattern[str]]:
    people = rf"(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b"
    matched = r"[^.;]{0,140}\b(?:matched|paired)\b[^.;]{0,100}\b(?:with|to) (?:an? (?:[\w-]+ )?(?:group|cohort) of )?"
    return re.compile(rf"{_mark('pairs')} (?:\w+ )?pairs\b"), re.compile(
        rf"{_mark('one')}(?:{people}| (?:with|treated|given|using))\b{matched}{_mark('other')}"
    )


def _pairs(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield both sides of matched pairs: "84 pairs", "71 children were matched with 71 others"."""
    of_pairs, matched = _paired()
    for index, text in enumerate(texts):
        if "pair" not in text and "matched" not in text:
            continue
        for m in of_pairs.finditer(text):
            if (pairs := int(m["pairs"])) > 4:
                yield Sum(2 * pairs, (pairs, pairs), 4.0, index)
        for m in matched.finditer(text):
            one, other = int(m["one"]), int(m["other"])
            if min(one, other) > 1:
                yield Sum(one + other, (one, other), 4.0, index)


@cache
def _per_group() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    groups = r"(?:\w+ )?(?:groups|arms|cohorts)\b"
    each = r"(?:in|per|for|to) (?:each|every|both|either) (?:of the ‹\d› )?(?:\w+ )?(?:groups?|arms?)\b"
    return (
        re.compile(
            rf"{_mark('groups')} {groups} of {_mark('size')}|{_mark('more')} (?P<adjective>\d+)-patient {groups}"
        ),
        re.compile(rf"{_mark('size')} (?:{PEOPLE})? ?{each}"),
        re.compile(rf"‹([2-6])› {groups}"),
    )


def _each(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield groups of one size: "two groups of 100 patients each", "11 patients in each group" (two when not said)."""
    of_size, in_each, how_many = _per_group()
    groups = next((int(m[1]) for text in texts if (m := how_many.search(text))), 2)
    for index, text in enumerate(texts):
        if "group" not in text and "arm" not in text:
            continue
        for m in of_size.finditer(text):
            number, size = int(m["groups"] or m["more"]), int(m["size"] or m["adjective"])
            if 2 <= number <= 6 and size > 4:
                yield Sum(number * size, (size,) * number, 3.0, index)
        for m in in_each.finditer(text):
            if (size := int(m["size"])) > 4:
                yield Sum(groups * size, (size,) * groups, 2.2, index)


@cache
def _another() -> re.Pattern[str]:
    between = r"[^‹]{0,220}?\b(?:another|further|additional|second group of|other) "
    return re.compile(rf"{_mark('one')} (?:{PEOPLE})\b{between}{_mark('other')} (?:{PEOPLE})\b")


def _others(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield "20 patients … another 20 patients": two groups of like size, in one sentence or two."""
    for index, text in enumerate(texts):
        following = texts[index + 1] if index + 1 < len(texts) else ""
        for m in _another().finditer(f"{text} {following}"):
            one, other = int(m["one"]), int(m["other"])
            if m.start() < len(text) and min(one, other) > 4 and min(one, other) >= 0.5 * max(one, other):
                yield Sum(one + other, (one, other), 3.0, index)


@cache
def _with_percent() -> re.Pattern[str]:
    return re.compile(rf"{_mark('size')}(?: [\w-]+){{0,3}}? (?:{PEOPLE}) \((?P<share>\d+(?:\.\d+)?) ?%\)")


def _shares(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield two groups whose percentages make up the whole: "64 patients (45.1%) … 78 patients (54.9%)"."""
    found = [
        (index, int(m["size"]), float(m["share"]))
        for index, text in enumerate(texts)
        if "%" in text
        for m in _with_percent().finditer(text)
    ]
    for (index, one, first), (later, other, second) in pairwise(found):
        total = one + other
        if later - index <= 1 and abs(first + second - 100) < 0.6 and abs(100 * one / total - first) < 0.6:
            yield Sum(total, (one, other), 3.0, index)


@cache
def _any_number() -> re.Pattern[str]:
    return re.compile(r"‹(\d+)›|\bn ?[=:] ?(\d+)")


def runs(text: str) -> dict[int, tuple[int, ...]]:
    """Return every sum of two to five numbers in a row of a marked sentence, with the numbers."""
    numbers = [int(m[1] or m[2]) for m in _any_number().finditer(text)][:16]
    found: dict[int, tuple[int, ...]] = {}
    for width in (2, 3, 4, 5):
        for at in range(len(numbers) - width + 1):
            part = tuple(numbers[at : at + width])
            if min(part) > 1:
                found.setdefault(sum(part), part)
    return found
