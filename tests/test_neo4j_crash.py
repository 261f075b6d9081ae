"""kill -9 in the middle of a load into Neo4j: whole publications only, and the next load completes the graph."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from killing import killed
from neo4j_samples import enter, invented, opened, snapshot, withdraw
from neo4j_server import Neo4jServer, rows, wipe

from kg.export.neo4j import load_neo4j
from kg.property_graph import reading_from_rows
from kg.workspace import Workspace, open_workspace

LOADER = Path(__file__).with_name("neo4j_loader.py")
KILLS = 12
PUBLICATIONS = 60
BATCH = 5


def test_twelve_kills_cost_nothing(neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    server, chance = neo4j_server, random.Random(5)  # noqa: S311 - moments of a test
    wipe(server)
    with open_workspace(tmp_path / "data", create=True) as workspace:
        enter(workspace, map(invented, range(PUBLICATIONS)))
        kill_until(workspace, server, chance, KILLS // 2)
        finish(workspace, server)
        before = snapshot(server)
        # The same with an older graph in the way: half of it changes, a quarter goes.
        enter(workspace, [invented(number, direction="worse") for number in range(0, PUBLICATIONS, 2)], "b")
        withdraw(workspace, [str(99_000_000 + number) for number in range(1, PUBLICATIONS, 4)], "c")
        kill_until(workspace, server, chance, KILLS - KILLS // 2)
        finish(workspace, server)
        after = snapshot(server)
        assert after != before
        wipe(server)
        finish(workspace, server)
        assert snapshot(server) == after
    wipe(server)


def kill_until(workspace: Workspace, server: Neo4jServer, chance: random.Random, kills: int) -> None:
    """Kill loads at all moments, from before the first statement to near the end; look at what is left each time."""
    done = 0
    for _ in range(4 * kills):
        command = [sys.executable, str(LOADER), str(workspace.path), str(BATCH)]
        if killed(command, lines=chance.randint(1, 8), pause=chance.random() / 10, env=os.environ | server.environ):
            done += 1
            look(workspace, server)
        else:
            rows(server, "MATCH (p:Publication) WHERE toInteger(p.pmid) % 3 = 0 SET p.digest = 'stale'")
        if done == kills:
            return
    pytest.fail(f"{done} of {kills} loads were killed at work")


def look(workspace: Workspace, server: Neo4jServer) -> None:
    """See that every publication of the graph is whole, as the ledger has it or had it."""
    loose = "MATCH (n:Claim|Arm) WHERE NOT EXISTS { MATCH (n)-[:SOURCE|HAS_ARM]-(:Publication) } RETURN n.id"
    assert rows(server, loose) == []
    standing = {row.record.pmid: row.reading for row in workspace.ledger.rows()}
    with opened(server) as store:
        for pmid in store.digests():
            found = reading_from_rows(store.publication(pmid))
            old = [invented(int(pmid) - 99_000_000, direction=direction)[1] for direction in ("better", "worse")]
            assert found in (standing.get(pmid), *old)


def finish(workspace: Workspace, server: Neo4jServer) -> None:
    """Load to the end and see that the graph is the workspace's."""
    with opened(server) as store:
        load_neo4j(workspace, store)
        standing = {row.record.pmid: row.reading for row in workspace.ledger.rows()}
        assert set(store.digests()) == set(standing)
        assert {pmid: reading_from_rows(store.publication(pmid)) for pmid in standing} == standing
