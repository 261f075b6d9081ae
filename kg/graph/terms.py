"""The RDF terms that writer and reader share."""

from __future__ import annotations

from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

from kg.identity import PREFIXES, concept_iri, graph_iri, local_id

__all__ = ["TYPE", "axis", "axis_pair", "ev", "indication", "path_part", "procedure", "sequence_node", "term"]


def term(prefix: str, name: str) -> NamedNode:
    """Return the term ``prefix:name``."""
    return NamedNode(PREFIXES[prefix] + name)


def ev(name: str) -> NamedNode:
    """Return the term ``name`` of spinekg's own vocabulary."""
    return term("ev", name)


TYPE = term("rdf", "type")


def procedure(identifier: str) -> NamedNode:
    """Return the node of a procedure id."""
    return NamedNode(concept_iri("procedure", identifier))


def indication(identifier: str) -> NamedNode:
    """Return the node of an indication id."""
    return NamedNode(concept_iri("indication", identifier))


def axis(pair: tuple[str, str]) -> NamedNode:
    """Return the node of one variant: (guidance, fluoroscopy) is ``axis:guidance-fluoroscopy``."""
    name, value = pair
    return NamedNode(f"{PREFIXES['axis']}{path_part(name).replace('-', '%2D')}-{path_part(value)}")


def axis_pair(iri: str) -> tuple[str, str]:
    """Return the axis and value of a variant's IRI."""
    name, _, value = iri.removeprefix(PREFIXES["axis"]).partition("-")
    return unquote(name), unquote(value)


def path_part(text: str) -> str:
    """Return ``text`` as one part of an IRI path."""
    return quote(text, safe="")


def sequence_node(node: NamedNode, name: str) -> NamedNode:
    """Return the node that holds the values of ``name`` in order, where their order matters."""
    if node.value.startswith(PREFIXES["pub"]):
        return NamedNode(f"{graph_iri(local_id(node.value))}#{name}")
    return NamedNode(f"{node.value}.{name}")
