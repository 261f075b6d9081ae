"""What an engine returns, as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kg.stores import Cell

__all__ = ["plain_cell"]


def plain_cell(value: Any) -> Cell:
    """Return a value of a Cypher engine as text, number, truth value or nothing.

    Decimals without a fraction become whole numbers; lists, nodes and relationships become JSON.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return json.dumps(_json(value), ensure_ascii=False)


def _json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    if isinstance(value, Mapping) or hasattr(value, "items"):
        return {str(key): _json(each) for key, each in value.items() if not str(key).startswith("_")}
    return plain_cell(value) if isinstance(value, Decimal | date) else value if _is_json(value) else str(value)


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int | float)
