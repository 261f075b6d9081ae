"""Builders for the tests of synthesis and report: evidence in short calls, and the annotated sample as evidence."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ingest.medline import read_source
from ingest.registry import registry_ids
from kg.evidence import evidence_of
from kg.identity import claim_id
from kg.model import Claim, Reading, Record
from kg.synthesis import Evidence, Pico, Publication, Summary, scheme_of, summarise
from kg.vocabulary import load_vocabulary

SAMPLE = Path(__file__).resolve().parents[1] / "ingest" / "sample" / "illustrative.xml"
EXPECTED = Path(__file__).resolve().parent / "data" / "sample_expected.jsonl"
OF_PAPER = {
    "study", "design", "title", "citation", "year", "sample_size", "scope", "languages", "retracted", "corrected",
    "under_concern", "illustrative", "flags",
}  # fmt: skip


def item(pmid: str, direction: str = "better", **fields: Any) -> Evidence:
    """Return one claim of one publication: vertebroplasty against sham on pain in a trial of 100, or as told."""
    paper = {name: fields.pop(name) for name in OF_PAPER & fields.keys()}
    values: dict[str, Any] = {
        "procedure": "vertebroplasty",
        "outcome": "pain-intensity",
        "basis": "between",
        "quote": f"Sentence of {pmid}.",
        "start": 0,
    } | fields
    if values["basis"] == "between":
        values.setdefault("comparator", "sham-procedure")
    values.setdefault("end", values["start"] + len(values["quote"]))
    claim = Claim(pmid=pmid, direction=direction, **values)  # type: ignore[arg-type]
    facts: dict[str, Any] = {"study": f"pubmed-{pmid}", "design": "randomised-trial", "sample_size": 100, "year": 2020}
    return Evidence(claim_id=claim_id(claim), claim=claim, publication=Publication(pmid=pmid, **(facts | paper)))


def summary_of(*evidence: Evidence, scheme: str = "asipp", include_retracted: bool = False, **asked: Any) -> Summary:
    """Return what some evidence says on vertebroplasty, or on what is asked."""
    vocabulary = load_vocabulary()
    return summarise(
        evidence,
        Pico(**({"technique": "vertebroplasty"} | asked)),
        vocabulary=vocabulary,
        scheme=scheme_of(vocabulary, scheme),
        include_retracted=include_retracted,
    )


@cache
def annotated_sample() -> tuple[tuple[Record, Reading], ...]:
    """Return the records of the bundled sample with their annotations as readings."""
    records = {record.pmid: record for record in read_source(SAMPLE) if isinstance(record, Record)}
    lines = [json.loads(line) for line in EXPECTED.read_text("utf-8").splitlines()]
    return tuple((records[line["pmid"]], _reading(records[line["pmid"]], line)) for line in lines)


def sample_evidence() -> tuple[Evidence, ...]:
    """Return every annotated claim of the bundled sample."""
    return tuple(item for record, reading in annotated_sample() for item in evidence_of(record, reading))


def _reading(record: Record, line: dict[str, Any]) -> Reading:
    claims = []
    for found in line["claims"]:
        start = record.text.index(found["quote"])
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
        claims.append(Claim(pmid=record.pmid, start=start, end=start + len(found["quote"]), **values))
    return Reading(
        pmid=record.pmid,
        scope=line["scope"],
        design=line["design"],
        sample_size=line["sample_size"],
        n_studies=line["n_studies"],
        claims=tuple(claims),
        registry_ids=registry_ids(record),
    )
