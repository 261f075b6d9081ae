"""The graphs of a workspace into another SPARQL store: only what changed, and what is gone taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from kg.export.graphs import dumped, graphs
from kg.identity import PREFIXES
from kg.workspace import Progress, Workspace, silent

if TYPE_CHECKING:
    from kg.stores.remote import RemoteStore

__all__ = ["Pushed", "push"]

_DIGEST = f"<{PREFIXES['ev']}digest>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """How many named graphs a push wrote, took away and left as they were."""

    written: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a graph stands in the file of all graphs, and what it is."""

    digest: str
    start: int
    length: int


_REQUEST_BYTES = 2_000_000


def push(workspace: Workspace, remote: RemoteStore, progress: Progress = silent, *, together: int = 100) -> Pushed:
    """Make the graphs of spinekg in ``remote`` equal to those of the workspace.

    Each is written with one statement more, its digest; a graph whose digest the store already holds
    is left alone, so an interrupted push goes on where it stopped. Graphs of ours that the workspace
    does not have are removed; graphs of others are not touched. At most ``together`` graphs, and some
    two million bytes, are written at a time.
    """
    there = remote.digests()
    with dumped(workspace, progress) as file:
        here = _places(file, progress)
        changed = [graph for graph, place in here.items() if there.get(graph) != place.digest]
        gone = sorted(set(there) - set(here))
        done = 0
        for names in _batches(changed, here, together):
            remote.write({graph: _body(file, graph, here[graph]) for graph in names})
            done += len(names)
            progress("writing to the store", done, len(changed))
        for start in range(0, len(gone), together):
            remote.write(dict.fromkeys(gone[start : start + together], b""))
    return Pushed(written=len(changed), removed=len(gone), unchanged=len(here) - len(changed))


def _batches(names: list[str], places: dict[str, _Place], together: int) -> Iterator[list[str]]:
    """Yield the graphs in portions of a bearable size."""
    batch: list[str] = []
    size = 0
    for name in names:
        if batch and (len(batch) == together or size + places[name].length > _REQUEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(name)
        size += places[name].length
    if batch:
        yield batch


def _places(file: BinaryIO, progress: Progress) -> dict[str, _Place]:
    found: dict[str, _Place] = {}
    start = 0
    for graph, triples in graphs(file):
        # In the file every line also names its graph: a space, the name in angle brackets.
        length = sum(map(len, triples)) + len(triples) * (len(graph.encode()) + 3)
        found[graph] = _Place(_digest(graph, triples), start, length)
        start += length
        if len(found) % 100 == 0:
            progress("comparing with the store", len(found), None)
    return found


def _digest(graph: str, triples: list[bytes]) -> str:
    """Return the digest a graph says it has (the vocabulary does), else that of its lines."""
    own = f'<{graph}> {_DIGEST} "'.encode()
    said = next((line.removeprefix(own)[:64] for line in triples if line.startswith(own)), None)
    return said.decode() if said else hashlib.sha256(b"".join(triples)).hexdigest()


def _body(file: BinaryIO, graph: str, place: _Place) -> bytes:
    file.seek(place.start)
    ((_, triples),) = graphs(file.read(place.length).splitlines(keepends=True))
    mark = f'<{graph}> {_DIGEST} "{place.digest}" .\n'.encode()
    return b"".join(triples if mark in triples else [*triples, mark])
