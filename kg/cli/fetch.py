"""``spinekg fetch``: records from PubMed into the workspace."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder, plugins
from kg.cli.output import finish, progress
from kg.errors import InputError

__all__ = ["fetch"]


def fetch(
    search: Annotated[
        list[str] | None,
        typer.Option("--search", metavar="NAME", help="A named search; may be repeated. [default: all of them]"),
    ] = None,
    query: Annotated[
        list[str] | None, typer.Option("--query", metavar="TEXT", help="A search in PubMed's own syntax.")
    ] = None,
    pmids: Annotated[
        Path | None, typer.Option("--pmids", metavar="FILE", help="A file of PMIDs, one a line; # begins a remark.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d"], help="Only records new or changed since then."),
    ] = None,
    folder: Folder = None,
) -> None:
    """Bring records from PubMed into the workspace.

    PubMed asks for an e-mail address: set SPINEKG_EMAIL. SPINEKG_API_KEY allows ten requests a second
    instead of three. An interrupted fetch goes on where it stopped when the same command is given again.

    Examples:
      spinekg fetch --search vertebral-augmentation --since 2026-01-01
      spinekg fetch --query '"medial branch"[tiab] AND neurotomy[tiab]'

    Exit codes: 0 done, 2 unknown search or wrong argument, 3 done but some records were quarantined,
    65 the file of PMIDs cannot be read, 69 the workspace is in use, 75 PubMed does not answer (try again
    later), 78 SPINEKG_EMAIL or another setting is missing.
    """
    from ingest.pubmed import PubMed, named_search, named_searches
    from kg.config import load_settings
    from kg.update import fetch_and_ingest
    from kg.workspace import open_workspace

    settings = load_settings(os.environ)
    wanted = _pmids(pmids) if pmids else ()
    queries = [named_search(name).query for name in search or ()] + (query or [])
    if not queries and not pmids:
        queries = [every.query for every in named_searches()]
    day = since.date() if since else None
    asked = plugins(folder or settings.home)
    with (
        PubMed(settings) as pubmed,
        open_workspace(folder or settings.home, create=True) as workspace,
        progress() as told,
    ):
        receipt = fetch_and_ingest(
            workspace, pubmed, queries=queries, pmids=wanted, since=day, progress=told, plugins=asked
        )
    finish(receipt)


def _pmids(path: Path) -> tuple[str, ...]:
    """Read a file of PMIDs; InputError names the line that is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file of PMIDs, one a line") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    found = []
    for number, line in enumerate(lines, start=1):
        pmid = line.partition("#")[0].strip()
        if pmid and not (pmid.isascii() and pmid.isdigit() and len(pmid) <= 8 and not pmid.startswith("0")):
            raise InputError(f"{path}, line {number}: '{pmid[:40]}' is not a PMID: 1 to 8 digits, one PMID a line")
        if pmid:
            found.append(pmid)
    if not found:
        raise InputError(f"{path}: no PMID in this file; one a line is expected")
    return tuple(dict.fromkeys(found))
