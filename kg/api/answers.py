"""A table as an answer: plain rows, a pandas DataFrame, HTML for notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from kg.stores import Cell

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "frame", "html_table"]

SHOWN_ROWS = 60
"""How many rows a notebook shows of a table."""

_OF_PUBMED = frozenset({"pmid", "pmids", "publication", "publications"})
_PMID = re.compile(r"\b[1-9]\d{4,8}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A table: named columns and rows of plain values, ``None`` where a row has no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    types: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The pandas type of columns in which, here, no row has a value."""

    @property
    def df(self) -> pd.DataFrame:
        """Return the table as a DataFrame with nullable types: Int64, Float64, boolean, string."""
        return frame(self.columns, self.rows, self.types)

    def dicts(self) -> list[dict[str, Cell]]:
        """Return each row as a dictionary."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows."""
        return iter(self.rows)

    def _repr_html_(self) -> str:
        return html_table(self.columns, self.rows)


def frame(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], types: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return a table as a DataFrame.

    A column of whole numbers is Int64, of numbers Float64, of truth values boolean, of text string,
    with ``<NA>`` where there is no value. A column without any value has the type that ``types`` gives
    it, else object, as has one with a mixture.
    """
    import pandas as pd

    series = {}
    for place, name in enumerate(columns):
        values = [row[place] for row in rows]
        series[place] = pd.Series(values, dtype=_dtype(values, (types or {}).get(name, "object")))
    found = pd.DataFrame(series, index=pd.RangeIndex(len(rows)))
    found.columns = pd.Index(list(columns))
    return found


def _dtype(values: Sequence[Cell], otherwise: str) -> Any:
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return otherwise
    if kinds == {int, float}:
        return "Float64"
    names: dict[type, str] = {bool: "boolean", int: "Int64", float: "Float64", str: "string"}
    return names.get(kinds.pop(), "object") if len(kinds) == 1 else "object"


def html_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return a table as HTML, PMIDs as links; of a long one the first rows, and it says how many there are."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "\n".join(
        f"<tr>{''.join(map(_html_cell, columns, row))}</tr>"
        for row in rows[:SHOWN_ROWS]
    )  # fmt: skip
    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
    shown = f"{count}, the first {SHOWN_ROWS} shown" if len(rows) > SHOWN_ROWS else count
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n<p>{shown}</p>"


def _html_cell(column: str, cell: Cell) -> str:
    if isinstance(cell, bool):
        return f"<td>{'true' if cell else 'false'}</td>"
    if isinstance(cell, int | float):
        return f'<td style="text-align: right">{cell:.6g}</td>' if isinstance(cell, float) else _right(cell)
    text = escape(cell or "")
    if column in _OF_PUBMED:
        text = _PMID.sub(r'<a href="https://pubmed.ncbi.nlm.nih.gov/\g<0>/">\g<0></a>', text)
    return f'<td style="text-align: left">{text}</td>'


def _right(number: int) -> str:
    return f'<td style="text-align: right">{number}</td>'
