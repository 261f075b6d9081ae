"""What ``spinekg export`` writes, in which form and where to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import typer

from kg.cli.output import progress
from kg.errors import UsageError

__all__ = ["LINES", "Form", "What", "form_of", "write_gallery_to", "write_one", "write_package_to"]


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


LINES = {What.jsonl: "publications", What.csv: "claims", What.nanopub: "nanopublications"}


def form_of(out: Path | None) -> Form:
    """Return the form that the name of a file asks for."""
    from kg.export import FORMS

    return next((Form(form) for form, suffix in FORMS.items() if out is not None and out.suffix == suffix), Form.nquads)


def write_package_to(package: Path, what: What, out: Path | None, form: Form, folder: Path) -> None:
    """Write the graph as a package."""
    from kg.export import write_package
    from kg.workspace import open_workspace

    if what is not What.rdf or out is not None:
        raise UsageError("--package belongs to rdf and is a folder of its own: leave -o out")
    with open_workspace(folder) as workspace, progress() as told:
        count = write_package(workspace, package, form.value, told)
    typer.echo(f"{count:,} statements written to {package}", err=True)


def write_gallery_to(folder: Path | None, endpoint: str | None) -> None:
    """Write the questions as a gallery."""
    from kg.export import write_gallery

    if folder is None:
        raise UsageError("a gallery is a folder of files: name one with -o")
    count = write_gallery(folder, endpoint)
    typer.echo(f"{count} questions written to {folder}", err=True)


def write_one(what: What, form: Form, stream: BinaryIO, folder: Path) -> int:
    """Write the one file asked for; the ontology needs no workspace."""
    from kg.export import write_csv, write_jsonl, write_nanopubs, write_ontology, write_rdf
    from kg.workspace import open_workspace

    if what is What.ontology:
        return write_ontology(stream)
    tables = {What.jsonl: write_jsonl, What.csv: write_csv, What.nanopub: write_nanopubs}
    with open_workspace(folder) as workspace, progress() as told:
        return tables[what](workspace, stream) if what in tables else write_rdf(workspace, stream, form.value, told)
