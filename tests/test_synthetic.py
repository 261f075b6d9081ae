"""The invented publications that the benchmark of the graph measures with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from test_score import script

from kg.bibliography import is_retracted
from kg.identity import study_id
from kg.vocabulary import load_vocabulary
from kg.workspace import open_workspace

synthetic = script("synthetic")
FOUND = list(synthetic.publications(3000))


def test_the_same_for_the_same_seed() -> None:
    assert list(synthetic.publications(20, start=7)) == FOUND[7:27]
    assert list(synthetic.publications(20, seed=2)) != FOUND[:20]
    assert [record.pmid for record, _ in synthetic.publications(20, seed=2)] == [
        record.pmid for record, _ in FOUND[:20]
    ]


def test_three_claims_a_publication_and_three_in_a_thousand_retracted() -> None:
    claims = sum(len(reading.claims) for _, reading in FOUND)
    assert 2.9 < claims / len(FOUND) < 3.4
    assert 3 <= sum(is_retracted(record) for record, _ in FOUND) <= 18


def test_every_quote_is_cut_from_its_record_and_every_concept_is_known() -> None:
    by_kind = load_vocabulary().by_kind
    for record, reading in FOUND:
        for claim in reading.claims:
            assert record.text[claim.start : claim.end] == claim.quote
            assert claim.procedure in by_kind["procedure"]
            assert claim.outcome in by_kind["outcome"]
            assert claim.comparator_class is None or claim.comparator_class in by_kind["comparator-class"]


def test_a_few_techniques_are_frequent_and_all_occur() -> None:
    found = Counter(claim.procedure for _, reading in FOUND for claim in reading.claims)
    assert found.most_common(1)[0][0] == "vertebroplasty"
    assert len(found) > 75


def test_some_studies_have_several_reports() -> None:
    reports = Counter(study_id(record.pmid, reading.registry_ids, reading.design) for record, reading in FOUND)
    assert 30 < sum(number > 1 for number in reports.values()) < 300


def test_entered_into_a_ledger(tmp_path: Path) -> None:
    synthetic.enter(tmp_path / "data", FOUND[:50])
    with open_workspace(tmp_path / "data") as workspace:
        assert workspace.ledger.counts().records == 50
        assert [(row.record, row.reading) for row in workspace.ledger.rows()] == FOUND[:50]
