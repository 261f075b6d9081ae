"""Nouns ⇄ JSON: nothing lost, nothing guessed, errors that name the place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.codec import content_hash, from_json, json_line, read_lines, reading_to_contract, to_json
from kg.errors import InputError
from kg.model import Claim, Deletion, Quarantined, Reading, Record, Section, Sentence

CLAIM = Claim(
    pmid="7",
    procedure="vertebroplasty",
    comparator="sham-procedure",
    comparator_class="sham",
    outcome="pain-intensity",
    measure="VAS",
    basis="between",
    direction="no-difference",
    quote="Pain did not differ (P = 0.41).",
    start=10,
    end=41,
    followup_days=(30, 180),
    p="P = 0.41",
    significant=False,
    axes=(("guidance", "fluoroscopy"), ("level", "l4"), ("level", "l5")),
    rule="between.no-difference",
    reasons=("did not differ",),
    confidence=0.875,
)
READING = Reading(pmid="7", scope="on", design="randomised-trial", sample_size=80, claims=(CLAIM,), flags=("spin",))
RECORD = Record(pmid="7", title="A title", text="A title\nSome text.", sections=(Section(text="Some text.", start=8),))

claims = st.builds(Claim, confidence=st.floats(0, 1))
nouns = st.one_of(
    st.from_type(Record),
    st.builds(Reading, claims=st.lists(claims, max_size=3).map(tuple)),
    claims,
    st.from_type(Sentence),
    st.from_type(Deletion),
    st.from_type(Quarantined),
)


@given(nouns)
@settings(deadline=None)
def test_every_noun_comes_back_as_it_was(noun: object) -> None:
    line = to_json(noun)
    assert "\n" not in line
    assert from_json(type(noun), line) == noun


def test_defaults_are_left_out() -> None:
    assert json.loads(to_json(Deletion(pmid="12"))) == {"pmid": "12"}
    assert json.loads(to_json(Deletion(pmid="12", version=2))) == {"pmid": "12", "version": 2}


def test_bytes_travel_as_base64() -> None:
    bad = Quarantined(source="a.xml", position=3, reason="cut", raw=b"<Pubmed\xff")
    assert json.loads(to_json(bad))["raw"] == "PFB1Ym1lZP8="
    assert from_json(Quarantined, to_json(bad)) == bad


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "Invalid JSON"),
        ("null", "Input should be an object"),
        ('{"version": 1}', "pmid: Field required"),
        ('{"pmid": 12}', "pmid: Input should be a valid string"),
        ('{"pmid": "12", "version": "1"}', "version: Input should be a valid integer"),
        ('{"pmid": "12", "Version": 1}', "Version: Unexpected keyword argument"),
    ],
)
def test_what_is_not_a_noun_is_refused(text: str, fault: str) -> None:
    with pytest.raises(InputError, match=f"^here: not a Deletion: {fault}"):
        from_json(Deletion, text, where="here")


def test_a_fault_inside_is_located() -> None:
    text = to_json(RECORD).replace('"start":8', '"start":"8"')
    with pytest.raises(InputError, match=r"not a Record: sections\.0\.start: Input should be a valid integer"):
        from_json(Record, text)


def test_equal_nouns_have_equal_hashes_and_others_do_not() -> None:
    again = Record(pmid="7", title="A title", text="A title\nSome text.", sections=RECORD.sections)
    assert content_hash(again) == content_hash(RECORD)
    assert content_hash(Record(pmid="7", title="A title", text="A title\nSome text")) != content_hash(RECORD)


def test_lines_are_read_and_blank_ones_skipped(tmp_path: Path) -> None:
    path = tmp_path / "deleted.jsonl"
    path.write_text('{"pmid": "1"}\n\n{"pmid": "2\u2028"}\n', encoding="utf-8")
    assert list(read_lines(Deletion, path)) == [Deletion(pmid="1"), Deletion(pmid="2\u2028")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"pmid": "1"}\n\n{"pmid": 2}\n', r"deleted\.jsonl, line 3: not a Deletion: pmid"),
        (b'{"pmid": "\xff"}\n', r"deleted\.jsonl: not UTF-8 text"),
    ],
)
def test_a_bad_line_names_file_and_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "deleted.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_lines(Deletion, path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read: No such file"):
        list(read_lines(Deletion, tmp_path / "none.jsonl"))


def test_the_contract_comes_first_and_in_its_order() -> None:
    found = reading_to_contract(READING)
    assert list(found)[:9] == [
        "pmid", "scope", "design", "sample_size", "n_studies", "procedures", "comparators", "indications", "claims",
    ]  # fmt: skip
    assert list(found["claims"][0])[:14] == [
        "procedure", "comparator", "indications", "outcome", "measure", "basis", "direction", "noninferiority",
        "hedged", "followup_days", "effect", "p", "significant", "quote",
    ]  # fmt: skip


def test_the_contract_has_lists_and_nulls() -> None:
    found = json.loads(json_line(reading_to_contract(READING)))
    assert found["sample_size"] == 80
    assert found["n_studies"] is None
    assert found["procedures"] == []
    claim = found["claims"][0]
    assert claim["followup_days"] == [30, 180]
    assert claim["effect"] is None
    assert claim["significant"] is False
    assert claim["axes"] == {"guidance": ["fluoroscopy"], "level": ["l4", "l5"]}
    assert (claim["start"], claim["end"]) == (10, 41)


def test_characters_are_written_as_themselves() -> None:
    assert json_line({"quote": "≥ 50 % – naïve"}) == '{"quote": "≥ 50 % – naïve"}'


@pytest.mark.shared
def test_the_contract_names_exactly_the_fields_of_the_gold(shared: Path) -> None:
    with (shared / "gold" / "written.jsonl").open(encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    ours = reading_to_contract(READING)
    assert {field for publication in gold for field in publication} <= set(ours)
    assert {field for publication in gold for claim in publication["claims"] for field in claim} <= set(
        ours["claims"][0]
    )


@pytest.mark.shared
def test_the_scorer_takes_what_we_write(shared: Path, tmp_path: Path) -> None:
    with (shared / "gold" / "written.jsonl").open(encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text("".join(json_line(reading_to_contract(_reading(entry))) + "\n" for entry in gold), "utf-8")
    gold_file, script = shared / "gold" / "written.jsonl", shared / "score" / "score_claims.py"
    done = subprocess.run(
        [sys.executable, script, gold_file, predicted, "--json"], capture_output=True, text=True, check=True
    )
    figures = json.loads(done.stdout)
    assert figures["claims strict"]["F1"] == 1.0
    assert figures["design accuracy"] == 1.0
    assert figures["sample size accuracy"] == 1.0
    assert figures["p exact (relaxed matches)"] == 1.0


def _reading(entry: dict[str, Any]) -> Reading:
    """Make the reading that a perfect extractor would give for an annotated publication."""
    claims = []
    for claim in entry["claims"]:
        place = {"pmid": entry["pmid"], "start": 0, "end": len(claim["quote"])}
        claims.append(Claim(**_tuples(claim), **place))
    return Reading(**_tuples(entry) | {"claims": tuple(claims)})


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
