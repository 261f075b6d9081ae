"""One record of PubMed XML, parsed alone, becomes a ``Record``.

Only direct child paths are followed: reference lists nest PMIDs and DOIs of other papers. Elements
and attributes that are not known are left aside; unknown values (status, link type, category) are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal

from lxml import etree

from ingest.medline_parts import Part, clean, is_study_register, lay_out, orcid, pmid, pub_date, unique
from ingest.medline_split import Piece
from kg.errors import InputError
from kg.model import Author, Correction, Deletion, Grant, Markup, MeshHeading, PubDate, Quarantined, Record, Term

__all__ = ["read_piece"]

_MATH: Final = frozenset({"math", "DispFormula"})
_MML: Final = b' xmlns:mml="http://www.w3.org/1998/Math/MathML"'
_SEEN_PMID: Final = re.compile(rb"<PMID(?:\s[^<>]*)?>\s*([0-9]{1,8})\s*<")

_Element = etree._Element


def read_piece(piece: Piece, source: str) -> Iterator[Record | Deletion | Quarantined]:
    """Yield what a piece of the file holds: a record, deletions, or the piece itself in quarantine."""
    try:
        if piece.fault:
            raise InputError(piece.fault)
        element = _parse(piece)
        if piece.tag == "DeleteCitation":
            yield from _deletions(element)
        else:
            yield _record(element)
    except (InputError, etree.XMLSyntaxError) as problem:
        seen = _SEEN_PMID.search(piece.raw)
        yield Quarantined(
            source=source,
            position=piece.position,
            reason=clean(str(problem)) or "not well-formed XML",
            raw=piece.raw,
            pmid=seen[1].decode() if seen else None,
        )


@cache
def _parser(encoding: str) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _parse(piece: Piece) -> _Element:
    raw = piece.raw
    # The root may declare prefixes; some writers of MathML declare none at all.
    names = piece.namespaces if b"xmlns:mml=" in piece.namespaces else piece.namespaces + _MML
    if wrapped := bool(piece.namespaces) or b"<mml:" in raw:
        raw = b"<records" + names + b">" + raw + b"</records>"
    root = etree.fromstring(raw, _parser(piece.encoding))
    if next(root.iter(etree.Entity), None) is not None:
        raise InputError("it uses an entity that XML does not define")
    return root[0] if wrapped else root


def _deletions(element: _Element) -> list[Deletion]:
    found = [Deletion(pmid=pmid(e.text), version=_version(e)) for e in element.iterchildren("PMID")]
    if not found:
        raise InputError("DeleteCitation names no PMID")
    return found


def _version(element: _Element) -> int:
    version = element.get("Version", "1").strip()
    if not (version.isascii() and version.isdigit()):
        raise InputError(f"PMID Version is {version[:20]!r}, not a number")
    return int(version)


def _record(element: _Element) -> Record:
    if element.tag == "PubmedBookArticle":
        return _book(_need(element, "BookDocument"), _child(element, "PubmedBookData"))
    if element.tag == "MedlineCitation":
        return _article(element, None)
    return _article(_need(element, "MedlineCitation"), _child(element, "PubmedData"))


# -- reading the tree -------------------------------------------------------------------------------


def _child(element: _Element | None, *path: str) -> _Element | None:
    for tag in path:
        if element is None:
            return None
        element = next(element.iterchildren(tag), None)
    return element


def _children(element: _Element | None, *path: str) -> list[_Element]:
    found = [] if element is None else [element]
    for tag in path:
        found = [child for parent in found for child in parent.iterchildren(tag)]
    return found


def _need(element: _Element, tag: str) -> _Element:
    if (child := _child(element, tag)) is None:
        raise InputError(f"no {tag}")
    return child


def _text(element: _Element | None) -> str | None:
    """Return the whole text of a metadata element, blanks made single; None when there is none."""
    if element is None:
        return None
    return clean("".join(element.itertext()) if len(element) else element.text)


def _field(element: _Element | None, *path: str) -> str | None:
    return _text(_child(element, *path))


def _fields(element: _Element | None, *path: str) -> tuple[str, ...]:
    return tuple(text for child in _children(element, *path) if (text := _text(child)))


def _prose(element: _Element | None) -> tuple[str, tuple[Markup, ...]]:
    """Return the text exactly as in the tree, and the inline markup over it (whole formulae as ``math``)."""
    if element is None:
        return "", ()
    if not len(element):
        return element.text or "", ()
    chunks: list[str] = []
    spans: list[Markup] = []
    _walk(element, 0, chunks, spans, inside_math=False)
    return "".join(chunks), tuple(sorted(spans, key=lambda span: (span.start, -span.end)))


def _walk(element: _Element, at: int, chunks: list[str], spans: list[Markup], *, inside_math: bool) -> int:
    if element.text:
        chunks.append(element.text)
        at += len(element.text)
    for child in element:
        tag = etree.QName(child).localname
        end = _walk(child, at, chunks, spans, inside_math=inside_math or tag in _MATH)
        if end > at and not inside_math:
            spans.append(Markup(tag="math" if tag in _MATH else tag, start=at, end=end))
        at = end
        if child.tail:
            chunks.append(child.tail)
            at += len(child.tail)
    return at


# -- parts of a record ------------------------------------------------------------------------------


def _article(citation: _Element, data: _Element | None) -> Record:
    identity = _need(citation, "PMID")
    article = _need(citation, "Article")
    journal, issue = _child(article, "Journal"), _child(article, "Journal", "JournalIssue")
    vernacular = _prose(_child(article, "VernacularTitle"))
    title, markup = _title(_prose(_child(article, "ArticleTitle")), vernacular)
    parts, origin, rights = _abstract(article, citation)
    text, sections = lay_out(title, parts)
    return Record(
        pmid=pmid(identity.text),
        version=_version(identity),
        title=title,
        title_markup=markup,
        vernacular_title=vernacular[0].strip() or None,
        text=text,
        sections=sections,
        abstract_source=origin,
        copyright=rights,
        status=citation.get("Status"),
        journal=_field(journal, "Title"),
        journal_abbreviation=_field(journal, "ISOAbbreviation") or _field(citation, "MedlineJournalInfo", "MedlineTA"),
        issn=_field(journal, "ISSN") or _field(citation, "MedlineJournalInfo", "ISSNLinking"),
        volume=_field(issue, "Volume"),
        issue=_field(issue, "Issue"),
        pages=_pages(article),
        date=_date(_child(issue, "PubDate")),
        electronic_date=_date(_child(article, "ArticleDate")),
        date_revised=_iso_date(_child(citation, "DateRevised")),
        authors=_authors(_children(article, "AuthorList", "Author")),
        doi=_id(data, "doi") or _electronic_location(article),
        pmc_id=_id(data, "pmc"),
        languages=_fields(article, "Language"),
        publication_types=_terms(_children(article, "PublicationTypeList", "PublicationType")),
        mesh=tuple(map(_heading, _children(citation, "MeshHeadingList", "MeshHeading"))),
        keywords=_fields(citation, "KeywordList", "Keyword"),
        chemicals=_terms(_children(citation, "ChemicalList", "Chemical", "NameOfSubstance")),
        registry_ids=_registry_ids(article),
        grants=_grants(article),
        conflict_of_interest=_field(citation, "CoiStatement"),
        corrections=tuple(map(_correction, _children(citation, "CommentsCorrectionsList", "CommentsCorrections"))),
    )


def _book(document: _Element, data: _Element | None) -> Record:
    """Read a book or a chapter of one; for a chapter the book's title stands where an article has its journal."""
    identity, book = _need(document, "PMID"), _child(document, "Book")
    vernacular = _prose(_child(document, "VernacularTitle"))
    chapter = _prose(_child(document, "ArticleTitle"))
    title, markup = _title(chapter if chapter[0].strip() else _prose(_child(book, "BookTitle")), vernacular)
    parts, origin, rights = _abstract(document, document)
    text, sections = lay_out(title, parts)
    authors = _children(document, "AuthorList", "Author") or _children(book, "AuthorList", "Author")
    container = _field(book, "BookTitle") if chapter[0].strip() else None
    return Record(
        kind="book",
        pmid=pmid(identity.text),
        version=_version(identity),
        title=title,
        title_markup=markup,
        vernacular_title=vernacular[0].strip() or None,
        text=text,
        sections=sections,
        abstract_source=origin,
        copyright=rights,
        journal=container or _field(book, "Publisher", "PublisherName"),
        volume=_field(book, "Volume"),
        pages=_pages(document),
        date=_date(_child(book, "PubDate")),
        electronic_date=_date(_child(document, "ContributionDate")),
        date_revised=_iso_date(_child(document, "DateRevised")),
        authors=_authors(authors),
        doi=_id(document, "doi") or _id(data, "doi") or _electronic_location(book),
        pmc_id=_id(document, "pmc") or _id(data, "pmc"),
        languages=_fields(document, "Language"),
        publication_types=_terms(_children(document, "PublicationType")),
        keywords=_fields(document, "KeywordList", "Keyword"),
        grants=_grants(document),
    )


def _title(
    title: tuple[str, tuple[Markup, ...]], vernacular: tuple[str, tuple[Markup, ...]]
) -> tuple[str, tuple[Markup, ...]]:
    """Return the title, or the one in the paper's own language where PubMed has no other."""
    return title if title[0].strip() else vernacular if vernacular[0].strip() else ("", ())


def _abstract(
    owner: _Element, citation: _Element
) -> tuple[list[Part], Literal["abstract", "other-abstract", "none"], str | None]:
    """Return the parts of the abstract, where it comes from, and its copyright line."""
    abstract = _child(owner, "Abstract")
    if parts := _parts(abstract):
        return parts, "abstract", _field(abstract, "CopyrightInformation")
    others = _children(citation, "OtherAbstract")
    for other in sorted(others, key=lambda e: e.get("Language", "eng") != "eng"):
        if parts := _parts(other):
            return parts, "other-abstract", _field(other, "CopyrightInformation")
    return [], "none", _field(abstract, "CopyrightInformation")


def _parts(abstract: _Element | None) -> list[Part]:
    parts = []
    for element in _children(abstract, "AbstractText"):
        text, markup = _prose(element)
        if text.strip():
            label, category = clean(element.get("Label")), clean(element.get("NlmCategory"))
            parts.append(Part(text=text, label=label, category=category, markup=markup))
    return parts


def _pages(article: _Element) -> str | None:
    pages = _child(article, "Pagination")
    if printed := _field(pages, "MedlinePgn"):
        return printed
    return "-".join(filter(None, (_field(pages, "StartPage"), _field(pages, "EndPage")))) or None


def _date(element: _Element | None) -> PubDate | None:
    parts = (_field(element, tag) for tag in ("Year", "Month", "Day", "Season", "MedlineDate"))
    return pub_date(" ".join(filter(None, parts)))


def _iso_date(element: _Element | None) -> str | None:
    date = _date(element)
    if date is None or date.year is None:
        return None
    numbers = [f"{date.year:04}", *(f"{n:02}" for n in (date.month, date.day) if n)]
    return "-".join(numbers)


def _authors(elements: list[_Element]) -> tuple[Author, ...]:
    return tuple(author for element in elements if (author := _author(element)) != Author())


def _author(element: _Element) -> Author:
    names = (_field(element, "LastName"), _field(element, "Suffix"))
    identifiers = (orcid(e.text) for e in element.iterchildren("Identifier") if e.get("Source", "").upper() == "ORCID")
    return Author(
        last_name=" ".join(filter(None, names)) or None,
        fore_name=_field(element, "ForeName"),
        initials=_field(element, "Initials"),
        collective=_field(element, "CollectiveName"),
        orcid=next(filter(None, identifiers), None),
        # Before 2015 the affiliation was a child of its own.
        affiliations=_fields(element, "AffiliationInfo", "Affiliation") or _fields(element, "Affiliation"),
    )


def _id(data: _Element | None, kind: str) -> str | None:
    ids = _children(data, "ArticleIdList", "ArticleId")
    return next((text for e in ids if e.get("IdType") == kind and (text := _text(e))), None)


def _electronic_location(article: _Element | None) -> str | None:
    for element in _children(article, "ELocationID"):
        if element.get("EIdType") == "doi" and element.get("ValidYN") != "N" and (text := _text(element)):
            return text
    return None


def _term(element: _Element) -> Term:
    return Term(name=_text(element) or "", ui=clean(element.get("UI")))


def _terms(elements: list[_Element]) -> tuple[Term, ...]:
    return tuple(term for element in elements if (term := _term(element)).name)


def _heading(element: _Element) -> MeshHeading:
    descriptor = _term(_need(element, "DescriptorName"))
    qualifiers = element.findall("QualifierName")
    starred = [e.get("MajorTopicYN") for e in element]
    return MeshHeading(
        name=descriptor.name, ui=descriptor.ui, major="Y" in starred, qualifiers=tuple(map(_term, qualifiers))
    )


def _registry_ids(article: _Element) -> tuple[str, ...]:
    return unique(
        number
        for bank in _children(article, "DataBankList", "DataBank")
        if is_study_register(_field(bank, "DataBankName") or "")
        for number in _fields(bank, "AccessionNumberList", "AccessionNumber")
    )


def _grants(article: _Element) -> tuple[Grant, ...]:
    return tuple(
        Grant(grant_id=_field(e, "GrantID"), agency=_field(e, "Agency"), country=_field(e, "Country"))
        for parent in _children(article, "GrantList")
        for e in parent.iterchildren("Grant")
    )


def _correction(element: _Element) -> Correction:
    return Correction(
        ref_type=element.get("RefType", ""),
        source=_field(element, "RefSource") or "",
        pmid=_field(element, "PMID"),
        note=_field(element, "Note"),
    )
