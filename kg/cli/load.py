"""``spinekg load``: the workspace into a database server."""

from __future__ import annotations

import typer

from kg.cli import load_neo4j, load_sparql
from kg.cli.docstrings import help_text

__all__ = ["load"]

load = typer.Typer(
    help="Bring the workspace into a database server: what changed since the last time, and no more.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for name, verb in (("sparql", load_sparql.sparql), ("neo4j", load_neo4j.neo4j)):
    load.command(name, help=help_text(verb.__doc__))(verb)
