"""The RDF terms that writer and reader share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import unquote

from pyoxigraph import NamedNode

from kg.identity import PREFIXES, concept_iri, graph_iri, local_id, path_part
from kg.vocabulary import load_vocabulary

__all__ = [
    "TYPE",
    "axis",
    "axis_pair",
    "comparison",
    "ev",
    "from_lines",
    "indication",
    "lines",
    "procedure",
    "sequence_node",
    "standing",
    "term",
]

_KEPT = 4096
"""How many concepts are kept as nodes: more than the vocabulary has, but not without end."""


@cache
def term(prefix: str, name: str) -> NamedNode:
    """Return the term ``prefix:name``."""
    return NamedNode(PREFIXES[prefix] + name)


@cache
def ev(name: str) -> NamedNode:
    """Return the term ``name`` of spinekg's own vocabulary."""
    return term("ev", name)


TYPE = term("rdf", "type")


@lru_cache(_KEPT)
def procedure(identifier: str) -> NamedNode:
    """Return the node of a procedure id."""
    return NamedNode(concept_iri("procedure", identifier))


@lru_cache(_KEPT)
def indication(identifier: str) -> NamedNode:
    """Return the node of an indication id."""
    return NamedNode(concept_iri("indication", identifier))


@lru_cache(_KEPT)
def standing(basis: str, direction: str, design: str, retracted: bool) -> NamedNode:
    """Return the node of a standing: what decides whether and how a claim counts."""
    return NamedNode(f"{PREFIXES['stand']}{basis}.{direction}.{design}{'.retracted' if retracted else ''}")


@lru_cache(_KEPT)
def comparison(procedure_id: str, comparator_id: str) -> NamedNode:
    """Return the node of a comparison: its IRI names the procedure and what that is compared with.

    The comma between the two sorts before all else an id is written with: comparisons sort as procedures, then comparators.
    """
    return NamedNode(f"{PREFIXES['vs']}{path_part(procedure_id)},{path_part(comparator_id)}")


@lru_cache(_KEPT)
def axis(pair: tuple[str, str]) -> NamedNode:
    """Return the node of one variant: (guidance, fluoroscopy) is ``axis:guidance-fluoroscopy``.

    One that the vocabulary does not have gets an IRI that no concept can have, hyphens inside its parts encoded.
    """
    known = _variants().get(pair)
    name, value = (path_part(part).replace("-", "%2D") for part in pair)
    return NamedNode(known or f"{PREFIXES['axis']}{name}-{value}")


def axis_pair(iri: str) -> tuple[str, str]:
    """Return the axis and value of a variant's IRI."""
    known = _pairs().get(iri)
    if known:
        return known
    name, _, value = iri.removeprefix(PREFIXES["axis"]).partition("-")
    return unquote(name), unquote(value)


@cache
def _variants() -> dict[tuple[str, str], str]:
    """Return the IRI of every variant of the vocabulary by axis and value; both may hold hyphens."""
    found = {}
    for concept in load_vocabulary().concepts("axis"):
        name = concept.scheme.removeprefix("axis-")
        found[name, concept.id.removeprefix(f"{name}-")] = concept.iri
    return found


@cache
def _pairs() -> dict[str, tuple[str, str]]:
    return {iri: pair for pair, iri in _variants().items()}


def lines(texts: Iterable[str]) -> str:
    r"""Return texts as one, a line each; a backslash or a line break inside a text is written ``\\`` or ``\n``."""
    return "\n".join(text.replace("\\", "\\\\").replace("\n", "\\n") for text in texts)


def from_lines(text: str) -> tuple[str, ...]:
    """Return the texts that ``lines`` has joined."""
    return tuple(
        re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], line) for line in text.split("\n")
    )


def sequence_node(node: NamedNode, name: str) -> NamedNode:
    """Return the node that holds the values of ``name`` in order, where their order matters."""
    if node.value.startswith(PREFIXES["pub"]):
        return NamedNode(f"{graph_iri(local_id(node.value))}#{name}")
    return NamedNode(f"{node.value}.{name}")
