"""``spinekg export``: everything, for use elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.export_forms import LINES, Form, What, form_of, write_gallery_to, write_one, write_package_to
from kg.cli.files import output
from kg.cli.options import Folder, OutFile, home
from kg.errors import UsageError

__all__ = ["export"]


def export(
    what: Annotated[
        What,
        typer.Argument(
            help="rdf: the graph; jsonl: a publication a line; csv: a claim a row; nanopub: a claim a nanopublication;"
            " ontology: the vocabulary; gallery: the questions, a file each."
        ),
    ],
    out: OutFile = None,
    form: Annotated[
        Form | None,
        typer.Option("--format", help="The form of rdf. [default: by the name of the file, else nquads]"),
    ] = None,
    package: Annotated[
        Path | None,
        typer.Option(
            "--package", metavar="FOLDER", help="rdf as a package: an RO-Crate with description and checksums."
        ),
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option(metavar="URL", help="The SPARQL end point that the gallery is for.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Write everything the workspace holds.

    The output is sorted: equal workspaces give equal files. Turtle holds the statements of all graphs
    together; the other forms of rdf keep a named graph per publication. A package holds the graph, what
    it holds in VoID and DCAT, the metadata of an RO-Crate and checksums.

    Examples:
      spinekg export csv -o claims.csv
      spinekg export rdf | gzip > graph.nq.gz
      spinekg export rdf --format turtle -o graph.ttl
      spinekg export rdf --package spinekg-graph
      spinekg export nanopub -o claims.trig
      spinekg export gallery -o gallery --endpoint https://graph.hospital.org/sparql

    Exit codes: 0 done, 2 no such workspace or a file that cannot be written, 69 the workspace is in use.
    """
    if form is not None and what is not What.rdf:
        raise UsageError(f"--format belongs to rdf; {what.value} has one form only")
    if endpoint is not None and what is not What.gallery:
        raise UsageError(f"--endpoint belongs to gallery; {what.value} is for none in particular")
    if what is What.gallery and package is None:
        write_gallery_to(out, endpoint)
        return
    if package is not None:
        write_package_to(package, what, out, form or Form.nquads, home(folder))
        return
    with output(out) as stream:
        count = write_one(what, form or form_of(out), stream, home(folder))
    if out is not None:
        typer.echo(f"{count:,} {LINES.get(what, 'statements')} written to {out}", err=True)
