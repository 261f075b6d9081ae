r"""Find the plain words a regular expression cannot match without, read off the expression itself.

``\b(?:fail\w*|unable) to (?:show|reach)\b`` needs "fail" or "unable to ", and "show" or "reach" as well. Looking for
such words in a text is many times cheaper than trying the expression at each of its characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from re import _constants as _code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

__all__ = ["needed_words"]

Words = frozenset[str]
_LEAST = 2  # characters: shorter words stand in nearly every text
_LONGEST = 10  # characters: more of a word tells no more
_MOST = 48  # alternatives: looking for more words than this saves nothing
_SPREAD = 6  # spellings followed at once ("[sz]", "[ck]")
_REPEATS = (_code.MAX_REPEAT, _code.MIN_REPEAT, _code.POSSESSIVE_REPEAT)


def _plain(char: str) -> bool:
    """Return whether a character can be looked for: an ASCII one, or one that has no case."""
    return char.isascii() or char.lower() == char.upper() == char.casefold()


def _spellings(item: tuple[Any, Any], *, fold: bool) -> tuple[str, ...]:
    """Return the characters a step may match, in lower case where case does not count; nothing when it is none or many."""
    op, value = item
    chars: tuple[str, ...] = ()
    if op is _code.LITERAL:
        chars = (chr(value),)
    elif op is _code.MAX_REPEAT and value[:2] == (0, 1) and len(value[2]) == 1:
        chars = _spellings(value[2][0], fold=fold)
        return ("", *chars) if chars else ()
    elif op is _code.IN and len(value) <= _SPREAD and all(o is _code.LITERAL for o, _ in value):
        chars = tuple(chr(v) for _, v in value)
    if not all(map(_plain, chars)):
        return ()
    return tuple(dict.fromkeys(c.lower() for c in chars)) if fold else chars


class _Reader:
    """One pass over the steps of an expression; ``found`` gathers the sets of which one word each must stand in a text."""

    def __init__(self, lead: Sequence[str], *, fold: bool) -> None:
        self.fold = fold
        self.runs: Sequence[str] = lead
        self.found: list[Words] = []

    def close(self) -> None:
        """End the words being spelled."""
        if self.runs and all(self.runs):
            self.found.append(frozenset(self.runs))
        self.runs = ("",)

    def read(self, steps: Iterable[tuple[Any, Any]]) -> list[Words]:
        """Return the sets of an expression or a part of one."""
        for step in steps:
            chars = _spellings(step, fold=self.fold)
            if chars and len(chars) * len(self.runs) <= _SPREAD:
                self.runs = [run + char for run in self.runs for char in chars]
            elif step[0] not in (_code.AT, _code.ASSERT, _code.ASSERT_NOT):
                self._part(*step)
        self.close()
        return self.found

    def _part(self, op: Any, value: Any) -> None:
        lead = self.runs
        self.close()
        if op is _code.BRANCH:
            self.found += _either([_Reader(lead, fold=self.fold).read(part) for part in value[1]])
        elif op is _code.SUBPATTERN and not (value[1] & re.I and not self.fold):
            self.found += _Reader(lead, fold=self.fold).read(value[3])
        elif op is _code.ATOMIC_GROUP:
            self.found += _Reader(lead, fold=self.fold).read(value)
        elif op in _REPEATS and value[0] > 0:
            self.found += _Reader(lead, fold=self.fold).read(value[2])


def _either(parts: Sequence[list[Words]]) -> Iterator[Words]:
    """Yield what alternatives need together: the best set of each, or nothing when one of them needs nothing."""
    best = [max(sets, key=_worth, default=frozenset()) for sets in parts]
    if all(best):
        yield frozenset().union(*best)


def _shortest(words: Words) -> Words:
    """Cut long words and leave out those that hold another one."""
    cut = {w[:_LONGEST] for w in words}
    return frozenset(w for w in cut if not any(o != w and o in w for o in cut))


def _worth(words: Words) -> float:
    """Return how much looking for one of the words tells: long words are rare, many words are seldom all missing."""
    return min(map(len, words), default=0) - 0.15 * len(words)


def needed_words(pattern: str, flags: int = 0) -> tuple[tuple[str, ...], ...]:
    """Return sets of words; of each set at least one word stands in every text (part) that ``pattern`` matches.

    With ``re.IGNORECASE`` the words are in lower case. At most two sets, the most telling first; none when nothing can
    be told.
    """
    tree = _parser.parse(pattern, flags)
    sets = _Reader(("",), fold=bool(tree.state.flags & re.I)).read(tree)
    useful = {_shortest(s) for s in sets if min(map(len, s)) >= _LEAST}
    ranked = sorted((s for s in useful if len(s) <= _MOST), key=lambda s: (-_worth(s), sorted(s)))
    return tuple(tuple(sorted(s, key=lambda w: (len(w), w))) for s in ranked[:2])
