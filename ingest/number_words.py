"""Numbers as abstracts write them: "1,128", "fifty-five", "One hundred and sixty-nine"."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["NUMBER", "parse_number"]

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    "fourty": 40,
}
_SCALES = {"hundred": 100, "thousand": 1000}
_WORD = "|".join(sorted([*_VALUES, *_SCALES], key=len, reverse=True))

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+|"
    rf"(?:a[ -])?(?:{_WORD})(?:(?:[ -]|[ -]and[ -])(?:{_WORD}))*(?![a-z]))"
)
"""A regular expression for a whole number in digits or words; compile it with ``re.IGNORECASE``."""


@cache
def _digits() -> re.Pattern[str]:
    return re.compile(r"\d[\d,]*\Z")


def parse_number(text: str) -> int | None:
    """Read a whole number written in digits or English words; None when ``text`` is anything else.

    ``parse_number("1,128") == 1128``, ``parse_number("One hundred and sixty-nine") == 169``.
    """
    text = text.strip().lower()
    if _digits().match(text):
        return int(text.replace(",", ""))
    words = [word for word in re.split(r"[\s-]+", text) if word not in {"and", "a"}]
    return _from_words(words)


def _from_words(words: list[str]) -> int | None:
    """Add up number words: units and tens collect until a scale word multiplies them."""
    if not words:
        return None
    total = group = 0
    for word in words:
        if word in _VALUES:
            group += _VALUES[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word == "thousand":
            total, group = total + max(group, 1) * 1000, 0
        else:
            return None
    return total + group
