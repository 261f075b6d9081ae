"""Parts that PubMed XML and MEDLINE text have in common: laying out the text, dates, identifiers, name tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kg.errors import InputError
from kg.model import Markup, PubDate, Section

__all__ = ["Part", "clean", "is_study_register", "lay_out", "orcid", "pmid", "pub_date", "tables", "unique"]

_MONTHS: Final = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_YEAR: Final = re.compile(r"(?<!\d)(?:1[5-9]|2[01])\d\d(?!\d)", re.ASCII)
_DAY: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])", re.ASCII)
_ORCID: Final = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)", re.ASCII)
_PMID: Final = re.compile(r"[1-9][0-9]{0,7}", re.ASCII)
_BLANKS: Final = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an abstract before it has its place in the text."""

    text: str
    label: str | None = None
    category: str | None = None
    markup: tuple[Markup, ...] = ()


def lay_out(title: str, parts: Sequence[Part]) -> tuple[str, tuple[Section, ...]]:
    """Return the record's text, title first and every part on a line of its own, and the parts in their places."""
    sections, at = [], len(title)
    for part in parts:
        sections.append(
            Section(text=part.text, start=at + 1, label=part.label, category=part.category, markup=part.markup)
        )
        at += 1 + len(part.text)
    return "\n".join([title, *(part.text for part in parts)]), tuple(sections)


def clean(text: str | None) -> str | None:
    """Return ``text`` of a metadata field with line breaks and runs of blanks as one blank, or None when empty."""
    if not text:
        return None
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        text = _BLANKS.sub(" ", text)
    return text.strip(" ") or None


def unique(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return the values that are not empty, each once, in order of first appearance."""
    return tuple(dict.fromkeys(value for value in values if value))


def pmid(text: str | None) -> str:
    """Return ``text`` as a PMID. Raises InputError when it is none."""
    value = (text or "").strip()
    if not _PMID.fullmatch(value):
        raise InputError(f"its PMID is {value[:20]!r}; a PMID is a number of at most 8 digits" if value else "no PMID")
    return value


def pub_date(text: str | None) -> PubDate | None:
    """Return the date PubMed prints as ``text``, or None without text.

    Forms: "2012", "2012 Mar", "2012 03 15", "2012 Spring", "1998 Dec-1999 Jan", "Winter 1999". The
    year is the first visible one; month and day are set only when the date names exactly one.
    """
    if not (printed := clean(text)):
        return None
    year = _YEAR.search(printed)
    words = printed.split(" ")
    month = day = None
    if year and words[0] == year[0] and 2 <= len(words) <= 3:
        month = _month(words[1])
        if month and len(words) == 3 and _DAY.fullmatch(words[2]):
            day = int(words[2])
    return PubDate(text=printed, year=int(year[0]) if year else None, month=month, day=day)


def _month(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    return _MONTHS.get(word[:3].lower()) if word.isalpha() else None


def orcid(text: str | None) -> str | None:
    """Return the ORCID in ``text`` as ``0000-0000-0000-000X`` without its address, or None."""
    found = _ORCID.search(text or "")
    return "-".join(found.groups()).upper() if found else None


@cache
def tables() -> Mapping[str, Any]:
    """Return the name tables of ``ingest/medline.toml``: data banks, link codes, section labels."""
    return tomllib.loads((files("ingest") / "medline.toml").read_text(encoding="utf-8"))


@cache
def _other_banks() -> frozenset[str]:
    return frozenset(name.casefold() for name in tables()["data_banks"]["not_studies"])


def is_study_register(bank: str) -> bool:
    """Return whether accession numbers of this data bank name studies; sequences and data sets do not."""
    return bank.casefold() not in _other_banks()
