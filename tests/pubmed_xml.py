"""Builders of small PubMed XML for the tests: own words, the element order of the DTD."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from ingest.medline import read_bytes
from kg.model import Deletion, Quarantined, Record

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def article(
    pmid: int | str = 99000001,
    title: str = "A trial of nothing in particular.",
    *,
    in_article: str = "",
    in_citation: str = "",
    data: str = "",
    journal: str = "<Journal><Title>Journal of Examples</Title></Journal>",
    version: str = ' Version="1"',
    status: str = "MEDLINE",
) -> str:
    """Return one PubmedArticle; ``title`` and the additions are XML."""
    return (
        f'<PubmedArticle><MedlineCitation Status="{status}" Owner="NLM"><PMID{version}>{pmid}</PMID>'
        f"<Article>{journal}<ArticleTitle>{title}</ArticleTitle>{in_article}</Article>{in_citation}"
        f"</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def abstract(*parts: str | tuple[str, str, str], rights: str = "") -> str:
    """Return an Abstract of plain parts or (label, category, text) parts; texts are XML."""
    texts = [
        f"<AbstractText>{part}</AbstractText>"
        if isinstance(part, str)
        else f'<AbstractText Label="{escape(part[0])}" NlmCategory="{part[1]}">{part[2]}</AbstractText>'
        for part in parts
    ]
    copyright_line = f"<CopyrightInformation>{rights}</CopyrightInformation>" if rights else ""
    return f"<Abstract>{''.join(texts)}{copyright_line}</Abstract>"


def article_set(*records: str, head: str = HEAD) -> bytes:
    return f"{head}<PubmedArticleSet>\n{chr(10).join(records)}\n</PubmedArticleSet>\n".encode()


def read(data: bytes) -> list[Record | Deletion | Quarantined]:
    return list(read_bytes(data, "test.xml"))


def read_one(record: str) -> Record:
    """Read a set of one record that must be whole."""
    (item,) = read(article_set(record))
    assert isinstance(item, Record), item
    return item


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
