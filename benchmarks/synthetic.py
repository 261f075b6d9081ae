"""Invented publications in any number, for measuring how the graph fares: the same ones for the same seed.

    python benchmarks/synthetic.py FOLDER --publications 10000

A publication is a record, a reading and its claims, about as large as a real one: three claims on average, 1,500
characters, six authors, twelve MeSH headings, three or four of them main topics. Techniques, conditions and outcomes come
from the vocabulary, a few of them often and most of them seldom. One trial in eight has another report; 0.3 % are
retracted. All words are made up.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from kg.identity import Run, make_run
from kg.model import Arm, Author, Claim, Correction, Grant, MeshHeading, PubDate, Reading, Record, Term
from kg.vocabulary import load_vocabulary
from kg.workspace import open_workspace

RUN = make_run(
    started="2026-11-24T06:00:00Z", extractor="synthetic", extractor_version="synthetic-1", software_version="0.1.0"
)
FIRST_PMID = 60_000_000
RETRACTED = 0.003

# Shares as they come in a search for spine procedures; every other concept follows with a falling share.
OFTEN = {
    "procedure": ("vertebroplasty", "kyphoplasty", "spinal-fusion", "transforaminal-epidural-steroid-injection",
                  "spinal-cord-stimulation", "discectomy", "facet-radiofrequency-ablation"),
    "indication": ("osteoporotic-vertebral-fracture", "low-back-pain", "lumbar-radicular-pain",
                   "failed-back-surgery-syndrome", "lumbar-disc-herniation"),
    "outcome": ("pain-intensity", "disability", "adverse-event", "quality-of-life", "cement-leakage"),
    "comparator": ("conservative-care", "sham-procedure", "placebo-injection", "medical-management", "spinal-fusion"),
    "axis": (),
}  # fmt: skip
CLASSES = ("sham", "inactive-placebo", "conservative-care", "other-procedure", "surgery", "same-procedure")
DESIGNS = {
    "case-series": 26, "cohort-comparative": 22, "randomised-trial": 18, "narrative-review": 12,
    "systematic-review": 8, "case-report": 8, "nonrandomised-trial": 3, "protocol": 2, "correspondence": 1,
}  # fmt: skip
WITHOUT_CLAIMS = {"protocol", "correspondence"}
CLAIMS = (0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8)
DAYS = (1, 7, 30, 90, 180, 365, 730)
FILLER = (
    "The invented cohort of this record was followed as the made-up protocol asked, with no day left out.",
    "Baseline values were alike in every group, since nobody was ever measured.",
    "Missing values were not replaced, as none of these numbers is real.",
    "The statistician of this example preferred short sentences and plain tables.",
)
WORDS = {
    ("between", "better"): "{o} was better after {p} than in the comparison group at {d} days (P = 0.0{n}).",
    ("between", "worse"): "{o} was worse after {p} than in the comparison group at {d} days (P = 0.0{n}).",
    ("between", "no-difference"): "{o} did not differ between {p} and the comparison group at {d} days (P = 0.{n}).",
    ("within", "better"): "{o} improved from baseline to {d} days after {p} in {n} of ten patients.",
    ("within", "no-difference"): "{o} stayed as it was up to {d} days after {p} in group {n}.",
    ("rate", "reported"): "{o} was noted in {n} patients after {p} within {d} days.",
    ("rate", "none-observed"): "No case of {o} was noted after {p} within {d} days in centre {n}.",
}
SHARES = {
    ("between", "better"): 22, ("between", "worse"): 6, ("between", "no-difference"): 18, ("within", "better"): 24,
    ("within", "no-difference"): 6, ("rate", "reported"): 16, ("rate", "none-observed"): 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deck:
    """Things to draw from, each with its share."""

    things: tuple[Any, ...]
    sums: tuple[float, ...]

    def draw(self, chance: random.Random) -> Any:
        return chance.choices(self.things, cum_weights=self.sums)[0]


def deck(shares: dict[Any, float]) -> Deck:
    return Deck(tuple(shares), tuple(accumulate(shares.values())))


@cache
def concepts(what: str) -> Deck:
    """Return the concepts of a kind: the usual ones first, the n-th with a share of 1/n."""
    kind = "procedure" if what == "comparator" else what
    listed = [concept.id for concept in load_vocabulary().concepts(kind)]
    missing = set(OFTEN[what]) - set(listed)
    assert not missing, f"not in the vocabulary: {missing}"
    rest = [each for each in listed if each not in OFTEN[what]]
    random.Random(1).shuffle(rest)  # noqa: S311 - the same every time
    return deck({each: 1 / rank for rank, each in enumerate((*OFTEN[what], *rest), start=1)})


@cache
def variants() -> Deck:
    found = {}
    for concept in load_vocabulary().concepts("axis"):
        axis = concept.scheme.removeprefix("axis-")
        found[axis, concept.id.removeprefix(f"{axis}-")] = 1.0
    return deck(found)


SENTENCES, KINDS_OF_DESIGN = deck(SHARES), deck(DESIGNS)


def publications(number: int, *, seed: int = 1, start: int = 0) -> Iterator[tuple[Record, Reading]]:
    """Yield invented publications; each depends on the seed and its own number alone."""
    for position in range(start, start + number):
        yield publication(position, seed=seed)


def publication(position: int, *, seed: int = 1) -> tuple[Record, Reading]:
    chance = random.Random(f"{seed} {position}")  # noqa: S311 - the same every time
    pmid, design = str(FIRST_PMID + position), KINDS_OF_DESIGN.draw(chance)
    procedure, comparator = concepts("procedure").draw(chance), concepts("comparator").draw(chance)
    indication = concepts("indication").draw(chance)
    wanted = 0 if design in WITHOUT_CLAIMS else chance.choice(CLAIMS)
    title = f"Invented study {position} of {procedure} in {indication}"
    text, claims = title + "\n", []
    for _ in range(wanted):
        text += chance.choice(FILLER) + " "
        claims.append(claim(chance, pmid, len(text), procedure, comparator, indication))
        text += claims[-1].quote + " "
    text += " ".join(chance.choices(FILLER, k=max(0, (1500 - len(text)) // 90)))
    size = chance.randint(12, 400)
    compared = any(each.comparator for each in claims)
    reading = Reading(
        pmid=pmid,
        scope="on",
        design=design,
        sample_size=size if chance.random() < 0.7 else None,
        procedures=(procedure,),
        comparators=(comparator,) if compared else (),
        indications=(indication,),
        claims=tuple(claims),
        registry_ids=registered(chance, position) if design == "randomised-trial" else (),
        arms=(Arm(procedure=procedure, names=("group A",), size=size // 2),)
        + ((Arm(procedure=comparator, names=("group B",), size=size // 2, index=False),) if compared else ()),
        flags=("spin",) if chance.random() < 0.02 else (),
    )
    return record(chance, pmid, title, text, design), reading


def registered(chance: random.Random, position: int) -> tuple[str, ...]:
    """Return a trial number, for one trial in four that of an earlier report: reports of one study come in pairs."""
    if chance.random() < 0.5:
        return ()
    return (f"NCT{(position // 40 if chance.random() < 0.5 else 1_000_000 + position):08}",)


def claim(chance: random.Random, pmid: str, start: int, procedure: str, comparator: str, indication: str) -> Claim:
    basis, direction = SENTENCES.draw(chance)
    outcome, days, number = concepts("outcome").draw(chance), chance.choice(DAYS), chance.randint(1, 9)
    quote = WORDS[basis, direction].format(o=outcome, p=procedure, d=days, n=number)
    between = basis == "between"
    p_value = {"better": f"P = 0.0{number}", "worse": f"P = 0.0{number}"}.get(direction, f"P = 0.{number}")
    return Claim(
        pmid=pmid, procedure=procedure, outcome=outcome, basis=basis, direction=direction, quote=quote, start=start,
        end=start + len(quote), comparator=comparator if between else None,
        comparator_class=chance.choice(CLASSES) if between else None,
        indications=(indication,), measure="VAS" if chance.random() < 0.4 else None,
        hedged=chance.random() < 0.05, followup_days=(days,) if chance.random() < 0.7 else (),
        effect=f"-{number}.{days % 10}" if chance.random() < 0.3 else None,
        p=p_value if between else None, significant=direction != "no-difference" if between else None,
        axes=(variants().draw(chance),) if chance.random() < 0.6 else (), rule="synthetic",
        reasons=(f"arms: {procedure}", "cue: made up", f"outcome: {outcome}", f"direction: {direction} ({basis})"),
        confidence=round(chance.uniform(0.2, 0.95), 2),
    )  # fmt: skip


def record(chance: random.Random, pmid: str, title: str, text: str, design: str) -> Record:
    year, month = min(2026, 2027 - int(chance.expovariate(0.08))), chance.randint(1, 12)
    retracted = chance.random() < RETRACTED
    main = 3 + int(pmid) % 2
    headings = (
        MeshHeading(name=f"Heading {number}", ui=f"D{number:06}", major=place < main)
        for place, number in enumerate(chance.sample(range(3000), 12))
    )
    authors = (Author(last_name=f"Name{chance.randint(1, 9000)}", initials=chance.choice("ABCDEFGH")) for _ in range(6))
    kinds = ("Journal Article", *(("Randomized Controlled Trial",) if design == "randomised-trial" else ()))
    return Record(
        pmid=pmid, title=title, text=text, abstract_source="abstract", status="MEDLINE",
        journal=f"Journal of Examples {chance.randint(1, 400)}", volume=str(chance.randint(1, 60)),
        issue=str(chance.randint(1, 12)), pages=f"{int(pmid) % 900 + 1}-9",
        date=PubDate(text=f"{year}-{month:02}", year=year, month=month), authors=tuple(authors),
        doi=f"10.0000/synthetic.{pmid}", languages=("eng",), mesh=tuple(headings),
        publication_types=tuple(Term(name=kind) for kind in (*kinds, *(("Retracted Publication",) if retracted else ()))),
        corrections=(Correction(ref_type="RetractionIn", source="J Ex", pmid=str(int(pmid) + 1)),) if retracted else (),
        grants=(Grant(agency=f"Agency {chance.randint(1, 200)}"),) if chance.random() < 0.2 else (),
    )  # fmt: skip


def enter(folder: Path, found: Iterable[tuple[Record, Reading]], name: str = "synthetic", run: Run = RUN) -> None:
    """Enter publications into the ledger of a workspace, made when it is missing, in one transaction."""
    with open_workspace(folder, create=True) as workspace, workspace.ledger.transaction():
        ledger = workspace.ledger
        ledger.begin_run(run, "synthetic")
        source = ledger.source(run, name, name)
        for position, (record, reading) in enumerate(found, start=1):
            ledger.put_record(record, source, position)
            ledger.put_reading(reading, run)


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="the workspace to make")
    options.add_argument("--publications", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args(arguments)
    enter(chosen.folder, publications(chosen.publications, seed=chosen.seed))


if __name__ == "__main__":
    main()
