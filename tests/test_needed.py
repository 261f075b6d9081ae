"""The words read off a pattern stand in everything it matches."""

from __future__ import annotations

import re

import pytest
from any_patterns import PATTERNS, TEXTS
from hypothesis import given

from ingest.needed import needed_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bsham\b", (("sham",),)),
        (r"\b(?:fail\w*|unable) to (?:show|reach)\b", ((" to show", " to reach"), (" to ",))),
        (r"\bdis[ck]s?\b|lumbar", (("disc", "disk", "lumbar"),)),
        (r"non-?inferior", (("non-inferi", "noninferio"),)),
        (r"(?:was|were) (?:also )?compared", (("compared",), ("was", "were"))),
        (r"x?y|\d", ()),
        (r"\w+", ()),
        (r"(?!sham)a(?=placebo)", ()),
        (r"(?:sham)?", ()),
        (r"(?:sham){2,}", (("sham",),)),
        (r"‹\d+› patients", (("› patients",),)),
        (r"[a-z]‹(?:of|to)", (("‹of", "‹to"),)),
        (r"more likely to (?:choose|undergo)", (("more likel",),)),
    ],
)
def test_the_words_of_a_pattern(pattern: str, words: tuple[tuple[str, ...], ...]) -> None:
    assert needed_words(pattern) == words


def test_without_case_the_words_are_in_lower_case() -> None:
    assert needed_words("Sham|SALINE", re.I) == (("sham", "saline"),)
    assert needed_words("(?i)Sham") == (("sham",),)


def test_a_part_that_ignores_case_alone_tells_nothing() -> None:
    assert needed_words("(?i:Sham)|saline") == ()
    assert needed_words("(?i:Sham) block") == ((" block",),)


@given(PATTERNS, TEXTS)
def test_no_match_is_without_the_words(pattern: str, text: str) -> None:
    m = re.search(pattern, text)
    for words in needed_words(pattern):
        assert m is None or any(word in m.group() for word in words)
