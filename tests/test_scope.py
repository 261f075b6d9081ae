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
CUES = read_cues("scope", "against", KEYS, {"needs": list, "unless": list})


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


NAMED = {"name": str, "pattern": str, "example": str}


@pytest.mark.parametrize("table", ["setting", "adjunct"])
def test_every_setting_and_adjunct_is_found_in_its_example(table: str) -> None:
    for row in read_cues("scope", table, NAMED, {"needs": list}):
        assert guarded(row).search(row["example"].lower()) is not None, row["name"]


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
    # Animals and healthy people.
    ("off", "Epidural steroid in standing horses with back pain", ""),
    ("off", "Denervation of facets in a rabbit model", ""),
    ("off", "Spread of an epidural steroid in healthy volunteers", ""),
    ("off", "Trunk muscles of adults with and without back pain: exercise and load", ""),
    ("on", "Exercise with and without denervation for chronic back pain", ""),
    # Instruments, literature about the literature, nerve monitoring.
    ("adjacent", "Validity of the short disability index after fusion for back pain", ""),
    ("adjacent", "Minimal clinically important difference of a leg score in discectomy for sciatica", ""),
    ("adjacent", "Paper questionnaires or telephone interviews after fusion for back pain", ""),
    ("on", "Validity of two denervation scores and diagnostic blocks in back pain", ""),
    ("adjacent", "The fragility index of trials of discectomy for sciatica", ""),
    ("on", "Vertebroplasty for fragility fractures", ""),
    ("adjacent", "The hundred most cited papers on spinal cord stimulation in sciatica", ""),
    ("adjacent", "Evoked potentials during discectomy for sciatica", ""),
    # Another disease, a drug's own harm, imaging and work-up.
    ("off", "Spinal tuberculosis presenting as back pain in a nurse", "She had done exercise for back pain."),
    ("on", "Fractures presenting with back pain: treatment by vertebroplasty", ""),
    ("off", "Tramadol withdrawal in a woman with sciatica", "She had had discectomy and denervation."),
    ("on", "Withdrawal of intrathecal baclofen in spasticity", ""),
    ("off", "Computed tomography for detecting clefts in vertebral fractures", "Vertebroplasty was planned in some."),
    ("on", "Computed tomography guidance for vertebroplasty of fractures", ""),
    ("off", "Back pain in general practice: a work-up", "Exercise and denervation are options in back pain."),
    ("off", "Association of school bags and back pain", "Exercise was rare."),
    ("on", "Association of cement volume with fractures after vertebroplasty", ""),
    ("off", "The natural course of sciatica", "Some had discectomy."),
    ("on", "The natural course of sciatica and its treatment by discectomy", ""),
    # The spinal operation is only the setting.
    ("adjacent", "Propofol or sevoflurane in discectomy for sciatica", ""),
    ("adjacent", "Spinal versus general anaesthesia for lumbar discectomy in sciatica", ""),
    ("adjacent", "Delirium after lumbar fusion for stenosis", ""),
    ("adjacent", "A barrier gel against adhesions in discectomy for sciatica", ""),
    ("on", "Epidural steroid against pain of adhesions in failed surgery for sciatica", ""),
    ("adjacent", "Teriparatide and the rate of union after lumbar fusion for stenosis", ""),
    ("adjacent", "Pregabalin before lumbar laminectomy for stenosis", ""),
    ("on", "Pregabalin or spinal cord stimulation after failed lumbar surgery with sciatica", ""),
    ("adjacent", "Erector spinae plane block in lumbar fusion for stenosis", ""),
    ("on", "Erector spinae plane block for chronic back pain after lumbar surgery", ""),
    ("adjacent", "Antibiotics to prevent wound infection after fusion for back pain", ""),
    ("adjacent", "Goal-directed fluids in lumbar fusion for stenosis", ""),
    ("on", "Music and exercise for chronic back pain after lumbar surgery", ""),
    ("adjacent", "Platelet-rich plasma and union after fusion for back pain", ""),
    ("on", "Platelet-rich plasma for back pain: denervation as control", ""),
    ("adjacent", "Fibrin glue for tears in discectomy for sciatica", ""),
    ("on", "Fractures in polytrauma: vertebroplasty or bracing", ""),
    ("on", "Kyphoplasty under local anaesthesia for fractures", ""),
    ("on", "Masses at intrathecal baclofen infusion catheters in spasticity", ""),
    # Stimulation and epidurals for other ends.
    ("off", "Spinal cord stimulation for gait disturbances in Parkinson's disease", ""),
    ("off", "Epidural steroid before coronary surgery", ""),
    ("off", "A caudal epidural for day surgery", "Boys scheduled for elective inguinal repair were included; an epidural was placed."),
    # Labour is told by who takes part, not by a word in passing.
    ("on", "Denervation for back pain", "Back pain is common, during pregnancy and in labor too."),
    ("off", "Two doses for an epidural", "Women in early labour had an epidural."),
    # Drugs for pain of the whole body are ours only beside something done at the spine.
    ("off", "Ketorolac for cancer pain", "Cancer pain fell with ketorolac."),
    ("on", "Ketorolac or intrathecal morphine for cancer pain", "Intrathecal morphine relieved cancer pain."),
    # An operation on the spine that is named by its purpose.
    ("on", "Surgical treatment of metastases of the spine", ""),
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


OTHER_FIELDS = [
    ("Platelet counts in plasma after bypass", "plasma", "intradiscal-platelet-rich-plasma"),
    ("Primary stenting of occluded arteries: three years", "stenting", "vertebral-augmentation"),
    ("Transplantation of marrow in leukaemia", "Transplantation", "intradiscal-cell-therapy"),
    ("A new implant for the missing molar", "implant", "interspinous-process-device"),
    ("Laser for glaucoma", "Laser", "percutaneous-laser-disc-decompression"),
    ("Arthrodesis of the thumb", "Arthrodesis", "spinal-fusion"),
]


@pytest.mark.parametrize(("title", "word", "procedure"), OTHER_FIELDS, ids=[title for title, *_ in OTHER_FIELDS])
@pytest.mark.parametrize("strength", ["context", "full"])
def test_a_record_without_a_word_of_the_spine_is_off(title: str, word: str, procedure: str, strength: str) -> None:
    start = title.index(word)
    named = [Mention("procedure", procedure, start, start + len(word), strength=strength)]
    assert classify_scope(record(title), named) == "off"
    spinal = record(f"{title} and of the lumbar spine")
    assert scope_evidence(spinal, named)[0] == (1.0 if strength == "context" else 2.0) or procedure == "spinal-fusion"


ANCHORS = read_cues("scope", "anchor", {"name": str, "pattern": str, "example": str})


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor["name"])
def test_every_anchor_is_found_in_its_example(anchor: dict[str, str]) -> None:
    assert guarded(anchor).search(anchor["example"].lower()) is not None


def test_for_pain_of_the_whole_body_a_word_in_context_is_no_evidence() -> None:
    made = record("Morphine for cancer pain")
    cancer = Mention("indication", "cancer-pain", 13, 24)
    intrathecal = Mention("procedure", "intrathecal-drug-delivery", 0, 8, strength="context")
    assert classify_scope(made, [intrathecal, cancer]) == "off"
    assert classify_scope(made, [Mention("procedure", "intrathecal-drug-delivery", 0, 8), cancer]) == "on"


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_gets_a_scope_of_the_contract(title: str, abstract: str) -> None:
    assert scope(title, abstract) in get_args(Scope)
