"""A workspace into a Neo4j server: only what changed, and what is gone taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.codec import to_json
from kg.property_graph import Rows, publication_digest, publication_rows, vocabulary_rows
from kg.workspace import Progress, Workspace, silent

if TYPE_CHECKING:
    from kg.stores.neo4j import Neo4jStore

__all__ = ["Loaded", "load_neo4j"]

_BATCH_PUBLICATIONS = 250
_BATCH_CLAIMS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many publications a load wrote, took away and left as they were."""

    written: int
    removed: int
    unchanged: int


def load_neo4j(
    workspace: Workspace, store: Neo4jStore, progress: Progress = silent, *, batch: int = _BATCH_PUBLICATIONS
) -> Loaded:
    """Make the property graph in Neo4j equal to the workspace.

    A publication whose digest the server already holds is left alone. Each transaction brings whole
    publications, ``batch`` of them or fewer when they hold many claims, so an interrupted load leaves a
    smaller graph and the next one goes on there.
    """
    with workspace.locked("load into Neo4j"):
        store.prepare(vocabulary_rows())
        there = store.digests()
        standing = _unchanged(workspace, there)
        written = 0
        for publications in _batches(_changed(workspace, there, standing, progress), batch):
            store.replace(publications)
            written += len(publications)
        gone = sorted(set(there) - standing)
        store.remove(gone)
        store.sweep()
        if written or gone:
            store.settle()
    return Loaded(written=written, removed=len(gone), unchanged=len(standing) - written)


def _unchanged(workspace: Workspace, there: Mapping[str, str | None]) -> set[str]:
    """Return the PMIDs that the server surely holds as they are, without decoding anything."""
    if not there:
        return set()
    run_text = cache(to_json)
    return {
        pmid
        for pmid, record, reading, run in workspace.ledger.texts()
        if there.get(pmid) == publication_digest(record, reading, run_text(run))
    }


def _changed(
    workspace: Workspace, there: Mapping[str, str | None], standing: set[str], progress: Progress
) -> Iterator[Rows]:
    """Yield the publications that the server does not hold as they are; add all that the workspace has to ``standing``."""
    pmids = [pmid for pmid in workspace.ledger.pmids() if pmid not in standing]
    for done, row in enumerate(workspace.ledger.rows(pmids), start=1):
        if row.reading and row.run:
            standing.add(row.record.pmid)
            rows = publication_rows(row.record, row.reading, row.run)
            # What an older version stored may be written differently today and still be the same.
            if there.get(row.record.pmid) != rows.nodes["Publication"][0]["digest"]:
                yield rows
        if done % 100 == 0 or done == len(pmids):
            progress("loading into Neo4j", done, len(pmids))


def _batches(publications: Iterable[Rows], size: int) -> Iterator[list[Rows]]:
    """Put publications together to transactions that bring many claims, but not too many."""
    batch: list[Rows] = []
    claims = 0
    for rows in publications:
        batch.append(rows)
        claims += len(rows.nodes.get("Claim", ()))
        if len(batch) >= size or claims >= _BATCH_CLAIMS:
            yield batch
            batch, claims = [], 0
    if batch:
        yield batch
