"""Taking sources in: twice is once, damage costs itself, an interruption leaves whole sources."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from eutils_client import connected
from eutils_server import EutilsServer, articles, script
from pubmed_xml import abstract, article, article_set

import ingest.pipeline
import kg.update
from ingest.medline import read_source
from ingest.pipeline import EXTRACTOR_VERSION
from kg.codec import from_json
from kg.errors import InputError, TemporaryError
from kg.export import write_jsonl
from kg.model import Claim, Quarantined, Reading, Record
from kg.update import extract_files, fetch_and_ingest, ingest_files, rebuild
from kg.workspace import Workspace, open_workspace

DELETE = "<DeleteCitation><PMID Version='1'>{}</PMID></DeleteCitation>"
BROKEN = article(13, "&nosuch;")


def fake_reading(record: Record) -> Reading:
    """Claim the first sentence of the abstract; stumble over records that say so."""
    if "STUMBLE" in record.text:
        raise ZeroDivisionError("no arms")
    start = record.text.find("\n") + 1
    end = record.text.find(".", start) + 1
    if not start or not end:
        return Reading(pmid=record.pmid, scope="off", design="other")
    claim = Claim(
        pmid=record.pmid, procedure="vertebroplasty", outcome="pain-intensity", basis="within", direction="better",
        quote="never written" if "MISQUOTE" in record.text else record.text[start:end],
        start=start, end=end, rule="first",
    )  # fmt: skip
    return Reading(pmid=record.pmid, scope="on", design="case-series", claims=(claim,))


def fake_readings(records: Iterable[Record]) -> Iterator[Reading]:
    return map(fake_reading, records)


@pytest.fixture(autouse=True)
def fake_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.update, "read_record", fake_reading)
    monkeypatch.setattr(kg.update, "read_records", fake_readings)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "data", create=True) as opened:
        yield opened


def paper(pmid: int, text: str = "Pain fell.") -> str:
    return article(pmid, f"Paper {pmid}", in_article=abstract(text))


def file(folder: Path, name: str, *records: str) -> Path:
    path = folder / name
    path.write_bytes(article_set(*records))
    return path


def everything(workspace: Workspace) -> tuple[bytes, bytes]:
    """Return all claims and the whole graph."""
    claims, graph = io.BytesIO(), io.BytesIO()
    write_jsonl(workspace, claims)
    with workspace.graph() as store:
        store.dump(graph, vocabulary=False)
    return claims.getvalue(), graph.getvalue()


def test_records_are_taken_in_and_read(workspace: Workspace, tmp_path: Path) -> None:
    receipt = ingest_files(workspace, [file(tmp_path, "a.xml", paper(1), paper(2), article(3, "No abstract"))])
    assert (receipt.sources, receipt.seen, receipt.new, receipt.read) == (1, 3, 3, 3)
    assert (receipt.in_scope, receipt.claims, receipt.quarantined) == (2, 2, 0)
    assert receipt.cpu_seconds > 0
    row = workspace.ledger.row("1")
    assert row is not None
    assert row.reading == fake_reading(row.record)
    assert b"/claim/1-" in everything(workspace)[1]


def test_a_second_time_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    source = file(tmp_path, "a.xml", paper(1), paper(2), DELETE.format(3))
    ingest_files(workspace, [source])
    before = everything(workspace)
    receipt = ingest_files(workspace, [source])
    assert (receipt.seen, receipt.new, receipt.changed, receipt.unchanged, receipt.read) == (2, 0, 0, 2, 0)
    assert (receipt.in_scope, receipt.claims) == (2, 2)
    assert everything(workspace) == before


def test_a_changed_record_replaces_its_claims(workspace: Workspace, tmp_path: Path) -> None:
    ingest_files(workspace, [file(tmp_path, "a.xml", paper(1), paper(2))])
    receipt = ingest_files(workspace, [file(tmp_path, "b.xml", paper(1, "Pain rose."))])
    assert (receipt.changed, receipt.read) == (1, 1)
    claims, graph = everything(workspace)
    assert b"Pain rose." in claims
    assert claims.count(b"Pain fell.") == 1
    assert graph.count(b'"Pain rose."') == 1


def test_the_same_pmid_twice_in_a_file_is_read_once(workspace: Workspace, tmp_path: Path) -> None:
    receipt = ingest_files(workspace, [file(tmp_path, "a.xml", paper(1), paper(1, "Pain rose."))])
    assert (receipt.seen, receipt.new, receipt.changed, receipt.read, receipt.claims) == (2, 1, 1, 1, 1)


def test_a_deletion_takes_record_claims_and_graph_away(workspace: Workspace, tmp_path: Path) -> None:
    receipt = ingest_files(workspace, [file(tmp_path, "a.xml", paper(1), paper(2), DELETE.format(1))])
    assert (receipt.new, receipt.read, receipt.deleted) == (2, 1, 1)
    claims, graph = everything(workspace)
    assert b'"pmid": "1"' not in claims
    assert b"/pubmed/1>" not in graph
    assert workspace.ledger.pmids() == ("2",)


def test_a_damaged_record_is_kept_and_the_rest_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    receipt = ingest_files(workspace, [file(tmp_path, "a.xml", paper(1), BROKEN, paper(2))])
    assert (receipt.seen, receipt.quarantined) == (2, 1)
    (bad,) = workspace.ledger.quarantined()
    assert bad.position == 2
    assert b"&nosuch;" in bad.raw


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("cut.xml", lambda data: data[:-40]),
        ("cut.xml.gz", lambda data: gzip.compress(data)[:-20]),
        ("page.xml", lambda data: b"<html><body>Too many requests</body></html>"),
    ],
)
def test_a_damaged_file_leaves_nothing_and_stops_no_other(
    workspace: Workspace, tmp_path: Path, name: str, damage: object
) -> None:
    bad = tmp_path / name
    bad.write_bytes(damage(article_set(paper(1), paper(2))))  # type: ignore[operator]
    receipt = ingest_files(workspace, [bad, file(tmp_path, "good.xml", paper(3))])
    assert (receipt.sources, receipt.seen, receipt.new, receipt.read) == (1, 1, 1, 1)
    (failure,) = receipt.failures
    assert failure.startswith(str(bad))
    assert workspace.ledger.pmids() == ("3",)
    assert workspace.ledger.counts().sources == 1
    assert list(workspace.ledger.quarantined()) == []


def test_a_missing_path_stops_before_anything_is_written(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.xml: no such file or folder"):
        ingest_files(workspace, [file(tmp_path, "a.xml", paper(1)), tmp_path / "none.xml"])
    assert workspace.ledger.counts().records == 0
    assert workspace.ledger.log() == ()


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("STUMBLE", "the extractor failed: ZeroDivisionError: no arms"),
        ("MISQUOTE", "the extractor quoted what is not in the text"),
    ],
)
def test_a_record_the_extractor_fails_on_costs_itself(
    workspace: Workspace, tmp_path: Path, word: str, reason: str
) -> None:
    receipt = ingest_files(workspace, [file(tmp_path, "a.xml", paper(1), paper(2, f"{word}."), paper(3))])
    assert (receipt.seen, receipt.read, receipt.quarantined, receipt.claims) == (3, 2, 1, 2)
    (bad,) = workspace.ledger.quarantined()
    assert bad.reason.startswith(reason)
    assert from_json(Record, bad.raw.decode()).pmid == "2"
    row = workspace.ledger.row("2")
    assert row is not None
    assert row.reading is None


def test_another_extractor_reads_everything_again(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = file(tmp_path, "a.xml", paper(1), paper(2, "STUMBLE."), paper(3))
    ingest_files(workspace, [source])
    monkeypatch.setattr(kg.update, "EXTRACTOR_VERSION", "later")
    monkeypatch.setattr(kg.update, "read_records", lambda records: map(_off, records))
    receipt = ingest_files(workspace, [source])
    assert (receipt.unchanged, receipt.new, receipt.read, receipt.quarantined) == (3, 0, 3, 0)
    assert list(workspace.ledger.quarantined()) == []
    assert b'"claims": []' in everything(workspace)[0]
    assert b"/claim/" not in everything(workspace)[1]


def _off(record: Record) -> Reading:
    return Reading(pmid=record.pmid, scope="off", design="other")


def test_rebuild_reads_again_and_keeps_the_rest(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_files(workspace, [file(tmp_path, "a.xml", paper(1))])
    before = everything(workspace)
    assert rebuild(workspace).read == 0
    assert everything(workspace) == before
    monkeypatch.setattr(kg.update, "EXTRACTOR_VERSION", "later")
    assert rebuild(workspace).read == 1
    assert everything(workspace)[0] == before[0]


def test_an_interruption_leaves_whole_files(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [file(tmp_path, "a.xml", paper(1)), file(tmp_path, "b.xml", paper(2), paper(3))]
    with monkeypatch.context() as patch:
        patch.setattr(kg.update, "read_records", _interrupted_at("3"))
        with pytest.raises(KeyboardInterrupt):
            ingest_files(workspace, sources)
    assert workspace.ledger.pmids() == ("1",)
    assert workspace.ledger.log()[-1].ended is None
    assert b"/claim/1-" in everything(workspace)[1]
    receipt = ingest_files(workspace, sources)
    assert (receipt.new, receipt.unchanged, receipt.claims) == (2, 1, 3)


def _interrupted_at(pmid: str) -> object:
    def readings(records: Iterable[Record]) -> Iterator[Reading]:
        for record in records:
            if record.pmid == pmid:
                raise KeyboardInterrupt
            yield fake_reading(record)

    return readings


def test_the_log_tells_what_was_done(workspace: Workspace, tmp_path: Path) -> None:
    receipt = ingest_files(workspace, [file(tmp_path, "a.xml", paper(1))])
    (entry,) = workspace.ledger.log()
    assert entry.command == "ingest"
    assert entry.receipt is not None
    assert (entry.receipt.seen, entry.receipt.claims) == (receipt.seen, receipt.claims)
    assert entry.run.extractor_version == EXTRACTOR_VERSION


def test_extract_keeps_the_order_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    source = file(tmp_path, "a.xml", paper(9), BROKEN, paper(2, "STUMBLE."), DELETE.format(7), paper(1))
    found = list(extract_files([source]))
    assert [(type(item), item.pmid) for item in found] == [
        (Reading, "9"), (Quarantined, "13"), (Quarantined, "2"), (Reading, "1"),
    ]  # fmt: skip
    stumbled = found[2]
    assert isinstance(stumbled, Quarantined)
    assert (stumbled.source, stumbled.position) == (str(source), 3)


def test_extract_reports_a_damaged_file_at_its_end(tmp_path: Path) -> None:
    source = tmp_path / "cut.xml"
    source.write_bytes(article_set(paper(1))[:-30])
    with pytest.raises(InputError, match=r"cut\.xml"):
        list(extract_files([source]))


def test_fetched_records_are_taken_in(workspace: Workspace) -> None:
    with EutilsServer(articles(450)) as server, connected(server) as pubmed:
        receipt = fetch_and_ingest(workspace, pubmed, queries=["spine[tiab]"])
        assert (receipt.seen, receipt.new, receipt.sources, receipt.missing) == (450, 450, 3, ())
        again = fetch_and_ingest(workspace, pubmed, queries=["spine[tiab]"])
    assert (again.new, again.unchanged, again.read) == (0, 450, 0)
    assert len(workspace.ledger.pmids()) == 450


def test_a_fetch_goes_on_where_it_stopped(workspace: Workspace) -> None:
    records = articles(500)
    with EutilsServer(records, die_after=2) as server, connected(server) as pubmed:
        with pytest.raises(TemporaryError):
            fetch_and_ingest(workspace, pubmed, queries=["spine[tiab]"])
    assert workspace.ledger.counts().records == 200
    assert workspace.ledger.dirty() == ()
    with EutilsServer(records) as server, connected(server) as pubmed:
        receipt = fetch_and_ingest(workspace, pubmed, queries=["spine[tiab]"])
    assert (receipt.seen, receipt.new) == (300, 300)
    assert workspace.ledger.counts().records == 500
    assert list(workspace.path.glob("fetch-*")) == []


def test_a_pmid_without_a_record_is_named(workspace: Workspace) -> None:
    with EutilsServer(articles(3)) as server, connected(server) as pubmed:
        receipt = fetch_and_ingest(workspace, pubmed, pmids=["99000001", "12345"])
    assert (receipt.seen, receipt.missing) == (1, ("12345",))


def test_a_bad_answer_is_never_stored(workspace: Workspace) -> None:
    faults = script(None, "html-200", "empty-set", "cut-clean", None)
    with EutilsServer(articles(40), faults=faults) as server, connected(server) as pubmed:
        receipt = fetch_and_ingest(workspace, pubmed, queries=["spine[tiab]"])
    assert (receipt.seen, receipt.quarantined, receipt.failures) == (40, 0, ())


@pytest.mark.shared
def test_real_records_are_all_taken_in_and_every_quote_is_cut_from_its_record(
    workspace: Workspace, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.update, "read_record", ingest.pipeline.read_record)
    monkeypatch.setattr(kg.update, "read_records", ingest.pipeline.read_records)
    corpus = shared / "corpus" / "spine.xml.gz"
    first = ingest_files(workspace, [corpus])
    assert (first.seen, first.new, first.read, first.quarantined, first.failures) == (1274, 1274, 1274, 0, ())
    assert first.in_scope > 0
    text = {item.pmid: item.text for item in read_source(corpus) if isinstance(item, Record)}
    quotes = 0
    for row in workspace.ledger.rows():
        assert row.reading is not None
        for claim in row.reading.claims:
            assert text[row.record.pmid][claim.start : claim.end] == claim.quote != ""
            quotes += 1
    assert quotes == first.claims > 0
    second = ingest_files(workspace, [corpus])
    assert (second.new, second.changed, second.unchanged, second.read) == (0, 0, 1274, 0)
    assert workspace.ledger.dirty() == ()
