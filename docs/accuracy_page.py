"""Write the page of how well the extractor reads, from ``ontology/accuracy.json`` and the sentences of the tests.

``docs/generate.py`` calls ``pages``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from kg.accuracy import FEWEST, Measured, Tally, about, load_measured
from kg.vocabulary import Concept, load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).resolve().parent / "accuracy.md.jinja"
NAMES = {
    "procedures": "procedures (P R F1)",
    "comparators": "comparators (P R F1)",
    "indications": "indications (P R F1)",
    "scope on": "in scope (P R F1)",
    "design accuracy": "design right",
    "sample size accuracy": "sample size right",
    "claims strict": "claims, exact concepts (P R F1)",
    "claims relaxed": "claims, right as above (P R F1)",
    "claims topic only": "claims, only topic (P R F1)",
    "direction accuracy (same topic)": "direction right, where the topic is",
    "no-difference recall (relaxed)": "no difference, found",
    "false efficacy (worse or none read as better)": "false efficacy",
    "follow-up exact (relaxed matches)": "follow-up exact",
    "p exact (relaxed matches)": "p value exact",
    "records that must stay silent": "records with claims that must have none",
}
"""The scorer's names of its figures, as the page says them."""


def pages() -> dict[Path, str]:
    """Return the page with what it should hold; nothing where no figures are shipped."""
    measured = load_measured()
    if measured is None or not measured.sets:
        return {}
    template = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False).from_string(  # noqa: S701 - Markdown
        TEMPLATE.read_text("utf-8")
    )
    limits = tomllib.loads((ROOT / "ingest" / "cues" / "confidence.toml").read_text("utf-8"))
    text = template.render(
        measured=measured,
        fewest=FEWEST,
        sets=sets(measured),
        bands=bands(measured),
        keep_from=limits["keep_from"],
        better_from=limits["better_from"],
        techniques=techniques(measured),
        unmeasured=unmeasured(measured),
        kinds=kinds(measured),
        outside=outside(measured),
        classes=classes(),
        cues=cues(),
    )
    return {ROOT / "docs" / "accuracy.md": text}


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as Markdown, the first one as the head."""
    head, *rest = (tuple(cell.replace("|", "\\|") for cell in row) for row in rows)
    lines = [head, ("---",) * len(head), *rest]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sets(measured: Measured) -> str:
    """Return a column for each annotated set."""
    names = list(measured.sets)
    rows = [["", *names]]
    rows += [
        ["abstracts", *(f"{each.records} {'real' if each.real else 'invented'}" for each in measured.sets.values())]
    ]
    rows += [["claims annotated", *(str(each.claims) for each in measured.sets.values())]]
    known = measured.sets[names[0]].figures
    rows += [[NAMES.get(name, name), *(measured.sets[s].figures.get(name, "") for s in names)] for name in known]
    return table(rows)


def bands(measured: Measured) -> str:
    """Return a row for each band of confidence."""
    rows = [["confidence", *measured.sets]]
    for low, high in sorted({(band.low, band.high) for each in measured.sets.values() for band in each.bands}):
        cells = []
        for each in measured.sets.values():
            found = next((band for band in each.bands if band.low == low), None)
            cells.append(f"{found.right / found.read:.2f} of {found.read}" if found else "-")
        rows.append([f"{low} to {high}", *cells])
    return table(rows)


def techniques(measured: Measured) -> str:
    """Return a row for each procedure with figures of its own, indented under the wider one."""
    rows = [["", "right of read", "found of annotated", "only scored: right of read", "found of annotated"]]
    for concept, depth in _tree():
        own = measured.worked_on.get(concept.id, Tally())
        if own.enough:
            other = measured.only_scored.get(concept.id, Tally())
            rows.append([f"{'· ' * depth}{concept.label}", *_shares(own), *_shares(other)])
    return table(rows)


def unmeasured(measured: Measured) -> str:
    """Return the procedures for which a summary says "not measured"."""
    known = load_vocabulary()
    found = [c.label for c in known.concepts("procedure") if about(measured, c.id, known) is None]
    return "; ".join(found) or "none"


def _tree(under: str | None = None, depth: int = 0) -> list[tuple[Concept, int]]:
    found = []
    for concept in (c for c in load_vocabulary().concepts("procedure") if c.broader == under):
        found += [(concept, depth), *_tree(concept.id, depth + 1)]
    return found


def _shares(tally: Tally) -> tuple[str, str]:
    def share(value: float | None, of: int) -> str:
        few = "" if of >= FEWEST else " (few)"
        return "-" if value is None else f"{value:.2f} of {of}{few}"

    return share(tally.precision, tally.read), share(tally.recall, tally.annotated)


def kinds(measured: Measured) -> str:
    """Return a row for each basis and direction."""
    worked_on, only_scored = (measured.kinds.get(name, {}) for name in ("worked_on", "only_scored"))
    rows = [["", "right of read", "found of annotated", "only scored: right of read", "found of annotated"]]
    for kind in sorted({*worked_on, *only_scored}):
        rows.append([kind, *_shares(worked_on.get(kind, Tally())), *_shares(only_scored.get(kind, Tally()))])
    return table(rows)


def outside(measured: Measured) -> str:
    """Return a row for each figure on data of others."""
    rows = [["data", "figure", "value", "trivial", "published"]]
    rows += [[each.data, each.figure, each.value, each.trivial, each.published or "-"] for each in measured.outside]
    return table(rows)


def classes() -> str:
    """Return how many sentences of each class are tests, and how many are known to be misread."""
    rows = [["class", "sentences", "of them not yet"]]
    for file in sorted((ROOT / "tests" / "data" / "findings").glob("*.txt")):
        lines = file.read_text("utf-8").splitlines()
        title = next((line.lstrip("# ") for line in lines if line.startswith("#")), file.stem)
        samples = [line for line in lines if line.strip() and not line.startswith("#")]
        rows.append([f"{title} (`{file.name}`)", str(len(samples)), str(sum(line.startswith("!") for line in samples))])
    total = [str(sum(int(row[place]) for row in rows[1:])) for place in (1, 2)]
    return table([*rows, ["altogether", *total]])


def cues() -> str:
    """Return what each file of cues holds: the first sentence of its head, and its number of entries."""
    rows = [["file", "what", "entries"]]
    for file in sorted((ROOT / "ingest" / "cues").glob("*.toml")):
        text = file.read_text("utf-8")
        comment = []
        for line in text.splitlines():
            if not line.startswith("#"):
                break
            comment.append(line.lstrip("# ").strip())
        words = " ".join(comment)
        end = min((at + 1 for mark in (". ", "? ", ": ") if (at := words.find(mark)) >= 0), default=len(words))
        rows.append([f"`{file.name}`", words[:end].rstrip(":"), str(_entries(tomllib.loads(text)))])
    return table(rows)


def _entries(data: object) -> int:
    """Return how many entries a file of cues has: tables of an array, words of a list, values of a table."""
    if isinstance(data, dict):
        return sum(_entries(value) if isinstance(value, dict | list) else 1 for value in data.values())
    return len(data) if isinstance(data, list) else 1
