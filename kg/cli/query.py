"""``spinekg query``: a shipped question to the graph."""

from __future__ import annotations

import json
from dataclasses import asdict
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
      spinekg query technique-sentences --param technique=TFESI --format csv

    Exit codes: 0 done, 2 no such workspace, question, parameter or concept, 69 the workspace is in use.
    """
    from kg.queries import ask, question
    from kg.workspace import open_workspace

    if listed:
        typer.echo(_list(form), nl=False)
        return
    if name is None:
        raise UsageError("the name of a question is missing; 'spinekg query --list' shows all")
    asked, params = question(name), _params(param or [])
    with open_workspace(home(folder)) as workspace, workspace.graph("query") as store:
        table = ask(store, asked, params)
    typer.echo(table_text(table.columns, table.rows, form), nl=False)


def _list(form: Format) -> str:
    """Return the shipped questions: a table for people, all that is known of them as JSON."""
    from kg.queries import Parameter, load_questions

    def short(parameter: Parameter) -> str:
        return f"{parameter.name} (needed)" if parameter.required else f"{parameter.name}={parameter.default}"

    questions = load_questions()
    if form is Format.json:
        full = [
            {"name": q.name, "question": q.title, "note": q.note, "params": [asdict(p) for p in q.params]}
            | {"returns": list(q.returns)}
            for q in questions
        ]
        return json.dumps(full, ensure_ascii=False, indent=2) + "\n"
    rows = [(q.name, q.title, ", ".join(map(short, q.params))) for q in questions]
    return table_text(("name", "question", "parameters"), rows, form)


def _params(texts: list[str]) -> dict[str, list[str]]:
    """Read ``name=value`` texts; a name may come more than once."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"--param {text}: NAME=VALUE is expected, such as technique=vertebroplasty")
        found.setdefault(name.strip(), []).append(value.strip())
    return found
