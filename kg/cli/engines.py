"""The engines that answer a question, and how each is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.options import home
from kg.cli.output import progress, tell_illustrative
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.queries import CypherStore
    from kg.stores import Store

__all__ = ["Engine", "open_engine"]


class Engine(StrEnum):
    """What answers a question; the answer is the same."""

    sparql = "sparql"
    cypher = "cypher"
    neo4j = "neo4j"


def open_engine(
    engine: Engine, folder: Path | None, server: str | None, database: str | None, auth_file: Path | None
) -> AbstractContextManager[Store | CypherStore]:
    """Open what an engine asks; raises UsageError when a server is named and the engine is another one."""
    if engine is Engine.neo4j:
        return _server(server, database, auth_file)
    if server is None and database is None and auth_file is None:
        return _workspace(engine, folder)
    raise UsageError(f"--server, --database and --auth-file go with --engine neo4j, not with {engine}")


@contextmanager
def _workspace(engine: Engine, folder: Path | None) -> Iterator[Store | CypherStore]:
    """Open the graph of the workspace that an engine asks, brought up to the ledger first."""
    from kg.workspace import open_workspace

    with open_workspace(home(folder)) as workspace, progress() as told:
        tell_illustrative(workspace)
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
