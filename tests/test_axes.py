"""Variants of a technique: what a record states once, and what a sentence of it says for itself."""

from __future__ import annotations

import pytest
from claim_samples import Read
from hypothesis import given
from hypothesis import strategies as st

from ingest.axes import record_axes, sentence_axes
from ingest.grounding import Mention
from kg.vocabulary import Concept, load_vocabulary


def variants(read: Read) -> list[Mention]:
    """Return the axis mentions of a record."""
    return [m for m in read.mentions if m.kind == "axis" and m.strength != "context"]


def stated(title: str, **sections: str) -> dict[str, str]:
    """Return the axes of a record."""
    read = Read.of(title, **sections)
    return record_axes(read.sentences, variants(read))


@pytest.mark.parametrize(
    ("title", "axes"),
    [
        ("Fluoroscopy-guided lumbar epidural injection", {"guidance": "fluoroscopy", "region": "lumbar"}),
        ("Transforaminal injection of dexamethasone", {"approach": "transforaminal", "injectate": "dexamethasone"}),
        ("Pulsed radiofrequency at the L5 level", {"radiofrequency-mode": "pulsed", "level": "l5"}),
        ("Burst stimulation of the spinal cord", {"waveform": "burst"}),
        # A broader value says no more beside a narrower one.
        ("Lumbosacral and lumbar injection", {"region": "lumbosacral"}),
        ("Steroid injection: dexamethasone in the epidural space", {"injectate": "dexamethasone"}),
        # Two values tell arms apart; they are no variant of the whole record.
        ("Fluoroscopy versus ultrasound for lumbar facet joint injection", {"region": "lumbar"}),
        ("Dexamethasone or methylprednisolone for injection", {}),
        ("Morning stiffness in bakers", {}),
    ],
)
def test_the_axes_a_title_states(title: str, axes: dict[str, str]) -> None:
    assert stated(title) == axes


@pytest.mark.parametrize("section", ["objective", "methods"])
def test_aim_and_methods_state_axes(section: str) -> None:
    assert stated("Facet joint injection", **{section: "Ultrasound was used."}) == {"guidance": "ultrasound"}


@pytest.mark.parametrize("section", ["background", "results", "conclusions"])
def test_other_parts_state_none(section: str) -> None:
    assert stated("Facet joint injection", **{section: "Ultrasound was used."}) == {}


def test_values_are_gathered_over_title_and_methods() -> None:
    assert stated("Ultrasound for facet joint injection", methods="Fluoroscopy was used in half.") == {}
    assert stated("Ultrasound for facet joint injection", methods="Ultrasound was used.") == {"guidance": "ultrasound"}


RF = "facet-radiofrequency-ablation"


@pytest.mark.parametrize(
    ("record", "sentence", "axes"),
    [
        ({}, "Pain fell.", ()),
        ({"guidance": "fluoroscopy"}, "Pain fell.", (("guidance", "fluoroscopy"),)),
        ({"guidance": "fluoroscopy"}, "Pain fell under ultrasound guidance.", (("guidance", "ultrasound"),)),
        (
            {"guidance": "fluoroscopy"},
            "Pain fell in the cervical spine.",
            (("guidance", "fluoroscopy"), ("region", "cervical")),
        ),
        # A sentence that names two values is about neither, whatever the record states.
        ({}, "Pain fell with fluoroscopy and with ultrasound.", ()),
        ({"guidance": "fluoroscopy"}, "Pain fell with fluoroscopy and with ultrasound.", ()),
    ],
)
def test_a_sentence_speaks_for_itself(record: dict[str, str], sentence: str, axes: tuple[tuple[str, str], ...]) -> None:
    read = Read.of("Denervation of the facet joints under computed tomography", results=f"All went home. {sentence}")
    start = read.record.text.index(sentence)
    assert sentence_axes(record, start, start + len(sentence), variants(read), RF) == axes


@pytest.mark.parametrize(
    ("axis", "value", "procedure", "fits"),
    [
        ("waveform", "burst", "spinal-cord-stimulation", True),
        ("waveform", "burst", "dorsal-root-ganglion-stimulation", True),
        ("waveform", "burst", "vertebroplasty", False),
        ("radiofrequency-mode", "pulsed", RF, True),
        ("radiofrequency-mode", "pulsed", "pulsed-radiofrequency", True),
        ("radiofrequency-mode", "pulsed", "spinal-cord-stimulation", False),
        ("guidance", "fluoroscopy", "vertebroplasty", True),
    ],
)
def test_some_axes_are_of_some_procedures_only(axis: str, value: str, procedure: str, fits: bool) -> None:
    assert sentence_axes({axis: value}, 0, 0, (), procedure) == (((axis, value),) if fits else ())


AXES = load_vocabulary().concepts("axis")


@given(st.lists(st.sampled_from(AXES), max_size=6))
def test_axes_are_sorted_single_and_of_the_vocabulary(named: list[Concept]) -> None:
    mentions = [Mention(kind="axis", id=c.id, start=i, end=i + 1, text="x") for i, c in enumerate(named)]
    found = sentence_axes({}, 0, len(mentions), mentions, RF)
    assert list(found) == sorted(dict(found).items())
    assert {f"{axis}-{value}" for axis, value in found} <= {m.id for m in mentions}
