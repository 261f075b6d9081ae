"""Read the variants of a technique an abstract states: guidance, approach, level, radiofrequency mode, injectate.

The values are the concepts of ``ontology/axes.ttl``. An axis with two values in one record (fluoroscopy versus
ultrasound) tells arms apart, so it is given to a claim only where the claim's own sentence names one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ingest.grounding import Mention
from kg.model import Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["record_axes", "sentence_axes"]

# "Burst" is a waveform of stimulation and a kind of fracture; it counts only for the former.
_ONLY_FOR = {"waveform": "neuromodulation", "radiofrequency-mode": "neuroablation"}
_PLANNED = frozenset({"title", "objective", "methods", "unknown"})


def _values(mentions: Iterable[Mention]) -> dict[str, set[str]]:
    """Return axis → values, broader values dropped beside narrower ones."""
    vocabulary, found = load_vocabulary(), dict[str, set[str]]()
    for m in mentions:
        axis = vocabulary.concept("axis", m.id).scheme.removeprefix("axis-")
        found.setdefault(axis, set()).add(m.id)
    for axis, ids in found.items():
        above = {a for i in ids for a in vocabulary.ancestors("axis", i) if a != i}
        found[axis] = {i.removeprefix(f"{axis}-") for i in ids - above}
    return found


def record_axes(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> dict[str, str]:
    """Return axis → value for every axis that title, aim and methods give exactly one value."""
    spans = [(s.start, s.end) for s in sentences if s.role in _PLANNED]
    here = [m for m in mentions if any(a <= m.start < b for a, b in spans)]
    return {axis: next(iter(values)) for axis, values in _values(here).items() if len(values) == 1}


def sentence_axes(
    record: Mapping[str, str], start: int, end: int, mentions: Sequence[Mention], procedure: str
) -> tuple[tuple[str, str], ...]:
    """Return the axes of a claim whose sentence is ``[start, end)``: its own over those of the record; two values tell nothing."""
    own = _values(m for m in mentions if start <= m.start < end)
    stated = {**{axis: {value} for axis, value in record.items()}, **own}
    single = {axis: next(iter(values)) for axis, values in stated.items() if len(values) == 1}
    vocabulary = load_vocabulary()
    fits = {
        a: v for a, v in single.items() if a not in _ONLY_FOR or vocabulary.is_a("procedure", procedure, _ONLY_FOR[a])
    }
    return tuple(sorted(fits.items()))
