"""Cutting a stream into records: equal to a parser on whole input, exact about damage, blind to chunk sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pubmed_xml import HEAD, article, article_set

import ingest.medline_split
from ingest.medline_split import Piece, split
from kg.errors import InputError


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def pieces(data: bytes, size: int = 1 << 20) -> list[Piece]:
    return list(split(chunked(data, size), "test.xml"))


A, B, C = "<PubmedArticle>a</PubmedArticle>", "<PubmedBookArticle x='1'>b</PubmedBookArticle >", "<DeleteCitation/>"


@pytest.mark.parametrize(
    "data",
    [
        f"<PubmedArticleSet>{A}{B}{C}</PubmedArticleSet>",
        f"\ufeff{HEAD}<!-- {A} -->\n<PubmedArticleSet\n>\n{A}\n{B}<?pi <PubmedArticle>?>{C}</PubmedArticleSet >\n",
        f"<PubmedArticleSet><!-- {A} -->{A}<!-- > -->{B}{C}</PubmedArticleSet><!-- end --> <?pi?>",
        f"<?xml version='1.0' encoding='us-ascii'?><PubmedArticleSet>{A}{B}{C}</PubmedArticleSet>",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_whole_sets(data: str, size: int) -> None:
    found = pieces(data.encode(), size)
    assert [(p.raw.decode(), p.tag, p.position, p.fault) for p in found] == [
        (A, "PubmedArticle", 1, None),
        (B, "PubmedBookArticle", 2, None),
        (C, "DeleteCitation", 3, None),
    ]


@pytest.mark.parametrize(
    ("data", "tags"),
    [
        ("<PubmedArticleSet/>", []),
        ("<PubmedArticleSet></PubmedArticleSet>", []),
        (A, ["PubmedArticle"]),
        (f"{HEAD}{B}\n", ["PubmedBookArticle"]),
        ("<MedlineCitation>x</MedlineCitation>", ["MedlineCitation"]),
        ("<MedlineCitationSet><MedlineCitation>x</MedlineCitation></MedlineCitationSet>", ["MedlineCitation"]),
        (f"<PubmedBookArticleSet>{B}</PubmedBookArticleSet>", ["PubmedBookArticle"]),
    ],
)
def test_other_roots(data: str, tags: list[str]) -> None:
    assert [piece.tag for piece in pieces(data.encode())] == tags


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            f"<PubmedArticle>1{A}",
            [("<PubmedArticle>1", "no </PubmedArticle> before the next record"), (A, None)],
        ),
        (f"{A}<PubmedArticle>2", [(A, None), ("<PubmedArticle>2", "no </PubmedArticle> before the end of the set")]),
        (f"{A} junk <x/>{B}", [(A, None), ("junk <x/>", "bytes that are no record"), (B, None)]),
        (f"{A}</PubmedArticle>{B}", [(A, None), ("</PubmedArticle>", "bytes that are no record"), (B, None)]),
        (f"<PubmedXrticle>1</PubmedArticle>{A}", [
            ("<PubmedXrticle>1</PubmedArticle>", "bytes that are no record"), (A, None),
        ]),
        ("<New>of 2030</New>", [("<New>of 2030</New>", "bytes that are no record")]),
        (f"<PubmedArticle>1</PubmedArticle <PubmedArticle>2</PubmedArticle>{A}", [
            ("<PubmedArticle>1</PubmedArticle ", "no </PubmedArticle> before the next record"),
            ("<PubmedArticle>2</PubmedArticle>", None),
            (A, None),
        ]),
        (f"<PubmedArticle><!-- </PubmedArticle> --></PubmedArticle>{A}", [
            ("<PubmedArticle><!-- </PubmedArticle> --></PubmedArticle>", None), (A, None),
        ]),
        ("<PubmedArticle><![CDATA[</PubmedArticle>]]></PubmedArticle>", [
            ("<PubmedArticle><![CDATA[</PubmedArticle>]]></PubmedArticle>", None),
        ]),
        (f"<PubmedArticle><!-- x</PubmedArticle>{A}<!-- -->", [
            ("<PubmedArticle><!-- x</PubmedArticle>", None), (A, None),
        ]),
        (f"<PubmedArticle><![CDATA[ x</PubmedArticle>{A}", [
            ("<PubmedArticle><![CDATA[ x</PubmedArticle>", None), (A, None),
        ]),
        (f"<PubmedArticle></PubmedBookArticle></PubmedArticle>{A}", [
            ("<PubmedArticle></PubmedBookArticle></PubmedArticle>", None), (A, None),
        ]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 5, 1 << 20])
def test_damage_costs_one_record(inside: str, expected: list[tuple[str, str | None]], size: int) -> None:
    found = pieces(f"<PubmedArticleSet>\n{inside}\n</PubmedArticleSet>".encode(), size)
    assert [(piece.raw.decode().strip(), piece.fault) for piece in found] == [(raw.strip(), f) for raw, f in expected]
    assert [piece.position for piece in found] == list(range(1, len(expected) + 1))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("hello", "no root element is found"),
        (HEAD, "no root element is found"),
        ("<PubmedArticleSet", "no root element is found"),
        ("<html><body>blocked</body></html>", "it is an HTML page, not PubMed records; allowed is a PubmedArticleSet"),
        ("<!DOCTYPE html><html></html>", "it is an HTML page"),
        ("<!doctype html>\n<HTML></HTML>", "it is an HTML page"),
        ("<eSearchResult><Count>1</Count></eSearchResult>", "its root element is <eSearchResult>, not PubMed records"),
        ("<eFetchResult><ERROR>Search\n failed</ERROR></eFetchResult>", "<eFetchResult> saying 'Search failed', not"),
        (f"<PubmedArticleSet>{A}", "it ends without </PubmedArticleSet>: the file is cut"),
        (f"<PubmedArticleSet>{A}</PubmedArticleSet", "it ends without </PubmedArticleSet>: the file is cut"),
        (f"<PubmedArticleSet>{A}<PubmedArticle>b", "it ends inside record 2: the file is cut"),
        (f"<PubmedArticleSet>{A}<PubmedArticle>b</PubmedArticle", "it ends inside record 2: the file is cut"),
        (f"<PubmedArticleSet>{A}<!-- x", "a comment or processing instruction does not end"),
        ("<PubmedArticle>b", "it ends inside record 1: the file is cut"),
        (f"<PubmedArticleSet>{A}<PubmedArticle><!-- b", "it ends inside a comment of record 2: the file is cut"),
        (f"{A}{A}", "it goes on after its root element <PubmedArticle>: one file holds one set"),
        (f"<PubmedArticleSet/><PubmedArticleSet>{A}</PubmedArticleSet>", "it goes on after its root element"),
        ("<?xml version='1.0' encoding='utf-16'?><PubmedArticleSet/>", "its encoding is utf-16; PubMed XML is UTF-8"),
        ("<!DOCTYPE PubmedArticleSet [<!ENTITY a 'b'>]><PubmedArticleSet/>", "declares entities of its own"),
        ("<!DOCTYPE PubmedArticleSet SYSTEM 'x", "its DOCTYPE is cut"),
    ],
)
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_damaged_files(data: str, message: str, size: int) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as problem:
        pieces(data.encode(), size)
    assert str(problem.value).startswith("test.xml: ")
    assert "\n" not in str(problem.value)


def test_utf_16_is_refused() -> None:
    with pytest.raises(InputError, match="UTF-16"):
        pieces(f"<PubmedArticleSet>{A}</PubmedArticleSet>".encode("utf-16"))


def test_a_record_longer_than_any_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.medline_split, "MAX_RECORD_BYTES", 1000)
    with pytest.raises(InputError, match="record 2 is longer than"):
        pieces(f"<PubmedArticleSet>{A}<PubmedArticle>{'x' * 5000}".encode(), 100)


def test_latin_1_is_declared_to_the_parser() -> None:
    (piece,) = pieces(f"<?xml version='1.0' encoding='ISO-8859-1'?><PubmedArticleSet>{A}</PubmedArticleSet>".encode())
    assert piece.encoding == "iso-8859-1"


# -- properties -------------------------------------------------------------------------------------

TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&>\ufffe\uffff")
)
MISC = st.sampled_from(["", "\n", "<!-- a <b> & c -->", "<?pi d?>", " \t\n"])
# Nothing that a comment may not hold, and no start tag of a record in one: that is the documented limit.
INERT = st.sampled_from(
    ["", "<!-- </PubmedArticle> </PubmedArticleSet> -->", "<![CDATA[</PubmedArticle>&]]>", "<i>j</i>"]
)


@st.composite
def records(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["PubmedArticle", "PubmedBookArticle", "DeleteCitation"]))
    if draw(st.integers(0, 9)) == 0:
        return f"<{kind}{draw(st.sampled_from(['', ' ']))}/>"
    space = draw(st.sampled_from(["", " ", "\n"]))
    body = "".join(draw(st.lists(st.one_of(TEXT, INERT), max_size=4)))
    return f"<{kind}{space}><PMID>{draw(st.integers(1, 99_999_999))}</PMID>{body}</{kind}{space}>"


@st.composite
def sets(draw: st.DrawFn) -> bytes:
    parts = draw(st.lists(st.tuples(MISC, records()), max_size=6))
    inside = "".join(misc + record for misc, record in parts) + draw(MISC)
    return f"{HEAD}{draw(MISC)}<PubmedArticleSet>{inside}</PubmedArticleSet>{draw(MISC)}".encode()


@given(data=sets())
def test_the_splitter_equals_a_parser(data: bytes) -> None:
    root = etree.fromstring(
        data, etree.XMLParser(load_dtd=False, no_network=True, remove_comments=True, remove_pis=True)
    )
    found = pieces(data)
    assert [piece.tag for piece in found] == [child.tag for child in root]
    assert all(piece.fault is None for piece in found)
    assert ["".join(etree.fromstring(piece.raw).itertext("*")) for piece in found] == [
        "".join(child.itertext("*")) for child in root
    ]


@given(data=sets(), size=st.integers(1, 200))
def test_chunks_change_nothing(data: bytes, size: int) -> None:
    assert pieces(data, size) == pieces(data)


def outcome(data: bytes, size: int) -> list[Piece] | str:
    try:
        return pieces(data, size)
    except InputError as problem:
        return str(problem)


@given(data=sets(), at=st.floats(0, 1), byte=st.integers(0, 255), size=st.integers(1, 200))
def test_chunks_change_nothing_in_damaged_files(data: bytes, at: float, byte: int, size: int) -> None:
    place = int(at * (len(data) - 1))
    damaged = data[:place] + bytes([byte]) + data[place + 1 :]
    assert outcome(damaged, size) == outcome(damaged, 1 << 20)


@given(data=sets(), at=st.floats(0, 1, exclude_max=True))
def test_every_cut_is_noticed(data: bytes, at: float) -> None:
    end = data.rindex(b"</PubmedArticleSet>") + len("</PubmedArticleSet>")
    with pytest.raises(InputError):
        pieces(data[: int(at * end)])


@given(data=sets(), at=st.floats(0, 1), byte=st.integers(0, 255))
def test_no_byte_of_a_record_is_lost(data: bytes, at: float, byte: int) -> None:
    """Every byte after the root's start tag lies in a piece, or is white space, a comment or the root's end."""
    place = int(at * (len(data) - 1))
    damaged = data[:place] + bytes([byte]) + data[place + 1 :]
    found = outcome(damaged, 1 << 20)
    if isinstance(found, str):
        return
    rest = damaged[damaged.index(b"<PubmedArticleSet>") + len("<PubmedArticleSet>") :]
    for piece in found:
        before, _, rest = rest.partition(piece.raw)
        assert re.fullmatch(rb"(?:\s|<!--.*?-->|<\?.*?\?>)*", before, re.DOTALL)
    assert re.fullmatch(rb"(?:\s|<!--.*?-->|<\?.*?\?>)*</PubmedArticleSet\s*>.*", rest, re.DOTALL)


def test_a_large_set_in_small_chunks() -> None:
    data = article_set(*(article(n) for n in range(1, 400)))
    assert [piece.position for piece in pieces(data, 4096)] == list(range(1, 400))
