"""What the extractor reads in a few records of the sample is what it read when someone last looked."""

from __future__ import annotations

import json

import pytest
from golden_claims import CHOSEN, GOLDEN, records, text


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    return {json.loads(line)["pmid"]: line for line in text().splitlines()}


@pytest.fixture(scope="module")
def stored() -> dict[str, str]:
    return {json.loads(line)["pmid"]: line for line in GOLDEN.read_text("utf-8").splitlines()}


def test_the_chosen_records_are_in_the_sample(stored: dict[str, str]) -> None:
    assert [record.pmid for record in records()] == list(CHOSEN) == list(stored)


@pytest.mark.parametrize(("pmid", "reason"), CHOSEN.items(), ids=list(CHOSEN))
def test_claims_are_those_stored(pmid: str, reason: str, now: dict[str, str], stored: dict[str, str]) -> None:
    assert json.loads(now[pmid]) == json.loads(stored[pmid]), f"{reason}: 'make golden' and read the difference"


def test_the_file_is_the_same_to_the_letter(now: dict[str, str]) -> None:
    assert GOLDEN.read_text("utf-8") == "".join(f"{line}\n" for line in now.values())


def test_quotes_are_cut_from_their_records(stored: dict[str, str]) -> None:
    texts = {record.pmid: record.text for record in records()}
    claims = [(pmid, claim) for pmid, line in stored.items() for claim in json.loads(line)["claims"]]
    assert claims
    assert [c["claim_id"] for pmid, c in claims if texts[pmid][c["start"] : c["end"]] != c["quote"]] == []
