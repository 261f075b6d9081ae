"""``spinekg query``: a shipped question to the graph."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.output import progress
from kg.cli.tables import table_text
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.queries import CypherStore, Parameter, Question
    from kg.stores import Store

__all__ = ["query"]


class Engine(StrEnum):
    """What answers a question; the answer is the same."""

    sparql = "sparql"
    cypher = "cypher"
    neo4j = "neo4j"


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
    from kg.queries import ask, question

    if listed:
        typer.echo(_list(form), nl=False)
        return
    if name is None:
        raise UsageError("the name of a question is missing; 'spinekg query --list' shows all")
    asked, params = question(name), _params(param or [])
    if engine is Engine.neo4j:
        opened: AbstractContextManager[Store | CypherStore] = _server(server, database, auth_file)
    elif server is None and database is None and auth_file is None:
        opened = _workspace(engine, folder)
    else:
        raise UsageError(f"--server, --database and --auth-file go with --engine neo4j, not with {engine}")
    with opened as store:
        table = ask(store, asked, params)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)


@contextmanager
def _workspace(engine: Engine, folder: Path | None) -> Iterator[Store | CypherStore]:
    """Open the graph of the workspace that an engine asks, brought up to the ledger first."""
    from kg.workspace import open_workspace

    with open_workspace(home(folder)) as workspace, progress() as told:
        if engine is Engine.cypher:
            with workspace.cypher(told) as cypher:
                yield cypher
        else:
            with workspace.graph("query", told) as store:
                yield store


@contextmanager
def _server(uri: str | None, database: str | None, auth_file: Path | None) -> Iterator[CypherStore]:
    """Open a database of a Neo4j server."""
    from kg.config import load_neo4j_settings
    from kg.stores.neo4j import open_neo4j

    with open_neo4j(load_neo4j_settings(os.environ, uri=uri, database=database, auth_file=auth_file)) as store:
        yield store


def _list(form: Format) -> str:
    """Return the shipped questions: a table for people, all that is known of them as JSON."""
    from kg.queries import load_questions

    questions = load_questions()
    if form is Format.json:
        return json.dumps([_facts(each) for each in questions], ensure_ascii=False, indent=2) + "\n"
    rows = [(each.name, each.title, ", ".join(map(_short, each.params))) for each in questions]
    return table_text(("name", "question", "parameters"), rows, form)


def _short(parameter: Parameter) -> str:
    return f"{parameter.name} (needed)" if parameter.required else f"{parameter.name}={parameter.default}"


def _facts(question: Question) -> dict[str, object]:
    names = ("name", "type", "help", "required", "default", "example")
    return {
        "name": question.name,
        "title": question.title,
        "note": question.note,
        "parameters": [{name: getattr(each, name) for name in names} for each in question.params],
        "columns": list(question.returns),
    }


def _params(texts: list[str]) -> dict[str, list[str]]:
    """Read ``name=value`` texts; a name may come more than once."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"--param {text}: NAME=VALUE is expected, such as technique=vertebroplasty")
        found.setdefault(name.strip(), []).append(value.strip())
    return found
