"""Follow-up bands: days into the bands of a scheme of ``ontology/followup.ttl``."""

from __future__ import annotations

from collections.abc import Iterable

from kg.errors import UnknownNameError
from kg.synthesis.nouns import Band, Scheme
from kg.vocabulary import Concept, Vocabulary

__all__ = ["NOT_STATED", "bands_of", "scheme_of"]

NOT_STATED = Band(id="not-stated", label="Follow-up not stated", longest=None)
"""Where a finding gives no time; never guessed from words such as "short term"."""


def scheme_of(vocabulary: Vocabulary, name: str) -> Scheme:
    """Return a follow-up scheme by id or name; raises UnknownNameError for any other."""
    try:
        concept = vocabulary.resolve("follow-up", name)
    except UnknownNameError as unknown:
        schemes = ", ".join(each.id for each in vocabulary.concepts("follow-up") if each.broader is None)
        raise UnknownNameError("follow-up", name, unknown.suggestions, f"There are: {schemes}.") from None
    if concept.broader is not None:
        concept = vocabulary.concept("follow-up", concept.broader)
    bands = [each for each in vocabulary.concepts("follow-up") if each.broader == concept.id]
    bands.sort(key=lambda each: int(_value(each, "order", "0")))
    tolerance = float(_value(concept, "edgeTolerance", "0"))
    return Scheme(id=concept.id, label=concept.label, tolerance=tolerance, bands=tuple(map(_band, bands)))


def bands_of(days: Iterable[int], scheme: Scheme) -> dict[Band, tuple[int, ...]]:
    """Sort times into the bands of a scheme, in its order; without any time, the band ``not-stated``.

    A time within the tolerance of an edge counts as the edge: 26 weeks (182 days) are six months
    (180 days) under ``asipp``.
    """
    found: dict[Band, tuple[int, ...]] = {}
    times = sorted(set(days))
    for band in scheme.bands:
        inside = tuple(day for day in times if _holds(band, day, scheme))
        if inside:
            found[band] = inside
    return found or {NOT_STATED: ()}


def _holds(band: Band, day: int, scheme: Scheme) -> bool:
    exact = _snapped(day, scheme)
    above = exact > band.shortest or (exact == band.shortest and band.shortest_included)
    if band.longest is None:
        return above
    return above and (exact < band.longest or (exact == band.longest and band.longest_included))


def _snapped(day: int, scheme: Scheme) -> float:
    """Return the nearest edge within tolerance, else the day itself."""
    edges = {band.shortest for band in scheme.bands} | {b.longest for b in scheme.bands if b.longest is not None}
    near = [edge for edge in edges if edge and abs(day - edge) <= edge * scheme.tolerance]
    return min(near, key=lambda edge: abs(day - edge)) if near else day


def _band(concept: Concept) -> Band:
    longest = concept.values("maxDays")
    return Band(
        id=concept.id,
        label=concept.label,
        shortest=float(_value(concept, "minDays", "0")),
        shortest_included=_value(concept, "minInclusive", "true") == "true",
        longest=float(longest[0]) if longest else None,
        longest_included=_value(concept, "maxInclusive", "true") == "true",
    )


def _value(concept: Concept, name: str, default: str) -> str:
    values = concept.values(name)
    return values[0] if values else default
