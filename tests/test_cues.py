"""The words that carry a finding: the table itself, negation, compounds, and what a cue governs."""

from __future__ import annotations

import itertools
import re
from string import ascii_lowercase
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cue_files import read_cues
from ingest.cues import Cue, Kind, find_cues

ROWS = read_cues("findings", "cue", {"name": str, "kind": str, "pattern": str, "example": str}, {"first": str})


def cues(text: str) -> list[tuple[str, str]]:
    """Return kind and words of the cues of a sentence."""
    return [(c.kind, text[c.start : c.end]) for c in find_cues(text, 0, len(text))]


@pytest.mark.parametrize("row", [pytest.param(r, id=r["name"]) for r in ROWS])
def test_every_cue_is_found_in_its_example(row: dict[str, str]) -> None:
    """The example of a row is read by that row, with its kind; a look-alike ("aside") leaves no cue of its own."""
    found = find_cues(row["example"], 0, len(row["example"]))
    assert row["kind"] in get_args(Kind)
    if row["kind"] == "aside":
        match = re.compile(row["pattern"]).search(row["example"].lower())
        assert match is not None
        assert not any(c.start < match.end() and match.start() < c.end for c in found)
    else:
        assert (row["kind"], row["name"]) in {(c.kind, part) for c in found for part in c.name.split("+")}


@pytest.mark.parametrize("row", [pytest.param(r, id=r["name"]) for r in ROWS])
def test_first_letters_are_those_a_match_begins_with(row: dict[str, str]) -> None:
    """A letter that ``first`` leaves out begins no word of the pattern: every branch starts with one that is named."""
    assert set(row["first"]) <= set(ascii_lowercase)
    pattern = re.compile(row["pattern"])
    for other in ROWS:
        for m in pattern.finditer(other["example"].lower()):
            assert m.group()[0] in row["first"]
    assert first_letters(row["pattern"]) == set(row["first"])


def first_letters(pattern: str) -> set[str]:
    """Return the letters a pattern may begin with, by Python's own parse of it."""
    parser = pytest.importorskip("re._parser")
    return begin(parser.parse(pattern))[0]


def begin(sequence: object) -> tuple[set[str], bool]:
    """Return the first letters of a parsed sequence and whether it may be empty."""
    letters: set[str] = set()
    for op, value in sequence:  # type: ignore[attr-defined]
        more, empty = begin_of(str(op), value)
        letters |= more
        if not empty:
            return letters, False
    return letters, True


def begin_of(op: str, value: object) -> tuple[set[str], bool]:
    """Return the first letters of one parsed operation and whether it may be empty."""
    every = set(ascii_lowercase)
    if op == "LITERAL":
        return {chr(value)} & every, False  # type: ignore[arg-type]
    if op == "IN":
        return set().union(*(member(str(o), v) for o, v in value)), False  # type: ignore[attr-defined]
    if op == "BRANCH":
        parts = [begin(part) for part in value[1]]  # type: ignore[index]
        return set().union(*(p[0] for p in parts)), any(p[1] for p in parts)
    if op == "SUBPATTERN":
        return begin(value[3])  # type: ignore[index]
    if op.endswith("REPEAT"):
        letters, empty = begin(value[2])  # type: ignore[index]
        return letters, empty or value[0] == 0  # type: ignore[index]
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        return set(), True
    return every, False


def member(op: str, value: object) -> set[str]:
    """Return the letters of one part of a character class."""
    every = set(ascii_lowercase)
    if op == "LITERAL":
        return {chr(value)} & every  # type: ignore[arg-type]
    if op == "RANGE":
        return {chr(c) for c in range(value[0], value[1] + 1)} & every  # type: ignore[index]
    return every if op == "NEGATE" or str(value) == "CATEGORY_WORD" else set()


NEGATED = [
    ("Pain was not lower in group A.", "same"),
    ("Pain was no lower in group A.", "same"),
    ("Pain was never higher than before.", "same"),
    ("RF failed to reduce pain.", "unchanged"),
    ("RF did not reduce pain.", "unchanged"),
    ("RF was unable to reduce pain.", "unchanged"),
    ("RF was not associated with lower pain.", "same"),
    ("Steroid was not found to be superior.", "same"),
    ("Injection did not appear to be significantly better.", "same"),
    ("RF was not significantly more effective.", "same"),
    ("The groups were not significantly different.", "same"),
    ("Neither pain nor disability was lower.", "same"),
    ("Neither pain nor disability improved.", "unchanged"),
    ("Injection was unlikely to improve pain.", "unchanged"),
    ("The drug was insufficient to reduce pain.", "unchanged"),
    ("Pain was without significant reduction.", "unchanged"),
    ("Pain cannot be reduced.", "unchanged"),
    ("The treatment was not only safer.", "good"),
    ("The treatment was not effective.", "same"),
    ("Complications were no more frequent.", "same"),
    ("Pain was hardly lower.", "same"),
]


@pytest.mark.parametrize(("text", "kind"), NEGATED)
def test_negation_is_applied_to_its_cue(text: str, kind: str) -> None:
    """A negated comparison is no difference, a negated change no change; "not only" negates nothing."""
    kinds = [k for k, _ in cues(text) if k != "none"]
    assert kinds[-1] == kind


COMPOUNDS = [
    ("greater reduction in pain", "down"), ("smaller reduction in pain", "up"), ("less reduction in pain", "up"),
    ("greater increase in height", "up"), ("smaller increase in height", "down"),
    ("greater improvement in pain", "good"), ("less improvement in pain", "bad"), ("better improvement in pain", "good"),
    ("more deterioration of function", "bad"), ("less deterioration of function", "good"),
    ("the reduction in pain was greater", "down"), ("the reduction in pain was smaller", "up"),
    ("the improvement in pain was less", "bad"), ("the improvement in pain was greater", "good"),
    ("the increase in height was larger", "up"), ("pain decreased more", "down"), ("pain decreased less", "up"),
    ("pain improved more", "good"), ("pain improved significantly less", "bad"), ("pain improved no more", "same"),
    ("the reduction in pain was similar", "same"), ("the reduction in pain was not greater", "same"),
    ("the improvement was maintained", "unchanged"), ("the improvements in pain did not differ", "same"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), COMPOUNDS)
def test_a_comparative_grades_the_change_beside_it(text: str, kind: str) -> None:
    """Comparative and change make one cue of one kind."""
    assert [k for k, _ in cues(text)] == [kind]


LONE = [
    ("no difference in pain, improvement of function or sleep", ["same"]),
    ("RF was more effective than sham in reducing pain", ["good"]),
    ("RF was as effective as sham in relieving pain", ["same"]),
    ("no additional benefit of steroid in reducing leg pain", ["same"]),
    ("pain was lower and function improved", ["down", "improve"]),
    ("Similarly, pain decreased in group A", ["fall"]),
    ("pain was similarly reduced in both groups", ["same", "fall"]),
    ("the difference in pain was maintained at one year", []),
    ("non-inferiority was not established", ["noninferior"]),
    ("the trial failed to show non-inferiority", []),
    ("blood loss: at least 200 ml", []),
    ("more than 50% relief", []),
    ("more than two weeks", []),
    ("the greater occipital nerve", []),
    ("the superior articular process", []),
    ("lower back pain", []),
    ("significantly lower back pain", ["down"]),
    ("patients with lower limb pain", []),
]


@pytest.mark.parametrize(("text", "kinds"), LONE)
def test_only_what_carries_a_finding_is_a_cue(text: str, kinds: list[str]) -> None:
    """Look-alikes and governed words leave no cue."""
    assert [k for k, _ in cues(text)] == kinds


@given(st.lists(st.sampled_from([r["example"] for r in ROWS]), min_size=1, max_size=4))
def test_cues_stand_in_order_and_apart(examples: list[str]) -> None:
    """Whatever sentences are put together, cues come in order, inside the text, and plain ones do not overlap."""
    text = " ".join(examples)
    found: list[Cue] = find_cues(text, 0, len(text))
    assert [c.start for c in found] == sorted(c.start for c in found)
    assert all(0 <= c.start < c.end <= len(text) for c in found)
    plain = [c for c in found if "+" not in c.name or c.name.startswith("not+")]
    assert all(a.end <= b.start for a, b in itertools.pairwise(plain))


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    """No text is too odd, and the window decides what is seen."""
    assert all(c.end <= len(text) for c in find_cues(text, 0, len(text)))
    assert find_cues(text, 0, 0) == []
