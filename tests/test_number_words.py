"""Numbers in digits and words: exact values, and what is not a number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.number_words import NUMBER, parse_number

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def _below_hundred(number: int, joint: str) -> str:
    if number < 20:
        return _UNITS[number]
    tens = _TENS[number // 10 - 2]
    return tens if number % 10 == 0 else f"{tens}{joint}{_UNITS[number % 10]}"


def spell(number: int, joint: str = "-", link: str = " and ") -> str:
    """Write a number below a million in English words; ``link`` goes before the last part."""
    if number < 100:
        return _below_hundred(number, joint)
    if number < 1000:
        rest = number % 100
        return f"{_UNITS[number // 100]} hundred" + (f"{link}{_below_hundred(rest, joint)}" if rest else "")
    rest = number % 1000
    return f"{spell(number // 1000, joint, link)} thousand" + (f" {spell(rest, joint, link)}" if rest else "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("55", 55),
        ("1,128", 1128),
        ("12,345,678", 12345678),
        ("Fifty-five", 55),
        ("fifty five", 55),
        ("FORTY", 40),
        ("fourty", 40),
        ("twelve", 12),
        ("One hundred and sixty-nine", 169),
        ("Three hundred twenty-two", 322),
        ("One-hundred forty", 140),
        ("a hundred", 100),
        ("two thousand four hundred", 2400),
        ("one thousand and one", 1001),
        ("zero", 0),
    ],
)
def test_values(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "many", "fifty patients", "half", "5.5", "L4", "and", "-3"])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@given(st.integers(min_value=0, max_value=999_999), st.sampled_from(["-", " "]), st.sampled_from([" ", " and "]))
def test_every_spelling_reads_back(number: int, joint: str, link: str) -> None:
    words = spell(number, joint, link)
    assert parse_number(words) == number
    assert parse_number(words.capitalize()) == number
    found = re.fullmatch(NUMBER, words)
    assert found is not None


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_with_and_without_commas_agree(number: int) -> None:
    assert parse_number(str(number)) == parse_number(f"{number:,}") == number


@given(st.text())
def test_any_text_gives_a_number_or_nothing(text: str) -> None:
    value = parse_number(text)
    assert value is None or value >= 0


def test_the_pattern_stops_at_other_words() -> None:
    found = re.findall(NUMBER, "one hundred and six patients, tenth of ten", re.IGNORECASE)
    assert found == ["one hundred and six", "ten"]
