"""The nouns of spinekg, from a PubMed record to a claim.

Everything that passes between two stages is one of these frozen objects. They hold data only: no
file, no network, no database. Words follow GLOSSARY.md; what a claim is follows
``docs/claims.md``.

All character offsets count Unicode code points of ``Record.text``; ``start`` is inclusive, ``end``
exclusive, so ``record.text[claim.start:claim.end] == claim.quote`` always holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "SILENT_DESIGNS",
    "Arm",
    "Author",
    "Basis",
    "Claim",
    "Correction",
    "Deletion",
    "Design",
    "Direction",
    "Grant",
    "Markup",
    "MeshHeading",
    "PubDate",
    "Quarantined",
    "Reading",
    "Record",
    "Scope",
    "Section",
    "Sentence",
    "Term",
]

Scope = Literal["on", "adjacent", "off"]
Basis = Literal["between", "within", "rate"]
Direction = Literal["better", "worse", "no-difference", "reported", "none-observed"]
Design = Literal[
    "systematic-review",
    "guideline",
    "randomised-trial",
    "nonrandomised-trial",
    "cohort-comparative",
    "case-control",
    "case-series",
    "case-report",
    "cross-sectional",
    "diagnostic-accuracy",
    "economic-evaluation",
    "protocol",
    "narrative-review",
    "preclinical",
    "correspondence",
    "other",
]
SILENT_DESIGNS: frozenset[Design] = frozenset({"protocol", "correspondence", "preclinical"})
"""Designs that find nothing in patients: their records make no claims, and none are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Inline markup of the source (``sup``, ``i``, ``math`` …) over ``text[start:end]`` of its section or title."""

    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of an abstract.

    ``label`` is the publisher's heading as printed ("METHODS AND RESULTS"), ``category`` NLM's
    normalised one (BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS, UNASSIGNED); both may be
    missing. ``start`` is where ``text`` begins in ``Record.text``.
    """

    text: str
    start: int
    label: str | None = None
    category: str | None = None
    markup: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A controlled term: publication type or chemical. ``ui`` is its MeSH id when the source gives one."""

    name: str
    ui: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshHeading:
    """A MeSH descriptor with its qualifiers; ``major`` marks a main topic of the article."""

    name: str
    ui: str | None = None
    major: bool = False
    qualifiers: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person, or a group when only ``collective`` is set."""

    last_name: str | None = None
    fore_name: str | None = None
    initials: str | None = None
    collective: str | None = None
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PubDate:
    """A publication date as precise as its source: ``text`` as printed, numbers where they are known."""

    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A link to another publication (``RetractionIn``, ``ErratumFor``, ``CommentOn`` …); ``pmid`` may be missing."""

    ref_type: str
    source: str
    pmid: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Funding as PubMed lists it."""

    grant_id: str | None = None
    agency: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One PubMed record.

    ``text`` is the only text claims point into: the title, a newline, then the abstract sections,
    each on a line of its own, without their labels. It is plain text, every character as in the
    source.
    """

    pmid: str
    title: str
    text: str
    version: int = 1
    kind: Literal["article", "book"] = "article"
    vernacular_title: str | None = None
    title_markup: tuple[Markup, ...] = ()
    sections: tuple[Section, ...] = ()
    abstract_source: Literal["abstract", "other-abstract", "none"] = "none"
    copyright: str | None = None
    status: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    issn: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    date: PubDate | None = None
    electronic_date: PubDate | None = None
    date_revised: str | None = None
    authors: tuple[Author, ...] = ()
    doi: str | None = None
    pmc_id: str | None = None
    languages: tuple[str, ...] = ()
    publication_types: tuple[Term, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    chemicals: tuple[Term, ...] = ()
    registry_ids: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    conflict_of_interest: str | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """PubMed withdrew this PMID (``DeleteCitation``)."""

    pmid: str
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A record that could not be read: its bytes as found, and why. ``position`` counts records of the file from 1."""

    source: str
    position: int
    reason: str
    raw: bytes
    pmid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a record: ``record.text[start:end]``; ``role`` says what part of the paper it belongs to."""

    text: str
    start: int
    end: int
    role: Literal["title", "background", "objective", "methods", "results", "conclusions", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A group of patients and what it received. ``names`` are the ways the abstract refers to it ("group I", "controls")."""

    procedure: str
    names: tuple[str, ...] = ()
    size: int | None = None
    index: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One finding that an abstract reports about one procedure and one outcome, with the words that say so.

    ``direction`` is the patient's point of view of ``procedure`` against ``comparator`` (basis
    ``between``) or of follow-up against baseline (basis ``within``). ``significant`` is a separate
    matter: true, false, or ``None`` when the paper does not say. ``followup_days`` counts a week as
    7, a month as 30 and a year as 365 days. ``axes`` are stated variants such as
    ``("guidance", "fluoroscopy")``. ``rule`` names the extraction rule, ``reasons`` its evidence in
    order, ``confidence`` is between 0 and 1.
    """

    pmid: str
    procedure: str
    outcome: str
    basis: Basis
    direction: Direction
    quote: str
    start: int
    end: int
    comparator: str | None = None
    comparator_class: str | None = None
    indications: tuple[str, ...] = ()
    measure: str | None = None
    noninferiority: bool = False
    hedged: bool = False
    followup_days: tuple[int, ...] = ()
    effect: str | None = None
    p: str | None = None
    significant: bool | None = None
    axes: tuple[tuple[str, str], ...] = ()
    rule: str = ""
    reasons: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the extractor read in one record: scope, design, size, concepts and claims.

    ``registry_ids`` are trial numbers (``NCT01234567``) from the record's data banks and text: they tell
    which reports belong to one study. ``flags`` are remarks on the whole record such as ``spin``.
    """

    pmid: str
    scope: Scope
    design: Design
    sample_size: int | None = None
    n_studies: int | None = None
    procedures: tuple[str, ...] = ()
    comparators: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    registry_ids: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    flags: tuple[str, ...] = ()
