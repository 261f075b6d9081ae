"""Find the arms that are one procedure done in several ways: by the names of groups, and by lists of ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations

from ingest.arm_evidence import Draft, Evidence
from ingest.contrasts import Contrast, Span, content_words
from ingest.cue_files import read_cues
from ingest.lexicon import group_words

__all__ = ["called_so", "listed_variants", "named_variants", "same_way", "ways", "without_head"]

# A short name in brackets after a side: "stabilisation in prone (SIP)".
_SHORT = re.compile(r"\s*[(\[](?P<name>[A-Z][A-Za-z0-9-]{0,9})(?: group)?[)\]]")
# Words of an arm that has something more or less than the other.
_ON_TOP = frozenset(("plus", "alone", "only", "added", "additional", "combined", "without", "adjuvant"))
_MOST = 4
"""Names of more groups are those of patients or of steps."""
_PARTS = re.compile(r"[\s/]+")
_APART = re.compile(r"[\s/-]+")


@cache
def ways() -> frozenset[str]:
    """Return the words that tell how a procedure was done."""
    return frozenset(w for row in read_cues("variants", "way", {"name": str, "words": list}) for w in row["words"])


@cache
def _rows() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(row["words"]) for row in read_cues("variants", "way", {"name": str, "words": list}))


def same_way(left: Sequence[str], right: Sequence[str]) -> bool:
    """Return whether two sides differ in one respect of how a procedure is done: "early" and "late", "one" and "two levels"."""
    one, two = (frozenset(w.strip("()[],.;:") for w in side) for side in (left, right))
    return any((one & row) - two and (two & row) - one for row in _rows())


def without_head(one: Draft, two: Draft) -> None:
    """Take from two variants the noun that belongs to both: "leads" of "paddle or percutaneous leads"."""
    if same_way(one.words, two.words):
        for d in (one, two):
            d.words = [w for w in d.words if w in ways()]
    elif len(one.words) == 1 and len(two.words) == 2 and not _ON_TOP.intersection((*one.words, *two.words)):
        two.words = two.words[:1]


def named_variants(e: Evidence) -> list[Draft] | None:
    """Return an arm for each group of the paper's procedure that is named by how it was done: "the early surgery group"."""
    if e.top is None or e.top in group_words().comparators:
        return None
    found: dict[frozenset[str], Draft] = {}
    for name, start, _ in e.named:
        told = frozenset(w for w in _PARTS.split(name) if w in ways())
        if not told or any(told < known for known in found if len(known) > 1):
            continue
        draft = found.setdefault(told, Draft(ids=(e.top,), words=sorted(told), first=_first(told, e, start)))
        if name not in draft.names:
            draft.names.append(name)
    for drafts in (list(found.values()), _one_head(e) if found else []):
        if 2 <= len(drafts) <= _MOST and _tell(drafts):
            return drafts
    return None


def _one_head(e: Evidence) -> list[Draft]:
    """Return an arm for each kind of one part that groups are called by: "the curved needle group", "the straight needle group"."""
    found: dict[str, Draft] = {}
    for name, start, _ in e.named:
        kind, _, head = name.rpartition(" ")
        if head in ways() and kind.isalpha():
            draft = found.setdefault(kind, Draft(ids=(e.top or "",), words=[kind], first=start))
            draft.names = draft.names or [name]
    return list(found.values())


def called_so(drafts: Sequence[Draft], e: Evidence) -> bool:
    """Return whether groups are called by what tells two variants apart: "the syringe group" and "the injector group".

    One such name is enough beside a control group, or where both are of one kind ("the single-level group").
    """
    if len(drafts) != 2 or drafts[0].ids[0] != drafts[1].ids[0]:
        return False
    plain = group_words().control | group_words().index
    one, two = ({p for w in d.words for p in _APART.split(w)} - plain for d in drafts)
    owners = set()
    for name, _, _ in e.named:
        said = set(_APART.split(name))
        owners |= {i for i, own in enumerate((one - two, two - one)) if said & own}
    control = any(group_words().control & set(_APART.split(name)) for name, _, _ in e.named)
    return len(owners) == 2 or (len(owners) == 1 and (control or same_way(drafts[0].words, drafts[1].words)))


def _first(words: frozenset[str], e: Evidence, named: int) -> int:
    """Return where the text first has one of the words."""
    low = e.text.lower()
    return min((at for w in words if (at := low.find(w)) >= 0), default=named)


def _tell(drafts: Sequence[Draft]) -> bool:
    """Drop the words that arms share; return whether each arm keeps one, or is called by several words of others."""
    for one, two in combinations(drafts, 2):
        both = set(one.words) & set(two.words)
        for d in (one, two):
            d.words = [w for w in d.words if w not in both]
    return sum(not d.words for d in drafts) <= (len(drafts) > 2)


def listed_variants(c: Contrast, parts: Sequence[tuple[list[str], Span]], e: Evidence) -> list[Draft] | None:
    """Return the arms of a list whose items are one procedure in several ways: "high, medium or low volume (n = 12)"."""
    named = {ids[0] for ids, _ in parts if ids}
    if len(named) > 1 or e.top is None or (not named and c.kind != "sized"):
        return None
    about = next(iter(named), e.top)
    drafts = [
        Draft(ids=(about,), words=_words(e.words(span)), names=_short(span, e), first=span[0]) for _, span in parts
    ]
    everywhere = set.intersection(*(set(d.words) for d in drafts))
    joint = [d for d in drafts if _joint(d, drafts)]
    for d in drafts:
        others = {w for o in drafts if o is not d and o not in joint for w in o.words}
        d.words = [] if d in joint else [w for w in d.words if w not in everywhere and w not in others]
    told = [d for d in drafts if any(w in ways() or any(ch.isdigit() for ch in w) for w in d.words) or d.names]
    return drafts if len(told) == len(drafts) else None


def _joint(d: Draft, drafts: Sequence[Draft]) -> bool:
    """Return whether an arm is several others together: "prone and supine" beside "prone" and "supine"."""
    own = set(d.words) & ways()
    parts = [o for o in drafts if o is not d and (told := set(o.words) & ways()) and told < own]
    return len(parts) > 1


def _words(text: str) -> list[str]:
    """Return the telling words of an item; "low" tells how, though elsewhere it is only that of a low back."""
    told = content_words(text)
    return [*told, *(w for w in _PARTS.split(text.lower()) if w in ways() and w not in told)]


def _short(span: Span, e: Evidence) -> list[str]:
    m = _SHORT.match(e.text, span[1]) or _SHORT.search(e.text, *span)
    return [m["name"]] if m is not None else []
