"""The claims under ``tests/golden/``: a few records of the sample and what the extractor reads in them.

``python tests/golden_claims.py`` writes them anew; the change is then reviewed as text.
"""

from __future__ import annotations

from pathlib import Path

from ingest.medline import read_source
from ingest.pipeline import read_records
from kg.codec import json_line, reading_to_contract
from kg.model import Record

SAMPLE = Path(__file__).resolve().parent.parent / "ingest" / "sample" / "illustrative.xml"
GOLDEN = Path(__file__).resolve().parent / "golden" / "claims.jsonl"

CHOSEN = {
    "99000007": "a null trial: no better than sham",
    "99000017": "a case report of harm",
    "99000019": "a protocol: no claim",
    "99000023": "labour analgesia: off",
    "99000027": "non-inferiority",
    "99000052": "surgery against surgery, abstract with markup",
    "99000061": "a sham-controlled trial",
    "99000064": "against conservative care",
    "99000072": "a systematic review",
    "99000078": "retracted, and it still says what it said",
    "99000079": "its retraction notice: no claim",
    "99000083": "change within groups only",
    "99000090": "diagnostic accuracy",
    "99000108": "animals: off",
    "99000109": "not in English",
    "99000150": "a block against pain after surgery",
}
"""PMIDs of the sample, each with the reason why it was chosen."""


def records() -> list[Record]:
    """Return the chosen records in the order of the file."""
    return [item for item in read_source(SAMPLE) if isinstance(item, Record) and item.pmid in CHOSEN]


def text() -> str:
    """Return the claims as they are to be stored: the contract's JSON, a publication a line."""
    return "".join(f"{json_line(reading_to_contract(reading))}\n" for reading in read_records(records()))


if __name__ == "__main__":
    GOLDEN.write_text(text(), "utf-8")
