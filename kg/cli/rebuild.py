"""``spinekg rebuild``: both graphs again, from the ledger."""

from __future__ import annotations

import typer

from kg.cli.options import Folder, home, plugins
from kg.cli.output import progress

__all__ = ["rebuild"]


def rebuild(folder: Folder = None) -> None:
    """Make both graphs again from the ledger, the one for SPARQL and the one for Cypher.

    Records that another version of the extractor has read are read again first.

    Example:
      spinekg rebuild

    Exit codes: 0 done, 2 no such workspace, 69 the workspace is in use or damaged.
    """
    from kg.update import rebuild as rebuild_all
    from kg.workspace import open_workspace

    asked = plugins(home(folder))
    with open_workspace(home(folder)) as workspace:
        with progress() as told:
            receipt = rebuild_all(workspace, told, asked)
        counts = workspace.ledger.counts()
    typer.echo(f"{counts.records:,} records and {counts.claims:,} claims in both graphs; {receipt.read:,} read again")
