"""The shipped accuracy figures, where there are any."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg.accuracy
from kg.accuracy import FEWEST, Measured, Tally, about, load_measured
from kg.errors import InputError
from kg.vocabulary import load_vocabulary


def test_no_file_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.accuracy, "data", lambda kind: tmp_path)
    assert load_measured() is None


def test_figures_are_read_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.accuracy, "data", lambda kind: tmp_path)
    (tmp_path / "accuracy.json").write_text(
        '{"extractor_version": "rules-1", "gold": "20 abstracts", "figures": {"scope": "0.9", "claims": "0.5"}}'
    )
    assert load_measured() == Measured(
        extractor_version="rules-1", gold="20 abstracts", figures=(("scope", "0.9"), ("claims", "0.5"))
    )


def test_another_form_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.accuracy, "data", lambda kind: tmp_path)
    (tmp_path / "accuracy.json").write_text('{"gold": "20 abstracts", "figures": {}}')
    with pytest.raises(InputError, match=r"^accuracy\.json: not a AccuracyFile: extractor_version"):
        load_measured()


def test_what_is_shipped_has_figures() -> None:
    shipped = load_measured()
    assert shipped is None or shipped.figures


def test_figures_are_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.accuracy, "data", lambda kind: tmp_path)
    (tmp_path / "accuracy.json").write_text('{"extractor_version": "1", "gold": "x", "figures": {"scope": 0.9}}')
    with pytest.raises(InputError, match=r"figures\.scope: Input should be a valid string"):
        load_measured()


def test_shares_are_none_without_claims() -> None:
    assert (Tally().precision, Tally().recall, Tally().enough) == (None, None, False)
    some = Tally(read=4, right=1, annotated=2, found=1)
    assert (some.precision, some.recall, some.enough) == (0.25, 0.5, False)
    assert Tally(read=FEWEST, annotated=FEWEST).enough
    assert not Tally(read=FEWEST - 1, annotated=99).enough


def test_what_is_shipped_adds_up() -> None:
    shipped = load_measured()
    assert shipped is not None
    for each in shipped.sets.values():
        assert all(0 <= band.right <= band.read and band.low < band.high for band in each.bands)
    for tallies in (shipped.worked_on, shipped.only_scored, *shipped.kinds.values()):
        for tally in tallies.values():
            assert 0 <= tally.right <= tally.read
            assert 0 <= tally.found <= tally.annotated
    known = {concept.id for concept in load_vocabulary().concepts("procedure")}
    assert set(shipped.worked_on) | set(shipped.only_scored) <= known
    annotated = sum(each.claims for name, each in shipped.sets.items() if name in ("dev", "trials", "written"))
    assert sum(tally.annotated for tally in shipped.kinds["worked_on"].values()) == annotated


def test_a_technique_asks_its_family_and_no_further() -> None:
    enough = Tally(read=FEWEST, annotated=FEWEST)
    vocabulary = load_vocabulary()

    def found(technique: str, **worked_on: Tally) -> str | None:
        counts = {name.replace("_", "-"): tally for name, tally in worked_on.items()}
        measured = Measured(extractor_version="1", gold="x", figures=(), worked_on=counts)
        accuracy = about(measured, technique, vocabulary)
        return accuracy.procedure if accuracy else None

    assert found("cordotomy", cordotomy=enough, neuroablation=enough) == "cordotomy"
    assert found("cordotomy", neuroablation=enough, spinal_intervention=enough) == "neuroablation"
    assert found("cordotomy", spinal_intervention=enough) is None
    assert found("spinal-intervention", spinal_intervention=enough) == "spinal-intervention"
    assert found("bracing", conservative_care=enough) is None
