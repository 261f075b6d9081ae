"""A summary as Markdown that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from kg.report.nouns import View
from kg.report.wording import template, wording

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["as_markdown", "escape"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$&#])")
_LIST = re.compile(r"^(\d*)([-+.)=])")
_PMID = re.compile(r"\bPMID (\d+)")


def as_markdown(view: View) -> str:
    """Return a summary as Markdown (GitHub's tables); words of abstracts are escaped, so none of them is markup."""
    text = _environment().get_template("summary.md.j2").render(view=view, directions=wording()["directions"])
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escape(text: object) -> str:
    r"""Return a text whose characters mean nothing to Markdown; line breaks become spaces.

    >>> escape("p < 0.05 | *all*")
    'p \\< 0.05 \\| \\*all\\*'
    """
    line = " ".join(str(text).split())
    return _LIST.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))


def _linked(text: str) -> str:
    """Return a text with a link to PubMed at each PMID."""
    return _PMID.sub(r"[PMID \1](https://pubmed.ncbi.nlm.nih.gov/\1/)", text)


def _brackets(texts: Iterable[str]) -> str:
    return " ".join(f"({escape(text)})" for text in texts)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - Markdown, not HTML: every value goes through ``md``
        loader=FunctionLoader(template), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["md"] = escape
    environment.filters["pmid"] = _linked
    environment.filters["brackets"] = _brackets
    return environment
