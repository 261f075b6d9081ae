"""A claim in words."""

from __future__ import annotations

from kg.model import Claim
from kg.vocabulary import load_vocabulary

__all__ = ["claim_text"]

_BASES = {"between": "between groups", "within": "change from baseline", "rate": "rate"}


def claim_text(number: int, identifier: str, claim: Claim) -> str:
    """Describe one claim in three lines: what, how it was measured and tested, where it was read and by which rule."""
    versus = f" versus {_label('procedure', claim.comparator)}" if claim.comparator else ""
    measure = f" ({claim.measure})" if claim.measure else ""
    details = [
        _BASES[claim.basis],
        f"at {', '.join(map(str, claim.followup_days))} days" if claim.followup_days else "",
        claim.effect or "",
        claim.p or "",
        {True: "significant", False: "not significant", None: ""}[claim.significant],
        "non-inferiority" if claim.noninferiority else "",
        "hedged" if claim.hedged else "",
    ]
    return (
        f"{number:>3}. {_label('procedure', claim.procedure)}{versus}: "
        f"{_label('outcome', claim.outcome)}{measure}: {claim.direction.replace('-', ' ')}\n"
        f"     {' | '.join(filter(None, details))}\n"
        f"     characters {claim.start} to {claim.end}, rule {claim.rule}, confidence {claim.confidence:.2f},"
        f" id {identifier}"
    )


def _label(kind: str, identifier: str) -> str:
    """Return the name of a concept, or its id where this version does not know it."""
    concept = load_vocabulary().by_kind.get(kind, {}).get(identifier)
    return concept.label if concept else identifier
