"""Every question gives the same table in SPARQL and in Cypher: on Oxigraph, on Ladybug and on a real Neo4j.

Asked with its examples and with three other sets of values, on the bundled sample and on the real records, as they are
taken in and again after publications were taken in once more, deleted, retracted and read differently.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
from neo4j_server import Neo4jServer, wipe
from typer.testing import CliRunner
from workspace_samples import fill, withdraw

from kg.cli.app import app
from kg.config import load_neo4j_settings
from kg.export.neo4j import load_neo4j
from kg.model import Author, Correction
from kg.queries import Question, ask, load_questions
from kg.stores import Store, Table
from kg.stores.ladybug import LadybugStore
from kg.stores.neo4j import Neo4jStore, open_neo4j
from kg.update import ingest_files
from kg.workspace import Workspace, open_workspace

SAMPLE = Path(__file__).resolve().parents[1] / "ingest" / "sample" / "illustrative.xml"

#: Values of each type. Set n of a question takes the n-th of its first parameter, the next one of the second.
VALUES: dict[str, tuple[str | list[str], ...]] = {
    "concept:procedure": ("any", "vertebral augmentation", ["spinal cord stimulation", "TFESI"], "neuromodulation"),
    "concept:outcome": ("pain intensity", "any", ["disability", "quality of life", "pain responder"], "adverse event"),
    "concept:indication": ("any", "vertebral fracture", ["lumbar radicular pain", "FBSS"], ["facet joint pain", "any"]),
    "concept:follow-up": ("cochrane-epidural", "any", "asipp-long", ["asipp-alt", "cochrane-back-short"]),
    "design": ("any", "RCT", ["case-series", "systematic-review"], ["any", "guideline"]),
    "axis": ("any", "region", ["approach", "injectate"], "level"),
    "direction": ("any", ["better", "worse"], "no-difference", "reported"),
    "basis": ("any", "rate", ["within", "between"], "between"),
    "date": ("2015-03-15", "1990-01-01", "2019-12-31", "2012-01-01"),
    "year": ("2012", "1990", "2019", "2021"),
    "days": ("0", "3 months", "1 year", "182"),
    "number": ("0.9", "0.75", "1", "0.3"),
}
SETS = 4

#: The questions that may have no row. Nothing in the sample is spun; the real records come without authors, and none
#: is retracted.
EMPTY: dict[tuple[str, str], set[str]] = {
    ("sample", "as read"): {"flagged", "spin"},
    ("sample", "as changed"): set(),
    ("real", "as read"): {
        "author-groups",
        "flagged",
        "non-inferiority",
        "notices",
        "retracted",
        "spin",
        "without-retracted",
    },
    ("real", "as changed"): {"non-inferiority"},
}

FolderOf = Callable[[str, str], Path]

QUESTIONS = load_questions()
CASES = [(asked, number) for asked in QUESTIONS for number in (range(-1, SETS) if asked.params else (-1,))]
PLACES = (
    ("sample", "as read"),
    ("sample", "as changed"),
    pytest.param(("real", "as read"), marks=pytest.mark.shared),
    pytest.param(("real", "as changed"), marks=pytest.mark.shared),
)


def values(asked: Question, number: int) -> dict[str, str | list[str]]:
    """Return the examples of a question for -1, else one of the other sets."""
    if number < 0:
        return {each.name: each.example for each in asked.params}
    return {each.name: VALUES[each.type][(number + place) % SETS] for place, each in enumerate(asked.params)}


@dataclass
class Place:
    """A workspace, its two graphs, and what SPARQL answered so far."""

    name: str
    state: str
    workspace: Workspace
    sparql: Store
    ladybug: LadybugStore
    tables: dict[tuple[str, int], Table] = field(default_factory=dict)

    def table(self, asked: Question, number: int) -> Table:
        key = asked.name, number
        if key not in self.tables:
            self.tables[key] = ask(self.sparql, asked, values(asked, number))
        return self.tables[key]


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> FolderOf:
    """Return a function that gives the folder of a workspace, made at its first use."""

    @cache
    def made(name: str, state: str) -> Path:
        folder = tmp_path_factory.mktemp(name) / "data"
        if state == "as changed":
            shutil.copytree(made(name, "as read"), folder, ignore=shutil.ignore_patterns("lock*"))
            change(folder)
        else:
            source = SAMPLE if name == "sample" else request.getfixturevalue("shared") / "corpus" / "spine.xml.gz"
            with open_workspace(folder, create=True) as workspace:
                ingest_files(workspace, [source])
        return folder

    return made


def change(folder: Path) -> None:
    """Take every publication in again, some of them retracted, read differently or deleted."""
    with open_workspace(folder) as workspace:
        standing = [row for row in workspace.ledger.rows() if row.reading]
    retraction, *notices = (
        Correction(ref_type=f"{kind}In", source="J Examples", pmid=f"9999999{number}")
        for number, kind in enumerate(("Retraction", "Erratum", "Erratum", "ExpressionOfConcern"))
    )
    changed = []
    for number, row in enumerate(standing):
        record, reading = row.record, row.reading
        assert reading is not None
        if number % 5 == 1:
            record = replace(record, corrections=(*record.corrections, retraction))
        if number % 5 == 2:
            reading = replace(reading, flags=("spin",), claims=reading.claims[1:])
        if number % 5 == 3:
            authors = (Author(last_name="Ødegård", initials="Ü"), Author(collective="The Zebra Group"))
            record = replace(record, authors=(*record.authors[:1], *authors))
        if number % 5 == 4:
            record = replace(record, corrections=(*record.corrections, *notices))
        changed.append((record, reading))
    fill(folder, changed, "again")
    withdraw(folder, *(row.record.pmid for row in standing[::7]))


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: "-".join(place).replace(" ", "-"))
def place(request: pytest.FixtureRequest, folder_of: FolderOf) -> Iterator[Place]:
    name, state = request.param
    with open_workspace(folder_of(name, state)) as workspace:
        with workspace.graph() as sparql, workspace.cypher() as ladybug:
            yield Place(name, state, workspace, sparql, ladybug)


@pytest.fixture(scope="module")
def server(neo4j_server: Neo4jServer) -> Iterator[Neo4jStore]:
    settings = load_neo4j_settings(neo4j_server.environ)
    with ExitStack() as stack:
        stack.callback(wipe, neo4j_server)
        yield stack.enter_context(open_neo4j(settings))


@pytest.fixture(scope="module")
def neo4j(server: Neo4jStore, place: Place) -> Neo4jStore:
    """Load what changed since the place before: the ways of an incremental load are part of what is compared."""
    load_neo4j(place.workspace, server)
    return server


def case_id(case: object) -> str:
    return case.name if isinstance(case, Question) else "examples" if case == -1 else f"set {case}"


@pytest.mark.parametrize(("asked", "number"), CASES, ids=case_id)
def test_ladybug_answers_like_oxigraph(place: Place, asked: Question, number: int) -> None:
    table = place.table(asked, number)
    assert table.columns == asked.returns
    assert ask(place.ladybug, asked, values(asked, number)) == table


@pytest.mark.parametrize(("asked", "number"), CASES, ids=case_id)
def test_neo4j_answers_like_oxigraph(place: Place, neo4j: Neo4jStore, asked: Question, number: int) -> None:
    assert ask(neo4j, asked, values(asked, number)) == place.table(asked, number)


def test_the_tables_compared_are_not_empty(place: Place) -> None:
    filled = {(asked.name, number) for asked, number in CASES if place.table(asked, number).rows}
    assert len(filled) > len(CASES) * 0.6
    empty = {asked.name for asked in QUESTIONS} - {name for name, _ in filled}
    assert empty <= EMPTY[place.name, place.state]


def test_there_are_enough_questions_and_sets() -> None:
    assert len(QUESTIONS) >= 30
    for asked in QUESTIONS:
        sets = [str(values(asked, number)) for given, number in CASES if given is asked]
        assert len(set(sets)) >= (4 if asked.params else 1)


def test_the_changes_change_the_answers(folder_of: FolderOf) -> None:
    tables = []
    for state in ("as read", "as changed"):
        with open_workspace(folder_of("sample", state)) as workspace, workspace.graph() as store:
            tables.append({asked.name: ask(store, asked, values(asked, -1)) for asked in QUESTIONS})
    different = {name for name in tables[0] if tables[0][name] != tables[1][name]}
    assert different >= {"retracted", "spin", "harms", "contradictions", "coverage", "author-groups"}
    assert len(different) > len(QUESTIONS) * 0.8


@pytest.fixture
def quiet_logging() -> Iterator[None]:
    """Undo what the program sets up for its messages: here it runs inside the tests."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.fixture
def sample_copy(folder_of: FolderOf, tmp_path: Path, quiet_logging: None) -> Path:
    return Path(
        shutil.copytree(folder_of("sample", "as read"), tmp_path / "data", ignore=shutil.ignore_patterns("lock*"))
    )


COMMAND = ("query", "harms", "--param", "technique=PVP", "--format", "json")


def printed(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    done = CliRunner(env=env).invoke(app, [*COMMAND, *arguments, "--dir", str(folder)])
    assert done.exit_code == 0, done.output
    assert "cement-leakage" in {row["outcome"] for row in json.loads(done.stdout)}
    return done.stdout


def test_the_command_prints_the_same_from_both_graphs(sample_copy: Path) -> None:
    assert printed(sample_copy) == printed(sample_copy, "--engine", "cypher")


def test_the_command_prints_the_same_from_neo4j(
    sample_copy: Path, server: Neo4jStore, neo4j_server: Neo4jServer
) -> None:
    with open_workspace(sample_copy) as workspace:
        load_neo4j(workspace, server)
    found = printed(sample_copy)
    assert printed(sample_copy, "--engine", "neo4j", env=neo4j_server.environ) == found
    unnamed = neo4j_server.environ | {"NEO4J_URI": ""}
    assert printed(sample_copy, "--engine", "neo4j", "--server", neo4j_server.uri, env=unnamed) == found


@pytest.mark.parametrize("option", ["--server", "--database", "--auth-file"])
def test_options_of_a_server_need_the_engine(option: str, tmp_path: Path, quiet_logging: None) -> None:
    done = CliRunner().invoke(app, [*COMMAND, option, "x", "--dir", str(tmp_path)])
    assert done.exit_code == 2
    assert "go with --engine neo4j, not with sparql" in done.stderr
