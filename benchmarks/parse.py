"""How fast PubMed XML becomes records, beside other readers of the same file in the same run.

    python benchmarks/parse.py [FILE.xml[.gz]] [--records 5000]

The records of the file are repeated until there are enough of them. Times are CPU seconds, the best of
three runs; the ratio is against spinekg (above 1: slower than spinekg). Peers that are not installed
are named and left out. What the peers give back is less: see the note printed with each.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ingest.medline import read_source
from ingest.medline_split import split

SAMPLE = Path(__file__).resolve().parent.parent / "ingest" / "sample" / "illustrative.xml"
RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


def input_bytes(source: Path, wanted: int) -> tuple[bytes, int]:
    """Return a set of at least ``wanted`` records made of those in ``source``, and how many they are."""
    data = source.read_bytes()
    if data[:2] == b"\x1f\x8b":
        import gzip

        data = gzip.decompress(data)
    records = RECORD.findall(data)
    if not records:
        raise SystemExit(f"{source}: no PubmedArticle in it")
    times = -(-wanted // len(records))
    return HEAD + b"\n".join(records * times) + b"\n</PubmedArticleSet>\n", len(records) * times


def spinekg(path: Path) -> int:
    return sum(1 for _ in read_source(path))


def splitter_only(path: Path) -> int:
    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk

    return sum(1 for _ in split(chunks(), str(path)))


def iterparse(path: Path) -> int:
    """Read the same fields with one ``lxml.etree.iterparse``: no quarantine, no markup, no offsets."""
    from lxml import etree

    def text(element: Any) -> str:
        return "".join(element.itertext())

    count = 0
    for _, e in etree.iterparse(str(path), tag="PubmedArticle", load_dtd=False, no_network=True):
        fields = (
            e.findtext("MedlineCitation/PMID"),
            [text(x) for x in e.iterfind("MedlineCitation/Article/ArticleTitle")],
            [
                (x.get("Label"), x.get("NlmCategory"), text(x))
                for x in e.iterfind("MedlineCitation/Article/Abstract/AbstractText")
            ],
            e.findtext("MedlineCitation/Article/Journal/Title"),
            e.findtext("MedlineCitation/Article/Journal/ISOAbbreviation"),
            e.findtext("MedlineCitation/Article/Journal/ISSN"),
            [text(x) for x in e.iterfind("MedlineCitation/Article/Journal/JournalIssue/PubDate/*")],
            [[text(y) for y in x] for x in e.iterfind("MedlineCitation/Article/AuthorList/Author")],
            [x.text for x in e.iterfind("MedlineCitation/Article/Language")],
            [(x.get("UI"), x.text) for x in e.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")],
            [
                [(y.get("UI"), y.get("MajorTopicYN"), y.text) for y in x]
                for x in e.iterfind("MedlineCitation/MeshHeadingList/MeshHeading")
            ],
            [text(x) for x in e.iterfind("MedlineCitation/KeywordList/Keyword")],
            [x.text for x in e.iterfind("MedlineCitation/ChemicalList/Chemical/NameOfSubstance")],
            [[y.text for y in x] for x in e.iterfind("MedlineCitation/Article/GrantList/Grant")],
            [(x.get("RefType"), x.findtext("PMID")) for x in e.iterfind("MedlineCitation/CommentsCorrectionsList/*")],
            [(x.get("IdType"), x.text) for x in e.iterfind("PubmedData/ArticleIdList/ArticleId")],
        )
        count += bool(fields[0])
        e.clear()
        while e.getprevious() is not None:
            del e.getparent()[0]
    return count


def biopython(path: Path) -> int:
    """Read the whole file with ``Bio.Entrez.read``: every element, all in memory."""
    from Bio import Entrez

    with path.open("rb") as file:
        return len(Entrez.read(file)["PubmedArticle"])


def pubmed_parser(path: Path) -> int:
    """Read with ``pubmed_parser``, when it is installed."""
    import pubmed_parser as peer

    return len(list(peer.parse_medline_xml(str(path))))


PEERS: tuple[tuple[str, Callable[[Path], int], str], ...] = (
    ("spinekg", spinekg, "records with text, offsets and markup; damage contained"),
    ("  its splitter alone", splitter_only, "bytes of records"),
    ("lxml.etree.iterparse", iterparse, "the same fields; no markup, no offsets, one bad byte ends the file"),
    ("Bio.Entrez.read", biopython, "all elements, in memory"),
    ("pubmed_parser", pubmed_parser, "dictionaries; deletions and nested markup are lost"),
)


def cpu_seconds(work: Callable[[Path], int], path: Path, expected: int) -> float | str:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        try:
            found = work(path)
        except ImportError:
            return "not installed"
        except Exception as problem:  # a peer that refuses the file is a result, not a crash
            return f"refuses the file: {type(problem).__name__}: {str(problem)[:60]}"
        best = min(best, time.process_time() - began)
        if found != expected:
            return f"gives back {found} of {expected} records"
    return best


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    options.add_argument("--records", type=int, default=5000, help="at least so many records (default 5000)")
    chosen = options.parse_args()
    if not chosen.file.is_file():
        options.error(f"{chosen.file}: no such file")
    data, count = input_bytes(chosen.file, chosen.records)
    print(f"{count} records, {len(data) / 1e6:.1f} MB, from {chosen.file.name}\n")
    print(f"{'reader':24}{'CPU s':>8}{'records/s':>11}{'MB/s':>8}{'ratio':>8}  gives")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "records.xml")
        path.write_bytes(data)
        ours = None
        for name, work, note in PEERS:
            seconds = cpu_seconds(work, path, count)
            if isinstance(seconds, str):
                print(f"{name:24}{seconds}")
                continue
            ours = ours or seconds
            rates = f"{seconds:8.2f}{count / seconds:11.0f}{len(data) / 1e6 / seconds:8.1f}{seconds / ours:8.2f}"
            print(f"{name:24}{rates}  {note}")


if __name__ == "__main__":
    main()
