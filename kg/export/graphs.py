"""The graphs of a workspace as N-Quads on disk, graph after graph: what every form of RDF is made from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import BinaryIO

from kg.workspace import Progress, Workspace, silent

__all__ = ["dumped", "graphs", "union"]


@contextmanager
def dumped(workspace: Workspace, progress: Progress = silent) -> Iterator[BinaryIO]:
    """Write the graph with the vocabulary to a temporary file of sorted N-Quads and open it at its start.

    The workspace is free again before the file is read.
    """
    with tempfile.TemporaryFile() as file:
        with workspace.graph("export", progress) as store:
            store.dump(file)
        file.seek(0)
        yield file


def graphs(lines: Iterable[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Yield each named graph with its lines of N-Triples, in the order of ``lines``.

    ``lines`` are N-Quads whose graphs do not alternate, every statement in a named graph.
    """
    for graph, of_graph in groupby((_split(line) for line in lines), key=lambda pair: pair[1]):
        yield graph.decode(), [triple for triple, _ in of_graph]


def union(lines: Iterable[bytes]) -> list[bytes]:
    """Return the statements of all graphs together, each once, as sorted lines of N-Triples."""
    return sorted({_split(line)[0] for line in lines})


def _split(line: bytes) -> tuple[bytes, bytes]:
    """Return triple and graph of a line; an IRI of N-Quads holds no space."""
    triple, _, graph = line.removesuffix(b" .\n").rpartition(b" ")
    return triple + b" .\n", graph[1:-1]
