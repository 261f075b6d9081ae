"""Sample sizes: the example of every cue, sentences of every way of counting, and studies of reviews."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cue_files import guarded, read_cues
from ingest.head_counts import head_counts, mark, runs, sums
from ingest.sample_size import n_studies, sample_size
from kg.model import Design, Record, Section

KEYS = {"name": str, "window": str, "pattern": str, "weight": float, "example": str, "expect": int}
CUES = read_cues("size", "cue", KEYS, {"needs": list})


def record(abstract: str, title: str = "Injection for pain") -> Record:
    section = Section(text=abstract, start=len(title) + 1)
    return Record(pmid="1", title=title, text=f"{title}\n{abstract}", sections=(section,))


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue["name"])
def test_every_cue_reads_its_example(cue: dict[str, Any]) -> None:
    assert sample_size(record(cue["example"])) == cue["expect"]
    assert guarded(cue).pattern.pattern


SENTENCES: list[tuple[int | None, str]] = [
    # a stated number, in digits and in words
    (72, "Seventy-two patients with sciatica were randomised to one of two injections."),
    (247, "Two hundred and forty-seven adults with a disc prolapse were enrolled."),
    (412, "Four hundred twelve (412) volunteers were enrolled by nine clinics."),
    (1128, "A total of 1,128 patients were included."),
    (88, "We randomly assigned 88 patients with neck pain to two groups."),
    (45, "This was a retrospective study of 45 consecutive patients."),
    (60, "ASA grades apart, 60 ASA I and II patients undergoing surgery were randomised."),
    (40, "Forty subjects meeting the criteria were studied for six months."),
    (112, "Patients with painful fractures (n = 112) were randomly assigned to cement or sham."),
    (50, "Fifty patients undergoing the block were randomised. Success was seen in 46 patients."),
    (90, "In this sham-controlled trial, 90 patients with back pain were followed for a year."),
    (65, "We compared two cages. We reviewed 65 patients treated from March 2010 to May 2014."),
    (219, "Two clinics in Wales.219 patients with chronic pain took part."),
    (180, "We will recruit 180 participants from three clinics."),
    # screened, eligible, enrolled
    (32, "Of 1128 screened patients, 32 were enrolled."),
    (27, "Of 2210 screened people, 61 could take part and 27 were enrolled."),
    (71, "Of the 903 adults screened, 71 adults were enrolled."),
    (57, "In the end 57 out of 388 adults were randomised."),
    (52, "Two hundred adults were screened by telephone. Fifty-two consenting adults were randomised."),
    # those who finished are not those who began
    (39, "We treated 39 patients. Thirty-four of 39 patients completed the study."),
    (39, "Thirty-four of 39 patients completed the follow-up."),
    (68, "Sixty-eight patients were randomised; 61 patients completed the trial."),
    (133, "A total of 133 adults were randomised. Two-year follow-up was obtained in 120 adults."),
    # arms only
    (89, "The lesion group (n = 45) was treated at 80 degrees and the control group (n = 44) was not heated."),
    (37, "The heated group (n = 19) had a lesion. Adults in the control group (n = 18) had a cold probe."),
    (410, "We enrolled 250 adults in the randomised cohort and 160 in the preference cohort."),
    (90, "Adults were randomly assigned to a navigated (44 patients) or a manual needle (46 patients)."),
    (81, "Forty patients were assigned to the surgery group and 41 patients to the exercise group."),
    (33, "The navigation group consisted of 18 patients, and the control group of 15 patients."),
    (96, "Adults were randomised to walking (n=31), swimming (n=33) or waiting (n=32)."),
    (
        96,
        "A total of 96 adults waited (n = 32) or trained (n = 64), in water (n = 33) or on land (n = 31).",
    ),
    (120, "Cold cement went into 48 patients (40%). Warm cement was chosen in 72 patients (60%)."),
    (150, "Out of a register, 75 pairs were matched for age and sex."),
    (58, "Twenty-nine children with a pump were paired with 29 children who had a rhizotomy."),
    # a stated total beats its parts
    (73, "Seventy-three adults had thin (n=38) or thick cement (n=35)."),
    (86, "For reasons of power, 86 adults were included: 43 in the spacer group and 43 in the laser group."),
    (66, "Sixty-six patients were treated. A new fracture was found in 9 cases, and 57 cases had none."),
    (214, "Two hundred fourteen adults (150 women, 64 men; median age 71) were enrolled."),
    # groups side by side
    (58, "Thirty patients received ozone, and 28 patients received steroid."),
    (93, "In total 41 patients were managed with screws while 52 were managed with a brace."),
    (43, "Nineteen adults with burst fractures and 24 adults with wedge fractures underwent kyphoplasty."),
    (57, "Among 31 adults who chose a pump and 26 who were treated with tablets, relief was alike."),
    (16, "Seven patients (group I) had one screw and nine patients (group II) had two."),
    (58, "Thirty of 58 patients had the third screw, and the remaining 28 had none."),
    (
        45,
        "Twenty patients had pillars. Pain was scored daily. It was set against a historical control group of 25 patients.",
    ),
    (
        74,
        "The cement group included 37 consecutive women, and the control group was made up of 37 patients with a brace.",
    ),
    (
        96,
        "Of 130 patients with fresh fractures, 96 were eligible: 47 patients underwent sacroplasty and 49 received tablets.",
    ),
    (140, "Of 400 injections, 70 with one steroid were matched for age to 70 with the other."),
    (51, "Fifty-one burst fractures of the lumbar spine were randomised to hooks or screws."),
    (214, "In the per-protocol population (n = 214) both drugs were alike."),
    # and what looks like it
    (90, "Of 90 patients, 20 patients had nausea and 15 patients had vomiting."),
    (60, "Sixty patients were included. Twelve patients underwent revision and eight underwent removal."),
    (72, "Seventy-two cases were included: 40 cases were treated by cement and 32 cases were treated by a brace."),
    (50, "Fifty adults were randomised to a block or to a control group of 25 adults."),
    (80, "Eighty adults were treated. Two of 80 patients had a cough; the other 9 had a rash."),
    (64, "Sixty-four adults were treated. There were 28 with leakage, 14 patients of each sex."),
    (None, "Patients whose pain was >= 4 were randomised to two doses."),
    # numbers that count nobody
    (None, "Pain fell by 42% within 12 weeks after 2.5 ml at L4 and L5 in 2010."),
    (None, "The cost rose to $12,666 per responder."),
    (None, "Leakage was measured with a new score."),
    (None, "The ODI was 21 in the fusion group and 23 in the decompression group (P = 0.5)."),
    (None, "Loss of correction was 3 degrees in the fusion group and 8 degrees in the open group."),
    (
        None,
        "Mean age was 64 in the fusion group and 62 in the other group. Tears occurred in 4 patients in the fusion group and 7 in the other group.",
    ),
    (
        59,
        "There were 31 in the fusion group and 28 in the open group. The ODI was 21 in the fusion group and 23 in the open group.",
    ),
    (30, "Thirty patients had 45 levels treated with 60 screws in three hospitals."),
    (None, "Rates per 100,000 enrollees doubled in ten years."),
    # groups that are told of apart
    (
        57,
        "The study consisted of 29 patients with a narrow canal (group A) and a further 28 patients with a wide one (group B).",
    ),
    (
        71,
        "From 2001 to 2006, 34 patients (51 levels) received a spacer; there were 20 women and 14 men. Other 37 patients (60 levels) were treated with laminotomy, 19 women and 18 men.",
    ),
    (
        44,
        "Twenty-two women with disc pain were treated with ozone (mean age 41 years); 22 age-matched women without it served as the control group.",
    ),
    (
        50,
        "A retrospective review of 21 patients with ankylosis and 29 patients with other fractures treated in two hospitals.",
    ),
    (93, "Relief in 41 patients with oedema was compared with relief in 52 patients without."),
    (290, "The cohort included 90 patients who were enrolled in a trial and 200 patients for whom charts were read."),
    (46, "Twenty-seven patients with facet pain and 19 with sacroiliac pain had injections."),
    (40, "Twenty patients received a pump. Another 20 underwent cordotomy."),
    (61, "Thirty-one men were given a block, while thirty received exercise."),
    (
        38,
        "From March 2003 to May 2009,38 patients with coccygodynia were divided into two groups, 18 with blocks and 20 with excision.",
    ),
    (14, "Data were obtained from fourteen patients who completed a year of infusion. Two patients worked again."),
    (
        33,
        "We identified 33 patients who suffered a seat-belt injury. Open fusion was done in 21 patients and percutaneous fixation in 11 patients.",
    ),
    (80, "Eighty patients had a trial of stimulation; 62 were implanted and 50 were seen at a year."),
    (
        120,
        "The first group included 120 patients who underwent discectomy. Among these 120 patients, the second group included 18 patients who underwent it twice.",
    ),
    (
        53,
        "From 2001 to 2004, braces were worn by 22 women. All were seen for a year. Between 2005 and 2007, we performed kyphoplasty in 31 women.",
    ),
    (64, "Thirty-five patients (spray group) received 30 mg for 6 weeks and 29 (tablet group) received 10 mg."),
    (
        47,
        "Balloons in 24 cases (38 vertebrae) and 23 cases (29 vertebrae) of stents were compared; 24 cases (38 vertebrae) with balloons and 23 cases (29 vertebrae) with stents were treated.",
    ),
    (41, "We reviewed 23 male and 18 female patients aged 65 years and above."),
    (
        96,
        "Group 1 included 40 women who had one injection. Group 2 included 31 women who had two. Group 3 included 25 women who had three.",
    ),
    (
        58,
        "We studied 29 consecutive patients whose rods were removed and a control cohort of 29 age- and sex-matched patients who kept them.",
    ),
    (
        51,
        "Denervation was performed in 34 patients with facet pain; 17 patients who chose not to have it served as controls.",
    ),
    # what looks like a second group
    (
        70,
        "From 2001 to 2006, 70 patients were treated. Since 2003, 30 patients of these had a brace as well, and 40 patients had none.",
    ),
    (40, "Forty patients were treated with cement. Other 12 patients had declined."),
    (50, "Fifty patients received a spacer. Other 14 patients were treated elsewhere and were excluded."),
    (75, "From 2001 to 2006, 75 patients were operated on. From 2007 to 2009, 61 patients were seen again."),
    (35, "Thirty-five patients were treated. Results were compared with those of 210 patients in the literature."),
    (
        90,
        "We enrolled 90 patients. Pain fell in 20 patients of the ozone group. In the steroid group 14 patients improved. In the saline group 9 patients improved.",
    ),
    (60, "Sixty patients were studied: 24 patients received cement, the other 36 patients received a brace."),
    (90, "Ninety patients were followed. Twelve patients with leakage and 5 with infection needed surgery."),
    (75, "We reviewed 75 patients, of whom 25 patients underwent fusion and 50 patients served as controls."),
    (
        31,
        "In this report of cement, and in nine patients of fusion as well, pain fell. Thirty-one consecutive patients underwent kyphoplasty.",
    ),
]


@pytest.mark.parametrize(("size", "abstract"), SENTENCES, ids=[text[:60] for _, text in SENTENCES])
def test_sentences(size: int | None, abstract: str) -> None:
    assert sample_size(record(abstract)) == size


@pytest.mark.parametrize(
    ("design", "size", "abstract"),
    [
        ("narrative-review", None, "Over 300 patients have been described."),
        ("correspondence", None, "The trial randomised 120 patients."),
        ("preclinical", None, "Twelve adults donated their spines."),
        ("case-report", 1, "The woman could not walk."),
        ("case-report", 3, "We report three patients with an abscess."),
        ("systematic-review", 1873, "Nineteen trials (1873 participants) were eligible. One trial had 90 patients."),
        ("systematic-review", 612, "Nine studies involving 612 adults with 700 treated levels were pooled."),
        ("systematic-review", 340, "Four studies encompassing 340 patients met the criteria."),
        ("systematic-review", 2031, "We included 19 trials with 2031 participants."),
        ("systematic-review", 640, "Ten studies met the criteria. Emboli were seen in 9 of the 640 patients."),
        ("systematic-review", 1215, "Finally, 1215 patients were included in the 16 studies."),
        ("systematic-review", 574, "From 11 studies, 264 patients who had endoscopy were compared with 310 who had open surgery."),
        ("systematic-review", 291, "Six trials were retrieved; these included 139 and 152 patients in the two groups."),
        ("systematic-review", 96, "Two trials were found. They recruited a total of 96 participants and reported on 81 participants at a year."),
        ("systematic-review", 62, "We included one trial of heat and sham (62 participants)."),
        ("systematic-review", 903, "Eleven RCTs (n = 903) were eligible."),
        ("systematic-review", 1710, "Twelve trials with 1,710 patients were eligible. Heat reduced disability (4 trials, 420 patients; MD -4.2)."),
        ("systematic-review", None, "Ten case series were found. No trial had more than 50 patients."),
        ("systematic-review", None, "The first trial randomised patients to heat or sham."),
    ],
)  # fmt: skip
def test_the_design_says_whom_to_count(design: Design, size: int | None, abstract: str) -> None:
    assert sample_size(record(abstract), design=design) == size


@pytest.mark.parametrize(
    ("number", "abstract"),
    [
        (19, "Nineteen trials (1873 participants) were eligible."),
        (9, "Six RCTs and three retrospective studies including a total of 503 cases were identified."),
        (17, "Across 17 case series, mortality was 5%."),
        (31, "Until 2003, 31 studies and a total of 1,900 treated patients have been published."),
        (44, "After reading 120 papers, 44 manuscripts were included in the review."),
        (7, "Of 310 publications, seven primary studies with 290 patients met the criteria."),
        (13, "Four RCT and 9 cohort studies involving 1,050 adults were eligible and pooled."),
        (17, "We found 388 articles by hand and machine, of which 17 articles met the inclusion criteria."),
        (7, "We screened 310 abstracts; seven studies were included."),
        (13, "Thirteen randomised controlled trials met the criteria."),
        (6, "We identified 6 trials, including 3 randomised controlled trials."),
        (34, "The update involved 34 trials and 4100 adults."),
        (9, "When doubles were taken out, nine studies were included: four trials and five cohort studies."),
        (None, "Two review authors independently selected studies."),
        (None, "MEDLINE was searched for controlled trials."),
    ],
)
def test_studies_of_a_review(number: int | None, abstract: str) -> None:
    assert n_studies(record(abstract), design="systematic-review") == number


def test_only_reviews_count_studies() -> None:
    assert n_studies(record("Thirteen trials met the criteria."), design="randomised-trial") is None


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Fifty-five patients at L4-5", "‹55› patients at l4-5"),
        ("in 2010, 120 patients", "in 2010, ‹120› patients"),
        ("12.5% of 80 adults aged 18-65", "12.5% of ‹80› adults aged 18-65"),
        ("P<0.05 in 3/40", "p<0.05 in 3/40"),
        ("a 2-year study of 1,200 people", "a ‹2›-year study of ‹1200› people"),
    ],
)
def test_only_numbers_that_can_count_are_marked(text: str, marked: str) -> None:
    assert mark(text) == marked


def test_what_is_found_in_a_marked_sentence() -> None:
    texts = [mark("Of 90 patients, 30 were randomised; 12 of 30 patients improved (n = 12).")]
    assert [(c.kind, c.value) for c in head_counts(texts)] == [("people", 90), ("verb", 30), ("share", 12), ("people", 30), ("n", 12)]  # fmt: skip
    assert runs("‹10› and ‹20›")[30] == (10, 20)
    assert {s.total for s in sums([mark("group A (20 patients) and group B (22 patients)")])} == {42}


@given(st.text(max_size=400))
def test_any_text_is_safe(text: str) -> None:
    size = sample_size(record(text))
    assert size is None or size > 0


@given(st.integers(min_value=6, max_value=50_000))
def test_any_plain_number_is_read(number: int) -> None:
    assert sample_size(record(f"A total of {number:,} patients with sciatica were randomised.")) == number


@pytest.mark.parametrize(
    ("size", "title", "abstract"),
    [
        (
            245,
            "Cement for fractures: a report of 245 cases",
            "Of 488 patients who underwent kyphoplasty, 245 were interviewed.",
        ),
        (
            612,
            "Surgery of 612 patients with spinal injuries",
            "A posterior implant was removed in a total of 311 patients.",
        ),
        (54, "Two-year follow-up in 49 patients after a spacer", "We enrolled 54 patients with stenosis."),
        (80, "Three patients in whom blocks failed", "We treated 80 patients with blocks."),
    ],
)
def test_a_title_that_counts_the_patients(size: int, title: str, abstract: str) -> None:
    assert sample_size(record(abstract, title)) == size
