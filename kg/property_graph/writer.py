"""From a record and its reading to rows of the property graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kg import bibliography
from kg.codec import to_json
from kg.errors import InputError
from kg.graph.terms import axis
from kg.identity import (
    Kind,
    Run,
    claim_ids,
    claim_iri,
    concept_iri,
    local_id,
    publication_iri,
    run_iri,
    study_id,
    study_iri,
)
from kg.model import Arm, Claim, Reading, Record
from kg.property_graph.rows import Property, Row, Rows
from kg.property_graph.schema import load_schema

__all__ = ["publication_digest", "publication_rows"]


def publication_rows(record: Record, reading: Reading, run: Run) -> Rows:
    """Write a record's metadata and its reading as the nodes and relationships of one publication.

    Raises InputError when record, reading and claims are not of one PMID.
    """
    pmids = {record.pmid, reading.pmid, *(claim.pmid for claim in reading.claims)}
    if len(pmids) != 1:
        raise InputError(f"PMID {record.pmid}: its reading or claims carry other PMIDs: {', '.join(sorted(pmids))}")
    sheet = _Sheet()
    study = study_id(record.pmid, reading.registry_ids, reading.design)
    sheet.node("Run", **_run(run))
    sheet.node("Study", id=study, iri=study_iri(study))
    digest = publication_digest(to_json(record), to_json(reading), to_json(run))
    sheet.node("Publication", **_publication(record, reading), digest=digest)
    sheet.link("REPORTS_STUDY", record.pmid, study)
    sheet.link("READ_BY", record.pmid, run.run_id)
    sheet.concept("DESIGN", record.pmid, "design", reading.design)
    _evaluated(sheet, reading)
    _links(sheet, record)
    for position, arm in enumerate(reading.arms, start=1):
        _arm(sheet, record.pmid, position, arm)
    identifiers = claim_ids(reading.claims)
    shared: dict[str, Property] = {
        "study": study,
        "design": reading.design,
        "retracted": bibliography.is_retracted(record),
        "sampleSize": reading.sample_size,
    }
    for position, (identifier, claim) in enumerate(zip(identifiers, reading.claims, strict=True), start=1):
        _claim(sheet, identifier, position, claim, shared)
        sheet.link("SOURCE", identifier, record.pmid)
        sheet.link("ABOUT_STUDY", identifier, study)
    return sheet.rows()


def publication_digest(record: str, reading: str, run: str) -> str:
    """Return the digest of everything the rows are made of, each as JSON; the shape of the graph counts too."""
    parts = (load_schema().digest, record, reading, run)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


class _Sheet:
    """Rows as they are written down."""

    def __init__(self) -> None:
        self._nodes: dict[str, list[dict[str, Property]]] = {}
        self._relationships: dict[str, list[dict[str, Property]]] = {}
        self._concepts: dict[str, Kind] = {}

    def node(self, label: str, /, **properties: Property) -> None:
        self._nodes.setdefault(label, []).append(properties)

    def link(self, name: str, source: str, target: str, /, **properties: Property) -> None:
        self._relationships.setdefault(name, []).append({"from": source, "to": target, **properties})

    def concept(self, name: str, source: str, kind: Kind, identifier: str, **properties: Property) -> None:
        self._point(name, source, kind, concept_iri(kind, identifier), properties)

    def concepts(self, name: str, source: str, kind: Kind, identifiers: Sequence[str]) -> None:
        for position, identifier in enumerate(identifiers, start=1):
            self.concept(name, source, kind, identifier, position=position)

    def variants(self, source: str, pairs: Sequence[tuple[str, str]]) -> None:
        for position, pair in enumerate(pairs, start=1):
            self._point("AXIS", source, "axis", axis(pair).value, {"position": position})

    def rows(self) -> Rows:
        nodes: dict[str, tuple[Row, ...]] = {label: tuple(rows) for label, rows in self._nodes.items()}
        if self._concepts:
            nodes["Concept"] = tuple(_named_concept(iri, kind) for iri, kind in self._concepts.items())
        return Rows(
            nodes=nodes,
            relationships={name: tuple(rows) for name, rows in self._relationships.items()},
        )

    def _point(self, name: str, source: str, kind: Kind, iri: str, properties: dict[str, Property]) -> None:
        self._concepts[iri] = kind
        self.link(name, source, iri, **properties)


@lru_cache(4096)
def _named_concept(iri: str, kind: Kind) -> Row:
    """Return the row of a concept that is only named: the vocabulary's own row says the rest."""
    shapes = load_schema().nodes["Concept"].properties
    blank: dict[str, Any] = {name: [] if shape == "strings" else None for name, shape in shapes.items()}
    return blank | {"iri": iri, "id": local_id(iri), "kind": kind}


def _publication(record: Record, reading: Reading) -> dict[str, Property]:
    return {
        "pmid": record.pmid,
        "iri": publication_iri(record.pmid),
        "title": record.title,
        "citation": bibliography.citation(record),
        "kind": record.kind,
        "doi": record.doi.lower() if record.doi else None,
        "pmcId": record.pmc_id,
        "journal": record.journal,
        "issued": bibliography.issued(record),
        "year": bibliography.year(record),
        "languages": _unique(record.languages),
        "pubmedTypes": _unique(kind.name for kind in record.publication_types),
        "mesh": list(bibliography.mesh_ids(record)),
        "authors": list(bibliography.author_names(record)),
        "funders": list(bibliography.funders(record)),
        "retracted": bibliography.is_retracted(record),
        "corrected": bibliography.is_corrected(record),
        "underConcern": bibliography.has_concern(record),
        "noticeOf": bibliography.notice(record),
        "scope": reading.scope,
        "sampleSize": reading.sample_size,
        "studyCount": reading.n_studies,
        "registryIds": list(reading.registry_ids),
        "flags": list(reading.flags),
    }


def _evaluated(sheet: _Sheet, reading: Reading) -> None:
    sheet.concepts("EVALUATED_PROCEDURE", reading.pmid, "procedure", reading.procedures)
    sheet.concepts("EVALUATED_COMPARATOR", reading.pmid, "procedure", reading.comparators)
    sheet.concepts("EVALUATED_INDICATION", reading.pmid, "indication", reading.indications)


def _links(sheet: _Sheet, record: Record) -> None:
    links = bibliography.links(record)
    for pmid in _unique(pmid for _, pmid in links):
        sheet.node("Reference", pmid=pmid)
    for name, pmid in links:
        sheet.link("LINKS_TO", record.pmid, pmid, type=name.partition(":")[2])


def _arm(sheet: _Sheet, pmid: str, position: int, arm: Arm) -> None:
    identifier = f"{pmid}-{position}"
    sheet.node(
        "Arm", id=identifier, pmid=pmid, position=position, names=list(arm.names), size=arm.size, index=arm.index
    )
    sheet.link("HAS_ARM", pmid, identifier)
    sheet.concept("RECEIVED", identifier, "procedure", arm.procedure)


def _claim(sheet: _Sheet, identifier: str, position: int, claim: Claim, shared: Mapping[str, Property]) -> None:
    sheet.node(
        "Claim",
        id=identifier,
        iri=claim_iri(identifier),
        pmid=claim.pmid,
        position=position,
        basis=claim.basis,
        direction=claim.direction,
        measure=claim.measure,
        noninferiority=claim.noninferiority,
        hedged=claim.hedged,
        followupDays=list(claim.followup_days),
        effect=claim.effect,
        pValue=claim.p,
        significant=claim.significant,
        quote=claim.quote,
        start=claim.start,
        end=claim.end,
        rule=claim.rule,
        reasons=list(claim.reasons),
        confidence=float(claim.confidence),
        **shared,
    )
    sheet.concept("PROCEDURE", identifier, "procedure", claim.procedure)
    if claim.comparator is not None:
        sheet.concept("COMPARATOR", identifier, "procedure", claim.comparator)
    if claim.comparator_class is not None:
        sheet.concept("COMPARATOR_CLASS", identifier, "comparator-class", claim.comparator_class)
    sheet.concepts("INDICATION", identifier, "indication", claim.indications)
    sheet.concept("OUTCOME", identifier, "outcome", claim.outcome)
    sheet.variants(identifier, claim.axes)


def _run(run: Run) -> dict[str, Property]:
    return {
        "id": run.run_id,
        "iri": run_iri(run.run_id),
        "startedAtTime": run.started,
        "extractor": run.extractor,
        "extractorVersion": run.extractor_version,
        "softwareVersion": run.software_version,
    }


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
