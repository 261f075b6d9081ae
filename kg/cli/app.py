"""The verbs put together, and what happens when one of them fails."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated, Any, NoReturn, TextIO

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from kg import __version__

from kg.cli import (  # isort: skip
    check, cypher, export, extract, fetch, info, ingest, load, network, query, rebuild, show, sparql, summarise,
)  # fmt: skip
from kg.cli.docstrings import help_text
from kg.errors import SpinekgError

__all__ = ["app"]

EXIT_PIPE = 141
"""What a shell reports for a program whose reader went away."""

EPILOG = (
    "Exit codes: 0 done; 2 wrong argument or unknown name; 3 done, but some records were quarantined; 4 checked, and"
    " faults were found; 65 a file cannot be read; 69 ledger, graph, lock or database unusable; 70 internal error, or the"
    " system refuses (disk full, say); 75 PubMed or a server does not answer, try again later; 78 a setting is missing or"
    " wrong; 130 interrupted; 141 output closed."
)


class Verbs(TyperGroup):
    """Run a verb; turn an error into one line and an exit code."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the verb that was asked for."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except BrokenPipeError:
            _silence(sys.stdout)
            raise typer.Exit(EXIT_PIPE) from None
        except SpinekgError as error:
            if ctx.params.get("debug"):
                raise
            _leave(str(error), error.exit_code)
        except OSError as error:
            if ctx.params.get("debug"):
                raise
            named = f"{error.filename}: " if error.filename else ""
            _leave(f"{named}{error.strerror or error}", SpinekgError.exit_code)
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            told = f"internal error: {type(error).__name__}: {error} (--debug shows where)"
            _leave(told, SpinekgError.exit_code)


def _leave(message: str, code: int) -> NoReturn:
    """Print one line on standard error and leave with a code, which is the same when nobody reads the line."""
    try:
        typer.echo(f"spinekg: {message}", err=True)
    except BrokenPipeError:
        _silence(sys.stderr)
        _silence(sys.stdout)  # most often both go into one pipe
    raise typer.Exit(code) from None


def _silence(stream: TextIO) -> None:
    """Send what is still buffered nowhere: nobody reads it, and its failure at exit would be printed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())


app = typer.Typer(
    name="spinekg",
    cls=Verbs,
    epilog=EPILOG,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"spinekg {__version__}")
        raise typer.Exit


@app.callback()
def spinekg(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="SPINEKG_DEBUG", help="Show the traceback of an error, and log more.")
    ] = False,
) -> None:
    """From PubMed records on interventional spine pain to claims, a graph, answers and evidence summaries.

    Everything is kept in one workspace folder: --dir, or SPINEKG_HOME, or ./spinekg-data.
    """
    logging.basicConfig(format="spinekg: %(message)s", level=logging.DEBUG if debug else logging.WARNING)


for verb in (
    fetch.fetch, ingest.ingest, extract.extract, summarise.summarise, show.show, query.query, sparql.sparql,
    cypher.cypher, network.network, export.export, rebuild.rebuild, check.check, info.info,
):  # fmt: skip
    app.command(help=help_text(verb.__doc__))(verb)
app.add_typer(load.load, name="load")
