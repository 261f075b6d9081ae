"""How silent the extractor is where nothing has been found yet: registrations of trials that are being planned.

    python benchmarks/registrations.py [--shared FOLDER] [--show N]

A registration states aims, methods and hopes ("is expected to reduce pain"), so every claim read in one is wrong. Title
and summary are read as title and unlabelled abstract, the detailed description as a second one. The count of claims is
given with the design the extractor sees, and again with the design taken away from it (every text read as a randomised
trial), which measures the grammar alone. A trivial baseline stands beside it: sentences that hold any cue of a finding.
Without the folder: exit code 0, or 1 when CI is set.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import ingest.pipeline
from ingest.cues import find_cues
from ingest.sentences import split
from ingest.text import fold
from kg.accuracy import Outside
from kg.model import Claim, Record, Section

ROOT = Path(__file__).resolve().parent.parent


def records(file: Path, parts: tuple[str, ...]) -> Iterator[Record]:
    """Yield a record for every part of every registration that has a text."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        for part in parts:
            title, body = (row["title"] or "").strip(), " ".join((row[part] or "").split())
            if body:
                section = Section(text=body, start=len(title) + 1)
                text = f"{title}\n{body}"
                yield Record(pmid=row["nct"], title=title, text=text, sections=(section,), abstract_source="abstract")


PARTS = (("title and summary", "brief_summary"), ("title and description", "detailed_description"))
"""What is read of a registration, and the field that holds it."""


def outside(shared: Path) -> tuple[Outside, ...]:
    """Return what ``ontology/accuracy.json`` ships: the texts in which a claim is read, each of them an error."""
    found = []
    for part, field in PARTS:
        listed = list(records(shared / "benchmarks" / "ctgov-spine" / "dev.jsonl", (field,)))
        wrong = sum(bool(ingest.pipeline.read_record(record).claims) for record in listed)
        cued = sum(any(find_cues(fold(s.text), 0, len(s.text)) for s in split(record)) for record in listed)
        found.append(
            Outside(
                data=f"Registrations of spinal trials, {part}",
                figure=f"texts with a claim, of {len(listed)}; 0 is right",
                value=str(wrong),
                trivial=f"{cued}, any cue",
            )
        )
    return tuple(found)


def report(name: str, listed: list[Record], show: int) -> None:
    """Print how many of the records give a claim, as they are and as randomised trials in scope."""
    read = [ingest.pipeline.read_record(record).claims for record in listed]
    with patch.multiple(ingest.pipeline, classify_design=lambda *_: "randomised-trial", classify_scope=lambda *_: "on"):
        bare = [ingest.pipeline.read_record(record).claims for record in listed]
    cued = sum(bool(find_cues(fold(s.text), 0, len(s.text))) for record in listed for s in split(record))
    print(f"{name}: {len(listed)} texts")
    print(f"  claims as read                     {total(read)}")
    print(f"  claims without design and scope    {total(bare)}")
    print(f"  sentences that hold a cue          {cued}")
    for claim in [c for claims in (read, bare) for found in claims for c in found][:show]:
        print(
            f"  {claim.pmid} {claim.procedure} {claim.outcome} {claim.basis} {claim.direction} {claim.rule}\n    {claim.quote}"
        )


def total(read: list[tuple[Claim, ...]]) -> str:
    """Tell the number of claims and of the texts that have any."""
    return f"{sum(map(len, read))} in {sum(map(bool, read))} texts"


def main() -> int:
    """Print the counts for summaries and for descriptions."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the registrations are")
    options.add_argument("--show", type=int, default=0, help="print so many claims of each kind")
    chosen = options.parse_args()
    file = chosen.shared / "benchmarks" / "ctgov-spine" / "dev.jsonl"
    if not file.is_file():
        print(f"nothing was measured: there is no {file}")
        return 1 if os.environ.get("CI") else 0
    for part, field in PARTS:
        report(part, list(records(file, (field,))), chosen.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
