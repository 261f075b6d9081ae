"""The plug-in `component` with tiny pipelines trained here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
from plugin_samples import LOWER, RF, SHAM, Told, read
from spacy.language import Language
from spacy.training import Example

from ingest.abbreviations import abbreviations
from ingest.grounding import find_mentions
from ingest.plugins.component import VARIABLE, ComponentReader, make, masked
from ingest.plugins.merge import CEILING, merge
from ingest.plugins.protocol import Proposal, Vote
from ingest.text import fold
from kg.errors import ConfigurationError

SENTENCES = [
    ("OUTC was lower after INTV than after COMP", "better"),
    ("OUTC fell more with INTV than with COMP", "better"),
    ("INTV beat COMP on OUTC", "better"),
    ("less OUTC with INTV", "better"),
    ("OUTC did not differ between INTV and COMP", "no-difference"),
    ("there was no difference in OUTC", "no-difference"),
    ("INTV and COMP were alike for OUTC", "no-difference"),
    ("similar OUTC in the INTV and COMP groups", "no-difference"),
]
SLEPT = "Sleep came back with denervation where sham left people awake."


def classifier(labels: tuple[str, str] = ("better", "no-difference")) -> Language:
    """Return a text classifier that has learnt the eight sentences."""
    spacy.util.fix_random_seed(0)
    names = dict(zip(("better", "no-difference"), labels, strict=True))
    nlp = spacy.blank("en")
    pipe: Any = nlp.add_pipe("textcat", config={"model": {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "ngram_size": 1, "no_output_layer": False, "length": 4096}})  # fmt: skip
    for label in labels:
        pipe.add_label(label)
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {names[each]: each == label for each in names}})
        for text, label in SENTENCES
    ]
    return trained(nlp, examples)


def categoriser(label: str = "better") -> Language:
    """Return a span categoriser that marks the words "came back" where nothing else does."""
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    pipe: Any = nlp.add_pipe("spancat", config={"suggester": {"@misc": "spacy.ngram_suggester.v1", "sizes": [2]}})
    pipe.add_label(label)
    examples = []
    for text in (SLEPT, "Sleep came back after a week.", LOWER, "Pain was there.", "Their mood came back too."):
        doc = nlp.make_doc(text)
        marked = [doc[i : i + 2] for i in range(len(doc) - 1) if doc[i : i + 2].text == "came back"]
        spans = [(span.start_char, span.end_char, label) for span in marked]
        examples.append(Example.from_dict(doc, {"spans": {"sc": spans}}))
    return trained(nlp, examples, rounds=60)


def trained(nlp: Language, examples: list[Example], rounds: int = 40) -> Language:
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.005
    for _ in range(rounds):
        nlp.update(examples, sgd=optimizer)
    return nlp


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three pipelines: classifier, categoriser, and one that is neither."""
    path = tmp_path_factory.mktemp("pipelines")
    classifier().to_disk(path / "classifier")
    categoriser().to_disk(path / "categoriser")
    spacy.blank("en").to_disk(path / "blank")
    return path


def load(where: Path) -> ComponentReader:
    return make({VARIABLE: str(where)}, None)


def test_a_classifier_votes(folder: Path) -> None:
    made, reading = read(LOWER)
    (vote,) = load(folder / "classifier").read(made, reading)
    assert isinstance(vote, Vote)
    assert (vote.claim, vote.agrees) == (0, True)
    assert vote.why.startswith("'better' with score 0.")
    after = merge(load(folder / "classifier"), made, reading)
    assert after.claims[0].reasons[-1] == f"component agrees: {vote.why}"


def test_a_classifier_that_sees_no_difference_votes_against_better() -> None:
    made, reading = read(LOWER)
    turned = ComponentReader(classifier(("no-difference", "better")))
    (vote,) = turned.read(made, reading)
    assert isinstance(vote, Vote)
    assert vote.agrees is False
    after = merge(turned, made, reading)
    assert after.claims[0].direction == reading.claims[0].direction == "better"
    assert after.claims[0].confidence < reading.claims[0].confidence


def test_a_label_with_a_basis_speaks_of_that_basis_only() -> None:
    made, reading = read(LOWER)
    assert list(ComponentReader(classifier(("within:better", "within:no-difference"))).read(made, reading)) == []
    (vote,) = ComponentReader(classifier(("between:better", "between:no-difference"))).read(made, reading)
    assert isinstance(vote, Vote)
    assert vote.agrees


def test_a_categoriser_proposes(folder: Path) -> None:
    made, reading = read(f"{LOWER} {SLEPT}")
    (found,) = load(folder / "categoriser").read(made, reading)
    assert isinstance(found, Proposal)
    assert (found.procedure, found.comparator, found.outcome, found.quote) == (RF, SHAM, "sleep", SLEPT)
    assert (found.basis, found.direction) == ("between", "better")
    (claim,) = (c for c in merge(load(folder / "categoriser"), made, reading).claims if c.outcome == "sleep")
    assert (claim.rule, claim.confidence) == ("component:proposal", min(round(found.confidence, 2), CEILING))


@pytest.mark.parametrize(
    ("label", "basis", "comparator"), [("within:better", "within", None), ("none-observed", "rate", None)]
)
def test_what_a_span_means_stands_in_its_label(label: str, basis: str, comparator: str | None) -> None:
    made, reading = read(f"{LOWER} {SLEPT}")
    (found,) = ComponentReader(categoriser(label)).read(made, reading)
    assert isinstance(found, Proposal)
    assert (found.basis, found.comparator, found.direction) == (basis, comparator, label.rpartition(":")[2])


def test_the_version_is_that_of_the_weights(folder: Path) -> None:
    versions = {name: load(folder / name).version for name in ("classifier", "categoriser")}
    assert versions == {name: load(folder / name).version for name in ("classifier", "categoriser")}
    assert len(set(versions.values())) == 2
    other = spacy.load(folder / "classifier")
    other.meta["version"] = "9.1"
    assert ComponentReader(other).version.startswith("9.1-")


def test_other_weights_are_another_version(folder: Path, tmp_path: Path) -> None:
    classifier(("no-difference", "better")).to_disk(tmp_path / "turned")
    assert load(tmp_path / "turned").version != load(folder / "classifier").version


def test_names_are_masked() -> None:
    made, reading = read(LOWER)
    text = fold(made.text)
    shown = masked(text, reading.claims[0], reading, find_mentions(text, abbreviations(text)))
    assert shown == "OUTC was lower after INTV than after COMP at 3 months (2.1 vs 4.3, P = 0.01)."


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("", f"{VARIABLE} is not set"),
        ("no-such-folder", "is 'no-such-folder', which cannot be loaded"),
        ("blank", "no textcat or spancat with directions as labels: better, worse,"),
    ],
)
def test_what_is_no_such_pipeline_is_said(folder: Path, where: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as raised:
        make({VARIABLE: str(folder / where) if where == "blank" else where}, None)
    assert "\n" not in str(raised.value)


def test_a_pipeline_with_other_labels_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="directions as labels"):
        ComponentReader(classifier(("cheerful", "sad")))


def test_it_answers_like_any_other_reader(folder: Path) -> None:
    made, reading = read(f"{LOWER} {SLEPT}")
    reader = load(folder / "categoriser")
    assert merge(reader, made, reading) == merge(Told(list(reader.read(made, reading)), reader.name, reader.version), made, reading)  # fmt: skip
