"""A verb's docstring as its help."""

from __future__ import annotations

import inspect
import re

__all__ = ["help_text"]


def help_text(docstring: str | None) -> str:
    """Keep the line breaks of the examples: the marker tells the formatter not to fold a paragraph."""
    return re.sub(r"^(Examples?:)$", "\b\n\\1", inspect.cleandoc(docstring or ""), flags=re.MULTILINE)
