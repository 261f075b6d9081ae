"""The graph with the vocabulary in four forms of RDF.

N-Quads come straight from the store. Turtle, TriG and JSON-LD are written by rdflib, one graph or a
few hundred subjects at a time, so that memory does not grow with the workspace; what is not named is
in the order of the N-Quads. Equal graphs give equal bytes in every form, and no literal is spelt
another way than in the store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from types import MappingProxyType
from typing import BinaryIO, Literal

from kg.export.graphs import dumped, graphs, union
from kg.identity import PREFIXES
from kg.workspace import Progress, Workspace, silent

__all__ = ["FORMS", "MEDIA_TYPES", "Form", "write_quads", "write_rdf"]

Form = Literal["nquads", "trig", "turtle", "jsonld"]

FORMS: MappingProxyType[Form, str] = MappingProxyType(
    {"nquads": ".nq", "trig": ".trig", "turtle": ".ttl", "jsonld": ".jsonld"}
)
"""The forms, and how the names of their files end."""

MEDIA_TYPES: MappingProxyType[Form, str] = MappingProxyType(
    {
        "nquads": "application/n-quads",
        "trig": "application/trig",
        "turtle": "text/turtle",
        "jsonld": "application/ld+json",
    }
)

_SUBJECTS = 200
"""Subjects of Turtle that are written at a time."""


def write_rdf(workspace: Workspace, out: BinaryIO, form: Form = "nquads", progress: Progress = silent) -> int:
    """Write the graph with the vocabulary; return the number of statements.

    Turtle knows no named graphs: it holds the statements of all graphs together, each once.
    """
    if form == "nquads":
        with workspace.graph("export", progress) as store:
            return store.dump(out)
    with dumped(workspace, progress) as lines:
        return write_quads(lines, out, form)


def write_quads(lines: Iterable[bytes], out: BinaryIO, form: Form) -> int:
    """Write sorted lines of N-Quads in another form; return the number of statements."""
    writers: dict[Form, Callable[[Iterable[bytes], BinaryIO], int]] = {
        "nquads": _write_lines,
        "trig": _write_trig,
        "turtle": _write_turtle,
        "jsonld": _write_jsonld,
    }
    return writers[form](lines, out)


def _write_lines(lines: Iterable[bytes], out: BinaryIO) -> int:
    count = 0
    for line in lines:
        out.write(line)
        count += 1
    return count


def _write_trig(lines: Iterable[bytes], out: BinaryIO) -> int:
    from kg.export.rdflib_forms import prefix_lines, turtle_block

    out.write(prefix_lines())
    count = 0
    for graph, triples in graphs(lines):
        out.write(turtle_block(triples, graph))
        count += len(triples)
    return count


def _write_turtle(lines: Iterable[bytes], out: BinaryIO) -> int:
    from kg.export.rdflib_forms import prefix_lines, turtle_block

    out.write(prefix_lines())
    statements = union(lines)
    for block in _blocks(statements):
        out.write(turtle_block(block))
    return len(statements)


def _write_jsonld(lines: Iterable[bytes], out: BinaryIO) -> int:
    from kg.export.rdflib_forms import jsonld_nodes

    count = 0
    out.write(b'{"@context": ' + json.dumps(dict(PREFIXES), indent=1).encode() + b',\n"@graph": [')
    for graph, triples in graphs(lines):
        block = {"@id": graph, "@graph": jsonld_nodes(triples)}
        out.write(b",\n" if count else b"\n")
        out.write(json.dumps(block, ensure_ascii=False, sort_keys=True, indent=1).encode())
        count += len(triples)
    out.write(b"\n]}\n")
    return count


def _blocks(triples: list[bytes]) -> Iterator[list[bytes]]:
    """Yield the statements of a few hundred subjects after the other, no subject torn apart."""
    subjects = (list(of_subject) for _, of_subject in groupby(triples, key=lambda line: line.partition(b" ")[0]))
    while block := [line for of_subject in islice(subjects, _SUBJECTS) for line in of_subject]:
        yield block
