"""From a record and its reading to quads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import bibliography
from kg.errors import InputError
from kg.graph.terms import TYPE, axis, ev, indication, path_part, procedure, sequence_node, term
from kg.identity import (
    Run,
    claim_ids,
    claim_iri,
    concept_iri,
    graph_iri,
    normalise_registry_id,
    publication_iri,
    run_iri,
    software_iri,
    study_id,
    study_iri,
)
from kg.model import Arm, Claim, Reading, Record

__all__ = ["quads"]

Value = TypeVar("Value")
Term = NamedNode | Literal

_XSD_OF_LENGTH = {4: "gYear", 7: "gYearMonth", 10: "date"}
_REGISTER_PAGES = {
    "NCT": "https://clinicaltrials.gov/study/",
    "ISRCTN": "https://www.isrctn.com/",
}


def quads(record: Record, reading: Reading, run: Run) -> Iterator[Quad]:
    """Write a record's metadata and its reading as the quads of one named graph.

    The order is fixed: publication, study, arms, claims, provenance. Raises InputError when record,
    reading and claims are not of one PMID.
    """
    pmids = {record.pmid, reading.pmid, *(claim.pmid for claim in reading.claims)}
    if len(pmids) != 1:
        raise InputError(f"PMID {record.pmid}: its reading or claims carry other PMIDs: {', '.join(sorted(pmids))}")
    graph = NamedNode(graph_iri(record.pmid))
    for triple in _triples(record, reading, run):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def _triples(record: Record, reading: Reading, run: Run) -> Iterator[Triple]:
    publication = NamedNode(publication_iri(record.pmid))
    number = study_id(record.pmid, reading.registry_ids, reading.design)
    study = NamedNode(study_iri(number))
    yield from _publication(publication, record)
    yield from _reading(publication, reading)
    yield Triple(publication, ev("reportsStudy"), study)
    yield from _study(study, number)
    for position, arm in enumerate(reading.arms, start=1):
        yield from _arm(publication, record.pmid, position, arm)
    nodes = [NamedNode(claim_iri(identifier)) for identifier in claim_ids(reading.claims)]
    for node, claim in zip(nodes, reading.claims, strict=True):
        yield Triple(node, TYPE, ev("Claim"))
        yield Triple(node, term("dct", "source"), publication)
        yield Triple(node, ev("study"), study)
        yield Triple(node, term("prov", "wasGeneratedBy"), NamedNode(run_iri(run.run_id)))
        yield from _claim(node, claim)
    places = [(claim.start, claim.end, node.value) for node, claim in zip(nodes, reading.claims, strict=True)]
    if places != sorted(places):
        yield from _sequence(publication, "claims", nodes)
    yield from _provenance(publication, record.pmid, run)


def _publication(node: NamedNode, record: Record) -> Iterator[Triple]:
    yield Triple(node, TYPE, ev("Publication"))
    yield Triple(node, TYPE, term("fabio", "JournalArticle" if record.kind == "article" else "Book"))
    yield Triple(node, term("fabio", "hasPubMedId"), Literal(record.pmid))
    yield Triple(node, term("owl", "sameAs"), NamedNode(f"http://identifiers.org/pubmed/{path_part(record.pmid)}"))
    yield Triple(node, term("dct", "title"), Literal(record.title))
    yield Triple(node, term("dct", "bibliographicCitation"), Literal(bibliography.citation(record)))
    if record.pmc_id:
        yield Triple(node, term("fabio", "hasPubMedCentralId"), Literal(record.pmc_id))
    if record.doi:
        yield Triple(node, term("dct", "identifier"), Literal(f"doi:{record.doi.lower()}"))
    if record.journal:
        yield Triple(node, ev("journal"), Literal(record.journal))
    yield from _dates(node, record)
    yield from _topics(node, record)
    yield from _standing(node, record)


def _dates(node: NamedNode, record: Record) -> Iterator[Triple]:
    date = bibliography.issued(record)
    if date:
        yield Triple(node, term("dct", "issued"), Literal(date, datatype=term("xsd", _XSD_OF_LENGTH[len(date)])))
        yield Triple(node, ev("year"), Literal(int(date[:4])))


def _topics(node: NamedNode, record: Record) -> Iterator[Triple]:
    for language in _unique(record.languages):
        yield Triple(node, term("dct", "language"), Literal(language))
    for name in _unique(kind.name for kind in record.publication_types):
        yield Triple(node, ev("pubmedType"), Literal(name))
    for ui in bibliography.mesh_ids(record):
        yield Triple(node, term("dct", "subject"), term("mesh", ui))
    for name in bibliography.author_names(record):
        yield Triple(node, ev("author"), Literal(name))
    for name in bibliography.funders(record):
        yield Triple(node, ev("funder"), Literal(name))


def _standing(node: NamedNode, record: Record) -> Iterator[Triple]:
    yield Triple(node, ev("retracted"), Literal(bibliography.is_retracted(record)))
    yield Triple(node, ev("corrected"), Literal(bibliography.is_corrected(record)))
    yield Triple(node, ev("underConcern"), Literal(bibliography.has_concern(record)))
    notice = bibliography.notice(record)
    if notice:
        yield Triple(node, ev("noticeOf"), Literal(notice))
    for name, pmid in bibliography.links(record):
        yield Triple(node, term(*name.split(":")), NamedNode(publication_iri(pmid)))


def _reading(node: NamedNode, reading: Reading) -> Iterator[Triple]:
    yield Triple(node, ev("scope"), ev(reading.scope))
    yield Triple(node, ev("design"), NamedNode(concept_iri("design", reading.design)))
    if reading.sample_size is not None:
        yield Triple(node, ev("sampleSize"), Literal(reading.sample_size))
    if reading.n_studies is not None:
        yield Triple(node, ev("studyCount"), Literal(reading.n_studies))
    yield from _several(node, "evaluatedProcedure", reading.procedures, procedure)
    yield from _several(node, "evaluatedComparator", reading.comparators, procedure)
    yield from _several(node, "evaluatedIndication", reading.indications, indication)
    yield from _several(node, "registryId", reading.registry_ids, Literal)
    yield from _several(node, "flag", reading.flags, Literal)


def _study(node: NamedNode, number: str) -> Iterator[Triple]:
    yield Triple(node, TYPE, ev("Study"))
    yield Triple(node, term("dct", "identifier"), Literal(number))
    register = re.match(r"[A-Z]+", number)
    page = _REGISTER_PAGES.get(register[0]) if register else None
    if page and normalise_registry_id(number) == number:
        yield Triple(node, term("rdfs", "seeAlso"), NamedNode(page + number))


def _arm(publication: NamedNode, pmid: str, position: int, arm: Arm) -> Iterator[Triple]:
    node = NamedNode(f"{graph_iri(pmid)}#arm-{position}")
    yield Triple(publication, ev("arm"), node)
    yield Triple(node, TYPE, ev("Arm"))
    yield Triple(node, ev("position"), Literal(position))
    yield Triple(node, ev("received"), procedure(arm.procedure))
    yield Triple(node, ev("indexArm"), Literal(arm.index))
    if arm.size is not None:
        yield Triple(node, ev("armSize"), Literal(arm.size))
    yield from _several(node, "armName", arm.names, Literal)


def _claim(node: NamedNode, claim: Claim) -> Iterator[Triple]:
    yield Triple(node, ev("procedure"), procedure(claim.procedure))
    if claim.comparator is not None:
        yield Triple(node, ev("comparator"), procedure(claim.comparator))
    if claim.comparator_class is not None:
        yield Triple(node, ev("comparatorClass"), NamedNode(concept_iri("comparator-class", claim.comparator_class)))
    yield from _several(node, "indication", claim.indications, indication)
    yield Triple(node, ev("outcome"), NamedNode(concept_iri("outcome", claim.outcome)))
    yield Triple(node, ev("basis"), ev(claim.basis))
    yield Triple(node, ev("direction"), ev(claim.direction))
    yield Triple(node, ev("noninferiority"), Literal(claim.noninferiority))
    yield Triple(node, ev("hedged"), Literal(claim.hedged))
    yield from _several(node, "followupDays", claim.followup_days, Literal)
    yield from _several(node, "axis", claim.axes, axis)
    yield Triple(node, ev("quote"), Literal(claim.quote))
    yield Triple(node, ev("start"), Literal(claim.start))
    yield Triple(node, ev("end"), Literal(claim.end))
    if claim.significant is not None:
        yield Triple(node, ev("significant"), Literal(claim.significant))
    for name, text in (("measure", claim.measure), ("effect", claim.effect), ("pValue", claim.p)):
        if text is not None:
            yield Triple(node, ev(name), Literal(text))
    yield from _making(node, claim)


def _making(node: NamedNode, claim: Claim) -> Iterator[Triple]:
    yield Triple(node, ev("confidence"), Literal(float(claim.confidence)))
    if claim.rule:
        yield Triple(node, ev("rule"), Literal(claim.rule))
    if claim.reasons:
        yield from _sequence(node, "reasons", [Literal(reason) for reason in claim.reasons])


def _provenance(publication: NamedNode, pmid: str, run: Run) -> Iterator[Triple]:
    graph, activity = NamedNode(graph_iri(pmid)), NamedNode(run_iri(run.run_id))
    extractor = NamedNode(software_iri(run.extractor, run.extractor_version))
    spinekg = NamedNode(software_iri("spinekg", run.software_version))
    yield Triple(graph, TYPE, ev("PublicationGraph"))
    yield Triple(graph, term("prov", "wasDerivedFrom"), publication)
    yield Triple(graph, term("prov", "wasGeneratedBy"), activity)
    yield Triple(activity, TYPE, ev("Run"))
    yield Triple(activity, term("dct", "identifier"), Literal(run.run_id))
    yield Triple(activity, term("prov", "startedAtTime"), Literal(run.started, datatype=term("xsd", "dateTime")))
    yield Triple(activity, term("prov", "wasAssociatedWith"), extractor)
    yield Triple(extractor, term("prov", "actedOnBehalfOf"), spinekg)
    for agent, name, version in (
        (extractor, run.extractor, run.extractor_version),
        (spinekg, "spinekg", run.software_version),
    ):
        yield Triple(agent, TYPE, term("prov", "SoftwareAgent"))
        yield Triple(agent, term("rdfs", "label"), Literal(name))
        yield Triple(agent, ev("version"), Literal(version))


def _unique(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))


def _several(node: NamedNode, name: str, values: Sequence[Value], make: Callable[[Value], Term]) -> Iterator[Triple]:
    """Write each value once; where order or repetition would be lost, write the whole as a sequence too."""
    for value in _unique(values):
        yield Triple(node, ev(name), make(value))
    if list(values) != sorted(set(values)):  # type: ignore[type-var]
        yield from _sequence(node, name, [make(value) for value in values])


def _sequence(node: NamedNode, name: str, members: Sequence[Term]) -> Iterator[Triple]:
    holder = sequence_node(node, name)
    yield Triple(node, ev("inOrder"), holder)
    yield Triple(holder, TYPE, term("rdf", "Seq"))
    for position, member in enumerate(members, start=1):
        yield Triple(holder, term("rdf", f"_{position}"), member)
