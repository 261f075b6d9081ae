"""The Neo4j store on a real server: what is written comes back, and nothing but a loader writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import neo4j as driver
import pytest
from any_nouns import PMID, any_reading
from graph_samples import RUN, claim, reading_of, record_of, retraction
from hypothesis import given, settings
from neo4j_samples import opened, settings_of, snapshot
from neo4j_server import Neo4jServer, rows, wipe

from kg.errors import ConfigurationError, StoreError, TemporaryError, UsageError
from kg.model import Reading
from kg.property_graph import load_schema, publication_rows, reading_from_rows, run_from_rows, vocabulary_rows
from kg.stores import Table
from kg.stores.neo4j import Neo4jStore, open_neo4j
from kg.stores.neo4j_statements import constraints, create_links, merge_nodes

OTHER, NOTICE = "99000002", "99000003"
EVERY_LABEL = tuple(load_schema().nodes)


@pytest.fixture(scope="module")
def server(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    yield neo4j_server
    wipe(neo4j_server)


@pytest.fixture
def store(server: Neo4jServer) -> Iterator[Neo4jStore]:
    """Open an empty database that is ready to be loaded."""
    rows(server, "MATCH (n) DETACH DELETE n")
    with opened(server) as found:
        found.prepare(vocabulary_rows())
        yield found


def parts(direction: str = "better") -> list:  # type: ignore[type-arg]
    """Return two reports of one trial, the second retracted."""
    better = claim(
        PMID, "vertebroplasty", "pain-intensity", direction, comparator="kyphoplasty", followup_days=(30, 180)
    )
    leak = claim(PMID, "vertebroplasty", "cement-leakage", "reported", measure='it\'s "quoted",\na line \\ and é')
    registered = {"registry_ids": ("NCT01234567",)}
    retracted = record_of(OTHER, retracted=True, corrections=(retraction(NOTICE),))
    return [
        publication_rows(record_of(PMID), reading_of(PMID, better, leak, sample_size=78, **registered), RUN),
        publication_rows(retracted, reading_of(OTHER, **registered), RUN),
    ]


def test_what_publications_share_is_there_once(store: Neo4jStore) -> None:
    store.replace(parts())
    counts = store.counts()
    assert counts == {
        "Concept": len(vocabulary_rows().nodes["Concept"]), "Publication": 2, "Study": 1, "Claim": 2, "Arm": 0,
        "Run": 1, "Reference": 1,
    }  # fmt: skip


def test_a_question_is_answered_with_plain_values(store: Neo4jStore) -> None:
    store.replace(parts())
    found = store.query(
        "MATCH (c:Claim)-[:PROCEDURE]->(:Concept)-[:BROADER*0..8]->(root:Concept), (c)-[:OUTCOME]->(o:Concept)"
        " WHERE root.iri IN $roots RETURN o.id AS outcome, c.significant AS significant, c.confidence AS confidence,"
        " sum(size(c.followupDays)) AS times, c.followupDays AS days, date('2020-02-01') AS day ORDER BY outcome",
        {"roots": ["https://w3id.org/spinekg/procedure/vertebral-augmentation"]},
    )
    assert found == Table(
        columns=("outcome", "significant", "confidence", "times", "days", "day"),
        rows=(
            ("cement-leakage", None, 0.9, 0, "[]", "2020-02-01"),
            ("pain-intensity", None, 0.9, 2, "[30, 180]", "2020-02-01"),
        ),
    )


def test_writing_the_same_again_changes_nothing(store: Neo4jStore, server: Neo4jServer) -> None:
    store.replace(parts())
    before = snapshot(server)
    store.replace(parts())
    store.replace(parts()[:1])
    store.sweep()
    assert snapshot(server) == before


def test_a_publication_is_replaced_whole(store: Neo4jStore, server: Neo4jServer) -> None:
    store.replace(parts())
    store.replace([publication_rows(record_of(PMID), reading_of(PMID), RUN), parts()[1]])
    assert store.counts()["Claim"] == 0
    assert reading_from_rows(store.publication(PMID)) == reading_of(PMID)
    store.replace(parts("worse"))
    store.sweep()
    changed = snapshot(server)
    wipe_all(server)
    store.prepare(vocabulary_rows())
    store.replace(parts("worse"))
    assert snapshot(server) == changed


def wipe_all(server: Neo4jServer) -> None:
    rows(server, "MATCH (n) DETACH DELETE n")


def test_what_is_gone_takes_its_own_with_it_and_the_rest_stays(store: Neo4jStore, server: Neo4jServer) -> None:
    store.replace(parts()[:1])
    alone = snapshot(server)
    store.replace(parts())
    store.remove([OTHER, "99999999"])
    store.sweep()
    assert snapshot(server) == alone
    store.remove([PMID])
    store.sweep()
    assert {label: store.counts()[label] for label in EVERY_LABEL if label != "Concept"} == dict.fromkeys(
        ("Publication", "Study", "Claim", "Arm", "Run", "Reference"), 0
    )
    assert store.counts()["Concept"] == len(vocabulary_rows().nodes["Concept"])


def test_a_failing_transaction_leaves_the_old_publication(
    store: Neo4jStore, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.replace(parts())
    before = snapshot(server)
    broken = parts("worse")
    broken[0] = replace(
        broken[0], relationships=broken[0].relationships | {"READ_BY": ({"from": PMID, "to": "nobody"},)}
    )
    with pytest.raises(StoreError, match="relationships READ_BY"):
        store.replace(broken)
    assert snapshot(server) == before


def test_what_others_keep_in_the_database_is_not_touched(store: Neo4jStore, server: Neo4jServer) -> None:
    rows(server, "CREATE (:Note {text: 'mine', pmid: $pmid})-[:SEE]->(:Paper {pmid: $pmid})", pmid=PMID)
    store.replace(parts())
    rows(server, "MATCH (n:Note), (p:Publication {pmid: $pmid}) CREATE (n)-[:ABOUT {why: 'x'}]->(p)", pmid=PMID)
    rows(server, "MATCH (c:Claim) SET c.checked = true, c:Seen")
    store.replace(parts())
    store.remove([OTHER])
    store.sweep()
    assert rows(server, "MATCH (n:Note)-[r]->(m) RETURN n.text, type(r), r.why, labels(m) ORDER BY type(r)") == [
        ("mine", "ABOUT", "x", ["Publication"]), ("mine", "SEE", None, ["Paper"]),
    ]  # fmt: skip
    assert rows(server, "MATCH (c:Seen:Claim) RETURN c.checked") == [(True,), (True,)]


def test_a_database_that_uses_our_labels_is_refused(server: Neo4jServer) -> None:
    wipe_all(server)
    rows(server, "CREATE (:Study {id: 'mine'})")
    with opened(server) as store, pytest.raises(StoreError, match="nodes labelled Study that spinekg did not write"):
        store.prepare(vocabulary_rows())
    assert rows(server, "MATCH (n) RETURN labels(n)") == [(["Study"],)]


def test_a_new_vocabulary_replaces_the_old_one(store: Neo4jStore, server: Neo4jServer) -> None:
    store.replace(parts())
    full = snapshot(server)
    gone = {
        "https://w3id.org/spinekg/procedure/kyphoplasty",
        "https://w3id.org/spinekg/procedure/basivertebral-ablation",
    }
    old = vocabulary_rows()
    assert {row["iri"] for row in old.nodes["Concept"]} & gone
    smaller = replace(
        old,
        nodes={"Concept": tuple(row for row in old.nodes["Concept"] if row["iri"] not in gone)},
        relationships={
            name: tuple(link for link in links if link["from"] not in gone and link["to"] not in gone)
            for name, links in old.relationships.items()
        },
    )
    store.prepare(smaller)
    assert rows(server, "MATCH (n:Concept {id: 'kyphoplasty'})--(m) RETURN n.label, n.kind, labels(m)") == [
        (None, "procedure", ["Claim"])
    ]
    assert not set(full[0]) <= set(snapshot(server)[0])
    store.prepare(old)
    assert snapshot(server) == full


def test_another_schema_empties_the_graph_first(store: Neo4jStore, server: Neo4jServer) -> None:
    store.replace(parts())
    rows(
        server,
        "MATCH (m:SpinekgGraph) SET m.schema = 'older', m.labels = ['Claim', 'Group', 'no label'] CREATE (:Group)",
    )
    store.prepare(vocabulary_rows())
    assert store.digests() == {}
    assert rows(server, "MATCH (n:Group) RETURN n") == []
    assert rows(server, "MATCH (m:SpinekgGraph) RETURN m.schema, m.labels") == [
        (load_schema().digest, list(EVERY_LABEL))
    ]


def test_keys_are_unique_and_the_ways_in_are_indexed(store: Neo4jStore, server: Neo4jServer) -> None:
    unique = rows(
        server, "SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type RETURN labelsOrTypes[0], properties[0], type"
    )
    assert {(label, name) for label, name, kind in unique if kind == "UNIQUENESS"} == {
        ("SpinekgGraph", "id"), *((node.label, node.key) for node in load_schema().nodes.values()),
    }  # fmt: skip
    indexed = {tuple(row) for row in rows(server, "SHOW INDEXES YIELD labelsOrTypes, properties, type WHERE type = 'RANGE' RETURN labelsOrTypes[0], properties[0]")}  # fmt: skip
    assert {("Claim", "pmid"), ("Arm", "pmid"), ("Concept", "id"), ("Publication", "year")} <= indexed
    rows(server, "CREATE (:Claim {id: 'twice'})")
    with pytest.raises(driver.exceptions.ConstraintError):
        rows(server, "CREATE (:Claim {id: 'twice'})")


def test_statements_are_made_from_the_schema_alone() -> None:
    made = [*constraints(), *map(merge_nodes, EVERY_LABEL), *map(create_links, load_schema().relationships)]
    assert len(set(made)) == len(made)
    assert merge_nodes("Study") == "UNWIND $rows AS row MERGE (n:Study {`id`: row.`id`}) SET n.`iri` = row.`iri`"
    assert merge_nodes("Reference") == "UNWIND $rows AS row MERGE (n:Reference {`pmid`: row.`pmid`})"
    assert create_links("INDICATION") == (
        "UNWIND $rows AS row MATCH (a:Claim {`id`: row.`from`}), (b:Concept {`iri`: row.`to`})"
        " CREATE (a)-[:INDICATION {`position`: row.`position`}]->(b)"
    )
    assert not [statement for statement in made if "+=" in statement]


@settings(max_examples=25, deadline=None)
@given(any_reading)
def test_a_reading_comes_back_from_the_server(server: Neo4jServer, reading: Reading) -> None:
    with opened(server) as store:
        store.prepare(vocabulary_rows())
        store.replace([publication_rows(record_of(PMID), reading, RUN)])
        found = store.publication(PMID)
        assert reading_from_rows(found) == reading
        assert run_from_rows(found) == RUN
        assert store.publication("99999998").nodes["Publication"] == ()


def test_no_query_writes(store: Neo4jStore, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(server)
    with pytest.raises(UsageError, match="CREATE is not allowed"):
        store.query("UNWIND [1] AS x CREATE (n:Claim {id: 'x'}) RETURN n")
    monkeypatch.setattr("kg.stores.neo4j.check_cypher", lambda cypher: None)
    with pytest.raises(UsageError, match="nothing may be written here"):
        store.query("CREATE (n:Claim {id: 'x'}) RETURN n")
    assert snapshot(server) == before


@pytest.mark.parametrize(
    ("cypher", "complaint"),
    [
        ("MATCH (n:Claim RETURN n", "not valid Cypher here"),
        ("MATCH (n) RETURN m", "not valid Cypher here: Variable `m` not defined"),
        ("RETURN $x", r"not valid Cypher here: Expected parameter\(s\): x"),
        ("RETURN 1 / 0", "refuses: / by zero|not valid Cypher here: / by zero"),
        ("UNWIND range(1, 100001) AS x RETURN x", "more than 100,000 rows: end it with a LIMIT"),
    ],
)
def test_a_wrong_query_is_one_clear_line(store: Neo4jStore, cypher: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        store.query(cypher)
    assert "\n" not in str(caught.value)


def test_a_slow_query_is_stopped(store: Neo4jStore) -> None:
    began = time.monotonic()
    with pytest.raises(UsageError, match="took too long"):
        store.query("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b % 7)", timeout=0.5)
    assert time.monotonic() - began < 10


def test_a_wrong_password_database_or_address_is_told(server: Neo4jServer) -> None:
    right = settings_of(server)
    with pytest.raises(ConfigurationError, match="refuses user and password: check NEO4J_USERNAME and NEO4J_PASSWORD"):
        open_neo4j(replace(right, password="not-this-one"))
    with pytest.raises(ConfigurationError, match="has no database 'nothing': name one with --database"):
        open_neo4j(replace(right, db="nothing"))
    with pytest.raises(ConfigurationError, match="does not speak TLS"):
        open_neo4j(replace(right, uri=right.uri.replace("bolt://", "bolt+s://")))
    with pytest.raises(
        TemporaryError, match=r"no Neo4j server answers at bolt://127\.0\.0\.1:1 \(Connection refused\)"
    ):
        open_neo4j(replace(right, uri="bolt://127.0.0.1:1"))
