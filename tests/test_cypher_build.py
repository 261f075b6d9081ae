"""The file for Cypher, made in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from neo4j_samples import enter, invented

import kg.workspace
from kg.cypher_build import building_beside
from kg.property_graph import reading_from_rows
from kg.stores.ladybug import open_cypher
from kg.workspace import Workspace, open_workspace

PUBLICATIONS = 12


def workspace_of(folder: Path) -> Path:
    with open_workspace(folder, create=True) as workspace:
        enter(workspace, map(invented, range(PUBLICATIONS)))
    return folder


def check_file(file: Path) -> None:
    with open_cypher(file) as store:
        for number in range(PUBLICATIONS):
            record, reading = invented(number)
            assert reading_from_rows(store.publication(record.pmid)) == reading
        assert store.counts()["Publication"] == PUBLICATIONS


def test_another_process_makes_the_same_file(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path / "data")
    with building_beside(folder / "ledger.sqlite3", folder / "graph.lbug.new") as is_built:
        assert is_built()
    check_file(folder / "graph.lbug.new")


def test_a_process_that_fails_is_told_by_its_end_alone(tmp_path: Path) -> None:
    with building_beside(tmp_path / "none.sqlite3", tmp_path / "graph.lbug.new") as is_built:
        assert not is_built()
    assert not (tmp_path / "graph.lbug.new").exists()


def test_leaving_early_ends_the_process(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path / "data")
    with (
        pytest.raises(ZeroDivisionError),
        building_beside(folder / "ledger.sqlite3", folder / "graph.lbug.new") as is_built,
    ):
        raise ZeroDivisionError
    assert not is_built()


def test_the_process_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """A fifo that nobody fills stands for a ledger: opening it never ends, so only the watch can end the process."""
    fifo = tmp_path / "ledger.sqlite3"
    os.mkfifo(fifo)
    code = "import sys, kg.cypher_build as b; b.open_ledger = open; b.main(sys.argv[1], 'x')"
    child = subprocess.Popen([sys.executable, "-c", code, str(fifo)], stdin=subprocess.PIPE)
    time.sleep(1)
    assert child.poll() is None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(20) == 1


def test_both_graphs_of_a_large_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.workspace, "_MANY", PUBLICATIONS)
    with open_workspace(workspace_of(tmp_path / "data")) as workspace:
        both(workspace)


def test_both_graphs_of_a_small_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.cypher_build.subprocess.Popen", None)
    with open_workspace(workspace_of(tmp_path / "data")) as workspace:
        both(workspace)


def test_a_failure_beside_is_made_good_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.workspace, "_MANY", PUBLICATIONS)
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with open_workspace(workspace_of(tmp_path / "data")) as workspace:
        both(workspace)


def both(workspace: Workspace) -> None:
    assert workspace.rebuild_both() == PUBLICATIONS
    check_file(workspace.path / "graph.lbug")
    assert workspace.follow_cypher() == 0
    assert workspace.follow() == 0
    with workspace.graph() as store:
        assert len(set(store.pmids())) == PUBLICATIONS
    assert not list(workspace.path.glob("graph.lbug.*"))
