"""What a mention means in its record, and what the word lists of the arms say."""

from __future__ import annotations

import re

import pytest
from arm_samples import record

from ingest.abbreviations import abbreviations
from ingest.arm_evidence import gather
from ingest.grounding import find_mentions
from ingest.lexicon import below, group_words, related
from ingest.sentences import split
from ingest.settle import specific, weigh
from ingest.text import fold
from kg.vocabulary import load_vocabulary


def _settled(title: str, text: str = "") -> list[tuple[str, str]]:
    made = record(title, methods=text)
    folded = fold(made.text)
    mentions = [m for m in find_mentions(folded, abbreviations(folded)) if m.kind == "procedure"]
    return [(m.text, m.id) for m in gather(split(made), folded, mentions).mentions]


@pytest.mark.parametrize(
    ("title", "text", "word", "meaning"),
    [
        (
            "Transforaminal epidural steroid injection in sciatica",
            "The injection was repeated.",
            "injection",
            "transforaminal-epidural-steroid-injection",
        ),
        ("Kyphoplasty of the thoracic spine", "The procedure took an hour.", "procedure", None),
        (
            "Radiofrequency denervation of the lumbar facet joints",
            "Denervation was repeated.",
            "Denervation",
            "facet-radiofrequency-ablation",
        ),
        (
            "Epidural steroid injection in stenosis",
            "The interlaminar route was used.",
            "interlaminar route",
            "interlaminar-epidural-steroid-injection",
        ),
        ("Sciatica and surgery", "", "surgery", "discectomy"),
        ("Lumbar stenosis and surgery", "", "surgery", "decompression-surgery"),
        ("Isthmic spondylolisthesis and surgery", "", "surgery", "spinal-fusion"),
        ("Burst fractures and surgery", "", "surgery", "spinal-fixation"),
        (
            "Intradiscal injection of mesenchymal stem cells",
            "Others had platelet-rich plasma.",
            "platelet-rich plasma",
            "intradiscal-platelet-rich-plasma",
        ),
        ("Vertebroplasty for fractures", "The control group had no cement.", "control group", None),
        ("Spinal cord stimulation", "Pain was refractory to medical treatment.", "medical treatment", None),
        ("Spinal cord stimulation", "Patients had failed physical therapy.", "physical therapy", None),
        ("Spinal cord stimulation", "Others had physical therapy.", "physical therapy", "physical-therapy"),
        ("Epidural adhesiolysis", "Hypertonic saline was injected.", "saline", None),
        ("Discectomy", "Limitations are the lack of a placebo group.", "placebo group", None),
    ],
)
def test_what_a_word_means_in_its_record(title: str, text: str, word: str, meaning: str | None) -> None:
    assert dict(_settled(title, text)).get(word) == meaning


def test_an_operation_before_the_pain_drugs_is_setting() -> None:
    found = {
        i for _, i in _settled("Oral gabapentin for postoperative pain after spinal fusion", "Fusion was posterior.")
    }
    assert found == {"medical-management"}


def test_specific_drops_what_lies_above() -> None:
    ids = ["epidural-injection", "transforaminal-epidural-steroid-injection", "vertebroplasty", "epidural-injection"]
    assert specific(ids) == ["transforaminal-epidural-steroid-injection", "vertebroplasty"]
    assert specific([]) == []


def test_the_title_weighs_most_and_a_broad_name_counts_for_the_narrow_one() -> None:
    made = record(
        "Epidural injection in sciatica", results="Caudal epidural steroid injection helped. Vertebroplasty did not."
    )
    text = fold(made.text)
    mentions = [m for m in find_mentions(text) if m.kind == "procedure"]
    plain, inherited = weigh(split(made), mentions), weigh(split(made), mentions, inherit=True)
    assert plain["epidural-injection"] == 6.0
    assert inherited["caudal-epidural-steroid-injection"] == 7.0
    assert inherited["vertebroplasty"] == plain["vertebroplasty"] == 1.0


def test_below_and_related() -> None:
    assert below("kyphoplasty", "vertebral-augmentation") and not below("vertebral-augmentation", "kyphoplasty")
    assert related("vertebral-augmentation", "kyphoplasty") and not related("kyphoplasty", "vertebroplasty")


@pytest.mark.parametrize("row", group_words().refine, ids=lambda r: f"{r.to}: {r.example}")
def test_every_refinement_fits_its_example(row) -> None:  # type: ignore[no-untyped-def]
    assert row.where in ("title", "text")
    assert row.pattern.search(row.example)
    first = next(
        r
        for r in group_words().refine
        if r.sources & row.sources and r.where == row.where and r.pattern.search(row.example)
    )
    assert first.to == row.to


@pytest.mark.parametrize("row", group_words().sides, ids=lambda r: f"{r.to}: {r.example}")
def test_every_side_fits_its_example(row) -> None:  # type: ignore[no-untyped-def]
    about = row.index[0] if row.index else "vertebroplasty"
    first = next(r for r in group_words().sides if r.fits(row.example, about))
    assert first.to == row.to


@pytest.mark.parametrize("row", group_words().rivals, ids=lambda r: f"{r.to}: {r.example}")
def test_every_rival_fits_its_example(row) -> None:  # type: ignore[no-untyped-def]
    assert all(row.fits(row.example, about) for about in row.index)


@pytest.mark.parametrize(
    ("words", "about", "to"),
    [
        ("bupivacaine alone", "transforaminal-epidural-steroid-injection", "epidural-local-anaesthetic-injection"),
        ("bupivacaine with methylprednisolone", "transforaminal-epidural-steroid-injection", None),
        ("bupivacaine alone", "selective-nerve-root-block", None),
        ("bupivacaine alone", "medial-branch-block", None),
        ("open technique", "endoscopic-discectomy", "discectomy"),
        ("open technique", "kyphoplasty", None),
        ("unilateral", "kyphoplasty", None),
        ("pulsed", "radiofrequency-ablation", "pulsed-radiofrequency"),
        ("", "kyphoplasty", None),
    ],
)
def test_side_rules(words: str, about: str, to: str | None) -> None:
    assert next((r.to for r in group_words().sides if r.fits(words, about)), None) == to


def test_the_lists_name_procedures_of_the_vocabulary() -> None:
    known, words = {c.id for c in load_vocabulary().concepts("procedure")}, group_words()
    named = words.passive | words.active | words.general | words.injected | words.operations | words.sham
    assert named <= known
    assert not words.passive & words.active
    assert all(word == word.lower() for word in (*words.kinds, *words.weak, *words.plain, *words.no_name))
    assert all(re.fullmatch(r"[ -]?\w[\w ]*", tail) for tail in (*words.tails, *words.side_tails))
