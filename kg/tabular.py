"""Rows as CSV that a spreadsheet may open safely."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

__all__ = ["Cell", "harmless", "write_rows"]

Cell = str | int | float | bool | None


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[Cell]], out: TextIO) -> int:
    """Write a header and rows as CSV (RFC 4180, line feeds); return the number of rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def harmless(cell: Cell) -> Cell:
    """Return a cell as CSV may hold it.

    Text that a spreadsheet would run as a formula gets an apostrophe before it; see
    https://owasp.org/www-community/attacks/CSV_Injection.

    >>> harmless("=1+1"), harmless(-0.5), harmless(True), harmless(None)
    ("'=1+1", -0.5, 'true', None)
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        # A lone carriage return ends a row for some readers, and Python does not quote it.
        text = cell.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
    return cell
