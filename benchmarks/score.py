"""How well the extractor reads: the annotated sets side by side, scored by the contract's own scorer.

    python benchmarks/score.py [--shared FOLDER] [--write]

The sets lie in a folder beside the checkout that is not published, since it holds text of publishers; the bundled
sample is always scored when the scorer is there. The scorer runs as a program of its own; its rule of a match, run
here once more, tells claim by claim what is right, for the bands of confidence and for each technique. ``dev``,
``trials`` and ``written`` are read while the extractor is built, ``check`` is only ever scored, and nothing of it is
printed but sums: the distance between them shows over-fitting. ``blind`` are 40 abstracts of trials written and annotated
for the project by somebody who had seen no rule of the extractor; their errors have been read since.

SPINEKG_PLUGINS measures with plug-ins; nothing is written then. ``--outside`` measures on data labelled by others too (evidence_inference.py, registrations.py, ebm_nlp.py and
evidence_map.py, each of which tells more when run alone).
``--write`` does that as well and puts the figures into ``ontology/accuracy.json``, from where ``spinekg info``, the
summaries and ``docs/accuracy.md`` take them, writes that page, and the table into README.md.
Without the folder: exit code 0 and a word why, or 1 when the variable CI is set.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.pipeline import EXTRACTOR_VERSION
from ingest.plugins import Plugins, load_plugins
from kg.accuracy import FEWEST, Band, GoldSet, Outside, Tally, load_measured
from kg.codec import json_line, reading_to_contract
from kg.model import Quarantined
from kg.update import extract_files
from kg.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
ACCURACY = ROOT / "ontology" / "accuracy.json"
README = ROOT / "README.md"
BLOCK = re.compile("(<!-- accuracy:begin -->).*?(<!-- accuracy:end -->)", re.DOTALL)
SETS = ("dev", "trials", "written", "check")
REAL = {"dev": "", "trials": "", "check": "; only scored, never read"}
"""The sets of real abstracts, and what sets one apart."""
WORKED_ON = ("dev", "trials", "written")
ONLY_SCORED = ("check",)
STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Where one band of confidence ends and the next begins."""
OUTSIDE = ("evidence_inference", "registrations", "ebm_nlp", "evidence_map")
"""The scripts beside this one with a function ``outside``: figures on data labelled by others."""

Figures = Mapping[str, Any]
"""What the scorer prints as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One claim, read or annotated: the procedures on its two sides, its basis and direction, whether it has its match."""

    sides: frozenset[str]
    matched: bool
    kind: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The figures of one annotated set, and each claim of it judged."""

    name: str
    figures: Figures
    read: tuple[Judged, ...]
    annotated: tuple[Judged, ...]

    @property
    def bands(self) -> tuple[Band, ...]:
        """Return how many claims of each band of confidence were read, and how many are right."""
        last = len(STEPS) - 2
        places = [min(bisect_right(STEPS, c.confidence or 0.0) - 1, last) for c in self.read]
        read, right = Counter(places), Counter(p for p, c in zip(places, self.read, strict=True) if c.matched)
        return tuple(Band(low=STEPS[i], high=STEPS[i + 1], read=read[i], right=right[i]) for i in range(len(STEPS) - 1))


def sets(shared: Path) -> dict[str, tuple[Path, Path]]:
    """Return records and annotations of every set that is there."""
    gold = {name: (shared / "gold" / f"{name}.xml", shared / "gold" / f"{name}.jsonl") for name in SETS}
    gold["sample"] = (
        ROOT / "ingest" / "sample" / "illustrative.xml",
        ROOT / "tests" / "data" / "sample_expected.jsonl",
    )
    gold["blind"] = (ROOT / "tests" / "data" / "blind.xml", ROOT / "tests" / "data" / "blind.jsonl")
    return {name: files for name, files in gold.items() if all(file.is_file() for file in files)}


def read(records: Path, plugins: Plugins) -> list[dict[str, Any]]:
    """Extract a file into objects of the contract; a record that cannot be read ends the measurement."""
    found = []
    for reading in extract_files([records], plugins):
        if isinstance(reading, Quarantined):
            raise SystemExit(f"{reading.source}, record {reading.position}: {reading.reason}")
        found.append(reading_to_contract(reading))
    return found


def figures(scorer: Path, gold: Path, readings: Sequence[dict[str, Any]]) -> Figures:
    """Let the scorer compare the readings with the annotations."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(f"{json_line(reading)}\n" for reading in readings)
        file.flush()
        command = [sys.executable, str(scorer), str(gold), file.name, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: Figures = json.loads(done.stdout)
    return found


def score(scorer: Path, name: str, records: Path, gold: Path, plugins: Plugins) -> Scored:
    """Measure one set, as a whole and claim by claim; the two must agree on the number of right claims."""
    readings = read(records, plugins)
    found = figures(scorer, gold, readings)
    mine, theirs = judge(rule_of(scorer), gold, readings)
    if sum(c.matched for c in mine) != found["claims relaxed"]["tp"]:
        raise SystemExit(f"{name}: the claims judged here are not those of {scorer.name}")
    return Scored(name=name, figures=found, read=tuple(mine), annotated=tuple(theirs))


def rule_of(scorer: Path) -> Any:
    """Return the scorer as a module: its rule of a match."""
    sys.path.insert(0, str(scorer.parent))
    try:
        return importlib.import_module(scorer.stem)
    finally:
        sys.path.pop(0)


def judge(rule: Any, gold: Path, readings: Sequence[dict[str, Any]]) -> tuple[list[Judged], list[Judged]]:
    """Match the claims of every publication in scope by the relaxed rule; return those read and those annotated."""
    by_pmid = {reading["pmid"]: reading for reading in readings}
    mine: list[Judged] = []
    theirs: list[Judged] = []
    for entry in map(json.loads, filter(str.strip, gold.read_text("utf-8").splitlines())):
        if entry["scope"] != "on":
            continue
        annotated, made = entry["claims"], by_pmid.get(entry["pmid"], {}).get("claims", [])
        pairs = rule.match(annotated, made, 1)
        theirs += judged(annotated, {i for i, _ in pairs})
        mine += judged(made, {j for _, j in pairs})
    return mine, theirs


def judged(claims: Sequence[dict[str, Any]], matched: set[int]) -> Iterator[Judged]:
    """Yield the claims of one publication with the procedures on both sides and those above them."""
    vocabulary = load_vocabulary()
    for place, claim in enumerate(claims):
        sides = [claim["procedure"], *([claim["comparator"]] if claim.get("comparator") else [])]
        above = frozenset(id for side in sides for id in vocabulary.ancestors("procedure", side))
        kind = f"{claim['basis']} {claim['direction']}"
        yield Judged(sides=above, matched=place in matched, kind=kind, confidence=claim.get("confidence"))


def tallies(scored: Iterable[Scored]) -> dict[str, Tally]:
    """Return, for each procedure of some claim, the counts over several sets, those of its narrower ones included."""
    counts = counted(scored, lambda claim: claim.sides)
    return {c.id: counts[c.id] for c in load_vocabulary().concepts("procedure") if c.id in counts}


def counted(scored: Iterable[Scored], names: Callable[[Judged], Iterable[str]]) -> dict[str, Tally]:
    """Return the counts of claims over several sets under each of their names, in alphabetical order."""
    counts: dict[str, Counter[str]] = {}
    for each in scored:
        for claims, all_of_them, good in ((each.read, "read", "right"), (each.annotated, "annotated", "found")):
            for claim in claims:
                for name in names(claim):
                    counts.setdefault(name, Counter()).update([all_of_them] + [good] * claim.matched)
    return {name: Tally(**counts[name]) for name in sorted(counts)}


def families() -> list[str]:
    """Return the procedures just below the top of the tree of interventional procedures, in the order of the file."""
    procedures = load_vocabulary().concepts("procedure")
    return [
        each.id
        for each in procedures
        if each.broader and not load_vocabulary().concept("procedure", each.broader).broader
    ]


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


def band_cell(band: Band) -> str:
    """Tell the precision of the claims in a band, and how many they are."""
    return f"{band.right / band.read:.3f} of {band.read}" if band.read else "-"


def table(scored: Sequence[Scored]) -> str:
    """Lay the sets side by side, a figure a line."""
    rows = [("", *(s.name for s in scored))]
    names = [name for name in scored[0].figures if name != "by family (relaxed recall)"]
    for name in names:
        label = f"{name} (P R F1)" if "F1" in str(scored[0].figures[name]) else name
        rows.append((label, *(cell(s.figures[name]) for s in scored)))
    for band, *cells in band_rows(scored):
        rows.append((f"precision, confidence {band}", *cells))
    return lined(rows)


def band_rows(scored: Sequence[Scored]) -> list[tuple[str, ...]]:
    """Return a row for each band of confidence in which some set has a claim."""
    several = zip(*(s.bands for s in scored), strict=True)
    return [
        (f"{bands[0].low} to {bands[0].high}", *(band_cell(b) for b in bands))
        for bands in several
        if any(b.read for b in bands)
    ]


def lined(rows: Sequence[Sequence[str]]) -> str:
    """Put rows of cells into columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def by_technique(scored: Sequence[Scored]) -> str:
    """Lay the families of procedures side by side: the sets worked on, and the one only scored."""
    rows = [("", "worked on: right of read, found of annotated", "only scored: the same")]
    columns = [tallies(s for s in scored if s.name in names) for names in (WORKED_ON, ONLY_SCORED)]
    for family in families():
        if any(family in column for column in columns):
            rows.append((family, *(tally_cell(column.get(family, Tally())) for column in columns)))
    return lined(rows)


def tally_cell(tally: Tally) -> str:
    """Tell precision and recall with their counts."""
    precision = f"{tally.precision:.3f} of {tally.read}" if tally.precision is not None else "-"
    recall = f"{tally.recall:.3f} of {tally.annotated}" if tally.recall is not None else "-"
    few = "" if tally.enough else " (few)"
    return f"{precision}, {recall}{few}"


def outside(shared: Path) -> tuple[Outside, ...]:
    """Measure on the data that others have labelled."""
    return tuple(figure for name in OUTSIDE for figure in importlib.import_module(name).outside(shared))


def outside_table(found: Sequence[Outside]) -> str:
    """Lay the figures on outside data below each other."""
    return lined([("data", "figure", "value", "trivial", "published"), *(tuple(asdict(f).values()) for f in found)])


SHIPPED: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("claims that are right", lambda f: f"{f['claims relaxed']['P']:.2f}"),
    ("claims that are found", lambda f: f"{f['claims relaxed']['R']:.2f}"),
    ("direction right", lambda f: f"{f['direction accuracy (same topic)']:.2f}"),
    ("none or worse read as better", lambda f: f"{f['false efficacy (worse or none read as better)']}"),
    ("in scope (F1)", lambda f: f"{f['scope on']['F1']:.2f}"),
)
"""What every summary tells of the extractor: the name of a figure and its text."""


def measured(scored: Sequence[Scored], labelled: Sequence[Outside]) -> dict[str, Any]:
    """Return what is shipped: each figure with its value in every set of real abstracts, and all counts behind it."""
    real = [s for s in scored if s.name in REAL]
    sizes = ", ".join(f"{s.name} ({size(s)}{REAL[s.name]})" for s in real)
    counts = {
        name: {id: asdict(tally) for id, tally in tallies(s for s in scored if s.name in names).items()}
        for name, names in (("worked_on", WORKED_ON), ("only_scored", ONLY_SCORED))
    }
    kinds = {
        name: {
            kind: asdict(t) for kind, t in counted((s for s in scored if s.name in names), lambda c: [c.kind]).items()
        }
        for name, names in (("worked_on", WORKED_ON), ("only_scored", ONLY_SCORED))
    }
    return {
        "extractor_version": EXTRACTOR_VERSION,
        "gold": f"real abstracts annotated without a clinician, on {today()}: {sizes}",
        "figures": {name: " / ".join(text(s.figures) for s in real) for name, text in SHIPPED},
        "measured": today(),
        "sets": {s.name: asdict(gold_set(s)) for s in scored},
        **counts,
        "kinds": kinds,
        "outside": [asdict(each) for each in labelled],
    }


def gold_set(scored: Scored) -> GoldSet:
    """Return what is shipped of one set."""
    shown = {
        name: value for name, value in scored.figures.items() if name not in ("by family (relaxed recall)", "records")
    }
    return GoldSet(
        records=scored.figures["records"]["gold"],
        claims=len(scored.annotated),
        only_scored=scored.name in ONLY_SCORED,
        real=scored.name in REAL,
        figures={name: cell(value) for name, value in shown.items()},
        bands=tuple(band for band in scored.bands if band.read),
    )


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
    rows += [(f"right, of claims with confidence {band}", *cells) for band, *cells in band_rows(scored)]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"Extractor {EXTRACTOR_VERSION}, measured on {today()} by `make score WRITE=1`:\n\n{lines}"


def compact(shipped: dict[str, Any]) -> str:
    """Return what is shipped as JSON in which each set of counts stands on a line of its own."""
    text = json.dumps(shipped, ensure_ascii=False, indent=1)
    return re.sub(r"\{\s+([^{}\[\]]*?)\s+\}", lambda found: "{" + re.sub(r"\s*\n\s*", " ", found[1]) + "}", text) + "\n"


def write(scored: Sequence[Scored], labelled: Sequence[Outside]) -> None:
    """Write what is shipped, and the block of README.md."""
    ACCURACY.write_text(compact(measured(scored, labelled)), "utf-8")
    if load_measured() is None:
        raise SystemExit(f"{ACCURACY.relative_to(ROOT)} was written but is not what spinekg reads")
    page = README.read_text("utf-8")
    if not BLOCK.search(page):
        raise SystemExit(f"{README.name}: the lines <!-- accuracy:begin --> and <!-- accuracy:end --> are missing")
    README.write_text(BLOCK.sub(lambda found: f"{found[1]}\n{block(scored)}\n{found[2]}", page), "utf-8")
    written = [ACCURACY, README]
    for path, text in runpy.run_path(str(ROOT / "docs" / "accuracy_page.py"))["pages"]().items():
        path.write_text(text, "utf-8")
        written.append(path)
    print(f"\nwrote {', '.join(str(path.relative_to(ROOT)) for path in written)}")


def main() -> int:
    """Score every set that is there; print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where scorer and sets are")
    options.add_argument("--outside", action="store_true", help="measure on data labelled by others too")
    options.add_argument("--write", action="store_true", help="ship the figures of this version")
    chosen = options.parse_args()
    scorer = chosen.shared / "score" / "score_claims.py"
    if not scorer.is_file():
        print(f"nothing was scored: the scorer and the annotated abstracts are not here (no {scorer}).")
        print("They are not published, since the abstracts belong to their publishers.")
        return 1 if os.environ.get("CI") else 0
    plugins = load_plugins(os.environ)
    if plugins.readers and chosen.write:
        options.error("the figures that are shipped are those without plug-ins: unset SPINEKG_PLUGINS")
    scored = [score(scorer, name, *files, plugins) for name, files in sets(chosen.shared).items()]
    print(f"extractor {plugins.extractor_version(EXTRACTOR_VERSION)}\n\n{table(scored)}\n\n{by_technique(scored)}")
    print(f'A claim counts for the procedures on both its sides; "few": fewer than {FEWEST} read or annotated.')
    labelled = outside(chosen.shared) if chosen.outside or chosen.write else ()
    if labelled:
        print(f"\n{outside_table(labelled)}")
    if chosen.write:
        write(scored, labelled)
    return 0


if __name__ == "__main__":
    sys.exit(main())
