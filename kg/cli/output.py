"""What verbs print while they work and when they are done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from kg.ledger import Receipt
    from kg.workspace import Progress, Workspace

__all__ = ["EXIT_QUARANTINED", "finish", "progress", "tell_illustrative"]

EXIT_QUARANTINED = 3
_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress on standard error: a bar on a terminal, now and then a line elsewhere."""
    if sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    counts = TextColumn("{task.completed:,.0f}")
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        counts,
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def told(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                for before in bar.tasks:  # a stage whose end was not known has come to it
                    bar.update(before.id, total=before.completed)
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield told


def _lines() -> Progress:
    last = time.monotonic()

    def told(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            typer.echo(f"{stage}: {done:,}{f' of {total:,}' if total else ''}", err=True)

    return told


def tell_illustrative(workspace: Workspace) -> None:
    """Say on standard error that an answer may rest on invented records, where the workspace holds some."""
    if count := workspace.ledger.illustrative():
        has = "record of this workspace is" if count == 1 else "records of this workspace are"
        typer.echo(f"spinekg: NOT REAL STUDIES: {count:,} {has} illustrative, invented for spinekg", err=True)


def finish(receipt: Receipt) -> None:
    """Print the summary line of a command that took records in, and leave with 3 or 65 when not all went well."""
    parts = [f"{receipt.seen:,} records ({_changes(receipt)})"]
    parts += [f"{receipt.in_scope:,} in scope", f"{receipt.claims:,} claims", f"{receipt.quarantined:,} quarantined"]
    typer.echo(f"{', '.join(parts)}; {receipt.rate:,.0f} abstracts per CPU-second")
    if receipt.missing:
        shown = ", ".join(receipt.missing[:10]) + (" …" if len(receipt.missing) > 10 else "")
        typer.echo(f"spinekg: PubMed has no record of {len(receipt.missing)} PMIDs: {shown}", err=True)
    for failure in receipt.failures:
        typer.echo(f"spinekg: {failure}; nothing of it was taken", err=True)
    if receipt.quarantined:
        typer.echo("spinekg: quarantined records are kept with the reason; 'spinekg info' lists them", err=True)
    if receipt.failures:
        raise typer.Exit(65)
    if receipt.quarantined:
        raise typer.Exit(EXIT_QUARANTINED)


def _changes(receipt: Receipt) -> str:
    counts = {
        "new": receipt.new,
        "changed": receipt.changed,
        "unchanged": receipt.unchanged,
        "superseded": receipt.older,
        "deleted": receipt.deleted,
    }
    always = {"new", "changed", "unchanged"}
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count or name in always)
