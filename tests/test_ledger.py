"""The ledger: what stands for a PMID, whatever comes, in whatever order, however often."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.identity import Run, make_run
from kg.ledger import Ledger, LedgerRow, Receipt, Source, open_ledger
from kg.model import Claim, Deletion, Quarantined, Reading, Record

RUN = make_run(started="2026-01-02T03:04:05Z", extractor="rules", extractor_version="1", software_version="0.1.0")


def record(pmid: str = "1", title: str = "Title", version: int = 1) -> Record:
    return Record(pmid=pmid, title=title, text=title, version=version)


def reading(pmid: str = "1", claims: int = 1) -> Reading:
    claim = Claim(
        pmid=pmid, procedure="a", outcome="b", basis="rate", direction="reported", quote="Title", start=0, end=5
    )
    return Reading(pmid=pmid, scope="on", design="other", claims=(claim,) * claims)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    book = open_ledger(tmp_path / "ledger.sqlite3", create=True)
    yield book
    book.close()


@pytest.fixture
def run(ledger: Ledger) -> Run:
    ledger.begin_run(RUN, "ingest")
    return RUN


@pytest.fixture
def source(ledger: Ledger, run: Run) -> Source:
    return ledger.source(run, "a.xml", "digest of a")


def settle(ledger: Ledger) -> None:
    ledger.clean(ledger.dirty())


def test_a_record_is_new_then_unchanged_then_changed(ledger: Ledger, source: Source, run: Run) -> None:
    assert ledger.put_record(record(), source, 1) == "new"
    settle(ledger)
    assert ledger.put_record(record(), source, 1) == "unchanged"
    assert ledger.dirty() == ()
    assert ledger.put_record(record(title="Another"), ledger.source(run, "b.xml", "digest of b"), 1) == "changed"
    assert ledger.dirty() == ("1",)
    row = ledger.row("1")
    assert row is not None
    assert row.record.title == "Another"
    assert row.source == "b.xml"


def test_an_older_source_changes_nothing(ledger: Ledger, source: Source, run: Run) -> None:
    later = ledger.source(run, "b.xml", "digest of b")
    ledger.put_record(record(title="Newer"), later, 1)
    settle(ledger)
    assert ledger.put_record(record(title="Older"), source, 1) == "older"
    assert ledger.row("1") == LedgerRow(record=record(title="Newer"), source="b.xml")
    assert ledger.dirty() == ()


def test_the_same_content_from_a_later_source_takes_its_place(ledger: Ledger, source: Source, run: Run) -> None:
    middle, last = (ledger.source(run, f"{name}.xml", name) for name in ("middle", "last"))
    ledger.put_record(record(), source, 1)
    assert ledger.put_record(record(), last, 1) == "unchanged"
    assert ledger.put_record(record(title="In between"), middle, 1) == "older"


def test_the_last_of_a_pmid_in_a_file_wins_however_often_it_is_read(ledger: Ledger, source: Source) -> None:
    twice = [("First", 1), ("Second", 2)]
    assert [ledger.put_record(record(title=title), source, at) for title, at in twice] == ["new", "changed"]
    assert [ledger.put_record(record(title=title), source, at) for title, at in twice] == ["older", "unchanged"]


def test_a_higher_version_wins_over_a_later_source(ledger: Ledger, source: Source, run: Run) -> None:
    ledger.put_record(record(version=2), source, 1)
    assert ledger.put_record(record(title="Old", version=1), ledger.source(run, "b.xml", "b"), 1) == "older"


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("pubmed26n1335.xml.gz", "pubmed26n1334.xml.gz", "older"),
        ("pubmed26n1334.xml.gz", "pubmed26n1335.xml.gz", "changed"),
        ("pubmed26n0999.xml.gz", "pubmed26n1000.xml.gz", "changed"),
        ("pubmed26n0001.xml.gz", "pubmed25n1999.xml.gz", "older"),
        ("pubmed26n1335.xml.gz", "pubmed26n1335.xml.gz", "changed"),
        ("folder/pubmed26n1335.xml", "folder/other.xml", "changed"),
    ],
)
def test_numbered_files_go_by_their_number(ledger: Ledger, run: Run, first: str, second: str, outcome: str) -> None:
    ledger.put_record(record(title="First"), ledger.source(run, first, "first"), 1)
    assert ledger.put_record(record(title="Second"), ledger.source(run, second, "second"), 1) == outcome


def test_a_source_is_known_by_its_content(ledger: Ledger, run: Run, source: Source) -> None:
    assert ledger.source(run, "copy of a.xml", "digest of a") == source
    assert ledger.source(run, "a.xml", "another digest") != source


def test_a_deletion_removes_and_stays(ledger: Ledger, source: Source, run: Run) -> None:
    ledger.put_record(record(), source, 1)
    ledger.put_reading(reading(), run)
    settle(ledger)
    assert ledger.put_deletion(Deletion(pmid="1"), source, 2) is True
    assert ledger.row("1") is None
    assert ledger.dirty() == ("1",)
    assert ledger.put_record(record(), source, 1) == "older"
    assert ledger.put_deletion(Deletion(pmid="1"), source, 2) is False
    assert ledger.counts().deleted == 1


def test_a_later_file_brings_a_deleted_pmid_back(ledger: Ledger, source: Source, run: Run) -> None:
    ledger.put_record(record(), source, 1)
    ledger.put_deletion(Deletion(pmid="1"), source, 2)
    assert ledger.put_record(record(), ledger.source(run, "b.xml", "b"), 1) == "new"
    assert ledger.counts().deleted == 0


def test_a_deletion_of_an_old_version_leaves_the_new_one(ledger: Ledger, source: Source) -> None:
    ledger.put_record(record(version=2), source, 1)
    assert ledger.put_deletion(Deletion(pmid="1", version=1), source, 2) is False
    assert ledger.row("1") is not None


def test_a_reading_comes_back_with_its_run(ledger: Ledger, source: Source, run: Run) -> None:
    ledger.put_record(record(), source, 1)
    ledger.put_reading(reading(), run)
    assert ledger.row("1") == LedgerRow(record=record(), source="a.xml", reading=reading(), run=run)
    assert ledger.reading_counts("1") == ("on", 1)
    assert ledger.reading_counts("2") is None


def test_a_changed_record_loses_its_reading_and_an_unchanged_one_does_not(
    ledger: Ledger, source: Source, run: Run
) -> None:
    ledger.put_record(record(), source, 1)
    ledger.put_reading(reading(), run)
    ledger.put_record(record(), source, 1)
    assert ledger.unread("1") == ()
    ledger.put_record(record(title="Another"), source, 1)
    assert ledger.unread("1") == ("1",)


def test_another_extractor_has_everything_to_read(ledger: Ledger, source: Source, run: Run) -> None:
    for pmid in ("10", "9", "100"):
        ledger.put_record(record(pmid), source, 1)
        ledger.put_reading(reading(pmid), run)
    assert ledger.unread("1") == ()
    assert ledger.unread("2") == ("9", "10", "100")


def test_a_reading_needs_its_record(ledger: Ledger, run: Run) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        ledger.put_reading(reading("404"), run)


def test_rows_rise_by_pmid_and_unknown_ones_are_passed_over(ledger: Ledger, source: Source) -> None:
    for at, pmid in enumerate(("10", "9", "100")):
        ledger.put_record(record(pmid), source, at)
    assert [row.record.pmid for row in ledger.rows()] == ["9", "10", "100"]
    assert [row.record.pmid for row in ledger.rows(["100", "404", "9", "9"])] == ["9", "100"]


def test_quarantine_keeps_bytes_until_the_record_arrives_whole(ledger: Ledger, source: Source, run: Run) -> None:
    bad = Quarantined(source="a.xml", position=2, reason="no title", raw=b"<x>\xff", pmid="1")
    for _ in range(2):
        ledger.put_quarantined(bad, ledger.source(run, "a.xml", "digest of a"))
        assert list(ledger.quarantined()) == [bad]
    ledger.put_record(record(), ledger.source(run, "b.xml", "b"), 1)
    assert list(ledger.quarantined()) == []
    ledger.put_quarantined(bad, ledger.source(run, "a.xml", "digest of a"))
    assert list(ledger.quarantined()) == []


def test_two_bad_records_at_one_place_are_both_kept(ledger: Ledger, source: Source) -> None:
    ledger.put_quarantined(Quarantined(source="a.xml", position=2, reason="cut", raw=b"1"), source)
    ledger.put_quarantined(Quarantined(source="a.xml", position=2, reason="cut", raw=b"2"), source)
    assert [bad.raw for bad in ledger.quarantined()] == [b"1", b"2"]


def test_a_failed_transaction_leaves_nothing(ledger: Ledger, source: Source) -> None:
    with pytest.raises(KeyboardInterrupt), ledger.transaction():
        ledger.put_record(record(), source, 1)
        raise KeyboardInterrupt
    assert ledger.counts().records == 0
    assert ledger.dirty() == ()


def test_the_log_keeps_every_command_and_what_it_did(ledger: Ledger) -> None:
    receipt = Receipt(sources=1, seen=3, new=3, failures=("b.xml: cut",))
    first = ledger.begin_run(RUN, "ingest")
    ledger.begin_run(RUN, "fetch")
    ledger.end_run(first, receipt)
    done, interrupted = ledger.log()
    assert (done.command, done.run, done.receipt) == ("ingest", RUN, receipt)
    assert done.ended is not None
    assert (interrupted.command, interrupted.run, interrupted.ended) == ("fetch", RUN, None)


def test_a_record_the_extractor_failed_on_waits_in_quarantine_until_it_is_read(
    ledger: Ledger, source: Source, run: Run
) -> None:
    ledger.put_record(record(), source, 4)
    ledger.put_unreadable("1", "extractor failed")
    (bad,) = ledger.quarantined()
    assert (bad.source, bad.position, bad.reason, bad.pmid) == ("a.xml", 4, "extractor failed", "1")
    assert b'"title":"Title"' in bad.raw
    assert ledger.unread("1") == ("1",)
    ledger.put_reading(reading(), run)
    assert list(ledger.quarantined()) == []


def test_counts(ledger: Ledger, source: Source, run: Run) -> None:
    for at, pmid in enumerate(("1", "2", "3")):
        ledger.put_record(record(pmid), source, at)
    ledger.put_reading(reading("1", claims=2), run)
    ledger.put_reading(replace(reading("2", claims=0), scope="off"), run)
    counts = ledger.counts()
    assert (counts.records, counts.on, counts.adjacent, counts.off, counts.unread) == (3, 1, 0, 1, 1)
    assert (counts.claims, counts.sources, counts.pending) == (2, 1, 3)


def test_notes(ledger: Ledger) -> None:
    assert ledger.note("graph") is None
    ledger.put_note("graph", "1")
    ledger.put_note("graph", "2")
    assert ledger.note("graph") == "2"


def test_the_rate_is_records_per_cpu_second() -> None:
    assert Receipt(seen=300, cpu_seconds=1.5).rate == 200.0
    assert Receipt().rate == 0.0


def test_it_is_there_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    book = open_ledger(path, create=True)
    with book.transaction():
        book.put_note("graph", "1")
    book.close()
    again = open_ledger(path)
    assert again.note("graph") == "1"
    again.close()


def test_a_missing_ledger_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no ledger at"):
        open_ledger(tmp_path / "ledger.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    open_ledger(path, create=True).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(StoreError, match=r"made by a newer spinekg \(schema 9; this one knows up to 1\)"):
        open_ledger(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite writes beside its file even to read; to root a test cannot close a folder."""
    path = tmp_path / "ledger.sqlite3"
    open_ledger(path, create=True).close()
    (tmp_path / "ledger.sqlite3-wal").mkdir()
    with pytest.raises(StoreError) as told:
        open_ledger(path)
    assert "must be writable" not in str(told.value)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(StoreError, match="; its folder must be writable, also for questions"):
        open_ledger(path)


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE history (url TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="file of another program"):
        open_ledger(path)
    path.write_bytes(b"not a database at all, only text " * 50)
    with pytest.raises(StoreError, match=r"ledger\.sqlite3: file is not a database"):
        open_ledger(path)


events = st.tuples(
    st.sampled_from(["record", "deletion"]), st.sampled_from(["1", "2"]), st.sampled_from(["A", "B"]), st.integers(1, 2)
)


@given(files=st.lists(st.lists(events, max_size=4), min_size=1, max_size=3), data=st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_files_may_come_again_in_any_order(files: list[list[tuple[str, str, str, int]]], data: st.DataObject) -> None:
    """Numbered files taken in order, or in any order with repeats, leave the same records standing."""
    order = data.draw(st.permutations(range(len(files))))
    repeats = data.draw(st.lists(st.sampled_from(range(len(files))), max_size=3))
    assert _standing(files, list(range(len(files)))) == _standing(files, [*order, *repeats])


def _standing(files: list[list[tuple[str, str, str, int]]], order: list[int]) -> dict[str, Record]:
    book = open_ledger(Path(":memory:"), create=True)
    book.begin_run(RUN, "ingest")
    for index in order:
        source = book.source(RUN, f"pubmed26n{index:04}.xml", str(index))
        for position, (kind, pmid, title, version) in enumerate(files[index], start=1):
            if kind == "record":
                book.put_record(record(pmid, title, version), source, position)
            else:
                book.put_deletion(Deletion(pmid=pmid, version=version), source, position)
    standing = {row.record.pmid: row.record for row in book.rows()}
    book.close()
    return standing
