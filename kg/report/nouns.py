"""What a printed summary consists of: rows, studies, quotes, all in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.accuracy import Measured
from kg.synthesis import Cell, Rate, StudyDirection, Summary

__all__ = ["Block", "Group", "Quote", "RateRow", "Row", "Setting", "StudyLine", "View", "against"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a summary was made from, besides its evidence.

    ``related`` are techniques near the one asked about with the publications that make claims about
    them; ``available`` counts the claims about the technique before the rest of the question; ``asked`` is the
    technique in the words of whoever asks.
    """

    version: str
    searched: int = 0
    on_topic: int = 0
    unread: int = 0
    extractors: tuple[str, ...] = ()
    related: tuple[tuple[str, int], ...] = ()
    available: int = 0
    accuracy: Measured | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cell as a row of a table.

    ``ref`` is what the sentences below refer to ("B3"). ``comparators`` are named where the class does
    not say it all; ``contrast`` names both sides where they belong to the technique asked about.
    """

    ref: str
    cell: Cell
    outcome: str
    comparator_class: str
    comparators: tuple[str, ...]
    contrast: str
    follow_up: str
    counts: tuple[tuple[StudyDirection, int], ...]
    participants: str
    designs: str
    listed: str
    parts: tuple[str, ...]

    @property
    def against(self) -> str:
        """Return what the technique is compared with: the class, and the comparators where they are named."""
        return against((self,))


def against(rows: Sequence[Row]) -> str:
    """Return what the rows of one comparator class compare with, all comparators named."""
    names = dict.fromkeys(name for row in rows for name in row.comparators)
    kind = rows[0].comparator_class
    return f"{kind} ({'; '.join(names)})" if names else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of an abstract, with the details of each claim that they make.

    ``text`` is empty where ``see`` names the row that quotes them already.
    """

    text: str
    details: tuple[str, ...]
    see: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """One study under a row: which way it points, whether it is counted, its reports, its words."""

    direction: StudyDirection | None
    remark: str
    reference: str
    flags: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The studies behind one row."""

    ref: str
    title: str
    studies: tuple[StudyLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """A rate of one publication, as written."""

    ref: str
    rate: Rate
    outcome: str
    follow_up: str
    as_written: str
    counted_in: str
    study: StudyLine


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole summary in words, in the order it is read."""

    summary: Summary
    setting: Setting
    title: str
    question: tuple[tuple[str, str], ...]
    headline: tuple[str, ...]
    banner: tuple[str, str] | None
    between: tuple[Group, ...]
    within: tuple[Group, ...]
    rates: tuple[tuple[str, tuple[RateRow, ...]], ...]
    signs: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    limits: tuple[str, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return all rows of both tallies."""
        return tuple(row for group in (*self.between, *self.within) for row in group.rows)

    @property
    def only_compared(self) -> bool:
        """Tell whether a comparator was asked for, so that change within a group and rates are not shown."""
        return bool(self.summary.pico.comparator or self.summary.pico.comparator_class)

    @property
    def has_parts(self) -> bool:
        """Tell whether some row is divided by the conditions of the patients."""
        return any(row.parts for row in self.rows)

    @property
    def empty(self) -> bool:
        """Tell whether nothing was found."""
        return not self.summary.evidence

    def note(self, name: str) -> str:
        """Return one of the standing remarks."""
        return dict(self.notes)[name]
