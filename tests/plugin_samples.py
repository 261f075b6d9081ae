"""Plug-ins for the tests: readers that answer what they are told, and packages that offer them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from arm_samples import record

from ingest.pipeline import read_record
from ingest.plugins.protocol import Answer, Proposal
from kg.model import Reading, Record, Term

RF, SHAM = "facet-radiofrequency-ablation", "sham-procedure"
LOWER = "Pain was lower after radiofrequency denervation than after sham at 3 months (2.1 vs 4.3, P = 0.01)."
SLEEP = "Sleep came back with denervation where sham left people awake."
"""A sentence from which the rules read nothing."""


def trial(results: str = f"{LOWER} {SLEEP}", methods: str = "") -> Record:
    """Return a randomised trial of radiofrequency against sham."""
    made = record(
        "Radiofrequency denervation or sham for lumbar facet joint pain",
        methods=methods
        or (
            "Eighty patients with lumbar facet joint pain were randomised to radiofrequency denervation (n = 40) or sham"
            " (n = 40)."
        ),
        results=results,
    )
    return replace(made, pmid="20000001", publication_types=(Term(name="Randomized Controlled Trial"),))


def read(results: str = f"{LOWER} {SLEEP}") -> tuple[Record, Reading]:
    made = trial(results)
    return made, read_record(made)


def proposal(**changes: Any) -> Proposal:
    """Return a claim on sleep that may stand, changed where told."""
    given: dict[str, Any] = {
        "procedure": RF,
        "comparator": SHAM,
        "outcome": "sleep",
        "basis": "between",
        "direction": "better",
        "quote": SLEEP,
        "why": "as told",
    }
    return Proposal(**(given | changes))


@dataclass
class Told:
    """A reader that answers what it was told, and remembers what it was asked."""

    answers: Iterable[Answer] | Callable[[Record, Reading], Iterable[Answer]] = ()
    name: str = "told"
    version: str = "1"
    asked: list[str] = field(default_factory=list)

    def read(self, record: Record, reading: Reading) -> Iterable[Answer]:
        self.asked.append(record.pmid)
        return self.answers(record, reading) if callable(self.answers) else self.answers


def offer(
    monkeypatch: pytest.MonkeyPatch, folder: Path, source: str, package: str = "someplugin", **points: str
) -> None:
    """Install a package for the time of a test: a module with ``source``, and its entry points."""
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / f"{package}.py").write_text(dedent(source))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("[spinekg.readers]\n" + "\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(folder))


CALM = """
    from ingest.plugins import Proposal, Vote

    class Calm:
        name, version = "calm", "1"

        def read(self, record, reading):
            for place in range(len(reading.claims)):
                yield Vote(claim=place, agrees=False, why="not sure")

    def make(environ, cache):
        found = Calm()
        found.version = environ.get("CALM_VERSION", "1")
        return found
"""
"""A package whose plug-in disagrees with everything."""
