"""Tables as text: aligned, CSV or JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.cli.options import Format
from kg.tabular import Cell, write_rows

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["table_text"]


def table_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]], form: Format) -> str:
    """Return a table in one of the three forms, ready to print."""
    if form is Format.csv:
        out = io.StringIO()
        write_rows(columns, rows, out)
        return out.getvalue()
    if form is Format.json:
        return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=2) + "\n"
    return _aligned(columns, rows)


def _aligned(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return rows in columns: folded to the width of a terminal, one line a row elsewhere."""
    from rich.console import Console
    from rich.table import Table

    terminal = sys.stdout.isatty()
    table = Table(box=None, pad_edge=False, header_style="bold" if terminal else "")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_shown(cell) for cell in row))
    console = Console(file=io.StringIO(), width=None if terminal else 1_000_000, force_terminal=terminal)
    with console.capture() as captured:
        console.print(table)
    lines = "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
    return f"{lines}{len(rows):,} row{'' if len(rows) == 1 else 's'}\n"


def _shown(cell: Cell) -> Text:
    from rich.text import Text

    if isinstance(cell, bool):
        return Text("true" if cell else "false")
    if isinstance(cell, float):
        return Text(f"{cell:.6g}", justify="right")
    return Text("" if cell is None else str(cell), justify="right" if isinstance(cell, int) else "left")
