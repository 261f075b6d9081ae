"""Reading the rows of one publication back from any engine that speaks Cypher."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kg.property_graph import NodeType, RelationshipType, Row, Rows, load_schema

__all__ = ["Ask", "read_publication"]

#: Answers a query with its parameters by rows of values, lists and all.
Ask = Callable[[str, Mapping[str, object]], list[tuple[Any, ...]]]

_OWNED = ("Publication", "Claim", "Arm")
"""Labels whose nodes belong to one publication; each has the property ``pmid``."""

_SHARED = {"Study": "REPORTS_STUDY", "Run": "READ_BY", "Reference": "LINKS_TO"}
"""Labels whose nodes publications share, and the relationship that leads to them."""


def read_publication(ask: Ask, pmid: str) -> Rows:
    """Return the rows of one publication without the concepts they name; empty when it is not stored."""
    schema, bound = load_schema(), {"pmid": pmid}
    nodes = {label: tuple(_nodes(ask, schema.nodes[label], f"MATCH (n:{label})", bound)) for label in _OWNED}
    for label, name in _SHARED.items():
        match = f"MATCH (p:Publication)-[:{name}]->(n:{label})"
        nodes[label] = tuple(_nodes(ask, schema.nodes[label], match, bound, owner="p"))
    relationships = {
        each.type: tuple(_links(ask, each, bound)) for each in schema.relationships.values() if each.source in _OWNED
    }
    return Rows(nodes=nodes, relationships=relationships)


def _nodes(ask: Ask, node: NodeType, match: str, bound: Mapping[str, object], owner: str = "n") -> Iterator[Row]:
    names = tuple(node.properties)
    wanted = ", ".join(f"n.`{name}`" for name in names)
    for row in dict.fromkeys(map(_hashable, ask(f"{match} WHERE {owner}.pmid = $pmid RETURN {wanted}", bound))):
        yield {name: _value(kind, value) for (name, kind), value in zip(node.properties.items(), row, strict=True)}


def _links(ask: Ask, each: RelationshipType, bound: Mapping[str, object]) -> Iterator[Row]:
    nodes = load_schema().nodes
    ends = f"n.`{nodes[each.source].key}`, m.`{nodes[each.target].key}`"
    wanted = ", ".join([ends, *(f"r.`{name}`" for name in each.properties)])
    match = f"MATCH (n:{each.source})-[r:{each.type}]->(m:{each.target}) WHERE n.pmid = $pmid RETURN {wanted}"
    for row in ask(match, bound):
        yield dict(zip(("from", "to", *each.properties), row, strict=True))


def _hashable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


def _value(kind: str, value: Any) -> Any:
    if kind in ("strings", "integers"):
        return list(value or ())
    return value
