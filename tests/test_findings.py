"""The finding grammar on sentences of our own, by linguistic class; see finding_samples.py."""

from __future__ import annotations

import pytest
from finding_samples import Sample, notation, read, samples

ALL = list(samples())


def named(open_: bool) -> list[object]:
    """Return the samples that are read, or those that are known to be read wrongly."""
    return [pytest.param(sample, id=sample.name) for sample in ALL if sample.open is open_]


@pytest.mark.parametrize("sample", named(False))
def test_a_sentence_is_read_exactly(sample: Sample) -> None:
    """The set of findings is the expected one: no more, no less, no other direction."""
    assert {notation(f) for f in read(sample.family, sample.text)} == sample.expected, sample.text


@pytest.mark.xfail(strict=True, reason="not handled yet: docs/extraction.md")
@pytest.mark.parametrize("sample", named(True))
def test_a_sentence_that_is_not_read_yet(sample: Sample) -> None:
    """What is known to be wrong: a sentence that comes right must lose its mark."""
    assert {notation(f) for f in read(sample.family, sample.text)} == sample.expected


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.name) for sample in ALL])
def test_nothing_reads_as_better_that_is_not(sample: Sample) -> None:
    """Safety: no arm is read as better, on the outcome where the sentence says it is worse or no different."""
    claimed = {better(f) for f in {notation(f) for f in read(sample.family, sample.text)}} - {None}
    told = {better(e) for e in sample.expected} - {None}
    silent = {e.split()[1] for e in sample.expected if e[1] in "=<>~"}
    assert {c for c in claimed - told if c is not None and c.split()[1] in silent} == set(), sample.text


def better(finding: str) -> str | None:
    """Return who is better on what, whichever side a finding is written from."""
    sides, outcome = finding.split()
    if sides[1] in ">+":
        return f"{sides[0]}{sides[2:]} {outcome}"
    return f"{sides[2:]}{sides[0]} {outcome}" if sides[1] == "<" else None


def test_there_are_enough_sentences() -> None:
    """The size the project promises, nearly all of them read."""
    assert len(ALL) >= 400
    assert sum(sample.open for sample in ALL) <= len(ALL) // 20
