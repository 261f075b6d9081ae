"""What the tree of a sentence tells of a comparison: its verb, its negation, and what stands under "than"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["at", "compared", "negated", "together", "verb"]

_REFERENCE = frozenset({"than", "versus", "vs", "vs.", "over", "against", "to", "with"})
_COMPARED = frozenset({"compared", "superior", "inferior", "relative", "comparison"})
_VERSUS = frozenset({"versus", "vs", "vs."})
_PLAIN = frozenset({"than", "versus", "vs", "vs."})


def verb(token: Token) -> Token:
    """Return the verb a token hangs on, or the root."""
    while token.head != token and token.pos_ not in ("VERB", "AUX") and not token.tag_.startswith("VB"):
        token = token.head
    return token


def negated(token: Token) -> bool:
    """Return whether a token or its verb is negated."""
    return any(child.dep_ == "neg" for place in (token, verb(token)) for child in place.children)


def at(doc: Doc, place: int) -> Token | None:
    """Return the token that holds a place of the sentence."""
    return next((t for t in doc if t.idx <= place < t.idx + len(t)), None)


def together(one: Token, other: Token | None) -> bool:
    """Return whether two tokens hang on one verb."""
    return other is not None and (verb(one) == verb(other) or one in other.subtree or other in one.subtree)


def compared(head: Token, *, loose: bool = True) -> Iterator[set[int]]:
    """Yield the tokens, by number, under each "than", "compared with" and, where ``loose``, "versus" of the clause of ``head``."""
    for marker in verb(head).subtree:
        if marker.lower_ not in _REFERENCE or marker.i <= head.i or (marker.lower_ in _VERSUS and not loose):
            continue
        plain = marker.lower_ in _PLAIN
        if plain or marker.head.lower_ in _COMPARED:
            yield {t.i for t in marker.subtree} | {t.i for t in marker.head.subtree if t.i > marker.i and plain}
