"""Builders for the tests of graph, stores and queries: short calls, full nouns, words of our own."""

from __future__ import annotations

from typing import Any

from kg.identity import Run, make_run
from kg.model import Claim, Correction, PubDate, Reading, Record, Term

RUN: Run = make_run(
    started="2026-11-24T06:00:00Z", extractor="rules", extractor_version="1.2", software_version="0.1.0"
)
SENTENCES = {
    "better": "Pain fell more after the procedure than in controls (P = 0.01).",
    "worse": "Leaks were seen more often after the procedure than in controls (P = 0.04).",
    "no-difference": "Pain did not differ between the groups (P = 0.55).",
    "reported": "Two of forty patients had a leak.",
    "none-observed": "No complication occurred.",
}


def claim(pmid: str, procedure: str, outcome: str, direction: str, **fields: Any) -> Claim:
    """Return a claim quoting the sentence of its direction, which ``record_of`` puts into the record."""
    quote = SENTENCES[direction]
    start = text_of().index(quote)
    basis = "rate" if direction in {"reported", "none-observed"} else "between"
    values: dict[str, Any] = {"basis": basis, "rule": "test", "confidence": 0.9} | fields
    return Claim(
        pmid=pmid,
        procedure=procedure,
        outcome=outcome,
        direction=direction,  # type: ignore[arg-type]
        quote=quote,
        start=start,
        end=start + len(quote),
        **values,
    )


def text_of() -> str:
    return "A made-up title\n" + " ".join(SENTENCES.values())


def record_of(pmid: str, *, year: int | None = 2020, retracted: bool = False, **fields: Any) -> Record:
    values: dict[str, Any] = {
        "title": "A made-up title",
        "text": text_of(),
        "journal": "Journal of Examples",
        "languages": ("eng",),
        "date": PubDate(text=str(year), year=year) if year else None,
        "publication_types": (Term(name="Retracted Publication", ui="D016441"),) if retracted else (),
    }
    return Record(pmid=pmid, **(values | fields))


def reading_of(pmid: str, *claims: Claim, design: str = "randomised-trial", **fields: Any) -> Reading:
    values: dict[str, Any] = {
        "scope": "on",
        "design": design,
        "procedures": tuple(dict.fromkeys(found.procedure for found in claims)),
        "claims": claims,
    }
    return Reading(pmid=pmid, **(values | fields))


def retraction(pmid: str) -> Correction:
    return Correction(ref_type="RetractionIn", source="J Examples", pmid=pmid)
