"""``spinekg export``: everything, for use elsewhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from kg.cli.files import output
from kg.cli.options import Folder, OutFile, home
from kg.cli.output import progress
from kg.errors import UsageError

__all__ = ["export"]


class What(StrEnum):
    """What can be exported."""

    rdf = "rdf"
    jsonl = "jsonl"
    csv = "csv"
    nanopub = "nanopub"
    ontology = "ontology"
    gallery = "gallery"


class Form(StrEnum):
    """The forms of RDF."""

    nquads = "nquads"
    trig = "trig"
    turtle = "turtle"
    jsonld = "jsonld"


_LINES = {What.jsonl: "publications", What.csv: "claims", What.nanopub: "nanopublications"}


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
        _gallery(out, endpoint)
        return
    if package is not None:
        _package(package, what, out, form or Form.nquads, home(folder))
        return
    with output(out) as stream:
        count = _write(what, form or _form_of(out), stream, home(folder))
    if out is not None:
        typer.echo(f"{count:,} {_LINES.get(what, 'statements')} written to {out}", err=True)


def _form_of(out: Path | None) -> Form:
    """Return the form that the name of a file asks for."""
    from kg.export import FORMS

    return next((Form(form) for form, suffix in FORMS.items() if out is not None and out.suffix == suffix), Form.nquads)


def _package(package: Path, what: What, out: Path | None, form: Form, folder: Path) -> None:
    """Write the graph as a package."""
    from kg.export import write_package
    from kg.workspace import open_workspace

    if what is not What.rdf or out is not None:
        raise UsageError("--package belongs to rdf and is a folder of its own: leave -o out")
    with open_workspace(folder) as workspace, progress() as told:
        count = write_package(workspace, package, form.value, told)
    typer.echo(f"{count:,} statements written to {package}", err=True)


def _gallery(folder: Path | None, endpoint: str | None) -> None:
    """Write the questions as a gallery."""
    from kg.export import write_gallery

    if folder is None:
        raise UsageError("a gallery is a folder of files: name one with -o")
    count = write_gallery(folder, endpoint)
    typer.echo(f"{count} questions written to {folder}", err=True)


def _write(what: What, form: Form, stream: BinaryIO, folder: Path) -> int:
    """Write the one file asked for; the ontology needs no workspace."""
    from kg.export import write_csv, write_jsonl, write_nanopubs, write_ontology, write_rdf
    from kg.workspace import open_workspace

    if what is What.ontology:
        return write_ontology(stream)
    tables = {What.jsonl: write_jsonl, What.csv: write_csv, What.nanopub: write_nanopubs}
    with open_workspace(folder) as workspace, progress() as told:
        return tables[what](workspace, stream) if what in tables else write_rdf(workspace, stream, form.value, told)
