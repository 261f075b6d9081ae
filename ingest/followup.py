"""Decide the follow-up of a finding: its own time points, else those its paper announces.

A finding's own words come first ("at 3 months"), then words that point elsewhere ("at that time", "at the last
follow-up", "in the short term"), then what the paper announces once (``ingest.schedule``). What happens during a
procedure (operating time, blood loss) has no follow-up unless it states one; harms take one that is announced alone,
none of several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.schedule import PRIMARY as _PRIMARY
from ingest.schedule import TERM, Days, Schedule, days_of, near, read_schedule
from ingest.screened import Screened, screened
from ingest.times import TimePoint

__all__ = ["LAST", "Place", "Schedule", "followup_days", "read_schedule"]

_PROCEDURAL = frozenset(
    "operative-time blood-loss radiation-exposure technical-success hospital-stay cement-leakage dural-tear".split()
)
_WHOLE = frozenset(
    "adverse-event infection neurological-injury device-complication mortality duration-of-relief diagnostic-accuracy".split()
)
"""Outcomes of the whole follow-up: of several visits none is theirs."""
_CUMULATIVE = frozenset("reoperation recurrence new-vertebral-fracture".split())

_THROUGHOUT = screened(
    r"\bthroughout (?:the )?(?:\w+ )?(?:follow|study|observation|period)|\bthroughout\b(?! the)|"
    r"\b(?:all|each|every|any|either|no|both) (?:of the )?(?:[\w-]+ ){0,2}?(?:follow|time|visits?\b|intervals?\b|assessments?\b|"
    r"evaluations?\b|points?\b|stages?\b|control\b(?! (?:group|arm|patient|subject)))",
    re.I,
)
_THAT_TIME = re.compile(
    r"\b(?:at|by|in|on) (?:that|this|the same|these|those|both) (?:follow|time|visit|point|stage|interval|moment|"
    r"assessment|evaluation|occasion|period)",
    re.I,
)
LAST = screened(
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
_EXCEPTED = screened(r"\b(?:except(?:ion|ing)?|apart from|other than)\b[^;]*\Z", re.I)
_FROM = re.compile(r"\bfrom (?:the )?\Z", re.I)
_CONTRAST = re.compile(
    r"\b(?:but|and only|although|whereas|while|however|though|yet|not (?:at|in|after)|no longer|except|nor|"
    r"no (?:significant |statistical(?:ly significant)? |clear )?difference|"
    r"and (?:this|these) (?:difference|effect|superiority|advantage|benefit)|and (?:this|these) (?:was|were) (?:lost|not|no)|a difference (?:which|that)|and (?:then |was |were |had )?(?:became|become|lost|disappeared|"
    r"vanished|returned)|and (?:was |were )?(?:significantly |markedly |clearly )?(?:lower|higher|better|worse|greater|less|similar|comparable))\b",
    re.I,
)
_OPENS = re.compile(
    r"(?:however,? |moreover,? |then,? |but )?(?:at|after|by|on|in|\d|one|two|three|four|six|twelve)\b", re.I
)
_THEREAFTER = screened(
    r"\b(?:thereafter|afterwards?|after (?:that|this)(?= (?:was|were|it|they|the|no|both|there|time|point)|[,;.])|from then on|later on|at later (?:visits|times|follow)|since then)\b",
    re.I,
)
_ONWARD = re.compile(r"'?\s*(?:\([^()]*\)\s*)?(?:onwards?|and (?:thereafter|beyond|later|onwards?)|or later)\b", re.I)
_BEYOND = re.compile(r"\b(?:beyond|after) (?:the )?\Z", re.I)
_CLOSES = re.compile(r"\W*(?:(?:and|but|though) )?(?:with|without|there (?:was|were)|no|none)\b", re.I)
_EARLY = screened(
    r"\binitially\b|\binitial (?:correction|relief|improvement|reduction|increase|decrease|response|gain|success|restoration|effect)s?\b|"
    r"\bearly (?:on\b|post|complication|relief|improvement|result|phase|period|stage|reoperation|effect|adverse|failure|mortality)|"
    r"\bshort(?:er)?[- ]term\b|\bin[- ]hospital\b|\bduring (?:the |their )?(?:hospital|admission|stay|procedure|operation|surgery|injection)|"
    r"\b(?:intra|peri)-?(?:operativ|procedur)",
    re.I,
)
"""Soon after treatment, or during it: a follow-up that is told elsewhere is not meant."""
_TAIL = 120  # characters behind a clause that may still say "throughout"
_LEAD = 45  # characters: how far into a sentence its leading time may begin
_LATE = screened(r"\blong(?:er)?[- ]term\b|\bin the long run\b|\beventually\b", re.I)


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


def _own(schedule: Schedule, text: str, place: Place, basis: str) -> Days:
    """Return the time points of a finding's clause that belong to it."""
    inside = [p for p in schedule.points.get(place.sentence, ()) if place.start <= p.start < place.end]
    if not inside:
        return ()
    before = text[place.start : inside[0].start]
    if schedule.visits and _EVERY.search(before) and (worked := _every(schedule, before, days_of(inside))):
        return worked
    if basis == "between" and len(days_of(inside)) == 2 and _FROM.search(before):
        spanned = _spanned(schedule, inside[0].days, inside[-1].days)
        if len(spanned) > 1:
            return spanned  # "lower from 1 to 6 months"
    if later := _later(schedule, text, place, inside):
        return later
    inside = [p for p in inside if not _left_out(text, place, p)]
    return days_of(_of_outcome(_of_cue(inside, text, place), place))


def _spanned(schedule: Schedule, first: int, last: int) -> Days:
    """Return the visits from a first day to a last one, both of them included."""
    return tuple(d for d in schedule.visits if 0.95 * first <= d <= 1.05 * last)


def _later(schedule: Schedule, text: str, place: Place, inside: list[TimePoint]) -> Days:
    """Return the visits meant by "from 3 months onward", or by "thereafter" on the cue's side of the clause."""
    for p in inside:
        if _ONWARD.match(text, p.end) and p in _of_cue(inside, text, place):
            return tuple(d for d in schedule.visits if d >= 0.95 * p.days)
    m = _THEREAFTER.search(text, place.start, place.end)
    before = [p for p in inside if m and p.end <= m.start()]
    if not m or not before:
        return ()
    bounds = [b.start() for b in _CONTRAST.finditer(text, place.start, place.end)]
    cue = max(place.cue, place.outcome)
    if before[-1].start < cue or any(before[-1].end <= b <= cue for b in bounds):
        return _after(schedule, before)
    return ()


def _after(schedule: Schedule, points: list[TimePoint]) -> Days:
    """Return the visits later than all of ``points``."""
    last = max(p.days for p in points)
    return tuple(d for d in schedule.visits if d > 1.05 * last)


def _every(schedule: Schedule, before: str, days: Days) -> Days:
    """Work out "at all but the 24-month visit", "at every visit from 6 weeks to 2 years", "at all visits (6 weeks: ...)"."""
    if _EXCEPT.search(before):
        return tuple(d for d in schedule.visits if not near(d, days))
    if len(days) == 2 and _FROM.search(before):
        return _spanned(schedule, days[0], days[1])
    if len(days) == 1 and _BEYOND.search(before):
        return tuple(d for d in schedule.visits if d > 1.05 * days[0])
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


def _of_rival(schedule: Schedule, place: Place) -> bool:
    """Return whether another outcome stands between the finding's outcome and every time point of its clause."""
    inside = [p.start for p in schedule.points.get(place.sentence, ()) if place.start <= p.start < place.end]
    return all(any(min(place.outcome, p) < r < max(place.outcome, p) for r in place.rivals) for p in inside)


def _elsewhere(schedule: Schedule, text: str, place: Place) -> Days | None:
    """Return the days meant by "at that time", "throughout", "at the last follow-up", "in the short term"; None without such words."""
    start, end = place.start, place.end
    lead = min(place.start, place.sentence + _LEAD)

    def has(pattern: re.Pattern[str] | Screened) -> bool:
        return bool(pattern.search(text, start, end) or pattern.search(text, place.sentence, lead))

    if has(_THAT_TIME):
        earlier = [s for s, points in schedule.points.items() if s < place.sentence and points]
        return days_of(schedule.points[max(earlier)]) if earlier else None
    if _THEREAFTER.search(text, start, end):
        ahead = [p for p in schedule.points.get(place.sentence, ()) if p.end <= start]
        return (_after(schedule, ahead) if ahead else ()) or None
    if schedule.primary and _PRIMARY.search(text, start, end):
        return schedule.primary
    if has(LAST):
        return schedule.last
    if has(_THROUGHOUT):
        named = days_of(p for p in schedule.points.get(place.sentence, ()) if p.start < start)
        return named if len(named) > 1 else schedule.visits
    terms = [
        schedule.terms[m.group(1).lower()]
        for m in TERM.finditer(text, start, end)
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
    ahead = [p for p in here if p.end <= place.start]
    if len(days_of(ahead)) > 1 and ahead == here and _CLOSES.match(text, place.start):
        return days_of(ahead)
    lead = [p for p in here if p.start < place.sentence + _LEAD and p.start < place.start]
    if lead:
        return days_of(lead)
    return days_of(here) if len({p.start for p in here}) == 1 else ()


def followup_days(schedule: Schedule, text: str, place: Place, outcome: str, basis: str) -> Days:
    """Return the follow-up, in days, of a finding on ``outcome`` at ``place`` in the folded ``text``."""
    own = _own(schedule, text, place, basis)
    if own and not (outcome in _PROCEDURAL and _of_rival(schedule, place)):
        return own
    pointed = _elsewhere(schedule, text, place)
    if pointed is not None:
        return pointed
    if not own and (around := _around(schedule, text, place)):
        return around
    if _EARLY.search(text, place.start, place.end):
        return ()
    if carried := _carried(schedule, text, place, outcome):
        return carried
    return _inherited(schedule, outcome, basis)


def _carried(schedule: Schedule, text: str, place: Place, outcome: str) -> Days:
    """Return the one visit that the sentence before is about: at its head, or anywhere where the paper announces none."""
    before = [s for s in schedule.results if s < place.sentence]
    if not before or place.sentence not in schedule.results or outcome in _PROCEDURAL | _WHOLE | _CUMULATIVE:
        return ()
    told = next((s for s in before[:-4:-1] if schedule.points[s]), before[-1])
    points = schedule.points[told]
    days = days_of(points)
    if (
        len(days) != 1
        or not days[0]
        or points[-1].kind != "visit"
        or TERM.search(text, told, points[0].start)
        or _THROUGHOUT.search(text, place.sentence, place.end + _TAIL)
    ):
        return ()
    return (
        days if _opens(text, told, points) or not schedule.days or _in_turn(schedule, text, place, told, days) else ()
    )


def _opens(text: str, sentence: int, points: Sequence[TimePoint]) -> bool:
    """Return whether a sentence opens with its time: "At 3 months, …"."""
    return bool(points and points[0].start < sentence + _LEAD and _OPENS.match(text, sentence))


def _in_turn(schedule: Schedule, text: str, place: Place, told: int, days: Days) -> bool:
    """Return whether results are told visit by visit: the sentence before names one, the next opens with the same or a later one."""
    later = [s for s in schedule.results if s > place.sentence][:1]
    if not later or [s for s in schedule.results if s < place.sentence][-1] != told:
        return False
    points = schedule.points[later[0]]
    return _opens(text, later[0], points) and len(days_of(points)) == 1 and points[0].days >= days[0]


def _inherited(schedule: Schedule, outcome: str, basis: str) -> Days:
    """Return what a finding without words of its own has from the paper."""
    if outcome in _PROCEDURAL:
        return ()
    if outcome in _WHOLE and len(schedule.announced) != 1:
        return ()
    if outcome in _CUMULATIVE:
        return schedule.last
    days = schedule.days or schedule.among
    return () if basis == "rate" and len(days) > 1 else days
