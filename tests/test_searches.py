"""The named searches: strict data, right syntax, and what they find among real records."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from pubmed_match import Searchable, matches, searchable

from ingest.query_syntax import tokens
from ingest.searches import named_search, named_searches, parse_searches
from kg.errors import SpinekgError, UnknownNameError

NAMES = [search.name for search in named_searches()]


def test_every_family_of_the_field_has_a_search() -> None:
    assert NAMES == [
        "epidural-injections", "facet-and-sacroiliac", "radiofrequency-and-ablation", "intradiscal",
        "endoscopic-and-minimally-invasive", "discectomy-and-decompression", "interspinous-and-fixation",
        "vertebral-augmentation", "spinal-cord-stimulation", "drg-and-peripheral-nerve-stimulation",
        "intrathecal-delivery", "nerve-and-muscle-blocks", "conservative-comparators", "spinal-pain-management",
        "retractions-and-corrections",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_search_is_described_and_every_term_has_a_field(name: str) -> None:
    search = named_search(name)
    assert search.title and search.description.endswith(".")
    assert "\n" not in search.query and len(search.query) < 30_000
    found = list(tokens(search.query))
    for term, after in zip(found, [*found[1:], None], strict=True):
        if term.kind in {"word", "phrase"}:
            assert after is not None and after.kind == "tag", f"'{term.text}' has no field"
    fields = {token.text for token in found if token.kind == "tag"}
    assert fields <= {"mh", "tiab", "ti", "pt", "nm"}
    if name != "retractions-and-corrections":
        assert {"mh", "tiab"} <= fields


def test_the_guide_lists_every_search_in_its_own_words() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "fetching.md").read_text("utf-8")
    for search in named_searches():
        assert f"| `{search.name}` | {search.description} |" in guide


def test_headings_are_written_as_mesh_writes_them() -> None:
    for search in named_searches():
        found = list(tokens(search.query))
        for term, tag in pairwise(found):
            if tag.kind == "tag" and tag.text == "mh":
                assert term.kind == "phrase" and re.fullmatch(r"[A-Z][A-Za-z,\- ]+", term.text), term.text


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Transforaminal epidural dexamethasone for sciatica", {"epidural-injections"}),
        ("Epiduroscopic adhesiolysis after failed back surgery", {"epidural-injections"}),
        ("Sacroiliac joint injection for pain", {"facet-and-sacroiliac"}),
        ("Lumbar medial branch block in painful facets", {"facet-and-sacroiliac"}),
        ("Pulsed radiofrequency of the dorsal root ganglion for neck pain", {"radiofrequency-and-ablation"}),
        ("Basivertebral nerve ablation", {"radiofrequency-and-ablation"}),
        ("Percutaneous cordotomy", {"radiofrequency-and-ablation"}),
        ("Intradiscal platelet-rich plasma", {"intradiscal"}),
        ("Condoliase chemonucleolysis", {"intradiscal"}),
        ("Full-endoscopic interlaminar discectomy for disc herniation", {"endoscopic-and-minimally-invasive"}),
        ("Biportal decompression of lumbar stenosis", {"endoscopic-and-minimally-invasive"}),
        ("X-STOP for neurogenic claudication", {"interspinous-and-fixation"}),
        ("Percutaneous pedicle screw fixation of burst fractures", {"interspinous-and-fixation"}),
        ("Balloon kyphoplasty", {"vertebral-augmentation"}),
        ("10 kHz stimulation for painful neuropathy", {"spinal-cord-stimulation"}),
        ("Closed-loop spinal cord stimulation", {"spinal-cord-stimulation"}),
        ("Dorsal root ganglion stimulation", {"drg-and-peripheral-nerve-stimulation"}),
        ("Restorative neurostimulation of the multifidus", {"drg-and-peripheral-nerve-stimulation"}),
        ("Intrathecal ziconotide", {"intrathecal-delivery"}),
        ("Intrathecal morphine pumps for cancer pain", {"intrathecal-delivery"}),
        ("Erector spinae plane block for chronic back pain", {"nerve-and-muscle-blocks"}),
        ("Exercise for low back pain: a randomised trial", {"conservative-comparators"}),
        ("Treatment of asthma in children", set()),
        ("Carpal tunnel release", set()),
    ],
)
def test_a_title_alone_finds_its_search(title: str, names: set[str]) -> None:
    words = re.sub(r"[\s\-]+", " ", title.lower())
    record = Searchable(pmid="1", words=words, title=words, mesh=frozenset(), types=frozenset())
    found = {search.name for search in named_searches() if matches(search.query, record)}
    assert names <= found
    assert bool(names) == bool(found)


def test_retractions_only_within_the_other_searches() -> None:
    query = named_search("retractions-and-corrections").query
    types = frozenset({"Retracted Publication"})
    for words, expected in [("vertebroplasty", True), ("asthma", False)]:
        record = Searchable(pmid="1", words=words, title=words, mesh=frozenset(), types=types)
        assert matches(query, record) is expected


@pytest.mark.shared
@pytest.mark.parametrize(("name", "least"), [("dev", 0.95), ("trials", 0.98), ("written", 0.96)])
def test_records_on_the_subject_are_found(shared: Path, name: str, least: float) -> None:
    """Recall by our own reading of the queries, which finds less than PubMed does (no MeSH tree, no mapping)."""
    lines = (shared / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines()
    wanted = {row["pmid"] for row in map(json.loads, lines) if row["scope"] == "on"}
    root = etree.parse(shared / "gold" / f"{name}.xml").getroot()
    records = [record for record in map(searchable, root.iterchildren("PubmedArticle")) if record.pmid in wanted]
    queries = [search.query for search in named_searches()]
    found = [record for record in records if any(matches(query, record) for query in queries)]
    assert len(records) >= 50
    assert len(found) / len(records) >= least


def test_an_unknown_name_gets_suggestions() -> None:
    with pytest.raises(UnknownNameError) as caught:
        named_search("vertebral-augmentations")
    assert caught.value.suggestions[0] == "vertebral-augmentation"
    assert "epidural-injections" in str(caught.value)


TABLE = '[one]\ntitle = "One"\ndescription = "The first."\nquery = "spine[tiab]"\n'


def test_a_limited_search_is_complete_in_itself() -> None:
    text = TABLE + '[two]\ntitle = "T"\ndescription = "D."\nquery = "a[pt] OR b[pt]"\nwithin = ["one"]\n'
    assert parse_searches(text, "x.toml")[1].query == "(a[pt] OR b[pt]) AND ((spine[tiab]))"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[one", "x.toml is not valid TOML"),
        ("one = 1", "search 'one': a table with the keys"),
        (TABLE + 'query2 = "x"', "search 'one': unknown key 'query2'"),
        (TABLE.replace("description", "about"), "unknown key 'about'"),
        ('[one]\ntitle = "One"\nquery = "spine[tiab]"', "the key 'description' is missing"),
        (TABLE.replace('"One"', "1"), "'title' must be a text"),
        (TABLE.replace('"The first."', '" "'), "'description' must be a text"),
        (TABLE.replace("spine[tiab]", "spine[tib]"), "search 'one': PubMed has no search field [tib]"),
        (TABLE.replace("spine[tiab]", "a OR b AND c"), "AND at character 8 stands beside the other operator"),
        (TABLE + 'within = ["none"]', "'within' must list searches that stand before it: none"),
        (TABLE + "within = []", "'within' must list"),
        (TABLE + 'within = "one"', "'within' must list"),
    ],
)
def test_mistakes_in_the_file_are_named(text: str, words: str) -> None:
    with pytest.raises(SpinekgError) as caught:
        parse_searches(text, "x.toml")
    assert words in str(caught.value)
    assert "x.toml" in str(caught.value)
