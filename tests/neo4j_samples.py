"""Workspaces of invented publications, and all that a Neo4j database holds, for the tests of loading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph_samples import RUN, claim, reading_of, record_of
from neo4j_server import Neo4jServer, rows

from kg.config import Neo4jSettings
from kg.model import Arm, Deletion, Reading, Record
from kg.stores.neo4j import Neo4jStore, open_neo4j
from kg.workspace import Workspace

__all__ = ["enter", "expected", "invented", "opened", "settings_of", "snapshot", "withdraw"]

Publication = tuple[Record, Reading]


def invented(number: int, *, direction: str = "better", **fields: Any) -> Publication:
    """Return a publication with two claims and two arms; every third one reports on a registered trial of two."""
    pmid = str(99_000_000 + number)
    found = (
        claim(pmid, "vertebroplasty", "pain-intensity", direction, comparator="sham-procedure", axes=(("guidance", "fluoroscopy"),)),
        claim(pmid, "vertebroplasty", "cement-leakage", "reported", indications=("vertebral-compression-fracture",)),
    )  # fmt: skip
    arms = (Arm(procedure="vertebroplasty", names=("group I",), size=20), Arm(procedure="sham-procedure", index=False))
    registered = (f"NCT{number // 6:08}",) if number % 3 == 0 else ()
    return record_of(pmid, **fields), reading_of(pmid, *found, arms=arms, registry_ids=registered)


def enter(workspace: Workspace, publications: Iterable[Publication], digest: str = "a") -> None:
    """Take publications in as an update does; a later source needs another ``digest``."""
    ledger = workspace.ledger
    with ledger.transaction():
        ledger.begin_run(RUN, "test")
        source = ledger.source(RUN, f"{digest}.xml", digest)
        for position, (record, reading) in enumerate(publications, start=1):
            ledger.put_record(record, source, position)
            ledger.put_reading(reading, RUN)


def withdraw(workspace: Workspace, pmids: Iterable[str], digest: str) -> None:
    """Take in that PubMed withdrew some publications."""
    ledger = workspace.ledger
    with ledger.transaction():
        source = ledger.source(RUN, f"{digest}.xml", digest)
        for position, pmid in enumerate(pmids, start=1):
            ledger.put_deletion(Deletion(pmid=pmid), source, position)


def expected(workspace: Workspace) -> dict[str, int]:
    """Count what the ledger holds by the labels of the graph, concepts left out."""
    standing = [row for row in workspace.ledger.rows() if row.reading and row.run]
    readings = [row.reading for row in standing if row.reading]
    return {
        "Publication": len(readings),
        "Claim": sum(len(reading.claims) for reading in readings),
        "Arm": sum(len(reading.arms) for reading in readings),
        "Run": len({row.run.run_id for row in standing if row.run}),
    }


def settings_of(server: Neo4jServer) -> Neo4jSettings:
    return Neo4jSettings(uri=server.uri, username=server.user, password=server.password, db=server.database)


@contextmanager
def opened(server: Neo4jServer) -> Iterator[Neo4jStore]:
    with open_neo4j(settings_of(server)) as store:
        yield store


def snapshot(server: Neo4jServer) -> tuple[list[str], list[str]]:
    """Return every node and every relationship as text, sorted: equal for equal graphs."""
    nodes = rows(server, "MATCH (n) RETURN labels(n), properties(n)")
    names = (
        "{l: labels(n), k: coalesce(n.iri, n.id, n.pmid)} AS a, {l: labels(m), k: coalesce(m.iri, m.id, m.pmid)} AS b"
    )
    links = rows(server, f"MATCH (n)-[r]->(m) WITH type(r) AS t, properties(r) AS p, {names} RETURN t, p, a, b")
    return _sorted(nodes), _sorted(links)


def _sorted(found: Iterable[object]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in found)


def folder_of(tmp: Path) -> Path:
    return tmp / "data"
