"""The bundled sample: valid PubMed XML, marked as invented, and every case it promises is really in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import Bio
import pytest
from lxml import etree

from ingest.medline import read_source
from kg.model import Basis, Design, Direction, Record, Scope
from kg.vocabulary import Kind, load_vocabulary

SAMPLE = Path(__file__).resolve().parents[1] / "ingest" / "sample" / "illustrative.xml"
EXPECTED = Path(__file__).resolve().parent / "data" / "sample_expected.jsonl"
FIRST_PMID = 99_000_001
MARK = "[Illustrative record] "

RECORD_FIELDS = ["pmid", "scope", "design", "sample_size", "n_studies", "procedures", "comparators", "indications"]
CLAIM_FIELDS = ["procedure", "comparator", "indications", "outcome", "measure", "basis", "direction", "noninferiority"]
CLAIM_FIELDS += ["hedged", "followup_days", "effect", "p", "significant", "quote"]

#: A technique is covered when two records or more make claims about it, as procedure or comparator.
TECHNIQUES = """
selective-nerve-root-block epidural-steroid-injection transforaminal-epidural-steroid-injection
interlaminar-epidural-steroid-injection caudal-epidural-steroid-injection epidural-local-anaesthetic-injection
epidural-adhesiolysis facet-joint-injection medial-branch-block sacroiliac-joint-injection sympathetic-block
trigger-point-injection botulinum-toxin-injection facet-radiofrequency-ablation sacroiliac-radiofrequency-ablation
basivertebral-nerve-ablation pulsed-radiofrequency chemical-neurolysis cordotomy intradiscal-platelet-rich-plasma
intradiscal-cell-therapy intradiscal-electrothermal-therapy intradiscal-biacuplasty percutaneous-disc-decompression
percutaneous-laser-disc-decompression intradiscal-ozone chemonucleolysis intradiscal-methylene-blue discography
transforaminal-endoscopic-discectomy interlaminar-endoscopic-discectomy biportal-endoscopic-surgery
percutaneous-pedicle-screw-fixation interspinous-process-device vertebroplasty kyphoplasty spinal-cord-stimulation
high-frequency-spinal-cord-stimulation burst-spinal-cord-stimulation closed-loop-spinal-cord-stimulation
dorsal-root-ganglion-stimulation peripheral-nerve-stimulation multifidus-stimulation intrathecal-drug-delivery
intrathecal-ziconotide intrathecal-baclofen conservative-care medical-management physical-therapy sham-procedure
placebo-injection
""".split()
INDICATIONS = ["failed-back-surgery-syndrome", "cancer-pain", "malignant-vertebral-fracture", "neuropathic-pain"]


@pytest.fixture(scope="module")
def tree() -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.parse(str(SAMPLE), parser)


@pytest.fixture(scope="module")
def articles(tree: Any) -> dict[str, Any]:
    return {article.findtext("MedlineCitation/PMID"): article for article in tree.iterfind("PubmedArticle")}


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    return [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    read = list(read_source(SAMPLE))
    assert [item for item in read if not isinstance(item, Record)] == []
    return {item.pmid: item for item in read if isinstance(item, Record)}


def texts(article: Any) -> list[str]:
    """Return the title and every abstract section of a record, markup taken off."""
    paths = ("Article/ArticleTitle", "Article/Abstract/AbstractText", "OtherAbstract/AbstractText")
    found = [node for path in paths for node in article.iterfind(f"MedlineCitation/{path}")]
    return ["".join(node.itertext()) for node in found]


def pmids_of_type(articles: dict[str, Any], name: str) -> set[str]:
    types = {pmid: {node.text for node in article.iter("PublicationType")} for pmid, article in articles.items()}
    return {pmid for pmid, found in types.items() if name in found}


def links(articles: dict[str, Any], ref_type: str) -> set[tuple[str, str]]:
    path = f".//CommentsCorrections[@RefType='{ref_type}']/PMID"
    return {(pmid, node.text) for pmid, article in articles.items() for node in article.iterfind(path)}


def test_valid_by_the_pubmed_dtd(tree: Any) -> None:
    dtd = etree.DTD(str(Path(Bio.__file__).parent / "Entrez" / "DTDs" / "pubmed_250101.dtd"))
    assert dtd.validate(tree), str(dtd.error_log)


def test_numbers_of_the_records(articles: dict[str, Any], tree: Any) -> None:
    assert len(articles) == len(tree.findall("PubmedArticle")) >= 90
    assert [int(pmid) for pmid in articles] == list(range(FIRST_PMID, FIRST_PMID + len(articles)))


def test_every_record_says_it_is_invented(articles: dict[str, Any]) -> None:
    for pmid, article in articles.items():
        assert texts(article)[0].startswith(MARK), pmid
        assert article.findtext(".//Journal/Title").startswith("Illustrative "), pmid
        assert {node.text for node in article.iter("LastName")} == {"Illustrative"}, pmid
        assert article.find(".//ArticleId[@IdType='doi']") is None, pmid
        assert article.find(".//ELocationID") is None, pmid


def test_trial_numbers_are_in_the_invented_range(tree: Any) -> None:
    numbers = re.findall(r"NCT\d+", etree.tostring(tree, encoding="unicode"))
    assert len(set(numbers)) >= 20
    assert all(re.fullmatch(r"NCT990\d{5}", number) for number in numbers)


def test_one_line_per_element() -> None:
    """Text is part of the record: no line may break inside a title or an abstract."""
    for number, line in enumerate(SAMPLE.read_text(encoding="utf-8").splitlines(), start=1):
        for tag in ("AbstractText", "ArticleTitle", "VernacularTitle"):
            assert len(re.findall(f"<{tag}[ >]", line)) == line.count(f"</{tag}>"), f"line {number}"


def test_annotations_follow_the_contract(articles: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    assert [row["pmid"] for row in expected] == list(articles)
    for row in expected:
        assert list(row) == [*RECORD_FIELDS, "claims"], row["pmid"]
        assert row["scope"] in get_args(Scope) and row["design"] in get_args(Design), row["pmid"]
        for claim in row["claims"]:
            assert sorted(claim) == sorted(CLAIM_FIELDS), row["pmid"]
            assert claim["basis"] in get_args(Basis) and claim["direction"] in get_args(Direction), row["pmid"]
            assert (claim["basis"] == "between") == (claim["comparator"] is not None), (row["pmid"], claim["quote"])
            assert (claim["basis"] == "rate") <= (claim["direction"] in {"reported", "none-observed"}), row["pmid"]


def test_every_quote_is_in_its_record(
    articles: dict[str, Any], expected: list[dict[str, Any]], records: dict[str, Record]
) -> None:
    quotes = [(row["pmid"], claim["quote"]) for row in expected for claim in row["claims"]]
    assert len(quotes) >= 750
    assert [(pmid, quote) for pmid, quote in quotes if not any(quote in text for text in texts(articles[pmid]))] == []
    assert [(pmid, quote) for pmid, quote in quotes if quote not in records[pmid].text] == []


def test_ids_are_those_of_the_vocabulary(expected: list[dict[str, Any]]) -> None:
    vocabulary = load_vocabulary()
    kinds: list[Kind] = ["procedure", "indication", "outcome"]
    known = {kind: {concept.id for concept in vocabulary.concepts(kind)} for kind in kinds}
    for row in expected:
        used = {*row["procedures"], *row["comparators"]}
        for claim in row["claims"]:
            used |= {claim["procedure"], claim["comparator"]} - {None}
            assert claim["outcome"] in known["outcome"], row["pmid"]
            assert set(claim["indications"]) <= known["indication"], row["pmid"]
        assert used <= known["procedure"], row["pmid"]
        assert set(row["indications"]) <= known["indication"], row["pmid"]


def test_every_technique_has_claims_in_two_records(expected: list[dict[str, Any]]) -> None:
    found = Counter(
        name
        for row in expected
        for name in {claim[side] for claim in row["claims"] for side in ("procedure", "comparator")}
    )
    assert {name: found[name] for name in TECHNIQUES if found[name] < 2} == {}


def test_every_design_and_indication_is_there_twice(expected: list[dict[str, Any]]) -> None:
    designs = Counter(row["design"] for row in expected)
    assert {name: designs[name] for name in get_args(Design) if designs[name] < 2} == {}
    indications = Counter(name for row in expected for name in row["indications"])
    assert all(indications[name] >= 2 for name in INDICATIONS)
    assert {row["scope"] for row in expected} == set(get_args(Scope))


def test_vertebroplasty_gives_three_pictures(expected: list[dict[str, Any]]) -> None:
    """Pain against sham is mostly no different, against conservative care better, against kyphoplasty the same."""
    tally = Counter(
        (claim["comparator"], claim["direction"])
        for row in expected
        for claim in row["claims"]
        if claim["procedure"] == "vertebroplasty"
        and claim["basis"] == "between"
        and claim["outcome"] in {"pain-intensity", "back-pain-intensity", "pain-responder"}
    )
    assert tally["sham-procedure", "no-difference"] >= 4 > tally["sham-procedure", "better"] >= 1
    assert tally["conservative-care", "better"] >= 4 > tally["conservative-care", "no-difference"] >= 1
    assert tally["kyphoplasty", "no-difference"] >= 3 > tally["kyphoplasty", "better"] == 0
    leak = [
        claim["direction"]
        for row in expected
        for claim in row["claims"]
        if (claim["procedure"], claim["comparator"], claim["outcome"])
        == ("vertebroplasty", "kyphoplasty", "cement-leakage")
    ]
    assert leak == ["worse"] * 3


def test_retraction_and_notice_name_each_other(articles: dict[str, Any]) -> None:
    (retracted,), (notice,) = (
        pmids_of_type(articles, name) for name in ("Retracted Publication", "Retraction of Publication")
    )
    assert links(articles, "RetractionIn") == {(retracted, notice)}
    assert links(articles, "RetractionOf") == {(notice, retracted)}
    assert articles[notice].find(".//AbstractText") is None


def test_erratum_and_comment_name_their_article(articles: dict[str, Any]) -> None:
    for there, back in (("ErratumIn", "ErratumFor"), ("CommentIn", "CommentOn")):
        pairs = links(articles, there)
        assert pairs and pairs == {(article, notice) for notice, article in links(articles, back)}
    assert pmids_of_type(articles, "Published Erratum") == {notice for notice, _ in links(articles, "ErratumFor")}


def test_two_trials_are_reported_twice(articles: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    numbers = Counter(node.text for article in articles.values() for node in article.iter("AccessionNumber"))
    shared = {number for number, count in numbers.items() if count > 1}
    assert len(shared) == 2
    reports = {
        pmid for pmid, article in articles.items() if shared & {node.text for node in article.iter("AccessionNumber")}
    }
    assert [bool(row["claims"]) for row in expected if row["pmid"] in reports] == [True] * 4


def test_what_must_stay_silent_has_no_claims(expected: list[dict[str, Any]]) -> None:
    silent = [row for row in expected if row["scope"] != "on" or row["design"] in {"protocol", "correspondence"}]
    assert len(silent) >= 15
    assert [row["pmid"] for row in silent if row["claims"]] == []


def test_records_of_unusual_form(articles: dict[str, Any]) -> None:
    def having(path: str) -> set[str]:
        return {pmid for pmid, article in articles.items() if article.find(path) is not None}

    abstract, other = having(".//Abstract"), having(".//OtherAbstract")
    assert other and not other & abstract
    assert len(set(articles) - abstract - other) >= 3
    languages = {node.text for article in articles.values() for node in article.iter("Language")}
    assert languages == {"eng", "fre", "ger"}
    assert having(".//VernacularTitle") == {
        pmid for pmid, article in articles.items() if article.findtext(".//Language") != "eng"
    }
    assert having(".//AbstractText/sup/i") and having(".//AbstractText/i") and having(".//AbstractText/sub")
    unlabelled = {pmid for pmid in abstract if articles[pmid].find(".//AbstractText").get("Label") is None}
    assert len(unlabelled) >= 10
    assert having(".//PubDate/MedlineDate") and having(".//PubDate/Season")
    assert having(".//CollectiveName") and having(".//CopyrightInformation") and having(".//GrantList")


def test_directions_and_traps_are_there(expected: list[dict[str, Any]]) -> None:
    claims = [claim for row in expected for claim in row["claims"]]
    kinds = Counter((claim["basis"], claim["direction"]) for claim in claims)
    assert kinds["between", "better"] >= 100 and kinds["between", "no-difference"] >= 100
    assert kinds["between", "worse"] >= 25 and kinds["within", "better"] >= 100
    assert kinds["rate", "reported"] >= 80 and kinds["rate", "none-observed"] >= 30
    assert sum(claim["noninferiority"] for claim in claims) >= 6
    assert sum(claim["hedged"] for claim in claims) >= 5
    only_within = [
        row["pmid"]
        for row in expected
        if row["design"] == "randomised-trial"
        and row["claims"]
        and not any(claim["basis"] == "between" for claim in row["claims"])
    ]
    assert only_within, "a trial that reports changes within its arms only"


def test_the_example_of_the_documentation_is_a_claim_of_the_sample(expected: list[dict[str, Any]]) -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(example) in [claim for row in expected for claim in row["claims"]]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) >= set(get_args(Design))
