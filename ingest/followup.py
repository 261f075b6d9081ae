"""Decide the follow-up of a finding: its own time points, else those its paper announces.

A finding's own words come first ("at 3 months"), then words that point elsewhere ("at that time", "at the last
follow-up", "in the short term"), then what the paper announces once: the follow-up stated in the results, the
visits of the methods, the only time it names anywhere, the title. What happens during a procedure (operating
time, blood loss) has no follow-up unless it states one; harms take one that is announced alone, none of several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.screened import Screened, screened
from ingest.times import TimePoint, time_points
from kg.model import Sentence

__all__ = ["Place", "Schedule", "followup_days", "read_schedule"]

Days = tuple[int, ...]

_PROCEDURAL = frozenset(
    "operative-time blood-loss radiation-exposure technical-success hospital-stay cement-leakage dural-tear".split()
)
_WHOLE = frozenset(
    "adverse-event infection neurological-injury device-complication mortality duration-of-relief diagnostic-accuracy".split()
)
"""Outcomes of the whole follow-up: of several visits none is theirs."""
_CUMULATIVE = frozenset("reoperation recurrence new-vertebral-fracture".split())

_ASSESS = re.compile(
    r"assess|evaluat|controlled at|measur|outcome|follow|record|review|score|visit|collect|obtain|endpoint|end point|examin|perform|"
    r"\bseen\b|question|monitor|check|compar|determin|\bVAS\b|\bODI\b|\bNRS\b|\bstud",
    re.I,
)
_ELSEWHERE = screened(
    r"cross(?:ed)?[ -]?over|published|previous|powered|ha(?:s|ve) been (?:shown|reported|demonstrated|published)|recently|before (?:enrol|inclusion)",
    re.I,
)
_EARLIER_STUDY = re.compile(
    r"\b(?:previous|earlier|prior|first) (?:\w+,? ){0,2}(?:study|studies|trial|report|paper|work)", re.I
)
_PERIOD = re.compile(r"[- ]*(?:observation|follow-?\s?up|study) period", re.I)
_STATED = re.compile(
    r"follow|re-?assess|re-?examin|re-?evaluat|(?:was|were) (?:assessed|evaluated|seen|examined|available|observed|reviewed|"
    r"analy[sz]ed|collected|recorded|measured|obtained|determined|set)|collected|was set|recorded|complet|data (?:were|was)|outcome measures?|hypothesis",
    re.I,
)
_THROUGHOUT = screened(
    r"\bthroughout (?:the )?(?:\w+ )?(?:follow|study|observation|period)|\bthroughout\b(?! the)|"
    r"\b(?:all|each|every|any|either|no|both) (?:of the )?(?:[\w-]+ ){0,2}?(?:follow|time|visits?\b|intervals?\b|assessments?\b|"
    r"evaluations?\b|points?\b|stages?\b)",
    re.I,
)
_THAT_TIME = re.compile(
    r"\b(?:at|by|in|on) (?:that|this|the same|these|those|both) (?:follow|time|visit|point|stage|interval|moment|"
    r"assessment|evaluation|occasion|period)",
    re.I,
)
_LAST = screened(
    r"\b(?:last|latest|final|most recent|end of) (?:the )?(?:[\w-]+ )?(?:follow|visit|evaluation|assessment|examination|review|"
    r"observation|time point|call|contact)",
    re.I,
)
_DURING = screened(
    r"\b(?:during|over|in|within|at|until|through) (?:the |our |their )?(?:[\w-]+ )?(?:follow-?\s?up|observation period|study period)|\bfollow-?\s?up period\b|\b(?:whole|entire) (?:study|observation|period)",
    re.I,
)
_EXCEPT = re.compile(r"\b(?:all|every|each|any)\b.{0,40}\b(?:but|except|other than|apart from)\b", re.I)
_EVERY = screened(
    r"\b(?:all|every|each|any) (?:(?:but|except|other than)\b|(?:of the )?(?:[\w-]+ ){0,2}?(?:follow|time|visit|interval|assessment|point|evaluation|examination))",
    re.I,
)
_AGAINST = re.compile(
    r"\b(?:compared (?:with|to)|than|versus|vs\.?) (?:that |those |the (?:values? |scores? |results? )?)?(?:at |of )?(?:the )?\Z",
    re.I,
)
_TERM = screened(
    r"\b(immediate|short|intermediate|mid|medium|long)(?:(?:er)?[- ]term\b|-(?=,? and |,? or )|(?= \())", re.I
)
_EXCEPTED = screened(r"\b(?:except(?:ion|ing)?|apart from|other than)\b[^;]*\Z", re.I)
_FROM = re.compile(r"\bfrom (?:the )?\Z", re.I)
_CONTRAST = re.compile(
    r"\b(?:but|and only|although|whereas|while|however|though|yet|not (?:at|in|after)|no longer|except|nor)\b", re.I
)
_FOLLOWED = screened(r"\bfollow|\bobserv|\bsurveill|\bFU\b", re.I)
_FINDING = re.compile(
    r"\bp\s*[<=>]|signific|\bdiffer|improv|success|fracture|complication|reduc|increas|decreas|better|worse|lower|higher",
    re.I,
)
_LONG = 3650  # days: a longer time in the methods is an age or a period of accrual
_MANY = 7  # visits: a longer list of them is not repeated by every finding
_LEAD = 45  # characters: how far into a sentence its leading time may begin
_LATE = screened(r"\blong(?:er)?[- ]term\b|\bin the long run\b|\beventually\b", re.I)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a paper says of its follow-up.

    ``days``: those of a finding that names none. ``visits``: all time points at which patients are seen.
    ``last``: the mean or the end of the follow-up. ``terms``: what "short", "intermediate" and "long" term mean
    where the paper says so. ``points``: the time points of every sentence, by its start, in text order.
    ``announced``: those of ``days`` that methods or results give as the follow-up, not a time named in passing.
    """

    days: Days = ()
    visits: Days = ()
    last: Days = ()
    terms: Mapping[str, Days] = field(default_factory=dict)
    points: Mapping[int, tuple[TimePoint, ...]] = field(default_factory=dict)
    announced: Days = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding stands: its sentence, its clause, its outcome and its cue, as offsets into the record.

    ``rivals`` are the starts of the other outcomes of the clause.
    """

    sentence: int
    start: int
    end: int
    outcome: int
    cue: int
    rivals: tuple[int, ...] = ()


def _days(points: Iterable[TimePoint]) -> Days:
    return tuple(sorted({p.days for p in points}))


def _near(day: int, days: Days) -> bool:
    return any(abs(day - d) <= 0.05 * max(day, d) for d in days)


# -- what the paper announces -------------------------------------------------------------------------------------


def _terms(text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]]) -> dict[str, Days]:
    """Return what the paper calls short, intermediate and long term: "short-term (up to 3 months)"."""
    found: dict[str, Days] = {}
    for sentence in sentences:
        here = points[sentence.start]
        for m in _TERM.finditer(text, sentence.start, sentence.end) if here else ():
            opened = text.find("(", m.end(), m.end() + 25)
            closed = text.find(")", opened, sentence.end) if opened >= 0 else -1
            named = _days(p for p in here if opened < p.start < closed)
            if named:
                found.setdefault(m.group(1).lower(), named[-1:])
    return found


def _stated(
    text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]]
) -> tuple[list[TimePoint], list[TimePoint]]:
    """Return the visits the results plan ("patients were seen at 3 and 6 months"), and the follow-up they state as a whole."""
    spans: list[TimePoint] = []
    plan: list[TimePoint] = []
    means: list[TimePoint] = []
    for sentence in sentences:
        here = [p for p in points[sentence.start] if p.anchored]
        if sentence.role not in ("results", "unknown") or not here:
            continue
        body = text[sentence.start : sentence.end]
        followed = _FOLLOWED.search(body)
        means = means or [p for p in here if p.kind == "mean" and followed]
        spans = spans or [p for p in here if _PERIOD.match(text, p.end)]
        if _FINDING.search(body) or _ELSEWHERE.search(body):
            continue
        spans = spans or [p for p in here if p.kind != "visit" and followed]
        plan = plan or (here if _STATED.search(body) else [])
    return plan, means or spans


def _elsewhere_told(text: str, sentence: Sentence, point: TimePoint) -> bool:
    """Return whether a time point is that of another study, of a crossover or of a calculation."""
    before = text[sentence.start : point.start].rpartition(";")[2]
    after = text[point.start : min(sentence.end, point.end + 25)].partition(";")[0]
    return bool(_ELSEWHERE.search(before[-70:] + after) or _EARLIER_STUDY.search(before))


def _announced(
    text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]], role: str
) -> list[TimePoint]:
    """Return the time points of the sentences of a role: those told of assessments, else any, else weak ones."""
    told: list[TimePoint] = []
    rest: list[TimePoint] = []
    weak: list[TimePoint] = []
    for sentence in sentences:
        here = points[sentence.start] if sentence.role == role else ()
        if not here:
            continue
        assessed = _ASSESS.search(text, sentence.start, sentence.end)
        for point in here:
            if _elsewhere_told(text, sentence, point):
                continue
            (weak if not point.anchored else told if assessed else rest).append(point)
    return told or rest or [p for p in weak if p.days <= _LONG]


def _only(text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]]) -> Days:
    """Return the one time that results and conclusions name, if it is the only one."""
    late = [s for s in sentences if s.role in ("results", "conclusions")]
    found = _days(p for s in late for p in points[s.start] if p.days and not _elsewhere_told(text, s, p))
    return found[:1] if found and found[-1] <= 1.05 * found[0] else ()


def read_schedule(text: str, sentences: Sequence[Sentence]) -> Schedule:
    """Return what the folded ``text`` of a record announces of its follow-up."""
    points = {s.start: tuple(time_points(text, s.start, s.end)) for s in sentences}
    if not any(points.values()):
        return Schedule(points=points)
    planned = _announced(text, sentences, points, "methods")
    if not planned and len(_days(early := _announced(text, sentences, points, "background"))) > 1:
        planned = early
    visits = _days(p for p in planned if p.kind != "mean")
    means = _days(p for p in planned if p.kind == "mean")
    plan, told = _stated(text, sentences, points)
    stated = _days(plan) if len(_days(plan)) > 1 or not told else _days(told)
    title = _days(p for p in _announced(text, sentences, points, "title") if p.days)
    objective = _days(p for p in _announced(text, sentences, points, "objective") if p.days)
    days = visits
    if title and visits and _near(title[-1], visits[-1:]):
        days = visits[-1:]
    if stated and len(visits) == 1 and stated[-1] > 2 * visits[-1]:
        days = ()
    if means and len(visits) == 1 and means[-1] > visits[-1]:
        days = ()
    if len(days) > _MANY:
        days = days[-1:]
    announced = days or means or stated or title or objective
    days = days or means or stated or _only(text, sentences, points) or announced
    if len(stated) > len(visits) and visits and _near(stated[-1], visits[-1:]):
        announced = days = visits = stated
    spans = _days(told)
    results = _days(p for s in sentences if s.role == "results" for p in points[s.start])
    return Schedule(
        days,
        visits or (objective if len(objective) > 1 else stated) or days or results,
        spans or means or days[-1:],
        _terms(text, sentences, points),
        points,
        announced,
    )


# -- what a finding says ------------------------------------------------------------------------------------------


def _own(schedule: Schedule, text: str, place: Place, basis: str) -> Days:
    """Return the time points of a finding's clause that belong to it."""
    inside = [p for p in schedule.points.get(place.sentence, ()) if place.start <= p.start < place.end]
    if not inside:
        return ()
    before = text[place.start : inside[0].start]
    if schedule.visits and _EVERY.search(before) and (worked := _every(schedule, before, _days(inside))):
        return worked
    if basis == "between" and len(_days(inside)) == 2 and _FROM.search(before):
        spanned = tuple(d for d in schedule.visits if inside[0].days <= d <= inside[-1].days)
        if len(spanned) > 1:
            return spanned  # "lower from 1 to 6 months"
    inside = [p for p in inside if not _left_out(text, place, p)]
    return _days(_of_outcome(_of_cue(inside, text, place), place))


def _every(schedule: Schedule, before: str, days: Days) -> Days:
    """Work out "at all but the 24-month visit", "at every visit from 6 weeks to 2 years", "at all visits (6 weeks: ...)"."""
    if _EXCEPT.search(before):
        return tuple(d for d in schedule.visits if not _near(d, days))
    if len(days) == 2 and _FROM.search(before):
        return tuple(d for d in schedule.visits if days[0] <= d <= days[1])
    return schedule.visits if _THROUGHOUT.search(before) and "(" in before else ()


def _left_out(text: str, place: Place, point: TimePoint) -> bool:
    """Return whether a point is only compared with, or an exception ("with the exception of the score at 2 years")."""
    before = text[max(place.sentence, point.start - 80) : point.start]
    return bool(_AGAINST.search(before[-30:]) or _EXCEPTED.search(before))


def _here(schedule: Schedule, text: str, place: Place) -> list[TimePoint]:
    """Return the time points of the sentence that findings may take."""
    return [p for p in schedule.points.get(place.sentence, ()) if not _left_out(text, place, p)]


def _of_cue(inside: list[TimePoint], text: str, place: Place) -> list[TimePoint]:
    """Keep the points on the cue's side of "but not at", "although", "whereas"; without any there, those before it."""
    bounds = [m.start() for m in _CONTRAST.finditer(text, place.start, place.end)] if len(inside) > 1 else []
    if not bounds:
        return inside
    side = sum(b <= max(place.cue, place.outcome) for b in bounds)
    groups = {n: [p for p in inside if sum(b < p.start for b in bounds) == n] for n in range(len(bounds) + 1)}
    return groups[side] or next((groups[n] for n in range(side, len(bounds) + 1) if groups[n]), inside)


def _of_outcome(inside: list[TimePoint], place: Place) -> list[TimePoint]:
    """Keep the points between a finding's outcome and the next one: "less pain up to 3 months and a better score up to 6"."""
    later = [r for r in place.rivals if r > place.outcome]
    if not later or not any(p.start > later[0] for p in inside):
        later_own = [p for p in inside if p.start > place.outcome]
        earlier = [p for p in inside if p.start < place.outcome]
        between = any(p.start < place.outcome and any(r < p.start for r in place.rivals) for p in inside)
        return later_own if later_own and between and earlier else inside
    own = [p for p in inside if place.outcome < p.start < later[0]]
    return own or inside


def _elsewhere(schedule: Schedule, text: str, place: Place) -> Days | None:
    """Return the days meant by "at that time", "throughout", "at the last follow-up", "in the short term"; None without such words."""
    start, end = place.start, place.end
    lead = min(place.start, place.sentence + _LEAD)

    def has(pattern: re.Pattern[str] | Screened) -> bool:
        return bool(pattern.search(text, start, end) or pattern.search(text, place.sentence, lead))

    if has(_THAT_TIME):
        earlier = [s for s, points in schedule.points.items() if s < place.sentence and points]
        return _days(schedule.points[max(earlier)]) if earlier else None
    if has(_LAST):
        return schedule.last
    if has(_THROUGHOUT):
        named = _days(p for p in schedule.points.get(place.sentence, ()) if p.start < start)
        return named if len(named) > 1 else schedule.visits
    terms = [
        schedule.terms[m.group(1).lower()]
        for m in _TERM.finditer(text, start, end)
        if m.group(1).lower() in schedule.terms
    ]
    if terms:
        return tuple(sorted({d for days in terms for d in days}))
    if _LATE.search(text, start, end) or _DURING.search(text, start, end):
        return schedule.last
    return None


def _around(schedule: Schedule, text: str, place: Place) -> Days:
    """Return the time points at the head of the sentence, else the only ones of the sentence."""
    here = _here(schedule, text, place)
    lead = [p for p in here if p.start < place.sentence + _LEAD and p.start < place.start]
    if lead:
        return _days(lead)
    return _days(here) if len({p.start for p in here}) == 1 else ()


def followup_days(schedule: Schedule, text: str, place: Place, outcome: str, basis: str) -> Days:
    """Return the follow-up, in days, of a finding on ``outcome`` at ``place`` in the folded ``text``."""
    if own := _own(schedule, text, place, basis):
        return own
    pointed = _elsewhere(schedule, text, place)
    if pointed is not None:
        return pointed
    if around := _around(schedule, text, place):
        return around
    return _inherited(schedule, outcome, basis)


def _inherited(schedule: Schedule, outcome: str, basis: str) -> Days:
    """Return what a finding without words of its own has from the paper."""
    if outcome in _PROCEDURAL:
        return ()
    if outcome in _WHOLE and len(schedule.announced) != 1:
        return ()
    if outcome in _CUMULATIVE:
        return schedule.last
    return () if basis == "rate" and len(schedule.days) > 1 else schedule.days
