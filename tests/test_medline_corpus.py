"""Real records as served, against a plain XPath count over the same file. No text of theirs appears here."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from ingest.medline import read_source
from kg.errors import InputError
from kg.model import Record

pytestmark = pytest.mark.shared

NOT_RECORDS = {
    "pubmed3.html",
    "esearch.pubmed.xml",
    "esummary.pubmed.xml",
    "ORIGIN_README.md",
    "LICENSE",
    "LICENSE.rst",
}
NOT_RECORDS |= {"LICENSE-2.0.txt"}


def native(shared: Path) -> list[Path]:
    return sorted(path for path in (shared / "corpus" / "native").rglob("*") if path.is_file())


def records(path: Path) -> list[Record]:
    items = list(read_source(path))
    assert all(isinstance(item, Record) for item in items), path
    return [item for item in items if isinstance(item, Record)]


def trees(path: Path) -> list[etree._Element]:
    """Return the record elements of a file by a plain parse of the whole."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, remove_comments=True)
    root = etree.fromstring(data, parser)
    return [root] if root.tag == "MedlineCitation" else [child for child in root if isinstance(child.tag, str)]


def pairs(shared: Path) -> list[tuple[Record, etree._Element]]:
    files = [path for path in native(shared) if path.suffix == ".xml" and path.name not in NOT_RECORDS]
    files.append(shared / "corpus" / "spine.xml.gz")
    return [pair for path in files for pair in zip(records(path), trees(path), strict=True)]


def texts(element: etree._Element, path: str) -> list[str]:
    return ["".join(found.itertext()) for found in element.xpath(path)]


CITATION = "(self::MedlineCitation|MedlineCitation|BookDocument)"


def test_every_native_file_is_read_or_refused_by_name(shared: Path) -> None:
    refused, read = set(), Counter[str]()
    for path in native(shared):
        try:
            read[path.suffix] += len(records(path))
        except InputError as problem:
            assert str(problem).startswith(str(path))
            assert "allowed" in str(problem)
            refused.add(path.name)
    assert refused == NOT_RECORDS
    assert read == {".xml": 414, ".txt": 6}


def test_the_spine_records_are_all_read(shared: Path) -> None:
    found = records(shared / "corpus" / "spine.xml.gz")
    assert len(found) == 1274
    assert len({record.pmid for record in found}) == 1274
    assert sum(bool(record.sections) for record in found) == 1198


def test_counts_equal_plain_xpath_counts(shared: Path) -> None:
    for record, tree in pairs(shared):
        base = f"{CITATION}/"
        book = record.kind == "book"
        article = base if book else f"{base}Article/"
        assert [record.pmid] == tree.xpath(f"{base}PMID/text()")
        assert len(record.languages) == tree.xpath(f"count({article}Language)"), record.pmid
        assert len(record.corrections) == tree.xpath(f"count({base}CommentsCorrectionsList/CommentsCorrections)")
        assert [c.pmid for c in record.corrections if c.pmid] == tree.xpath(
            f"{base}CommentsCorrectionsList/CommentsCorrections/PMID/text()"
        )
        authors = tree.xpath(f"count({article}AuthorList/Author)") or tree.xpath(f"count({base}Book/AuthorList/Author)")
        assert len(record.authors) == authors, record.pmid
        assert all(author.last_name or author.collective for author in record.authors)
        assert len(record.mesh) == tree.xpath(f"count({base}MeshHeadingList/MeshHeading)")
        qualifiers = sum(len(heading.qualifiers) for heading in record.mesh)
        assert qualifiers == tree.xpath(f"count({base}MeshHeadingList/MeshHeading/QualifierName)")
        types = "PublicationType" if book else "PublicationTypeList/PublicationType"
        assert len(record.publication_types) == tree.xpath(f"count({article}{types})")
        assert len(record.keywords) == tree.xpath(f"count({base}KeywordList/Keyword)")
        assert len(record.chemicals) == tree.xpath(f"count({base}ChemicalList/Chemical)")
        assert len(record.grants) == tree.xpath(f"count({article}GrantList/Grant)")


def test_texts_equal_itertext(shared: Path) -> None:
    for record, tree in pairs(shared):
        base = f"{CITATION}/"
        article = base if record.kind == "book" else f"{base}Article/"
        own = texts(tree, f"{article}Abstract/AbstractText")
        other = texts(tree, f"{base}OtherAbstract/AbstractText")
        found = [section.text for section in record.sections]
        assert found == own or (not own and found and set(found) <= set(other)) or (found == own == other == [])
        assert record.abstract_source == ("abstract" if own else "other-abstract" if other else "none")
        labels = tree.xpath(f"{article}Abstract/AbstractText/@Label" if own else f"{base}OtherAbstract/*/@Label")
        assert [section.label for section in record.sections if section.label] == [" ".join(x.split()) for x in labels]
        shown = [*texts(tree, f"{article}ArticleTitle"), *texts(tree, f"{article}VernacularTitle")]
        assert record.title == next(filter(None, shown + texts(tree, f"{base}Book/BookTitle")), "")


def test_every_section_and_markup_is_in_its_place(shared: Path) -> None:
    for record, _ in pairs(shared):
        assert record.text.startswith(record.title)
        assert record.text == "\n".join([record.title, *(section.text for section in record.sections)])
        for section in record.sections:
            assert record.text[section.start : section.start + len(section.text)] == section.text
            assert all(0 <= span.start < span.end <= len(section.text) for span in section.markup)
        assert all(0 <= span.start < span.end <= len(record.title) for span in record.title_markup)


def test_markup_counts_equal_the_trees(shared: Path) -> None:
    found, expected = Counter[str](), Counter[str]()
    for record, tree in pairs(shared):
        spans = [*record.title_markup, *(span for section in record.sections for span in section.markup)]
        found.update(span.tag for span in spans)
        for path in (f"{CITATION}//ArticleTitle", f"{CITATION}//Abstract/AbstractText"):
            for tag in ("b", "i", "sup", "sub", "u", "math"):
                expected[tag] += sum(any(e.itertext()) for e in tree.xpath(f"{path}//*[local-name()='{tag}']"))
    assert found == expected
    assert found["math"] > 0


def test_nothing_of_a_reference_list_leaks(shared: Path) -> None:
    for record, tree in pairs(shared):
        cited = set(tree.xpath(".//ReferenceList//ArticleId[@IdType='doi']/text()"))
        own = tree.xpath("PubmedData/ArticleIdList/ArticleId[@IdType='doi']/text()")
        own += tree.xpath(".//ELocationID[@EIdType='doi']/text()")
        own += tree.xpath("PubmedBookData/ArticleIdList/ArticleId[@IdType='doi']/text()")
        own += tree.xpath("BookDocument/ArticleIdList/ArticleId[@IdType='doi']/text()")
        assert record.doi is None or " ".join(record.doi.split()) in {" ".join(doi.split()) for doi in own}
        assert record.doi not in cited - set(own)


def test_dates_have_a_year(shared: Path) -> None:
    for record, tree in pairs(shared):
        printed = tree.xpath(f"string({CITATION}/Article/Journal/JournalIssue/PubDate)").strip()
        year = record.date.year if record.date else None
        assert record.kind == "book" or (year is not None) == any(char.isdigit() for char in printed)
