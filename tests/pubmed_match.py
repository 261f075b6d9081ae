"""A small reading of PubMed queries over local records, to test what the named searches would find.

Left to right, as PubMed does it. ``[tiab]`` matches whole words of title, abstract and keywords, ``*``
the rest of a word; ``[mh]`` matches a heading or one that stands below it in ``NARROWER``, which
holds a few branches of MeSH only: what matches here would match in PubMed, not the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.query_syntax import Token, tokens

NARROWER = {
    "Back Pain": {"Low Back Pain", "Failed Back Surgery Syndrome"},
    "Pain": {"Back Pain", "Low Back Pain", "Neck Pain", "Neuralgia", "Sciatica", "Pain, Intractable", "Chronic Pain"},
    "Spine": {"Lumbar Vertebrae", "Cervical Vertebrae", "Thoracic Vertebrae", "Intervertebral Disc", "Spinal Canal"},
    "Spinal Diseases": {"Spinal Stenosis", "Intervertebral Disc Displacement", "Spondylosis", "Spinal Fractures"},
    "Analgesics": {"Analgesics, Opioid", "Morphine"},
    "Diskectomy": {"Diskectomy, Percutaneous"},
}
_SPACE = re.compile(r"[\s\-‐‑–/]+")


@dataclass(frozen=True)
class Searchable:
    pmid: str
    words: str
    title: str
    mesh: frozenset[str]
    types: frozenset[str]


def searchable(article: etree._Element) -> Searchable:
    def text(path: str) -> str:
        return " ".join("".join(element.itertext()) for element in article.iterfind(path))

    title = text("MedlineCitation/Article/ArticleTitle")
    body = text("MedlineCitation/Article/Abstract/AbstractText") + " " + text("MedlineCitation/KeywordList/Keyword")
    return Searchable(
        pmid=article.findtext("MedlineCitation/PMID") or "",
        words=_plain(f"{title} {body}"),
        title=_plain(title),
        mesh=frozenset(e.text or "" for e in article.iterfind(".//MeshHeading/DescriptorName")),
        types=frozenset(e.text or "" for e in article.iterfind(".//PublicationType")),
    )


def matches(query: str, record: Searchable) -> bool:
    return _expression(iter([*tokens(query)]), record)


def _expression(stream: Iterator[Token], record: Searchable) -> bool:
    value, operator = False, "OR"
    term: Token | None = None

    def combine(found: bool) -> bool:
        return {"OR": value or found, "AND": value and found, "NOT": value and not found}[operator]

    for token in stream:
        if token.kind == "open":
            value = combine(_expression(stream, record))
        elif token.kind == "close":
            break
        elif token.kind == "operator":
            operator = token.text
        elif token.kind == "tag":
            assert term is not None
            value = combine(_term(term.text, token.text.lower(), record))
        else:
            term = token
    return value


def _term(text: str, field: str, record: Searchable) -> bool:
    if field == "mh":
        return bool(record.mesh & ({text} | NARROWER.get(text, set())))
    if field == "pt":
        return text in record.types
    if field == "nm":
        return False
    pattern = re.escape(_plain(text)).replace(r"\*", r"\w*")
    where = {"tiab": record.words, "ti": record.title}[field]
    return re.search(rf"(?<!\w){pattern}(?!\w)", where) is not None


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).lower().strip()
