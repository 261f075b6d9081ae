from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from any_nouns import PMID, any_reading
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given, settings

from kg.errors import StoreError, UsageError
from kg.model import Reading
from kg.property_graph import publication_rows, reading_from_rows, run_from_rows, vocabulary_rows
from kg.stores import Table
from kg.stores.ladybug import LadybugStore, build_cypher, open_cypher

OTHER = "99000002"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LadybugStore]:
    """Open a graph of two reports of one trial, the first with two claims."""
    better = claim(
        PMID, "vertebroplasty", "pain-intensity", "better", comparator="kyphoplasty", followup_days=(30, 180)
    )
    leak = claim(PMID, "vertebroplasty", "cement-leakage", "reported", measure='it\'s "quoted",\na line \\ and é')
    registered = {"registry_ids": ("NCT01234567",)}
    parts = (
        vocabulary_rows(),
        publication_rows(record_of(PMID), reading_of(PMID, better, leak, sample_size=78, **registered), RUN),
        publication_rows(record_of(OTHER, retracted=True), reading_of(OTHER, **registered), RUN),
    )
    file = tmp_path_factory.mktemp("cypher") / "graph.lbug"
    assert build_cypher(file, parts) == 2
    assert [entry.name for entry in file.parent.iterdir()] == ["graph.lbug"]
    with open_cypher(file) as opened:
        yield opened


def test_nodes_that_publications_share_are_there_once(store: LadybugStore) -> None:
    counts = store.counts()
    assert {label: counts[label] for label in ("Publication", "Study", "Run", "Claim", "Arm", "Reference")} == {
        "Publication": 2, "Study": 1, "Run": 1, "Claim": 2, "Arm": 0, "Reference": 0,
    }  # fmt: skip
    assert counts["Concept"] == len(vocabulary_rows().nodes["Concept"])


def test_a_question_is_answered_with_plain_values(store: LadybugStore) -> None:
    found = store.query(
        "MATCH (c:Claim)-[:PROCEDURE]->(:Concept)-[:BROADER*0..8]->(root:Concept), (c)-[:OUTCOME]->(o:Concept)"
        " WHERE root.iri IN $roots RETURN o.id AS outcome, c.significant AS significant, c.confidence AS confidence,"
        " sum(size(c.followupDays)) AS times, c.followupDays AS days ORDER BY outcome",
        {"roots": ["https://w3id.org/spinekg/procedure/vertebral-augmentation"]},
    )
    assert found == Table(
        columns=("outcome", "significant", "confidence", "times", "days"),
        rows=(("cement-leakage", None, 0.9, 0, "[]"), ("pain-intensity", None, 0.9, 2, "[30, 180]")),
    )
    assert type(found.rows[1][3]) is int


def test_text_comes_back_character_for_character(store: LadybugStore) -> None:
    found = store.query("MATCH (c:Claim) WHERE c.measure IS NOT NULL RETURN c.measure AS measure")
    assert found.rows == (('it\'s "quoted",\na line \\ and é',),)


@pytest.mark.parametrize(
    ("cypher", "complaint"),
    [
        ("MATCH (n:Nothing) RETURN n", "not valid Cypher here.*Nothing"),
        ("MATCH (n:Claim RETURN n", "not valid Cypher here"),
        ("MATCH (c:Claim) RETURN c.nothing", "not valid Cypher here.*nothing"),
    ],
)
def test_a_wrong_query_is_one_clear_line(store: LadybugStore, cypher: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        store.query(cypher)
    assert "\n" not in str(caught.value)


def test_a_slow_query_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.stores.ladybug.QUERY_SECONDS", 0.2)
    file = tmp_path / "graph.lbug"
    build_cypher(file, (vocabulary_rows(),))
    with open_cypher(file) as store, pytest.raises(UsageError, match=r"longer than 0\.2 seconds"):
        store.query(
            "MATCH (a:Concept), (b:Concept), (c:Concept), (d:Concept) WHERE a.id < b.id AND b.id < c.id AND c.id < d.id RETURN count(*) AS n"
        )


def test_a_file_that_is_no_graph_is_named(tmp_path: Path) -> None:
    file = tmp_path / "graph.lbug"
    file.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match=r"graph\.lbug cannot be opened.*spinekg rebuild"):
        open_cypher(file)
    with pytest.raises(StoreError, match=r"missing\.lbug"):
        open_cypher(tmp_path / "missing.lbug")


@settings(max_examples=25, deadline=None)
@given(any_reading)
def test_a_reading_comes_back_from_the_file(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> None:
    file = tmp_path_factory.mktemp("round") / "graph.lbug"
    build_cypher(file, (publication_rows(record_of(PMID), reading, RUN),))
    with open_cypher(file) as store:
        rows = store.publication(PMID)
        assert reading_from_rows(rows) == reading
        assert run_from_rows(rows) == RUN
        assert store.publication(OTHER).nodes["Publication"] == ()
