"""Everything a workspace holds, for use elsewhere.

Tables and JSON lines in the contract's format; RDF in four forms, alone or as a described package;
nanopublications; the questions as a gallery; and the graphs themselves, pushed to another SPARQL store.
"""

from __future__ import annotations

from kg.export.gallery import write_gallery
from kg.export.nanopub import write_nanopubs
from kg.export.ontology import write_ontology
from kg.export.package import write_package
from kg.export.push import Pushed, push
from kg.export.rdf import FORMS, Form, write_rdf
from kg.export.tables import CLAIM_COLUMNS, claim_rows, write_csv, write_jsonl

__all__ = [
    "CLAIM_COLUMNS", "FORMS", "Form", "Pushed", "claim_rows", "push", "write_csv", "write_gallery", "write_jsonl",
    "write_nanopubs", "write_ontology", "write_package", "write_rdf",
]  # fmt: skip
