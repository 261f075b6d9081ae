"""From findings to claims: results before conclusions, one claim for one finding, and what each claim carries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claim_samples import Read, Told
from hypothesis import given
from hypothesis import strategies as st

import ingest.claims
from ingest.claims import read_claims
from kg.model import Claim, Design

RF, SHAM, VP, SCS = "facet-radiofrequency-ablation", "sham-procedure", "vertebroplasty", "spinal-cord-stimulation"
TRIAL = "Radiofrequency denervation or sham for lumbar facet joint pain"
GROUPS = "Patients were randomised to radiofrequency denervation or sham."
LOWER = "Pain was lower after radiofrequency denervation than after sham."
PAIN_BETTER = (RF, SHAM, "pain-intensity", "between", "better")
PAIN_SAME = (RF, SHAM, "pain-intensity", "between", "no-difference")


def trial(results: str = "", conclusions: str = "", **more: str) -> Read:
    """Return a trial of radiofrequency against sham."""
    return Read.of(TRIAL, methods=GROUPS, results=results, conclusions=conclusions, **more)


def one(results: str) -> Claim:
    """Return the only claim of a trial."""
    (claim,) = trial(results).claims
    return claim


@pytest.mark.parametrize(
    ("results", "conclusions", "claims"),
    [
        (LOWER, LOWER, [PAIN_BETTER]),
        ("Eighty patients were analysed.", LOWER, [PAIN_BETTER]),
        ("Pain did not differ between the groups (P = 0.4).", LOWER, [PAIN_SAME]),
        (
            "Pain was higher after radiofrequency denervation than after sham.",
            LOWER,
            [(RF, SHAM, "pain-intensity", "between", "worse")],
        ),
        (LOWER, "Back pain did not differ between radiofrequency denervation and sham.", [PAIN_BETTER]),
        (
            LOWER,
            "Sleep was better after radiofrequency denervation than after sham.",
            [PAIN_BETTER, (RF, SHAM, "sleep", "between", "better")],
        ),
        (
            "Pain fell from 7 to 3 after radiofrequency denervation.",
            LOWER,
            [(RF, None, "pain-intensity", "within", "better"), PAIN_BETTER],
        ),
        # Another rival and another basis are other findings.
        (
            LOWER,
            "Radiofrequency denervation was more effective for pain than acupuncture.",
            [PAIN_BETTER, (RF, "acupuncture", "pain-intensity", "between", "better")],
        ),
        (
            "Patient satisfaction was 80% after radiofrequency denervation.",
            "Patient satisfaction improved after radiofrequency denervation.",
            [
                (RF, None, "patient-satisfaction", "rate", "reported"),
                (RF, None, "patient-satisfaction", "within", "better"),
            ],
        ),
        (LOWER, "Radiofrequency denervation is more effective than sham.", [PAIN_BETTER]),
        (
            "Eighty patients were analysed.",
            "Radiofrequency denervation is more effective than sham.",
            [(RF, SHAM, "treatment-success", "between", "better")],
        ),
    ],
)
def test_conclusions_speak_only_where_results_are_silent(results: str, conclusions: str, claims: list[Told]) -> None:
    assert trial(results, conclusions).told == claims


def test_a_finding_is_quoted_from_the_results() -> None:
    (claim,) = trial(LOWER.replace("sham.", "sham (P = 0.03)."), LOWER).claims
    assert (claim.quote, claim.p) == (
        "Pain was lower after radiofrequency denervation than after sham (P = 0.03).",
        "P = 0.03",
    )


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (f"{LOWER} {LOWER}", [("better", ())]),
        (f"{LOWER[:-1]} at 3 months. At 3 months {LOWER[:1].lower()}{LOWER[1:]}", [("better", (90,))]),
        (f"{LOWER} Pain did not differ between the groups.", [("better", ()), ("no-difference", ())]),
        (f"{LOWER[:-1]} at 1 month. {LOWER[:-1]} at 6 months.", [("better", (30,)), ("better", (180,))]),
        (
            f"{LOWER[:-1]} at 1 month. Pain did not differ between the groups at 6 months.",
            [("better", (30,)), ("no-difference", (180,))],
        ),
    ],
)
def test_one_claim_for_one_finding(results: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(c.direction, c.followup_days) for c in trial(results).claims] == found


@pytest.mark.parametrize(("surer", "p"), [("P = 0.01", "P = 0.01"), ("P = 0.02", "P = 0.02")])
def test_of_two_sentences_with_one_finding_the_surer_is_quoted(
    monkeypatch: pytest.MonkeyPatch, surer: str, p: str
) -> None:
    sure = {"P = 0.01": 0.3, "P = 0.02": 0.4, surer: 0.9}
    seen = iter(sure[each] for each in ("P = 0.01", "P = 0.02"))
    monkeypatch.setattr(ingest.claims, "confidence", lambda _: next(seen))
    (claim,) = trial(f"{LOWER[:-1]} (P = 0.01). {LOWER[:-1]} (P = 0.02).").claims
    assert (claim.p, claim.confidence) == (p, 0.9)


@pytest.mark.parametrize(
    ("title", "abstract", "claims"),
    [
        ("Radiofrequency denervation reduces lumbar facet joint pain more than sham", {}, [PAIN_BETTER]),
        (
            "Radiofrequency denervation reduces lumbar facet joint pain more than sham",
            {"background": "Facet pain is common.", "methods": "Patients were followed."},
            [PAIN_BETTER],
        ),
        (
            "Radiofrequency denervation reduces lumbar facet joint pain more than sham",
            {"results": "No infections occurred."},
            [(arm, None, "infection", "rate", "none-observed") for arm in (RF, "sham-procedure")],
        ),
        (
            "Radiofrequency denervation reduces lumbar facet joint pain more than sham",
            {"results": "Pain did not differ between the groups."},
            [PAIN_SAME],
        ),
        ("Is radiofrequency denervation better than sham for lumbar facet joint pain?", {}, []),
        ("Does lumbar facet joint pain fall more after radiofrequency denervation than after sham? A trial", {}, []),
        # A title without a comparison only names its topic.
        ("Radiofrequency denervation reduces lumbar facet joint pain", {}, []),
        ("Lower pain: radiofrequency denervation or sham", {}, []),
    ],
)
def test_a_title_speaks_only_for_a_silent_abstract_and_asks_nothing(
    title: str, abstract: dict[str, str], claims: list[Told]
) -> None:
    assert Read.of(title, **abstract).told == claims


REVIEW = "Radiofrequency denervation for lumbar facet joint pain"
EVIDENCE = [
    ("Radiofrequency denervation reduces pain.", []),
    ("Pain improves within days of radiofrequency denervation.", []),
    (
        "Two trials showed that radiofrequency denervation reduced pain.",
        [(RF, None, "pain-intensity", "within", "better")],
    ),
    ("The evidence shows that radiofrequency denervation is no better than placebo for pain.", [PAIN_SAME]),
]


@pytest.mark.parametrize(("sentence", "claims"), EVIDENCE)
def test_a_narrative_review_speaks_only_where_it_names_evidence(sentence: str, claims: list[Told]) -> None:
    assert Read.of(REVIEW, "narrative-review", conclusions=sentence).told == claims


@pytest.mark.parametrize("design", ["case-series", "systematic-review"])
def test_other_designs_need_not_name_evidence(design: Design) -> None:
    told = Read.of(REVIEW, design, conclusions="Radiofrequency denervation reduces pain.").told
    assert told == [(RF, None, "pain-intensity", "within", "better")]


@pytest.mark.parametrize(
    "sections",
    [
        {"objective": "To show that pain is lower after radiofrequency denervation than after sham."},
        {"background": "Pain was lower after radiofrequency denervation than after sham in one trial."},
        {"methods": "Pain was lower after radiofrequency denervation than after sham in a pilot trial."},
        {"results": "Further trials are needed to show lower pain after radiofrequency denervation than after sham."},
        {"results": "We hypothesise that pain is lower after radiofrequency denervation than after sham."},
    ],
)
def test_aims_methods_background_and_plans_give_no_claim(sections: dict[str, str]) -> None:
    assert Read.of(TRIAL, **{"methods": GROUPS, **sections}).told == []


def test_without_an_arm_there_is_no_claim() -> None:
    read = Read.of("Morning back pain in bakers", results="Pain was lower in the evening than in the morning.")
    assert (read.table.arms, read.told) == ((), [])


# A rival that is no group of the study becomes an arm after its groups.
OUTSIDERS = [
    (
        "Vertebroplasty for osteoporotic vertebral fractures: a systematic review",
        "In six trials vertebroplasty was no better than placebo for pain.",
        (VP, SHAM),
        [(VP, SHAM, "pain-intensity", "between", "no-difference")],
    ),
    (
        "Spinal cord stimulation for failed back surgery syndrome",
        "Pain was lower with spinal cord stimulation compared with conventional medical management.",
        (SCS, "medical-management"),
        [(SCS, "medical-management", "pain-intensity", "between", "better")],
    ),
    (
        "Spinal cord stimulation for failed back surgery syndrome",
        "Spinal cord stimulation and exercise reduced pain.",
        (SCS,),
        [(SCS, None, "pain-intensity", "within", "better")],
    ),
]


@pytest.mark.parametrize(("title", "results", "arms", "claims"), OUTSIDERS)
def test_a_rival_outside_the_study_is_an_arm_but_no_group(
    title: str, results: str, arms: tuple[str, ...], claims: list[Told]
) -> None:
    read = Read.of(title, "systematic-review", results=results)
    assert tuple(arm.procedure for arm in read.table.arms) == arms
    assert (read.table.groups, read.table.compared) == (1, False)
    assert read.told == claims


def test_a_rival_outside_a_trial_is_compared_with_and_not_its_control() -> None:
    read = trial(
        "Radiofrequency denervation was more effective for pain than acupuncture. Pain improved in both groups."
    )
    assert (read.table.groups, len(read.table.arms)) == (2, 3)
    assert read.told == [
        (RF, "acupuncture", "pain-intensity", "between", "better"),
        (RF, None, "pain-intensity", "within", "better"),
        (SHAM, None, "pain-intensity", "within", "better"),
    ]


UNKNOWN_RIVAL = [
    "Radiofrequency denervation brought no more benefit than morphine.",
    "Radiofrequency denervation gave less pain than morphine.",
    "Pain was no lower than morphine alone could make it.",
]


@pytest.mark.parametrize("results", UNKNOWN_RIVAL)
def test_what_is_compared_with_something_unknown_says_nothing_of_the_control(results: str) -> None:
    assert [t for t in trial(results).told if t[3] == "between"] == []


@pytest.mark.parametrize("link", ["after", "with", "in those who took"])
def test_an_unknown_rival_behind_a_preposition_is_not_the_control(link: str) -> None:
    results = f"Pain was lower after radiofrequency denervation than {link} morphine."
    assert [t for t in trial(results).told if t[3] == "between"] == []


@pytest.mark.parametrize(
    "results",
    [
        "Pain was lower after radiofrequency denervation than after sham (p\u2009<\u20090\u00b7001).",
        "Pain \u2013 on the worst day \u2013 was lower after radiofrequency denervation than after sham.",
        "Pain was 3\u202fpoints lower after radiofrequency denervation than after sham; \u201cmuch\u201d lower.",
        "In the na\u00efve \U0001d45d test pain was lower after radiofrequency denervation than after sham.",
    ],
)
def test_the_quote_is_cut_from_the_record_as_it_stands(results: str) -> None:
    read = trial(f"Eighty patients were analysed. {results} Nobody left.")
    (claim,) = read.claims
    assert claim.quote == results
    assert read.record.text[claim.start : claim.end] == results


@pytest.mark.parametrize(
    ("written", "significant"),
    [
        ("p<0\u00b7001", True),
        ("P\u2009=\u20090.03", True),
        ("P \u2a7d 0.01", True),
        ("\U0001d45d = 0.02", True),
        ("P = .41", False),
        ("p=0,03", True),
    ],
)
def test_a_p_value_is_kept_as_written(written: str, significant: bool) -> None:
    claim = one(f"{LOWER[:-1]} \u2013 once more \u2013 ({written}).")
    assert (claim.p, claim.significant) == (written, significant)
    assert claim.p in claim.quote


def test_an_escaped_sign_is_read_as_the_sign() -> None:
    claim = one(f"{LOWER[:-1]} \u2013 once more \u2013 (P &lt; 0.05).")
    assert (claim.p, claim.significant) == ("P < 0.05", True)


@pytest.mark.parametrize(
    ("results", "p", "significant"),
    [
        ("Pain at three months was what we compared (P = 0.01).", "P = 0.01", True),
        ("Pain at three months was what we compared (p\u2009=\u20090\u00b701).", "p\u2009=\u20090\u00b701", True),
        # Only where it is about the outcome, alone, and bears the conclusion out.
        ("Sleep at three months was what we compared (P = 0.01).", None, None),
        ("Pain at three months was what we compared (P = 0.01 and P = 0.02).", None, None),
        ("Pain at three months was what we compared (P = 0.41).", None, None),
    ],
)
def test_a_conclusion_takes_its_p_from_results_that_give_nothing_else(
    results: str, p: str | None, significant: bool | None
) -> None:
    (claim,) = trial(results, LOWER).claims
    assert (claim.quote, claim.p, claim.significant) == (LOWER, p, significant)


def test_bare_numbers_take_no_p() -> None:
    bare = "Patient satisfaction was 80% after radiofrequency denervation and 60% after sham."
    claim = trial("Patient satisfaction was what we compared next (P = 0.01).", bare).claims[-1]
    assert (claim.basis, claim.direction, claim.p, claim.significant) == ("between", "reported", None, None)


HEDGES = ["may be", "might be", "could be", "seemed", "appeared", "tended to be", "was probably", "was likely"]


@pytest.mark.parametrize("verb", HEDGES)
def test_a_guarded_claim_is_hedged(verb: str) -> None:
    assert one(LOWER.replace("was", verb)).hedged


def test_a_hedge_of_one_clause_is_not_that_of_another() -> None:
    claims = trial("Pain was lower after radiofrequency denervation, but disability may be higher.").claims
    assert {c.outcome: c.hedged for c in claims} == {"pain-intensity": False, "disability": True}


@pytest.mark.parametrize(
    ("results", "rule"),
    [
        (LOWER, "down-comparative"),
        ("Radiofrequency denervation relieved pain better than sham did.", "improve-versus"),
        ("Pain did not differ between the groups.", "did-not-differ"),
        ("Radiofrequency denervation was non-inferior to sham for pain.", "noninferior"),
        ("Pain fell from 7 to 3 after radiofrequency denervation.", "fall"),
        ("No infections occurred after radiofrequency denervation.", "none-observed"),
        ("Infections occurred in 3% after radiofrequency denervation.", "rate"),
        ("Pain was 3.1 after radiofrequency denervation and 5.2 after sham (P = 0.01).", "numbers-tested"),
        (
            "The mean difference in pain between radiofrequency denervation and sham was -1.4 (95% CI -2.0 to -0.8).",
            "difference-interval",
        ),
    ],
)
def test_the_rule_is_named(results: str, rule: str) -> None:
    assert one(results).rule == rule


@pytest.mark.parametrize(
    ("results", "reasons"),
    [
        (
            LOWER,
            (
                f"arms: {RF} against {SHAM}, named here as radiofrequency, denervation, sham",
                "cue: lower (down)",
                "outcome: Pain (less is better)",
                "direction: better (between)",
            ),
        ),
        (
            "Quality of life improved.",
            (
                f"arms: {RF}, not named in this clause",
                "cue: improved (improve)",
                "outcome: Quality of life (more is better)",
                "direction: better (within)",
            ),
        ),
        (
            "Infections occurred in 3% after sham.",
            (
                f"arms: {SHAM}, named here as sham",
                "cue: none, by rate",
                "outcome: Infections (less is better)",
                "direction: reported (rate)",
            ),
        ),
    ],
)
def test_reasons_are_the_chain_from_arms_to_direction(results: str, reasons: tuple[str, ...]) -> None:
    assert one(results).reasons == reasons


def test_a_claim_carries_what_the_record_says() -> None:
    read = replace(trial(f"{LOWER[:-1]} at 3 and 6 months (2.1 vs 4.3, P = 0.01)."), indications=("facet-joint-pain",))
    (claim,) = read.claims
    assert (claim.pmid, claim.indications) == ("1", ("facet-joint-pain",))
    assert (claim.measure, claim.effect, claim.followup_days) == ("Pain", "2.1 vs 4.3", (90, 180))
    assert (claim.comparator_class, claim.noninferiority, claim.axes) == ("sham", False, ())


def test_a_claim_without_a_comparator_has_no_class_of_one() -> None:
    assert one("Pain fell from 7 to 3 after radiofrequency denervation.").comparator_class is None


def test_noninferiority_is_said_only_where_it_was_tested() -> None:
    assert one("Radiofrequency denervation was non-inferior to sham for pain.").noninferiority
    assert not one("Pain was similar after radiofrequency denervation and after sham.").noninferiority


def test_no_difference_in_any_outcome_is_one_claim_for_each_planned() -> None:
    planned = "Pain intensity, the Oswestry Disability Index, sleep and blood loss were measured."
    read = trial("There was no significant difference in any outcome between the groups.", objective=planned)
    assert [c.outcome for c in read.claims] == ["pain-intensity", "disability", "sleep"]
    assert {(c.direction, c.significant) for c in read.claims} == {("no-difference", False)}


def test_claims_stand_in_the_order_of_their_sentences() -> None:
    read = trial(
        "No infections occurred in the radiofrequency group. Sleep did not differ between the groups.",
        f"{LOWER} Disability was lower after radiofrequency denervation than after sham.",
    )
    assert [c.outcome for c in read.claims] == ["infection", "sleep", "pain-intensity", "disability"]
    assert [c.start for c in read.claims] == sorted(c.start for c in read.claims)


@pytest.mark.parametrize(("least", "kept"), [(0.0, ["better", "better"]), (0.7, ["better"]), (0.71, [])])
def test_what_is_too_unsure_is_left_out(monkeypatch: pytest.MonkeyPatch, least: float, kept: list[str]) -> None:
    seen = iter((0.7, 0.2))
    monkeypatch.setattr(ingest.claims, "confidence", lambda _: next(seen))
    monkeypatch.setattr(ingest.claims, "trusted", lambda claim: claim.confidence >= least)
    read = trial(f"{LOWER} Sleep was better after radiofrequency denervation than after sham.")
    claims = read_claims(read.record, read.text, read.sentences, read.outcomes, read.table, (), read.design)
    assert [c.direction for c in claims] == kept


@pytest.mark.parametrize(("least", "quoted"), [(0.0, "Pain was lower in the"), (0.5, "Pain was lower after")])
def test_conclusions_stand_in_for_results_that_are_too_unsure(
    monkeypatch: pytest.MonkeyPatch, least: float, quoted: str
) -> None:
    seen = iter((0.2, 0.9))
    monkeypatch.setattr(ingest.claims, "confidence", lambda _: next(seen))
    monkeypatch.setattr(ingest.claims, "trusted", lambda claim: claim.confidence >= least)
    read = trial("Pain was lower in the radiofrequency group than in the sham group.", LOWER)
    claims = read_claims(read.record, read.text, read.sentences, read.outcomes, read.table, (), read.design)
    assert [c.quote[:21].strip() for c in claims] == [quoted]


OUTCOMES = ["Pain", "Disability", "Quality of life", "Sleep", "Blood loss", "Infections"]
VERBS = ["was lower after", "was higher after", "did not differ from", "improved after", "occurred in 3% after"]


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(VERBS), st.booleans()), max_size=5))
def test_claims_are_unique_whole_and_the_same_twice(parts: list[tuple[str, str, bool]]) -> None:
    said = [f"{outcome} {verb} {'sham' if other else 'radiofrequency denervation'}." for outcome, verb, other in parts]
    read = trial(" ".join(said))
    claims = read.claims
    keys = [(c.procedure, c.comparator, c.outcome, c.basis, c.direction, c.followup_days) for c in claims]
    assert len(set(keys)) == len(keys)
    assert {c.quote for c in claims} <= set(said)
    assert all((c.comparator is None) == (c.basis != "between") for c in claims)
    assert trial(" ".join(said)).claims == claims
