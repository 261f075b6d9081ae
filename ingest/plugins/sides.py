"""Where the two sides of a claim are named."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.grounding import Mention
from kg.model import Claim, Reading
from kg.vocabulary import load_vocabulary

__all__ = ["Places", "side_places"]

Places = list[tuple[int, int]]


def side_places(text: str, claim: Claim, reading: Reading, mentions: Sequence[Mention]) -> tuple[Places, Places]:
    """Return where the procedure and the comparator of a claim stand in its sentence; ``text`` is the record's folded.

    A wider or narrower name counts ("radiofrequency denervation" for that of the facet joints) where it could
    only be meant for one of the two. Both are empty where the sides share one procedure: names tell nothing then.
    """
    found: tuple[Places, Places] = ([], [])
    if claim.procedure == claim.comparator:
        return found
    for mention in mentions:
        if mention.kind == "procedure" and claim.start <= mention.start and mention.end <= claim.end:
            side = _side(mention.id, claim)
            if side is not None:
                found[side].append((mention.start, mention.end))
    low = text.lower()
    for arm in reading.arms:
        if arm.procedure in (claim.procedure, claim.comparator):
            for name in arm.names:
                found[arm.procedure == claim.comparator].extend(_all(low, name.lower(), claim.start, claim.end))
    return found


def _side(id: str, claim: Claim) -> int | None:
    """Return 0 for the procedure, 1 for the comparator, by the exact concept, else by the only related one."""
    sides = (claim.procedure, claim.comparator)
    if id in sides:
        return sides.index(id)
    vocabulary = load_vocabulary()
    near = [
        place
        for place, side in enumerate(sides)
        if side and (vocabulary.is_a("procedure", id, side) or vocabulary.is_a("procedure", side, id))
    ]
    return near[0] if len(near) == 1 else None


def _all(text: str, name: str, start: int, end: int) -> Places:
    places, at = [], text.find(name, start, end) if name else -1
    while at >= 0:
        places.append((at, at + len(name)))
        at = text.find(name, at + 1, end)
    return places
