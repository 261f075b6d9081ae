"""``spinekg load sparql``: the graph into another SPARQL store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder, home
from kg.cli.output import progress
from kg.errors import InputError

__all__ = ["sparql"]


def sparql(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The store: http://host:3030/ds, say. Alone, it is asked what it is.")
    ],
    graph_store: Annotated[
        str | None,
        typer.Option("--graph-store", metavar="URL", help="Where graphs are put; the first URL then takes queries."),
    ] = None,
    update: Annotated[
        str | None,
        typer.Option("--update", metavar="URL", help="Where SPARQL Update goes; the first URL then takes queries."),
    ] = None,
    credentials: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="A TOML file with username and password.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Bring the graph into another SPARQL 1.1 store.

    Every publication is a named graph, the vocabulary another. Only what changed is written, what is gone
    is removed; graphs of others stay. Fuseki, Oxigraph, RDF4J and GraphDB are known by their address; for
    another store give its query address and --graph-store or --update. User and password come from
    SPINEKG_SPARQL_USERNAME and SPINEKG_SPARQL_PASSWORD, or a file.

    Examples:
      spinekg load sparql http://localhost:3030/ds
      spinekg load sparql http://localhost:7878
      spinekg load sparql https://kg.hospital.org/query --update https://kg.hospital.org/update

    Exit codes: 0 done, 2 no such workspace, 65 the file of credentials cannot be read, 69 the workspace is in
    use or the store refuses the data, 75 the store does not answer (the same command goes on later), 78 no
    SPARQL store at the address, or wrong credentials.
    """
    from kg.export import push
    from kg.stores.remote import Addresses, RemoteStore, find_store, read_login
    from kg.workspace import open_workspace

    login = read_login(os.environ, _text(credentials), str(credentials))
    with open_workspace(home(folder)) as workspace, progress() as told:
        if graph_store or update:
            store = RemoteStore(Addresses(query=url, graphs=graph_store, update=update), login)
        else:
            store = find_store(url, login)
        with store:
            done = push(workspace, store, told)
    typer.echo(f"{done.written:,} graphs written, {done.removed:,} removed, {done.unchanged:,} unchanged in {url}")


def _text(path: Path | None) -> str | None:
    """Read the file of credentials."""
    try:
        return path.read_text("utf-8") if path else None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file") from None
