"""CSV: what a spreadsheet would run is disarmed, the rest stays as it is."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.tabular import Cell, harmless, write_rows


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-0.9, 95% CI -1.7 to -0.1", "'-0.9, 95% CI -1.7 to -0.1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("P = 0.03", "P = 0.03"),
        ("", ""),
        (-0.5, -0.5),
        (-3, -3),
        (True, "true"),
        (False, "false"),
        (None, None),
    ],
)
def test_cells(cell: Cell, written: Cell) -> None:
    assert harmless(cell) == written


def test_rows_are_counted_and_quoted_where_needed() -> None:
    out = io.StringIO()
    assert write_rows(("a", "b"), [("x, y", 1), ('say "no"', None)], out) == 2
    assert out.getvalue() == 'a,b\n"x, y",1\n"say ""no""",\n'


words = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(words), max_size=5))
def test_text_comes_back_but_for_the_apostrophe(rows: list[tuple[str]]) -> None:
    out = io.StringIO(newline="")
    write_rows(("a",), rows, out)
    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    assert [(row[0] if row else "",) for row in read] == [(harmless(text),) for (text,) in rows]
