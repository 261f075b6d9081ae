"""Rows of nodes and relationships, as they are handed to an engine and come back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Property", "Row", "Rows"]

Property = str | int | float | bool | None | list[str] | list[int]

#: A node: every property of its label. A relationship: ``from`` and ``to``, the keys of its ends, and its properties.
Row = Mapping[str, Property]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Nodes by label and relationships by type.

    A node may come more than once, in these rows or in those of another publication: a study with
    two reports, a run, a concept. Concepts that only publications name carry no label; the
    vocabulary's own rows do.
    """

    nodes: Mapping[str, tuple[Row, ...]]
    relationships: Mapping[str, tuple[Row, ...]]
