"""Which groups a whole small abstract compares: claims between groups, each with the right sides.

``data/sides.txt`` holds abstracts of our own, one block each: ``T`` title, ``M`` methods, ``R`` results, and for every
pair of groups ``> one | other | outcome direction; …``. A lone ``>`` says that nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from arm_samples import record

from ingest.pipeline import read_record

_FILE = Path(__file__).parent / "data" / "sides.txt"
_TURNED = {"better": "worse", "worse": "better"}
Claim = tuple[str, str, str, str]


@dataclass(frozen=True)
class Abstract:
    """A small abstract and the claims between groups that it makes."""

    title: str
    methods: str
    results: str
    claims: frozenset[Claim]


def _alike(one: str, other: str, outcome: str, direction: str) -> Claim:
    """Return a claim written from the side that comes first in the alphabet."""
    if one <= other:
        return one, other, outcome, direction
    return other, one, outcome, _TURNED.get(direction, direction)


def _claims(line: str) -> Iterator[Claim]:
    one, other, told = (part.strip() for part in line.split("|"))
    for claim in told.split(";"):
        outcome, direction = claim.split()
        yield _alike(one, other, outcome, direction)


def _abstracts() -> Iterator[Abstract]:
    for block in _FILE.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        part = {line[0]: line[2:] for line in lines}
        told = [line[2:] for line in lines if line.startswith(">") and line[2:].strip()]
        yield Abstract(part["T"], part["M"], part["R"], frozenset(c for line in told for c in _claims(line)))


ABSTRACTS = list(_abstracts())


def _read(abstract: Abstract) -> set[Claim]:
    made = record(abstract.title, methods=abstract.methods, results=abstract.results)
    return {
        _alike(c.procedure, c.comparator, c.outcome, c.direction)
        for c in read_record(made).claims
        if c.basis == "between" and c.comparator is not None
    }


@pytest.mark.parametrize("abstract", ABSTRACTS, ids=lambda a: a.title)
def test_claims_have_the_right_sides(abstract: Abstract) -> None:
    """Every claim is there, and none the other way round; where nothing is compared there is none."""
    found = _read(abstract)
    assert abstract.claims <= found
    told = {(*c[:3], _TURNED[c[3]]) for c in abstract.claims if c[3] in _TURNED}
    assert not (told - abstract.claims) & found
    assert abstract.claims or not found


def test_there_are_enough_abstracts() -> None:
    """Enough to cover what a group can be called by."""
    assert len(ABSTRACTS) >= 50
