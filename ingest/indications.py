"""Decide which conditions the patients of a paper have, from the conditions it mentions and what was done to them.

A mention counts more in the title and after "patients with", less after "without" or before "scores". General
conditions become special ones by region and cause; the rules are ``cues/indications.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from ingest.cue_files import read_cues
from ingest.text import fold
from kg.model import Record
from kg.vocabulary import load_vocabulary

__all__ = ["MentionLike", "indications"]

_TITLE = 4.0
_MOST_MENTIONS = 3
_ENOUGH = 2.6
_SHARE = 0.36


class MentionLike(Protocol):
    """What is read of a mention: a concept named in ``record.text[start:end]``."""

    @property
    def kind(self) -> str:
        """``procedure``, ``indication`` or ``outcome``."""

    @property
    def id(self) -> str:
        """The concept."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last character."""

    @property
    def strength(self) -> str:
        """``full``, ``abbreviation`` or ``context``."""


@dataclass(frozen=True, slots=True)
class _Rules:
    before: tuple[tuple[re.Pattern[str], float], ...]
    after: tuple[tuple[re.Pattern[str], float], ...]
    specify: tuple[tuple[str, str, re.Pattern[str], re.Pattern[str]], ...]
    implied: dict[str, str]
    covers: tuple[tuple[frozenset[str], frozenset[str], bool], ...]


@cache
def _rules() -> _Rules:
    context = read_cues(
        "indications", "context", {"name": str, "window": str, "pattern": str, "weight": float, "example": str}
    )
    windows = {
        window: tuple((re.compile(c["pattern"], re.I), c["weight"]) for c in context if c["window"] == window)
        for window in ("before", "after")
    }
    specify = read_cues("indications", "specify", {"from": str, "to": str, "pattern": str, "unless": str})
    implied = read_cues("indications", "implied", {"procedure": str, "indication": str})
    covers = read_cues("indications", "covers", {"special": list, "general": list, "keep_in_title": bool})
    return _Rules(
        before=windows["before"],
        after=windows["after"],
        specify=tuple(
            (r["from"], r["to"], re.compile(r["pattern"], re.I), re.compile(r["unless"], re.I)) for r in specify
        ),
        implied={r["procedure"]: r["indication"] for r in implied},
        covers=tuple((frozenset(r["special"]), frozenset(r["general"]), r["keep_in_title"]) for r in covers),
    )


@cache
def _broader() -> dict[str, str | None]:
    return {concept.id: concept.broader for concept in load_vocabulary().concepts("indication")}


def _ancestors(name: str) -> set[str]:
    found: set[str] = set()
    while (parent := _broader().get(name)) is not None:
        found.add(parent)
        name = parent
    return found


def _weigh(text: str, title_end: int, mention: MentionLike) -> float:
    """Score one mention by its place and its context."""
    if mention.end <= title_end:
        return _TITLE
    rules = _rules()
    before = text[max(title_end, mention.start - 80) : mention.start]
    after = text[mention.end : mention.end + 40]
    score = 1.0 + sum(weight for pattern, weight in rules.before if pattern.search(before))
    return score + sum(weight for pattern, weight in rules.after if pattern.search(after))


def _scores(text: str, title_end: int, mentions: Sequence[MentionLike]) -> dict[str, float]:
    """Add up the best few mentions of each condition; words of an outcome's name do not count."""
    outcomes = [(m.start, m.end) for m in mentions if m.kind == "outcome"]
    weights: dict[str, list[float]] = {}
    for mention in mentions:
        if mention.kind != "indication" or mention.strength == "context":
            continue
        inside = any(
            s <= mention.start and mention.end <= e and e - s > mention.end - mention.start for s, e in outcomes
        )
        if not inside:
            weights.setdefault(mention.id, []).append(_weigh(text, title_end, mention))
    return {name: sum(sorted(found, reverse=True)[:_MOST_MENTIONS]) for name, found in weights.items()}


def _specified(name: str, text: str) -> str:
    for general, special, pattern, unless in _rules().specify:
        if name == general and pattern.search(text) and not unless.search(text):
            return special
    return name


def _implied(procedures: Iterable[str]) -> dict[str, float]:
    return {_rules().implied[p]: _ENOUGH for p in procedures if p in _rules().implied}


def indications(record: Record, mentions: Sequence[MentionLike], procedures: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the most specific conditions of the paper's patients, most prominent first.

    ``mentions`` are those of the whole text; ``procedures`` are the ids evaluated, which complete what
    goes without saying (vertebroplasty is done for a fracture).
    """
    text = fold(record.text)
    title_end = len(record.title)
    scores: dict[str, float] = {}
    raw = _scores(text, title_end, mentions)
    in_title = {_specified(m.id, text) for m in mentions if m.kind == "indication" and m.end <= title_end}
    for name, score in raw.items():
        special = _specified(name, text)
        scores[special] = scores.get(special, 0.0) + score
    for name, score in _implied(procedures).items():
        special = _specified(name, text)
        related = {special, *_ancestors(special)} | {other for other in scores if special in _ancestors(other)}
        if not any(scores.get(other, 0.0) >= _ENOUGH for other in related):
            scores[special] = scores.get(special, 0.0) + score
    return _select(scores, in_title)


def _select(scores: dict[str, float], in_title: set[str]) -> tuple[str, ...]:
    """Keep what is prominent; drop the general where a special condition says it."""
    if not scores:
        return ()
    best = max(scores.values())
    kept = {name for name, score in scores.items() if score >= max(_ENOUGH, _SHARE * best)}
    if not kept:
        kept = {name for name, score in scores.items() if score == best and best > 0}
    kept -= set().union(*(_ancestors(name) for name in kept)) if kept else set()
    for special, general, keep_in_title in _rules().covers:
        if kept & special or ("*" in special and kept - general):
            kept -= {name for name in general if not (keep_in_title and name in in_title)}
    return tuple(sorted(kept, key=lambda name: (-scores[name], name)))
