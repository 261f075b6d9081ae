"""How well the extractor reads: the annotated sets side by side, scored by the contract's own scorer.

    python benchmarks/score.py [--shared FOLDER] [--write]

The sets lie in a folder beside the checkout that is not published, since it holds text of publishers; the bundled
sample is always scored when the scorer is there. The scorer runs as a program of its own. ``dev`` and ``trials`` are
read while the extractor is built, ``check`` is only ever scored: the distance between them shows over-fitting.

``--write`` puts the figures into ``ontology/accuracy.json``, from where ``spinekg info`` and the summaries take them,
and the table into README.md.
Without the folder: exit code 0 and a word why, or 1 when the variable CI is set.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.pipeline import EXTRACTOR_VERSION
from kg.accuracy import load_measured
from kg.codec import json_line, reading_to_contract
from kg.model import Quarantined
from kg.update import extract_files

ROOT = Path(__file__).resolve().parent.parent
ACCURACY = ROOT / "ontology" / "accuracy.json"
README = ROOT / "README.md"
BLOCK = re.compile("(<!-- accuracy:begin -->).*?(<!-- accuracy:end -->)", re.DOTALL)
SETS = ("dev", "trials", "written", "check")
REAL = {"dev": "", "trials": "", "check": "; only scored, never read"}
"""The sets of real abstracts, and what sets one apart."""
BANDS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 1.01))

Figures = Mapping[str, Any]
"""What the scorer prints as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The figures of one annotated set; ``bands`` are those of the claims within each band of confidence."""

    name: str
    figures: Figures
    bands: tuple[Figures, ...]


def sets(shared: Path) -> dict[str, tuple[Path, Path]]:
    """Return records and annotations of every set that is there."""
    gold = {name: (shared / "gold" / f"{name}.xml", shared / "gold" / f"{name}.jsonl") for name in SETS}
    gold["sample"] = (
        ROOT / "ingest" / "sample" / "illustrative.xml",
        ROOT / "tests" / "data" / "sample_expected.jsonl",
    )
    return {name: files for name, files in gold.items() if all(file.is_file() for file in files)}


def read(records: Path) -> list[dict[str, Any]]:
    """Extract a file into objects of the contract; a record that cannot be read ends the measurement."""
    found = []
    for reading in extract_files([records]):
        if isinstance(reading, Quarantined):
            raise SystemExit(f"{reading.source}, record {reading.position}: {reading.reason}")
        found.append(reading_to_contract(reading))
    return found


def within(readings: Sequence[dict[str, Any]], low: float, high: float) -> list[dict[str, Any]]:
    """Keep the claims whose confidence lies in the band, and every publication."""
    return [r | {"claims": [c for c in r["claims"] if low <= c["confidence"] < high]} for r in readings]


def figures(scorer: Path, gold: Path, readings: Sequence[dict[str, Any]]) -> Figures:
    """Let the scorer compare the readings with the annotations."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(f"{json_line(reading)}\n" for reading in readings)
        file.flush()
        command = [sys.executable, str(scorer), str(gold), file.name, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: Figures = json.loads(done.stdout)
    return found


def score(scorer: Path, name: str, records: Path, gold: Path) -> Scored:
    """Measure one set, as a whole and by confidence."""
    readings = read(records)
    bands = tuple(figures(scorer, gold, within(readings, *band)) for band in BANDS)
    return Scored(name=name, figures=figures(scorer, gold, readings), bands=bands)


def cell(value: Any) -> str:
    """Put one figure of the scorer into few characters."""
    if isinstance(value, dict) and "F1" in value:
        return f"{value['P']:.3f} {value['R']:.3f} {value['F1']:.3f}"
    if isinstance(value, dict) and "with claims" in value:
        return f"{value['with claims']} of {value['records']}"
    if isinstance(value, dict) and "missing from predicted" in value:
        return f"{value['gold']}" + (
            f" ({value['missing from predicted']} missing)" if value["missing from predicted"] else ""
        )
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def band_cell(value: Figures) -> str:
    """Tell the precision of the claims in a band, and how many they are."""
    claims = value["claims relaxed"]
    return f"{claims['P']:.3f} of {claims['pred']}" if claims["pred"] else "-"


def table(scored: Sequence[Scored]) -> str:
    """Lay the sets side by side, a figure a line."""
    rows = [("", *(s.name for s in scored))]
    names = [name for name in scored[0].figures if name != "by family (relaxed recall)"]
    for name in names:
        label = f"{name} (P R F1)" if "F1" in str(scored[0].figures[name]) else name
        rows.append((label, *(cell(s.figures[name]) for s in scored)))
    for i, band in enumerate(BANDS):
        rows.append((f"precision, confidence {band_name(band)}", *(band_cell(s.bands[i]) for s in scored)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def band_name(band: tuple[float, float]) -> str:
    """Name a band of confidence."""
    low, high = band
    return f"below {high}" if not low else f"{low} and more" if high > 1 else f"{low} to {high}"


SHIPPED: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("claims that are right", lambda f: f"{f['claims relaxed']['P']:.2f}"),
    ("claims that are found", lambda f: f"{f['claims relaxed']['R']:.2f}"),
    ("direction right", lambda f: f"{f['direction accuracy (same topic)']:.2f}"),
    ("none or worse read as better", lambda f: f"{f['false efficacy (worse or none read as better)']}"),
    ("in scope (F1)", lambda f: f"{f['scope on']['F1']:.2f}"),
)
"""What every summary tells of the extractor: the name of a figure and its text."""


def measured(scored: Sequence[Scored]) -> dict[str, Any]:
    """Return what is shipped: each figure with its value in every set of real abstracts."""
    real = [s for s in scored if s.name in REAL]
    sizes = ", ".join(f"{s.name} ({size(s)}{REAL[s.name]})" for s in real)
    return {
        "extractor_version": EXTRACTOR_VERSION,
        "gold": f"real abstracts annotated without a clinician, on {today()}: {sizes}",
        "figures": {name: " / ".join(text(s.figures) for s in real) for name, text in SHIPPED},
    }


def today() -> str:
    """Return the day of the measurement."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


def size(scored: Scored) -> str:
    """Tell how large a set is."""
    return f"{scored.figures['records']['gold']} records, {scored.figures['claims relaxed']['gold']} claims"


def block(scored: Sequence[Scored]) -> str:
    """Return the figures as the table of README.md; bands without a claim are left out."""
    rows = [("", *(s.name for s in scored)), ("---", *("---" for _ in scored))]
    rows += [
        ("records; claims annotated", *(size(s).replace(" records, ", "; ").removesuffix(" claims") for s in scored))
    ]
    rows += [(name, *(text(s.figures) for s in scored)) for name, text in SHIPPED]
    for i, band in enumerate(BANDS):
        if any(s.bands[i]["claims relaxed"]["pred"] for s in scored):
            rows.append(
                (f"right, of claims with confidence {band_name(band)}", *(band_cell(s.bands[i]) for s in scored))
            )
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"Extractor {EXTRACTOR_VERSION}, measured on {today()} by `make score WRITE=1`:\n\n{lines}"


def write(scored: Sequence[Scored]) -> None:
    """Write what is shipped, and the block of README.md."""
    ACCURACY.write_text(json.dumps(measured(scored), ensure_ascii=False, indent=2) + "\n", "utf-8")
    if load_measured() is None:
        raise SystemExit(f"{ACCURACY.relative_to(ROOT)} was written but is not what spinekg reads")
    page = README.read_text("utf-8")
    if not BLOCK.search(page):
        raise SystemExit(f"{README.name}: the lines <!-- accuracy:begin --> and <!-- accuracy:end --> are missing")
    README.write_text(BLOCK.sub(lambda found: f"{found[1]}\n{block(scored)}\n{found[2]}", page), "utf-8")
    print(f"\nwrote {ACCURACY.relative_to(ROOT)} and the table of {README.name}")


def main() -> int:
    """Score every set that is there; print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where scorer and sets are")
    options.add_argument("--write", action="store_true", help="ship the figures of this version")
    chosen = options.parse_args()
    scorer = chosen.shared / "score" / "score_claims.py"
    if not scorer.is_file():
        print(f"nothing was scored: the scorer and the annotated abstracts are not here (no {scorer}).")
        print("They are not published, since the abstracts belong to their publishers.")
        return 1 if os.environ.get("CI") else 0
    scored = [score(scorer, name, *files) for name, files in sets(chosen.shared).items()]
    print(f"extractor {EXTRACTOR_VERSION}\n\n{table(scored)}")
    if chosen.write:
        write(scored)
    return 0


if __name__ == "__main__":
    sys.exit(main())
