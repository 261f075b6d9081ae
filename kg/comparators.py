"""The class of a comparator, from sham to surgery, by the rule at the head of ``ontology/comparators.ttl``."""

from __future__ import annotations

from kg.identity import local_id
from kg.vocabulary import Concept, Vocabulary

__all__ = ["SAME", "comparator_class"]

SAME = "same-procedure"


def comparator_class(vocabulary: Vocabulary, index: str, comparator: str | None) -> str | None:
    """Return the class of a comparator by the rule at the head of ``ontology/comparators.ttl``.

    ``None`` when there is no comparator, or when one of the two procedures is not in the vocabulary.
    """
    procedures = vocabulary.by_kind["procedure"]
    if comparator is None or index not in procedures or comparator not in procedures:
        return None
    if comparator == index:
        return SAME
    above = vocabulary.ancestors("procedure", comparator)
    above_index = set(vocabulary.ancestors("procedure", index))
    reach: list[tuple[bool, int, str]] = []
    for each in vocabulary.concepts("comparator-class"):
        condition = _procedures(each, "whenIndex")
        if not condition or condition & above_index:
            nearest = [above.index(id) for id in _procedures(each, "coversProcedure") & set(above)]
            reach += [(not condition, place, each.id) for place in nearest]
    return min(reach)[2] if reach else None


def _procedures(concept: Concept, name: str) -> set[str]:
    return {local_id(iri) for iri in concept.values(name)}
