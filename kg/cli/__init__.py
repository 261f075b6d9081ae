"""The command line: one file per verb, each a translation of a function of the library.

Nothing heavy is imported here; a verb imports what it needs when it runs.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    from kg.cli.app import app

    app(prog_name="spinekg")
