"""The command line: each verb once, each mistake one clear line and its exit code."""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from pubmed_xml import abstract, article, article_set
from pyoxigraph import RdfFormat, parse
from typer.testing import CliRunner, Result

from ingest.pipeline import EXTRACTOR_VERSION
from kg import __version__
from kg.cli.app import app
from kg.cli.reference import reference_markdown
from kg.identity import make_run
from kg.ledger import Receipt
from kg.model import Claim, Reading, Record, Section
from kg.workspace import open_workspace

ROOT = Path(__file__).resolve().parent.parent
RUN = make_run(
    started="2026-01-02T03:04:05Z", extractor="rules", extractor_version=EXTRACTOR_VERSION, software_version="0.1.0"
)
TITLE = "Kyphoplasty in our clinic"
FIRST = "Forty patients were seen."
SECOND = "Back pain fell (VAS 8 to 3, P < 0.001) and no cement leaked."


@pytest.fixture(autouse=True)
def quiet_logging() -> Iterator[None]:
    """Undo what the program sets up for its messages: here it runs inside the tests."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace of two publications whose claims are known."""
    path = tmp_path_factory.mktemp("cli") / "data"
    text = f"{TITLE}\n{FIRST}\n{SECOND}"
    at = text.index(SECOND)
    sections = (
        Section(text=FIRST, start=len(TITLE) + 1, label="METHODS"),
        Section(text=SECOND, start=at, label="RESULTS"),
    )
    pain = Claim(
        pmid="7", procedure="kyphoplasty", comparator="conservative-care", outcome="pain-intensity", measure="VAS",
        basis="between", direction="no-difference", quote="Back pain fell (VAS 8 to 3, P < 0.001)", start=at,
        end=at + 38, followup_days=(30, 365), effect="8 to 3", p="P < 0.001", significant=False, hedged=True,
        rule="fall", confidence=0.75,
    )  # fmt: skip
    leak = Claim(
        pmid="7", procedure="kyphoplasty", outcome="cement-leakage", measure="=cement", basis="rate",
        direction="none-observed", quote="no cement leaked", start=at + 43, end=at + 59, rule="none", confidence=0.5,
    )  # fmt: skip
    with open_workspace(path, create=True) as workspace:
        ledger = workspace.ledger
        with ledger.transaction():
            ledger.end_run(ledger.begin_run(RUN, "ingest"), Receipt(sources=1, seen=2, new=2))
            source = ledger.source(RUN, "a.xml", "a")
            ledger.put_record(Record(pmid="7", title=TITLE, text=text, sections=sections), source, 1)
            ledger.put_reading(
                Reading(pmid="7", scope="on", design="case-series", sample_size=40, claims=(pain, leak)), RUN
            )
            ledger.put_record(Record(pmid="10", title="Labour", text="Labour"), source, 2)
            ledger.put_reading(Reading(pmid="10", scope="off", design="other"), RUN)
    return path


def spinekg(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def process(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does, in a process of its own."""
    code = "from kg.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    env = {key: value for key, value in os.environ.items() if not key.startswith("SPINEKG_")} | {
        "PYTHONPATH": str(ROOT)
    }
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, **options)  # type: ignore


def papers(path: Path, *texts: str) -> Path:
    records = [article(100 + n, f"Paper {n}", in_article=abstract(text)) for n, text in enumerate(texts)]
    data = article_set(*records)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(result: Result) -> list[str]:
    return result.stderr.splitlines()


# The program as a whole

VERBS = sorted(command.callback.__name__ for command in app.registered_commands if command.callback)


def test_version() -> None:
    assert spinekg("--version").stdout == f"spinekg {__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example_and_its_exit_codes(verb: str) -> None:
    shown = spinekg(verb, "--help")
    assert shown.exit_code == 0
    assert f"spinekg {verb} " in shown.stdout.split("Example", 1)[1] or f"spinekg {verb}\n" in shown.stdout
    assert "Exit codes: 0 done" in " ".join(shown.stdout.split())


def test_the_reference_page_is_current() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert page == reference_markdown(), "run: python -m kg.cli.reference > docs/cli.md"
    for verb in VERBS:
        assert f"## spinekg {verb}\n" in page


def test_help_is_fast_and_loads_nothing_heavy() -> None:
    started = time.process_time(), os.times().children_user
    done = process("--help")
    assert done.returncode == 0
    assert "Commands:" in done.stdout
    assert os.times().children_user - started[1] < 0.4


def test_nothing_asked_shows_the_help() -> None:
    assert "Usage: spinekg" in spinekg().output


def test_a_wrong_verb_and_a_wrong_option_are_usage_errors(tmp_path: Path) -> None:
    assert spinekg("frobnicate").exit_code == 2
    assert spinekg("info", "--frobnicate").exit_code == 2


# ingest


def test_ingest_says_in_one_line_what_was_done(tmp_path: Path) -> None:
    source = papers(tmp_path / "a.xml.gz", "Pain fell.", "Pain rose.")
    first = spinekg("ingest", source, "--dir", tmp_path / "data")
    assert first.exit_code == 0
    (summary,) = first.stdout.splitlines()
    assert summary.startswith("2 records (2 new, 0 changed, 0 unchanged), ")
    assert "0 quarantined" in summary
    assert summary.endswith(" abstracts per CPU-second")
    second = spinekg("ingest", source, "--dir", tmp_path / "data")
    assert second.stdout.startswith("2 records (0 new, 0 changed, 2 unchanged), ")


def test_the_workspace_may_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPINEKG_HOME", str(tmp_path / "elsewhere"))
    assert spinekg("ingest", papers(tmp_path / "a.xml", "Pain fell.")).exit_code == 0
    assert (tmp_path / "elsewhere" / "ledger.sqlite3").is_file()


def test_a_quarantined_record_gives_exit_code_3_and_is_listed(tmp_path: Path) -> None:
    source = tmp_path / "a.xml"
    source.write_bytes(article_set(article(1, "Whole"), article(2, "&nosuch;")))
    done = spinekg("ingest", source, "--dir", tmp_path / "data")
    assert done.exit_code == 3
    assert "1 quarantined" in done.stdout
    assert f"{source}, record 2: " in spinekg("info", "--dir", tmp_path / "data").stdout
    shown = spinekg("show", "2", "--dir", tmp_path / "data")
    assert shown.exit_code == 65
    assert lines(shown)[0].startswith("spinekg: PMID 2 is in quarantine: ")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cut.xml.gz", gzip.compress(b"<PubmedArticleSet>" * 100, mtime=0)[:-15], "damaged gzip file"),
        ("cut.xml", article_set(article(1))[:-30], "cut.xml"),
        ("page.xml", b"<html><body>Sorry</body></html>", "page.xml"),
        ("notes.txt", b"These are only notes.\n", "notes.txt"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_left(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    done = spinekg("ingest", source, "--dir", tmp_path / "data")
    assert done.exit_code == 65
    (line,) = lines(done)
    assert line.startswith("spinekg: ")
    assert words in line
    assert line.endswith("nothing of it was taken")
    with open_workspace(tmp_path / "data") as workspace:
        assert workspace.ledger.counts().records == 0
        assert workspace.ledger.counts().sources == 0


def test_an_empty_folder_is_named_and_no_workspace_is_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = spinekg("ingest", tmp_path / "empty", "--dir", tmp_path / "data")
    assert done.exit_code == 65
    (line,) = lines(done)
    assert "no PubMed file in this folder" in line
    assert "allowed are PubMed XML" in line
    assert not (tmp_path / "data").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = spinekg("ingest", tmp_path / "none.xml", "--dir", tmp_path / "data")
    assert (done.exit_code, lines(done)) == (65, [f"spinekg: {tmp_path / 'none.xml'}: no such file or folder"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    source = papers(tmp_path / "a.xml", "Pain fell.")
    source.chmod(0)
    done = spinekg("ingest", source, "--dir", tmp_path / "data")
    assert done.exit_code == 65
    assert "Permission denied" in done.stderr


# extract


def test_extract_writes_a_line_per_publication_in_order(tmp_path: Path) -> None:
    source = tmp_path / "a.xml"
    source.write_bytes(article_set(article(9, "Later"), article(3, "Earlier")))
    done = spinekg("extract", source)
    assert done.exit_code == 0
    assert [json.loads(line)["pmid"] for line in done.stdout.splitlines()] == ["9", "3"]


def test_extract_into_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    out = tmp_path / "claims.jsonl"
    assert spinekg("extract", papers(tmp_path / "a.xml", "Pain fell."), "-o", out).exit_code == 0
    before = out.read_bytes()
    assert json.loads(before)["pmid"] == "100"
    cut = tmp_path / "cut.xml"
    cut.write_bytes(article_set(article(1))[:-30])
    assert spinekg("extract", cut, "-o", out).exit_code == 65
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "claims.jsonl", "cut.xml"]


def test_extract_names_a_record_it_cannot_read(tmp_path: Path) -> None:
    source = tmp_path / "a.xml"
    source.write_bytes(article_set(article(1, "Whole"), article(2, "&nosuch;")))
    done = spinekg("extract", source)
    assert done.exit_code == 3
    assert len(done.stdout.splitlines()) == 1
    assert lines(done)[0].startswith(f"spinekg: {source}, record 2")


def test_output_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    source, out = papers(tmp_path / "a.xml", "Pain fell."), tmp_path / "none" / "claims.jsonl"
    done = spinekg("extract", source, "-o", out)
    assert (done.exit_code, lines(done)) == (2, [f"spinekg: cannot write {out}: No such file or directory"])


# show


def test_show_marks_exactly_the_quoted_characters(folder: Path) -> None:
    shown = spinekg("show", "7", "--dir", folder).stdout.splitlines()
    assert shown[0] == TITLE
    assert shown[2] == "PMID 7 | scope on | case series | 40 participants | 2 claims"
    assert shown[4] == f"METHODS: {FIRST}"
    assert shown[5] == ("RESULTS: [[Back pain fell (VAS 8 to 3, P < 0.001)]]{1} and [[no cement leaked]]{2}.")


def test_show_describes_each_claim(folder: Path) -> None:
    shown = spinekg("show", "7", "--dir", folder).stdout
    pain, leak = shown.split("\n\n")[-2:]
    assert pain.splitlines()[0] == "  1. Kyphoplasty versus Conservative care: Pain intensity (VAS): no difference"
    assert pain.splitlines()[1] == (
        "     between groups | at 30, 365 days | 8 to 3 | P < 0.001 | not significant | hedged"
    )
    assert "characters 52 to 90, rule fall, confidence 0.75, id 7-" in pain
    assert leak.splitlines()[0].endswith("(=cement): none observed")


def test_show_of_an_unknown_pmid(folder: Path) -> None:
    done = spinekg("show", "8", "--dir", folder)
    assert done.exit_code == 2
    assert lines(done)[0].startswith("spinekg: unknown PMID '8'. It is not in this workspace")


# query and sparql


def test_answers_from_the_sample_are_told_to_be_invented(folder: Path, tmp_path: Path) -> None:
    """Also in a form for programs: the warning goes to standard error, the answer stays whole."""
    data, title = tmp_path / "data", "[Illustrative record] Pain after a block"
    with open_workspace(data, create=True) as workspace, workspace.ledger.transaction():
        ledger = workspace.ledger
        ledger.begin_run(RUN, "ingest")
        source = ledger.source(RUN, "a.xml", "a")
        ledger.put_record(Record(pmid="99000001", title=title, text=title), source, 1)
        ledger.put_record(Record(pmid="7", title="A", text="A"), source, 2)
    asked: tuple[tuple[str, ...], ...] = (
        ("query", "coverage"),
        ("query", "coverage", "--engine", "cypher"),
        ("sparql", "ASK {}"),
        ("cypher", "MATCH (c:Claim) RETURN count(*) AS claims"),
    )
    for words in asked:
        done = spinekg(*words, "--format", "json", "--dir", data)
        warning = "spinekg: NOT REAL STUDIES: 1 record of this workspace is illustrative, invented for spinekg"
        assert (done.exit_code, lines(done)) == (0, [warning])
        json.loads(done.stdout)
        assert spinekg(*words, "--dir", folder).stderr == ""
    assert "  illustrative 1: invented for spinekg, NOT REAL STUDIES\n" in spinekg("info", "--dir", data).stdout
    assert "illustrative" not in spinekg("info", "--dir", folder).stdout


COUNT = "SELECT (COUNT(?c) AS ?claims) WHERE { ?c a <https://w3id.org/spinekg/vocab#Claim> }"


@pytest.mark.parametrize(
    ("form", "text"),
    [("table", "claims\n     2\n1 row\n"), ("csv", "claims\n2\n"), ("json", '[\n  {\n    "claims": 2\n  }\n]\n')],
)
def test_sparql_answers_in_three_forms(folder: Path, form: str, text: str) -> None:
    done = spinekg("sparql", COUNT, "--format", form, "--dir", folder)
    assert (done.exit_code, done.stdout) == (0, text)


def test_sparql_reads_a_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(COUNT)
    assert spinekg("sparql", f"@{tmp_path / 'q.rq'}", "--format", "csv", "--dir", folder).stdout == "claims\n2\n"
    missing = spinekg("sparql", f"@{tmp_path / 'none.rq'}", "--dir", folder)
    assert missing.exit_code == 65
    assert "none.rq: cannot be read" in missing.stderr


@pytest.mark.parametrize("text", ["SELECT", "DROP ALL", "INSERT DATA { <a:b> <a:b> <a:b> }"])
def test_sparql_refuses_what_is_no_question(folder: Path, text: str) -> None:
    done = spinekg("sparql", text, "--dir", folder)
    assert done.exit_code == 2
    assert done.stdout == ""


def test_query_lists_its_questions() -> None:
    shown = spinekg("query", "--list").stdout
    assert "contradictions" in shown
    full = json.loads(spinekg("query", "--list", "--format", "json").stdout)
    assert {"name", "title", "note", "parameters", "columns"} == set(full[0])
    (harms,) = (each for each in full if each["name"] == "harms")
    assert harms["columns"][0] == "outcome"
    assert harms["parameters"][1] == {
        "name": "outcome",
        "type": "concept:outcome",
        "help": "a kind of harm; narrower ones are included",
        "required": False,
        "default": "adverse-event",
        "example": "cement leakage",
    }


def test_query_takes_parameters(folder: Path) -> None:
    answer = spinekg(
        "query",
        "technique-sentences",
        "--param",
        "technique=BKP",
        "--param",
        "outcome=any",
        "--format",
        "json",
        "--dir",
        folder,
    )
    assert answer.exit_code == 0, answer.stderr
    assert [row["quote"] for row in json.loads(answer.stdout)] == ["Back pain fell (VAS 8 to 3, P < 0.001)"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["query"], "the name of a question is missing"),
        (["query", "contradiction"], "unknown question 'contradiction'. Did you mean: contradictions"),
        (["query", "technique-sentences", "--param", "technique"], "NAME=VALUE is expected"),
        (["query", "technique-sentences", "--param", "technique="], "NAME=VALUE is expected"),
        (["query", "technique-sentences", "--param", "technique=kyfoplast"], "Did you mean: kyphoplasty"),
        (["query", "technique-sentences", "--param", "procedure=BKP"], "unknown parameter 'procedure'"),
        (["query", "technique-sentences"], "needs technique"),
    ],
)
def test_a_wrong_question_says_what_is_allowed(folder: Path, arguments: list[str], words: str) -> None:
    done = spinekg(*arguments, "--dir", folder)
    assert done.exit_code == 2
    (line,) = lines(done)
    assert words in line


NOBODY = ["--engine", "neo4j", "--server", "bolt://127.0.0.1:1"]


@pytest.mark.parametrize("engine", [["--engine", "sparql"], ["--engine", "cypher"], NOBODY], ids=lambda words: words[1])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such"], "unknown question 'no-such'"),
        (["harms"], "the question 'harms' needs technique"),
        (["harms", "--param", "technique=kyfoplast"], "unknown procedure 'kyfoplast'. Did you mean: kyphoplasty"),
        (["harms", "--param", "technique=BKP", "--param", "procedure=BKP"], "'harms' takes technique, outcome."),
        (["new-since", "--param", "since=never"], "'never' is not a date such as 2024-03-31"),
    ],
)
def test_a_wrong_question_is_the_same_line_for_every_engine(
    folder: Path, engine: list[str], arguments: list[str], words: str
) -> None:
    """Also where the server is down: what is wrong with the question is told first."""
    done = spinekg("query", *arguments, *engine, "--dir", folder)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = lines(done)
    assert words in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["sparql", "DELETE WHERE { ?s ?p ?o }"],
        ["sparql", "DROP ALL"],
        ["sparql", "INSERT DATA { <http://a.org/a> <http://a.org/b> 1 }"],
        ["cypher", "CREATE (n:Claim {id: 'x'})"],
        ["cypher", "MATCH (n:Claim) DETACH DELETE n"],
        ["cypher", "MATCH (n:Claim) SET n.direction = 'better'"],
        ["cypher", "MATCH (n:Claim) SET n.direction = 'better'", "--server", "bolt://127.0.0.1:1"],
    ],
)
def test_a_question_writes_nothing(folder: Path, arguments: list[str]) -> None:
    def stored() -> list[str]:
        done = [spinekg("sparql", COUNT, "--dir", folder), spinekg("export", "rdf", "--dir", folder)]
        done.append(spinekg("cypher", "MATCH (c:Claim) RETURN c.id, c.direction ORDER BY c.id", "--dir", folder))
        assert [each.exit_code for each in done] == [0, 0, 0]
        return [each.stdout for each in done]

    before = stored()
    done = spinekg(*arguments, "--dir", folder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(lines(done)) == 1
    assert stored() == before


# summarise


def test_an_unknown_technique_gets_suggestions(folder: Path) -> None:
    done = spinekg("summarise", "kyfoplast", "--dir", folder)
    assert done.exit_code == 2
    (line,) = lines(done)
    assert line.startswith("spinekg: unknown procedure 'kyfoplast'. Did you mean: kyphoplasty")


def test_a_technique_may_be_named_by_its_abbreviation(folder: Path) -> None:
    named, short = (spinekg("summarise", name, "--dir", folder) for name in ("kyphoplasty", "BKP"))
    assert named.exit_code == 0
    assert named.stdout == short.stdout.replace('; asked for as "BKP"', "")
    assert 'asked for as "BKP"' in short.stdout
    assert "Back pain fell (VAS 8 to 3, P < 0.001)" in named.stdout


def test_a_summary_goes_into_a_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "summary.json"
    assert spinekg("summarise", "BKP", "--format", "json", "-o", out, "--dir", folder).exit_code == 0
    assert "kyphoplasty" in json.dumps(json.loads(out.read_text("utf-8")))


# export, rebuild, info


def test_export_jsonl_is_sorted_by_pmid(folder: Path) -> None:
    done = spinekg("export", "jsonl", "--dir", folder)
    assert [json.loads(line)["pmid"] for line in done.stdout.splitlines()] == ["7", "10"]


def test_export_csv_has_a_row_per_claim_and_no_formulas(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "claims.csv"
    assert spinekg("export", "csv", "-o", out, "--dir", folder).exit_code == 0
    pain, leak = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    assert (pain["pmid"], pain["design"], pain["retracted"], pain["sample_size"]) == ("7", "case-series", "false", "40")
    assert (pain["followup_days"], pain["significant"], pain["confidence"]) == ("30; 365", "false", "0.75")
    assert (leak["measure"], leak["comparator"], leak["start"]) == ("'=cement", "", "95")


def test_export_rdf_is_sorted_and_survives_a_rebuild(folder: Path) -> None:
    first = spinekg("export", "rdf", "--dir", folder).stdout.splitlines()
    papers_only = [line for line in first if "/graph/pubmed/7>" in line]
    assert papers_only == sorted(papers_only)
    assert any("/claim/7-" in line for line in papers_only)
    rebuilt = spinekg("rebuild", "--dir", folder)
    assert rebuilt.exit_code == 0


def test_export_trig_says_the_same(folder: Path, tmp_path: Path) -> None:
    assert spinekg("export", "rdf", "-o", tmp_path / "a.nq", "--dir", folder).exit_code == 0
    assert spinekg("export", "rdf", "-o", tmp_path / "a.trig", "--dir", folder).exit_code == 0
    quads = parse((tmp_path / "a.nq").read_bytes(), format=RdfFormat.N_QUADS)
    trig = (tmp_path / "a.trig").read_bytes()
    assert trig.startswith(b"@prefix ")
    assert set(parse(trig, format=RdfFormat.TRIG)) == set(quads)


def test_info_counts_what_is_there(folder: Path) -> None:
    shown = spinekg("info", "--dir", folder).stdout
    assert f"spinekg {__version__}, extractor " in shown
    assert "  records      2: 1 in scope, 0 adjacent, 1 off\n" in shown
    assert "  claims       2\n" in shown
    assert "  procedure " in shown


def test_info_needs_no_workspace(tmp_path: Path) -> None:
    done = spinekg("info", "--dir", tmp_path / "none")
    assert done.exit_code == 0
    assert "none yet" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "7"],
        ["summarise", "BKP"],
        ["query", "contradictions"],
        ["sparql", COUNT],
        ["export", "csv"],
        ["rebuild"],
    ],
)
def test_no_workspace_yet_is_said(tmp_path: Path, arguments: list[str]) -> None:
    done = spinekg(*arguments, "--dir", tmp_path / "none")
    assert done.exit_code == 2
    (line,) = lines(done)
    assert line.startswith(f"spinekg: no workspace at {tmp_path / 'none'}: make one with 'spinekg ingest FILE'")


# fetch


def test_fetch_without_an_address_says_how_to_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPINEKG_EMAIL", raising=False)
    done = spinekg("fetch", "--query", "spine", "--dir", tmp_path / "data")
    assert done.exit_code == 78
    (line,) = lines(done)
    assert "SPINEKG_EMAIL" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("123\n012\n", "line 2: '012' is not a PMID"),
        ("123\n\nPMC55\n", "line 3: 'PMC55' is not a PMID"),
        ("# nothing\n", "no PMID in this file"),
    ],
)
def test_a_bad_file_of_pmids_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, words: str
) -> None:
    monkeypatch.setenv("SPINEKG_EMAIL", "reader@clinic.test")
    (tmp_path / "pmids.txt").write_text(content)
    done = spinekg("fetch", "--pmids", tmp_path / "pmids.txt", "--dir", tmp_path / "data")
    assert done.exit_code == 65
    assert words in done.stderr


def test_an_unknown_search_lists_those_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPINEKG_EMAIL", "reader@clinic.test")
    done = spinekg("fetch", "--search", "vertebral-augmentatoin", "--dir", tmp_path / "data")
    assert done.exit_code == 2
    assert "Did you mean: vertebral-augmentation?" in done.stderr


# Processes


def test_a_second_process_is_told_who_holds_the_workspace(folder: Path) -> None:
    with open_workspace(folder) as workspace, workspace.locked("ingest"):
        done = process("sparql", COUNT, "--dir", folder)
    assert done.returncode == 69
    (line,) = done.stderr.splitlines()
    assert f"is in use by process {os.getpid()} (ingest, since " in line


def test_the_ledger_can_be_read_meanwhile(folder: Path) -> None:
    with open_workspace(folder) as workspace, workspace.locked("ingest"):
        done = process("show", "7", "--dir", folder)
    assert done.returncode == 0
    assert "[[no cement leaked]]{2}" in done.stdout


def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    code = "from kg.cli import main; main()"
    command = [sys.executable, "-c", code, "export", "rdf", "--dir", str(folder)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=120, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_code_is_the_same_when_nobody_reads_the_error(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", "from kg.cli import main; main()", "show", "7", "--dir", str(tmp_path)]
    done = subprocess.run(command, stdout=writer, stderr=writer, cwd=ROOT, timeout=120, check=False)
    os.close(writer)
    assert done.returncode == 2


def test_an_error_is_one_line_and_with_debug_a_traceback(tmp_path: Path) -> None:
    plain = process("show", "7", "--dir", tmp_path)
    assert plain.returncode == 2
    assert len(plain.stderr.splitlines()) == 1
    full = process("--debug", "show", "7", "--dir", tmp_path)
    assert "Traceback" in full.stderr


def test_an_internal_error_is_one_line_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.bibliography.citation", _fail)
    done = spinekg("show", "7", "--dir", folder)
    assert done.exit_code == 70
    assert lines(done) == ["spinekg: internal error: ZeroDivisionError: oops (--debug shows where)"]


def _fail(record: Record) -> str:
    raise ZeroDivisionError("oops")


def test_every_registered_verb_is_a_plain_command_or_a_group_of_them() -> None:
    group = typer.main.get_command(app)
    listed = sorted(group.list_commands(typer.Context(group)))  # type: ignore[attr-defined]
    assert listed == sorted([*VERBS, *(each.name for each in app.registered_groups if each.name)])
