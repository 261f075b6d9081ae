"""Read registration numbers of trials and reviews: they tell which reports belong to one study."""

from __future__ import annotations

from functools import cache

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.text import fold_case
from kg.model import Record

__all__ = ["normalise", "registry_ids"]


@cache
def _registries() -> tuple[tuple[Guarded, str], ...]:
    keys = {"name": str, "pattern": str, "needs": list, "form": str, "example": str, "expect": str}
    return tuple((guarded(row), row["form"]) for row in read_cues("registries", "registry", keys))


# The codes of ReBEC and the "s" of jRCT are in lower case; every other letter in a number is a capital.
_LOWER = ("RBR", "jRCT")


def _find(text: str) -> list[tuple[int, str]]:
    text = fold_case(text)
    hits = []
    for guard, form in _registries():
        if any(word in text for word in guard.needs):
            for m in guard.pattern.finditer(text):
                parts = m.groups() if form.startswith(_LOWER) else [part.upper() for part in m.groups()]
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
