from __future__ import annotations

import dataclasses

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import identity
from kg.identity import claim_id, claim_ids, local_id, make_run, normalise_registry_id, study_id
from kg.model import Claim
from kg.resources import data

CLAIM = Claim(
    pmid="99000001",
    procedure="vertebroplasty",
    outcome="pain-intensity",
    basis="between",
    direction="better",
    quote="Pain fell.",
    start=10,
    end=20,
    comparator="sham-procedure",
    indications=("osteoporotic-vertebral-fracture", "cancer-pain"),
    followup_days=(30, 90),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def test_prefixes_are_those_of_the_ontology():
    prefixes = {}
    for line in (data("ontology") / "prefixes.ttl").read_text("utf-8").splitlines():
        if line.startswith("@prefix"):
            _, name, iri, _ = line.split()
            prefixes[name.rstrip(":")] = iri.strip("<>")
    assert dict(identity.PREFIXES) == prefixes


def test_a_claim_id_is_stable():
    assert claim_id(CLAIM) == "99000001-6bfe01ae33d1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pmid", "99000002"),
        ("procedure", "kyphoplasty"),
        ("outcome", "disability"),
        ("basis", "within"),
        ("direction", "worse"),
        ("start", 11),
        ("end", 21),
        ("comparator", None),
        ("indications", ("cancer-pain",)),
        ("followup_days", (30,)),
    ],
)
def test_what_a_claim_says_and_where_makes_its_id(field, value):
    assert claim_id(dataclasses.replace(CLAIM, **{field: value})) != claim_id(CLAIM)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("indications", ("cancer-pain", "osteoporotic-vertebral-fracture", "cancer-pain")),
        ("followup_days", (90, 30)),
        ("measure", "VAS"),
        ("effect", "2.1 vs 4.3"),
        ("p", "P = 0.01"),
        ("significant", True),
        ("hedged", True),
        ("noninferiority", True),
        ("confidence", 0.5),
        ("rule", "another"),
        ("reasons", ("because",)),
        ("comparator_class", "sham"),
        ("axes", (("guidance", "fluoroscopy"),)),
    ],
)
def test_a_better_reading_of_the_same_finding_keeps_its_id(field, value):
    assert claim_id(dataclasses.replace(CLAIM, **{field: value})) == claim_id(CLAIM)


def test_equal_keys_get_ids_of_their_own():
    other = dataclasses.replace(CLAIM, outcome="disability")
    again = dataclasses.replace(CLAIM, measure="VAS")
    plain = claim_id(CLAIM)
    assert claim_ids([CLAIM, other, again, CLAIM]) == (plain, claim_id(other), f"{plain}-2", f"{plain}-3")


def test_a_run_is_named_by_its_facts():
    facts = {"extractor": "rules", "extractor_version": "1.2", "software_version": "0.1.0"}
    run = make_run(started="2026-11-24T06:00:00Z", **facts)
    assert run.run_id == "20261124T060000Z-90efe5"
    assert run == make_run(started="2026-11-24T06:00:00Z", **facts)
    assert run.run_id != make_run(started="2026-11-24T06:00:01Z", **facts).run_id
    assert run.run_id != make_run(started="2026-11-24T06:00:00Z", **facts | {"extractor_version": "1.3"}).run_id


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("NCT01234567", "NCT01234567"),
        ("NCT 01234567", "NCT01234567"),
        ("nct01234567", "NCT01234567"),
        ("ClinicalTrials.gov/NCT01234567", "NCT01234567"),
        ("ISRCTN: 12345678", "ISRCTN12345678"),
        ("EudraCT number 2010-020123-12", "EUCTR2010-020123-12"),
        ("EUCTR2010-020123-12-DE", "EUCTR2010-020123-12"),
        ("ACTRN12612000123456", "ACTRN12612000123456"),
        ("ChiCTR-TRC-12002345", "ChiCTR-TRC-12002345"),
        ("ChiCTR2000030299", "ChiCTR2000030299"),
        ("DRKS00001234", "DRKS00001234"),
        ("NTR1234", "NTR1234"),
        ("KCT0001234", "KCT0001234"),
        ("CTRI/2018/05/014130", "CTRI/2018/05/014130"),
        ("IRCT20130306012728N8", "IRCT20130306012728N8"),
        ("JPRN-UMIN000012345", "UMIN000012345"),
        ("jRCTs052180067", "jRCTs052180067"),
        ("RBR-9N9hg9", "RBR-9n9hg9"),
        ("PROSPERO CRD42012002439", "CRD42012002439"),
        ("INPLASY202040123", "INPLASY202040123"),
        ("NCT0123456", None),
        ("NCT012345678", None),
        ("GSE12345", None),
        ("", None),
    ],
)
def test_registration_numbers_take_their_printed_form(text, number):
    assert normalise_registry_id(text) == number


@pytest.mark.parametrize(
    ("numbers", "design", "expected"),
    [
        ((), "randomised-trial", "pubmed-99000001"),
        (("NCT 01234567",), "randomised-trial", "NCT01234567"),
        (("NCT01234567",), "protocol", "NCT01234567"),
        (("NCT01234567",), "economic-evaluation", "NCT01234567"),
        (("ISRCTN12345678", "NCT01234567"), "randomised-trial", "NCT01234567"),
        (("NCT09999999", "NCT01234567"), "cohort-comparative", "NCT01234567"),
        (("GSE12345",), "randomised-trial", "pubmed-99000001"),
        (("CRD42012002439",), "randomised-trial", "pubmed-99000001"),
        (("NCT01234567",), "systematic-review", "pubmed-99000001"),
        (("NCT01234567", "CRD42012002439"), "systematic-review", "CRD42012002439"),
        (("NCT01234567",), "narrative-review", "pubmed-99000001"),
        (("NCT01234567",), "guideline", "pubmed-99000001"),
        (("NCT01234567",), "correspondence", "pubmed-99000001"),
    ],
)
def test_reports_of_one_trial_are_one_study(numbers, design, expected):
    assert study_id("99000001", numbers, design) == expected
    assert study_id("99000001", tuple(reversed(numbers)), design) == expected


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (identity.publication_iri("123"), "https://pubmed.ncbi.nlm.nih.gov/123/"),
        (identity.graph_iri("123"), "https://w3id.org/spinekg/graph/pubmed/123"),
        (identity.claim_iri("123-abc"), "https://w3id.org/spinekg/claim/123-abc"),
        (identity.study_iri("CTRI/2018/05/014130"), "https://w3id.org/spinekg/study/CTRI%2F2018%2F05%2F014130"),
        (identity.run_iri("20261124T060000Z-90efe5"), "https://w3id.org/spinekg/run/20261124T060000Z-90efe5"),
        (identity.software_iri("a b", "1.0"), "https://w3id.org/spinekg/software/a%20b/1.0"),
        (identity.concept_iri("procedure", "x"), "https://w3id.org/spinekg/procedure/x"),
        (identity.concept_iri("comparator-class", "sham"), "https://w3id.org/spinekg/comparator-class/sham"),
    ],
)
def test_iris(iri, expected):
    assert iri == expected


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/123/", "123"),
        ("https://w3id.org/spinekg/procedure/vertebroplasty", "vertebroplasty"),
        ("https://w3id.org/spinekg/vocab#better", "better"),
        ("https://w3id.org/spinekg/study/CTRI%2F2018%2F05%2F014130", "CTRI/2018/05/014130"),
        ("http://id.nlm.nih.gov/mesh/D053264", "http://id.nlm.nih.gov/mesh/D053264"),
        ("https://w3id.org/spinekg/graph/pubmed/123", "https://w3id.org/spinekg/graph/pubmed/123"),
    ],
)
def test_short_ids_of_our_iris(iri, expected):
    assert local_id(iri) == expected


@given(TEXT)
def test_any_id_makes_an_iri_and_comes_back(text):
    for kind in identity.KINDS:
        iri = identity.concept_iri(kind, text)
        pyoxigraph.NamedNode(iri)
        assert local_id(iri) == text
    for make in (identity.claim_iri, identity.study_iri, identity.run_iri, identity.publication_iri):
        assert local_id(make(text)) == text
