"""Where the shipped data lives: ``ontology/`` and ``queries/``, inside the wheel or beside the checkout."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from kg.errors import SpinekgError

__all__ = ["data", "data_digest"]


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


def data_digest(kind: Literal["ontology", "queries"]) -> str:
    """Return a short digest of the files of a folder of shipped data: what is made from them is old when it changes."""
    digest = hashlib.sha256()
    for file in sorted((file for file in data(kind).iterdir() if file.is_file()), key=lambda file: file.name):
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
