"""Tell groups by what they went without: "no grafting (group B)" is the other arm of two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ingest.arm_evidence import Draft
from ingest.contrasts import Span
from ingest.initials import initial
from ingest.lexicon import group_words

__all__ = ["Adder", "add_lacking", "drop_doubtful", "lacking", "other_without"]

_LACKS = re.compile(
    r"\b(?:without|no)(?: (?:the|a|an|any|additional|bone))? (?P<what>[a-z][\w-]{3,})|\bnon-?(?P<non>[a-z]{4,})", re.I
)
_WITHOUT = re.compile(r"(?:without|no|non)\b", re.I)
# What a whole arm goes without: "less blood loss without fusion"; of other words "without" may tell of patients.
_GONE_WITHOUT = frozenset(
    (
        "fusion",
        "arthrodesis",
        "graft",
        "screws",
        "biopsy",
        "navigation",
        "drain",
        "brace",
        "decompression",
        "grafting",
        "instrumentation",
        "steroid",
        "steroids",
        "drainage",
        "augmentation",
        "stimulation",
    )
)


def lacking(words: Iterable[str], drafts: Sequence[Draft]) -> int | None:
    """Return the arm of two that goes without what the other is told by, where ``words`` say that and nothing else."""
    said = " ".join(words)
    if len(drafts) != 2:
        return None
    for m in _LACKS.finditer(said):
        what = (m["what"] or m["non"]).lower()
        owners = [i for i, d in enumerate(drafts) if any(w.startswith(what[:6]) for w in d.words)]
        if len(owners) != 1 or drafts[owners[0]].ids[0] in group_words().passive:
            continue  # a sham "without cement" owns the word only because it says what it has not
        if not re.search(rf"\b(?<!no )(?<!without )(?<!non-){re.escape(what)}", said, re.I):
            return 1 - owners[0]
    return None


def drop_doubtful(drafts: Sequence[Draft], groups: Mapping[str, Sequence[Span]]) -> None:
    """Take away "group a" and "group b" where both would be one arm of two and there are no more, unless they are initials."""
    designated = [name for name in groups if name.startswith("group ")]
    if len(drafts) != 2 or len(designated) != 2 or groups[designated[0]] == groups[designated[1]]:
        return
    for d in drafts:
        if set(designated) <= set(d.names):
            d.names[:] = [n for n in d.names if n not in designated]
            meant = [initial(name, drafts) for name in designated]
            if None not in meant and meant[0] != meant[1]:
                for name, arm in zip(designated, meant, strict=True):
                    drafts[arm or 0].names.append(name)


def other_without(long: str, arm: int | None, drafts: Sequence[Draft]) -> int | None:
    """Return the other one of two arms where a name says what its arm has not: "without fusion (WOF)"."""
    return 1 - arm if arm is not None and len(drafts) == 2 and _WITHOUT.match(long) else arm


class Adder(Protocol):
    """What collects the names of arms."""

    def add(self, name: str, arm: int, tails: Sequence[str] = (), *, alone: bool = True) -> None:
        """Add a name of an arm, alone or only with one of the tails after it."""


def add_lacking(names: Adder, drafts: Sequence[Draft]) -> None:
    """Call one of two arms by what the other has: "the nonsteroid group", "no catheter group", "without fusion"."""
    tails = group_words().tails
    for d, other in ((0, 1), (1, 0)):
        own = {w for w in (*drafts[d].words, *(n.lower() for n in drafts[d].names)) if w.isalpha() and len(w) > 3}
        for word in sorted(own - {"control", "placebo"}):
            for name in (f"non-{word}", f"non{word}", f"no {word}", f"no-{word}", f"{word}-free"):
                names.add(name, other, tails, alone=False)
            if word in _GONE_WITHOUT:
                names.add(f"without {word}", other)
