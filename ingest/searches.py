"""Named PubMed searches: the data of ``searches.toml``, checked when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.query_syntax import check_query, mixed_operators
from kg.errors import SpinekgError, UnknownNameError, UsageError

__all__ = ["NamedSearch", "check_query", "named_search", "named_searches", "parse_searches"]

_KEYS = frozenset({"title", "description", "query", "within"})
_NEEDED = frozenset({"title", "description", "query"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSearch:
    """A search for one family of interventions; ``query`` is complete and ready to send."""

    name: str
    title: str
    description: str
    query: str


@cache
def named_searches() -> tuple[NamedSearch, ...]:
    """Return the shipped searches in the order of the file. Their union is the literature spinekg is about."""
    return parse_searches((files("ingest") / "searches.toml").read_text("utf-8"), "ingest/searches.toml")


def named_search(name: str) -> NamedSearch:
    """Return the search called ``name``.

    Raises UnknownNameError with near names.
    """
    known = {search.name: search for search in named_searches()}
    if name not in known:
        near = tuple(get_close_matches(name, known, n=3, cutoff=0.5))
        raise UnknownNameError("search", name, near, f"Named searches are: {', '.join(known)}.")
    return known[name]


def parse_searches(text: str, source: str) -> tuple[NamedSearch, ...]:
    """Read named searches from TOML: one table a search, with title, description, query and, if limited, within.

    ``within`` lists earlier searches; only what one of them finds counts, too. Raises SpinekgError
    naming ``source`` and the search.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpinekgError(f"{source} is not valid TOML: {error}") from None
    found: dict[str, NamedSearch] = {}
    for name, table in tables.items():
        found[name] = _search(name, table, found, f"{source}, search '{name}'")
    return tuple(found.values())


def _search(name: str, table: Any, earlier: Mapping[str, NamedSearch], where: str) -> NamedSearch:
    if not isinstance(table, dict):
        raise SpinekgError(f"{where}: a table with the keys {', '.join(sorted(_NEEDED))} is needed")
    unknown, absent = sorted(set(table) - _KEYS), sorted(_NEEDED - set(table))
    if unknown or absent:
        what = f"unknown key '{unknown[0]}'" if unknown else f"the key '{absent[0]}' is missing"
        raise SpinekgError(f"{where}: {what}; allowed are {', '.join(sorted(_KEYS))}")
    for key in sorted(_NEEDED):
        if not isinstance(table[key], str) or not table[key].strip():
            raise SpinekgError(f"{where}: '{key}' must be a text that is not empty")
    try:
        query = check_query(table["query"])
    except UsageError as error:
        raise SpinekgError(f"{where}: {error}") from None
    mixed = mixed_operators(query)
    if mixed:
        raise SpinekgError(
            f"{where}: {mixed.text} at character {mixed.at} stands beside the other operator; add parentheses"
        )
    if "within" in table:
        query = f"({query}) AND ({_union(table['within'], earlier, where)})"
    title, description = (" ".join(table[key].split()) for key in ("title", "description"))
    return NamedSearch(name=name, title=title, description=description, query=query)


def _union(names: Any, earlier: Mapping[str, NamedSearch], where: str) -> str:
    if not isinstance(names, list) or not names or any(name not in earlier for name in names):
        raise SpinekgError(f"{where}: 'within' must list searches that stand before it: {', '.join(earlier) or 'none'}")
    return " OR ".join(f"({earlier[name].query})" for name in names)
