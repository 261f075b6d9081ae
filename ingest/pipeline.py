"""The order of the extraction stages, and nothing else: record → reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.abbreviations import abbreviations
from ingest.arms import arm_table
from ingest.axes import claim_axes, read_axes
from ingest.claims import read_claims
from ingest.design import classify_design
from ingest.doings import with_doings
from ingest.grounding import find_mentions
from ingest.indications import indications
from ingest.outcomes import settle_outcomes
from ingest.registry import registry_ids
from ingest.sample_size import sample_size
from ingest.scope import classify_scope
from ingest.sentences import split
from ingest.spin import COMPARED, find_spin
from ingest.study_counts import n_studies
from ingest.text import fold
from kg.model import SILENT_DESIGNS, Reading, Record

__all__ = ["EXTRACTOR_VERSION", "prepare", "read_record", "read_records"]

EXTRACTOR_VERSION = "rules-6"
_COMPARATIVE = frozenset(
    {
        "randomised-trial",
        "nonrandomised-trial",
        "cohort-comparative",
        "case-control",
        "systematic-review",
        "economic-evaluation",
        "diagnostic-accuracy",
        "cross-sectional",
        "other",
        "guideline",
        "narrative-review",
    }
)
_SURVEYS = frozenset({"cross-sectional", "guideline", "narrative-review"})
_ANY = Record(pmid="1", title="Vertebroplasty reduced pain.", text="Vertebroplasty reduced pain.")


def prepare() -> None:
    """Load the vocabulary and every table of cues now instead of with the first record (about a second)."""
    read_record(_ANY)


def read_record(record: Record) -> Reading:
    """Return what the extractor reads in one record; the same record always gives the same reading."""
    text = fold(record.text)
    sentences = split(record)
    short_forms = abbreviations(text)
    mentions = find_mentions(text, short_forms)
    procedures = tuple(m for m in mentions if m.kind == "procedure")
    outcomes = with_doings(settle_outcomes([m for m in mentions if m.kind == "outcome"]), text)
    design = classify_design(record)
    table = arm_table(
        sentences,
        text,
        procedures,
        comparative=design in _COMPARATIVE,
        short_forms=short_forms,
        survey=design in _SURVEYS,
    )
    conditions = indications(record, mentions, table.procedures, design) or indications(
        record, mentions, table.comparators, design
    )
    scope = classify_scope(record, mentions, design)
    claims = (
        ()
        if scope != "on" or design in SILENT_DESIGNS
        else read_claims(record, text, sentences, outcomes, table, conditions, design)
    )
    if claims:
        axes = read_axes(text, sentences, [m for m in mentions if m.kind == "axis"], procedures, table)
        claims = tuple(replace(c, axes=claim_axes(axes, c, text, table)) for c in claims)
    compared = scope == "on" and design in COMPARED
    spun = compared and find_spin(text, sentences, outcomes, table.comparators, claims) is not None
    return Reading(
        pmid=record.pmid,
        scope=scope,
        design=design,
        sample_size=sample_size(record, sentences, design),
        n_studies=n_studies(record, sentences, design),
        procedures=table.procedures,
        comparators=table.comparators,
        indications=conditions,
        claims=claims,
        registry_ids=registry_ids(record),
        arms=table.arms,
        flags=("spin",) if spun else (),
    )


def read_records(records: Iterable[Record]) -> Iterator[Reading]:
    """Yield one reading per record, in order."""
    for record in records:
        yield read_record(record)
