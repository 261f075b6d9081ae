"""``spinekg sparql``: a question of one's own to the graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.tables import table_text
from kg.errors import InputError

__all__ = ["sparql"]


def sparql(
    text: Annotated[str, typer.Argument(metavar="QUERY|@FILE", help="A SPARQL query, or @ and a file that holds one.")],
    form: TableFormat = Format.table,
    folder: Folder = None,
) -> None:
    """Ask the graph in SPARQL.

    SELECT, ASK, CONSTRUCT and DESCRIBE of SPARQL 1.1 are answered; nothing can be changed. Every
    publication is a named graph; a query sees all of them together. docs/graph.md shows the model.

    Examples:
      spinekg sparql 'SELECT (COUNT(?c) AS ?claims) WHERE { ?c a <https://w3id.org/spinekg/vocab#Claim> }'
      spinekg sparql @question.rq --format csv

    Exit codes: 0 done, 2 no such workspace or not a query, 65 the file cannot be read, 69 the workspace is in use.
    """
    from kg.workspace import open_workspace

    query = _file(text[1:]) if text.startswith("@") else text
    with open_workspace(home(folder)) as workspace, workspace.graph("sparql") as store:
        table = store.query(query)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)


def _file(name: str) -> str:
    """Read a query from a file, or from standard input for ``-``."""
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text("utf-8")
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{name}: not UTF-8 text") from None
