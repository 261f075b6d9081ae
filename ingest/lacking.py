"""Tell groups by what they went without: "no grafting (group B)" is the other arm of two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.arm_evidence import Draft

__all__ = ["drop_doubtful", "lacking"]

_LACKS = re.compile(r"\b(?:without|no)(?: (?:the|a|an|any|additional|bone))? (?P<what>[a-z][\w-]{3,})|\bnon-?(?P<non>[a-z]{4,})", re.I)
_PAIRS = (("1", "2"), ("i", "ii"), ("a", "b"))


def lacking(words: Iterable[str], drafts: Sequence[Draft]) -> int | None:
    """Return the arm of two that goes without what the other is told by, where ``words`` say that and nothing else."""
    said = " ".join(words)
    if len(drafts) != 2:
        return None
    for m in _LACKS.finditer(said):
        what = (m["what"] or m["non"]).lower()
        owners = [i for i, d in enumerate(drafts) if any(w.startswith(what[:6]) for w in d.words)]
        if len(owners) == 1 and not re.search(rf"\b(?<!no )(?<!without )(?<!non-){re.escape(what)}", said, re.I):
            return 1 - owners[0]
    return None


def drop_doubtful(drafts: Sequence[Draft], groups: Iterable[str]) -> None:
    """Take away "group a" and "group b" where both would be one arm of two and there are no more: which is which is not known."""
    if len(drafts) != 2 or sum(name.startswith("group ") for name in groups) > 2:
        return
    for d in drafts:
        for pair in _PAIRS:
            both = {f"group {letter}" for letter in pair}
            if both <= set(d.names):
                d.names[:] = [n for n in d.names if n not in both]
