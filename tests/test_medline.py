"""Files: what is read, what is refused, and what becomes of a damaged one."""

from __future__ import annotations

import gzip
import io
import logging
import os
import resource
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pubmed_xml import HEAD, abstract, article, article_set, read, write

import ingest.medline
from ingest.medline import find_sources, list_folder, read_bytes, read_source
from kg.errors import InputError
from kg.model import Quarantined, Record

THREE = article_set(*(article(n, in_article=abstract("One.", "Two.")) for n in (99000001, 99000002, 99000003)))
TEXT = b"PMID- 99000001\nTI  - A title.\nSO  - J Ex. 2020.\n"


def pmids(path: Path) -> list[str | None]:
    return [item.pmid for item in read_source(path)]


# -- kinds of files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", THREE),
        ("a.xml.gz", gzip.compress(THREE, mtime=0)),
        ("a.xml", gzip.compress(THREE, mtime=0)),
        ("a.txt", THREE),
        ("a", THREE),
        ("a.xml.gz", gzip.compress(THREE[:500], mtime=0) + gzip.compress(THREE[500:], mtime=0)),
    ],
    ids=["xml", "gz", "gz without its suffix", "xml called txt", "no suffix", "two gzip members"],
)
def test_the_content_decides(tmp_path: Path, name: str, data: bytes) -> None:
    assert pmids(write(tmp_path / name, data)) == ["99000001", "99000002", "99000003"]


@pytest.mark.parametrize("data", [TEXT, b"\xef\xbb\xbf" + TEXT, b"\r\n" + TEXT, gzip.compress(TEXT, mtime=0)])
def test_medline_text_whatever_its_name(tmp_path: Path, data: bytes) -> None:
    assert pmids(write(tmp_path / "a.xml", data)) == ["99000001"]


def test_the_source_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", article_set("<PubmedArticle/>"))
    (item,) = read_source(path)
    assert isinstance(item, Quarantined)
    assert item.source == str(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty; allowed are PubMed XML (.xml, .xml.gz) and MEDLINE text (.nbib, .txt)"),
        (b" \n", "it is empty"),
        (gzip.compress(b"", mtime=0), "it is empty"),
        (b'{"error": "API rate limit exceeded"}', "it is JSON"),
        (b"\n[1]", "it is JSON"),
        (b"PK\x03\x04 zip", "it is neither PubMed XML nor MEDLINE text"),
        (b"1. Spine J. 2020;1:1-2.\n\nA title.\n", "it is neither PubMed XML nor MEDLINE text"),
        (b"TY  - JOUR\nTI  - RIS\nER  - \n", "records of MEDLINE text begin with a line 'PMID- number'"),
        (b"<html><body>WWW Error Blocked Diagnostic</body></html>", "it is an HTML page"),
        (b"<eSearchResult/>", "its root element is <eSearchResult>"),
        (THREE.decode().encode("utf-16"), "its encoding is UTF-16"),
    ],
)
def test_what_is_not_pubmeds_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as problem:
        list(read_bytes(data, "reply"))
    assert message in str(problem.value)
    assert str(problem.value).startswith("reply: ")
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("name", ["missing.xml", "", "x" * 300])
def test_a_path_that_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        list(read_source(tmp_path / name))


# -- damaged files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999, 1.0])
def test_a_cut_gzip_file_is_refused(share: float) -> None:
    packed = gzip.compress(article_set(*(article(n) for n in range(1, 2000))))
    with pytest.raises(InputError, match="damaged gzip file"):
        read(packed[: min(int(len(packed) * share), len(packed) - 1)])


def test_a_gzip_file_with_a_wrong_checksum_is_refused() -> None:
    packed = bytearray(gzip.compress(THREE))
    packed[-5] ^= 1
    with pytest.raises(InputError, match="damaged gzip file"):
        read(bytes(packed))


def test_a_gzip_bomb_stops_early() -> None:
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as file:
        file.write(b"<PubmedArticleSet>")
        for _ in range(100):
            file.write(b" " * (1 << 20))
    assert 100 << 20 > 500 * len(packed.getvalue())
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(InputError, match="unpacks to more than 50 times its size"):
        read(packed.getvalue())
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_too_much_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.medline, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(InputError, match="it unpacks to more than"):
        read(gzip.compress(THREE))


def test_records_before_the_damage_come_first_then_the_error() -> None:
    stream = read_bytes(THREE[: -len("</PubmedArticleSet>\n")], "cut.xml")
    assert [item.pmid for item in (next(stream), next(stream), next(stream))] == ["99000001", "99000002", "99000003"]
    with pytest.raises(InputError, match=r"cut\.xml: it ends without </PubmedArticleSet>: the file is cut"):
        next(stream)


def test_a_missing_end_tag_costs_one_record_and_names_it() -> None:
    first, second, third = read(THREE.replace(b"</PubmedArticle>", b"", 1))
    assert isinstance(first, Quarantined)
    assert (first.pmid, first.reason) == ("99000001", "no </PubmedArticle> before the next record")
    assert [type(item) for item in (second, third)] == [Record, Record]


def test_a_stray_reply_between_records_is_quarantined() -> None:
    items = read(article_set(article(1), "<ERROR>Unable to retrieve</ERROR>", article(2)))
    assert isinstance(items[1], Quarantined)
    assert (items[1].reason, items[1].pmid) == ("bytes that are no record", None)
    assert b"Unable to retrieve" in items[1].raw
    assert [item.pmid for item in items] == ["1", None, "2"]


# -- hostile XML ------------------------------------------------------------------------------------


def lol(head: str) -> bytes:
    return article_set(article(1, "&lol9;"), head=head)


ENTITIES = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(2, 10))


@pytest.mark.parametrize(
    "data",
    [
        lol(f'<!DOCTYPE PubmedArticleSet [<!ENTITY lol1 "lol">{ENTITIES}]>'),
        article_set(article(1, "&x;"), head='<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
        article_set(article(1, "&x;" * 1000), head=f'<!DOCTYPE a [<!ENTITY x "{"y" * 60000}">]>'),
    ],
    ids=["billion laughs", "external entity", "quadratic blow-up"],
)
def test_a_doctype_with_entities_is_refused(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(InputError, match="declares entities of its own"):
        read(data)
    assert time.process_time() - began < 1


def test_entities_have_no_effect_inside_a_record() -> None:
    doctype = '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/hostname">]><i>&x;</i>'
    items = read(article_set(article(1), article(2, doctype), article(3)))
    assert [type(item) for item in items] == [Record, Quarantined, Record]


def test_no_dtd_is_fetched_and_no_link_followed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        head = f'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "{address}">'
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}"/>'
        schema = f'<i xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a {address}">b</i>'
        items = read(article_set(article(1, include), article(2, schema), head=head))
        assert select.select([server], [], [], 0.2) == ([], [], [])
    assert [type(item) for item in items] == [Record, Record]


# -- memory and properties --------------------------------------------------------------------------


STATUS = Path("/proc/self/status")
# getrusage would count what the parent had before exec: a large test process would look like a large reader.
MEASURE = f"""
import re, sys
from pathlib import Path
from ingest.medline import read_source
count = sum(1 for _ in read_source(Path(sys.argv[1])))
print(count, int(re.search("VmHWM:[^0-9]*([0-9]+) kB", Path("{STATUS}").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(not STATUS.exists(), reason="the peak memory of a process is read from Linux's /proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    record = article(99000001, in_article=abstract("word " * 400))
    path = tmp_path / "large.xml"
    with path.open("w") as file:
        file.write(f"{HEAD}<PubmedArticleSet>")
        file.writelines(record for _ in range(40_000))
        file.write("</PubmedArticleSet>")
    assert path.stat().st_size > 80 << 20
    command = [sys.executable, "-c", MEASURE, str(path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    count, mebibytes = map(int, done.stdout.split())
    assert count == 40_000
    assert mebibytes < 80


WHOLE = read(THREE)


@settings(max_examples=300)
@given(at=st.integers(0, len(THREE) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_costs_one_record_or_the_file(at: int, byte: int) -> None:
    damaged = THREE[:at] + bytes([byte]) + THREE[at + 1 :]
    try:
        items = read(damaged)
    except InputError:
        return
    assert all(isinstance(item, Record | Quarantined) for item in items)
    assert sum(item in items for item in WHOLE) >= len(WHOLE) - 2
    assert len(items) >= len(WHOLE)


@settings(max_examples=300)
@given(
    data=st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"<PubmedArticleSet>{text}".encode())
    )
)
def test_anything_else_is_an_input_error(data: bytes) -> None:
    if data.lstrip().startswith(b"PMID-"):  # MEDLINE text after all
        assert read(data)
        return
    with pytest.raises(InputError):
        read(data)


def test_medline_text_without_a_number_is_quarantined() -> None:
    (item,) = read(b"PMID- ")
    assert isinstance(item, Quarantined)
    assert "PMID" in item.reason


@given(at=st.integers(0, len(THREE) - 2))
def test_a_cut_file_is_an_input_error(at: int) -> None:
    with pytest.raises(InputError):
        read(THREE[:at])


# -- folders ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "papers"
    (root / "sub").mkdir(parents=True)
    (root / ".hidden").mkdir()
    files = {
        "b.xml": THREE,
        "a.XML.gz": gzip.compress(THREE),
        "sub/c.nbib": TEXT,
        "sub/d.txt": TEXT,
        "README.txt": b"Read me.\n",
        "a.xml.gz.md5": b"MD5(a.xml.gz)= 0\n",
        "paper.pdf": b"%PDF",
        ".hidden/e.xml": THREE,
        ".f.xml": THREE,
    }
    for name, data in files.items():
        write(root / name, data)
    return root


SOURCES = ["a.XML.gz", "b.xml", "sub/c.nbib", "sub/d.txt"]


def test_a_folder(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert find_sources([folder]) == tuple(folder / name for name in SOURCES)
    assert caplog.messages == [f"{folder}: 3 other files are not read: README.txt, a.xml.gz.md5, paper.pdf"]
    sources, ignored = list_folder(folder)
    assert [str(path.relative_to(folder)) for path in sources] == SOURCES
    assert [path.name for path in ignored] == ["README.txt", "a.xml.gz.md5", "paper.pdf"]


def test_each_file_comes_once_and_in_order(folder: Path) -> None:
    paths = [folder / "paper.pdf", folder / "sub", folder / "b.xml", folder / "sub" / "c.nbib", folder / "b.xml"]
    names = [str(path.relative_to(folder)) for path in find_sources(paths)]
    assert names == ["b.xml", "paper.pdf", "sub/c.nbib", "sub/d.txt"]


def test_a_text_file_that_cannot_be_judged_is_not_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt.gz", gzip.compress(TEXT * 1000)[:100])
    assert find_sources([tmp_path]) == (path,)


def test_a_missing_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        find_sources([tmp_path, tmp_path / "none"][1:])


def test_a_folder_without_pubmed_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no PubMed file in this folder; allowed are PubMed XML"):
        find_sources([tmp_path])
    write(tmp_path / "a.pdf", b"%PDF")
    with pytest.raises(InputError, match=r"no PubMed file in this folder \(its 1 files are none\)"):
        find_sources([tmp_path])


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.xml", THREE)

    def refuse(*_args: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"a\.xml: cannot be read: Permission denied"):
        find_sources([path])
    with pytest.raises(InputError, match=r"a\.xml: cannot be read: Permission denied"):
        list(read_source(path))


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "pipe.xml"
    os.mkfifo(path)
    with pytest.raises(InputError, match="neither a file nor a folder"):
        find_sources([path])
    with pytest.raises(InputError, match="not a file"):
        list(read_source(path))
    assert list_folder(tmp_path) == ((), (path,))


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a file"):
        list(read_source(tmp_path))


def test_a_broken_link_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.xml").symlink_to(tmp_path / "gone.xml")
    with pytest.raises(InputError, match="no such file or folder"):
        find_sources([tmp_path / "a.xml"])
