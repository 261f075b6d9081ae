"""Contrasts: what a sentence sets against what, and the words that tell sides apart."""

from __future__ import annotations

import pytest
from arm_samples import record

from ingest.contrasts import Contrast, content_words, contrasts
from ingest.sentences import split
from ingest.text import fold


def _found(title: str, methods: str = "", objective: str = "") -> list[tuple[Contrast, tuple[str, ...]]]:
    made = record(title, objective=objective, methods=methods)
    text = fold(made.text)
    return [(c, tuple(text[s:e].strip() for s, e in c.sides)) for c in contrasts(split(made), text)]


# (title, kind, sides): the contrast must be among those found.
TITLES = [
    ("Vertebroplasty versus kyphoplasty for fractures", "versus", ("Vertebroplasty", "kyphoplasty")),
    ("Vertebroplasty vs. kyphoplasty for fractures", "versus", ("Vertebroplasty", "kyphoplasty")),
    ("Effect of discectomy compared with exercise in sciatica", "versus", ("discectomy", "exercise")),
    ("Denervation as opposed to injection of the facets", "versus", ("Denervation", "injection of the facets")),
    ("Fusion rather than decompression for stenosis", "versus", ("Fusion", "decompression")),
    (
        "Comparison of cooled and conventional denervation in facet pain",
        "between",
        ("cooled", "conventional denervation"),
    ),
    ("Differences between open and percutaneous screws", "between", ("open", "percutaneous screws")),
    ("Comparing kyphoplasty with vertebroplasty", "between", ("kyphoplasty", "vertebroplasty")),
    ("Discectomy or physiotherapy for sciatica: a trial", "or", ("Discectomy", "physiotherapy")),
    ("Vertebroplasty, kyphoplasty or bracing for fractures", "list", ("Vertebroplasty", "kyphoplasty", "bracing")),
    ("Vertebroplasty and kyphoplasty: a matched cohort", "and", ("Vertebroplasty", "kyphoplasty")),
    ("Burst versus tonic versus sham stimulation", "list", ("Burst", "tonic", "sham stimulation")),
    ("Caudal injection with or without steroid", "without", ("steroid", "Caudal injection")),
    ("Kyphoplasty with and without the addition of a stent", "without", ("a stent", "Kyphoplasty")),
]

METHODS = [
    ("Patients were randomised to kyphoplasty or usual care.", "either", ("kyphoplasty", "usual care")),
    ("Patients were randomly assigned to receive either saline or lidocaine.", "either", ("saline", "lidocaine")),
    (
        "Forty patients underwent discectomy or received physiotherapy.",
        "either",
        ("discectomy", "received physiotherapy"),
    ),
    (
        "Patients were divided into two groups: cooled and conventional denervation.",
        "either",
        ("cooled", "conventional denervation"),
    ),
    (
        "They were allocated into three groups: injection, denervation, or exercise.",
        "list",
        ("injection", "denervation", "exercise"),
    ),
    (
        "Patients had cooled denervation (n = 20) and pulsed radiofrequency (n = 21).",
        "sized",
        ("Patients had cooled denervation", "and pulsed radiofrequency"),
    ),
    ("Pain after kyphoplasty was compared with pain after vertebroplasty.", "versus", ("kyphoplasty was", "pain")),
    (
        "Half had discectomy with Coflex implantation and half without Coflex implantation.",
        "without",
        ("with Coflex implantation and ha", "Half had discectomy"),
    ),
]


@pytest.mark.parametrize(("title", "kind", "sides"), TITLES)
def test_a_title_sets_sides_against_each_other(title: str, kind: str, sides: tuple[str, ...]) -> None:
    assert (kind, sides) in [(c.kind, words) for c, words in _found(title)]


@pytest.mark.parametrize(("sentence", "kind", "sides"), METHODS)
def test_methods_set_sides_against_each_other(sentence: str, kind: str, sides: tuple[str, ...]) -> None:
    assert (kind, sides) in [(c.kind, words) for c, words in _found("A study", sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Decompression and fusion were done in one session.",
        "Patients underwent decompression and fusion.",
        "Pain was assessed with a visual analogue scale.",
        "All had failed to respond to exercise.",
    ],
)
def test_sentences_that_set_nothing_against_anything(sentence: str) -> None:
    assert [words for c, words in _found("A study", sentence) if c.kind != "sized"] == []


def test_title_before_aim_before_methods() -> None:
    found = _found(
        "Old versus new", "Patients were randomised to open or tubular access.", "To compare one with the other."
    )
    assert [c.role for c, _ in found] == sorted((c.role for c, _ in found), key=["title", "objective", "methods"].index)
    assert {c.role for c, _ in found} == {"title", "objective", "methods"}


def test_results_and_conclusions_are_not_read() -> None:
    made = record("A study", results="Kyphoplasty was better than or equal to vertebroplasty versus care.")
    assert contrasts(split(made), fold(made.text)) == []


def test_a_remark_in_brackets_does_not_hide_a_side() -> None:
    sides = [w for c, w in _found("A study", "Open screws (open group, OG) were compared with percutaneous screws.")]
    assert ("Open screws", "percutaneous screws") in sides


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unilateral percutaneous kyphoplasty with 0.5 ml", ("unilateral", "percutaneous", "kyphoplasty", "0.5 ml")),
        ("the treatment of patients with pain", ()),
        ("dexamethasone (DEX) 10 mg", ("dexamethasone", "10 mg")),
        ("US guidance", ("us", "guidance")),
        ("10 kHz stimulation", ("stimulation", "10 khz")),
        ("", ()),
    ],
)
def test_content_words(text: str, words: tuple[str, ...]) -> None:
    assert content_words(text) == words
