"""The property graph: the same claims as nodes and relationships, for engines that speak Cypher.

Schema: labels, relationships and properties, read from ``ontology/property-graph.toml``. Writer: a record, its reading and
its run as rows of those. Concepts: the vocabulary as rows. Reader: from the rows of one publication back to its reading
and run.
"""

from kg.property_graph.concepts import vocabulary_rows
from kg.property_graph.reader import reading_from_rows, run_from_rows
from kg.property_graph.rows import Row, Rows
from kg.property_graph.schema import NodeType, RelationshipType, Schema, load_schema
from kg.property_graph.writer import publication_digest, publication_rows

__all__ = [
    "NodeType",
    "RelationshipType",
    "Row",
    "Rows",
    "Schema",
    "load_schema",
    "publication_digest",
    "publication_rows",
    "reading_from_rows",
    "run_from_rows",
    "vocabulary_rows",
]
