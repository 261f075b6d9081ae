"""Evidence: questions named by people, and the claims of a workspace that bear on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evidence_samples import annotated_sample

from kg.errors import UnknownNameError
from kg.evidence import evidence_of, find_evidence, name_question, publication_of
from kg.identity import claim_ids, make_run
from kg.model import Correction, Reading, Record, Term
from kg.synthesis import Pico
from kg.vocabulary import load_vocabulary
from kg.workspace import Workspace, open_workspace

RUN = make_run(started="2026-01-02T03:04:05Z", extractor="rules", extractor_version="7", software_version="0.1.0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace of the sample with its annotations as readings."""
    path = tmp_path_factory.mktemp("evidence") / "data"
    with open_workspace(path, create=True) as workspace:
        ledger = workspace.ledger
        with ledger.transaction():
            ledger.begin_run(RUN, "test")
            source = ledger.source(RUN, "sample.xml", "sample")
            for position, (record, reading) in enumerate(annotated_sample(), start=1):
                ledger.put_record(record, source, position)
                ledger.put_reading(reading, RUN)
        workspace.follow()
    return path


@pytest.fixture
def workspace(folder: Path) -> Any:
    with open_workspace(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"technique": "TFESI"}, Pico(technique="transforaminal-epidural-steroid-injection")),
        ({"technique": "X-STOP"}, Pico(technique="interspinous-process-device")),
        ({"technique": "Vertebroplasty"}, Pico(technique="vertebroplasty")),
        (
            {"technique": "vertebroplasty", "indication": "FBSS", "outcome": "ODI"},
            Pico(technique="vertebroplasty", indication="failed-back-surgery-syndrome", outcome="disability"),
        ),
        (
            {"technique": "vertebroplasty", "comparator": "sham"},
            Pico(technique="vertebroplasty", comparator_class="sham"),
        ),
        (
            {"technique": "vertebroplasty", "comparator": "usual care"},
            Pico(technique="vertebroplasty", comparator_class="conservative-care"),
        ),
        (
            {"technique": "cordotomy", "outcome": "pain", "indication": "sciatica"},
            Pico(technique="cordotomy", outcome="pain-intensity", indication="lumbar-radicular-pain"),
        ),
        (
            {"technique": "vertebroplasty", "comparator": "surgery"},
            Pico(technique="vertebroplasty", comparator_class="surgery"),
        ),
        (
            {"technique": "vertebroplasty", "comparator": "kyphoplasty"},
            Pico(technique="vertebroplasty", comparator="kyphoplasty"),
        ),
        (
            {"technique": "vertebroplasty", "comparator": "placebo"},
            Pico(technique="vertebroplasty", comparator="placebo-injection"),
        ),
    ],
)
def test_questions_are_named_as_people_name_them(names: dict[str, str], expected: Pico) -> None:
    assert name_question(load_vocabulary(), **names) == expected


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"technique": "spinal wishing"}, "unknown procedure 'spinal wishing'"),
        ({"technique": "vertebroplasty", "indication": "gout"}, "unknown indication 'gout'"),
        ({"technique": "vertebroplasty", "outcome": "beauty"}, "unknown outcome 'beauty'"),
        (
            {"technique": "vertebroplasty", "comparator": "kyphoplastic"},
            "unknown comparator 'kyphoplastic'.*kyphoplasty",
        ),
    ],
)
def test_unknown_names_are_refused_with_suggestions(names: dict[str, str], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        name_question(load_vocabulary(), **names)


@pytest.mark.parametrize(
    "asked",
    [
        {"technique": "vertebroplasty"},
        {"technique": "kyphoplasty"},
        {"technique": "vertebral-augmentation", "outcome": "pain-intensity"},
        {"technique": "epidural-steroid-injection", "indication": "radicular-pain"},
        {"technique": "sham-procedure"},
    ],
)
def test_the_graph_chooses_what_the_definition_says(workspace: Workspace, asked: dict[str, str]) -> None:
    vocabulary = load_vocabulary()

    def below(kind: str, name: str) -> set[str]:
        return set(vocabulary.descendants(kind, asked[name])) if name in asked else set()

    procedures = below("procedure", "technique")
    outcomes, indications = below("outcome", "outcome"), below("indication", "indication")
    expected = {
        found.claim_id
        for record, reading in annotated_sample()
        for found in evidence_of(record, reading)
        if reading.scope == "on"
        and (
            found.claim.procedure in procedures
            or (found.claim.basis == "between" and found.claim.comparator in procedures)
        )
        and (not outcomes or found.claim.outcome in outcomes)
        and (not indications or indications & set(found.claim.indications))
    }
    found = find_evidence(workspace, Pico(**asked), vocabulary)
    assert expected
    assert {each.claim_id for each in found.evidence} == expected
    assert found.evidence == tuple(
        each
        for record, reading in annotated_sample()
        for each in evidence_of(record, reading)
        if each.claim_id in expected
    )


def test_what_was_searched_and_by_whom(workspace: Workspace) -> None:
    found = find_evidence(workspace, Pico(technique="vertebroplasty", outcome="sleep"), load_vocabulary())
    on_topic = sum(reading.scope == "on" for _, reading in annotated_sample())
    assert (found.evidence, found.searched, found.on_topic) == ((), len(annotated_sample()), on_topic)
    assert (found.available > 50, found.unread) == (True, 0)
    assert found.related == ()
    assert find_evidence(workspace, Pico(technique="kyphoplasty"), load_vocabulary()).extractors == ("rules 7",)


def test_techniques_nearby_are_named_where_there_is_nothing(workspace: Workspace) -> None:
    found = find_evidence(workspace, Pico(technique="intradiscal-radiofrequency"), load_vocabulary())
    assert (found.evidence, found.available) == ((), 0)
    related = dict(found.related)
    assert related["intradiscal-procedure"] == max(related.values())
    assert related["intradiscal-biacuplasty"] >= 1
    assert "cordotomy" not in related
    assert all(count > 0 for count in related.values())


def test_evidence_keeps_ids_and_order() -> None:
    record, reading = next(pair for pair in annotated_sample() if len(pair[1].claims) > 3)
    found = evidence_of(record, reading)
    assert tuple(each.claim_id for each in found) == claim_ids(reading.claims)
    assert tuple(each.claim for each in found) == reading.claims
    assert {each.publication for each in found} == {publication_of(record, reading)}


def test_what_is_known_of_a_publication() -> None:
    record = Record(
        pmid="5", title="[Illustrative record] A trial", text="[Illustrative record] A trial", languages=("ger",),
        publication_types=(Term(name="Retracted Publication", ui="D016441"),),
        corrections=(
            Correction(ref_type="ErratumIn", source="J 2020"),
            Correction(ref_type="ExpressionOfConcernIn", source="J 2021"),
        ),
    )  # fmt: skip
    reading = Reading(
        pmid="5", scope="on", design="randomised-trial", sample_size=60, registry_ids=("NCT12345678",), flags=("spin",)
    )
    found = publication_of(record, reading)
    assert (found.study, found.design, found.sample_size, found.flags) == (
        "NCT12345678",
        "randomised-trial",
        60,
        ("spin",),
    )
    assert (found.retracted, found.corrected, found.under_concern) == (True, True, True)
    assert (found.illustrative, found.foreign, found.year) == (True, True, None)
    plain = publication_of(
        Record(pmid="6", title="A trial", text="A trial"), Reading(pmid="6", scope="on", design="other")
    )
    assert (plain.study, plain.retracted, plain.corrected, plain.under_concern) == ("pubmed-6", False, False, False)
    assert (plain.illustrative, plain.foreign) == (False, False)
