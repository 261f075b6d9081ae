"""Write the words that tell a side apart in one way: "low- or high-viscosity", "at two levels"; and find them in any."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["side_words", "spellings"]

_LEVELS = re.compile(r"\b(?P<n>one|two|three|single|double|multiple|\d)[ -]levels?\b", re.I)
# What the other side says of a word cut short by a hyphen: "low- or high-viscosity", "one- and two-level".
_HUNG = re.compile(r"-\s*$")
_TAIL = re.compile(
    r"[\s,]*(?:\([^()]*\)\s*)?(?:(?:or|and|versus|vs\.?|with|to|than)\s+)?(?:an? |the )?[a-z0-9]+-(?P<tail>[a-z]+)",
    re.I,
)

# What guides a needle, as results call it: "with ultrasound" beside "ultrasound-guided".
_GUIDES = {
    "fluoroscopically": ("fluoroscopy", "fluoroscopic"),
    "fluoroscopy": ("fluoroscopy", "fluoroscopic"),
    "tomography": ("CT", "computed tomography"),
    "ultrasonography": ("ultrasonography", "ultrasound"),
}


def side_words(text: str, span: tuple[int, int]) -> str:
    """Return the words of a side, "low-" of "low- or high-viscosity" completed and "two levels" as "two-level".

    >>> side_words("low- or high-viscosity cement", (0, 4))
    'low-viscosity'
    """
    words = text[span[0] : span[1]]
    if _HUNG.search(words) and (other := _TAIL.match(text, span[1])):
        words = words.rstrip() + other["tail"]
    return _LEVELS.sub(r"\g<n>-level", words) if "level" in words else words


def spellings(word: str) -> Iterator[str]:
    """Yield the other ways to write a word with a hyphen: "high viscosity", "two levels"."""
    head, _, tail = word.partition("-")
    if tail and head and "-" not in tail:
        yield f"{head} {tail}"
        if tail == "level":
            yield f"{head} levels"
        if tail == "guided":
            yield from _GUIDES.get(head, (head,))
