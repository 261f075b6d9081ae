"""Whether the votes of plug-ins tell more of a claim than its confidence does.

    SPINEKG_PLUGINS=parser python benchmarks/votes.py [--shared FOLDER]

For the claims that a plug-in agrees with, disagrees with or says nothing of: how many they are, how many are right by the
scorer's relaxed match, and the mean of the confidence the rules gave them. A vote tells something where the share that is
right lies away from that mean. Only the sets that may be learned from are read (dev, trials, written). Without the
folder: exit code 0, or 1 when CI is set.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from score import ROOT, WORKED_ON, lined, rule_of

from ingest.medline import read_source
from ingest.pipeline import read_record
from ingest.plugins import Plugins, Vote, load_plugins
from kg.codec import reading_to_contract
from kg.model import Record

Judged = tuple[str, str, float, bool]
"""A plug-in, its opinion, the confidence of the claim, and whether the claim is right."""


def opinions(shared: Path, name: str, rule: Any, plugins: Plugins) -> Iterator[Judged]:
    """Yield what each plug-in says of each claim in the records in scope of one annotated set."""
    lines = (shared / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines()
    gold = {entry["pmid"]: entry["claims"] for entry in map(json.loads, lines) if entry["scope"] == "on"}
    for record in read_source(shared / "gold" / f"{name}.xml"):
        if not isinstance(record, Record) or record.pmid not in gold:
            continue
        reading = read_record(record)
        right = {j for _, j in rule.match(gold[record.pmid], reading_to_contract(reading)["claims"], 1)}
        for reader in plugins.readers:
            votes = {v.claim: v.agrees for v in reader.read(record, reading) if isinstance(v, Vote)}
            for place, claim in enumerate(reading.claims):
                said = {True: "agrees", False: "disagrees", None: "silent"}[votes.get(place)]
                yield reader.name, said, claim.confidence, place in right


def main() -> int:
    """Print a line for each plug-in and opinion."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where scorer and sets are")
    chosen = options.parse_args()
    scorer = chosen.shared / "score" / "score_claims.py"
    if not scorer.is_file():
        print(f"nothing was measured: there is no {scorer}")
        return 1 if os.environ.get("CI") else 0
    plugins = load_plugins(os.environ)
    if not plugins.readers:
        options.error("name the plug-ins to measure in SPINEKG_PLUGINS")
    rule = rule_of(scorer)
    found = [each for name in WORKED_ON for each in opinions(chosen.shared, name, rule, plugins)]
    rows = [("plug-in", "opinion", "claims", "right", "share right", "mean confidence")]
    for key in sorted({each[:2] for each in found}):
        sure = [(confidence, right) for *mine, confidence, right in found if tuple(mine) == key]
        right, mean = sum(r for _, r in sure), sum(c for c, _ in sure) / len(sure)
        rows.append((*key, str(len(sure)), str(right), f"{right / len(sure):.3f}", f"{mean:.3f}"))
    print(lined(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
