"""What a paper announces that it measures, and what its general nouns cover: "the radiological outcomes".

Where the methods tell what they mean by a noun ("functional outcome was assessed by VAS and ODI"), that is what it
covers; else it covers what ``cues/general.toml`` gives it of the outcomes announced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

from ingest.cue_files import read_cues
from ingest.grounding import Mention
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit, inventory, outcome_hits
from ingest.polarity import PAIN
from ingest.screened import Screened, screened
from kg.model import Sentence

__all__ = ["NOUN", "Announced", "announced", "kinds_of"]

NOUN = (
    r"(?:outcomes?(?:[ -](?:measures?|measurements?|variables?|parameters?|scores?|data|indicators?))?|results?|variables?|parameters?"
    r"|measures?|end ?points?|measurements?|scores|indices|indexes|indicators|scales|domains|components|data|findings|assessments?|evaluations?)"
)
_BETWEEN = r"and|or|as well as|follow-up|post-?operative|final|late|early|(?:short|long|mid|medium)[- ]term|treatment|main|objective|spinal|sagittal|other"
_MOST = 7  # outcomes: a longer list is the whole abstract, not what was announced
_PRIMARY_MOST = 3
_PRIMARY = screened(
    r"\b(?:primary|main|principal) (?:[\w/-]+ ){0,3}?(?:outcomes?|end ?points?|variables?|measures?|parameters?)\b",
    re.I,
)
_SECONDARY = screened(r"\bsecondary\b", re.I)
# "Pain" is a condition of the patients except where a sentence lists what was measured.
_MEASURED = re.compile(
    r"\b(?:outcomes?|end ?points?|measure[sd]?|measurements?|assess(?:ed|ments?)|evaluat(?:ed|ions?)|recorded|scored?|scales?|rated|questionnaires?|parameters?|variables?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """Outcomes of the methods: all but those of the operation itself, the primary and secondary ones, those under a noun."""

    every: tuple[OutcomeHit, ...] = ()
    primary: tuple[OutcomeHit, ...] = ()
    secondary: tuple[OutcomeHit, ...] = ()
    kinds: Mapping[str, tuple[OutcomeHit, ...]] = field(default_factory=dict)


@cache
def _covers() -> Mapping[str, frozenset[str]]:
    """Return what each kind of outcome covers where the methods do not say it."""
    return {row["name"]: frozenset(row["outcomes"]) for row in _rows()}


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    return read_cues("general", "kind", {"name": str, "adjective": str, "outcomes": list, "example": str})


@cache
def _named() -> Screened:
    """Return the pattern of the adjectives before a general noun, one group for each kind."""
    adjectives = "|".join(row["adjective"] for row in _rows())
    one = "|".join(f"(?P<{row['name']}>{row['adjective']})" for row in _rows())
    return screened(rf"\b(?:{one})\b(?=(?:(?:,| /)? ?(?:{_BETWEEN}|{adjectives}|{NOUN})\b){{0,5}}?,? {NOUN}\b)", re.I)


def kinds_of(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Return the kinds of outcomes that a text calls by a general noun, with the places of their adjectives."""
    return [(str(m.lastgroup), m.start(), m.end()) for m in _named().finditer(text, start, end)]


def _labelled(text: str, sentence: Sentence, hits: Sequence[OutcomeHit]) -> Iterator[tuple[str, OutcomeHit]]:
    """Yield the outcomes that stand behind a general noun in a sentence: "functional outcome was assessed by VAS"."""
    places = kinds_of(text, sentence.start, sentence.end)
    for (kind, _, end), (_, following, _) in pairwise([*places, ("", sentence.end, 0)]):
        for hit in hits:
            if end <= hit.start < following:
                yield kind, hit


def _by_kind(
    labelled: Iterable[tuple[str, OutcomeHit]], every: Sequence[OutcomeHit]
) -> dict[str, tuple[OutcomeHit, ...]]:
    """Return the outcomes of each kind: those under its name in the methods, else those announced that it covers."""
    told = [(kind, h) for kind, h in labelled if kind == "perioperative" or h.id not in outcome_kinds().process]
    kinds = {kind: inventory(h for k, h in told if k == kind) for kind in _covers()}
    return {
        k: kinds[k] if len(kinds[k]) > 1 else tuple(h for h in every if h.id in ids) for k, ids in _covers().items()
    }


def _sorted(text: str, sentence: Sentence, hits: Sequence[OutcomeHit]) -> tuple[list[OutcomeHit], list[OutcomeHit]]:
    """Return the outcomes a sentence names as primary and as secondary ones."""
    first = _PRIMARY.search(text, sentence.start, sentence.end)
    second = _SECONDARY.search(text, sentence.start, sentence.end)
    one = first.start() if first else sentence.end
    two = second.start() if second else sentence.end
    primary = [h for h in hits if h.start < two] if one < two else []
    return primary, [h for h in hits if two < h.start and not two < one < h.start]


def _plan(
    text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...]
) -> list[tuple[Sentence, list[OutcomeHit], bool]]:
    """Return the sentences of aim and methods, the outcomes they name and whether they tell what was measured.

    Pain counts where it is measured.
    """
    plan = []
    for s in sentences:
        if s.role in ("methods", "objective"):
            measured = _MEASURED.search(text, s.start, s.end) is not None
            hits = outcome_hits(outcomes, text, s.start, s.end)
            hits = [replace(h, weak=False) if h.weak and h.id in PAIN and measured else h for h in hits]
            plan.append((s, hits, measured))
    return plan


def _few(hits: Iterable[OutcomeHit]) -> tuple[OutcomeHit, ...]:
    """Return the first outcomes without those of the operation itself."""
    return inventory(h for h in hits if h.id not in outcome_kinds().process)[:_MOST]


def _whole(primary: tuple[OutcomeHit, ...]) -> tuple[OutcomeHit, ...]:
    """Return the primary outcomes; of a composite ("success, defined by pain and disability") the whole and not its parts."""
    composite = tuple(h for h in primary if h.id == "treatment-success")
    return composite or primary


def announced(text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...]) -> Announced:
    """Return what the methods of a record announce; without any, what its results name."""
    plan = _plan(text, sentences, outcomes)
    told = [h for _, hits, _ in plan for h in hits]
    measured = _few(h for _, hits, is_measured in plan if is_measured for h in hits)
    if not told:
        told = [h for s in sentences if s.role == "results" for h in outcome_hits(outcomes, text, s.start, s.end)]
    parts = [_sorted(text, s, hits) for s, hits, _ in plan]
    return Announced(
        every=measured if len(measured) > 1 else _few(told),
        primary=_whole(inventory(next((p for p, _ in parts if p), []))[:_PRIMARY_MOST]),
        secondary=inventory(h for _, second in parts for h in second),
        kinds=_by_kind((pair for s, hits, _ in plan for pair in _labelled(text, s, hits)), inventory(told)),
    )
