"""What may be done with what is exported."""

from __future__ import annotations

__all__ = ["LICENCE", "LICENCE_NAME", "RIGHTS", "illustrative_note"]

LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
LICENCE_NAME = "Apache License 2.0"
RIGHTS = (
    "The licence covers the claims and the vocabulary. Titles and quoted words belong to their authors or publishers."
    " Bibliographic data come from PubMed, courtesy of the U.S. National Library of Medicine."
)


def illustrative_note(count: int) -> str:
    """Return the warning that so many of the records are invented, to follow a sentence; nothing where none is."""
    if not count:
        return ""
    return f" NOT REAL STUDIES: {count:,} of the records {'is' if count == 1 else 'are'} illustrative, invented for spinekg."
