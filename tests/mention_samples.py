"""Records of a title and an abstract, and mentions by a list of words: for tests that leave the lexicon out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Record, Section


@dataclass(frozen=True)
class Mention:
    kind: str
    id: str
    start: int
    end: int
    strength: str = "full"


def record(title: str, abstract: str = "") -> Record:
    sections = (Section(text=abstract, start=len(title) + 1),) if abstract else ()
    return Record(pmid="1", title=title, text=f"{title}\n{abstract}" if abstract else title, sections=sections)


def mentions(text: str, words: Mapping[str, tuple[str, str]]) -> list[Mention]:
    """Return where the words (word → kind and id) stand, longer words first; none begins inside another."""
    found, low, taken = [], text.lower(), set[int]()
    for word in sorted(words, key=len, reverse=True):
        at = low.find(word)
        while at >= 0:
            if at not in taken:
                found.append(Mention(*words[word], start=at, end=at + len(word)))
                taken |= set(range(at, at + len(word)))
            at = low.find(word, at + 1)
    return found
