"""Find abbreviations that an abstract defines itself: "transforaminal epidural injection (TFEI)".

The algorithm is that of Schwartz and Hearst (Pac Symp Biocomput 2003:451-62), with brackets of both kinds,
hyphenated and plural short forms, and the reversed order "TFEI (transforaminal epidural injection)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["abbreviations"]

_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,80})[)\]]")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9/+-]{0,9}s?$")
_NEVER = frozenset(
    {"NS", "CI", "SD", "SE", "OR", "RR", "HR", "MD", "USA", "UK", "IQR", "ns", "vs", "MRI", "CT", "II", "III", "IV"}
)


def _is_short(text: str) -> bool:
    return bool(_SHORT.match(text)) and len(text) >= 2 and sum(c.isupper() for c in text) >= 1 and text not in _NEVER


def _best_long(short: str, words: str) -> str | None:
    """Return the shortest tail of ``words`` whose letters spell ``short`` in order, starting with a word."""
    s, w = len(short) - 1, len(words) - 1
    while s >= 0:
        c = short[s].lower()
        if not c.isalnum():
            s -= 1
            continue
        while w >= 0 and (words[w].lower() != c or (s == 0 and w > 0 and words[w - 1].isalnum())):
            w -= 1
        if w < 0:
            return None
        s, w = s - 1, w - 1
    return (words[words.rfind(" ", 0, w + 1) + 1 :] if w >= 0 else words).lstrip("([")


def _before(text: str, at: int, short: str) -> str:
    limit = min(len(short) + 5, len(short) * 2) + 2
    clause = re.split(r"[.;:()\[\]]\s|,\s(?=[a-z]+ing\b)", text[max(0, at - 160) : at])[-1]
    return " ".join(clause.split()[-limit:])


def _plausible(short: str, long: str) -> bool:
    words = long.replace("-", " ").split()
    return (
        len(long) > len(short) and short.lower() not in {w.lower() for w in words} and len(words) <= len(short) * 2 + 3
    )


def _inside(bracket: str) -> tuple[str, str] | None:
    """Return the pair that stands whole in a bracket: "(percutaneous group, PG)"."""
    long, _, short = (part.strip() for part in bracket.partition(","))
    found = _best_long(short, long) if _is_short(short) and " " in long else None
    return (short, found) if found and _plausible(short, found) else None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for m in _BRACKET.finditer(text):
        inside = re.split(r"[;,=]|\bn\s*=", m.group(1))[0].strip()
        if _is_short(inside):
            core = inside[:-1] if inside.endswith("s") and inside[:-1].isupper() else inside
            long = _best_long(core, _before(text, m.start(), core))
            if long and _plausible(core, long):
                yield core, long
        elif (inner := _inside(m.group(1))) is not None:
            yield inner
        elif " " in inside and (head := re.search(r"([A-Z][A-Za-z0-9-]{1,9})\s*$", text[: m.start()])):
            long = _best_long(head.group(1), inside) if _is_short(head.group(1)) else None
            if long and _plausible(head.group(1), long):
                yield head.group(1), long


def abbreviations(text: str) -> dict[str, str]:
    """Return short form → long form as first defined in ``text``.

    >>> abbreviations("Spinal cord stimulation (SCS) was compared with medical management (CMM).")
    {'SCS': 'Spinal cord stimulation'}
    """
    found: dict[str, str] = {}
    for short, long in _pairs(text):
        found.setdefault(short, long)
    return found
