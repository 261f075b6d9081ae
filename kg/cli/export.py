"""``spinekg export``: everything, for use elsewhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from kg.cli.files import output
from kg.cli.options import Folder, OutFile, home

__all__ = ["export"]


class What(StrEnum):
    """What can be exported."""

    rdf = "rdf"
    jsonl = "jsonl"
    csv = "csv"


def export(
    what: Annotated[
        What,
        typer.Argument(
            help="rdf: N-Quads, or TriG into a file named .trig; jsonl: a publication a line; csv: a claim a row."
        ),
    ],
    out: OutFile = None,
    folder: Folder = None,
) -> None:
    """Write everything the workspace holds.

    The output is sorted: equal workspaces give equal files.

    Examples:
      spinekg export csv -o claims.csv
      spinekg export rdf | gzip > graph.nq.gz

    Exit codes: 0 done, 2 no such workspace or a file that cannot be written, 69 the workspace is in use.
    """
    from kg.export import write_csv, write_jsonl, write_rdf, write_trig
    from kg.workspace import open_workspace

    trig = out is not None and out.suffix == ".trig"
    write = {What.rdf: write_trig if trig else write_rdf, What.jsonl: write_jsonl, What.csv: write_csv}[what]
    with open_workspace(home(folder)) as workspace, output(out) as stream:
        count = write(workspace, stream)
    if out is not None:
        lines = {What.rdf: "statements", What.jsonl: "publications", What.csv: "claims"}[what]
        typer.echo(f"{count:,} {lines} written to {out}", err=True)
