"""Whether every shipped question has an answer on the bundled sample."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from kg.checks.nouns import Fault
from kg.stores import Store

__all__ = ["question_faults", "sample_faults"]


def sample_faults() -> Iterator[Fault]:
    """Take the bundled sample into a workspace that is thrown away, and yield the questions without rows on it."""
    from kg.update import ingest_files
    from kg.workspace import open_workspace

    sample = files("ingest") / "sample" / "illustrative.xml"
    with tempfile.TemporaryDirectory(prefix="spinekg-check-") as folder, as_file(sample) as path:
        with open_workspace(Path(folder), create=True) as workspace:
            ingest_files(workspace, [path])
            with workspace.graph("check") as store:
                yield from question_faults(store)


def question_faults(store: Store) -> Iterator[Fault]:
    """Yield the questions without rows, neither with their examples nor with their defaults."""
    from kg.queries import ask, load_questions

    for question in load_questions():
        needed = {each.name: each.example for each in question.params if each.required}
        examples = {each.name: each.example for each in question.params}
        if not ask(store, question, examples).rows and not ask(store, question, needed).rows:
            yield Fault(message=f"the question '{question.name}' has no row on the bundled sample")
