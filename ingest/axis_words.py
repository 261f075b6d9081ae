"""Which words of an abstract name a variant of a technique, of which techniques, and which stand beside one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from ingest.cue_files import read_cues, read_table
from ingest.grounding import Mention
from ingest.text import lower
from kg.errors import SpinekgError
from kg.model import Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["Variant", "fits", "narrowest", "variants"]

_NEAR = 60
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A value of an axis (a concept id) named in ``text[start:end]``, in which sentence, and the slot it fills."""

    id: str
    start: int
    end: int
    sentence: int
    slot: str


@cache
def _rows(table: str) -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """Return value → the pattern of its surroundings and that of its own words, which needs no surroundings."""
    keys = {"values": list, "pattern": str, "example": str, "counter": str}
    found: dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]] = {}
    for row in read_cues("axes", table, keys, {"own": str}):
        own = re.compile(row["own"]) if "own" in row else None
        found |= dict.fromkeys(row["values"], (re.compile(row["pattern"]), own))
    return _checked(table, found)


@cache
def _fitting() -> Mapping[str, tuple[str, ...]]:
    rows = read_cues("axes", "fits", {"values": list, "procedures": list})
    return _checked("fits", {value: tuple(row["procedures"]) for row in rows for value in row["values"]})


@cache
def _slots() -> Mapping[str, str]:
    named = {value: slot for slot, values in read_table("axes")["slots"].items() for value in values}
    return _checked("slots", named)


def _checked(table: str, rows: dict[str, Thing]) -> dict[str, Thing]:
    known = load_vocabulary().by_kind["axis"]
    odd = [value for value in rows if value not in known and value not in _schemes()]
    if odd:
        raise SpinekgError(f"cues/axes.toml {table}: unknown {', '.join(odd)}; allowed: axes and values of axes.ttl")
    return rows


@cache
def _schemes() -> frozenset[str]:
    return frozenset(concept.scheme for concept in load_vocabulary().concepts("axis"))


@cache
def _lineage(value: str) -> tuple[str, ...]:
    """Return a value, those above it and its axis, the nearest first."""
    vocabulary = load_vocabulary()
    return (*vocabulary.ancestors("axis", value), vocabulary.concept("axis", value).scheme)


@cache
def fits(value: str, procedure: str) -> bool:
    """Return whether ``value`` can be a variant of ``procedure``."""
    wanted = next((_fitting()[i] for i in _lineage(value) if i in _fitting()), ())
    return any(load_vocabulary().is_a("procedure", procedure, above) for above in wanted)


@cache
def _slot(value: str) -> str:
    return next((_slots()[i] for i in _lineage(value) if i in _slots()), _lineage(value)[-1])


def _meant(text: str, mention: Mention, sentence: Sentence) -> bool:
    """Return whether the words around a mention let it name the variant."""
    lineage = _lineage(mention.id)
    near, own = next((_rows("keep")[i] for i in lineage if i in _rows("keep")), (None, None))
    if near is not None and not (own is not None and own.search(lower(text[mention.start : mention.end]))):
        before = text[max(sentence.start, mention.start - _NEAR) : mention.start]
        after = text[mention.end : min(sentence.end, mention.end + _NEAR)].rstrip(". ")
        if not near.search(lower(f"{before}@{after}")):
            return False
    whole, _ = next((_rows("sentence")[i] for i in lineage if i in _rows("sentence")), (None, None))
    return whole is None or whole.search(lower(sentence.text)) is not None


def variants(text: str, sentences: Sequence[Sentence], mentions: Iterable[Mention]) -> list[Variant]:
    """Return the variants named in folded ``text``, in order; words that mean something else there are left out."""
    found, number = list[Variant](), 0
    for m in mentions:
        while number < len(sentences) and sentences[number].end <= m.start:
            number += 1
        if number < len(sentences) and sentences[number].start <= m.start and _meant(text, m, sentences[number]):
            found.append(Variant(id=m.id, start=m.start, end=m.end, sentence=number, slot=_slot(m.id)))
    return found


def narrowest(ids: Iterable[str]) -> set[str]:
    """Return the values that have no narrower one beside them."""
    named = set(ids)
    above = {a for i in named for a in load_vocabulary().ancestors("axis", i) if a != i}
    return named - above
