"""Workspaces of made-up publications for the tests of exports and loads: no file to read, no extractor."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graph_samples import RUN

from kg.model import Deletion, Reading, Record
from kg.workspace import open_workspace

__all__ = ["fill", "withdraw"]


def fill(path: Path, publications: Iterable[tuple[Record, Reading]], name: str = "first") -> Path:
    """Enter records with their readings, as one source of this name, into the workspace at ``path``."""
    with open_workspace(path, create=True) as workspace:
        ledger = workspace.ledger
        with ledger.transaction():
            ledger.begin_run(RUN, "test")
            source = ledger.source(RUN, name, name)
            for position, (record, reading) in enumerate(publications, start=1):
                ledger.put_record(record, source, position)
                ledger.put_reading(reading, RUN)
    return path


def withdraw(path: Path, *pmids: str) -> None:
    """Delete publications, as PubMed does."""
    with open_workspace(path) as workspace, workspace.ledger.transaction():
        source = workspace.ledger.source(RUN, "deletions", "deletions")
        for position, pmid in enumerate(pmids, start=1):
            workspace.ledger.put_deletion(Deletion(pmid=pmid), source, position)
