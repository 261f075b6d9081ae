"""Cue tables are checked strictly, and the guards of patterns are true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import ingest.cue_files as cue_files
from ingest.cue_files import Guarded, guarded, read_cues
from kg.errors import SpinekgError


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "cues").mkdir()
    monkeypatch.setattr(cue_files, "files", lambda _: tmp_path)

    def write(text: str) -> None:
        (tmp_path / "cues" / "trial.toml").write_text(text, encoding="utf-8")

    return write


def test_rows_come_in_file_order(table: Any) -> None:
    table("[[cue]]\nname = 'b'\npattern = 'x+'\n[[cue]]\nname = 'a'\npattern = 'y'\nneeds = ['y']\n")
    rows = read_cues("trial", "cue", {"name": str, "pattern": str}, {"needs": list})
    assert [row["name"] for row in rows] == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[cue]]\nname = 'a'\n", "row 1: unknown or missing pattern; allowed: name, needs, pattern"),
        ("[[cue]]\nname = 'a'\npattern = 'x'\nextra = 1\n", "unknown or missing extra"),
        ("[[cue]]\nname = 1\npattern = 'x'\n", "'name' must be str, not int"),
        ("[[cue]]\nname = 'a'\npattern = '('\n", "the pattern does not compile"),
        ("[[other]]\nname = 'a'\n", r"has no \[\[cue\]\] rows"),
    ],
)
def test_a_wrong_row_names_file_row_and_what_is_allowed(table: Any, text: str, message: str) -> None:
    table(text)
    with pytest.raises(SpinekgError, match=f"cues/trial.toml.*{message}"):
        read_cues("trial", "cue", {"name": str, "pattern": str}, {"needs": list})


def test_a_guard_skips_texts_without_its_words() -> None:
    guard = guarded({"pattern": "ab+c", "needs": ["zz"]})
    assert guard.search("abbc") is None
    assert guard.search("abbc zz") is not None
    assert Guarded(re.compile("ab")).search("xab") is not None
