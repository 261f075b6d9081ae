"""Tie numbers to arms and outcomes: "62% of the PKP group and 48% of controls", "three patients had …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.clauses import Clause
from ingest.number_words import NUMBER, parse_number
from ingest.numbers import Value, values
from ingest.outcomes import OutcomeHit

__all__ = ["TIMED", "arm_values", "counted", "lone_value", "patient_share", "share", "threshold_share"]

_COUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|single|half|a case of|most|all|a third|a quarter)\b",
    re.I,
)
_BUSY = re.compile(
    r"\brang(?:e|ed|ing)[,:]? (?:was |of |from |between )?\d+(?:\.\d+)? ?(?:-|\u2013|to|and) ?\d+(?:\.\d+)?|"
    r"[(\[](?:range|IQR|interquartile|SD|standard|95|min)[^()\[\]]*[)\]]|[(\[]\d+(?:\.\d+)?(?: ?[-\u2013] ?| to )\d+(?:\.\d+)?(?: ?[a-zA-Z%]+)?[)\]]|"
    r"(?<!mean)(?<!median)(?<!average)(?<!score)(?<!value)(?<!rate)(?<!time)(?<!stay)(?<!loss)(?<=[\da-z])(?: (?:out )?of(?: the| a total of)? |/)\d+(?= |\)|,|;|%?$)(?! ?%)|(?:±|\+/-)\s*[\d.]+|\b[nN]\s*=\s*\d+|\bL\d|\bT\d|\b95\s*%|\bSF-\d+|\bgroups? \d|\b[A-Z]+\d+\b|\b\d+[- ]k?Hz\b"
)
_IN_WORDS = re.compile(
    rf"\b(?=[a-z])(?<!-)(?P<number>{NUMBER})(?P<percent> per ?cent)?"
    r"(?(percent)|(?= (?:of (?!the (?:two|three|four)\b)|in (?:the )?|(?:\w+ )?(?:patients?|cases?|subjects?|participants?|levels?|leaks?"
    r"|leakages?|tears?|fractures?|infections?|recurrences?|reoperations?)\b)))",
    re.I,
)
# "At least 50%", "50% pain relief", "10 points or more": what is to be reached, not what was.
# "Difference 5.2", "(MD -1.4": a number of both groups.
_OF_BOTH = re.compile(
    r"\b(?:differences?|MD|WMD|SMD|OR|RR|HR|odds ratio|risk ratio|ratio|effect size|F|chi2|t|z)\b(?: (?:of|was|in means))?,? ?[=:]? ?-?\d+(?:\.\d+)?"
)
_GOAL = re.compile(
    r"(?:≥|>=|>|\b(?:at least|more than|greater than|minimum(?: of)?|exceeding|exceeded|over)) ?(?:an? )?\d+(?:\.\d+)?"
    r"|\b\d+(?:\.\d+)?(?:[- ]?(?:%|points?|mm|cm))? (?=or (?:more|greater|better|higher)\b)"
    r"|\b\d+ ?%(?= (?:pain |symptom |NRS |VAS )?(?:relief|reduction|improvement|decrease)s? (?:was|were|of pain|in pain|at|after)\b)",
    re.I,
)
_AT = re.compile(
    r"\b(?:(?<!occurred )at|after|by|within|until|for|over|during|from|(?<!compared )to|first|than) (?:the |a |an )?$",
    re.I,
)
_RIVAL_FIRST = re.compile(
    r"\W*(?:as |when )?(?:compared (?:to|with)|in comparison (?:to|with)|relative to|unlike|in contrast to)\b", re.I
)
_BRACKET = re.compile(r"\([^()]{8,160}\)")
_DIGITS = re.compile(r"(?<![\w-])\d(?!\d*[- ]years?\b)")
_WORD = r"(?:another|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|a single|a case of|single)"
# "In two patients", "most of them", "all levels"; "two dural tears".
_COUNTED_WORD = re.compile(
    rf"\b(?:{_WORD}(?:-\w+)?|half|most|all|a third|one[- ]third|a quarter|the majority|none)\b(?= (?:of|in|after|with|had|was|were|developed|required|underwent)\b"
    r"| (?:[\w-]+ ){0,2}?(?:patients?|cases?|subjects?|participants?|levels?|vertebrae|children|women|men|procedures?|operations?|surgeries|treatments?|instances?|events?|discs?|joints?|eyes?"
    r"|pumps?|leads?|catheters?|screws?|rods?|implants?|devices?|electrodes?|cages?|generators?|grafts?|systems?|spacers?)\b)",
    re.I,
)
_WORD_BEFORE = re.compile(rf"\b{_WORD} (?:\(\d[^()]*\) )?(?:[\w-]+ ){{0,3}}$", re.I)
_BESIDE = 45  # characters: how far from a change the share of patients who had it may stand
# "… in the A group": the number of a group stands before its name.
_PLACED = re.compile(r"\b(?:in|for|of|with|after|among|on|under)(?: the| our)?(?: \w+)? ?$", re.I)
_CLOSE = 60  # characters: how far from its outcome a number may stand
_COUNT_TO_SHARE = 4  # characters between a count and its share: "11 (27%)"
# "In group I and group II": two names in one breath; "72% and 73%": two numbers.
_NAMES_JOINED = re.compile(
    r"(?: (?:groups?|arms?|patients))?,? (?:and|vs\.?|versus) (?:(?:in|of|for|with|after|the|group) ){0,3}", re.I
)
_NUMBERS_JOINED = re.compile(
    r"%?\)?(?: (?:points?|min|ml|days?|hours?|mm|cm|patients?|cases?))?(?: ?(?:±|\+/-) ?[\d.]+| \([^()]*\))?(?: (?:min|ml|days?|mm|points?))?,? (?:and|vs\.?|versus) (?:\d+ \()?",
    re.I,
)
# Outcomes that are measured in units of time, so that "3.4 days" is their value.
TIMED = frozenset({"hospital-stay", "operative-time", "duration-of-relief", "return-to-work", "radiation-exposure"})


def _free(clause: Clause, text: str, low: int, high: int, outcome: str = "") -> list[Value]:
    """Return the numbers of a stretch that are not p values, intervals, times, sample sizes or spreads."""
    busy = [(p.start, p.end) for p in clause.p] + [(i.start, i.end) for i in clause.intervals]
    busy += [
        (t.start, t.end)
        for t in clause.times
        if outcome not in TIMED or _AT.search(text, max(low, t.start - 14), t.start)
    ]
    busy += [m.span() for m in _BUSY.finditer(text, low, high)]
    busy += [m.span() for m in _GOAL.finditer(text, low, high)]
    busy += [m.span() for m in _OF_BOTH.finditer(text, low, high)]
    found = [*values(text, low, high), *_worded(text, low, high)]
    free = [v for v in found if not any(s <= v.start < e for s, e in busy)]
    return sorted(free, key=lambda v: v.start)


def _worded(text: str, low: int, high: int) -> Iterator[Value]:
    """Yield the counts and shares in words: "two patients", "eighty-five percent", "three of the open group"."""
    for m in _IN_WORDS.finditer(text, low, high):
        value = parse_number(m["number"])
        if value is not None:
            yield Value(value=float(value), percent=bool(m["percent"]), start=m.start(), end=m.end())


def _nearest(clause: Clause, free: Sequence[Value], arm: int, *, before: bool) -> tuple[int, Value] | None:
    """Return (distance, number) of the number closest before or after any mention of an arm, no other arm between."""
    best: tuple[int, Value] | None = None
    for ref in (r for r in clause.refs if r.arm == arm):
        for v in free:
            gap = ref.start - v.end if before else v.start - ref.end
            if not 0 <= gap <= (60 if before else 45):
                continue
            low, high = (v.end, ref.start) if before else (ref.end, v.start)
            if any(r.arm != arm and low <= r.start < high for r in clause.refs):
                continue
            if best is None or gap < best[0]:
                best = (gap, v)
    return best


def _beside(clause: Clause, text: str, free: Sequence[Value], arms: Sequence[int]) -> dict[int, float]:
    """Return arm → the number beside its name, in the style (number first or name first) that fits closer."""
    styles = []
    for before in (True, False):
        found = [n for a in arms if (n := _nearest(clause, free, a, before=before))]
        if len(found) == 2 and found[0][1].start != found[1][1].start:
            if found[0][1].percent == found[1][1].percent:  # 8 % of one group is nothing against 7 of the other
                styles.append((found[0][0] + found[1][0], {a: f[1].value for a, f in zip(arms, found, strict=True)}))
    if len(styles) == 2 and (first := _first_style(clause, text, free, arms)) is not None:
        return styles[first][1]
    return min(styles, key=lambda s: s[0])[1] if styles else {}


def _first_style(clause: Clause, text: str, free: Sequence[Value], arms: Sequence[int]) -> int | None:
    """Return 0 where numbers come before the names of their groups ("by 7 in A and by 2 in B"), 1 after, None if unclear."""
    named = [r.start for r in clause.refs if r.arm in arms]
    between = sum(1 for v in free if named[0] < v.start < named[-1])
    before, after = sum(1 for v in free if v.end <= named[0]), sum(1 for v in free if v.start >= named[-1])
    if before and between and _PLACED.search(text, clause.start, named[0]):
        return 0
    return 1 if between and after and not before else None


def _shares(free: Sequence[Value]) -> Sequence[Value]:
    """Return the two percentages among counts ("51/62 (82%) of A and 37/61 (61%) of B"), else all numbers."""
    shares = [v for v in free if v.percent]
    counts = [v for v in free if not v.percent]
    own = len(free) in (4, 6) or all(any(0 <= s.start - v.end <= _COUNT_TO_SHARE for s in shares) for v in counts)
    return shares if len(shares) == 2 and own else free


def _bound(clause: Clause, text: str, low: int, high: int, outcome: str) -> dict[int, float]:
    """Return arm → its number in ``text[low:high]``, for the first two arms the clause names."""
    low, high = _bracket(clause, text, low, _tested(clause, text, low, high))
    arms = list(dict.fromkeys(r.arm for r in clause.refs if low <= r.start < high))
    if len(arms) < 2:
        arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(arms) < 2:
        return {}
    arms, free = arms[:2], _free(clause, text, low, high, outcome)
    return _told(clause, text, arms, _shares(free), (low, high)) or _told(clause, text, arms, free, (low, high))


def _told(
    clause: Clause, text: str, arms: Sequence[int], free: Sequence[Value], within: tuple[int, int]
) -> dict[int, float]:
    """Return arm → its number of the ``free`` ones: as "respectively" has it, by a pair after the names, by nearness."""
    low, high = within
    if re.search(r"\brespectively\b", text[clause.start : clause.end]):
        last = max(next(r.end for r in clause.refs if r.arm == a) for a in arms)
        tail = [v for v in free if v.start >= last]
        listed = tail if len(tail) >= 2 else free
        listed = _shares(listed)
        if len(listed) == 3 and not clause.pairs and all(v.percent == listed[0].percent for v in listed):
            return {}  # three groups, of which only two are known
        if len(listed) == 2 or len(tail) >= 2:
            return {arms[0]: listed[0].value, arms[1]: listed[1].value}
    pair = next((p for p in clause.pairs if low <= p.start < high), None)
    if pair is not None and _RIVAL_FIRST.match(text, clause.start):
        arms = arms[::-1]  # "compared with A, B took less time (10 vs 20 min)": the first number is that of B
    named = max((next(r.end for r in clause.refs if r.arm == a) for a in arms), default=0)
    if pair is not None and pair.start >= named and not any(v.start < pair.start for v in free):
        return {arms[0]: pair.first, arms[1]: pair.second}
    if (told := _in_order(clause, text, arms, free)) or (told := _beside(clause, text, free, arms)):
        return told
    return {arms[0]: pair.first, arms[1]: pair.second} if pair else _left_over(clause, free, arms)


def _in_order(clause: Clause, text: str, arms: Sequence[int], free: Sequence[Value]) -> dict[int, float]:
    """Return arm → its number where two numbers and two names are each told in one breath: "in 72% and 73% of I and II"."""
    listed = _shares(free)
    if (
        len(listed) != 2
        or len(clause.refs) != 2
        or not _NAMES_JOINED.fullmatch(text, clause.refs[0].end, clause.refs[1].start)
    ):
        return {}
    if not _NUMBERS_JOINED.fullmatch(text, listed[0].end, listed[1].start):
        return {}
    return {arms[0]: listed[0].value, arms[1]: listed[1].value}


def _left_over(clause: Clause, free: Sequence[Value], arms: Sequence[int]) -> dict[int, float]:
    """Give the second of two numbers to the arm beside it, the first to the other ("A raised it by 1.3, … with 0.7 in B")."""
    if len(free) != 2 or arms[0] not in {r.arm for r in clause.refs if r.end <= free[0].start}:
        return {}
    near = [n for before in (True, False) if (n := _nearest(clause, free, arms[1], before=before))]
    if near and min(near, key=lambda n: n[0])[1].start == free[1].start:
        return {arms[0]: free[0].value, arms[1]: free[1].value}
    return {}


def _tested(clause: Clause, text: str, low: int, high: int) -> int:
    """Return where the numbers that a test compares end: at its p, if two arms and two numbers stand before it."""
    for p in clause.p:
        before = {r.arm for r in clause.refs if low <= r.start < p.start}
        if low < p.start < high and len(before) > 1 and len(_free(clause, text, low, p.start)) > 1:
            return p.end
    return high


def _bracket(clause: Clause, text: str, low: int, high: int) -> tuple[int, int]:
    """Return the bracket that names two arms with their numbers ("(5.4 in A and 3.3 in B)"), else the stretch itself."""
    for m in _BRACKET.finditer(text, low, high):
        if len({r.arm for r in clause.refs if m.start() < r.start < m.end()}) > 1 and re.search(r"\d", m.group()):
            return m.span()
    return low, high


def arm_values(clause: Clause, text: str, hit: OutcomeHit | None = None) -> dict[int, float]:
    """Return arm → its number, for two arms of a clause in order of mention.

    In a clause with several outcomes only the numbers between ``hit`` and the next outcome are its own; numbers
    that several outcomes could claim belong to none of them.
    """
    outcome = hit.id if hit else ""
    if hit is not None and (told := _in_rows(clause, text, hit)) is not None:
        return told
    others = sorted({o.start for o in clause.outcomes if hit and o.id != hit.id and o.start != hit.start})
    if hit is None or not others:
        return _bound(clause, text, clause.start, clause.end, outcome)
    high = next((o for o in others if o >= hit.end), clause.end)
    if _free(clause, text, hit.end, high, outcome):
        return _bound(clause, text, hit.start, high, outcome)
    shared = _free(clause, text, clause.start, clause.end, outcome)
    return _bound(clause, text, clause.start, clause.end, outcome) if len(shared) <= 2 else {}


def _in_rows(clause: Clause, text: str, hit: OutcomeHit) -> dict[int, float] | None:
    """Return arm → the number of ``hit`` where each group has its row: "time and loss were 71 min and 80 ml in A and 98 min and 310 ml in B".

    None where a clause is not told in that way; nothing where it is, and the rows do not fit the outcomes.
    """
    listed = sorted({o.start for o in clause.outcomes})
    arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(listed) < 2 or len(arms) != 2 or len(clause.refs) != 2 or hit.start not in listed:
        return None
    timed = next((o.id for o in clause.outcomes if o.id in TIMED), "")
    free = [v for v in _free(clause, text, clause.start, clause.end, timed) if v.start > listed[-1]]
    first, last = clause.refs
    if last.start < listed[-1] or not free or any(p.start < last.start for p in clause.p):
        return None
    ends = (first.start, last.start) if free[0].start < first.start else (last.start, clause.end)
    rows = [v for v in free if v.start < ends[0]], [v for v in free if ends[0] <= v.start < ends[1]]
    if len(rows[0]) < 2 or len(rows[1]) < 2 or len(free) != len(rows[0]) + len(rows[1]):
        return None
    if not len(rows[0]) == len(rows[1]) == len(listed):
        return {}
    at = listed.index(hit.start)
    return {arm: row[at].value for arm, row in zip(arms, rows, strict=True)}


def lone_value(clause: Clause, text: str, hit: OutcomeHit) -> float | None:
    """Return the number of a clause that has one, or whose one percentage stands beside its count."""
    free = _free(clause, text, clause.start, clause.end, hit.id)
    shares = [v for v in free if v.percent]
    chosen = shares if len(shares) == 1 else free
    return chosen[0].value if len(chosen) == 1 else None


_SHARE = re.compile(
    r"\d\s?%\)? (?:of|in|for|with|among|vs|versus|after|and)\b|\b\d+ \(\d+(?:\.\d+)?\s?%\)|\b\d+ ?/ ?\d+\b|\b\d+ (?:of|out of) (?:the )?\d+|\b(?:patients|participants|subjects|cases)\b.{0,25}\d+(?:\.\d+)?\s?%|\bin \d+(?:\.\d+)?\s?%|\bby \d+(?:\.\d+)?\s?% of|\bproportion|\bpercentage of patients|responders?",
    re.I,
)
_LIMIT = re.compile(
    r"(?:≥|>=|>|\bat least|\bmore than|\bminimum|\bgreater than|\bexceeding|clinically (?:important|meaningful|significant|relevant)|\b\d+[- ]points?\b|\b\d+ ?% (?:or (?:more|greater)|improvement|reduction|relief|pain relief|decrease))",
    re.I,
)


_PATIENT_SHARE = re.compile(
    rf"\b(?:{NUMBER})[- ]per ?cent of (?:the |all |our )?(?:[\w-]+ )?(?:patients|subjects|participants|cases)\b|"
    r"\d ?%\)? of (?:the |all |our )?(?:\d+ )?(?:[\w-]+ )?(?:patients|subjects|participants|cases|individuals|responders)\b"
    r"|\b(?:patients|subjects|participants|cases) \((?:approximately |about |\d+/\d+; ?)?\d+(?:\.\d+)?%|\d+ \(\d+(?:\.\d+)?%\) (?:of )?(?:the )?(?:\d+ )?(?:patients|subjects|participants|cases)"
    r"|\b(?:\d+|[a-z]+(?:-[a-z]+)?) (?:patients )?(?:\(\d+(?:\.\d+)?%\) )?(?:of|out of) (?:the |all )?(?:\d+|[a-z]+(?:-[a-z]+)?) (?:\w+ )?(?:patients|subjects|participants|cases)\b|\b\d+/(?!100?\b)\d+\b",
    re.I,
)


def patient_share(clause: Clause, text: str, near: tuple[int, int] | None = None) -> bool:
    """Return whether a clause says how many of the patients: "41 (82%) of 50 patients"; ``near`` a place, if given."""
    low, high = (near[0] - _BESIDE, near[1] + _BESIDE) if near else (clause.start, clause.end)
    m = _PATIENT_SHARE.search(text, max(clause.start, low), min(clause.end, high))
    return m is not None and _COUNT.search(m.group()) is not None


def share(clause: Clause, text: str) -> bool:
    """Return whether a clause counts patients ("27% of all participants", "14 of 35")."""
    return bool(_SHARE.search(text, clause.start, clause.end))


def threshold_share(clause: Clause, text: str) -> bool:
    """Return whether a clause counts patients who passed a threshold of change ("≥ 15-point improvement in 73% of …")."""
    body = text[clause.start : clause.end]
    return bool(_LIMIT.search(body) and _SHARE.search(body))


def counted(text: str, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a number or count belongs to the outcome: near it, in the same clause; a time or a test is none."""
    low, high = max(clause.start, hit.start - _CLOSE), min(clause.end, hit.end + _CLOSE)
    taken = [(p.start, p.end) for p in clause.p]
    if hit.id not in TIMED:
        taken += [(t.start, t.end) for t in clause.times]
    if any(not any(s <= m.start() < e for s, e in taken) for m in _DIGITS.finditer(text, low, high)):
        return True
    worded = _COUNTED_WORD.search(text, low, clause.end)
    return (worded is not None and worded.start() < high) or _WORD_BEFORE.search(text, low, hit.start) is not None
