"""``spinekg query``: a shipped question to the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.engines import Engine, open_engine
from kg.cli.options import Folder, Format, TableFormat
from kg.cli.question_list import question_list
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
    engine: Annotated[
        Engine, typer.Option(help="Ask in SPARQL, in Cypher, or in Cypher on a Neo4j server.")
    ] = Engine.sparql,
    server: Annotated[
        str | None, typer.Option(metavar="URI", help="The server of --engine neo4j. [default: NEO4J_URI]")
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="NAME", help="The database of the server. [default: neo4j]")
    ] = None,
    auth_file: Annotated[Path | None, typer.Option(metavar="FILE", help="A file with one line, user/password.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the questions and their parameters.")] = False,
    folder: Folder = None,
) -> None:
    """Ask the graph one of the shipped questions.

    Techniques, indications and outcomes may be named by any synonym. Every question is there in SPARQL and in
    Cypher, with the same answer. User and password of a server come from NEO4J_USERNAME and NEO4J_PASSWORD, or
    from a file.

    Examples:
      spinekg query --list
      spinekg query technique-sentences --param technique=TFESI --format csv
      spinekg query contradictions --engine cypher
      spinekg query contradictions --engine neo4j --server bolt://localhost:7687

    Exit codes: 0 done, 2 no such workspace, question, parameter or concept, 69 the workspace is in use, 75 the
    server does not answer, 78 no Neo4j at the address, no such database, or wrong credentials.
    """
    from kg.queries import ask, parameters, question

    if listed:
        typer.echo(question_list(form), nl=False)
        return
    if name is None:
        raise UsageError("the name of a question is missing; 'spinekg query --list' shows all")
    asked, params = question(name), _params(param or [])
    parameters(asked, params)  # what is wrong with the values is said before anything is opened
    with open_engine(engine, folder, server, database, auth_file) as store:
        table = ask(store, asked, params)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)


def _params(texts: list[str]) -> dict[str, list[str]]:
    """Read ``name=value`` texts; a name may come more than once."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"--param {text}: NAME=VALUE is expected, such as technique=vertebroplasty")
        found.setdefault(name.strip(), []).append(value.strip())
    return found
