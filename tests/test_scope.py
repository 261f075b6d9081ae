"""Scope: the example of every cue against it, and titles of every kind; mentions are given, not searched."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mention_samples import Mention, mentions, record

from ingest.cue_files import guarded, read_cues
from ingest.scope import classify_scope, scope_evidence
from kg.model import Design, Scope

KEYS = {"name": str, "verdict": str, "where": str, "pattern": str, "weight": float, "example": str}
CUES = read_cues("scope", "against", KEYS, {"needs": list})


# The words of these tests and what they mean; the real lexicon is tested elsewhere.
WORDS = {
    "vertebroplasty": ("procedure", "vertebroplasty"),
    "kyphoplasty": ("procedure", "kyphoplasty"),
    "epidural steroid": ("procedure", "epidural-steroid-injection"),
    "epidural analgesia": ("procedure", "epidural-drug-infusion"),
    "epidural": ("procedure", "epidural-injection"),
    "intrathecal morphine": ("procedure", "intrathecal-drug-delivery"),
    "intrathecal baclofen": ("procedure", "intrathecal-baclofen"),
    "plane block": ("procedure", "paraspinal-plane-block"),
    "denervation": ("procedure", "facet-radiofrequency-ablation"),
    "spinal cord stimulation": ("procedure", "spinal-cord-stimulation"),
    "discectomy": ("procedure", "discectomy"),
    "fusion": ("procedure", "spinal-fusion"),
    "pedicle screws": ("procedure", "percutaneous-pedicle-screw-fixation"),
    "acupuncture": ("procedure", "acupuncture"),
    "exercise": ("procedure", "physical-therapy"),
    "ketorolac": ("procedure", "medical-management"),
    "back pain": ("indication", "low-back-pain"),
    "sciatica": ("indication", "lumbar-radicular-pain"),
    "fractures": ("indication", "vertebral-fracture"),
    "stenosis": ("indication", "lumbar-spinal-stenosis"),
    "spasticity": ("indication", "spasticity"),
    "cancer pain": ("indication", "cancer-pain"),
    "neuropathy": ("indication", "painful-diabetic-neuropathy"),
    "postoperative pain": ("indication", "other-condition"),
}


def scope(title: str, abstract: str = "", design: Design = "randomised-trial") -> Scope:
    made = record(title, abstract)
    return classify_scope(made, mentions(made.text, WORDS), design)


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue["name"])
def test_every_cue_gives_its_verdict(cue: dict[str, Any]) -> None:
    assert guarded(cue).search(cue["example"].lower()) is not None
    title, abstract = ("A trial", cue["example"]) if cue["where"] == "abstract" else (cue["example"], "")
    made = record(title, abstract)
    _, off, adjacent = scope_evidence(made, ())
    assert (off if cue["verdict"] == "off" else adjacent) >= cue["weight"]


RECORDS: list[tuple[Scope, str, str]] = [
    ("on", "Vertebroplasty for osteoporotic fractures", "Pain fell in all patients."),
    ("on", "Kyphoplasty after a year: fractures treated in 12 adults", ""),
    ("on", "Epidural steroid for sciatica", "A steroid was compared with saline."),
    ("on", "Denervation of the facets in chronic back pain", ""),
    ("on", "Spinal cord stimulation in painful diabetic neuropathy", ""),
    ("on", "Intrathecal baclofen in severe spasticity", ""),
    ("on", "Intrathecal morphine for cancer pain at home", "Cancer pain was relieved by intrathecal morphine. The intrathecal morphine was given by pump."),
    ("on", "Discectomy or exercise for sciatica", ""),
    ("on", "Percutaneous pedicle screws in burst fractures", ""),
    ("on", "Acupuncture for chronic back pain", ""),
    ("on", "Exercise in lumbar stenosis", ""),
    ("on", "Fusion or exercise for back pain: cost and outcome", ""),
    ("on", "Treatment of odontoid fractures in old age: surgery or collar", ""),
    ("on", "A survey of pain clinics", "Clinics were asked about epidural steroid use for sciatica. Denervation was common."),
    ("on", "Recovery after a difficult year", "Back pain was treated by denervation, then by spinal cord stimulation."),
    ("off", "Epidural analgesia in labour", "Parturients had an epidural."),
    ("off", "Epidural fentanyl for labour pain", ""),
    ("off", "Sufentanil and bupivacaine", "Women in labour had an epidural. The epidural was placed in labouring women."),
    ("off", "Intrathecal morphine after caesarean delivery", ""),
    ("off", "Spinal anaesthesia for day surgery with two needles", ""),
    ("off", "Thoracic epidural analgesia after thoracotomy", ""),
    ("off", "Erector spinae plane block for cholecystectomy", ""),
    ("off", "Epidural morphine for pain relief after hip arthroplasty", ""),
    ("off", "Continuous epidural analgesia", "Adults undergoing abdominal hysterectomy were studied."),
    ("off", "Post-dural puncture headache in young adults", ""),
    ("off", "Magnetic resonance findings in back pain", ""),
    ("off", "General practitioners' perceptions of back pain", ""),
    ("off", "A simulator for epidural steroid injection", ""),
    ("off", "Botulinum toxin for cervical dystonia", ""),
    ("off", "Cerebral palsy", "Intrathecal baclofen is one of many options for spasticity."),
    ("off", "Statins and the heart", "Cholesterol fell."),
    ("off", "Drugs used to treat spasticity", ""),
    ("adjacent", "Postoperative pain after lumbar disc surgery: ketorolac or opioid", ""),
    ("adjacent", "Tranexamic acid in lumbar fusion", "Fusion bled less."),
    ("adjacent", "Local application of steroids following lumbar discectomy", ""),
    ("adjacent", "Postoperative analgesia with epidural morphine after lumbar fusion", ""),
    ("adjacent", "Antibiotic prophylaxis in spinal fusion", ""),
    ("adjacent", "Cytokines in discs removed at discectomy for sciatica", ""),
    ("adjacent", "Wound infiltration with bupivacaine after laminectomy for stenosis", ""),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "title", "abstract"), RECORDS, ids=[title[:60] for _, title, _ in RECORDS])
def test_whole_records(expected: Scope, title: str, abstract: str) -> None:
    assert scope(title, abstract) == expected


def test_what_is_not_done_in_people_is_off() -> None:
    assert scope("Vertebroplasty of osteoporotic fractures", design="preclinical") == "off"
    assert scope("Vertebroplasty of osteoporotic fractures", design="case-series") == "on"


def test_anaesthetic_blocks_alone_are_no_evidence() -> None:
    made = record("Epidural analgesia with two drugs", "An epidural was given. The epidural lasted longer.")
    assert scope_evidence(made, mentions(made.text, WORDS))[0] == 0.0


def test_a_word_in_context_counts_less_than_a_full_name() -> None:
    made = record("The block for sciatica")
    full = [Mention("procedure", "medial-branch-block", 4, 9)]
    context = [Mention("procedure", "medial-branch-block", 4, 9, strength="context")]
    assert scope_evidence(made, context)[0] == scope_evidence(made, full)[0] / 2


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_gets_a_scope_of_the_contract(title: str, abstract: str) -> None:
    assert scope(title, abstract) in get_args(Scope)
