"""How well the extractor did when it was last measured on annotated abstracts, as a whole and technique by technique."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.codec import from_json
from kg.resources import data
from kg.vocabulary import Vocabulary

__all__ = ["FEWEST", "Band", "GoldSet", "Measured", "Outside", "Tally", "TechniqueAccuracy", "about", "load_measured"]

FEWEST = 20
"""So many claims read, and so many annotated, give a technique figures of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Claims counted: of ``read``, ``right`` are right; of ``annotated``, ``found`` are found."""

    read: int = 0
    right: int = 0
    annotated: int = 0
    found: int = 0

    @property
    def precision(self) -> float | None:
        """Return the share of the claims read that are right, where any was read."""
        return self.right / self.read if self.read else None

    @property
    def recall(self) -> float | None:
        """Return the share of the annotated claims that are found, where there are any."""
        return self.found / self.annotated if self.annotated else None

    @property
    def enough(self) -> bool:
        """Tell whether the counts are large enough for figures."""
        return min(self.read, self.annotated) >= FEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The claims whose confidence lies from ``low`` to below ``high`` (1 included at the top)."""

    low: float
    high: float
    read: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSet:
    """One annotated set: its size and what was read in it. ``only_scored`` sets were never looked at."""

    records: int
    claims: int
    only_scored: bool = False
    real: bool = True
    figures: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A figure on data that others have labelled, beside a trivial answer and what is published, if anything."""

    data: str
    figure: str
    value: str
    trivial: str
    published: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Figures of one version of the extractor, as (name, value) in the order to print them.

    ``worked_on`` and ``only_scored`` give the counts of claims in which a procedure or a narrower one takes
    part, on either side: over the sets the extractor was built with, and over those only ever scored.
    ``kinds`` gives the same counts by basis and direction ("between better") for each of the two.
    """

    extractor_version: str
    gold: str
    figures: tuple[tuple[str, str], ...]
    measured: str = ""
    sets: Mapping[str, GoldSet] = field(default_factory=dict)
    worked_on: Mapping[str, Tally] = field(default_factory=dict)
    only_scored: Mapping[str, Tally] = field(default_factory=dict)
    kinds: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    outside: tuple[Outside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueAccuracy:
    """How well claims on a technique are read; ``procedure`` is the technique, or a wider one with claims enough."""

    procedure: str
    worked_on: Tally
    only_scored: Tally


def about(measured: Measured, technique: str, vocabulary: Vocabulary) -> TechniqueAccuracy | None:
    """Return the figures for a technique, else for the nearest wider one with enough claims, else ``None``.

    All interventional procedures together are no family: their figures say nothing of one technique.
    """
    chain = vocabulary.ancestors("procedure", technique)
    for each in (technique, *chain[1:-1]):
        found = measured.worked_on.get(each, Tally())
        if found.enough:
            return TechniqueAccuracy(
                procedure=each, worked_on=found, only_scored=measured.only_scored.get(each, Tally())
            )
    return None


def load_measured() -> Measured | None:
    """Read ``ontology/accuracy.json``, or return ``None`` where no figures are shipped.

    The file is one object: ``extractor_version``, ``gold``, ``figures`` (an object of texts by name), and
    what else ``Measured`` holds, where it was measured. Raises InputError when it is not.
    """
    file = data("ontology") / "accuracy.json"
    if not file.is_file():
        return None
    found = from_json(AccuracyFile, file.read_text("utf-8"), where=file.name)
    return Measured(
        extractor_version=found.extractor_version,
        gold=found.gold,
        figures=tuple(found.figures.items()),
        measured=found.measured,
        sets=found.sets,
        worked_on=found.worked_on,
        only_scored=found.only_scored,
        kinds=found.kinds,
        outside=found.outside,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyFile:
    """The object in ``ontology/accuracy.json``."""

    extractor_version: str
    gold: str
    figures: dict[str, str]
    measured: str = ""
    sets: dict[str, GoldSet] = field(default_factory=dict)
    worked_on: dict[str, Tally] = field(default_factory=dict)
    only_scored: dict[str, Tally] = field(default_factory=dict)
    kinds: dict[str, dict[str, Tally]] = field(default_factory=dict)
    outside: tuple[Outside, ...] = ()
