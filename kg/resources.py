"""Where the shipped data lives: ``ontology/`` and ``queries/``, inside the wheel or beside the checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from kg.errors import SpinekgError

__all__ = ["data"]


def data(kind: Literal["ontology", "queries"]) -> Traversable:
    """Return the folder of shipped data called ``kind``; nothing else in spinekg knows a path.

    Raises SpinekgError naming both places tried when the installation is incomplete.
    """
    installed = files("kg") / "_data" / kind
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parent.parent / kind
    if checkout.is_dir():
        return checkout
    raise SpinekgError(f"the folder '{kind}' is missing from this installation: looked in {installed} and {checkout}")
