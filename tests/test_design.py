"""Study designs: the example of every cue, whole mini-records, and what decides between designs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cue_files import guarded, read_cues
from ingest.design import classify_design, design_scores
from kg.model import Design, MeshHeading, Record, Section, Term

KEYS = {"design": str, "where": str, "pattern": str, "weight": float, "example": str}
CUES = read_cues("design", "cue", KEYS, {"needs": list})
# Below this weight a cue only tips the balance between designs that other words suggest.
DECISIVE = 3.0


def record(title: str, abstract: str = "", types: tuple[str, ...] = (), mesh: tuple[str, ...] = ()) -> Record:
    sections = (Section(text=abstract, start=len(title) + 1),) if abstract else ()
    text = f"{title}\n{abstract}" if abstract else title
    return Record(
        pmid="1",
        title=title,
        text=text,
        sections=sections,
        publication_types=tuple(Term(name=name) for name in types),
        mesh=tuple(MeshHeading(name=name) for name in mesh),
    )


def example(cue: dict[str, Any]) -> Record:
    where, text = cue["where"], cue["example"]
    if where == "type":
        return record("Injections", types=("Journal Article", text))
    if where == "mesh":
        return record("Injections", mesh=(text,))
    return record("Symptoms", text) if where == "abstract" else record(text)


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: f"{cue['design']}-{cue['example'][:40]}")
def test_every_cue_matches_its_example(cue: dict[str, Any]) -> None:
    made = example(cue)
    scores = design_scores(made)
    assert guarded(cue).search(cue["example"].lower()) is not None
    if cue["weight"] < 0:
        assert classify_design(made) != cue["design"]
    else:
        assert scores[cue["design"]] >= cue["weight"]
    if cue["weight"] >= DECISIVE:
        assert classify_design(made) == cue["design"]


RECORDS: list[tuple[Design, str, str]] = [
    ("randomised-trial", "Cooled or conventional lesions for facet pain", "Eighty adults were randomly assigned to one of two lesions and followed for a year."),
    ("randomised-trial", "Two-year results of lumbar fusion", "We randomised 120 patients to fusion or exercise. Groups were compared by intention to treat."),
    ("randomised-trial", "Steroid or saline around the root: a double-blind study", "Sixty adults had one injection. The placebo group improved as much."),
    ("randomised-trial", "Who gains from a facet lesion? A secondary analysis", "This secondary analysis of a clinical trial used data of 96 participants. Post-randomisation scores were modelled."),
    ("randomised-trial", "Burst or tonic stimulation", "In this crossover study the two settings were given in random order to 20 patients."),
    ("nonrandomised-trial", "Kyphoplasty or a brace", "In this prospective, non-randomised study patients chose their treatment. The control group wore a brace."),
    ("nonrandomised-trial", "Pulsed radiofrequency for neck pain", "Prospective controlled trial. Allocation was by day of the week; patients of the injection group served as controls."),
    ("cohort-comparative", "Percutaneous versus open screws for burst fractures", "Sixty patients were reviewed retrospectively. Blood loss was lower in the percutaneous group (n = 31) than in the open group (n = 29)."),
    ("cohort-comparative", "Vertebroplasty compared with conservative care in a national database", "Patients were matched by propensity score. Mortality was lower after cement."),
    ("cohort-comparative", "Does smoking matter after disc surgery?", "We retrospectively compared smokers and others. There were two groups; reoperation was more common among the groups that smoked than in the other group."),
    ("case-series", "Sacroplasty for insufficiency fractures", "Thirty-one consecutive patients were treated and followed for one year. Pain fell from 8 to 3."),
    ("case-series", "Our experience with intrathecal morphine", "Forty patients received a pump. Twelve catheters were revised during follow-up."),
    ("case-series", "Complications of 900 epidural injections", "All procedures were reviewed. There were four dural punctures."),
    ("case-report", "Paraplegia after cement leakage", "We report a case of cord compression. A 73-year-old woman lost all movement two hours after the procedure."),
    ("case-report", "Discitis after discography: a case report", "The patient recovered with antibiotics."),
    ("systematic-review", "Epidural steroids for stenosis: a systematic review of randomised trials", "MEDLINE and Embase were searched. Nine trials were included. Most trials were at high risk of bias."),
    ("systematic-review", "Laser discectomy reconsidered", "We searched PubMed and the Cochrane Library for controlled studies. Eleven studies met the criteria and their results were pooled."),
    ("systematic-review", "Facet lesions: a meta-analysis", "Data of 512 patients from eight randomised trials were analysed."),
    ("narrative-review", "Spinal cord stimulation: current concepts", "This article reviews how stimulation works and who may gain from it. Randomised trials are few."),
    ("narrative-review", "Management of pain from spinal metastases", "Radiotherapy, cement and surgery are discussed."),
    ("narrative-review", "The ageing disc", ""),
    ("guideline", "Consensus practice guidelines on sacroiliac interventions", "A panel voted on 20 statements."),
    ("protocol", "Early injection for sciatica: study protocol of a randomised trial", "Patients will be randomised to an injection or usual care. The primary outcome is leg pain."),
    ("protocol", "Cement or sham for fresh fractures: a randomised placebo-controlled trial", "We will recruit 180 adults. Outcomes will be assessed at one month. Participants will be randomised in a double-blind way."),
    ("economic-evaluation", "Cost-utility of facet denervation alongside a randomised trial", "Patients were randomised to denervation or exercise. Costs per quality-adjusted life year were calculated."),
    ("economic-evaluation", "Cost-effectiveness of interspinous spacers", "A Markov model was built. The incremental cost was 20 000 euro."),
    ("diagnostic-accuracy", "Diagnostic accuracy of bone scans for facet pain", "Sensitivity and specificity were calculated in 60 patients against medial branch blocks."),
    ("cross-sectional", "How pain clinics use epidural steroids: a national survey", "Questionnaires were sent to 400 clinics; the response rate was 62%."),
    ("preclinical", "Screw fixation in osteoporotic cadaver spines", "Twelve fresh frozen specimens were loaded to failure."),
    ("preclinical", "Nucleus replacement in a sheep model", "Adult sheep underwent surgery. Discs were examined after six months."),
    ("preclinical", "A finite element analysis of cement distribution", "Stress rose with asymmetric filling."),
    ("correspondence", "Re: Transforaminal injection and stenosis", "We read with interest the paper on injection for stenosis."),
    ("correspondence", "Vertebroplasty trials: what did they ask?", "Two randomised trials were published lately. The authors did not look for oedema."),
    ("correspondence", "Erratum to: Sham-controlled study of biacuplasty", ""),
    # a trial that is wished for, planned or told of others is none
    ("case-series", "Sacroplasty in 90 women", "Ninety women underwent sacroplasty and were followed for a year. A randomized sham-controlled trial seems warranted."),
    ("case-series", "Cooled lesions of the lateral branches", "Sixty patients were treated and followed. These results justify a larger, prospective, randomised study."),
    ("narrative-review", "Cordotomy and pumps", "Both relieve cancer pain. However, a randomised comparison of the two has not been published."),
    ("case-series", "Rods of a new alloy", "Forty patients were followed for two years. Wear will be an outcome of our planned randomised trial."),
    ("diagnostic-accuracy", "Bone scans for facet pain", "We reviewed 70 patients. Thirty randomly selected scans were read twice. Sensitivity was 60% and specificity 80% against blocks."),
    # chance in other words
    ("randomised-trial", "Ozone or steroid for sciatica", "Sixty patients were divided into an ozone group and a steroid group by drawing lots. Pain was lower in the ozone group."),
    ("randomised-trial", "Two needles for the facet joint", "Allocation of the 80 patients was by a table of random digits. There were two groups."),
    ("randomised-trial", "A plane block for neck pain", "Two hundred patients were enrolled and randomized by sealed envelopes. There was no difference between the groups."),
    # forward in time, two treatments, no chance
    ("nonrandomised-trial", "Open or percutaneous screws: a prospective study", "Forty-one consecutive patients were enrolled to compare the two. The open group bled more than the percutaneous group."),
    ("nonrandomised-trial", "Spacer or decompression", "This prospective study compared a spacer with decompression. Pain fell in both groups, and there was no difference between the groups."),
    ("cohort-comparative", "Spacer or decompression in a registry", "Data of a prospective registry were used to compare both groups. The spacer group was reoperated more often than the other group."),
    ("case-series", "Calcium cement in fresh fractures", "In this prospective, non-randomised multicentre study 20 patients had calcium cement and were followed for two years."),
    ("case-series", "Fractures that fill well", "This prospective study compared two groups of women after kyphoplasty. They were defined based on the height gained: 20 women gained little and 22 much; all were followed."),
    # searches
    ("systematic-review", "Halo or collar for old patients: current trends", "A Medline search on dens fractures was done. Eleven papers met the criteria. Mortality ranged from 4% to 31%."),
    ("systematic-review", "Cement for myeloma", "Electronic databases were consulted to find studies of cement. Weighted mean differences were calculated for this meta-analysis."),
    ("systematic-review", "What cement costs", "A systematic literature search was carried out. Six articles on cost per quality-adjusted life year fulfilled our criteria."),
    ("case-series", "Sacral fractures: case series and review of the literature", "Nine patients were treated and followed for a year. A literature search was conducted for similar patients."),
    ("cohort-comparative", "Halo vests in a national sample", "A national inpatient database was queried for halo vests. The surgical group died less often than the halo group; there were differences between the two groups."),
    # no report of a case, no survey, no bench
    ("cohort-comparative", "Pillars compared with balloons: a case control study", "Forty patients had pillars or balloons. Height was better in the pillar group than in the balloon group. Both groups had less pain."),
    ("case-series", "Condoliase in 60 patients", "Sixty patients received the enzyme and were followed. The response rate was lower in older patients."),
    ("cohort-comparative", "Guiding needles by simulation", "Group A comprised 21 patients who had undergone vertebroplasty without simulation, group B 25 patients with it. Success was higher in group B than in group A; both groups had less pain."),
    ("case-series", "A third pair of screws", "Biomechanical study and retrospective chart review. Six spines were tested for stiffness. Fourteen patients were reviewed after surgery."),
    ("case-series", "Doses of baclofen with a high catheter", "Ten children had a high catheter and were followed for a year. Doses in our group were compared with published results."),
    ("other", "Living with a stimulator: a qualitative study", "Semi-structured interviews with 20 patients who had taken part in a randomised trial were analysed."),
    # patients of its own make a study of what looks like a review
    ("case-series", "Management of sacral cysts with fibrin glue", "The purpose of this article is to describe the outcomes of fibrin injection for 26 women with symptomatic cysts. Leg pain fell."),
    ("case-series", "Treatment of failed cement with a second injection", "Refracture of filled bodies is a known problem. Nine recipients of cement had a second injection and could walk."),
    ("case-series", "The role of the trigone block", "Cluneal pain is easily overlooked. We tried the block in seventeen soldiers. Relief lasted six weeks."),
    ("case-series", "Therapy of stump pain by dorsal column leads", "Fourteen amputees, all of them veterans, were implanted. Pain fell from 8 to 4."),
    ("case-series", "Interventions for painful hemangiomas", "Alcohol and cement have been proposed. A total of 33 patients with aggressive lesions are presented. All were treated with cement."),
    ("case-report", "Treatment of a leaking catheter", "The clinical course of two patients with a leaking intrathecal catheter is described. Both needed a new catheter."),
    ("randomised-trial", "Ozone for sciatica: a clinical review", "This clinical study included 60 patients. They were randomly divided into an ozone group and a control group."),
    ("cohort-comparative", "Treatment of dens fractures with one or two screws", "A review of the literature showed conflicting results. Group A included 19 patients treated with one screw, group B 22 patients with two. Union did not differ between the two groups."),
    ("case-series", "Therapy of spastic legs", "Eleven girls from the north and 9 boys aged 3.5-17 years (median 9.8 years) with spastic legs were implanted."),
    ("case-series", "Management of failed stimulators", "Salvage with a new lead lowered leg pain from 7.1 to 4.0 (p < 0.01)."),
    ("narrative-review", "Treatment of sacral cysts", "In one of the larger studies 26 women were treated with fibrin. Other studies included 12 women and had worse results."),
    ("narrative-review", "Management of vertebral fractures in Europe", "Each year an estimated 700 000 adults suffer a fracture. Bracing, cement and exercise are reviewed."),
    ("narrative-review", "Therapy of chronic neck pain", "About 30 people in a hundred have neck pain every year, and most are treated with drugs."),
    ("narrative-review", "Radiofrequency lesions: an overview", "This article reviews the technique. Of 20 patients treated in the first trial, 12 had relief."),
    # pooled publications, however they were found
    ("systematic-review", "Epidural blood patch: a critical review", "Reports were retrieved from Medline and Embase. Nineteen series met the criteria. Relief ranged from 30% to 70%."),
    ("systematic-review", "Chemonucleolysis revisited: a review", "Between 1975 and 2001, 44 trials enrolling 9,870 participants were published. Their results were pooled: the success rate was 74%."),
    ("case-series", "Abscess after adhesiolysis: report of seven cases and systematic review", "Seven patients had an abscess drained and were followed."),
    ("systematic-review", "Does laminectomy help complete palsy?", "We retrieved 190 publications on laminectomy of which 41 met minimal inclusion criteria. Recovery was no better after surgery."),
    ("case-report", "Homeopathy beside a pump", "In this case study two ways of easing cramps were joined. Both were tolerated."),
    ("case-series", "Motion after dens fractures", "Most reports are based on cross-sectional outcome scores. Sixty patients were followed after screw fixation."),
    ("systematic-review", "Cement or balloons: a review of the literature", "Systematic review of the literature. We reviewed how much relief each gave."),
    # two groups, or one
    ("cohort-comparative", "Early or delayed root block", "Adults blocked within a month formed the early cohort, the others the delayed cohort. Cohorts were compared for later surgery."),
    ("cohort-comparative", "Sacroplasty in old women", "Twenty-five women had sacroplasty; 25 women who were managed with rest acted as controls. Walking was better after sacroplasty."),
    ("cohort-comparative", "Robot-guided sacral screws", "Comparative series. Twelve patients had robot-guided and 19 freehand screws."),
    ("cohort-comparative", "Three ways with two-level fractures", "We report the outcome of 41 patients. Ten had a brace (group A), 15 one fixation (group B) and 16 two (group C). Stay was longest in group C."),
    ("nonrandomised-trial", "Spacer or laminotomy", "In a prospective study, spacers and laminotomies were performed in an alternating fashion. Both groups improved and did not differ."),
    ("case-series", "A cement of high viscosity", "In this prospective clinical trial 44 patients received the cement. Compared with baseline, pain fell."),
    # tests of what foretells a result are no diagnostic study
    ("cohort-comparative", "Does the spread of cement matter?", "Pain was lower in the diffuse group than in the compact group; groups were compared at a year. A cut-off of 24% had a specificity of 61%, and the area under the curve was 0.6."),
    ("case-series", "Refracture after kyphoplasty", "Two hundred patients were followed. The area under the curve of the model was 0.72, its specificity 70%."),
    ("correspondence", "Reviewer's comment on a randomised trial of spacers", ""),
    ("correspondence", "What sham trials of cement tell", "Our recent editorial told of two randomised placebo-controlled trials."),
    ("cohort-comparative", "Fusion with or without a plate", "The two groups were compared by questionnaire; 80% of the respondents in the plate group were content, more than in the other group."),
]  # fmt: skip


@pytest.mark.parametrize(("design", "title", "abstract"), RECORDS, ids=lambda value: str(value)[:50])
def test_whole_records(design: Design, title: str, abstract: str) -> None:
    assert classify_design(record(title, abstract)) == design


@pytest.mark.parametrize(
    ("types", "design"),
    [
        (("Journal Article", "Randomized Controlled Trial"), "randomised-trial"),
        (("Review", "Systematic Review"), "systematic-review"),
        (("Journal Article", "Review"), "narrative-review"),
        (("Letter", "Comment"), "correspondence"),
        (("Case Reports",), "case-report"),
        (("Clinical Trial Protocol", "Randomized Controlled Trial"), "protocol"),
        (("Practice Guideline", "Systematic Review"), "guideline"),
        (("Retraction Notice",), "correspondence"),
    ],
)
def test_publication_types_decide_when_the_wording_does_not(types: tuple[str, ...], design: Design) -> None:
    assert classify_design(record("Injection for sciatica", "Pain fell.", types=types)) == design


@pytest.mark.parametrize(
    "abstract",
    [
        "Thirty patients were treated. Larger randomised controlled trials are needed.",
        "Thirty patients were treated and followed. Future randomized trials should confirm this.",
        "Thirty patients were treated and followed. No randomized study is known.",
    ],
)
def test_a_wish_for_trials_is_not_a_trial(abstract: str) -> None:
    assert classify_design(record("Sacroplasty for fractures", abstract)) == "case-series"


def test_a_retracted_trial_is_still_a_trial() -> None:
    made = record("Retracted: A randomised trial of ozone", "Forty patients were randomised to ozone or steroid.")
    assert classify_design(made) == "randomised-trial"


@given(st.text(max_size=60), st.text(max_size=300))
def test_any_text_gets_a_design_of_the_contract(title: str, abstract: str) -> None:
    assert classify_design(record(title, abstract)) in get_args(Design)


@pytest.mark.shared
def test_the_guards_are_true_on_real_text(shared: Path) -> None:
    texts = [part.lower() for part in (shared / "gold" / "dev.xml").read_text(encoding="utf-8").split("<Abstract>")]
    for cue in CUES:
        guard = guarded(cue)
        for text in texts:
            if guard.needs and guard.pattern.search(text):
                assert any(word in text for word in guard.needs), f"{cue['design']}: {cue['example']}"
