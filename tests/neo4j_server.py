"""A real Neo4j Community server for tests, from Maven Central, or the one that ``NEO4J_URI`` names.

Community has one database, so a server belongs to one process of the tests: with pytest-xdist every worker that
needs it starts its own, and workers take turns on a server that runs already.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from servers import POMS, free_port, java, maven_jars, running

__all__ = ["Neo4jServer", "neo4j", "rows", "the_neo4j", "wipe"]

_TURN_SECONDS = 1200
_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_HASTY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_CONFIG = """\
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.memory.pagecache.size=256m
server.directories.data={folder}/data
server.directories.logs={folder}/logs
{more}
"""


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    """Where a server answers and who may ask it."""

    uri: str
    user: str
    password: str
    database: str = "neo4j"

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables that lead spinekg to this server."""
        return {"NEO4J_URI": self.uri, "NEO4J_USERNAME": self.user, "NEO4J_PASSWORD": self.password}


@contextmanager
def the_neo4j(folder: Path, environ: Mapping[str, str]) -> Iterator[Neo4jServer]:
    """Yield the server that ``NEO4J_URI`` names, for this process alone, or else start one in ``folder``."""
    if not environ.get("NEO4J_URI"):
        with neo4j(folder) as server:
            yield server
        return
    server = Neo4jServer(
        environ["NEO4J_URI"],
        environ.get("NEO4J_USERNAME", "neo4j"),
        environ.get("NEO4J_PASSWORD", ""),
        environ.get("NEO4J_DATABASE", "neo4j"),
    )
    with FileLock(Path(tempfile.gettempdir()) / "spinekg-tests-neo4j.lock", timeout=_TURN_SECONDS):
        if rows(server, "MATCH (n) RETURN n LIMIT 1"):
            pytest.fail("NEO4J_URI names a database that is not empty: the tests delete everything in theirs")
        yield server
        wipe(server)


@contextmanager
def neo4j(folder: Path, *, heap: str = "1g", short: bool = True, more: str = "") -> Iterator[Neo4jServer]:
    """Run a server with an empty database in ``folder``; ``more`` are further lines of its configuration.

    A ``short`` life is not worth the compiler's best work: tests take half the time, long runs more.
    """
    program, jars, port = java(), maven_jars(POMS / "neo4j"), free_port()
    home, conf = folder / "home", folder / "conf"
    for made in (home, conf):
        made.mkdir(parents=True)
    (conf / "neo4j.conf").write_text(_CONFIG.format(port=port, folder=folder.resolve(), more=more))
    server = Neo4jServer(f"bolt://127.0.0.1:{port}", "neo4j", secrets.token_hex(8))
    admin = [program, "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", "org.neo4j.server.startup.Neo4jAdminCommand"]
    subprocess.run(
        [*admin, "dbms", "set-initial-password", server.password],
        env=os.environ | {"NEO4J_HOME": str(home.resolve()), "NEO4J_CONF": str(conf.resolve())},
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    opened = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED]
    where = [f"--home-dir={home.resolve()}", f"--config-dir={conf.resolve()}", "--console-mode"]
    main = "org.neo4j.server.CommunityEntryPoint"
    command = [program, f"-Xmx{heap}", *(_HASTY if short else ()), *opened, "-cp", f"{jars}/*", main, *where]
    with running(command, lambda: _answers(server), folder / "neo4j.log", seconds=120) as process:
        try:
            yield server
        finally:
            process.kill()  # its data is thrown away; ending in good order takes 12 seconds


def rows(server: Neo4jServer, cypher: str, **params: object) -> list[tuple[object, ...]]:
    """Run a statement of any kind by a way of its own, not that of spinekg; return its rows."""
    import neo4j as library

    with library.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        found, _, _ = driver.execute_query(cypher, params, database_=server.database)
        return [tuple(row.values()) for row in found]


def wipe(server: Neo4jServer) -> None:
    """Empty the database, constraints and indexes included."""
    import neo4j as library

    with (
        library.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
        driver.session(database=server.database) as session,
    ):
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
        for kind, listed in (
            ("CONSTRAINT", "SHOW CONSTRAINTS YIELD name"),
            ("INDEX", "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP'"),
        ):
            for found in list(session.run(listed)):  # type: ignore[arg-type]
                session.run(f"DROP {kind} `{found['name']}`").consume()  # type: ignore[arg-type]


def _answers(server: Neo4jServer) -> bool:
    """Say whether the server takes queries."""
    import neo4j as library

    with (
        contextlib.suppress(library.exceptions.ServiceUnavailable, library.exceptions.TransientError, OSError),
        library.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
    ):
        driver.verify_connectivity()
        return True
    return False
