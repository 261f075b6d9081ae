"""Options that several verbs share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.plugins import Plugins

__all__ = ["Folder", "Format", "OutFile", "Sources", "TableFormat", "home", "plugins"]


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


Folder = Annotated[
    Path | None,
    typer.Option("--dir", metavar="FOLDER", help="The workspace. [default: SPINEKG_HOME, or ./spinekg-data]"),
]
Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE|FOLDER...",
        help="PubMed XML (.xml, .xml.gz) or MEDLINE text (.nbib, .txt), or folders of such files.",
    ),
]
OutFile = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, whole or not at all. [default: stdout]"),
]
TableFormat = Annotated[Format, typer.Option("--format", help="How to print the table.")]


def home(folder: Path | None) -> Path:
    """Return the folder of the workspace: as given, else from the environment, else the default."""
    from kg.config import load_settings

    return folder if folder is not None else load_settings(os.environ).home


def plugins(workspace: Path | None) -> Plugins:
    """Return the plug-ins that SPINEKG_PLUGINS names; they keep answers in the workspace, where there is one."""
    from ingest.plugins import load_plugins

    return load_plugins(os.environ, workspace / "plugins" if workspace else None)
