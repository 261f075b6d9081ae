"""The Cypher that writes the property graph into Neo4j, made from the schema and from nothing else.

Values travel as parameters. Properties are spelled out one by one: one that is missing is taken off
the node, and what others have put there stays.
"""

from __future__ import annotations

from functools import cache

from kg.property_graph import NodeType, RelationshipType, load_schema

__all__ = [
    "MARK",
    "OWNED",
    "SHARED",
    "blank_concepts",
    "clear_publications",
    "constraints",
    "create_links",
    "merge_nodes",
    "remove_publications",
    "sweeps",
]

MARK = "SpinekgGraph"
"""The label of the one node that says this database holds a graph of spinekg, and of which shape."""

OWNED = ("Publication", "Claim", "Arm")
"""Labels whose nodes belong to one publication; each has the property ``pmid``."""

SHARED = ("Study", "Run", "Reference", "Concept")
"""Labels whose nodes live as long as something of the graph is joined to them."""

_INDEXES = (
    ("Claim", "pmid"), ("Arm", "pmid"), ("Concept", "id"), ("Concept", "kind"), ("Publication", "year"),
    ("Claim", "direction"),
)  # fmt: skip


@cache
def constraints() -> tuple[str, ...]:
    """Return what makes each key unique and the usual ways in fast; running it again changes nothing."""
    unique = [
        f"CREATE CONSTRAINT {_named(node.label, node.key)} IF NOT EXISTS"
        f" FOR (n:{node.label}) REQUIRE n.`{node.key}` IS UNIQUE"
        for node in load_schema().nodes.values()
    ]
    mark = f"CREATE CONSTRAINT {_named(MARK, 'id')} IF NOT EXISTS FOR (n:{MARK}) REQUIRE n.id IS UNIQUE"
    indexes = [
        f"CREATE INDEX {_named(label, name)} IF NOT EXISTS FOR (n:{label}) ON (n.`{name}`)" for label, name in _INDEXES
    ]
    return (mark, *unique, *indexes)


@cache
def merge_nodes(label: str, *, fill: bool = False) -> str:
    """Return what writes nodes from ``$rows``; with ``fill``, a node that is there already stays as it is."""
    node = load_schema().nodes[label]
    others = ", ".join(f"n.`{name}` = row.`{name}`" for name in node.properties if name != node.key)
    change = f" {'ON CREATE ' if fill else ''}SET {others}" if others else ""
    return f"UNWIND $rows AS row MERGE (n:{label} {{`{node.key}`: row.`{node.key}`}}){change}"


@cache
def blank_concepts() -> str:
    """Return what leaves every concept with its key, id and kind alone, as publications name it."""
    node = load_schema().nodes["Concept"]
    others = {name: shape for name, shape in node.properties.items() if name not in (node.key, "id", "kind")}
    empty = ", ".join(f"n.`{name}` = {'[]' if shape.endswith('s') else 'null'}" for name, shape in others.items())
    return f"MATCH (n:Concept) SET {empty}"


@cache
def create_links(name: str) -> str:
    """Return what writes relationships from ``$rows`` between nodes that are there."""
    each = load_schema().relationships[name]
    properties = ", ".join(f"`{key}`: row.`{key}`" for key in each.properties)
    return (
        f"UNWIND $rows AS row MATCH {_end('a', each.source, 'from')}, {_end('b', each.target, 'to')}"
        f" CREATE (a)-[:{name}{f' {{{properties}}}' if properties else ''}]->(b)"
    )


@cache
def clear_publications() -> tuple[str, ...]:
    """Return what takes away everything of the publications in ``$rows`` that is not written again.

    A row has ``pmid`` and, by label, the keys that stay: such nodes lose their relationships of ours
    and keep those that others have added.
    """
    schema = load_schema()
    parts = [
        f"UNWIND $rows AS row MATCH (n:{label} {{pmid: row.pmid}})"
        f" WHERE NOT n.`{schema.nodes[label].key}` IN row.`{label}` DETACH DELETE n"
        for label in OWNED
        if schema.nodes[label].key != "pmid"
    ]
    links = [
        f"UNWIND $rows AS row MATCH (n:{label} {{pmid: row.pmid}})-[r:{_out(label)}]->() DELETE r" for label in OWNED
    ]
    return (*parts, *links)


@cache
def remove_publications() -> tuple[str, ...]:
    """Return what takes the publications in ``$pmids`` away."""
    return tuple(f"UNWIND $pmids AS pmid MATCH (n:{label} {{pmid: pmid}}) DETACH DELETE n" for label in OWNED)


@cache
def sweeps() -> tuple[str, ...]:
    """Return what takes away shared nodes that no relationship of ours is joined to."""
    return tuple(
        f"MATCH (n:{label}) WHERE NOT EXISTS {{ MATCH (n)-[:{_any(label)}]-() }} DETACH DELETE n" for label in SHARED
    )


def _named(label: str, name: str) -> str:
    return f"spinekg_{label}_{name}".lower()


def _end(variable: str, label: str, column: str) -> str:
    node: NodeType = load_schema().nodes[label]
    return f"({variable}:{label} {{`{node.key}`: row.`{column}`}})"


def _out(label: str) -> str:
    return _types([each for each in load_schema().relationships.values() if each.source == label])


def _any(label: str) -> str:
    return _types([each for each in load_schema().relationships.values() if label in (each.source, each.target)])


def _types(found: list[RelationshipType]) -> str:
    return "|".join(each.type for each in found)
