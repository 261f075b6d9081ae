"""Tell what a group of an injection trial was given (steroid, local anaesthetic, another drug) and which procedure that makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.grounding import Mention
from ingest.lexicon import below, group_words

if TYPE_CHECKING:
    from ingest.arm_evidence import Draft, Evidence
    from ingest.lacking import Adder

__all__ = ["add_plain", "by_drug", "drugs_in_place", "injectates", "owner_by_drug", "route"]

_EPIDURAL, _STEROID, _PLAIN = (
    "epidural-injection",
    "epidural-steroid-injection",
    "epidural-local-anaesthetic-injection",
)
_BLOCK, _PLACEBO = "neural-block", "placebo-injection"
# Epidural injections that a drug alone may mean.
_BY_DRUG = (_EPIDURAL, _STEROID, _PLAIN)
# Kinds of epidural injections that stay what they are, whatever is injected.
_WHATEVER = ("selective-nerve-root-block", "epidural-adhesiolysis", "epiduroscopy")
# What makes the name of an injection an epidural one; all else is the name of a drug.
_ROUTE = re.compile(r"dural|caudal|foramin|laminar|ESI\b|transforam")
_DRUG = re.compile(r"steroid|glucocortic|cortison|caine|an(?:a)?esthetic", re.I)
_NEGATED = re.compile(
    r"\b(?:without|no|non-?|lacking|free of|not)(?: an?y?)? ?(?:added |additional )?$|\b(?:and|or) without (?:\w+ )?$",
    re.I,
)
_BY_ROUTE = re.compile(
    r"\b(?P<route>caudal|transforaminal|interlaminar)(?:ly\b|(?: (?:[\w-]+ ){0,3}?(?:epidural|injections?|blocks?|steroids?|route|approach|infiltrations?)\b(?! (?:endoscop|dis[ck]ectom|decompress))))",
    re.I,
)
_LOCAL = re.compile(r"\b[a-z]+caine\b|\blocal an(?:a)?esthetics?\b|\ban(?:a)?esthetics?\b", re.I)
_GRAINS = {"particulate": ("methylpred", "triamcin", "betameth"), "non-particulate": ("dexameth",)}
_FREE = re.compile(r"[- ]free\b")
# What is given on top of what the other group had, or to both.
_ON_TOP = re.compile(
    r"\bthe same\b|\bsame (?:dose|injection|mixture|drugs?|volume|solution|amount)|\bidentical|\badditional|\badded\b|\bin addition\b|\badjuvan|\bas an adjunct",
    re.I,
)


def _epidural(concept: str) -> bool:
    """Return whether a procedure is an epidural injection that is called by its drug."""
    return below(concept, _EPIDURAL) and not any(below(concept, kind) for kind in _WHATEVER)


def drugs_in_place(mentions: Sequence[Mention], title: str) -> tuple[Mention, ...]:
    """Return the mentions of a record that names no epidural route, without the drugs that mean such an injection elsewhere.

    Where the record names no other injection either, they mean that of the place which its title names.
    """
    if any(_epidural(m.id) and _ROUTE.search(m.text) for m in mentions):
        return tuple(mentions)
    drugs = {m.start for m in mentions if _DRUG.search(m.text) and all(_epidural(i) for i in (m.id, *m.also))}
    if not drugs:
        return tuple(mentions)
    others = [m for m in mentions if m.start not in drugs]
    if any(m.strength != "context" and below(m.id, _BLOCK) for m in others):
        return tuple(others)
    site = next((rule.to for rule in group_words().sites if rule.fits(title, _BLOCK)), None)
    if site is None:
        return tuple(mentions)
    return tuple(replace(m, id=site, also=()) if m.start in drugs else m for m in mentions)


def injectates(said: str) -> frozenset[str]:
    """Return what a text says was injected: "steroid", "plain" for a local anaesthetic, "other", "on top"; not what is denied.

    >>> sorted(injectates("lidocaine with 40 mg of triamcinolone"))
    ['plain', 'steroid']
    >>> sorted(injectates("bupivacaine without steroid"))
    ['plain']
    """
    words, low = group_words(), said.lower()
    lists = (("steroid", words.steroid), ("plain", words.local_drug), ("other", words.other_drug))
    found = {kind for kind, drugs in lists if any(_said(drug, low) for drug in drugs)}
    return frozenset(found | ({"on top"} if _ON_TOP.search(low) else set()))


def _said(drug: str, low: str) -> bool:
    at = low.find(drug)
    while at >= 0:
        begin = at
        while begin and (low[begin - 1].isalnum() or low[begin - 1] == "-"):
            begin -= 1
        own = low[begin:at]
        if not own.startswith("non") and not _NEGATED.search(low[:begin]) and not _FREE.match(low, at + len(drug)):
            return True
        at = low.find(drug, at + 1)
    return False


def by_drug(ids: tuple[str, ...], said: str, others: Sequence[str], e: Evidence) -> tuple[str, ...]:
    """Return the procedures of a group of an epidural trial by the drug that it got; ``others`` is said of the other groups."""
    about = e.top is not None and _epidural(e.top)
    own, beside = injectates(said), [injectates(o) for o in others]
    against = any("steroid" in o for o in beside)
    if ids and ids[0] == _PLACEBO and against and "plain" in own and e.top and below(e.top, _BLOCK) and not about:
        return (e.top, *ids[1:])  # saline in a block of local anaesthetic only makes up for the steroid
    if ids and ids[0] in _BY_DRUG and e.top and below(e.top, _WHATEVER[0]) and own & {"steroid", "plain"}:
        return (e.top, *ids[1:])
    if not (_epidural(ids[0]) or (about and ids[0] == _PLACEBO) if ids else about):
        return ids
    if "steroid" in own or (against and "on top" in own):
        return ids if ids and below(ids[0], _STEROID) else (_with_steroid(e), *ids[1:])
    if "other" in own and against:
        return (_EPIDURAL, *ids[1:])
    if "plain" in own and (against or not _steroid_for_all(e)):
        return (_PLAIN, *(i for i in ids[1:] if i != _PLACEBO))
    return ids


def _with_steroid(e: Evidence) -> str:
    """Return the injection of steroid that a record is about: that of its only route, else the heaviest."""
    if (by_route := route(e)) is not None:
        return by_route
    kinds = [i for i in e.ranked if below(i, _STEROID)]
    return kinds[0] if kinds else _STEROID


def route(e: Evidence) -> str | None:
    """Return the injection of steroid by the only route that title, aim and methods name, or None."""
    told = (s for s in e.sentences if s.role in ("title", "objective", "methods", "unknown"))
    found = {m["route"].lower() for s in told for m in _BY_ROUTE.finditer(s.text)}
    return f"{found.pop()}-epidural-steroid-injection" if len(found) == 1 else None


def _steroid_for_all(e: Evidence) -> bool:
    """Return whether the title is about injections of steroid, so that groups told without it had it all the same."""
    return "steroid" in injectates(e.settler.title)


def _told_by_steroid(drafts: Sequence[Draft]) -> int | None:
    """Return the only arm that is told from the others by a steroid."""
    has = [below(d.ids[0], _STEROID) or "steroid" in injectates(" ".join((*d.words, *d.names))) for d in drafts]
    return has.index(True) if has.count(True) == 1 and len(drafts) > 1 else None


def owner_by_drug(words: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    """Return the only arm that has a drug of the same sort: that of "triamcinolone" is that of the steroid."""
    said, low = injectates(" ".join(words)), " ".join(words).lower()
    if said.isdisjoint(("steroid", "plain")):
        return None
    if (grain := _grain(low)) is not None and (owners := [i for i, d in enumerate(drafts) if grain in d.words]):
        return owners[0] if len(owners) == 1 else None
    steroid = _told_by_steroid(drafts)
    if steroid is None or "steroid" in said:
        return steroid
    plain = [i for i, d in enumerate(drafts) if i != steroid and d.ids[0] in (_PLAIN, drafts[steroid].ids[0])]
    return plain[0] if len(plain) == 1 else None


def _grain(low: str) -> str | None:
    """Return whether a steroid that a text names is "particulate", or else "non-particulate"."""
    named = [grain for grain, drugs in _GRAINS.items() if any(drug in low for drug in drugs)]
    return named[0] if len(named) == 1 else None


def add_plain(names: Adder, drafts: Sequence[Draft], text: str) -> None:
    """Call the one of two arms that had no steroid by its drug "alone" or "only", as far as ``text`` names drugs."""
    steroid = _told_by_steroid(drafts)
    if len(drafts) != 2 or steroid is None:
        return
    for drug in sorted({m.group().lower() for m in _LOCAL.finditer(text)}):
        for name in (f"{drug} alone", f"{drug} only", f"{drug} without steroid", f"only {drug}"):
            names.add(name, 1 - steroid)
