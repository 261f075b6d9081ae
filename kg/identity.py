"""Names for things: ids made from content, and the IRIs built on them.

An id depends on what a thing is, never on when or by which version it was found, so a link to a
claim survives a better extractor. IRIs follow ``ontology/prefixes.ttl``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, unquote

from kg.model import Claim, Design

__all__ = [
    "BASE",
    "KINDS",
    "PREFIXES",
    "VOCABULARY_GRAPH",
    "Kind",
    "Run",
    "claim_id",
    "claim_ids",
    "claim_iri",
    "concept_iri",
    "graph_iri",
    "local_id",
    "make_run",
    "normalise_registry_id",
    "path_part",
    "publication_iri",
    "run_graph_iri",
    "run_iri",
    "software_iri",
    "study_id",
    "study_iri",
]

Kind = Literal["procedure", "indication", "outcome", "design", "comparator-class", "axis"]

BASE = "https://w3id.org/spinekg/"
VOCABULARY_GRAPH = f"{BASE}graph/vocabulary"

#: The prefixes of ``ontology/prefixes.ttl``; a test keeps the two equal.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "ev": f"{BASE}vocab#",
        "proc": f"{BASE}procedure/",
        "ind": f"{BASE}indication/",
        "out": f"{BASE}outcome/",
        "design": f"{BASE}design/",
        "comp": f"{BASE}comparator-class/",
        "axis": f"{BASE}axis/",
        "band": f"{BASE}follow-up/",
        "mid": f"{BASE}threshold/",
        "inst": f"{BASE}instrument/",
        "claim": f"{BASE}claim/",
        "study": f"{BASE}study/",
        "run": f"{BASE}run/",
        "stand": f"{BASE}standing/",
        "vs": f"{BASE}comparison/",
        "pub": "https://pubmed.ncbi.nlm.nih.gov/",
        "mesh": "http://id.nlm.nih.gov/mesh/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dct": "http://purl.org/dc/terms/",
        "prov": "http://www.w3.org/ns/prov#",
        "fabio": "http://purl.org/spar/fabio/",
        "cito": "http://purl.org/spar/cito/",
        "oa": "http://www.w3.org/ns/oa#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "sh": "http://www.w3.org/ns/shacl#",
    }
)

#: The prefix in which the concepts of each kind live.
KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        "procedure": "proc",
        "indication": "ind",
        "outcome": "out",
        "design": "design",
        "comparator-class": "comp",
        "axis": "axis",
    }
)

_OURS = ("proc", "ind", "out", "design", "comp", "axis", "band", "mid", "inst", "claim", "study", "run", "stand", "ev")
_ID_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of an extractor over records: what made a claim, and when.

    ``started`` is UTC, ISO 8601 with seconds and ``Z``.
    """

    run_id: str
    started: str
    extractor: str
    extractor_version: str
    software_version: str


def make_run(*, started: str, extractor: str, extractor_version: str, software_version: str) -> Run:
    """Return the run of these facts; its id is the start time and a short hash, so equal facts are one run."""
    digest = _digest([started, extractor, extractor_version, software_version])[:6]
    return Run(
        run_id=f"{re.sub(r'[^0-9TZ]', '', started)}-{digest}",
        started=started,
        extractor=extractor,
        extractor_version=extractor_version,
        software_version=software_version,
    )


def claim_id(claim: Claim) -> str:
    """Return the id of a claim: its PMID and a hash of where it stands and what it says.

    Indications and follow-ups count as sets. Measure, effect, p, confidence and the rule are left
    out: a better reading of the same finding keeps its id.
    """
    key = [
        claim.pmid,
        claim.start,
        claim.end,
        claim.procedure,
        claim.comparator,
        sorted(set(claim.indications)),
        claim.outcome,
        claim.basis,
        claim.direction,
        sorted(set(claim.followup_days)),
    ]
    return f"{claim.pmid}-{_digest(key)[:_ID_LENGTH]}"


def claim_ids(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Return one id per claim, in order; a repeated id gets ``-2``, ``-3`` … so that none is lost.

    By the contract a reading holds one claim per key, so the suffix is the exception.
    """
    seen: dict[str, int] = {}
    ids = []
    for claim in claims:
        plain = claim_id(claim)
        seen[plain] = seen.get(plain, 0) + 1
        ids.append(plain if seen[plain] == 1 else f"{plain}-{seen[plain]}")
    return tuple(ids)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _digest(value: object) -> str:
    return hashlib.sha256(_CANONICAL.encode(value).encode("utf-8")).hexdigest()


# Registers of the WHO network that name trials; PROSPERO (CRD) and INPLASY name reviews. The order is
# preference: a trial listed in several registers is known by the first of these.
_REGISTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "NCT": (r"NCT[\s:#-]*(\d{8})", "NCT{}"),
        "ISRCTN": (r"ISRCTN[\s:#-]*(\d{8})", "ISRCTN{}"),
        "EUCTR": (r"(?:EUCTR|EudraCT(?:\s+(?:number|no\.?))?)[\s:#-]*(\d{4}-\d{6}-\d{2})", "EUCTR{}"),
        "ACTRN": (r"ACTRN[\s:#-]*(\d{14})", "ACTRN{}"),
        "ChiCTR": (r"ChiCTR[\s:#]*(-[A-Z]{2,4}-\d{8}|\d{10})", "ChiCTR{}"),
        "DRKS": (r"DRKS[\s:#-]*(\d{8})", "DRKS{}"),
        "NTR": (r"NTR[\s:#-]*(\d{2,5})", "NTR{}"),
        "KCT": (r"KCT[\s:#-]*(\d{7})", "KCT{}"),
        "CTRI": (r"CTRI[\s:#/-]*(\d{4}/\d{2,3}/\d{6})", "CTRI/{}"),
        "IRCT": (r"IRCT[\s:#-]*(\d+N\d+)", "IRCT{}"),
        "UMIN": (r"UMIN[\s:#-]*(\d{9})", "UMIN{}"),
        "jRCT": (r"jRCT[\s:#-]*(s?\d{9,10})", "jRCT{}"),
        "TCTR": (r"TCTR[\s:#-]*(\d{11})", "TCTR{}"),
        "PACTR": (r"PACTR[\s:#-]*(\d{15,16})", "PACTR{}"),
        "RBR": (r"RBR[\s:#-]*([0-9a-z]{6,8})", "RBR-{}"),
        "INPLASY": (r"INPLASY[\s:#-]*(\d{9})", "INPLASY{}"),
        "CRD": (r"CRD[\s:#-]*(\d{11,15})", "CRD{}"),
    }
)
_PATTERNS = tuple(
    (name, re.compile(rf"(?<![A-Za-z]){pattern}(?![0-9A-Za-z])", re.IGNORECASE), form)
    for name, (pattern, form) in _REGISTERS.items()
)
_RANK = {name: rank for rank, name in enumerate(_REGISTERS)}
_LOWER_CASE = frozenset({"RBR", "jRCT"})
_OF_REVIEWS = frozenset({"CRD", "INPLASY"})
_STAND_FOR_THEMSELVES = frozenset({"guideline", "narrative-review", "correspondence"})


def normalise_registry_id(text: str) -> str | None:
    """Return the number of a trial or review register in its printed form, or nothing when ``text`` is none.

    ``"NCT 01234567"`` and ``"clinicaltrials.gov/nct01234567"`` are both ``NCT01234567``.
    """
    known = _registry_id(text)
    return known[1] if known else None


def _registry_id(text: str) -> tuple[str, str] | None:
    for name, pattern, form in _PATTERNS:
        match = pattern.search(text)
        if match:
            number = match[1].lower() if name in _LOWER_CASE else match[1].upper()
            return name, form.format(number)
    return None


def study_id(pmid: str, registry_ids: Iterable[str], design: Design) -> str:
    """Return the id of the study a publication reports: its register number, else its own PMID.

    Reports of one trial share the number, so they count once. A review takes only a number of
    a review register and other designs never do: the trials a review cites are not its own.
    Guidelines, narrative reviews and letters stand for themselves. Of several numbers the preferred
    register wins, then the smallest number, whatever their order.
    """
    if design in _STAND_FOR_THEMSELVES:
        return f"pubmed-{pmid}"
    known = [found for found in map(_registry_id, registry_ids) if found]
    of_review = design == "systematic-review"
    own = [(_RANK[name], number) for name, number in known if (name in _OF_REVIEWS) == of_review]
    return min(own)[1] if own else f"pubmed-{pmid}"


_PLAIN_PART = re.compile(r"[A-Za-z0-9_.~-]+")


def path_part(text: str) -> str:
    """Return ``text`` as one part of an IRI path; most ids are plain, and looking is five times as fast as encoding."""
    return text if _PLAIN_PART.fullmatch(text) else quote(text, safe="")


def publication_iri(pmid: str) -> str:
    """Return PubMed's own address of a record."""
    return f"{PREFIXES['pub']}{path_part(pmid)}/"


def graph_iri(pmid: str) -> str:
    """Return the named graph that holds everything read from one publication."""
    return f"{BASE}graph/pubmed/{path_part(pmid)}"


def claim_iri(identifier: str) -> str:
    """Return the IRI of a claim id."""
    return PREFIXES["claim"] + path_part(identifier)


def study_iri(identifier: str) -> str:
    """Return the IRI of a study id; characters an IRI path cannot hold are percent-encoded."""
    return PREFIXES["study"] + path_part(identifier)


def run_iri(identifier: str) -> str:
    """Return the IRI of a run id."""
    return PREFIXES["run"] + path_part(identifier)


def run_graph_iri(identifier: str) -> str:
    """Return the named graph that describes one run, for all the publications it read."""
    return f"{BASE}graph/run/{path_part(identifier)}"


def software_iri(name: str, version: str) -> str:
    """Return the IRI of one version of a piece of software."""
    return f"{BASE}software/{path_part(name)}/{path_part(version)}"


@lru_cache(4096)
def concept_iri(kind: Kind, identifier: str) -> str:
    """Return the IRI of the concept ``identifier`` of this kind."""
    return PREFIXES[KINDS[kind]] + path_part(identifier)


def local_id(iri: str) -> str:
    """Return the short id of one of our IRIs (a concept, claim, study, run, PMID); any other IRI is returned whole."""
    pub = PREFIXES["pub"]
    if iri.startswith(pub) and iri.endswith("/") and len(iri) > len(pub) + 1:
        return unquote(iri[len(pub) : -1])
    for prefix in _OURS:
        space = PREFIXES[prefix]
        if iri.startswith(space):
            return unquote(iri[len(space) :])
    return iri
