"""Turtle and JSON-LD by rdflib's serialisers, held to one order and to the spelling of each literal.

rdflib alone orders by its own hash tables, and writes ``"0.9"^^xsd:double`` as ``9e-01``, which is
another term. Importing this module loads rdflib.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.plugins.serializers.jsonld import Converter
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.plugins.shared.jsonld.context import Context

from kg.identity import PREFIXES

__all__ = ["graph_of", "jsonld_nodes", "prefix_lines", "turtle_block"]

Term = URIRef | BNode | Literal

_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
_PLAIN = {XSD.boolean: re.compile("true|false"), XSD.integer: re.compile(r"0|-?[1-9][0-9]*")}
"""Literals that are written without quotes, when they are spelt the usual way."""


def graph_of(triples: Iterable[bytes]) -> Graph:
    """Return lines of N-Triples as an rdflib graph."""
    graph = Graph(bind_namespaces="none")
    for quad in pyoxigraph.parse(b"".join(triples), format=pyoxigraph.RdfFormat.N_TRIPLES):
        graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return graph


def turtle_block(
    triples: Iterable[bytes] | Graph, name: str | None = None, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """Write lines of N-Triples, or a graph, as Turtle without its prefixes; with ``name``, as a named graph of TriG."""
    out = io.BytesIO()
    graph = triples if isinstance(triples, Graph) else graph_of(triples)
    _Block(graph, prefixes, indented=name is not None).serialize(out, encoding="utf-8")
    return out.getvalue() if name is None else b"\n<%b> {\n%b}\n" % (name.encode(), out.getvalue())


def prefix_lines(prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return the prefixes as they stand at the head of a file."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes.items()).encode()


def jsonld_nodes(triples: Iterable[bytes]) -> list[dict[str, Any]]:
    """Return lines of N-Triples as nodes of JSON-LD, sorted by id, for the prefixes of spinekg as context."""
    return _Nodes(Context(dict(PREFIXES)), False, False).from_graph(graph_of(triples))


class _Block(TurtleSerializer):
    """Some subjects of Turtle, or one graph of TriG; everything in it sorted."""

    indentString = "  "  # noqa: N815 - rdflib's name

    def __init__(self, graph: Graph, prefixes: Mapping[str, str], *, indented: bool) -> None:
        super().__init__(graph)
        self._indented = indented
        self._spaces = sorted(((space, prefix) for prefix, space in prefixes.items()), key=lambda pair: -len(pair[0]))

    def preprocess(self) -> None:
        """Look through the graph, and indent what stands in a named one."""
        super().preprocess()
        self.depth = int(self._indented)

    def orderSubjects(self) -> list[Any]:  # noqa: N802 - rdflib's name
        """Return the subjects sorted."""
        return sorted(self._subjects, key=str)

    def sortProperties(self, properties: Mapping[Any, list[Any]]) -> list[Any]:  # noqa: N802 - rdflib's name
        """Return the predicates sorted, the type first, and sort the values of each."""
        for values in properties.values():
            values.sort(key=_order)
        return sorted(properties, key=lambda predicate: (predicate != RDF.type, str(predicate)))

    def get_pname(self, uri: Any, gen_prefix: bool = True) -> str | None:
        """Return a name with one of our prefixes, or nothing: no prefix is made up."""
        if not isinstance(uri, URIRef):
            return None
        found = next(((space, prefix) for space, prefix in self._spaces if uri.startswith(space)), None)
        if found is None or not _LOCAL.fullmatch(uri, len(found[0])):
            return None
        return f"{found[1]}:{uri[len(found[0]) :]}"

    def label(self, node: Any, position: int) -> str:
        """Write a term; a literal keeps its spelling."""
        if not isinstance(node, Literal):
            return super().label(node, position)
        usual = _PLAIN.get(node.datatype) if node.datatype else None
        plain = usual is not None and usual.fullmatch(node) is not None
        return node._literal_n3(use_plain=plain, qname_callback=self.get_pname)


class _Nodes(Converter):
    """Nodes of JSON-LD in one order, whose doubles and odd literals keep their spelling."""

    def from_graph(self, graph: Graph) -> list[Any]:
        """Return the nodes sorted by id."""
        nodes: dict[Any, Any] = {}
        for subject in sorted(set(graph.subjects()), key=str):
            self.process_subject(graph, subject, nodes)
        return list(nodes.values())

    def process_subject(self, graph: Graph, s: Any, nodemap: Any) -> Any:
        """Write one node, its statements sorted."""
        node = nodemap[self.context.shrink_iri(s)] = {"@id": self.context.shrink_iri(s)}
        for predicate, value in sorted(graph.predicate_objects(s), key=lambda pair: (str(pair[0]), _order(pair[1]))):
            self.add_to_node(graph, s, predicate, value, node, nodemap)  # type: ignore[arg-type]
        return node

    def to_raw_value(self, graph: Any, s: Any, o: Any, nodemap: Any) -> Any:
        """Write a value; only what JSON spells the same way goes without its type."""
        if isinstance(o, Literal) and o.datatype:
            usual = _PLAIN.get(o.datatype)
            if usual is None or not usual.fullmatch(o):
                return {"@type": self.context.to_symbol(o.datatype), "@value": str(o)}
        value = super().to_raw_value(graph, s, o, nodemap)
        # rdflib loses a bare 0, false or "" when a second value follows.
        return value or {"@value": value}


def _order(term: Any) -> str:
    return str(term.n3())


def _node(term: Any) -> Term:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    kind = term.datatype.value
    if term.language or kind == str(XSD.string):
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(kind), normalize=False)
