"""``spinekg sparql``: a question of one's own to the graph."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.files import query_text
from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.output import tell_illustrative
from kg.cli.tables import table_text

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

    query = query_text(text)
    with open_workspace(home(folder)) as workspace, workspace.graph("sparql") as store:
        table = store.query(query)
        tell_illustrative(workspace)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)
