"""The vocabulary other than procedures: outcomes, instruments, indications, designs, comparators, time, thresholds."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Design
from kg.vocabulary import Concept, Vocabulary, load_vocabulary, normalise

_BASE = "https://w3id.org/spinekg/"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def _linked(concept: Concept, name: str, kind: str) -> list[str]:
    return [value.removeprefix(f"{_BASE}{kind}/") for value in concept.values(name)]


def _number(concept: Concept, name: str) -> float | None:
    values = concept.values(name)
    return float(values[0]) if values else None


# --- outcomes ------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["outcome", "indication"])
def test_ids_and_tree_are_those_of_the_contract(shared: Path, vocabulary: Vocabulary, kind: str) -> None:
    with (shared / "contract" / "concepts.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["kind"] == kind]
    ours = {c.id: c.broader or "" for c in vocabulary.concepts(kind)}
    assert ours == {row["id"]: row["broader"] for row in rows}


def test_every_outcome_says_which_way_is_better(vocabulary: Vocabulary) -> None:
    by_way = defaultdict(set)
    for outcome in vocabulary.concepts("outcome"):
        by_way[outcome.better_when].add(outcome.id)
    assert by_way["neither"] == {"imaging-finding", "other-outcome"}
    assert by_way["higher"] == {
        "pain-responder",
        "walking-capacity",
        "quality-of-life",
        "treatment-success",
        "patient-satisfaction",
        "sleep",
        "return-to-work",
        "duration-of-relief",
        "neurological-function",
        "technical-success",
        "fusion-rate",
        "vertebral-height",
        "diagnostic-accuracy",
    }
    assert set(by_way) == {"lower", "higher", "neither"}


@pytest.mark.parametrize(
    ("outcome", "better", "plain", "inverse"),
    [
        ("pain-intensity", "lower", ["VAS", "numeric rating scale", "pain score"], ["pain relief", "analgesic effect"]),
        ("pain-responder", "higher", ["responder rate", "50% pain relief"], ["non-responder"]),
        ("disability", "lower", ["ODI", "RMDQ", "NDI", "Oswestry"], ["physical function", "KPS", "functional status"]),
        ("walking-capacity", "higher", ["walking distance", "6MWT"], ["timed up and go", "TUG"]),
        ("quality-of-life", "higher", ["SF-36", "EQ-5D", "PCS"], ["Nottingham Health Profile", "QUALEFFO"]),
        ("treatment-success", "higher", ["MacNab", "PGIC", "success rate"], ["treatment failure", "poor outcome"]),
        ("patient-satisfaction", "higher", ["satisfaction rate"], ["dissatisfaction"]),
        ("opioid-use", "lower", ["opioid consumption", "MME"], ["opioid reduction", "opioid-free"]),
        ("psychological-status", "lower", ["HADS", "catastrophizing"], ["self-efficacy", "mood"]),
        ("sleep", "higher", ["sleep quality"], ["PSQI", "insomnia"]),
        ("return-to-work", "higher", ["return to work"], ["sick leave", "time to return to work"]),
        (
            "reoperation",
            "lower",
            ["reoperation rate", "revision surgery"],
            ["surgery-free survival", "avoided surgery"],
        ),
        ("recurrence", "lower", ["reherniation"], ["progression-free survival"]),
        ("neurological-function", "higher", ["JOA", "Frankel grade"], ["Nurick grade", "motor weakness"]),
        ("spasticity-severity", "lower", ["Ashworth score"], ["antispastic effect"]),
        ("adverse-event", "lower", ["complications rate", "side effect"], ["safety", "well tolerated"]),
        ("dural-tear", "lower", ["CSF leak", "dural puncture"], []),
        ("device-complication", "lower", ["lead migration"], ["patency", "device survival"]),
        ("cement-leakage", "lower", ["cement extravasation"], []),
        ("new-vertebral-fracture", "lower", ["adjacent level fracture", "refracture"], ["fracture-free survival"]),
        ("mortality", "lower", ["death"], ["survival"]),
        ("blood-loss", "lower", ["blood loss", "bleeding"], []),
        ("hospital-stay", "lower", ["length of stay"], []),
        ("cost", "lower", ["ICER", "incremental cost-effectiveness ratio"], ["cost-effectiveness", "cost saving"]),
        ("technical-success", "higher", ["contrast spread"], ["screw malposition", "needle passes"]),
        ("fusion-rate", "higher", ["solid fusion"], ["pseudarthrosis", "Bridwell grade"]),
        ("vertebral-height", "higher", ["anterior vertebral height"], ["height loss", "vertebral collapse"]),
        ("spinal-alignment", "lower", ["Cobb angle", "kyphotic angle"], ["lordosis", "range of motion"]),
    ],
)
def test_names_stand_on_the_right_side(
    vocabulary: Vocabulary, outcome: str, better: str, plain: list[str], inverse: list[str]
) -> None:
    concept = vocabulary.concept("outcome", outcome)
    assert concept.better_when == better
    assert set(plain) <= set(concept.names)
    assert set(inverse) <= set(concept.inverse_labels)


def test_no_name_stands_on_two_sides(vocabulary: Vocabulary) -> None:
    """A name of one outcome may be a weak context word of another, but never its inverse or neutral name."""
    sides: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for outcome in vocabulary.concepts("outcome"):
        for side, names in (
            ("plain", outcome.names),
            ("inverse", outcome.inverse_labels),
            ("neutral", outcome.neutral_labels),
        ):
            for name in names:
                sides[normalise(name)].add((outcome.id, side))
    assert {name: places for name, places in sides.items() if len(places) > 1} == {}


def test_context_words_are_not_names_of_their_own_concept(vocabulary: Vocabulary) -> None:
    for kind in ("outcome", "indication"):
        for concept in vocabulary.concepts(kind):
            assert not set(map(normalise, concept.context_labels)) & set(map(normalise, concept.names)), concept.id


# --- instruments ---------------------------------------------------------------------------------------


def test_every_instrument_measures_an_outcome_and_has_a_direction(vocabulary: Vocabulary) -> None:
    outcomes = {c.id for c in vocabulary.concepts("outcome")}
    instruments = vocabulary.concepts("instrument")
    assert len(instruments) > 100
    for instrument in instruments:
        assert len(instrument.values("measures")) == 1, instrument.id
        assert _linked(instrument, "measures", "outcome")[0] in outcomes
        assert instrument.better_when in {"lower", "higher", "varies"}, instrument.id
        low, high = _number(instrument, "scaleMin"), _number(instrument, "scaleMax")
        assert low is None or high is None or low < high, instrument.id


@pytest.mark.parametrize(
    ("instrument", "outcome", "better", "low", "high"),
    [
        ("vas-10", "pain-intensity", "lower", 0, 10),
        ("vas-100", "pain-intensity", "lower", 0, 100),
        ("nrs", "pain-intensity", "lower", 0, 10),
        ("odi", "disability", "lower", 0, 100),
        ("rmdq", "disability", "lower", 0, 24),
        ("ndi-50", "disability", "lower", 0, 50),
        ("ndi-100", "disability", "lower", 0, 100),
        ("kps", "disability", "higher", 0, 100),
        ("lbos", "disability", "higher", 0, 75),
        ("sf-36", "quality-of-life", "higher", 0, 100),
        ("sf-36-pcs", "quality-of-life", "higher", None, None),
        ("eq-vas", "quality-of-life", "higher", 0, 100),
        ("nhp", "quality-of-life", "lower", 0, 100),
        ("joa-cervical", "neurological-function", "higher", 0, 17),
        ("mjoa", "neurological-function", "higher", 0, 18),
        ("nurick", "neurological-function", "lower", 0, 5),
        ("macnab", "treatment-success", "higher", None, None),
        ("pgic", "treatment-success", "varies", 1, 7),
        ("hads", "psychological-status", "lower", 0, 42),
        ("bdi", "psychological-status", "lower", 0, 63),
        ("catastrophizing", "psychological-status", "lower", 0, 52),
        ("psqi", "sleep", "lower", 0, 21),
        ("ashworth", "spasticity-severity", "lower", 0, 4),
        ("timed-up-and-go", "walking-capacity", "lower", 0, None),
    ],
)
def test_scales(
    vocabulary: Vocabulary, instrument: str, outcome: str, better: str, low: float | None, high: float | None
) -> None:
    concept = vocabulary.concept("instrument", instrument)
    assert _linked(concept, "measures", "outcome") == [outcome]
    assert (concept.better_when, _number(concept, "scaleMin"), _number(concept, "scaleMax")) == (better, low, high)


def test_instruments_and_outcomes_agree(vocabulary: Vocabulary) -> None:
    """An instrument's names are names of its outcome: inverse ones exactly where the score runs against it."""
    opposite = {"lower": "higher", "higher": "lower"}
    wrong = []
    for instrument in vocabulary.concepts("instrument"):
        outcome = vocabulary.concept("outcome", _linked(instrument, "measures", "outcome")[0])
        inverse = outcome.better_when is not None and instrument.better_when == opposite.get(outcome.better_when)
        side = set(map(normalise, outcome.inverse_labels if inverse else outcome.names))
        names = [*instrument.alt_labels, *instrument.abbreviations]
        if instrument.broader is None:
            names.append(instrument.label)
        wrong += [(instrument.id, name) for name in names if normalise(name) not in side]
    assert wrong == []


# --- indications ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "indication"),
    [
        ("LBP", "low-back-pain"),
        ("prolapsed intervertebral disc", "disc-herniation"),
        ("PLID", "lumbar-disc-herniation"),
        ("LDH", "lumbar-disc-herniation"),
        ("FBSS", "failed-back-surgery-syndrome"),
        ("PSPS", "failed-back-surgery-syndrome"),
        ("post-laminectomy syndrome", "failed-back-surgery-syndrome"),
        ("OVCF", "osteoporotic-vertebral-fracture"),
        ("painful osteoporotic vertebral compression fractures", "osteoporotic-vertebral-fracture"),
        ("VCF", "vertebral-fracture"),
        ("burst fracture", "vertebral-fracture"),
        ("sciatica", "lumbar-radicular-pain"),
        ("brachialgia", "cervical-radicular-pain"),
        ("LSS", "lumbar-spinal-stenosis"),
        ("neurogenic claudication", "lumbar-spinal-stenosis"),
        ("Modic changes", "vertebrogenic-pain"),
        ("DDD", "degenerative-disc-disease"),
        ("reflex sympathetic dystrophy", "complex-regional-pain-syndrome"),
        ("PDN", "painful-diabetic-neuropathy"),
        ("PHN", "postherpetic-neuralgia"),
        ("zygapophyseal joint pain", "facet-joint-pain"),
    ],
)
def test_conditions_are_found_by_their_names(vocabulary: Vocabulary, name: str, indication: str) -> None:
    assert vocabulary.resolve("indication", name).id == indication


@pytest.mark.shared
def test_icd_codes_exist(shared: Path, vocabulary: Vocabulary) -> None:
    with (shared / "vocab" / "icd10cm_spine_pain.tsv").open(encoding="utf-8") as lines:
        known = {row["code"] for row in csv.DictReader(lines, delimiter="\t")}
    used = {code for c in vocabulary.concepts("indication") for code in c.values("mapsToIcd10cm")}
    assert len(used) > 50
    assert used - known == set()


def test_procedures_that_imply_a_condition_exist(vocabulary: Vocabulary) -> None:
    implied = {c.id: _linked(c, "impliedBy", "procedure") for c in vocabulary.concepts("indication")}
    assert implied["vertebral-fracture"] == ["vertebral-augmentation"]
    assert implied["spasticity"] == ["intrathecal-baclofen"]
    procedures = {c.id for c in vocabulary.concepts("procedure")}
    assert {p for ps in implied.values() for p in ps} <= procedures


# --- designs and comparators ---------------------------------------------------------------------------


def test_designs_are_those_of_the_model(vocabulary: Vocabulary) -> None:
    assert {c.id for c in vocabulary.concepts("design")} == set(get_args(Design))


def test_levels_of_evidence_are_those_of_the_2011_table(vocabulary: Vocabulary) -> None:
    levels = {c.id: int(c.values("cebmLevel")[0]) for c in vocabulary.concepts("design") if c.values("cebmLevel")}
    assert levels == {
        "systematic-review": 1,
        "randomised-trial": 2,
        "nonrandomised-trial": 3,
        "cohort-comparative": 3,
        "case-control": 4,
        "case-series": 4,
        "preclinical": 5,
    }


def _comparator_class(vocabulary: Vocabulary, index: str, comparator: str | None) -> str:
    """Apply the rule written at the head of comparators.ttl."""
    if comparator is None:
        return "none"
    classes = vocabulary.concepts("comparator-class")
    if comparator == index:
        return next(c.id for c in classes if c.values("coversIndexItself"))
    above, above_index = vocabulary.ancestors("procedure", comparator), vocabulary.ancestors("procedure", index)
    reach: list[tuple[bool, int, str]] = []
    for c in classes:
        condition = _linked(c, "whenIndex", "procedure")
        if not condition or set(condition) & set(above_index):
            covered = set(_linked(c, "coversProcedure", "procedure")) & set(above)
            reach += [(not condition, above.index(p), c.id) for p in covered]
    best = sorted(reach)
    assert len([r for r in best if r[:2] == best[0][:2]]) == 1, (index, comparator, best)
    return best[0][2]


@pytest.mark.parametrize(
    ("index", "comparator", "expected"),
    [
        ("vertebroplasty", "sham-procedure", "sham"),
        ("vertebroplasty", "conservative-care", "conservative-care"),
        ("vertebroplasty", "bracing", "conservative-care"),
        ("vertebroplasty", "kyphoplasty", "other-procedure"),
        ("vertebroplasty", "vertebroplasty", "same-procedure"),
        ("vertebroplasty", None, "none"),
        ("transforaminal-epidural-steroid-injection", "epidural-local-anaesthetic-injection", "active-placebo"),
        ("epidural-adhesiolysis", "epidural-local-anaesthetic-injection", "other-procedure"),
        ("caudal-epidural-steroid-injection", "placebo-injection", "inactive-placebo"),
        ("caudal-epidural-steroid-injection", "interlaminar-epidural-steroid-injection", "other-procedure"),
        ("spinal-cord-stimulation", "medical-management", "conservative-care"),
        ("spinal-cord-stimulation", "other-surgery", "surgery"),
        ("interspinous-process-device", "decompression-surgery", "surgery"),
        ("epidural-steroid-injection", "transforaminal-endoscopic-discectomy", "surgery"),
        ("epidural-steroid-injection", "minimally-invasive-lumbar-decompression", "other-procedure"),
        ("discectomy", "no-treatment", "no-treatment"),
        ("discectomy", "other-intervention", "other-procedure"),
    ],
)
def test_comparator_classes(vocabulary: Vocabulary, index: str, comparator: str | None, expected: str) -> None:
    assert _comparator_class(vocabulary, index, comparator) == expected


def test_every_comparator_has_one_class(vocabulary: Vocabulary) -> None:
    ids = [c.id for c in vocabulary.concepts("procedure")]
    for index in ("vertebroplasty", "epidural-steroid-injection", "spinal-cord-stimulation"):
        classes = {_comparator_class(vocabulary, index, comparator) for comparator in ids}
        assert {"sham", "inactive-placebo", "no-treatment", "conservative-care", "surgery", "other-procedure"} < classes


# --- follow-up -----------------------------------------------------------------------------------------

_SCHEMES = ("asipp", "asipp-alt", "cochrane-epidural", "cochrane-back")


def _bands(vocabulary: Vocabulary, scheme: str) -> list[Concept]:
    bands = [c for c in vocabulary.concepts("follow-up") if c.broader == scheme]
    return sorted(bands, key=lambda c: int(c.values("order")[0]))


def _band(vocabulary: Vocabulary, scheme: str, days: float) -> list[str]:
    """Return the bands that hold ``days`` by the rule at the head of followup.ttl; one, if the data is right."""
    bands = _bands(vocabulary, scheme)
    tolerance = float(vocabulary.concept("follow-up", scheme).values("edgeTolerance")[0])
    for edge in (_number(b, "maxDays") for b in bands):
        if edge is not None and abs(days - edge) <= tolerance * edge:
            days = edge
    found = []
    for b in bands:
        low, high = _number(b, "minDays") or 0.0, _number(b, "maxDays")
        after = days > low or (days == low and b.values("minInclusive") == ("true",))
        before = high is None or days < high or (days == high and b.values("maxInclusive") == ("true",))
        found += [b.id] if after and before else []
    return found


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_bands_cover_all_time_once(vocabulary: Vocabulary, scheme: str) -> None:
    bands = _bands(vocabulary, scheme)
    assert (_number(bands[0], "minDays"), bands[0].values("minInclusive")) == (0.0, ("true",))
    assert _number(bands[-1], "maxDays") is None
    for earlier, later in pairwise(bands):
        assert _number(earlier, "maxDays") == _number(later, "minDays")
        assert {earlier.values("maxInclusive"), later.values("minInclusive")} == {("true",), ("false",)}


@given(days=st.integers(min_value=0, max_value=20_000), scheme=st.sampled_from(_SCHEMES))
def test_every_time_falls_into_one_band(days: int, scheme: str) -> None:
    assert len(_band(load_vocabulary(), scheme, days)) == 1


@pytest.mark.parametrize(
    ("scheme", "days", "band"),
    [
        ("asipp", 0, "asipp-short"),
        ("asipp", 180, "asipp-short"),
        ("asipp", 182, "asipp-short"),
        ("asipp", 210, "asipp-long"),
        ("asipp-alt", 168, "asipp-alt-short"),
        ("asipp-alt", 180, "asipp-alt-long"),
        ("asipp-alt", 182, "asipp-alt-long"),
        ("cochrane-epidural", 7, "cochrane-epidural-immediate"),
        ("cochrane-epidural", 14, "cochrane-epidural-short"),
        ("cochrane-epidural", 90, "cochrane-epidural-short"),
        ("cochrane-epidural", 91, "cochrane-epidural-short"),
        ("cochrane-epidural", 182, "cochrane-epidural-intermediate"),
        ("cochrane-epidural", 365, "cochrane-epidural-intermediate"),
        ("cochrane-epidural", 720, "cochrane-epidural-long"),
        ("cochrane-back", 84, "cochrane-back-short"),
        ("cochrane-back", 90, "cochrane-back-intermediate"),
        ("cochrane-back", 365, "cochrane-back-long"),
    ],
)
def test_times_fall_into_their_bands(vocabulary: Vocabulary, scheme: str, days: int, band: str) -> None:
    assert _band(vocabulary, scheme, days) == [band]


# --- thresholds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "instruments", "value", "unit"),
    [
        ("ostelo-2008-vas", ["vas-100"], 15, "point"),
        ("ostelo-2008-nrs", ["nrs"], 2, "point"),
        ("ostelo-2008-rmdq", ["rmdq"], 5, "point"),
        ("ostelo-2008-odi", ["odi"], 10, "point"),
        ("ostelo-2008-relative", ["vas-100", "nrs", "rmdq", "odi", "qbpds"], 30, "percent-of-baseline"),
        ("immpact-2008-substantial", ["nrs"], 50, "percent-of-baseline"),
        ("young-2009-ndi", ["ndi-50"], 7.5, "point"),
        ("parai-2019-eq-5d-detectable", ["eq-5d-index"], 0.49, "utility"),
        ("kamper-2010-recovered-rmdq", ["rmdq"], 2, "score-at-most"),
    ],
)
def test_thresholds(vocabulary: Vocabulary, threshold: str, instruments: list[str], value: float, unit: str) -> None:
    concept = vocabulary.concept("threshold", threshold)
    assert _linked(concept, "instrument", "instrument") == instruments
    assert (_number(concept, "value"), concept.values("unit")) == (value, (unit,))


def test_every_threshold_has_a_source_and_patients(vocabulary: Vocabulary) -> None:
    text = (Path(__file__).resolve().parents[1] / "ontology" / "thresholds.ttl").read_text(encoding="utf-8")
    blocks = {b.split()[0].removeprefix("mid:"): b for b in text.split("\n\n") if b.startswith("mid:")}
    instruments = {c.id for c in vocabulary.concepts("instrument")}
    assert set(blocks) == {c.id for c in vocabulary.concepts("threshold")}
    for concept in vocabulary.concepts("threshold"):
        assert 'dct:bibliographicCitation "' in blocks[concept.id], concept.id
        assert concept.values("population") and concept.values("method"), concept.id
        assert set(_linked(concept, "instrument", "instrument")) <= instruments


def test_unchecked_thresholds_say_so(vocabulary: Vocabulary) -> None:
    unchecked = {c.id for c in vocabulary.concepts("threshold") if c.values("unconfirmed") == ("true",)}
    assert unchecked == {"copay-2008-odi", "copay-2008-sf-36-pcs", "copay-2008-back-pain", "copay-2008-leg-pain"}
