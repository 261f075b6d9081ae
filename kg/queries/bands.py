"""The bands of follow-up schemes as whole days, for the questions in Cypher.

In SPARQL a question reads the edges of a band, who owns them and their tolerance from the
vocabulary. In Cypher they come as a parameter: a list of ``{band, first, last}``, both days included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from kg.identity import PREFIXES
from kg.vocabulary import Concept, Vocabulary, load_vocabulary

__all__ = ["bands_under"]

#: The last day of a band without an end.
_ENDLESS = 1_000_000


def bands_under(iris: Sequence[str]) -> list[dict[str, str | int]]:
    """Return the bands that are, or belong to, one of these concepts; the IRI of the scheme of schemes means all."""
    vocabulary = load_vocabulary()
    bands = [concept for concept in vocabulary.concepts("follow-up") if concept.values("minDays")]
    return [_band(vocabulary, each) for each in bands if _reach(vocabulary, each) & set(iris)]


def _reach(vocabulary: Vocabulary, band: Concept) -> set[str]:
    above = vocabulary.ancestors("follow-up", band.id)
    return {vocabulary.concept("follow-up", each).iri for each in above} | {PREFIXES["ev"] + band.scheme}


def _band(vocabulary: Vocabulary, band: Concept) -> dict[str, str | int]:
    """Return the first and the last whole day of a band; a day within the tolerance of an edge counts as the edge."""
    scheme = vocabulary.concept("follow-up", str(band.broader))
    tolerance = Decimal(scheme.values("edgeTolerance")[0])
    low, high = Decimal(band.values("minDays")[0]), band.values("maxDays")
    owns_low, owns_high = band.values("minInclusive") == ("true",), band.values("maxInclusive") == ("true",)
    first = math.ceil(low * (1 - tolerance)) if owns_low else math.floor(low * (1 + tolerance)) + 1
    last = _ENDLESS
    if high:
        edge = Decimal(high[0])
        last = math.floor(edge * (1 + tolerance)) if owns_high else math.ceil(edge * (1 - tolerance)) - 1
    return {"band": band.id, "first": first, "last": last}
