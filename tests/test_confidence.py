"""The confidence of a claim: the model and its file, the features it sees, and what the rest of the abstract says."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from claim_samples import Read
from hypothesis import given
from hypothesis import strategies as st

import ingest.confidence
import ingest.cue_files
from ingest.confidence import agreements, confidence, features, leanings, score, trusted
from kg.errors import SpinekgError
from kg.model import Basis, Claim, Direction

TRIAL = "Radiofrequency denervation or sham for lumbar facet joint pain"
GROUPS = "Patients were randomised to radiofrequency denervation or sham."
LOWER = "Pain was lower after radiofrequency denervation than after sham"

NAMES = st.sampled_from(["bias", "hedged", "p", "rule:fall", "siblings:2", "no such feature"])
NUMBERS = st.floats(-1e6, 1e6)
VECTORS = st.dictionaries(NAMES, NUMBERS)


def read(results: str, conclusions: str = "") -> Read:
    """Return a trial of radiofrequency against sham."""
    return Read.of(TRIAL, methods=GROUPS, results=results, conclusions=conclusions)


def seen(results: str, agreement: str = "alone", siblings: int = 1) -> set[str]:
    """Return the names of the features of the first finding of the results."""
    made = read(results)
    return set(features(made.findings[0], made.table, "randomised-trial", agreement, siblings))


@pytest.mark.parametrize(
    ("values", "weights", "probability"),
    [
        ({}, {}, 0.5),
        ({"bias": 1.0}, {"bias": 0.0}, 0.5),
        ({"bias": 1.0}, {"bias": 1.0}, 0.7310585786300049),
        ({"bias": 1.0}, {"bias": -1.0}, 0.2689414213699951),
        ({"bias": 1.0, "p": 1.0}, {"bias": -1.0, "p": 2.0}, 0.7310585786300049),
        ({"bias": 1.0, "p": 0.5}, {"bias": -1.0, "p": 2.0}, 0.5),
        # A weight without its feature, and a feature without a weight, say nothing.
        ({"bias": 1.0}, {"bias": 1.0, "p": 5.0}, 0.7310585786300049),
        ({"bias": 1.0, "new": 9.0}, {"bias": 1.0}, 0.7310585786300049),
    ],
)
def test_the_model_is_logistic(values: dict[str, float], weights: dict[str, float], probability: float) -> None:
    assert score(values, weights) == pytest.approx(probability)


@given(VECTORS, VECTORS)
def test_a_score_is_a_probability_never_sure(values: dict[str, float], weights: dict[str, float]) -> None:
    assert 0.0 < score(values, weights) < 1.0


@given(VECTORS, VECTORS, NUMBERS, NUMBERS)
def test_a_greater_bias_never_lowers_a_score(
    values: dict[str, float], weights: dict[str, float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    values = {**values, "bias": 1.0}
    assert score(values, {**weights, "bias": low}) <= score(values, {**weights, "bias": high})


@given(VECTORS)
def test_a_confidence_has_two_decimals_between_0_and_1(values: dict[str, float]) -> None:
    sure = confidence(values)
    assert 0.0 <= sure <= 1.0
    assert sure == round(sure, 2)


def test_unknown_features_change_nothing() -> None:
    values = {"bias": 1.0, "basis": 1.0}
    assert confidence({**values, "no such feature": 1000.0}) == confidence(values)


def test_the_file_has_the_shape_the_model_needs() -> None:
    data = tomllib.loads((files("ingest") / "cues" / "confidence.toml").read_text(encoding="utf-8"))
    assert 0.0 <= data["keep_from"] <= data["better_from"] < 1.0
    assert "bias" in data["weights"]
    assert all(isinstance(weight, int | float) and abs(weight) < 30 for weight in data["weights"].values())


def test_the_bands_of_the_file_follow_each_other_and_are_measured() -> None:
    data = tomllib.loads((files("ingest") / "cues" / "confidence.toml").read_text(encoding="utf-8"))
    bands = data["band"]
    assert [b["from"] for b in bands][1:] == [b["to"] for b in bands][:-1]
    assert (bands[0]["from"], bands[-1]["to"]) == (0.0, 1.0)
    assert all(b["findings"] > 0 and 0.0 <= b["precision"] <= 1.0 for b in bands)


PREFIXES = (
    "rule:", "rule-family:", "kind:", "outcome:", "how:", "role:", "design:", "agreement:", "kind-agreement:", "lean:",
    "lean-kind:", "significant:", "siblings:", "arms:", "outcomes:", "cues:", "arms-named:", "length:",
    "how-direction:", "how-role:", "procedures:", "strangers:", "strangers-in-title:", "arm-", "rival-",
)  # fmt: skip
PLAIN = frozenset(
    "bias outcome-own outcome-carried weak-outcome general-outcome inverse-outcome times pairs changes arms-in-clause "
    "p hedged same-procedure two-procedures".split()
)


def test_every_weight_is_of_a_feature_there_is() -> None:
    data = tomllib.loads((files("ingest") / "cues" / "confidence.toml").read_text(encoding="utf-8"))
    assert [name for name in data["weights"] if name not in PLAIN and not name.startswith(PREFIXES)] == []


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put a file of our own in the place of the packaged one."""
    (tmp_path / "cues").mkdir()
    monkeypatch.setattr(ingest.cue_files, "files", lambda _: tmp_path)

    def write(text: str) -> None:
        (tmp_path / "cues" / "confidence.toml").write_text(text, encoding="utf-8")
        ingest.confidence._model.cache_clear()

    yield write
    ingest.confidence._model.cache_clear()


def test_the_weights_of_the_file_count(model: Callable[[str], None]) -> None:
    model("keep_from = 0.4\nbetter_from = 0.6\n[weights]\nbias = -1\np = 3\n")
    assert (confidence({"bias": 1.0}), confidence({"bias": 1.0, "p": 1.0})) == (0.27, 0.88)


@pytest.mark.parametrize(
    ("basis", "direction", "sure", "kept"),
    [
        ("between", "better", 0.59, False),
        ("between", "better", 0.6, True),
        ("between", "worse", 0.4, True),
        ("between", "no-difference", 0.39, False),
        ("within", "better", 0.4, True),
    ],
)
def test_better_than_another_procedure_needs_more_trust(
    model: Callable[[str], None], basis: Basis, direction: Direction, sure: float, kept: bool
) -> None:
    model("keep_from = 0.4\nbetter_from = 0.6\n[weights]\nbias = 1\n")
    claim = Claim(
        pmid="1", procedure="vertebroplasty", outcome="disability", basis=basis, direction=direction,
        quote="q", start=0, end=1, confidence=sure,
    )  # fmt: skip
    assert trusted(claim) is kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "keep_from = 0.4\nbetter_from = 0.6\n",
        "keep_from = 0.4\n[weights]\nbias = 1\n",
        "better_from = 0.4\n[weights]\nbias = 1\n",
        "[weights]\nbias = 1\n",
        "keep_from = 'half'\nbetter_from = 0.6\n[weights]\nbias = 1\n",
        "keep_from = 0.4\nbetter_from = 0.6\nweights = 3\n",
        "keep_from = 0.4\nbetter_from = 0.6\n[weights]\nbias = 'much'\n",
        "keep_from = \n",
    ],
)
def test_a_broken_file_is_named(model: Callable[[str], None], text: str) -> None:
    model(text)
    with pytest.raises(SpinekgError, match=r"^cues/confidence\.toml: "):
        confidence({"bias": 1.0})


@pytest.mark.parametrize(
    ("results", "there", "missing"),
    [
        (
            f"{LOWER} (P = 0.01).",
            {
                "rule:down-comparative", "rule-family:down-comparative", "kind:between-better",
                "outcome:pain-intensity", "role:results", "design:randomised-trial", "significant:True", "p", "arms:2",
                "two-procedures",
                "arms-in-clause", "arms-named:2", "outcome-own", "outcomes:1", "cues:1", "length:0",
            },
            {"hedged", "times", "pairs", "changes", "outcome-carried"},
        ),
        (f"{LOWER.replace('was', 'may be')} at 3 months (2 vs 4).", {"hedged", "times", "pairs"}, {"p", "changes"}),
        (
            "Pain fell from 7 to 3.",
            {"kind:within-better", "changes", "arms-named:0"},
            {"two-procedures", "arms-in-clause"},
        ),
        (
            "Pain relief was greater after radiofrequency denervation than after sham.",
            {"inverse-outcome"},
            {"weak-outcome"},
        ),
        (
            "Outcomes were better after radiofrequency denervation than after sham.",
            {"general-outcome", "outcome:treatment-success"},
            {"inverse-outcome"},
        ),
    ],
)  # fmt: skip
def test_what_a_finding_shows(results: str, there: set[str], missing: set[str]) -> None:
    names = seen(results)
    assert there - names == set()
    assert missing & names == set()


def test_compounds_belong_to_the_family_of_their_first_word() -> None:
    names = seen("Reduction of pain was greater after radiofrequency denervation than after sham.")
    assert {"rule:up-comparative+fall", "rule-family:up-comparative"} <= names


def test_counts_of_a_finding_are_capped() -> None:
    assert "siblings:7" in seen(f"{LOWER}.", siblings=12)
    assert "siblings:3" in seen(f"{LOWER}.", siblings=3)


def test_agreement_is_a_feature() -> None:
    assert {"agreement:mixed", "kind-agreement:between-better-mixed"} <= seen(f"{LOWER}.", agreement="mixed")


AGREE = [
    (f"{LOWER}.", ["alone"]),
    (f"{LOWER}. {LOWER} again.", ["same", "same"]),
    (f"{LOWER}. {LOWER.replace('lower', 'higher')}.", ["opposite", "opposite"]),
    (f"{LOWER}. {LOWER} again. Pain did not differ between the groups.", ["mixed", "mixed", "opposite"]),
    # Another outcome, and another basis, are other topics.
    (f"{LOWER}. {LOWER.replace('Pain', 'Disability')}.", ["alone", "alone"]),
    (f"{LOWER}. Pain fell from 7 to 3 after radiofrequency denervation.", ["alone", "alone"]),
    # Findings of one sentence do not confirm each other.
    ("Pain and disability were lower after radiofrequency denervation than after sham.", ["alone", "alone"]),
]


@pytest.mark.parametrize(("results", "said"), AGREE)
def test_what_other_sentences_say(results: str, said: list[str]) -> None:
    assert agreements(read(results).findings) == said


HIGHER_DISABILITY = f"{LOWER.replace('Pain', 'Disability').replace('lower', 'higher')}."
LESS_SLEEP = "Sleep was worse after radiofrequency denervation than after sham."
LEAN = [
    (f"{LOWER}.", ["alone"]),
    (f"{LOWER}. {LOWER.replace('Pain', 'Disability')}.", ["same", "same"]),
    (f"{LOWER}. {HIGHER_DISABILITY}", ["opposite", "opposite"]),
    (f"{LOWER}. {HIGHER_DISABILITY} {LESS_SLEEP}", ["opposite", "level", "level"]),
    # No difference leans to no side, and stands beside one that does.
    (f"{LOWER}. Sleep did not differ between the groups.", ["level", "flat"]),
    # Harms are weighed by themselves, changes within a group not at all.
    (
        f"{LOWER}. Infections were more frequent after radiofrequency denervation than after sham.",
        ["alone", "opposite"],
    ),
    (f"{LOWER}. Pain fell from 7 to 3 after radiofrequency denervation.", ["alone", "none"]),
]


@pytest.mark.parametrize(("results", "said"), LEAN)
def test_where_the_rest_of_the_abstract_leans(results: str, said: list[str]) -> None:
    assert leanings(read(results).findings) == said


def test_a_claim_has_the_confidence_of_its_features() -> None:
    for draft in read(f"{LOWER} (P = 0.01).", "Sleep may be better after radiofrequency denervation.").drafts:
        assert draft.claim.confidence == confidence(draft.features)
        assert draft.features["bias"] == 1.0
        assert set(draft.features.values()) == {1.0}
