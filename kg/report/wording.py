"""The words of a summary, from ``kg/templates/wording.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from kg.vocabulary import Vocabulary

__all__ = ["Names", "capital", "lower", "plural", "template", "time", "wording"]

_UNITS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))


@cache
def wording() -> dict[str, Any]:
    """Read the table of words, once."""
    return tomllib.loads(template("wording.toml"))


def template(name: str) -> str:
    """Return the text of a file of ``kg/templates/``."""
    return (files("kg") / "templates" / name).read_text("utf-8")


class Names:
    """What concepts are called in a summary; an id that the vocabulary does not know stands for itself."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def label(self, kind: str, id: str | None) -> str:
        """Return the label of a concept."""
        concept = self._vocabulary.by_kind[kind].get(id or "")
        return concept.label if concept else (id or "")

    def inside(self, kind: str, id: str | None) -> str:
        """Return the label as it reads inside a sentence."""
        return lower(self.label(kind, id))

    def design(self, id: str) -> str:
        """Return the short name of a design."""
        return str(wording()["designs"].get(id) or self.inside("design", id))

    def class_of(self, id: str | None) -> str:
        """Return the label of a comparator class."""
        return self.label("comparator-class", id) if id else "Comparator not stated"

    def covered_by(self, class_id: str) -> tuple[str, ...]:
        """Return the IRIs of the procedures that a comparator class covers."""
        concept = self._vocabulary.by_kind["comparator-class"].get(class_id)
        return concept.values("coversProcedure") if concept else ()

    def iri(self, procedure: str) -> str:
        """Return the IRI of a procedure, or nothing."""
        concept = self._vocabulary.by_kind["procedure"].get(procedure)
        return concept.iri if concept else ""


def plural(count: int, word: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "study"), plural(1200, "study"), plural(0, "claim")
    ('1 study', '1,200 studies', '0 claims')
    """
    if count == 1:
        return f"1 {word}"
    ies = word.endswith("y") and word[-2] not in "aeiou"
    return f"{count:,} {word[:-1]}ies" if ies else f"{count:,} {word}s"


def lower(text: str) -> str:
    """Return a label as it reads inside a sentence; short forms keep their capitals.

    >>> lower("Sham procedure"), lower("IDET")
    ('sham procedure', 'IDET')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """Return a text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def time(days: int) -> str:
    """Return a follow-up in the largest unit that divides it; claims count a month as 30 days, a year as 365.

    >>> time(0), time(14), time(90), time(365), time(360), time(10)
    ('same day', '2 weeks', '3 months', '1 year', '12 months', '10 days')
    """
    if days == 0:
        return "same day"
    size, unit = next((size, unit) for size, unit in _UNITS if days % size == 0)
    return plural(days // size, unit)
