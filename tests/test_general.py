"""General nouns for outcomes: the table of kinds, and what the methods announce under them."""

from __future__ import annotations

from ingest.abbreviations import abbreviations
from ingest.announced import Announced, announced, kinds_of
from ingest.cue_files import read_table
from ingest.grounding import find_mentions
from ingest.outcomes import settle_outcomes
from kg.model import Sentence
from kg.vocabulary import load_vocabulary

ROWS = read_table("general")["kind"]


def plan(*methods: str) -> Announced:
    """Return what sentences of methods announce."""
    text = " ".join(methods)
    starts = [text.index(m) for m in methods]
    cut = [Sentence(text=m, start=at, end=at + len(m), role="methods") for m, at in zip(methods, starts, strict=True)]
    mentions = [m for m in find_mentions(text, abbreviations(text)) if m.kind == "outcome"]
    return announced(text, cut, settle_outcomes(mentions))


def ids(hits: tuple[object, ...]) -> list[str]:
    """Return the outcomes of hits."""
    return [h.id for h in hits]  # type: ignore[attr-defined]


def test_every_kind_reads_its_example_and_knows_its_outcomes() -> None:
    """The table agrees with itself and with the vocabulary."""
    known = {c.id for c in load_vocabulary().concepts("outcome")}
    for row in ROWS:
        assert row["name"] in [k for k, _, _ in kinds_of(row["example"], 0, len(row["example"]))]
        assert set(row["outcomes"]) <= known, row["name"]


def test_an_adjective_without_a_general_noun_is_no_kind() -> None:
    """Clinical characteristics and radiographic signs are no outcomes."""
    for text in ("Clinical characteristics were recorded.", "Radiographic signs were seen.", "Functional decline."):
        assert kinds_of(text, 0, len(text)) == []


def test_a_noun_of_the_methods_covers_what_they_list_under_it() -> None:
    """What the methods call functional outcome is what the results mean by it."""
    told = plan("Functional outcomes were VAS pain and ODI scores.", "Radiographic outcomes were kyphosis and height.")
    assert ids(told.kinds["functional"]) == ["pain-intensity", "disability"]
    assert "spinal-alignment" in ids(told.kinds["radiological"])


def test_primary_and_secondary_outcomes_in_one_sentence() -> None:
    """Each stands behind its own word."""
    told = plan("The primary outcome was leg pain and secondary outcomes were disability and sleep.")
    assert ids(told.primary) == ["leg-pain-intensity"]
    assert ids(told.secondary) == ["disability", "sleep"]


def test_outcomes_of_the_operation_are_covered_by_their_kind_only() -> None:
    """Every outcome is one of the patients."""
    told = plan("Operative time, blood loss and back pain were recorded.")
    assert ids(told.every) == ["back-pain-intensity"]
    assert ids(told.kinds["perioperative"]) == ["operative-time", "blood-loss"]
