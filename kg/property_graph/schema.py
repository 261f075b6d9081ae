"""What may stand in the property graph, read from ``ontology/property-graph.toml``."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.errors import InputError
from kg.resources import data

__all__ = ["TYPES", "NodeType", "RelationshipType", "Schema", "load_schema", "read_schema"]

FILE = "property-graph.toml"

#: The types a property can have. The last two are lists.
TYPES = ("string", "integer", "number", "boolean", "strings", "integers")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType:
    """A label and its properties with their types; the first one is the ``key``."""

    label: str
    properties: Mapping[str, str]

    @property
    def key(self) -> str:
        """Return the property that names a node of this label."""
        return next(iter(self.properties))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipType:
    """A type of relationship, the labels it leads from and to, and its own properties with their types."""

    type: str
    source: str
    target: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All labels and relationships, in the order of the file; ``digest`` changes when any of them does."""

    nodes: Mapping[str, NodeType]
    relationships: Mapping[str, RelationshipType]
    digest: str


@cache
def load_schema() -> Schema:
    """Read the shipped schema."""
    return read_schema((data("ontology") / FILE).read_text("utf-8"))


def read_schema(text: str) -> Schema:
    """Read a schema from TOML; raises InputError naming the entry that breaks a rule of the file."""
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{FILE}: not valid TOML: {error}") from None
    if set(facts) != {"nodes", "relationships"}:
        raise InputError(f"{FILE}: the tables are nodes and relationships, not {', '.join(sorted(facts)) or 'none'}")
    nodes = {label: _node(label, properties) for label, properties in facts["nodes"].items()}
    relationships = {name: _relationship(name, entry, nodes) for name, entry in facts["relationships"].items()}
    return Schema(nodes=nodes, relationships=relationships, digest=hashlib.sha256(text.encode()).hexdigest()[:12])


def _node(label: str, properties: dict[str, Any]) -> NodeType:
    _check_types(label, properties)
    if not properties or next(iter(properties.values())) != "string":
        raise InputError(f"{FILE}: {label}: the first property is the key and must be a string")
    return NodeType(label=label, properties=properties)


def _relationship(name: str, entry: dict[str, Any], nodes: Mapping[str, NodeType]) -> RelationshipType:
    ends = {side: entry.get(side) for side in ("from", "to")}
    for side, label in ends.items():
        if label not in nodes:
            raise InputError(f"{FILE}: {name}: '{side}' must name one of {', '.join(nodes)}, not {label!r}")
    properties = {key: value for key, value in entry.items() if key not in ends}
    _check_types(name, properties)
    return RelationshipType(type=name, source=str(ends["from"]), target=str(ends["to"]), properties=properties)


def _check_types(name: str, properties: dict[str, Any]) -> None:
    for key, value in properties.items():
        if value not in TYPES:
            raise InputError(f"{FILE}: {name}.{key}: unknown type {value!r}; allowed are {', '.join(TYPES)}")
