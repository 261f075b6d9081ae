"""The workspace: the graph follows the ledger, also after a crash, and one process at a time."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

import kg.workspace
from kg.errors import StoreError, UsageError
from kg.identity import make_run
from kg.model import Claim, Deletion, Direction, Reading, Record
from kg.workspace import Workspace, open_workspace

RUN = make_run(started="2026-01-02T03:04:05Z", extractor="rules", extractor_version="1", software_version="0.1.0")
TEXT = "Vertebroplasty in our clinic\nPain fell in all patients."


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "data", create=True) as opened:
        yield opened


def enter(workspace: Workspace, pmid: str, *, digest: str = "a", direction: Direction = "better") -> None:
    """Take in one record with one claim, as an update does."""
    record = Record(pmid=pmid, title=TEXT.split("\n")[0], text=TEXT)
    claim = Claim(
        pmid=pmid, procedure="vertebroplasty", outcome="pain-intensity", basis="within",
        direction=direction, quote="Pain fell in all patients.", start=29, end=55, rule="test", confidence=0.5,
    )  # fmt: skip
    reading = Reading(pmid=pmid, scope="on", design="case-series", procedures=("vertebroplasty",), claims=(claim,))
    ledger = workspace.ledger
    with ledger.transaction():
        ledger.begin_run(RUN, "test")
        ledger.put_record(record, ledger.source(RUN, f"{digest}.xml", digest), int(pmid))
        ledger.put_reading(reading, RUN)


def graphs(workspace: Workspace) -> set[str]:
    with workspace.graph() as store:
        return set(store.pmids())


def dump(workspace: Workspace) -> bytes:
    out = io.BytesIO()
    with workspace.graph() as store:
        store.dump(out)
    return out.getvalue()


def test_the_graph_follows_the_ledger(workspace: Workspace) -> None:
    enter(workspace, "1")
    enter(workspace, "2")
    assert workspace.follow() == 2
    assert graphs(workspace) == {"1", "2"}
    assert workspace.ledger.dirty() == ()
    assert workspace.follow() == 0


def test_a_changed_reading_replaces_the_old_one(workspace: Workspace) -> None:
    enter(workspace, "1")
    before = dump(workspace)
    enter(workspace, "1", direction="worse")
    after = dump(workspace)
    assert after != before
    enter(workspace, "1")
    assert dump(workspace) == before


def test_a_deleted_record_leaves_the_graph(workspace: Workspace) -> None:
    enter(workspace, "1")
    enter(workspace, "2")
    assert graphs(workspace) == {"1", "2"}
    with workspace.ledger.transaction():
        source = workspace.ledger.source(RUN, "later.xml", "later")
        workspace.ledger.put_deletion(Deletion(pmid="1"), source, 1)
    assert graphs(workspace) == {"2"}


def test_a_crash_between_ledger_and_graph_is_made_good(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(workspace, "1")
    workspace.follow()
    enter(workspace, "2")
    with monkeypatch.context() as patch:
        patch.setattr(workspace.ledger, "clean", _crash)
        with pytest.raises(RuntimeError):
            workspace.follow()
    assert workspace.ledger.dirty() == ("2",)
    assert graphs(workspace) == {"1", "2"}
    assert workspace.ledger.dirty() == ()


def test_rebuild_gives_the_same_graph(workspace: Workspace) -> None:
    enter(workspace, "1")
    workspace.follow()
    enter(workspace, "2", direction="worse")
    enter(workspace, "1", direction="no-difference")
    followed = dump(workspace)
    assert workspace.rebuild() == 2
    assert dump(workspace) == followed


def test_a_lost_graph_is_made_again(workspace: Workspace) -> None:
    enter(workspace, "1")
    before = dump(workspace)
    shutil.rmtree(workspace.path / "graph")
    assert dump(workspace) == before


def test_a_half_made_graph_is_thrown_away(workspace: Workspace) -> None:
    enter(workspace, "1")
    half = workspace.path / "graph.new"
    half.mkdir()
    (half / "CURRENT").write_text("rubbish")
    assert workspace.rebuild() == 1
    assert not half.exists()
    assert graphs(workspace) == {"1"}


def test_an_old_graph_that_could_not_be_cleared_away_is_in_nobodys_way(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the removal of the old graph ends half-way, what is left of it is not taken for the graph."""
    enter(workspace, "1")
    workspace.follow()
    remove = shutil.rmtree

    def half(path: Path) -> None:
        for file in path.iterdir():
            if file.name == "CURRENT" or file.suffix == ".log":  # what is left would open as an empty store
                file.unlink()
        _crash(())

    enter(workspace, "2")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", half)
        with pytest.raises(RuntimeError):
            workspace.rebuild()
    assert graphs(workspace) == {"1", "2"}
    monkeypatch.setattr(shutil, "rmtree", remove)
    assert workspace.rebuild() == 2
    assert sorted(entry.name for entry in workspace.path.glob("graph*")) == ["graph"]


def test_a_graph_of_another_version_is_made_again(workspace: Workspace) -> None:
    enter(workspace, "1")
    workspace.follow()
    with workspace.ledger.transaction():
        workspace.ledger.put_note("graph", "0.0.1")
    assert workspace.follow() == 1


def test_a_record_that_was_not_read_is_not_in_the_graph(workspace: Workspace) -> None:
    enter(workspace, "1")
    with workspace.ledger.transaction():
        source = workspace.ledger.source(RUN, "later.xml", "later")
        workspace.ledger.put_record(Record(pmid="2", title="T", text="T"), source, 1)
    assert graphs(workspace) == {"1"}


def test_progress_ends_at_the_total(workspace: Workspace) -> None:
    said: list[tuple[str, int, int | None]] = []
    for pmid in ("1", "2", "3"):
        enter(workspace, pmid)
    workspace.rebuild(lambda *step: said.append(step))
    assert said[-1] == ("writing the graph", 3, 3)
    enter(workspace, "4")
    workspace.follow(lambda *step: said.append(step))
    assert said[-1] == ("writing the graph", 1, 1)


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match=r"no workspace at .*none: make one with 'spinekg ingest FILE'"),
        open_workspace(tmp_path / "none"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_for_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("")
    with pytest.raises(UsageError, match=r"holds other files \(thesis\.docx\) and no workspace"):
        with open_workspace(tmp_path, create=True):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(UsageError, match=r"cannot make a workspace at .*data: File exists"):
        with open_workspace(tmp_path / "data", create=True):
            pass


def test_a_full_disk_does_not_keep_questions_from_an_answer(workspace: Workspace) -> None:
    """Who holds the lock is noted for others only; here the note cannot be written."""
    (workspace.path / "lock.json").mkdir()
    with workspace.locked("query"):
        (workspace.path / "lock.json").rmdir()


def test_the_lock_is_free_again_afterwards(workspace: Workspace) -> None:
    with workspace.locked("first"), workspace.locked("inside"):
        assert json.loads((workspace.path / "lock.json").read_text())["purpose"] == "first"
    assert not (workspace.path / "lock.json").exists()
    with workspace.locked("second"):
        pass


def _hold(path: Path, ready: Event, done: Event) -> None:
    with open_workspace(path) as opened, opened.locked("ingest"):
        ready.set()
        done.wait(30)


def test_another_process_is_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(workspace.path, ready, done))
    other.start()
    try:
        assert ready.wait(30)
        monkeypatch.setattr(kg.workspace, "LOCK_SECONDS", 0.1)
        with pytest.raises(StoreError, match=rf"is in use by process {other.pid} \(ingest, since 20"):
            with workspace.locked("query"):
                pass
    finally:
        done.set()
        other.join(30)
    assert other.pid != os.getpid()
    with workspace.locked("query"):
        pass


def test_reading_the_ledger_needs_no_lock(workspace: Workspace) -> None:
    enter(workspace, "1")
    with workspace.locked("ingest"), open_workspace(workspace.path) as second:
        assert second.ledger.counts().records == 1


def _crash(pmids: object) -> None:
    raise RuntimeError("crash")


def test_only_the_changed_publication_is_written(workspace: Workspace) -> None:
    enter(workspace, "1")
    enter(workspace, "2")
    workspace.follow()
    with workspace.graph() as store:
        before = store.graph("1"), store.graph("2")
    enter(workspace, "2", direction="no-difference")
    assert workspace.follow() == 1
    with workspace.graph() as store:
        assert store.graph("1") == before[0]
        assert store.graph("2") != before[1]


# The Cypher file


def directions(workspace: Workspace) -> set[tuple[object, ...]]:
    with workspace.cypher() as store:
        return set(store.query("MATCH (c:Claim) RETURN c.pmid AS pmid, c.direction AS direction").rows)


def delete(workspace: Workspace, pmid: str) -> None:
    with workspace.ledger.transaction():
        source = workspace.ledger.source(RUN, "later.xml", "later")
        workspace.ledger.put_deletion(Deletion(pmid=pmid), source, 1)


def test_the_cypher_graph_follows_the_ledger(workspace: Workspace) -> None:
    enter(workspace, "1")
    enter(workspace, "2")
    assert directions(workspace) == {("1", "better"), ("2", "better")}
    enter(workspace, "2", direction="worse")
    assert directions(workspace) == {("1", "better"), ("2", "worse")}
    delete(workspace, "1")
    assert directions(workspace) == {("2", "worse")}


def test_the_cypher_graph_is_made_only_when_something_has_changed(workspace: Workspace) -> None:
    enter(workspace, "1")
    assert workspace.follow_cypher() == 1
    assert workspace.follow_cypher() == 0
    assert workspace.follow_cypher(anew=True) == 1
    with workspace.ledger.transaction():
        workspace.ledger.put_note("cypher", "0.0.1 of another version")
    assert workspace.follow_cypher() == 1
    (workspace.path / "graph.lbug").unlink()
    assert workspace.follow_cypher() == 1


def test_what_a_crash_left_of_a_cypher_graph_is_swept_up(workspace: Workspace) -> None:
    enter(workspace, "1")
    (workspace.path / "graph.lbug.new").write_bytes(b"half")
    (workspace.path / "graph.rows.abc").mkdir()
    (workspace.path / "graph.rows.abc" / "Claim.parquet").write_bytes(b"half")
    assert directions(workspace) == {("1", "better")}
    assert sorted(entry.name for entry in workspace.path.glob("graph.*")) == ["graph.lbug"]


def test_the_old_cypher_graph_stays_when_a_new_one_fails(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(workspace, "1")
    workspace.follow_cypher()
    before = (workspace.path / "graph.lbug").read_bytes()
    enter(workspace, "2")
    with monkeypatch.context() as patch:
        patch.setattr("kg.stores.ladybug.build_cypher", lambda *_: _crash(()))
        with pytest.raises(RuntimeError):
            workspace.follow_cypher()
    assert (workspace.path / "graph.lbug").read_bytes() == before
    assert len(directions(workspace)) == 2
