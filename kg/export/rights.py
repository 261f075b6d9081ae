"""What may be done with what is exported."""

from __future__ import annotations

__all__ = ["LICENCE", "LICENCE_NAME", "RIGHTS"]

LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
LICENCE_NAME = "Apache License 2.0"
RIGHTS = (
    "The licence covers the claims and the vocabulary. Titles and quoted words belong to their authors or publishers."
    " Bibliographic data come from PubMed, courtesy of the U.S. National Library of Medicine."
)
