"""Names of outcomes in sentences: which outcome is meant, which way is better, and words that only look like one."""

from __future__ import annotations

import pytest

from ingest.grounding import find_mentions
from ingest.outcomes import OutcomeHit, outcome_hits, settle_outcomes


def hits(text: str) -> list[OutcomeHit]:
    """Return the outcomes a sentence names, the sentence being the whole record."""
    return outcome_hits(settle_outcomes([m for m in find_mentions(text) if m.kind == "outcome"]), text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("More patients were free of pain.", [("pain-responder", 1)]),
        # Scales by site of pain, in every order of the words.
        ("The VAS score for the leg fell.", [("leg-pain-intensity", -1)]),
        ("Low back VAS scores fell.", [("back-pain-intensity", -1)]),
        ("NRS of the lower limb fell.", [("leg-pain-intensity", -1)]),
        ("Upper limb VAS fell.", [("arm-pain-intensity", -1)]),
        ("Numerical rating scales for cervical pain fell.", [("neck-pain-intensity", -1)]),
        ("A verbal numeric scale was read.", [("pain-intensity", -1)]),
        ("The DN4 fell.", [("pain-intensity", -1)]),
        ("The quality of analgesia was better.", [("pain-intensity", 1)]),
        # Questionnaires of function, old and new, of both directions.
        ("The MODQ fell.", [("disability", -1)]),
        ("The Quebec score fell.", [("disability", -1)]),
        ("Roland-Morris Disability Inventories were read.", [("disability", -1)]),
        ("Days with limited activity were fewer.", [("disability", -1)]),
        ("The Lower Extremity Functional Scale rose.", [("disability", 1)]),
        ("Functional activity was better.", [("disability", 1)]),
        ("Six-minute walk distances rose.", [("walking-capacity", 1)]),
        ("The 10-m walk time fell.", [("walking-capacity", -1)]),
        ("The RAND-36 domains were read.", [("quality-of-life", 1)]),
        ("The AQoL rose.", [("quality-of-life", 1)]),
        ("The ECOS-16 fell.", [("quality-of-life", -1)]),
    ],
)
def test_names_of_pain_function_and_quality_of_life(text: str, found: list[tuple[str, int]]) -> None:
    assert [(h.id, h.sign) for h in hits(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "The left lower limb was elevated.",
        "Activity of the enzyme was assayed.",
        "The neck was flexed and the arm abducted.",
        "A walkway led to the ward.",
    ],
)
def test_what_only_looks_like_pain_or_function(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The secondary end points were alike.", [("treatment-success", 1, True)]),
        ("Clinical scores were alike.", [("treatment-success", 1, True)]),
        ("Final clinical results were alike.", [("treatment-success", 1, True)]),
        ("Good or excellent outcomes were more frequent.", [("treatment-success", 1, False)]),
        ("The global rating of change was better.", [("treatment-success", 1, False)]),
        ("Overall success rates were higher.", [("treatment-success", 1, False)]),
        ("Poor clinical outcomes were rarer.", [("treatment-success", -1, False)]),
        ("More would choose the procedure.", [("patient-satisfaction", 1, False)]),
        ("The degree of satisfaction was higher.", [("patient-satisfaction", 1, False)]),
        ("Dissatisfaction rates were lower.", [("patient-satisfaction", -1, False)]),
        ("Sufentanil consumption was lower.", [("opioid-use", -1, False)]),
        ("The opioid dose reduction was larger.", [("opioid-use", 1, False)]),
        ("The dosage of gabapentin fell.", [("analgesic-use", -1, False)]),
        ("Time to first rescue analgesia was longer.", [("analgesic-use", 1, False)]),
        ("The self-rating anxiety scale fell.", [("psychological-status", -1, False)]),
        ("Pain acceptance rose.", [("psychological-status", 1, False)]),
        ("Difficulty sleeping was rarer.", [("sleep", -1, False)]),
        ("Most returned to their previous jobs.", [("return-to-work", 1, False)]),
        ("The duration of sick leave was shorter.", [("return-to-work", -1, False)]),
    ],
)
def test_names_of_what_patients_report(text: str, found: list[tuple[str, int, bool]]) -> None:
    assert [(h.id, h.sign, h.general) for h in hits(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "The clinic scored the forms.",
        "A primary care physician was seen.",
        "The morphology was noted.",
        "The office was at work.",
        "Comfortable chairs were bought.",
    ],
)
def test_what_only_looks_like_a_report_of_patients(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Subsequent cervical surgery was rarer.", [("reoperation", -1)]),
        ("Four had to be reoperated.", [("reoperation", -1)]),
        ("Six went to surgery.", [("reoperation", -1)]),
        ("Freedom from secondary surgery was higher.", [("reoperation", 1)]),
        ("Return of symptoms was rarer.", [("recurrence", -1)]),
        ("The relapse-free interval was longer.", [("recurrence", 1)]),
        ("The relief per injection was longer.", [("duration-of-relief", 1)]),
        ("The interval between treatments was longer.", [("duration-of-relief", 1)]),
        ("Neurological success was more frequent.", [("neurological-function", 1)]),
        ("AIS grades were better.", [("neurological-function", 1)]),
        ("Numbness of the hand, by a VAS for numbness, fell.", [("neurological-function", -1)]),
        ("The number of spasms fell.", [("spasticity-severity", -1)]),
        ("Antispastic efficacy was higher.", [("spasticity-severity", 1)]),
    ],
)
def test_names_of_what_comes_later(text: str, found: list[tuple[str, int]]) -> None:
    assert [(h.id, h.sign) for h in hits(text)][-1:] == found


@pytest.mark.parametrize(
    "text",
    [
        "Stimulation was raised until paresthesia was felt.",
        "Patients who chose an operation were counted.",
        "The surgery was done under local anaesthesia.",
        "Reflux was treated.",
    ],
)
def test_what_only_looks_like_something_later(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vascular puncture was rarer.", [("adverse-event", -1)]),
        ("No ureteral injury was seen.", [("adverse-event", -1)]),
        ("Two pulmonary cement emboli were seen.", [("adverse-event", -1)]),
        ("Swallowing difficulty was rarer.", [("adverse-event", -1)]),
        ("Mirror pain arose.", [("adverse-event", -1)]),
        ("Pin site infections were rarer.", [("infection", -1)]),
        ("A wet tap was noted.", [("dural-tear", -1)]),
        ("Subarachnoid entries were rarer.", [("dural-tear", -1)]),
        ("Transient arm weakness was seen.", [("neurological-injury", -1)]),
        ("No permanent deficit was seen.", [("neurological-injury", -1)]),
        ("Loosening of the screws was rarer.", [("device-complication", -1)]),
        ("Lead dislodgment was rarer.", [("device-complication", -1)]),
        ("Extra-vertebral leakage was rarer.", [("cement-leakage", -1)]),
        ("Newly developed compression fractures were rarer.", [("new-vertebral-fracture", -1)]),
        ("Odds of mortality were lower.", [("mortality", -1)]),
        ("The survival benefit was larger.", [("mortality", 1)]),
    ],
)
def test_names_of_harms(text: str, found: list[tuple[str, int]]) -> None:
    assert [(h.id, h.sign) for h in hits(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "The lead author wrote it.",
        "A mirror was held up.",
        "The pump was filled at the tap.",
        "The vessel was ligated.",
        "The wrong form was used.",
    ],
)
def test_what_only_looks_like_a_harm(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The procedure lasted longer.", [("operative-time", -1)]),
        ("Needle insertion times were shorter.", [("operative-time", -1)]),
        ("Hb drop was smaller.", [("blood-loss", -1)]),
        ("The volume of postoperative drainage was smaller.", [("blood-loss", -1)]),
        ("The number of X-rays was smaller.", [("radiation-exposure", -1)]),
        ("The CT dose index was lower.", [("radiation-exposure", -1)]),
        ("The day of discharge was earlier.", [("hospital-stay", -1)]),
        ("Lengths of hospital stay were shorter.", [("hospital-stay", -1)]),
        ("Hospital bills were lower.", [("cost", -1)]),
        ("Cost savings were larger.", [("cost", 1)]),
        ("First puncture success rates were higher.", [("technical-success", 1)]),
        ("The number of needle redirections was smaller.", [("technical-success", -1)]),
        ("Fusion was achieved in all.", [("fusion-rate", 1)]),
        ("The time to bony union was shorter.", [("fusion-rate", -1)]),
    ],
)
def test_names_of_what_is_measured_at_operation(text: str, found: list[tuple[str, int]]) -> None:
    assert [(h.id, h.sign) for h in hits(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "It took place in spring.",
        "The bill was passed.",
        "The fluoroscope was moved.",
        "One month after discharge from hospital forms were sent.",
        "The fusion of two companies was announced.",
    ],
)
def test_what_only_looks_like_a_measure_at_operation(text: str) -> None:
    assert hits(text) == []
