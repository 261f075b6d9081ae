"""``spinekg info``: what is installed and what the workspace holds."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import typer

from kg import __version__
from kg.cli.options import Folder, home

__all__ = ["info"]

_LIBRARIES = ("spacy", "pyoxigraph", "ladybug", "neo4j", "rdflib", "lxml")
_KINDS = ("procedure", "indication", "outcome", "axis", "design", "comparator-class")
_SHOWN = 20


def info(folder: Folder = None) -> None:
    """Show versions, contents, vocabulary and accuracy.

    Example:
      spinekg info

    Exit codes: 0 done, also without a workspace; 69 the workspace is damaged or made by a newer version.
    """
    path = home(folder)
    for lines in (_versions(), _workspace(path), _vocabulary(), _accuracy()):
        typer.echo("\n".join(lines) + "\n")


def _versions() -> Iterator[str]:
    from ingest.pipeline import EXTRACTOR_VERSION

    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield f"spinekg {__version__}, extractor {EXTRACTOR_VERSION}"
    yield f"Python {platform.python_version()}, SQLite {_sqlite()}, {libraries}"


def _sqlite() -> str:
    import sqlite3

    return sqlite3.sqlite_version


def _workspace(path: Path) -> Iterator[str]:
    from kg.workspace import open_workspace

    if not (path / "ledger.sqlite3").is_file():
        yield f"Workspace {path}: none yet ('spinekg ingest' or 'spinekg fetch' makes it)"
        return
    with open_workspace(path) as workspace:
        counts, log = workspace.ledger.counts(), workspace.ledger.log()
        illustrative = workspace.ledger.illustrative()
        bad = list(workspace.ledger.quarantined())
    yield f"Workspace {path}"
    yield f"  records      {counts.records:,}: {counts.on:,} in scope, {counts.adjacent:,} adjacent, {counts.off:,} off"
    if illustrative:
        yield f"  illustrative {illustrative:,}: invented for spinekg, NOT REAL STUDIES"
    yield f"  claims       {counts.claims:,}"
    yield f"  sources      {counts.sources:,}"
    yield f"  deleted      {counts.deleted:,}"
    yield f"  quarantined  {counts.quarantined:,}"
    yield from (f"    {b.source}, record {b.position}: {b.reason}" for b in bad[:_SHOWN])
    if len(bad) > _SHOWN:
        yield f"    and {len(bad) - _SHOWN:,} more"
    if counts.unread or counts.pending:
        yield f"  to do        {counts.unread:,} to read, {counts.pending:,} to write to the graph: 'spinekg rebuild'"
    if log:
        last = log[-1]
        yield f"  last run     {last.command}, {last.run.started}{'' if last.ended else ' (did not end)'}"


def _vocabulary() -> Iterator[str]:
    from kg.vocabulary import load_vocabulary

    vocabulary = load_vocabulary()
    yield "Vocabulary"
    for kind in _KINDS:
        concepts = vocabulary.by_kind.get(kind, {}).values()
        names = sum(len(concept.names) - 1 for concept in concepts)
        yield f"  {kind:<17} {len(concepts):>4} concepts, {names:>5} names"


def _accuracy() -> Iterator[str]:
    from ingest.pipeline import EXTRACTOR_VERSION
    from kg.accuracy import load_measured

    found = load_measured()
    if found is None or found.extractor_version != EXTRACTOR_VERSION:
        yield f"Accuracy of extractor {EXTRACTOR_VERSION}: not measured"
        return
    yield f"Accuracy of extractor {EXTRACTOR_VERSION}, measured on {found.gold}"
    yield from (f"  {name:<32} {value}" for name, value in found.figures)
