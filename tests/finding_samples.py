"""Sentences with what the finding grammar must read in them, and the arm tables they are read with.

``data/findings/*.txt`` has one file per linguistic class. A line is ``family | expected | sentence``; lines of ``#`` are
comments, ``!`` before the family marks a sentence that is known to be read wrongly. Several sentences make a small
abstract; one after ``[C]`` belongs to the conclusions, one after ``[M]`` to the methods. Expected findings are written with the arms of the family::

    A>B pain    A is better        A+ pain   better than before     A# ae   a count is reported
    A<B pain    A is worse         A- pain   worse than before      A! ae   none was observed
    A=B pain    no difference      A~ pain   unchanged
    A?B pain    only reported      A~~B pain no difference by a test of non-inferiority
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.abbreviations import abbreviations
from ingest.afterthoughts import join_groups, test_numbers
from ingest.announced import announced
from ingest.arm_names import Names
from ingest.arms import ArmTable
from ingest.doings import with_doings
from ingest.findings import read_sentence
from ingest.grounding import find_mentions
from ingest.outcomes import settle_outcomes
from ingest.resumed import resumed
from ingest.scene import Carry, Finding, Paper
from ingest.traps import PLANNED
from kg.model import Arm, Sentence

__all__ = ["FAMILIES", "OUTCOMES", "Sample", "notation", "read", "samples"]

FOLDER = Path(__file__).parent / "data" / "findings"
TAILS = (" group", "-group", " patients", " arm", " groups", " participants", " subjects", " treatment", " therapy")

Family = tuple[tuple[str, tuple[str, ...]], ...]
FAMILIES: dict[str, Family] = {
    "esi": (
        (
            "epidural-steroid-injection",
            (
                "epidural steroid injection",
                "epidural steroids",
                "epidural steroid",
                "steroids",
                "steroid",
                "ESI",
                "group S",
            ),
        ),
        ("placebo-injection", ("saline", "placebo", "control", "controls", "group P")),
    ),
    "tfesi": (
        (
            "transforaminal-epidural-steroid-injection",
            ("transforaminal injection", "transforaminal", "TFESI", "TF", "group I"),
        ),
        (
            "interlaminar-epidural-steroid-injection",
            ("interlaminar injection", "interlaminar", "ILESI", "IL", "group II"),
        ),
    ),
    "rf": (
        (
            "facet-radiofrequency-ablation",
            ("radiofrequency denervation", "radiofrequency", "RF", "RFA", "active", "denervation"),
        ),
        ("sham-procedure", ("sham", "control", "controls", "placebo")),
    ),
    "sij": (
        ("sacroiliac-radiofrequency-ablation", ("cooled radiofrequency", "CRFA", "cooled RF")),
        ("medical-management", ("standard medical management", "SMM", "medical management")),
    ),
    "prf": (
        ("pulsed-radiofrequency", ("pulsed radiofrequency", "PRF", "group A")),
        ("epidural-steroid-injection", ("steroid injection", "steroid", "TFESI", "group B")),
    ),
    "again": (
        ("spinal-cord-stimulation", ("spinal cord stimulation", "SCS", "stimulation")),
        ("other-surgery", ("reoperation", "repeat surgery")),
    ),
    "scs": (
        ("spinal-cord-stimulation", ("spinal cord stimulation", "SCS", "stimulation")),
        ("medical-management", ("conventional medical management", "medical management", "CMM", "control", "controls")),
    ),
    "hf": (
        (
            "high-frequency-spinal-cord-stimulation",
            ("10-kHz stimulation", "10 kHz SCS", "HF10", "high-frequency stimulation"),
        ),
        (
            "spinal-cord-stimulation",
            ("traditional SCS", "low-frequency stimulation", "LF-SCS", "conventional stimulation"),
        ),
    ),
    "pvp": (
        ("vertebroplasty", ("vertebroplasty", "PVP", "VP")),
        (
            "conservative-care",
            ("conservative treatment", "conservative care", "conservative", "CT", "control", "controls"),
        ),
    ),
    "vpkp": (
        ("kyphoplasty", ("kyphoplasty", "PKP", "BKP", "balloon kyphoplasty")),
        ("vertebroplasty", ("vertebroplasty", "PVP", "VP")),
    ),
    "endo": (
        ("transforaminal-endoscopic-discectomy", ("endoscopic discectomy", "endoscopic", "PELD", "PTED")),
        ("discectomy", ("microdiscectomy", "microsurgical", "open", "MD", "open discectomy")),
    ),
    "ozone": (
        ("intradiscal-ozone", ("ozone", "ozone injection", "O2O3")),
        ("discectomy", ("discectomy", "surgery", "surgical")),
    ),
    "disc": (
        ("intradiscal-biacuplasty", ("biacuplasty", "IDB", "intradiscal biacuplasty")),
        ("medical-management", ("medical management", "CMM", "control")),
    ),
    "device": (
        ("interspinous-process-device", ("interspinous device", "spacer", "IPD", "device")),
        ("decompression-surgery", ("decompression", "laminectomy", "bony decompression")),
    ),
    "screw": (
        (
            "percutaneous-pedicle-screw-fixation",
            ("percutaneous", "percutaneous fixation", "PPSF", "minimally invasive"),
        ),
        ("spinal-fixation", ("open", "open fixation", "open surgery")),
    ),
    "doses": (
        ("facet-joint-injection", ("10 mg", "low-dose", "group L")),
        ("facet-joint-injection", ("40 mg", "high-dose", "group H")),
    ),
    "three": (
        ("transforaminal-epidural-steroid-injection", ("TFE", "transforaminal")),
        ("interlaminar-epidural-steroid-injection", ("ILE", "interlaminar")),
        ("caudal-epidural-steroid-injection", ("CE", "caudal")),
    ),
    "pump": (("intrathecal-drug-delivery", ("intrathecal", "pump", "IDD")),),
    "baclofen": (("intrathecal-baclofen", ("intrathecal baclofen", "ITB", "baclofen")),),
    "pvp1": (("vertebroplasty", ("vertebroplasty", "PVP")),),
    "drg1": (("dorsal-root-ganglion-stimulation", ("DRG stimulation", "DRG-S", "stimulation")),),
    "block1": (("medial-branch-block", ("medial branch block", "MBB", "block")),),
    "fusion1": (("spinal-fusion", ("fusion", "arthrodesis", "PLIF")),),
    "screws1": (("spinal-fixation", ("fixation", "instrumentation", "pedicle screws")),),
    "endo1": (("transforaminal-endoscopic-discectomy", ("endoscopic discectomy", "PELD")),),
}

OUTCOMES = {
    "pain": "pain-intensity", "back": "back-pain-intensity", "leg": "leg-pain-intensity", "neck": "neck-pain-intensity",
    "arm": "arm-pain-intensity", "resp": "pain-responder", "dis": "disability", "walk": "walking-capacity", "qol": "quality-of-life",
    "succ": "treatment-success", "sat": "patient-satisfaction", "opi": "opioid-use", "ana": "analgesic-use", "psy": "psychological-status",
    "sleep": "sleep", "work": "return-to-work", "reop": "reoperation", "rec": "recurrence", "dur": "duration-of-relief",
    "neuro": "neurological-function", "spas": "spasticity-severity", "ae": "adverse-event", "inf": "infection", "dural": "dural-tear",
    "nerve": "neurological-injury", "dev": "device-complication", "leak": "cement-leakage", "fx": "new-vertebral-fracture",
    "mort": "mortality", "time": "operative-time", "blood": "blood-loss", "rad": "radiation-exposure", "stay": "hospital-stay",
    "cost": "cost", "tech": "technical-success", "fus": "fusion-rate", "height": "vertebral-height", "align": "spinal-alignment",
    "img": "imaging-finding", "acc": "diagnostic-accuracy", "other": "other-outcome", "bio": "biomarker",
}  # fmt: skip
_SHORT = {long: short for short, long in OUTCOMES.items()}
_BETWEEN = {"better": ">", "worse": "<", "no-difference": "=", "reported": "?"}
_ALONE = {"better": "+", "worse": "-", "no-difference": "~", "reported": "#", "none-observed": "!"}
_ROLES = {"[C] ": "conclusions", "[M] ": "methods"}
_END = re.compile(r"(?<=[A-Za-z0-9)%\]])\. (?=[A-Z\[])")


@dataclass(frozen=True, slots=True)
class Sample:
    """A line of a sample file; ``open`` when it is known to be read wrongly."""

    name: str
    family: str
    expected: frozenset[str]
    text: str
    open: bool


def samples() -> Iterator[Sample]:
    """Yield the samples of all files, named by file and line."""
    for file in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            family, expected, text = (part.strip() for part in line.split("|", maxsplit=2))
            findings = frozenset(f.strip() for f in expected.split(";") if f.strip() != "-")
            yield Sample(f"{file.stem}:{number}", family.lstrip("! "), findings, text, family.startswith("!"))


def table(family: Family) -> ArmTable:
    """Return the arm table of a family, found by names alone."""
    names = Names()
    for arm, (_, aliases) in enumerate(family):
        for alias in aliases:
            names.add(alias, arm, TAILS)
    arms = tuple(Arm(procedure=procedure, names=aliases, index=i == 0) for i, (procedure, aliases) in enumerate(family))
    others = tuple(a.procedure for a in arms[1:])
    return ArmTable(
        arms=arms,
        procedures=(arms[0].procedure,),
        comparators=others,
        names=names,
        mentions=(),
        by_id={},
        groups=len(arms),
    )


def sentences(text: str) -> Iterator[Sentence]:
    """Cut a sample into sentences of results, of methods after "[M]", or of conclusions after "[C]"."""
    start = 0
    for cut in [*(m.end() for m in _END.finditer(text)), len(text)]:
        role = _ROLES.get(text[start : start + 4], "results")
        begin = start if role == "results" else start + 4
        yield Sentence(text=text[begin:cut].strip(), start=begin, end=cut, role=role)  # type: ignore[arg-type]
        start = cut


def read(family: str, text: str) -> list[Finding]:
    """Return the findings of a sample, as the claims of a record are made of them."""
    mentions = find_mentions(text, abbreviations(text))
    outcomes = with_doings(settle_outcomes([m for m in mentions if m.kind == "outcome"]), text)
    cut = list(sentences(text))
    plan = announced(text, [s for s in cut if s.role == "methods"], outcomes)
    paper = Paper(text=text, table=table(FAMILIES[family]), outcomes=outcomes, announced=plan)
    carry, found, last = Carry(), list[Finding](), list[Finding]()
    for sentence in cut:
        if sentence.role == "methods":
            continue
        again = resumed(last, sentence, paper)
        new = [] if PLANNED.search(sentence.text) else again or read_sentence(paper, sentence, carry)
        tested = test_numbers(last, sentence, text)
        joined = [] if tested else join_groups(last, new, text)
        if tested or joined:
            found, new = found[: len(found) - len(last)], tested or joined
        last = new
        general = sentence.role == "conclusions" and found
        found += [f for f in new if not (general and f.outcome.general)]
    return found


def notation(finding: Finding) -> str:
    """Write a finding as the sample files do."""
    arm, outcome = "ABC"[finding.arm], _SHORT[finding.outcome.id]
    if finding.other is None:
        return f"{arm}{_ALONE[finding.direction]} {outcome}"
    sign = "~~" if finding.noninferiority else _BETWEEN[finding.direction]
    return f"{arm}{sign}{'ABC'[finding.other]} {outcome}"
