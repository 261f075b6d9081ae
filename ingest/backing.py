"""How well the text bears out the arms of a paper: what the confidence of a claim sees of its arm table.

A wrong arm makes each of its claims wrong, and no sentence shows it. The paper does: an arm that neither title nor
methods name, many procedures named in full, some of them no arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.arms import ArmTable
from ingest.lexicon import related
from kg.model import Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["Backing", "backing"]

_PLACES = {"title": "title", "objective": "aim", "background": "aim", "methods": "methods"}


@dataclass(frozen=True, slots=True)
class Backing:
    """Features of a paper, and of each of its arms in the order of the table."""

    paper: tuple[str, ...] = ()
    arms: tuple[tuple[str, ...], ...] = ()

    def features(self, arm: int, other: int | None) -> list[str]:
        """Return the features of a finding on ``arm``, against ``other``."""
        sides = [("arm", arm)] + ([] if other is None else [("rival", other)])
        told = [f"{side}-{name}" for side, at in sides if at < len(self.arms) for name in self.arms[at]]
        return [*self.paper, *told]


@cache
def _family(procedure: str) -> str:
    """Return the large family a procedure belongs to: the one below the root."""
    return load_vocabulary().ancestors("procedure", procedure)[-2:][0]


def backing(table: ArmTable, sentences: Sequence[Sentence]) -> Backing:
    """Return where the text names the arms in full, and how many procedures it names beside them."""
    named: dict[str, set[str]] = {}
    full = [m for m in table.mentions if m.strength != "context"]
    for sentence in sentences:
        place = _PLACES.get(sentence.role, "")
        for m in full:
            if sentence.start <= m.start < sentence.end:
                named.setdefault(m.id, set()).add(place)
    arms = [arm.procedure for arm in table.arms]
    strangers = [p for p in named if not any(related(p, arm) for arm in arms)]
    paper = (
        f"procedures:{min(5, len(named))}",
        f"strangers:{min(4, len(strangers))}",
        f"strangers-in-title:{min(2, sum('title' in named[p] for p in strangers))}",
    )
    return Backing(paper, tuple(_arm(p, named.get(p, set())) for p in arms))


def _arm(procedure: str, places: set[str]) -> tuple[str, ...]:
    """Return the family of an arm, and for each part of the paper whether it names it."""
    told = [f"{place}:{place in places}" for place in ("title", "aim", "methods")]
    return (f"family:{_family(procedure)}", *told)
