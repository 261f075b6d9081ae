"""The vocabulary as rows of the property graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.identity import PREFIXES
from kg.property_graph.rows import Property, Row, Rows
from kg.vocabulary import Concept, load_vocabulary

__all__ = ["vocabulary_rows"]

SCHEME = "scheme"
"""The kind of a concept scheme: what ``any`` stands for in a question."""


def vocabulary_rows() -> Rows:
    """Write every concept and every scheme as a node, with what is broader.

    A concept without a broader one leads to its scheme, so that every concept reaches its scheme; all that
    it reaches is written down as well.
    """
    concepts = [concept for of_kind in load_vocabulary().by_kind.values() for concept in of_kind.values()]
    schemes = dict.fromkeys(_scheme_iri(concept) for concept in concepts)
    by_id = {(concept.kind, concept.id): concept.iri for concept in concepts}
    broader: list[Row] = [
        {"from": concept.iri, "to": by_id[concept.kind, concept.broader]} for concept in concepts if concept.broader
    ]
    tops: list[Row] = [{"from": concept.iri, "to": _scheme_iri(concept)} for concept in concepts if not concept.broader]
    return Rows(
        nodes={"Concept": (*map(_concept, concepts), *map(_scheme, schemes))},
        relationships={
            "BROADER": tuple(broader),
            "TOP_CONCEPT_OF": tuple(tops),
            "UNDER": tuple(_under([*broader, *tops], [*(concept.iri for concept in concepts), *schemes])),
        },
    )


def _under(steps: Iterable[Row], nodes: Iterable[str]) -> Iterator[Row]:
    """Yield a row from every node to itself and to whatever the steps, one after the other, lead to."""
    above = {str(step["from"]): str(step["to"]) for step in steps}
    for node in nodes:
        reached: str | None = node
        while reached:
            yield {"from": node, "to": reached}
            reached = above.get(reached)


def _concept(concept: Concept) -> dict[str, Property]:
    names = [name for name in concept.names if name not in (concept.id, concept.label)]
    return {
        "iri": concept.iri,
        "id": concept.id,
        "kind": concept.kind,
        "label": concept.label,
        "names": names,
        "better": concept.better_when,
        "minDays": _days(concept, "minDays"),
        "maxDays": _days(concept, "maxDays"),
    }


def _days(concept: Concept, name: str) -> int | None:
    values = concept.values(name)
    return int(values[0]) if values else None


def _scheme_iri(concept: Concept) -> str:
    return PREFIXES["ev"] + concept.scheme


def _scheme(iri: str) -> dict[str, Property]:
    return {
        "iri": iri,
        "id": iri.rpartition("#")[2],
        "kind": SCHEME,
        "label": None,
        "names": [],
        "better": None,
        "minDays": None,
        "maxDays": None,
    }
