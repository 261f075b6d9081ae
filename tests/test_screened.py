"""A screened pattern finds what the bare pattern finds."""

from __future__ import annotations

import re

import pytest
from any_patterns import PATTERNS, TEXTS
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.screened import Screened, screened


@given(PATTERNS, TEXTS, st.integers(0, 6), st.integers(0, 16), st.booleans())
@example("task", "TA\u017f\u212a", 0, 16, True)
@example("b(?:isk|iss)", "b\u0130ss", 0, 16, True)
@example("b(?:isk|iss)", "b\u0131s\u017f", 0, 16, True)
def test_nothing_is_lost(pattern: str, text: str, start: int, end: int, case: bool) -> None:
    bare = re.compile(pattern, re.I if case else 0)
    made = screened(pattern, re.I if case else 0)
    assert _span(made.search(text, start, end)) == _span(bare.search(text, start, end))
    assert _span(made.match(text, start, end)) == _span(bare.match(text, start, end))
    assert [m.span() for m in made.finditer(text, start, end)] == [m.span() for m in bare.finditer(text, start, end)]
    assert _span(made.search(text)) == _span(bare.search(text))


def _span(m: re.Match[str] | None) -> tuple[int, int] | None:
    return m and m.span()


def test_a_pattern_is_tried_only_where_its_words_are() -> None:
    made = screened(r"\bsham (?:block|lesion)", re.I)
    assert not made.lacks("A SHAM BLOCK was given")
    assert made.lacks("A block of sham")
    assert made.lacks("A sham block was given", 3)
    assert made.lacks("A sham block was given", 0, 10)


def test_words_may_be_given() -> None:
    made = Screened(re.compile("ab+c"), ["zz"])
    assert made.needs == ("zz",)
    assert made.search("abbc") is None
    assert made.search("abbc zz") is not None


@pytest.mark.parametrize("text", ["", "sham"])
def test_a_pattern_that_needs_nothing_is_always_tried(text: str) -> None:
    assert not screened(r"\w*").lacks(text)
