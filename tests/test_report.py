"""Reports: the same words in every format, the claims behind every number, no words of an abstract taken as markup."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from evidence_samples import item, sample_evidence, summary_of
from golden_summaries import GOLDEN, SETTING, cases, evidence, files
from hypothesis import given
from hypothesis import strategies as st

from kg.accuracy import Measured
from kg.errors import UsageError
from kg.report import FORMATS, Look, Setting, look_of, render
from kg.report.headline import tally
from kg.report.markdown import escape
from kg.report.picture import panels_of
from kg.report.view import band_label, view_of
from kg.report.wording import lower, plural, time, wording
from kg.synthesis import DIRECTIONS, Evidence, Summary
from kg.vocabulary import load_vocabulary


def shown(summary: Summary, form: str = "text", setting: Setting = SETTING, **look: Any) -> str:
    return render(summary, form, vocabulary=load_vocabulary(), setting=setting, look=Look(**look))


def flat(text: str) -> str:
    return " ".join(text.split())


def as_json(summary: Summary) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown(summary, "json"))
    return found


def as_csv(summary: Summary) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(shown(summary, "csv"))))


# Golden files


def test_the_golden_files_are_these() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(files())


@pytest.mark.parametrize("name", sorted(files()))
def test_golden(name: str) -> None:
    """When the change is meant: python tests/golden_summaries.py, then read the difference."""
    assert files()[name] == (GOLDEN / name).read_text("utf-8")


# Words


def test_the_headline_gives_numbers_and_no_judgement() -> None:
    text = flat(shown(cases()["vertebroplasty"]))
    assert (
        "Against sham procedure, pain intensity: of 2 studies, 1 found it better and 1 found no difference (up to 6"
        " months); the one study found no difference (over 6 months)." in text
    )
    assert "Change from baseline within a group: 1 study, row W1. It compares with nothing" in text


def test_the_headline_names_every_comparator_of_what_it_tells() -> None:
    near = item("1", "better", comparator="kyphoplasty", followup_days=(30,))
    far = item("2", "worse", comparator="facet-joint-injection", followup_days=(365,))
    summary = summary_of(near, far, item("3", "better", comparator="cordotomy", outcome="cost"))
    told = "Against other interventional procedure (kyphoplasty; facet joint injection), pain intensity: the one study"
    assert told in flat(shown(summary))
    only, *_ = panels_of(view_of(summary, SETTING, load_vocabulary()))
    assert only.title == "Against other interventional procedure (kyphoplasty; facet joint injection)"


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        (["better"], "the one study found it better"),
        (["better", "better"], "both studies found it better"),
        (["worse"] * 3, "all 3 studies found it worse"),
        (["better", "better", "mixed"], "of 3 studies, 2 found it better and 1 found mixed results"),
        (
            ["better", "worse", "no-difference", "reported"],
            "of 4 studies, 1 found it better, 1 found no difference, 1 found it worse and 1 gave numbers without saying"
            " which way they point",
        ),
    ],
)
def test_tallies_in_words(directions: list[str], expected: str) -> None:
    mixed = [item("90", "better", start=9)] if "mixed" in directions else []
    found = [item(str(n), "better" if d == "mixed" else d) for n, d in enumerate(directions, start=1)]
    if mixed:
        last = next(each for each in reversed(found))
        found.append(item(last.claim.pmid, "worse", start=5))
    summary = summary_of(*found)
    ((row,),) = (group.rows for group in view_of(summary, SETTING, load_vocabulary()).between)
    assert tally(row) == expected


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", sorted(cases()))
def test_no_certainty_is_ever_rated(name: str, form: str) -> None:
    text = shown(cases()[name], form).casefold()
    assert not re.search(r"certainty\W+(of evidence\W+)?(high|moderate|low|very)|(high|moderate|low) certainty", text)
    assert not re.search(r"\b(proven|proves|recommend|superior to)\b", text)


def test_what_it_is_not_is_always_said() -> None:
    for summary in cases().values():
        for form in ("text", "md"):
            text = flat(shown(summary, form))
            assert "Full texts, tables and supplements were not read." in text
            assert "Risk of bias was not assessed" in text
            assert "Extraction accuracy: not measured here." in text


def test_publications_that_were_not_read_are_said() -> None:
    text = flat(shown(cases()["vertebroplasty"], setting=replace(SETTING, unread=1002)))
    assert "searched 1,200 publications, 900 in scope, 1,002 NOT READ" in text
    assert "1,002 publications of this workspace are not read yet or could not be read" in text
    assert "not read yet" not in flat(shown(cases()["vertebroplasty"])).casefold()


def test_measured_accuracy_is_printed() -> None:
    measured = Measured(
        extractor_version="rules-1", gold="20 abstracts", figures=(("claim F1", "0.61"), ("scope", "0.93"))
    )
    text = flat(shown(cases()["vertebroplasty"], setting=replace(SETTING, accuracy=measured)))
    assert "The extractor (rules-1) was measured on 20 abstracts: claim F1 0.61, scope 0.93." in text
    assert "not measured here" not in text


@pytest.mark.parametrize("form", ["text", "md", "svg"])
def test_the_sample_carries_a_banner(form: str) -> None:
    assert "NOT REAL STUDIES" in shown(cases()["sample"], form)
    assert "NOT REAL STUDIES" not in shown(cases()["vertebroplasty"], form)


def test_the_sample_is_marked_for_programs_too() -> None:
    assert as_json(cases()["sample"])["illustrative"] is True
    assert {row["illustrative"] for row in as_csv(cases()["sample"])} == {"true"}
    assert {row["illustrative"] for row in as_csv(cases()["vertebroplasty"])} == {"false"}


def test_an_illustrative_record_among_real_ones_is_marked_by_itself() -> None:
    text = flat(shown(summary_of(item("1", "better"), item("99000001", "worse", illustrative=True))))
    assert text.count("illustrative record, not a real study") == 1


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"retracted": True}, "RETRACTED"),
        ({"under_concern": True}, "expression of concern"),
        ({"corrected": True}, "has an erratum"),
        ({"languages": ("ger",)}, "not in English"),
        ({"flags": ("spin",)}, "conclusion contradicts the result"),
        ({"noninferiority": True}, "non-inferiority or equivalence test"),
        ({"hedged": True}, "hedged wording"),
    ],
)
def test_flags(fields: dict[str, Any], flag: str) -> None:
    summary = summary_of(item("1", "no-difference", **fields))
    assert f"[{flag}]" in flat(shown(summary))
    assert [result["flags"] for result in as_json(summary)["between"][0]["results"]] == [[flag]]
    assert f"[{flag}]" not in flat(shown(summary_of(item("1", "no-difference", languages=("eng", "ger")))))


def test_nothing_found_says_where_it_looked_and_what_there_is() -> None:
    setting = replace(SETTING, related=(("kyphoplasty", 3), ("vertebral-augmentation", 1)))
    text = flat(shown(summary_of(), setting=setting))
    assert "none of the 1,200 publications of this workspace (900 in scope) makes a claim about vertebroplasty." in text
    assert "kyphoplasty [kyphoplasty] (3 publications)" in text
    assert "comparisons with sham procedure (2 studies), other interventional procedure (1 study)" in flat(
        shown(cases()["nothing"])
    )


def test_sign_tests_are_printed_where_they_can_be_done() -> None:
    summary = summary_of(*(item(str(n), "better") for n in range(1, 10)), item("99", "worse", outcome="disability"))
    text = flat(shown(summary))
    assert "Sign test, B1: P = 0.0039 (two-sided exact binomial; 9 better, 0 worse, others left out)." in text
    assert "All other rows: too few studies for a sign test to be informative." in text
    first, second = as_json(summary)["between"]
    assert (round(first["sign_test"]["p"], 4), first["sign_test"]["remark"]) == (0.0039, None)
    assert (second["sign_test"]["p"], second["sign_test"]["remark"]) == (
        None,
        "too few studies for a sign test to be informative",
    )


def test_a_sentence_is_quoted_once_and_referred_to() -> None:
    text = flat(shown(summary_of(item("1", "better", followup_days=(30, 365), quote="Once only."))))
    assert text.count('"Once only."') == 1
    assert "quoted under B1" in text


# Every number and what is behind it


def numbers(found: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a summary that holds a number of studies."""
    if isinstance(found, dict):
        if "studies" in found and "claim_ids" in found:
            yield found
        for value in found.values():
            yield from numbers(value)
    elif isinstance(found, list):
        for value in found:
            yield from numbers(value)


@pytest.mark.parametrize("name", sorted(cases()))
def test_numbers_have_claims_behind_them(name: str) -> None:
    found = as_json(cases()[name])
    claims = found["claims"]
    for number in numbers([found["between"], found["within"]]):
        assert {claims[id]["pmid"] for id in number["claim_ids"]} == set(number["pmids"])
        studies = {found["publications"][pmid]["study"] for pmid in number["pmids"]}
        assert number["studies"] == len(studies)
    for row in found["rates"]:
        assert [claims[id]["pmid"] for id in row["claim_ids"]] == row["pmids"]


def test_json_has_what_docs_promise() -> None:
    found = as_json(cases()["vertebroplasty"])
    assert list(found) == [
        "format", "spinekg", "extractors", "illustrative", "question", "searched", "headline", "between", "within",
        "rates", "studies", "publications", "claims", "left_out", "elsewhere", "related", "accuracy", "limits",
    ]  # fmt: skip
    first = found["between"][0]
    assert {direction: number["studies"] for direction, number in first["tally"].items()} == {
        "better": 1, "no-difference": 1, "worse": 0, "mixed": 0, "not-clear": 0,
    }  # fmt: skip
    assert (first["participants"]["total"], first["participants"]["studies_without"]) == (188, 1)
    assert [(r["study"], r["standing"]) for r in first["results"]] == [
        ("pubmed-41", "secondary"), ("NCT00000001", "counted"), ("pubmed-31", "retracted"), ("pubmed-21", "counted"),
    ]  # fmt: skip
    (turned,) = found["between"][2]["results"]
    assert turned["turned_claim_ids"] == turned["claim_ids"]


def test_every_sentence_and_pmid_is_in_the_text() -> None:
    for name, summary in cases().items():
        for form in ("text", "md"):
            text = flat(shown(summary, form))
            for found in summary.evidence:
                assert found.claim.pmid in text, name
                words = flat(found.claim.quote)
                assert (escape(words) if form == "md" else words) in text, name


def test_csv_has_a_row_per_cell_then_per_condition_then_per_rate() -> None:
    rows = as_csv(cases()["vertebroplasty"])
    assert [(row["row"], row["basis"], row["indication"]) for row in rows] == [
        ("B1", "between", "all"),
        ("B1", "between", "osteoporotic-vertebral-fracture"),
        ("B1", "between", "malignant-vertebral-fracture"),
        ("B2", "between", "all"),
        ("B2", "between", "osteoporotic-vertebral-fracture"),
        ("B3", "between", "all"),
        ("B3", "between", "osteoporotic-vertebral-fracture"),
        ("W1", "within", "all"),
        ("W1", "within", "osteoporotic-vertebral-fracture"),
        ("R1", "rate", ""),
        ("R2", "rate", "osteoporotic-vertebral-fracture"),
    ]
    assert (rows[0]["better"], rows[0]["no_difference"], rows[0]["studies"], rows[0]["participants"]) == (
        "1",
        "1",
        "2",
        "188",
    )
    assert (rows[-1]["events"], rows[-1]["total"]) == ("16", "94")


# Strange text

HOSTILE = "=1+1 </text><script>alert(1)</script> | **x** [a](b) `c` \x1b[31m & <b> # 1. _y_"


def hostile() -> Summary:
    return summary_of(
        item("1", "better", quote=HOSTILE, measure=HOSTILE, effect=HOSTILE, title=HOSTILE),
        item("1", "reported", basis="rate", outcome="infection", effect=HOSTILE, quote=HOSTILE, start=500),
    )


def test_markdown_takes_nothing_for_markup() -> None:
    text = shown(hostile(), "md")
    body = re.sub(r"\\.", "", text)
    assert "<script" not in body
    assert "[a](b)" not in body
    assert "**x**" not in body
    tables = [line for line in body.splitlines() if line.startswith("|")]
    widths = {line.count("|") for line in tables}
    assert widths <= {3, 7, 13}, tables


def test_a_terminal_is_not_steered() -> None:
    assert "\x1b" not in shown(hostile())


def test_csv_runs_no_formula() -> None:
    (rate,) = (row for row in as_csv(hostile()) if row["basis"] == "rate")
    assert rate["as_written"].startswith("'=")


def test_json_keeps_every_character() -> None:
    assert HOSTILE in {claim["quote"] for claim in as_json(hostile())["claims"].values()}


@given(st.text(max_size=40))
def test_escaped_text_is_one_line_of_plain_markdown(text: str) -> None:
    escaped = escape(text)
    assert "\n" not in escaped
    assert not re.search(r"(?<!\\)(\\\\)*[*_`<|\[]", escaped)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == " ".join(text.split())


def test_a_line_that_looks_like_a_list_is_none() -> None:
    assert [escape(text) for text in ("1. One", "- One", "2) Two", "-0.5", "1.5")] == [
        r"1\. One", r"\- One", r"2\) Two", r"\-0.5", r"1\.5",
    ]  # fmt: skip


# Looks


def test_findings_that_no_table_counts_have_no_participants() -> None:
    text = flat(shown(summary_of(item("1", design="systematic-review"))))
    assert "Participants none: no table counts a study" in text


def test_plain_text_is_ascii_signs_with_words() -> None:
    text = shown(cases()["vertebroplasty"], plain=True)
    assert text.isascii()
    assert "+ better: PMID 11" in text
    assert "= no difference: PMID 21" in text


@pytest.mark.parametrize("width", [30, 60, 80])
def test_a_narrow_terminal_loses_no_word(width: int) -> None:
    text = shown(cases()["sample"], width=width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= max(width, 60)


def test_lines_after_the_first_are_set_in() -> None:
    lines = shown(cases()["sample"], width=80).splitlines()
    limits = lines[lines.index("What this is not") + 2 :]
    assert {line[:2] for line in limits[: limits.index("")]} == {"- ", "  "}


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_text_keeps_to_its_width(width: int) -> None:
    lines = shown(cases()["sample"], width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)


def test_colour_only_where_it_is_asked_for() -> None:
    assert "\x1b[" in shown(cases()["vertebroplasty"], colour=True)
    assert "\x1b" not in shown(cases()["vertebroplasty"])


def test_how_a_stream_is_looked_at() -> None:
    assert look_of(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) == Look()
    assert look_of(io.TextIOWrapper(io.BytesIO(), encoding="ascii")) == Look(plain=True)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown format 'pdf'; allowed are text, md, json, csv, svg"):
        shown(cases()["nothing"], "pdf")


# The picture


def test_the_picture_draws_every_counted_study() -> None:
    summary = summary_of(*sample_evidence())
    view = view_of(summary, SETTING, load_vocabulary())
    panels = panels_of(view)
    pictured = [row for group in view.between[:2] for row in group.rows if row.cell.counted]
    assert sum(len(panel.columns) for panel in panels) == len(pictured)
    assert sum(len(panel.marks) for panel in panels) == sum(len(row.cell.counted) for row in pictured)
    assert [panel.title for panel in panels][:3] == [
        "Against sham procedure",
        "Against usual or conservative care (bracing, bed rest; conservative care)",
        "Against other interventional procedure (kyphoplasty)",
    ]
    root = ET.fromstring(shown(summary, "svg"))
    assert len(root.findall(".//{*}pattern")) == 1
    for direction in DIRECTIONS:
        assert wording()["directions"][direction]["word"] in shown(summary, "svg")


@pytest.mark.parametrize(("participants", "size"), [(301, 10), (300, 8), (50, 8), (49, 5), (None, 6)])
def test_the_size_of_a_sign_is_that_of_the_study(participants: int | None, size: int) -> None:
    view = view_of(summary_of(item("1", "better", sample_size=participants)), SETTING, load_vocabulary())
    ((mark,),) = (panel.marks for panel in panels_of(view))
    assert mark.size == size


def test_signs_stay_inside_the_picture() -> None:
    for summary in (*cases().values(), summary_of(*sample_evidence(), technique="epidural-steroid-injection")):
        root = ET.fromstring(shown(summary, "svg"))
        width, height = int(root.attrib["width"]), int(root.attrib["height"])
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            if "x" in text.attrib:
                assert 0 <= int(text.attrib["x"]) <= width
                assert 0 <= int(text.attrib["y"]) <= height


# The table of words


def test_the_table_of_words_fits_the_vocabulary() -> None:
    vocabulary = load_vocabulary()
    grouped = [outcome for group in wording()["groups"] for outcome in group["outcomes"]]
    known = [concept.id for concept in vocabulary.concepts("outcome")]
    assert len(grouped) == len(set(grouped))
    assert sorted(grouped) == sorted(known)
    assert set(wording()["designs"]) <= {concept.id for concept in vocabulary.concepts("design")}
    assert tuple(wording()["directions"]) == DIRECTIONS
    assert [group["id"] for group in wording()["groups"]] == ["patients", "harms", "process"]


def test_outcomes_that_matter_to_patients_come_first() -> None:
    found: list[Evidence] = [
        item("1", "better", outcome=outcome)
        for outcome in ("cost", "infection", "opioid-use", "disability", "pain-intensity")
    ]
    view = view_of(summary_of(*found), SETTING, load_vocabulary())
    assert [row.cell.outcome for row in view.rows] == [
        "pain-intensity",
        "disability",
        "opioid-use",
        "infection",
        "cost",
    ]
    assert [row.ref for row in view.rows] == ["B1", "B2", "B3", "B4", "B5"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "same day"),
        (1, "1 day"),
        (10, "10 days"),
        (14, "2 weeks"),
        (90, "3 months"),
        (182, "26 weeks"),
        (365, "1 year"),
    ],
)
def test_times_in_words(days: int, words: str) -> None:
    assert time(days) == words


def test_small_words() -> None:
    assert (plural(1, "study"), plural(0, "study"), plural(1200, "claim")) == ("1 study", "0 studies", "1,200 claims")
    assert (lower("Sham procedure"), lower("IDET")) == ("sham procedure", "IDET")
    assert band_label("Long term (over 6 months)") == "over 6 months"
    assert band_label("Follow-up not stated") == "not stated"


def test_the_evidence_of_the_golden_files_is_our_own() -> None:
    assert all(found.claim.pmid.isdigit() and len(found.claim.pmid) == 2 for found in evidence())
