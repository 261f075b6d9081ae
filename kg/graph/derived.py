"""What is worked out once from the vocabulary and stands beside it, so that questions need not look it up claim by claim.

A *standing* is what decides whether and how a claim counts: its basis and direction, the design of its
publication and whether that is retracted. A claim names its standing by one statement; the few hundred
standings are described here. ``ev:under`` leads from a concept to itself, to every broader concept and
to its scheme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import get_args

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.terms import TYPE, ev, standing, term
from kg.identity import concept_iri
from kg.model import Basis, Design, Direction

__all__ = ["derived_triples"]


def derived_triples(vocabulary: Iterable[Triple]) -> Iterator[Triple]:
    """Yield every standing there can be, and what every concept of the vocabulary is under."""
    for basis, direction, design, retracted in product(
        get_args(Basis), get_args(Direction), get_args(Design), (False, True)
    ):
        node = standing(basis, direction, design, retracted)
        yield Triple(node, TYPE, ev("Standing"))
        yield Triple(node, ev("standingBasis"), ev(basis))
        yield Triple(node, ev("standingDirection"), ev(direction))
        yield Triple(node, ev("standingDesign"), NamedNode(concept_iri("design", design)))
        yield Triple(node, ev("standingRetracted"), Literal(retracted))
    yield from _under(vocabulary)


def _under(vocabulary: Iterable[Triple]) -> Iterator[Triple]:
    steps: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    upwards = (term("skos", "broader"), term("skos", "inScheme"))
    for triple in vocabulary:
        if triple.predicate in upwards:
            steps[triple.subject].append(triple.object)  # type: ignore[index, arg-type]
    for concept in tuple(steps):
        found, waiting = {concept}, [concept]
        while waiting:
            fresh = set(steps.get(waiting.pop(), ())) - found
            found |= fresh
            waiting += fresh
        for wide in found:
            yield Triple(concept, ev("under"), wide)
