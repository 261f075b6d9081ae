"""Tell arms with one procedure apart where the words or names of one mean another: "open" beside "percutaneous" screws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.arm_evidence import Draft, Evidence
from ingest.contrasts import content_words
from ingest.lexicon import below, broader, group_words, related

__all__ = ["settle_kinds"]


def settle_kinds(drafts: Sequence[Draft], e: Evidence, short_forms: Mapping[str, str]) -> bool:
    """Give two arms that are called one procedure their own where what tells them apart means two; return whether it does."""
    if len(drafts) != 2 or drafts[0].ids[0] != drafts[1].ids[0]:
        return False
    if any(below(drafts[0].ids[0], kind) for kind in group_words().injected):
        return False  # of injections the drug tells more, and that is read elsewhere
    meant = [_meant(d, e, short_forms) for d in drafts]
    if meant[0] == meant[1]:
        return False
    for d, found in zip(drafts, meant, strict=True):
        d.ids = (found, *d.ids[1:])
    return True


def _meant(d: Draft, e: Evidence, short_forms: Mapping[str, str]) -> str:
    """Return the procedure of the same sort that the words and names of an arm mean, or that which it is called."""
    long = [w for short, form in short_forms.items() if short in d.names for w in content_words(form)]
    about = d.ids[0]
    found = e.told_apart(" ".join((*d.words, *d.names, *long)), about)
    near = found is not None and (broader(found) == broader(about) or related(found, about))
    return found if found is not None and near else about
