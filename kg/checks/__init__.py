"""Checks of a workspace: what must hold of every claim, that both graphs say what the ledger says, the shapes.

``check_workspace`` runs them all. Each check looks at the changed publications, at those asked for, or at
all; the counts are those of the whole workspace. ``docs/checks.md`` lists them.
"""

from __future__ import annotations

from kg.checks.nouns import Check, CheckReport, Fault
from kg.checks.run import EXIT_FAULTS, check_workspace

__all__ = ["EXIT_FAULTS", "Check", "CheckReport", "Fault", "check_workspace"]
