"""The nouns of a summary, from one piece of evidence to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.model import Claim, Design, Direction, Scope

__all__ = [
    "DIRECTIONS",
    "Band",
    "Cell",
    "Evidence",
    "IndicationPart",
    "LeftOut",
    "Pico",
    "Publication",
    "Rate",
    "Reason",
    "Scheme",
    "SeenClaim",
    "SignTest",
    "Standing",
    "Study",
    "StudyDirection",
    "StudyResult",
    "Summary",
]

StudyDirection = Literal["better", "no-difference", "worse", "mixed", "not-clear"]
"""Which way one study points in one cell; ``not-clear``: it gives numbers without saying which way they point."""

DIRECTIONS: tuple[StudyDirection, ...] = ("better", "no-difference", "worse", "mixed", "not-clear")

Standing = Literal["counted", "secondary", "case-report", "variant", "retracted"]
"""Why a result is counted in a tally, or only listed beside it.

``secondary``: a review, guideline or economic model, which rests on other studies; ``case-report``:
single patients, not a group; ``variant``: two forms of one technique that share an id, so that the
side is not known.
"""

Reason = Literal["scope", "design", "technique", "comparator", "indication", "outcome"]
"""In which respect a claim that was left out does not fit the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pico:
    """What is asked, by ids of the vocabulary: population, technique, comparator (or class of comparators), outcome.

    Narrower concepts are included; ``None`` asks for all.
    """

    technique: str
    indication: str | None = None
    outcome: str | None = None
    comparator: str | None = None
    comparator_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a summary needs to know of the publication that makes a claim.

    ``study`` is the id that reports of one study share, ``sample_size`` the participants it states,
    ``languages`` MEDLINE's codes ("eng"), ``flags`` those of its reading. ``illustrative`` marks the
    invented records of the sample.
    """

    pmid: str
    study: str
    design: Design
    title: str = ""
    citation: str = ""
    year: int | None = None
    sample_size: int | None = None
    scope: Scope = "on"
    languages: tuple[str, ...] = ()
    retracted: bool = False
    corrected: bool = False
    under_concern: bool = False
    illustrative: bool = False
    flags: tuple[str, ...] = ()

    @property
    def foreign(self) -> bool:
        """Tell whether it is known to be in another language than English: its abstract is then a translation."""
        return bool(self.languages) and "eng" not in self.languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One claim with its id and the publication that makes it."""

    claim_id: str
    claim: Claim
    publication: Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of follow-up time, in days; ``longest`` is ``None`` where it has no end.

    The band of times that are not stated has the id ``not-stated``.
    """

    id: str
    label: str
    shortest: float = 0
    shortest_included: bool = True
    longest: float | None = None
    longest_included: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A follow-up scheme: its bands in order, and the share of an edge within which a time counts as the edge."""

    id: str
    label: str
    tolerance: float
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenClaim:
    """A claim as seen from the technique that is asked about.

    ``turned`` claims were written for the other side: procedure and comparator have changed places
    and the direction with them.
    """

    evidence: Evidence
    procedure: str
    comparator: str | None
    comparator_class: str | None
    direction: Direction
    turned: bool = False

    @property
    def claim(self) -> Claim:
        """Return the claim as it was written."""
        return self.evidence.claim


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    """What one study says in one cell.

    ``participants`` are those of the whole study, ``None`` when no report states them.
    """

    study: str
    standing: Standing
    direction: StudyDirection
    design: Design
    participants: int | None
    claims: tuple[SeenClaim, ...]

    @property
    def claim_ids(self) -> tuple[str, ...]:
        """Return the ids of the claims behind the result."""
        return tuple(seen.evidence.claim_id for seen in self.claims)

    @property
    def publications(self) -> tuple[Publication, ...]:
        """Return the publications behind the result, by PMID."""
        found = {seen.evidence.publication.pmid: seen.evidence.publication for seen in self.claims}
        return tuple(found[pmid] for pmid in sorted(found, key=lambda pmid: (len(pmid), pmid)))

    @property
    def pmids(self) -> tuple[str, ...]:
        """Return the PMIDs behind the result, rising."""
        return tuple(publication.pmid for publication in self.publications)

    @property
    def year(self) -> int | None:
        """Return the year of the earliest report."""
        return min((p.year for p in self.publications if p.year is not None), default=None)

    @property
    def comparators(self) -> tuple[str, ...]:
        """Return what the technique was compared with, sorted."""
        return _sorted(seen.comparator for seen in self.claims if seen.comparator)

    @property
    def indications(self) -> tuple[str, ...]:
        """Return the conditions of the patients, sorted."""
        return _sorted(indication for seen in self.claims for indication in seen.claim.indications)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTest:
    """Two-sided exact binomial test of better against worse; the rest is left out of ``n``.

    ``p`` is ``None`` when ``n`` is too small for the test to be informative. ``share_better`` with
    its 95 % Wilson interval is given under the same condition.
    """

    better: int
    worse: int
    p: float | None = None
    share_better: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def n(self) -> int:
        """Return the number of studies in the test."""
        return self.better + self.worse


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicationPart:
    """The results of a cell in patients with one condition; a study of two conditions is in two parts."""

    indication: str
    results: tuple[StudyResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """All studies on one outcome, against one class of comparators, in one follow-up band, on one basis.

    ``pair`` is set where both sides belong to the technique asked about; directions are then those of
    its first member. ``comparator_class`` is ``None`` for change within a group and where a comparator
    is not stated.
    """

    basis: Literal["between", "within"]
    outcome: str
    comparator_class: str | None
    pair: tuple[str, str] | None
    band: Band
    results: tuple[StudyResult, ...]
    parts: tuple[IndicationPart, ...]
    sign_test: SignTest

    @property
    def counted(self) -> tuple[StudyResult, ...]:
        """Return the results that the tally counts, one per study."""
        return tuple(result for result in self.results if result.standing == "counted")

    @property
    def listed(self) -> tuple[StudyResult, ...]:
        """Return the results that stand beside the tally."""
        return tuple(result for result in self.results if result.standing != "counted")

    def of(self, direction: StudyDirection) -> tuple[StudyResult, ...]:
        """Return the counted results that point this way."""
        return tuple(result for result in self.counted if result.direction == direction)

    @property
    def participants(self) -> int:
        """Return the participants of the counted studies that state them, each study once."""
        return sum(result.participants or 0 for result in self.counted)

    @property
    def without_participants(self) -> int:
        """Return how many counted studies do not state their participants."""
        return sum(result.participants is None for result in self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate or value that a publication gives for the technique, without any comparison.

    ``events`` of ``total`` only where the effect is written so; nothing is computed from a percentage.
    """

    outcome: str
    bands: tuple[Band, ...]
    standing: Standing
    seen: SeenClaim
    participants: int | None = None
    events: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study that the summary rests on, with all its reports in the summary."""

    id: str
    design: Design
    participants: int | None
    pmids: tuple[str, ...]
    retracted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A claim that is not about the question, and the first respect in which it is not."""

    claim_id: str
    pmid: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The evidence on one technique, counted in studies.

    ``cells`` hold between-group and within-group results apart; nothing adds them. Every claim that
    came in stands in a cell, in ``rates`` or in ``left_out``. ``elsewhere`` are the classes of
    comparators that a question with a comparator leaves out, with the number of their studies.
    """

    pico: Pico
    scheme: Scheme
    include_retracted: bool
    cells: tuple[Cell, ...]
    rates: tuple[Rate, ...]
    studies: tuple[Study, ...]
    evidence: tuple[Evidence, ...]
    left_out: tuple[LeftOut, ...]
    elsewhere: tuple[tuple[str, int], ...] = ()

    @property
    def between(self) -> tuple[Cell, ...]:
        """Return the cells of comparisons between groups."""
        return tuple(cell for cell in self.cells if cell.basis == "between")

    @property
    def within(self) -> tuple[Cell, ...]:
        """Return the cells of change within a group."""
        return tuple(cell for cell in self.cells if cell.basis == "within")

    @property
    def publications(self) -> tuple[Publication, ...]:
        """Return the publications of the evidence, by PMID."""
        found = {item.publication.pmid: item.publication for item in self.evidence}
        return tuple(found[pmid] for pmid in sorted(found, key=lambda pmid: (len(pmid), pmid)))

    @property
    def illustrative(self) -> bool:
        """Tell whether invented records of the sample are part of it."""
        return any(item.publication.illustrative for item in self.evidence)


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
