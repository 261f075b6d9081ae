"""Fixtures shared by the tests; helpers live beside the tests that use them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Not slow but busy: a property may take its time. In CI its examples are the same for everyone. This stands
# here and not in a fixture because ``@settings`` in a test module takes the profile in force when it is imported.
settings.register_profile("spinekg", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("spinekg")


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
