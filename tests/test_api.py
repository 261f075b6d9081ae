"""The Python API: what it costs to import, what each answer holds, what a mistake says."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from evidence_samples import annotated_sample
from graph_samples import claim, reading_of, record_of
from neo4j_samples import opened, settings_of
from neo4j_server import Neo4jServer, wipe
from typer.testing import CliRunner
from workspace_samples import fill

import kg
from kg.api import Answer, OpenWorkspace
from kg.api.answers import SHOWN_ROWS, frame
from kg.cli.app import app
from kg.errors import UnknownNameError, UsageError
from kg.export.neo4j import load_neo4j
from kg.identity import claim_ids
from kg.model import Section
from kg.queries import load_questions, question
from kg.workspace import open_workspace

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"pandas", "numpy", "networkx", "matplotlib", "rdflib", "pyshacl", "pyoxigraph", "ladybug", "neo4j", "scipy"}
HEAVY |= {"pyarrow", "spacy", "lxml", "pydantic", "jinja2"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of two trials of ours that disagree; the second one is retracted."""
    first = reading_of(
        "1",
        claim("1", "vertebroplasty", "pain-intensity", "better", comparator="sham-procedure", followup_days=(30,)),
        claim("1", "vertebroplasty", "cement-leakage", "reported", effect="Two of forty"),
        sample_size=80,
    )
    second = reading_of(
        "2", claim("2", "vertebroplasty", "pain-intensity", "no-difference", comparator="sham-procedure", p="P = 0.55")
    )
    path = tmp_path_factory.mktemp("api") / "data"
    return fill(path, [(record_of("1"), first), (record_of("2", retracted=True), second)])


@pytest.fixture
def ws(folder: Path):
    with kg.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("api-sample") / "data", annotated_sample())


def loaded(code: str) -> set[str]:
    """Return the heavy packages that a program has loaded when it ends."""
    code += "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return HEAVY & set(done.stdout.splitlines()[-1].split())


def test_importing_and_opening_load_nothing_heavy(folder: Path) -> None:
    assert loaded("import kg") == set()
    assert loaded("import kg.api") == set()
    assert loaded("import kg.network, kg.checks") <= {"pyoxigraph"}
    assert loaded(f"import kg\nws = kg.open({str(folder)!r})\nws.counts\nws.close()") <= {"pydantic"}
    assert "pandas" in loaded("import kg.api.answers\nkg.api.answers.frame(('a',), ((1,),))")


def test_a_missing_folder_says_what_the_command_line_says(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["query", "retracted", "--dir", str(tmp_path / "none")])
    with pytest.raises(UsageError) as caught:
        kg.open(tmp_path / "none")
    assert said.exit_code == 2
    assert str(caught.value) in said.stderr


def test_without_a_folder_the_environment_decides(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPINEKG_HOME", str(folder))
    with kg.open() as opened:
        assert opened.path == folder
        assert repr(opened) == f"<workspace {folder}: 2 records, 3 claims>"


def test_a_closed_workspace_says_so(folder: Path) -> None:
    opened = kg.open(str(folder))
    opened.close()
    opened.close()
    assert repr(opened) == "<a closed workspace of spinekg>"
    with pytest.raises(UsageError, match=r"closed; open it again with kg\.open"):
        opened.sparql("ASK {}")


# Summaries


def test_a_summary_is_the_table_of_the_command_line(ws: OpenWorkspace, folder: Path) -> None:
    found = ws.summary("PVP", comparator="sham")
    printed = CliRunner().invoke(
        app, ["summarise", "PVP", "--comparator", "sham", "--format", "csv", "--dir", str(folder)]
    )
    header, *rows = csv.reader(io.StringIO(printed.stdout))
    assert tuple(header) == found.columns
    assert len(rows) == len(found.rows) == 2
    again = io.StringIO()
    found.df.to_csv(again, index=False)
    assert [[cell.casefold() for cell in row] for row in csv.reader(io.StringIO(again.getvalue()))][1:] == [
        [cell.casefold() for cell in row] for row in rows
    ]


def test_a_summary_has_types_also_where_it_has_no_values(ws: OpenWorkspace) -> None:
    found = ws.summary("vertebroplasty", outcome="pain").df
    assert found.dtypes[["better", "participants", "sign_test_p", "events", "illustrative", "pmids"]].tolist() == [
        pd.Int64Dtype(), pd.Int64Dtype(), pd.Float64Dtype(), pd.Int64Dtype(), pd.BooleanDtype(), pd.StringDtype(),
    ]  # fmt: skip
    nothing = ws.summary("kyphoplasty")
    assert nothing.rows == ()
    assert nothing.df.dtypes.tolist() == found.dtypes.tolist()


def test_a_summary_leads_to_its_claims_and_studies(ws: OpenWorkspace) -> None:
    found = ws.summary("vertebroplasty", outcome="pain intensity")
    assert found.claims.df[["pmid", "direction", "retracted"]].values.tolist() == [
        ["1", "better", False],
        ["2", "no-difference", True],
    ]
    assert found.studies.rows == (
        ("pubmed-1", "randomised-trial", 80, "1", False),
        ("pubmed-2", "randomised-trial", None, "2", True),
    )
    assert found.to_dict()["claims"].keys() == set(found.claims.df["claim_id"])
    counted = found.df.query("indication == 'all'")
    assert counted[["better", "no_difference"]].sum().tolist() == [1, 0]
    again = ws.summary("vertebroplasty", outcome="pain intensity", include_retracted=True)
    assert again.df[["better", "no_difference"]].sum().tolist() == [1, 1]


def test_a_summary_is_a_page_with_the_words_of_the_command_line(ws: OpenWorkspace) -> None:
    found = ws.summary("vertebroplasty")
    page = found._repr_html_()
    assert page.startswith('<div class="spinekg">\n<h1>Vertebroplasty: what abstracts report</h1>')
    assert "<td>Pain intensity</td>" in page
    assert "Pain fell more after the procedure than in controls (P = 0.01)." in page
    assert "Risk of bias was not assessed" in page
    assert "NOT REAL STUDIES" not in page
    assert found._repr_markdown_() == found.render("md")
    assert str(found) == found.render("text")
    assert found.headline[0].startswith("Against sham procedure, pain intensity: the one study found it better")


def test_words_of_an_abstract_are_no_markup(tmp_path: Path) -> None:
    quote = "Pain <script>fell</script> | more & **more** than in controls."
    record = record_of(
        "7", title="<b>Title</b>", text=f"<b>Title</b>\n{quote}", sections=(Section(text=quote, start=13),)
    )
    one = claim("7", "vertebroplasty", "pain-intensity", "better", comparator="sham-procedure")
    one = replace(one, quote=quote, start=13, end=13 + len(quote))
    with kg.open(fill(tmp_path / "data", [(record, reading_of("7", one))])) as opened:
        for page in (opened.summary("vertebroplasty")._repr_html_(), opened.show(7)._repr_html_()):
            assert "&lt;script&gt;fell&lt;/script&gt; | more &amp; **more** than" in page
            assert "<script" not in page
            assert "<b>" not in page


def test_invented_records_carry_their_banner(sample: Path) -> None:
    with kg.open(sample) as opened:
        found = opened.summary("scs", indication="failed back surgery syndrome")
    assert found.illustrative
    assert set(found.df["illustrative"]) == {True}
    page = found._repr_html_()
    assert page.count("<strong>NOT REAL STUDIES.</strong>") == 2
    assert page.index("NOT REAL STUDIES") < page.index("<table>")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"technique": "spinal wishing"}, "unknown procedure 'spinal wishing'"),
        ({"technique": "scs", "indication": "gout"}, "unknown indication 'gout'"),
        ({"technique": "scs", "follow_up": "months"}, "unknown follow-up 'months'"),
    ],
)
def test_unknown_names_are_told(ws: OpenWorkspace, names: dict[str, str], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        ws.summary(**names)


# Questions and queries


def test_a_question_gives_the_same_table_from_both_engines(ws: OpenWorkspace) -> None:
    asked = ws.query("technique-sentences", technique="PVP")
    assert asked.rows
    assert asked == ws.query("technique-sentences", {"technique": "vertebroplasty"}, engine="cypher")
    assert asked.df["direction"].tolist() == [row["direction"] for row in asked.dicts()]
    assert [tuple(row) for row in asked] == list(asked.rows)
    assert len(asked) == len(asked.df)


def test_a_parameter_takes_several_values(ws: OpenWorkspace) -> None:
    one = ws.query("claims-for-question", technique="vertebroplasty", outcome="cement leakage")
    both = ws.query("claims-for-question", technique="vertebroplasty", outcome=["cement leakage", "pain intensity"])
    assert (len(one), len(both)) == (1, 3)


def test_wrong_questions_are_told(ws: OpenWorkspace) -> None:
    with pytest.raises(UnknownNameError, match="unknown question 'efficiency'"):
        ws.query("efficiency")
    with pytest.raises(UnknownNameError, match="unknown parameter 'tecnique'"):
        ws.query("technique-sentences", tecnique="vertebroplasty")
    with pytest.raises(UsageError, match="unknown engine 'sql'; allowed are sparql, cypher and neo4j"):
        ws.query("retracted", engine="sql")  # type: ignore[arg-type]


def test_every_question_is_listed_with_its_parameters(ws: OpenWorkspace) -> None:
    listed = ws.questions().df
    assert listed.columns.tolist() == ["name", "question", "parameters"]
    row = listed.set_index("name").loc["claims-for-question"]
    technique, outcome, *_ = question("claims-for-question").params
    assert row["parameters"].startswith(f"technique={technique.example} (needed), outcome={outcome.example}, ")
    assert listed["name"].tolist() == [each.name for each in load_questions()]


def test_sparql_and_cypher_see_the_same_claims(ws: OpenWorkspace) -> None:
    sparql = ws.sparql(
        "PREFIX ev: <https://w3id.org/spinekg/vocab#> SELECT (COUNT(?c) AS ?claims) WHERE { ?c ev:direction ev:better }"
    )
    cypher = ws.cypher("MATCH (c:Claim) WHERE c.direction = $direction RETURN count(c) AS claims", direction="better")
    assert sparql.rows == cypher.rows == ((1,),)
    assert sparql.df.dtypes.tolist() == [pd.Int64Dtype()]
    assert ws.sparql("ASK { ?s ?p ?o }").df.dtypes.tolist() == [pd.BooleanDtype()]


def test_a_neo4j_server_gives_the_same_table(
    ws: OpenWorkspace, folder: Path, neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(neo4j_server)
    for name, value in (("URI", settings.uri), ("USERNAME", settings.username), ("PASSWORD", settings.password)):
        monkeypatch.setenv(f"NEO4J_{name}", value or "")
    with opened(neo4j_server) as store, open_workspace(folder) as workspace:
        load_neo4j(workspace, store)
    try:
        asked = ws.query("technique-sentences", technique="vertebroplasty", engine="neo4j")
        assert asked.rows
        assert asked == ws.query("technique-sentences", technique="vertebroplasty")
        found = ws.cypher(
            "MATCH (c:Claim) WHERE c.pmid = $pmid RETURN count(c) AS n", {"pmid": "1"}, server=settings.uri
        )
        assert found.rows == ((2,),)
    finally:
        wipe(neo4j_server)


def test_nothing_can_be_changed(ws: OpenWorkspace) -> None:
    with pytest.raises(UsageError):
        ws.sparql("DELETE WHERE { ?s ?p ?o }")
    with pytest.raises(UsageError):
        ws.cypher("MATCH (n) DETACH DELETE n")
    assert ws.sparql("SELECT ?c WHERE { ?c a <https://w3id.org/spinekg/vocab#Claim> }").df.shape == (3, 1)


# Records


def test_a_record_shows_its_quotes(ws: OpenWorkspace) -> None:
    shown = ws.show(1)
    assert shown.record.pmid == "1"
    assert shown.df["claim_id"].tolist() == list(claim_ids(shown.row.reading.claims))  # type: ignore[union-attr]
    assert ws.show("2")._repr_html_().startswith("<p><strong>RETRACTED</strong></p>")
    with pytest.raises(UnknownNameError, match="unknown PMID '3'"):
        ws.show("3")


def test_the_quoted_characters_are_marked(sample: Path) -> None:
    with kg.open(sample) as opened:
        page = opened.show(99000001)._repr_html_()
    assert "<strong>[Illustrative record] Transforaminal versus" in page
    assert page.count("<mark>") > 3
    assert re.findall(r"</mark><sup>([\d,]+)</sup>", page)[0].split(",")[0] == "1"


def test_all_claims_are_a_table(ws: OpenWorkspace) -> None:
    found = ws.claims().df
    assert found["pmid"].tolist() == ["1", "1", "2"]
    assert found["sample_size"].tolist() == [80, 80, pd.NA]
    assert found.dtypes[["retracted", "start", "confidence"]].tolist() == [
        pd.BooleanDtype(), pd.Int64Dtype(), pd.Float64Dtype(),
    ]  # fmt: skip


def test_files_are_taken_in(tmp_path: Path) -> None:
    sample = ROOT / "ingest" / "sample" / "illustrative.xml"
    with kg.open(tmp_path / "new", create=True) as opened:
        receipt = opened.ingest(sample)
        assert receipt.new == receipt.seen == opened.counts.records > 100
        assert opened.ingest(str(sample)).unchanged == receipt.seen


# Tables


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ((1, None), pd.Int64Dtype()),
        ((1, 2.5), pd.Float64Dtype()),
        ((None, 0.5), pd.Float64Dtype()),
        ((True, None), pd.BooleanDtype()),
        (("a", None), pd.StringDtype()),
        ((None, None), "object"),
        (("a", 1), "object"),
        ((True, 1), "object"),
    ],
)
def test_columns_have_nullable_types(values: tuple[object, ...], dtype: object) -> None:
    found = frame(("x",), [(value,) for value in values])  # type: ignore[misc]
    assert found["x"].dtype == dtype
    assert [None if value is pd.NA or value is None else value for value in found["x"]] == list(values)


def test_a_table_without_rows_keeps_its_columns() -> None:
    found = frame(("a", "b"), (), {"a": "Int64"})
    assert found.columns.tolist() == ["a", "b"]
    assert (len(found), found["a"].dtype, found["b"].dtype) == (0, pd.Int64Dtype(), object)


def test_two_columns_may_have_one_name() -> None:
    assert frame(("n", "n"), ((1, 2),)).to_numpy().tolist() == [[1, 2]]


def test_a_table_in_a_notebook_is_safe_and_short() -> None:
    rows = tuple((f"<i>{n}</i>", n, n / 3, n % 2 == 0, None, "12345678; 23456789") for n in range(SHOWN_ROWS + 1))
    page = Answer(columns=("a<b", "n", "x", "t", "none", "pmids"), rows=rows)._repr_html_()
    assert "<th>a&lt;b</th>" in page
    assert "<i>" not in page
    assert page.count("<tr>") == SHOWN_ROWS + 1
    assert f"<p>{SHOWN_ROWS + 1} rows, the first {SHOWN_ROWS} shown</p>" in page
    assert '<a href="https://pubmed.ncbi.nlm.nih.gov/12345678/">12345678</a>; <a href=' in page
    assert '<td style="text-align: right">0.333333</td>' in page
    assert "<p>1 row</p>" in Answer(columns=("a",), rows=((1,),))._repr_html_()
