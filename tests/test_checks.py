"""The checks: a sound workspace passes, and each kind of damage is found by the check that is for it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import ladybug
import pyoxigraph
import pytest
from graph_samples import RUN, claim, reading_of, record_of
from neo4j_samples import enter, opened
from neo4j_server import Neo4jServer, rows, wipe
from pyoxigraph import Literal, NamedNode, Quad
from typer.testing import CliRunner

import kg
from kg import network
from kg.checks import Check, CheckReport, Fault, check_workspace
from kg.checks.claims import concept_faults, quote_faults
from kg.checks.questions import question_faults, sample_faults
from kg.checks.shapes import shape_faults
from kg.cli.app import app
from kg.errors import UnknownNameError
from kg.export.neo4j import load_neo4j
from kg.graph import quads
from kg.identity import PREFIXES, graph_iri, make_run, publication_iri
from kg.ledger import LedgerRow
from kg.model import Arm, Reading, Record
from kg.queries import load_questions
from kg.stores import open_store
from kg.vocabulary import load_vocabulary
from kg.workspace import open_workspace

PMIDS = ("99000001", "99000002", "99000003")
EV = PREFIXES["ev"]
PER_PUBLICATION = ["quotes", "concepts", "ledger", "shapes", "rdf", "ladybug"]


def invented(number: int, *, retracted: bool = False) -> tuple[Record, Reading]:
    """Return a publication with two claims and two arms, all of the vocabulary."""
    pmid = str(99_000_000 + number)
    fracture = ("osteoporotic-vertebral-fracture",)
    guided = (("guidance", "fluoroscopy"), ("radiofrequency-mode", "pulsed"))
    pain = claim(pmid, "vertebroplasty", "pain-intensity", "better", comparator="sham-procedure", axes=guided)
    leak = claim(pmid, "vertebroplasty", "cement-leakage", "reported", indications=fracture)
    arms = (Arm(procedure="vertebroplasty", names=("group I",), size=20), Arm(procedure="sham-procedure", index=False))
    return record_of(pmid, retracted=retracted), reading_of(pmid, pain, leak, arms=arms, indications=fracture)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of three publications with both graphs; the second one is retracted."""
    path = tmp_path_factory.mktemp("checks") / "data"
    with open_workspace(path, create=True) as workspace:
        enter(workspace, [invented(1), invented(2, retracted=True), invented(3)])
        workspace.follow()
        workspace.follow_cypher()
    return path


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """Return a copy of that workspace, to be damaged."""
    return shutil.copytree(sound, tmp_path / "data")


def check(folder: Path, **asked: object) -> CheckReport:
    with open_workspace(folder) as workspace:
        return check_workspace(workspace, **asked)  # type: ignore[arg-type]


def faults(report: CheckReport) -> dict[str, list[str | None]]:
    """Return the checks that failed, with the PMIDs they name."""
    return {each.name: [fault.pmid for fault in each.faults] for each in report.checks if each.state == "failed"}


# Damage


def edit_reading(folder: Path, pmid: str, change: Callable[[dict[str, object]], object]) -> None:
    """Change a reading in the ledger behind the back of everything."""
    with sqlite3.connect(folder / "ledger.sqlite3") as connection:
        ((text,),) = connection.execute("SELECT json FROM readings WHERE pmid = ?", (pmid,)).fetchall()
        reading = json.loads(text)
        change(reading)
        connection.execute("UPDATE readings SET json = ? WHERE pmid = ?", (json.dumps(reading), pmid))
    connection.close()


def edit_statements(folder: Path, *, take: tuple[object, ...] | None = None, put: Quad | None = None) -> None:
    """Take the statements of a pattern out of the store, put one in."""
    store = pyoxigraph.Store(folder / "graph")
    for quad in list(store.quads_for_pattern(*take)) if take else ():
        store.remove(quad)
    if put is not None:
        store.add(put)
    store.flush()


def edit_nodes(folder: Path, cypher: str) -> None:
    """Change the file of the property graph."""
    database = ladybug.Database(str(folder / "graph.lbug"))
    connection = ladybug.Connection(database)
    connection.execute(cypher)
    connection.close()
    database.close()


def statement(pmid: str, name: str, value: Literal | NamedNode) -> Quad:
    return Quad(NamedNode(publication_iri(pmid)), NamedNode(EV + name), value, NamedNode(graph_iri(pmid)))


def claims_of(reading: dict[str, object]) -> list[dict[str, object]]:
    return reading["claims"]  # type: ignore[return-value]


# Soundness


def test_a_sound_workspace_passes(folder: Path) -> None:
    report = check(folder)
    assert report.ok
    assert (report.scope, report.publications, report.total) == ("changed", 3, 3)
    assert [(each.name, each.state, each.checked) for each in report.checks] == [
        ("readable", "ok", 3),
        ("quotes", "ok", 6),
        *((name, "ok", 3) for name in PER_PUBLICATION[1:]),
        ("retracted", "ok", 6),
        ("counts-rdf", "ok", 3),
        ("counts-ladybug", "ok", 3),
        ("counts-neo4j", "skipped", 0),
        ("questions", "skipped", 0),
    ]


def test_without_a_property_graph_it_is_skipped(folder: Path) -> None:
    (folder / "graph.lbug").unlink()
    report = check(folder)
    assert report.ok
    skipped = {each.name: each.skipped for each in report.checks if each.state == "skipped"}
    assert skipped["counts-ladybug"] == "not built yet: 'spinekg cypher' builds it"
    assert not (folder / "graph.lbug").exists()


def test_an_empty_workspace_passes(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "data", create=True):
        pass
    assert check(tmp_path / "data").ok


# The ledger


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda reading: claims_of(reading)[0].update(start=0), {"quotes", "rdf", "ladybug"}),
        (lambda reading: claims_of(reading)[0].update(end=10_000), {"quotes", "rdf", "ladybug"}),
        (lambda reading: claims_of(reading)[0].update(quote=""), {"quotes", "rdf", "ladybug"}),
        (lambda reading: claims_of(reading)[1].update(procedure="spinal-wishing"), {"concepts", "rdf", "ladybug"}),
        (lambda reading: claims_of(reading)[1].update(outcome="beauty"), {"concepts", "rdf", "ladybug"}),
        (lambda reading: claims_of(reading)[0].update(axes=[["guidance", "stars"]]), {"concepts", "rdf", "ladybug"}),
        (lambda reading: reading.update(design="oracle"), {"readable"}),
        (lambda reading: reading.update(scope="off"), {"ledger", "rdf", "ladybug"}),
        (lambda reading: claims_of(reading).pop(), {"ledger", "rdf", "ladybug"}),
    ],
)
def test_damage_in_a_reading_is_found(
    folder: Path, change: Callable[[dict[str, object]], object], found: set[str]
) -> None:
    edit_reading(folder, PMIDS[1], change)
    report = check(folder)
    assert not report.ok
    assert set(faults(report)) == found
    assert {pmid for pmids in faults(report).values() for pmid in pmids} == {PMIDS[1]}


def row(**changes: object) -> LedgerRow:
    record, reading = invented(1)
    return LedgerRow(record=record, source="a.xml", reading=replace(reading, **changes), run=RUN)  # type: ignore[arg-type]


def test_a_claim_of_another_publication_is_found() -> None:
    assert list(quote_faults(row())) == []
    first, second = row().reading.claims  # type: ignore[union-attr]
    found = list(quote_faults(row(claims=(first, replace(second, pmid="7")))))
    assert found == [Fault(pmid=PMIDS[0], message="claim 2 carries the PMID 7")]


def test_offsets_that_hold_another_text_are_told() -> None:
    first, second = row().reading.claims  # type: ignore[union-attr]
    (found,) = quote_faults(row(claims=(replace(first, start=first.start + 1, end=first.end + 1), second)))
    assert found.message == f"claim 1: the text at {first.start + 1} to {first.end + 1} is not {first.quote!r}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"procedures": ("spinal-wishing",)}, "no procedure 'spinal-wishing' in the vocabulary"),
        ({"comparators": ("no-sham",)}, "no procedure 'no-sham' in the vocabulary"),
        ({"indications": ("gout",)}, "no indication 'gout' in the vocabulary"),
        ({"arms": (Arm(procedure="tea"),)}, "no procedure 'tea' in the vocabulary"),
    ],
)
def test_concepts_that_do_not_exist_are_told(changes: dict[str, object], message: str) -> None:
    vocabulary = load_vocabulary()
    assert list(concept_faults(row(), vocabulary)) == []
    assert [fault.message for fault in concept_faults(row(**changes), vocabulary)] == [message]


# The graph of statements


def test_a_publication_without_retracted_is_found(folder: Path) -> None:
    edit_statements(folder, take=(None, NamedNode(EV + "retracted"), None, NamedNode(graph_iri(PMIDS[0]))))
    report = check(folder)
    assert faults(report) == {"shapes": [PMIDS[0]], "rdf": [PMIDS[0]], "retracted": [PMIDS[0]]}
    (told,) = [each.faults[0].message for each in report.checks if each.name == "retracted"]
    assert told == "RDF says nothing where it must say true or false"
    (shape,) = [each.faults[0].message for each in report.checks if each.name == "shapes"]
    assert shape.startswith("sh:MinCount on ev:retracted of https://pubmed.ncbi.nlm.nih.gov/99000001/")


@pytest.mark.parametrize("value", [Literal("perhaps"), Literal(True)])
def test_a_publication_that_says_two_things_is_found(folder: Path, value: Literal) -> None:
    edit_statements(folder, put=statement(PMIDS[0], "retracted", value))
    assert faults(check(folder)) == {"shapes": [PMIDS[0]] * (1 + (value.value == "perhaps")), "rdf": [PMIDS[0]],
                                     "retracted": [PMIDS[0]]}  # fmt: skip


def test_a_lost_publication_is_found(folder: Path) -> None:
    edit_statements(folder, take=(None, None, None, NamedNode(graph_iri(PMIDS[2]))))
    report = check(folder)
    assert faults(report) == {"rdf": [PMIDS[2]], "counts-rdf": [PMIDS[2]]}
    (counts,) = [each for each in report.checks if each.name == "counts-rdf"]
    assert counts.faults[0].message == "the ledger has 2 claims, scope on, RDF has 0 claims, no scope"


def test_a_strange_publication_is_found(folder: Path) -> None:
    edit_statements(folder, put=statement("12345678", "scope", NamedNode(EV + "on")))
    assert faults(check(folder)) == {"counts-rdf": ["12345678"]}


def test_a_lost_claim_is_found(folder: Path) -> None:
    with open_workspace(folder) as workspace, workspace.graph() as store:
        claims = [quad.subject for quad in store.graph(PMIDS[0]) if quad.object == NamedNode(EV + "Claim")]
    edit_statements(folder, take=(claims[0], None, None, None))
    report = check(folder)
    assert faults(report) == {"rdf": [PMIDS[0]], "counts-rdf": [PMIDS[0]]}
    (counts,) = [each for each in report.checks if each.name == "counts-rdf"]
    assert counts.faults[0].message == "the ledger has 2 claims, scope on, RDF has 1 claims, scope on"


def test_a_claim_without_publication_is_found(folder: Path) -> None:
    stray = NamedNode(f"{PREFIXES['claim']}99000001-000000000000")
    kind = NamedNode(f"{PREFIXES['rdf']}type")
    edit_statements(folder, put=Quad(stray, kind, NamedNode(EV + "Claim"), NamedNode(graph_iri(PMIDS[0]))))
    report = check(folder)
    assert set(faults(report)) == {"shapes", "rdf", "counts-rdf"}
    (counts,) = [each for each in report.checks if each.name == "counts-rdf"]
    assert counts.faults == (Fault(message="RDF has 7 claims, 6 of them with a publication"),)


def test_statements_of_another_shape_are_found() -> None:
    record, reading = invented(1)
    made = list(quads(record, reading, RUN))
    assert list(shape_faults({record.pmid: made})) == []
    confidence = NamedNode(EV + "confidence")
    wrong = [Quad(q.subject, q.predicate, Literal(7.0), q.graph_name) if q.predicate == confidence else q for q in made]
    found = list(shape_faults({"99000009": made, record.pmid: wrong}))
    assert {fault.pmid for fault in found} == {record.pmid}
    assert all(fault.message.startswith("sh:MaxInclusive on ev:confidence of ") for fault in found)
    assert len(found) == 2


# The property graph


@pytest.mark.parametrize(
    ("cypher", "found"),
    [
        (f"MATCH (p:Publication) WHERE p.pmid = '{PMIDS[0]}' SET p.retracted = NULL", {"ladybug", "retracted"}),
        (f"MATCH (p:Publication) WHERE p.pmid = '{PMIDS[0]}' SET p.retracted = true", {"ladybug"}),
        (f"MATCH (p:Publication) WHERE p.pmid = '{PMIDS[0]}' SET p.digest = 'x'", {"ladybug"}),
        (f"MATCH (p:Publication) WHERE p.pmid = '{PMIDS[0]}' SET p.scope = 'off'", {"ladybug", "counts-ladybug"}),
        (f"MATCH (c:Claim) WHERE c.pmid = '{PMIDS[0]}' SET c.direction = 'worse'", {"ladybug"}),
        (f"MATCH (c:Claim) WHERE c.pmid = '{PMIDS[0]}' DETACH DELETE c", {"ladybug", "counts-ladybug"}),
        (f"MATCH (p:Publication) WHERE p.pmid = '{PMIDS[0]}' DETACH DELETE p", {"ladybug", "counts-ladybug"}),
        (f"MATCH (c:Claim)-[r:OUTCOME]->() WHERE c.pmid = '{PMIDS[0]}' DELETE r", {"ladybug"}),
    ],
)
def test_damage_in_the_property_graph_is_found(folder: Path, cypher: str, found: set[str]) -> None:
    edit_nodes(folder, cypher)
    report = check(folder)
    assert set(faults(report)) == found
    assert {pmid for pmids in faults(report).values() for pmid in pmids} <= {PMIDS[0], None}


@pytest.fixture
def server(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    yield neo4j_server
    wipe(neo4j_server)


def test_a_neo4j_server_is_checked_too(folder: Path, server: Neo4jServer) -> None:
    with opened(server) as store, open_workspace(folder) as workspace:
        empty = check_workspace(workspace, server=store)
        assert set(faults(empty)) == {"neo4j", "counts-neo4j"}
        load_neo4j(workspace, store)
        assert check_workspace(workspace, server=store).ok
        rows(server, f"MATCH (c:Claim {{pmid: '{PMIDS[1]}'}}) SET c.direction = 'worse'")
        # What changed since the last good check is nothing: only --full and --pmid look at what did not change.
        assert check_workspace(workspace, server=store).ok
        assert faults(check_workspace(workspace, server=store, pmids=PMIDS[1:2])) == {"neo4j": [PMIDS[1]]}
        rows(server, f"MATCH (p:Publication {{pmid: '{PMIDS[0]}'}}) REMOVE p.retracted")
        rows(server, f"MATCH (p:Publication {{pmid: '{PMIDS[2]}'}}) DETACH DELETE p")
        found = faults(check_workspace(workspace, server=store))
        assert found == {"retracted": [PMIDS[0]], "counts-neo4j": [PMIDS[2], None]}


# What is looked at


def test_after_a_good_check_only_what_changed_is_looked_at(folder: Path) -> None:
    assert check(folder).publications == 3
    assert check(folder).publications == 0
    later = make_run(started="2099-01-01T00:00:00Z", extractor="rules", extractor_version="1.2", software_version="1")
    with open_workspace(folder) as workspace, workspace.ledger.transaction():
        workspace.ledger.begin_run(later, "test")
        record, reading = invented(4)
        workspace.ledger.put_record(record, workspace.ledger.source(later, "b.xml", "b"), 1)
        workspace.ledger.put_reading(reading, later)
    report = check(folder)
    assert (report.ok, report.scope, report.publications, report.total) == (True, "changed", 1, 4)
    assert check(folder, full=True).publications == 4
    asked = check(folder, pmids=(PMIDS[0], PMIDS[0]))
    assert (asked.scope, asked.publications) == ("asked", 1)


def test_after_a_bad_check_everything_is_looked_at_again(folder: Path) -> None:
    edit_statements(folder, put=statement(PMIDS[0], "retracted", Literal("perhaps")))
    assert not check(folder).ok
    assert check(folder).publications == 3
    with open_workspace(folder) as workspace:
        workspace.rebuild()
    assert check(folder).ok
    assert check(folder).publications == 0


def test_another_vocabulary_makes_everything_new(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(folder).ok
    monkeypatch.setattr("kg.checks.run.data_digest", lambda kind: "another")
    assert check(folder).publications == 3


def test_a_check_of_some_is_no_check_of_all(folder: Path) -> None:
    assert check(folder, pmids=PMIDS[:1]).ok
    assert check(folder).publications == 3


def test_a_pmid_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown PMID '3'"):
        check(folder, pmids=("3",))


@pytest.mark.shared
def test_real_records_pass(shared: Path, tmp_path: Path) -> None:
    with kg.open(tmp_path / "data", create=True) as ws:
        ws.ingest(shared / "corpus" / "spine.xml.gz")
        ws.cypher("MATCH (c:Claim) RETURN count(c) AS claims")
        report = ws.check()
        assert (report.ok, report.publications) == (True, 1274)
        assert {each.name for each in report.checks if each.state == "ok"} == {
            "readable", *PER_PUBLICATION, "retracted", "counts-rdf", "counts-ladybug"
        }  # fmt: skip
        graph, claims = ws.graph(), ws.claims().df.set_index("claim_id")
        assert len(network.components(graph)[0]) > len(graph) / 2
        for *_, edge in graph.edges(data=True):
            for claim_id in edge["claims"]:
                sides = {claims["procedure"][claim_id], claims["comparator"][claim_id]}
                assert sides == {edge["first"], edge["second"]}
                assert claims["basis"][claim_id] == "between"
                assert not claims["retracted"][claim_id]


# Questions


def test_no_question_is_without_rows_on_the_sample() -> None:
    assert list(sample_faults()) == []


def test_a_question_without_rows_is_found() -> None:
    with open_store() as store:
        found = [fault.message for fault in question_faults(store)]
    assert "the question 'contradictions' has no row on the bundled sample" in found
    assert len(found) > len(load_questions()) - 5


# The command line and Python


def spinekg(folder: Path, *arguments: str, **environment: str):
    return CliRunner(env={"NEO4J_URI": "", **environment}).invoke(app, ["check", *arguments, "--dir", str(folder)])


def test_the_command_says_what_is_sound(folder: Path) -> None:
    done = spinekg(folder)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[2].split()[:4] == ["quotes", "ok", "6", "claims"]
    assert done.stdout.endswith("\n3 of 3 publications looked at one by one (changed): nothing wrong\n")


def test_the_command_names_the_first_faults_and_ends_with_4(folder: Path) -> None:
    edit_statements(folder, take=(None, NamedNode(EV + "retracted"), None, None))
    done = spinekg(folder)
    assert done.exit_code == 4
    assert "\nretracted: PMID 99000001: RDF says nothing where it must say true or false\n" in done.stdout
    assert done.stdout.endswith(": FAULTS FOUND\n")
    found = json.loads(spinekg(folder, "--format", "json").stdout)
    assert (found["ok"], found["scope"], found["total"]) == (False, "changed", 3)
    (retracted,) = [each for each in found["checks"] if each["name"] == "retracted"]
    assert (retracted["state"], retracted["found"], retracted["checked"]) == ("failed", 3, 6)
    assert [fault["pmid"] for fault in retracted["faults"]] == list(PMIDS)


def test_many_faults_are_counted(folder: Path) -> None:
    for value in "abcdefgh":
        edit_statements(folder, put=statement(PMIDS[0], "retracted", Literal(value)))
    done = spinekg(folder, "--format", "csv")
    assert done.exit_code == 4
    assert "shapes,failed,3,publications,9," in done.stdout
    assert "and 4 more: --format json lists all" in spinekg(folder).stdout


def test_wrong_arguments_are_told(folder: Path, tmp_path: Path) -> None:
    for arguments, message in (
        (("--pmid", "3"), "unknown PMID '3'"),
        (("--full", "--pmid", PMIDS[0]), "--full looks at every publication"),
    ):
        done = spinekg(folder, *arguments)
        assert done.exit_code == 2
        assert message in done.stderr
    assert spinekg(tmp_path / "none").exit_code == 2
    assert spinekg(folder, "--server", "bolt://127.0.0.1:9").exit_code == 75
    assert spinekg(folder, NEO4J_URI="http://127.0.0.1").exit_code == 78


def test_python_gives_the_same_report(folder: Path) -> None:
    with kg.open(folder) as ws:
        report = ws.check()
        assert report.ok
        assert ws.check(pmids=PMIDS[:2]).publications == 2


def test_a_check_knows_its_state() -> None:
    fault = (Fault(message="no"),)
    assert Check(name="a", rule="b").state == "ok"
    assert Check(name="a", rule="b", faults=fault).state == "failed"
    assert Check(name="a", rule="b", skipped="later").state == "skipped"
    checks = (Check(name="a", rule="b", faults=fault),)
    assert not CheckReport(scope="all", publications=1, total=1, checks=checks).ok
