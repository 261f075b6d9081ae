"""Propose publications that may report one study, from what they share: authors, numbers, title words, a trial's name.

A proposal is never a merge: studies are counted by registration number alone (``kg.identity.study_id``), and only a
reader can tell a second report from a second trial of the same group. So reports that share a number are left out
here (they are one study already), and so are those with different numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from kg.bibliography import ILLUSTRATIVE
from kg.model import Reading, Record

__all__ = ["LEAST", "Companion", "Report", "companions", "companions_of", "report_of"]

LEAST = 0.65
"""The least score of a proposal."""

_PRIMARY = frozenset(
    {
        "randomised-trial", "nonrandomised-trial", "cohort-comparative", "case-control", "case-series",
        "economic-evaluation", "protocol", "diagnostic-accuracy", "cross-sectional",
    }
)  # fmt: skip
_YEARS_APART = 12
_CROWD = 60  # candidates that share one key beyond which the key tells nothing
# Words of titles that tell how and not what: they make titles of different trials alike.
_PLAIN = frozenset(
    "a an and after among at between by clinical compared comparing comparison controlled double blind blinded effect "
    "effects effectiveness efficacy evaluation follow up followup for from group groups in is long term month months "
    "multicenter multicentre of on one or outcome outcomes over patients patient pilot placebo prospective protocol "
    "randomised randomized report research result results retrospective safety single study term the to treated treatment "
    "trial two three five ten using versus vs with without year years active week weeks design rationale data analysis "
    "therapy management level spine spinal surgery pain chronic low back lumbar disc disease".split()
)
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"(?<![\d.,/-])(?:n ?= ?)?([1-9]\d{1,4})(?![\d.%]|,\d|/\d)(?! ?(?:%|mg|ml|mm|months?|weeks?|years?|days?|hours?|points?|hz|khz|degrees?|minutes?|min\b|cm|kg))", re.I)  # fmt: skip
_NAME = re.compile(
    r"\b([A-Z][A-Z0-9-]{2,}[A-Z]|[A-Z]{4,})\b(?= (?:trial|study|Trial|Study)\b)|\b((?:[A-Z][a-z]+ ){2,5}Trial)\b"
)
_REGION = re.compile(r"\b(?:cervical|thoracic|thoracolumbar|lumbar|sacroiliac|caudal|neck)")
_NOT_NAMES = frozenset(
    {"RCT", "ITT", "MRI", "STUDY", "DESIGN", "PHASE", "METHODS", "CLINICAL", "RANDOMIZED", "CONTROLLED"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What tells whether two publications may report one study.

    ``authors`` are "Name AB" in order, ``numbers`` the counts written in title and abstract, ``names`` those that the
    text gives a trial.
    """

    pmid: str
    title: str
    year: int | None = None
    authors: tuple[str, ...] = ()
    sample_size: int | None = None
    procedures: frozenset[str] = frozenset()
    indications: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    registry_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Two publications that may report one study, the smaller PMID first: how much they share (0 to 1), and what."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]


def report_of(record: Record, reading: Reading) -> Report | None:
    """Return what is compared of one publication; None for one that reports no study of its own on our subject."""
    if reading.scope != "on" or reading.design not in _PRIMARY:
        return None
    names = {(m[1] or m[2]).upper() for m in _NAME.finditer(record.text)}
    return Report(
        pmid=record.pmid,
        title=record.title,
        year=record.date.year if record.date else None,
        authors=tuple(f"{a.last_name} {a.initials or ''}".strip() for a in record.authors if a.last_name),
        sample_size=reading.sample_size,
        procedures=frozenset({*reading.procedures, *reading.comparators}),
        indications=frozenset(reading.indications),
        numbers=frozenset(n for n in map(int, _NUMBER.findall(record.text)) if _telling(n)),
        names=frozenset(names - _NOT_NAMES),
        registry_ids=frozenset(reading.registry_ids),
    )


def _telling(number: int) -> bool:
    """Return whether a count is odd enough to tell studies apart: no year, no round number."""
    return (
        number > 12 and number % 10 != 0 and number not in (15, 24, 25, 36, 48, 75, 95) and not 1950 <= number <= 2040
    )


def companions(reports: Iterable[Report], *, least: float = LEAST) -> tuple[Companion, ...]:
    """Return the pairs of publications that may report one study, the surest first."""
    found = (_compared(a, b) for a, b in _candidates(list(reports)))
    return _sorted(c for c in found if c is not None and c.score >= least)


def companions_of(report: Report, reports: Iterable[Report], *, least: float = LEAST) -> tuple[Companion, ...]:
    """Return the proposals for one publication among others, the surest first."""
    found = (_compared(report, other) for other in reports if other.pmid != report.pmid)
    return _sorted(c for c in found if c is not None and c.score >= least)


def _sorted(found: Iterable[Companion]) -> tuple[Companion, ...]:
    return tuple(sorted(found, key=lambda c: (-c.score, _rank(c.first), _rank(c.second))))


def _rank(pmid: str) -> tuple[int, str]:
    return len(pmid), pmid


def _candidates(reports: list[Report]) -> Iterator[tuple[Report, Report]]:
    """Yield the pairs that share a key: an author, a size with a procedure, a trial's name, two rare title words."""
    groups: dict[object, list[int]] = defaultdict(list)
    for place, report in enumerate(reports):
        for key in _keys(report):
            groups[key].append(place)
    pairs = {pair for places in groups.values() if len(places) <= _CROWD for pair in combinations(places, 2)}
    for a, b in sorted(pairs):
        if reports[a].pmid != reports[b].pmid:
            yield reports[a], reports[b]


def _keys(report: Report) -> Iterator[object]:
    yield from (("author", author) for author in report.authors)
    yield from (("name", name) for name in report.names)
    if report.sample_size is not None:
        yield from (("size", report.sample_size, procedure) for procedure in report.procedures)
    longest = sorted(_words(report.title), key=lambda word: (-len(word), word))[:6]
    yield from (("words", *sorted(pair)) for pair in combinations(longest, 2))


@lru_cache(maxsize=65536)
def _words(title: str) -> frozenset[str]:
    plain = title.lower().removeprefix(ILLUSTRATIVE.lower())
    return frozenset(w for w in _WORD.findall(plain) if w not in _PLAIN and len(w) > 2)


def _compared(a: Report, b: Report) -> Companion | None:
    """Weigh what two publications share; None where something rules it out."""
    if _excluded(a, b):
        return None
    people, titles = _people(a, b), _titles(a, b)
    facts = [sign for sign in (_size(a, b), _counts(a, b), _named(a, b)) if sign]
    signs = [sign for sign in (people, titles, *facts, _arms(a, b)) if sign]
    score = round(min(1.0, sum(weight for weight, _ in signs)), 2)
    if not facts:  # authors and titles alone fit the next trial of the same group as well
        score = min(score, 0.5)
    first, second = sorted((a.pmid, b.pmid), key=_rank)
    return Companion(first=first, second=second, score=score, reasons=tuple(reason for _, reason in signs))


def _excluded(a: Report, b: Report) -> bool:
    """Return whether two publications cannot report one study, or are known to."""
    if a.registry_ids and b.registry_ids:
        return True  # one number is one study already, two numbers are two
    if a.year and b.year and abs(a.year - b.year) > _YEARS_APART:
        return True
    if _regions(a.title) and _regions(b.title) and not _regions(a.title) & _regions(b.title):
        return True
    sides = ((a.procedures, b.procedures), (a.indications, b.indications), (frozenset(a.authors), frozenset(b.authors)))
    return any(one and two and not one & two for one, two in sides)


@lru_cache(maxsize=65536)
def _regions(title: str) -> frozenset[str]:
    return frozenset(m[0] for m in _REGION.finditer(title.lower()))


_Sign = tuple[float, str]


def _people(a: Report, b: Report) -> _Sign | None:
    shared = [author for author in a.authors if author in b.authors]
    if not shared:
        return None
    named = f"{shared[0]} and {len(shared) - 1} more" if len(shared) > 1 else shared[0]
    return min(0.4, 0.1 * len(shared)), f"same authors: {named}"


def _size(a: Report, b: Report) -> _Sign | None:
    if a.sample_size is None or a.sample_size != b.sample_size or a.sample_size < 10:
        return None
    weight = (0.3 if a.sample_size >= 50 else 0.2) - (0.0 if _telling(a.sample_size) else 0.1)
    return weight, f"same number of participants: {a.sample_size}"


def _titles(a: Report, b: Report) -> _Sign | None:
    from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

    one, two = _words(a.title), _words(b.title)
    shared = sorted(one & two)
    if len(shared) < 2:
        return None
    left, right = " ".join(sorted(one)), " ".join(sorted(two))
    likeness = (token_set_ratio(left, right) + token_sort_ratio(left, right)) / 200
    best = 0.5 if len(shared) >= 8 else 0.4
    weight = best if likeness >= 0.85 else 0.3 if likeness >= 0.7 else 0.2 if likeness >= 0.6 else 0.0
    return (weight, f"similar titles: {', '.join(shared)}") if weight else None


def _named(a: Report, b: Report) -> _Sign | None:
    shared = sorted(a.names & b.names)
    return (0.4, f"same name of the trial: {', '.join(shared)}") if shared else None


def _arms(a: Report, b: Report) -> _Sign | None:
    """Return whether both compare the same procedures; where they share less than half, that speaks against them."""
    shared, union = a.procedures & b.procedures, a.procedures | b.procedures
    if len(shared) > 1 and shared == union:
        return 0.1, "same procedures compared"
    return (-0.2, "other procedures besides") if union and 2 * len(shared) < len(union) else None


def _counts(a: Report, b: Report) -> _Sign | None:
    shared = sorted((a.numbers & b.numbers) - {a.sample_size})
    if not shared:
        return None
    weight = sum(0.1 if number >= 100 else 0.05 for number in shared)
    return min(0.3, weight), f"same counts: {', '.join(map(str, shared[:6]))}"
