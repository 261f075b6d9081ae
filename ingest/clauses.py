"""Cut a sentence into clauses that each carry one statement, with everything found in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.arms import ArmTable, Reference
from ingest.cues import CHANGES, COMPARATIVES, WHILE, Cue, find_cues
from ingest.grounding import Mention
from ingest.numbers import Change, Interval, Pair, PValue, changes, intervals, p_values, pairs
from ingest.outcomes import OutcomeHit, outcome_hits
from ingest.screened import screened
from ingest.times import TimePoint, time_points

__all__ = ["Clause", "clauses"]

_STRONG = re.compile(
    rf";\s+|,?\s+(?:but|whereas|{WHILE}|although|though|however|yet|nevertheless|even though|except(?: for)?|apart from)\b"
    r"|,?\s+(?:(?:largely|mainly|mostly|primarily|partly|probably|presumably|possibly|chiefly) )?(?:because|due to|owing to)\b"
    r"|,\s+(?=without (?:[\w-]+ )?differences?\b)"
    r"|,\s+(?=(?P<there>there (?:was|were)\b)|(?P<with>with (?:an? |the )?(?:\w+(?:ly| and) ){0,2}(?:greater|larger|better|lower|higher|more|less|fewer|smaller|shorter|longer|faster)\b))"
    r"|,?\s+(?=(?:with(?:out)? (?:no\b|any\b|significant|a (?:significant|mean|between)|statistically)|and (?:there (?:was|were)|no|neither|did not|was not|were not)\b))",
    re.I,
)
_GRADED = re.compile(r"\b(?:more|less|faster|better|greater|earlier|quicker)\b", re.I)
_CONCEDED = re.compile(r"\W*(?:although|though|even though|while|whereas|despite|in spite of|notwithstanding)\b", re.I)
# "…, and became similar at 12 months", "…, a difference that disappeared by then", "…, leg pain being the same": told apart.
_LATER = screened(
    r"(?:,?\s+(?:and|or|then|but)|,)\s+(?:(?:then|thereafter|afterwards|later|had) )?"
    r"(?=(?:became|was|were|remained|being)? ?(?:\w+ly )?(?:similar|comparable|equal|equivalent|identical|the same|alike|no longer|not (?:\w+ly )?different)\b"
    r"(?: \w+){0,4}? (?:at|in|after|from|by|between|on|during|until|beyond|thereafter|afterwards|later|subsequently)\b)"
    r"|(?:,\s+(?:and |but |though )?|\s+(?:and|but|though) )(?:an? |the |this )?(?=(?:differences?|advantages?|superiority|lead|benefits?) (?:[\w-]+ ){0,4}?(?:disappeared|vanished|faded|lost|gone|waned|no longer|not)\b)"
    r"|,?\s+which (?=(?:was|were|had) (?:\w+ly )?(?:no longer|lost|gone|not)\b)"
    r"|,\s+(?:with )?(?=(?:[\w-]+ ){1,6}?(?:being|remaining) (?:\w+ly )?(?:similar|comparable|equal|equivalent|identical|the same|alike|unchanged)\b)",
    re.I,
)
_AND = re.compile(r"(?:,?\s+and\s+|,\s+)(?:(?:the|a|mean|also|in|their|that|of|for|at|both|all|these)\s+)*", re.I)


# "But at one year the scores were 2.2 and 2.4": numbers of what was named before.
_RESUMED = re.compile(
    r"\b(?:difference|ratio|MD|SMD|(?:scores?|values?|figures|rates?|numbers|results?|means) (?:was|were))\b"
)
_NEXT_WORD = 14  # characters: "and significantly lower"
_REASON = re.compile(r"because|due to|owing to", re.I)
_STATED = re.compile(r"[^,.;]{0,60}\b(?:was|were|is|are|had|has|occurred|remained|took|lasted)\b(?! not\W*$)", re.I)
_NUMBERS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:\w+ )?(?:patients?|cases?|subjects?|levels?|complications?)\b",
    re.I,
)
_VERSUS = re.compile(
    r"\W*(?:when |as )?(?:compared (?:with|to)|in comparison (?:with|to)|relative to|unlike|in contrast to|versus)\b",
    re.I,
)
_NTH = screened(
    r"\b(?:after|before|since|following|from|of) (?:the |an? )?(?:first|second|third|fourth|initial|index|previous|prior|last|repeat) $",
    re.I,
)
_ACT = re.compile(
    r"(?:the )?(?:surgery|operation|injections?|treatments?|procedures?|blocks?|intervention|implantation|therapy)",
    re.I,
)
_WHEN_WORD = re.compile(
    r"(?:pre|post|peri)-?(?:injection|surgery|surgical|operative|treatment|block|procedur\w+|implant\w*)", re.I
)
_WHEN = re.compile(
    r"\b(?:before|until|prior to|(?:days?|weeks?|months?|mo|years?|hours?|h|immediately|shortly|soon|early|before and|pre- and|scores|time) (?:after|following|post|from)) (?:the )?$",
    re.I,
)


_OWN_TEST = re.compile(r"\((?:[^()]*[;,] ?)?(?:[pP] ?[=<>\u2264]|95 ?% ?CI)[^()]*\)(?:[,;]? and|[,;])? ?")
# "(P = 0.6); at three months it was 3.3 and 3.6": the next visit of a series.
_TESTED = re.compile(r"\b[pP] ?[=<>\u2264]")
_VISIT = re.compile(r"(?:and |while |but )?(?:at|after|on|by|in|immediately|during) [^;]{2,50}?\d", re.I)
# "MD -2.1" is a difference, whatever else the letters stand for.
_STATISTIC = re.compile(r"(?:S|W)?MD|OR|RR|HR")
# "… were lower in A, and 63% vs 30% had relief": a statement of its own that begins with its numbers.
_NEW_VALUES = re.compile(r"\d[\d.]* ?%(?: ?\([^()]*\))? (?:vs\.?|versus|v\.?|and|of) ")
_HAS_VERB = re.compile(r"\b(?:was|were|is|are|had|has|have|did|showed|achieved|obtained|led|resulted)\b", re.I)
_ITS_NUMBER = re.compile(r"[ ,:=]{1,3}-?\d")
_SET_AGAINST = re.compile(r"\d ?(?:%|[a-z]{1,6})? (?:versus|vs\.?|v\.?|against|and|compared (?:with|to)) -?\d", re.I)


@dataclass(slots=True)
class Clause:
    """``text[start:end]`` and what stands in it; all offsets are those of the record."""

    start: int
    end: int
    cues: list[Cue] = field(default_factory=list)
    outcomes: list[OutcomeHit] = field(default_factory=list)
    refs: list[Reference] = field(default_factory=list)
    p: list[PValue] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    times: list[TimePoint] = field(default_factory=list)


def _bracketed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the outermost brackets of ``text[start:end]``, as offsets from ``start``; nested ones belong to them."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for m in re.finditer(r"[()\[\]]", text[start:end]):
        if m.group() in "([":
            opened.append(m.start())
        elif opened:
            begin = opened.pop()
            if not opened:
                spans.append((begin, m.end()))
    return spans


def _cuts(
    text: str, start: int, end: int, cues: Sequence[Cue], outcomes: Sequence[OutcomeHit], refs: Sequence[Reference]
) -> list[int]:
    """Return where clauses begin: strong joints between two predicates, "and" before a new subject with its own verb."""
    inside = [(s + start, e + start) for s, e in _bracketed(text, start, end)]
    starts = [start]

    def predicates(a: int, b: int) -> bool:
        return any(a <= c.start < b for c in cues)

    def subjects(a: int, b: int) -> list[int]:
        return [o.start for o in outcomes if a <= o.start < b] + [r.start for r in refs if a <= r.start < b]

    compared = [c.start for c in cues if c.kind in COMPARATIVES]
    later = [m for m in _LATER.finditer(text, start, end) if any(c < m.start() for c in compared)]
    for m in sorted([*_STRONG.finditer(text, start, end), *later], key=lambda m: m.start()):
        at = m.end()
        if any(s < m.start() < e for s, e in inside) or any(c.start < m.start() and m.end() < c.end for c in cues):
            continue
        but_not = text[m.start() : at].strip(" ,").lower() == "but" and text[at:].lstrip().startswith("not ")
        if but_not or (m.re is _STRONG and _goes_on(text, m, starts[-1], cues)):
            continue
        numbers = bool(_NUMBERS.search(text, at, end))
        series = text[m.start()] == ";" and _VISIT.match(text, at, end) and _TESTED.search(text, starts[-1], m.start())
        if not (predicates(at, end) or subjects(at, end) or series or _RESUMED.search(text, at, end)):
            continue
        reason = _REASON.search(m.group()) is not None
        if reason and not (
            any(c.kind in COMPARATIVES and starts[-1] <= c.start < m.start() for c in cues)
            and (m.group().startswith(",") or any(starts[-1] <= r.start < m.start() for r in refs))
        ):
            continue  # "excessive bleeding due to injury of a vein", "more patients left due to pain in A than in B"
        stated = reason or (
            text[m.start()] == ";" and predicates(starts[-1], m.start()) and _STATED.match(text, at, end) is not None
        )
        if "except" in m.group().lower() and not predicates(starts[-1], m.start()):
            continue  # "all scores except sleep were better"
        if (predicates(starts[-1], m.start()) or subjects(starts[-1], m.start())) and (
            predicates(at, end) or numbers or stated
        ):
            starts.append(m.start() if text[m.start() : m.end()].strip(" ,;") == "" else at)
    for m in _AND.finditer(text, start, end):
        floor = max(s for s in starts if s <= m.start()) if any(s <= m.start() for s in starts) else start
        ceiling = min((s for s in starts if s > m.start()), default=end)
        if any(s < m.start() < e for s, e in inside) or any(c.start <= m.start() and m.end() <= c.end for c in cues):
            continue
        if _VERSUS.match(text, floor, m.start()):
            continue
        nexts = [s for s in subjects(m.end(), ceiling) if s - m.end() <= 12]
        next_cue = min(
            (
                c.start
                for c in cues
                if m.end() <= c.start < ceiling and not (c.kind == "none" and text.startswith("without", c.start))
            ),
            default=None,
        )
        first_other = min(subjects(m.end(), ceiling), default=ceiling)
        if _second_verb(m, floor, ceiling, cues, refs) or _turned(m, floor, ceiling, cues, refs) or _values(text, m, floor, ceiling, cues, outcomes):  # fmt: skip
            starts.append(m.end())
            continue
        if nexts and next_cue is not None and first_other < next_cue and _stated(text, floor, m.start(), cues) and subjects(floor, m.start()) and _own_verb(text, first_other, next_cue, cues):  # fmt: skip
            starts.append(m.end())
    return sorted({*starts, *_items(text, start, end, outcomes, refs, cues)})


def _goes_on(text: str, joint: re.Match[str], start: int, cues: Sequence[Cue]) -> bool:
    """Return whether what follows a comma belongs to the statement before: "was safer, with fewer complications".

    A statement of its own is "fell in both groups, with a greater fall in A", and "although …, there was a difference".
    """
    if joint["there"]:
        return _CONCEDED.match(text, start) is None
    told = [c.kind for c in cues if start <= c.start < joint.start()]
    graded = any(k in COMPARATIVES for k in told) or _GRADED.search(text, start, joint.start()) is not None
    return bool(joint["with"]) and (graded or not told)


def _values(
    text: str, m: re.Match[str], floor: int, ceiling: int, cues: Sequence[Cue], outcomes: Sequence[OutcomeHit]
) -> bool:
    """Return whether "and" leads to a statement that begins with its numbers: "… and 63% vs 30% had relief"."""
    own = any(m.end() < o.start < ceiling for o in outcomes) and any(floor <= c.start < m.start() for c in cues)
    return own and _NEW_VALUES.match(text, m.end()) is not None


def _stated(text: str, start: int, end: int, cues: Sequence[Cue]) -> bool:
    """Return whether a stretch has a predicate: a cue that is more than a noun of change in a list of subjects."""
    told = [c for c in cues if start <= c.start < end]
    return any(not text[c.start : c.end].endswith(" of") for c in told) or (
        bool(told) and _HAS_VERB.search(text, start, end) is not None
    )


def _items(
    text: str, start: int, end: int, outcomes: Sequence[OutcomeHit], refs: Sequence[Reference], cues: Sequence[Cue]
) -> Iterator[int]:
    """Yield where the items of a list begin that have an outcome, two numbers and a test of their own each.

    "NRS fell by 3.1 vs 1.2 in A and B (p = 0.01), an ODI change of -9 vs 2 (p = 0.02), and …": the groups are those
    of the first item.
    """
    tests = list(_OWN_TEST.finditer(text, start, end))
    for m, following in pairwise(tests):
        own = any(m.end() <= o.start < following.end() for o in outcomes)
        named = any(m.end() <= r.start < following.end() for r in refs)
        governed = bool(cues) and all(
            c.start >= following.end() for c in cues
        )  # "VAS (2 vs 3) and ODI (9 vs 14) were lower"
        if own and not named and not governed and _SET_AGAINST.search(text, m.end(), following.end()):
            yield m.end()


def _second_verb(m: re.Match[str], floor: int, ceiling: int, cues: Sequence[Cue], refs: Sequence[Reference]) -> bool:
    """Return whether "and" joins two changes in two groups: "improved by 3 in A and declined by 1 in B"."""
    after = next((c for c in cues if 0 <= c.start - m.end() <= 4), None)
    before = any(c.kind in CHANGES and floor <= c.start < m.start() for c in cues)
    left, right = (
        {r.arm for r in refs if floor <= r.start < m.start()},
        {r.arm for r in refs if m.end() <= r.start < ceiling},
    )
    return after is not None and after.kind in CHANGES and before and bool(left) and bool(right) and left != right


def _turned(m: re.Match[str], floor: int, ceiling: int, cues: Sequence[Cue], refs: Sequence[Reference]) -> bool:
    """Return whether "and" leads from no difference to a comparison: "similar at 3 months and lower in A at 12 months"."""
    alike = any(c.kind == "same" and floor <= c.start < m.start() for c in cues)
    after = next((c for c in cues if 0 <= c.start - m.end() <= _NEXT_WORD and c.kind in COMPARATIVES), None)
    return alike and after is not None and any(m.end() <= r.start < ceiling for r in refs)


# "… pain and disability, and did so to the same degree": the last of the list is no subject of its own.
_SAME_SUBJECT = re.compile(r",? and (?:\w+ly )?(?:did|was|were|had|showed|remained|has|have)\b", re.I)


def _own_verb(text: str, subject: int, cue: int, cues: Sequence[Cue]) -> bool:
    """Return whether a verb stands between a subject and its cue, or the cue is a verb itself, and no list runs on."""
    between = text[subject:cue]
    kind = next((c.kind for c in cues if c.start == cue), "")
    if _SAME_SUBJECT.search(between):
        return False
    if re.search(r",", between) and not re.search(r"\b(?:was|were|is|are|had|has|did|showed|took|lasted)\b", between):
        return False
    return bool(
        re.search(
            r"\b(?:was|were|is|are|had|has|did|showed|remained|became|provided|gave|achieved|produced|experienced|demonstrated|resulted|yielded|required|offered|obtained|reported|took|lasted|needed)\b",
            between,
        )
    ) or kind in {"rise", "fall", "improve", "worsen", "unchanged"}


def _outside(cues: list[Cue], outcomes: Sequence[OutcomeHit]) -> list[Cue]:
    """Settle change words inside an outcome's name: the name carries them, unless there is no other cue."""
    names = [o for o in outcomes if not (o.general and any((c.start, c.end) == (o.start, o.end) for c in cues))]
    inside = {id(c) for c in cues if c.kind in CHANGES and any(o.start <= c.start and c.end <= o.end for o in names)}
    if len(inside) < len([c for c in cues if c.kind not in ("effective", "differs")]):
        return [c for c in cues if id(c) not in inside]
    return [kept for c in cues if (kept := _named(c, outcomes) if id(c) in inside else c) is not None]


def _named(cue: Cue, outcomes: Sequence[OutcomeHit]) -> Cue | None:
    """Return a change word inside an outcome's name as what the name means: "pain relief" improves, "recovery time" nothing."""
    name = next(o for o in outcomes if o.start <= cue.start and cue.end <= o.end)
    if name.sign > 0:
        return replace(cue, kind="improve")
    if name.inverse or cue.kind == "worsen":
        return replace(cue, kind="worsen")
    return None if cue.kind == "improve" and name.sign < 0 else cue


_GROUP = re.compile(r"\b(?:groups?|arms?|cohorts?)$", re.I)
# What patients were given, or are compared with, is a group, though the word also names an outcome:
# "those randomised to reoperation", "better than reoperation".
_GIVEN = re.compile(
    r"\b(?:(?:(?:randomi[sz]ed|assigned|allocated) to|(?:treated|managed) (?:with|by)"
    r"|than(?: with| after)?|versus|vs\.?|compared (?:with|to))(?: (?:an?|the))?"
    r"|(?:with|after|undergoing|receiving|than (?:for|in)"
    r"|(?:higher|lower|longer|shorter|greater|less|more|fewer|better|worse) (?:for|in))(?: the)?) $",
    re.I,
)


def _names_group(text: str, o: OutcomeHit, r: Reference) -> bool:
    """Return whether an outcome's word is only part of the name of a group, or what a group was given."""
    if not (r.start <= o.start and o.end <= r.end):
        return False
    part = o.end < r.end and _GROUP.search(text, r.start, r.end) is not None
    return part or _GIVEN.search(text, max(0, r.start - 25), r.start) is not None


# "Four patients underwent discectomy": what was done to begin with, where the study is one of operations.
_FIRST_OPERATION = re.compile(r"under\w+ .*ectomy", re.I)


def _is_time(text: str, ref: Reference) -> bool:
    """Return whether the name of an arm only says when: "three months after surgery", "post-injection opioid use"."""
    word = text[ref.start : ref.end]
    return bool(
        _WHEN_WORD.fullmatch(word)
        or _NTH.search(text, max(0, ref.start - 30), ref.start)
        or (_ACT.fullmatch(word) and _WHEN.search(text, max(0, ref.start - 30), ref.start))
    )


def _is_statistic(text: str, ref: Reference) -> bool:
    """Return whether the letters of an arm name a difference or ratio: "MD -2.1"."""
    return _STATISTIC.fullmatch(text, ref.start, ref.end) is not None and _ITS_NUMBER.match(text, ref.end) is not None


def _is_lack(cue: Cue, refs: Sequence[Reference]) -> bool:
    """Return whether a "none" is part of what a group is called: "without fusion"."""
    return cue.kind == "none" and any(r.start <= cue.start < r.end for r in refs)


def clauses(text: str, start: int, end: int, mentions: Sequence[Mention], table: ArmTable) -> list[Clause]:
    """Return the clauses of the sentence ``text[start:end]`` (folded); ``mentions`` are the outcome mentions of the record."""
    outcomes, refs = outcome_hits(mentions, text, start, end), table.references(text, start, end)
    outcomes = [o for o in outcomes if not any(_names_group(text, o, r) for r in refs)]
    outcomes = [o for o in outcomes if not (_FIRST_OPERATION.match(o.text) and table.operates)]
    refs = [r for r in refs if not any(o.start <= r.start and r.end <= o.end and not o.general for o in outcomes)]
    refs = [r for r in refs if not (_is_time(text, r) or _is_statistic(text, r))]
    cues = _outside([c for c in find_cues(text, start, end) if not _is_lack(c, refs)], outcomes)
    starts = _cuts(text, start, end, cues, outcomes, refs)
    made = []
    for a, b in zip(starts, [*starts[1:], end], strict=True):
        made.append(
            Clause(
                start=a,
                end=b,
                cues=[c for c in cues if a <= c.start < b],
                outcomes=[o for o in outcomes if a <= o.start < b],
                refs=[r for r in refs if a <= r.start < b],
                p=list(p_values(text, a, b)),
                intervals=list(intervals(text, a, b)),
                pairs=list(pairs(text, a, b)),
                changes=list(changes(text, a, b)),
                times=list(time_points(text, a, b)),
            )
        )
    return made
