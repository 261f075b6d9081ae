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

    Raises InputError when the file is not in the form of ``Measured``.
    """
    file = data("ontology") / "accuracy.json"
    return from_json(Measured, file.read_text("utf-8"), where=file.name) if file.is_file() else None
