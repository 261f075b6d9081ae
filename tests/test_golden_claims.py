"""What the extractor reads in a few records of the sample is what it read when someone last looked."""

from __future__ import annotations

import difflib
import json

import pytest
from golden_claims import CHOSEN, GOLDEN, records, text

SHOWN = 20
"""How many lines of a difference are printed."""


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    return {json.loads(line)["pmid"]: line for line in text().splitlines()}


@pytest.fixture(scope="module")
def stored() -> dict[str, str]:
    return {json.loads(line)["pmid"]: line for line in GOLDEN.read_text("utf-8").splitlines()}


def test_the_chosen_records_are_in_the_sample(stored: dict[str, str]) -> None:
    assert [record.pmid for record in records()] == list(CHOSEN) == list(stored)


def lines(line: str) -> list[str]:
    """Lay a publication out for comparison: a line a field, with the claim it belongs to."""
    reading = json.loads(line)
    claims = reading.pop("claims")
    parts = [("publication", reading), *((claim["claim_id"], claim) for claim in claims)]
    return [
        f"{who}: {key}: {json.dumps(value, ensure_ascii=False)}" for who, part in parts for key, value in part.items()
    ]


@pytest.mark.parametrize(("pmid", "reason"), CHOSEN.items(), ids=list(CHOSEN))
def test_claims_are_those_stored(pmid: str, reason: str, now: dict[str, str], stored: dict[str, str]) -> None:
    changed = list(difflib.unified_diff(lines(stored[pmid]), lines(now[pmid]), "stored", "now", lineterm="", n=0))
    if changed:
        shown = "\n".join([line[:200] for line in changed[2:] if not line.startswith("@@")][:SHOWN])
        pytest.fail(f"{pmid}, {reason}: 'make golden', and read the difference\n{shown}", pytrace=False)


def test_the_file_is_the_same_to_the_letter(now: dict[str, str]) -> None:
    same = GOLDEN.read_text("utf-8") == "".join(f"{line}\n" for line in now.values())
    assert same, "'make golden', and read the difference"


def test_quotes_are_cut_from_their_records(stored: dict[str, str]) -> None:
    texts = {record.pmid: record.text for record in records()}
    claims = [(pmid, claim) for pmid, line in stored.items() for claim in json.loads(line)["claims"]]
    assert claims
    assert [c["claim_id"] for pmid, c in claims if texts[pmid][c["start"] : c["end"]] != c["quote"]] == []
