"""``spinekg load neo4j`` and ``spinekg cypher`` on a real server."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import neo4j as driver
import pytest
from neo4j_samples import enter, expected, invented, opened, snapshot, withdraw
from neo4j_server import Neo4jServer, rows, wipe
from typer.testing import CliRunner, Result

import kg.export.neo4j
from kg.cli.app import app
from kg.export.neo4j import Loaded, load_neo4j
from kg.property_graph import reading_from_rows, run_from_rows, vocabulary_rows
from kg.update import ingest_files
from kg.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "ingest" / "sample" / "illustrative.xml"


@pytest.fixture(autouse=True)
def quiet_logging() -> Iterator[None]:
    """Undo what the program sets up for its messages: here it runs inside the tests."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.fixture(scope="module")
def running(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    yield neo4j_server
    wipe(neo4j_server)


@pytest.fixture
def server(running: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """Empty the database and lead spinekg to it by the environment."""
    rows(running, "MATCH (n) DETACH DELETE n")
    for name, value in running.environ.items():
        monkeypatch.setenv(name, value)
    return running


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Open a workspace of twelve publications."""
    with open_workspace(tmp_path / "data", create=True) as found:
        enter(found, map(invented, range(12)))
        yield found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def loaded(workspace: Workspace, server: Neo4jServer) -> Loaded:
    with opened(server) as store:
        return load_neo4j(workspace, store, batch=5)


def anew(workspace: Workspace, server: Neo4jServer) -> tuple[list[str], list[str]]:
    """Return what a load into an empty database makes of the workspace."""
    rows(server, "MATCH (n) DETACH DELETE n")
    loaded(workspace, server)
    return snapshot(server)


def test_the_sample_is_loaded_once(server: Neo4jServer, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "data", create=True) as workspace:
        ingest_files(workspace, [SAMPLE])
        counted, publications = expected(workspace), len(workspace.ledger.pmids())
    first = run("load", "neo4j", server.uri, "--dir", str(tmp_path / "data"))
    assert first.exit_code == 0, first.output
    line = rf"{publications} publications written, 0 removed, 0 unchanged in {re.escape(server.uri)}; \d+\.\d seconds\n"
    assert re.fullmatch(line, first.stdout)
    with opened(server) as store:
        counts = store.counts()
    assert counts["Claim"] > 10
    assert {label: counts[label] for label in counted} == counted
    before = snapshot(server)
    second = run("load", "neo4j", "--dir", str(tmp_path / "data"))
    assert second.stdout.startswith(f"0 publications written, 0 removed, {publications} unchanged in bolt://")
    assert snapshot(server) == before


def test_every_publication_comes_back(workspace: Workspace, server: Neo4jServer) -> None:
    loaded(workspace, server)
    with opened(server) as store:
        for row in workspace.ledger.rows():
            found = store.publication(row.record.pmid)
            assert reading_from_rows(found) == row.reading
            assert run_from_rows(found) == row.run


def test_only_what_changed_is_written(
    workspace: Workspace, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loaded(workspace, server) == Loaded(written=12, removed=0, unchanged=0)
    enter(workspace, [invented(1, direction="worse"), invented(2, retracted=True), invented(20)], "b")
    withdraw(workspace, ["99000003", "99000004"], "c")
    sent: list[str] = []
    with opened(server) as store:
        replace = store.replace
        monkeypatch.setattr(
            store,
            "replace",
            lambda parts: (sent.extend(str(rows.nodes["Publication"][0]["pmid"]) for rows in parts), replace(parts)),
        )
        assert load_neo4j(workspace, store) == Loaded(written=3, removed=2, unchanged=8)
        assert sent == ["99000001", "99000002", "99000020"]
        counts = store.counts()
    assert {label: counts[label] for label in expected(workspace)} == expected(workspace)
    assert rows(server, "MATCH (p:Publication) WHERE p.retracted RETURN p.pmid") == [("99000002",)]
    assert rows(server, "MATCH (c:Claim {direction: 'worse'}) RETURN c.pmid") == [("99000001",)]
    after = snapshot(server)
    assert after == anew(workspace, server)


def test_what_is_stored_in_another_spelling_is_not_written_again(workspace: Workspace, server: Neo4jServer) -> None:
    """The quick comparison looks at the text as it is stored; the slow one after it, at what it says."""
    loaded(workspace, server)
    with workspace.ledger.transaction():
        workspace.ledger._do("UPDATE records SET json = json || ' ' WHERE pmid = '99000007'")
    assert loaded(workspace, server) == Loaded(written=0, removed=0, unchanged=12)


def test_the_quick_comparison_reads_no_record(
    workspace: Workspace, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(workspace, server)
    enter(workspace, [invented(1, direction="worse")], "b")
    rows_of, asked = workspace.ledger.rows, []
    monkeypatch.setattr(workspace.ledger, "rows", lambda pmids: (asked.extend(pmids), rows_of(pmids))[1])
    assert loaded(workspace, server) == Loaded(written=1, removed=0, unchanged=11)
    assert asked == ["99000001"]


def test_a_load_that_broke_off_is_completed(
    workspace: Workspace, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = anew(workspace, server)
    rows(server, "MATCH (n) DETACH DELETE n")
    with opened(server) as store:
        replace, times = store.replace, iter(range(9))

        def breaking(parts: object) -> None:
            if next(times) == 2:
                raise KeyboardInterrupt
            replace(parts)  # type: ignore[arg-type]

        monkeypatch.setattr(store, "replace", breaking)
        with pytest.raises(KeyboardInterrupt):
            load_neo4j(workspace, store, batch=5)
    assert rows(server, "MATCH (p:Publication) RETURN count(p)") == [(10,)]
    assert loaded(workspace, server) == Loaded(written=2, removed=0, unchanged=10)
    assert snapshot(server) == whole


def test_a_loaded_server_knows_what_its_indexes_hold(workspace: Workspace, server: Neo4jServer) -> None:
    """What it takes for empty it asks over and over again: a first question then takes a minute."""
    wipe(server)
    loaded(workspace, server)
    better = "MATCH (c:Claim {direction: 'better'}) RETURN c.id"
    asked = driver.GraphDatabase.driver(server.uri, auth=(server.user, server.password))
    with asked, asked.session() as session:
        plan = session.run(f"EXPLAIN {better}").consume().plan
    assert plan is not None
    assert plan["args"]["EstimatedRows"] > 1


def test_a_user_who_may_not_have_the_indexes_counted_can_load(
    workspace: Workspace, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(server) as store:
        ask = store._schema

        def refusing(statement: str) -> None:
            ask(statement.replace("db.prepareForReplanning", "db.notForYou"))

        monkeypatch.setattr(store, "_schema", refusing)
        assert load_neo4j(workspace, store) == Loaded(written=12, removed=0, unchanged=0)


def test_batches_are_whole_publications(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.export.neo4j, "_BATCH_CLAIMS", 5)
    from graph_samples import RUN

    from kg.property_graph import publication_rows

    parts = [publication_rows(*invented(number), RUN) for number in range(8)]
    made = list(kg.export.neo4j._batches(parts, 4))
    assert [len(batch) for batch in made] == [3, 3, 2]  # two claims each
    assert [rows for batch in made for rows in batch] == parts
    assert [len(batch) for batch in kg.export.neo4j._batches(parts, 2)] == [2, 2, 2, 2]
    assert list(kg.export.neo4j._batches([], 4)) == []


def test_two_loaders_at_a_time_leave_one_graph(workspace: Workspace, server: Neo4jServer, tmp_path: Path) -> None:
    """Another workspace does not wait for the lock of this one."""
    from threading import Thread

    whole = anew(workspace, server)
    rows(server, "MATCH (p:Publication) SET p.digest = 'old'")
    with open_workspace(tmp_path / "other", create=True) as other:
        enter(other, map(invented, range(12)))
    problems: list[BaseException] = []

    def work(folder: Path) -> None:
        try:
            with open_workspace(folder) as found, opened(server) as store:
                load_neo4j(found, store, batch=2)
        except BaseException as error:
            problems.append(error)

    threads = [Thread(target=work, args=(folder,)) for folder in (workspace.path, tmp_path / "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    assert snapshot(server) == whole


def test_a_load_says_what_is_wrong_and_writes_nothing(
    workspace: Workspace, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = str(workspace.path)
    for code, message, arguments, environ in (
        (75, "no Neo4j server answers at bolt://127.0.0.1:1 (Connection refused): try again later", ["bolt://127.0.0.1:1"], {}),
        (78, f"{server.uri} refuses user and password: check NEO4J_USERNAME", [], {"NEO4J_PASSWORD": "hunter2"}),
        (78, f"{server.uri} has no database 'other': name one with --database", ["--database", "other"], {}),
        (78, "no Neo4j server is named: give its address", [], {"NEO4J_URI": ""}),
        (78, "holds a user or password: those come from NEO4J_USERNAME", ["bolt://me:hunter2@localhost"], {}),
        (2, "no workspace at", ["--dir", data + "x"], {}),
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            done = run("load", "neo4j", "--dir", data, *arguments)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.output
        assert message in done.stderr
        assert "hunter2" not in done.stderr
    assert rows(server, "MATCH (n) RETURN count(n)") == [(0,)]


def test_the_same_question_to_server_and_workspace(workspace: Workspace, server: Neo4jServer, tmp_path: Path) -> None:
    loaded(workspace, server)
    question = tmp_path / "question.cypher"
    question.write_text(
        "// by direction\nMATCH (c:Claim)-[:SOURCE]->(p:Publication) WHERE c.direction IN $directions AND p.journal = $journal"
        " RETURN c.direction AS direction, count(*) AS claims, min(p.year) AS year ORDER BY direction;\n"
    )
    params = ["--param", 'directions:=["better", "reported"]', "--param", "journal=Journal of Examples"]
    wanted = "direction,claims,year\r\nbetter,12,2020\r\nreported,12,2020\r\n"
    for where in (
        ["--dir", str(workspace.path)],
        ["--server", server.uri],
        ["--server", server.uri, "--database", "neo4j"],
    ):
        done = run("cypher", f"@{question}", *params, "--format", "csv", *where)
        assert (done.exit_code, done.stdout) == (0, wanted.replace("\r\n", "\n")), done.output


def test_the_credentials_may_stand_in_a_file(
    server: Neo4jServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "auth"
    file.write_text(f"{server.user}/{server.password}\n")
    file.chmod(0o600)
    monkeypatch.delenv("NEO4J_PASSWORD")
    monkeypatch.delenv("NEO4J_USERNAME")
    question = ("cypher", "RETURN 1 AS one", "--server", server.uri, "--format", "json")
    assert run(*question).exit_code == 78
    assert run(*question, "--auth-file", str(file)).stdout == '[\n  {\n    "one": 1\n  }\n]\n'
    monkeypatch.setenv("NEO4J_AUTH_FILE", str(file))
    assert run(*question).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["CREATE (n)"], "a query begins with MATCH"),
        (["MATCH (n) DETACH DELETE n"], "DETACH is not allowed"),
        (["RETURN 1", "--database", "x"], "--database and --auth-file go with --server"),
        (["RETURN $x AS x"], "the query has the parameter $x: give it a value with --param x=…"),
        (["RETURN 1", "--param", "x=1"], "the query has no parameter $x; it has: none"),
        (["RETURN $x", "--param", "x"], "NAME=TEXT or NAME:=JSON is expected"),
        (["RETURN $x", "--param", "x:=nope"], "what follows := must be JSON"),
        (["RETURN $x", "--param", "x:=NaN"], "what follows := must be JSON"),
        (["RETURN $x", "--param", "x=1", "--param", "x=2"], "--param x is given twice"),
    ],
)
def test_a_wrong_cypher_command_is_one_clear_line(workspace: Workspace, arguments: list[str], message: str) -> None:
    done = run("cypher", *arguments, "--dir", str(workspace.path))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.output
    assert message in done.stderr


def test_what_the_page_shows_runs(workspace: Workspace, server: Neo4jServer) -> None:
    page = (ROOT / "docs" / "neo4j.md").read_text("utf-8")
    loaded(workspace, server)
    (shown,) = re.findall(r"```cypher\n(.*?)```", page, re.DOTALL)
    with opened(server) as store:
        found = store.query(shown)
    assert found.columns == ("c", "p", "links", "concept") and len(found.rows) > 50
    (away,) = re.findall(r"take the graph away: `(.*?)`", page, re.DOTALL)
    rows(server, "CREATE (:Note)")
    with (
        driver.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as asked,
        asked.session() as session,
    ):
        session.run(away).consume()
    assert rows(server, "MATCH (n) RETURN labels(n)") == [(["Note"],)]
    loaded(workspace, server)
    assert rows(server, "MATCH (p:Publication) RETURN count(p)") == [(12,)]


def test_the_vocabulary_alone_is_a_graph(server: Neo4jServer, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "empty", create=True) as workspace:
        assert loaded(workspace, server) == Loaded(written=0, removed=0, unchanged=0)
    with opened(server) as store:
        assert store.counts()["Concept"] == len(vocabulary_rows().nodes["Concept"])
