"""spinekg for Python and notebooks: ``kg.open`` gives an ``OpenWorkspace``, which answers with tables and pages.

Everything heavy (pandas, networkx, matplotlib) is imported when an answer is asked for in that form.
"""

from __future__ import annotations

from kg.api.answers import Answer
from kg.api.pages import ShownRecord, SummaryAnswer
from kg.api.workspace import OpenWorkspace

__all__ = ["Answer", "OpenWorkspace", "ShownRecord", "SummaryAnswer"]
