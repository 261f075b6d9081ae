"""The SHACL shapes, by pyshacl on rdflib: engines that share nothing with the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.checks.nouns import Fault, shown
from kg.identity import PREFIXES
from kg.resources import data
from kg.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from pyoxigraph import Quad
    from rdflib import Graph

__all__ = ["shape_faults"]

BATCH = 100
"""How many publications are validated in one go; only where something is wrong one by one."""


def shape_faults(graphs: Mapping[str, Sequence[Quad]]) -> Iterator[Fault]:
    """Yield where the stored statements of some publications, by PMID, do not have the shapes of ``ontology/shapes.ttl``."""
    if _violations(quad for quads in graphs.values() for quad in quads):
        for pmid, quads in graphs.items():
            for message in dict.fromkeys(_violations(quads)):
                yield Fault(pmid=pmid, message=message)


def _violations(quads: Iterable[Quad]) -> list[str]:
    import pyoxigraph
    import pyshacl
    from rdflib import RDF, Graph, URIRef

    triples = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    graph = Graph()
    graph.parse(data=(triples or b"").decode(), format="nt")
    # The shapes ask of the vocabulary only what is a concept; all of it would have to be searched every time.
    kind = URIRef(f"{PREFIXES['skos']}Concept")
    for concepts in load_vocabulary().by_kind.values():
        for concept in concepts.values():
            graph.add((URIRef(concept.iri), RDF.type, kind))
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=_shapes(), inplace=True)
    return [] if conforms else sorted(_messages(report))


@cache
def _shapes() -> Graph:
    from rdflib import Graph

    return Graph().parse(data=(data("ontology") / "shapes.ttl").read_text("utf-8"), format="turtle")


def _messages(report: Any) -> Iterator[str]:
    from rdflib import SH

    for result in report.subjects(SH.resultSeverity, None):
        path, focus = report.value(result, SH.resultPath), report.value(result, SH.focusNode)
        rule = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
        value = report.value(result, SH.value)
        what = f"{_name(path)} of {focus}" if path is not None else str(focus)
        found = f": {shown(value)}" if value is not None and value != focus else ""
        yield f"sh:{rule.removesuffix('ConstraintComponent')} on {what}{found}"


def _name(iri: object) -> str:
    text = str(iri)
    for prefix, base in PREFIXES.items():
        if text.startswith(base):
            return f"{prefix}:{text.removeprefix(base)}"
    return text
