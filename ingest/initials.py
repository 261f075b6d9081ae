"""Tell which arm a short name stands for: "HV" for high volume, "group P" for the arm of phenol."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.arm_evidence import Draft, Evidence
from ingest.contrasts import content_words

__all__ = ["INSTRUMENT", "SERIAL", "add_bare", "defined", "initial", "same_word", "spelled"]

_WORD = re.compile(r"[A-Za-z][\w-]*")
# Letters that mean something else than a group.
INSTRUMENT = re.compile(r"(?:VAS|NRS|ODI|NDI|RMDQ|RDQ|SF|EQ|JOA|MRI|CT|US|LBP|LDH|OVCFs?|VCFs?|[IVX]+|[A-Z])$")
# Names that only count the groups: no initials of anything.
SERIAL = frozenset(("group a", "group b", "group i", "group ii", "group iii", "group iv", "a", "b", "i", "ii"))


def initial(name: str, drafts: Sequence[Draft]) -> int | None:
    """Return the only arm with a telling word that a group's short name begins like: "group P" of phenol, "HV group"."""
    short = name.removeprefix("group ")
    if not short.isalpha() or len(short) > 3 or name in SERIAL:
        return None
    for most in (1, 8):
        owners = [i for i, d in enumerate(drafts) if any(w.startswith(short[0]) for w in d.words[:most])]
        if len(owners) == 1:
            return owners[0]
    return None


def same_word(word: str, own: str) -> bool:
    """Return whether two words are the same or one cut short: "DEX" for "dexamethasone"."""
    return (
        word == own
        or (len(word) >= 3 and own.startswith(word))
        or (len(own) >= 5 and len(word) >= 6 and word.startswith(own[:6]))
    )


def defined(name: str, drafts: Sequence[Draft], text: str) -> int | None:
    """Return the arm whose own words stand before a short name in brackets: "the conventional screws (four screws [4S])"."""
    m = re.search(rf"[(\[]{re.escape(name)}(?: group)?[)\],;]", text, re.I)
    if m is None or name in SERIAL:
        return None
    before = text[max(0, m.start() - 80) : m.start()]
    before = before[max(before.rfind(c) for c in ".;)]") + 1 :]
    owners = [{i for i, d in enumerate(drafts) if any(same_word(w, o) for o in d.words)} for w in content_words(before)]
    own = {i for found in owners if len(found) == 1 for i in found}
    return own.pop() if len(own) == 1 else None


def spelled(name: str, short_forms: Mapping[str, str]) -> list[str]:
    """Return the words of a group's name, and of what it is short for."""
    words = [w.lower() for w in _WORD.findall(name)]
    return words + [w for short, long in short_forms.items() if short.lower() == name for w in content_words(long)]


def add_bare(drafts: Sequence[Draft], e: Evidence, short_forms: Mapping[str, str]) -> None:
    """Call a "group TE" by its letters alone where the text does ("60% of TE"), unless they mean something else."""
    taken = {n.lower() for n in (*short_forms, *(m.text for m in e.mentions), *(n for d in drafts for n in d.names))}
    for d in drafts:
        for name in list(d.names):
            head, _, letters = name.rpartition(" ")
            if head not in ("group", "arm") or len(letters) < 2 or not letters.isalpha() or letters in taken:
                continue
            if not INSTRUMENT.match(letters.upper()) and re.search(rf"\b(?<!roup ){letters.upper()}\b", e.text):
                d.names.append(letters)
