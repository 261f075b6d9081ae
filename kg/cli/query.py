"""``spinekg query``: a shipped question to the graph."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.tables import table_text
from kg.errors import UsageError

__all__ = ["query"]


def query(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The name of a question; see --list.")] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the question; may be repeated."),
    ] = None,
    form: TableFormat = Format.table,
    listed: Annotated[bool, typer.Option("--list", help="List the questions and their parameters.")] = False,
    folder: Folder = None,
) -> None:
    """Ask the graph one of the shipped questions.

    Techniques, indications and outcomes may be named by any synonym.

    Examples:
      spinekg query --list
      spinekg query technique-findings --param technique=TFESI --format csv

    Exit codes: 0 done, 2 no such workspace, question, parameter or concept, 69 the workspace is in use.
    """
    if listed or name is None:
        raise UsageError("no questions yet")
    _params(param or [])
    home(folder)
    table_text([], [], form)


def _params(texts: list[str]) -> dict[str, list[str]]:
    """Read ``name=value`` texts; a name may come more than once."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"--param {text}: NAME=VALUE is expected, such as technique=vertebroplasty")
        found.setdefault(name.strip(), []).append(value.strip())
    return found
