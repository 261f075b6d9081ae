"""What a study is about: the example of every row holds, and what lifts a row lifts it."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from mention_samples import record

from ingest.cue_files import guarded, read_cues
from ingest.scope import classify_scope
from ingest.scope_subject import lifted, other_subject, reported
from kg.model import Scope

REQUIRED = {"name": str, "verdict": str, "weight": float, "title": str, "example": str, "abstract": str}
OPTIONAL = {"text": str, "not_title": str, "not_text": str, "unless": list}
ROWS = read_cues("scope_subject", "subject", REQUIRED, OPTIONAL)
REPORTS = read_cues("scope_subject", "report", {"name": str, "pattern": str, "example": str})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_row_holds_for_its_example(row: dict[str, Any]) -> None:
    title, abstract = row["example"].lower(), row["abstract"].lower()
    assert (row["verdict"], row["weight"]) in other_subject(title, abstract, frozenset())
    assert classify_scope(record(row["example"], row["abstract"]), ()) != "on"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_row_has_a_verdict_and_knows_what_lifts_it(row: dict[str, Any]) -> None:
    assert row["verdict"] in get_args(Scope)
    names = {"technique", "condition", *(report["name"] for report in REPORTS)}
    assert {part for each in row.get("unless", ()) for part in each.split("+")} <= names


@pytest.mark.parametrize("row", REPORTS, ids=lambda row: row["name"])
def test_every_report_is_found_in_its_example(row: dict[str, Any]) -> None:
    assert guarded(row).search(row["example"].lower())
    assert row["name"] in reported(row["example"].lower(), technique=False, condition=False)


def test_what_the_title_names_is_reported() -> None:
    assert reported("", technique=True, condition=False) == {"technique"}
    assert reported("", technique=False, condition=True) == {"condition"}


def test_one_of_several_lifts_and_parts_are_all_needed() -> None:
    assert lifted(["technique", "treated+result"], frozenset({"treated", "result"}))
    assert not lifted(["technique", "treated+result"], frozenset({"treated"}))
    assert not lifted([], frozenset({"technique"}))
