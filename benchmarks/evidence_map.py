"""How many of the interventions and outcomes that EvidenceMap marks in abstracts on pain the vocabulary finds.

    python benchmarks/evidence_map.py [--shared FOLDER] [--missed N]

EvidenceMap (Kang 2023, doi 10.1093/jamia/ocad036) marks the elements of results in abstracts of trials, in brat's
stand-off format: a text and an ``.ann`` file beside it. Records are chosen, spans counted and the trivial answer given
as in ebm_nlp.py; the two share some abstracts. Without the folder: exit code 0, or 1 when CI is set.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ebm_nlp import Document, figures, run

from kg.accuracy import Outside

DATA = "EvidenceMap"
MARKS = {"Intervention": "intervention", "Outcome": "outcome"}
ENTITY = re.compile(r"^T\d+\t(?P<kind>\w+) (?P<places>[\d ;]+)\t", re.MULTILINE)


def documents(shared: Path) -> Iterator[Document]:
    """Yield the abstracts of the folder; a span in pieces counts from its first character to its last."""
    folder = shared / "benchmarks" / "evidencemap"
    if not folder.is_dir():
        raise FileNotFoundError(2, "no such folder", str(folder))
    for file in sorted(folder.glob("*.txt")):
        spans = []
        for entity in ENTITY.finditer(file.with_suffix(".ann").read_text("utf-8")):
            numbers = [int(number) for number in re.findall(r"\d+", entity["places"])]
            if kind := MARKS.get(entity["kind"]):
                spans.append((kind, (min(numbers), max(numbers))))
        yield Document(pmid=file.stem, text=file.read_text("utf-8"), spans=tuple(spans))


def outside(shared: Path) -> tuple[Outside, ...]:
    """Return what ``ontology/accuracy.json`` ships of this measurement."""
    return figures(DATA, list(documents(shared)))


if __name__ == "__main__":
    sys.exit(run(__doc__, DATA, documents))
