"""Outcomes told by a verb: "lost less blood", "went home earlier", "the operation lasted longer"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import attrgetter

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.grounding import Mention
from ingest.text import lower
from kg.errors import SpinekgError
from kg.vocabulary import load_vocabulary

__all__ = ["with_doings"]


@cache
def _rows() -> tuple[tuple[str, Guarded], ...]:
    rows = read_cues("doings", "doing", {"outcome": str, "pattern": str, "example": str})
    known = {concept.id for concept in load_vocabulary().concepts("outcome")}
    unknown = sorted({row["outcome"] for row in rows} - known)
    if unknown:
        raise SpinekgError(f"cues/doings.toml: no outcome of the vocabulary is called {', '.join(unknown)}")
    return tuple((row["outcome"], guarded(row)) for row in rows)


def with_doings(outcomes: Sequence[Mention], text: str) -> tuple[Mention, ...]:
    """Return the mentions of outcomes and those that verbs of a folded text tell, in order; named ones stand."""
    low = lower(text)
    told = [
        Mention(kind="outcome", id=outcome, start=m.start(1), end=m.end(1), text=text[m.start(1) : m.end(1)])
        for outcome, pattern in _rows()
        for m in pattern.finditer(low)
    ]
    fresh = [t for t in told if not any(o.start < t.end and t.start < o.end for o in outcomes)]
    return tuple(sorted((*outcomes, *fresh), key=attrgetter("start"))) if fresh else tuple(outcomes)
