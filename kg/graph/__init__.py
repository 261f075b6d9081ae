"""A publication and what was read in it as RDF, and back.

Everything about one PMID stands in one named graph, the unit of writing and of provenance; the run that
read it has a graph of its own, which many publications share. Claims are nodes with IRIs made from their content; there are no blank nodes and no triple terms, so the
graph is plain RDF 1.1 and the same reading always gives the same quads. The abstract itself stays
out: only the quoted characters of each claim go in.

Terms are pyoxigraph's: they are checked and compared in native code and go into the store as they
are. ``docs/graph.md`` shows the model, ``ontology/evidence.ttl`` defines its words and
``ontology/shapes.ttl`` its constraints.
"""

from __future__ import annotations

from kg.graph.reader import claims_from_graph, reading_from_graph, run_from_graph
from kg.graph.writer import publication_quads, quads, run_quads

__all__ = [
    "claims_from_graph",
    "publication_quads",
    "quads",
    "reading_from_graph",
    "run_from_graph",
    "run_quads",
]
