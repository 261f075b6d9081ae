"""Read what a paper announces of its follow-up: the visits of its methods, what its results state once, its terms.

The visits of the methods come first, then the follow-up stated in the results, then the only time that results and
conclusions name, then the title and the aim. Labels of visits ("1 week (T1)") are times wherever the text uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.screened import screened
from ingest.time_labels import course_days, end_points, label_points, read_labels
from ingest.times import TimePoint, time_points
from kg.model import Sentence

__all__ = ["PRIMARY", "TERM", "Days", "Schedule", "days_of", "near", "read_schedule"]

Days = tuple[int, ...]

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
TERM = screened(
    r"\b(immediate|short|intermediate|mid|medium|long)(?:(?:er)?[- ]term\b|-(?=,? and |,? or )|(?= \())", re.I
)
_TERMED = re.compile(r"\b(?:short|long|mid|medium|intermediate)(?:er)?[- ](?:term|run)(?: [\w-]+)? ?\Z", re.I)
_FOLLOWED = screened(r"\bfollow|\bobserv|\bsurveill|\bFU\b", re.I)
_FINDING = re.compile(
    r"\bp\s*[<=>]|signific|\bdiffer|improv|success|fracture|complication|reduc|increas|decreas|better|worse|lower|higher",
    re.I,
)
PRIMARY = re.compile(r"\bprimary (?:\w+ )?(?:outcomes?|end ?-?points?|hypothesis|efficacy|measures?)\b", re.I)
_AND_LAST = re.compile(
    r"(?:\s*(?:post-?\w+|after (?:the )?\w+))?\s*(?:,|,?\s*and\b|,?\s*or\b|&)\s*(?:at\s+)?(?:the\s+)?(?:last|latest|final|most recent|end of)\s+(?:the\s+)?"
    r"(?:[\w-]+\s+)?(?:follow|visit|evaluation|assessment|examination|review|observation)",
    re.I,
)
_LONG = 3650  # days: a longer time in the methods is an age or a period of accrual
_MANY = 7  # visits: a longer list of them is not repeated by every finding


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a paper says of its follow-up.

    ``days``: those of a finding that names none; where nothing is announced, ``among`` are those of the one sentence
    of the results that names them all. ``visits``: all time points at which patients are seen.
    ``last``: the mean or the end of the follow-up. ``terms``: what "short", "intermediate" and "long" term mean
    where the paper says so. ``points``: the time points of every sentence, by its start, in text order.
    ``announced``: those of ``days`` that methods or results give as the follow-up, not a time named in passing.
    ``results``: the starts of the sentences of the results. ``primary``: the one time of the primary outcome.
    """

    days: Days = ()
    among: Days = ()
    visits: Days = ()
    last: Days = ()
    terms: Mapping[str, Days] = field(default_factory=dict)
    points: Mapping[int, tuple[TimePoint, ...]] = field(default_factory=dict)
    announced: Days = ()
    results: tuple[int, ...] = ()
    primary: Days = ()


def days_of(points: Iterable[TimePoint]) -> Days:
    """Return the different days of time points, earliest first."""
    return tuple(sorted({p.days for p in points}))


def near(day: int, days: Days) -> bool:
    """Return whether a day is one of ``days``, taken within 5 % as the contract does."""
    return any(abs(day - d) <= 0.05 * max(day, d) for d in days)


def _terms(text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]]) -> dict[str, Days]:
    """Return what the paper calls short, intermediate and long term: "short-term (up to 3 months)"."""
    found: dict[str, Days] = {}
    for sentence in sentences:
        here = points[sentence.start]
        for m in TERM.finditer(text, sentence.start, sentence.end) if here else ():
            opened = text.find("(", m.end(), m.end() + 25)
            closed = text.find(")", opened, sentence.end) if opened >= 0 else -1
            named = days_of(p for p in here if opened < p.start < closed)
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
        if sentence.role not in ("results", "unknown") or not any(p.days for p in here):
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
    """Return the times that one sentence of results or conclusions names, if no other names a time that is none of them."""
    late = [s for s in sentences if s.role in ("results", "conclusions")]
    told = [
        days_of(p for p in points[s.start] if p.days and not _elsewhere_told(text, s, p) and not _defined(text, s, p))
        for s in late
    ]
    most = max(told, key=len, default=())
    return most if len(most) <= _MANY and all(near(day, most) for days in told for day in days) else ()


def _defined(text: str, sentence: Sentence, point: TimePoint) -> bool:
    """Return whether a time only says what "short term" means: "short term (less than a week)"."""
    opened = text.rfind("(", sentence.start, point.start)
    return (
        opened >= 0
        and text.find(")", opened, point.start) < 0
        and _TERMED.search(text[sentence.start : opened]) is not None
    )


def _points(text: str, sentences: Sequence[Sentence]) -> dict[int, tuple[TimePoint, ...]]:
    """Return the time points of every sentence, those of labels ("at T2") and of the end of treatment among them."""
    labels, lasts = read_labels(text), course_days(text)
    found = {}
    for s in sentences:
        here = [*time_points(text, s.start, s.end), *label_points(text, labels, s.start, s.end)]
        here += end_points(text, lasts, s.start, s.end)
        found[s.start] = tuple(sorted(here, key=lambda p: (p.start, p.days)))
    return found


def _primary(text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]]) -> Days:
    """Return the one time that the methods give for the primary outcome."""
    for s in sentences:
        if s.role in ("methods", "objective", "background") and (m := PRIMARY.search(text, s.start, s.end)):
            stop = text.find(";", m.end(), s.end)
            end = stop if stop > 0 else s.end
            days = days_of(p for p in points[s.start] if p.anchored and m.start() < p.start < end)
            if days:
                return days if len(days) == 1 else ()
    return ()


def _with_last(text: str, points: Mapping[int, tuple[TimePoint, ...]], last: Days) -> dict[int, tuple[TimePoint, ...]]:
    """Return the time points, with those of the last follow-up that stands beside another: "at 3 days and the last follow-up"."""
    found = {}
    for start, here in points.items():
        joined = [(p, m) for p in here if (m := _AND_LAST.match(text, p.end))] if last else []
        ends = [TimePoint(days=d, start=m.start(), end=m.end(), anchored=True) for p, m in joined[-1:] for d in last]
        found[start] = (*here, *ends) if not near(here[-1].days if here else 0, last) else here
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the parts of a paper tell: the visits and the mean of its methods, the plan and the whole of its results, title, aim."""

    visits: Days
    means: Days
    stated: Days
    spans: Days
    title: Days
    objective: Days


def _tell(text: str, sentences: Sequence[Sentence], points: Mapping[int, tuple[TimePoint, ...]]) -> _Told:
    planned = _announced(text, sentences, points, "methods")
    if not planned and len(days_of(early := _announced(text, sentences, points, "background"))) > 1:
        planned = early
    plan, whole = _stated(text, sentences, points)
    visits, spans = days_of(p for p in planned if p.kind != "mean"), days_of(whole)
    if any(_AND_LAST.match(text, p.end) for p in planned):
        visits = tuple(sorted({*visits, *spans}))
    return _Told(
        visits=visits,
        means=days_of(p for p in planned if p.kind == "mean"),
        stated=days_of(plan) if len(days_of(plan)) > 1 or not whole else spans,
        spans=spans,
        title=days_of(p for p in _announced(text, sentences, points, "title") if p.days),
        objective=days_of(p for p in _announced(text, sentences, points, "objective") if p.days),
    )


def _planned(told: _Told) -> Days:
    """Return the visits that findings without words of their own are at; none where the follow-up is told otherwise."""
    visits = told.visits
    longer = told.stated[-1:] > (2 * visits[-1],) or told.means[-1:] > visits[-1:] if len(visits) == 1 else False
    if longer:
        return ()
    if visits and (len(visits) > _MANY or (told.title and near(told.title[-1], visits[-1:]))):
        return visits[-1:]
    return visits


def read_schedule(text: str, sentences: Sequence[Sentence]) -> Schedule:
    """Return what the folded ``text`` of a record announces of its follow-up."""
    points = _points(text, sentences)
    if not any(points.values()):
        return Schedule(points=points)
    told = _tell(text, sentences, points)
    announced = _planned(told) or told.means or told.stated or told.title or told.objective
    only = _only(text, sentences, points)
    days = _planned(told) or told.means or told.stated or (only if len(only) == 1 else ()) or announced
    seen = told.visits or (told.objective if len(told.objective) > 1 else told.stated) or days
    if len(told.stated) > len(told.visits) and told.visits and near(told.stated[-1], told.visits[-1:]):
        announced = days = seen = told.stated
    results = days_of(p for s in sentences if s.role == "results" for p in points[s.start])
    if len(seen) < 2 <= len(results):
        seen = tuple(sorted({*seen, *(d for d in results if not near(d, seen))}))
    return Schedule(
        days=days,
        among=only if len(only) > 1 and not days else (),
        visits=seen,
        last=told.spans or told.means or days[-1:] or results[-1:],
        terms=_terms(text, sentences, points),
        points=_with_last(text, points, told.spans or told.means),
        announced=announced,
        results=tuple(s.start for s in sentences if s.role == "results"),
        primary=_primary(text, sentences, points),
    )
