"""spinekg: from claims in spine-pain abstracts to a graph, answers and evidence summaries.

>>> import kg
>>> with kg.open("spinekg-data") as ws:  # doctest: +SKIP
...     ws.summary("vertebroplasty", comparator="sham").df
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.api import OpenWorkspace

__version__ = "0.1.0"

__all__ = ["__version__", "open"]


def open(folder: str | PathLike[str] | None = None, *, create: bool = False) -> OpenWorkspace:
    """Open the workspace in a folder; without one, that of SPINEKG_HOME or ``./spinekg-data``.

    With ``create`` it is made when there is none. Close it with ``close`` or a ``with`` block. Raises UsageError
    when there is no workspace and StoreError when it cannot be used. See ``docs/python.md``.
    """
    from kg.api import OpenWorkspace

    return OpenWorkspace(folder, create=create)
