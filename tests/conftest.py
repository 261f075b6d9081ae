"""Fixtures shared by the tests; helpers live beside the tests that use them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the checkout; skip without it on a laptop, fail without it in CI."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "contract" / "claims.md").is_file():
        message = f"the real data is not here: no {folder} beside the checkout"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _steady_hypothesis() -> None:
    """Do not fail a property for being slow on a busy machine; examples stay the same for everyone."""
    from hypothesis import settings

    settings.register_profile("spinekg", deadline=None, derandomize=bool(os.environ.get("CI")))
    settings.load_profile("spinekg")
