"""Decide which conditions the patients of a paper have, from the conditions it mentions and what was done to them.

A mention counts more in the title and after "patients with", less after "without" or before "scores". General
conditions become special ones by region and cause; the rules are ``cues/indications.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from ingest.cue_files import read_cues
from ingest.screened import Screened, screened
from ingest.text import fold_case
from kg.model import Design, Record
from kg.vocabulary import load_vocabulary

__all__ = ["MentionLike", "indications"]

_TITLE = 4.0
_MOST_MENTIONS = 3
# A condition needs this score, and this share of the best condition's score. Reviews go through many conditions.
_NARROW = (2.6, 0.36)
_BROAD = (1.0, 0.1)
# One mention as good as "patients with …" defines the population, however often others are named.
_DEFINING = 3.4
# Of many procedures at least this share must imply a condition.
_MANY = 0.4
_UNLISTED = "other-condition"
_GENERAL = frozenset(
    {"whiplash", "spinal-pain", "low-back-pain", "neck-pain", "thoracic-spinal-pain", "chronic-pain", "other-condition"}
)


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
    before: tuple[tuple[Screened, float], ...]
    after: tuple[tuple[Screened, float], ...]
    specify: tuple[tuple[str, str, Screened, Screened], ...]
    phrases: tuple[tuple[str, str, Screened], ...]
    implied: dict[str, tuple[str, frozenset[str]]]
    fallback: tuple[tuple[str, Screened], ...]
    covers: tuple[tuple[frozenset[str], frozenset[str], bool], ...]


@cache
def _rules() -> _Rules:
    context = read_cues(
        "indications", "context", {"name": str, "window": str, "pattern": str, "weight": float, "example": str}
    )
    windows = {
        window: tuple((screened(c["pattern"]), c["weight"]) for c in context if c["window"] == window)
        for window in ("before", "after")
    }
    specify = read_cues("indications", "specify", {"from": str, "to": str, "pattern": str, "unless": str})
    phrases = read_cues("indications", "phrase", {"indication": str, "where": str, "pattern": str, "example": str})
    implied = read_cues("indications", "implied", {"procedure": str, "indication": str, "replaces": list})
    fallback = read_cues("indications", "fallback", {"indication": str, "pattern": str, "example": str})
    covers = read_cues("indications", "covers", {"special": list, "general": list, "keep_in_title": bool})
    return _Rules(
        before=windows["before"],
        after=windows["after"],
        specify=tuple((r["from"], r["to"], screened(r["pattern"]), screened(r["unless"])) for r in specify),
        phrases=tuple((r["indication"], r["where"], screened(r["pattern"])) for r in phrases),
        implied={r["procedure"]: (r["indication"], frozenset(r["replaces"])) for r in implied},
        fallback=tuple((r["indication"], screened(r["pattern"])) for r in fallback),
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
    rules = _rules()
    if mention.end <= title_end:
        negatives = (weight for pattern, weight in rules.before if weight < 0 and pattern.search(text[: mention.start]))
        return _TITLE + 2 * sum(negatives)
    before = text[max(title_end, mention.start - 120) : mention.start]
    after = text[mention.end : mention.end + 40]
    score = 1.0 + sum(weight for pattern, weight in rules.before if pattern.search(before))
    return score + sum(weight for pattern, weight in rules.after if pattern.search(after))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a text says of one condition: its score, whether one mention defines the population, and the title."""

    score: float = 0.0
    defining: bool = False
    in_title: bool = False


def _mentioned(text: str, title_end: int, mentions: Sequence[MentionLike]) -> dict[str, _Found]:
    """Add up the best few mentions of each condition; words of an outcome's name do not count."""
    outcomes = [(m.start, m.end) for m in mentions if m.kind == "outcome"]
    weights: dict[str, list[float]] = {}
    titled: set[str] = set()
    special = {name: _specified(name, text) for name in {m.id for m in mentions if m.kind == "indication"}}
    for mention in mentions:
        if mention.kind != "indication" or mention.strength == "context":
            continue
        start, end = mention.start, mention.end
        if not any(s <= start and end <= e and e - s > end - start for s, e in outcomes):
            name = special[mention.id]
            weights.setdefault(name, []).append(_weigh(text, title_end, mention))
            titled |= {name} if end <= title_end and weights[name][-1] > 0 else set()
    for name in _phrases(text, title_end):
        weights.setdefault(name, []).append(_TITLE)
        titled.add(name)
    return {
        name: _Found(sum(sorted(found, reverse=True)[:_MOST_MENTIONS]), max(found) >= _DEFINING, name in titled)
        for name, found in weights.items()
    }


def _phrases(text: str, title_end: int) -> list[str]:
    return [
        name
        for name, where, pattern in _rules().phrases
        if pattern.search(text[:title_end] if where == "title" else text)
    ]


def _specified(name: str, text: str) -> str:
    for general, special, pattern, unless in _rules().specify:
        if name == general and pattern.search(text) and not unless.search(text):
            return special
    return name


def _complete(kept: set[str], procedures: Sequence[str], text: str) -> tuple[set[str], set[str]]:
    """Return ``kept`` without the general pain that implied conditions replace, and those conditions.

    Nothing is implied when the paper names a special condition of its own, or by few of its many procedures.
    """
    implied: set[str] = set()
    replaced: set[str] = set()
    known = [_rules().implied[p] for p in procedures if p in _rules().implied]
    for general, replaces in known:
        if [g for g, _ in known].count(general) < _MANY * len(procedures):
            continue
        name = _specified(general, text)
        family = {name, general} | {other for other in kept if general in _ancestors(other)}
        if not kept & family and (kept <= _GENERAL or name.endswith("fracture")):
            implied.add(name)
            replaced |= replaces
    return kept - replaced, implied


def indications(
    record: Record, mentions: Sequence[MentionLike], procedures: Iterable[str] = (), design: Design | None = None
) -> tuple[str, ...]:
    """Return the most specific conditions of the paper's patients, most prominent first.

    ``mentions`` are those of the whole text; ``procedures`` are the ids evaluated, which complete what
    goes without saying (vertebroplasty is done for a fracture).
    """
    text = fold_case(record.text)
    found = _mentioned(text, len(record.title), mentions)
    enough, share = _BROAD if design == "narrative-review" else _NARROW
    kept, implied = _complete(_select(found, enough, share), tuple(procedures), text)
    if not kept and not implied:
        return tuple(dict.fromkeys(name for name, pattern in _rules().fallback if pattern.search(text)))[:1]
    return (*sorted(kept, key=lambda name: (-found[name].score, name)), *sorted(implied))


def _select(found: dict[str, _Found], enough: float, share: float) -> set[str]:
    """Keep what is prominent; drop the general where a special condition says it."""
    best = max((f.score for f in found.values()), default=0.0)
    kept = {n for n, f in found.items() if f.score >= max(enough, share * best) or f.defining}
    if not kept:
        kept = {n for n, f in found.items() if f.score == best and best > 0}
    kept -= {ancestor for name in kept for ancestor in _ancestors(name)}
    kept -= {name for name in kept & {_UNLISTED} if not found[name].in_title}
    for special, general, keep_in_title in _rules().covers if (enough, share) != _BROAD else ():
        if kept & special or ("*" in special and kept - general):
            kept -= {name for name in general if not (keep_in_title and name in found and found[name].in_title)}
    return kept
