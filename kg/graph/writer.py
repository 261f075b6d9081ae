"""From a record and its reading to quads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Quad

from kg import bibliography
from kg.errors import InputError
from kg.graph.terms import (
    TYPE,
    axis,
    comparison,
    ev,
    indication,
    lines,
    procedure,
    sequence_node,
    standing,
    term,
)
from kg.identity import (
    Run,
    claim_ids,
    claim_iri,
    concept_iri,
    graph_iri,
    normalise_registry_id,
    path_part,
    publication_iri,
    run_graph_iri,
    run_iri,
    software_iri,
    study_id,
    study_iri,
)
from kg.model import Arm, Claim, Reading, Record

__all__ = ["publication_quads", "quads", "run_quads"]

Value = TypeVar("Value")
Term = NamedNode | Literal
Triple = tuple[NamedNode, NamedNode, Term]

_XSD_OF_LENGTH = {4: "gYear", 7: "gYearMonth", 10: "date"}
_REGISTER_PAGES = {
    "NCT": "https://clinicaltrials.gov/study/",
    "ISRCTN": "https://www.isrctn.com/",
}


def quads(record: Record, reading: Reading, run: Run) -> Iterator[Quad]:
    """Write a record's metadata and its reading as quads, then what is known of the run that read it.

    They stand in two named graphs: that of the publication and that of the run, which many publications
    share. Raises InputError when record, reading and claims are not of one PMID.
    """
    yield from publication_quads(record, reading, run)
    yield from run_quads(run)


def publication_quads(record: Record, reading: Reading, run: Run) -> Iterator[Quad]:
    """Write the graph of a publication alone; the order is fixed: publication, study, arms, claims, provenance."""
    pmids = {record.pmid, reading.pmid, *(claim.pmid for claim in reading.claims)}
    if len(pmids) != 1:
        raise InputError(f"PMID {record.pmid}: its reading or claims carry other PMIDs: {', '.join(sorted(pmids))}")
    graph = NamedNode(graph_iri(record.pmid))
    for subject, predicate, value in _triples(record, reading, run):
        yield Quad(subject, predicate, value, graph)


def _triples(record: Record, reading: Reading, run: Run) -> Iterator[Triple]:
    publication = NamedNode(publication_iri(record.pmid))
    number = study_id(record.pmid, reading.registry_ids, reading.design)
    study = NamedNode(study_iri(number))
    yield from _publication(publication, record)
    yield from _reading(publication, reading)
    yield publication, ev("reportsStudy"), study
    yield from _study(study, number)
    for position, arm in enumerate(reading.arms, start=1):
        yield from _arm(publication, record.pmid, position, arm)
    retracted = bibliography.is_retracted(record)
    nodes = [NamedNode(claim_iri(identifier)) for identifier in claim_ids(reading.claims)]
    for node, claim in zip(nodes, reading.claims, strict=True):
        yield node, TYPE, ev("Claim")
        yield node, term("dct", "source"), publication
        yield node, ev("study"), study
        yield node, ev("standing"), standing(claim.basis, claim.direction, reading.design, retracted)
        yield from _claim(node, claim)
    places = [(claim.start, claim.end, node.value) for node, claim in zip(nodes, reading.claims, strict=True)]
    if places != sorted(places):
        yield from _sequence(publication, "claims", nodes)
    yield from _provenance(publication, record.pmid, run)


def _publication(node: NamedNode, record: Record) -> Iterator[Triple]:
    yield node, TYPE, ev("Publication")
    yield node, TYPE, term("fabio", "JournalArticle" if record.kind == "article" else "Book")
    yield node, term("fabio", "hasPubMedId"), Literal(record.pmid)
    yield node, term("owl", "sameAs"), NamedNode(f"http://identifiers.org/pubmed/{path_part(record.pmid)}")
    yield node, term("dct", "title"), Literal(record.title)
    yield node, term("dct", "bibliographicCitation"), Literal(bibliography.citation(record))
    if record.pmc_id:
        yield node, term("fabio", "hasPubMedCentralId"), Literal(record.pmc_id)
    if record.doi:
        yield node, term("dct", "identifier"), Literal(f"doi:{record.doi.lower()}")
    if record.journal:
        yield node, ev("journal"), Literal(record.journal)
    yield from _dates(node, record)
    yield from _topics(node, record)
    yield from _standing(node, record)


def _dates(node: NamedNode, record: Record) -> Iterator[Triple]:
    date = bibliography.issued(record)
    if date:
        yield node, term("dct", "issued"), Literal(date, datatype=term("xsd", _XSD_OF_LENGTH[len(date)]))
        yield node, ev("year"), Literal(int(date[:4]))


def _topics(node: NamedNode, record: Record) -> Iterator[Triple]:
    for language in _unique(record.languages):
        yield node, term("dct", "language"), Literal(language)
    for name in _unique(kind.name for kind in record.publication_types):
        yield node, ev("pubmedType"), Literal(name)
    for ui in bibliography.mesh_ids(record):
        yield node, term("dct", "subject"), term("mesh", ui)
    for name in bibliography.author_names(record):
        yield node, ev("author"), Literal(name)
    for name in bibliography.funders(record):
        yield node, ev("funder"), Literal(name)


def _standing(node: NamedNode, record: Record) -> Iterator[Triple]:
    yield node, ev("retracted"), Literal(bibliography.is_retracted(record))
    yield node, ev("corrected"), Literal(bibliography.is_corrected(record))
    yield node, ev("underConcern"), Literal(bibliography.has_concern(record))
    notice = bibliography.notice(record)
    if notice:
        yield node, ev("noticeOf"), Literal(notice)
    for name, pmid in bibliography.links(record):
        yield node, term(*name.split(":")), NamedNode(publication_iri(pmid))


def _reading(node: NamedNode, reading: Reading) -> Iterator[Triple]:
    yield node, ev("scope"), ev(reading.scope)
    yield node, ev("design"), NamedNode(concept_iri("design", reading.design))
    if reading.sample_size is not None:
        yield node, ev("sampleSize"), Literal(reading.sample_size)
    if reading.n_studies is not None:
        yield node, ev("studyCount"), Literal(reading.n_studies)
    yield from _several(node, "evaluatedProcedure", reading.procedures, procedure)
    yield from _several(node, "evaluatedComparator", reading.comparators, procedure)
    yield from _several(node, "evaluatedIndication", reading.indications, indication)
    yield from _several(node, "registryId", reading.registry_ids, Literal)
    yield from _several(node, "flag", reading.flags, Literal)


def _study(node: NamedNode, number: str) -> Iterator[Triple]:
    yield node, TYPE, ev("Study")
    yield node, term("dct", "identifier"), Literal(number)
    register = re.match(r"[A-Z]+", number)
    page = _REGISTER_PAGES.get(register[0]) if register else None
    if page and normalise_registry_id(number) == number:
        yield node, term("rdfs", "seeAlso"), NamedNode(page + number)


def _arm(publication: NamedNode, pmid: str, position: int, arm: Arm) -> Iterator[Triple]:
    node = NamedNode(f"{graph_iri(pmid)}#arm-{position}")
    yield publication, ev("arm"), node
    yield node, ev("received"), procedure(arm.procedure)
    yield node, ev("indexArm"), Literal(arm.index)
    if arm.size is not None:
        yield node, ev("armSize"), Literal(arm.size)
    yield from _several(node, "armName", arm.names, Literal)


def _claim(node: NamedNode, claim: Claim) -> Iterator[Triple]:
    yield node, ev("procedure"), procedure(claim.procedure)
    if claim.comparator is not None:
        yield node, ev("comparator"), procedure(claim.comparator)
        yield node, ev("comparison"), comparison(claim.procedure, claim.comparator)
    if claim.comparator_class is not None:
        yield node, ev("comparatorClass"), NamedNode(concept_iri("comparator-class", claim.comparator_class))
    yield from _several(node, "indication", claim.indications, indication)
    yield node, ev("outcome"), NamedNode(concept_iri("outcome", claim.outcome))
    yield node, ev("basis"), ev(claim.basis)
    yield node, ev("direction"), ev(claim.direction)
    yield node, ev("noninferiority"), Literal(claim.noninferiority)
    yield node, ev("hedged"), Literal(claim.hedged)
    yield from _several(node, "followupDays", claim.followup_days, Literal)
    yield from _several(node, "axis", claim.axes, axis)
    yield node, ev("quote"), Literal(claim.quote)
    yield node, ev("start"), Literal(claim.start)
    yield node, ev("end"), Literal(claim.end)
    if claim.significant is not None:
        yield node, ev("significant"), Literal(claim.significant)
    for name, text in (("measure", claim.measure), ("effect", claim.effect), ("pValue", claim.p)):
        if text is not None:
            yield node, ev(name), Literal(text)
    yield from _making(node, claim)


def _making(node: NamedNode, claim: Claim) -> Iterator[Triple]:
    yield node, ev("confidence"), Literal(float(claim.confidence))
    if claim.rule:
        yield node, ev("rule"), Literal(claim.rule)
    if claim.reasons:
        yield node, ev("reasons"), Literal(lines(claim.reasons))


def _provenance(publication: NamedNode, pmid: str, run: Run) -> Iterator[Triple]:
    graph = NamedNode(graph_iri(pmid))
    yield graph, TYPE, ev("PublicationGraph")
    yield graph, term("prov", "wasDerivedFrom"), publication
    yield graph, term("prov", "wasGeneratedBy"), NamedNode(run_iri(run.run_id))


@lru_cache(64)
def run_quads(run: Run) -> tuple[Quad, ...]:
    """Write the graph of a run: when it was, and by which versions of which software."""
    graph = NamedNode(run_graph_iri(run.run_id))
    activity = NamedNode(run_iri(run.run_id))
    extractor = NamedNode(software_iri(run.extractor, run.extractor_version))
    spinekg = NamedNode(software_iri("spinekg", run.software_version))
    facts: list[Triple] = [
        (activity, TYPE, ev("Run")),
        (activity, term("dct", "identifier"), Literal(run.run_id)),
        (activity, term("prov", "startedAtTime"), Literal(run.started, datatype=term("xsd", "dateTime"))),
        (activity, term("prov", "wasAssociatedWith"), extractor),
        (extractor, term("prov", "actedOnBehalfOf"), spinekg),
    ]
    for agent, name, version in (
        (extractor, run.extractor, run.extractor_version),
        (spinekg, "spinekg", run.software_version),
    ):
        facts.append((agent, TYPE, term("prov", "SoftwareAgent")))
        facts.append((agent, term("rdfs", "label"), Literal(name)))
        facts.append((agent, ev("version"), Literal(version)))
    return tuple(Quad(*fact, graph) for fact in facts)


def _unique(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))


def _several(node: NamedNode, name: str, values: Sequence[Value], make: Callable[[Value], Term]) -> Iterator[Triple]:
    """Write each value once; where order or repetition would be lost, write the whole as a sequence too."""
    for value in _unique(values):
        yield node, ev(name), make(value)
    if list(values) != sorted(set(values)):  # type: ignore[type-var]
        yield from _sequence(node, name, [make(value) for value in values])


def _sequence(node: NamedNode, name: str, members: Sequence[Term]) -> Iterator[Triple]:
    holder = sequence_node(node, name)
    yield node, ev("inOrder"), holder
    yield holder, TYPE, term("rdf", "Seq")
    for position, member in enumerate(members, start=1):
        yield holder, term("rdf", f"_{position}"), member
