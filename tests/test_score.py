"""The counts behind `make score`: bands of confidence, techniques, what is shipped."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from kg.accuracy import AccuracyFile, Band, Tally
from kg.codec import from_json

ROOT = Path(__file__).resolve().parent.parent


def script(name: str) -> ModuleType:
    """Load a file of benchmarks/ as it is."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


score = script("score")
SIDES = frozenset({"kyphoplasty", "vertebral-augmentation", "spinal-intervention"})


def scored(name: str, *confidences: tuple[float, bool], annotated: int = 0, found: int = 0) -> object:
    return score.Scored(
        name=name,
        figures={},
        read=tuple(score.Judged(sides=SIDES, matched=right, confidence=c) for c, right in confidences),
        annotated=tuple(score.Judged(sides=SIDES, matched=i < found) for i in range(annotated)),
    )


def test_a_band_holds_its_lower_end_and_the_last_its_upper() -> None:
    bands = scored(
        "dev", (0.2, True), (0.39, False), (0.4, True), (0.6, True), (0.79, True), (0.8, False), (1.0, True)
    ).bands  # type: ignore[attr-defined]
    assert bands == (
        Band(low=0.0, high=0.2, read=0, right=0),
        Band(low=0.2, high=0.4, read=2, right=1),
        Band(low=0.4, high=0.6, read=1, right=1),
        Band(low=0.6, high=0.8, read=2, right=2),
        Band(low=0.8, high=0.9, read=1, right=0),
        Band(low=0.9, high=1.0, read=1, right=1),
    )


def test_a_claim_counts_for_the_procedures_on_both_sides_and_those_above() -> None:
    said = {"basis": "between", "direction": "better"}
    claim = {"procedure": "kyphoplasty", "comparator": "sham-procedure", "confidence": 0.9, **said}
    (judged,) = score.judged([claim], {0})
    assert judged.sides == SIDES | {"sham-procedure"}
    assert (judged.matched, judged.kind, judged.confidence) == (True, "between better", 0.9)
    (alone,) = score.judged([{"procedure": "bracing", "comparator": None, **said}], set())
    assert alone.sides == {"bracing", "conservative-care"}


def test_counts_add_up_over_sets() -> None:
    one, other = scored("dev", (0.9, True), (0.5, False), annotated=3, found=1), scored("trials", (0.9, True))
    counts = score.tallies([one, other])
    assert counts["kyphoplasty"] == Tally(read=3, right=2, annotated=3, found=1)
    assert list(counts) == ["spinal-intervention", "vertebral-augmentation", "kyphoplasty"]


def test_families_stand_just_below_the_top() -> None:
    families = score.families()
    assert {"neural-block", "neuroablation", "vertebral-augmentation", "physical-therapy"} <= set(families)
    assert not {"spinal-intervention", "vertebroplasty", "sham-procedure"} & set(families)


def test_what_is_shipped_is_what_spinekg_reads() -> None:
    figures = {
        "procedures": {"P": 1.0, "R": 0.5, "F1": 0.667},
        "claims relaxed": {"P": 0.5, "R": 0.5, "F1": 0.5, "gold": 3, "tp": 1},
        "direction accuracy (same topic)": 0.9,
        "false efficacy (worse or none read as better)": 0,
        "scope on": {"P": 1.0, "R": 1.0, "F1": 1.0},
        "by family (relaxed recall)": {},
        "records": {"gold": 2, "missing from predicted": 0},
    }
    one = scored("dev", (0.9, True), (0.5, False), annotated=3, found=1)
    text = score.compact(score.measured([replace(one, figures=figures)], []))
    found = from_json(AccuracyFile, text)
    assert json.loads(text)["figures"]["claims that are right"] == "0.50"
    assert found.worked_on["kyphoplasty"] == Tally(read=2, right=1, annotated=3, found=1)
    assert found.sets["dev"].bands == (
        Band(low=0.4, high=0.6, read=1, right=0),
        Band(low=0.9, high=1.0, read=1, right=1),
    )
    assert found.kinds == {"worked_on": {"": Tally(read=2, right=1, annotated=3, found=1)}, "only_scored": {}}
    assert '"kyphoplasty": {"read": 2, "right": 1, "annotated": 3, "found": 1}' in text


@pytest.mark.parametrize("name", score.OUTSIDE)
def test_every_outside_check_can_be_asked_for_its_figures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    assert callable(script(name).outside)


def test_spans_are_counted_once_per_wording() -> None:
    module = script("ebm_nlp")
    document = module.Document(
        pmid="1",
        text="Kyphoplasty or bracing for pain. Bracing hurt. Kyphoplasty helped.",
        spans=(
            ("intervention", (0, 11)),
            ("intervention", (15, 22)),
            ("intervention", (33, 40)),
            ("outcome", (47, 58)),
        ),
    )
    found = module.score([document], "intervention", lambda text, kind: [(0, 11), (27, 31), (47, 58)])
    assert (found.marked, found.found, found.mentions, found.right) == (2, 1, 3, 1)
    assert found.missed == (("1", "bracing"),)
    assert str(found) == "0.50 (precision 0.33)"


def test_both_ways_of_finding_name_a_procedure() -> None:
    module = script("ebm_nlp")
    text = "Radiofrequency ablation (RFA) was used. RFA helped."
    assert [text[s:e] for s, e in module.by_letters(text, "procedure")] == ["Radiofrequency ablation"]
    assert [text[s:e] for s, e in module.by_vocabulary(text, "procedure")] == ["Radiofrequency ablation", "RFA", "RFA"]


def test_marked_tokens_become_spans(tmp_path: Path) -> None:
    module = script("ebm_nlp")
    folder = tmp_path / "benchmarks" / "ebm-nlp-dev"
    folder.mkdir(parents=True)
    lines = ["-DOCSTART- (7)", "", "Sham NN O I-INT", "surgery NN O I-INT", "eased NN O O", "pain NN O I-OUT", ""]
    (folder / "dev.txt").write_text("\n".join(lines))
    (document,) = module.documents(tmp_path)
    assert (document.pmid, document.text) == ("7", "Sham surgery eased pain")
    assert document.spans == (("intervention", (0, 12)), ("outcome", (19, 23)))
