"""Patterns that are tried only where the words they need occur: most patterns of rules match few texts.

The words are read off the pattern (``ingest.needed``), so a pattern and its words cannot disagree.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ingest.needed import needed_words

__all__ = ["Screened", "screened"]

_END = sys.maxsize


@lru_cache(maxsize=16)
def _without_case(text: str) -> str:
    """Return ``text`` so that every letter an ASCII letter matches with ``re.IGNORECASE`` is that letter in lower case."""
    return text.replace("\u0131", "i").replace("\u0130", "i").casefold()


class Screened:
    """A pattern with the sets of words of which one each must stand in a text before the pattern is tried.

    ``needs`` replaces what is read off the pattern by one set of words, in the case of the texts.
    """

    __slots__ = ("_search", "_sets", "_without_case", "needs", "pattern")

    def __init__(self, pattern: re.Pattern[str], needs: Sequence[str] = ()) -> None:
        """Read the words off the pattern where none are given."""
        self.pattern, self.needs = pattern, tuple(needs)
        self._sets = (self.needs,) if needs else needed_words(pattern.pattern, pattern.flags)
        self._without_case = not needs and bool(pattern.flags & re.I)
        self._search = pattern.search

    def lacks(self, text: str, start: int = 0, end: int = _END) -> bool:
        """Return whether a needed word is missing in ``text[start:end]``; offsets are not negative."""
        if start or end < len(text):
            text = text[start:end]
        if self._without_case:
            text = text.lower() if text.isascii() else _without_case(text)
        for words in self._sets:
            for word in words:
                if word in text:
                    break
            else:
                return True
        return False

    def search(self, text: str, start: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return the first match in ``text[start:end]``, as ``re.Pattern.search`` does."""
        return None if self.lacks(text, start, end) else self._search(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int = _END) -> Iterator[re.Match[str]]:
        """Return the matches in ``text[start:end]``, as ``re.Pattern.finditer`` does."""
        return iter(()) if self.lacks(text, start, end) else self.pattern.finditer(text, start, end)

    def match(self, text: str, start: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return the match at ``start``, as ``re.Pattern.match`` does."""
        return None if self.lacks(text, start, end) else self.pattern.match(text, start, end)


def screened(pattern: str, flags: int = 0) -> Screened:
    """Compile a pattern that is tried only where the words it needs occur."""
    return Screened(re.compile(pattern, flags))
