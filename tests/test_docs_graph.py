"""The page docs/graph.md shows what the code really writes and asks what really runs."""

from __future__ import annotations

import re

import pyoxigraph
import pytest
from graph_samples import RUN
from pyoxigraph import RdfFormat

from ingest.pipeline import read_record
from kg.graph import quads
from kg.identity import PREFIXES
from kg.model import Claim, PubDate, Reading, Record, Term
from kg.property_graph import publication_rows, vocabulary_rows
from kg.queries import ask, load_questions
from kg.queries.types import TYPES
from kg.resources import data
from kg.stores import open_store
from kg.stores.ladybug import build_cypher, open_cypher

PMID = "99000001"
QUOTE = "At 6 months pain was lower after vertebroplasty than after sham (P = 0.02)."
RECORD = Record(
    pmid=PMID,
    title="[Illustrative record] Vertebroplasty against sham",
    text=f"[Illustrative record] Vertebroplasty against sham\n{QUOTE}",
    journal="Journal of Examples",
    journal_abbreviation="J Examples",
    volume="12",
    issue="3",
    pages="45-50",
    date=PubDate(text="2024 Mar", year=2024, month=3),
    languages=("eng",),
    publication_types=(Term(name="Randomized Controlled Trial", ui="D016449"),),
)
READING = Reading(
    pmid=PMID,
    scope="on",
    design="randomised-trial",
    sample_size=120,
    procedures=("vertebroplasty",),
    comparators=("sham-procedure",),
    indications=("osteoporotic-vertebral-fracture",),
    registry_ids=("NCT01234567",),
    claims=(
        Claim(
            pmid=PMID,
            procedure="vertebroplasty",
            comparator="sham-procedure",
            comparator_class="sham",
            indications=("osteoporotic-vertebral-fracture",),
            outcome="pain-intensity",
            basis="between",
            direction="better",
            followup_days=(180,),
            p="P = 0.02",
            significant=True,
            quote=QUOTE,
            start=RECORD.text.index(QUOTE),
            end=RECORD.text.index(QUOTE) + len(QUOTE),
            axes=(("guidance", "fluoroscopy"),),
            rule="down-comparative",
            reasons=(
                "arms: vertebroplasty against sham-procedure",
                "cue: lower (down)",
                "outcome: pain (less is better)",
                "direction: better (between)",
            ),
            confidence=0.9,
        ),
    ),
)


def EXAMPLE():  # noqa: N802
    return quads(RECORD, READING, RUN)


def page() -> str:
    folder = data("ontology").parent / "docs"  # type: ignore[attr-defined]
    return (folder / "graph.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page(), re.MULTILINE | re.DOTALL)


def test_the_example_graph_is_what_is_written():
    (shown,) = blocks("trig")
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    parsed = set(pyoxigraph.parse(prefixes + shown, format=RdfFormat.TRIG))
    assert parsed == set(EXAMPLE())


@pytest.mark.parametrize("number", range(3))
def test_the_queries_of_the_page_find_something(number):
    query = blocks("sparql")[number]
    with open_store() as store:
        store.replace(PMID, EXAMPLE())
        assert len(store.query(query).rows) > 0


def test_the_rule_of_the_page_is_one_of_the_extractor():
    (rule,) = set(re.findall(r'ev:rule "([^"]+)"', page()))
    (claim,) = read_record(RECORD).claims
    assert claim.rule == rule
    assert [reason.partition(":")[0] for reason in claim.reasons] == ["arms", "cue", "outcome", "direction"]


def test_the_question_of_the_page_gives_the_same_table_in_both_languages(tmp_path):
    (query,), (twin,) = blocks("rq"), blocks("cypher")
    for folder, file, text in (("sparql", "rq", query), ("cypher", "cypher", twin)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"publications-of-technique.{file}").write_text(text, "utf-8")
    (asked,) = load_questions(tmp_path)
    assert [parameter.name for parameter in asked.params] == ["technique", "since"]
    build_cypher(tmp_path / "graph.lbug", (vocabulary_rows(), publication_rows(RECORD, READING, RUN)))
    with open_store() as store, open_cypher(tmp_path / "graph.lbug") as cypher:
        store.replace(PMID, EXAMPLE())
        for params, rows in (
            ({"technique": "vertebral augmentation"}, ((PMID, RECORD.title),)),
            ({"technique": "PVP", "since": "2025"}, ()),
            ({"technique": "TFESI"}, ()),
        ):
            assert ask(store, asked, params).rows == ask(cypher, asked, params).rows == rows


def test_every_type_of_a_parameter_is_named():
    (named,) = re.findall(r"^- Types: (.*?)\. \[", page(), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`([^`]+)`", named)) == set(TYPES)


def test_every_prefix_is_listed():
    for name, iri in PREFIXES.items():
        assert f"| `{name}:` | `{iri}` |" in page(), name
