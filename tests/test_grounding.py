"""Concepts named in a text: forms of a name, abbreviations of the field and of the text, and what wins."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.grounding import Mention, blank_english, find_mentions
from kg.vocabulary import load_vocabulary

TFESI = "transforaminal-epidural-steroid-injection"


def found(text: str, kind: str, short_forms: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Return (concept, words, strength) of the mentions of one kind."""
    return [(m.id, m.text, m.strength) for m in find_mentions(text, short_forms) if m.kind == kind]


@pytest.mark.parametrize(
    ("text", "id", "words"),
    [
        ("Vertebroplasty was done.", "vertebroplasty", "Vertebroplasty"),
        ("VERTEBROPLASTY WAS DONE.", "vertebroplasty", "VERTEBROPLASTY"),
        ("Two kyphoplasties were done.", "kyphoplasty", "kyphoplasties"),
        ("Transforaminal epidural steroid injections were given.", TFESI, "Transforaminal epidural steroid injections"),
        ("A nerve-root block was given.", "selective-nerve-root-block", "nerve-root block"),
        ("A nerve root block was given.", "selective-nerve-root-block", "nerve root block"),
        ("Spinal-cord-stimulation was tried.", "spinal-cord-stimulation", "Spinal-cord-stimulation"),
        ("(vertebroplasty)", "vertebroplasty", "vertebroplasty"),
        ("vertebroplasty/medication", "vertebroplasty", "vertebroplasty"),
        ("vertebroplasty, then", "vertebroplasty", "vertebroplasty"),
    ],
)
def test_forms_of_a_name(text: str, id: str, words: str) -> None:
    assert found(text, "procedure")[0] == (id, words, "full")


@pytest.mark.parametrize(
    "text",
    [
        "Vertebroplastic changes were seen.",
        "A prevertebroplasty visit was made.",
        "The nerve was blocked at its root.",
        "",
        "   ",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert found(text, "procedure") == []


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("transforaminal epidural steroid injection", [TFESI]),
        ("transforaminal epidural steroid injection, not epidural injection", [TFESI, "epidural-injection"]),
        ("vertebroplasty and kyphoplasty", ["vertebroplasty", "kyphoplasty"]),
    ],
)
def test_the_longest_name_wins_where_names_overlap(text: str, mentions: list[str]) -> None:
    assert [id for id, _, _ in found(text, "procedure")] == mentions


def test_names_in_sis_have_their_plural() -> None:
    assert found("Lumbar spinal stenoses were treated.", "indication") == [
        ("lumbar-spinal-stenosis", "Lumbar spinal stenoses", "full")
    ]


def test_kinds_do_not_shade_each_other() -> None:
    mentions = find_mentions("transforaminal epidural steroid injection")
    assert {(m.kind, m.id) for m in mentions} >= {
        ("procedure", TFESI),
        ("axis", "approach-transforaminal"),
        ("axis", "injectate-steroid"),
    }


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("The VAS was 3.", [("pain-intensity", "VAS", "abbreviation")]),
        ("The ODIs were 30.", [("disability", "ODIs", "abbreviation")]),
        ("VAS/ODI", [("pain-intensity", "VAS", "abbreviation"), ("disability", "ODI", "abbreviation")]),
        ("(ODI=34)", [("disability", "ODI", "abbreviation")]),
        # Abbreviations are matched in their own case.
        ("The odi was 30 and the Vas 3.", []),
        ("The XODI was 30.", []),
    ],
)
def test_abbreviations_of_the_field(text: str, mentions: list[tuple[str, str, str]]) -> None:
    assert found(text, "outcome") == mentions


OWN = [
    # What the text spells out gives its abbreviation the meaning.
    (
        "Percutaneous vertebroplasty (PV) was done. PVs helped.",
        {"PV": "Percutaneous vertebroplasty"},
        "procedure",
        [("vertebroplasty", "Percutaneous vertebroplasty"), ("vertebroplasty", "PV"), ("vertebroplasty", "PVs")],
    ),
    # It wins over the general meaning,
    (
        "Spinal canal stenosis (SCS) was treated. SCS was mild.",
        {"SCS": "Spinal canal stenosis"},
        "procedure",
        [],
    ),
    (
        "Spinal canal stenosis (SCS) was treated. SCS was mild.",
        {"SCS": "Spinal canal stenosis"},
        "indication",
        [("spinal-stenosis", "Spinal canal stenosis"), ("spinal-stenosis", "SCS"), ("spinal-stenosis", "SCS")],
    ),
    # also where it means nothing we know.
    ("Overnight diet index (ODI). The ODI fell.", {"ODI": "Overnight diet index"}, "outcome", []),
    # A concept that is a small part of the long form is not what the abbreviation means.
    (
        "The disability of all bakers in our morning clinic (DBM) was asked for. DBM fell.",
        {"DBM": "disability of all bakers in our morning clinic"},
        "outcome",
        [("disability", "disability")],
    ),
    # An abbreviation inside a longer word is another word; before a hyphen it is the same.
    (
        "Percutaneous vertebroplasty (PV) and PV-like or XPV work.",
        {"PV": "Percutaneous vertebroplasty"},
        "procedure",
        [("vertebroplasty", "Percutaneous vertebroplasty"), ("vertebroplasty", "PV"), ("vertebroplasty", "PV")],
    ),
]


@pytest.mark.parametrize(("text", "short_forms", "kind", "mentions"), OWN)
def test_abbreviations_of_the_text_win(
    text: str, short_forms: dict[str, str], kind: str, mentions: list[tuple[str, str]]
) -> None:
    assert [(id, words) for id, words, _ in found(text, kind, short_forms)] == mentions


def only(text: str) -> Mention:
    """Return the only outcome a text names."""
    (mention,) = (m for m in find_mentions(text) if m.kind == "outcome")
    return mention


def test_names_of_the_other_side_are_inverse() -> None:
    assert (only("Pain relief.").inverse, only("Pain relief.").strength) == (True, "full")
    assert not only("Pain intensity.").inverse


def test_names_without_a_better_side_are_neutral() -> None:
    assert only("Pelvic tilt.").neutral
    assert not only("Disability.").neutral


def test_a_context_word_lists_all_it_may_mean() -> None:
    mention = next(m for m in find_mentions("The injection helped.") if m.kind == "procedure")
    assert mention.strength == "context"
    assert {TFESI, "facet-joint-injection", "medial-branch-block"} <= {mention.id, *mention.also}
    assert len({mention.id, *mention.also}) == 1 + len(mention.also)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("P<0.05", ["P", "<", "0.05"]),
        ("95%CI", ["95", "%", "CI"]),
        ("n=34", ["n", "=", "34"]),
        ("VAS/ODI", ["VAS", "/", "ODI"]),
        ("7±2", ["7", "±", "2"]),
        ("10mg", ["10", "mg"]),
        ("T1/2", ["T1", "/", "2"]),
    ],
)
def test_numbers_units_and_slashes_are_tokens_of_their_own(text: str, tokens: list[str]) -> None:
    assert [t.text for t in blank_english()(text)] == tokens


NAMES = sorted(
    (kind, name)
    for kind in ("procedure", "indication", "outcome", "axis")
    for concept in load_vocabulary().concepts(kind)
    for name in (concept.label, *concept.alt_labels, *concept.abbreviations)
)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from([". ", " and ", ", ", " (", "/", "-"]))
def test_mentions_are_in_order_cut_from_the_text_and_apart(names: list[tuple[str, str]], link: str) -> None:
    text = link.join(name for _, name in names)
    mentions = find_mentions(text)
    known = {
        (c.kind, c.id)
        for kind in ("procedure", "indication", "outcome", "axis")
        for c in load_vocabulary().concepts(kind)
    }
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert {(m.kind, m.id) for m in mentions} <= known
    assert list(mentions) == sorted(mentions, key=lambda m: (m.start, m.end))
    for kind in ("procedure", "indication", "outcome", "axis"):
        same = [m for m in mentions if m.kind == kind]
        assert all(a.end <= b.start for a, b in pairwise(same))
    assert find_mentions(text) == mentions


@pytest.mark.parametrize("kind", ["procedure", "indication", "outcome", "axis"])
def test_every_label_is_found_as_its_concept_or_a_longer_one(kind: str) -> None:
    missed = [
        concept.id
        for concept in load_vocabulary().concepts(kind)
        if concept.id not in {i for m in find_mentions(concept.label.lower()) for i in (m.id, *m.also)}
    ]
    assert missed == []


def test_importing_loads_no_spacy() -> None:
    program = "import sys, ingest.grounding; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_name_may_begin_before_what_its_short_form_stands_for() -> None:
    text = "Cervical total disc replacement (TDR) was done. TDR took two hours."
    ids = {m.id for m in find_mentions(text, {"TDR": "total disc replacement"}) if m.text == "TDR"}
    assert ids == {"disc-arthroplasty"}


@pytest.mark.parametrize("text", ["We used the EQ-5D.", "Utility was given by the EQ-5D. It rose.", "(EQ-5D.)"])
def test_a_name_that_ends_in_digit_and_letter_may_end_a_sentence(text: str) -> None:
    assert ("quality-of-life", "EQ-5D", "full") in found(text, "outcome")
