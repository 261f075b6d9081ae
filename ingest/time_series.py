"""Read lists of durations: "3, 6 and 12 months", "two-, four- and eight-week", "the sixth month", "weeks 4 and 12"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.screened import screened

__all__ = ["Series", "immediate", "next_day", "read_series"]

_UNIT_DAYS = {"min": 0.0, "minute": 0.0, "hour": 1 / 24, "h": 1 / 24, "hr": 1 / 24, "day": 1.0, "d": 1.0, "week": 7.0, "wk": 7.0, "w": 7.0, "month": 30.0, "mo": 30.0, "mth": 30.0, "year": 365.0, "yr": 365.0, "y": 365.0}  # fmt: skip
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = {w: 10.0 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_NUMBERS = {w: float(i) for i, w in enumerate(_SMALL.split())} | _TENS
_ORDINALS = {
    w: float(i)
    for i, w in enumerate(
        "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    )
}
_JOINTS = frozenset({",", ";", "/", "-", "and", "or", "to", "&", "through", "until"})
_RANGES = frozenset({"to", "-", "through", "until"})
_SUFFIXES = frozenset({"st", "nd", "rd", "th"})
_COUNTED = frozenset({"group", "groups", "level", "levels", "grade", "grades", "type", "n"})
_FILLERS = frozenset({"at", "the", "then", "st", "nd", "rd", "th"})
_BETWEEN = frozenset({"postoperative", "post", "operative", "postop", "follow", "up", "additional", "full", "consecutive", "complete", "postinjection", "postprocedural", "st", "nd", "rd", "th", "whole", "-"})  # fmt: skip

# The first letter comes first, for speed: units are then looked up in _UNIT_DAYS.
_UNIT = re.compile(
    r"[DWMYHdwmyh](?<![A-Za-z][A-Za-z])(?:ays?|eeks?|ks?|onths?|os?|ths?|ears?|rs?|ours?|inutes?|ins?|AYS?|EEKS?|ONTHS?|EARS?)?(?![A-Za-z])"
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|[^\sA-Za-z\d]")
_STEP = r"(?:(?:,? (?:and|or) |, ?| to |/|-)(?:at )?(\d{1,3}))?"
_NAMED = re.compile(
    rf"[ -]?(\d{{1,3}}){_STEP * 6}(?![\w%]|\.\d|\s*(?:%|/\s?\d|mg|ml|patients|participants|subjects|cases|of\b|±|points?\b|(?:postoperative )?(?:month|week|day|year)s?\b))"
)
_SPREAD = re.compile(r"\(\s*[\d.]+\s*(?:±|\+/-)\s*[\d.]+\s*\)\s*\Z")
_IMMEDIATE = screened(
    r"\b(?:immediate(?:ly)?|directly|straight|shortly)[ -]+(?:after|post|following)|\bimmediate(?:ly)? (?=(?:\w+ )?(?:pain )?(?:adverse|complication|relief|effect|decrease|reduction|improvement|correction|restoration)|(?:and|or) (?:long|short|late|delayed))|\bimmediate(?:ly)?(?=(?:,| and| or) (?:at )?(?:the )?\d)"
    r"|\b(?:on )?the (?:same )?day of (?:the )?(?:surgery|operation|procedure|treatment|injection)|\b(?:on )?the same day\b|\b(?:postoperative|postprocedural|post-procedure) immediate(?:ly)?\b|\bat discharge\b(?! \w+ (?:day|week|month))",
    re.I,
)
_NEXT_DAY = re.compile(
    r"\bon the (?:next|following) day\b|\bthe (?:next|following) day\b|\b(?:on |at )?the day (?:after|following) (?:the )?(?:surgery|operation|procedure|treatment|injection|intervention|implantation)\b",
    re.I,
)
_SOON = screened(r"mmediate|irectly|traight|hortly|ame day|ay of|ischarge")
_JOINT = re.compile(
    r"'?\s*(?:\([^()]{0,90}\)|\))?\s*(?:,|;|/|-|\+|and|or|to|&|through|until|then|,\s*(?:and|or|then))\s*(?:(?:again |also )?(?:at|after|by|up to|the|on)\s*)?(?:the\s*)?\Z",
    re.I,
)


_BRACKETED = re.compile(r"\brang\w+(?: from|,|:|=|\s)*\Z|(?:\d|years?|months?|weeks?|days?)\s*\(\s*\Z", re.I)


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that share a unit, in ``text[start:end]``.

    ``hyphen``: "two-year"; ``named``: "week 8"; ``small``: less than a day; ``ranged``: its numbers are the ends
    of a range; ``bracketed``: it is a range in brackets behind something else.
    """

    start: int
    end: int
    days: tuple[int, ...]
    hyphen: bool = False
    ordinal: bool = False
    named: bool = False
    small: bool = False
    ranged: bool = False
    bracketed: bool = False

    def joined(self, text: str, before: Series) -> bool:
        """Return whether only a comma, "and" or the like stands between this series and the one before it."""
        return before.named == self.named and bool(_JOINT.match(text[before.end : self.start]))


class _Walker:
    """Walks back from a unit over the numbers it holds for."""

    def __init__(self, text: str, tokens: Sequence[re.Match[str]]) -> None:
        self.text, self.tokens, self.at = text, tokens, len(tokens) - 1
        self.ordinal = self.ranged = False
        self.start = 0

    def word(self, back: int = 0) -> str:
        """Return the token ``back`` places before the current one."""
        i = self.at - back
        return self.tokens[i].group().lower() if i >= 0 else ""

    def skip(self, words: frozenset[str], most: int) -> list[str]:
        """Step over words of a set and return them."""
        passed: list[str] = []
        while len(passed) < most and self.at >= 0 and self.word() in words:
            passed.append(self.word())
            self.at -= 1
        return passed

    def number(self) -> float | None:
        """Read one number and step over it; a standard deviation is left behind."""
        if self.at < 0:
            return None
        word = self.word()
        if word[0].isdigit():
            return self.digits(word)
        if word in _ORDINALS:
            self.ordinal = True
            return self.take(_ORDINALS[word], 1)
        if word == "half" and self.word(1) == "a" and self.word(2) == "and" and self.word(3) in _NUMBERS:
            return self.take(_NUMBERS[self.word(3)] + 0.5, 4)
        if word in ("a", "an") and self.word(1) == "half":
            return self.take(0.5, 2)
        if word == "half":
            return self.take(0.5, 1)
        if word in _NUMBERS:
            tens = _TENS.get(self.word(2)) if self.word(1) == "-" else _TENS.get(self.word(1))
            if tens and _NUMBERS[word] < 10:
                return self.take(tens + _NUMBERS[word], 3 if self.word(1) == "-" else 2)
            return self.take(_NUMBERS[word], 1)
        return None

    def digits(self, word: str) -> float | None:
        """Read a number in digits, unless it is part of a name ("L4", "SF-36") or an amount of money."""
        start = self.tokens[self.at].start()
        before = self.text[start - 1 : start]
        named = before == "-" and self.text[start - 2 : start - 1].isalpha() and len(self.word(2)) == 1
        if before.isalpha() or before in ("$", "€", "£", "#") or named:
            return None
        spread = 2 if self.word(1) == "±" else 4 if (self.word(1), self.word(2), self.word(3)) == ("-", "/", "+") else 0
        if spread:
            self.at -= spread
            return self.number()
        return self.take(float(word), 1)

    def take(self, value: float, tokens: int) -> float:
        """Step over ``tokens`` tokens and return the value."""
        self.at -= tokens
        self.start = self.tokens[self.at + 1].start()
        return value

    def regular(self) -> float | None:
        """Read the number before "and thereafter every", which shares the unit behind; step over the words between."""
        at, start = self.at, self.start
        self.skip(frozenset({"every", "once", "thereafter", "then"}), 4)
        joints = self.skip(_JOINTS, 2)
        value = self.number() if joints else None
        if value is None:
            self.at, self.start = at, start
        return value

    def earlier(self, last: float) -> float | None:
        """Read the number before in the list, smaller than ``last``; None when the list ends here."""
        at, start = self.at, self.start
        self.skip(_FILLERS, 2)
        joints = set(self.skip(_JOINTS, 3))
        self.skip(_SUFFIXES, 1)
        value = self.number() if joints else None
        if value is None or value >= last or self.foreign(joints, value, last):
            self.at, self.start = at, start
            return None
        self.ranged = self.ranged or bool(joints & _RANGES and "," not in joints)
        return value

    def foreign(self, joints: set[str], value: float, last: float) -> bool:
        """Return whether a number only happens to stand before a list: a score, a group, the size of a sample."""
        if not value.is_integer() and last.is_integer() and not joints & _RANGES:
            return True
        return self.word() in _COUNTED or (self.word() in ("=", "<", ">") and joints == {","})


def _whole(days: float) -> int:
    """Return whole days: half-up, but never more than the hours make."""
    return int(days) if days < 1 else int(days + 0.5)


def _size(key: str) -> float | None:
    """Return the days of a unit in lower case, singular or plural."""
    return _UNIT_DAYS.get(key, _UNIT_DAYS.get(key.rstrip("s")))


def _tokens(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return the tokens of ``text[start:end]``, leaving out closed brackets: "at 8 (p = .2) and 52"."""
    tokens = list(_TOKEN.finditer(text, start, end))
    if not any(t.group() in ")]" for t in tokens):
        return tokens
    if _SPREAD.search(text, start, end):  # "(37 ± 11) months"
        return [t for t in tokens if t.group() not in "()"]
    kept: list[re.Match[str]] = []
    opened: list[int] = []
    for token in tokens:
        if token.group() in "([":
            opened.append(len(kept))
            kept.append(token)
        elif token.group() in ")]":
            kept = kept[: opened.pop()] if opened else []
        else:
            kept.append(token)
    return kept


def _series(text: str, start: int, floor: int, unit: re.Match[str]) -> Series | None:
    """Return the series that ends with a unit."""
    key = unit.group() if len(unit.group()) == 1 else unit.group().lower()
    size = _size(key)
    if len(key) == 1 and not text[max(start, unit.start() - 2) : unit.start()].rstrip(" -")[-1:].isdigit():
        return None
    tokens = _tokens(text, max(floor, unit.start() - 110), unit.start())
    if size is None or not tokens:
        return None
    walker = _Walker(text, tokens)
    hyphen = bool(walker.skip(frozenset({"-"}), 1))
    walker.skip(_BETWEEN, 3)
    value = walker.number()
    if value is None and walker.word() in ("a", "an") and not hyphen and len(key) > 2:
        value = walker.take(1.0, 1)
    if value is None:
        return None
    if walker.word() == "every" and (listed := walker.regular()) is not None:
        value = listed
    values = [value]
    while (value := walker.earlier(values[0])) is not None:
        values.insert(0, value)
    return Series(
        start=walker.start,
        end=unit.end(),
        days=tuple(dict.fromkeys(_whole(v * size) for v in values)),
        hyphen=hyphen or (values[-1] > 1 and key in ("week", "month", "year")),
        ordinal=walker.ordinal,
        small=size < 1,
        ranged=walker.ranged,
        bracketed=walker.ranged and bool(_BRACKETED.search(text[max(start, walker.start - 20) : walker.start])),
    )


def read_series(text: str, start: int, end: int) -> Iterator[Series]:
    """Yield the durations of ``text[start:end]`` in order, whatever they are durations of."""
    floor = start
    for unit in _UNIT.finditer(text, start, end):
        if unit.start() < floor:
            continue
        series = _series(text, start, floor, unit)
        if series is None and (named := _NAMED.match(text, unit.end(), end)) and len(unit.group()) > 2:
            size = _size(unit.group().lower())
            if size is None:
                continue
            days = tuple(_whole(int(n) * size) for n in named.groups() if n)
            series = Series(unit.start(), named.end(), days, named=True)
        if series is not None:
            yield series
            floor = series.end


def immediate(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the text says "immediately after treatment" or the like."""
    if _SOON.search(text, start, end):
        for m in _IMMEDIATE.finditer(text, start, end):
            yield m.span()


def next_day(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the text says "on the day after surgery" or "the next day"."""
    if text.find(" day", start, end) >= 0:
        for m in _NEXT_DAY.finditer(text, start, end):
            yield m.span()
