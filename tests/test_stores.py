from __future__ import annotations

import dataclasses
import io
import subprocess
import sys

import pytest
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import StoreError, UsageError
from kg.graph import quads, run_from_graph
from kg.identity import graph_iri, local_id
from kg.stores import Table, open_store
from kg.stores.guard import MAX_DEPTH, MAX_LENGTH, check_query

PREFIX = "PREFIX ev: <https://w3id.org/spinekg/vocab#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
ONE, TWO = "99000001", "99000002"


def graph_of(pmid: str, *directions: str):
    claims = (claim(pmid, "vertebroplasty", "pain-intensity", direction) for direction in directions)
    return list(quads(record_of(pmid), reading_of(pmid, *claims), RUN))


@pytest.fixture(params=["memory", "disk"])
def store(request, tmp_path):
    with open_store(None if request.param == "memory" else tmp_path / "graph") as opened:
        yield opened


def claims_of(store) -> Table:
    return store.query(
        PREFIX + "SELECT ?d (COUNT(?c) AS ?n) { ?c a ev:Claim ; ev:direction ?d } GROUP BY ?d ORDER BY ?d"
    )


def test_a_new_store_is_empty_but_knows_the_vocabulary(store):
    assert store.count() == 0
    assert list(store.pmids()) == []
    label = store.query(PREFIX + "SELECT ?l { <https://w3id.org/spinekg/procedure/vertebroplasty> skos:prefLabel ?l }")
    assert label == Table(columns=("l",), rows=(("Vertebroplasty",),))


def test_the_vocabulary_has_no_blank_nodes(store):
    assert store.query("SELECT ?x { { ?x ?p ?o } UNION { ?s ?p ?x } FILTER(ISBLANK(?x)) }").rows == ()


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    class Full:
        def quads_for_pattern(self, *_):
            return iter(())

        def __contains__(self, _):
            return False

        def extend(self, _):
            raise OSError("No space left on device")

    store = open_store(tmp_path / "g")
    monkeypatch.setattr(store, "_store", Full())
    with pytest.raises(StoreError, match=r"/g cannot be written: No space left on device"):
        store.replace(ONE, graph_of(ONE, "better"))


def test_replacing_twice_is_replacing_once(store):
    assert store.replace(ONE, graph_of(ONE, "better"))
    before = (store.count(), store.graph(ONE))
    assert not store.replace(ONE, graph_of(ONE, "better"))
    assert (store.count(), store.graph(ONE)) == before
    assert set(store.graph(ONE)) == set(graph_of(ONE, "better"))


def test_replacing_leaves_nothing_of_the_old_graph_and_nothing_else_changed(store):
    store.replace(ONE, graph_of(ONE, "better", "no-difference"))
    store.replace(TWO, graph_of(TWO, "worse"))
    assert store.replace(ONE, graph_of(ONE, "none-observed"))
    assert set(store.graph(ONE)) == set(graph_of(ONE, "none-observed"))
    assert set(store.graph(TWO)) == set(graph_of(TWO, "worse"))
    assert sorted(store.pmids()) == [ONE, TWO]


def test_deleting_after_replacing(store):
    store.replace(ONE, graph_of(ONE, "better"))
    store.replace(TWO, graph_of(TWO, "worse"))
    assert store.delete(ONE)
    assert not store.delete(ONE)
    assert store.graph(ONE) == ()
    assert list(store.pmids()) == [TWO]
    assert store.count() == len(graph_of(TWO, "worse"))


def test_a_run_stays_as_long_as_a_publication_of_it_does(store):
    other = dataclasses.replace(RUN, run_id="another")
    described = "SELECT ?run { ?run a <https://w3id.org/spinekg/vocab#Run> } ORDER BY ?run"
    store.replace(ONE, graph_of(ONE, "better"))
    store.replace(TWO, graph_of(TWO, "worse"))
    assert store.replace(ONE, quads(record_of(ONE), reading_of(ONE), other))
    assert [local_id(run) for (run,) in store.query(described).rows] == [RUN.run_id, "another"]
    assert run_from_graph(store.graph(ONE)) == other
    assert store.replace(TWO, quads(record_of(TWO), reading_of(TWO), other))
    assert [local_id(run) for (run,) in store.query(described).rows] == ["another"]
    store.delete(ONE)
    assert run_from_graph(store.graph(TWO)) == other
    store.delete(TWO)
    assert store.count() == 0


def test_a_bad_quad_changes_nothing(store):
    store.replace(ONE, graph_of(ONE, "better"))
    with pytest.raises(StoreError, match=r"a quad does not belong to the graph .*/99000001: "):
        store.replace(ONE, graph_of(TWO, "worse"))
    assert set(store.graph(ONE)) == set(graph_of(ONE, "better"))
    assert store.graph(TWO) == ()


def test_loading_many_is_replacing_each(store):
    everything = [quad for pmid in (ONE, TWO) for quad in graph_of(pmid, "better", "worse")]
    assert store.load(iter(everything)) == len(everything)
    with open_store() as other:
        for pmid in (ONE, TWO):
            other.replace(pmid, graph_of(pmid, "better", "worse"))
        assert store.graph(ONE) == other.graph(ONE)
        assert store.graph(TWO) == other.graph(TWO)
        assert store.count() == other.count()


@pytest.mark.parametrize(
    "text", ["back\\slash", "\\u0041", 'quote " and } ;', "\r\n\t", "é 😀 \u2028", "\x01", "a\x85b"]
)
def test_any_text_is_kept(store, text):
    graph = NamedNode(graph_iri(ONE))
    quad = Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/b"), Literal(text), graph)
    store.replace(ONE, [quad])
    assert store.graph(ONE) == (quad,)


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_is_kept_whatever_it_is(text):
    graph = NamedNode(graph_iri(ONE))
    quad = Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/b"), Literal(text), graph)
    with MEMORY as store:
        store.replace(ONE, [quad])
        assert store.graph(ONE) == (quad,)


class _Shared:
    """One store in memory for many examples: making one reads the vocabulary."""

    def __enter__(self):
        self._store = getattr(self, "_store", None) or open_store()
        return self._store

    def __exit__(self, *_):
        self._store.delete(ONE)


MEMORY = _Shared()


def test_dump_is_sorted_and_complete(store):
    store.replace(TWO, graph_of(TWO, "worse"))
    store.replace(ONE, graph_of(ONE, "better"))
    out = io.BytesIO()
    lines = store.dump(out, vocabulary=False)
    written = out.getvalue().decode().splitlines()
    assert len(written) == lines == store.count()
    both = graph_of(ONE, "better") + graph_of(TWO, "worse")
    graphs = sorted({quad.graph_name for quad in both}, key=str)
    assert written == [
        f"{quad} ." for graph in graphs for quad in sorted({q for q in both if q.graph_name == graph}, key=str)
    ]
    whole = io.BytesIO()
    assert store.dump(whole) > lines
    assert b"vertebral-augmentation" in whole.getvalue()


def test_ask_construct_and_unbound_cells(store):
    store.replace(ONE, graph_of(ONE, "better"))
    assert store.query(PREFIX + "ASK { ?c a ev:Claim }") == Table(columns=("answer",), rows=((True,),))
    made = store.query(PREFIX + "CONSTRUCT { ?c ev:is ?y } WHERE { ?c ev:hedged ?y }")
    assert made.columns == ("subject", "predicate", "object")
    assert [row[2] for row in made.rows] == [False]
    cells = store.query(
        PREFIX + "SELECT ?hedged ?confidence ?start ?measure ?quote { ?c ev:confidence ?confidence ;"
        " ev:hedged ?hedged ; ev:start ?start ; ev:quote ?quote OPTIONAL { ?c ev:measure ?measure } }"
    )
    assert cells.rows == ((False, 0.9, 16, None, "Pain fell more after the procedure than in controls (P = 0.01)."),)


# --- on disk ------------------------------------------------------------------------------------------


def test_what_was_written_is_there_after_reopening(tmp_path):
    with open_store(tmp_path / "a" / "graph") as store:
        store.replace(ONE, graph_of(ONE, "better"))
        before = claims_of(store)
    with open_store(tmp_path / "a" / "graph") as store:
        assert claims_of(store) == before
        assert set(store.graph(ONE)) == set(graph_of(ONE, "better"))


def test_another_process_gets_a_clear_error(tmp_path):
    code = f"from pathlib import Path; from kg.stores import open_store; open_store(Path({str(tmp_path / 'g')!r}))"
    with open_store(tmp_path / "g"):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        with pytest.raises(StoreError) as caught:
            open_store(tmp_path / "g")
    message = f"the graph store in {tmp_path / 'g'} is open in another process: wait for it to end, then try again"
    assert str(caught.value) == message
    assert done.stderr.splitlines()[-1] == f"kg.errors.StoreError: {message}"
    open_store(tmp_path / "g").close()


def test_a_damaged_store_is_named(tmp_path):
    with open_store(tmp_path / "g") as store:
        store.replace(ONE, graph_of(ONE, "better"))
    (tmp_path / "g" / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreError, match="'spinekg rebuild' makes it again"):
        open_store(tmp_path / "g")


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "g").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "g")


def test_a_closed_store_says_so(tmp_path):
    store = open_store(tmp_path / "g")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.count()


def test_an_older_vocabulary_is_replaced(tmp_path, monkeypatch):
    folder = tmp_path / "ontology"
    folder.mkdir()
    (folder / "prefixes.ttl").write_text("@prefix x: <http://example.org/> .\n")
    (folder / "a.ttl").write_text('x:a x:b "old" .')
    monkeypatch.setattr("kg.stores.oxigraph.data", lambda kind: folder)
    everything = "SELECT ?o { <http://example.org/a> <http://example.org/b> ?o }"
    with open_store(tmp_path / "g") as store:
        assert store.query(everything).rows == (("old",),)
    (folder / "a.ttl").write_text('x:a x:b "new" .')
    with open_store(tmp_path / "g") as store:
        assert store.query(everything).rows == (("new",),)


# --- the guard ----------------------------------------------------------------------------------------

GUARDED = [
    ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not allowed"),
    ("select * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not allowed"),
    ("SELECT * { { SELECT * { OPTIONAL { SERVICE ?x { ?s ?p ?o } } } } }", "SERVICE is not allowed"),
    ("SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } }", "SERVICE is not allowed"),
    ("PREFIX x: <http://127.0.0.1/> SELECT * { SERVICEx:y { ?s ?p ?o } }", "SERVICE is not allowed"),
    ("SELECT * { SERVICESILENT<http://127.0.0.1/>{ ?s ?p ?o } }", "SERVICE is not allowed"),
    ("SELECT * { ?s ?p trueSERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE is not allowed"),
    ("SELECT * { ?s ?p 'a' # '\nSERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE is not allowed"),
    ("SELECT * { FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1/> { ?s ?p ?o } }", "is not clear"),
    ('SELECT * { FILTER(?a<?b#>"""\n) SERVICE <http://127.0.0.1/> {} #"""\n}', "is not clear"),
    ("SELECT * { ?s <p> ?o }", "is not clear"),
    ("SELECT * { S\\u0045RVICE <http://127.0.0.1/> { ?s ?p ?o } }", "a backslash is allowed only inside"),
    ("PREFIX x: <http://x/> SELECT * { ?s x:a\\' ?b . SERVICE <http://x/> {} ?s x:b\\' ?c }", "a backslash is allowed"),
    ("SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }", "FROM may only name a graph of this store"),
    ("SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }", "FROM may only name a graph of this store"),
    ("INSERT DATA { <http://x/> <http://x/> 1 }", "nothing is written"),
    ("PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }", "nothing is written"),
    ("LOAD <http://127.0.0.1/>", "nothing is written"),
    ("DROP ALL", "nothing is written"),
    ("", "only questions are answered"),
    ("SELECT * {" + "{" * 2226 + "}" * 2226 + "}", f"levels of brackets; at most {MAX_DEPTH}"),
    ("SELECT * { FILTER(" + "str(" * 2000 + "1" + ")" * 2000 + ") }", "levels of brackets"),
    ("SELECT * { FILTER(" + "!" * 15000 + "1) }", "operators; at most"),
    ("SELECT * { " + "?s ?p ?o . " * 200 + "}", "joined patterns; at most"),
    ("SELECT * { ?s ?p (" + "1 " * 2000 + ") }", "joined patterns; at most"),
    ("SELECT * { " + "VALUES ?x { 1 } " * 200 + "}", "joined patterns; at most"),
    ("SELECT * { ?s <http://x/p>" + "/<http://x/p>" * 200 + " ?o }", "path steps or divisions; at most"),
    ("SELECT * { ?s ?p '" + "x" * MAX_LENGTH + "' }", "characters long; at most"),
    ("SELECT * { ?s ?p 'a\udcff' }", "not UTF-8 text"),
    ("SELECT * { ?s ?p }", "the query is not valid SPARQL: error at 1:"),
]


@pytest.mark.parametrize(("sparql", "complaint"), GUARDED)
def test_queries_that_are_refused(sparql, complaint):
    with MEMORY as store, pytest.raises(UsageError, match=complaint):
        store.query(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { ?s ?p 'a SERVICE in a string' }",
        'SELECT * { ?s ?p """a "quoted" SERVICE\n in a long string""" }',
        "SELECT ?service { ?service ?p ?o } # SERVICE in a comment",
        "SELECT * { ?s <http://example.org/service/one#two> ?o }",
        "SELECT * { ?s ?p ?o FILTER(?s < ?o) }",
        "SELECT * { ?s ?p ?o FILTER(?s <= 3 && ?o>2) }",
        "SELECT * FROM <https://w3id.org/spinekg/graph/pubmed/1> { ?s ?p ?o }",
        "PREFIX : <http://example.org/> SELECT * { ?s :p/:q* ?o ; :r '3'@en , 4.5 }",
        "SELECT * { VALUES (?a ?b) { " + "(1 2) " * 300 + "} }",
        "SELECT * { FILTER(?x IN (" + "1, " * 300 + "2)) }",
        "DESCRIBE <https://w3id.org/spinekg/procedure/vertebroplasty>",
    ],
)
def test_queries_that_are_answered(sparql):
    check_query(sparql)
    with MEMORY as store:
        assert isinstance(store.query(sparql), Table)


def test_a_service_call_never_leaves(monkeypatch):
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        with open_store() as store, pytest.raises(UsageError):
            store.query(f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            listener.accept()
