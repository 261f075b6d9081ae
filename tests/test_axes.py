"""Variants of a technique: what holds for every patient, for one arm, and for one sentence; traps of each kind."""

from __future__ import annotations

import pytest
from claim_samples import Read
from hypothesis import given
from hypothesis import strategies as st

from ingest.axes import Axes, claim_axes, read_axes
from ingest.grounding import Mention
from kg.model import Claim
from kg.vocabulary import Concept, load_vocabulary

TFESI = "transforaminal-epidural-steroid-injection"
ESI = "epidural-steroid-injection"
RF = "facet-radiofrequency-ablation"
FACET = "facet-joint-injection"
SCS = "spinal-cord-stimulation"
VP = "vertebroplasty"
KP = "kyphoplasty"

Pairs = set[str]


def stated(read: Read, procedure: str, sentence: str = "", *, basis: str = "between") -> Pairs:
    """Return the variants of a claim on ``procedure`` read in ``sentence``, as "axis value"."""
    procedures = [m for m in read.mentions if m.kind == "procedure"]
    axes = read_axes(read.text, read.sentences, [m for m in read.mentions if m.kind == "axis"], procedures, read.table)
    start = read.record.text.index(sentence)
    claim = Claim(
        pmid="1", procedure=procedure, outcome="pain-intensity", basis=basis, direction="better",  # type: ignore[arg-type]
        quote=sentence, start=start, end=start + len(sentence),
    )  # fmt: skip
    return {" ".join(pair) for pair in claim_axes(axes, claim, read.text, read.table)}


ONE_ARM: list[tuple[str, str, str, Pairs]] = [
    # title, methods, procedure, what is stated
    ("Fluoroscopy-guided lumbar transforaminal epidural steroid injection", "", TFESI, {"guidance fluoroscopy", "region lumbar", "approach transforaminal", "injectate steroid"}),
    ("Transforaminal epidural injection of dexamethasone", "", TFESI, {"approach transforaminal", "injectate dexamethasone"}),
    ("Epidural steroid injection for sciatica", "A non-particulate steroid was given at L5-S1.", ESI, {"injectate steroid-nonparticulate", "level l5-s1"}),
    ("Epidural steroid injection for sciatica", "All injections used particulate steroid under CT guidance.", ESI, {"injectate steroid-particulate", "guidance ct"}),
    ("Epidural steroid injection for sciatica", "A mixture of bupivacaine and triamcinolone was injected.", ESI, {"injectate bupivacaine", "injectate triamcinolone"}),
    ("Epidural steroid injection for sciatica", "Methylprednisolone or triamcinolone was injected, as available.", ESI, {"injectate steroid"}),
    ("Caudal epidural steroid injection", "The needle was placed without fluoroscopy.", "caudal-epidural-steroid-injection", {"approach caudal", "guidance landmark", "injectate steroid"}),
    ("Parasagittal interlaminar epidural steroid injection", "", "interlaminar-epidural-steroid-injection", {"approach parasagittal", "injectate steroid"}),
    ("Facet joint injection under ultrasound", "", FACET, {"guidance ultrasound"}),
    ("Intra-articular facet joint injection of the cervical spine", "", FACET, {"approach intra-articular", "region cervical"}),
    ("Facet joint injection", "Lidocaine was injected at the C5-C6 level.", FACET, {"injectate lidocaine", "level c5-c6"}),
    ("Radiofrequency denervation of lumbar facet joints", "Patients were selected by two diagnostic blocks with at least 80% pain relief.", RF, {"region lumbar", "selection dual-blocks", "selection cut-off-80"}),
    ("Radiofrequency denervation of lumbar facet joints", "Patients with at least 50% pain relief after a single diagnostic block were eligible.", RF, {"region lumbar", "selection single-block", "selection cut-off-50"}),
    ("Radiofrequency denervation of facet joints", "Denervation followed without prior diagnostic block in eligible patients.", RF, {"selection no-block"}),
    ("Cooled radiofrequency ablation of facet joints", "", RF, {"radiofrequency-mode cooled"}),
    ("Pulsed radiofrequency at the L5 level", "", "pulsed-radiofrequency", {"radiofrequency-mode pulsed", "level l5"}),
    ("Bipolar radiofrequency for facet pain", "", RF, {"radiofrequency-mode bipolar"}),
    ("Burst stimulation of the spinal cord for leg pain", "", "burst-spinal-cord-stimulation", {"waveform burst"}),
    ("Spinal cord stimulation for leg pain", "After a successful stimulation trial a rechargeable generator and a paddle lead were implanted.", SCS, {"selection stimulation-trial", "device rechargeable", "device paddle-lead"}),
    ("Spinal cord stimulation for leg pain", "Patients had failed conservative treatment.", SCS, {"selection failed-conservative-care"}),
    ("Intrathecal morphine for cancer pain", "A programmable pump was implanted after a positive intrathecal trial.", "intrathecal-drug-delivery", {"injectate morphine", "device pump-programmable", "selection intrathecal-trial"}),
    ("Unilateral percutaneous vertebroplasty", "High-viscosity cement was injected by the transpedicular approach under fluoroscopy.", VP, {"approach unilateral", "approach percutaneous", "approach transpedicular", "injectate cement-high-viscosity", "guidance fluoroscopy"}),
    ("Balloon kyphoplasty for single-level fractures", "", KP, {"level single"}),
    ("Vertebroplasty for fractures", "Eligible fractures showed bone marrow oedema.", VP, {"selection marrow-oedema"}),
    ("Basivertebral nerve ablation", "Patients with Modic type 1 or 2 endplate changes were included.", "basivertebral-nerve-ablation", {"selection modic"}),
    ("The Coflex interspinous device in lumbar stenosis", "", "interspinous-process-device", {"device interspinous-dynamic", "region lumbar"}),
    ("Percutaneous laser disc decompression", "", "percutaneous-laser-disc-decompression", {"approach percutaneous", "device laser"}),
    ("Robot-assisted pedicle screw fixation by the posterior approach", "", "spinal-fixation", {"guidance robot", "approach posterior"}),
    ("Denervation of facet joints adds nothing to sham when diagnosis rests on a single block", "", RF, {"selection single-block"}),
    # Broader beside narrower; the title over the methods; two regions leave it open.
    ("Lumbosacral and lumbar facet joint injection", "", FACET, {"region lumbosacral"}),
    ("Cervical facet joint injection", "Thoracic levels were left out. Lidocaine was injected.", FACET, {"region cervical", "injectate lidocaine"}),
    ("Cervical and lumbar facet joint injection", "", FACET, set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "methods", "procedure", "axes"), ONE_ARM, ids=[f"{r[0][:40]} {r[1][:30]}" for r in ONE_ARM]
)
def test_what_is_stated_of_everyone(title: str, methods: str, procedure: str, axes: Pairs) -> None:
    assert stated(Read.of(title, methods=methods), procedure) == axes


TRAPS: list[tuple[str, str, str]] = [
    # Words that mean something else where they stand, and variants of what is not the procedure.
    ("Vertebroplasty", "Anterior vertebral height was measured on lateral radiographs.", VP),
    ("Vertebroplasty", "Cement leakage was recorded.", VP),
    ("Vertebroplasty", "An open-label trial was done.", VP),
    ("Vertebroplasty", "Fluoroscopy time was recorded.", VP),
    ("Vertebroplasty", "Lumbar lordosis was measured.", VP),
    ("Vertebroplasty", "Adjacent level fractures were counted.", VP),
    ("Vertebroplasty", "T1-weighted images were taken.", VP),
    ("Vertebroplasty", "Computed tomography was done after a day.", VP),
    ("Vertebroplasty", "Magnetic resonance imaging was evaluated by two readers.", VP),
    ("Vertebroplasty", "Morphine was given on demand.", VP),
    ("Facet joint injection", "Patients had unilateral pain and midline tenderness.", FACET),
    ("Facet joint injection", "Morphine consumption was recorded.", FACET),
    ("Facet joint injection", "Success was defined as at least 50% pain relief.", FACET),
    ("Facet joint injection", "Responders were those with 80% relief at one year.", FACET),
    ("Facet joint injection", "Patients with 1- or 2-level disease took part.", FACET),
    (
        "Pedicle screw fixation",
        "Screws were placed one level above and one level below the fracture.",
        "spinal-fixation",
    ),
    ("Facet joint injection", "The effect of continuous ultrasound was compared.", FACET),
    ("Spinal cord stimulation", "Burst fractures were excluded. Local anesthetic was used.", "vertebral-augmentation"),
    ("Spinal cord stimulation", "The trial period lasted a week.", SCS),
    ("Spinal cord stimulation", "Diagnostic blocks with bupivacaine gave 80% relief.", "physical-therapy"),
    ("Radiofrequency denervation of facet joints", "A single block lasted an hour.", RF),
    ("Morning stiffness in bakers", "", FACET),
]


@pytest.mark.parametrize(("title", "methods", "procedure"), TRAPS, ids=[row[1][:50] for row in TRAPS])
def test_what_only_looks_like_a_variant(title: str, methods: str, procedure: str) -> None:
    assert stated(Read.of(title, methods=methods), procedure) == set()


@pytest.mark.parametrize("section", ["background", "results", "conclusions"])
def test_other_parts_state_nothing(section: str) -> None:
    told = {"methods": "Forty patients took part.", section: "Facet joint injection is done under ultrasound guidance."}
    read = Read.of("Facet joint injection", **told)
    assert stated(read, FACET) == set()


TWO_ARMS: list[tuple[str, str, str, str, Pairs, str, Pairs]] = [
    # title, methods, and for two claims their sentence or procedure with what each carries
    (
        "Dexamethasone or triamcinolone for transforaminal epidural steroid injection",
        "Group A received dexamethasone, group B received triamcinolone. All injections were done under fluoroscopy.",
        "Pain fell in group A.", "Pain fell in group B.",
        {"injectate dexamethasone"}, TFESI, {"injectate triamcinolone"},
    ),
    (
        "Two steroids for transforaminal epidural steroid injection",
        "Patients had injections of dexamethasone (group A) or methylprednisolone (group B) under fluoroscopic guidance.",
        "Pain fell in group A.", "Pain fell in group B.",
        {"injectate dexamethasone"}, TFESI, {"injectate methylprednisolone"},
    ),
    (
        "Facet joint injection by two methods of guidance",
        "Group A was injected under ultrasound guidance and group B under CT guidance.",
        "Pain fell in group A.", "Pain fell in group B.",
        {"guidance ultrasound"}, FACET, {"guidance ct"},
    ),
    (
        "Unilateral versus bilateral kyphoplasty",
        "Group 1 had unilateral kyphoplasty and group 2 had bilateral kyphoplasty.",
        "Pain fell in group 1.", "Pain fell in group 2.",
        {"approach unilateral"}, KP, {"approach bilateral"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "methods", "first", "second", "of_first", "procedure", "of_second"),
    TWO_ARMS,
    ids=[row[0] for row in TWO_ARMS],
)
def test_each_arm_carries_its_own(
    title: str, methods: str, first: str, second: str, of_first: Pairs, procedure: str, of_second: Pairs
) -> None:
    read = Read.of(title, methods=methods, results=f"{first} {second} Nobody fell ill.")
    own, other = stated(read, procedure, first, basis="within"), stated(read, procedure, second, basis="within")
    assert of_first <= own
    assert of_second <= other
    assert not of_first & other
    assert not of_second & own
    assert of_first <= stated(read, procedure, "Nobody fell ill.")  # between arms: the side of the first


BY_PROCEDURE: list[tuple[str, str, dict[str, Pairs]]] = [
    (
        "Transforaminal versus interlaminar epidural steroid injection for sciatica",
        "Patients were randomised to transforaminal epidural steroid injection or to interlaminar epidural steroid injection.",
        {
            TFESI: {"approach transforaminal", "injectate steroid"},
            "interlaminar-epidural-steroid-injection": {"approach interlaminar", "injectate steroid"},
        },
    ),
    (
        "Vertebroplasty or conservative care for fractures",
        "Patients were randomised to vertebroplasty or conservative care. Vertebroplasty was done under fluoroscopy with bone cement.",
        {VP: {"guidance fluoroscopy", "injectate cement"}, "conservative-care": set()},
    ),
    (
        "Epidural steroid injection or saline for sciatica",
        "Patients were randomised to epidural steroid injection with triamcinolone or to a placebo injection of saline.",
        {ESI: {"injectate triamcinolone"}, "placebo-injection": {"injectate saline"}},
    ),
    (
        "Vertebroplasty versus kyphoplasty in thoracolumbar fractures",
        "Patients were randomised to vertebroplasty or kyphoplasty. Kyphoplasty was done with an inflatable bone tamp.",
        {VP: {"region thoracolumbar"}, KP: {"region thoracolumbar", "device balloon"}},
    ),
    (
        "High-viscosity cement vertebroplasty or low-viscosity cement kyphoplasty",
        "Patients were randomised to vertebroplasty or kyphoplasty.",
        {VP: {"injectate cement-high-viscosity"}, KP: {"injectate cement-low-viscosity"}},
    ),
    (
        "Percutaneous endoscopic lumbar discectomy or open discectomy",
        "Patients were randomised to percutaneous endoscopic discectomy or to open discectomy.",
        {"discectomy": {"approach open", "region lumbar"}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("title", "methods", "expected"), BY_PROCEDURE, ids=[row[0] for row in BY_PROCEDURE])
def test_arms_of_two_procedures_carry_their_own(title: str, methods: str, expected: dict[str, Pairs]) -> None:
    read = Read.of(title, methods=methods, results="Pain fell.")
    assert {procedure: stated(read, procedure, "Pain fell.") for procedure in expected} == expected


def test_two_arms_of_one_procedure_named_in_the_title_only() -> None:
    read = Read.of(
        "Fluoroscopy versus ultrasound for lumbar facet joint injection",
        methods="Patients were randomised to facet joint injection under fluoroscopy or to facet joint injection under ultrasound.",
        results="Pain fell in all.",
    )
    assert stated(read, FACET, "Pain fell in all.") == {"guidance fluoroscopy", "region lumbar"}


SENTENCES: list[tuple[str, str, Pairs]] = [
    # What the record leaves open a sentence may settle, for its own arm only.
    ("Cervical and lumbar facet joint injection", "Pain fell in the cervical spine.", {"region cervical"}),
    ("Cervical and lumbar facet joint injection", "Pain fell in the cervical and in the lumbar spine.", set()),
    ("Lumbar facet joint injection", "Pain fell in the cervical spine.", {"region lumbar"}),
    ("Facet joint injection", "Pain fell when ultrasound guidance was used.", {"guidance ultrasound"}),
    ("Facet joint injection", "Pain fell under ultrasound guidance and under CT guidance.", set()),
    ("Facet joint injection", "Cement leakage and anterior height were recorded.", set()),
]


@pytest.mark.parametrize(("title", "sentence", "axes"), SENTENCES, ids=[row[1] for row in SENTENCES])
def test_a_sentence_settles_what_is_open(title: str, sentence: str, axes: Pairs) -> None:
    assert stated(Read.of(title, results=f"All went home. {sentence}"), FACET, sentence) == axes


def test_a_case_report_tells_what_was_done_in_its_course() -> None:
    read = Read.of(
        "Infarction after a C6 transforaminal steroid injection",
        results="Triamcinolone was injected under fluoroscopy.",
    )
    assert stated(read, TFESI) == {
        "approach transforaminal",
        "guidance fluoroscopy",
        "injectate triamcinolone",
        "level c6",
    }


BLOCKS = Read.of(
    "Single or dual diagnostic blocks before denervation",
    methods="Group A had denervation after a single diagnostic block, group B had denervation after dual diagnostic blocks.",
    results="Pain fell in group A. Pain fell in group B.",
)


@pytest.mark.parametrize(("group", "chosen"), [("A", "single-block"), ("B", "dual-blocks")])
def test_ways_of_choosing_patients_may_be_what_is_compared(group: str, chosen: str) -> None:
    assert f"selection {chosen}" in stated(BLOCKS, "neural-block", f"Pain fell in group {group}.", basis="within")


AXES = load_vocabulary().concepts("axis")


@given(st.lists(st.sampled_from(AXES), max_size=6))
def test_axes_are_sorted_fitting_and_of_the_vocabulary(named: list[Concept]) -> None:
    read = Read.of("Facet joint injection", methods=". ".join(f"We used {c.label}" for c in named))
    for pair in sorted(stated(read, FACET)):
        axis, _, value = pair.partition(" ")
        assert load_vocabulary().concept("axis", f"{axis}-{value}").scheme == f"axis-{axis}"


def test_nothing_named_is_nothing_stated() -> None:
    read = Read.of("Facet joint injection", results="Pain fell.")
    found = read_axes(read.text, read.sentences, (), (), read.table)
    assert found == Axes(shared={}, arms=({},) * len(read.table.arms), named=())
    context = Mention(kind="axis", id="guidance-ct", start=0, end=5, text="Facet", strength="context")
    assert read_axes(read.text, read.sentences, (context,), (), read.table) == found
