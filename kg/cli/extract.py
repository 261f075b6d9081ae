"""``spinekg extract``: claims of files, without a workspace."""

from __future__ import annotations

import typer

from kg.cli.files import output
from kg.cli.options import OutFile, Sources, plugins
from kg.cli.output import EXIT_QUARANTINED

__all__ = ["extract"]


def extract(sources: Sources, out: OutFile = None) -> None:
    """Write the claims of files as JSON, without a workspace.

    One object per publication, in the order of the files. The format is that of docs/claims.md.

    Example:
      spinekg extract trials.xml.gz -o claims.jsonl

    Exit codes: 0 done, 2 wrong argument, 3 done but some records could not be read (named on standard
    error), 65 a file cannot be read (then no output file is written).
    """
    from kg.codec import json_line, reading_to_contract
    from kg.model import Quarantined
    from kg.update import extract_files

    bad, asked = 0, plugins(None)
    with output(out) as stream:
        for reading in extract_files(sources, asked):
            if isinstance(reading, Quarantined):
                bad += 1
                pmid = f", PMID {reading.pmid}" if reading.pmid else ""
                typer.echo(f"spinekg: {reading.source}, record {reading.position}{pmid}: {reading.reason}", err=True)
            else:
                stream.write(f"{json_line(reading_to_contract(reading))}\n".encode())
    if bad:
        raise typer.Exit(EXIT_QUARANTINED)
