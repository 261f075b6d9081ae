"""Registration numbers: every registry of the table, spellings, look-alikes, data banks before text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cue_files import read_cues
from ingest.registry import normalise, registry_ids
from kg.model import Record, Section

KEYS = {**dict.fromkeys(("name", "pattern", "form", "example", "expect"), str), "needs": list}
ROWS = read_cues("registries", "registry", KEYS)


def _record(text: str, banked: tuple[str, ...] = ()) -> Record:
    section = Section(text=text, start=8)
    return Record(pmid="1", title="A title", text=f"A title\n{text}", sections=(section,), registry_ids=banked)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_registry_reads_its_example(row: dict[str, str]) -> None:
    assert normalise(row["example"]) == row["expect"]
    assert normalise(row["expect"]) == row["expect"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The trial was registered (NCT01234567).", ("NCT01234567",)),
        ("nct01234567 and again NCT 01234567", ("NCT01234567",)),
        ("NCT: 01234567", ("NCT01234567",)),
        ("ClinicalTrials.gov (number NCT00211211).", ("NCT00211211",)),
        ("Two trials, NCT00000002 and NCT00000001, were pooled.", ("NCT00000002", "NCT00000001")),
        ("ISRCTN registry, no. ISRCTN-90011223", ("ISRCTN90011223",)),
        ("ACTRN012605000011122 with a stray zero", ("ACTRN12605000011122",)),
        ("ChiCTR-INR-17099999", ("ChiCTR-INR-17099999",)),
        ("ChiCTRTRC12009999", ("ChiCTR-TRC-12009999",)),
        ("EudraCT No: 2010\u2013099999\u201322, ID NCT01640000", ("EudraCT 2010-099999-22", "NCT01640000")),
        ("Nederlands Trial Register NTR1399.", ("NTR1399",)),
        ("registration: UMIN-CTR UMIN000012345", ("UMIN000012345",)),
        ("RBR-9Z9z9z", ("RBR-9z9z9z",)),
        ("JRCTs031190999", ("jRCTs031190999",)),
    ],
)
def test_numbers_in_text(text: str, expected: tuple[str, ...]) -> None:
    assert registry_ids(_record(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The trial was registered prospectively.",
        "NCT0123456 has a digit too few.",
        "NCT012345678 has a digit too many.",
        "Control 12345678 was drawn.",
        "from 2010-2012, 345678 claims",
        "Call 030-123456-78 for help.",
        "The CONTRACT 12345678 was signed.",
        "PER-100 patients",
        "CRD 4 devices",
    ],
)
def test_look_alikes_give_nothing(text: str) -> None:
    assert registry_ids(_record(text)) == ()


def test_data_banks_come_first_and_nothing_twice() -> None:
    record = _record("We also used ISRCTN90011223 and NCT01234567.", banked=("nct01234567", "GSE12345"))
    assert registry_ids(record) == ("NCT01234567", "ISRCTN90011223")


FORMS = st.sampled_from(["NCT{}", "nct {}", "NCT-{}", "NCT: {}", "NCT no. {}"])


@given(st.integers(min_value=0, max_value=99_999_999), FORMS)
def test_spellings_of_one_number_agree(number: int, form: str) -> None:
    assert normalise(form.format(f"{number:08d}")) == f"NCT{number:08d}"


@given(st.text())
def test_any_text_is_safe_and_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert once is None or normalise(once) == once
