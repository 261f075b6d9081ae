"""Find what an abstract sets against what: "A versus B", "to A or B", "A (n = 3), B (n = 4)", "with or without C"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from ingest.counted_groups import compared_pairs, counted_groups
from ingest.lexicon import group_words
from ingest.screened import screened
from kg.model import Sentence

__all__ = ["Contrast", "Span", "content_words", "contrasts"]

Span = tuple[int, int]

_VERSUS = screened(
    r"\b(?:versus|vs\.?|v\.?s\.?|(?:as )?compared (?:with|to)|in comparison (?:with|to)|as opposed to|against"
    r"|or that of"
    r"|rather than|instead of|compare (?:it )?(?:with|to))(?= )",
    re.I,
)
# A title or aim that asks for a verdict: "Is A as effective and safe as B", "whether A is superior to B".
_VERDICT = screened(
    r"\b(?:(?:is|are|was|were|be) )?(?:(?:not|at least|really|truly) )?"
    r"(?:(?:as|equally) [\w-]+(?:(?:,| and| or) [\w-]+)? as|(?:superior|inferior|equivalent|comparable|equal|preferable|non-?inferior) to"
    r"|(?:better|worse|safer|faster|cheaper|(?:more|less) [\w-]+) than|(?:an? )?(?:\w+ )?alternative to)"
    r"(?= (?!(?:it|they|we|expected|before|in|after|previous\w*|baseline|others?|any|once|we|\d+)\b))"
    r"|\b(?:(?:provides?|offers?|gives?|has|have|shows?|showed|adds?) )?(?:(?:no|little|an?|any|some|significant|clear|additional) )*(?:advantages?|benefits?|superiority) over(?= )"
    r"|\boutperform(?:s|ed)?(?= )"
    r"|\b(?:(?:can|could|may|might|should|would) )?replace(?= )",
    re.I,
)
# "Adhesiolysis …: a trial with caudal injection as the control".
_AS_CONTROL = screened(
    r"(?:(?::|,)? an? (?:[\w-]+,? ){0,4}(?:trial|study|comparison))?,? with (?P<what>[^.;:,()]{4,70}?) (?:serving |used )?as (?:an? |the )?(?:active )?(?:controls?|comparators?)\b",
    re.I,
)
# What stands before the subject of a question.
_QUESTION = re.compile(
    r"[:?.]\s+|\b(?:whether|that|if|hypothes\w+|is|are|does|do|can|could|will|should)\s+(?:the use of )?", re.I
)
_BETWEEN = re.compile(
    r"\b(?:(?<!relationship )(?<!relation )(?<!correlation )(?<!correlations )(?<!association )(?<!link )between|comparison of"
    r"|compar(?:e|es|ed|ing|ison|ative)(?: the)?(?: [\w-]+){0,6}? (?:of|between|for|after|treated with)"
    r"|compar(?:e|es|ed|ing)|differences? (?:in \w+ )?between)\b",
    re.I,
)
_LINK = re.compile(
    r"\b(?:and|(?<!combination )(?<!conjunction )(?<!addition )(?<!association )(?<!treated )(?<!patients )(?<!combined )(?<!together )(?<!managed )(?<!operated )(?<!group )with"
    r"|to|or|versus|vs\.?|over|against)\b",
    re.I,
)
_TO_EITHER = screened(
    r"\b(?:randomi[sz]ed|randomly|assigned|allocated|divided|randomi[sz]ation)\b(?: \w+){0,4}? ?"
    r"(?:(?:to|into|with|either|receive|undergo|by) )+"
    r"(?:(?:receive|undergo|either|a|an|the|treatment with|have|be treated (?:with|by)|one of|of|by|with|into"
    r"|(?:one of )?(?:the )?(?:two|three|four|2|3|4) (?:[\w-]+ )?(?:groups?|arms?|regimens|treatments|interventions)"
    r"(?: \([^)]*\))?[:,]?|groups:?) )*(?=\w|\()|\beither\b",
    re.I,
)
_TOOK = screened(
    r"\b(?:underwent|received|receive|undergo|receiving|undergoing|had|treated (?:with|by)|(?:were|was) given)\b", re.I
)
_OR = re.compile(r"(?:\s*[(\[][^)\]]*[)\]])?,?\s+(?:or(?: to| with| by)?|and(?: to)?|versus|vs\.?)\s+", re.I)
_ONLY_OR = re.compile(r"(?:\s*[(\[][^)\]]*[)\]])?,?\s+(?:or(?: to| with| by)?|versus|vs\.?)\s+", re.I)
_TITLE_OR = re.compile(r",? or (?!not\b|more\b|less\b|older\b|greater\b)", re.I)
_OR_ITEM = re.compile(r"\s*,\s*(?:(?:or|versus|vs\.?)\s+)?(?:to )?|\s+(?:or|versus|vs\.?)\s+(?:to )?", re.I)
_ITEM = re.compile(r"\s*,\s*(?:(?:and|or|versus|vs\.?)\s+)?(?:to )?|\s+(?:and|or|versus|vs\.?)\s+(?:to )?", re.I)
_WHAT = r"(?P<what>[\w-]+(?: [\w-]+)?)"
_WITHOUT = (
    re.compile(rf"\bwith,? (?:and|or|versus|vs\.?) without (?:the )?(?:addition of )?{_WHAT}", re.I),
    re.compile(rf"\balone (?:or (?:combined )?with|(?:and|versus|vs\.?) (?:combined )?with) {_WHAT}", re.I),
)
_EFFECTS = screened(r"\b(?:efficacy|effectiveness|effects?|outcomes?|results|safety) of (?=[^.;]*,)", re.I)
_NUMBERED = re.compile(
    r"\b(?:two|three|four|five|2|3|4|5) (?:[\w-]+ ){0,4}?(?:techniques?|treatments?|procedures?|methods?|approach(?:es)?|modalities|systems|interventions|strategies|therapies"
    r"|options|operations|surgeries|regimens|injections|devices|groups|arms|cohorts|categories)(?: (?:for|of|in) [^.;:,]{2,60})?:\s*(?=\w)",
    re.I,
)
_ONE_AND_ONE = re.compile(
    r"\bone (?P<a>(?:[\w-]+ ){0,4}(?:with|of|using) [^.;]{3,60}?(?:\.\d[^.;]{1,60}?)?),? and (?:one|another|the other) (?P<b>(?:[\w-]+ ){0,3}(?:with|of|using) [^.;]{3,60})",
    re.I,
)
_COUNTED = re.compile(
    r"\b(?:patients|cases|subjects|participants|individuals|women|men|children)(?: \([^()]{1,30}\))? "
    r"(?:were (?:treated|managed|operated)(?: on)? (?:with|by|using)|underwent|received|had|got) (?=\w)",
    re.I,
)
_NEXT = re.compile(
    r"[;.]\s|,? (?:and|while|whereas|but) (?:the )?(?:other )?(?:\d|[a-z-]+ (?:patients|cases|subjects|participants))|, (?:\d|the other)",
    re.I,
)
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]](?: (?:was|were|is|are))? ?$")
# "A for discogenic pain against B": the condition belongs to both.
_CONDITION = re.compile(
    r" (?:for|in|of)(?: the)?(?: (?:treatment|management|relief) of)?(?: [\w-]+){0,4} "
    r"(?:pain|fractures?|stenosis|herniations?|prolapse|radiculopathy|sciatica|syndrome|disease|neuralgia|spondylolisthesis|myelopathy|metastas[ei]s|back surgery|patients) ?$",
    re.I,
)
_LACKING = re.compile(r"\bwithout (?:the |a |an )?(?P<what>[\w-]{4,})", re.I)
_SIZE = re.compile(
    r"\s*[(\[](?:[^()\[\]]{0,40}[,;:] ?)?(?:n ?= ?)?\d+(?: patients| cases| subjects)?[^()\[\]]{0,30}[)\]]", re.I
)
_BEFORE = re.compile(r"(?:[\w/+'-]+ (?:\([A-Z]{1,8}\) )?){0,6}[\w/+'-]+$")
_EDGE = re.compile(
    r"\.(?!\d)|[;:?]|\b(?:for|among|during|after|following|on the|regarding|with respect|with regard"
    r"|a (?:prospective|randomi[sz]ed|double|multicent\w+|pilot|retrospective|systematic|meta)"
    r"|in (?!situ|combination|addition|conjunction|which))\b",
    re.I,
)
_COMMA = re.compile(r",(?! (?:and|or)\b)")
_LEAD = re.compile(
    r".*\b(?:of|between|comparing|compare|comparison|compared|whether|that|effects?|efficacy|effectiveness|using|via|results|outcomes?|by|to|is|are|does|do|can|could|evaluate|investigate|assess)\s",
    re.I | re.S,
)
_ROLES = {"title": 0, "objective": 1, "methods": 2, "unknown": 2}
_DOSE = re.compile(r"\d+(?:\.\d+)? ?(?:mg|ml|mL|\u00b5g|mcg|ug|kHz|Hz|cc|G|W|V)\b")
_WORD = re.compile(r"[A-Za-z][\w/+'.-]*")
_BRACKET = re.compile(r"[(\[][^)\]]*[)\]]")
_LOW_BACK = re.compile(r"\b(?:low|lower)[ -](?:back|lumbar)\b", re.I)
_UNITS = frozenset(("mg", "ml", "khz", "hz", "cc"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Spans of the text that one sentence sets against each other; ``role`` is that of the sentence."""

    sides: tuple[Span, ...]
    role: str
    kind: str


@cache
def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a span that can tell it from another one: lower case, without plain words; doses stay whole.

    >>> content_words("unilateral percutaneous kyphoplasty with 0.5 ml")
    ('unilateral', 'percutaneous', 'kyphoplasty', '0.5 ml')
    """
    plain, kept = group_words().plain, dict[str, None]()
    for word in _WORD.findall(_LOW_BACK.sub(" ", _BRACKET.sub(" ", text))):
        bare = word.strip("-+/'.")
        low = bare.lower()
        if (len(low) >= 3 or bare.isupper()) and low not in plain and low not in _UNITS:
            kept[low] = None
    return (*kept, *(dose.lower() for dose in _DOSE.findall(text)))


def _left(text: str, floor: int, at: int) -> Span:
    for pattern in (_ASIDE, _CONDITION, _ASIDE):
        trailing = pattern.search(text, max(floor, at - 80), at)
        at = trailing.start() if trailing and trailing.start() - floor > 3 else at
    start = max(floor, at - 110)
    edges = [m.end() for p in (_EDGE, _COMMA) for m in p.finditer(text, start, at)]
    last = max(edges, default=start)
    start = last if at - last > 3 else start
    lead = _LEAD.match(text[start:at])
    return (start + lead.end() if lead and at - (start + lead.end()) > 3 else start), at


def _stop(text: str, at: int, ceiling: int, *, commas: bool = True) -> int:
    stop = min(ceiling, at + (90 if commas else 170))
    for pattern in (_EDGE, _COMMA) if commas else (_EDGE,):
        if edge := pattern.search(text, at + 3, stop):
            stop = edge.start()
    return stop


def _right(text: str, at: int, ceiling: int) -> Span:
    return at, _stop(text, at, ceiling)


def _items(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return the parts of a list "A, B, or C" that stands in ``text[start:end]``."""
    spans, at = [], start
    inside = [m.span() for m in _BRACKET.finditer(text, start, end)]
    item = _OR_ITEM if " or " in text[start:end] else _ITEM
    for m in item.finditer(text, start, end):
        if not any(s < m.start() < e for s, e in inside):
            spans.append((at, m.start()))
            at = m.end()
    spans.append((at, end))
    return tuple(span for span in spans if span[1] - span[0] > 2)


def _split(text: str, start: int, s: Sentence, link: re.Pattern[str], kind: str) -> Iterator[Contrast]:
    """Yield "A link B" after ``start``, and the whole list where there are three or more parts."""
    stop = _stop(text, start, s.end, commas=False)
    first = link.search(text, start + 2, stop)
    if first is None:
        return
    items = _items(text, start, stop)
    if len(items) >= 3:
        yield Contrast(sides=items[:5], role=s.role, kind="list")
    second = link.search(text, first.end() + 2, stop) if kind == "between" else None
    turned = second is not None and _part_of_first(text, start, first, second)
    sides = (start, first.start()), _right(text, first.end(), stop)
    yield Contrast(sides=sides, role=s.role, kind="later" if turned else kind)
    if second is not None:
        sides = (start, second.start()), _right(text, second.end(), stop)
        yield Contrast(sides=sides, role=s.role, kind=kind if turned else "later")


def _part_of_first(text: str, start: int, first: re.Match[str], second: re.Match[str]) -> bool:
    """Return whether "with" belongs to the first side: "results of kyphoplasty with a stent and vertebroplasty"."""
    return (
        first.group().lower() == "with"
        and second.group().lower() == "and"
        and text[:start].lower().endswith((" of", " between"))
        and not text.startswith((" those", " that", " the "), first.end())
    )


def _sized(text: str, s: Sentence) -> Iterator[Contrast]:
    sides: list[Span] = []
    for m in _SIZE.finditer(text, s.start, s.end):
        aside = _ASIDE.search(text, max(s.start, m.start() - 30), m.start())
        before = _BEFORE.search(text, max(s.start, m.start() - 70), aside.start() if aside else m.start())
        if before is not None and (m.group().lower().count("n") or len(sides) or "patients" in text[s.start : m.end()]):
            sides.append(before.span())
    if len(sides) >= 2:
        yield Contrast(sides=tuple(sides[:5]), role=s.role, kind="sized")


def _counted(text: str, s: Sentence) -> Iterator[Contrast]:
    """Yield what some patients had against what others had: "20 patients underwent A and 18 patients underwent B"."""
    found = list(_COUNTED.finditer(text, s.start, s.end))
    if len(found) < 2:
        return
    sides = []
    for m, later in zip_longest(found, found[1:]):
        stop = later.start() if later is not None else s.end
        edge = _NEXT.search(text, m.end(), stop)
        sides.append((m.end(), min(edge.start() if edge else stop, m.end() + 170)))
    yield Contrast(sides=tuple(sides[:5]), role=s.role, kind="sized")


def _versus(text: str, s: Sentence) -> Iterator[Contrast]:
    found = list(_VERSUS.finditer(text, s.start, s.end))
    floor = s.start
    for m, later in zip_longest(found, found[1:]):
        ceiling = later.start() if later is not None else s.end
        sides = _left(text, floor, m.start()), _right(text, m.end(), ceiling)
        yield Contrast(sides=sides, role=s.role, kind="versus")
        floor = m.end()
    if s.role == "title" and len(found) > 1:
        first, second = found[0], found[1]
        three = _left(text, s.start, first.start()), (first.end(), second.start()), _right(text, second.end(), s.end)
        yield Contrast(sides=three, role=s.role, kind="list")


def _asked(text: str, s: Sentence) -> Iterator[Contrast]:
    """Yield the two sides of a verdict that a title or an aim asks for: "Is A as safe as B?"."""
    m = _VERDICT.search(text, s.start, s.end)
    if m is not None and " or " not in text[m.end() : _right(text, m.end(), s.end)[1]]:
        begin = max((q.end() for q in _QUESTION.finditer(text, s.start, m.start())), default=s.start)
        colon = begin if m.start() - begin < 3 else m.start()
        left = _left(text, s.start, text.rfind(":", s.start, colon)) if colon == begin else (begin, colon)
        if left[1] - left[0] > 2:
            yield Contrast(sides=(left, _right(text, m.end(), s.end)), role=s.role, kind="versus")


def _in_title(text: str, s: Sentence, low: str) -> Iterator[Contrast]:
    """Yield "A or B" and "A, B and C" of a title."""
    if " or " in low:
        for m in _TITLE_OR.finditer(text, s.start, s.end):
            yield Contrast(
                sides=(_left(text, s.start, m.start()), _right(text, m.end(), s.end)), role=s.role, kind="or"
            )
    if " and " in low or " or " in low:
        colon = text.find(":", s.start, s.end)
        for start, end in ((s.start, colon), (colon + 1, s.end)) if colon > 0 else ((s.start, s.end),):
            items = _items(text, start, _stop(text, start, end, commas=False))
            if len(items) >= 2:
                either = len(items) > 2 and " or " in text[start:end]
                yield Contrast(sides=items[:5], role=s.role, kind="list" if either else "and")


def _additions(text: str, s: Sentence) -> Iterator[Contrast]:
    """Yield what is added in one arm against what it is added to: "B with or without A", "B with A and B without A"."""
    for pattern in _WITHOUT:
        if m := pattern.search(text, s.start, s.end):
            yield Contrast(sides=(m.span("what"), _left(text, s.start, m.start())), role=s.role, kind="without")
            return
    for m in _LACKING.finditer(text, s.start, s.end):
        before = re.search(
            rf"\b(?:with|plus) (?:[\w-]+ ){{0,2}}?{re.escape(m['what'])}\b", text[s.start : m.start()], re.I
        )
        if before is not None:
            at = s.start + before.start()
            yield Contrast(
                sides=((at, s.start + before.end() + 20), _left(text, s.start, at)), role=s.role, kind="without"
            )


def _told_apart(text: str, s: Sentence, low: str) -> Iterator[Contrast]:
    """Yield groups that are only counted or compared: "26 had A and 24 B", "A and B were compared"."""
    if "compared" in low:
        for right, at in compared_pairs(text, s.start, s.end):
            yield Contrast(sides=(_left(text, s.start, at), right), role=s.role, kind="compared")
    if sides := counted_groups(text, s.start, s.end):
        yield Contrast(sides=sides, role=s.role, kind="counted")


def _in_sentence(text: str, s: Sentence, low: str) -> Iterator[Contrast]:
    if "with" in low and ("or with" in low or "without" in low or "alone" in low):
        yield from _additions(text, s)
    if any(w in low for w in ("vers", "vs", "compar", "against", "opposed", "that of", "rather", "instead")):
        yield from _versus(text, s)
    if "control" in low or "comparator" in low:
        for m in _AS_CONTROL.finditer(text, s.start, s.end):
            yield Contrast(sides=(_left(text, s.start, m.start()), m.span("what")), role=s.role, kind="versus")
    if s.role == "title" or (s.role == "objective" and ("whether" in low or "hypothes" in low)):
        yield from _asked(text, s)
    if "between" in low or "compar" in low:
        for m in _BETWEEN.finditer(text, s.start, s.end):
            yield from _split(text, m.end(), s, _LINK, "between")
    if s.role == "title":
        yield from _in_title(text, s, low)
        return
    if ":" in low:
        for m in _NUMBERED.finditer(text, s.start, s.end):
            items = _items(text, m.end(), _stop(text, m.end(), s.end, commas=False))
            if len(items) >= 2:
                yield Contrast(sides=items[:5], role=s.role, kind="list")
    if s.role == "objective":
        for m in _EFFECTS.finditer(text, s.start, s.end):
            items = _items(text, m.end(), _stop(text, m.end(), s.end, commas=False))
            if len(items) >= 3:
                yield Contrast(sides=items[:5], role=s.role, kind="list")
    if any(
        w in low
        for w in (
            "random",
            "assigned",
            "allocated",
            "divided",
            "undergo",
            "underwent",
            "receive",
            "treated",
            "either",
            " had ",
            " given ",
        )
    ):
        for m in _TO_EITHER.finditer(text, s.start, s.end):
            yield from _split(text, m.end(), s, _OR, "either")
            if " and " in low:  # "A and B or A and C"
                yield from _split(text, m.end(), s, _ONLY_OR, "either")
        for m in _TOOK.finditer(text, s.start, s.end):
            yield from _split(text, m.end(), s, _ONLY_OR, "either")
    if "one " in low and (pair := _ONE_AND_ONE.search(text, s.start, s.end)) is not None:
        yield Contrast(sides=(pair.span("a"), pair.span("b")), role=s.role, kind="either")
    if "(" in low:
        yield from _sized(text, s)
    if any(w in low for w in ("compared", " had ", "underwent", "received", "treated", "operated", "managed")):
        yield from _told_apart(text, s, low)
    if low.count("patients") + low.count("cases") + low.count("subjects") + low.count("participants") > 1:
        yield from _counted(text, s)


def contrasts(sentences: Sequence[Sentence], text: str) -> list[Contrast]:
    """Return the contrasts in title, aim and methods of folded ``text``, in this order."""
    low = text.lower()
    read = [(s, low[s.start : s.end]) for s in sentences if s.role in _ROLES]
    found = [
        c for s, words in read if "excluded" not in words or "random" in words for c in _in_sentence(text, s, words)
    ]
    return sorted(found, key=lambda c: _ROLES[c.role])
