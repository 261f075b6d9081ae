"""How well the extractor did when it was last measured on annotated abstracts."""

from __future__ import annotations

from dataclasses import dataclass

from kg.codec import from_json
from kg.resources import data

__all__ = ["Measured", "load_measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Figures of one version of the extractor on one gold set, as (name, value) in the order to print them."""

    extractor_version: str
    gold: str
    figures: tuple[tuple[str, str], ...]


def load_measured() -> Measured | None:
    """Read ``ontology/accuracy.json``, or return ``None`` where no figures are shipped.

    The file is one object: ``extractor_version``, ``gold``, and ``figures``, an object of texts by
    name. Raises InputError when it is not.
    """
    file = data("ontology") / "accuracy.json"
    if not file.is_file():
        return None
    found = from_json(AccuracyFile, file.read_text("utf-8"), where=file.name)
    return Measured(extractor_version=found.extractor_version, gold=found.gold, figures=tuple(found.figures.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyFile:
    """The object in ``ontology/accuracy.json``."""

    extractor_version: str
    gold: str
    figures: dict[str, str]
