"""What was read as tables: JSON lines in the format of ``docs/claims.md``, or a row per claim."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.bibliography import is_retracted, year
from kg.codec import json_line, reading_to_contract
from kg.ledger import LedgerRow
from kg.tabular import Cell, write_rows
from kg.workspace import Workspace

__all__ = ["CLAIM_COLUMNS", "claim_rows", "write_csv", "write_jsonl"]

_OF_PAPER = (
    "pmid",
    "title",
    "journal",
    "year",
    "retracted",
    "languages",
    "scope",
    "design",
    "sample_size",
    "n_studies",
)
_OF_CLAIM = (
    "claim_id", "procedure", "comparator", "comparator_class", "indications", "outcome", "measure", "basis",
    "direction", "noninferiority", "hedged", "followup_days", "effect", "p", "significant", "axes", "quote", "start",
    "end", "rule", "confidence",
)  # fmt: skip

CLAIM_COLUMNS = _OF_PAPER + _OF_CLAIM
"""The columns of the claims table: the paper's, then the claim's."""


def write_jsonl(workspace: Workspace, out: BinaryIO) -> int:
    """Write one JSON object per publication that was read, by rising PMID; return their number."""
    count = 0
    for row in workspace.ledger.rows():
        if row.reading:
            out.write(f"{json_line(reading_to_contract(row.reading))}\n".encode())
            count += 1
    return count


def write_csv(workspace: Workspace, out: BinaryIO) -> int:
    """Write one row per claim, by rising PMID, in UTF-8; return the number of rows."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        return write_rows(CLAIM_COLUMNS, (cells for row in workspace.ledger.rows() for cells in claim_rows(row)), text)
    finally:
        text.detach()


def claim_rows(row: LedgerRow) -> Iterator[tuple[Cell, ...]]:
    """Yield a row of ``CLAIM_COLUMNS`` per claim of a publication; lists are joined with semicolons."""
    if row.reading is None:
        return
    record, reading = row.record, row.reading
    paper = (
        record.pmid,
        record.title,
        record.journal_abbreviation or record.journal,
        year(record),
        is_retracted(record),
        _joined(record.languages),
        reading.scope,
        reading.design,
        reading.sample_size,
        reading.n_studies,
    )
    for claim in reading_to_contract(reading)["claims"]:
        axes = [f"{axis}={value}" for axis, values in claim["axes"].items() for value in values]
        flat = claim | {"axes": axes}
        yield paper + tuple(_joined(flat[name]) for name in _OF_CLAIM)


def _joined(value: Any) -> Cell:
    joined: Cell = "; ".join(map(str, value)) if isinstance(value, list | tuple) else value
    return joined
