"""Train the confidence of claims on the annotated records and write ``ingest/cues/confidence.toml``.

A ridge-penalised logistic regression over the plain features of ``ingest.confidence`` says how likely a finding is
right, that is, matched by an annotated claim under the scorer's relaxed rule. The threshold below which a finding is
left out is the one with the best mean F1 when every record is judged by a model that has not seen it (five folds).
The precision measured in each band of confidence is written beside the weights. Only the sets that may be
learned from are read (dev, trials, written).

    python benchmarks/train_confidence.py [--shared ../shared] [--dry-run]
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

import ingest.pipeline as pipeline
from ingest.claims import Draft, read_drafts
from ingest.confidence import score
from ingest.medline import read_source
from kg.model import Record

SETS = ("dev", "trials", "written")
RIDGE = 40.0
"""Stronger than these five folds ask for: on sets that took no part the surest claims are more often right with it."""
FOLDS = 5
RARE = 3
"""Features seen less often than this get no weight."""
THRESHOLDS = (0.0, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5)
AS_GOOD = 0.01  # the sum of F1 over the three sets: less is chance
BETTER_FROM = 0.5
"""The threshold for "better than" another procedure, the claim that must not be wrong. Measured: it costs 0.002 of F1."""
BANDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.01)
TARGET = Path(__file__).parents[1] / "ingest" / "cues" / "confidence.toml"
HEAD = """# How sure a claim is: weights of a logistic model over the features of ingest.confidence, and the confidence below
# which a finding is not made a claim. Written by benchmarks/train_confidence.py; do not edit by hand.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One finding: the record it is from, its features, and whether an annotated claim matches it."""

    name: str
    pmid: str
    features: dict[str, float]
    right: bool


def drafts_of(records: list[Record]) -> dict[str, list[Draft]]:
    """Return PMID → every finding before any is left out."""
    kept: dict[str, list[Draft]] = {}

    def keep(record: Record, *rest: Any) -> tuple[Any, ...]:
        kept[record.pmid] = read_drafts(record, *rest)
        return tuple(draft.claim for draft in kept[record.pmid])

    original, pipeline.read_claims = pipeline.read_claims, keep  # type: ignore[assignment]
    try:
        for record in records:
            pipeline.read_record(record)
    finally:
        pipeline.read_claims = original
    return kept


def rows_of(shared: Path, name: str, scorer: Any) -> tuple[list[Row], int]:
    """Return the findings of one annotated set, and how many claims are annotated in it."""
    lines = (shared / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {str(entry["pmid"]): entry for entry in map(json.loads, lines) if entry["scope"] == "on"}
    records = [item for item in read_source(shared / "gold" / f"{name}.xml") if isinstance(item, Record)]
    found = drafts_of([record for record in records if record.pmid in gold])
    rows: list[Row] = []
    for pmid, drafts in found.items():
        hits = {j for _, j in scorer.match(gold[pmid]["claims"], [_plain(draft) for draft in drafts], 1)}
        rows += [Row(name, pmid, draft.features, j in hits) for j, draft in enumerate(drafts)]
    return rows, sum(len(entry["claims"]) for entry in gold.values())


def _plain(draft: Draft) -> dict[str, Any]:
    claim = draft.claim
    keys = ("procedure", "comparator", "outcome", "basis", "direction")
    return {**{key: getattr(claim, key) for key in keys}, "followup_days": list(claim.followup_days)}


def fit(rows: list[Row]) -> dict[str, float]:
    """Return feature → weight; the bias is not penalised."""
    seen = Counter(name for row in rows for name in row.features)
    names = sorted(name for name, count in seen.items() if count >= RARE)
    place = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
        for name in row.features.keys() & place.keys():
            x[i, place[name]] = row.features[name]
    sign = np.array([1.0 if row.right else -1.0 for row in rows])
    ridge = np.full(len(names), RIDGE)
    ridge[place["bias"]] = 1e-3

    def loss(w: Any) -> tuple[float, Any]:
        margin = sign * (x @ w)
        slope = -sign / (1.0 + np.exp(margin))
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * (ridge * w * w).sum()), x.T @ slope + ridge * w

    solved = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), 3) for name, weight in zip(names, solved.x, strict=True) if abs(weight) >= 0.01}


def judged(rows: list[Row]) -> list[float]:
    """Return the confidence of every finding by a model that has not seen its record."""
    order = sorted({(row.name, row.pmid) for row in rows})
    np.random.default_rng(0).shuffle(order)
    fold = {tuple(key): i % FOLDS for i, key in enumerate(order)}
    models = [fit([row for row in rows if fold[row.name, row.pmid] != k]) for k in range(FOLDS)]
    return [score(row.features, models[fold[row.name, row.pmid]]) for row in rows]


def f1(rows: list[Row], sure: list[float], annotated: dict[str, int], name: str, threshold: float) -> float:
    """Return the relaxed F1 of one set when findings below the threshold are left out."""
    kept = [row.right for row, p in zip(rows, sure, strict=True) if row.name == name and p >= threshold]
    return 2 * sum(kept) / (len(kept) + annotated[name]) if kept else 0.0


def bands(rows: list[Row], sure: list[float]) -> list[tuple[float, float, int, float]]:
    """Return (from, to, findings, precision) for each band of confidence."""
    found = []
    for low, high in itertools.pairwise(BANDS):
        inside = [row.right for row, p in zip(rows, sure, strict=True) if low <= p < high]
        found.append((low, min(high, 1.0), len(inside), round(sum(inside) / max(1, len(inside)), 2)))
    return found


def toml(weights: dict[str, float], keep_from: float, measured: list[tuple[float, float, int, float]]) -> str:
    """Return the text of the file."""
    lines = [HEAD, f"keep_from = {keep_from}", f"better_from = {BETTER_FROM}", ""]
    for low, high, count, precision in measured:
        lines += ["[[band]]", f"from = {low}", f"to = {high}", f"findings = {count}", f"precision = {precision}", ""]
    lines += ["[weights]", *(f'"{name}" = {weight}' for name, weight in weights.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Train, print what was measured, and write the file."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--shared", type=Path, default=Path(__file__).parents[1].parent / "shared")
    options.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    chosen = options.parse_args()
    sys.path.insert(0, str(chosen.shared / "score"))
    import score_claims  # type: ignore[import-not-found]

    rows: list[Row] = []
    annotated: dict[str, int] = {}
    for name in SETS:
        found, annotated[name] = rows_of(chosen.shared, name, score_claims)
        rows += found
    sure = judged(rows)
    table = {t: [f1(rows, sure, annotated, name, t) for name in SETS] for t in THRESHOLDS}
    for threshold, values in table.items():
        print(f"from {threshold:4}  F1 " + "  ".join(f"{n} {v:.3f}" for n, v in zip(SETS, values, strict=True)))
    best = max(map(sum, table.values()))
    # Of those as good as the best, the highest: where nothing is lost, what is less sure is left out.
    keep_from = max(t for t, values in table.items() if best - sum(values) <= AS_GOOD)
    measured = bands(rows, sure)
    for low, high, count, precision in measured:
        print(f"confidence {low:.2f} to {high:.2f}: {count:5} findings, precision {precision:.2f}")
    print(f"kept from {keep_from}")
    if not chosen.dry_run:
        TARGET.write_text(toml(fit(rows), keep_from, measured), encoding="utf-8")


if __name__ == "__main__":
    main()
