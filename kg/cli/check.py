"""``spinekg check``: whether the workspace and its graphs are sound."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.output import progress
from kg.cli.tables import table_text
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.checks import CheckReport

__all__ = ["check"]

_FIRST = 5


def check(
    full: Annotated[bool, typer.Option("--full", help="Look at every publication, and ask every question.")] = False,
    pmid: Annotated[
        list[str] | None, typer.Option("--pmid", metavar="PMID", help="Look at this publication; may be repeated.")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option("--server", metavar="URI", help="Check this Neo4j server too. [default: NEO4J_URI, if set]"),
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="NAME", help="The database of the server. [default: neo4j]")
    ] = None,
    auth_file: Annotated[
        Path | None, typer.Option("--auth-file", metavar="FILE", help="A file with one line, user/password.")
    ] = None,
    form: TableFormat = Format.table,
    folder: Folder = None,
) -> None:
    """Check the claims, the shapes of the graph, and that every graph says what the ledger says.

    Looked at one by one are the publications that changed since the last check that found nothing; counts
    are always those of the whole workspace. Faults of a graph are mended by 'spinekg rebuild'.
    docs/checks.md lists the checks.

    Examples:
      spinekg check
      spinekg check --full --format json
      spinekg check --pmid 99000001

    Exit codes: 0 done and nothing found, 2 no such workspace or PMID, 4 done and faults found, 69 the
    workspace is in use or damaged, 75 the server does not answer, 78 no Neo4j at the address, or wrong
    credentials.
    """
    from kg.checks import EXIT_FAULTS, check_workspace
    from kg.workspace import open_workspace

    if full and pmid:
        raise UsageError("--full looks at every publication: leave --pmid out")
    with ExitStack() as stack:
        remote = None
        if server or os.environ.get("NEO4J_URI"):
            from kg.config import load_neo4j_settings
            from kg.stores.neo4j import open_neo4j

            settings = load_neo4j_settings(os.environ, uri=server, database=database, auth_file=auth_file)
            remote = stack.enter_context(open_neo4j(settings))
        workspace = stack.enter_context(open_workspace(home(folder)))
        told = stack.enter_context(progress())
        report = check_workspace(workspace, full=full, pmids=pmid or (), server=remote, progress=told)
    typer.echo(_json(report) if form is Format.json else _table(report, form), nl=False)
    if not report.ok:
        raise typer.Exit(EXIT_FAULTS)


def _table(report: CheckReport, form: Format) -> str:
    rows = [
        (each.name, each.state, each.checked, each.unit, len(each.faults), each.skipped or each.rule)
        for each in report.checks
    ]
    table = table_text(("check", "state", "checked", "of", "faults", "what must hold"), rows, form)
    if form is Format.csv:
        return table
    faults = [f"{each.name}: {_where(f.pmid)}{f.message}" for each in report.checks for f in each.faults[:_FIRST]]
    hidden = sum(max(0, len(each.faults) - _FIRST) for each in report.checks)
    more = [f"and {hidden:,} more: --format json lists all"] if hidden else []
    looked = f"{report.publications:,} of {report.total:,} publications looked at one by one ({report.scope})"
    verdict = "nothing wrong" if report.ok else "FAULTS FOUND"
    return "\n".join([table, *faults, *more, *([""] if faults else []), f"{looked}: {verdict}", ""])


def _where(pmid: str | None) -> str:
    return f"PMID {pmid}: " if pmid else ""


def _json(report: CheckReport) -> str:
    found = {"ok": report.ok, "scope": report.scope, "publications": report.publications, "total": report.total}
    checks = [asdict(each) | {"state": each.state, "found": len(each.faults)} for each in report.checks]
    return json.dumps(found | {"checks": checks}, ensure_ascii=False, indent=2) + "\n"
