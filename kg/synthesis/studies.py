"""From the claims of a study to what it says in a cell, and from studies to a sign test.

A study counts once, whatever the number of its reports and sentences. Its direction follows the
effect direction plot (Hilton Boon and Thomson, Res Synth Methods 2021, doi:10.1002/jrsm.1458), which uses
the direction of results and never their significance; see ``docs/summaries.md`` for the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.model import Claim, Design
from kg.synthesis.nouns import Publication, SeenClaim, SignTest, Standing, StudyDirection
from kg.vocabulary import Vocabulary

__all__ = ["AGREEMENT", "FEWEST", "Times", "participants", "sign_test", "standing", "strongest", "study_direction"]

AGREEMENT = 0.7
"""Share of a study's results that must point one way for the study to do so."""

FEWEST = 6
"""Fewest studies for a sign test: below it, even full agreement cannot reach P < 0.05 (5 of 5 gives 0.0625)."""

_SECONDARY = frozenset({"systematic-review", "guideline", "narrative-review"})
_COUNTED: dict[str, StudyDirection] = {"better": "better", "worse": "worse", "no-difference": "no-difference"}

Times = dict[str, tuple[int, ...]]
"""The follow-up days of each claim that fall into the cell, by claim id."""


def study_direction(claims: Iterable[SeenClaim], times: Times) -> StudyDirection:
    """Return which way a study points.

    One result is one outcome, contrast and time; the same finding told twice is one result. Results
    for and against make a study mixed; otherwise the direction of at least ``AGREEMENT`` of its
    results is its own, and without such a direction it is mixed. A study whose results point nowhere
    is not clear.
    """
    results = {
        (seen.procedure, seen.comparator, seen.claim.outcome, day, _COUNTED[seen.direction])
        for seen in claims
        if seen.direction in _COUNTED and not _is_kept(seen.claim)
        for day in times.get(seen.evidence.claim_id) or (None,)
    }
    counts = Counter(result[-1] for result in results)
    if not counts:
        return "not-clear"
    if counts["better"] and counts["worse"]:
        return "mixed"
    ((direction, most),) = counts.most_common(1)
    return direction if most >= AGREEMENT * counts.total() else "mixed"


def _is_kept(claim: Claim) -> bool:
    """Tell whether a claim says that a change was kept between two follow-ups: that is no result against baseline."""
    return (
        claim.basis == "within" and claim.direction == "no-difference" and "maintained" in (claim.measure or "").lower()
    )


def standing(seen: SeenClaim, *, include_retracted: bool) -> Standing:
    """Return whether a claim is counted in the tally, or why it is only listed."""
    publication, claim = seen.evidence.publication, seen.claim
    if publication.retracted and not include_retracted:
        return "retracted"
    if publication.design in _SECONDARY or (publication.design == "economic-evaluation" and claim.outcome != "cost"):
        return "secondary"
    if publication.design == "case-report":
        return "case-report"
    if seen.comparator is not None and seen.comparator == seen.procedure:
        return "variant"
    return "counted"


def participants(publications: Iterable[Publication]) -> int | None:
    """Return the participants of a study: the largest number that one of its reports states, or ``None``."""
    return max((p.sample_size for p in publications if p.sample_size is not None), default=None)


def strongest(designs: Iterable[Design], vocabulary: Vocabulary) -> Design:
    """Return the first of some designs in the order of ``ontology/designs.ttl``."""
    order = {concept.id: place for place, concept in enumerate(vocabulary.concepts("design"))}
    return min(designs, key=lambda design: (order.get(design, len(order)), design))


def sign_test(directions: Iterable[StudyDirection]) -> SignTest:
    """Test better against worse: two-sided exact binomial, studies of any other direction left out.

    The interval of the share is Wilson's. See the Cochrane Handbook, section 12.2.1.3.
    """
    counts = Counter(directions)
    better, worse = counts["better"], counts["worse"]
    n = better + worse
    if n < FEWEST:
        return SignTest(better=better, worse=worse)
    from scipy.stats import binomtest

    test = binomtest(better, n)
    interval = test.proportion_ci(method="wilson")
    return SignTest(
        better=better,
        worse=worse,
        p=float(test.pvalue),
        share_better=better / n,
        interval=(float(interval.low), float(interval.high)),
    )
