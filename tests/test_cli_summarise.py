"""``spinekg summarise``: from a workspace to a printed summary, and every mistake one clear line."""

from __future__ import annotations

import csv
import io
import json
import logging
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from evidence_samples import annotated_sample
from typer.testing import CliRunner, Result

from kg.accuracy import Measured
from kg.cli.app import app
from kg.identity import make_run
from kg.workspace import open_workspace

RUN = make_run(started="2026-01-02T03:04:05Z", extractor="rules", extractor_version="7", software_version="0.1.0")


@pytest.fixture(autouse=True)
def quiet_logging() -> Iterator[None]:
    """Undo what the program sets up for its messages: here it runs inside the tests."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace of the records of the sample on vertebral augmentation, with their annotations."""
    path = tmp_path_factory.mktemp("summarise") / "data"
    chosen = [pair for pair in annotated_sample() if "99000059" <= pair[0].pmid <= "99000079"]
    with open_workspace(path, create=True) as workspace:
        ledger = workspace.ledger
        with ledger.transaction():
            ledger.begin_run(RUN, "test")
            source = ledger.source(RUN, "sample.xml", "sample")
            for position, (record, reading) in enumerate(chosen, start=1):
                ledger.put_record(record, source, position)
                ledger.put_reading(reading, RUN)
    return path


def spinekg(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["summarise", *map(str, arguments), "--dir", str(folder)])


def headline(folder: Path, comparator: str) -> str:
    done = spinekg(folder, "vertebroplasty", "--comparator", comparator, "--outcome", "pain", "--format", "json")
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["headline"][0])


def test_another_name_than_the_label_is_told(folder: Path) -> None:
    """A name may be narrower than the technique that it is kept under."""
    for asked, told in (("sacroplasty", '; asked for as "sacroplasty"\n'), ("Vertebral augmentation", "techniques\n")):
        done = spinekg(folder, asked)
        (line,) = [line for line in done.stdout.splitlines(keepends=True) if line.startswith("Technique ")]
        assert "Vertebral augmentation [vertebral-augmentation], with narrower techniques" in line
        assert line.endswith(told)


def test_three_comparators_give_three_pictures(folder: Path) -> None:
    assert headline(folder, "sham").startswith(
        "Against sham procedure, pain intensity: of 3 studies, 1 found it better and 2 found no difference (up to 6"
    )
    assert headline(folder, "conservative care").startswith(
        "Against usual or conservative care (bracing, bed rest; conservative care), pain intensity: all 3 studies found"
        " it better (up to 6 months); of 3 studies, 2 found no difference and 1 found mixed results (over 6 months)"
    )
    assert headline(folder, "balloon kyphoplasty").startswith(
        "Against other interventional procedure (kyphoplasty), pain intensity: all 3 studies found no difference"
    )


def test_text_is_what_is_printed_by_default(folder: Path) -> None:
    done = spinekg(folder, "PVP")
    assert done.exit_code == 0
    assert done.stdout.startswith("Vertebroplasty: what abstracts report\n")
    assert "*** NOT REAL STUDIES ***" in done.stdout
    assert "PMID 99000063" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("form", ["text", "md", "json", "csv", "svg"])
def test_a_file_is_the_same_as_standard_output(folder: Path, tmp_path: Path, form: str) -> None:
    printed = spinekg(folder, "kyphoplasty", "--format", form)
    written = spinekg(folder, "kyphoplasty", "--format", form, "-o", tmp_path / "summary")
    assert (printed.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    assert (tmp_path / "summary").read_text("utf-8") == printed.stdout


def test_machine_formats_can_be_read(folder: Path) -> None:
    assert json.loads(spinekg(folder, "kyphoplasty", "--format", "json").stdout)["format"] == 1
    assert list(csv.DictReader(io.StringIO(spinekg(folder, "kyphoplasty", "--format", "csv").stdout)))
    assert ET.fromstring(spinekg(folder, "kyphoplasty", "--format", "svg").stdout).tag.endswith("svg")


def test_bands_and_retracted_publications_are_options(folder: Path) -> None:
    done = spinekg(
        folder, "vertebroplasty", "--follow-up", "cochrane-epidural", "--include-retracted", "--format", "json"
    )
    asked = json.loads(done.stdout)["question"]
    assert (asked["follow_up_scheme"]["id"], asked["include_retracted"]) == ("cochrane-epidural", True)
    assert "cochrane-epidural-intermediate" in asked["follow_up_scheme"]["bands"]


def test_nothing_found_is_said_and_is_no_error(folder: Path) -> None:
    done = spinekg(folder, "vertebroplasty", "--outcome", "sleep")
    assert done.exit_code == 0
    text = " ".join(done.stdout.split())
    assert "Nothing found: none of the 21 publications" in text
    assert "makes a claim about vertebroplasty on sleep." in text
    assert "There is evidence on vertebroplasty" in text
    elsewhere = " ".join(spinekg(folder, "vertebral augmentation with implants").stdout.split())
    assert elsewhere
    related = " ".join(spinekg(folder, "cordotomy").stdout.split())
    assert "makes a claim about" in related


def test_figures_are_printed_when_they_are_those_of_the_extractor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version, printed in (("7", True), ("8", False)):
        measured = Measured(extractor_version=version, gold="9 abstracts", figures=(("claim F1", "0.5"),))
        monkeypatch.setattr("kg.report.setting.load_measured", lambda measured=measured: measured)
        text = " ".join(spinekg(folder, "vertebroplasty").stdout.split())
        assert ("was measured on 9 abstracts: claim F1 0.5." in text) is printed
        assert ("Extraction accuracy: not measured here." in text) is not printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("spinal wishing",), "unknown procedure 'spinal wishing'"),
        (("vertebroplasty", "--indication", "gout"), "unknown indication 'gout'"),
        (("vertebroplasty", "--outcome", "beauty"), "unknown outcome 'beauty'"),
        (
            ("vertebroplasty", "--comparator", "kyphoplastic"),
            "unknown comparator 'kyphoplastic'. Did you mean: kyphoplasty",
        ),
        (("vertebroplasty", "--follow-up", "months"), "There are: asipp, asipp-alt, cochrane-"),
        (("sciatica",), "It is an indication."),
        (("vertebroplasty", "--outcome", "kyphoplasty"), "It is a procedure."),
    ],
)
def test_unknown_names_are_one_line_and_exit_code_2(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    done = spinekg(folder, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_workspace_is_said(tmp_path: Path) -> None:
    done = spinekg(tmp_path / "none", "vertebroplasty")
    assert done.exit_code == 2
    assert "no workspace at" in done.stderr


def test_a_file_that_cannot_be_written_is_said(folder: Path, tmp_path: Path) -> None:
    done = spinekg(folder, "vertebroplasty", "-o", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "it is not a file" in done.stderr
