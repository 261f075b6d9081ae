"""A network of comparisons in a file: a picture, or GraphML and GEXF for other programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.errors import UsageError

if TYPE_CHECKING:
    import os

    import networkx as nx

__all__ = ["FORMATS", "draw", "form_of", "write"]

FORMATS = ("png", "svg", "graphml", "gexf")
_WRITTEN_TODAY = re.compile(r' lastmodifieddate="[^"]*"')


def form_of(name: str) -> str:
    """Return the format that the name of a file asks for; raises UsageError with those there are."""
    form = Path(name).suffix.removeprefix(".").casefold()
    if form not in FORMATS:
        raise UsageError(f"cannot write a network to {name}: the name must end in .{', .'.join(FORMATS)}")
    return form


def draw(graph: nx.MultiGraph[str], path: str | os.PathLike[str]) -> None:
    """Draw a network into a file that ends in .png or .svg; equal networks give equal pictures."""
    form = form_of(str(path))
    if form not in ("png", "svg"):
        raise UsageError(f"{path} is no picture: the name must end in .png or .svg")
    write(graph, path)


def write(graph: nx.MultiGraph[str], path: str | os.PathLike[str]) -> None:
    """Write a network into a file whose name ends in one of ``FORMATS``; raises UsageError for another one."""
    form = form_of(str(path))
    try:
        with Path(path).open("wb") as out:
            write_to(graph, out, form)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


def write_to(graph: nx.MultiGraph[str], out: BinaryIO, form: str) -> None:
    """Write a network to an open file in one of ``FORMATS``."""
    import networkx as nx

    if form in ("png", "svg"):
        from kg.network.picture import paint

        paint(graph, out, form)
        return
    lines = nx.generate_graphml(plain(graph)) if form == "graphml" else nx.generate_gexf(plain(graph))
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"
    out.write(_WRITTEN_TODAY.sub("", text).encode())


def plain(graph: nx.MultiGraph[str]) -> nx.MultiGraph[str]:
    """Return a copy whose attributes are text and whole numbers only: lists are joined, what is not known left out."""
    import networkx as nx

    copy: nx.MultiGraph[str] = nx.MultiGraph()
    copy.graph.update(_plain(graph.graph))
    for node, attributes in graph.nodes(data=True):
        copy.add_node(node, **_plain(attributes))
    for place, (one, other, attributes) in enumerate(graph.edges(data=True)):
        copy.add_edge(one, other, key=str(place), **_plain(attributes))
    return copy


def _plain(attributes: dict[str, Any]) -> dict[str, str | int]:
    return {name: _value(value) for name, value in attributes.items() if value is not None}


def _value(value: Any) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return "; ".join(f"{name} {count}" for name, count in value.items())
    return "; ".join(value) if isinstance(value, list | tuple) else str(value)
