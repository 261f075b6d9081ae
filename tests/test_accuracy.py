"""The shipped accuracy figures, where there are any."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg.accuracy
from kg.accuracy import Measured, load_measured
from kg.errors import InputError


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
