"""What a summary says of the extractor: its figures, and those of the technique that was asked about."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kg.accuracy import Measured, Tally, about
from kg.report.wording import Names, lower, wording
from kg.vocabulary import Vocabulary

__all__ = ["accuracy_json", "accuracy_lines"]


def accuracy_lines(measured: Measured | None, technique: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the figures of the extractor in words, then those of the technique."""
    words = wording()["limits"]
    if measured is None:
        return (words["accuracy_none"],)
    figures = ", ".join(f"{name} {value}" for name, value in measured.figures)
    whole = words["accuracy"].format(extractor=measured.extractor_version, gold=measured.gold, figures=figures)
    return (whole, _of_technique(measured, technique, vocabulary))


def _of_technique(measured: Measured, technique: str, vocabulary: Vocabulary) -> str:
    words, names = wording()["limits"], Names(vocabulary)
    found = about(measured, technique, vocabulary)
    if found is None:
        return str(words["accuracy_technique_none"])
    wider = "" if found.procedure == technique else words["accuracy_wider"].format(technique=_name(technique, names))
    only_scored = words["accuracy_only_scored_few"]
    if found.only_scored.enough:
        only_scored = words["accuracy_only_scored"].format(counts=_counts(found.only_scored))
    text: str = words["accuracy_technique"].format(
        technique=_name(found.procedure, names),
        wider=wider,
        worked_on=_counts(found.worked_on),
        only_scored=only_scored,
    )
    return text


def _name(procedure: str, names: Names) -> str:
    return lower(names.label("procedure", procedure))


def _counts(tally: Tally) -> str:
    text: str = wording()["limits"]["accuracy_counts"].format(
        **asdict(tally), precision=f"{tally.precision or 0:.2f}", recall=f"{tally.recall or 0:.2f}"
    )
    return text


def accuracy_json(measured: Measured | None, technique: str, vocabulary: Vocabulary) -> dict[str, Any] | None:
    """Return the same for programs; ``technique`` is null where it was not measured."""
    if measured is None:
        return None
    found = about(measured, technique, vocabulary)
    return {
        "extractor_version": measured.extractor_version,
        "gold": measured.gold,
        "figures": measured.figures,
        "technique": asdict(found) if found else None,
    }
