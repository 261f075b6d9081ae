"""Words of variants: the example and the counter-example of every row, and which variants fit which procedures."""

from __future__ import annotations

from typing import Any

import pytest
from arm_samples import record

from ingest.axis_words import fits, narrowest, variants
from ingest.cue_files import read_cues, read_table
from ingest.grounding import find_mentions
from ingest.sentences import split
from ingest.text import fold
from kg.vocabulary import load_vocabulary

KEYS = {"values": list, "pattern": str, "example": str, "counter": str}
ROWS = [row for table in ("keep", "sentence") for row in read_cues("axes", table, KEYS, {"own": str})]


def named(sentence: str) -> set[str]:
    """Return the variants a record with this sentence in its methods names."""
    made = record("A trial", methods=sentence)
    text = fold(made.text)
    return {v.id for v in variants(text, split(made), [m for m in find_mentions(text) if m.kind == "axis"])}


def below(values: list[str]) -> set[str]:
    """Return the values of a row with all that are narrower or of its axis."""
    vocabulary = load_vocabulary()
    return {c.id for c in vocabulary.concepts("axis") if set(values) & {c.scheme, *vocabulary.ancestors("axis", c.id)}}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["values"][0]))
def test_a_word_names_its_variant_in_some_surroundings_only(row: dict[str, Any]) -> None:
    assert named(row["example"]) & below(row["values"])
    if row["counter"]:
        assert not named(row["counter"]) & below(row["values"])


@pytest.mark.parametrize(
    ("value", "procedure", "expected"),
    [
        ("guidance-fluoroscopy", "vertebroplasty", True),
        ("guidance-fluoroscopy", "physical-therapy", False),
        ("region-cervical", "physical-therapy", True),
        ("injectate-dexamethasone", "transforaminal-epidural-steroid-injection", True),
        ("injectate-dexamethasone", "vertebroplasty", False),
        ("injectate-cement-pmma", "vertebroplasty", True),
        ("injectate-cement-pmma", "facet-joint-injection", False),
        ("injectate-morphine", "intrathecal-drug-delivery", True),
        ("injectate-morphine", "facet-joint-injection", False),
        ("waveform-burst", "spinal-cord-stimulation", True),
        ("waveform-burst", "vertebroplasty", False),
        ("radiofrequency-mode-pulsed", "facet-radiofrequency-ablation", True),
        ("radiofrequency-mode-pulsed", "spinal-cord-stimulation", False),
        ("approach-transforaminal", "endoscopic-discectomy", True),
        ("approach-transforaminal", "vertebroplasty", False),
        ("device-paddle-lead", "spinal-cord-stimulation", True),
        ("device-balloon", "spinal-cord-stimulation", False),
        ("device-interspinous-dynamic", "interspinous-process-device", True),
        ("selection-dual-blocks", "facet-radiofrequency-ablation", True),
        ("selection-dual-blocks", "spinal-cord-stimulation", False),
        ("selection-stimulation-trial", "spinal-cord-stimulation", True),
    ],
)
def test_variants_are_of_some_procedures_only(value: str, procedure: str, expected: bool) -> None:
    assert fits(value, procedure) is expected


def test_every_value_is_a_variant_of_some_procedure() -> None:
    procedures = [c.id for c in load_vocabulary().concepts("procedure")]
    assert [c.id for c in load_vocabulary().concepts("axis") if not any(fits(c.id, p) for p in procedures)] == []


def test_rows_name_what_the_vocabulary_knows() -> None:
    known = {c.id for c in load_vocabulary().concepts("axis")} | {c.scheme for c in load_vocabulary().concepts("axis")}
    rows = [*ROWS, *read_cues("axes", "fits", {"values": list, "procedures": list})]
    used = {value for row in rows for value in row["values"]}
    used |= {value for values in read_table("axes")["slots"].values() for value in values}
    assert used - known == set()


def test_the_narrowest_values_stay() -> None:
    assert narrowest(["region-lumbar", "region-lumbosacral", "region-cervical"]) == {
        "region-lumbosacral",
        "region-cervical",
    }
    assert narrowest(["injectate-steroid", "injectate-steroid-nonparticulate", "injectate-dexamethasone"]) == {
        "injectate-dexamethasone"
    }
    assert narrowest([]) == set()
