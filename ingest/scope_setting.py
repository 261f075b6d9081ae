"""Tell whether a spinal operation is only the setting of a study: everybody has it, and something around it is compared.

Three things must stand in the text: people who have the operation (``[[setting]]`` of ``cues/scope.toml``), an adjunct
(``[[adjunct]]``: a drug, a block, a drain, a graft substitute), and that adjunct in the title or among the things the
groups received. A title that names another spinal technique speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from ingest.cue_files import Guarded, guarded, read_cues

__all__ = ["only_setting"]

_IN_TITLE = 3.0
_AMONG_GROUPS = 2.5
# What people are operated on by; all other spinal techniques are never a mere setting.
_OPERATIONS = frozenset(
    {
        "spinal-intervention", "decompression-surgery", "discectomy", "endoscopic-spine-surgery", "endoscopic-discectomy",
        "transforaminal-endoscopic-discectomy", "interlaminar-endoscopic-discectomy", "biportal-endoscopic-surgery",
        "percutaneous-pedicle-screw-fixation", "spinal-fixation", "spinal-fusion", "vertebral-augmentation",
        "vertebroplasty", "kyphoplasty", "dorsal-rhizotomy",
    }
)  # fmt: skip
# What is given around an operation under the name of a technique.
_GIVEN_AROUND = frozenset(
    {
        "neural-block", "epidural-injection", "epidural-local-anaesthetic-injection", "epidural-drug-infusion",
        "intraspinal-drug-delivery", "intrathecal-drug-delivery", "paraspinal-plane-block",
    }
)  # fmt: skip


@cache
def _rows(table: str) -> tuple[Guarded, ...]:
    keys = {"name": str, "pattern": str, "example": str}
    return tuple(guarded(row) for row in read_cues("scope", table, keys, {"needs": list}))


@cache
def _lasting() -> re.Pattern[str]:
    """Match pain that outlasts an operation and is treated for itself."""
    return re.compile(
        r"\b(?:chronic|persist\w*|failed|fbss|refractory|intractable|post-?(?:lumbar )?(?:laminectomy|surgery) syndrome|"
        r"recurren\w+|residual|radicular pain)\b"
    )


@cache
def _care_after() -> re.Pattern[str]:
    """Match what is done for the patient after an operation and is itself evaluated."""
    return re.compile(
        r"\b(?:exercis\w+|training|rehabilitat\w+|physiotherap\w+|physical therapy|brac(?:e|es|ing)|collars?|corsets?|"
        r"bed ?rest|mobili[sz]ation|traction|cognitive)\b"
    )


@cache
def _contrast() -> re.Pattern[str]:
    """Match two operations, or an operation and other care, set against each other."""
    operation = r"(?:surg\w+|\w+ectom\w+|\w+otom\w+|\w*fusion|\w+plast\w+|fixation|approach\w*|instrumentation|decompression|technique)"
    return re.compile(
        rf"\b{operation}\b[^.:]{{0,40}}\b(?:versus|vs|or|compared (?:with|to)|and)\b[^.:]{{0,40}}\b(?:{operation}|conservative|non-?operative|non-?surgical)\b"
        r"|\b(?:cages?|plates?|plating|hooks?|rods?|navigat\w+|robot\w*)\b"
        rf"|\b(?:minimally invasive|percutaneous|endoscopic|uniportal|tubular|unilateral|microscopic)\b[^.:]{{0,20}}\b(?:versus|vs|or|compared (?:with|to)|and)\b[^.:]{{0,20}}\b(?:open|conventional|traditional|biportal|bilateral|micro\w+|percutaneous|endoscopic)\b"
    )


@cache
def _compared() -> re.Pattern[str]:
    return re.compile(r"\b(?:compar\w+|versus|vs|combin\w+|with and without)\b")


@cache
def _given() -> re.Pattern[str]:
    """Match what tells what the groups of a study were given."""
    return re.compile(
        r"\b(?:randomi[sz]ed|randomly|allocated|assigned|received?|receiving|were (?:\w+ )?(?:given|treated with|sedated|"
        r"infiltrated|injected|grafted|covered)|(?:was|were) (?:\w+ )?(?:left|laid|placed|instilled|infiltrated|injected|"
        r"administered|given|taken out|removed|closed|applied|salvaged|soaked|irrigated|used|titrated)|"
        r"took|wore|listened|had (?:an? )?|donated|(?:was|were) compared (?:between|with|in)|"
        r"or (?:placebo|saline|none|no|not|nothing|sham|usual|discarded)|with(?: \w+)? (?:or|and) without)\b"
    )


@cache
def _told() -> re.Pattern[str]:
    """Match what makes a sentence a result, or one about everybody: no group is told from another by it."""
    return re.compile(
        r"\bp ?[<>=]|\b(?:significant\w*|higher|lower|longer|shorter|difference|differ(?:ed)?|all (?:patients|subjects|groups)|"
        r"both groups|time points|scores?)\b"
    )


@cache
def _rival() -> re.Pattern[str]:
    """Match an operation that is itself one of the things given."""
    operation = r"(?:surg(?:ery|ical)|\w*ectom\w+|\w+otom\w+|fusion|\w+plast\w+|fixation|decompression|operation)"
    return re.compile(
        rf"\b(?:or|versus|vs|either|receive|undergo|randomi[sz]ed to|assigned to|allocated to) (?:\w+ ){{0,3}}{operation}\b"
    )


@cache
def _sentence_end() -> re.Pattern[str]:
    return re.compile(r"(?<=[a-z0-9)%][.?!]) +(?=[^a-z ])|\n")


def _allocations(abstract: str) -> Iterator[str]:
    """Yield the sentences that tell what groups were given; the text keeps its capitals for finding their ends."""
    for sentence in _sentence_end().split(abstract):
        low = sentence.lower()
        if _given().search(low) and not _told().search(low) and not _rival().search(low):
            yield low


def only_setting(text: str, title_end: int, techniques: Collection[str]) -> float:
    """Return the weight of the evidence that the operation is only the setting: 0 when there is none.

    ``text`` keeps its capitals; ``title_end`` is the length of its title, ``techniques`` are the spinal interventions
    named there.
    """
    title = text[:title_end].lower()
    low = f"{title}. {text[title_end:].lower()}"
    if (
        _lasting().search(title)
        or _care_after().search(title)
        or set(techniques) - _OPERATIONS - _GIVEN_AROUND
        or _contrast().search(title)
    ):
        return 0.0
    settings = _rows("setting")
    named = not _GIVEN_AROUND.issuperset(techniques) and not any(p.search(title) for p in settings)
    if not any(p.search(low) for p in settings):
        return 0.0
    if any(p.search(title) for p in _rows("adjunct")):
        return 0.0 if named and _compared().search(title) else _IN_TITLE
    if named:
        return 0.0
    if any(p.search(sentence) for sentence in _allocations(text[title_end:]) for p in _rows("adjunct")):
        return _AMONG_GROUPS
    return 0.0
