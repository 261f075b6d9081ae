"""``spinekg cypher``: a question of one's own to the property graph."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.files import query_text
from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.output import progress, tell_illustrative
from kg.cli.tables import table_text
from kg.errors import UsageError

__all__ = ["cypher"]


def cypher(
    text: Annotated[str, typer.Argument(metavar="QUERY|@FILE", help="A Cypher query, or @ and a file that holds one.")],
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A parameter, $NAME in the query; may be repeated."),
    ] = None,
    server: Annotated[
        str | None, typer.Option("--server", metavar="URI", help="Ask this Neo4j server: bolt://localhost:7687, say.")
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
    """Ask the property graph in Cypher.

    Without --server the graph of the workspace is asked, made from the ledger when it is behind; it needs no
    server. Queries read, they change nothing: MATCH, OPTIONAL MATCH, WHERE, WITH, UNWIND, RETURN, UNION and
    EXISTS, COUNT. A parameter is text; NAME:=VALUE hands over JSON: a number, true, a list. docs/property-graph.md
    shows the model.

    Examples:
      spinekg cypher 'MATCH (c:Claim) RETURN c.direction, count(*) AS claims ORDER BY claims DESC'
      spinekg cypher @question.cypher --param technique=vertebroplasty --param 'days:=90' --format csv
      spinekg cypher @question.cypher --server bolt://localhost:7687

    Exit codes: 0 done, 2 no such workspace or not a query, 65 the file cannot be read, 69 the workspace is in
    use, 75 the server does not answer, 78 no Neo4j at the address, no such database, or wrong credentials.
    """
    from kg.stores.cypher_guard import check_cypher, parameters
    from kg.workspace import open_workspace

    query, params = query_text(text), _params(param or [])
    check_cypher(query)
    _check_params(parameters(query), params)
    if server is not None:
        from kg.config import load_neo4j_settings
        from kg.stores.neo4j import open_neo4j

        settings = load_neo4j_settings(os.environ, uri=server, database=database, auth_file=auth_file)
        with open_neo4j(settings) as remote:
            table = remote.query(query, params)
    elif database is not None or auth_file is not None:
        raise UsageError("--database and --auth-file go with --server: the graph of the workspace has neither")
    else:
        with open_workspace(home(folder)) as workspace, progress() as told, workspace.cypher(told) as store:
            table = store.query(query, params)
            tell_illustrative(workspace)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)


def _params(texts: list[str]) -> dict[str, object]:
    """Read ``name=text`` and ``name:=json``."""
    found: dict[str, object] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        typed, name = name.endswith(":"), name.removesuffix(":").strip().removeprefix("$")
        if not sign or not name.isidentifier():
            raise UsageError(f"--param {text}: NAME=TEXT or NAME:=JSON is expected, such as technique=vertebroplasty")
        if name in found:
            raise UsageError(f"--param {name} is given twice: a list is handed over as {name}:=[…]")
        found[name] = _json(text, value) if typed else value
    return found


def _check_params(wanted: Sequence[str], given: Mapping[str, object]) -> None:
    """Refuse a parameter too few or too many: engines take the one for a missing value and the other for nothing."""
    for name in wanted:
        if name not in given:
            raise UsageError(f"the query has the parameter ${name}: give it a value with --param {name}=…")
    for name in given:
        if name not in wanted:
            raise UsageError(f"the query has no parameter ${name}; it has: {', '.join(wanted) or 'none'}")


def _json(text: str, value: str) -> Any:
    def refuse(word: str) -> Any:
        raise ValueError(word)

    try:
        return json.loads(value, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise UsageError(f"--param {text}: what follows := must be JSON, such as 90, true or [1, 2]") from None
