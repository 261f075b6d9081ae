from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from kg.stores.cells import plain_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        ("é", "é"),
        (Decimal("7"), 7),
        (Decimal("7.25"), 7.25),
        (date(2024, 3, 31), "2024-03-31"),
        (datetime(2024, 3, 31, 6, 0), "2024-03-31T06:00:00"),
        ([], "[]"),
        (["é", 2, None, Decimal("3")], '["é", 2, null, 3]'),
        ({"_id": {"offset": 1}, "_label": "Claim", "id": "1-a", "days": [30]}, '{"id": "1-a", "days": [30]}'),
    ],
)
def test_what_an_engine_returns_becomes_a_plain_value(value: object, cell: object) -> None:
    found = plain_cell(value)
    assert (found, type(found)) == (cell, type(cell))
