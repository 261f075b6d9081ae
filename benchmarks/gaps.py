"""Measure whether a small trained model could fill the gaps that the rules leave.

A gap is an outcome named in a sentence of results or conclusions, with an arm or a pair of arms of the paper, of which
no claim speaks. A logistic model learns from the annotated sets which gaps hide an annotated claim, and of what
direction. Each set in turn is left out of the training; printed is what adding the surest claims would do to its relaxed
F1 and to the count of worse or absent effects read as better. Nothing is shipped from here: see docs/extraction.md.

    python benchmarks/gaps.py [--shared ../shared] [--more NAME.gold.jsonl ...]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ingest.claims import read_claims
from ingest.clauses import Clause, clauses
from ingest.medline import read_source
from ingest.outcomes import OutcomeHit
from ingest.pipeline import read_record
from ingest.text import fold
from kg.model import Claim, Record, Sentence

ROOT = Path(__file__).resolve().parent.parent
RIDGE, RARE, LEAST = 4.0, 3, 0.2
THRESHOLDS = (0.6, 0.5, 0.4, 0.35, 0.3, 0.25, LEAST)
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?")
Features = frozenset[str]
Topic = tuple[str, str | None, str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """An outcome with an arm or two of which nothing is claimed, its features, and the direction annotated ("" when none)."""

    pmid: str
    topic: Topic
    features: Features
    label: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotated set: its gaps, and per record what is annotated and what the rules claim."""

    gaps: list[Gap]
    gold: dict[str, list[dict[str, Any]]]
    read: dict[str, list[dict[str, Any]]]


def plain(claim: Claim) -> dict[str, Any]:
    """Return a claim as the scorer compares it."""
    keys = ("procedure", "comparator", "outcome", "basis", "direction")
    return {**{k: getattr(claim, k) for k in keys}, "followup_days": list(claim.followup_days)}


def as_claim(topic: Topic, direction: str) -> dict[str, Any]:
    """Return a topic and a direction as the scorer compares them."""
    keys = ("procedure", "comparator", "outcome", "basis")
    return {**dict(zip(keys, topic, strict=True)), "direction": direction, "followup_days": []}


def masked(text: str, clause: Clause, hit: OutcomeHit, arm: int, other: int | None) -> list[str]:
    """Return the words of a clause, with arms, outcomes, p values and numbers told by their kind."""
    spans = [(o.start, o.end, "OUTCOME" if o.id == hit.id else "OTHER-OUTCOME") for o in clause.outcomes]
    spans += [(p.start, p.end, f"P-{p.significant}") for p in clause.p]
    sides = {arm: "ARM", other: "RIVAL"}
    spans += [(r.start, r.end, sides.get(r.arm, "OTHER-ARM")) for r in clause.refs]
    found: list[str] = []
    at = clause.start
    for start, end, name in [*sorted(spans), (clause.end, clause.end, "")]:
        if start >= at:
            words = WORD.findall(text.lower(), at, start)
            found += ["NUMBER" if w[0].isdigit() else w for w in words] + [name] * bool(name)
            at = end
    return found


def features(words: Sequence[str], clause: Clause, hit: OutcomeHit, sentence: Sentence, beside: Sequence[Claim], basis: str) -> Features:  # fmt: skip
    """Return words up to three in a row, the order of what is masked, the cues, and the claims of the same sentence."""
    order = [w for w in words if w.isupper() or w.startswith("P-")]
    rows = {f"{tag}:{' '.join(row[i : i + n])}" for tag, row in (("w", words), ("o", order)) for n in (1, 2, 3) for i in range(len(row) - n + 1)}  # fmt: skip
    cues = {f"cue:{c.kind}:{hit.sign}" for c in clause.cues}
    told = {f"beside:{c.basis}:{c.direction}" for c in beside} or {"alone"}
    return frozenset(
        f"{basis}|{f}" for f in (*rows, *cues, *told, f"role:{sentence.role}", f"of:{hit.id}", f"sign:{hit.sign}")
    )


def given(record: Record) -> tuple[tuple[Any, ...], tuple[Claim, ...]]:
    """Return what the claims of a record are read from, and the claims."""
    seen: list[tuple[tuple[Any, ...], tuple[Claim, ...]]] = []

    def keep(*stages: Any) -> tuple[Claim, ...]:
        seen.append((stages, read_claims(*stages)))
        return seen[-1][1]

    with patch("ingest.pipeline.read_claims", keep):
        read_record(record)
    return seen[0] if seen else ((), ())


def places(record: Record) -> tuple[list[tuple[Topic, Features, Sentence]], tuple[Claim, ...]]:
    """Return every outcome with every arm and pair of arms in the sentences that are read, and what the rules claim."""
    stages, claims = given(record)
    if not stages:
        return [], claims
    _, text, sentences, outcomes, table, *_ = stages
    found = []
    for sentence in (s for s in sentences if s.role in ("results", "conclusions", "unknown")):
        beside = [c for c in claims if sentence.start <= c.start < sentence.end]
        for clause in clauses(text, sentence.start, sentence.end, outcomes, table):
            for hit, (arm, other) in product({o.id: o for o in clause.outcomes}.values(), pairs(len(table.arms))):
                words = masked(text, clause, hit, arm, other)
                rival = None if other is None else table.arms[other].procedure
                for basis in ("within", "rate") if other is None else ("between",):
                    topic = (table.arms[arm].procedure, rival, hit.id, basis)
                    found.append((topic, features(words, clause, hit, sentence, beside, basis), sentence))
    return found, claims


def pairs(count: int) -> Iterator[tuple[int, int | None]]:
    """Yield each arm alone, and each with every later one."""
    for arm in range(count):
        yield arm, None
        yield from ((arm, other) for other in range(arm + 1, count))


def label(topic: Topic, sentence: Sentence, gold: Sequence[dict[str, Any]], scorer: Any) -> str:
    """Return the direction that an annotated claim quoted from the sentence has for the topic, else nothing."""
    words = fold(sentence.text)
    for claim in gold:
        quote = fold(claim["quote"] or "")
        if quote and (quote[:40] in words or words in quote):
            for direction in (claim["direction"], scorer.FLIP.get(claim["direction"], claim["direction"])):
                if scorer.compare(claim, as_claim(topic, direction))[0]:
                    return str(direction)
    return ""


def annotated(xml: Path, lines: Path, scorer: Any) -> Annotated:
    """Read one set."""
    entries = map(json.loads, lines.read_text("utf-8").splitlines())
    gold = {str(e["pmid"]): e["claims"] for e in entries if e["scope"] == "on"}
    made = Annotated([], gold, {})
    for record in read_source(xml):
        if not isinstance(record, Record) or record.pmid not in gold:
            continue
        found, claims = places(record)
        made.read[record.pmid] = [plain(c) for c in claims]
        for topic, seen, sentence in found:
            if not any(scorer.compare(c, as_claim(topic, "reported"))[1] for c in made.read[record.pmid]):
                made.gaps.append(Gap(record.pmid, topic, seen, label(topic, sentence, gold[record.pmid], scorer)))
    return made


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of feature × direction."""

    place: dict[str, int]
    labels: list[str]
    weights: Any

    def probabilities(self, gaps: Sequence[Gap]) -> Any:
        """Return gap × direction."""
        z = matrix(gaps, self.place) @ self.weights
        z = np.exp(z - z.max(1, keepdims=True))
        return z / z.sum(1, keepdims=True)


def matrix(gaps: Sequence[Gap], place: dict[str, int]) -> Any:
    """Return gap × feature; the last column is the bias."""
    rows = [[*sorted(place[f] for f in g.features if f in place), len(place)] for g in gaps]
    ends = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.ones(ends[-1]), [i for r in rows for i in r], ends), shape=(len(rows), len(place) + 1))


def fit(gaps: Sequence[Gap]) -> Model:
    """Return a multinomial logistic model with a ridge penalty."""
    seen = Counter(f for g in gaps for f in g.features)
    place = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= RARE))}
    labels = sorted({g.label for g in gaps})
    x, y = matrix(gaps, place), np.array([[g.label == name for name in labels] for g in gaps], float)
    shape = (x.shape[1], len(labels))

    def loss(flat: Any) -> tuple[float, Any]:
        w = flat.reshape(shape)
        z = x @ w
        norm = np.logaddexp.reduce(z, axis=1, keepdims=True)
        slope = x.T @ (np.exp(z - norm) - y) + RIDGE * w
        return float((norm[:, 0] - (z * y).sum(1)).sum() + 0.5 * RIDGE * (w * w).sum()), slope.ravel()

    solved = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return Model(place, labels, solved.x.reshape(shape))


def proposals(model: Model, gaps: Sequence[Gap]) -> dict[tuple[str, Topic], tuple[float, str]]:
    """Return the surest direction for each topic of a record."""
    best: dict[tuple[str, Topic], tuple[float, str]] = {}
    for gap, row in zip(gaps, model.probabilities(gaps), strict=True):
        told = max((p, name) for p, name in zip(row, model.labels, strict=True) if name)
        best[gap.pmid, gap.topic] = max(best.get((gap.pmid, gap.topic), (0.0, "")), told)
    return best


def scored(tested: Annotated, added: dict[str, list[dict[str, Any]]], scorer: Any) -> tuple[int, float, int]:
    """Return claims that are right, relaxed F1, and worse or none read as better."""
    right = read = false = 0
    for pmid, gold in tested.gold.items():
        claims = [*tested.read.get(pmid, []), *added.get(pmid, [])]
        right, read = right + len(scorer.match(gold, claims, 1)), read + len(claims)
        for i, j in scorer.match(gold, claims, 0):
            wrong = not scorer.compare(gold[i], claims[j])[0] and gold[i]["direction"] in ("no-difference", "worse")
            better = "better" in {view[4] for view in scorer.views(claims[j])}
            false += wrong and better and claims[j]["direction"] != "no-difference"
    return right, 2 * right / (read + sum(map(len, tested.gold.values()))), false


def report(name: str, tested: Annotated, model: Model, scorer: Any) -> None:
    """Print what adding the surest proposals does to one set."""
    found = proposals(model, tested.gaps)
    right, f1, false = scored(tested, {}, scorer)
    print(f"{name}: {len(tested.gaps)} gaps, the rules alone: F1 {f1:.3f}, false efficacy {false}")
    for threshold in THRESHOLDS:
        added: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for (pmid, topic), (sure, direction) in found.items():
            if sure >= threshold:
                added[pmid].append(as_claim(topic, direction))
        now, gained, wrong = scored(tested, added, scorer)
        count = sum(map(len, added.values()))
        print(
            f"  from {threshold:4}: {count:4} added, {now - right:4} right, F1 {gained - f1:+.4f}, false efficacy {wrong}"
        )


def main() -> int:
    """Leave each set out in turn."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where scorer and sets are")
    options.add_argument(
        "--more", type=Path, nargs="*", default=[], help="further sets: NAME.gold.jsonl beside NAME.xml"
    )
    chosen = options.parse_args()
    gold, data = chosen.shared / "gold", ROOT / "tests" / "data"
    if not gold.is_dir():
        print(f"nothing was measured: there is no {gold}")
        return 1 if os.environ.get("CI") else 0
    sys.path.insert(0, str(chosen.shared / "score"))
    import score_claims  # type: ignore[import-not-found]

    files = {n: (gold / f"{n}.xml", gold / f"{n}.jsonl") for n in ("dev", "trials")}
    # The set "written" is left to the sample, which holds the same records.
    files["blind"] = (data / "blind.xml", data / "blind.jsonl")
    files["sample"] = (ROOT / "ingest" / "sample" / "illustrative.xml", data / "sample_expected.jsonl")
    files |= {p.name.partition(".")[0]: (p.with_name(p.name.partition(".")[0] + ".xml"), p) for p in chosen.more}
    sets = {name: annotated(*pair, score_claims) for name, pair in files.items()}
    for name, tested in sets.items():
        report(name, tested, fit([g for n, s in sets.items() if n != name for g in s.gaps]), score_claims)
    return 0


if __name__ == "__main__":
    sys.exit(main())
