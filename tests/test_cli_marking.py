"""Marking: the quoted characters and no others, whatever the spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.report.marking import Fragment, fragments, plain

TEXT = "Pain fell and nobody was harmed."


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        ([], "Pain fell and nobody was harmed."),
        ([(0, 9)], "[[Pain fell]]{1} and nobody was harmed."),
        ([(14, 31), (0, 9)], "[[Pain fell]]{2} and [[nobody was harmed]]{1}."),
        ([(0, 9), (0, 9)], "[[Pain fell]]{1,2} and nobody was harmed."),
        ([(0, 9), (5, 13)], "[[Pain fell and]]{1,2} nobody was harmed."),
        ([(0, 13), (5, 9)], "[[Pain fell and]]{1,2} nobody was harmed."),
        ([(0, 32)], "[[Pain fell and nobody was harmed.]]{1}"),
    ],
)
def test_spans_are_marked_with_their_numbers(spans: list[tuple[int, int]], marked: str) -> None:
    assert plain(fragments(TEXT, spans, 0, len(TEXT))) == marked


def test_a_part_of_the_text_shows_its_own_quotes_only() -> None:
    assert list(fragments(TEXT, [(0, 4), (14, 20)], 5, 20)) == [Fragment("fell and "), Fragment("nobody", (2,))]


def test_a_quote_over_two_lines_is_marked_on_both() -> None:
    text = "A title\nA text"
    assert plain(fragments(text, [(2, 10)], 0, 7)) == "A [[title]]{1}"
    assert plain(fragments(text, [(2, 10)], 8, 14)) == "[[A ]]{1}text"


span = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(lambda ends: (min(ends), max(ends)))


@given(st.lists(span, max_size=6))
def test_exactly_the_quoted_characters_are_marked(spans: list[tuple[int, int]]) -> None:
    parts = list(fragments(TEXT, spans, 0, len(TEXT)))
    assert "".join(part.text for part in parts) == TEXT
    marked, at = set(), 0
    for part in parts:
        if part.quotes:
            marked |= set(range(at, at + len(part.text)))
        at += len(part.text)
    assert marked == {place for start, end in spans for place in range(start, end)}
