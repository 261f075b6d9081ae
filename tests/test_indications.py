"""Conditions of the patients: context of a mention, special before general, what goes without saying."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mention_samples import Mention, mentions, record

from ingest.cue_files import read_cues
from ingest.indications import indications
from kg.model import Design
from kg.vocabulary import load_vocabulary

WORDS = {
    "low back pain": ("indication", "low-back-pain"),
    "back pain scores": ("outcome", "back-pain-intensity"),
    "back pain": ("indication", "spinal-pain"),
    "neck pain": ("indication", "neck-pain"),
    "chronic pain": ("indication", "chronic-pain"),
    "sciatica": ("indication", "lumbar-radicular-pain"),
    "radiculopathy": ("indication", "radicular-pain"),
    "disc herniation": ("indication", "disc-herniation"),
    "facet joint pain": ("indication", "facet-joint-pain"),
    "sacroiliac joint pain": ("indication", "sacroiliac-joint-pain"),
    "discogenic pain": ("indication", "discogenic-pain"),
    "spinal stenosis": ("indication", "spinal-stenosis"),
    "spondylolisthesis": ("indication", "spondylolisthesis"),
    "disc degeneration": ("indication", "degenerative-disc-disease"),
    "osteoporotic compression fractures": ("indication", "osteoporotic-vertebral-fracture"),
    "vertebral fractures": ("indication", "vertebral-fracture"),
    "compression fractures": ("indication", "vertebral-fracture"),
    "cancer pain": ("indication", "cancer-pain"),
    "neuropathic pain": ("indication", "neuropathic-pain"),
    "postherpetic neuralgia": ("indication", "postherpetic-neuralgia"),
    "spasticity": ("indication", "spasticity"),
    "failed back surgery syndrome": ("indication", "failed-back-surgery-syndrome"),
}


def read(title: str, abstract: str = "", procedures: tuple[str, ...] = (), design: Design | None = None) -> set[str]:
    made = record(title, abstract)
    found = mentions(made.text, WORDS)
    # An outcome's name covers the condition inside it, as the real matcher reports both.
    found += [Mention("indication", "spinal-pain", m.start, m.start + 9) for m in found if m.kind == "outcome"]
    return set(indications(made, found, procedures, design))


LUMBAR = "lumbar-disc-herniation"
OSTEO = "osteoporotic-vertebral-fracture"
CASES: list[tuple[set[str], str, str, tuple[str, ...]]] = [
    # the title, and "patients with"
    ({"lumbar-radicular-pain"}, "Steroid for sciatica", "Pain fell.", ()),
    ({"facet-joint-pain"}, "A new needle", "Sixty patients with facet joint pain were treated.", ()),
    ({"low-back-pain"}, "A new needle", "Adults suffering from low back pain for a year were treated.", ()),
    ({"spondylolisthesis"}, "Fusion for spondylolisthesis", "Patients without disc herniation were excluded.", ()),
    (
        {"lumbar-radicular-pain", "lumbar-disc-herniation"},
        "A new needle",
        "Patients aged 18 to 65 years with one-level symptomatic lumbar disc herniation with weakness and/or sciatica were treated.",
        (),
    ),
    # a finding at another level, pain after surgery, a joint that the title names
    ({"spondylolisthesis"}, "Fusion and adjacent disc degeneration", "Patients with spondylolisthesis were treated.", ()),
    (
        {"failed-back-surgery-syndrome"},
        "Stimulation for failed back surgery syndrome",
        "All patients had radiculopathy. Patients with sciatica and back pain were treated.",
        (),
    ),
    ({"sacroiliac-joint-pain"}, "What to do at the sacroiliac joint?", "Drugs are described.", ()),
    (set(), "Screws across a disrupted sacroiliac joint", "Screws were placed.", ()),
    # a defining mention stands beside a much repeated one
    ({"cervical-radicular-pain", "spondylolisthesis"}, "Radiculopathy of the cervical spine", "Radiculopathy is common. We treated radiculopathy in patients with spondylolisthesis.", ()),
    # what is excluded, measured, or happens later
    ({OSTEO}, "Cement for osteoporotic compression fractures", "We will exclude patients with spinal stenosis and spondylolisthesis.", ()),
    ({"low-back-pain"}, "Adhesiolysis in low back pain without spinal stenosis", "", ()),
    ({"spondylolisthesis"}, "Fusion for spondylolisthesis", "Back pain scores fell. There was a risk of disc degeneration.", ()),
    ({"spondylolisthesis", "lumbar-spinal-stenosis"}, "Surgery for lumbar spinal stenosis", "Patients had spinal stenosis. Patients with spondylolisthesis were a third.", ()),
    # region and cause make a condition special
    ({LUMBAR}, "Disc herniation and leg pain", "", ()),
    ({"cervical-disc-herniation"}, "Cervical disc herniation treated by arthroplasty", "", ()),
    ({"lumbar-spinal-stenosis"}, "Spinal stenosis of the lumbar spine", "", ()),
    ({"spinal-stenosis"}, "Spinal stenosis and age", "", ()),
    ({"lumbar-radicular-pain"}, "Lumbosacral radiculopathy", "", ()),
    ({"cervical-radicular-pain"}, "Radiculopathy of the cervical spine", "", ()),
    ({OSTEO}, "Compression fractures in osteoporosis", "", ()),
    ({"malignant-vertebral-fracture"}, "Vertebral fractures from myeloma", "", ()),
    ({"vertebral-fracture"}, "Vertebral fractures after falls: burst type, no osteoporosis", "", ()),
    ({"low-back-pain"}, "Back pain of lumbar origin", "", ()),
    ({"spinal-cord-injury-pain"}, "Chronic pain after spinal cord injury", "", ()),
    # special before general
    ({"discogenic-pain"}, "Discogenic pain and low back pain", "Patients with low back pain had discogenic pain.", ()),
    ({"facet-joint-pain", "neck-pain"}, "Facet joint pain and neck pain", "", ()),
    ({"postherpetic-neuralgia"}, "Postherpetic neuralgia", "Patients with neuropathic pain were asked.", ()),
    ({LUMBAR}, "Lumbar disc herniation", "Patients with low back pain were asked.", ()),
    ({"cancer-pain"}, "Cancer pain", "Patients with chronic pain were asked.", ()),
    # phrases
    ({"low-back-pain", "lumbar-radicular-pain"}, "Stimulation for chronic back and leg pain", "", ()),
    ({"failed-back-surgery-syndrome"}, "Stimulation or reoperation", "We studied persistent radicular pain after lumbosacral spine surgery.", ()),
    ({"low-back-pain", "degenerative-disc-disease"}, "Prosthesis in low back pain with a degenerated disc", "", ()),
    # what goes without saying
    ({"vertebral-fracture"}, "Two needles for vertebroplasty", "Leakage was rare.", ("vertebroplasty",)),
    ({OSTEO}, "Two needles for vertebroplasty", "Women with osteoporosis were treated.", ("vertebroplasty",)),
    ({"facet-joint-pain"}, "Two volumes for a medial branch block", "Spread was measured.", ("medial-branch-block",)),
    ({"facet-joint-pain", "low-back-pain"}, "Denervation in low back pain", "", ("facet-radiofrequency-ablation",)),
    ({"vertebrogenic-pain"}, "Nerve ablation in low back pain", "", ("basivertebral-nerve-ablation",)),
    ({"sacroiliac-joint-pain"}, "Interventions at the joint", "", ("sacroiliac-joint-injection",)),
    ({"discogenic-pain"}, "Denervation in discogenic pain", "", ("facet-radiofrequency-ablation",)),
    ({LUMBAR}, "Microsurgery or endoscope", "Lumbar discs were removed.", ("discectomy",)),
    ({"spasticity"}, "Pumps in children", "", ("intrathecal-baclofen",)),
    # nothing named
    (set(), "Two volumes of contrast", "Spread was measured.", ()),
    ({"other-condition"}, "Ketamine for postoperative analgesia", "", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "title", "abstract", "procedures"), CASES, ids=[f"{t[:40]}-{a[:20]}" for _, t, a, _ in CASES]
)
def test_cases(expected: set[str], title: str, abstract: str, procedures: tuple[str, ...]) -> None:
    assert read(title, abstract, procedures) == expected


def test_a_review_keeps_all_conditions_it_goes_through() -> None:
    text = "Stimulation helps in failed back surgery syndrome, cancer pain and neuropathic pain. Injections help radiculopathy."
    assert read("What a pain clinic offers", text, design="narrative-review") == {
        "failed-back-surgery-syndrome", "cancer-pain", "neuropathic-pain", "radicular-pain",
    }  # fmt: skip


def test_a_few_of_many_procedures_imply_nothing() -> None:
    many = ("vertebroplasty", "medial-branch-block", "discectomy", "intrathecal-baclofen", "cordotomy")
    assert read("Interventions", "", many) == set()
    assert read("Interventions", "", ("kyphoplasty", *many[:3], "vertebroplasty")) == {"vertebral-fracture"}


def test_the_most_prominent_comes_first() -> None:
    made = record("Sciatica and stenosis")
    found = [
        Mention("indication", "lumbar-spinal-stenosis", 13, 21),
        Mention("indication", "lumbar-radicular-pain", 0, 8),
    ]
    found.append(Mention("indication", "lumbar-radicular-pain", 0, 8))
    assert indications(made, found) == ("lumbar-radicular-pain", "lumbar-spinal-stenosis")


CONTEXT_KEYS = {"name": str, "window": str, "pattern": str, "weight": float, "example": str}


@pytest.mark.parametrize("row", read_cues("indications", "context", CONTEXT_KEYS), ids=lambda row: row["name"])
def test_every_context_matches_its_example(row: dict[str, Any]) -> None:
    before, after = row["example"].split("{}")
    assert re.search(row["pattern"], before if row["window"] == "before" else after, re.IGNORECASE)


def test_every_phrase_matches_its_example() -> None:
    keys = {"indication": str, "where": str, "pattern": str, "example": str}
    for row in read_cues("indications", "phrase", keys):
        assert re.search(row["pattern"], row["example"], re.IGNORECASE), row["example"]
    for row in read_cues("indications", "fallback", {"indication": str, "pattern": str, "example": str}):
        assert re.search(row["pattern"], row["example"], re.IGNORECASE), row["example"]


def test_every_id_is_in_the_vocabulary() -> None:
    known = {concept.id for concept in load_vocabulary().concepts("indication")}
    procedures = {concept.id for concept in load_vocabulary().concepts("procedure")}
    for row in read_cues("indications", "specify", {"from": str, "to": str, "pattern": str, "unless": str}):
        assert {row["from"], row["to"]} <= known
    for row in read_cues("indications", "implied", {"procedure": str, "indication": str, "replaces": list}):
        assert row["procedure"] in procedures
        assert {row["indication"], *row["replaces"]} <= known
    for row in read_cues("indications", "covers", {"special": list, "general": list, "keep_in_title": bool}):
        assert {*row["special"], *row["general"]} - {"*"} <= known


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_safe(title: str, abstract: str) -> None:
    read(title, abstract, ("vertebroplasty",))
