"""Tell groups of patients from groups of treatment: younger against older, with a cleft against without one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.arm_evidence import Draft, Evidence
from ingest.screened import screened

__all__ = ["only_patients"]

_SORTED = screened(
    r"\b(?:divided|classified|categori[sz]ed|stratified|grouped|separated|subdivided|dichotomi[sz]ed|split|assigned|allocated)\b[^.;]{0,140}?"
    r"\b(?:according to|based (?:up)?on|depending (?:up)?on|on the basis of|by (?:the )?|in terms of|with regard to|with respect to)(?P<by>[^.;]{3,70})",
    re.I,
)
# Sorted by what stands first, or into classes without a word why.
_SORTED_BEFORE = re.compile(
    r"\b(?:according to|based (?:up)?on|depending (?:up)?on|on the basis of) (?P<by>[^.;]{3,70}?),? (?:the |all )?(?:patients|cases|subjects) were "
    r"(?:divided|classified|categori[sz]ed|stratified|grouped|assigned)\b",
    re.I,
)
_CLASSED = re.compile(
    r"\b(?:patients|cases|subjects)\b[^.;]{0,60} (?:was|were) (?:classified|categori[sz]ed) (?:in|into|as) (?:two|three|four|five|\d)\b(?P<by>.{0,200})",
    re.I | re.S,
)
# "Fractures were classified by the system of Magerl": no groups are made by it.
_SYSTEM = re.compile(r"classification|system|scale|criteria|score", re.I)
_IN_GROUPS = re.compile(r"\bgroups?\b|\bin(?:to)? (?:two|three|four|2|3|4)\b", re.I)
# What a review grades: "the quality of evidence was classified as low", "leaks were classified into three types".
_OF_PAPERS = re.compile(
    r"\b(?:evidence|quality|studies|articles|trials|papers|literature|outcomes?|results|complications|leak\w*|leakages?|recommendations?)\b[^.;]{0,40}$",
    re.I,
)
_WITH_WITHOUT = re.compile(
    r"\b(?:patients|fractures?|stenosis|herniations?|pain|collapse|metastas[ei]s|tumou?rs?|myeloma|cancer|lesions?)\b[^:.;]{0,30} with (?:and|or|versus) without (?P<what>[\w-]+(?: [\w-]+){0,2})",
    re.I,
)
_RESPONSE = re.compile(r"\bnon-?responders?\b", re.I)
# What a group's name ends with that says what its patients suffered from: "the open fracture group".
_SUFFERED = re.compile(
    r"(?:fractures?|stenosis|herniations?|tumou?rs?|diseases?|deformity|injury|metastas[ei]s|collapse)$"
)
# Groups called by how patients fared.
_FARED = re.compile(
    r"(?:un)?success(?:ful)?|fail(?:ure|ed)|good|poor|bad|excellent|favou?rable|unfavou?rable|(?:non-?)?responders?|(?:un)?satisf\w+|surviv\w+|deceased|died"
)
# What the sorting is by when the groups had different treatments.
_TREATED = re.compile(
    r"treat|therap|techni|procedur|method|approach|surg|operat|inject|implant|fixation|fusion|puncture|instrument|device|dose|drug|random|guid"
    r"|unilateral|bilateral|\bopen\b|percutaneous|needle|cannula|material|volume|regimen|intervention|stimulat|screw|manag|received|order|number|envelope|comput|surgeon",
    re.I,
)
_NEGATIVE = re.compile(r"^(?:non-?|no |without )(?P<what>[a-z].*)|(?P<free>.*)-free$", re.I)
# "Operative" and "nonoperative" are treatments, "cleft" and "non-cleft" are not.
_TREATMENTS = re.compile(
    r"operat|surg|instrument|steroid|navigat|fus|inject|stent|drain|robot|cement|augment|implant|treat|catheter|brac|sedat|guided|particulate|image|interven|steril|arthrodes|graft|screw|biops|viscos|balloon|anesth|anaesth",
    re.I,
)
_THINGS = r" (?:techniques?|approach|procedure|balloon|method|device|system|needle|treatment|therapy|injections?|screws?|cement|fixation|fusion)\b"
_SORTS = r"(?:younger|young|older|elderly|old|males?|females?|men|women|smokers?|non-?smokers?|diabetics?|non-?diabetics?|obese|non-?obese)"
_AGES = re.compile(rf"\b{_SORTS}\b[^.;]{{0,20}}\b(?:and|versus|vs\.?|or|than|with)\b[^.;]{{0,12}}\b{_SORTS}\b", re.I)


def only_patients(drafts: Sequence[Draft], e: Evidence) -> bool:
    """Return whether the arms are groups of patients who all had the same: nothing is compared then."""
    if len(drafts) < 2 or e.randomised:
        return False
    names = [n.lower() for d in drafts for n in d.names] + [name for name, _, _ in e.named]
    names += [w for d in drafts for w in d.words]
    if any(_opposed(name, names, e.text) for name in names):
        return True
    called = {name for name, _, _ in e.named}
    if len(called) > 1 and all(_SUFFERED.search(name) or _FARED.match(name) for name in called):
        return True
    if len({d.ids[0] for d in drafts}) > 1:
        return False
    for s in e.sentences:
        if s.role not in ("background", "title") and (m := _sorting(e.text, s.start, s.end)) is not None:
            if _OF_PAPERS.search(e.text, s.start, m.start()):
                continue
            if _SYSTEM.search(m["by"]) and not _IN_GROUPS.search(e.text, s.start, s.end):
                continue
            return _TREATED.search(m.group()) is None
    trait = _WITH_WITHOUT.search(e.settler.title)
    if trait is not None and not _TREATMENTS.search(trait["what"]) and not _TREATED.search(trait["what"]):
        return True
    return _AGES.search(e.settler.title) is not None or _RESPONSE.search(e.text) is not None


def _sorting(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return where a sentence sorts patients, with what it sorts them by."""
    found = (p.search(text, start, e) for p, e in ((_SORTED, end), (_SORTED_BEFORE, end), (_CLASSED, end + 200)))
    return next((m for m in found if m is not None), None)


def _opposed(name: str, names: Sequence[str], text: str) -> bool:
    """Return whether a group is named by what its patients lack and another by what they have: "AVF" and "non-AVF"."""
    m = _NEGATIVE.match(name)
    what = (m["what"] or m["free"] or "").strip() if m else ""
    if not what or what not in names or _TREATMENTS.search(what):
        return False
    return re.search(rf"\b{re.escape(what)}(?: \w+)?{_THINGS}", text, re.I) is None
