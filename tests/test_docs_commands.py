"""Every command that the documentation shows runs on the bundled sample, those apart that need a network or a server."""

from __future__ import annotations

import gzip
import logging
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_docs import ALL, ROOT
from typer.testing import CliRunner

from kg.cli.app import app

SAMPLE = ROOT / "ingest" / "sample" / "illustrative.xml"
RECORD = """\
PMID- 99900001
TI  - [Illustrative record] Vertebroplasty in a made-up series
AB  - Pain fell after vertebroplasty in 40 invented patients.
JT  - Journal of Examples
DP  - 2024 Mar
PT  - Journal Article
"""
ASK = "SELECT ?claim WHERE { ?claim a <https://w3id.org/spinekg/vocab#Claim> } ORDER BY ?claim LIMIT 3\n"
MATCH = (
    "MATCH (c:Claim)-[:PROCEDURE]->(p:Concept) WHERE p.id = $technique AND c.start > $days"
    " RETURN c.id AS id ORDER BY id LIMIT 3\n"
)
ELSEWHERE = re.compile(r"spinekg (?:fetch|load) |--server|--engine neo4j")
"""What needs the network or a server."""

STANDS_FOR = re.compile(r"\b(?:NAME|PMID|TECHNIQUE)\b|…")
"""Words that stand for others."""


def shown() -> list[str]:
    """Return the commands of all pages, each once, in the order of the pages; those of the questions too."""
    questions = (ROOT / "docs" / "questions.md").read_text("utf-8")
    found = [command.strip() for _, command in ALL] + re.findall(r"^`(spinekg query .+)`$", questions, re.MULTILINE)
    return [each for each in dict.fromkeys(found) if not ELSEWHERE.search(each) and not STANDS_FOR.search(each)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sample in ./spinekg-data and files of the names that the pages use."""
    folder = tmp_path_factory.mktemp("desk")
    head, *records = re.split(r"(?=<PubmedArticle>)", SAMPLE.read_text("utf-8"))
    few = "".join([head, *records[:3]]) + "</PubmedArticleSet>\n"
    (folder / "baseline").mkdir()
    for name in ("trials.xml", "baseline/part.xml"):
        (folder / name).write_text(few, "utf-8")
    (folder / "trials.xml.gz").write_bytes(gzip.compress(few.encode()))
    (folder / "pubmed-export.nbib").write_text(RECORD, "utf-8")
    for name in ("question.rq", "file.rq"):
        (folder / name).write_text(ASK, "utf-8")
    (folder / "question.cypher").write_text(MATCH, "utf-8")
    done = CliRunner().invoke(app, ["ingest", str(SAMPLE), "--dir", str(folder / "spinekg-data")])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(autouse=True)
def quiet_logging() -> Iterator[None]:
    """Undo what the program sets up for its messages: here it runs inside the tests."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.mark.parametrize("command", shown())
def test_a_command_of_the_documentation_runs(command: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.delenv("SPINEKG_HOME", raising=False)
    words = shlex.split(command.replace("demo-data", "spinekg-data"))[1:]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    if "-o" in words:
        written = desk / words[words.index("-o") + 1]
        assert any(written.iterdir()) if written.is_dir() else written.stat().st_size
    else:
        assert done.stdout or "--package" in words


def test_most_commands_are_run() -> None:
    verbs = {command.split()[1] for command in shown()}
    assert verbs >= {"ingest", "extract", "summarise", "show", "query", "sparql", "cypher", "network", "export"}
    assert verbs >= {"rebuild", "check", "info"}
    assert len(shown()) > 80
