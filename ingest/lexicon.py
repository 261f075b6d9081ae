"""The word lists of ``ingest/cues/arms.toml``, loaded once and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.cue_files import read_cues, read_table
from ingest.screened import Screened, screened
from kg.errors import SpinekgError
from kg.vocabulary import load_vocabulary

__all__ = [
    "GroupWords",
    "Refinement",
    "SideRule",
    "below",
    "broader",
    "group_label",
    "group_words",
    "lineage",
    "related",
]

_FILE = "cues/arms.toml"
_KEYS = {
    "comparators": ("active", "general", "injected", "operations", "passive", "sham"),
    "sides": ("comparator", "index", "standing"),
    "words": (
        "local_drug",
        "no_arm",
        "no_name",
        "other_drug",
        "plain",
        "plain_drug",
        "side_tails",
        "steroid",
        "tails",
        "way_tails",
        "weak",
    ),
    "ignore": ("words",),
}
_TABLES = ("kind", "part", "standard", "alike", "side", "rival", "site", "refine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """A general procedure that becomes ``to`` where ``pattern`` is found in the title or the whole text."""

    sources: frozenset[str]
    where: str
    pattern: Screened
    to: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRule:
    """What a side is when its words fit ``pattern`` and the paper is about ``index`` (empty: about anything), not about ``but``."""

    index: tuple[str, ...]
    but: tuple[str, ...]
    pattern: Screened
    to: str
    example: str

    def fits(self, words: str, about: str) -> bool:
        """Return whether a side with these words, in a paper about that procedure, is ``to``."""
        if (self.index and not any(below(about, i) for i in self.index)) or any(below(about, b) for b in self.but):
            return False
        return self.pattern.search(words) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWords:
    """What group names mean: sides of a comparison, kinds of procedure, ids that are comparators by nature."""

    passive: frozenset[str]
    active: frozenset[str]
    general: frozenset[str]
    injected: frozenset[str]
    operations: frozenset[str]
    sham: frozenset[str]
    alike: tuple[frozenset[str], ...]
    parts: Mapping[str, frozenset[str]]
    standard: Mapping[str, frozenset[str]]
    index: frozenset[str]
    control: frozenset[str]
    standing: frozenset[str]
    tails: tuple[str, ...]
    side_tails: tuple[str, ...]
    way_tails: tuple[str, ...]
    weak: frozenset[str]
    plain: frozenset[str]
    no_name: frozenset[str]
    no_arm: frozenset[str]
    steroid: tuple[str, ...]
    plain_drug: tuple[str, ...]
    local_drug: tuple[str, ...]
    other_drug: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]]
    alone: frozenset[str]
    ignore: frozenset[str]
    sides: tuple[SideRule, ...]
    rivals: tuple[SideRule, ...]
    sites: tuple[SideRule, ...]
    refine: tuple[Refinement, ...]

    @property
    def comparators(self) -> frozenset[str]:
        """Return all ids that are comparators by nature."""
        return self.passive | self.active


@cache
def lineage(concept: str) -> frozenset[str]:
    """Return a procedure and all above it."""
    return frozenset(load_vocabulary().ancestors("procedure", concept))


@cache
def broader(concept: str) -> str | None:
    """Return the procedure right above one, or None."""
    return load_vocabulary().concept("procedure", concept).broader


@cache
def group_label(concept: str) -> str:
    """Return the label of a procedure without what stands in brackets."""
    return load_vocabulary().concept("procedure", concept).label.partition("(")[0]


def below(concept: str, ancestor: str) -> bool:
    """Return whether a procedure is ``ancestor`` or lies below it."""
    return ancestor in lineage(concept)


def related(a: str, b: str) -> bool:
    """Return whether one procedure is the other or lies below it."""
    return a in lineage(b) or b in lineage(a)


def _lists(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return every list of the plain tables as "table.key" → words; a missing or unknown table or key is an error."""
    if set(data) != {*_KEYS, *_TABLES}:
        allowed = ", ".join((*_KEYS, *_TABLES))
        raise SpinekgError(f"{_FILE}: tables must be {allowed}; found {', '.join(sorted(data))}")
    for table, keys in _KEYS.items():
        if tuple(sorted(data[table])) != keys:
            raise SpinekgError(
                f"{_FILE} [{table}]: keys must be {', '.join(keys)}; found {', '.join(sorted(data[table]))}"
            )
    return {f"{table}.{key}": tuple(data[table][key]) for table, keys in _KEYS.items() for key in keys}


def _known(where: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    for concept in ids:
        load_vocabulary().concept("procedure", concept)
    if not ids and where:
        raise SpinekgError(f"{_FILE} {where}: at least one procedure is needed")
    return ids


def _kinds(*, alone: bool = False) -> dict[str, tuple[str, ...]]:
    rows = read_cues("arms", "kind", {"words": list, "procedures": list}, {"alone": bool})
    kept = [row for row in rows if row.get("alone") or not alone]
    return {word: _known("[[kind]]", tuple(row["procedures"])) for row in kept for word in row["words"]}


def _alike() -> tuple[frozenset[str], ...]:
    rows = read_cues("arms", "alike", {"procedures": list})
    return tuple(frozenset(_known("[[alike]]", tuple(row["procedures"]))) for row in rows)


def _pairs(table: str) -> dict[str, frozenset[str]]:
    rows = read_cues("arms", table, {"of": str, "procedures": list})
    return {row["of"]: frozenset(_known(f"[[{table}]]", (row["of"], *row["procedures"]))[1:]) for row in rows}


def _sides(table: str) -> tuple[SideRule, ...]:
    rows = read_cues("arms", table, {"index": list, "pattern": str, "to": str, "example": str}, {"but": list})
    return tuple(
        SideRule(
            index=_known("", tuple(row["index"])),
            but=_known("", tuple(row.get("but", ()))),
            pattern=screened(row["pattern"], re.I | re.S),
            to=_known("[[side]]", (row["to"],))[0],
            example=row["example"],
        )
        for row in rows
    )


def _refinements() -> tuple[Refinement, ...]:
    rows = read_cues("arms", "refine", {"from": list, "where": str, "pattern": str, "to": str, "example": str})
    return tuple(
        Refinement(
            sources=frozenset(_known("[[refine]]", tuple(row["from"]))),
            where=row["where"],
            pattern=screened(row["pattern"], re.I | re.S),
            to=_known("[[refine]]", (row["to"],))[0],
            example=row["example"],
        )
        for row in rows
    )


@cache
def group_words() -> GroupWords:
    """Return the group words; a missing or unknown table, key or procedure is an error that names the file."""
    lists = _lists(read_table("arms"))
    return GroupWords(
        passive=frozenset(lists["comparators.passive"]),
        active=frozenset(lists["comparators.active"]),
        general=frozenset(lists["comparators.general"]),
        injected=frozenset(lists["comparators.injected"]),
        operations=frozenset(lists["comparators.operations"]),
        sham=frozenset(lists["comparators.sham"]),
        alike=_alike(),
        parts=_pairs("part"),
        standard=_pairs("standard"),
        index=frozenset(lists["sides.index"]),
        control=frozenset(lists["sides.comparator"]),
        standing=frozenset(lists["sides.standing"]),
        tails=lists["words.tails"],
        side_tails=lists["words.side_tails"],
        way_tails=lists["words.way_tails"],
        weak=frozenset(lists["words.weak"]),
        plain=frozenset(lists["words.plain"]),
        no_arm=frozenset(lists["words.no_arm"]),
        steroid=lists["words.steroid"],
        plain_drug=(*lists["words.local_drug"], *lists["words.plain_drug"]),
        local_drug=lists["words.local_drug"],
        other_drug=lists["words.other_drug"],
        no_name=frozenset(lists["words.no_name"]),
        kinds=_kinds(),
        alone=frozenset(_kinds(alone=True)),
        ignore=frozenset(lists["ignore.words"]),
        sides=_sides("side"),
        rivals=_sides("rival"),
        sites=_sides("site"),
        refine=_refinements(),
    )
