"""Pushing graphs into another store: what is written, what is not, and what is said when it cannot be done."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest
import servers
from graph_samples import RUN, claim, reading_of, record_of
from sparql_server import RESULTS, Reply, Served, serve
from test_questions import publications
from typer.testing import CliRunner, Result
from workspace_samples import fill, withdraw

from kg.cli.app import app
from kg.errors import ConfigurationError, SpinekgError, StoreError, TemporaryError
from kg.export import Pushed, push
from kg.identity import VOCABULARY_GRAPH, graph_iri, run_graph_iri
from kg.queries import bind, load_questions
from kg.stores.remote import TRIES, Addresses, Login, RemoteStore, find_store, read_login
from kg.workspace import Workspace, open_workspace

RUN_GRAPH = run_graph_iri(RUN.run_id)

ONE, TWO, NEW = "99000001", "99000002", "99000077"


@pytest.fixture
def served() -> Iterator[Served]:
    with serve() as store:
        yield store


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    two = [
        (record_of(pmid), reading_of(pmid, claim(pmid, "vertebroplasty", "disability", "better")))
        for pmid in (ONE, TWO)
    ]
    with open_workspace(fill(tmp_path / "data", two)) as opened:
        yield opened


def no_wait(seconds: float) -> None:
    assert 0 <= seconds <= 20


def to(store: Served, **options: object) -> RemoteStore:
    return find_store(store.url, sleep=no_wait, **options)  # type: ignore[arg-type]


def pushed(workspace: Workspace, store: Served, *, together: int = 1) -> tuple[int, int, int]:
    with to(store) as remote:
        done = push(workspace, remote, together=together)
    return done.written, done.removed, done.unchanged


def local_graphs(workspace: Workspace) -> dict[str, set[str]]:
    with workspace.graph() as store:
        quads = {quad for pmid in store.pmids() for quad in store.graph(pmid)}
    names = {quad.graph_name.value for quad in quads}
    return {name: {f"{quad.triple} ." for quad in quads if quad.graph_name.value == name} for name in names}


# --- what is written ---------------------------------------------------------------------------------


def test_a_graph_per_publication_the_run_and_the_vocabulary(workspace: Workspace, served: Served) -> None:
    assert pushed(workspace, served) == (4, 0, 0)
    assert set(served.graphs) == {VOCABULARY_GRAPH, RUN_GRAPH, graph_iri(ONE), graph_iri(TWO)}
    assert set(local_graphs(workspace)) == set(served.graphs) - {VOCABULARY_GRAPH}
    for name, triples in local_graphs(workspace).items():
        lines = served.graphs[name].splitlines()
        mark = [line for line in lines if "vocab#digest>" in line]
        assert len(mark) == 1
        assert re.fullmatch(rf'<{name}> <https://w3id.org/spinekg/vocab#digest> "[0-9a-f]{{64}}" \.', mark[0])
        assert set(lines) - set(mark) == triples
        assert lines.count(mark[0]) == 1


def test_only_what_changed_is_written_again(workspace: Workspace, served: Served) -> None:
    pushed(workspace, served)
    served.seen.clear()
    assert pushed(workspace, served) == (0, 0, 4)
    assert all(line.startswith("POST /ds/sparql") for line in served.seen)
    fill(
        workspace.path, [(record_of(ONE, retracted=True), reading_of(ONE)), (record_of(NEW), reading_of(NEW))], "second"
    )
    served.seen.clear()
    assert pushed(workspace, served) == (2, 0, 3)
    written = [line for line in served.seen if line.startswith("PUT")]
    assert written == [f"PUT /ds/data?graph={graph_iri(pmid)}" for pmid in (ONE, NEW)]
    assert '#retracted> "true"' in served.graphs[graph_iri(ONE)]


def test_what_is_gone_is_removed_and_graphs_of_others_stay(workspace: Workspace, served: Served) -> None:
    served.graphs["https://example.org/graph"] = "<a:a> <a:a> <a:a> .\n"
    served.graphs[graph_iri("5")] = "<a:a> <a:a> <a:a> .\n"
    pushed(workspace, served)
    withdraw(workspace.path, TWO)
    assert pushed(workspace, served) == (0, 1, 3)
    assert graph_iri(TWO) not in served.graphs
    assert {"https://example.org/graph", graph_iri("5")} < set(served.graphs)


def test_an_interrupted_push_goes_on(workspace: Workspace, served: Served) -> None:
    puts = 0

    def stop_at_the_second(method: str, path: str) -> Reply | None:
        nonlocal puts
        puts += method == "PUT"
        return Reply(400, b"enough") if method == "PUT" and puts == 2 else None

    served.instead = stop_at_the_second
    with pytest.raises(StoreError, match=r"^the store refused: HTTP status 400 from .*/ds/data: enough$"):
        pushed(workspace, served)
    assert len(served.graphs) == 1
    assert pushed(workspace, served) == (3, 0, 1)


def test_a_store_that_lost_a_graph_gets_it_back(workspace: Workspace, served: Served) -> None:
    pushed(workspace, served)
    del served.graphs[graph_iri(ONE)]
    assert pushed(workspace, served) == (1, 0, 3)


def test_updates_are_used_where_graphs_cannot_be_put(workspace: Workspace, served: Served) -> None:
    pushed(workspace, served)
    by_put = dict(served.graphs)
    served.graphs.clear()
    served.instead = lambda method, path: Reply(405) if path.startswith("/ds/data") else None
    assert pushed(workspace, served) == (4, 0, 0)
    assert served.graphs == by_put
    assert sum(line.startswith("PUT") for line in served.seen) == 4 + 1


def test_many_graphs_go_in_one_update(workspace: Workspace, served: Served) -> None:
    pushed(workspace, served)
    one_by_one = dict(served.graphs)
    served.graphs.clear()
    served.seen.clear()
    assert pushed(workspace, served, together=100) == (4, 0, 0)
    assert served.graphs == one_by_one
    # The vocabulary is large and goes alone.
    assert [line.partition("?")[0] for line in served.seen if "sparql" not in line] == [
        "POST /ds/update",
        "PUT /ds/data",
    ]
    withdraw(workspace.path, ONE, TWO)
    served.seen.clear()
    assert pushed(workspace, served, together=100) == (0, 3, 1)
    assert set(served.graphs) == {VOCABULARY_GRAPH}
    assert [line for line in served.seen if "sparql" not in line] == ["POST /ds/update"]


def test_graphs_are_put_one_by_one_where_updates_are_not_taken(workspace: Workspace, served: Served) -> None:
    served.instead = lambda method, path: Reply(404) if path == "/ds/update" else None
    assert pushed(workspace, served, together=100) == (4, 0, 0)
    withdraw(workspace.path, ONE, TWO)
    assert pushed(workspace, served, together=100) == (0, 3, 1)
    assert set(served.graphs) == {VOCABULARY_GRAPH}


def test_a_store_that_cannot_delete_is_not_thought_to_have_deleted(workspace: Workspace, served: Served) -> None:
    pushed(workspace, served)
    withdraw(workspace.path, TWO)
    served.instead = lambda method, path: Reply(405) if method == "DELETE" else None
    assert pushed(workspace, served) == (0, 1, 3)
    assert graph_iri(TWO) not in served.graphs
    assert served.seen[-1] == "POST /ds/update"


def test_updates_alone(workspace: Workspace, served: Served) -> None:
    addresses = Addresses(query=f"{served.url}/sparql", update=f"{served.url}/update")
    with RemoteStore(addresses, sleep=no_wait) as remote:
        assert push(workspace, remote) == Pushed(written=4, removed=0, unchanged=0)
        withdraw(workspace.path, ONE)
        assert push(workspace, remote) == Pushed(written=0, removed=1, unchanged=3)
    assert set(served.graphs) == {VOCABULARY_GRAPH, RUN_GRAPH, graph_iri(TWO)}
    assert not any("/ds/data" in line for line in served.seen)


# --- what goes wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_failure_that_passes_is_tried_again(workspace: Workspace, served: Served, status: int) -> None:
    failures = 2

    def twice(method: str, path: str) -> Reply | None:
        nonlocal failures
        if method == "PUT" and failures:
            failures -= 1
            return Reply(status)
        return None

    served.instead = twice
    assert pushed(workspace, served) == (4, 0, 0)
    assert sum(line.startswith("PUT") for line in served.seen) == 6


def test_a_failure_that_stays_is_told_after_some_tries(workspace: Workspace, served: Served) -> None:
    served.instead = lambda method, path: Reply(503, b"<html><title>Busy</title></html>") if method == "PUT" else None
    with pytest.raises(TemporaryError) as caught:
        pushed(workspace, served)
    assert sum(line.startswith("PUT") for line in served.seen) == TRIES
    assert str(caught.value) == (
        f"the SPARQL store did not answer properly in 5 tries. Last: HTTP status 503 from {served.url}/data: Busy"
    )


ANSWERS: list[tuple[Reply, type[SpinekgError], str]] = [
    (Reply(401), ConfigurationError, r"{url}/sparql refuses access \(HTTP status 401\): check SPINEKG_SPARQL_USERNAME"),
    (Reply(403), ConfigurationError, r"refuses access \(HTTP status 403\)"),
    (Reply(404), ConfigurationError, r"no SPARQL store at {url}: nothing answers at {url}/sparql or {url}/query"),
    (Reply(302, headers=(("Location", "/login"),)), ConfigurationError, r"no SPARQL store at {url}"),
    (Reply(200, b"<html>Welcome</html>", "text/html"), ConfigurationError, r"no SPARQL store at {url}"),
    (Reply(200, b'{"head": {"vars": ["x"]}, "resu', RESULTS), TemporaryError, r"the answer of {url}/sparql broke off"),
    (Reply(200, b"[]", RESULTS), TemporaryError, r"the answer of {url}/sparql broke off"),
    (Reply(400, b"bad query"), StoreError, r"the store refused: HTTP status 400 from {url}/sparql: bad query"),
]


@pytest.mark.parametrize(
    ("reply", "error", "words"), ANSWERS, ids=[f"{reply.status} {words}" for reply, _, words in ANSWERS]
)
def test_each_wrong_answer_is_one_clear_line(
    served: Served, reply: Reply, error: type[SpinekgError], words: str
) -> None:
    served.instead = lambda method, path: reply
    with pytest.raises(error, match=words.format(url=re.escape(served.url))) as caught:
        to(served)
    assert "\n" not in str(caught.value)


def test_a_redirect_is_not_followed(served: Served, workspace: Workspace) -> None:
    served.instead = lambda method, path: Reply(307, headers=(("Location", "/other"),)) if method == "PUT" else None
    addresses = Addresses(query=f"{served.url}/sparql", graphs=f"{served.url}/data")
    with (
        RemoteStore(addresses, sleep=no_wait) as remote,
        pytest.raises(ConfigurationError, match=r"/ds/data is not the right address \(HTTP status 307, see /other\)"),
    ):
        push(workspace, remote)


def test_nobody_there() -> None:
    port = servers.free_port()
    with pytest.raises(TemporaryError, match=f"in 5 tries. Last: cannot reach 127.0.0.1:{port}: "):
        find_store(f"http://127.0.0.1:{port}/ds", sleep=no_wait)


def test_an_answer_that_does_not_come(served: Served) -> None:
    import threading

    wait = threading.Event()
    served.instead = lambda method, path: Reply(200) if wait.wait(5) else None
    with pytest.raises(TemporaryError, match=r"cannot reach .*: timed out"):
        to(served, seconds=0.05)
    wait.set()


@pytest.mark.parametrize(
    ("url", "login", "words"),
    [
        ("localhost:3030/ds", False, "'localhost:3030/ds' is not an http or https address"),
        ("http://", False, "is not an http or https address"),
        ("http://host:99999/ds", False, "is not an http or https address"),
        ("http://user:secret@host/ds", False, "the address of the store holds a user or a password"),
        ("http://kg.hospital.org/ds", True, "is plain http, which sends the password in the clear: use https"),
    ],
)
def test_addresses_that_are_refused(url: str, login: bool, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        find_store(url, Login(username="user", password="secret") if login else None, sleep=no_wait)
    assert "secret" not in str(caught.value)


# --- who we are --------------------------------------------------------------------------------------

USER = {"SPINEKG_SPARQL_USERNAME": "reader", "SPINEKG_SPARQL_PASSWORD": "pass word"}


def test_user_and_password_from_the_environment_or_a_file() -> None:
    assert read_login({}) is None
    assert read_login({"SPINEKG_SPARQL_USERNAME": "", "SPINEKG_SPARQL_PASSWORD": ""}) is None
    assert read_login(USER) == Login(username="reader", password="pass word")
    assert read_login(USER, 'username = "a"\npassword = "b"') == Login(username="a", password="b")
    assert "pass word" not in repr(read_login(USER))


@pytest.mark.parametrize(
    ("environ", "text", "words"),
    [
        (
            {"SPINEKG_SPARQL_USERNAME": "a"},
            None,
            "SPINEKG_SPARQL_PASSWORD is not set: user and password belong together",
        ),
        ({"SPINEKG_SPARQL_PASSWORD": "hidden"}, None, "SPINEKG_SPARQL_USERNAME is not set"),
        ({}, 'username = "a"', "password in login.toml is not set"),
        ({}, 'username = "a"\npassword = 7', "password in login.toml is not set"),
        ({}, "username = a\npassword = hidden", "login.toml: not TOML with two lines"),
    ],
)
def test_half_a_login_is_refused(environ: dict[str, str], text: str | None, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        read_login(environ, text, "login.toml")
    assert "hidden" not in str(caught.value)


def test_the_login_is_sent_with_every_request(workspace: Workspace, served: Served) -> None:
    with find_store(served.url, Login(username="reader", password="pass word"), sleep=no_wait) as remote:
        push(workspace, remote)
    assert served.logins == {"Basic cmVhZGVyOnBhc3Mgd29yZA=="}


# --- the command -------------------------------------------------------------------------------------


def spinekg(*arguments: object, **environ: str) -> Result:
    clean = dict.fromkeys(("SPINEKG_SPARQL_USERNAME", "SPINEKG_SPARQL_PASSWORD"), None)
    return CliRunner(env={**clean, **environ}).invoke(app, [str(word) for word in arguments])


def test_the_command_says_what_it_did(workspace: Workspace, served: Served) -> None:
    for line in ("4 graphs written, 0 removed, 0 unchanged", "0 graphs written, 0 removed, 4 unchanged"):
        done = spinekg("load", "sparql", served.url, "--dir", workspace.path)
        assert (done.exit_code, done.stdout) == (0, f"{line} in {served.url}\n")


def test_the_command_takes_the_addresses_of_any_store(workspace: Workspace, served: Served) -> None:
    options = ["--dir", workspace.path, f"{served.url}/sparql"]
    assert spinekg("load", "sparql", *options, "--update", f"{served.url}/update").exit_code == 0
    assert sorted({line.partition("?")[0] for line in served.seen}) == ["POST /ds/sparql", "POST /ds/update"]
    done = spinekg("load", "sparql", *options, "--graph-store", f"{served.url}/data")
    assert done.stdout.startswith("0 graphs written, 0 removed, 4 unchanged")


def test_the_command_takes_a_file_of_credentials(workspace: Workspace, served: Served, tmp_path: Path) -> None:
    login = tmp_path / "login.toml"
    login.write_text('username = "reader"\npassword = "pass word"\n')
    assert spinekg("load", "sparql", served.url, "--credentials", login, "--dir", workspace.path).exit_code == 0
    assert served.logins == {"Basic cmVhZGVyOnBhc3Mgd29yZA=="}
    done = spinekg("load", "sparql", served.url, "--credentials", tmp_path / "none", "--dir", workspace.path)
    assert (done.exit_code, done.stderr) == (
        65,
        f"spinekg: {tmp_path / 'none'}: cannot be read: No such file or directory\n",
    )


@pytest.mark.parametrize(("status", "code"), [(401, 78), (404, 78), (400, 69)])
def test_exit_codes(workspace: Workspace, served: Served, status: int, code: int) -> None:
    served.instead = lambda method, path: Reply(status)
    done = spinekg("load", "sparql", served.url, "--dir", workspace.path, **USER)
    assert done.exit_code == code
    assert done.stderr.startswith("spinekg: ")
    assert done.stderr.count("\n") == 1
    assert "pass word" not in done.output


def test_a_server_that_is_down_is_exit_code_75(workspace: Workspace) -> None:
    done = spinekg("load", "sparql", f"http://127.0.0.1:{servers.free_port()}/ds", "--dir", workspace.path)
    assert done.exit_code == 75
    assert done.stderr.startswith("spinekg: the SPARQL store did not answer properly in 5 tries. Last: cannot reach ")


def test_no_workspace_no_request(tmp_path: Path, served: Served) -> None:
    assert spinekg("load", "sparql", served.url, "--dir", tmp_path / "nothing").exit_code == 2
    assert served.seen == []


# --- real servers ------------------------------------------------------------------------------------

Ask = Callable[[str], list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("remote") / "data", publications())


def asker(query_address: str) -> Ask:
    """Return a function that asks a server; every value comes back as an RDF term."""

    def ask(sparql: str) -> list[tuple[str, ...]]:
        request = urllib.request.Request(
            query_address, data=urlencode({"query": sparql}).encode(), headers={"Accept": RESULTS}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return rows(pyoxigraph.parse_query_results(answer.read(), format=pyoxigraph.QueryResultsFormat.JSON))

    return ask


def rows(answer: object) -> list[tuple[str, ...]]:
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return [tuple(spelt(value) for value in row) for row in answer]


def spelt(value: object) -> str:
    """Return a term as text; numbers by value, because engines write 2.50 in their own ways."""
    number = re.search(r"#(?:integer|decimal|double)$", getattr(getattr(value, "datatype", None), "value", ""))
    return str(float(value.value)) if number else str(value)  # type: ignore[attr-defined]


COUNTS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
# Oxigraph's union of graphs gives a statement once for each graph that holds it, Fuseki's once.
UNION = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"


def compare(workspace: Path, server: str, addresses: tuple[str, ...], ask: Ask) -> None:
    """Push the workspace and hold everything the server says against the embedded store."""
    with open_workspace(workspace) as opened:
        publications_there = len(opened.ledger.pmids())
    done = spinekg("load", "sparql", *addresses, "--dir", workspace)
    assert done.output == f"{publications_there + 2} graphs written, 0 removed, 0 unchanged in {addresses[0]}\n"
    local = pyoxigraph.Store(str(workspace / "graph"))
    try:
        here = {row[0]: float(row[1]) for row in rows(local.query(COUNTS))}
        there = {row[0]: float(row[1]) for row in ask(COUNTS)}
        marked = {name: count + (name != f"<{VOCABULARY_GRAPH}>") for name, count in here.items()}
        assert there == marked, server
        # The default graph is the union: every statement once, and a digest for each publication and the run.
        ((whole,),) = rows(local.query(UNION, use_default_graph_as_union=True))
        assert ask(UNION) == [(str(float(whole) + publications_there + 1),)]
        answered = 0
        for each in load_questions():
            sparql = bind(each, {parameter.name: parameter.example for parameter in each.params if parameter.required})
            answer = rows(local.query(sparql, use_default_graph_as_union=True))
            assert ask(sparql) == answer, f"{server}: {each.name}"
            answered += bool(answer)
        assert answered > 15
    finally:
        del local


def test_fuseki_answers_as_the_embedded_store(loaded: Path, tmp_path: Path) -> None:
    with servers.fuseki(tmp_path / "fuseki") as url:
        compare(loaded, "fuseki", (url,), asker(f"{url}/sparql"))
        assert spinekg("load", "sparql", url, "--dir", loaded).stdout.startswith("0 graphs written, 0 removed")


def test_oxigraph_serve_answers_as_the_embedded_store(loaded: Path, tmp_path: Path) -> None:
    with servers.oxigraph(tmp_path / "oxigraph") as url:
        compare(loaded, "oxigraph", (url,), asker(f"{url}/query"))
        assert spinekg("load", "sparql", url, "--dir", loaded).stdout.startswith("0 graphs written, 0 removed")


def test_oxigraph_serve_by_update_alone(loaded: Path, tmp_path: Path) -> None:
    with servers.oxigraph(tmp_path / "oxigraph") as url:
        compare(loaded, "oxigraph", (f"{url}/query", "--update", f"{url}/update"), asker(f"{url}/query"))


def test_fuseki_with_a_password(loaded: Path, tmp_path: Path) -> None:
    with servers.fuseki(tmp_path / "fuseki", user="writer", password="right") as url:
        wrong = {"SPINEKG_SPARQL_USERNAME": "writer", "SPINEKG_SPARQL_PASSWORD": "wrong"}
        for environ in ({}, wrong):
            done = spinekg("load", "sparql", url, "--dir", loaded, **environ)
            assert done.exit_code == 78
            assert done.stderr == (
                f"spinekg: {url}/sparql refuses access (HTTP status 401):"
                " check SPINEKG_SPARQL_USERNAME and SPINEKG_SPARQL_PASSWORD\n"
            )
        right = wrong | {"SPINEKG_SPARQL_PASSWORD": "right"}
        assert spinekg("load", "sparql", url, "--dir", loaded, **right).exit_code == 0


def test_after_kills_a_push_completes_and_nothing_is_half_there(loaded: Path, tmp_path: Path) -> None:
    """Killed after each number of graphs in turn, the store holds whole graphs only, and the next push goes on."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from kg.export import push\n"
        "from kg.stores.remote import RemoteStore, find_store\n"
        "from kg.workspace import open_workspace\n"
        "left = int(sys.argv[3])\n"
        "def told(stage, done, total):\n"
        "    if stage == 'writing to the store' and done == left: os.kill(os.getpid(), signal.SIGKILL)\n"
        "with open_workspace(Path(sys.argv[1])) as workspace, find_store(sys.argv[2]) as remote:\n"
        "    push(workspace, remote, told, together=1)\n"
    )
    with servers.oxigraph(tmp_path / "oxigraph") as url:
        for left in (1, 2, 3):
            done = subprocess.run([sys.executable, "-c", code, str(loaded), url, str(left)], timeout=60, check=False)
            assert done.returncode == -9
        with find_store(url) as remote:
            assert len(remote.digests()) == 1 + 2 + 3
        compare_after = spinekg("load", "sparql", url, "--dir", loaded)
        with open_workspace(loaded) as opened:
            graphs = len(opened.ledger.pmids()) + 2
        assert compare_after.stdout == f"{graphs - 6} graphs written, 0 removed, 6 unchanged in {url}\n"
