"""``docs/summaries.md`` describes what the program does: its fields, its options, its example numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from golden_summaries import SETTING, cases

from kg.cli.summarise import SummaryFormat
from kg.evidence import name_question
from kg.report import FORMATS, render
from kg.synthesis import AGREEMENT, FEWEST, sign_test
from kg.vocabulary import load_vocabulary

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "summaries.md").read_text("utf-8")


def test_every_field_of_the_json_is_described() -> None:
    found = json.loads(render(cases()["vertebroplasty"], "json", vocabulary=load_vocabulary(), setting=SETTING))
    described = set(re.findall(r"`([a-z_0-9]+)`", PAGE[PAGE.index("## JSON") : PAGE.index("## CSV")]))
    braces = re.findall(r"`\{([a-z_0-9, ]+)\}`", PAGE)
    described |= {name.strip() for some in braces for name in some.split(",")}
    row = found["between"][0]
    for names in (found, row, row["results"][0], row["sign_test"], row["participants"], found["rates"][0]):
        assert set(names) - described == set()
    assert set(found["studies"][0]) | set(found["left_out"][0] if found["left_out"] else ()) <= described


def test_every_format_is_described() -> None:
    assert tuple(form.value for form in SummaryFormat) == FORMATS
    assert "`text`, `md`, `json`, `csv`, `svg`" in PAGE


@pytest.mark.parametrize(("better", "worse", "p"), [(9, 0, "0.0039"), (5, 1, "0.2188")])
def test_the_example_numbers_are_right(better: int, worse: int, p: str) -> None:
    found = sign_test(["better"] * better + ["worse"] * worse)
    assert found.p is not None
    assert f"P = {p}" in PAGE
    assert f"{found.p:.4f}" == p


def test_the_rules_have_the_numbers_of_the_program() -> None:
    assert (AGREEMENT, FEWEST) == (0.7, 6)
    assert "at least 70 %" in PAGE
    assert "fewer than 6 studies" in PAGE


def test_the_examples_can_be_asked() -> None:
    vocabulary = load_vocabulary()
    asked = name_question(vocabulary, "TFESI", indication="sciatica", outcome="pain", comparator="placebo or sham")
    assert (asked.indication, asked.comparator_class) == ("lumbar-radicular-pain", "placebo-or-sham")
    assert name_question(vocabulary, "spinal cord stimulation").technique == "spinal-cord-stimulation"
    for scheme in ("asipp", "asipp-alt", "cochrane-epidural", "cochrane-back"):
        assert f"`{scheme}`" in PAGE
        assert vocabulary.concept("follow-up", scheme).broader is None
