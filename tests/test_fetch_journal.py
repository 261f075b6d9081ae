"""The journal of an unfinished fetch."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch_journal import FetchJournal, job_name
from kg.errors import StoreError

DAY = 86_400.0


def test_what_was_recorded_is_known_to_the_next_run(tmp_path: Path) -> None:
    first = FetchJournal(tmp_path / "new" / "folder", "job")
    assert (len(first), "11" in first) == (0, False)
    first.record(["11", "12"])
    first.record(["12", "13"])
    second = FetchJournal(tmp_path / "new" / "folder", "job")
    assert sorted(pmid for pmid in ("11", "12", "13", "14") if pmid in second) == ["11", "12", "13"]
    assert len(second) == 3


def test_jobs_do_not_mix(tmp_path: Path) -> None:
    FetchJournal(tmp_path, "one").record(["11"])
    assert len(FetchJournal(tmp_path, "two")) == 0


def test_a_complete_fetch_removes_its_journal_and_an_interrupted_one_does_not(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), FetchJournal(tmp_path, "job") as journal:
        journal.record(["11"])
        raise KeyboardInterrupt
    assert journal.path.exists()
    with FetchJournal(tmp_path, "job") as journal:
        journal.record(["12"])
    assert not journal.path.exists()
    with FetchJournal(tmp_path, "job"):
        pass


@pytest.mark.parametrize(("later", "kept"), [(0, 1), (7 * DAY, 1), (7 * DAY + 1, 0), (-1, 0)])
def test_an_old_journal_is_not_continued(tmp_path: Path, later: float, kept: int) -> None:
    FetchJournal(tmp_path, "job", now=lambda: 1000 * DAY).record(["11"])
    assert len(FetchJournal(tmp_path, "job", now=lambda: 1000 * DAY + later)) == kept


@pytest.mark.parametrize(
    "damage",
    [b"", b"\n", b"nonsense\n11\n", b'{"format": "other"}\n11\n', b"[]\n11\n", b'{"format"',
     b'{"format": "spinekg fetch journal 1", "job": "another", "started": 1}\n11\n',
     b'{"format": "spinekg fetch journal 1", "job": "job"}\n11\n', b"\xff\xfe\n"],
)  # fmt: skip
def test_a_damaged_journal_starts_afresh(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "fetch-job.journal").write_bytes(damage)
    journal = FetchJournal(tmp_path, "job", now=lambda: DAY)
    assert len(journal) == 0
    journal.record(["12"])
    assert "12" in FetchJournal(tmp_path, "job", now=lambda: DAY)


@given(st.lists(st.lists(st.integers(1, 99_999_999).map(str), max_size=4), max_size=6), st.integers(0, 400))
def test_a_journal_cut_anywhere_never_claims_more_than_was_stored(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[str]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    journal = FetchJournal(folder, "job")
    for batch in batches:
        journal.record(batch)
    if journal.path.exists():
        whole = journal.path.read_bytes()
        journal.path.write_bytes(whole[: len(whole) - cut] if cut < len(whole) else b"")
    again = FetchJournal(folder, "job")
    again.record(["7"])
    stored = {pmid for batch in batches for pmid in batch} | {"7"}
    assert set(FetchJournal(folder, "job")._stored) <= stored
    assert "7" in FetchJournal(folder, "job")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal_path = tmp_path / "file" / "fetch-job.journal"
    with pytest.raises(StoreError, match=str(journal_path)):
        FetchJournal(tmp_path / "file", "job").record(["11"])


def test_equal_questions_have_equal_names() -> None:
    assert job_name(["a", "b"]) == job_name(["b", "a"])
    names = [
        job_name(["a"]), job_name(["b"]), job_name(["a"], since=date(2026, 1, 1)), job_name(pmids=["1", "2"]),
        job_name(pmids=["12"]), job_name(),
    ]  # fmt: skip
    assert len(set(names)) == len(names)
    assert all(len(name) == 16 for name in names)
