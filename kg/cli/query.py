"""``spinekg query``: a shipped question to the graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Folder, Format, TableFormat, home
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
        str | None, typer.Option(metavar="URI", help="The Neo4j server to ask; else the one that NEO4J_URI names.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the questions and their parameters.")] = False,
    folder: Folder = None,
) -> None:
    """Ask the graph one of the shipped questions.

    Techniques, indications and outcomes may be named by any synonym. Every question is there in SPARQL and in
    Cypher, with the same answer. User name and password of a server come from NEO4J_USERNAME and NEO4J_PASSWORD.

    Examples:
      spinekg query --list
      spinekg query technique-sentences --param technique=TFESI --format csv
      spinekg query contradictions --engine cypher

    Exit codes: 0 done, 2 no such workspace, question, parameter or concept, 69 the workspace is in use, 75 the
    server does not answer, 78 it refuses the user.
    """
    from kg.queries import ask, question

    if listed:
        typer.echo(_list(form), nl=False)
        return
    if name is None:
        raise UsageError("the name of a question is missing; 'spinekg query --list' shows all")
    asked, params = question(name), _params(param or [])
    with _opened(server, engine, folder) as store:
        table = ask(store, asked, params)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)


@contextmanager
def _opened(server: str | None, engine: Engine, folder: Path | None) -> Iterator[Store | CypherStore]:
    """Open what answers: a graph of the workspace, brought up to the ledger first, or a server."""
    from kg.workspace import open_workspace

    if server and engine is not Engine.neo4j:
        raise UsageError(f"--server goes with --engine neo4j: the engine {engine} asks the workspace")
    if engine is Engine.neo4j:
        from kg.stores.neo4j import open_neo4j

        with open_neo4j(server) as remote:
            yield remote
        return
    with open_workspace(home(folder)) as workspace:
        if engine is Engine.cypher:
            with workspace.cypher() as cypher:
                yield cypher
        else:
            with workspace.graph("query") as store:
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
