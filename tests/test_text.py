"""The fold: printing variants become equal and no character moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import _table, fold, fold_case


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("VAS \u22122\u00b71 (95% CI \u22123\u00b70 to \u22121\u00b72)", "VAS -2.1 (95% CI -3.0 to -1.2)"),
        ("P=\u00b704, p<\u00b7001, P \u2264 \u00b705", "P=.04, p<.001, P \u2264 \u00b705"),
        ("\u00b7 first \u00b7 second, 3 \u00b7 10", "\u00b7 first \u00b7 second, 3 \u00b7 10"),
        ("6\u201312\u00a0months\u2009later\nand\tmore", "6-12 months later and more"),
        ("the \u201csham\u201d group\u2019s pain", 'the "sham" group\'s pain'),
        ("\uff11\uff12 patients\uff0c p \uff1c 0\uff0e05", "12 patients, p < 0.05"),
        ("\U0001d45d < 0.05; \U0001d7d9\U0001d7d8", "p < 0.05; 10"),
        ("5 \u03bcg and 5 \u00b5g and 5 \U0001d707g", "5 \u00b5g and 5 \u00b5g and 5 \u00b5g"),
        ("\u2265 50 %, \u2a7e 50 %, \u2a7d 3, \u2266 3", "\u2265 50 %, \u2265 50 %, \u2264 3, \u2264 3"),
        ("10\u00b2 m\u00b2, na\u00efve, \u00df, 1/2", "10\u00b2 m\u00b2, na\u00efve, \u00df, 1/2"),
        ("zero\u200bwidth", "zero width"),
        ("plain ASCII stays", "plain ASCII stays"),
        ("control`s", "control's"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Vertebroplasty VERSUS Sham", "vertebroplasty versus sham"), ("\u0130stanbul \u2212 A", "\u0130stanbul - a")],
)
def test_fold_case(text: str, folded: str) -> None:
    assert fold_case(text) == folded


@given(st.text())
def test_nothing_moves(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(fold_case(text)) == len(text)


@given(st.text(alphabet=st.sampled_from([*_table(), *"\u00b7\u2219 0.1a<>"])))
def test_the_characters_of_the_table_are_changed_once(text: str) -> None:
    folded = text.translate({ord(char): to for char, to in _table().items()})
    assert fold(text).replace("\u00b7", ".").replace("\u2219", ".") == folded.replace("\u00b7", ".").replace(
        "\u2219", "."
    )


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "Zs"], exclude_characters="`")))
def test_ascii_is_left_alone(text: str) -> None:
    assert fold(text) == text
