"""What a PubMed record says about itself as a publication: when it appeared, how to cite it, what became of it.

A retraction counts when either of PubMed's two marks is there, the publication type or the link to
the notice. A notice (of retraction, erratum or concern) is not itself retracted.
"""

from __future__ import annotations

import re
from calendar import monthrange

from kg.model import Author, PubDate, Record

__all__ = [
    "ILLUSTRATIVE",
    "author_names",
    "citation",
    "funders",
    "has_concern",
    "is_corrected",
    "is_retracted",
    "issued",
    "links",
    "mesh_ids",
    "notice",
    "year",
]

ILLUSTRATIVE = "[Illustrative record]"
"""What the title of every invented record of the sample begins with."""

_NOTICES = (
    ("retraction", frozenset({"Retraction of Publication", "Retraction Notice"}), frozenset({"RetractionOf"})),
    ("erratum", frozenset({"Published Erratum"}), frozenset({"ErratumFor"})),
    ("concern", frozenset({"Expression of Concern"}), frozenset({"ExpressionOfConcernFor"})),
)
_RETRACTED_PUBLICATION = "D016441"
_RETRACTED_BY = frozenset({"RetractionIn", "RetractedandRepublishedIn"})
_CORRECTED_BY = frozenset({"ErratumIn", "CorrectedandRepublishedIn"})
_CONCERN_IN = frozenset({"ExpressionOfConcernIn"})
_MESH_UI = re.compile(r"D\d{6,9}")

# What PubMed's RefTypes mean as links. CiTO has no word for an expression of concern.
_LINKS = {
    "RetractionIn": "cito:isRetractedBy",
    "RetractionOf": "cito:retracts",
    "RetractedandRepublishedIn": "cito:isRetractedBy",
    "RetractedandRepublishedFrom": "cito:retracts",
    "ErratumIn": "cito:isCorrectedBy",
    "ErratumFor": "cito:corrects",
    "CorrectedandRepublishedIn": "cito:isCorrectedBy",
    "CorrectedandRepublishedFrom": "cito:corrects",
    "UpdateIn": "cito:isUpdatedBy",
    "UpdateOf": "cito:updates",
    "CommentIn": "cito:hasReplyFrom",
    "CommentOn": "cito:repliesTo",
    "Cites": "cito:cites",
    "ExpressionOfConcernIn": "ev:concernRaisedBy",
    "ExpressionOfConcernFor": "ev:raisesConcernAbout",
}
_OTHER_LINK = "dct:relation"


def is_retracted(record: Record) -> bool:
    """Say whether PubMed marks this publication as retracted."""
    marked = any(
        term.ui == _RETRACTED_PUBLICATION or term.name == "Retracted Publication" for term in record.publication_types
    )
    return marked or _links(record, _RETRACTED_BY)


def is_corrected(record: Record) -> bool:
    """Say whether an erratum or a corrected version exists; NLM files partial retractions as errata too."""
    return _links(record, _CORRECTED_BY)


def has_concern(record: Record) -> bool:
    """Say whether the journal has published an expression of concern; that is not a retraction."""
    return _links(record, _CONCERN_IN)


def notice(record: Record) -> str | None:
    """Return ``retraction``, ``erratum`` or ``concern`` when the record is itself such a notice."""
    for name, types, ref_types in _NOTICES:
        if _links(record, ref_types) or any(term.name in types for term in record.publication_types):
            return name
    return None


def issued(record: Record) -> str | None:
    """Return the publication date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, as precise as its source.

    The journal's date comes first, the electronic date only where the journal gives no year.
    """
    for date in (record.date, record.electronic_date):
        if date is not None and date.year is not None:
            return _iso(date.year, date)
    return None


def year(record: Record) -> int | None:
    """Return the year of ``issued``."""
    date = issued(record)
    return int(date[:4]) if date else None


def citation(record: Record) -> str:
    """Return a short reference in the style PubMed uses: authors, journal, date, volume, pages."""
    journal = record.journal_abbreviation or record.journal or ""
    where = f"{record.volume or ''}{f'({record.issue})' if record.issue else ''}"
    pages = f":{record.pages}" if record.pages else ""
    details = f"{issued(record) or ''}{f';{where}' if where else ''}{pages}"
    parts = (_authors(record.authors), journal.rstrip("."), details)
    return ". ".join(part for part in parts if part)


def author_names(record: Record) -> tuple[str, ...]:
    """Return the authors as PubMed writes them, surname and initials, each once: ``Miller AB``."""
    return tuple(dict.fromkeys(_names(record.authors)))


def funders(record: Record) -> tuple[str, ...]:
    """Return the agencies PubMed names as funding the work, each once."""
    return tuple(dict.fromkeys(grant.agency for grant in record.grants if grant.agency))


def mesh_ids(record: Record) -> tuple[str, ...]:
    """Return the ids of the MeSH descriptors that NLM marks as a main topic, each once."""
    found = (heading.ui for heading in record.mesh if heading.major and heading.ui and _MESH_UI.fullmatch(heading.ui))
    return tuple(dict.fromkeys(found))


def links(record: Record) -> tuple[tuple[str, str], ...]:
    """Return what the record is to other publications, each once: (``cito:isRetractedBy``, PMID)."""
    found = ((_LINKS.get(each.ref_type, _OTHER_LINK), each.pmid) for each in record.corrections if each.pmid)
    return tuple(dict.fromkeys(found))


def _authors(authors: tuple[Author, ...]) -> str:
    named = _names(authors)
    return ", ".join(named[:3]) + (", et al" if len(named) > 3 else "")


def _names(authors: tuple[Author, ...]) -> list[str]:
    names = (
        author.collective or " ".join(filter(None, (author.last_name, author.initials or author.fore_name)))
        for author in authors
    )
    return [name for name in names if name]


def _iso(number: int, date: PubDate) -> str:
    if date.month is None or not 1 <= date.month <= 12:
        return f"{number:04d}"
    if date.day is None or not 1 <= date.day <= monthrange(number, date.month)[1]:
        return f"{number:04d}-{date.month:02d}"
    return f"{number:04d}-{date.month:02d}-{date.day:02d}"


def _links(record: Record, ref_types: frozenset[str]) -> bool:
    return any(correction.ref_type in ref_types for correction in record.corrections)
