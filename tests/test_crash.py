"""kill -9 and a full disk: what is stored stays whole, and the same command goes on to the same graphs.

Each command is killed at moments spread over the time it takes undisturbed, several times in the same workspace.
Twelve more kills, of loads into Neo4j, are in test_neo4j_crash.py; the two files together make more than fifty.
"""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
import servers
from killing import KILLED, Zygote
from neo4j_samples import enter, invented, withdraw

from kg.graph import reading_from_graph
from kg.identity import PREFIXES, VOCABULARY_GRAPH, graph_iri
from kg.model import Reading
from kg.property_graph import reading_from_rows
from kg.stores import open_store
from kg.stores.ladybug import open_cypher
from kg.stores.remote import find_store
from kg.workspace import open_workspace

SAMPLE = Path(__file__).resolve().parents[1] / "ingest" / "sample" / "illustrative.xml"
FILES, PER_FILE = 6, 6
RUN = re.compile(rb"\d{8}T\d{6}Z-[0-9a-f]{6}|\"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\"")
Readings = dict[str, Reading]


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    started = Zygote(tmp_path_factory.mktemp("zygote"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of files made of the first records of the sample."""
    folder = tmp_path_factory.mktemp("files")
    head, *records = re.split(r"(?=<PubmedArticle>)", SAMPLE.read_text("utf-8"))
    for number in range(FILES):
        part = "".join(each.split("</PubmedArticleSet>")[0] for each in records[number * PER_FILE :][:PER_FILE])
        (folder / f"part-{number}.xml").write_text(f"{head}{part}</PubmedArticleSet>\n", "utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A workspace of the files that nobody disturbed, and how long its making took in seconds."""

    folder: Path
    seconds: float
    readings: Readings
    graph: list[bytes]


@pytest.fixture(scope="module")
def undisturbed(zygote: Zygote, files: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed") / "data"
    zygote.done("ingest", files, "--dir", folder)  # warm
    shutil.rmtree(folder)
    seconds = zygote.done("ingest", files, "--dir", folder)
    zygote.done("cypher", "RETURN 1 AS one", "--dir", folder)
    readings = in_ledger(folder)
    assert len(readings) == FILES * PER_FILE
    assert sum(len(reading.claims) for reading in readings.values()) > FILES * PER_FILE
    return Undisturbed(folder, seconds, readings, graph_lines(folder))


def kill_all_over(
    zygote: Zygote,
    number: int,
    seconds: float,
    *command: object,
    look: Callable[[], None],
    ended: Callable[[], None],
    begin: float = 0.0,
) -> None:
    """Kill a command so many times, at moments all over its usual time; ``look`` after each kill.

    ``ended`` is called when a command was faster than its killer: it makes new work. The usual time is put right as
    the machine gets faster or slower. ``begin`` is the share of it that is passed over: a command that writes late.
    """
    chance = random.Random(str(command[0]))  # noqa: S311 - moments of a test
    kills = 0
    for attempt in range(6 * number):
        share = begin + (1 - begin) * (attempt % number + chance.random()) / number
        code = zygote.run(*command, kill_after=share * seconds)
        assert code in {0, KILLED}, zygote.said()
        if code == KILLED:
            kills, seconds = kills + 1, 1.1 * seconds
            look()
        else:
            seconds *= 0.8
            ended()
        if kills == number:
            return
    pytest.fail(f"{kills} of {number} commands were killed at work")


def in_ledger(folder: Path) -> Readings:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with open_workspace(folder) as workspace:
        return {row.record.pmid: row.reading for row in workspace.ledger.rows() if row.reading}


def in_graph(folder: Path) -> Readings:
    """Return what the graph holds, opened as it lies there."""
    if not (folder / "graph").exists():
        return {}
    with open_store(folder / "graph") as store:
        return {pmid: reading_from_graph(store.graph(pmid)) for pmid in store.pmids()}


def in_cypher(folder: Path) -> Readings:
    with open_cypher(folder / "graph.lbug") as store:
        pmids = [str(row[0]) for row in store.query("MATCH (p:Publication) RETURN p.pmid AS pmid").rows]
        return {pmid: reading_from_rows(store.publication(pmid)) for pmid in pmids}


def graph_lines(folder: Path) -> list[bytes]:
    """Return the whole graph as sorted lines, runs and their times left out: those differ, and killed runs are among them."""
    dump = folder.parent / "dump.nq"
    with open_store(folder / "graph") as store, dump.open("wb") as out:
        store.dump(out)
    return sorted(set(RUN.sub(b"", dump.read_bytes()).splitlines()))


def left_over(folder: Path) -> list[str]:
    known = {"graph", "graph.lbug", "ledger.sqlite3", "lock", "lock.json"}
    return sorted({entry.name for entry in folder.iterdir()} - known)


# kill -9


def test_ingest(zygote: Zygote, files: Path, undisturbed: Undisturbed, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    order, seen = sorted(undisturbed.readings), set()

    def look() -> None:
        if not (folder / "ledger.sqlite3").is_file() or not (folder / "ledger.sqlite3").stat().st_size:
            return
        stored = in_ledger(folder)
        assert all(reading == undisturbed.readings[pmid] for pmid, reading in stored.items())
        assert len(stored) % PER_FILE == 0
        assert sorted(stored) == order[: len(stored)]
        seen.add(len(stored))
        with open_workspace(folder) as workspace:
            dirty = set(workspace.ledger.dirty())
        shown = in_graph(folder)
        assert all(reading == undisturbed.readings[pmid] for pmid, reading in shown.items())
        assert set(stored) - set(shown) <= dirty
        assert set(shown) <= set(stored)

    def ended() -> None:
        look()
        shutil.rmtree(folder)

    command = ("ingest", files, "--dir", folder)
    kill_all_over(zygote, 14, undisturbed.seconds, *command, look=look, ended=ended)
    assert seen - {0, len(order)}, f"no command was killed half-way: {seen}"
    zygote.done(*command)
    assert in_ledger(folder) == undisturbed.readings
    assert graph_lines(folder) == undisturbed.graph
    zygote.done("cypher", "RETURN 1 AS one", "--dir", folder)
    assert in_cypher(folder) == undisturbed.readings


def test_bringing_the_graph_up(zygote: Zygote, tmp_path: Path) -> None:
    """An older graph is in the way: half of its publications have changed, some are gone, some are new."""
    folder, number, digest = tmp_path / "data", 100, iter(range(10_000))
    command = ("sparql", "ASK { ?s ?p ?o }", "--dir", folder)
    directions = ("better", "worse", "no-difference")

    def change() -> None:
        step = next(digest)
        with open_workspace(folder, create=True) as workspace:
            found = [invented(each, direction=directions[step % 3]) for each in range(number) if (each + step) % 2]
            enter(workspace, found, f"change-{step}")
            withdraw(workspace, [str(99_000_000 + each) for each in range(step % 5, number, 5)], f"withdrawal-{step}")

    def look() -> None:
        with open_workspace(folder) as workspace:
            dirty = set(workspace.ledger.dirty())
        stored, shown = in_ledger(folder), in_graph(folder)
        for pmid, reading in shown.items():
            if pmid not in dirty:
                assert reading == stored[pmid]
            else:  # as it is now or as it was before
                assert reading in [invented(int(pmid) - 99_000_000, direction=each)[1] for each in directions]
        assert set(stored) - set(shown) <= dirty

    def ended() -> None:
        assert in_graph(folder) == in_ledger(folder)
        change()

    change()
    zygote.done(*command)
    change()
    seconds = zygote.done(*command)
    change()
    kill_all_over(zygote, 12, seconds, *command, look=look, ended=ended)
    zygote.done(*command)
    assert in_graph(folder) == in_ledger(folder) != {}
    followed = graph_lines(folder)
    shutil.rmtree(folder / "graph")
    zygote.done(*command)
    assert graph_lines(folder) == followed


def test_rebuild(zygote: Zygote, undisturbed: Undisturbed, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(undisturbed.folder, folder)
    command = ("rebuild", "--dir", folder)
    seconds = zygote.done(*command)

    def look() -> None:
        assert in_ledger(folder) == undisturbed.readings
        if (folder / "graph").exists():  # it is not for the moment between old and new
            assert in_graph(folder) == undisturbed.readings
        assert in_cypher(folder) == undisturbed.readings

    kill_all_over(zygote, 8, seconds, *command, look=look, ended=look)
    zygote.done(*command)
    look()
    assert graph_lines(folder) == undisturbed.graph
    assert left_over(folder) == []


def test_building_the_file_for_cypher(zygote: Zygote, undisturbed: Undisturbed, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(undisturbed.folder, folder)
    command = ("cypher", "RETURN 1 AS one", "--dir", folder)
    old = in_cypher(folder)

    def behind() -> None:
        with open_workspace(folder) as workspace, workspace.ledger.transaction():
            workspace.ledger.put_note("cypher", "behind")

    def look() -> None:
        assert in_cypher(folder) == old
        behind()

    behind()
    seconds = zygote.done(*command)
    behind()
    kill_all_over(zygote, 8, seconds, *command, look=look, ended=look)
    zygote.done(*command)
    assert in_cypher(folder) == undisturbed.readings
    assert left_over(folder) == []


def test_load_into_a_sparql_store(zygote: Zygote, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """The store holds what another workspace has left: some graphs differ, some are to go, some are missing."""
    folder = tmp_path / "data"
    shutil.copytree(undisturbed.folder, folder)
    with open_store(folder / "graph") as store:
        quads = {quad for pmid in undisturbed.readings for quad in store.graph(pmid)}
    sizes = {
        graph: count + 1 for graph, count in Counter(quad.graph_name.value for quad in quads).items()
    }  # the digest
    older = dict.fromkeys([*sorted(sizes)[::2], *map(graph_iri, ("1", "2", "3"))], 2)
    seen = set()
    with servers.oxigraph(tmp_path / "server") as url:
        command = ("load", "sparql", url, "--dir", folder)

        def there() -> dict[str, int]:
            request = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
            found = {str(row[0]): int(str(row[1])) for row in asked(url, request)}
            return {graph: count for graph, count in found.items() if graph != VOCABULARY_GRAPH}

        def look() -> None:
            found = there()
            assert found.items() <= sizes.items() | older.items()
            seen.add(sum(count > 2 for count in found.values()))

        def go_back() -> None:
            with find_store(url) as remote:
                remote.write(dict.fromkeys(set(remote.digests()) - set(older), b""))
                remote.write({graph: old_graph(graph) for graph in older})
            assert there() == older

        go_back()
        seconds = zygote.done(*command)
        assert there() == sizes
        go_back()
        for part in (1.0, 0.6, 1.4, 0.3):  # on a busy machine the first run may have taken another time than the others
            kill_all_over(zygote, 8, part * seconds, *command, look=look, ended=go_back, begin=0.4)
            if seen - {0, len(sizes)}:
                break
        zygote.done(*command)
        assert there() == sizes
    assert seen - {0, len(sizes)}, f"no load was killed half-way: {seen}"


def old_graph(graph: str) -> bytes:
    mark = f"<{PREFIXES['ev']}digest>"
    return f'<{graph}> {mark} "older" .\n<{graph}> <{PREFIXES["ev"]}title> "An older title" .\n'.encode()


def asked(url: str, sparql: str) -> list[tuple[str, str]]:
    import urllib.parse
    import urllib.request

    query = urllib.parse.urlencode({"query": sparql})
    request = urllib.request.Request(f"{url}/query?{query}", headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = pyoxigraph.parse_query_results(answer.read(), format=pyoxigraph.QueryResultsFormat.JSON)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [(row[0].value, row[1].value) for row in found]  # type: ignore[union-attr]


# A full disk


@pytest.mark.parametrize("share", [0.02, 0.2, 0.9])
def test_a_full_disk_while_the_file_for_cypher_is_built(
    zygote: Zygote, undisturbed: Undisturbed, tmp_path: Path, share: float
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(undisturbed.folder, folder)
    with open_workspace(folder) as workspace, workspace.ledger.transaction():
        workspace.ledger.put_note("cypher", "behind")
    before = (folder / "graph.lbug").read_bytes()
    command = ("cypher", "MATCH (p:Publication) RETURN count(p) AS n", "--dir", folder)
    assert zygote.run(*command, limit=int(len(before) * share)) == 69
    (line,) = zygote.said().splitlines()
    assert line.startswith("spinekg: the Cypher cache cannot be written")
    assert (folder / "graph.lbug").read_bytes() == before
    assert left_over(folder) == []
    zygote.done(*command)
    assert in_cypher(folder) == undisturbed.readings


def test_a_full_disk_while_the_ledger_is_written(
    zygote: Zygote, files: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    command = ("ingest", files, "--dir", folder)
    assert zygote.run(*command, limit=20_000) == 69
    (line,) = zygote.said().splitlines()
    assert line.startswith(f"spinekg: ledger {folder}")
    zygote.done(*command)
    assert in_ledger(folder) == undisturbed.readings
    assert graph_lines(folder) == undisturbed.graph


def test_a_full_disk_while_the_graph_is_built(zygote: Zygote, undisturbed: Undisturbed, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(undisturbed.folder, folder, ignore=shutil.ignore_patterns("graph"))
    command = ("sparql", "ASK { ?s ?p ?o }", "--dir", folder)
    assert zygote.run(*command, limit=100_000) == 69
    (line,) = zygote.said().splitlines()
    assert line.startswith(f"spinekg: the graph store in {folder / 'graph.new'} cannot be written")
    assert left_over(folder) == []
    zygote.done(*command)
    assert graph_lines(folder) == undisturbed.graph
