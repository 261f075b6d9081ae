"""Read registration numbers of trials and reviews: they tell which reports belong to one study."""

from __future__ import annotations

import re
from functools import cache

from ingest.cue_files import read_cues
from ingest.text import fold
from kg.model import Record

__all__ = ["normalise", "registry_ids"]


@cache
def _registries() -> tuple[tuple[re.Pattern[str], str], ...]:
    keys = {"name": str, "pattern": str, "form": str, "example": str, "expect": str}
    rows = read_cues("registries", "registry", keys)
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row["form"]) for row in rows)


@cache
def _hint() -> re.Pattern[str]:
    """Most abstracts carry no number; this finds out quickly."""
    names = "N?CT[RIN]?|TRN|EudraCT|UMIN|RCT(?:S|N|ID)?|CTI|DRKS|NTR|OMON|TR|RBR|RPCEC|PER|CRD"
    return re.compile(rf"(?:{names})[\s:#.()/a-z-]{{0,12}}\d|\d{{4}}-\d{{6}}-\d\d", re.IGNORECASE)


def _find(text: str) -> list[tuple[int, str]]:
    text = fold(text)
    if not _hint().search(text):
        return []
    hits = []
    for pattern, form in _registries():
        for m in pattern.finditer(text):
            parts = [part.lower() if form.startswith(("RBR", "jRCT")) else part.upper() for part in m.groups()]
            hits.append((m.start(), form.format(*parts)))
    return sorted(hits)


def normalise(accession: str) -> str | None:
    """Return one registration number the way its registry writes it; None when it is no such number.

    ``normalise("isrctn 16558617") == "ISRCTN16558617"``. Numbers that are only digits in their registry get
    its name in front: ``"EudraCT 2010-023830-22"``.
    """
    hits = _find(accession)
    return hits[0][1] if hits else None


def registry_ids(record: Record) -> tuple[str, ...]:
    """Return the numbers of the record, first those of its data banks, then those of its text, each once."""
    banked = [normalise(accession) for accession in record.registry_ids]
    written = [number for _, number in _find(record.text)]
    return tuple(dict.fromkeys(number for number in [*banked, *written] if number))
