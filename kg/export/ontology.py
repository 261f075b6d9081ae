"""The whole ontology as one RDF graph: every Turtle file of ``ontology/`` but the shapes. Read by rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from kg.identity import PREFIXES
from kg.resources import data

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["ONTOLOGY", "ontology_graph", "write_ontology"]

ONTOLOGY = PREFIXES["ev"].removesuffix("#")
"""The name of the ontology, whichever its version."""


def ontology_graph() -> Graph:
    """Return classes, properties, schemes and concepts, with the declarations of the words of others."""
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for file in sorted(data("ontology").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ttl") and file.name != "shapes.ttl":
            graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


def write_ontology(out: BinaryIO) -> int:
    """Write the ontology as one Turtle file for ROBOT, Protégé and the like; return the number of statements."""
    from kg.export.rdflib_forms import prefix_lines, turtle_block

    graph = ontology_graph()
    out.write(prefix_lines() + turtle_block(graph))
    return len(graph)
