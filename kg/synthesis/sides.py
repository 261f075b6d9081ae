"""Which claims answer a question, and how they read from the side of the technique asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kg.comparators import SAME, comparator_class
from kg.model import SILENT_DESIGNS, Claim, Direction
from kg.synthesis.nouns import Evidence, Pico, Reason, SeenClaim
from kg.vocabulary import Vocabulary

__all__ = ["HARM", "SAME", "Families", "families", "row_outcome", "see"]

COMBINATION = "combination"
HARM = "adverse-event"
"""The outcome whose narrower ones are never merged into one row: an infection is not a leak of cement."""

_TURNED: Mapping[Direction, Direction] = MappingProxyType({"better": "worse", "worse": "better"})


@dataclass(frozen=True, slots=True)
class Families:
    """The concepts that a question takes in; ``None`` where it takes all."""

    technique: frozenset[str]
    comparator: frozenset[str] | None
    classes: frozenset[str] | None
    indication: frozenset[str] | None
    outcome: frozenset[str] | None


def families(pico: Pico, vocabulary: Vocabulary) -> Families:
    """Return the concepts of a question with the narrower ones; raises UnknownNameError for an id that does not exist."""

    def below(kind: str, id: str | None) -> frozenset[str] | None:
        return None if id is None else frozenset(vocabulary.descendants(kind, id))

    return Families(
        technique=frozenset(vocabulary.descendants("procedure", pico.technique)),
        comparator=below("procedure", pico.comparator),
        classes=below("comparator-class", pico.comparator_class),
        indication=below("indication", pico.indication),
        outcome=below("outcome", pico.outcome),
    )


def see(item: Evidence, wanted: Families, vocabulary: Vocabulary) -> SeenClaim | Reason:
    """Return a claim as it reads from the technique's side, or in which respect it does not answer the question."""
    claim = item.claim
    if item.publication.scope != "on":
        return "scope"
    if item.publication.design in SILENT_DESIGNS:
        return "design"
    side = _side(claim, wanted)
    if side is None:
        return "technique"
    seen = _seen(item, side, wanted, vocabulary)
    if not _is_asked(seen, wanted):
        return "comparator"
    if wanted.indication is not None and not wanted.indication & set(claim.indications):
        return "indication"
    if wanted.outcome is not None and claim.outcome not in wanted.outcome:
        return "outcome"
    return seen


def _side(claim: Claim, wanted: Families) -> Literal["as-written", "turned", "both"] | None:
    first = claim.procedure in wanted.technique
    second = claim.basis == "between" and claim.comparator in wanted.technique
    if first and second:
        return _side_of_two(claim, wanted)
    return "as-written" if first else "turned" if second else None


def _side_of_two(claim: Claim, wanted: Families) -> Literal["as-written", "turned", "both"]:
    """Tell the sides apart by the comparator that is asked for, where it is one of them only."""
    if wanted.comparator is None:
        return "both"
    asked = (claim.procedure in wanted.comparator, claim.comparator in wanted.comparator)
    return "as-written" if asked == (False, True) else "turned" if asked == (True, False) else "both"


def _seen(
    item: Evidence, side: Literal["as-written", "turned", "both"], wanted: Families, vocabulary: Vocabulary
) -> SeenClaim:
    claim = item.claim
    first, second = claim.procedure, claim.comparator
    if side == "both" and second is not None:
        turned = first > second
    else:
        turned = side == "turned"
    if turned and second is not None:
        first, second = second, first
    if claim.basis != "between":
        kind = None
    elif side == "both":
        kind = SAME
    elif claim.comparator_class == COMBINATION:
        kind = COMBINATION
    else:
        kind = comparator_class(vocabulary, first, second)
    return SeenClaim(
        evidence=item,
        procedure=first,
        comparator=second if claim.basis == "between" else None,
        comparator_class=kind,
        direction=_TURNED.get(claim.direction, claim.direction) if turned else claim.direction,
        turned=turned,
    )


def _is_asked(seen: SeenClaim, wanted: Families) -> bool:
    """Tell whether the comparator is the one asked for; change within a group and rates compare with nothing."""
    if wanted.comparator is not None:
        sides = {seen.comparator} | ({seen.procedure} if seen.comparator_class == SAME else set())
        return bool(sides & wanted.comparator)
    if wanted.classes is not None:
        return seen.comparator_class in wanted.classes
    return True


def row_outcome(outcome: str, asked: str | None, vocabulary: Vocabulary) -> str:
    """Return the outcome whose row a claim belongs to: harms by themselves, others under the widest one asked for."""
    if outcome not in vocabulary.by_kind["outcome"]:
        return outcome
    chain = vocabulary.ancestors("outcome", outcome)
    if HARM in chain:
        return outcome
    return asked if asked in chain else chain[-1]
