"""The page ``docs/cli.md``: every verb's help, as the command line prints it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from kg.cli.app import app

__all__ = ["reference_markdown"]

_HEAD = """# The command line

This page is made from the program by `python -m kg.cli.reference > docs/cli.md`; a test keeps it current.
"""


def reference_markdown() -> str:
    """Return the page: the program's own help, then that of every verb."""
    group = typer.main.get_command(app)
    with group.make_context("spinekg", [], resilient_parsing=True, terminal_width=80) as top:
        parts = [_HEAD, _block(group.get_help(top)), *_verbs(group, top)]
    return "\n".join(parts)


def _verbs(group: Any, above: Any) -> Iterator[str]:
    """Yield heading and help of every verb of a group, and of the verbs below it."""
    for name in group.list_commands(above):
        verb = group.get_command(above, name)
        with verb.make_context(name, [], parent=above, resilient_parsing=True, terminal_width=80) as context:
            yield f"## {context.command_path}\n"
            yield _block(verb.get_help(context))
            if hasattr(verb, "list_commands"):
                yield from _verbs(verb, context)


def _block(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"```text\n{lines}\n```\n"


if __name__ == "__main__":
    typer.echo(reference_markdown(), nl=False)
