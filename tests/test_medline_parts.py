"""Dates, identifiers and the layout of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.medline_parts import Part, clean, is_study_register, lay_out, orcid, pmid, pub_date
from kg.errors import InputError
from kg.model import PubDate


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("2012", 2012, None, None),
        ("2012 Mar", 2012, 3, None),
        ("2012 Mar 15", 2012, 3, 15),
        ("2012 03 05", 2012, 3, 5),
        ("2012 September 5", 2012, 9, 5),
        ("2012 Spring", 2012, None, None),
        ("2012 Jul-Aug", 2012, None, None),
        ("1998 Dec-1999 Jan", 1998, None, None),
        ("2000 Dec 15-31", 2000, 12, None),
        ("1944-1945", 1944, None, None),
        ("Winter 1999", 1999, None, None),
        ("2012 13 40", 2012, None, None),
        ("2012 Feb 40", 2012, 2, None),
        ("n.d.", None, None, None),
        ("12345", None, None, None),
    ],
)
def test_pub_date(text: str, year: int | None, month: int | None, day: int | None) -> None:
    assert pub_date(text) == PubDate(text=text, year=year, month=month, day=day)


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_no_date(text: str | None) -> None:
    assert pub_date(text) is None


def test_a_date_is_printed_on_one_line() -> None:
    assert pub_date(" 2012\n Mar ") == PubDate(text="2012 Mar", year=2012, month=3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/000000021694233X", "0000-0002-1694-233X"),
        ("ORCID: 0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000-0002-1825", None),
        ("", None),
        (None, None),
    ],
)
def test_orcid(text: str | None, expected: str | None) -> None:
    assert orcid(text) == expected


@pytest.mark.parametrize("text", [" 12345678\n", "1"])
def test_pmid(text: str) -> None:
    assert pmid(text) == text.strip()


@pytest.mark.parametrize("text", ["123456789", "0", "012", "12a", "-1", "٣٤", "1 2"])
def test_no_pmid(text: str) -> None:
    with pytest.raises(InputError, match="at most 8 digits"):
        pmid(text)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_missing_pmid(text: str | None) -> None:
    with pytest.raises(InputError, match="no PMID"):
        pmid(text)


@pytest.mark.parametrize(
    ("bank", "studies"),
    [("ClinicalTrials.gov", True), ("ISRCTN", True), ("A register of 2030", True), ("GENBANK", False), ("Pdb", False)],
)
def test_study_registers(bank: str, studies: bool) -> None:
    assert is_study_register(bank) is studies


@pytest.mark.parametrize(
    ("text", "expected"),
    [(" a \n\t b ", "a b"), ("a\u00a0b\u2009c", "a\u00a0b\u2009c"), ("\n", None), ("", None), (None, None)],
)
def test_clean(text: str | None, expected: str | None) -> None:
    assert clean(text) == expected


@given(title=st.text(), texts=st.lists(st.text()))
def test_lay_out(title: str, texts: list[str]) -> None:
    text, sections = lay_out(title, [Part(text=part) for part in texts])
    assert text.startswith(title)
    assert [section.text for section in sections] == texts
    assert all(text[s.start : s.start + len(s.text)] == s.text for s in sections)
    assert len(text) == len(title) + sum(1 + len(part) for part in texts)
