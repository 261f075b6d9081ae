"""Fixtures shared by the tests; helpers live beside the tests that use them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from neo4j_server import Neo4jServer, the_neo4j

# Not slow but busy: a property may take its time. In CI its examples are the same for everyone. This stands
# here and not in a fixture because ``@settings`` in a test module takes the profile in force when it is imported.
settings.register_profile("spinekg", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("spinekg")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no command say how far it is: on a busy machine any of them may take long enough to."""
    monkeypatch.setattr("kg.cli.output._SECONDS_BETWEEN_LINES", float("inf"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the checkout; skip without it on a laptop, fail without it in CI."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "contract" / "claims.md").is_file():
        message = f"the real data is not here: no {folder} beside the checkout"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    """Return a real Neo4j server with an empty database, one per process of the tests; see tests/neo4j_server.py.

    Tests leave the database empty for the next module (``wipe``).
    """
    with the_neo4j(tmp_path_factory.mktemp("neo4j"), os.environ) as server:
        yield server
