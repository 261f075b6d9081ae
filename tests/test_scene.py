"""The follow-up and the p value of findings: which of the paper's times and tests are whose."""

from __future__ import annotations

from pathlib import Path

import pytest
from finding_samples import FAMILIES, notation, table

from ingest.findings import read_sentence
from ingest.followup import read_schedule
from ingest.grounding import find_mentions
from ingest.outcomes import settle_outcomes
from ingest.scene import Carry, Finding, Paper
from kg.model import Sentence

SAMPLES = Path(__file__).parent / "data" / "scenes.txt"
"""Lines ``family | finding @days & p ; … | methods | results``; findings as in data/findings."""


def lines() -> list[list[str]]:
    """Return the parts of every line."""
    found = SAMPLES.read_text("utf-8").splitlines()
    return [[p.strip() for p in line.split("|", 3)] for line in found if line.strip() and not line.startswith("#")]


def told(finding: Finding) -> tuple[str, tuple[int, ...], str]:
    """Return what a line says of a finding."""
    return notation(finding), finding.times, finding.p or ""


def expected(text: str) -> tuple[str, tuple[int, ...], str]:
    """Read ``A>B pain @90,180 & P = 0.02``."""
    what, _, rest = text.partition("@")
    days, _, p = rest.partition("&")
    return what.strip(), tuple(int(d) for d in days.split(",") if d.strip()), p.strip()


@pytest.mark.parametrize(("family", "findings", "methods", "results"), lines())
def test_times_and_tests(family: str, findings: str, methods: str, results: str) -> None:
    text = f"{methods} {results}"
    sentences = [
        Sentence(text=methods, start=0, end=len(methods), role="methods"),
        Sentence(text=results, start=len(methods) + 1, end=len(text), role="results"),
    ]
    outcomes = settle_outcomes([m for m in find_mentions(text, {}) if m.kind == "outcome"])
    schedule = read_schedule(text, sentences)
    paper = Paper(text=text, table=table(FAMILIES[family]), outcomes=outcomes, schedule=schedule)
    found = {told(f) for f in read_sentence(paper, sentences[1], Carry())}
    assert found == {expected(f) for f in findings.split(";")}


@pytest.mark.parametrize(
    "said",
    [
        ", a difference that approached statistical significance",
        ", which nearly reached significance",
        ", although not to a level that was statistically significant",
        " but was neither statistically significant nor clinically meaningful",
    ],
)
def test_what_is_nearly_significant_is_not(said: str) -> None:
    text = f"Pain was lower after denervation than after sham{said}."
    outcomes = settle_outcomes([m for m in find_mentions(text, {}) if m.kind == "outcome"])
    paper = Paper(text=text, table=table(FAMILIES["rf"]), outcomes=outcomes)
    found = read_sentence(paper, Sentence(text=text, start=0, end=len(text), role="results"), Carry())
    assert [(notation(f), f.significant) for f in found] == [("A>B pain", False)]
