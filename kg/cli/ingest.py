"""``spinekg ingest``: files into the workspace."""

from __future__ import annotations

from kg.cli.options import Folder, Sources, home, plugins
from kg.cli.output import finish, progress

__all__ = ["ingest"]


def ingest(sources: Sources, folder: Folder = None) -> None:
    """Take PubMed files into the workspace.

    Records are read and the graph is brought up to date.

    Taking the same file in twice changes nothing. A damaged record goes into quarantine and the rest
    goes on; a damaged file leaves nothing behind.

    Example:
      spinekg ingest pubmed-export.nbib baseline/

    Exit codes: 0 done, 2 no place for a workspace, 3 done but some records were quarantined, 65 a file cannot
    be read, 69 the workspace is in use.
    """
    from ingest.medline import find_sources
    from kg.update import ingest_files
    from kg.workspace import open_workspace

    files, asked = find_sources(sources), plugins(home(folder))  # before a workspace is made for nothing
    with open_workspace(home(folder), create=True) as workspace, progress() as told:
        receipt = ingest_files(workspace, files, told, asked)
    finish(receipt)
