"""The check of PubMed queries: what is accepted as written, and what is said about the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.query_syntax import FIELDS, check_query, mixed_operators, tokens
from kg.errors import UsageError

GOOD = [
    "vertebroplasty",
    "low back pain",
    "vertebroplasty[tiab]",
    '"low back pain"[tiab] AND (steroid*[tiab] OR corticosteroid*[TIAB])',
    '("Spinal Cord Stimulation"[MeSH Terms] OR "Kyphoplasty"[mh:noexp]) NOT review[pt]',
    '"spinal stenosis steroid"[tiab:~3]',
    "(a[ti] OR b[ti]) AND (c[ti] OR (d[ti] NOT e[ti]))",
    "a AND b OR c",
    '"2020/01/01"[crdt] : "2020/12/31"[crdt]',
    "2019:2021[dp]",
    "1:20000000[UID] AND spine[tiab]",
    "smith j[au] AND 10.1000/xyz.123[aid]",
    "x-stop[tiab]",
    '"and or not"[ti]',
    "Wirbelsäule[tiab]",
    "pain[ TIAB ] AND pain[Title/Abstract]",
    "douleur d'origine[tt]",
    "english[la] AND hasabstract[filter]",
]


@pytest.mark.parametrize("query", GOOD)
def test_accepted(query: str) -> None:
    assert check_query(query) == query


def test_lines_become_one() -> None:
    assert check_query("  spine[tiab]\n\tAND\r\n pain[tiab] ") == "spine[tiab] AND pain[tiab]"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "the query is empty"),
        (" \n ", "the query is empty"),
        ("a" * 20_001, "20,001 characters: at most 20,000"),
        ("(spine[tiab]", "( at character 1 of the query is never closed"),
        ("spine[tiab])", ") at character 12 of the query was never opened"),
        ("((a) OR b", "( at character 1 of the query is never closed"),
        ("()", "')' at character 2 stands after '('"),
        ('"low back pain', "quotation mark at character 1 of the query is never closed"),
        ('a AND b"', "quotation mark at character 8 of the query is never closed"),
        ('""[tiab]', "hold no words"),
        ("spine[tiab", "bracket '[' at character 6"),
        ("spine tiab]", "bracket ']' at character 11"),
        ("spine[tib]", "no search field [tib], at character 6"),
        ("spine[]", "no search field [], at character 6"),
        ("[tiab]", "field [tiab] at character 1 of the query follows no term"),
        ("(a OR b)[tiab]", "field [tiab] at character 9 of the query follows no term"),
        ("a[ti][ab]", "field [ab] at character 6 of the query follows no term"),
        ("spine[tiab] and pain[tiab]", "'and' at character 13 of the query: write AND in capitals"),
        ("spine[tiab] Or pain[tiab]", "write OR in capitals"),
        ("back not neck", "write NOT in capitals"),
        ("AND spine[tiab]", "'AND' at character 1 stands at the start of the query"),
        ("spine[tiab] AND", "the query ends with 'AND'"),
        ("spine[tiab] AND OR pain", "'OR' at character 17 stands after 'AND'"),
        ("spine[tiab] AND NOT pain", "write NOT alone, without AND"),
        ("(spine[tiab] OR)", "')' at character 16 stands after 'OR'"),
        ("spine[tiab] pain[tiab]", "AND, OR or NOT is missing before 'pain' at character 13"),
        ("(a OR b)(c OR d)", "AND, OR or NOT is missing before '(' at character 9"),
        ('"a b"[ti] "c d"[ti]', "AND, OR or NOT is missing before 'c d'"),
        ("sp*[tiab]", "'sp*' at character 1 of the query: PubMed needs four characters or more before *"),
        ('"low b*"[tiab]', "'b*' at character 1"),
        ("*plasty[tiab]", "four characters or more before *"),
        ("spine[tiab:noexp]", "after a colon PubMed knows noexp for MeSH fields"),
        ('"a b"[mh:~3]', "after a colon"),
        ("spine[tiab:~3]", "needs two or more words in quotation marks"),
        ('"spinal stimul* pain"[tiab:~3]', "without *"),
        ('"2020/01/01"[crdt] :', "ends with ':'"),
        (": 2020[dp]", "':' at character 1 stands at the start"),
        ("“low back pain”[tiab]", "the character “ at 1 of the query is not a quotation mark for PubMed"),
        ('"low “back” pain"[tiab]', "the character “ at 6"),
        ("spine\x00[tiab]", "control character U+0000 at 6"),
    ],
)
def test_refused(query: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_query(query)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("a OR b OR c", None),
        ("a AND b NOT c", None),
        ("(a OR b) AND c", None),
        ("a OR b AND c", 8),
        ("x AND (a AND b OR c)", 16),
        ("(a OR b) AND c OR d", 16),
    ],
)
def test_and_beside_or_is_found(query: str, at: int | None) -> None:
    found = mixed_operators(query)
    assert (found.at if found else None) == at


def test_fields_are_lower_case() -> None:
    assert all(name == name.lower().strip() for name in FIELDS)
    assert {"tiab", "mh", "pt", "crdt", "lr", "uid", "nm", "title/abstract"} <= FIELDS


@given(st.text(alphabet='ab *"()[]:~-ANDORandot“\x01\n1ti', max_size=60))
def test_any_text_is_accepted_unchanged_or_refused_with_a_reason(text: str) -> None:
    try:
        checked = check_query(text)
    except UsageError as error:
        assert str(error)
        return
    assert checked == " ".join(text.split())
    assert checked.count("(") >= 0 and check_query(checked) == checked
    assert check_query(f"({checked}) AND spine[tiab]"), "a checked query can stand inside another"


@given(st.text(alphabet='ab "()[]:ti1', max_size=40))
def test_tokens_cover_everything_but_spaces(text: str) -> None:
    try:
        found = list(tokens(text))
    except UsageError:
        return
    marks = {"phrase": 2, "tag": 2}
    covered = sum(len(token.text) + marks.get(token.kind, 0) for token in found)
    inside = sum(token.text.count(" ") for token in found)
    assert covered - inside == len(text.replace(" ", ""))
