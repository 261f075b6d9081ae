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
from kg.model import Design

__all__ = ["only_setting"]

_NO_GROUPS = frozenset(
    {"case-report", "systematic-review", "cross-sectional", "guideline", "correspondence", "economic-evaluation"}
)
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
        "intradiscal-platelet-rich-plasma", "intradiscal-cell-therapy",
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
        r"recurren\w+|residual|radicular pain|intrathecal \w+ therapy|pumps?|granulomas?|implanted)\b"
    )


@cache
def _awaited() -> re.Pattern[str]:
    return re.compile(r"\b(?:undergoing|scheduled for|awaiting|before|during)\b")


@cache
def _care_after() -> re.Pattern[str]:
    """Match what is done for the patient after an operation and is itself evaluated."""
    return re.compile(
        r"\b(?:exercis\w+|training|rehabilitat\w+|physiotherap\w+|physical therapy|brac(?:e|es|ing)|collars?|corsets?|"
        r"bed ?rest|mobili[sz]ation|traction|cognitive|walking|swimming|yoga|pilates|back school|massage|manipulation|acupuncture)\b"
    )


@cache
def _contrast() -> re.Pattern[str]:
    """Match two operations, or an operation and other care, set against each other."""
    operation = r"(?:surg\w+|\w+ectom\w+|\w+otom\w+|\w*fusion|\w+plast\w+|fixation|approach\w*|instrumentation|decompression|technique)"
    return re.compile(
        rf"\b{operation}\b[^.:]{{0,40}}\b(?:versus|vs|or|compared (?:with|to)|and)\b[^.:]{{0,40}}\b(?:{operation}|conservative|non-?operative|non-?surgical)\b"
        r"|\b(?:cages?|plates?|plating|hooks?|rods?|exposure|muscle-sparing|midline|navigat\w+|robot\w*)\b"
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
    free = r"(?!(?:none|placebo|saline|nothing|sham|after|during|for|in|at|before|following|on)\b)"
    return re.compile(
        rf"\b(?:or|versus|vs|either|receive|undergo|randomi[sz]ed to|assigned to|allocated to) (?:{free}\w+ ){{0,3}}{free}{operation}\b"
    )


@cache
def _sentence_end() -> re.Pattern[str]:
    return re.compile(r"(?<=[a-z0-9)%][.?!]) +(?=[^a-z ])|\n")


@cache
def _sentence_end_low() -> re.Pattern[str]:
    return re.compile(r"(?<=[a-z0-9)%][.?!]) +(?=[a-z(])|\n")


def _allocations(abstract: str) -> Iterator[str]:
    """Yield the sentences that tell what groups were given; the text keeps its capitals for finding their ends."""
    for sentence in _sentence_end().split(abstract):
        low = sentence.lower()
        if _given().search(low) and not _told().search(low) and not _rival().search(low):
            yield low


@cache
def _few() -> re.Pattern[str]:
    """Match what became of a few patients: "seven patients of the steroid group underwent discectomy"."""
    one = r"(?:one|two|three|four|five|six|seven|eight|nine|ten)(?: of (?:the |these )?\w+)? (?!hundred|groups?)(?:[\w-]+ )?"
    return re.compile(
        rf"\b(?:{one}(?:patients?|cases?|subjects?|participants?|women|men)|\d{{1,2}} (?:of|/) ?\d+|\d+(?:\.\d+)? ?%)[^.;]{{0,80}}"
        r"\b(?:underwent|required?|needed|went on to|proceeded to|had (?:later |subsequent )?(?:surgery|\w+ectomy|fusion))\b"
    )


def _of_everybody(abstract: str) -> str:
    """Leave out the sentences about what a few patients had later."""
    return " ".join(s for s in _sentence_end_low().split(abstract) if not _few().search(s))


@cache
def _random() -> re.Pattern[str]:
    """Match what tells groups apart by chance or by a dummy."""
    return re.compile(
        r"\b(?:randomi[sz]ed|randomly(?! (?:selected|sampled|chosen))|at random|allocated|assigned|or (?:an? )?(?:placebo|dummy|saline|sham|none|not)\b|double-blind|"
        r"placebo-controlled|with or without|(?:received|were given|took) (?:(?!\b(?:surg|fusion|decompress))[^.;]){3,60} or )"
    )


@cache
def _operation() -> re.Pattern[str]:
    """Match an operation with the words that describe it."""
    kind = (
        r"(?:spin(?:e|al)|back|lumbar|cervical|thoracic|thoraco-?lumbar|lumbosacral|posterior|anterior|posterolateral|interbody|"
        r"transforaminal|instrumented|multi-?level|(?:single|one|two|three)-level|level|elective|major|complex|reconstructive|long|prone|"
        r"minimally|invasive|open|percutaneous|endoscopic|dis[ck]|vertebral|scoliosis|deformity|canal|uninstrumented|idiopathic|primary)"
    )
    what = (
        r"(?:surger(?:y|ies)|surgical procedures?|operations?|procedures?|fusions?|arthrodesis|laminectom\w+|laminotom\w+|laminoplast\w+|"
        r"(?:micro|nucleo)?dis[ck]ectom\w+|foraminotom\w+|instrumentation|decompressions?|corrections?|replacement|"
        r"(?:vertebro|kypho)plast\w+|rhizotom\w+|spondylodesis)"
    )
    return re.compile(rf"\b(?:{kind}[ ,-]+(?:(?:and|or) )?){{0,6}}{what}\b")


@cache
def _technique() -> re.Pattern[str]:
    """Match the words by which variants of an operation are told apart."""
    return re.compile(
        r"\b(?:screws?|rods?|hooks?|cages?|plat(?:es?|ing)|implants?|prosthes\w+|devices?|spacers?|systems?|approach\w*|techniques?|navigat\w+|"
        r"robot\w*|fluoroscop\w*|computer\w*|guid(?:ed|ance)|minimally|invasive|percutaneous\w*|endoscop\w*|microscop\w*|tubular|open|exposure|sparing|midline|sacrum|pelvis|l[1-5]|s1|"
        r"unilateral\w*|bilateral\w*|mini|incisions? (?:or|length|technique)|laminotomy|foraminotomy|fixation|instrument\w*|stabili[sz]\w+|dynamic|rigid|cement\w*|"
        r"balloon|augment\w*|arthroplast\w+|annul\w+|sequestr\w+|levels?|segments?|reduction|posterior|anterior|lateral|interbody|allograft|"
        r"autograft|autologous|iliac|bone|grafts?|grafting|substitutes?|rh-?bmp\w*|bmp(?:-?\d)?|morphogenetic|osteogenic|phosphate|hydroxyapatite|"
        r"silicate|ceramics?|demineral\w+|putty|drill\w*|osteotom\w+|laser|nucleo\w+|fus(?:ed|ion)|decompress\w+|surg\w+|operat\w+|ligament\w*|"
        r"facet\w*|dis[ck]s?|conservative\w*|exercis\w+|injections?|\w+plast(?:y|ies)|\w+ectom(?:y|ies)|needles?|traction|repair\w*)\b"
    )


@cache
def _course() -> re.Pattern[str]:
    """Match a title about how an operation went."""
    return re.compile(
        r"\b(?:risk factors?|predict\w*|survival|experience|long-term|years?|follow-?up|revision|reoperation|failure)\b"
    )


def _something_else(title: str, abstract: str) -> bool:
    """Return whether groups are told apart, and neither title nor groups by anything of the operation."""
    bare = _operation().sub("", title)
    if _course().search(title) or _technique().search(bare):
        return False
    groups = [low for low in map(str.lower, _sentence_end().split(abstract)) if _random().search(low)]
    groups = [low for low in groups if not _told().search(low)]
    return bool(groups) and not any(_rival().search(g) or _technique().search(_operation().sub("", g)) for g in groups)


def only_setting(text: str, title_end: int, techniques: Collection[str], design: Design | None = None) -> float:
    """Return the weight of the evidence that the operation is only the setting: 0 when there is none.

    ``text`` keeps its capitals; ``title_end`` is the length of its title, ``techniques`` are the spinal interventions
    named there. Where the ``design`` has no groups that are given something, only the title counts.
    """
    title = text[:title_end].lower()
    low = f"{title}. {_of_everybody(text[title_end:].lower())}"
    if (
        (_lasting().search(title) and not _awaited().search(title))
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
        subject = named and (_compared().search(title) or _technique().search(_operation().sub("", title)))
        return 0.0 if subject else _IN_TITLE
    if named or design in _NO_GROUPS:
        return 0.0
    if any(p.search(sentence) for sentence in _allocations(text[title_end:]) for p in _rows("adjunct")):
        return _AMONG_GROUPS
    return _AMONG_GROUPS if _something_else(title, text[title_end:]) else 0.0
