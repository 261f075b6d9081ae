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
_Parts = dict[str, _Element]


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
    parts = _index(element)
    if element.tag == "PubmedBookArticle":
        return _book(_need(parts, "BookDocument"), parts.get("PubmedBookData"))
    if element.tag == "MedlineCitation":
        return _article(element, None)
    return _article(_need(parts, "MedlineCitation"), parts.get("PubmedData"))


# -- reading the tree -------------------------------------------------------------------------------


def _index(element: _Element | None) -> _Parts:
    """Return the first child of every tag."""
    return {} if element is None else {str(child.tag): child for child in element.iterchildren(reversed=True)}


def _children(element: _Element | None, *path: str) -> list[_Element]:
    found = [] if element is None else [element]
    for tag in path:
        found = [child for parent in found for child in parent.iterchildren(tag)]
    return found


def _need(parts: _Parts, tag: str) -> _Element:
    if (child := parts.get(tag)) is None:
        raise InputError(f"no {tag}")
    return child


def _text(element: _Element | None) -> str | None:
    """Return the whole text of a metadata element, blanks made single; None when there is none."""
    if element is None:
        return None
    return clean("".join(element.itertext()) if len(element) else element.text)


def _texts(element: _Element | None, *path: str) -> tuple[str, ...]:
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


def _article(element: _Element, data: _Element | None) -> Record:
    citation = _index(element)
    identity, body = _need(citation, "PMID"), _need(citation, "Article")
    article = _index(body)
    journal, listed = _index(article.get("Journal")), _index(citation.get("MedlineJournalInfo"))
    issue, ids = _index(journal.get("JournalIssue")), _ids(data)
    vernacular = _prose(article.get("VernacularTitle"))
    title, markup = _title(_prose(article.get("ArticleTitle")), vernacular)
    parts, origin, rights = _abstract(article.get("Abstract"), element)
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
        status=element.get("Status"),
        journal=_text(journal.get("Title")),
        journal_abbreviation=_text(journal.get("ISOAbbreviation")) or _text(listed.get("MedlineTA")),
        issn=_text(journal.get("ISSN")) or _text(listed.get("ISSNLinking")),
        volume=_text(issue.get("Volume")),
        issue=_text(issue.get("Issue")),
        pages=_pages(article),
        date=_date(issue.get("PubDate")),
        electronic_date=_date(article.get("ArticleDate")),
        date_revised=_iso_date(citation.get("DateRevised")),
        authors=_authors(_children(article.get("AuthorList"), "Author")),
        doi=ids.get("doi") or _electronic_location(body),
        pmc_id=ids.get("pmc"),
        languages=_texts(body, "Language"),
        publication_types=_terms(_children(article.get("PublicationTypeList"), "PublicationType")),
        mesh=_headings(citation.get("MeshHeadingList")),
        keywords=_texts(element, "KeywordList", "Keyword"),
        chemicals=_terms(_children(citation.get("ChemicalList"), "Chemical", "NameOfSubstance")),
        registry_ids=_registry_ids(article.get("DataBankList")),
        grants=_grants(article.get("GrantList")),
        conflict_of_interest=_text(citation.get("CoiStatement")),
        corrections=tuple(map(_correction, _children(citation.get("CommentsCorrectionsList"), "CommentsCorrections"))),
    )


def _book(element: _Element, data: _Element | None) -> Record:
    """Read a book or a chapter of one; for a chapter the book's title stands where an article has its journal."""
    document = _index(element)
    identity, book = _need(document, "PMID"), _index(document.get("Book"))
    vernacular, chapter = _prose(document.get("VernacularTitle")), _prose(document.get("ArticleTitle"))
    is_chapter = bool(chapter[0].strip())
    title, markup = _title(chapter if is_chapter else _prose(book.get("BookTitle")), vernacular)
    parts, origin, rights = _abstract(document.get("Abstract"), element)
    text, sections = lay_out(title, parts)
    ids = _ids(data) | _ids(element)
    publisher = _index(book.get("Publisher")).get("PublisherName")
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
        journal=_text(book.get("BookTitle") if is_chapter else publisher),
        volume=_text(book.get("Volume")),
        pages=_pages(document),
        date=_date(book.get("PubDate")),
        electronic_date=_date(document.get("ContributionDate")),
        date_revised=_iso_date(document.get("DateRevised")),
        authors=_authors(_children(element, "AuthorList", "Author"))
        or _authors(_children(book.get("AuthorList"), "Author")),
        doi=ids.get("doi") or _electronic_location(document.get("Book")),
        pmc_id=ids.get("pmc"),
        languages=_texts(element, "Language"),
        publication_types=_terms(_children(element, "PublicationType")),
        keywords=_texts(element, "KeywordList", "Keyword"),
        grants=_grants(document.get("GrantList")),
    )


def _title(
    title: tuple[str, tuple[Markup, ...]], vernacular: tuple[str, tuple[Markup, ...]]
) -> tuple[str, tuple[Markup, ...]]:
    """Return the title, or the one in the paper's own language where PubMed has no other."""
    return title if title[0].strip() else vernacular if vernacular[0].strip() else ("", ())


def _abstract(
    abstract: _Element | None, owner: _Element
) -> tuple[list[Part], Literal["abstract", "other-abstract", "none"], str | None]:
    """Return the parts of the abstract (of an OtherAbstract when there is no other), its origin and copyright line."""
    if parts := _parts(abstract):
        return parts, "abstract", _text(_index(abstract).get("CopyrightInformation"))
    for other in sorted(owner.iterchildren("OtherAbstract"), key=lambda e: e.get("Language", "eng") != "eng"):
        if parts := _parts(other):
            return parts, "other-abstract", _text(_index(other).get("CopyrightInformation"))
    return [], "none", _text(_index(abstract).get("CopyrightInformation"))


def _parts(abstract: _Element | None) -> list[Part]:
    parts = []
    for element in _children(abstract, "AbstractText"):
        text, markup = _prose(element)
        if text.strip():
            label, category = clean(element.get("Label")), clean(element.get("NlmCategory"))
            parts.append(Part(text=text, label=label, category=category, markup=markup))
    return parts


def _pages(article: _Parts) -> str | None:
    pages = _index(article.get("Pagination"))
    ends = (_text(pages.get("StartPage")), _text(pages.get("EndPage")))
    return _text(pages.get("MedlinePgn")) or "-".join(filter(None, ends)) or None


def _date(element: _Element | None) -> PubDate | None:
    parts = _index(element)
    printed = (_text(parts.get(tag)) for tag in ("Year", "Month", "Day", "Season", "MedlineDate"))
    return pub_date(" ".join(filter(None, printed)))


def _iso_date(element: _Element | None) -> str | None:
    date = _date(element)
    if date is None or date.year is None:
        return None
    numbers = [f"{date.year:04}", *(f"{n:02}" for n in (date.month, date.day) if n)]
    return "-".join(numbers)


def _authors(elements: list[_Element]) -> tuple[Author, ...]:
    return tuple(author for element in elements if (author := _author(element)) != Author())


def _author(element: _Element) -> Author:
    parts = _index(element)
    names = (_text(parts.get("LastName")), _text(parts.get("Suffix")))
    return Author(
        last_name=" ".join(filter(None, names)) or None,
        fore_name=_text(parts.get("ForeName")),
        initials=_text(parts.get("Initials")),
        collective=_text(parts.get("CollectiveName")),
        orcid=_orcid(element) if "Identifier" in parts else None,
        # Before 2015 the affiliation was a child of its own.
        affiliations=(
            _texts(element, "AffiliationInfo", "Affiliation")
            if "AffiliationInfo" in parts
            else _texts(element, "Affiliation")
        ),
    )


def _orcid(author: _Element) -> str | None:
    found = (orcid(e.text) for e in author.iterchildren("Identifier") if e.get("Source", "").upper() == "ORCID")
    return next(filter(None, found), None)


def _ids(data: _Element | None) -> dict[str, str]:
    """Return the first id of every type in the record's own list."""
    ids = _children(data, "ArticleIdList", "ArticleId")
    return {e.get("IdType", ""): text for e in reversed(ids) if (text := _text(e))}


def _electronic_location(article: _Element | None) -> str | None:
    for element in _children(article, "ELocationID"):
        if element.get("EIdType") == "doi" and element.get("ValidYN") != "N" and (text := _text(element)):
            return text
    return None


def _term(element: _Element) -> Term:
    return Term(name=_text(element) or "", ui=element.get("UI") or None)


def _terms(elements: list[_Element]) -> tuple[Term, ...]:
    return tuple(term for element in elements if (term := _term(element)).name)


def _headings(listed: _Element | None) -> tuple[MeshHeading, ...]:
    return tuple(heading for heading in map(_heading, _children(listed, "MeshHeading")) if heading.name)


def _heading(element: _Element) -> MeshHeading:
    name, ui, major = "", None, False
    qualifiers: list[Term] = []
    for child in element:
        major = major or child.get("MajorTopicYN") == "Y"
        if child.tag == "DescriptorName":
            name, ui = _text(child) or "", child.get("UI") or None
        elif child.tag == "QualifierName":
            qualifiers.append(_term(child))
    return MeshHeading(name=name, ui=ui, major=major, qualifiers=tuple(qualifiers))


def _registry_ids(banks: _Element | None) -> tuple[str, ...]:
    return unique(
        number
        for bank in _children(banks, "DataBank")
        if is_study_register(_text(_index(bank).get("DataBankName")) or "")
        for number in _texts(bank, "AccessionNumberList", "AccessionNumber")
    )


def _grants(grants: _Element | None) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            grant_id=_text(parts.get("GrantID")),
            agency=_text(parts.get("Agency")),
            country=_text(parts.get("Country")),
        )
        for parts in map(_index, _children(grants, "Grant"))
    )


def _correction(element: _Element) -> Correction:
    parts = _index(element)
    return Correction(
        ref_type=element.get("RefType", ""),
        source=_text(parts.get("RefSource")) or "",
        pmid=_text(parts.get("PMID")),
        note=_text(parts.get("Note")),
    )
