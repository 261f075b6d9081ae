"""``spinekg load neo4j``: the property graph into a Neo4j server."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder, home
from kg.cli.output import progress

__all__ = ["neo4j"]


def neo4j(
    uri: Annotated[
        str | None,
        typer.Argument(metavar="URI", help="The server: bolt://localhost:7687, say. [default: NEO4J_URI]"),
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="NAME", help="The database. [default: NEO4J_DATABASE, or neo4j]")
    ] = None,
    auth_file: Annotated[
        Path | None,
        typer.Option("--auth-file", metavar="FILE", help="A file with one line, user/password."),
    ] = None,
    folder: Folder = None,
) -> None:
    """Bring the property graph into a Neo4j server.

    Only publications that changed are written, those that are gone are removed; run it again after an
    interruption and it goes on. Nodes of other labels stay. User and password come from NEO4J_USERNAME
    and NEO4J_PASSWORD, or from a file: --auth-file or NEO4J_AUTH_FILE. docs/neo4j.md tells more.

    Examples:
      spinekg load neo4j bolt://localhost:7687
      spinekg load neo4j neo4j+s://graph.hospital.org --database evidence --auth-file neo4j.auth

    Exit codes: 0 done, 2 no such workspace, 69 the workspace is in use or the database is not for this, 75 the
    server does not answer (the same command goes on later), 78 no Neo4j at the address, no such database, or
    wrong credentials.
    """
    from kg.config import load_neo4j_settings
    from kg.export.neo4j import load_neo4j
    from kg.stores.neo4j import open_neo4j
    from kg.workspace import open_workspace

    settings = load_neo4j_settings(os.environ, uri=uri, database=database, auth_file=auth_file)
    began = time.monotonic()
    with open_workspace(home(folder)) as workspace, open_neo4j(settings) as store, progress() as told:
        done = load_neo4j(workspace, store, told)
    typer.echo(
        f"{done.written:,} publications written, {done.removed:,} removed, {done.unchanged:,} unchanged"
        f" in {settings.uri}; {time.monotonic() - began:.1f} seconds"
    )
