"""What must hold of every record and its reading in the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from kg.checks.nouns import Fault, shown
from kg.graph.terms import axis
from kg.identity import local_id
from kg.ledger import Ledger, LedgerRow
from kg.model import Claim, Reading
from kg.vocabulary import Vocabulary

__all__ = ["concept_faults", "quote_faults", "row_faults"]


def quote_faults(row: LedgerRow) -> Iterator[Fault]:
    """Yield the claims without a quote, of another PMID, or whose offsets do not give the quote again."""
    record, reading = row.record, row.reading
    for number, claim in enumerate(reading.claims if reading else (), start=1):
        if claim.pmid != record.pmid:
            yield Fault(pmid=record.pmid, message=f"claim {number} carries the PMID {shown(claim.pmid)}")
        if not claim.quote:
            yield Fault(pmid=record.pmid, message=f"claim {number} has no quote")
        elif not 0 <= claim.start < claim.end or record.text[claim.start : claim.end] != claim.quote:
            where = f"{claim.start} to {claim.end}"
            yield Fault(pmid=record.pmid, message=f"claim {number}: the text at {where} is not {shown(claim.quote)!r}")


def concept_faults(row: LedgerRow, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Yield the concepts of a reading that the vocabulary does not have."""
    if row.reading is None:
        return
    for kind, id in dict.fromkeys(_concepts(row.reading)):
        if id not in vocabulary.by_kind[kind]:
            yield Fault(pmid=row.record.pmid, message=f"no {kind} '{shown(id)}' in the vocabulary")


def row_faults(row: LedgerRow, ledger: Ledger) -> Iterator[Fault]:
    """Yield where the ledger's own columns differ from the reading they were made from."""
    record, reading = row.record, row.reading
    if reading is None:
        return
    if reading.pmid != record.pmid:
        yield Fault(pmid=record.pmid, message=f"its reading is of the PMID {shown(reading.pmid)}")
    counted = ledger.reading_counts(record.pmid)
    if counted != (reading.scope, len(reading.claims)):
        said = f"{reading.scope} with {len(reading.claims)} claims"
        noted = f"{counted[0]} with {counted[1]} claims" if counted else "nothing"
        yield Fault(pmid=record.pmid, message=f"its reading is {said}, the ledger counts {noted}")


def _concepts(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "design", reading.design
    for id in (*reading.procedures, *reading.comparators, *(arm.procedure for arm in reading.arms)):
        yield "procedure", id
    for id in reading.indications:
        yield "indication", id
    for claim in reading.claims:
        yield from _of_claim(claim)


def _of_claim(claim: Claim) -> Iterator[tuple[str, str]]:
    yield "procedure", claim.procedure
    yield "outcome", claim.outcome
    if claim.comparator is not None:
        yield "procedure", claim.comparator
    if claim.comparator_class is not None:
        yield "comparator-class", claim.comparator_class
    for id in claim.indications:
        yield "indication", id
    for pair in claim.axes:
        yield "axis", local_id(axis(pair).value)
