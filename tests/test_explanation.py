"""Explanations and other reports, as ``spinekg show`` prints them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from arm_samples import record
from typer.testing import CliRunner

from ingest.pipeline import EXTRACTOR_VERSION, read_record
from kg.cli.app import app
from kg.cli.related import proposed, related_text, same_study
from kg.explanation import explain_claim, explain_groups, explain_spin
from kg.identity import make_run
from kg.ledger import LedgerRow
from kg.model import Arm, Author, Claim, Record
from kg.workspace import Workspace, open_workspace

RUN = make_run(
    started="2026-01-02T03:04:05Z", extractor="rules", extractor_version=EXTRACTOR_VERSION, software_version="0.1.0"
)
RF, SHAM = "facet-radiofrequency-ablation", "sham-procedure"
PAIN = Claim(
    pmid="1", procedure=RF, comparator=SHAM, outcome="pain-intensity", measure="VAS", basis="between",
    direction="better", significant=True, quote="Pain was lower after denervation.", start=9, end=42,
    axes=(("guidance", "fluoroscopy"), ("radiofrequency-mode", "cooled")), rule="down-comparative",
    reasons=(
        f"arms: {RF} against {SHAM}, named here as denervation, sham group", "cue: lower (down)",
        "outcome: VAS (less is better)", "direction: better (between)",
    ),
)  # fmt: skip


def told(claim: Claim, *arms: Arm) -> dict[str, str]:
    """Return the steps of an explanation by name."""
    return {line[:16].strip(): line[16:] for line in explain_claim(claim, arms).splitlines()}


def test_the_chain_of_a_comparison() -> None:
    assert told(PAIN) == {
        "groups": 'Facet / medial branch radiofrequency ablation against Sham procedure; named here as "denervation", "sham group"',
        "sentence": '"Pain was lower after denervation."',
        "words": '"lower": less of the outcome than in the other group',
        "outcome": '"VAS", taken as Pain intensity; less is better',
        "hence": "better for the patient (Facet / medial branch radiofrequency ablation against Sham procedure),"
        " and called significant or tested so",
        "rule": 'down-comparative; as in "Blood loss was lower with the percutaneous technique."',
        "variants": "guidance Fluoroscopy, radiofrequency mode Cooled",
    }


def test_a_change_a_rate_and_a_claim_without_words() -> None:
    fell = replace(
        PAIN,
        basis="within",
        comparator=None,
        significant=None,
        axes=(),
        rule="fall",
        reasons=(f"arms: {RF}, not named in this clause", "cue: fell (fall)"),
    )
    steps = told(fell)
    assert steps["groups"].endswith("; not named in this clause")
    assert steps["words"] == '"fell": less of the outcome'
    assert steps["outcome"] == "Pain intensity"
    assert (
        steps["hence"] == "better for the patient (after Facet / medial branch radiofrequency ablation against before)"
    )
    assert "variants" not in steps
    rate = replace(fell, basis="rate", direction="reported", rule="rate", reasons=("cue: none, by rate",))
    assert told(rate)["words"] == "none: the numbers tell it"
    assert told(rate)["hence"] == "told without a direction (with Facet / medial branch radiofrequency ablation)"
    assert told(rate)["rule"] == "rate; a number or share of patients, compared with nothing"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("numbers-bare", "two values without a word or a test: no direction is taken from them"),
        ("improve-versus", 'as in "'),
        ("not+up-comparative", 'as in "'),
        ("up-comparative+fall-but-not", 'as in "'),
        ("unheard-of", "unheard-of"),
    ],
)  # fmt: skip
def test_a_rule_in_plain_words(rule: str, says: str) -> None:
    text = told(replace(PAIN, rule=rule))["rule"]
    assert text.startswith(rule)
    assert says in text
    assert text.count("as in") == (2 if rule.endswith("-but-not") else says.startswith("as in"))


def test_two_groups_of_one_procedure_go_by_their_names() -> None:
    arms = (Arm(procedure=RF, names=("cooled",)), Arm(procedure=RF, names=("conventional",)))
    alike = replace(PAIN, comparator=RF)
    assert told(alike, *arms)["hence"].startswith(
        'better for the patient (Facet / medial branch radiofrequency ablation, "cooled" against "conventional")'
    )
    assert '"cooled"' not in told(alike, Arm(procedure=RF), Arm(procedure=RF))["hence"]


def test_the_groups_of_a_study() -> None:
    arms = (Arm(procedure=RF, names=("group A", "RF"), size=40), Arm(procedure=SHAM, index=False))
    assert explain_groups(arms) == (
        'Groups\n  Facet / medial branch radiofrequency ablation (evaluated); called "group A", "RF"; 40 patients\n'
        "  Sham procedure (compared with)"
    )
    assert explain_groups(()) == "Groups: none were told apart"


def trial(pmid: str, conclusions: str, *, months: str = "six", number: str = "") -> Record:
    """Return the report of an invented trial of 64 patients."""
    made = record(
        f"Facet joint radiofrequency denervation or sham for chronic back pain: results at {months} months",
        methods=f"Sixty-four patients were randomised to radiofrequency denervation (n = 33) or a sham procedure (n = 31). {number}",
        results=f"At {months} months pain did not differ between the groups (P = 0.41). In all, 133 patients had been screened.",
        conclusions=conclusions,
    )
    authors = tuple(Author(last_name=name, initials="A") for name in ("Alder", "Birch", "Cedar"))
    return replace(made, pmid=pmid, authors=authors)


SUPERIOR = "Radiofrequency denervation is superior to sham."


def test_spin_is_shown_with_both_sentences() -> None:
    made = trial("1", SUPERIOR)
    reading = read_record(made)
    assert reading.flags == ("spin",)
    text = explain_spin(made, reading)
    assert text.splitlines()[0] == "Spin: groups did not differ, and the conclusion sets one above the other"
    assert SUPERIOR in text
    assert "At six months pain did not differ between the groups (P = 0.41)." in text
    assert explain_spin(made, replace(reading, flags=())) == ""


def workspace(path: Path, *records: Record) -> Path:
    with open_workspace(path, create=True) as made, made.ledger.transaction():
        made.ledger.begin_run(RUN, "ingest")
        source = made.ledger.source(RUN, "a.xml", "a")
        for place, each in enumerate(records, start=1):
            made.ledger.put_record(each, source, place)
            made.ledger.put_reading(read_record(each), RUN)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace of two reports of one trial, two with its number and one of something else."""
    return workspace(
        tmp_path_factory.mktemp("related") / "data",
        trial("11", SUPERIOR),
        trial("12", "Pain did not differ.", months="twelve"),
        trial("13", "Pain did not differ.", number="The number is NCT01234567."),
        trial("14", "Pain did not differ.", months="ten", number="The number is NCT01234567."),
        replace(record("Kyphoplasty in one town", results="Pain fell in 64 patients."), pmid="15"),
    )


def row(made: Workspace, pmid: str) -> LedgerRow:
    found = made.ledger.row(pmid)
    assert found is not None
    return found


def test_other_reports_by_number_and_by_likeness(folder: Path) -> None:
    with open_workspace(folder) as made:
        assert same_study(made.ledger, row(made, "13")) == ("14",)
        assert same_study(made.ledger, row(made, "11")) == ()
        assert {c.second for c in proposed(made.ledger, row(made, "11"))} == {"12", "13", "14"}
        assert {c.first for c in proposed(made.ledger, row(made, "14"))} == {"11", "12"}
        assert proposed(made.ledger, row(made, "15")) == ()
        assert related_text(made.ledger, row(made, "15")) == ""
        text = related_text(made.ledger, row(made, "14")).splitlines()
    assert text[0] == "Reports the same study, by its registration number, as PMID 13"
    assert text[1] == "May be a report of the same study as PMID 11 (not counted as one)"
    assert "same counts: 31, 33, 133" in text[2]


def show(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["show", *arguments, "--dir", str(folder)])
    assert done.exit_code == 0
    return done.stdout


def test_show_explains_where_asked(folder: Path) -> None:
    plain, explained = show(folder, "11"), show(folder, "11", "--explain")
    assert " | conclusion contradicts the result\n" in plain
    assert "May be a report of the same study as PMID 12 (not counted as one)" in plain
    assert "Groups\n" not in plain
    assert "\nGroups\n  Facet / medial branch radiofrequency ablation (evaluated)" in explained
    assert "\nSpin: " in explained
    assert '\n     words      "did not differ": the groups do not differ\n' in explained
    assert set(plain.splitlines()) <= set(explained.splitlines())


def test_show_says_nothing_of_what_is_not_there(folder: Path) -> None:
    assert "same study" not in show(folder, "15", "--explain")
    assert "Spin" not in show(folder, "15", "--explain")
