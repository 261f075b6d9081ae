"""Text made comparable without moving a character: matching works on the fold, offsets stay those of the record."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

__all__ = ["fold", "fold_case", "lower"]

_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_DASHES = "\xad\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63"
_MIDDLE_DOTS = "\xb7\u2219\u22c5\u2027\u30fb"
_SAME = (
    ("'", "\u2018\u2019\u201a\u201b\u2032\xb4`\u02b9\u02bc"),
    ('"', "\u201c\u201d\u201e\u201f\u2033\xab\xbb"),
    ("\xb5", "\u03bc"),
    ("/", "\u2044\u2215"),
    (":", "\u2236"),
    (".", "\u3002"),
    ("\u2264", "\u2266\u2a7d"),
    ("\u2265", "\u2267\u2a7e"),
)
# Full-width forms, and the letters and digits of formulae ("\U0001d45d < 0.05"). Superscripts are left alone:
# "10²" is not "102".
_COMPATIBLE = (range(0xFF01, 0xFF5F), range(0x1D400, 0x1D800))

# "0·05" and "P=·05" are decimals; a dot before a space or a letter is a bullet or a product.
_DECIMAL = re.compile(rf"(?<=[0-9=<>\u2264\u2265])[{_MIDDLE_DOTS}](?=[0-9])")


@cache
def _table() -> dict[str, str]:
    """Build the character table: every value is one character."""
    table = dict.fromkeys(_SPACES, " ") | dict.fromkeys(_DASHES, "-")
    for to, chars in _SAME:
        table |= dict.fromkeys(chars, to)
    for char in (chr(code) for block in _COMPATIBLE for code in block):
        plain = unicodedata.normalize("NFKC", char)
        if len(plain) == 1 and plain != char:
            table[char] = table.get(plain, plain)
    return table


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """Return ``text`` with its printing variants made equal, one character for one.

    Dashes and minus signs become "-", every kind of white space " ", curly quotes straight, a middle
    dot before a decimal ".", full-width and mathematical letters and digits plain, both micro signs
    "µ", "⩽" and "≦" "≤". Case, accents, superscripts and "≤" stay. Always
    ``len(fold(text)) == len(text)``, so an offset in the fold is an offset in the text, and folding
    twice changes nothing more.
    """
    if text.isascii() and text.isprintable():
        return text if "`" not in text else text.replace("`", "'")
    chars = set(text)
    # Few texts hold more than a handful of such characters: replacing each is faster than translating all.
    for char in chars & _table().keys():
        text = text.replace(char, _table()[char])
    return text if chars.isdisjoint(_MIDDLE_DOTS) else _DECIMAL.sub(".", text)


@lru_cache(maxsize=64)
def lower(text: str) -> str:
    """Return ``text`` in lower case, one character for one (a letter that would grow is kept)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def fold_case(text: str) -> str:
    """Return ``fold(text)`` in lower case, still one character for one."""
    return lower(fold(text))
